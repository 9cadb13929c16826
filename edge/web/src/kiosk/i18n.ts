import { en } from "./locales/en";
import { type Key, zh } from "./locales/zh";
import type { Activity, Language } from "./contract";

export type { Key };

export const MESSAGES: Record<Language, Record<Key, string>> = { zh, en };
export const HTML_LANG: Record<Language, string> = { zh: "zh-CN", en: "en" };

/** The text of `key`, with {name} replaced by `values.name`. */
export function translate(language: Language, key: Key, values: Record<string, string | number> = {}): string {
  return MESSAGES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function otherLanguage(language: Language): Language {
  return language === "zh" ? "en" : "zh";
}

/** Roster texts come in both languages; a missing translation shows the other one rather than nothing. */
export function either(language: Language, inZh: string, inEn: string): string {
  return language === "zh" ? inZh || inEn : inEn || inZh;
}

export function titleOf(activity: Activity, language: Language): string {
  return either(language, activity.title_zh, activity.title_en);
}

export function roomOf(activity: Activity, language: Language): string {
  return either(language, activity.room_zh, activity.room_en);
}

/** Title of an incident by its kind; kinds that we do not know yet are still an alarm. */
export function kindKey(kind: string): Key {
  const key = `kind_${kind}`;
  return key in zh ? (key as Key) : "kind_other";
}

/** How long ago, in words that do not change every second. */
export function ageText(language: Language, seconds: number): string {
  if (seconds < 60) return translate(language, "just_now");
  if (seconds < 7_200) return translate(language, "minutes_ago", { minutes: Math.floor(seconds / 60) });
  return translate(language, "hours_ago", { hours: Math.floor(seconds / 3_600) });
}
