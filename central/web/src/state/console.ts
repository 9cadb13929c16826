// The console's one live model, for as long as somebody is logged in: state from the hub as far as the role may see it,
// the running clock, sound, and the operator's requests.
import { computed, reactive, ref, shallowRef } from "vue";
import type { Hub, Outcome } from "../hub/api";
import { freshness, isLost } from "./clocks";
import type { FirstAnswer, Incident } from "../hub/contract";
import { actionsFor, countOpen, newlyWaiting, NO_CLOSING, openByUrgency, ringKey, type Action, type Closing } from "./incidents";
import { follow } from "../hub/live";
import { hasStream, isWatch, type Right } from "./session";
import { decide, mute as muteSound, QUIET, unmute as unmuteSound, type Ring } from "./sound";
import type { SoundPlayer } from "./sound_player";
import type { SessionView } from "../hub/contract";
import type { SseMessage } from "../hub/sse";
import { apply, EMPTY, loaded, withIncident, type ConsoleState } from "./store";

/** Messages that arrive within so long are shown together: a burst of hundreds costs one redraw each time. */
const GATHER_MS = 40;
const RETRY_LOAD_MS = 2_000;
const RELOAD_AFTER_MS = 30_000;

export interface Toast {
  readonly id: number;
  readonly kind: "ok" | "warn" | "error";
  /** Message key and its parameters. */
  readonly key: string;
  readonly named: Record<string, string>;
}

export interface Conflict {
  readonly incident: Incident;
  readonly first: FirstAnswer;
}

/** `hubOffsetMs`: the hub's clock minus this computer's, until the stream says it better. */
export interface Seat {
  readonly hub: Hub;
  readonly session: SessionView;
  readonly player: SoundPlayer;
  readonly hubOffsetMs: number;
  /** True when nobody will be logged in here in a moment. */
  readonly isEnding: () => boolean;
}

