// Questions and requests about sessions and accounts.
import type {
  AccountsView,
  AccountView,
  AddAccountRequest,
  AuditView,
  DoneView,
  LinkMadeView,
  LinkUsedView,
  LinkView,
  LogInRequest,
  PasswordRequest,
  RecoveryCodesView,
  RoleRequest,
  SessionView,
  TotpView,
  WholeAuditView,
} from "./contract.gen";
import type { Answer, Line } from "./line";

const OPEN = { open: true };

/** What a person does with an account of another that needs nothing but the account. */
export type AccountChange = "disable" | "enable" | "unlock" | "end-sessions";

export class AccountApi {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  // ---- the own session and account ------------------------------------------------------------------------------

  session(): Promise<Answer<SessionView>> {
    return this.#line.ask("/api/session", {}, OPEN);
  }

  logIn(asked: LogInRequest): Promise<Answer<SessionView>> {
    return this.#line.post("/api/session", asked, OPEN);
  }

  logOut(): Promise<Answer<DoneView>> {
    return this.#line.ask("/api/session", { method: "DELETE" }, OPEN);
  }

  lookAtLink(token: string): Promise<Answer<LinkView>> {
    return this.#line.post("/api/link/look", { token }, OPEN);
  }

  useLink(token: string, password: string): Promise<Answer<LinkUsedView>> {
    return this.#line.post("/api/link", { token, password }, OPEN);
  }

  changePassword(asked: PasswordRequest): Promise<Answer<DoneView>> {
    return this.#line.post("/api/account/password", asked);
  }

  beginTotp(password: string, code: string): Promise<Answer<TotpView>> {
    return this.#line.post("/api/account/totp", { password, code });
  }

  confirmTotp(code: string): Promise<Answer<RecoveryCodesView>> {
    return this.#line.post("/api/account/totp/confirm", { code });
  }

  // ---- accounts of others ---------------------------------------------------------------------------------------

  list(): Promise<Answer<AccountsView>> {
    return this.#line.ask("/api/accounts");
  }

  /** What was done to it, the newest first; `before` is the last `more`. */
  audit(account: string, before: number | null): Promise<Answer<AuditView>> {
    return this.#line.ask(pathOf(account, "audit") + (before === null ? "" : `?before=${before}`));
  }

  /** Who did what, as `state/audit.ts` writes the question. */
  wholeAudit(query: string): Promise<Answer<WholeAuditView>> {
    return this.#line.ask(`/api/audit${query}`);
  }

  add(asked: AddAccountRequest): Promise<Answer<LinkMadeView>> {
    return this.#line.post("/api/accounts", asked);
  }

  reset(account: string, dropSecondFactor: boolean): Promise<Answer<LinkMadeView>> {
    return this.#line.post(pathOf(account, "link"), { drop_second_factor: dropSecondFactor });
  }

  changeRole(account: string, asked: RoleRequest): Promise<Answer<AccountView>> {
    return this.#line.post(pathOf(account, "role"), asked);
  }

  change(account: string, how: AccountChange): Promise<Answer<AccountView>> {
    return this.#line.post(pathOf(account, how));
  }
}

function pathOf(account: string, what: string): string {
  return `/api/accounts/${encodeURIComponent(account)}/${what}`;
}
