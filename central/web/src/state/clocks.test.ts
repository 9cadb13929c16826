import { describe, expect, it } from "vitest";
import { clockViews, freshness, span, stopwatch, verdict } from "./clocks";
import { at, clocks as someClocks, incident, T0 } from "../testing";

const view = (clocks: Parameters<typeof incident>[0], nowS: number): ReturnType<typeof clockViews> =>
  clockViews(incident(clocks), T0 + nowS * 1000);

describe("the four clocks", () => {
  it("run where somebody is waited for, and nowhere else", () => {
    expect(view({}, 46).map(({ name, state, seconds }) => [name, state, seconds])).toEqual([
      ["found", "done", 0],
      ["alarmed", "done", 1],
      ["answered", "running", 45],
      ["disposed", "waiting", null],
    ]);
  });

  it("count the answer from the alarm, when people could know, not from a press hours before", () => {
    const clocks = someClocks({ found: at(-7200), found_about: true, alarmed: at(0), answered: at(30) });
    const [found, alarmed, answered, disposed] = view({ clocks }, 100);
    expect(found).toMatchObject({ about: true, seconds: 0 });
    expect(alarmed).toMatchObject({ seconds: 7200, about: false });
    expect(answered).toMatchObject({ seconds: 30, verdict: "in_time", about: false });
    expect(disposed).toMatchObject({ state: "running", seconds: 100, verdict: "in_time" });
  });

  it("say about when either end is about", () => {
    const clocks = someClocks({ alarmed: at(0), alarmed_about: true, answered: at(30) });
    expect(view({ clocks }, 40)[2]).toMatchObject({ about: true });
    expect(view({ clocks }, 40)[3]).toMatchObject({ about: true, state: "running" });
  });

  it("never run backwards, and stay blank without any time", () => {
    expect(view({}, -500)[2]).toMatchObject({ seconds: 0 });
    const none = someClocks({ found: null, alarmed: null });
    expect(view({ clocks: none }, 5).every((clock) => clock.state === "waiting")).toBe(true);
  });

  it.each([
    ["answered", 60, "in_time"],
    ["answered", 61, "late"],
    ["answered", 180, "late"],
    ["answered", 181, "too_late"],
    ["disposed", 2700, "in_time"],
    ["disposed", 3601, "too_late"],
    ["found", 9999, "none"],
  ] as const)("%s after %d s is %s", (name, seconds, expected) => expect(verdict(name, seconds)).toBe(expected));
});

it("stopwatch", () => {
  expect([0, 9, 65, 3723].map(stopwatch)).toEqual(["0:00", "0:09", "1:05", "1:02:03"]);
});

it("spans use the largest sensible unit", () => {
  const year = 365.25 * 86_400_000;
  expect([0, 40, 1_500, 12_000, -95_000, 600_000, 7_200_000, 3 * 86_400_000, -56 * year].map(span)).toEqual([
    { unit: "s", n: 0 },
    { unit: "ms", n: 40 },
    { unit: "s", n: 1.5 },
    { unit: "s", n: 12 },
    { unit: "s", n: 95 },
    { unit: "min", n: 10 },
    { unit: "h", n: 2 },
    { unit: "d", n: 3 },
    { unit: "y", n: 56 },
  ]);
});

it("data is old at 10 s without contact", () => {
  expect(freshness(1000, 10_999)).toEqual({ stale: false, seconds: 9 });
  expect(freshness(1000, 11_000)).toEqual({ stale: true, seconds: 10 });
  expect(freshness(null, 0).stale).toBe(true);
});
