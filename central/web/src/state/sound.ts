// Which sound the console makes, decided without a sound card. Only P1 and P2 ring, each with its own pattern; tests
// stay silent, drills ring like the real thing. A hub that is not heard has a sound of its own: new alarms would not
// be seen. A mute ends by itself after 60 s, and at once when something new rings.
import type { Incident } from "../hub/contract";
import { isWaiting, ringKey } from "./incidents";

export const MUTE_LIMIT_MS = 60_000;

export type Sound = "P1" | "P2" | "lost";
export type Ring = Sound | null;

export interface Tone {
  readonly hz: number;
  readonly startS: number;
  readonly lengthS: number;
}

export interface Pattern {
  readonly tones: readonly Tone[];
  /** The pattern is played again after so long. */
  readonly everyS: number;
}

/** P1: three fast rising pairs, every 2 s. P2: one slow falling pair, every 5 s. No hub: two low equal tones, every 8 s. */
export const PATTERNS: Readonly<Record<Sound, Pattern>> = {
  P1: {
    tones: [0, 0.4, 0.8].flatMap((at) => [
      { hz: 660, startS: at, lengthS: 0.14 },
      { hz: 990, startS: at + 0.16, lengthS: 0.18 },
    ]),
    everyS: 2,
  },
  P2: {
    tones: [
      { hz: 587, startS: 0, lengthS: 0.35 },
      { hz: 440, startS: 0.45, lengthS: 0.55 },
    ],
    everyS: 5,
  },
  lost: {
    tones: [
      { hz: 330, startS: 0, lengthS: 0.25 },
      { hz: 330, startS: 0.4, lengthS: 0.25 },
    ],
    everyS: 8,
  },
};

const LOST_KEY = "no hub";

export interface SoundState {
  readonly mutedUntilMs: number;
  /** What was ringing when somebody last looked; a key that is not here ends a mute. */
  readonly known: ReadonlySet<string>;
}

export const QUIET: SoundState = { mutedUntilMs: 0, known: new Set() };

/** For at most 60 s; asking again while muted does not add up beyond 60 s from now. */
export function mute(state: SoundState, nowMs: number): SoundState {
  return { ...state, mutedUntilMs: nowMs + MUTE_LIMIT_MS };
}

export function unmute(state: SoundState): SoundState {
  return { ...state, mutedUntilMs: 0 };
}

export function rings(incident: Incident): boolean {
  return isWaiting(incident) && incident.mark !== "TEST" && (incident.priority === "P1" || incident.priority === "P2");
}

/** Returns what must be heard now, and the state to keep. `lost`: nothing has come from the hub for too long. */
export function decide(
  state: SoundState,
  incidents: Iterable<Incident>,
  nowMs: number,
  lost = false,
): { state: SoundState; wanted: Ring; ring: Ring; mutedForS: number } {
  const ringing = [...incidents].filter(rings);
  const known = new Set(ringing.map(ringKey));
  if (lost) known.add(LOST_KEY);
  const somethingNew = [...known].some((key) => !state.known.has(key));
  const wanted = soundOf(ringing, lost);
  const left = state.mutedUntilMs - nowMs;
  // A clock that was set back must not make a mute longer than it may be.
  const muted = !somethingNew && left > 0 && left <= MUTE_LIMIT_MS;
  const mutedUntilMs = muted ? state.mutedUntilMs : 0;
  return {
    state: { mutedUntilMs, known },
    wanted,
    ring: muted ? null : wanted,
    mutedForS: muted ? Math.ceil(left / 1000) : 0,
  };
}

/** A person in danger who is known of comes first, then that others could not be heard of. */
function soundOf(ringing: readonly Incident[], lost: boolean): Ring {
  if (ringing.some((item) => item.priority === "P1")) return "P1";
  if (lost) return "lost";
  return ringing.length ? "P2" : null;
}
