// Who is logged in at this page, kept true: asked at the start, after every refusal, and when another page of this
// browser logged in or out. What is shown of it is decided in session.ts.
import { computed, ref, shallowRef } from "vue";
import type { AccountApi } from "../hub/accounts";
import type { SessionView } from "../hub/contract.gen";
import type { Answer, Line } from "../hub/line";
import {
  afterUse,
  isOver,
  isWatch,
  lifeOf,
  refusedOf,
  screenOf,
  warningOf,
  type Life,
  type LogInRefused,
  type Screen,
} from "./session";
import type { WatchMark } from "./watch_mark";

const ASK_AGAIN_MS = 2_000;
/** A person at work is use of the session: told to the hub when nothing else has told it for so long. */
const TELL_USE_MS = 60_000;
/** Pages of one browser share the cookie: each writes here when it changed who is logged in. */
const CHANGED_KEY = "anju.session";

export function makeSession(api: AccountApi, line: Line, mark: WatchMark, store: Pick<Storage, "setItem">) {
  const screen = shallowRef<Screen>({ kind: "asking" });
  const life = shallowRef<Life | null>(null);
  const nowMs = ref(Date.now());
  /** The hub did not say who is logged in the last time it was asked; `problem` is its own sentence, if it gave one. */
  const away = ref(false);
  const problem = ref("");
  const hubOffsetMs = ref(0);
  let usedMs = 0;
  let typed = "";

  const session = computed(() => ("session" in screen.value ? screen.value.session : null));
  const warning = computed(() => (life.value === null ? null : warningOf(life.value, nowMs.value)));
  /** Alarms were watched here and nobody is logged in: it must be seen and heard. */
  const isDeserted = computed(() => {
    if (screen.value.kind === "out") return screen.value.why === "deserted";
    return screen.value.kind === "asking" && away.value && mark.isSet(nowMs.value);
  });

  function show(next: Screen): void {
    screen.value = next;
    if (next.kind !== "in") return;
    if (isWatch(next.session)) mark.set(Date.now());
    else mark.clear(); // whoever is at this screen now has other work
  }

  function take(view: SessionView, hubMs: number | null): void {
    const now = Date.now();
    nowMs.value = now;
    usedMs = now;
    away.value = false;
    life.value = lifeOf(view, hubMs, now);
    if (hubMs !== null) hubOffsetMs.value = hubMs - now;
    show(screenOf(view));
  }

  function goOut(): void {
    life.value = null;
    const was = screen.value;
    if (was.kind === "out") return;
    if (mark.isSet(Date.now())) show({ kind: "out", why: "deserted" });
    else if (was.kind === "asking") show({ kind: "out", why: "first" });
    else show({ kind: "out", why: isWatch(was.session) ? "left" : "over" }); // another page of this browser logged out
  }

  function judge(answer: Answer<SessionView>): void {
    if (answer.kind === "done") take(answer.value, answer.hubMs);
    else if (answer.kind === "refused" && answer.status === 401) {
      away.value = false;
      goOut();
    } else {
      away.value = true;
      problem.value = answer.kind === "refused" ? answer.message : "";
      if (life.value !== null && isOver(life.value, Date.now())) goOut();
    }
  }

  let checking: Promise<void> | null = null;

  /** Asks the hub who is logged in; that is use of the session, too. */
  function check(): Promise<void> {
    checking ??= api
      .session()
      .then(judge)
      .finally(() => (checking = null));
    return checking;
  }

  function used(): void {
    usedMs = Date.now();
    if (life.value !== null) life.value = afterUse(life.value, usedMs);
  }

  function tellOthers(): void {
    store.setItem(CHANGED_KEY, String(Date.now()));
  }

  /** Returns why not, or null: then somebody is logged in. */
  async function logIn(account: string, password: string, code: string): Promise<LogInRefused | null> {
    const answer = await api.logIn({ account, password, code });
    const refused = refusedOf(answer, code.trim() !== "", Date.now());
    if (answer.kind === "done") {
      typed = answer.value.second_factor === "must_enrol" ? password : "";
      take(answer.value, answer.hubMs);
      tellOthers();
    }
    return refused;
  }

  /** The password that was just typed by somebody who has to prove himself once more; it is given out once. */
  function takeTyped(): string {
    const password = typed;
    typed = "";
    return password;
  }

  /** Returns false when the hub could not be told: then everything stays as it is. */
  async function logOut(): Promise<boolean> {
    const answer = await api.logOut();
    if (answer.kind === "unreachable" || (answer.kind === "refused" && answer.status !== 401)) return false;
    endWatch();
    tellOthers();
    return true;
  }

  /** This screen is not meant to show alarms: it stops saying so. */
  function endWatch(): void {
    mark.clear();
    life.value = null;
    show({ kind: "out", why: "left" });
  }

  function gesture(): void {
    if (life.value !== null && Date.now() - usedMs >= TELL_USE_MS) {
      usedMs = Date.now();
      void check();
    }
  }

  function start(stop: AbortSignal): void {
    let askedMs = Date.now();
    const tick = setInterval(() => {
      const now = Date.now();
      nowMs.value = now;
      if (isDeserted.value || (screen.value.kind === "in" && isWatch(screen.value.session))) mark.set(now);
      const isLate = life.value !== null && isOver(life.value, now);
      if ((away.value || isLate) && now - askedMs >= ASK_AGAIN_MS) {
        askedMs = now;
        void check();
      }
    }, 1000);
    const onStorage = (event: StorageEvent): void => {
      if (event.key === CHANGED_KEY) void check();
    };
    addEventListener("storage", onStorage);
    stop.addEventListener("abort", () => {
      clearInterval(tick);
      removeEventListener("storage", onStorage);
    }, { once: true });
    line.tell({ signedOut: () => void check(), used });
    void check();
  }

  return {
    screen,
    session,
    life,
    warning,
    away,
    problem,
    isDeserted,
    nowMs,
    hubOffsetMs,
    api,
    line,
    take,
    check,
    logIn,
    takeTyped,
    logOut,
    endWatch,
    gesture,
    start,
  };
}

export type SessionModel = ReturnType<typeof makeSession>;
