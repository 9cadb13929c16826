import { describe, expect, it } from "vitest";
import type { DwellingView } from "../hub/contract.gen";
import { flatState, floorsOf, positionText, readPosition } from "./floors";

const flat = (key: string, fields: Partial<DwellingView> = {}): DwellingView => ({
  place: 1,
  kind: "flat",
  parent: null,
  name: key,
  label: key,
  key,
  latitude_e6: null,
  longitude_e6: null,
  households: 0,
  people: 0,
  without_group: 0,
  ...fields,
});

describe("a unit as one looks at the house", () => {
  it("has its top floor first and its doors side by side", () => {
    const floors = floorsOf(["3-1-101", "3-1-102", "3-1-1101", "3-1-502", "3-1-a"].map((key) => flat(key)));
    expect(floors.map(({ floor, flats }) => [floor, flats.map(({ key }) => key)])).toEqual([
      [11, ["3-1-1101"]],
      [5, ["3-1-502"]],
      [1, ["3-1-101", "3-1-102"]],
      [null, ["3-1-a"]],
    ]);
  });

  it("shows where nobody would come", () => {
    expect(flatState(flat("3-1-1"))).toBe("free");
    expect(flatState(flat("3-1-1", { people: 2, households: 1 }))).toBe("grouped");
    expect(flatState(flat("3-1-1", { people: 2, households: 2, without_group: 1 }))).toBe("alone");
  });
});

describe("a position", () => {
  it("is read as maps give it, and written the same way", () => {
    expect(readPosition("30.508, 105.57")).toEqual({ latitude_e6: 30_508_000, longitude_e6: 105_570_000 });
    expect(readPosition(" 30.508，105.57 ")).toEqual({ latitude_e6: 30_508_000, longitude_e6: 105_570_000 });
    for (const wrong of ["", "30.5", "105.57, 30.508", "30, 181", "a, b"]) expect(readPosition(wrong)).toBeNull();
    expect(positionText({ latitude_e6: 30_508_000, longitude_e6: 105_570_000 })).toBe("30.508, 105.57");
    expect(positionText({ latitude_e6: null, longitude_e6: null })).toBe("");
  });
});
