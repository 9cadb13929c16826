// The shell around the state: box events, timers and requests in, screen out. Decisions are in kiosk_state.ts.
import { computed, type ComputedRef, type InjectionKey, inject, onMounted, onUnmounted, shallowRef, type ShallowRef, watch } from "vue";

import { Api } from "./api";
import { BoxEvents } from "./events";
import { type Key, translate } from "./i18n";
import { calls, type Effect, type Event, isRinging, type Model, start, update } from "./kiosk_state";
import { PressGate, pxPerMm } from "../shared/press";
import { play, unlock, volumeAt, watchSilence } from "../shared/sound";
import type { Language } from "./contract";

const TICK_MS = 200;
const HEARTBEAT_MS = 5_000;

export interface Kiosk {
  model: ShallowRef<Model>;
  now: ShallowRef<number>;
  language: ComputedRef<Language>;
  /** CSS pixels of one millimetre on this screen. */
  mm: ComputedRef<number>;
  gate: PressGate;
  /** A neighbour's screen that should ring and that the browser keeps silent. */
  isSilent: ComputedRef<boolean>;
  send: (event: Event) => void;
  t: (key: Key, values?: Record<string, string | number>) => string;
}

export const KIOSK: InjectionKey<Kiosk> = Symbol("kiosk");

export function useKiosk(): Kiosk {
  const kiosk = inject(KIOSK);
  if (!kiosk) throw new Error("no kiosk provided");
  return kiosk;
}

export interface PageSetup {
  base: string; // path of this kiosk's page, "/kiosk/NAME"
  diagonalIn: number | null; // overrides the box's setting
  errors: () => number; // script errors so far, for the beat
  onUnpaired: () => void; // the box says that this page is not paired any more
}

/** Runs a kiosk page while the component that calls it is mounted. */
export function runKiosk({ base, diagonalIn, errors, onUnpaired }: PageSetup): Kiosk {
  const api = new Api(base, onUnpaired);
  const clock = (): number => performance.now();
  const now = shallowRef(clock());
  const model = shallowRef(start(now.value));
  const language = computed(() => model.value.language);
  const mm = computed(() => pxPerMm(screen.width, screen.height, diagonalIn ?? model.value.info?.kiosk.diagonal_in ?? 0));

  const silenced = shallowRef(false);
  const rings = computed(() => model.value.info?.kiosk.role === "responder" && model.value.info.kiosk.sound);
  const isSilent = computed(() => rings.value && silenced.value);
  watch(rings, (now) => now && watchSilence((is) => (silenced.value = is)));

  function send(event: Event): void {
    now.value = clock();
    const [next, effects] = update(model.value, event, now.value);
    model.value = next;
    for (const effect of effects) void run(effect);
  }

  async function run(effect: Effect): Promise<void> {
    switch (effect.do) {
      case "check_in": {
        const result = await api.checkIn(effect.token, effect.activity, effect.nonce);
        send({ type: "checked_in", request: effect.request, result });
        break;
      }
      case "undo":
        send({ type: "undo_answered", request: effect.request, outcome: await api.undo(effect.ref) });
        break;
      case "ask_staff":
        send({ type: "staff_answered", request: effect.request, answer: await api.askStaff(effect.about) });
        break;
      case "help":
        send({ type: "help_answered", request: effect.request, answer: await api.help(effect.heldMs) });
        break;
      case "go":
        send({ type: "go_answered", incident: effect.incident, answer: await api.go(effect.incident, effect.actor) });
        break;
      case "sound":
        sound(effect.cue);
        break;
      case "reload":
        if (await api.isServing()) location.reload();
    }
  }

  function sound(cue: "rise" | "fall" | "alert"): void {
    const info = model.value.info;
    if (!info?.kiosk.sound) return;
    play(cue, volumeAt(info.state.time_known ? Number(info.state.local_time.slice(0, 2)) : null));
  }

  /** A neighbour's device rings until somebody has seen every call. */
  function ring(): void {
    if (isRinging(model.value)) sound("alert");
  }

  /** What a person before this screen can see now. */
  function onScreen(): string[] {
    return document.visibilityState === "visible" ? calls(model.value).map((call) => call.incident) : [];
  }

  function beat(): void {
    const uptimeS = Math.floor(performance.now() / 1_000);
    void api.beat(model.value.build, uptimeS, errors(), model.value.screen.name, onScreen());
    ring();
  }

  const events = new BoxEvents(`${base}/api/events`, {
    onState: (info) => {
      const before = new Set(calls(model.value).map((call) => call.incident));
      send({ type: "state", info });
      if (calls(model.value).some((call) => !before.has(call.incident))) beat(); // rings, and says that it is shown
    },
    onCardTap: (tap) => send({ type: "card_tap", tap }),
    onBeat: () => send({ type: "heard" }),
    onUnpaired,
  });
  /** Any touch shows that somebody is there. The button that says so speaks for itself, once it is let go. */
  const touched = (event: globalThis.Event): void => {
    unlock();
    if (!(event.target instanceof Element && event.target.closest(".idle"))) send({ type: "touched" });
  };
  const timers: ReturnType<typeof setInterval>[] = [];

  onMounted(() => {
    events.open();
    beat();
    timers.push(
      setInterval(() => send({ type: "tick" }), TICK_MS),
      setInterval(beat, HEARTBEAT_MS),
    );
    addEventListener("pointerdown", touched, { capture: true });
    addEventListener("pointerup", unlock, { capture: true }); // a finger counts for the browser when it is lifted
    addEventListener("keydown", touched, { capture: true });
  });
  onUnmounted(() => {
    events.close();
    timers.forEach(clearInterval);
    removeEventListener("pointerdown", touched, { capture: true });
    removeEventListener("pointerup", unlock, { capture: true });
    removeEventListener("keydown", touched, { capture: true });
  });

  const t: Kiosk["t"] = (key, values) => translate(model.value.language, key, values);
  return { model, now, language, mm, gate: new PressGate(), isSilent, send, t };
}
