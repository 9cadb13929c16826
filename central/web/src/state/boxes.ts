// What matters of a box at a glance. Pure.
import type { Box, DeviceLine } from "../hub/contract";

const CONTACT_RANK: Readonly<Record<Box["contact"], number>> = { silent: 0, never: 1, online: 2 };

/** A box's trouble, `EDGE-DRV-001:gate`: its code, and the name that some have behind a colon. */
export function readTrouble(text: string): { code: string; name: string } {
  const [code = "", name = ""] = text.split(/:(.*)/s);
  return { code, name };
}

export const CANNOT_RECORD = "EDGE-JNL-001";

/** What is listed besides the strip that already says in large that a box cannot record. */
export function listedTroubles(box: Box): readonly string[] {
  return cannotRecord(box) ? box.troubles.filter((text) => readTrouble(text).code !== CANNOT_RECORD) : box.troubles;
}

/** A fault or trouble that somebody could act on. */
export function hasTrouble(box: Box): boolean {
  return box.contact !== "online" || cannotRecord(box) || box.troubles.length > 0;
}

/** A box that never connected has recorded nothing and failed at nothing. */
export function cannotRecord(box: Box): boolean {
  return box.contact !== "never" && !box.recording;
}

/** What is to be said of a box's versions besides the one that runs: texts of `box`, and what they name. */
export function versionNews({ version }: Box): readonly { key: string; named: Record<string, string> }[] {
  if (version === null) return [];
  const { on_trial: onTrial, waiting, taken_back: takenBack, update } = version;
  return [
    ...(onTrial ? [{ key: "onTrial", named: {} }] : []),
    ...(waiting ? [{ key: "waitingVersion", named: { version: waiting } }] : []),
    ...(takenBack ? [{ key: "takenBack", named: { version: takenBack } }] : []),
    ...(update ? [{ key: "update", named: { text: update } }] : []),
  ];
}

/** Silent first, then those with a trouble, then by name. */
export function byConcern(a: Box, b: Box): number {
  return (
    CONTACT_RANK[a.contact] - CONTACT_RANK[b.contact] ||
    Number(hasTrouble(b)) - Number(hasTrouble(a)) ||
    (a.box < b.box ? -1 : 1)
  );
}

export function countContacts(boxes: Iterable<Box>): { total: number; online: number; silent: number; never: number } {
  const counts = { total: 0, online: 0, silent: 0, never: 0 };
  for (const box of boxes) {
    counts.total++;
    counts[box.contact]++;
  }
  return counts;
}

export type DeviceState = "heard" | "not_heard" | "not_adopted" | "unknown";

/** While a box is silent nobody knows what its devices do: unknown, not silent. */
export function deviceState(box: Box, device: DeviceLine): DeviceState {
  if (!device.adopted) return "not_adopted";
  if (box.contact !== "online") return "unknown";
  if (device.heard === null) return "unknown";
  return device.heard ? "heard" : "not_heard";
}

const DEVICE_RANK: Readonly<Record<DeviceState, number>> = { not_heard: 0, not_adopted: 1, unknown: 2, heard: 3 };

export function devicesByConcern(box: Box): DeviceLine[] {
  return [...box.devices].sort(
    (a, b) =>
      DEVICE_RANK[deviceState(box, a)] - DEVICE_RANK[deviceState(box, b)] ||
      Number(b.trouble !== "") - Number(a.trouble !== "") ||
      (a.device < b.device ? -1 : 1),
  );
}

export function countDevices(box: Box): { heard: number; silent: number; unadopted: number; unknown: number } {
  const counts = { heard: 0, silent: 0, unadopted: 0, unknown: 0 };
  for (const device of box.devices) {
    const state = deviceState(box, device);
    if (state === "heard") counts.heard++;
    else if (state === "not_heard") counts.silent++;
    else if (state === "not_adopted") counts.unadopted++;
    else counts.unknown++;
  }
  return counts;
}

/** Below this the clock of a box counts as the same as the hub's. */
export const SKEW_SHOWN_MS = 1_000;

export function skew(box: Box): "same" | "ahead" | "behind" | "unknown" {
  const ms = box.clock.skew_ms;
  if (ms === null || box.contact === "never") return "unknown";
  return Math.abs(ms) < SKEW_SHOWN_MS ? "same" : ms > 0 ? "ahead" : "behind";
}

export function streamTotals(box: Box): { n: number; skipped: number; lost: number } {
  return {
    n: box.streams.length,
    skipped: box.streams.reduce((sum, line) => sum + line.skipped, 0),
    lost: box.streams.reduce((sum, line) => sum + line.lost, 0),
  };
}

/** The hub notes in plain English what happened to a box's records; the known ones are said in the page's language. */
const NOTES: readonly { pattern: RegExp; key: string; names: readonly string[] }[] = [
  { pattern: /^(fork|salvage|import): a new (\w+) stream since (.+)$/, key: "born", names: ["why", "lane", "at"] },
  { pattern: /^fork: .* last seen (.+)$/, key: "forked", names: ["at"] },
  { pattern: /^(\d+) events skipped$/, key: "skipped", names: ["n"] },
  { pattern: /^(\d+) events lost at the hub$/, key: "lost", names: ["n"] },
  { pattern: /^(\d+) events set aside as not understood$/, key: "quarantined", names: ["n"] },
  { pattern: /^roster (\d+) refused: (.+)$/, key: "rosterRefused", names: ["n", "reason"] },
];

export interface Note {
  readonly key: string;
  readonly named: Readonly<Record<string, string>>;
}

/** Returns which known note a text is and its parts, or null: then the text is shown as it is. */
export function readNote(text: string): Note | null {
  for (const { pattern, key, names } of NOTES) {
    const found = pattern.exec(text);
    if (found) return { key, named: Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""])) };
  }
  return null;
}

/** "2026-11-24 04:50Z", as in notes, as epoch ms; NaN for anything else. */
export function noteTimeMs(text: string): number {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)Z$/.exec(text);
  return found ? Date.parse(`${found[1]}T${found[2]}:00Z`) : NaN;
}

/** Lane names as the message keys spell them. */
export function laneKey(lane: string): "alarm" | "activity" | "telemetry" | null {
  const key = lane.toLowerCase();
  return key === "alarm" || key === "activity" || key === "telemetry" ? key : null;
}

export const NOTE_KEYS = NOTES.map((note) => note.key);
