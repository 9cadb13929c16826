import { describe, expect, it } from "vitest";
import type { PersonView } from "../hub/contract.gen";
import { ageIn, bandEventsFor, didKey, eventsFor, fieldOf, followsOf, peopleError, sideBySide, spokenPhone } from "./people";

function person(fields: Partial<PersonView> & { state?: PersonView["line"]["state"]; name?: string } = {}): PersonView {
  const { state = "present", name = "单雪梅", ...rest } = fields;
  return {
    line: { resident: "r-1", community: "ningdu", state, name, flat: "3-1-502", sex: "female", birth_year: 1944 },
    fields: [],
    asked_for: "r-1",
    version: 1,
    changed_at: "2026-11-24T01:00:00.000Z",
    born_on: null,
    birth_exactness: null,
    died_on: null,
    left_at: null,
    archive_no: null,
    id_number: null,
    household: null,
    members: [],
    phones: [],
    contacts: [],
    notes: [],
    bands: [],
    group: null,
    consents: [],
    merged: [],
    ...rest,
  };
}

describe("people", () => {
  it("have the age that they reach this year", () => {
    expect(ageIn({ birth_year: 1944 }, Date.UTC(2026, 10, 24))).toBe(82);
    expect(ageIn({ birth_year: null }, 0)).toBeNull();
  });

  it("who left are not moved again, and who died are not", () => {
    expect(eventsFor(person())).toContain("moved-within");
    expect(eventsFor(person({ state: "moved-out" }))).not.toContain("moved-within");
    expect(eventsFor(person({ state: "died" }))).not.toContain("died");
  });

  it("are told before what follows: a band is closed when somebody leaves, and stays when somebody moves", () => {
    const bands = [{ number: "0007", key: "ble:1" }];
    expect(followsOf("died", bands)).toContain("bandsBack");
    expect(followsOf("died", [])).not.toContain("bandsBack");
    expect(followsOf("moved-within", bands)).toEqual(["address", "bandsStay"]);
    expect(followsOf("lost", bands)).toContain("pressStill");
  });

  it("side by side show what differs", () => {
    const rows = sideBySide(person({ phones: ["13800138000"] }), person({ name: "单雪眉" }));
    expect(rows.find(({ field }) => field === "name")).toEqual({ field: "name", one: "单雪梅", other: "单雪眉", differs: true });
    expect(rows.find(({ field }) => field === "flat")?.differs).toBe(false);
    expect(rows.find(({ field }) => field === "phones")?.one).toBe("138 0013 8000");
    expect(rows.some(({ field }) => field === "archive_no")).toBe(false);
  });
});

describe("bands", () => {
  it("are done with what fits where they are", () => {
    expect(bandEventsFor("in-service")).toContain("lost");
    expect(bandEventsFor("in-stock")).toEqual(["hand-out", "lost"]);
    expect(bandEventsFor("in-stock", "camera")).toEqual(["lost"]);
    expect(bandEventsFor("in-repair")).toEqual(["repaired"]);
    expect(bandEventsFor("retired")).toEqual([]);
    expect(bandEventsFor("later")).toEqual([]);
  });
});

describe("what the hub says", () => {
  it("has a sentence, or shows the hub's own", () => {
    const refused = (error: string, body = {}) => ({ kind: "refused", status: 409, error, message: "m", body, hubMs: null }) as const;
    expect(peopleError(refused("edited-meanwhile"))).toBe("people.error.edited-meanwhile");
    expect(peopleError(refused("later"))).toBe("people.error.other");
    expect(peopleError({ kind: "unreachable" })).toBe("people.error.unreachable");
    expect(fieldOf(refused("bad-value", { field: "flat" }))).toBe("flat");
    expect(fieldOf(refused("bad-value", { field: "later" }))).toBe("");
    expect(didKey("died")).toBe("people.did.died");
    expect(didKey("later")).toBe("people.did.other");
    expect(spokenPhone("0797-6820000")).toBe("0797-6820000");
  });
});
