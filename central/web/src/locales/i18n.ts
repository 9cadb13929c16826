// One switch between zh-CN and en, remembered in this browser. Chinese is the default.
import { createI18n } from "vue-i18n";
import en from "./en";
import zh from "./zh-CN";

export type Locale = "zh-CN" | "en";
const KEY = "anju.locale";

export const i18n = createI18n<[typeof zh], Locale, false>({
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- goes in vue-i18n 12, until then it must be said
  legacy: false,
  locale: localStorage.getItem(KEY) === "en" ? "en" : "zh-CN",
  fallbackLocale: "zh-CN",
  messages: { "zh-CN": zh, en },
});

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale;
  localStorage.setItem(KEY, locale);
  showLocale();
}

/** Tells browser and screen reader which language the page speaks; the title follows in App.vue. */
export function showLocale(): void {
  document.documentElement.lang = i18n.global.locale.value;
}
