// Where the page is, in the address after #, so that back, reload and a link to one incident work.
import type { Right } from "./session";

export type View = "incidents" | "closed" | "boxes" | "check-ins" | "registry" | "accounts" | "audit" | "me";

export interface Route {
  readonly view: View;
  /** Selected incident whose details are open. */
  readonly incident: string | null;
  /** Where within the registry: the page, and what it adds. */
  readonly within?: readonly string[];
}

/** In the order of the header, with the rights of which a view needs one. `me`, the own account, is everybody's. */
const NEEDED: Readonly<Record<Exclude<View, "me">, readonly Right[]>> = {
  incidents: ["see-incidents"],
  closed: ["see-incidents"],
  boxes: ["see-boxes"],
  "check-ins": ["see-check-ins"],
  registry: ["see-people", "see-look-ups"],
  accounts: ["see-accounts"],
  audit: ["see-audit"],
};

function isView(text: string): text is View {
  return text === "me" || Object.hasOwn(NEEDED, text);
}

export function viewsFor(rights: readonly Right[]): View[] {
  return (Object.keys(NEEDED) as (keyof typeof NEEDED)[]).filter((view) =>
    NEEDED[view].some((right) => rights.includes(right)),
  );
}

export function parseRoute(hash: string): Route {
  const [view = "", id = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  if (!isView(view)) return { view: "incidents", incident: null };
  if (view === "registry") return { view, incident: null, within: [id, ...rest].filter(Boolean).map(decoded) };
  return { view, incident: view === "incidents" && id ? decoded(id) : null };
}

/** The page that was wanted, or the first that the role has. */
export function allowedRoute(route: Route, rights: readonly Right[]): Route {
  const views = viewsFor(rights);
  if (route.view === "me" || views.includes(route.view)) return route;
  return { view: views[0] ?? "me", incident: null };
}

export function routeHash(route: Route): string {
  const parts = route.incident === null ? (route.within ?? []) : [route.incident];
  return ["#", route.view, ...parts.map(encodeURIComponent)].join("/");
}

const LINK = /^#\/(?:link|welcome)(?:\/(.*))?$/;

/** The token of a one-time link, "" for a link whose token was taken out already, null for any other address. */
export function linkToken(hash: string): string | null {
  const found = LINK.exec(hash);
  return found ? decoded(found[1] ?? "") : null;
}

/** What stands in the address once the token is out of it. */
export const LINK_HASH = "#/link";

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // half a %-sequence: somebody cut it
  }
}
