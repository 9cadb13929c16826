import { describe, expect, it } from "vitest";
import { incident } from "../testing";
import { outcomeOf } from "./api";

describe("answers of the hub", () => {
  const first = { actor: { role: "OPERATOR", id: "op-2", place: "console" }, at: null, seconds_earlier: 0.4 };

  it("done", () => expect(outcomeOf(200, incident())).toEqual({ kind: "done", incident: incident() }));
  it("somebody was first", () => {
    const answer = { error: "already_acknowledged", first, incident: incident() };
    expect(outcomeOf(409, answer)).toMatchObject({ kind: "first", first: { seconds_earlier: 0.4 } });
  });
  it("changed meanwhile", () => {
    expect(outcomeOf(409, { error: "changed", first: null, incident: incident() })).toMatchObject({ kind: "changed" });
    expect(outcomeOf(409, null)).toEqual({ kind: "changed", incident: null });
  });
  it("refused, with what is missing", () => {
    const answer = { error: "not_allowed", message: "needs cause and contacted", missing: ["cause", "contacted"] };
    expect(outcomeOf(422, answer)).toEqual({ kind: "refused", reason: answer.message, missing: ["cause", "contacted"] });
    expect(outcomeOf(404, { error: "unknown", message: "no such" })).toMatchObject({ reason: "no such" });
    expect(outcomeOf(422, null)).toMatchObject({ kind: "refused", reason: "422" });
  });
  it("out of order", () => {
    expect(outcomeOf(503, { error: "unavailable" })).toEqual({ kind: "unreachable" });
    expect(outcomeOf(200, "<html>")).toMatchObject({ kind: "refused" });
  });
});
