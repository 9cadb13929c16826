import { describe, expect, it } from "vitest";
import { commandOf, hasLatinLetter, type Press } from "./keys";

describe("keys", () => {
  const key = (name: string, more: Partial<Press> = {}): ReturnType<typeof commandOf> =>
    commandOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, repeat: false, typing: false, composing: false, searching: false, ...more });

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
  it("a flat or a Chinese name goes on without letters, a Latin word does not", () => {
    expect(["", "3-2-501", "宁都", "bi", "Band 1"].map(hasLatinLetter)).toEqual([false, false, false, true, true]);
  });
  it("A never types into the search box behind a flat or a name, nor does R", () => {
    const search = { typing: true, searching: true };
    expect(["a", "R", "ArrowDown", "Enter"].map((name) => key(name, search))).toEqual(["acknowledge", "respond", "next", "next"]);
    expect(key("Enter")).toBeNull();
    expect([key("b", search), key("/", search), key("a", { ...search, composing: true })]).toEqual([null, null, null]);
  });
  it("no letter while typing or with Ctrl, but Esc while typing", () => {
    expect([key("a", { typing: true }), key("a", { ctrlKey: true }), key("Escape", { typing: true })]).toEqual([null, null, "back"]);
  });
});
