import { describe, expect, it } from "vitest";
import { session, T0 } from "../testing";
import {
  afterUse,
  hasStream,
  isOver,
  isSamePost,
  isWatch,
  lifeOf,
  refusedOf,
  screenOf,
  warningOf,
  type Life,
} from "./session";

const MIN = 60_000;
const life = (fields: Partial<Life> = {}): Life => ({ endsMs: 720 * MIN, idleEndsMs: 30 * MIN, idleForMs: 30 * MIN, ...fields });

describe("who is at a screen", () => {
  it("works, or sets up a second factor first", () => {
    expect(screenOf(session()).kind).toBe("in");
    expect(screenOf(session({ second_factor: "must_enrol", rights: [] })).kind).toBe("enrol");
  });

  it("is on watch when alarms are seen", () => {
    expect(isWatch(session())).toBe(true);
    expect(isWatch(session({ rights: ["see-boxes"] }))).toBe(false);
    expect(hasStream(["see-boxes"])).toBe(true);
    expect(hasStream(["see-accounts", "see-audit"])).toBe(false);
  });

  it("keeps what is shown when the same person logs in again, and nothing else", () => {
    expect(isSamePost(session(), session({ ends: "2026-12-01T00:00:00.000Z" }))).toBe(true);
    expect(isSamePost(session(), session({ account: "op-2" }))).toBe(false);
    expect(isSamePost(session(), session({ role: "supervisor" }))).toBe(false);
    expect(isSamePost(session(), session({ rights: ["see-incidents", "manage-accounts"] }))).toBe(false);
    expect(isSamePost(session({ registry_away: true }), session())).toBe(true);
    expect(isSamePost(session({ communities: ["a"] }), session({ communities: ["a", "b"] }))).toBe(false);
  });
});

describe("a session's life", () => {
  it("is told on this computer's clock, however wrong it is", () => {
    const hubMs = T0 - 3_600_000;
    const told = lifeOf(session({ ends: new Date(hubMs + 5 * MIN).toISOString(), idle_ends: new Date(hubMs + MIN).toISOString() }), hubMs, T0);
    expect(told).toEqual({ endsMs: T0 + 5 * MIN, idleEndsMs: T0 + MIN, idleForMs: MIN });
  });

  it("is put off by use, not beyond its end", () => {
    expect(afterUse(life(), 20 * MIN).idleEndsMs).toBe(50 * MIN);
    expect(afterUse(life(), 710 * MIN).idleEndsMs).toBe(720 * MIN);
    expect(isOver(life(), 30 * MIN - 1)).toBe(false);
    expect(isOver(life(), 30 * MIN)).toBe(true);
  });

  it.each([
    [life(), 0, null],
    [life(), 28 * MIN - 1, null],
    [life(), 28 * MIN, { kind: "idle", leftS: 120, isUrgent: true }],
    [life({ idleEndsMs: 720 * MIN }), 710 * MIN - 1, null],
    [life({ idleEndsMs: 720 * MIN }), 710 * MIN, { kind: "end", leftS: 600, isUrgent: false }],
    [life({ idleEndsMs: 720 * MIN }), 718 * MIN, { kind: "end", leftS: 120, isUrgent: true }],
    [life({ idleEndsMs: 719 * MIN }), 718 * MIN, { kind: "idle", leftS: 60, isUrgent: true }],
    [life({ idleEndsMs: 720 * MIN }), 721 * MIN, { kind: "end", leftS: 0, isUrgent: true }],
  ])("%o at %i warns %o", (told, now, warning) => expect(warningOf(told, now)).toEqual(warning));
});

describe("a log-in that is refused", () => {
  const refused = (body: Record<string, unknown>, status = 401): Parameters<typeof refusedOf>[0] => ({
    kind: "refused",
    status,
    error: String(body.error),
    message: "m",
    body,
    hubMs: T0,
  });

  it("says one thing of account and password, and another only once a code was asked for", () => {
    expect(refusedOf(refused({ error: "wrong" }), false, T0)?.kind).toBe("wrong");
    expect(refusedOf(refused({ error: "wrong" }), true, T0)?.kind).toBe("wrong_code");
    expect(refusedOf(refused({ error: "disabled" }), false, T0)?.kind).toBe("disabled");
    expect(refusedOf(refused({ error: "invented later" }, 422), false, T0)).toEqual({ kind: "other", untilMs: null, message: "m" });
    expect(refusedOf({ kind: "unreachable" }, false, T0)?.kind).toBe("away");
    expect(refusedOf({ kind: "done", value: {}, hubMs: null }, false, T0)).toBeNull();
  });

  it("says until when, on this computer's clock", () => {
    const until = new Date(T0 + MIN).toISOString();
    expect(refusedOf(refused({ error: "locked", until }), false, T0 + 7_000)).toMatchObject({ untilMs: T0 + MIN + 7_000 });
    expect(refusedOf(refused({ error: "too_many", again_s: 30 }, 429), false, 500)).toMatchObject({ untilMs: 30_500 });
  });
});