export function makeConsole({ hub, session, player, hubOffsetMs, isEnding }: Seat) {
  const may = (right: Right): boolean => session.rights.includes(right);
  const follows = hasStream(session.rights);
  const watches = isWatch(session);
  const state = shallowRef<ConsoleState>({ ...EMPTY, hubOffsetMs });
  const hasLoaded = ref(false);
  const loadError = ref("");
  const lastContactMs = ref<number | null>(null);
  const connected = ref(false);
  const computerMs = ref(Date.now());
  const toasts = ref<Toast[]>([]);
  const conflict = shallowRef<Conflict | null>(null);
  const busy = reactive(new Set<string>());
  const announced = shallowRef<readonly Incident[]>([]);

  const nowMs = computed(() => computerMs.value + state.value.hubOffsetMs);
  const startedMs = Date.now();
  const lost = computed(() => follows && isLost(lastContactMs.value, startedMs, computerMs.value));
  const fresh = computed(() => (follows ? freshness(lastContactMs.value, computerMs.value) : { stale: false, seconds: 0 }));
  const open = computed(() => openByUrgency(state.value.incidents.values()));
  const counts = computed(() => countOpen(state.value.incidents.values()));

  // ---- sound ----------------------------------------------------------------------------------------------------

  let soundState = QUIET;
  let isOver = false;
  const sound = reactive({ blocked: watches, mutedForS: 0, wanted: null as Ring });

  function decideSound(): void {
    if (!watches || isOver) return;
    const also = { lost: lost.value, ending: isEnding() };
    const decision = decide(soundState, state.value.incidents.values(), Date.now(), also);
    soundState = decision.state;
    player.set(decision.ring);
    sound.blocked = player.blocked;
    sound.mutedForS = decision.mutedForS;
    sound.wanted = decision.wanted;
  }

  async function unlock(): Promise<void> {
    const works = await player.unlock();
    sound.blocked = !works;
    if (!works) say("warn", "sound.refused");
  }

  function mute(): void {
    soundState = muteSound(soundState, Date.now());
    decideSound();
  }

  function unmute(): void {
    soundState = unmuteSound(soundState);
    decideSound();
  }

  // ---- what the hub says ----------------------------------------------------------------------------------------

  let waiting: SseMessage[] = [];
  let gathering: ReturnType<typeof setTimeout> | null = null;
  let changed = new Set<string>();
  let known: ReadonlySet<string> = new Set();

  function show(next: ConsoleState): void {
    state.value = next;
    const fresh = newlyWaiting(known, next.incidents.values());
    known = new Set([...next.incidents.values()].map(ringKey));
    if (fresh.length) announced.value = fresh;
    decideSound();
  }

  function flush(): void {
    if (gathering !== null) clearTimeout(gathering);
    gathering = null;
    const messages = waiting;
    waiting = [];
    const before = state.value;
    const applied = apply(before, messages, Date.now());
    for (const [id, item] of applied.state.incidents) if (before.incidents.get(id) !== item) changed.add(id);
    for (const [id, item] of applied.state.boxes) if (before.boxes.get(id) !== item) changed.add(id);
    show(applied.state);
    if (applied.reload) load();
    else if (applied.refetchCheckIns) void loadCheckIns();
  }

  let downSinceMs: number | null = null;
  let loading: Promise<void> | null = null;
  let loadAgain = false;

  /** Loads everything; asked again meanwhile, it loads once more after that. */
  function load(): void {
    if (loading) {
      loadAgain = true;
      return;
    }
    changed = new Set();
    loading = (async () => {
      try {
        const [incidents, boxes, checkIns] = await Promise.all([
          may("see-incidents") ? hub.openIncidents() : undefined,
          may("see-boxes") ? hub.boxes() : undefined,
          may("see-check-ins") ? hub.checkIns() : undefined,
        ]);
        if (isOver) return;
        show(loaded(state.value, { incidents, boxes, checkIns }, changed));
        hasLoaded.value = true;
        loadError.value = "";
      } catch (error) {
        loadError.value = error instanceof Error ? error.message : String(error);
        if (!isOver) setTimeout(load, RETRY_LOAD_MS);
      } finally {
        loading = null;
        if (loadAgain) {
          loadAgain = false;
          load();
        }
      }
    })();
  }

  let checkInsComing: Promise<void> | null = null;

  /** A burst of check-ins of a day that is not on screen asks once, not once each. */
  function loadCheckIns(): Promise<void> {
    if (!may("see-check-ins") || isOver) return Promise.resolve();
    checkInsComing ??= hub
      .checkIns()
      .then((checkIns) => (state.value = loaded(state.value, { checkIns })))
      .catch(load)
      .then(() => new Promise((resolve) => setTimeout(resolve, RETRY_LOAD_MS)))
      .then(() => (checkInsComing = null))
      .then(() => undefined);
    return checkInsComing;
  }

  /** The district's calendar day, as text. */
  function siteDay(): string {
    const { timeZone } = state.value;
    return new Date(nowMs.value).toLocaleDateString("en", timeZone === undefined ? {} : { timeZone });
  }

  function start(stop: AbortSignal): void {
    const tick = setInterval(() => {
      const before = siteDay();
      computerMs.value = Date.now();
      decideSound();
      if (siteDay() !== before) void loadCheckIns();
    }, 1000);
    const end = (): void => {
      clearInterval(tick);
      isOver = true;
    };
    stop.addEventListener("abort", end, { once: true });
    if (watches) void player.unlock().then(decideSound);
    if (!follows) return;
    void follow(
      hub.streamUrl,
      {
        message: (message) => {
          waiting.push(message);
          // A hidden tab's timers are slowed down; an alarm is not.
          if (document.hidden) flush();
          else gathering ??= setTimeout(flush, GATHER_MS);
        },
        contact: () => {
          lastContactMs.value = Date.now();
          computerMs.value = Date.now();
          hub.line.used(); // an open stream is use of the session
        },
        connected: (up) => {
          connected.value = up;
          // A short cut is healed by resuming. After a long one everything is loaded again: it costs three requests
          // and forgives whatever happened to the hub meanwhile.
          const now = Date.now();
          if (!up) downSinceMs ??= now;
          else {
            if (!hasLoaded.value || (downSinceMs !== null && now - downSinceMs > RELOAD_AFTER_MS)) load();
            downSinceMs = null;
          }
        },
      },
      stop,
      { fetch: hub.line.fetch },
    );
  }

  // ---- what the operator does -----------------------------------------------------------------------------------

  let toastId = 0;

  function say(kind: Toast["kind"], key: string, named: Record<string, string> = {}): void {
    const toast = { id: ++toastId, kind, key, named };
    toasts.value = [...toasts.value.slice(-2), toast];
    setTimeout(() => dismiss(toast.id), kind === "ok" ? 4_000 : 9_000);
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((item) => item.id !== id);
  }

  /** Returns true when the hub took it. The incident is shown as the hub answers, without waiting for the stream. */
  async function act(
    incident: Incident,
    action: Action,
    closing: Closing = NO_CLOSING,
  ): Promise<boolean> {
    if (busy.has(incident.id)) return false;
    busy.add(incident.id);
    let outcome: Outcome;
    try {
      outcome = await request(incident, action, closing);
    } finally {
      busy.delete(incident.id);
    }
    switch (outcome.kind) {
      case "done":
        show(withIncident(state.value, outcome.incident));
        say("ok", `action.done.${action}`);
        return true;
      case "first":
        if (outcome.incident) show(withIncident(state.value, outcome.incident));
        conflict.value = { incident: outcome.incident ?? incident, first: outcome.first };
        return false;
      case "changed":
        if (outcome.incident) show(withIncident(state.value, outcome.incident));
        else load();
        say("warn", "action.changed");
        return false;
      case "refused":
        if (outcome.missing.length) say("error", "action.missing");
        else say("error", "action.refused", { reason: outcome.reason });
        return false;
      case "unreachable":
        say("error", "action.unreachable");
        return false;
    }
  }

  function request(
    incident: Incident,
    action: Action,
    closing: Closing,
  ): Promise<Outcome> {
    switch (action) {
      case "acknowledge":
        return hub.acknowledge(incident);
      case "join":
        return hub.step(incident, "ACKED");
      case "respond":
        return hub.step(incident, "RESPONDING");
      case "on_site":
        return hub.step(incident, "ON_SITE");
      case "resolve":
        return hub.resolve(incident, closing);
    }
  }

  /** What this role may do with an incident now. */
  function offered(incident: Incident): Action[] {
    return may("handle-incidents") ? actionsFor(incident, session.account) : [];
  }

  return {
    state,
    hasLoaded,
    loadError,
    lastContactMs,
    connected,
    nowMs,
    fresh,
    lost,
    hub,
    open,
    counts,
    session,
    may,
    follows,
    watches,
    offered,
    sound,
    player,
    unlock,
    mute,
    unmute,
    toasts,
    say,
    dismiss,
    conflict,
    busy,
    announced,
    act,
    start,
  };
}

export type ConsoleModel = ReturnType<typeof makeConsole>;
