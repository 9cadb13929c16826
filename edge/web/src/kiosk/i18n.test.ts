import { readFileSync, readdirSync } from "node:fs";

import { expect, test } from "vitest";

import { type Key, MESSAGES, kindKey, translate } from "./i18n";

const CHINESE = /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/;
const ALLOWED_IN_EN: Key[] = ["other_language"];
const keys = Object.keys(MESSAGES.zh) as Key[];
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test.each(keys)("%s is there in both languages", (key) => {
  expect(MESSAGES.zh[key].trim()).not.toBe("");
  expect(MESSAGES.en[key].trim()).not.toBe("");
  expect(placeholders(MESSAGES.en[key])).toEqual(placeholders(MESSAGES.zh[key]));
  if (!ALLOWED_IN_EN.includes(key)) expect(MESSAGES.en[key]).not.toMatch(CHINESE);
});

test("both languages have the same keys", () => {
  expect(Object.keys(MESSAGES.en).sort()).toEqual([...keys].sort());
});

test("no text is written into a component", () => {
  const folder = new URL("../", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".vue"));
  expect(files.length).toBeGreaterThan(5);
  for (const name of files) {
    const source = readFileSync(new URL(name, folder), "utf8");
    expect(source, name).not.toMatch(CHINESE);
    const template = source.slice(source.indexOf("<template>")).replace(/\{\{[\s\S]*?\}\}/g, "");
    expect(template.match(/>[^<>]*[A-Za-z]{2,}[^<>]*</g) ?? [], name).toEqual([]);
  }
});

test("no technical word reaches a resident", () => {
  for (const language of ["zh", "en"] as const) {
    for (const key of keys) expect(MESSAGES[language][key]).not.toMatch(/server|error|http|sync|服务器|错误|同步|异常/i);
  }
});

test("placeholders are filled in, and an unknown kind is still an alarm", () => {
  expect(translate("zh", "duplicate_at", { time: "09:02" })).toBe("您 09:02 已签到");
  expect(kindKey("sos")).toBe("kind_sos");
  expect(kindKey("something_new")).toBe("kind_other");
});
