// The pages of the registry, which of them somebody has, and where one is in the address: #/registry/people/r-1.
import type { PurposeName } from "./purpose";
import type { Right } from "./session";

/** In the order in which they are shown. */
export const TAB_NAMES = [
  "people",
  "households",
  "groups",
  "places",
  "devices",
  "staff",
  "tokens",
  "communities",
  "imports",
  "exports",
  "consents",
  "requests",
  "look-ups",
  "retention",
] as const;
export type TabName = (typeof TAB_NAMES)[number];

/** `rights`: one of them is enough. `purposes`: what it can be looked at for; none = nothing of people is on it. */
export interface RegistryTab<Page = unknown> {
  readonly name: TabName;
  readonly rights: readonly Right[];
  readonly purposes: readonly PurposeName[];
  readonly component: Page;
}

/** What somebody with these rights and purposes sees, in their order. */
export function tabsFor<Page>(
  tabs: readonly RegistryTab<Page>[],
  rights: readonly Right[],
  purposes: readonly PurposeName[],
): RegistryTab<Page>[] {
  return tabs
    .filter((tab) => tab.rights.some((right) => rights.includes(right)))
    .filter((tab) => tab.purposes.length === 0 || tab.purposes.some((purpose) => purposes.includes(purpose)))
    .sort((a, b) => TAB_NAMES.indexOf(a.name) - TAB_NAMES.indexOf(b.name));
}
