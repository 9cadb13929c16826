// Small decisions of the page: answers of the hub, keys, addresses, guards against slips, who sits here.
import { describe, expect, it } from "vitest";
import { outcomeOf } from "./api";
import { commandOf, type Press } from "./keys";
import { isOperator, loadOperator } from "./operator";
import { parseRoute, routeHash } from "./route";
import { ARMED_MS, MOVED_GUARD_MS, movedJustNow, placesAfter, press } from "./slip_guard";
import { incident } from "./testing";

describe("answers of the hub", () => {
  const first = { actor: { role: "OPERATOR", id: "op-2", place: "console" }, at: null, seconds_earlier: 0.4 };

  it("done", () => expect(outcomeOf(200, incident())).toEqual({ kind: "done", incident: incident() }));
  it("somebody was first", () => {
    const answer = { error: "already_acknowledged", first, incident: incident() };
    expect(outcomeOf(409, answer)).toMatchObject({ kind: "first", first: { seconds_earlier: 0.4 } });
    expect(outcomeOf(409, { detail: answer })).toMatchObject({ kind: "first" });
  });
  it("changed meanwhile", () => {
    expect(outcomeOf(409, { error: "changed", first: null, incident: incident() })).toMatchObject({ kind: "changed" });
    expect(outcomeOf(409, null)).toEqual({ kind: "changed", incident: null });
  });
  it("refused, with what is missing", () => {
    const answer = { error: "not_allowed", message: "needs cause and contacted", missing: ["cause", "contacted"] };
    expect(outcomeOf(422, answer)).toEqual({ kind: "refused", reason: answer.message, missing: ["cause", "contacted"] });
    expect(outcomeOf(404, { detail: { error: "unknown", message: "no such" } })).toMatchObject({ reason: "no such" });
    expect(outcomeOf(422, { detail: [{ msg: "bad" }] })).toMatchObject({ kind: "refused", reason: "422" });
  });
  it("out of order", () => {
    expect(outcomeOf(503, { error: "unavailable" })).toEqual({ kind: "unreachable" });
    expect(outcomeOf(200, "<html>")).toMatchObject({ kind: "refused" });
  });
});

describe("keys", () => {
  const key = (name: string, more: Partial<Press> = {}): ReturnType<typeof commandOf> =>
    commandOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, repeat: false, typing: false, ...more });

  it("A, R, /, Esc and arrows", () => {
    expect(["a", "A", "r", "/", "Escape", "ArrowDown", "ArrowUp", "x"].map((name) => key(name))).toEqual([
      "acknowledge",
      "acknowledge",
      "respond",
      "search",
      "back",
      "next",
      "previous",
      null,
    ]);
  });
  it("a held key answers once", () => expect(key("a", { repeat: true })).toBeNull());
  it("no letter while typing or with Ctrl, but Esc while typing", () => {
    expect([key("a", { typing: true }), key("a", { ctrlKey: true }), key("Escape", { typing: true })]).toEqual([null, null, "back"]);
  });
});

describe("slips", () => {
  it("a card that moved under the pointer is not pressed", () => {
    let places = placesAfter({ order: [], movedAt: new Map() }, ["a", "b"], 0);
    expect(movedJustNow(places.movedAt.get("a"), 0)).toBe(false);
    places = placesAfter(places, ["new", "a", "b"], 1_000);
    expect(movedJustNow(places.movedAt.get("a"), 1_000 + MOVED_GUARD_MS - 1)).toBe(true);
    expect(movedJustNow(places.movedAt.get("a"), 1_000 + MOVED_GUARD_MS)).toBe(false);
    places = placesAfter(places, ["new", "a", "b"], 1_100);
    expect(movedJustNow(places.movedAt.get("a"), 1_200)).toBe(true);
  });

  it("a step wants the same press twice, in time", () => {
    const one = press(null, "respond", 0);
    expect(one.fire).toBe(false);
    expect(press(one.armed, "respond", ARMED_MS).fire).toBe(true);
    expect(press(one.armed, "respond", ARMED_MS + 1).fire).toBe(false);
    expect(press(one.armed, "on_site", 1).fire).toBe(false);
  });
});

describe("addresses", () => {
  it.each([
    ["", { view: "incidents", incident: null }],
    ["#/incidents/ab-1", { view: "incidents", incident: "ab-1" }],
    ["#/boxes", { view: "boxes", incident: null }],
    ["#/check-ins", { view: "check-ins", incident: null }],
    ["#/nonsense/x", { view: "incidents", incident: null }],
  ] as const)("%s", (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(parseRoute(routeHash(route))).toEqual(route);
  });
});

it("two consoles never look like one person, and a stored number stays", () => {
  const values = new Map<string, string>();
  const storage = { getItem: (key: string) => values.get(key) ?? null, setItem: (key: string, value: string) => void values.set(key, value) };
  const made = loadOperator(storage, () => 0.5);
  expect(isOperator(made)).toBe(true);
  expect(loadOperator(storage, () => 0.9)).toBe(made);
  expect([isOperator(""), isOperator("王某"), isOperator("op-7")]).toEqual([false, false, true]);
});
