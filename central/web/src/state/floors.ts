// A unit's flats as one looks at the house: floors above each other, doors beside each other. Pure.
import type { DwellingView } from "../hub/contract.gen";

/** free: nobody lives there. grouped: all are in a responder group. alone: somebody is in none. */
export const FLAT_STATES = ["free", "grouped", "alone"] as const;
export type FlatState = (typeof FLAT_STATES)[number];

export function flatState(flat: Pick<DwellingView, "people" | "without_group">): FlatState {
  if (flat.people === 0) return "free";
  return flat.without_group > 0 ? "alone" : "grouped";
}

/** `floor` null: flats whose number says none. `flats` by door. */
export interface Floor {
  readonly floor: number | null;
  readonly flats: readonly DwellingView[];
}

/** 502 is on the 5th floor, 1101 on the 11th, 12 and "东屋" on none that could be known. */
export function floorOf(flat: Pick<DwellingView, "key">): number | null {
  const last = flat.key.split("-").at(-1) ?? "";
  return /^\d{3,4}$/.test(last) ? Math.floor(Number(last) / 100) : null;
}

/** The top floor first, as one looks at a house. */
export function floorsOf(flats: readonly DwellingView[]): Floor[] {
  const found = new Map<number | null, DwellingView[]>();
  for (const flat of flats) {
    const floor = floorOf(flat);
    const row = found.get(floor);
    if (row) row.push(flat);
    else found.set(floor, [flat]);
  }
  return [...found]
    .map(([floor, row]) => ({ floor, flats: row }))
    .sort((a, b) => (b.floor ?? -1) - (a.floor ?? -1));
}

/** "30.508, 105.57" or "30.508，105.57" in millionths of a degree; null for anything else. */
export function readPosition(text: string): { readonly latitude_e6: number; readonly longitude_e6: number } | null {
  const found = /^\s*(-?\d{1,2}(?:\.\d{1,8})?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d{1,8})?)\s*$/.exec(text);
  if (!found) return null;
  const [latitude_e6, longitude_e6] = [found[1], found[2]].map((part) => Math.round(Number(part) * 1e6));
  if (latitude_e6 === undefined || longitude_e6 === undefined) return null;
  if (Math.abs(latitude_e6) > 90e6 || Math.abs(longitude_e6) > 180e6) return null;
  return { latitude_e6, longitude_e6 };
}

export function positionText(place: Pick<DwellingView, "latitude_e6" | "longitude_e6">): string {
  if (place.latitude_e6 === null || place.longitude_e6 === null) return "";
  return `${place.latitude_e6 / 1e6}, ${place.longitude_e6 / 1e6}`;
}
