// Questions and requests to the hub. An answer is a value that says what the page must do, never an exception.
import type { Box, CheckInDay, ClosedPage, FirstAnswer, Incident, NamedPerson, NextState } from "./contract";
import type { AcknowledgeRequest, ResolveRequest, StepRequest, paths } from "./contract.gen";
import { Line } from "./line";
import type { Closing } from "../state/incidents";
import { isIncident } from "../state/store";

/** What a GET of this path answers. */
type Answer<Path extends keyof paths> = paths[Path] extends {
  readonly get: { readonly responses: { readonly 200: { content: { readonly "application/json": infer Found } } } };
}
  ? Found
  : never;
interface Asked {
  readonly acknowledge: AcknowledgeRequest;
  readonly step: StepRequest;
  readonly resolve: ResolveRequest;
}

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
  readonly line: Line;

  constructor(line = new Line()) {
    this.line = line;
  }

  get streamUrl(): string {
    return `${this.line.base}/api/stream`;
  }

  /** These throw when the hub cannot be reached or answers with an error; the caller tries again. */
  openIncidents(): Promise<readonly Incident[]> {
    return this.#get("/api/incidents", "?state=open&limit=2000");
  }

  boxes(): Promise<readonly Box[]> {
    return this.#get("/api/boxes");
  }

  checkIns(): Promise<CheckInDay> {
    return this.#get("/api/check-ins", "?day=today");
  }

  /** Who acts is who is logged in: the hub knows. */
  acknowledge(incident: Incident): Promise<Outcome> {
    return this.#post(incident, "acknowledge", {});
  }

  step(incident: Incident, state: NextState): Promise<Outcome> {
    return this.#post(incident, "step", { state });
  }

  resolve(incident: Incident, closing: Closing): Promise<Outcome> {
    const { cause, contacted, done } = closing;
    return this.#post(incident, "resolve", { cause, contacted, done: [...done], note_code: "" });
  }

  /** Closed within the last 30 days, a page at a time; `before` is the `more` of the page before. */
  async closed(text: string, before: number | null = null): Promise<ClosedPage> {
    const path = "/api/incidents/closed";
    const answer = await this.line.post<ClosedPage>(path, { text, before });
    if (answer.kind !== "done") throw new Error(`${path}: ${answer.kind}`);
    return answer.value;
  }

  /** Who an open incident is about, by full name: noted in the log of look-ups. Null where the registry knows nobody. */
  async named(incident: Incident): Promise<NamedPerson | null> {
    const path = `/api/incidents/${encodeURIComponent(incident.id)}/named`;
    const request = { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) } as const;
    const response = await this.line.fetch(this.line.base + path, request);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return ((await response.json()) as Answer<"/api/incidents/{key}/named">).person;
  }

  async #get<Path extends keyof paths>(path: Path, query = ""): Promise<Answer<Path>> {
    const request = { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) } as const;
    const response = await this.line.fetch(this.line.base + path + query, request);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as Answer<Path>;
  }

  async #post<V extends keyof Asked>(incident: Incident, verb: V, body: Omit<Asked[V], "expected">): Promise<Outcome> {
    const expected: Asked[V]["expected"] = { round: incident.round, state: incident.state };
    try {
      const response = await this.line.fetch(`${this.line.base}/api/incidents/${encodeURIComponent(incident.id)}/${verb}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...body, expected }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return outcomeOf(response.status, await response.json().catch(() => null));
    } catch {
      return { kind: "unreachable" };
    }
  }
}

/** What an answer means. What was not done comes as a refusal or a conflict. */
export function outcomeOf(status: number, answer: unknown): Outcome {
  const body = asRecord(answer);
  if (status >= 200 && status < 300 && isIncident(answer)) return { kind: "done", incident: answer };
  if (status === 409) {
    const incident = isIncident(body?.incident) ? body.incident : null;
    const first = asRecord(body?.first);
    if (first && asRecord(first.actor)) return { kind: "first", first: first as unknown as FirstAnswer, incident };
    return { kind: "changed", incident };
  }
  if (status >= 500 || status === 0) return { kind: "unreachable" };
  const missing = Array.isArray(body?.missing) ? body.missing.filter((item) => typeof item === "string") : [];
  return { kind: "refused", reason: reasonOf(body) ?? String(status), missing };
}

function reasonOf(body: Record<string, unknown> | null): string | null {
  for (const value of [body?.message, body?.error]) if (typeof value === "string") return value;
  return null;
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
