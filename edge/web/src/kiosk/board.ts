// What a board shows of a list that does not fit: a page of it, the next one after a while.

export const TURN_MS = 12_000; // long enough to read six lines twice

export interface BoardPage<T> {
  readonly shown: readonly T[];
  readonly page: number; // from 1
  readonly pages: number;
}

/** The page of `all` that is on at `now` (milliseconds of a monotonic clock). */
export function boardPage<T>(all: readonly T[], now: number, size: number): BoardPage<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const at = Math.floor(now / TURN_MS) % pages;
  return { shown: all.slice(at * size, (at + 1) * size), page: at + 1, pages };
}
