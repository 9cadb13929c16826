// Questions and requests to the hub. An answer is a value that says what the page must do, never an exception.
import type { Box, CheckInDay, FirstAnswer, Incident } from "./contract";
import { isIncident } from "../state/store";

export type StepState = "ACKED" | "RESPONDING" | "ON_SITE";

export type Outcome =
  | { readonly kind: "done"; readonly incident: Incident }
  /** Somebody acknowledged first. */
  | { readonly kind: "first"; readonly first: FirstAnswer; readonly incident: Incident | null }
  /** The incident is not as it was when the request was made. */
  | { readonly kind: "changed"; readonly incident: Incident | null }
  /** `missing` names what the hub still wants: "cause", "contacted". */
  | { readonly kind: "refused"; readonly reason: string; readonly missing: readonly string[] }
  | { readonly kind: "unreachable" };

const ANSWER_WITHIN_MS = 8_000;

export class Hub {
  readonly #base: string;

  constructor(base = "") {
    this.#base = base;
  }

  get streamUrl(): string {
    return `${this.#base}/api/stream`;
  }

  /** These throw when the hub cannot be reached or answers with an error; the caller tries again. */
  openIncidents(): Promise<Incident[]> {
    return this.#get("/api/incidents?state=open&limit=2000");
  }

  boxes(): Promise<Box[]> {
    return this.#get("/api/boxes");
  }

  checkIns(): Promise<CheckInDay> {
    return this.#get("/api/check-ins?day=today");
  }

  acknowledge(incident: Incident, actor: string): Promise<Outcome> {
    return this.#post(incident, "acknowledge", { actor });
  }

  step(incident: Incident, actor: string, state: StepState): Promise<Outcome> {
    return this.#post(incident, "step", { actor, state });
  }

  resolve(incident: Incident, actor: string, cause: string, contacted: boolean): Promise<Outcome> {
    return this.#post(incident, "resolve", { actor, cause, contacted, note_code: "" });
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#base + path, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (!response.ok) throw new Error(`${path.split("?")[0]}: ${response.status}`);
    return (await response.json()) as T;
  }

  async #post(incident: Incident, verb: string, body: Record<string, unknown>): Promise<Outcome> {
    try {
      const response = await fetch(`${this.#base}/api/incidents/${encodeURIComponent(incident.id)}/${verb}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...body, expected: { round: incident.round, state: incident.state } }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return outcomeOf(response.status, await response.json().catch(() => null));
    } catch {
      return { kind: "unreachable" };
    }
  }
}

/** What an answer means. FastAPI wraps errors in `detail`; both shapes are read. */
export function outcomeOf(status: number, answer: unknown): Outcome {
  const body = asRecord(asRecord(answer)?.detail) ?? asRecord(answer);
  if (status >= 200 && status < 300 && isIncident(answer)) return { kind: "done", incident: answer };
  if (status === 409) {
    const incident = isIncident(body?.incident) ? body.incident : null;
    const first = asRecord(body?.first);
    if (first && asRecord(first.actor)) return { kind: "first", first: first as unknown as FirstAnswer, incident };
    return { kind: "changed", incident };
  }
  if (status >= 500 || status === 0) return { kind: "unreachable" };
  const missing = Array.isArray(body?.missing) ? body.missing.filter((item) => typeof item === "string") : [];
  return { kind: "refused", reason: reasonOf(body, answer) ?? String(status), missing };
}

function reasonOf(body: Record<string, unknown> | null, answer: unknown): string | null {
  for (const value of [body?.message, body?.error, asRecord(answer)?.detail]) if (typeof value === "string") return value;
  return null;
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
