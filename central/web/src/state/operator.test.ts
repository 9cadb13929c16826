import { expect, it } from "vitest";
import { isOperator, loadOperator } from "./operator";

it("two consoles never look like one person, and a stored number stays", () => {
  const values = new Map<string, string>();
  const storage = { getItem: (key: string) => values.get(key) ?? null, setItem: (key: string, value: string) => void values.set(key, value) };
  const made = loadOperator(storage, () => 0.5);
  expect(isOperator(made)).toBe(true);
  expect(loadOperator(storage, () => 0.9)).toBe(made);
  expect([isOperator(""), isOperator("王某"), isOperator("op-7")]).toEqual([false, false, true]);
});
