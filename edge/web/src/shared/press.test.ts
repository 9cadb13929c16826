import { expect, test } from "vitest";

import { advance, filled, press, released } from "../kiosk/hold";
import { PressGate, isInside, pxPerMm } from "./press";

test("a release counts inside the button and up to the tolerance beside it", () => {
  const rect = { left: 100, top: 100, right: 200, bottom: 200 };
  expect(isInside(rect, 150, 150, 40)).toBe(true);
  expect(isInside(rect, 61, 239, 40)).toBe(true);
  expect(isInside(rect, 59, 150, 40)).toBe(false);
  expect(isInside(rect, 150, 241, 40)).toBe(false);
});

test("a second press within 600 ms does not count, and does not prolong the wait", () => {
  const gate = new PressGate();
  expect([0, 300, 599, 600, 700, 1_200].map((now) => gate.accepts(now))).toEqual([true, false, false, true, false, true]);
});

test("a millimetre comes from the diagonal", () => {
  expect(20 * pxPerMm(1280, 800, 10.1)).toBeCloseTo(117.7, 1);
  expect(20 * pxPerMm(1920, 1080, 21.5)).toBeCloseTo(80.7, 1);
  expect(pxPerMm(1280, 800, 0)).toBeCloseTo(3.78, 2);
});

test("help fires once, when it was held for 1.5 s", () => {
  let hold = press(released, 1_000);
  hold = press(hold, 1_400); // a key repeats
  expect(filled(hold, 1_750)).toBeCloseTo(0.5);
  expect(advance(hold, 2_499).heldMs).toBeNull();
  const step = advance(hold, 2_510);
  expect(step.heldMs).toBe(1_510);
  expect(advance(step.hold, 2_600).heldMs).toBeNull();
  expect(filled(step.hold, 9_000)).toBe(1);
  expect(advance(released, 9_000).heldMs).toBeNull();
});
