// "Press it now": which of the bands that a box has just heard is meant. Two at once are both shown, none is guessed.
import type { PressChoiceView, RegisteredDeviceView } from "../hub/contract.gen";

export interface Heard {
  readonly key: string;
  /** null: the box hears it and the registry does not have it; it has to be added first. */
  readonly device: RegisteredDeviceView | null;
  readonly pressedAgoS: number | null;
  readonly isBound: boolean;
}

/** Bands of a box as they are offered: those that were pressed first, as the hub put them. */
export function heardOf(choice: PressChoiceView, devices: readonly RegisteredDeviceView[]): Heard[] {
  const byKey = new Map(devices.map((device) => [device.key, device]));
  return choice.proposals.map((one) => ({
    key: one.device,
    device: byKey.get(one.device) ?? null,
    pressedAgoS: one.pressed_ago_s,
    isBound: one.is_bound,
  }));
}

/** The one that is chosen by itself: it alone was pressed, and the registry knows it. Somebody still confirms it. */
export function onlyPressed(choice: PressChoiceView, devices: readonly RegisteredDeviceView[]): RegisteredDeviceView | null {
  return choice.only === "" ? null : (devices.find(({ key }) => key === choice.only) ?? null);
}

/** How many were pressed at once; more than one has to be chosen between. */
export function pressedCount(choice: PressChoiceView): number {
  return choice.proposals.filter(({ pressed_ago_s }) => pressed_ago_s !== null).length;
}

/** Which binding stands in the way, as the hub's refusal says; null for any other answer. */
export function bindingInTheWay(answer: { readonly kind: string; readonly error?: string; readonly body?: Readonly<Record<string, unknown>> }): number | null {
  if (answer.kind !== "refused" || answer.error !== "bound-already") return null;
  const binding = answer.body?.binding;
  return typeof binding === "number" ? binding : null;
}
