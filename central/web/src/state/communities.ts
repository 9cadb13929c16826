// The communities that somebody may choose between on a page of the registry, and the one chosen last.
import { computed, watch, type ComputedRef, type Ref } from "vue";
import { useConsole, useTask } from "./provide";
import type { NamedCommunity } from "./purpose";

export function useCommunities(): { readonly communities: ComputedRef<readonly NamedCommunity[]>; readonly community: Ref<string> } {
  const model = useConsole();
  const { communities: scope } = model.session;
  const { community, named } = useTask();

  /** Until the hub has named them: those of the account, and those whose boxes are on the screen. */
  const communities = computed<readonly NamedCommunity[]>(() => {
    if (named.value !== null) return named.value;
    const boxes = [...model.state.value.boxes.values()];
    const ids = new Set([...(scope === "every" ? [] : scope), ...boxes.map((box) => box.community)]);
    return [...ids].sort().map((id) => {
      const box = boxes.find((one) => one.community === id);
      return { community: id, name_zh: box?.name_zh ?? id, name_en: box?.name_en ?? id };
    });
  });

  watch(
    communities,
    (list) => {
      if (!list.some((one) => one.community === community.value)) community.value = list[0]?.community ?? "";
    },
    { immediate: true },
  );
  return { communities, community };
}
