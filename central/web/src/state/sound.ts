// Which sound the console makes, decided without a sound card. Only P1 and P2 ring, each with its own pattern; tests
// stay silent, drills ring like the real thing. A hub that is not heard has a sound of its own: new alarms would not
// be seen. So has a screen at which nobody is logged in any more, or soon will not be. A mute ends by itself after 60 s,
// and at once when something new rings.
import type { Incident } from "../hub/contract";
import { isWaiting, ringKey } from "./incidents";

export const MUTE_LIMIT_MS = 60_000;

export type Sound = "P1" | "P2" | "lost" | "nobody";
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

/**
 * P1: three fast rising pairs, every 2 s. P2: one slow falling pair, every 5 s. No hub: two low equal tones, every 8 s.
 * Nobody logged in: three tones downwards, every 10 s.
 */
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
  nobody: {
    tones: [784, 622, 523].map((hz, index) => ({ hz, startS: index * 0.35, lengthS: 0.3 })),
    everyS: 10,
  },
};

const LOST_KEY = "no hub";
const ENDING_KEY = "ends soon";
const NOBODY_KEY = "nobody";

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

/** What must be heard now, and the state to keep. */
export interface Decision {
  readonly state: SoundState;
  readonly wanted: Ring;
  readonly ring: Ring;
  readonly mutedForS: number;
}

/** `lost`: nothing has come from the hub for too long. `ending`: nobody will be logged in here in a moment. */
export function decide(
  state: SoundState,
  incidents: Iterable<Incident>,
  nowMs: number,
  { lost = false, ending = false } = {},
): Decision {
  const ringing = [...incidents].filter(rings);
  const known = new Set(ringing.map(ringKey));
  if (lost) known.add(LOST_KEY);
  if (ending) known.add(ENDING_KEY);
  return muted(state, known, soundOf(ringing, lost, ending), nowMs);
}

/** For a screen whose session ended: `last` is what rang then, unanswered, and goes on; no click is needed for that. */
export function decideDeserted(state: SoundState, last: Ring, nowMs: number): Decision {
  return muted(state, new Set([NOBODY_KEY]), last === "P1" || last === "P2" ? last : "nobody", nowMs);
}

function muted(state: SoundState, known: ReadonlySet<string>, wanted: Ring, nowMs: number): Decision {
  const somethingNew = [...known].some((key) => !state.known.has(key));
  const left = state.mutedUntilMs - nowMs;
  // A clock that was set back must not make a mute longer than it may be.
  const isMuted = !somethingNew && left > 0 && left <= MUTE_LIMIT_MS;
  return {
    state: { mutedUntilMs: isMuted ? state.mutedUntilMs : 0, known },
    wanted,
    ring: isMuted ? null : wanted,
    mutedForS: isMuted ? Math.ceil(left / 1000) : 0,
  };
}

/** A person in danger who is known of comes first, then that others could not be heard of. */
function soundOf(ringing: readonly Incident[], lost: boolean, ending: boolean): Ring {
  if (ringing.some((item) => item.priority === "P1")) return "P1";
  if (lost) return "lost";
  if (ringing.length) return "P2";
  return ending ? "nobody" : null;
}
