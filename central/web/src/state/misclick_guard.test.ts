import { describe, expect, it } from "vitest";
import { ARMED_MS, MOVED_GUARD_MS, movedJustNow, placesAfter, press } from "./misclick_guard";

describe("misclicks", () => {
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
