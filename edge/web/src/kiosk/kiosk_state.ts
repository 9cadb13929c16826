// What the kiosk shows and does, as plain functions: (model, event, now) -> model and effects. No browser in here.
//
// Times are milliseconds of one monotonic clock, passed in. An effect is something for the shell to do; what comes of
// it returns as another event. Every request has a number, and an answer that no screen waits for any more is dropped.
import type {
  Activity,
  Call,
  CardTap,
  CheckIn,
  GoAnswer,
  HelpAnswer,
  Info,
  Language,
  Problem,
  StaffAnswer,
  StaffTopic,
  UndoOutcome,
} from "./contract";

export const RESULT_MS = 8_000; // kiosk rule K9
export const UNDONE_MS = 6_000;
export const LOST_MS = 9_000; // the box is heard every 5 s
export const HELP_RETRY_MS = 2_000;
export const HELP_UNSEEN_MS = 60_000;
export const SCALES = [100, 125, 150] as const; // K5
const RELOAD_UPTIME_MS = 3_600_000;

export type Screen =
  | { name: "home" }
  | { name: "choose"; tap: string; choices: readonly Activity[] }
  | { name: "working"; request: number }
  | { name: "result"; result: CheckIn; until: number }
  | { name: "problem"; problem: Problem }
  | { name: "undone"; until: number }
  | { name: "undo_failed" }
  | { name: "staff_called"; answer: StaffAnswer }
  | { name: "staff_failed" };

export interface Help {
  phase: "sending" | "failed" | "called";
  heldMs: number;
  request: number;
  incident: string;
  recorded: boolean;
  seen: boolean; // the box has shown it to us as a banner
  since: number; // of this phase
}

/** A neighbour has said "I'm going", and the box has not shown it yet. */
export interface Going {
  incident: string;
  phase: "sending" | "failed";
}

export interface Model {
  screen: Screen;
  info: Info | null;
  build: string; // of the page as it was loaded
  language: Language;
  scale: number;
  heardAt: number;
  touchedAt: number;
  startedAt: number;
  undo: { ref: string; until: number } | null;
  help: Help | null;
  going: Going | null;
  lastTap: string;
  requests: number;
}

export type Event =
  | { type: "state"; info: Info }
  | { type: "heard" }
  | { type: "card_tap"; tap: CardTap }
  | { type: "choose"; activity: string; nonce: string }
  | { type: "undo" }
  | { type: "ask_staff" }
  | { type: "back" }
  | { type: "touched" }
  | { type: "switch_language" }
  | { type: "switch_scale" }
  | { type: "help_held"; heldMs: number }
  | { type: "go"; incident: string }
  | { type: "tick" }
  | { type: "checked_in"; request: number; result: CheckIn | null }
  | { type: "undo_answered"; request: number; outcome: UndoOutcome | null }
  | { type: "staff_answered"; request: number; answer: StaffAnswer | null }
  | { type: "help_answered"; request: number; answer: HelpAnswer | null }
  | { type: "go_answered"; incident: string; answer: GoAnswer | null };

export type Effect =
  | { do: "check_in"; request: number; token: string; activity: string; nonce: string }
  | { do: "undo"; request: number; ref: string }
  | { do: "ask_staff"; request: number; about: StaffTopic }
  | { do: "help"; request: number; heldMs: number }
  | { do: "go"; incident: string; actor: string }
  | { do: "sound"; cue: "rise" | "fall" }
  | { do: "reload" };

export type Step = [Model, Effect[]];

export function start(now: number): Model {
  return {
    screen: { name: "home" },
    info: null,
    build: "",
    language: "zh",
    scale: 100,
    heardAt: now,
    touchedAt: now,
    startedAt: now,
    undo: null,
    help: null,
    going: null,
    lastTap: "",
    requests: 0,
  };
}

export function update(model: Model, event: Event, now: number): Step {
  switch (event.type) {
    case "state":
      return [withInfo({ ...model, heardAt: now }, event.info), []];
    case "heard":
      return [{ ...model, heardAt: now }, []];
    case "touched":
      return [{ ...model, touchedAt: now }, []];
    case "tick":
      return tick(model, now);
    case "help_held":
      return sendHelp(model, event.heldMs, now);
    case "help_answered":
      return [{ ...model, help: helpAnswered(model.help, event.request, event.answer, now) }, []];
    case "go_answered":
      return [{ ...model, going: goAnswered(model.going, event.incident, event.answer) }, []];
    case "card_tap":
      if (event.tap.tap_id === model.lastTap) return [model, []];
      return showResult({ ...model, lastTap: event.tap.tap_id, touchedAt: now }, event.tap.result, now);
    case "checked_in":
      if (!waitsFor(model, event.request)) return [model, []];
      return showResult(model, event.result ?? NOT_RECORDED, now);
    case "undo_answered":
      return waitsFor(model, event.request) ? undoAnswered(model, event.outcome, now) : [model, []];
    case "staff_answered":
      if (!waitsFor(model, event.request)) return [model, []];
      return [{ ...model, screen: staffScreen(event.answer), touchedAt: now }, []];
    default:
      return pressed({ ...model, touchedAt: now }, event, now);
  }
}

