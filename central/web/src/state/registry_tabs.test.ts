import { describe, expect, it } from "vitest";
import { tabsFor, type RegistryTab } from "./registry_tabs";

const tab = (name: RegistryTab["name"], fields: Partial<RegistryTab> = {}): RegistryTab => ({
  name,
  rights: ["see-people"],
  purposes: [],
  component: null,
  ...fields,
});

describe("pages of the registry", () => {
  it("are shown in their order, to who has one of their rights and purposes", () => {
    const all = [
      tab("retention", { rights: ["manage-privacy"] }),
      tab("look-ups", { rights: ["see-look-ups"] }),
      tab("devices", { purposes: ["device-maintenance", "care"] }),
      tab("people", { purposes: ["care", "emergency"] }),
    ];
    const names = (rights: Parameters<typeof tabsFor>[1], purposes: Parameters<typeof tabsFor>[2]) =>
      tabsFor(all, rights, purposes).map(({ name }) => name);
    expect(names(["see-people"], ["care"])).toEqual(["people", "devices"]);
    expect(names(["see-people"], ["device-maintenance"])).toEqual(["devices"]);
    expect(names(["see-people"], ["emergency"])).toEqual(["people"]);
    expect(names(["see-look-ups", "manage-privacy"], [])).toEqual(["look-ups", "retention"]);
    expect(names([], ["care"])).toEqual([]);
  });
});
