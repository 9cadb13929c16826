// The box over HTTP. Answers are null when the box could not be asked or did not understand; kiosk_state.ts words that.
import type { CheckIn, GoAnswer, HelpAnswer, Pairing, Requests, StaffAnswer, StaffTopic, UndoOutcome } from "./contract";

const TIMEOUT_MS = 5_000;
const RETRY_MS = [0, 700, 1_500];
const UNPAIRED = 401;

export class Api {
  readonly base: string;
  readonly #onUnpaired: () => void;

  /** `onUnpaired`: the box answered that this page is not paired, or not any more. */
  constructor(base: string, onUnpaired: () => void = () => {}) {
    this.base = base;
    this.#onUnpaired = onUnpaired;
  }

  /** What this page is to show. null when the box could not be asked. */
  async pair(): Promise<Pairing | "too_many" | null> {
    const answer = await this.#post("pair", {});
    if (!isRecord(answer)) return null;
    if ("state" in answer) return answer as unknown as Pairing;
    return answer.error === "too_many" ? "too_many" : null;
  }

  /** Asks up to three times with the same nonce: the box counts it once (kiosk rule K22). */
  async checkIn(token: string, activity: string, nonce: string): Promise<CheckIn | null> {
    for (const pauseMs of RETRY_MS) {
      await pause(pauseMs);
      const answer = await this.#post("check-in", { token, activity, nonce });
      if (isRecord(answer) && "outcome" in answer) return answer as unknown as CheckIn;
    }
    return null;
  }

  /** Asks up to three times: an undo of the same check-in counts once, and a lost answer is no failed undo. */
  async undo(ref: string): Promise<UndoOutcome | null> {
    for (const pauseMs of RETRY_MS) {
      await pause(pauseMs);
      const answer = await this.#post("undo", { ref });
      if (isRecord(answer) && "outcome" in answer) return answer.outcome as UndoOutcome;
    }
    return null;
  }

  async help(heldMs: number): Promise<HelpAnswer | null> {
    const answer = await this.#post("help", { held_ms: heldMs });
    return isRecord(answer) && "outcome" in answer ? (answer as unknown as HelpAnswer) : null;
  }

  async askStaff(about: StaffTopic): Promise<StaffAnswer | null> {
    const answer = await this.#post("staff", { about });
    return isRecord(answer) && answer.outcome === "asked" ? (answer as unknown as StaffAnswer) : null;
  }

  async go(incident: string, actor: string): Promise<GoAnswer | null> {
    const answer = await this.#post("respond", { incident, actor });
    return isRecord(answer) && "outcome" in answer ? (answer as unknown as GoAnswer) : null;
  }

  /** `incidents`: what stands on this screen, which the box takes for a receipt. */
  async beat(build: string, uptimeS: number, errors: number, screen: string, incidents: string[]): Promise<void> {
    await this.#post("beat", { build, uptime_s: uptimeS, errors, screen, incidents });
  }

  /** True when the box would serve the page now: a reload must not end on the browser's own error page. */
  async isServing(): Promise<boolean> {
    try {
      return (await fetch(this.base, { signal: AbortSignal.timeout(TIMEOUT_MS) })).ok;
    } catch (error) {
      if (isNetworkError(error)) return false;
      throw error;
    }
  }

  async #post<What extends keyof Requests>(what: What, body: Requests[What]): Promise<unknown> {
    try {
      const response = await fetch(`${this.base}/api/${what}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status === UNPAIRED) this.#onUnpaired();
      return (await response.json()) as unknown;
    } catch (error) {
      if (isNetworkError(error)) return null;
      throw error;
    }
  }
}

/** 16 random bytes in hex. getRandomValues works on plain http too, unlike randomUUID. */
export function newNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isNetworkError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
