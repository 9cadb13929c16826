// The four clocks of an incident (found, alarmed, answered, disposed), with targets, on the hub's time.
import type { Clocks, ClockName, Incident } from "../hub/contract";

export const CLOCK_NAMES = ["found", "alarmed", "answered", "disposed"] as const satisfies readonly ClockName[];

/** Answered within 60 s for 97.5 %, within 180 s for 99 %, each later one is investigated (usual in telecare). */
export const ANSWER_TARGET_S = 60;
export const ANSWER_LIMIT_S = 180;
/** On site or closed within 45 min for 90 %, within 60 min for all. */
export const DISPOSE_TARGET_S = 45 * 60;
export const DISPOSE_LIMIT_S = 60 * 60;

export type Verdict = "none" | "in_time" | "late" | "too_late";

export interface ClockView {
  readonly name: ClockName;
  /** done: happened; running: counting now; waiting: its turn has not come. */
  readonly state: "done" | "running" | "waiting";
  readonly at: string | null;
  readonly about: boolean;
  /** Seconds since `found` at which it happened, or now when running; null while unknown. */
  readonly seconds: number | null;
  readonly verdict: Verdict;
}

const LIMITS: Readonly<Partial<Record<ClockName, readonly [number, number]>>> = {
  answered: [ANSWER_TARGET_S, ANSWER_LIMIT_S],
  disposed: [DISPOSE_TARGET_S, DISPOSE_LIMIT_S],
};

export function verdict(name: ClockName, seconds: number | null): Verdict {
  const limits = LIMITS[name];
  if (!limits || seconds === null) return "none";
  return seconds <= limits[0] ? "in_time" : seconds <= limits[1] ? "late" : "too_late";
}

function ms(text: string | null): number | null {
  const value = text === null ? NaN : Date.parse(text);
  return Number.isFinite(value) ? value : null;
}

function isAbout(clocks: Clocks, name: ClockName): boolean {
  return clocks[`${name}_about`];
}

/**
 * `nowMs` is the hub's time. The answering clock counts from `alarmed`, when people could know: an alarm that arrives
 * hours late must not look hours unanswered. Disposal counts from there too. Both are "about" when either end is.
 */
export function clockViews(incident: Incident, nowMs: number): ClockView[] {
  const { clocks } = incident;
  const start = ms(clocks.alarmed) ?? ms(clocks.found);
  const startAbout = isAbout(clocks, clocks.alarmed === null ? "found" : "alarmed");
  let running = false;
  return CLOCK_NAMES.map((name): ClockView => {
    const at = clocks[name];
    const atMs = ms(at);
    const base = name === "found" || name === "alarmed" ? ms(clocks.found) : start;
    if (atMs !== null) {
      const seconds = base === null ? null : Math.max(0, Math.floor((atMs - base) / 1000));
      const about = isAbout(clocks, name) || (name !== "found" && startAbout);
      return { name, state: "done", at, about, seconds, verdict: verdict(name, seconds) };
    }
    if (running || base === null) return { name, state: "waiting", at, about: false, seconds: null, verdict: "none" };
    running = true;
    const seconds = Math.max(0, Math.floor((nowMs - base) / 1000));
    return { name, state: "running", at, about: startAbout, seconds, verdict: verdict(name, seconds) };
  });
}

/** "0:09", "3:05", "1:02:03": a running time that an eye can follow. */
export function stopwatch(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** The largest sensible unit, as a message key and its number: 40 ms, 12 s, 5 min, 3 h, 2 days, 56 years. */
export function span(ms: number): { unit: "ms" | "s" | "min" | "h" | "d" | "y"; n: number } {
  const s = Math.abs(ms) / 1000;
  if (s > 0 && s < 1) return { unit: "ms", n: Math.round(s * 1000) };
  if (s < 120) return { unit: "s", n: s < 9.95 && s % 1 !== 0 ? Math.round(s * 10) / 10 : Math.round(s) };
  if (s < 2 * 3600) return { unit: "min", n: Math.round(s / 60) };
  if (s < 2 * 86_400) return { unit: "h", n: Math.round(s / 3600) };
  if (s < 2 * 365 * 86_400) return { unit: "d", n: Math.round(s / 86_400) };
  return { unit: "y", n: Math.round(s / (365.25 * 86_400)) };
}

export interface Freshness {
  readonly stale: boolean;
  readonly seconds: number;
}

export const STALE_AFTER_MS = 10_000;

/** True when somebody must be told that nothing comes: a page that has just been opened has that long to connect. */
export function isLost(lastContactMs: number | null, startedMs: number, nowMs: number): boolean {
  return nowMs - (lastContactMs ?? startedMs) >= STALE_AFTER_MS;
}

/** Without a byte for 10 s what is on screen is old, and says so. */
export function freshness(lastContactMs: number | null, nowMs: number): Freshness {
  if (lastContactMs === null) return { stale: true, seconds: 0 };
  const age = nowMs - lastContactMs;
  return { stale: age >= STALE_AFTER_MS, seconds: Math.max(0, Math.floor(age / 1000)) };
}
