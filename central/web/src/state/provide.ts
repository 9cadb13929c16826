// How components get the page's one model without a global.
import { inject, type InjectionKey } from "vue";
import type { ConsoleModel } from "./console";

export const CONSOLE: InjectionKey<ConsoleModel> = Symbol("console");

export function useConsole(): ConsoleModel {
  const model = inject(CONSOLE);
  if (!model) throw new Error("no console model was provided");
  return model;
}
