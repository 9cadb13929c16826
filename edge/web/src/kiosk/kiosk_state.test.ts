import { describe, expect, test } from "vitest";

import {
  type Effect,
  type Event,
  type Model,
  RESULT_MS,
  calls,
  helpShown,
  idleWarningS,
  isLost,
  isRinging,
  ownCall,
  start,
  undoLeftMs,
  update,
} from "./kiosk_state";
import type { Activity, Call, CheckIn, Info, StaffAnswer } from "./contract";

const CALLIGRAPHY: Activity = {
  id: "calligraphy",
  title_zh: "书法班",
  title_en: "Calligraphy",
  room_zh: "",
  room_en: "",
  starts: "09:00",
  ends: "11:00",
  open_now: true,
};
const EMPTY: CheckIn = { outcome: "recorded", name: "", activity: null, at: "", choices: [], tap: "", ref: "", undo_s: 0 };
const RECORDED: CheckIn = { ...EMPTY, name: "王*秀", activity: CALLIGRAPHY, ref: "c1", undo_s: 10 };
const BANNER: Call = {
  incident: "i1",
  kind: "help_bell",
  acked: false,
  help_coming: false,
  priority: 1,
  state: 20,
  told: [],
  zone: null,
  zone_age_s: 0,
  flat: "",
  from_here: false,
  age_s: 0,
  by: { zh: "", en: "" },
  mine: false,
  drill: false,
  headline: { zh: "正在求助", en: "Calling for help" },
  next: { zh: "请留在这里", en: "Please stay here" },
};
const ASKED: StaffAnswer = { outcome: "asked", headline: { zh: "已记下", en: "Noted" }, next: { zh: "请稍等", en: "Please wait" } };

function info(over: { kiosk?: Partial<Info["kiosk"]>; state?: Partial<Info["state"]>; build?: string } = {}): Info {
  return {
    build: over.build ?? "b1",
    kiosk: {
      role: "lobby",
      diagonal_in: 10.1,
      scale_pct: 100,
      language: "zh",
      idle_s: 40,
      idle_warning_s: 20,
      sound: true,
      actor: "m-01",
      ...over.kiosk,
    },
    state: {
      site: { zh: "柠都社区", en: "Ningdu" },
      local_time: "09:02",
      time_known: true,
      offline: false,
      unsent: 0,
      activities: [CALLIGRAPHY],
      banner: null,
      incidents: [],
      incidents_open: 0,
      more_at_hub: 0,
      notices: [],
      ...over.state,
    },
  };
}

/** A kiosk with its own clock: `on` sends an event after so many milliseconds, ticking on the way like the shell. */
class Bench {
  now = 0;
  model: Model = start(0);
  effects: Effect[] = [];

  constructor(first = info()) {
    this.on({ type: "state", info: first });
  }

  on(event: Event, afterMs = 0): this {
    this.pass(afterMs);
    const [model, effects] = update(this.model, event, this.now);
    this.model = model;
    this.effects = effects;
    return this;
  }

  pass(ms: number): this {
    const seen: Effect[] = [];
    for (const end = this.now + ms; this.now < end; ) {
      this.now = Math.min(end, this.now + 200);
      const [model, effects] = update(this.model, { type: "tick" }, this.now);
      this.model = model;
      seen.push(...effects);
    }
    this.effects = seen;
    return this;
  }

  tap(id: string, result: CheckIn): this {
    return this.on({ type: "card_tap", tap: { tap_id: id, result } });
  }

  get screen(): string {
    return this.model.screen.name;
  }

  request(): number {
    const effect = this.effects.find((one) => "request" in one);
    if (!effect || !("request" in effect)) throw new Error("no request");
    return effect.request;
  }
}

