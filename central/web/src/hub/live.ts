// Keeps one event stream open for ever: reconnects, resumes, and notices a connection that only looks alive.
//
// `EventSource` gives up for good on an HTTP error, cannot be told where to resume after that, and never says when the
// hub was last heard; so this reads the stream with fetch. Any byte counts as contact, also a keep-alive comment.
import { SseParser, type SseMessage } from "./sse";

/** After so long without a byte the connection is taken for dead and made anew. Below the 10 s at which data counts as old. */
export const SILENCE_LIMIT_MS = 8_000;
const PAUSES_MS = [200, 500, 1_000, 2_000, 4_000] as const;

/** How long to wait before the attempt after `failures` failed ones: short at first, never over 5 s, jittered. */
export function reconnectPauseMs(failures: number, random: number): number {
  const base = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 4_000;
  return Math.round(base * (0.75 + random * 0.5));
}

export interface LiveHandlers {
  message(message: SseMessage): void;
  /** A byte arrived now. */
  contact(): void;
  /** The connection stands, or is gone. */
  connected(up: boolean): void;
}

export interface LiveOptions {
  readonly fetch?: typeof fetch;
  readonly random?: () => number;
  readonly silenceLimitMs?: number;
  readonly pauseMs?: (failures: number, random: number) => number;
}

/** Runs until `stop` is aborted. Never throws. */
export async function follow(
  url: string,
  handlers: LiveHandlers,
  stop: AbortSignal,
  options: LiveOptions = {},
): Promise<void> {
  const { random = Math.random, silenceLimitMs = SILENCE_LIMIT_MS, pauseMs = reconnectPauseMs } = options;
  const get = options.fetch ?? fetch;
  let lastEventId = "";
  let failures = 0;
  while (!stop.aborted) {
    const attempt = new AbortController();
    const end = (): void => attempt.abort();
    stop.addEventListener("abort", end, { once: true });
    let watchdog = setTimeout(end, silenceLimitMs);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (lastEventId) headers["Last-Event-ID"] = lastEventId;
      const response = await get(url, { headers, cache: "no-store", signal: attempt.signal });
      if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`);
      handlers.connected(true);
      handlers.contact();
      const parser = new SseParser(lastEventId);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        failures = 0;
        clearTimeout(watchdog);
        watchdog = setTimeout(end, silenceLimitMs);
        handlers.contact();
        for (const message of parser.feed(value)) handlers.message(message);
        lastEventId = parser.lastEventId;
      }
    } catch {
      // Refused, cut, silent too long: all end in the same next attempt, and the header says since when.
    } finally {
      clearTimeout(watchdog);
      stop.removeEventListener("abort", end);
      attempt.abort();
    }
    handlers.connected(false);
    await pause(pauseMs(failures++, random()), stop);
  }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) { resolve(); return; }
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener("abort", done, { once: true });
  });
}
