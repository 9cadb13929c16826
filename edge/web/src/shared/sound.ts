// Two cues that differ by direction, between 500 and 1,000 Hz where old ears still hear well (kiosk rule K15).
// A kiosk's Chromium needs --autoplay-policy=no-user-gesture-required, else the first touch unlocks the sound.

export type Cue = "rise" | "fall" | "alert";

const TONES: Record<Cue, readonly number[]> = { rise: [587, 880], fall: [880, 587], alert: [988, 740, 988, 740] };
const TONE_S = 0.16;

let context: AudioContext | null = null;

/** Tells `changed` now and at each change whether the browser keeps the page silent until somebody touches it. */
export function watchSilence(changed: (isSilent: boolean) => void): void {
  context ??= new AudioContext();
  const audio = context;
  const tell = (): void => changed(audio.state !== "running");
  audio.onstatechange = tell;
  tell();
}

/** Lets the page sound; browsers allow it within a touch only. */
export function unlock(): void {
  if (context && context.state !== "running") void context.resume();
}

/** Quieter in the evening and at night; `hour` null = the time is not known. */
export function volumeAt(hour: number | null): number {
  return hour !== null && (hour < 7 || hour >= 20) ? 0.15 : 0.4;
}

export function play(cue: Cue, volume: number): void {
  context ??= new AudioContext();
  const audio = context;
  if (audio.state === "suspended") void audio.resume();
  TONES[cue].forEach((hertz, index) => {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const from = audio.currentTime + index * TONE_S * 1.1;
    tone.type = "triangle";
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(volume, from + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
    tone.connect(gain).connect(audio.destination);
    tone.start(from);
    tone.stop(from + TONE_S);
  });
}
