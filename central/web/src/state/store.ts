// What the console knows: the hub's incidents, boxes and today's check-ins, kept current by change messages.
// Plain values and pure functions; the page wraps them (see console.ts). A message that does not parse is counted.
import type { Box, CheckInDay, CheckInRow, Hello, Incident, StreamMessage } from "../hub/contract";
import { beganMs, isOpen } from "./incidents";
import type { SseMessage } from "../hub/sse";

export interface ConsoleState {
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly checkIns: CheckInDay | null;
  readonly hubVersion: string;
  /** Hub's clock minus this computer's; all running times are shown on the hub's clock. */
  readonly hubOffsetMs: number;
  /** Where the district is; undefined = this computer's own zone, until the hub says it. */
  readonly timeZone: string | undefined;
  readonly badMessages: number;
}

export const EMPTY: ConsoleState = {
  incidents: new Map(),
  boxes: new Map(),
  checkIns: null,
  hubVersion: "",
  hubOffsetMs: 0,
  timeZone: undefined,
  badMessages: 0,
};

/** Besides the new state, what the page must do: load everything again, or fetch the day's check-ins. */
export interface Applied {
  readonly state: ConsoleState;
  readonly reload: boolean;
  readonly refetchCheckIns: boolean;
}

/** Applies messages in their order. `nowMs` is this computer's clock at receipt. Maps are copied once for all of them. */
export function apply(state: ConsoleState, messages: readonly SseMessage[], nowMs: number): Applied {
  let { checkIns, hubVersion, hubOffsetMs, timeZone, badMessages } = state;
  const incidents = new Map(state.incidents);
  const boxes = new Map(state.boxes);
  let reload = false;
  let refetchCheckIns = false;
  for (const { event, data } of messages) {
    if (event === "reload") {
      reload = true;
      continue;
    }
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      badMessages++;
      continue;
    }
    if (event === "incident" && isIncident(value)) incidents.set(value.id, newer(incidents.get(value.id), value));
    else if (event === "box" && isBox(value)) boxes.set(value.box, value);
    else if (event === "hello" && isHello(value)) {
      const now = Date.parse(value.now);
      if (Number.isFinite(now)) hubOffsetMs = now - nowMs;
      hubVersion = value.version;
      timeZone = isTimeZone(value.time_zone) ? value.time_zone : timeZone;
    } else if (event === "check_in" && isCheckIn(value)) {
      const merged = checkIns && addCheckIn(checkIns, value);
      if (merged) checkIns = merged;
      else refetchCheckIns = true;
    } else if (KNOWN_EVENTS.has(event)) badMessages++;
  }
  forgetClosed(incidents);
  return {
    state: { incidents, boxes, checkIns, hubVersion, hubOffsetMs, timeZone, badMessages },
    reload,
    refetchCheckIns,
  };
}

/** The page stays open for months: of the closed incidents only the last ones are kept. */
export const MAX_KEPT_CLOSED = 50;

function forgetClosed(incidents: Map<string, Incident>): void {
  const closed = [...incidents.values()].filter((item) => !isOpen(item)).sort((a, b) => beganMs(b) - beganMs(a));
  for (const item of closed.slice(MAX_KEPT_CLOSED)) incidents.delete(item.id);
}

/** A name that this browser can show times in. */
function isTimeZone(name: unknown): name is string {
  if (typeof name !== "string") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Those whose data matters here. */
const KNOWN_EVENTS = new Set<string>(["incident", "box", "check_in", "hello"] satisfies StreamMessage["event"][]);

/**
 * Replaces what was loaded by a fresh load. `changed` names the incidents and boxes that the stream brought while the
 * load was on its way: for these the stream is right, also when the list does not have them yet.
 */
export function loaded(
  state: ConsoleState,
  part: {
    readonly incidents?: readonly Incident[] | undefined;
    readonly boxes?: readonly Box[] | undefined;
    readonly checkIns?: CheckInDay | undefined;
  },
  changed: ReadonlySet<string> = new Set(),
): ConsoleState {
  const { incidents, boxes } = part;
  return {
    ...state,
    incidents: incidents ? merge(state.incidents, new Map(incidents.map((i) => [i.id, i])), changed) : state.incidents,
    boxes: boxes ? merge(state.boxes, new Map(boxes.map((b) => [b.box, b])), changed) : state.boxes,
    checkIns: part.checkIns ?? state.checkIns,
  };
}

function merge<T>(old: ReadonlyMap<string, T>, fresh: Map<string, T>, changed: ReadonlySet<string>): Map<string, T> {
  for (const [key, value] of old) if (changed.has(key)) fresh.set(key, value);
  return fresh;
}

/** One incident from an answer to our own request, which may overtake or lag the stream. */
export function withIncident(state: ConsoleState, incident: Incident): ConsoleState {
  const incidents = new Map(state.incidents);
  incidents.set(incident.id, newer(incidents.get(incident.id), incident));
  return { ...state, incidents };
}

/** Of two views of one incident, the one that holds more: steps are only ever added. */
function newer(old: Incident | undefined, next: Incident): Incident {
  return old && old.steps.length > next.steps.length ? old : next;
}

/** Returns the day with the row in its place, the day as it is for a row of an earlier one, null for what is not known. */
function addCheckIn(day: CheckInDay, row: CheckInRow): CheckInDay | null {
  if (row.day < day.day) return day;
  const group = day.communities.find((item) => item.community === row.community);
  if (!group || row.day !== day.day) return null;
  const same = (other: CheckInRow): boolean =>
    other.at === row.at && other.kiosk === row.kiosk && other.resident_label === row.resident_label;
  const rows = group.rows.some(same)
    ? group.rows.map((other) => (same(other) ? row : other))
    : [row, ...group.rows];
  const next = { ...group, rows, count: rows.filter(counts).length };
  return { ...day, communities: day.communities.map((item) => (item === group ? next : item)) };
}

/** Annulled ones, tests and drills stay out of the figure. */
function counts(row: CheckInRow): boolean {
  return !row.annulled && row.mark === "REAL";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isIncident(value: unknown): value is Incident {
  return (
    isObject(value) &&
    typeof value.id === "string" &&
    typeof value.state === "string" &&
    typeof value.priority === "string" &&
    Array.isArray(value.reasons) &&
    Array.isArray(value.steps) &&
    Array.isArray(value.owners) &&
    isObject(value.clocks)
  );
}

export function isBox(value: unknown): value is Box {
  return (
    isObject(value) &&
    typeof value.box === "string" &&
    typeof value.contact === "string" &&
    Array.isArray(value.devices) &&
    Array.isArray(value.streams) &&
    isObject(value.backlog) &&
    isObject(value.clock)
  );
}

function isHello(value: unknown): value is Hello {
  return isObject(value) && typeof value.version === "string" && typeof value.now === "string";
}

function isCheckIn(value: unknown): value is CheckInRow {
  return (
    isObject(value) &&
    typeof value.community === "string" &&
    typeof value.day === "string" &&
    typeof value.mark === "string" &&
    typeof value.at === "string"
  );
}
