// What somebody looks at people for: asked once for a task, shown while it lasts, asked anew when it was left alone.
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";
import type { SessionView } from "../hub/contract";

export type PurposeName = SessionView["purposes"][number];

/** All that there are, in the order in which they are offered; which of them a role has, the session says. */
export const PURPOSES = ["emergency", "care", "activity", "case", "device-maintenance"] as const satisfies readonly PurposeName[];

/** `incident`: which emergency it is. `usedMs`: the last look, on this computer's clock. */
export interface Task {
  readonly purpose: PurposeName;
  readonly incident: string | null;
  readonly usedMs: number;
}

/** A task that nobody went on with for so long is over: the next look may be for something else. */
export const LEFT_ALONE_MS = 20 * 60_000;

export function isLeftAlone(task: Task, nowMs: number): boolean {
  return nowMs - task.usedMs >= LEFT_ALONE_MS;
}

/** Purposes that both the role has and a page can be looked at for. */
export function offered(mine: readonly PurposeName[], page: readonly PurposeName[]): PurposeName[] {
  return PURPOSES.filter((purpose) => mine.includes(purpose) && page.includes(purpose));
}

/** The part of a question that says what for; goes into every look at people. */
export function askedFor(task: Pick<Task, "purpose" | "incident">): Record<string, string> {
  return task.incident === null ? { purpose: task.purpose } : { purpose: task.purpose, incident: task.incident };
}

/** A community as people's pages name it. */
export interface NamedCommunity {
  readonly community: string;
  readonly name_zh: string;
  readonly name_en: string;
}

export interface TaskModel {
  /** null: it has to be asked. */
  readonly task: ShallowRef<Task | null>;
  readonly purpose: ComputedRef<PurposeName | null>;
  readonly begin: (purpose: PurposeName, incident?: string | null) => void;
  readonly end: () => void;
  /** Somebody has just looked: the task goes on. */
  readonly used: () => void;
  /** Ends a task that was left alone. */
  readonly tick: () => void;
  /** How often the glass was broken here; whoever shows the banner looks anew when it changes. */
  readonly broken: Ref<number>;
  /** The community that lists are of: chosen on one page, it stays chosen on the next. */
  readonly community: Ref<string>;
  /** What the hub calls the caller's communities; null until it has said so, or where it does not say. */
  readonly named: ShallowRef<readonly NamedCommunity[] | null>;
}

export function makeTask(clock: () => number = Date.now): TaskModel {
  const task = shallowRef<Task | null>(null);
  return {
    task,
    broken: ref(0),
    community: ref(""),
    named: shallowRef(null),
    purpose: computed(() => task.value?.purpose ?? null),
    begin: (purpose, incident = null) => (task.value = { purpose, incident, usedMs: clock() }),
    end: () => (task.value = null),
    used: () => {
      if (task.value !== null) task.value = { ...task.value, usedMs: clock() };
    },
    tick: () => {
      if (task.value !== null && isLeftAlone(task.value, clock())) task.value = null;
    },
  };
}
