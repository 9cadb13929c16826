// Accounts as the list shows them, what may be asked of one, and what the hub's answers say. Pure.
import type { Account, Role, Scope } from "../hub/contract";
import type { Answer } from "../hub/line";

/** In the order of EXPERIENCE O22. */
export const ROLES = [
  "operator",
  "supervisor",
  "community-staff",
  "programme-officer",
  "privacy-officer",
  "technician",
  "auditor",
] as const satisfies readonly Role[];

/**
 * disabled: nobody logs in by it. locked: for a while, after wrong tries. invited: its link waits for a password.
 * spent: the link is over and no password was set. active: can log in.
 */
export const STATES = ["disabled", "locked", "invited", "spent", "active"] as const;
export type AccountState = (typeof STATES)[number];

export function stateOf(account: Account, nowMs: number): AccountState {
  if (account.disabled_since !== null) return "disabled";
  if (account.locked_until !== null && Date.parse(account.locked_until) > nowMs) return "locked";
  if (account.has_password) return "active";
  return account.link_ends !== null && Date.parse(account.link_ends) > nowMs ? "invited" : "spent";
}

const STATE_RANK: Readonly<Record<AccountState, number>> = { locked: 0, spent: 1, invited: 2, active: 3, disabled: 4 };

/** What somebody may have to do something about comes first, what is out of use last. */
export function byNeed(a: Account, b: Account, nowMs: number): number {
  return STATE_RANK[stateOf(a, nowMs)] - STATE_RANK[stateOf(b, nowMs)] || (a.account < b.account ? -1 : 1);
}

/** What may be done with an account of another. `link`: a new one for who has no password yet. */
export const DEEDS = ["role", "link", "reset", "unlock", "end-sessions", "disable", "enable"] as const;
export type Deed = (typeof DEEDS)[number];

export function possible(account: Account, nowMs: number): Deed[] {
  const state = stateOf(account, nowMs);
  if (state === "disabled") return ["role", "enable"];
  const deeds: Deed[] = ["role", account.has_password ? "reset" : "link"];
  if (state === "locked") deeds.push("unlock");
  if (account.sessions > 0) deeds.push("end-sessions");
  return [...deeds, "disable"];
}

/** A scope while it is chosen: what was ticked stays while "every" is. */
export interface ChosenScope {
  readonly every: boolean;
  readonly chosen: readonly string[];
}

export function scopeChosen(scope: Scope): ChosenScope {
  return scope === "every" ? { every: true, chosen: [] } : { every: false, chosen: scope };
}

/** null while no community is chosen: such an account could see nothing. */
export function askedScope({ every, chosen }: ChosenScope): "every" | string[] | null {
  if (every) return "every";
  return chosen.length ? [...chosen] : null;
}

/** Actions of the audit that the locales have words for, below `account.audited`. */
export const AUDITED = [
  "account-add",
  "account-reset",
  "account-role",
  "account-disable",
  "account-enable",
  "account-unlock",
  "account-end-sessions",
  "account-wrong-password",
  "account-rehash",
  "account-password",
  "account-totp-begin",
  "account-totp",
  "account-code",
  "account-link-used",
  "account-totp-sealed",
  "account-as-known-last",
  "session-begin",
  "session-end",
  "session-away",
  "audit-read",
  "box-add",
  "box-take-over",
  "box-streamed",
  "box-tested",
  "box-retire",
  "box-revoke",
  "community-add",
  "community-take-over",
  "claim-make",
  "claim-use",
  "claim-wrong-proof",
  "certificate-renew",
  "certificate-forget",
  "card-keys",
  "page-approve",
  "page-revoke",
  "token-add",
  "token-revoke",
  "registry-key",
  "registry-restored",
  "people-import",
  "people-undo",
  "export-ask",
  "export-approve",
  "export-refuse",
  "export-fetch",
] as const;

export interface Rights {
  readonly role: Role;
  readonly scope: Scope;
}

/** "operator of ningdu -> supervisor of every", as the audit writes rights, before and after; null for another text. */
export function readRights(detail: string): Rights[] | null {
  const found: Rights[] = [];
  for (const part of detail.split(" -> ")) {
    const [, role = "", scope = ""] = /^([a-z-]+) of (\S+)$/.exec(part) ?? [];
    const known = ROLES.find((name) => name === role);
    if (known === undefined) return null;
    found.push({ role: known, scope: scope === "every" ? "every" : scope === "none" ? [] : scope.split(",") });
  }
  return found;
}

/** What else the audit writes, as a key below `account.detail` and its numbers; null for a text that is shown as it is. */
const DETAILS: readonly { readonly pattern: RegExp; readonly key: string }[] = [
  { pattern: /^(\d+) sessions ended$/, key: "ended" },
  { pattern: /^(\d+) sessions ended, second factor dropped$/, key: "dropped" },
  { pattern: /^(\d+)$/, key: "ended" },
  { pattern: /^try (\d+)$/, key: "tried" },
  { pattern: /^try (\d+), locked for (\d+) s$/, key: "locked" },
  { pattern: /^password$/, key: "password" },
  { pattern: /^password and code$/, key: "code" },
  { pattern: /^password and recovery code$/, key: "recovery" },
];
export const DETAIL_KEYS: readonly string[] = DETAILS.map(({ key }) => key);

export function readDetail(detail: string): { readonly key: string; readonly n: string; readonly seconds: string } | null {
  for (const { pattern, key } of DETAILS) {
    const found = pattern.exec(detail);
    if (found) return { key, n: found[1] ?? "", seconds: found[2] ?? "" };
  }
  return null;
}

/** All words are in what is written on the line; `named` adds the words of its role and communities. */
export function matchesAccount(account: Account, named: readonly string[], query: string): boolean {
  const scope = account.communities === "every" ? [] : account.communities;
  const hay = [account.account, account.full_name, account.role, ...scope, ...named].join(" ").toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** What is wrong with a log-in name, as a key of `account.wrong`; "" when nothing is. The hub checks the same. */
export function wrongAccountName(name: string, taken: ReadonlySet<string>): "" | "name" | "taken" {
  if (!NAME.test(name)) return "name";
  return taken.has(name) ? "taken" : "";
}

/** Whether two scopes are the same one. */
export function isSameScope(a: Scope, b: Scope): boolean {
  if (a === "every" || b === "every") return a === b;
  return a.length === b.length && a.every((one) => b.includes(one));
}

/** A secret in groups of four, as it is typed into a phone. */
export function groupsOf(secret: string): string[] {
  return secret.match(/.{1,4}/g) ?? [];
}

/** Reasons that the locales have a sentence for, below `account.error`. */
export const ERRORS = [
  "wrong",
  "code_needed",
  "locked",
  "disabled",
  "too_many",
  "no_key",
  "weak-password",
  "link-spent",
  "not-allowed",
  "not-a-name",
  "account-unknown",
  "account-disabled",
  "already-there",
  "own-account",
  "beyond-yours",
  "community-unknown",
  "nothing-offered",
  "code-spent",
  "unavailable",
  "signed_out",
  "second_factor",
  "forbidden",
  "unreachable",
  "other",
] as const;

/** The sentence for an answer; `other` shows the hub's own. */
export function refusalKey(answer: Answer<unknown>): string {
  if (answer.kind === "done") return "";
  if (answer.kind === "unreachable") return "account.error.unreachable";
  return `account.error.${(ERRORS as readonly string[]).includes(answer.error) ? answer.error : "other"}`;
}

/** A change that was made, and how it is taken back. */
export interface Change {
  readonly key: string;
  readonly account: string;
  readonly undo: (() => Promise<Answer<unknown>>) | null;
}
