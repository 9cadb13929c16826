// A sheet on its way into the registry: which step it is at, what may be done, and words for what the hub refuses.
import type { ListKind, Upload } from "../hub/imports";
import type { Answer } from "../hub/line";

export const STEPS = ["file", "columns", "compare", "takeOver"] as const;
export type StepName = (typeof STEPS)[number];

/** What a column can be, in the order in which it is offered. */
export const FIELDS = [
  "ignored", "name", "id-number", "archive-no", "sex", "birth", "age", "phone", "community", "address", "building", "unit",
  "flat", "relation-to-head", "contact-name", "contact-relation", "contact-phone",
] as const;
export type FieldName = (typeof FIELDS)[number];

/** The lists of a comparison, in the order in which a clerk looks at them. */
export const KINDS = ["new", "changed", "missing", "kept", "refused", "left-out", "noted"] as const satisfies readonly ListKind[];

export const PARTS = ["name", "id-number", "archive-no", "sex", "birth", "phones", "flat", "head", "contact"] as const;

/** More than this of those whom the sheet is about is likely not people who moved, but half a sheet. */
export const MANY_MISSING = 0.2;
export const MOST_TICKS = 1_500;
export const PAGE_LINES = 50;

/** Codes of refusals that the locales have words for, below `imports.refused`. */
export const REFUSALS = [
  "upload-unknown", "upload-busy", "not-compared", "not-missing", "too-many-uploads", "no-room", "import-unknown",
  "import-undone", "preview-outdated", "changed-since", "community-unknown", "key-missing", "not-allowed", "not-logged",
  "unavailable", "unreachable", "too-large", "worker-ended", "export-unknown", "export-over", "export-own",
  "export-not-approved", "export-not-yours", "export-nobody", "export-fields", "needs-reason", "too_many", "other",
] as const;

/** The key of the words for why something was not done. */
export function refusedKey(code: string): string {
  return `imports.refused.${(REFUSALS as readonly string[]).includes(code) ? code : "other"}`;
}

/** As above, of an answer that is no "done". */
export function codeOf(answer: Answer<unknown>): { code: string; message: string } {
  if (answer.kind === "refused") return { code: answer.status === 413 ? "too-large" : answer.error, message: answer.message };
  return { code: "unreachable", message: "" };
}

/** Something is being done with the sheet: the page asks how far it is. */
export function isWorking(upload: Upload): boolean {
  return upload.step === "reading" || upload.step === "comparing" || upload.step === "taking-over";
}

/** Where a clerk is with a sheet; `backAtColumns`: somebody looks at the columns once more, or goes on with the next sheet of the file. */
export function stepOf(upload: Upload | null, backAtColumns: boolean): StepName {
  if (upload === null || upload.step === "reading" || upload.step === "unreadable") return "file";
  if (upload.step === "taking-over") return "takeOver";
  if (upload.step === "taken") return backAtColumns && upload.sheets_left.length > 0 ? "columns" : "takeOver";
  if (upload.step === "compared") return backAtColumns ? "columns" : "compare";
  return "columns";
}

/** The sheet that is proposed: the one with people and most rows that was not taken over yet. */
export function proposedSheet(upload: Upload): string | null {
  const left = upload.sheets.filter((sheet) => upload.sheets_left.includes(sheet.name) && !sheet.is_hidden);
  return [...left].sort((a, b) => b.rows - a.rows)[0]?.name ?? upload.sheets.find((sheet) => !sheet.is_hidden)?.name ?? null;
}

/** Why the columns cannot be compared yet; "" when they can. A column that is chosen twice counts once in a sheet. */
export function columnsWrong(fields: readonly FieldName[], community: string | null): "" | "no-name" | "no-community" | "twice" {
  if (!fields.includes("name")) return "no-name";
  const once = fields.filter((field) => field !== "ignored" && field !== "phone");
  if (new Set(once).size < once.length) return "twice";
  return community === null && !fields.includes("community") ? "no-community" : "";
}

/** How many of those whom the sheet is about are missing from it, 0 to 1. */
export function missingShare(compared: NonNullable<Upload["compared"]>): number {
  const there = compared.lists.changed + compared.same + compared.lists.missing;
  return there === 0 ? 0 : compared.lists.missing / there;
}

export function countOf(compared: NonNullable<Upload["compared"]>, kind: ListKind): number {
  return kind === "left-out" ? compared.lists.left_out : compared.lists[kind];
}

/** The list to begin with: the first that a clerk should look at, and has anything in it. */
export function firstKind(compared: NonNullable<Upload["compared"]>): ListKind {
  const order: readonly ListKind[] = ["refused", "missing", "changed", "kept", "left-out", "noted", "new"];
  return order.find((kind) => countOf(compared, kind) > 0) ?? "new";
}

/** 0 to 100, null before anything was counted. */
export function percent(progress: Upload["progress"]): number | null {
  return progress && progress.of > 0 ? Math.round((100 * progress.done) / progress.of) : null;
}
