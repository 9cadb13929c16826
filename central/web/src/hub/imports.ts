// Questions and requests about sheets of people, and about lists that leave the registry.
import type {
  CompareRequest,
  ExportAsked,
  ExportsView,
  ExportView,
  ImportsView,
  ListLineView,
  ListPageView,
  UploadsView,
  UploadView,
} from "./contract.gen";
import { answerOf, type Answer, type Line } from "./line";

export type Upload = UploadView;
export type ListLine = ListLineView;
export type ImportRow = ImportsView["imports"][number];
export type Export = ExportView;
export type ListKind = "new" | "changed" | "missing" | "kept" | "refused" | "left-out" | "noted";

/** A file goes on as long as it takes: the hub itself ends what does not come. */
const SEND_WITHIN_MS = 10 * 60_000;
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export class ImportApi {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  files(): Promise<Answer<UploadsView>> {
    return this.#line.ask("/api/imports/files");
  }

  file(upload: string): Promise<Answer<Upload>> {
    return this.#line.ask(of(upload));
  }

  send(file: File): Promise<Answer<Upload>> {
    const headers = { "Content-Type": "application/octet-stream", "X-File-Name": nameOf(file) };
    const signal = AbortSignal.timeout(SEND_WITHIN_MS);
    return this.#line.ask("/api/imports/files", { method: "POST", headers, body: file, signal });
  }

  compare(upload: string, asked: CompareRequest): Promise<Answer<Upload>> {
    return this.#line.post(of(upload, "compare"), asked);
  }

  /** Some lines of a list, from the line `first` on. */
  lines(upload: string, kind: ListKind, text: string, first: number, limit: number): Promise<Answer<ListPageView>> {
    return this.#line.post(of(upload, `lists/${kind}`), { text, first, limit });
  }

  takeOver(upload: string, movedOut: readonly string[]): Promise<Answer<Upload>> {
    return this.#line.post(of(upload, "take-over"), { moved_out: movedOut });
  }

  cancel(upload: string): Promise<Answer<Upload>> {
    return this.#line.post(of(upload, "cancel"));
  }

  remove(upload: string): Promise<Answer<unknown>> {
    return emptyIsDone(this.#line, of(upload), { method: "DELETE" });
  }

  /** Where the browser takes the rows to mend from. */
  mendUrl(upload: string): string {
    return this.#line.base + of(upload, "mend");
  }

  imports(before: number | null): Promise<Answer<ImportsView>> {
    return this.#line.ask("/api/imports" + (before === null ? "" : `?before=${before}`));
  }

  undo(run: number, reason: string): Promise<Answer<unknown>> {
    const headers = { "Content-Type": "application/json" };
    return emptyIsDone(this.#line, `/api/imports/${run}/undo`, { method: "POST", headers, body: JSON.stringify({ reason }) });
  }

  // ---- lists that leave the registry ----------------------------------------------------------------------------

  exports(): Promise<Answer<ExportsView>> {
    return this.#line.ask("/api/exports");
  }

  askExport(asked: ExportAsked): Promise<Answer<Export>> {
    return this.#line.post("/api/exports", asked);
  }

  approveExport(number: number): Promise<Answer<Export>> {
    return this.#line.post(`/api/exports/${number}/approve`);
  }

  refuseExport(number: number, reason: string): Promise<Answer<Export>> {
    return this.#line.post(`/api/exports/${number}/refuse`, { reason });
  }

  /** The list itself, once. */
  async fetchExport(number: number): Promise<Answer<Blob>> {
    try {
      const init = { method: "POST", cache: "no-store", signal: AbortSignal.timeout(SEND_WITHIN_MS) } as const;
      const response = await this.#line.fetch(`${this.#line.base}/api/exports/${number}/file`, init);
      if (response.ok) return { kind: "done", value: new Blob([await response.arrayBuffer()], { type: XLSX }), hubMs: null };
      return answerOf<Blob>(response.status, await response.json().catch(() => null));
    } catch {
      return { kind: "unreachable" };
    }
  }
}

function of(upload: string, what = ""): string {
  return `/api/imports/files/${encodeURIComponent(upload)}${what && `/${what}`}`;
}

/** As `Line.ask`, where an answer without a body means that it was done. */
async function emptyIsDone(line: Line, path: string, init: RequestInit): Promise<Answer<unknown>> {
  try {
    const response = await line.fetch(line.base + path, { cache: "no-store", signal: AbortSignal.timeout(15_000), ...init });
    if (response.ok) return { kind: "done", value: null, hubMs: null };
    return answerOf(response.status, await response.json().catch(() => null));
  } catch {
    return { kind: "unreachable" };
  }
}

/** A file's name for a header; half a surrogate pair, which a file system may hold, is no text. */
function nameOf(file: File): string {
  return encodeURIComponent(file.name.replace(/\p{Surrogate}/gu, "\uFFFD"));
}
