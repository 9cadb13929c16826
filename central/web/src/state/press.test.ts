import { describe, expect, it } from "vitest";
import type { PressChoiceView, RegisteredDeviceView } from "../hub/contract.gen";
import { bindingInTheWay, heardOf, onlyPressed, pressedCount } from "./press";

const device = (key: string): RegisteredDeviceView => ({
  device: key.length,
  key,
  kind: "band",
  number: "",
  model: "",
  zone: null,
  state: "in-stock",
  binding: null,
  resident: null,
  name: "",
  from_at: null,
});

const heard = (key: string, pressed: number | null): PressChoiceView["proposals"][number] => ({
  device: key,
  label_zh: "",
  label_en: "",
  adopted: true,
  pressed_ago_s: pressed,
  heard_ago_s: 1,
  is_bound: false,
});

const choice = (only: string, proposals: PressChoiceView["proposals"]): PressChoiceView => ({
  box: "box-1",
  is_connected: true,
  only,
  proposals,
  left_out: 0,
});

describe("press it now", () => {
  it("chooses by itself only what was pressed alone and is in the registry", () => {
    const known = [device("ble:1")];
    expect(onlyPressed(choice("ble:1", [heard("ble:1", 2)]), known)?.key).toBe("ble:1");
    expect(onlyPressed(choice("ble:2", [heard("ble:2", 2)]), known)).toBeNull();
    const two = choice("", [heard("ble:1", 2), heard("ble:2", 3), heard("ble:3", null)]);
    expect(onlyPressed(two, known)).toBeNull();
    expect(pressedCount(two)).toBe(2);
    expect(heardOf(two, known).map((one) => [one.key, one.device !== null])).toEqual([
      ["ble:1", true],
      ["ble:2", false],
      ["ble:3", false],
    ]);
  });

  it("knows which binding stands in the way", () => {
    expect(bindingInTheWay({ kind: "refused", error: "bound-already", body: { binding: 7 } })).toBe(7);
    expect(bindingInTheWay({ kind: "refused", error: "not-there", body: { binding: 7 } })).toBeNull();
    expect(bindingInTheWay({ kind: "done" })).toBeNull();
  });
});
