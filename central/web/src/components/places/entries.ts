// What the dialogs of places and of staff are opened with.

/** What a place is called and where: a flat, a site, or a building or unit that has a row. */
export interface OnePlace {
  readonly place: number;
  readonly kind: "building" | "unit" | "flat" | "site";
  readonly name: string;
  readonly label: string;
  readonly parent: number | null;
  readonly latitude_e6: number | null;
  readonly longitude_e6: number | null;
  readonly people: number;
}

/** What is known of somebody who works or helps, or of a body; `row` null: a new one. */
export interface HelperEntry {
  readonly kind: "staff" | "volunteer" | "organisation";
  readonly row: string | null;
  readonly name: string;
  readonly post: string;
  readonly phone: string;
  readonly account: string;
  readonly resident: string | null;
  readonly organisation: string | null;
}
