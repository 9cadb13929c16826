// Where the page is, in the address after #, so that back, reload and a link to one incident work.
import type { Right } from "./session";

export type View = "incidents" | "closed" | "boxes" | "check-ins" | "accounts" | "me";

export interface Route {
  readonly view: View;
  /** Selected incident whose details are open. */
  readonly incident: string | null;
}

/** In the order of the header, with the right that a view needs. `me`, the own account, is everybody's. */
const NEEDED: Readonly<Record<Exclude<View, "me">, Right>> = {
  incidents: "see-incidents",
  closed: "see-incidents",
  boxes: "see-boxes",
  "check-ins": "see-check-ins",
  accounts: "see-accounts",
};

function isView(text: string): text is View {
  return text === "me" || Object.hasOwn(NEEDED, text);
}

export function viewsFor(rights: readonly Right[]): View[] {
  return (Object.keys(NEEDED) as (keyof typeof NEEDED)[]).filter((view) => rights.includes(NEEDED[view]));
}

export function parseRoute(hash: string): Route {
  const [view = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
  if (!isView(view)) return { view: "incidents", incident: null };
  return { view, incident: view === "incidents" && id ? decoded(id) : null };
}

/** The page that was wanted, or the first that the role has. */
export function allowedRoute(route: Route, rights: readonly Right[]): Route {
  const views = viewsFor(rights);
  if (route.view === "me" || views.includes(route.view)) return route;
  return { view: views[0] ?? "me", incident: null };
}

export function routeHash(route: Route): string {
  return `#/${route.view}${route.incident === null ? "" : `/${encodeURIComponent(route.incident)}`}`;
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
