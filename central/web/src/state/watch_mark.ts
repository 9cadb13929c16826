// Whether alarms were watched at this browser a moment ago. It tells a console that was thrown out, or whose browser
// started anew at night, from one that is opened for the first time. Holds a time and nothing about anybody.
const KEY = "anju.watch";
/** A screen that showed alarms so short a time ago is meant to show them now. */
export const FRESH_MS = 60 * 60_000;
const WRITE_EVERY_MS = 30_000;

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class WatchMark {
  readonly #store: Store;
  #writtenMs = -Infinity;

  constructor(store: Store) {
    this.#store = store;
  }

  isSet(nowMs: number): boolean {
    const since = Number(this.#store.getItem(KEY) ?? NaN);
    return Math.abs(nowMs - since) <= FRESH_MS; // also by a clock that was put right meanwhile
  }

  /** Alarms are watched here, or would be if somebody were logged in. */
  set(nowMs: number): void {
    if (Math.abs(nowMs - this.#writtenMs) < WRITE_EVERY_MS) return;
    this.#writtenMs = nowMs;
    this.#store.setItem(KEY, String(nowMs));
  }

  /** Somebody ended the watch on purpose. */
  clear(): void {
    this.#writtenMs = -Infinity;
    this.#store.removeItem(KEY);
  }
}
