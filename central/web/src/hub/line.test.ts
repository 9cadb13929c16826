import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { answerOf, Line } from "./line";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A real server that answers every request with one status and body, and keeps what was asked. */
async function hub(status: number, body: unknown): Promise<{ base: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(status, { "Content-Type": "application/json", Connection: "close" }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function keeper(line: Line): string[] {
  const told: string[] = [];
  line.tell({ signedOut: () => told.push("signed out"), used: () => told.push("used") });
  return told;
}

describe("the line to the hub", () => {
  it("sends with what acts, and only with it, what no form can send", async () => {
    const { base, asked } = await hub(200, {});
    const line = new Line(base);
    await line.ask("/api/accounts");
    await line.post("/api/accounts", {});
    await line.ask("/api/session", { method: "DELETE" });
    expect(asked.map((request) => [request.method, request.headers["x-anju"]])).toEqual([
      ["GET", undefined],
      ["POST", "1"],
      ["DELETE", "1"],
    ]);
  });

  it.each([
    [200, ["used"]],
    [403, ["used"]],
    [401, ["signed out"]],
    [503, []],
  ] as const)("%i tells who looks after the session", async (status, told) => {
    const { base } = await hub(status, { error: "x", message: "y" });
    const line = new Line(base);
    const heard = keeper(line);
    await line.ask("/api/boxes");
    expect(heard).toEqual(told);
    await line.ask("/api/session", {}, { open: true });
    expect(heard).toEqual(told); // a log-in that is refused is no end of a session
  });

  it("gives an answer when there is no hub", async () => {
    const { base } = await hub(200, {});
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    expect(await new Line(base).ask("/api/boxes")).toEqual({ kind: "unreachable" });
  });
});

describe("answers", () => {
  const date = "Mon, 30 Nov 2026 10:00:00 GMT";
  it.each([
    [200, { a: 1 }, { kind: "done", value: { a: 1 } }],
    [401, { error: "wrong", message: "m" }, { kind: "refused", status: 401, error: "wrong", message: "m" }],
    [503, { error: "unavailable", message: "m" }, { kind: "refused", error: "unavailable" }],
    [418, null, { kind: "refused", error: "invalid", message: "418" }],
    [502, null, { kind: "unreachable" }],
    [200, null, { kind: "unreachable" }],
  ])("%i %o", (status, body, answer) => expect(answerOf(status, body, date)).toMatchObject(answer));

  it("bring the hub's clock along", () => {
    expect(answerOf(200, {}, date)).toMatchObject({ hubMs: Date.parse(date) });
    expect(answerOf(200, {}, "nonsense")).toMatchObject({ hubMs: null });
  });
});
