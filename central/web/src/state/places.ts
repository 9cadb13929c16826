// What the pages of households and groups work out: how full a group is, what a refusal says, which page is shown. Pure.
import type { GroupView, HouseholdView, RosterStateView } from "../hub/contract.gen";
import type { Answer } from "../hub/line";

export const PAGE_ROWS = 50;

export type GroupWarning = GroupView["warnings"][number];
export type HomeWarning = HouseholdView["warnings"][number];
export const GROUP_WARNINGS = ["few", "many", "no-leader", "leader-died", "leader-left", "leader-elsewhere"] as const satisfies readonly GroupWarning[];
export const HOME_WARNINGS = ["no-group", "no-head", "two-heads", "no-flat"] as const satisfies readonly HomeWarning[];
export const HOME_FILTERS = ["all", "no-group", "no-head", "alone"] as const;

/** A group that nobody leads: nobody decides who goes. */
export function isLeaderless(warnings: readonly GroupWarning[]): boolean {
  return warnings.some((warning) => warning.startsWith("leader-") || warning === "no-leader");
}

/** A group's bar: 0 to half as many again as belong in one; what is beyond ends at its end. In per cent. */
export interface Fill {
  readonly filled: number;
  readonly from: number;
  readonly to: number;
  readonly state: "few" | "right" | "many";
}

export function fillOf(households: number, fewest: number, most: number): Fill {
  const whole = most * 1.5;
  const part = (count: number): number => Math.min(100, Math.round((count / whole) * 1000) / 10);
  const state = households < fewest ? "few" : households > most ? "many" : "right";
  return { filled: part(households), from: part(fewest), to: part(most), state };
}

