// Questions and requests about the register of boxes. An answer is a value that says what the page must do.
import { Line } from "./line";
import type { BoxCode, Register, RegisteredBox, RegisterRefusal } from "./contract";
import type { AddBoxRequest, AddCommunityRequest } from "./contract.gen";

export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  /** `error` names the reason, see `register.error` in the locales; `message` is the hub's own sentence. */
  | { readonly kind: "refused"; readonly error: RegisterRefusal["error"] | "invalid"; readonly message: string }
  | { readonly kind: "unreachable" };

const ANSWER_WITHIN_MS = 8_000;

export class RegisterApi {
  readonly #line: Line;

  constructor(line = new Line()) {
    this.#line = line;
  }

  list(): Promise<Answer<Register>> {
    return this.#ask("/boxes", { cache: "no-store" });
  }

  addCommunity(asked: AddCommunityRequest): Promise<Answer<unknown>> {
    return this.#post("/communities", asked);
  }

  addBox(asked: AddBoxRequest): Promise<Answer<RegisteredBox>> {
    return this.#post("/boxes", asked);
  }

  /** A new code; it is in this answer only. */
  code(box: string): Promise<Answer<BoxCode>> {
    return this.#post(`/boxes/${encodeURIComponent(box)}/code`);
  }

  end(box: string, how: "retire" | "revoke"): Promise<Answer<RegisteredBox>> {
    return this.#post(`/boxes/${encodeURIComponent(box)}/${how}`);
  }

  #post<T>(path: string, body: object = {}): Promise<Answer<T>> {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #ask<T>(path: string, request: RequestInit): Promise<Answer<T>> {
    try {
      const url = `${this.#line.base}/api/registry${path}`;
      const response = await this.#line.fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return answerOf<T>(response.status, await response.json().catch(() => null));
    } catch {
      return { kind: "unreachable" };
    }
  }
}

export const ERRORS: ReadonlySet<string> = new Set<RegisterRefusal["error"]>([
  "not-allowed",
  "not-an-id",
  "community-unknown",
  "box-unknown",
  "already-there",
  "box-out",
  "cannot-replace",
  "no-authority",
  "unavailable",
  "refused",
]);

/** What an answer means. Of an error that this page does not know the hub's own sentence is shown. */
export function answerOf<T>(status: number, body: unknown): Answer<T> {
  if (status >= 200 && status < 300 && body !== null) return { kind: "done", value: body as T };
  const said = typeof body === "object" && body !== null ? (body as { error?: unknown; message?: unknown }) : {};
  const message = typeof said.message === "string" ? said.message : String(status);
  if (typeof said.error === "string" && ERRORS.has(said.error)) {
    return { kind: "refused", error: said.error as RegisterRefusal["error"], message };
  }
  return status >= 500 || status < 400 ? { kind: "unreachable" } : { kind: "refused", error: "invalid", message };
}
