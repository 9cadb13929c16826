import { expect, it } from "vitest";
import { hintOf, MAX_CHARS, MIN_CHARS } from "./password";

it.each([
  ["", "empty", MIN_CHARS],
  ["a", "short", 11],
  ["elevenchars", "short", 1],
  ["密码要长一些才好记", "short", 3],
  ["😀😁😂🤣😃😄😅😆😉😊😋", "short", 1], // as the hub counts: code points
  ["aaaaaaaaaaaa", "same", 5],
  ["my op-7 password", "name", 0],
  ["My OP-7 password", "name", 0],
  ["x".repeat(MAX_CHARS) + "yz", "long", 2],
  ["twelve chars", "good", 0],
  ["几个不相干的词连起来又长又好记", "good", 0],
  ["correct horse battery staple", "best", 0],
] as const)("%s: %s", (password, hint, n) => {
  expect(hintOf(password, "op-7", MIN_CHARS)).toEqual({ hint, n, isEnough: hint === "good" || hint === "best" });
});