/** Rows that are shown, counted as people do: "1–50 of 430". */
export interface Shown {
  readonly first: number;
  readonly last: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export function shownOf(offset: number, rows: number, found: number): Shown {
  return {
    first: rows ? offset + 1 : 0,
    last: offset + rows,
    isFirst: offset === 0,
    isLast: offset + rows >= found,
  };
}

/** Reasons that the locales have a sentence for, below `places.error`. */
export const PLACES_ERRORS = [
  "not-allowed",
  "purpose",
  "not-logged",
  "unavailable",
  "already-there",
  "resident-unknown",
  "already-undone",
  "changed-since",
  "not-there",
  "not-in-that-state",
  "grouped-already",
  "token-taken",
  "unreachable",
  "forbidden",
  "too_many",
  "other",
] as const;

/** Fields of a request for which the locales say what would be right, below `places.wrong`. */
export const PLACES_FIELDS = [
  "residents",
  "resident",
  "flat",
  "label",
  "leader",
  "households",
  "name",
  "parent",
  "coordinates",
  "presented",
  "phone",
  "account",
  "volunteer",
  "value",
  "values",
  "name_zh",
  "time_zone",
] as const;

export interface Saying {
  readonly key: string;
  readonly message: string;
}

/** What an answer says to people, null when it was done. `bad-value` says which field, others which reason. */
export function sayingOf(answer: Answer<unknown>): Saying | null {
  if (answer.kind === "done") return null;
  if (answer.kind === "unreachable") return { key: "places.error.unreachable", message: "" };
  const { error, message, body } = answer;
  if (error === "bad-value") {
    const field = (PLACES_FIELDS as readonly unknown[]).includes(body.field) ? String(body.field) : null;
    return field === null ? { key: "places.error.other", message } : { key: `places.wrong.${field}`, message };
  }
  const known = (PLACES_ERRORS as readonly string[]).includes(error);
  return { key: `places.error.${known ? error : "other"}`, message };
}

/**
 * A box's roster in a word. file: a file on the box says it. unheard: the box has not said what it has. refused: it was
 * sent one that it does not use. behind: it waits for the newest.
 */
export type RosterWord = "file" | "unheard" | "refused" | "behind" | "current";
export const ROSTER_WORDS = ["file", "unheard", "refused", "behind", "current"] as const satisfies readonly RosterWord[];

export function rosterWord(state: Pick<RosterStateView, "hub_revision" | "box_revision" | "refused">): RosterWord {
  if (state.refused.length) return "refused";
  if (state.hub_revision === null) return "file";
  if (state.box_revision === null) return "unheard";
  return state.box_revision === state.hub_revision ? "current" : "behind";
}

/** Tables of a roster that the locales have a word for, below `places.roster.table`. */
export const ROSTER_TABLES = [
  "zones",
  "devices",
  "bindings",
  "residents",
  "tokens",
  "activities",
  "rules",
  "responder_groups",
  "notices",
  "settings",
  "time_zone",
  "community",
  "snapshot",
] as const;

/** "rules.odd.kind" in its parts; a row's own key may hold dots. */
export function rowParts(row: string): { readonly table: string; readonly key: string; readonly field: string } {
  const [table = "", ...rest] = row.split(".");
  const field = rest.length > 1 ? (rest.pop() ?? "") : "";
  return { table, key: rest.join("."), field };
}

/** Settings and keys of rules that the locales have a word for, below `places.rules.of`; a later one is shown as it is. */
export const RULE_KEYS = [
  "presence_departed_after_s",
  "presence_still_here_s",
  "presence_hysteresis_db",
  "presence_dwell_s",
  "presence_stale_s",
  "escalation_P1",
  "escalation_P2",
  "priority",
  "unknown_priority",
  "unknown_rings_per_min",
  "rering_after_s",
  "fall",
  "call_button",
  "tamper",
  "alarm_input",
  "kinds",
  "devices",
  "after_s",
  "days",
  "percent",
  "day",
  "day_s",
  "night_s",
  "zones",
  "receivers",
  "circle",
  "polygon",
  "seen",
  "hours",
] as const;
export const RULE_KINDS = [
  "battery_low",
  "camera",
  "camera_quiet_hours",
  "device_silent",
  "fall",
  "forbidden_zone",
  "help_bell",
  "not_heard",
  "not_moving",
  "off_wrist",
  "sos",
  "zone_exit",
] as const;

export function ruleKey(key: string): string | null {
  const plain = key.replace(".", "_");
  return (RULE_KEYS as readonly string[]).includes(plain) ? plain : null;
}

/** "priority_low_battery" is about LOW_BATTERY. */
export function reasonOfKey(key: string): string | null {
  return /^priority_[a-z_]+$/.test(key) ? key.slice("priority_".length).toUpperCase() : null;
}

/** What boxes take, as the hub says it in English, in a key below `places.rules.allowed`; null: shown as it is. */
const ALLOWED: readonly { readonly pattern: RegExp; readonly key: string }[] = [
  { pattern: /^a whole number from (\d+) to (\d+)$/, key: "whole" },
  { pattern: /^one of (.+)$/, key: "oneOf" },
  { pattern: /^device keys parted by blanks$/, key: "devices" },
  { pattern: /^keys of bands of this community /, key: "bands" },
  { pattern: /^keys of receivers of this community /, key: "receivers" },
  { pattern: /^keys of cameras of this community /, key: "cameras" },
  { pattern: /^ids of zones of this community /, key: "zones" },
  { pattern: /^hours of the day like ([0-9:-]+), over midnight too$/, key: "hours" },
  { pattern: /^latitude, longitude .* like "(.+)", 20 to 20000 m$/, key: "circle" },
  { pattern: /^3 to 64 corners .* like "(.+)", no side crossing$/, key: "polygon" },
  { pattern: /^steps like "(.+)", the first at 0; targets: (.+)$/, key: "steps" },
  { pattern: /^(.+), parted by blanks$/, key: "someOf" },
];
export const ALLOWED_KEYS: readonly string[] = ALLOWED.map(({ key }) => key);

export function readAllowed(text: string): { readonly key: string; readonly a: string; readonly b: string } | null {
  for (const { pattern, key } of ALLOWED) {
    const found = pattern.exec(text);
    if (found) return { key, a: found[1] ?? "", b: found[2] ?? "" };
  }
  return null;
}

const CHOSEN = "anju.community";

/** Which community the pages are of: the one that was chosen last, if it is still there, else the first. */
export function chosenCommunity(communities: readonly string[], store: Pick<Storage, "getItem"> = sessionStorage): string {
  const last = store.getItem(CHOSEN);
  return last !== null && communities.includes(last) ? last : (communities[0] ?? "");
}

export function rememberCommunity(community: string, store: Pick<Storage, "setItem"> = sessionStorage): void {
  store.setItem(CHOSEN, community);
}
