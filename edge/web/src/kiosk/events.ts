// The box's event stream, kept open: EventSource gives up after some answers and never notices a silent line.
import type { CardTap, Info, StreamMessage } from "./contract";

export interface Listener {
  onState: (info: Info) => void;
  onCardTap: (tap: CardTap) => void;
  onBeat: () => void;
  onUnpaired: () => void;
}

const CHECK_MS = 2_000;
const SILENT_MS = 12_000;

export class BoxEvents {
  readonly #url: string;
  readonly #listener: Listener;
  #source: EventSource | null = null;
  #heardAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, listener: Listener) {
    this.#url = url;
    this.#listener = listener;
  }

  open(): void {
    this.#connect();
    this.#timer = setInterval(() => {
      const isSilent = performance.now() - this.#heardAt > SILENT_MS;
      if (isSilent || this.#source?.readyState === EventSource.CLOSED) this.#connect();
    }, CHECK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#source?.close();
  }

  #connect(): void {
    this.#source?.close();
    this.#heardAt = performance.now();
    const source = new EventSource(this.#url);
    type DataOf<Name> = Extract<StreamMessage, { event: Name }>["data"];
    const on = <Name extends StreamMessage["event"]>(name: Name, use: (data: DataOf<Name>) => void): void => {
      source.addEventListener(name, (message: MessageEvent<string>) => {
        this.#heardAt = performance.now();
        use(JSON.parse(message.data) as DataOf<Name>);
      });
    };
    on("state", (data) => this.#listener.onState(data));
    on("card_tap", (data) => this.#listener.onCardTap(data));
    on("beat", () => this.#listener.onBeat());
    on("unpaired", () => this.#listener.onUnpaired());
    this.#source = source;
  }
}
