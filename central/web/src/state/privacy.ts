// Consents, requests and retention as codes that the locales have words for, and how urgent a request is. Pure.
import type { RetentionView, SubjectRequestView } from "../hub/contract.gen";
import type { ConsentChannel, ConsentKind } from "../hub/privacy";

export const CONSENT_KINDS = ["location", "guardian-watch", "photo", "share", "points", "messages", "minor"] as const satisfies readonly ConsentKind[];
export const CHANNELS = ["paper", "desk", "kiosk", "wechat"] as const satisfies readonly ConsentChannel[];
export const REQUEST_KINDS = ["access", "correct", "delete"] as const satisfies readonly SubjectRequestView["kind"][];
export const CLOCKS = ["look-ups", "incident-notes", "left-people", "undone-people"] as const satisfies readonly RetentionView["clocks"][number]["what"][];
/** Tables as a deletion certificate counts them. */
export const TABLES = ["resident", "look_up", "note", "name_key", "resident_phone", "contact", "consent", "token", "binding", "volunteer", "record_change"] as const;

/** Working days from which on a request is urgent. */
export const SOON_DAYS = 3;

/** unknown: the working days of that year are not published, so it has no date yet. */
export type Urgency = "late" | "today" | "soon" | "open" | "unknown" | "closed";

export function urgencyOf(request: Pick<SubjectRequestView, "state" | "is_late" | "days_left" | "due_on">, today: string): Urgency {
  if (request.state !== "open") return "closed";
  if (request.is_late) return "late";
  if (request.due_on === null) return "unknown";
  if (request.due_on === today) return "today";
  return request.days_left !== null && request.days_left <= SOON_DAYS ? "soon" : "open";
}

/** Whether a consent is given for somebody below 14 by a guardian, who then has to be named. */
export function needsGuardian(kind: ConsentKind): boolean {
  return kind === "minor";
}

/** What follows when a consent is taken back, as keys below `consent.follows`. */
export function followsWithdrawal(kind: ConsentKind): string[] {
  return kind === "location" ? ["positionsEnd", "sosStays"] : ["serviceEnds", "sosStays"];
}

/** Whether a run would stop at the guard for one clock. */
export function isTooMuch(clock: RetentionView["clocks"][number], state: Pick<RetentionView, "max_share" | "free">): boolean {
  return clock.going > state.free && clock.going > clock.there * state.max_share;
}

/** Why a run removed nothing, as a key below `retention.why` and its numbers; null for a sentence of a later version. */
export function readStopped(text: string): { readonly key: "clock" | "people" | "looks"; readonly going: string; readonly there: string } | null {
  if (text.startsWith("the clock is not known to be right")) return { key: "clock", going: "", there: "" };
  const [, going = "", there = "", what] = /^(\d+) of (\d+) (people who left|look-ups) would go at once/.exec(text) ?? [];
  return what === undefined ? null : { key: what === "look-ups" ? "looks" : "people", going, there };
}
