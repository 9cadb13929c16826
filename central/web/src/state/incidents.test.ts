import { describe, expect, it } from "vitest";
import type { Incident } from "../hub/contract";
import { actionsFor, countOpen, cut, isOpen, matches, newlyWaiting, NO_CLOSING, openByUrgency, resolveGaps, ringKey, unknownDevices } from "./incidents";
import { at, clocks, incident, owner } from "../testing";

const ids = (list: readonly Incident[]): string[] => list.map((item) => item.id);
const found = (s: number): Partial<Incident> => ({ clocks: clocks({ found: at(s), alarmed: at(s) }) });

describe("the order of the list", () => {
  it("is P1 first, who waits before who has an answer, then the oldest; drills and tests last", () => {
    const list = [
      incident({ id: "p3", priority: "P3", ...found(0) }),
      incident({ id: "p1-new", ...found(50) }),
      incident({ id: "p1-acked", state: "ACKED", ...found(1) }),
      incident({ id: "p1-old", ...found(10) }),
      incident({ id: "p2", priority: "P2", ...found(0) }),
      incident({ id: "test", mark: "TEST", ...found(0) }),
      incident({ id: "drill", mark: "DRILL", ...found(0) }),
      incident({ id: "done", state: "RESOLVED" }),
    ];
    expect(ids(openByUrgency(list))).toEqual(["p1-old", "p1-new", "p1-acked", "p2", "p3", "drill", "test"]);
  });

  it("has a place for states and priorities of a later version", () => {
    const later = incident({ id: "later", state: "35", ...found(0) });
    const list = [incident({ id: "p3", priority: "P3" }), incident({ id: "odd", priority: "7" }), later, incident({ id: "new", ...found(9) })];
    expect(ids(openByUrgency(list))).toEqual(["new", "later", "odd", "p3"]);
    expect(actionsFor(incident({ state: "45" }), "me")).toEqual(["on_site", "resolve", "join"]);
    expect(isOpen(incident({ state: "65" }))).toBe(false);
  });

  it("puts an unknown time first among equals: nobody knows how long it waited", () => {
    const unknown = incident({ id: "unknown", clocks: clocks({ found: null, alarmed: null }) });
    expect(ids(openByUrgency([incident({ id: "known" }), unknown]))).toEqual(["unknown", "known"]);
  });

  it("never cuts a P1 away, however many there are", () => {
    const list = [...Array(60).keys()].map((n) => incident({ id: `${n}`, priority: n < 50 ? "P1" : "P3" }));
    const { shown, hidden } = cut(list, 40);
    expect(shown.filter((item) => item.priority === "P1")).toHaveLength(50);
    expect(hidden).toBe(10);
    expect(cut(list.slice(45), 8)).toMatchObject({ hidden: 7 });
  });
});

describe("open and counted", () => {
  it("keeps a P1 that was closed on site until the hub closes it", () => {
    expect(isOpen(incident({ state: "RESOLVED", closed_on_site: true, needs_close: true }))).toBe(true);
    expect(isOpen(incident({ state: "RESOLVED", closed_on_site: true, priority: "P2" }))).toBe(false);
    expect(isOpen(incident({ state: "RESOLVED" }))).toBe(false);
  });

  it("counts no test and no drill", () => {
    const list = [incident({ id: "1" }), incident({ id: "2", mark: "TEST" }), incident({ id: "3", mark: "DRILL" })];
    expect(countOpen(list)).toEqual({ open: 1, waiting: 1, P1: 1, P2: 0 });
  });

  it("announces what newly waits, a new round too, but no test", () => {
    const first = incident({ id: "1" });
    const known = new Set([ringKey(first)]);
    const list = [first, incident({ id: "1", round: 1, state: "RINGING" }), incident({ id: "2", mark: "TEST" }), incident({ id: "3" })];
    expect(newlyWaiting(known, list).map(ringKey)).toEqual(["1/1", "3/0"]);
  });
});

describe("actions", () => {
  it.each([
    ["NEW", [], ["acknowledge", "resolve"]],
    ["RINGING", [], ["acknowledge", "resolve"]],
    ["ACKED", ["me"], ["respond", "on_site", "resolve"]],
    ["ACKED", ["other"], ["respond", "on_site", "resolve", "join"]],
    ["RESPONDING", ["me"], ["on_site", "resolve"]],
    ["ON_SITE", ["me"], ["resolve"]],
    ["RESOLVED", ["me"], []],
  ] as const)("%s owned by %j: %j", (state, owners, actions) => {
    expect(actionsFor(incident({ state, owners: owners.map(owner) }), "me")).toEqual(actions);
  });

  it("asks only for the close of what was closed on site", () => {
    expect(actionsFor(incident({ state: "RESOLVED", closed_on_site: true, needs_close: true }), "me")).toEqual(["resolve"]);
  });

  it("offers no verb that the hub would not take", () => {
    const item = incident({ state: "ACKED", owners: [owner("me")], allowed: ["respond", "resolve"] });
    expect(actionsFor(item, "me")).toEqual(["respond", "resolve"]);
  });

  it("names what a resolve still needs", () => {
    expect(resolveGaps(incident(), NO_CLOSING)).toEqual(["cause", "contact"]);
    expect(resolveGaps(incident(), { ...NO_CLOSING, cause: "fall" })).toEqual(["contact"]);
    expect(resolveGaps(incident({ priority: "P2" }), { ...NO_CLOSING, cause: "fall" })).toEqual([]);
    expect(resolveGaps(incident(), { cause: "fall", contacted: true, done: [] })).toEqual([]);
    const nobody = { cause: "nobody_found", contacted: false } as const;
    expect(resolveGaps(incident(), { ...nobody, done: [] })).toEqual(["done"]);
    expect(resolveGaps(incident(), { ...nobody, done: ["visited"] })).toEqual([]);
  });
});

it("search finds all words, in either language", () => {
  expect(matches(incident(), "3-2 柠都")).toBe(true);
  expect(matches(incident(), "BAND sos")).toBe(true);
  expect(matches(incident(), "3-2 nowhere")).toBe(false);
});

describe("unknown devices that share an incident", () => {
  const shared = incident({ unknown_device: true, device: "ble:01", strangers: ["ble:02", "ble:03"] });

  it("are all named, and none on a person's page", () => {
    expect(unknownDevices(shared)).toEqual(["ble:01", "ble:02", "ble:03"]);
    expect(unknownDevices(incident())).toEqual([]);
  });

  it("are found by the key of any of them", () => {
    expect(matches(shared, "BLE:03")).toBe(true);
    expect(matches(shared, "ble:04")).toBe(false);
  });
});