describe("check-in", () => {
  test("a recorded tap shows with a rising cue and clears after 8 s; undo outlives the name by 2 s", () => {
    const bench = new Bench().tap("t1", RECORDED);
    expect(bench.screen).toBe("result");
    expect(bench.effects).toEqual([{ do: "sound", cue: "rise" }]);
    bench.pass(RESULT_MS - 200);
    expect(bench.screen).toBe("result");
    bench.pass(400);
    expect(bench.screen).toBe("home");
    expect(JSON.stringify(bench.model)).not.toContain("王");
    expect(undoLeftMs(bench.model, bench.now)).toBeGreaterThan(0);
    bench.pass(2_000);
    expect(bench.model.undo).toBeNull();
  });

  test("the next tap takes the screen at once, and undo is for the last one only", () => {
    const bench = new Bench().tap("t1", RECORDED).pass(1_000).tap("t2", { ...RECORDED, name: "李*国", ref: "c2" });
    expect(bench.model.undo?.ref).toBe("c2");
    expect(JSON.stringify(bench.model)).not.toContain("王");
  });

  test("the same tap announced twice shows once", () => {
    const bench = new Bench().tap("t1", RECORDED).pass(9_000).tap("t1", RECORDED);
    expect(bench.screen).toBe("home");
  });

  test("a duplicate is friendly: same cue, no undo", () => {
    const bench = new Bench().tap("t1", { ...RECORDED, outcome: "duplicate", at: "09:02", ref: "" });
    expect(bench.screen).toBe("result");
    expect(bench.effects).toEqual([{ do: "sound", cue: "rise" }]);
    expect(bench.model.undo).toBeNull();
  });

  test.each(["unknown_card", "old_code", "no_activity", "wrong_day", "full", "not_recorded"] as const)("%s says what to do", (outcome) => {
    const bench = new Bench().tap("t1", { ...EMPTY, outcome });
    expect(bench.model.screen).toEqual({ name: "problem", problem: outcome });
    expect(bench.effects).toEqual([{ do: "sound", cue: "fall" }]);
    bench.on({ type: "ask_staff" });
    expect(bench.effects).toEqual([{ do: "ask_staff", request: bench.request(), about: outcome }]);
    bench.on({ type: "staff_answered", request: bench.request(), answer: ASKED });
    expect(bench.model.screen).toEqual({ name: "staff_called", answer: ASKED });
  });

  test("staff that cannot be called leaves an instruction", () => {
    const bench = new Bench().tap("t1", { ...EMPTY, outcome: "unknown_card" }).on({ type: "ask_staff" });
    bench.on({ type: "staff_answered", request: bench.request(), answer: null });
    expect(bench.screen).toBe("staff_failed");
  });

  test("a choice goes back with the card's handle and the nonce of that press", () => {
    const bench = new Bench().tap("t1", { ...EMPTY, outcome: "choose", tap: "tap:7", choices: [CALLIGRAPHY] });
    bench.on({ type: "choose", activity: "calligraphy", nonce: "ab" });
    expect(bench.effects).toEqual([
      { do: "check_in", request: bench.request(), token: "tap:7", activity: "calligraphy", nonce: "ab" },
    ]);
    bench.on({ type: "checked_in", request: bench.request(), result: RECORDED });
    expect(bench.screen).toBe("result");
  });

  test("a box that does not answer is not a check-in", () => {
    const bench = new Bench().tap("t1", { ...EMPTY, outcome: "choose", tap: "tap:7", choices: [CALLIGRAPHY] });
    bench.on({ type: "choose", activity: "calligraphy", nonce: "ab" });
    bench.on({ type: "checked_in", request: bench.request(), result: null });
    expect(bench.model.screen).toEqual({ name: "problem", problem: "not_recorded" });
  });

  test("an answer that the next person's tap has overtaken is dropped", () => {
    const bench = new Bench().tap("t1", { ...EMPTY, outcome: "choose", tap: "tap:7", choices: [CALLIGRAPHY] });
    bench.on({ type: "choose", activity: "calligraphy", nonce: "ab" });
    const request = bench.request();
    bench.tap("t2", { ...RECORDED, name: "李*国" }).on({ type: "checked_in", request, result: RECORDED });
    expect(JSON.stringify(bench.model.screen)).toContain("李");
  });
});

