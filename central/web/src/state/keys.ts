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
  /** An input method is putting a character together: its letters are no commands. */
  readonly composing: boolean;
  /** Focus is in the search box, and the key is not part of a word there: see `hasLatinLetter`. */
  readonly searching: boolean;
}

/** An alarm that is answered by A must not be filtered away by an "a" behind a flat or a Chinese name. */
const FROM_SEARCH = new Set(["a", "A", "r", "R", "ArrowDown", "Enter"]);

/** True for a search in Latin letters, of which one more A or R is a part; a flat or a Chinese name has none. */
export function hasLatinLetter(query: string): boolean {
  return /[a-z]/i.test(query);
}

/** Keys that lead from the search box to what it found. */
export function isLeavingSearch(key: string): boolean {
  return key === "ArrowDown" || key === "Enter";
}

export function commandOf(press: Press): Command {
  if (press.ctrlKey || press.altKey || press.metaKey || press.composing) return null;
  if (press.key === "Escape") return "back";
  if (press.typing && !(press.searching && FROM_SEARCH.has(press.key))) return null;
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
    case "Enter": // elsewhere it presses what has the focus
      return press.searching ? "next" : null;
    case "ArrowUp":
      return "previous";
    default:
      return null;
  }
}
