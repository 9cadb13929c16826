import { describe, expect, it } from "vitest";
import { account, at, T0 } from "../testing";
import {
  askedScope,
  byNeed,
  groupsOf,
  isSameScope,
  matchesAccount,
  possible,
  readDetail,
  readRights,
  refusalKey,
  scopeChosen,
  stateOf,
  wrongAccountName,
} from "./accounts";

describe("how an account stands", () => {
  it.each([
    [{}, "active"],
    [{ disabled_since: at(0), locked_until: at(99) }, "disabled"],
    [{ locked_until: at(99) }, "locked"],
    [{ locked_until: at(-1) }, "active"],
    [{ has_password: false, link_ends: at(99) }, "invited"],
    [{ has_password: false, link_ends: at(-1) }, "spent"],
    [{ has_password: false }, "spent"],
  ] as const)("%o is %s", (fields, state) => expect(stateOf(account("a", fields), T0)).toBe(state));

  it("puts what needs somebody first and what is out of use last", () => {
    const list = [
      account("a", { disabled_since: at(0) }),
      account("b"),
      account("c", { has_password: false }),
      account("d", { locked_until: at(9) }),
    ];
    expect(list.sort((one, other) => byNeed(one, other, T0)).map((one) => one.account)).toEqual(["d", "c", "b", "a"]);
  });

  it("decides what may be done with it", () => {
    expect(possible(account("a", { sessions: 1 }), T0)).toEqual(["role", "reset", "end-sessions", "disable"]);
    expect(possible(account("a", { has_password: false }), T0)).toEqual(["role", "link", "disable"]);
    expect(possible(account("a", { locked_until: at(9) }), T0)).toContain("unlock");
    expect(possible(account("a", { disabled_since: at(0), sessions: 1 }), T0)).toEqual(["role", "enable"]);
  });
});

describe("what is asked for", () => {
  it("a search finds all words in what is written on the line", () => {
    const one = account("op-7", { full_name: "吴某", communities: ["ningdu"] });
    const named = ["值班员", "柠都社区"];
    for (const query of ["", "op", "OP-7 吴", "值班", "柠都", "ningdu"]) expect(matchesAccount(one, named, query), query).toBe(true);
    for (const query of ["op-8", "吴 技术"]) expect(matchesAccount(one, named, query), query).toBe(false);
  });

  it.each([
    ["op-7", ""],
    ["0.a_b-c", ""],
    ["", "name"],
    ["Op-7", "name"],
    ["-op", "name"],
    ["王某", "name"],
    ["a".repeat(33), "name"],
    ["op-1", "taken"],
  ])("the name %s: %s", (name, wrong) => expect(wrongAccountName(name, new Set(["op-1"]))).toBe(wrong));

  it("a scope is every community, or some, and never none", () => {
    expect(askedScope(scopeChosen("every"))).toBe("every");
    expect(askedScope(scopeChosen(["a", "b"]))).toEqual(["a", "b"]);
    expect(askedScope(scopeChosen([]))).toBeNull();
    expect(isSameScope(["a", "b"], ["b", "a"])).toBe(true);
    expect(isSameScope(["a"], ["a", "b"])).toBe(false);
    expect(isSameScope("every", ["a"])).toBe(false);
  });
});

describe("what the hub says", () => {
  it("rights before and after, and no other text", () => {
    expect(readRights("operator of ningdu,other -> supervisor of every")).toEqual([
      { role: "operator", scope: ["ningdu", "other"] },
      { role: "supervisor", scope: "every" },
    ]);
    expect(readRights("auditor of none")).toEqual([{ role: "auditor", scope: [] }]);
    for (const text of ["", "2", "invented of every", "try 5, locked for 30 s"]) expect(readRights(text)).toBeNull();
  });

  it("what else it notes, and leaves alone what it does not know", () => {
    expect(readDetail("try 5, locked for 30 s")).toEqual({ key: "locked", n: "5", seconds: "30" });
    expect(readDetail("2 sessions ended, second factor dropped")).toMatchObject({ key: "dropped", n: "2" });
    expect(readDetail("password and code")).toMatchObject({ key: "code" });
    expect(readDetail("something else")).toBeNull();
  });

  it("a refusal has a sentence, one that is not known has the hub's", () => {
    const refused = (error: string): Parameters<typeof refusalKey>[0] => ({
      kind: "refused",
      status: 422,
      error,
      message: "m",
      body: {},
      hubMs: null,
    });
    expect(refusalKey(refused("own-account"))).toBe("account.error.own-account");
    expect(refusalKey(refused("invented"))).toBe("account.error.other");
    expect(refusalKey({ kind: "unreachable" })).toBe("account.error.unreachable");
  });

  it("a secret in groups", () => expect(groupsOf("ABCDEFGHIJ")).toEqual(["ABCD", "EFGH", "IJ"]));
});
