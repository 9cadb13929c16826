// The one way by which this page asks the hub. A session's cookie goes along by itself; what acts also carries a header
// that no form of another site can send. Whoever looks after the session learns from every answer whether it still is.

/** `hubMs`: the hub's clock when it answered, null when it did not say. */
export type Answer<T> =
  | { readonly kind: "done"; readonly value: T; readonly hubMs: number | null }
  /** `error` names the reason for years, `message` is the hub's own sentence, `body` is all of it. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly error: string;
      readonly message: string;
      readonly body: Readonly<Record<string, unknown>>;
      readonly hubMs: number | null;
    }
  | { readonly kind: "unreachable" };

export interface SessionKeeper {
  /** A request was refused since nobody is logged in. */
  signedOut(): void;
  /** The hub took something as use of the session. */
  used(): void;
}

const OWN_PAGE = "X-Anju";
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);
const ANSWER_WITHIN_MS = 15_000; // a password is checked slowly on purpose, and not beside many others

export class Line {
  readonly base: string;
  readonly #get: typeof fetch;
  #keeper: SessionKeeper | null = null;

  constructor(base = "", get: typeof fetch = (input, init) => fetch(input, init)) {
    this.base = base;
    this.#get = get;
  }

  tell(keeper: SessionKeeper): void {
    this.#keeper = keeper;
  }

  used(): void {
    this.#keeper?.used();
  }

  /** As `fetch`, for what only somebody who is logged in may ask. */
  readonly fetch: typeof fetch = async (input, init) => {
    const response = await this.#send(input, init);
    if (response.status === 401) this.#keeper?.signedOut();
    else if (response.status < 500) this.#keeper?.used();
    return response;
  };

  /** One question and its answer as a value, never an exception. `open`: nobody needs to be logged in for it. */
  async ask<T>(path: string, init: RequestInit = {}, { open = false } = {}): Promise<Answer<T>> {
    const request = { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...init } as const;
    try {
      const response = await (open ? this.#send(this.base + path, request) : this.fetch(this.base + path, request));
      return answerOf<T>(response.status, await response.json().catch(() => null), response.headers.get("Date"));
    } catch {
      return { kind: "unreachable" };
    }
  }

  post<T>(path: string, body: object = {}, options: { open?: boolean } = {}): Promise<Answer<T>> {
    const headers = { "Content-Type": "application/json" };
    return this.ask(path, { method: "POST", headers, body: JSON.stringify(body) }, options);
  }

  #send(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!SAFE_METHODS.has(init.method ?? "GET")) headers.set(OWN_PAGE, "1");
    return this.#get(input, { ...init, headers });
  }
}

/** What an answer means. A hub that cannot be reached and a proxy that answers in its place are the same to people. */
export function answerOf<T>(status: number, body: unknown, date: string | null = null): Answer<T> {
  const hubMs = date === null ? NaN : Date.parse(date);
  const at = Number.isFinite(hubMs) ? hubMs : null;
  if (status >= 200 && status < 300 && body !== null) return { kind: "done", value: body as T, hubMs: at };
  const said = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  if (typeof said.error !== "string") {
    if (status >= 500 || status < 400) return { kind: "unreachable" };
    return { kind: "refused", status, error: "invalid", message: String(status), body: said, hubMs: at };
  }
  const message = typeof said.message === "string" ? said.message : said.error;
  return { kind: "refused", status, error: said.error, message, body: said, hubMs: at };
}
