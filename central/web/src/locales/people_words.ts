// People, their bands and what the hub refuses about them, in words.
import type { Answer } from "../hub/line";
import { ageIn, didKey, DEVICE_STATES, fieldOf, peopleError, spokenPhone } from "../state/people";
import type { BandView, PersonLineView } from "../hub/contract.gen";
import { useConsole, useTask } from "../state/provide";
import { useWords } from "./words";

export function usePeopleWords() {
  const model = useConsole();
  const words = useWords();
  const { t, locale } = words;
  const { named } = useTask();

  const communityName = (id: string): string => {
    const found = named.value?.find((one) => one.community === id);
    return found === undefined ? words.communityName(id) : words.pick(found.name_zh, found.name_en) || id;
  };

  /** Why something was refused, "" for what was done. */
  const refusal = (answer: Answer<unknown>): string => {
    if (answer.kind === "done") return "";
    const field = fieldOf(answer);
    const said = t(peopleError(answer), { message: answer.kind === "refused" ? answer.message : "" });
    return field ? t("people.fieldSaid", { field: t(`people.field.${field}`), said }) : said;
  };

  const date = (value: string): string =>
    words.inSite({ year: "numeric", month: "long", day: "numeric" }).format(new Date(value));
  /** A day as it is stored, "1944-03-02": of no time zone. */
  const day = (value: string): string =>
    new Intl.DateTimeFormat(locale.value, { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" }).format(
      new Date(`${value}T00:00:00Z`),
    );

  const age = (line: PersonLineView): string => {
    const years = ageIn(line, model.nowMs.value);
    return years === null ? "" : t("people.age", { years });
  };
  const sex = (line: PersonLineView): string => (line.sex === null ? "" : t(`people.sex.${line.sex}`));
  const band = (one: Pick<BandView, "number" | "key">): string => (one.number ? t("people.bandNo", { number: one.number }) : one.key);
  const bandState = (state: string): string =>
    t(`people.bandState.${(DEVICE_STATES as readonly string[]).includes(state) ? state : "other"}`);

  return { ...words, communityName, refusal, date, day, age, sex, band, bandState, phone: spokenPhone, did: (kind: string): string => t(didKey(kind)) };
}
