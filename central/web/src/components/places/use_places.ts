// What the pages of households, groups and the like share: the community they are of, what was just done and its undo.
import { computed, onMounted, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";
import type { CommunityOverviewView } from "../../hub/contract.gen";
import type { Answer } from "../../hub/line";
import { PlacesApi } from "../../hub/places";
import { useWords } from "../../locales/words";
import { chosenCommunity, rememberCommunity, sayingOf } from "../../state/places";
import { useSession, useTask } from "../../state/provide";
import type { PurposeName } from "../../state/purpose";

/** What was done, as a key of the locales and its names; `action` undoes it. */
export interface Deed {
  readonly key: string;
  readonly named: Readonly<Record<string, string | number>>;
  readonly action: number | null;
}

export interface PlacesPage {
  readonly api: PlacesApi;
  readonly communities: ShallowRef<readonly CommunityOverviewView[]>;
  readonly community: Ref<string>;
  readonly mayManage: Ref<boolean>;
  readonly problem: Ref<string>;
  readonly deed: ShallowRef<Deed | null>;
  readonly busy: Ref<boolean>;
  readonly purpose: ComputedRef<PurposeName | null>;
  readonly said: (answer: Answer<unknown>) => string;
  readonly choose: (community: string) => Promise<void>;
  /** Asks for something; says what is wrong, or returns it. */
  readonly get: <T>(asked: Promise<Answer<T>>) => Promise<T | null>;
  /** Changes something: says what was done and how it is undone, then looks anew. Returns whether it was done. */
  readonly act: (asked: Promise<Answer<{ readonly action: number }>>, key: string, named?: Deed["named"]) => Promise<boolean>;
  readonly undo: () => Promise<void>;
}

/** `look` asks for what the page shows, of `community`. */
export function usePlaces(look: () => Promise<void>): PlacesPage {
  const api = new PlacesApi(useSession().line);
  const task = useTask();
  const { t } = useWords();
  const communities = shallowRef<readonly CommunityOverviewView[]>([]);
  const community = ref("");
  const mayManage = ref(false);
  const problem = ref("");
  const deed = shallowRef<Deed | null>(null);
  const busy = ref(false);

  function said(answer: Answer<unknown>): string {
    const saying = sayingOf(answer);
    return saying === null ? "" : t(saying.key, { message: saying.message });
  }

  async function get<T>(asked: Promise<Answer<T>>): Promise<T | null> {
    const answer = await asked;
    task.used();
    problem.value = said(answer);
    return answer.kind === "done" ? answer.value : null;
  }

  async function act(asked: Promise<Answer<{ readonly action: number }>>, key: string, named: Deed["named"] = {}): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    const done = await get(asked);
    busy.value = false;
    if (done === null) return false;
    deed.value = { key, named, action: done.action };
    await look();
    return true;
  }

  async function undo(): Promise<void> {
    const last = deed.value;
    if (last?.action == null || busy.value) return;
    busy.value = true;
    const answer = await api.undo(last.action);
    busy.value = false;
    await look();
    problem.value = said(answer);
    if (answer.kind === "done") deed.value = { key: "places.did.undo", named: {}, action: null };
  }

  async function choose(next: string): Promise<void> {
    community.value = next;
    rememberCommunity(next);
    deed.value = null;
    await look();
  }

  onMounted(async () => {
    const found = await get(api.communities());
    if (found === null) return;
    communities.value = found.communities;
    mayManage.value = found.may_manage;
    community.value = chosenCommunity(found.communities.map((one) => one.community));
    if (community.value) await look();
  });

  return {
    api,
    communities,
    community,
    mayManage,
    problem,
    deed,
    busy,
    purpose: computed(() => task.purpose.value),
    said,
    choose,
    get,
    act,
    undo,
  };
}
