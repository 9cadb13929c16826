// The help button's hold (kiosk rule K18): pressing long enough counts, a sleeve brushing over it does not.

export const HOLD_MS = 1_500;

export interface Hold {
  since: number | null;
  fired: boolean;
}

export const released: Hold = { since: null, fired: false };

export function press(hold: Hold, now: number): Hold {
  return hold.since === null ? { since: now, fired: false } : hold; // a held key repeats
}

/** 0 to 1: how far the ring is filled. */
export function filled(hold: Hold, now: number): number {
  return hold.since === null ? 0 : Math.min(1, (now - hold.since) / HOLD_MS);
}

/** Fires once, as soon as the hold is long enough: nobody in need should have to think about letting go. */
export function advance(hold: Hold, now: number): { hold: Hold; heldMs: number | null } {
  if (hold.since === null || hold.fired || now - hold.since < HOLD_MS) return { hold, heldMs: null };
  return { hold: { ...hold, fired: true }, heldMs: Math.round(now - hold.since) };
}
