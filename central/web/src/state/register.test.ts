import { describe, expect, it } from "vitest";
import { answerOf } from "../hub/register";
import { registered } from "../testing";
import { byStage, countdown, freeName, replaceable, secondsLeft, stageOf, wrongName } from "./register";

const T = "2026-11-30T10:00:00.000Z";

describe("how far a box is", () => {
  it.each([
    [{ state: "unused" }, "unused"],
    [{ state: "unused", code_ends_at: T }, "code"],
    [{ state: "claimed" }, "claimed"],
    [{ state: "claimed", streaming: true }, "streaming"], // its first session is not written down yet
    [{ state: "active", streaming: true, streamed_at: T }, "streaming"],
    [{ state: "active", streaming: true, streamed_at: T, tested_at: T }, "tested"],
    [{ state: "active", streamed_at: T, tested_at: T }, "away"],
    [{ state: "active", streamed_at: T, code_ends_at: T }, "away"],
    [{ state: "retired", streaming: true, streamed_at: T, tested_at: T }, "retired"],
    [{ state: "revoked", streamed_at: T }, "revoked"],
  ] as const)("%o is %s", (fields, stage) => {
    expect(stageOf(registered("box-1", fields))).toBe(stage);
  });

  it("puts what waits for somebody first and what is out last", () => {
    const boxes = [
      registered("d", { state: "revoked" }),
      registered("c", { state: "active", streaming: true, streamed_at: T, tested_at: T }),
      registered("b", { state: "unused", code_ends_at: T }),
      registered("a", { state: "unused", code_ends_at: T }),
    ];
    expect(boxes.sort(byStage).map((box) => box.box)).toEqual(["a", "b", "c", "d"]);
  });
});

describe("a code's life", () => {
  it("counts down to nothing and not below", () => {
    expect(secondsLeft(T, Date.parse(T) - 1_500)).toBe(2);
    expect(secondsLeft(T, Date.parse(T) + 60_000)).toBe(0);
  });

  it.each([
    [0, { days: 0, clock: "00:00:00" }],
    [3_725, { days: 0, clock: "01:02:05" }],
    [7 * 86_400, { days: 7, clock: "00:00:00" }],
  ])("%i s", (seconds, shown) => {
    expect(countdown(seconds)).toEqual(shown);
  });
});

describe("names", () => {
  it("offers the next free one, never too long", () => {
    expect(freeName("ningdu", new Set(["ningdu-1", "ningdu-2"]))).toBe("ningdu-3");
    expect(freeName("n".repeat(32), new Set())).toBe(`${"n".repeat(30)}-1`);
  });

  it.each([
    ["", "id"],
    ["Box", "id"],
    ["a_b", "id"],
    ["x".repeat(33), "id"],
    ["ningdu-1", "taken"],
    ["ningdu-2", ""],
  ])("%s: %s", (name, wrong) => {
    expect(wrongName(name, new Set(["ningdu-1"]))).toBe(wrong);
  });

  it("offers boxes of the same community that nobody replaces yet", () => {
    const boxes = [
      registered("a-1", { community: "a", replaced_by: "a-2" }),
      registered("a-2", { community: "a", state: "revoked" }),
      registered("b-1", { community: "b" }),
    ];
    const register = { now: T, may_manage: true, boxes, communities: [] };
    expect(replaceable(register, "a").map((box) => box.box)).toEqual(["a-2"]);
  });
});

describe("answers", () => {
  it.each([
    [200, { box: "a" }, { kind: "done", value: { box: "a" } }],
    [409, { error: "box-out", message: "m" }, { kind: "refused", error: "box-out", message: "m" }],
    [503, { error: "no-authority", message: "m" }, { kind: "refused", error: "no-authority", message: "m" }],
    [422, { error: "invalid", message: "m" }, { kind: "refused", error: "invalid", message: "m" }],
    [418, null, { kind: "refused", error: "invalid", message: "418" }],
    [502, null, { kind: "unreachable" }],
    [200, null, { kind: "unreachable" }],
  ])("%i %o", (status, body, answer) => {
    expect(answerOf(status, body)).toEqual(answer);
  });
});