describe("undo", () => {
  test("within ten seconds, and not after", () => {
    const bench = new Bench().tap("t1", RECORDED).on({ type: "undo" }, 5_000);
    expect(bench.effects).toEqual([{ do: "undo", request: bench.request(), ref: "c1" }]);
    bench.on({ type: "undo_answered", request: bench.request(), outcome: "undone" });
    expect(bench.screen).toBe("undone");
    expect(bench.pass(7_000).screen).toBe("home");
    bench.tap("t2", RECORDED).on({ type: "undo" }, 10_200);
    expect(bench.effects).toEqual([]);
  });

  test.each(["too_late", "unknown", "not_recorded", null] as const)("%s is said, not hidden", (outcome) => {
    const bench = new Bench().tap("t1", RECORDED).on({ type: "undo" });
    bench.on({ type: "undo_answered", request: bench.request(), outcome });
    expect(bench.screen).toBe("undo_failed");
  });
});

describe("idle", () => {
  const problem = (): Bench => new Bench().tap("t1", { ...EMPTY, outcome: "unknown_card" });

  test("40 s still, 20 s of warning, then home", () => {
    const bench = problem().pass(39_800);
    expect(idleWarningS(bench.model, bench.now)).toBeNull();
    bench.pass(400);
    expect(idleWarningS(bench.model, bench.now)).toBe(20);
    bench.pass(19_600);
    expect(bench.screen).toBe("problem");
    expect(bench.pass(400).screen).toBe("home");
  });

  test("one touch extends, at least ten times", () => {
    const bench = problem();
    for (let times = 0; times < 12; times++) bench.on({ type: "touched" }, 55_000);
    expect(bench.screen).toBe("problem");
    expect(idleWarningS(bench.model, bench.now)).toBeNull();
  });

  test("language and text size return to the kiosk's own", () => {
    const bench = new Bench().on({ type: "switch_language" }).on({ type: "switch_scale" });
    expect([bench.model.language, bench.model.scale]).toEqual(["en", 125]);
    expect(idleWarningS(bench.pass(50_000).model, bench.now)).toBeNull();
    bench.pass(11_000);
    expect([bench.model.language, bench.model.scale]).toEqual(["zh", 100]);
  });

  test("a request under way is not cut off", () => {
    const bench = problem().on({ type: "ask_staff" }).pass(70_000);
    expect(bench.screen).toBe("working");
  });
});

describe("help", () => {
  const called = (bench: Bench): Bench => {
    bench.on({ type: "help_held", heldMs: 1_500 });
    return bench.on({
      type: "help_answered",
      request: bench.request(),
      answer: { outcome: "raised", incident: "i1", recorded: true },
    });
  };
  const withBanner = (banner: Call | null): Event => ({ type: "state", info: info({ state: { banner } }) });

  test("held, called, then the box's own words as long as it is open", () => {
    const bench = new Bench().on({ type: "help_held", heldMs: 1_500 });
    expect([helpShown(bench.model), ownCall(bench.model)]).toEqual(["sending", null]);
    called(bench);
    expect(helpShown(bench.model)).toBe("called");
    bench.on(withBanner(BANNER));
    expect([helpShown(bench.model), ownCall(bench.model)]).toEqual([null, BANNER]);
    const seen = { ...BANNER, acked: true };
    bench.on(withBanner(seen));
    expect([helpShown(bench.model), ownCall(bench.model)]).toEqual([null, seen]);
    bench.on(withBanner(null));
    expect([helpShown(bench.model), ownCall(bench.model)]).toEqual([null, null]);
  });

  test("a call that did not get through is tried again until it does", () => {
    const bench = new Bench().on({ type: "help_held", heldMs: 1_600 });
    for (let times = 0; times < 5; times++) {
      bench.on({ type: "help_answered", request: bench.request(), answer: null });
      expect(helpShown(bench.model)).toBe("failed");
      bench.pass(2_000);
      expect(bench.effects).toEqual([{ do: "help", request: bench.request(), heldMs: 1_600 }]);
    }
  });

  test("an unrecorded call is not confirmed as kept", () => {
    const bench = new Bench().on({ type: "help_held", heldMs: 1_500 });
    const answer = { outcome: "raised", incident: "i1", recorded: false } as const;
    bench.on({ type: "help_answered", request: bench.request(), answer });
    expect(helpShown(bench.model)).toBe("called_unrecorded");
  });

  test("after a reload the box's own banner brings it back", () => {
    const own = { ...BANNER, from_here: true };
    const bench = new Bench().on(withBanner(own));
    expect(ownCall(bench.model)).toEqual(own);
  });

  test("check-in goes on while help is called", () => {
    const bench = called(new Bench()).tap("t1", RECORDED);
    expect([bench.screen, helpShown(bench.model)]).toEqual(["result", "called"]);
  });

  test("an incident elsewhere is not our call", () => {
    const bench = new Bench().on(withBanner(BANNER));
    expect([helpShown(bench.model), ownCall(bench.model)]).toEqual([null, null]);
  });
});

