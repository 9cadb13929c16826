// What the demo's server says of its world, and how the page tells it to do something.

export interface Part {
  key: string;
  zh: string;
  en: string;
}

export interface Band extends Part {
  pressed_ms: number | null; // device byte to siren byte of the last press, null before the first
}

export interface Receiver extends Part {
  plugged: boolean;
}

export interface Box {
  box: string;
  zh: string;
  en: string;
  kiosk_url: string;
  responder_url: string;
  status_url: string;
  running: boolean;
  knows_people: boolean; // its roster has come from the hub
  line_up: boolean;
  disk_full: boolean;
  clock: string;
  siren: boolean;
  bands: Band[];
  receivers: Receiver[];
  cards: Part[];
  cameras: Part[];
}

export interface LogLine {
  at: string;
  zh: string;
  en: string;
}

/** Who may log in at the console; the password is another at each start of the demo. */
export interface DemoAccount {
  account: string;
  password: string;
  zh: string;
  en: string;
}

export interface World {
  console_url: string;
  accounts: DemoAccount[];
  hub_running: boolean;
  boxes: Box[];
  log: LogLine[];
}

export type Language = "zh" | "en";

export const CLOCKS = ["right", "1970", "plus10y", "minus10y"] as const;

/** Posts one action. Returns null, or what went wrong in words. */
export async function act(action: string, box: string, target = ""): Promise<string | null> {
  try {
    const answer = await fetch("/api/do", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ action, box, target }),
    });
    if (answer.ok) return null;
    const body = (await answer.json()) as { error?: string };
    return body.error ?? `HTTP ${answer.status}`;
  } catch {
    return "demo server not reachable";
  }
}

/** Follows the world; calls `lost` with true while there is no contact. */
export function follow(take: (world: World) => void, lost: (away: boolean) => void): EventSource {
  const source = new EventSource("/api/events");
  source.addEventListener("world", (event: MessageEvent<string>) => {
    lost(false);
    take(JSON.parse(event.data) as World);
  });
  source.onerror = () => lost(true);
  return source;
}
