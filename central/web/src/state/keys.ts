// What a key press means, apart from where it goes. Letters do nothing while somebody types or holds Ctrl, Alt or Meta.
export type Command = "acknowledge" | "respond" | "search" | "back" | "next" | "previous" | null;

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  /** Focus is in a field that takes text or has its own arrow keys. */
  readonly typing: boolean;
}

export function commandOf(press: Press): Command {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  if (press.key === "Escape") return "back";
  if (press.typing) return null;
  switch (press.key) {
    // A key held down must not answer one alarm after the other.
    case "a":
    case "A":
      return press.repeat ? null : "acknowledge";
    case "r":
    case "R":
      return press.repeat ? null : "respond";
    case "/":
      return "search";
    case "ArrowDown":
      return "next";
    case "ArrowUp":
      return "previous";
    default:
      return null;
  }
}
