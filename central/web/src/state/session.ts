// Who is at this screen, for how long, and what he may see. Pure: answers of the hub and times in, what to show out.
import type { SessionView } from "../hub/contract.gen";
import type { Answer } from "../hub/line";

export type Right = SessionView["rights"][number];

/**
 * asking: not known yet. out: nobody is logged in; `first`: nobody was here, `left`: somebody logged out, `over`: the
 * session ended by itself, `deserted`: so it did while alarms were watched here, which must be said loudly. enrol: the
 * role needs a second factor first. in: somebody is at work.
 */
export type Screen =
  | { readonly kind: "asking" }
  | { readonly kind: "out"; readonly why: "first" | "left" | "over" | "deserted" }
  | { readonly kind: "enrol"; readonly session: SessionView }
  | { readonly kind: "in"; readonly session: SessionView };

/** A screen on which alarms are seen: when its session ends, somebody has to notice. */
export function isWatch(session: SessionView): boolean {
  return session.rights.includes("see-incidents");
}

/** Whether the hub has a live stream for somebody with these rights. */
export function hasStream(rights: readonly Right[]): boolean {
  return rights.some((right) => right === "see-incidents" || right === "see-check-ins" || right === "see-boxes");
}

export function screenOf(session: SessionView): Screen {
  return { kind: session.second_factor === "must_enrol" ? "enrol" : "in", session };
}

/** Two sessions of which the second goes on where the first was: the page may keep what it shows. */
export function isSamePost(a: SessionView, b: SessionView): boolean {
  const scope = (one: SessionView): string => (one.communities === "every" ? "every" : one.communities.join(" "));
  const mayDo = (one: SessionView): string => one.rights.join(" "); // more, when the registry is back
  return a.account === b.account && a.role === b.role && scope(a) === scope(b) && mayDo(a) === mayDo(b);
}

/** Ends of a session on this computer's clock. `idleForMs`: how long it lives without use. */
export interface Life {
  readonly endsMs: number;
  readonly idleEndsMs: number;
  readonly idleForMs: number;
}

export function lifeOf(session: SessionView, hubMs: number | null, nowMs: number): Life {
  const offset = nowMs - (hubMs ?? nowMs);
  const endsMs = Date.parse(session.ends) + offset;
  const idleEndsMs = Date.parse(session.idle_ends) + offset;
  return { endsMs, idleEndsMs, idleForMs: Math.max(0, idleEndsMs - nowMs) };
}

/** The hub has just taken something as use. */
export function afterUse(life: Life, nowMs: number): Life {
  return { ...life, idleEndsMs: Math.min(life.endsMs, nowMs + life.idleForMs) };
}

export function isOver(life: Life, nowMs: number): boolean {
  return nowMs >= Math.min(life.endsMs, life.idleEndsMs);
}

/** Said from here on; the idle end only when it is near, since any use puts it off. */
export const EARLY_MS = 10 * 60_000;
export const URGENT_MS = 2 * 60_000;

export interface Warning {
  readonly kind: "idle" | "end";
  readonly leftS: number;
  readonly isUrgent: boolean;
}

/** What to warn of now. `end`: only a new log-in helps; `idle`: one press does. */
export function warningOf(life: Life, nowMs: number): Warning | null {
  const toEnd = life.endsMs - nowMs;
  const toIdle = life.idleEndsMs - nowMs;
  if (toIdle < toEnd && toIdle <= URGENT_MS) return { kind: "idle", leftS: seconds(toIdle), isUrgent: true };
  if (toEnd <= EARLY_MS) return { kind: "end", leftS: seconds(toEnd), isUrgent: toEnd <= URGENT_MS };
  return null;
}

function seconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** Why there is no session: one sentence each, see `login.refused` in the locales. */
export const REFUSALS = [
  "wrong",
  "wrong_code",
  "code_needed",
  "locked",
  "disabled",
  "too_many",
  "no_key",
  "away",
  "unavailable",
  "other",
] as const;
export type RefusalKind = (typeof REFUSALS)[number];

/** `untilMs` on this computer's clock where it has to be waited. */
export interface LogInRefused {
  readonly kind: RefusalKind;
  readonly untilMs: number | null;
  readonly message: string;
}

/** What an answer to a log-in says; null when somebody is logged in. With a code it may be that which was wrong. */
export function refusedOf(answer: Answer<unknown>, withCode: boolean, nowMs: number): LogInRefused | null {
  if (answer.kind === "done") return null;
  if (answer.kind === "unreachable") return { kind: "away", untilMs: null, message: "" };
  const { error, message, body } = answer;
  const offset = nowMs - (answer.hubMs ?? nowMs);
  const until = typeof body.until === "string" ? Date.parse(body.until) + offset : NaN;
  const again = typeof body.again_s === "number" ? nowMs + body.again_s * 1000 : NaN;
  const untilMs = Number.isFinite(until) ? until : Number.isFinite(again) ? again : null;
  if (error === "wrong") return { kind: withCode ? "wrong_code" : "wrong", untilMs, message };
  const known = (REFUSALS as readonly string[]).includes(error);
  return { kind: known ? (error as RefusalKind) : "other", untilMs, message };
}
