import { describe, expect, it } from "vitest";
import { auditQuery, NO_FILTER, startOfDay } from "./audit";

const utc = (day: string, plus: number): Date => new Date(Date.parse(`${day}T00:00:00Z`) + plus * 86_400_000);

describe("a question to the audit", () => {
  it("is empty without a filter", () => {
    expect(auditQuery(NO_FILTER, null, utc)).toBe("");
    expect(auditQuery({ ...NO_FILTER, account: "  " }, null, utc)).toBe("");
  });
  it("holds what was asked, the last day whole, and where to go on", () => {
    const filter = { account: " OP-7 ", subject: "box-1", kind: "box", from: "2026-09-01", to: "2026-09-02" } as const;
    expect(auditQuery(filter, 12, utc)).toBe(
      "?account=op-7&subject=box-1&kind=box&since=2026-09-01T00%3A00%3A00.000Z&until=2026-09-03T00%3A00%3A00.000Z&before=12",
    );
  });
  it("leaves out what is no day", () => {
    expect(auditQuery({ ...NO_FILTER, from: "soon" }, null, startOfDay)).toBe("");
    expect(startOfDay("2026-12-31", 1)).toEqual(new Date(2027, 0, 1));
  });
});
