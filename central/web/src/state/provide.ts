// How components get the page's one session and the console's one model without a global.
import { inject, type InjectionKey } from "vue";
import type { ConsoleModel } from "./console";
import type { SessionModel } from "./session_model";

export const CONSOLE: InjectionKey<ConsoleModel> = Symbol("console");
export const SESSION: InjectionKey<SessionModel> = Symbol("session");

export function useConsole(): ConsoleModel {
  const model = inject(CONSOLE);
  if (!model) throw new Error("no console model was provided");
  return model;
}

export function useSession(): SessionModel {
  const model = inject(SESSION);
  if (!model) throw new Error("no session was provided");
  return model;
}
