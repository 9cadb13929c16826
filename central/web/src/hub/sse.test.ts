import { describe, expect, it } from "vitest";
import { SseParser } from "./sse";

const STREAM = 'id: 7\nevent: incident\ndata: {"a":1}\n\n: still here\n\nevent: box\r\ndata: one\r\ndata: two\r\n\r\ndata:x\rid: 9\r\rdata: unfinished';

describe("the event stream parser", () => {
  it("reads events, ids, several data lines and all line ends", () => {
    const parser = new SseParser();
    expect(parser.feed(STREAM)).toEqual([
      { event: "incident", data: '{"a":1}', id: "7" },
      { event: "box", data: "one\ntwo", id: "7" },
      { event: "message", data: "x", id: "9" },
    ]);
    expect(parser.lastEventId).toBe("9");
  });

  it("gives the same for any chunking", () => {
    const whole = new SseParser().feed(STREAM);
    for (let size = 1; size < STREAM.length; size++) {
      const parser = new SseParser();
      const messages = [];
      for (let i = 0; i < STREAM.length; i += size) messages.push(...parser.feed(STREAM.slice(i, i + size)));
      expect(messages, `chunks of ${size}`).toEqual(whole);
    }
  });

  it("starts from the id it is given, and passes over unknown fields and ids with NUL", () => {
    const parser = new SseParser("41");
    expect(parser.feed("retry: 5\nwhat: ever\nid: a\0b\ndata\n\n")).toEqual([{ event: "message", data: "", id: "41" }]);
  });

  it("does not let an endless line eat memory", () => {
    const parser = new SseParser();
    expect(() => parser.feed("x".repeat(4_000_001))).toThrow(RangeError);
  });
});
