// Where the page is, in the address after #, so that back, reload and a link to one incident work.
export type View = "incidents" | "closed" | "boxes" | "check-ins";

export interface Route {
  readonly view: View;
  /** Selected incident whose details are open. */
  readonly incident: string | null;
}

export function parseRoute(hash: string): Route {
  const [view = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
  if (view === "closed" || view === "boxes" || view === "check-ins") return { view, incident: null };
  return { view: "incidents", incident: view === "incidents" && id ? decodeURIComponent(id) : null };
}

export function routeHash(route: Route): string {
  return `#/${route.view}${route.incident === null ? "" : `/${encodeURIComponent(route.incident)}`}`;
}
