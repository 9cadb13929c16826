import { describe, expect, it } from "vitest";
import { isCode, pageAnswerOf } from "./pages";

describe("a code", () => {
  it("is eight digits in any grouping, also from a Chinese keyboard", () => {
    for (const text of ["12345678", "1234 5678", "1234-5678", " 12 34 56 78 ", "１２３４ ５６７８"]) expect(isCode(text), text).toBe(true);
    for (const text of ["", "1234567", "123456789", "1234x678", "一二三四五六七八"]) expect(isCode(text), text).toBe(false);
  });
});

describe("an answer", () => {
  it("is what was done, why it was not, or nothing", () => {
    expect(pageAnswerOf(200, { id: "a" })).toEqual({ kind: "done", value: { id: "a" } });
    expect(pageAnswerOf(409, { error: "other_kind", message: "m", kind: "neighbour" })).toEqual({
      kind: "refused",
      error: "other_kind",
      message: "m",
      pageKind: "neighbour",
    });
    expect(pageAnswerOf(503, { error: "box-away", message: "m", kind: "" })).toMatchObject({ error: "box-away" });
    expect(pageAnswerOf(422, { error: "something new", message: "m" })).toMatchObject({ error: "invalid", message: "m" });
    expect(pageAnswerOf(502, null)).toEqual({ kind: "unreachable" });
  });
});
