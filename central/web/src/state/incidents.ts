// What an operator sees first and may do next. Pure: incidents in, order, words' keys and actions out.
import type { Done, Incident, IncidentState, Later, Mark, Priority, Reason, Verb } from "../hub/contract";

const PRIORITY_RANK: Readonly<Partial<Record<Priority, number>>> = { P1: 1, P2: 2, P3: 3, P4: 4 };
/** A priority that this page has no name for stands behind persons in danger or at risk, before all else. */
const UNNAMED_PRIORITY_RANK = 2.5;
const STATE_RANK: Readonly<Record<Exclude<IncidentState, Later>, number>> = {
  NEW: 10,
  RINGING: 20,
  ACKED: 30,
  RESPONDING: 40,
  ON_SITE: 50,
  RESOLVED: 60,
  REVIEWED: 70,
};

/** States of a later version come as their rank. */
function rankOf(state: IncidentState): number {
  return state in STATE_RANK ? STATE_RANK[state as keyof typeof STATE_RANK] : Number(state);
}

function priorityRank(priority: Priority): number {
  return PRIORITY_RANK[priority] ?? UNNAMED_PRIORITY_RANK;
}

/** Nobody has answered yet. */
export function isWaiting(incident: Incident): boolean {
  return rankOf(incident.state) < STATE_RANK.ACKED;
}

/** A P1 closed by people on site stays open here until cause and contact are known. */
export function needsHubClose(incident: Incident): boolean {
  return incident.needs_close;
}

export function isOpen(incident: Incident): boolean {
  return rankOf(incident.state) < STATE_RANK.RESOLVED || needsHubClose(incident);
}

/** Epoch ms at which the incident began, for its age; unknown times sort as oldest, since they waited longest. */
export function beganMs(incident: Incident): number {
  const text = incident.clocks.found ?? incident.clocks.alarmed;
  const ms = text ? Date.parse(text) : NaN;
  return Number.isFinite(ms) ? ms : 0;
}

