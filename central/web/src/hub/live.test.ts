import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { follow, reconnectPauseMs } from "./live";
import type { SseMessage } from "./sse";

type Handler = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;
const open: { server: Server; stop: AbortController; done: Promise<void> }[] = [];

afterEach(async () => {
  for (const { server, stop, done } of open.splice(0)) {
    stop.abort();
    await done;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A real server; resolves when `enough` says so. */
async function run(handler: Handler, enough: (log: string[]) => boolean, silenceLimitMs = 5_000): Promise<string[]> {
  let attempt = 0;
  const server = createServer((request, response) => handler(request, response, ++attempt));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = new AbortController();
  const log: string[] = [];
  return new Promise((resolve) => {
    const note = (text: string): void => {
      log.push(text);
      if (enough(log)) resolve(log);
    };
    const done = follow(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      {
        message: (message: SseMessage) => note(`${message.event} ${message.id} ${message.data}`),
        contact: () => undefined,
        connected: (up) => note(up ? "up" : "down"),
      },
      stop.signal,
      { silenceLimitMs, pauseMs: () => 1 },
    );
    open.push({ server, stop, done });
  });
}

describe("following the hub", () => {
  it("resumes after the last id when the hub ends the stream", async () => {
    const log = await run(
      (request, response, attempt) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        const from = Number(request.headers["last-event-id"] ?? 0);
        response.write(`id: ${from + 1}\nevent: n\ndata: ${attempt}\n\n`);
        if (attempt < 3) response.end();
      },
      (lines) => lines.includes("n 3 3"),
    );
    expect(log).toEqual(["up", "n 1 1", "down", "up", "n 2 2", "down", "up", "n 3 3"]);
  });

  it("goes on after refusals and cut connections", async () => {
    const log = await run(
      (_request, response, attempt) => {
        if (attempt === 1) response.writeHead(503).end();
        else if (attempt === 2) response.destroy();
        else response.writeHead(200).write("data: here\n\n");
      },
      (lines) => lines.some((line) => line.includes("here")),
    );
    expect(log).toEqual(["down", "down", "up", "message  here"]);
  });

  it("drops a connection that says nothing, though it looks alive", async () => {
    const log = await run(
      (_request, response, attempt) => {
        response.writeHead(200);
        if (attempt === 1) response.flushHeaders();
        else response.write("data: again\n\n");
      },
      (lines) => lines.some((line) => line.includes("again")),
      50,
    );
    // On a busy machine a connection may be dropped before its headers are read: then it was never up.
    expect(log.at(-1)).toBe("message  again");
    expect(log.filter((line) => line === "down").length).toBeGreaterThan(0);
  });

  it("never waits longer than 5 s, and not in step with other pages", () => {
    for (let failures = 0; failures < 50; failures++) {
      expect(reconnectPauseMs(failures, 0.999)).toBeLessThanOrEqual(5_000);
      expect(reconnectPauseMs(failures, 0)).toBeLessThan(reconnectPauseMs(failures, 0.9));
    }
    expect(reconnectPauseMs(0, 0.5)).toBeLessThan(500);
  });
});
