// How far a box is, in one word, and what a new one may be called.
import type { Register, RegisteredBox } from "../hub/contract";

/**
 * `unused`: no code can be used now. `code`: waits to be claimed. `claimed`: has its key, never streamed.
 * `streaming`: connected, no test event yet. `tested`: connected and tested. `away`: was here, is not connected now.
 */
export type Stage = "unused" | "code" | "claimed" | "streaming" | "tested" | "away" | "retired" | "revoked";

/** All of them, in the order in which the list shows them. */
export const STAGES: readonly Stage[] = ["code", "unused", "claimed", "streaming", "away", "tested", "retired", "revoked"];
const ID = /^[a-z0-9-]{1,32}$/;

export function stageOf(box: RegisteredBox): Stage {
  if (box.state === "retired" || box.state === "revoked") return box.state;
  if (box.streaming) return box.tested_at === null ? "streaming" : "tested";
  if (box.streamed_at !== null) return "away";
  if (box.state === "claimed") return "claimed";
  return box.code_ends_at === null ? "unused" : "code";
}

export function isOut(box: RegisteredBox): boolean {
  return box.state === "retired" || box.state === "revoked";
}

/** What somebody has to do something about comes first, what is out of service last. */
export function byStage(a: RegisteredBox, b: RegisteredBox): number {
  return STAGES.indexOf(stageOf(a)) - STAGES.indexOf(stageOf(b)) || a.box.localeCompare(b.box);
}

/** Whole seconds until `endsAt`, none when it is over. */
export function secondsLeft(endsAt: string, nowMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(endsAt) - nowMs) / 1000));
}

/** Days, hours, minutes and seconds as `2 d 03:04:05`; the days' word is the language's. */
export function countdown(seconds: number): { readonly days: number; readonly clock: string } {
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return { days: Math.floor(seconds / 86_400), clock };
}

/** The next free name of a community's boxes: `ningdu-2`. */
export function freeName(community: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const tail = `-${number}`;
    const name = community.slice(0, 32 - tail.length) + tail;
    if (!taken.has(name)) return name;
  }
}

/** What is wrong with a name, as a key of `register.wrong`; "" when nothing is. */
export function wrongName(name: string, taken: ReadonlySet<string>): "" | "id" | "taken" {
  if (!ID.test(name)) return "id";
  return taken.has(name) ? "taken" : "";
}

/** Boxes of a community that a new one may replace. */
export function replaceable(register: Register, community: string): readonly RegisteredBox[] {
  return register.boxes.filter((box) => box.community === community && box.replaced_by === null);
}
