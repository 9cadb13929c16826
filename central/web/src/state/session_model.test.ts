import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AccountApi } from "../hub/accounts";
import type { SessionView } from "../hub/contract.gen";
import { Line } from "../hub/line";
import { session as someSession } from "../testing";
import { makeSession, type SessionModel } from "./session_model";
import { WatchMark } from "./watch_mark";

/** A hub of one browser: who is logged in, if anybody. */
let current: SessionView | null = null;
let isBroken = false;
let server: Server;
let stored: Map<string, string>;
let model: SessionModel;

beforeEach(async () => {
  current = null;
  isBroken = false;
  stored = new Map();
  server = createServer((request, response) => {
    response.setHeader("Connection", "close");
    if (isBroken) {
      response.writeHead(502).end("<html>");
      return;
    }
    if (request.method === "POST") current ??= someSession({ account: "op-2" });
    if (request.method === "DELETE") current = null;
    const body = request.method === "DELETE" ? { done: true } : (current ?? { error: "signed_out", message: "log in first" });
    response.writeHead(current === null && request.method === "GET" ? 401 : 200).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const line = new Line(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const store = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  model = makeSession(new AccountApi(line), line, new WatchMark(store), store);
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe("who is logged in", () => {
  it("is nobody at first, quietly", async () => {
    await model.check();
    expect(model.screen.value).toEqual({ kind: "out", why: "first" });
    expect(model.isDeserted.value).toBe(false);
  });

  it("is missed loudly where alarms were watched", async () => {
    current = someSession();
    await model.check();
    expect(model.screen.value.kind).toBe("in");
    current = null;
    await model.check();
    expect(model.screen.value).toEqual({ kind: "out", why: "deserted" });
    expect(model.isDeserted.value).toBe(true);
    expect(await model.logIn("op-2", "p", "")).toBeNull();
    expect(model.isDeserted.value).toBe(false);
    expect(model.session.value?.account).toBe("op-2");
  });

  it("is not missed where none were watched, and where somebody logged out", async () => {
    current = someSession({ role: "technician", rights: ["see-boxes"] });
    await model.check();
    current = null;
    await model.check();
    expect(model.screen.value).toEqual({ kind: "out", why: "over" });
    current = someSession();
    await model.check();
    expect(await model.logOut()).toBe(true);
    expect(model.screen.value).toEqual({ kind: "out", why: "left" });
  });

  it("stays while the hub cannot say otherwise, and goes at its end all the same", async () => {
    current = someSession();
    await model.check();
    isBroken = true;
    await model.check();
    expect(model.screen.value.kind).toBe("in");
    expect(model.away.value).toBe(true);
    expect(await model.logOut()).toBe(false);
    expect(model.screen.value.kind).toBe("in");
    isBroken = false;
    current = someSession({ ends: new Date(Date.now() - 5_000).toISOString() });
    await model.check();
    isBroken = true;
    await model.check();
    expect(model.screen.value).toEqual({ kind: "out", why: "deserted" });
  });

  it("keeps the password that was just typed for one next step of the same person", async () => {
    current = someSession({ second_factor: "must_enrol", rights: [], role: "supervisor" });
    await model.logIn("head-1", "typed", "");
    expect(model.screen.value.kind).toBe("enrol");
    expect([model.takeTyped(), model.takeTyped()]).toEqual(["typed", ""]);
    current = someSession();
    await model.logIn("op-1", "typed", "");
    expect(model.takeTyped()).toBe("");
    expect(JSON.stringify([...stored])).not.toContain("typed");
  });
});
