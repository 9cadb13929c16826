import { describe, expect, it } from "vitest";
import type { Answer } from "../hub/line";
import type { ActedView } from "../hub/contract.gen";
import { makeDeeds } from "./deeds";

const done = (action: number): Answer<ActedView> => ({ kind: "done", value: { action, resident: null }, hubMs: null });

describe("what was done last", () => {
  it("is taken back, and that is taken back again by its own number", async () => {
    const asked: number[] = [];
    const deeds = makeDeeds((action) => {
      asked.push(action);
      return Promise.resolve(done(action + 1));
    });
    deeds.did("people.done.lost", { band: "7" }, 40);
    await deeds.undo();
    expect(deeds.last.value).toEqual({ key: "people.done.lost", named: { band: "7" }, action: 41, isUndo: true });
    await deeds.undo();
    expect(deeds.last.value?.isUndo).toBe(false);
    expect(asked).toEqual([40, 41]);
    expect(deeds.turn.value).toBe(3);
  });

  it("says why it could not be taken back, and stays", async () => {
    const no: Answer<ActedView> = { kind: "refused", status: 409, error: "changed-since", message: "x", body: {}, hubMs: null };
    const deeds = makeDeeds(() => Promise.resolve(no));
    await deeds.undo();
    deeds.did("people.done.lost", {}, null);
    await deeds.undo();
    expect(deeds.refused.value).toBeNull();
    deeds.did("people.done.lost", {}, 1);
    await deeds.undo();
    expect(deeds.refused.value).toBe(no);
    expect(deeds.last.value?.action).toBe(1);
    expect(deeds.turn.value).toBe(2);
  });
});
