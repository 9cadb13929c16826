import { describe, expect, it } from "vitest";

import { TEXTS } from "./texts";

describe("texts", () => {
  it("has every key in both languages, none empty", () => {
    expect(Object.keys(TEXTS.en)).toEqual(Object.keys(TEXTS.zh));
    for (const texts of Object.values(TEXTS)) for (const text of Object.values(texts)) expect(text).not.toBe("");
  });
});