type Press = Extract<Event, { type: "choose" | "undo" | "ask_staff" | "back" | "switch_language" | "switch_scale" | "go" }>;

function pressed(model: Model, event: Press, now: number): Step {
  const request = model.requests + 1;
  const working: Model = { ...model, requests: request, screen: { name: "working", request } };
  switch (event.type) {
    case "choose": {
      if (model.screen.name !== "choose") return [model, []];
      const { tap } = model.screen;
      return [working, [{ do: "check_in", request, token: tap, activity: event.activity, nonce: event.nonce }]];
    }
    case "undo":
      if (undoLeftMs(model, now) <= 0 || !model.undo) return [model, []];
      return [{ ...working, undo: null }, [{ do: "undo", request, ref: model.undo.ref }]];
    case "ask_staff": {
      const about = model.screen.name === "problem" ? model.screen.problem : "other";
      return [working, [{ do: "ask_staff", request, about }]];
    }
    case "back":
      return [home(model, now), []];
    case "switch_language":
      return [{ ...model, language: model.language === "zh" ? "en" : "zh" }, []];
    case "switch_scale": {
      const next = SCALES[(SCALES.findIndex((scale) => scale === model.scale) + 1) % SCALES.length];
      return [{ ...model, scale: next ?? 100 }, []];
    }
    case "go": {
      const call = calls(model).find((one) => one.incident === event.incident);
      if (!call || call.mine || !model.info) return [model, []];
      const going: Going = { incident: call.incident, phase: "sending" };
      return [{ ...model, going }, [{ do: "go", incident: call.incident, actor: model.info.kiosk.actor }]];
    }
  }
}

// ---- state of the box --------------------------------------------------------------------------------------------

function withInfo(model: Model, info: Info): Model {
  const isFirst = model.info === null;
  const { banner } = info.state;
  let { help, going } = model;
  if (help?.incident && banner?.incident === help.incident) help = { ...help, seen: true };
  else if (help?.seen) help = null; // closed: while it is open, a call from here comes before other incidents
  const asked = info.state.incidents.find((one) => one.incident === going?.incident);
  if (!asked || asked.mine) going = null;
  return {
    ...model,
    info,
    help,
    going,
    build: model.build || info.build,
    language: isFirst ? info.kiosk.language : model.language,
    scale: isFirst ? info.kiosk.scale_pct : model.scale,
  };
}

/** True when the page has not heard from the box for a while. */
export function isLost(model: Model, now: number): boolean {
  return now - model.heardAt > LOST_MS;
}

// ---- check-in ----------------------------------------------------------------------------------------------------

const NOT_RECORDED: CheckIn = {
  outcome: "not_recorded",
  name: "",
  activity: null,
  at: "",
  choices: [],
  tap: "",
  ref: "",
  undo_s: 0,
};

function waitsFor(model: Model, request: number): boolean {
  return model.screen.name === "working" && model.screen.request === request;
}

function showResult(model: Model, result: CheckIn, now: number): Step {
  const next: Model = { ...model, undo: null, touchedAt: now };
  switch (result.outcome) {
    case "recorded":
      return [
        {
          ...next,
          screen: { name: "result", result, until: now + RESULT_MS },
          undo: result.ref ? { ref: result.ref, until: now + result.undo_s * 1_000 } : null,
        },
        [{ do: "sound", cue: "rise" }],
      ];
    case "duplicate":
      return [
        { ...next, screen: { name: "result", result, until: now + RESULT_MS } },
        [{ do: "sound", cue: "rise" }],
      ];
    case "choose":
      return [{ ...next, screen: { name: "choose", tap: result.tap, choices: result.choices } }, []];
    default:
      return [{ ...next, screen: { name: "problem", problem: result.outcome } }, [{ do: "sound", cue: "fall" }]];
  }
}

function undoAnswered(model: Model, outcome: UndoOutcome | null, now: number): Step {
  const screen: Screen = outcome === "undone" ? { name: "undone", until: now + UNDONE_MS } : { name: "undo_failed" };
  return [{ ...model, screen, touchedAt: now }, [{ do: "sound", cue: "fall" }]];
}

/** How long "not me" can still be pressed. It outlives the result on the screen by two seconds, without the name. */
export function undoLeftMs(model: Model, now: number): number {
  return model.undo ? Math.max(0, model.undo.until - now) : 0;
}

// ---- time --------------------------------------------------------------------------------------------------------

