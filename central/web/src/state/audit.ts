// What may be asked of the whole audit, and how it is written in the question.

/** What an action begins with; the locales have a word for each below `audit.kinds`. */
export const AUDIT_KINDS = ["account", "session", "audit", "box", "claim", "certificate", "card", "page", "community", "token", "registry", "people", "export"] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Empty texts ask for everything. Days are those of the district, "2026-09-21", the last one whole. */
export interface AuditFilter {
  readonly account: string;
  readonly subject: string;
  readonly kind: AuditKind | "";
  readonly from: string;
  readonly to: string;
}

export const NO_FILTER: AuditFilter = { account: "", subject: "", kind: "", from: "", to: "" };

/** The question, from "?" on; `startOf` gives the moment at which a day of the district begins, null for no day. */
export function auditQuery(filter: AuditFilter, before: number | null, startOf: (day: string, plusDays: number) => Date | null): string {
  const asked = new URLSearchParams();
  const account = filter.account.trim().toLowerCase();
  const subject = filter.subject.trim();
  const since = filter.from ? startOf(filter.from, 0) : null;
  const until = filter.to ? startOf(filter.to, 1) : null;
  if (account) asked.set("account", account);
  if (subject) asked.set("subject", subject);
  if (filter.kind) asked.set("kind", filter.kind);
  if (since) asked.set("since", since.toISOString());
  if (until) asked.set("until", until.toISOString());
  if (before !== null) asked.set("before", String(before));
  const text = asked.toString();
  return text && `?${text}`;
}

/** Where a day begins in this browser's time zone, which in a duty room is the district's. */
export function startOfDay(day: string, plusDays: number): Date | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(date) + plusDays);
}
