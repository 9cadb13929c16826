import { describe, expect, it } from "vitest";
import type { CheckInDay } from "../hub/contract";
import { apply, EMPTY, MAX_KEPT_CLOSED, loaded, withIncident } from "./store";
import { at, box, incident, step, T0 } from "../testing";

const message = (event: string, value: unknown, id = "1"): { event: string; data: string; id: string } => ({
  event,
  data: typeof value === "string" ? value : JSON.stringify(value),
  id,
});
const row = (fields: object = {}): object => ({
  community: "ningdu",
  day: "2026-11-24",
  at: at(0),
  resident_label: "3-2-501",
  activity_zh: "书法班",
  activity_en: "Calligraphy",
  kiosk: "kiosk-1",
  annulled: false,
  method: "CARD",
  mark: "REAL",
  ...fields,
});
const day: CheckInDay = {
  day: "2026-11-24",
  communities: [{ community: "ningdu", name_zh: "柠都社区", name_en: "Ningdu", count: 0, rows: [] }],
};

describe("changes from the stream", () => {
  it("add and replace incidents and boxes, the last one wins", () => {
    const { state } = apply(
      EMPTY,
      [
        message("incident", incident()),
        message("incident", incident({ state: "ACKED", steps: [step("ACKED")] })),
        message("box", box("a")),
        message("box", box("a", { contact: "silent" })),
      ],
      T0,
    );
    expect([...state.incidents.values()].map((item) => item.state)).toEqual(["ACKED"]);
    expect(state.boxes.get("a")?.contact).toBe("silent");
  });

  it("never let an older view of an incident overwrite a newer one", () => {
    const acked = incident({ state: "ACKED", steps: [step("ACKED")] });
    const { state } = apply(withIncident(EMPTY, acked), [message("incident", incident())], T0);
    expect(state.incidents.get(acked.id)).toBe(acked);
  });

  it("count what cannot be read, and go on", () => {
    const { state } = apply(
      EMPTY,
      [message("incident", "{"), message("incident", { id: 1 }), message("future", {}), message("box", box("a"))],
      T0,
    );
    expect(state.badMessages).toBe(2);
    expect(state.boxes.size).toBe(1);
  });

  it("learn the hub's clock, and that everything must be loaded again", () => {
    const first = apply(EMPTY, [message("hello", { version: "1", now: at(90) })], T0);
    expect(first.state.hubOffsetMs).toBe(90_000);
    expect(first.reload).toBe(false);
    expect(apply(first.state, [message("reload", {})], T0).reload).toBe(true);
  });

  it("keep a bounded number of closed incidents and every open one", () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      message("incident", incident({ id: `c-${n}`, state: n % 2 ? "RESOLVED" : "NEW" })),
    );
    const { state } = apply(EMPTY, many, T0);
    expect(state.incidents.size).toBe(150 + MAX_KEPT_CLOSED);
  });

  it("take a burst of 500 alarms in well under a frame's patience", () => {
    const burst = Array.from({ length: 500 }, (_, n) => message("incident", incident({ id: `b-${n}` })));
    expect(apply(EMPTY, burst, T0).state.incidents.size).toBe(500);
  });
});

describe("check-ins of the day", () => {
  it("are added on top and annulled in place, and only real ones count", () => {
    const before = loaded(EMPTY, { checkIns: day });
    const one = apply(before, [message("check_in", row()), message("check_in", row({ at: at(5), mark: "TEST" }))], T0);
    expect(one.state.checkIns?.communities[0]).toMatchObject({ count: 1, rows: [{ mark: "TEST" }, { mark: "REAL" }] });
    const two = apply(one.state, [message("check_in", row({ annulled: true }))], T0);
    expect(two.state.checkIns?.communities[0]).toMatchObject({ count: 0 });
    expect(two.state.checkIns?.communities[0]?.rows).toHaveLength(2);
  });

  it("of an earlier day change nothing; of an unknown community or a new day they are fetched", () => {
    const before = loaded(EMPTY, { checkIns: day });
    const late = apply(before, [message("check_in", row({ day: "2026-11-20" }))], T0);
    expect(late.refetchCheckIns).toBe(false);
    expect(late.state.checkIns).toBe(before.checkIns);
    for (const fields of [{ day: "2026-11-25" }, { community: "new" }]) {
      expect(apply(before, [message("check_in", row(fields))], T0).refetchCheckIns).toBe(true);
    }
  });
});

describe("a fresh load", () => {
  it("drops what the hub no longer lists, and keeps what the stream brought meanwhile", () => {
    const before = apply(EMPTY, [message("incident", incident({ id: "old" })), message("incident", incident({ id: "new" }))], T0);
    const after = loaded(before.state, { incidents: [incident({ id: "listed" })] }, new Set(["new"]));
    expect([...after.incidents.keys()].sort()).toEqual(["listed", "new"]);
  });
});