describe("a neighbour's screen", () => {
  const SOS: Call = { ...BANNER, incident: "i2", kind: "sos" };
  const duty = (...incidents: Call[]): Info =>
    info({ kiosk: { role: "responder" }, state: { banner: incidents[0] ?? null, incidents, incidents_open: incidents.length } });

  test("shows every call in the box's order and rings while nobody has seen one of them", () => {
    const seen = { ...BANNER, acked: true };
    expect(calls(new Bench(duty(SOS, seen)).model)).toEqual([SOS, seen]);
    expect(isRinging(new Bench(duty(SOS, seen)).model)).toBe(true);
    expect(isRinging(new Bench(duty({ ...SOS, acked: true }, seen)).model)).toBe(false);
  });

  test("the button goes with its own call, also for one that somebody has seen or goes to", () => {
    const bench = new Bench(duty(SOS, { ...BANNER, acked: true, help_coming: true })).on({ type: "go", incident: "i1" });
    expect(bench.effects).toEqual([{ do: "go", incident: "i1", actor: "m-01" }]);
    bench.on({ type: "go_answered", incident: "i1", answer: null });
    expect(bench.model.going).toEqual({ incident: "i1", phase: "failed" });
    bench.on({ type: "go", incident: "i1" });
    bench.on({ type: "go_answered", incident: "i1", answer: { outcome: "assisting" } });
    expect(bench.model.going).toBeNull();
  });

  test("who goes already is not asked again, and a lobby's screen has no list", () => {
    expect(new Bench(duty({ ...SOS, mine: true })).on({ type: "go", incident: "i2" }).effects).toEqual([]);
    const lobby = new Bench(info({ state: { banner: SOS, incidents: [SOS] } }));
    expect([calls(lobby.model), lobby.on({ type: "go", incident: "i2" }).effects]).toEqual([[], []]);
  });
});

describe("contact with the box", () => {
  test("lost after nine silent seconds, back with the first sign", () => {
    const bench = new Bench().pass(9_200);
    expect(isLost(bench.model, bench.now)).toBe(true);
    bench.on({ type: "heard" });
    expect(isLost(bench.model, bench.now)).toBe(false);
  });

  test("a new page on the box is loaded when nobody is there", () => {
    const bench = new Bench().tap("t1", RECORDED);
    bench.on({ type: "state", info: info({ build: "b2" }) }).pass(3_000);
    expect(bench.effects).toEqual([]);
    bench.on({ type: "heard" }, 6_000).pass(2_000).on({ type: "heard" }).pass(6_000);
    expect(bench.effects).toContainEqual({ do: "reload" });
  });
});