function tick(model: Model, now: number): Step {
  let next = model;
  if (next.undo && next.undo.until <= now) next = { ...next, undo: null };
  if (("until" in next.screen && next.screen.until <= now) || isIdleOver(next, now)) next = home(next, now, next.undo);
  const help = next.help;
  if (help?.phase === "called" && !help.seen && now - help.since > HELP_UNSEEN_MS) next = { ...next, help: null };
  if (help?.phase === "failed" && now - help.since >= HELP_RETRY_MS) return sendHelp(next, help.heldMs, now);
  if (wantsReload(next, now)) return [{ ...next, startedAt: now }, [{ do: "reload" }]];
  return [next, []];
}

/** Home with everything of the last person gone; only the undo button of the last seconds may stay. */
function home(model: Model, now: number, undo: Model["undo"] = null): Model {
  return {
    ...model,
    screen: { name: "home" },
    undo,
    language: model.info?.kiosk.language ?? model.language,
    scale: model.info?.kiosk.scale_pct ?? model.scale,
    touchedAt: now,
  };
}

function isIdleOver(model: Model, now: number): boolean {
  if (!model.info || model.screen.name === "working") return false;
  const { idle_s, idle_warning_s, language, scale_pct } = model.info.kiosk;
  if (model.screen.name === "home" && model.language === language && model.scale === scale_pct) return false;
  return now - model.touchedAt >= (idle_s + idle_warning_s) * 1_000;
}

/** Seconds left of the idle warning, or null when there is none. Home has nothing to lose, so it does not warn. */
export function idleWarningS(model: Model, now: number): number | null {
  if (!model.info || "until" in model.screen) return null;
  if (model.screen.name === "home" || model.screen.name === "working") return null;
  const { idle_s, idle_warning_s } = model.info.kiosk;
  const stillMs = now - model.touchedAt;
  return stillMs < idle_s * 1_000 ? null : Math.max(0, Math.ceil(idle_s + idle_warning_s - stillMs / 1_000));
}

/** A new page on the box, or four in the morning: a fresh start while nobody is there (K23). */
function wantsReload(model: Model, now: number): boolean {
  const { info } = model;
  if (!info || model.screen.name !== "home" || model.help || model.undo || isLost(model, now)) return false;
  if (info.build !== model.build) return now - model.touchedAt > 5_000;
  const isNight = info.state.time_known && info.state.local_time.startsWith("04:0");
  return isNight && now - model.startedAt > RELOAD_UPTIME_MS && now - model.touchedAt > 60_000;
}

// ---- help --------------------------------------------------------------------------------------------------------

function sendHelp(model: Model, heldMs: number, now: number): Step {
  const request = model.requests + 1;
  const incident = model.help?.incident ?? "";
  const help: Help = { phase: "sending", heldMs, request, incident, recorded: true, seen: false, since: now };
  return [{ ...model, requests: request, help, touchedAt: now }, [{ do: "help", request, heldMs }]];
}

function helpAnswered(help: Help | null, request: number, answer: HelpAnswer | null, now: number): Help | null {
  if (help?.request !== request) return help;
  if (!answer) return { ...help, phase: "failed", since: now }; // tick() tries again until the box answers
  if (answer.outcome === "too_short") return null;
  return { ...help, phase: "called", incident: answer.incident, recorded: answer.recorded, since: now };
}

export type HelpShown = "sending" | "failed" | "called" | "called_unrecorded";

/** The call that came from this screen as the box shows it, or null. */
export function ownCall(model: Model): Call | null {
  const banner = model.info?.state.banner;
  return banner && (banner.from_here || banner.incident === model.help?.incident) ? banner : null;
}

/** What this page says by itself to the person who called: nothing once the box has words for it. */
export function helpShown(model: Model): HelpShown | null {
  if (!model.help) return null;
  if (model.help.phase !== "called") return model.help.phase;
  if (ownCall(model)) return null;
  return model.help.recorded ? "called" : "called_unrecorded";
}

function staffScreen(answer: StaffAnswer | null): Screen {
  return answer ? { name: "staff_called", answer } : { name: "staff_failed" };
}

// ---- a neighbour's screen ------------------------------------------------------------------------------------------

/** All that a neighbour's screen shows, in the box's order: gravest first, newest first. Empty for a lobby's screen. */
export function calls(model: Model): readonly Call[] {
  return model.info?.kiosk.role === "responder" ? model.info.state.incidents : [];
}

/** True while somebody has to hear it: nobody has seen one of them yet. */
export function isRinging(model: Model): boolean {
  return calls(model).some((call) => !call.acked);
}

function goAnswered(going: Going | null, incident: string, answer: GoAnswer | null): Going | null {
  if (going?.incident !== incident) return going;
  return !answer || answer.outcome === "not_recorded" ? { ...going, phase: "failed" } : null;
}
