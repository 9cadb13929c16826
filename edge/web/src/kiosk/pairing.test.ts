import { describe, expect, it } from "vitest";

import { shownAs } from "./pairing";
import type { Pairing } from "./contract";

const answer: Pairing = {
  state: "waiting",
  box: "box-1",
  page: "duty-1",
  kind: "neighbour",
  why: "new",
  code: "1234 5678",
  left_s: 600,
  address: "192.168.1.31",
  old_address: "",
};

describe("what a page shows", () => {
  it("is its code, a command, everything, or that nobody answers", () => {
    expect(shownAs(answer)).toEqual({ name: "waiting", pairing: answer });
    expect(shownAs({ ...answer, state: "own_screen", code: "" }).name).toBe("own_screen");
    expect(shownAs({ ...answer, state: "paired" })).toEqual({ name: "paired" });
    expect(shownAs("too_many")).toEqual({ name: "too_many" });
  });

  it("is no code while the box is away: nobody could approve it", () => {
    expect(shownAs(null)).toEqual({ name: "unreachable" });
  });
});
