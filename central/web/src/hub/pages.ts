// Questions and requests about the pages of a box. An answer is a value that says what the page must do.
import type { BoxPages, PageDone, PageRefusal, RegisterRefusal } from "./contract";
import type { ApprovePageRequest } from "./contract.gen";
import { Line } from "./line";

export type PageError = PageRefusal["error"] | RegisterRefusal["error"] | "invalid";
export type PageAnswer<T> =
  | { readonly kind: "done"; readonly value: T }
  /** `error` names the reason, see `pages.error` in the locales; `pageKind` is what the page with that code is. */
  | { readonly kind: "refused"; readonly error: PageError; readonly message: string; readonly pageKind: string }
  | { readonly kind: "unreachable" };

const LOOK_WITHIN_MS = 8_000;
const ACT_WITHIN_MS = 20_000; // the hub waits for the box, and the box for the page

export const PAGE_ERRORS: ReadonlySet<string> = new Set<PageError>([
  "box-away",
  "no-answer",
  "busy",
  "malformed_code",
  "unknown_code",
  "same_code_twice",
  "other_kind",
  "too_many_wrong",
  "full",
  "unknown_page",
  "label",
  "expired",
  "unknown_kind",
  "refused",
  "not-allowed",
  "box-unknown",
  "unavailable",
  "invalid",
]);

export class PagesApi {
  readonly #base: string;
  readonly #line: Line;

  constructor(box: string, line = new Line()) {
    this.#line = line;
    this.#base = `${line.base}/api/boxes/${encodeURIComponent(box)}/pages`;
  }

  list(): Promise<PageAnswer<BoxPages>> {
    return this.#ask("", { cache: "no-store", signal: AbortSignal.timeout(LOOK_WITHIN_MS) });
  }

  approve(asked: ApprovePageRequest): Promise<PageAnswer<PageDone>> {
    return this.#post("", asked);
  }

  revoke(page: string): Promise<PageAnswer<PageDone>> {
    return this.#post(`/${encodeURIComponent(page)}/revoke`, {});
  }

  #post(path: string, body: object): Promise<PageAnswer<PageDone>> {
    const headers = { "Content-Type": "application/json" };
    const signal = AbortSignal.timeout(ACT_WITHIN_MS);
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  async #ask<T>(path: string, request: RequestInit): Promise<PageAnswer<T>> {
    try {
      const response = await this.#line.fetch(this.#base + path, request);
      return pageAnswerOf<T>(response.status, await response.json().catch(() => null));
    } catch {
      return { kind: "unreachable" };
    }
  }
}

/** What an answer means. Of an error that this page does not know the hub's own sentence is shown. */
export function pageAnswerOf<T>(status: number, body: unknown): PageAnswer<T> {
  if (status >= 200 && status < 300 && body !== null) return { kind: "done", value: body as T };
  const said = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const message = typeof said.message === "string" ? said.message : String(status);
  const pageKind = typeof said.kind === "string" ? said.kind : "";
  if (typeof said.error === "string" && PAGE_ERRORS.has(said.error)) {
    return { kind: "refused", error: said.error as PageError, message, pageKind };
  }
  return status >= 500 || status < 400 ? { kind: "unreachable" } : { kind: "refused", error: "invalid", message, pageKind };
}

/** Whether what was typed are eight digits, however they are grouped. */
export function isCode(text: string): boolean {
  return /^\d{8}$/.test(text.normalize("NFKC").replace(/[\s\-_.]/g, ""));
}
