import { describe, expect, it } from "vitest";
import { commandOf, type Press } from "./keys";

describe("keys", () => {
  const key = (name: string, more: Partial<Press> = {}): ReturnType<typeof commandOf> =>
    commandOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, repeat: false, typing: false, ...more });

  it("A, R, /, Esc and arrows", () => {
    expect(["a", "A", "r", "/", "Escape", "ArrowDown", "ArrowUp", "x"].map((name) => key(name))).toEqual([
      "acknowledge",
      "acknowledge",
      "respond",
      "search",
      "back",
      "next",
      "previous",
      null,
    ]);
  });
  it("a held key answers once", () => expect(key("a", { repeat: true })).toBeNull());
  it("no letter while typing or with Ctrl, but Esc while typing", () => {
    expect([key("a", { typing: true }), key("a", { ctrlKey: true }), key("Escape", { typing: true })]).toEqual([null, null, "back"]);
  });
});
