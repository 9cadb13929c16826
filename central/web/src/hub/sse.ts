// Server-sent events, bytes already decoded to text: chunks in, messages out. No connection, no clock.
// Grammar: WHATWG HTML, section 9.2.6 "Interpreting an event stream".

export interface SseMessage {
  readonly event: string;
  readonly data: string;
  /** The last id seen up to here; what a reconnect sends as Last-Event-ID. */
  readonly id: string;
}

const MAX_LINE_CHARS = 4_000_000;

export class SseParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string;
  #afterCr = false;

  constructor(lastEventId = "") {
    this.#id = lastEventId;
  }

  get lastEventId(): string {
    return this.#id;
  }

  /** Returns the messages that end within `chunk`. Unknown fields and comments are passed over. */
  feed(chunk: string): SseMessage[] {
    const messages: SseMessage[] = [];
    let text = this.#rest + (this.#afterCr && chunk.startsWith("\n") ? chunk.slice(1) : chunk);
    if (chunk !== "") this.#afterCr = chunk.endsWith("\r");
    for (;;) {
      const end = /\r\n|\n|\r/.exec(text);
      if (!end) break;
      const message = this.#line(text.slice(0, end.index));
      if (message) messages.push(message);
      text = text.slice(end.index + end[0].length);
    }
    if (text.length > MAX_LINE_CHARS) throw new RangeError("event stream line too long");
    this.#rest = text;
    return messages;
  }

  #line(line: string): SseMessage | null {
    if (line === "") {
      const message = this.#data.length
        ? { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id }
        : null;
      this.#event = "";
      this.#data = [];
      return message;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }
}
