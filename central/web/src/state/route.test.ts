import { describe, expect, it } from "vitest";
import { parseRoute, routeHash } from "./route";

describe("addresses", () => {
  it.each([
    ["", { view: "incidents", incident: null }],
    ["#/incidents/ab-1", { view: "incidents", incident: "ab-1" }],
    ["#/boxes", { view: "boxes", incident: null }],
    ["#/check-ins", { view: "check-ins", incident: null }],
    ["#/nonsense/x", { view: "incidents", incident: null }],
  ] as const)("%s", (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(parseRoute(routeHash(route))).toEqual(route);
  });
});
