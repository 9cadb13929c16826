// The pages of the registry. A new page is a line here, and its name in `state/registry_tabs.ts`.
import { defineAsyncComponent, type Component } from "vue";
import type { RegistryTab } from "../../state/registry_tabs";

export const TABS: readonly RegistryTab<Component>[] = [
  {
    name: "people",
    rights: ["see-people"],
    purposes: ["emergency", "care", "activity", "case", "device-maintenance"],
    component: defineAsyncComponent(() => import("./PeopleView.vue")),
  },
  {
    name: "devices",
    rights: ["see-people"],
    purposes: ["care", "case", "device-maintenance"],
    component: defineAsyncComponent(() => import("./DevicesView.vue")),
  },
  {
    name: "households",
    rights: ["see-people"],
    purposes: ["care", "case"],
    component: defineAsyncComponent(() => import("./HouseholdsView.vue")),
  },
  {
    name: "groups",
    rights: ["see-people"],
    purposes: ["care", "case"],
    component: defineAsyncComponent(() => import("./GroupsView.vue")),
  },
  {
    name: "places",
    rights: ["see-people"],
    purposes: ["care", "case", "device-maintenance"],
    component: defineAsyncComponent(() => import("./PlacesView.vue")),
  },
  {
    name: "imports",
    rights: ["manage-people"],
    purposes: ["case"],
    component: defineAsyncComponent(() => import("./ImportsView.vue")),
  },
  {
    name: "exports",
    rights: ["manage-people", "manage-privacy"],
    purposes: [],
    component: defineAsyncComponent(() => import("./ExportsView.vue")),
  },
  {
    name: "consents",
    rights: ["see-people"],
    purposes: ["care", "activity", "case"],
    component: defineAsyncComponent(() => import("./ConsentsView.vue")),
  },
  {
    name: "requests",
    rights: ["see-people"],
    purposes: ["case"],
    component: defineAsyncComponent(() => import("./RequestsView.vue")),
  },
  {
    name: "look-ups",
    rights: ["see-look-ups"],
    purposes: [],
    component: defineAsyncComponent(() => import("./LookUpsView.vue")),
  },
  {
    name: "retention",
    rights: ["see-look-ups"],
    purposes: [],
    component: defineAsyncComponent(() => import("./RetentionView.vue")),
  },
  {
    name: "tokens",
    rights: ["see-people"],
    purposes: ["care", "case", "device-maintenance"],
    component: defineAsyncComponent(() => import("./TokensView.vue")),
  },
  {
    name: "staff",
    rights: ["see-people"],
    purposes: ["care", "case"],
    component: defineAsyncComponent(() => import("./StaffView.vue")),
  },
  {
    name: "communities",
    rights: ["see-people", "see-boxes"],
    purposes: [],
    component: defineAsyncComponent(() => import("./CommunitiesView.vue")),
  },
];
