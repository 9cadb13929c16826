import { describe, expect, it } from "vitest";

import { boardPage, TURN_MS } from "./board";

describe("a board", () => {
  const seven = ["a", "b", "c", "d", "e", "f", "g"];

  it("shows all of a list, part after part, and begins again", () => {
    const turns = [0, 1, 2].map((turn) => boardPage(seven, turn * TURN_MS + 1, 4));
    expect(turns.map((turn) => turn.shown)).toEqual([["a", "b", "c", "d"], ["e", "f", "g"], ["a", "b", "c", "d"]]);
    expect(turns.map((turn) => [turn.page, turn.pages])).toEqual([[1, 2], [2, 2], [1, 2]]);
  });

  it("does not turn what fits", () => {
    expect(boardPage(seven.slice(0, 4), 5 * TURN_MS, 4)).toEqual({ shown: ["a", "b", "c", "d"], page: 1, pages: 1 });
    expect(boardPage([], 9 * TURN_MS, 4)).toEqual({ shown: [], page: 1, pages: 1 });
  });
});
