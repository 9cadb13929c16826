import { describe, expect, it } from "vitest";
import { askedFor, LEFT_ALONE_MS, makeTask, offered } from "./purpose";

describe("the purpose of a task", () => {
  it("is asked once, and goes along with every look until it is ended", () => {
    const model = makeTask(() => 0);
    expect(model.purpose.value).toBeNull();
    model.begin("care");
    expect(model.purpose.value).toBe("care");
    expect(askedFor({ purpose: "care", incident: null })).toEqual({ purpose: "care" });
    expect(askedFor({ purpose: "emergency", incident: "aa-1" })).toEqual({ purpose: "emergency", incident: "aa-1" });
    model.end();
    expect(model.task.value).toBeNull();
  });

  it("is asked anew when the task was left alone, not while somebody works at it", () => {
    let now = 0;
    const model = makeTask(() => now);
    model.begin("case");
    now = LEFT_ALONE_MS - 1;
    model.used();
    now = 2 * LEFT_ALONE_MS - 2;
    model.tick();
    expect(model.purpose.value).toBe("case");
    now = 2 * LEFT_ALONE_MS - 1;
    model.tick();
    expect(model.purpose.value).toBeNull();
    model.used();
    expect(model.task.value).toBeNull();
  });

  it("is one that the role has and the page knows", () => {
    expect(offered(["case", "care", "emergency"], ["care", "case"])).toEqual(["care", "case"]);
    expect(offered(["emergency"], ["care"])).toEqual([]);
  });
});
