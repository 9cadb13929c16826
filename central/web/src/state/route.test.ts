import { describe, expect, it } from "vitest";
import { allowedRoute, linkToken, parseRoute, routeHash, viewsFor } from "./route";

describe("addresses", () => {
  it.each([
    ["", { view: "incidents", incident: null }],
    ["#/incidents/ab-1", { view: "incidents", incident: "ab-1" }],
    ["#/incidents/%E0%A4", { view: "incidents", incident: "%E0%A4" }],
    ["#/boxes", { view: "boxes", incident: null }],
    ["#/check-ins", { view: "check-ins", incident: null }],
    ["#/accounts", { view: "accounts", incident: null }],
    ["#/audit", { view: "audit", incident: null }],
    ["#/registry", { view: "registry", incident: null, within: [] }],
    ["#/registry/people/r%2F1/moved", { view: "registry", incident: null, within: ["people", "r/1", "moved"] }],
    ["#/me", { view: "me", incident: null }],
    ["#/nonsense/x", { view: "incidents", incident: null }],
    ["#/toString", { view: "incidents", incident: null }],
  ] as const)("%s", (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(parseRoute(routeHash(route))).toEqual(route);
  });
});

describe("pages of a role", () => {
  it("are those it has a right to, and the own account", () => {
    expect(viewsFor(["see-incidents", "see-boxes"])).toEqual(["incidents", "closed", "boxes"]);
    expect(viewsFor([])).toEqual([]);
    expect(viewsFor(["see-people"])).toEqual(["registry"]);
    expect(viewsFor(["see-look-ups"])).toEqual(["registry"]);
    expect(viewsFor(["see-audit", "see-accounts"])).toEqual(["accounts", "audit"]);
    const boxes = { view: "boxes", incident: null } as const;
    expect(allowedRoute(boxes, ["see-boxes"])).toBe(boxes);
    expect(allowedRoute(boxes, ["see-accounts"])).toEqual({ view: "accounts", incident: null });
    expect(allowedRoute(boxes, [])).toEqual({ view: "me", incident: null });
    expect(allowedRoute({ view: "me", incident: null }, ["see-boxes"]).view).toBe("me");
  });
});

describe("one-time links", () => {
  it.each([
    ["#/link/abc_DEF-1", "abc_DEF-1"],
    ["#/welcome/abc", "abc"],
    ["#/link", ""],
    ["#/link/", ""],
    ["#/links/abc", null],
    ["", null],
    ["#/boxes", null],
  ])("%s: %s", (hash, token) => expect(linkToken(hash)).toBe(token));
});
