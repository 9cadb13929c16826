import { describe, expect, it } from "vitest";
import { tabTitle } from "./title";

describe("the tab's title", () => {
  it("counts what waits, and says first that nothing comes", () => {
    expect(tabTitle("安居", 0, null)).toBe("安居");
    expect(tabTitle("安居", 3, null)).toBe("(3) 安居");
    expect(tabTitle("安居", 3, "没有数据")).toBe("⚠ 没有数据 · 安居");
  });
});
