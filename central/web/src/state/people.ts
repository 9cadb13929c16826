// People as the registry's pages show them, and what its refusals say. Pure.
import type { BandView, PersonLineView, PersonView } from "../hub/contract.gen";
import type { Answer } from "../hub/line";

/** Refusals that the locales have a sentence for, below `people.error`; others show the hub's own. */
export const PEOPLE_ERRORS = [
  "not-allowed",
  "forbidden",
  "purpose",
  "not-logged",
  "no_key",
  "unavailable",
  "unreachable",
  "community-unknown",
  "already-there",
  "resident-unknown",
  "already-undone",
  "changed-since",
  "no-incident",
  "incident-not-open",
  "too-short",
  "glass-not-broken",
  "needs-reason",
  "bad-value",
  "double-found",
  "bound-already",
  "cannot-merge",
  "edited-meanwhile",
  "needs-every-community",
  "too_many",
  "other",
] as const;

export function peopleError(answer: Answer<unknown>): string {
  if (answer.kind === "done") return "";
  if (answer.kind === "unreachable") return "people.error.unreachable";
  return `people.error.${(PEOPLE_ERRORS as readonly string[]).includes(answer.error) ? answer.error : "other"}`;
}

/** Fields that a refusal names, with words below `people.field`. */
export const NAMED_FIELDS = ["name", "flat", "birth", "born_on", "died_on", "id_number", "phone", "phones", "key", "guardian", "wording", "contact", "relation"] as const;

/** Which of `people.field` a refusal is about; "" where it names none that has words. */
export function fieldOf(answer: Answer<unknown>): string {
  const field = answer.kind === "refused" ? answer.body.field : null;
  return typeof field === "string" && (NAMED_FIELDS as readonly string[]).includes(field) ? field : "";
}

/** How old somebody is this year; null where the birth is not seen or not known. */
export function ageIn(line: Pick<PersonLineView, "birth_year">, nowMs: number): number | null {
  return line.birth_year === null ? null : new Date(nowMs).getUTCFullYear() - line.birth_year;
}

/** What may be done with somebody, in the order of the buttons. */
export const EVENTS = ["moved-within", "moved-out", "died", "hand-out", "edit", "contacts", "note", "consent", "request", "merge"] as const;
export type LifeEvent = (typeof EVENTS)[number];

export function eventsFor(person: PersonView): LifeEvent[] {
  if (person.line.state === "moved-out") return ["died", "edit", "request", "merge"];
  if (person.line.state === "died") return ["edit", "request"];
  return [...EVENTS];
}

/** What may be done with a band, by where it is. */
export const BAND_EVENTS = ["hand-out", "lost", "returned", "broken", "repaired"] as const;
export type BandEvent = (typeof BAND_EVENTS)[number];
export const DEVICE_STATES = ["in-service", "in-stock", "in-repair", "lost", "retired"] as const;

export function bandEventsFor(state: string, kind = "band"): BandEvent[] {
  switch (state) {
    case "in-service":
      return kind === "band" ? ["hand-out", "lost", "returned", "broken"] : ["lost", "returned", "broken"];
    case "in-stock":
      return kind === "band" ? ["hand-out", "lost"] : ["lost"];
    case "lost":
      return kind === "band" ? ["hand-out", "returned", "broken"] : ["returned", "broken"];
    case "in-repair":
      return ["repaired"];
    default:
      return [];
  }
}

/**
 * What follows from an event, as keys below `people.follows`, said before it is done. `n` of `bands`: how many somebody
 * wears.
 */
export function followsOf(event: LifeEvent | BandEvent, bands: readonly Pick<BandView, "number" | "key">[]): string[] {
  switch (event) {
    case "moved-within":
      return bands.length ? ["address", "bandsStay"] : ["address"];
    case "moved-out":
      return bands.length ? ["offBox", "bandsBack", "kept"] : ["offBox", "kept"];
    case "died":
      return bands.length ? ["offBox", "bandsBack", "keptDead"] : ["offBox", "keptDead"];
    case "lost":
      return ["unbound", "pressStill", "historyStays"];
    case "returned":
      return ["unbound", "toStock", "historyStays"];
    case "broken":
      return ["unbound", "toRepair", "historyStays"];
    case "repaired":
      return ["toStock"];
    case "hand-out":
      return ["onBox", "sosAtOnce"];
    case "merge":
      return ["merged", "mergedUndo"];
    default:
      return [];
  }
}

/** Kinds of actions in a history that the locales have words for, below `people.did`. */
export const DID = [
  "moved-in",
  "moved-within",
  "moved-out",
  "died",
  "edit",
  "contacts",
  "note",
  "note-ended",
  "merge",
  "split",
  "band-handed-out",
  "band-lost",
  "band-returned",
  "band-repaired",
  "device-added",
  "consent-given",
  "consent-withdrawn",
  "undo",
  "import",
] as const;

export function didKey(kind: string): string {
  return `people.did.${(DID as readonly string[]).includes(kind) ? kind : "other"}`;
}

/** A phone number in groups, as it is read aloud: 138 0013 8000. */
export function spokenPhone(phone: string): string {
  return /^1\d{10}$/.test(phone) ? `${phone.slice(0, 3)} ${phone.slice(3, 7)} ${phone.slice(7)}` : phone;
}

/** Of the fields of two records those that differ, side by side, as keys below `people.field`. */
export function sideBySide(one: PersonView, other: PersonView): { readonly field: string; readonly one: string; readonly other: string; readonly differs: boolean }[] {
  const text = (person: PersonView): [string, string][] => [
    ["name", person.line.name],
    ["flat", person.line.flat],
    ["birth", person.born_on ?? String(person.line.birth_year ?? "")],
    ["id_number", person.id_number ?? ""],
    ["phones", person.phones.map(spokenPhone).join(" · ")],
    ["bands", person.bands.map((band) => band.number || band.key).join(" · ")],
    ["contacts", person.contacts.map((contact) => contact.name).join(" · ")],
    ["archive_no", person.archive_no ?? ""],
  ];
  const others = new Map(text(other));
  return text(one)
    .map(([field, value]) => ({ field, one: value, other: others.get(field) ?? "", differs: value !== (others.get(field) ?? "") }))
    .filter((row) => row.one !== "" || row.other !== "");
}
