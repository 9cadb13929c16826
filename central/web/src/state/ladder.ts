// What the picture "who rings when" works out: how far apart steps stand, who sends, which word is wrong. Pure.
import type { LadderFaultView, LadderStepView, LadderTargetView, LadderView } from "../hub/contract.gen";

export const LADDER_KEYS = ["escalation.P1", "escalation.P2"] as const;
export const isLadderKey = (key: string): boolean => (LADDER_KEYS as readonly string[]).includes(key);

type TargetName = LadderTargetView["target"];
type WrongName = Exclude<LadderView["wrong"], "">;
type FaultName = LadderFaultView["fault"];
export const TARGETS = [
  "siren",
  "kiosk",
  "lan",
  "console",
  "group",
  "leader",
  "grid_worker",
  "operator",
  "second_operator",
  "supervisor",
  "review",
] as const satisfies readonly TargetName[];
export const WRONGS = ["too-many", "not-at-once", "empty", "seconds", "until", "no-target", "unknown-target"] as const satisfies readonly WrongName[];
export const FAULTS = ["nobody", "no-phone", "no-channel"] as const satisfies readonly FaultName[];
export const SENDERS = ["box", "box_if", "hub", "hub_or_box", "only_hub", "nobody"] as const;
export type SenderWord = (typeof SENDERS)[number];

type Sent = Pick<LadderTargetView, "with_hub" | "without_hub" | "phones" | "is_certain">;

/**
 * Who sends: what needs no phone has one sender; to a phone the hub sends, and where it is gone the box. box_if: the box,
 * if it has a modem, which nobody knows yet.
 */
export function senderOf(target: Sent): SenderWord {
  if (!target.with_hub) return "nobody";
  if (target.with_hub === "box") return target.is_certain ? "box" : "box_if";
  if (target.without_hub === "box") return "hub_or_box";
  return target.phones === null ? "hub" : "only_hub";
}

/** A target that nobody is told of, though the ladder names it. */
export function isDead(target: Sent): boolean {
  return target.phones === 0 || senderOf(target) === "nobody";
}

/** How much of the line lies before each step, as shares of the whole; the first has none. */
export function gapsOf(steps: readonly Pick<LadderStepView, "wait_s">[]): number[] {
  const whole = steps.at(-1)?.wait_s ?? 0;
  return steps.map((step, at) => {
    const before = at ? (steps[at - 1]?.wait_s ?? 0) : step.wait_s;
    return whole ? Math.round(((step.wait_s - before) / whole) * 1000) / 1000 : 0;
  });
}

/** The word that is wrong as it was typed; "" where the whole step is. */
export function wordAt(text: string, step: number, word: number): string {
  const part = text.split(";")[step - 1] ?? "";
  return word ? (part.trim().split(/\s+/)[word - 1] ?? "") : part.trim();
}

/** One line of the table: a target of a step. */
export interface LadderRow {
  readonly wait_s: number;
  readonly until: LadderStepView["until"];
  readonly target: TargetName | `${number}`;
  readonly sender: SenderWord;
  readonly phones: number | null;
}

export function rowsOf(steps: readonly LadderStepView[]): LadderRow[] {
  return steps.flatMap(({ wait_s, until, targets }) =>
    targets.map((target) => ({ wait_s, until, target: target.target, sender: senderOf(target), phones: target.phones })),
  );
}
