// The sound card's side of sound.ts: plays a pattern over and over until told otherwise. Browsers keep a page silent
// until somebody clicked on it once; `blocked` says so.
import { PATTERNS, type Ring, type Sound } from "./sound";

export class SoundPlayer {
  #context: AudioContext | null = null;
  #ring: Ring = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** How often a pattern was started, by kind: what a test can see of sound. */
  readonly played: Record<Sound, number> = { P1: 0, P2: 0, lost: 0, nobody: 0 };

  get blocked(): boolean {
    return this.#context?.state !== "running";
  }

  /** Tries to open the sound card; only works for good from inside a click or key handler. */
  async unlock(): Promise<boolean> {
    this.#context ??= new AudioContext();
    // resume() stays pending, not rejected, while the browser still waits for a gesture.
    await Promise.race([this.#context.resume(), new Promise((resolve) => setTimeout(resolve, 300))]);
    return !this.blocked;
  }

  /** What to play from now on. Calling it again with the same value changes nothing. */
  set(ring: Ring): void {
    if (ring === this.#ring) return;
    this.#ring = ring;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#play();
  }

  /** Plays the P1 pattern once, for the check at the start of a shift. */
  test(): void {
    this.#once("P1");
  }

  #play(): void {
    if (this.#ring === null) return;
    this.#once(this.#ring);
    this.#timer = setTimeout(() => this.#play(), PATTERNS[this.#ring].everyS * 1000);
  }

  #once(ring: Sound): void {
    const context = this.#context;
    if (context?.state === "running") {
      this.played[ring]++;
      for (const tone of PATTERNS[ring].tones) {
        const start = context.currentTime + 0.02 + tone.startS;
        const gain = new GainNode(context, { gain: 0 });
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(0.5, start + 0.015);
        gain.gain.setValueAtTime(0.5, start + tone.lengthS - 0.03);
        gain.gain.linearRampToValueAtTime(0, start + tone.lengthS);
        const oscillator = new OscillatorNode(context, { frequency: tone.hz, type: "triangle" });
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(start);
        oscillator.stop(start + tone.lengthS);
      }
    }
  }
}
