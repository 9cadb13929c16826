import { describe, expect, it } from "vitest";
import type { Upload } from "../hub/imports";
import { codeOf, columnsWrong, firstKind, isWorking, missingShare, percent, proposedSheet, refusedKey, stepOf } from "./imports";

const lists = { new: 0, changed: 0, kept: 0, missing: 0, refused: 0, left_out: 0, noted: 0 };
const compared = (fields: Partial<typeof lists> = {}, same = 0) =>
  ({ lists: { ...lists, ...fields }, same }) as NonNullable<Upload["compared"]>;
const upload = (fields: Partial<Upload>): Upload => ({ sheets: [], sheets_left: [], ...fields }) as Upload;
const sheet = (name: string, rows: number, hidden = false) => ({ name, rows, is_hidden: hidden }) as Upload["sheets"][number];

describe("a sheet on its way into the registry", () => {
  it("is at the step that the hub says, and back at its columns when a clerk wants that", () => {
    expect(stepOf(null, false)).toBe("file");
    expect(stepOf(upload({ step: "unreadable" }), false)).toBe("file");
    expect(stepOf(upload({ step: "read" }), false)).toBe("columns");
    expect(stepOf(upload({ step: "comparing" }), true)).toBe("columns");
    expect(stepOf(upload({ step: "compared" }), false)).toBe("compare");
    expect(stepOf(upload({ step: "compared" }), true)).toBe("columns");
    expect(stepOf(upload({ step: "taken" }), true)).toBe("takeOver");
    expect(stepOf(upload({ step: "taken", sheets_left: ["西"] }), true)).toBe("columns");
    expect(isWorking(upload({ step: "taking-over" }))).toBe(true);
    expect(isWorking(upload({ step: "taken" }))).toBe(false);
  });

  it("begins with the largest sheet of people that is left", () => {
    const sheets = [sheet("说明", 3), sheet("东", 10), sheet("西", 20), sheet("旧", 90, true)];
    expect(proposedSheet(upload({ sheets, sheets_left: ["东", "西", "旧"] }))).toBe("西");
    expect(proposedSheet(upload({ sheets, sheets_left: [] }))).toBe("说明");
    expect(proposedSheet(upload({}))).toBeNull();
  });

  it("needs names, a community, and no column twice but phones", () => {
    expect(columnsWrong(["phone"], "a")).toBe("no-name");
    expect(columnsWrong(["name"], null)).toBe("no-community");
    expect(columnsWrong(["name", "community"], null)).toBe("");
    expect(columnsWrong(["name", "birth", "birth"], "a")).toBe("twice");
    expect(columnsWrong(["name", "phone", "phone", "ignored", "ignored"], "a")).toBe("");
  });

  it("shows first what needs a clerk", () => {
    expect(firstKind(compared({ new: 5, refused: 1 }))).toBe("refused");
    expect(firstKind(compared({ new: 5, left_out: 2 }))).toBe("left-out");
    expect(firstKind(compared())).toBe("new");
    expect(missingShare(compared({ missing: 3, changed: 1 }, 6))).toBe(0.3);
    expect(missingShare(compared({ new: 3 }))).toBe(0);
  });

  it("says how far it is, and why something was not done", () => {
    expect(percent({ done: 1, of: 3, behind: null })).toBe(33);
    expect(percent({ done: 0, of: 0, behind: "clerk-2" })).toBeNull();
    expect(percent(null)).toBeNull();
    expect(refusedKey("upload-busy")).toBe("imports.refused.upload-busy");
    expect(refusedKey("constructor")).toBe("imports.refused.other");
    const refused = { kind: "refused", status: 413, error: "invalid", message: "m", body: {}, hubMs: null } as const;
    expect(codeOf(refused)).toEqual({ code: "too-large", message: "m" });
    expect(codeOf({ kind: "unreachable" }).code).toBe("unreachable");
  });
});
