import { describe, expect, it } from "vitest";
import { gapsOf, isDead, isLadderKey, rowsOf, senderOf, wordAt } from "./ladder";

const group = { target: "group", with_hub: "hub", without_hub: "box", phones: 21, is_certain: true } as const;
const siren = { target: "siren", with_hub: "box", without_hub: "box", phones: null, is_certain: true } as const;
const review = { target: "review", with_hub: "hub", without_hub: "", phones: null, is_certain: true } as const;

describe("who sends", () => {
  it("is said with and without the hub", () => {
    expect(senderOf(siren)).toBe("box");
    expect(senderOf(review)).toBe("hub");
    expect(senderOf(group)).toBe("hub_or_box");
    expect(senderOf({ ...group, without_hub: "" })).toBe("only_hub");
    expect(senderOf({ ...group, with_hub: "box" })).toBe("box");
    expect(senderOf({ ...group, with_hub: "box", is_certain: false })).toBe("box_if");
    expect(senderOf({ ...group, with_hub: "", without_hub: "" })).toBe("nobody");
  });

  it("is nobody where there is no phone", () => {
    expect(isDead(group)).toBe(false);
    expect(isDead({ ...group, phones: 0 })).toBe(true);
    expect(isDead({ ...group, with_hub: "", without_hub: "" })).toBe(true);
    expect(isDead(siren)).toBe(false);
  });
});

describe("the time line", () => {
  it("puts steps as far apart as they are", () => {
    expect(gapsOf([0, 30, 60, 120].map((wait_s) => ({ wait_s })))).toEqual([0, 0.25, 0.25, 0.5]);
    expect(gapsOf([{ wait_s: 0 }])).toEqual([0]);
    expect(gapsOf([])).toEqual([]);
  });

  it("says the same as a table", () => {
    expect(rowsOf([{ wait_s: 0, until: "acked", targets: [siren] }, { wait_s: 30, until: "going", targets: [group, review] }])).toEqual([
      { wait_s: 0, until: "acked", target: "siren", sender: "box", phones: null },
      { wait_s: 30, until: "going", target: "group", sender: "hub_or_box", phones: 21 },
      { wait_s: 30, until: "going", target: "review", sender: "hub", phones: null },
    ]);
  });
});

describe("what is wrong", () => {
  it("is shown as it was typed", () => {
    expect(wordAt("0 siren;  30  lan grup", 2, 3)).toBe("grup");
    expect(wordAt("0 siren; 30", 2, 0)).toBe("30");
    expect(wordAt("0 siren", 2, 1)).toBe("");
  });

  it("is about settings that are ladders", () => {
    expect(isLadderKey("escalation.P1")).toBe(true);
    expect(isLadderKey("presence.dwell_s")).toBe(false);
  });
});
