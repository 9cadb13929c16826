// Questions about consents, requests, the log of look-ups and retention.
import type {
  ActedView,
  ChainView,
  ConsentLineView,
  ConsentListView,
  GiveConsentRequest,
  GlassesView,
  LookUpsView,
  OpenRequestRequest,
  RequestDoneView,
  RetentionDoneView,
  RetentionView,
  SubjectRequestsView,
  WithdrawConsentRequest,
  WordingsView,
} from "./contract.gen";
import type { Answer, Line } from "./line";
import type { For } from "./people";
import { askedFor } from "../state/purpose";

export type ConsentKind = ConsentLineView["kind"];
export type ConsentChannel = WithdrawConsentRequest["channel"];

/** Which look-ups; empty texts ask for all. */
export interface LookFilter {
  readonly account: string;
  readonly incident: string;
}

export class PrivacyApi {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  // ---- consents -------------------------------------------------------------------------------------------------

  wordings(): Promise<Answer<WordingsView>> {
    return this.#line.ask("/api/consents/wordings");
  }

  consents(task: For, community: string, kind: ConsentKind | "", withdrawn: boolean, before: number | null): Promise<Answer<ConsentListView>> {
    const asked = new URLSearchParams({ ...askedFor(task), community, withdrawn: String(withdrawn) });
    if (kind) asked.set("kind", kind);
    if (before !== null) asked.set("before", String(before));
    return this.#line.ask(`/api/consents?${asked}`);
  }

  giveConsent(resident: string, asked: GiveConsentRequest): Promise<Answer<ActedView>> {
    return this.#line.post(`/api/people/${encodeURIComponent(resident)}/consents`, asked);
  }

  withdrawConsent(resident: string, kind: ConsentKind, channel: ConsentChannel): Promise<Answer<ActedView>> {
    return this.#line.post(`/api/people/${encodeURIComponent(resident)}/consents/${kind}/withdraw`, { channel });
  }

  // ---- requests -------------------------------------------------------------------------------------------------

  requests(closed: boolean): Promise<Answer<SubjectRequestsView>> {
    return this.#line.ask(`/api/requests?closed=${String(closed)}`);
  }

  openRequest(resident: string, asked: OpenRequestRequest): Promise<Answer<RequestDoneView>> {
    return this.#line.post(`/api/people/${encodeURIComponent(resident)}/requests`, asked);
  }

  closeRequest(number: number, answer: string, refused: boolean): Promise<Answer<RequestDoneView>> {
    return this.#line.post(`/api/requests/${number}/close`, { answer, refused });
  }

  // ---- who looked, and broken glass -----------------------------------------------------------------------------

  lookUps(filter: LookFilter, before: number | null): Promise<Answer<LookUpsView>> {
    const asked = new URLSearchParams();
    if (filter.account.trim()) asked.set("account", filter.account.trim());
    if (filter.incident.trim()) asked.set("incident", filter.incident.trim());
    if (before !== null) asked.set("before", String(before));
    const text = asked.toString();
    return this.#line.ask(`/api/look-ups${text && `?${text}`}`);
  }

  chain(): Promise<Answer<ChainView>> {
    return this.#line.ask("/api/look-ups/chain");
  }

  glass(): Promise<Answer<GlassesView>> {
    return this.#line.ask("/api/glass");
  }

  sawGlass(number: number): Promise<Answer<GlassesView>> {
    return this.#line.post(`/api/glass/${number}/seen`);
  }

  // ---- retention ------------------------------------------------------------------------------------------------

  retention(): Promise<Answer<RetentionView>> {
    return this.#line.ask("/api/retention");
  }

  setClock(what: string, days: number): Promise<Answer<RetentionView>> {
    return this.#line.post(`/api/retention/clocks/${what}`, { days });
  }

  runRetention(confirmed: boolean): Promise<Answer<RetentionDoneView>> {
    return this.#line.post("/api/retention/run", { confirmed });
  }
}
