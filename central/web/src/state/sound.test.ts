import { describe, expect, it } from "vitest";
import { decide, decideDeserted, mute, MUTE_LIMIT_MS, PATTERNS, QUIET, unmute } from "./sound";
import { incident } from "../testing";

const p1 = incident({ id: "1" });
const p2 = incident({ id: "2", priority: "P2" });

describe("a hub that is not heard", () => {
  it("has a sound of its own, below a P1 and above a P2, and ends a mute", () => {
    const p1 = incident({ priority: "P1" });
    const p2 = incident({ id: "b", priority: "P2" });
    expect(decide(QUIET, [], 0, { lost: true }).ring).toBe("lost");
    expect(decide(QUIET, [p2], 0, { lost: true }).ring).toBe("lost");
    expect(decide(QUIET, [p1], 0, { lost: true }).ring).toBe("P1");
    const muted = mute(decide(QUIET, [p2], 0).state, 0);
    expect(decide(muted, [p2], 1_000).ring).toBeNull();
    expect(decide(muted, [p2], 1_000, { lost: true }).ring).toBe("lost");
  });
});

describe("a screen at which nobody is logged in", () => {
  it("has a sound of its own, which needs no click and ends no alarm's", () => {
    expect(decideDeserted(QUIET, null, 0).ring).toBe("nobody");
    expect(decideDeserted(QUIET, "lost", 0).ring).toBe("nobody");
    expect(decideDeserted(QUIET, "P1", 0).ring).toBe("P1");
    expect(decideDeserted(QUIET, "P2", 0).ring).toBe("P2");
  });

  it("is muted for 60 s and then heard again", () => {
    const heard = decideDeserted(QUIET, null, 0).state;
    expect(decideDeserted(mute(heard, 0), null, 59_000)).toMatchObject({ ring: null, mutedForS: 1 });
    expect(decideDeserted(mute(heard, 0), null, MUTE_LIMIT_MS).ring).toBe("nobody");
  });

  it("is heard before it comes, below every alarm", () => {
    expect(decide(QUIET, [], 0, { ending: true }).ring).toBe("nobody");
    expect(decide(QUIET, [p2], 0, { ending: true }).ring).toBe("P2");
    const quiet = mute(decide(QUIET, [p2], 0).state, 0);
    expect(decide(quiet, [p2], 1, { ending: true }).ring).toBe("P2"); // something new
  });
});

describe("what rings", () => {
  it.each([
    ["nothing", [], null],
    ["P1", [p1], "P1"],
    ["P2", [p2], "P2"],
    ["P1 over P2", [p2, p1], "P1"],
    ["no P3, no P4", [incident({ priority: "P3" }), incident({ priority: "P4" })], null],
    ["nothing answered", [incident({ state: "ACKED" })], null],
    ["no test", [incident({ mark: "TEST" })], null],
    ["a drill", [incident({ mark: "DRILL" })], "P1"],
    ["a new round", [incident({ state: "RINGING", round: 2 })], "P1"],
  ] as const)("%s", (_name, list, ring) => expect(decide(QUIET, list, 0).ring).toBe(ring));

  it("sounds different for P1 and P2, in pitch and rhythm", () => {
    expect(PATTERNS.P1.everyS).not.toBe(PATTERNS.P2.everyS);
    expect(PATTERNS.P1.tones.length).not.toBe(PATTERNS.P2.tones.length);
    for (const { tones, everyS } of Object.values(PATTERNS)) {
      for (const tone of tones) expect(tone.startS + tone.lengthS).toBeLessThan(everyS);
    }
  });
});

describe("muting", () => {
  const heard = decide(QUIET, [p1], 0).state;

  it("lasts 60 s and not a moment longer", () => {
    const muted = mute(heard, 0);
    expect(decide(muted, [p1], MUTE_LIMIT_MS - 1)).toMatchObject({ ring: null, wanted: "P1", mutedForS: 1 });
    expect(decide(muted, [p1], MUTE_LIMIT_MS)).toMatchObject({ ring: "P1", mutedForS: 0 });
  });

  it("ends at once when something new rings", () => {
    const muted = mute(heard, 0);
    const after = decide(muted, [p1, p2], 1_000);
    expect(after.ring).toBe("P1");
    expect(decide(after.state, [p1, p2], 2_000).ring).toBe("P1");
  });

  it("goes on when one of the muted is answered", () => {
    const both = decide(QUIET, [p1, p2], 0).state;
    expect(decide(mute(both, 0), [p2], 1_000).ring).toBeNull();
  });

  it("does not add up, and cannot be stretched by setting the clock back", () => {
    const twice = mute(mute(heard, 0), 30_000);
    expect(decide(twice, [p1], 30_000 + MUTE_LIMIT_MS).ring).toBe("P1");
    expect(decide(mute(heard, 1_000_000), [p1], 0).ring).toBe("P1");
  });

  it("can be taken back", () => expect(decide(unmute(mute(heard, 0)), [p1], 1).ring).toBe("P1"));
});
