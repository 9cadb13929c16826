import { describe, expect, it } from "vitest";
import { followsWithdrawal, isTooMuch, needsGuardian, readStopped, urgencyOf } from "./privacy";

const open = { state: "open", is_late: false, days_left: 9, due_on: "2026-12-20" } as const;

describe("requests", () => {
  it.each([
    [open, "open"],
    [{ ...open, days_left: 3 }, "soon"],
    [{ ...open, due_on: "2026-12-01", days_left: 1 }, "today"],
    [{ ...open, is_late: true, days_left: 0 }, "late"],
    [{ ...open, due_on: null, days_left: null }, "unknown"],
    [{ ...open, state: "done" }, "closed"],
  ] as const)("%o is %s", (request, urgency) => expect(urgencyOf(request, "2026-12-01")).toBe(urgency));
});

describe("consents", () => {
  it("taken back end what was agreed to and never the SOS", () => {
    expect(followsWithdrawal("location")).toEqual(["positionsEnd", "sosStays"]);
    expect(followsWithdrawal("photo")).toContain("sosStays");
    expect(needsGuardian("minor")).toBe(true);
    expect(needsGuardian("photo")).toBe(false);
  });
});

describe("retention", () => {
  it("stops where more would go than two in a hundred, unless there are few", () => {
    const clock = { what: "left-people", days: 1, default_days: 1, there: 10_000, going: 201, changed_at: null, changed_by: "" } as const;
    const guard = { max_share: 0.02, free: 50 };
    expect(isTooMuch(clock, guard)).toBe(true);
    expect(isTooMuch({ ...clock, going: 200 }, guard)).toBe(false);
    expect(isTooMuch({ ...clock, there: 60, going: 50 }, guard)).toBe(false);
  });

  it("says why a run removed nothing", () => {
    expect(readStopped("the clock is not known to be right: set it, then run retention again")?.key).toBe("clock");
    expect(readStopped("51 of 52 people who left would go at once: check the clock")).toEqual({ key: "people", going: "51", there: "52" });
    expect(readStopped("9 of 10 look-ups would go at once: x")?.key).toBe("looks");
    expect(readStopped("another reason")).toBeNull();
  });
});