/** Real before drill before test; P1 first; who waits for an answer before who has one; then the oldest. */
export function byUrgency(a: Incident, b: Incident): number {
  return (
    markRank(a.mark) - markRank(b.mark) ||
    priorityRank(a.priority) - priorityRank(b.priority) ||
    Number(isWaiting(b)) - Number(isWaiting(a)) ||
    beganMs(a) - beganMs(b) ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}

function markRank(mark: Mark): number {
  return mark === "REAL" ? 0 : mark === "DRILL" ? 1 : 2;
}

export function openByUrgency(all: Iterable<Incident>): Incident[] {
  return [...all].filter(isOpen).sort(byUrgency);
}

/** Real figures only: tests and drills never count. */
export function countOpen(all: Iterable<Incident>): { open: number; waiting: number; P1: number; P2: number } {
  const counts = { open: 0, waiting: 0, P1: 0, P2: 0 };
  for (const incident of all) {
    if (incident.mark !== "REAL" || !isOpen(incident)) continue;
    counts.open++;
    if (isWaiting(incident)) counts.waiting++;
    if (incident.priority === "P1") counts.P1++;
    if (incident.priority === "P2") counts.P2++;
  }
  return counts;
}

/** In a flood all P1 stay on screen; of the rest the most urgent fill up to `limit`. Order is kept. */
export function cut(ordered: readonly Incident[], limit: number): { shown: Incident[]; hidden: number } {
  let room = limit - ordered.filter((item) => item.priority === "P1").length;
  const shown = ordered.filter((item) => item.priority === "P1" || room-- > 0);
  return { shown, hidden: ordered.length - shown.length };
}

/** Case-insensitive search over what is written on the card. All words must be found. */
export function matches(incident: Incident, query: string): boolean {
  const hay = [
    incident.id,
    incident.community_zh,
    incident.community_en,
    incident.resident_label,
    incident.device,
    incident.device_zh,
    incident.device_en,
    ...incident.strangers,
    incident.place?.zone_zh,
    incident.place?.zone_en,
    incident.priority,
    ...incident.reasons,
  ]
    .join(" ")
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

export type Action = Exclude<Verb, "review"> | "join";

/** What the console offers, most likely next step first: what is sensible here and what the hub says it would take. */
export function actionsFor(incident: Incident, me: string): Action[] {
  const { allowed } = incident;
  return sensible(incident, me).filter((action) => action === "join" || !allowed.length || allowed.includes(action));
}

function sensible(incident: Incident, me: string): Action[] {
  const rank = rankOf(incident.state);
  if (!isOpen(incident)) return [];
  if (needsHubClose(incident)) return ["resolve"];
  if (rank < STATE_RANK.ACKED) return ["acknowledge", "resolve"];
  const actions: Action[] = [];
  if (rank < STATE_RANK.RESPONDING) actions.push("respond");
  if (rank < STATE_RANK.ON_SITE) actions.push("on_site");
  actions.push("resolve");
  if (!incident.owners.some((owner) => owner.id === me)) actions.push("join");
  return actions;
}

/** What is said of the end. `contacted`: reached, not reached, or null = nothing said. */
export interface Closing {
  readonly cause: string;
  readonly contacted: boolean | null;
  readonly done: readonly Done[];
}

export const NO_CLOSING: Closing = { cause: "", contacted: null, done: [] };

/** What people did, as an operator ticks it off. */
export const DONE = [
  "phoned",
  "visited",
  "neighbour_looked",
  "family_informed",
  "ambulance_called",
  "police_called",
  "other",
] as const satisfies readonly Done[];

export function isDone(text: string): text is Done {
  return (DONE as readonly string[]).includes(text);
}

export type Gap = "cause" | "contact" | "done";

/** Why the form cannot be sent, as message keys; the hub checks the same. Nobody has to claim a contact that was not. */
export function resolveGaps(incident: Incident, closing: Closing): Gap[] {
  const gaps: Gap[] = [];
  if (!closing.cause) gaps.push("cause");
  if (incident.priority !== "P1") return gaps;
  if (closing.contacted === null) gaps.push("contact");
  else if (!closing.contacted && !closing.done.length) gaps.push("done");
  return gaps;
}

/** Ids that wait for an answer now and did not before: what is spoken by the live region and rung. */
export function newlyWaiting(before: ReadonlySet<string>, all: Iterable<Incident>): Incident[] {
  return [...all].filter((item) => isWaiting(item) && item.mark !== "TEST" && !before.has(ringKey(item)));
}

/** A re-ring is a new round of the same incident and rings again. */
export function ringKey(incident: Incident): string {
  return `${incident.id}/${incident.round}`;
}

const KNOWN_REASONS: Readonly<Record<Reason, true>> = {
  SOS: true,
  FALL: true,
  REMOVED: true,
  LOW_BATTERY: true,
  GEOFENCE_OUT: true,
  GEOFENCE_IN: true,
  TAMPER: true,
  SMOKE: true,
  WATER: true,
  PANIC: true,
  GENERAL: true,
  CALL_BUTTON: true,
  HELP_BELL: true,
  BOX_CANNOT_RECORD: true,
  BOX_SILENT: true,
  DEVICE_SILENT: true,
  STAFF_ASKED: true,
  POWER_CUT: true,
  JOURNAL_SALVAGED: true,
  BOX_ROLLED_BACK: true,
  NOT_HEARD: true,
  NOT_MOVING: true,
  FORBIDDEN_ZONE: true,
  OVERDUE: true,
  QUIET_HOURS: true,
};

export const REASONS = Object.keys(KNOWN_REASONS) as readonly Reason[];

export function isReason(text: string): text is Reason {
  return Object.hasOwn(KNOWN_REASONS, text);
}

/** Rules of the hub's own, which say more than their reason. */
export const HUB_RULES = [
  "unreadable_alarm",
  "quarantine",
  "store_damaged",
  "certificates_damaged",
  "console_certificate",
  "box_cloned",
  "retention_stopped",
] as const;

export function isHubRule(text: string): text is (typeof HUB_RULES)[number] {
  return (HUB_RULES as readonly string[]).includes(text);
}

/** What an operator chooses from. */
export const CAUSES = [
  "helped_on_site",
  "fall",
  "illness",
  "hospital",
  "pressed_by_mistake",
  "nobody_found",
  "device_fault",
  "network_or_power",
  "maintenance",
  "other",
] as const;

/** Besides these, rules of box and hub close what ended by itself. */
export const CAUSES_BY_RULE = [
  "box_back",
  "recording_again",
  "device_back",
  "worn_again",
  "battery_full",
  "heard_again",
  "moving_again",
  "back_in_zone",
  "left_zone",
] as const;

export type Cause = (typeof CAUSES)[number] | (typeof CAUSES_BY_RULE)[number];

export function isCause(text: string): text is Cause {
  return ([...CAUSES, ...CAUSES_BY_RULE] as readonly string[]).includes(text);
}

/** Raised about a site as a whole: there is no resident and no place to look for. */
export function isAboutSite(incident: Incident): boolean {
  return incident.device.startsWith("box:") || incident.reasons.some((code) => SITE_REASONS.has(code));
}

/** Keys of the devices nobody adopted whose presses count on it, the first one first; none for a person's page. */
export function unknownDevices(incident: Incident): readonly string[] {
  return incident.unknown_device ? [incident.device, ...incident.strangers] : [];
}

const SITE_REASONS = new Set(["BOX_SILENT", "BOX_CANNOT_RECORD", "JOURNAL_SALVAGED", "BOX_ROLLED_BACK"]);
