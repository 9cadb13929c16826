// What is said of a password while it is typed. Length counts, not kinds of characters (NIST SP 800-63B, 3.1.1.2); the
// hub checks the same (access/passwords.py) and has the last word.

export const MIN_CHARS = 12;
export const MAX_CHARS = 200;
const MIN_DIFFERENT = 5;
const LONG_CHARS = 20;

export const HINTS = ["empty", "short", "same", "name", "long", "good", "best"] as const;
export type Hint = (typeof HINTS)[number];

export interface PasswordHint {
  readonly hint: Hint;
  /** Characters that are missing, or too many. */
  readonly n: number;
  readonly isEnough: boolean;
}

export function hintOf(password: string, account: string, minChars: number): PasswordHint {
  const chars = Array.from(password); // code points, as the hub counts
  if (!chars.length) return { hint: "empty", n: minChars, isEnough: false };
  if (chars.length < minChars) return { hint: "short", n: minChars - chars.length, isEnough: false };
  if (chars.length > MAX_CHARS) return { hint: "long", n: chars.length - MAX_CHARS, isEnough: false };
  if (new Set(chars).size < MIN_DIFFERENT) return { hint: "same", n: MIN_DIFFERENT, isEnough: false };
  if (account && password.toLowerCase().includes(account)) return { hint: "name", n: 0, isEnough: false };
  return { hint: chars.length < LONG_CHARS ? "good" : "best", n: 0, isEnough: true };
}
