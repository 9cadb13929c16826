// Guards against misclicks: a click on something that moved under the pointer, and a step taken by one careless press.

/** A list that re-sorts under the pointer must not turn a click on one incident into an answer to another. */
export const MOVED_GUARD_MS = 400;
/** A step that cannot be taken back wants a second press within this time. */
export const ARMED_MS = 4_000;

/** True when the incident was elsewhere on the list less than the guard time ago. */
export function movedJustNow(movedAtMs: number | undefined, nowMs: number): boolean {
  return movedAtMs !== undefined && nowMs - movedAtMs < MOVED_GUARD_MS;
}

/** Returns when each id last changed its place; ids that are new on the list count as moved, ids that left are gone. */
export function placesAfter(
  before: { order: readonly string[]; movedAt: ReadonlyMap<string, number> },
  order: readonly string[],
  nowMs: number,
): { order: readonly string[]; movedAt: ReadonlyMap<string, number> } {
  const movedAt = new Map<string, number>();
  order.forEach((id, index) => {
    const was = before.movedAt.get(id);
    // Out of an empty list nothing can be hit by mistake.
    if (before.order.length && before.order[index] !== id) movedAt.set(id, nowMs);
    else if (was !== undefined) movedAt.set(id, was);
  });
  return { order, movedAt };
}

export interface Armed {
  readonly key: string;
  readonly untilMs: number;
}

/** First press arms, second press of the same within time fires. */
export function press(armed: Armed | null, key: string, nowMs: number): { armed: Armed | null; fire: boolean } {
  if (armed?.key === key && nowMs <= armed.untilMs) return { armed: null, fire: true };
  return { armed: { key, untilMs: nowMs + ARMED_MS }, fire: false };
}
