// When a press counts (kiosk rule K4): on release, inside the button or at most 10 mm beside it, and not within 600 ms
// of the press before. One gate for the whole page, because a trembling second tap often lands on the next screen.

export const AGAIN_MS = 600;
export const TOLERANCE_MM = 10;

export interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function isInside(rect: Rect, x: number, y: number, tolerancePx: number): boolean {
  return (
    x >= rect.left - tolerancePx &&
    x <= rect.right + tolerancePx &&
    y >= rect.top - tolerancePx &&
    y <= rect.bottom + tolerancePx
  );
}

export class PressGate {
  #last = -Infinity;

  /** True when a press at `nowMs` counts; the next one then must keep its distance. */
  accepts(nowMs: number): boolean {
    if (nowMs - this.#last < AGAIN_MS) return false;
    this.#last = nowMs;
    return true;
  }
}

/** CSS pixels of one millimetre on a screen of this size; unknown diagonals fall back to CSS millimetres. */
export function pxPerMm(widthPx: number, heightPx: number, diagonalIn: number): number {
  if (!(diagonalIn > 0)) return 96 / 25.4;
  return Math.hypot(widthPx, heightPx) / (diagonalIn * 25.4);
}
