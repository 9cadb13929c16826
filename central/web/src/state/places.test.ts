import { describe, expect, it } from "vitest";
import type { Answer } from "../hub/line";
import {
  chosenCommunity,
  fillOf,
  isLeaderless,
  readAllowed,
  reasonOfKey,
  rosterWord,
  rowParts,
  ruleKey,
  sayingOf,
  shownOf,
} from "./places";

const refused = (error: string, body: Record<string, unknown> = {}): Answer<unknown> => ({
  kind: "refused",
  status: 422,
  error,
  message: "as the hub says it",
  body,
  hubMs: null,
});

describe("a responder group", () => {
  it("is full between 10 and 20 households", () => {
    expect(fillOf(9, 10, 20)).toEqual({ filled: 30, from: 33.3, to: 66.7, state: "few" });
    expect(fillOf(10, 10, 20).state).toBe("right");
    expect(fillOf(20, 10, 20)).toMatchObject({ filled: 66.7, state: "right" });
    expect(fillOf(21, 10, 20).state).toBe("many");
    expect(fillOf(90, 10, 20)).toMatchObject({ filled: 100, state: "many" });
  });

  it("without a leader who lives in it has none", () => {
    for (const warning of ["no-leader", "leader-died", "leader-left", "leader-elsewhere"] as const) {
      expect(isLeaderless([warning])).toBe(true);
    }
    expect(isLeaderless(["few"])).toBe(false);
  });
});

describe("a page of rows", () => {
  it("says which they are", () => {
    expect(shownOf(0, 50, 430)).toEqual({ first: 1, last: 50, isFirst: true, isLast: false });
    expect(shownOf(400, 30, 430)).toEqual({ first: 401, last: 430, isFirst: false, isLast: true });
    expect(shownOf(0, 0, 0)).toEqual({ first: 0, last: 0, isFirst: true, isLast: true });
  });
});

describe("a refusal", () => {
  it("says what would be right, field by field", () => {
    expect(sayingOf(refused("bad-value", { field: "leader" }))?.key).toBe("places.wrong.leader");
    expect(sayingOf(refused("bad-value", { field: "of-a-later-version" }))).toEqual({
      key: "places.error.other",
      message: "as the hub says it",
    });
  });

  it("of a reason that this page does not know is the hub's own sentence", () => {
    expect(sayingOf(refused("grouped-already"))?.key).toBe("places.error.grouped-already");
    expect(sayingOf(refused("newer"))).toEqual({ key: "places.error.other", message: "as the hub says it" });
    expect(sayingOf({ kind: "unreachable" })?.key).toBe("places.error.unreachable");
    expect(sayingOf({ kind: "done", value: 1, hubMs: null })).toBeNull();
  });
});

describe("a box's roster", () => {
  it("is in a word what somebody has to know", () => {
    const row = { revision: 3, row: "rules.odd.kind", reason: "unknown kind", since_at: "2026-09-21T01:00:00.000Z" };
    expect(rosterWord({ hub_revision: 412, box_revision: 412, refused: [] })).toBe("current");
    expect(rosterWord({ hub_revision: 412, box_revision: 409, refused: [] })).toBe("behind");
    expect(rosterWord({ hub_revision: 412, box_revision: null, refused: [] })).toBe("unheard");
    expect(rosterWord({ hub_revision: null, box_revision: 3, refused: [] })).toBe("file");
    expect(rosterWord({ hub_revision: 3, box_revision: 2, refused: [row] })).toBe("refused");
  });

  it("names the row that is refused", () => {
    expect(rowParts("rules.odd.kind")).toEqual({ table: "rules", key: "odd", field: "kind" });
    expect(rowParts("devices.ble:a.b.zone")).toEqual({ table: "devices", key: "ble:a.b", field: "zone" });
    expect(rowParts("time_zone")).toEqual({ table: "time_zone", key: "", field: "" });
    expect(rowParts("settings.presence")).toEqual({ table: "settings", key: "presence", field: "" });
  });
});

describe("what boxes take", () => {
  it("is read as the hub says it", () => {
    expect(readAllowed("a whole number from 10 to 86400")).toEqual({ key: "whole", a: "10", b: "86400" });
    expect(readAllowed("one of P1, P2, P3, P4, off")).toEqual({ key: "oneOf", a: "P1, P2, P3, P4, off", b: "" });
    expect(readAllowed("band, camera, parted by blanks")).toEqual({ key: "someOf", a: "band, camera", b: "" });
    expect(readAllowed("device keys parted by blanks")?.key).toBe("devices");
    expect(readAllowed("keys of bands of this community parted by blanks, one at least")?.key).toBe("bands");
    expect(readAllowed("ids of zones of this community parted by blanks, one at least")?.key).toBe("zones");
    expect(readAllowed("hours of the day like 22:00-06:00, over midnight too")?.a).toBe("22:00-06:00");
    const circle = 'latitude, longitude (WGS-84) and radius in metres like "26.4712,116.0173 200", 20 to 20000 m';
    expect(readAllowed(circle)).toEqual({ key: "circle", a: "26.4712,116.0173 200", b: "" });
    const polygon = '3 to 64 corners (WGS-84) in order like "26.471,116.017 26.472,116.017", no side crossing';
    expect(readAllowed(polygon)?.key).toBe("polygon");
    expect(readAllowed('steps like "0 siren kiosk lan; 30 group", the first at 0; targets: siren, kiosk')).toEqual({
      key: "steps",
      a: "0 siren kiosk lan; 30 group",
      b: "siren, kiosk",
    });
    expect(readAllowed("something of a later version")).toBeNull();
  });

  it("is named", () => {
    expect(ruleKey("presence.dwell_s")).toBe("presence_dwell_s");
    expect(ruleKey("of_a_later_version")).toBeNull();
    expect(reasonOfKey("priority_low_battery")).toBe("LOW_BATTERY");
    expect(reasonOfKey("priority")).toBeNull();
  });
});

describe("the community", () => {
  it("is the last one that was chosen, while it is there", () => {
    const kept = (value: string | null) => ({ getItem: () => value });
    expect(chosenCommunity(["a", "b"], kept("b"))).toBe("b");
    expect(chosenCommunity(["a", "b"], kept("gone"))).toBe("a");
    expect(chosenCommunity([], kept(null))).toBe("");
  });
});
