// How components get the page's one session and the console's one model without a global.
import { inject, type InjectionKey } from "vue";
import type { ConsoleModel } from "./console";
import type { DeedModel } from "./deeds";
import type { TaskModel } from "./purpose";
import type { TabName } from "./registry_tabs";
import type { SessionModel } from "./session_model";

export const CONSOLE: InjectionKey<ConsoleModel> = Symbol("console");
export const SESSION: InjectionKey<SessionModel> = Symbol("session");
export const TASK: InjectionKey<TaskModel> = Symbol("task");

export const DEEDS: InjectionKey<DeedModel> = Symbol("deeds");

/** How a page of the registry leads to another one, or to a part of itself. */
export type GoWithin = (tab: TabName, ...path: string[]) => void;
export const GO_WITHIN: InjectionKey<GoWithin> = Symbol("go within the registry");

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

export function useTask(): TaskModel {
  const model = inject(TASK);
  if (!model) throw new Error("no task was provided");
  return model;
}

export function useGoWithin(): GoWithin {
  const go = inject(GO_WITHIN);
  if (!go) throw new Error("no registry was provided");
  return go;
}

export function useDeeds(): DeedModel {
  const model = inject(DEEDS);
  if (!model) throw new Error("no deeds were provided");
  return model;
}
