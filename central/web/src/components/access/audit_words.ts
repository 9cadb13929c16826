// Entries of the audit in words: what this page knows of them, anything else as the hub wrote it.
import type { useWords } from "../../locales/words";
import { AUDITED, readDetail, readRights } from "../../state/accounts";

type Words = ReturnType<typeof useWords>;

/** "account.role": a dot would be a level of its own in the locales. */
export function auditAction(words: Words, action: string): string {
  const key = action.replace(".", "-");
  return (AUDITED as readonly string[]).includes(key) ? words.t(`account.audited.${key}`) : action;
}

export function auditDetail(words: Words, detail: string): string {
  const rights = readRights(detail);
  if (rights === null) {
    const known = readDetail(detail);
    return known === null ? detail : words.t(`account.detail.${known.key}`, { n: known.n, seconds: known.seconds });
  }
  return rights.map(({ role, scope }) => `${words.t(`role_of.${role}.name`)} · ${words.scope(scope, 10)}`).join(" → ");
}
