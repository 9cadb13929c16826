// Who sits at this console, until the hub has accounts: a staff number kept in this browser.
const KEY = "anju.operator";
const SHAPE = /^[A-Za-z0-9-]{1,32}$/;

export function isOperator(text: string): boolean {
  return SHAPE.test(text);
}

/** The stored number, or one made up for this browser: two consoles must never look like the same person. */
export function loadOperator(storage: Pick<Storage, "getItem" | "setItem">, random: () => number): string {
  const stored = storage.getItem(KEY);
  if (stored && isOperator(stored)) return stored;
  const made = `console-${Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, "0")}`;
  storage.setItem(KEY, made);
  return made;
}

export function saveOperator(storage: Pick<Storage, "setItem">, operator: string): void {
  storage.setItem(KEY, operator);
}
