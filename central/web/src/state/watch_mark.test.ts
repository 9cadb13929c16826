import { expect, it } from "vitest";
import { FRESH_MS, WatchMark } from "./watch_mark";

it("a screen that watched alarms a moment ago is told from one that did not", () => {
  const values = new Map<string, string>();
  const store = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
  const mark = new WatchMark(store);
  expect(mark.isSet(1_000)).toBe(false);
  mark.set(1_000);
  expect(new WatchMark(store).isSet(1_000 + FRESH_MS)).toBe(true); // the browser started anew
  expect(mark.isSet(1_001 + FRESH_MS)).toBe(false);
  mark.set(2_000_000);
  expect(mark.isSet(2_000_000 - 60_000)).toBe(true); // its clock was put right
  mark.clear();
  expect(mark.isSet(2_000_000)).toBe(false);
  mark.set(2_000_001);
  expect(mark.isSet(2_000_001)).toBe(true);
});
