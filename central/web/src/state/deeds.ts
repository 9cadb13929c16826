// What was done last in the registry, and how it is taken back: the message that stays until the next deed.
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import type { ActedView } from "../hub/contract.gen";
import type { Answer } from "../hub/line";

/** `key` and `named`: the sentence. `action`: by what number it is undone, null for what cannot be. */
export interface Deed {
  readonly key: string;
  readonly named: Readonly<Record<string, string>>;
  readonly action: number | null;
  readonly isUndo: boolean;
}

export interface DeedModel {
  readonly last: ShallowRef<Deed | null>;
  /** Counts what was done: who shows people looks anew when it changes. */
  readonly turn: Ref<number>;
  readonly busy: Ref<boolean>;
  /** Why the last deed could not be taken back. */
  readonly refused: ShallowRef<Answer<unknown> | null>;
  readonly did: (key: string, named: Readonly<Record<string, string>>, action: number | null) => void;
  readonly undo: () => Promise<void>;
  readonly forget: () => void;
}

export function makeDeeds(undoAt: (action: number) => Promise<Answer<ActedView>>): DeedModel {
  const last = shallowRef<Deed | null>(null);
  const refused = shallowRef<Answer<unknown> | null>(null);
  const turn = ref(0);
  const busy = ref(false);
  const show = (deed: Deed): void => {
    last.value = deed;
    refused.value = null;
    turn.value++;
  };
  return {
    last,
    turn,
    busy,
    refused,
    did: (key, named, action) => show({ key, named, action, isUndo: false }),
    undo: async () => {
      const deed = last.value;
      if (deed === null || deed.action === null || busy.value) return;
      busy.value = true;
      const answer = await undoAt(deed.action);
      busy.value = false;
      // An undoing is an action itself: taken back, too, what was done counts again.
      if (answer.kind === "done") show({ ...deed, action: answer.value.action, isUndo: !deed.isUndo });
      else refused.value = answer;
    },
    forget: () => {
      last.value = null;
      refused.value = null;
    },
  };
}
