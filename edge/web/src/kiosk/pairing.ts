// What this page may show: nothing but a code until somebody has approved it, and nothing again once it is revoked.
import { onMounted, onUnmounted, shallowRef, type ShallowRef } from "vue";

import { Api } from "./api";
import type { Pairing } from "./contract";

export const ASK_EVERY_MS = 2_000;

/** `starting`: not known yet. `unreachable`: the box does not answer, so a code that was shown is worth nothing now. */
export type Shown =
  | { name: "starting" }
  | { name: "paired" }
  | { name: "unreachable" }
  | { name: "too_many" }
  | { name: "waiting"; pairing: Pairing }
  | { name: "own_screen"; pairing: Pairing };

/** What an answer of the box is shown as. */
export function shownAs(answer: Pairing | "too_many" | null): Shown {
  if (answer === null) return { name: "unreachable" };
  if (answer === "too_many") return { name: "too_many" };
  return answer.state === "paired" ? { name: "paired" } : { name: answer.state, pairing: answer };
}

export interface PagePairing {
  shown: ShallowRef<Shown>;
  /** The box said that this page is not paired: what it shows goes at once. */
  lost: () => void;
}

/** Asks while the component that calls it is mounted and the page is not paired. */
export function runPairing(base: string): PagePairing {
  const api = new Api(base);
  const shown = shallowRef<Shown>({ name: "starting" });
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    shown.value = shownAs(await api.pair());
    if (shown.value.name !== "paired") timer = setTimeout(() => void ask(), ASK_EVERY_MS);
  }

  function lost(): void {
    if (shown.value.name !== "paired") return;
    shown.value = { name: "starting" };
    void ask();
  }

  onMounted(() => void ask());
  onUnmounted(() => clearTimeout(timer));
  return { shown, lost };
}
