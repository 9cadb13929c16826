import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PAGE_ERRORS } from "../hub/pages";
import { ERRORS } from "../hub/register";
import { AUDITED, DEEDS, DETAIL_KEYS, ERRORS as ACCOUNT_ERRORS, ROLES, STATES } from "../state/accounts";
import { AUDIT_KINDS } from "../state/audit";
import { FIELD_NAMES, LOOK_KINDS } from "../state/look_ups";
import { NOTE_KEYS } from "../state/boxes";
import { CLOCK_NAMES } from "../state/clocks";
import { CAUSES, CAUSES_BY_RULE, DONE, HUB_RULES, REASONS } from "../state/incidents";
import { FLAT_STATES } from "../state/floors";
import { FAULTS, SENDERS, TARGETS, WRONGS } from "../state/ladder";
import { HINTS } from "../state/password";
import { BAND_EVENTS, DEVICE_STATES, DID, EVENTS, followsOf, NAMED_FIELDS, PEOPLE_ERRORS } from "../state/people";
import { CHANNELS, CLOCKS, CONSENT_KINDS, followsWithdrawal, REQUEST_KINDS, TABLES } from "../state/privacy";
import {
  ALLOWED_KEYS,
  GROUP_WARNINGS,
  HOME_FILTERS,
  HOME_WARNINGS,
  PLACES_ERRORS,
  PLACES_FIELDS,
  ROSTER_TABLES,
  ROSTER_WORDS,
  RULE_KEYS,
  RULE_KINDS,
} from "../state/places";
import { FIELDS, KINDS, PARTS, REFUSALS as IMPORT_REFUSALS, STEPS as IMPORT_STEPS } from "../state/imports";
import { PURPOSES } from "../state/purpose";
import { STAGES } from "../state/register";
import { TAB_NAMES } from "../state/registry_tabs";
import { REFUSALS } from "../state/session";
import en from "./en";
import zh from "./zh-CN";

function flat(value: object, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (typeof item === "object" && item !== null) for (const [k, v] of flat(item, path)) found.set(k, v);
    else found.set(path, String(item));
  }
  return found;
}

const MESSAGE_FILE = /^([a-z]+\.)?(en|zh-CN)\.ts$/;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(vue|ts)$/.test(name) && !name.endsWith(".test.ts") && !MESSAGE_FILE.test(name) ? [path] : [];
  });
}

const texts = { zh: flat(zh), en: flat(en) };
const code = sources(join(import.meta.dirname, "..")).map((path) => ({ path, text: readFileSync(path, "utf8") }));
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "").sort();
const MAY_BE_EMPTY = new Set(["clock.verdict.none"]);

describe("the two languages", () => {
  it("have the same strings", () => {
    expect([...texts.en.keys()].sort()).toEqual([...texts.zh.keys()].sort());
  });

  it("leave no string empty", () => {
    for (const [name, list] of Object.entries(texts)) {
      for (const [key, text] of list) if (!MAY_BE_EMPTY.has(key)) expect(text, `${name} ${key}`).not.toBe("");
    }
  });

  it("fill in the same values", () => {
    for (const [key, text] of texts.zh) expect(placeholders(texts.en.get(key) ?? ""), key).toEqual(placeholders(text));
  });

  it("Chinese is Chinese, English is English", () => {
    const han = /\p{Script=Han}/u;
    for (const [key, text] of texts.en) if (key !== "app.language" && key !== "app.languageHint") expect(han.test(text), key).toBe(false);
    for (const [key, text] of texts.zh) {
      const words = text.replace(/\{\w+\}|anju-edge run|anju-central ca init|SOS|Esc|Enter/g, "");
      if (/[a-z]{3}/.test(words)) expect(["app.language", "app.languageHint"]).toContain(key);
    }
  });
});

describe("rules of the hub's own", () => {
  it("have words", () => {
    for (const rule of HUB_RULES) expect(texts.zh.get(`hubRule.${rule}`), rule).toBeTruthy();
  });
});

describe("strings that the page asks for", () => {
  it("exist when named outright", () => {
    for (const { path, text } of code) {
      for (const [, key] of text.matchAll(/\bt\(\s*"([\w.]+)"/g)) expect(texts.zh.has(key ?? ""), `${path}: ${key}`).toBe(true);
      for (const [, key] of text.matchAll(/\bsay\("\w+", "([\w.]+)"/g)) expect(texts.zh.has(key ?? ""), `${path}: ${key}`).toBe(true);
    }
  });

  it("exist when put together from a code", () => {
    const states = ["NEW", "RINGING", "ACKED", "RESPONDING", "ON_SITE", "RESOLVED", "REVIEWED"];
    const wanted = [
      ...REASONS.map((name) => `reason.${name}`),
      ...[...CAUSES, ...CAUSES_BY_RULE].map((name) => `cause.${name}`),
      ...CLOCK_NAMES.map((name) => `clock.${name}`),
      ...DONE.map((name) => `done.${name}`),
      ...states.map((name) => `state.${name}`),
      ...["P1", "P2", "P3", "P4"].map((name) => `priority.${name}`),
      ...["REAL", "TEST", "DRILL"].map((name) => `mark.${name}`),
      ...["acknowledge", "join", "respond", "on_site", "resolve"].flatMap((name) => [`action.${name}`, `action.done.${name}`]),
      ...["none", "in_time", "late", "too_late"].map((name) => `clock.verdict.${name}`),
      ...["ms", "s", "min", "h", "d", "y"].map((name) => `span.${name}`),
      ...["online", "silent", "never", "ahead", "behind"].map((name) => `box.${name}`),
      ...["SYNCED", "HELD", "UNSET", "UNKNOWN"].map((name) => `box.quality.${name}`),
      ...["alarm", "activity", "telemetry"].map((name) => `box.lane.${name}`),
      ...["fork", "salvage", "import"].map((name) => `box.note.why.${name}`),
      ...NOTE_KEYS.map((name) => `box.note.${name}`),
      ...STAGES.map((name) => `register.stage.${name}`),
      ...[...ERRORS, "invalid", "unreachable"].map((name) => `register.error.${name}`),
      ...[...PAGE_ERRORS, "unreachable"].map((name) => `pages.error.${name}`),
      ...["kiosk", "neighbour", "board"].map((name) => `pages.kinds.${name}`),
      ...["new", "moved", "revoked", "other_kind"].map((name) => `pages.why.${name}`),
      ...["id", "taken"].map((name) => `register.wrong.${name}`),
      ...REFUSALS.map((name) => `login.refused.${name}`),
      ...HINTS.map((name) => `password.hint.${name}`),
      ...ROLES.flatMap((name) => [`role_of.${name}.name`, `role_of.${name}.may`]),
      ...STATES.map((name) => `account.states.${name}`),
      ...DEEDS.flatMap((name) => ["deed", "will", "do", "did"].map((part) => `account.${part}.${name}`)),
      ...["add", "undo"].map((name) => `account.did.${name}`),
      ...["name", "taken"].map((name) => `account.wrong.${name}`),
      ...DETAIL_KEYS.map((name) => `account.detail.${name}`),
      ...AUDITED.map((name) => `account.audited.${name}`),
      ...AUDIT_KINDS.map((name) => `audit.kinds.${name}`),
      ...ACCOUNT_ERRORS.map((name) => `account.error.${name}`),
      ...TAB_NAMES.map((name) => `registry.tab.${name}`),
      ...HOME_FILTERS.map((name) => `places.home.filter.${name}`),
      ...HOME_WARNINGS.flatMap((name) => [`places.home.warning.${name}`, `places.home.mark.${name}`]),
      ...GROUP_WARNINGS.map((name) => `places.group.warning.${name}`),
      ...PLACES_ERRORS.map((name) => `places.error.${name}`),
      ...PLACES_FIELDS.map((name) => `places.wrong.${name}`),
      ...FLAT_STATES.flatMap((name) => [`places.tree.state.${name}`, `places.tree.legendOf.${name}`]),
      ...ROSTER_WORDS.map((name) => `places.roster.word.${name}`),
      ...RULE_KEYS.map((name) => `places.rules.of.${name}`),
      ...RULE_KINDS.map((name) => `places.rules.kinds.${name}`),
      ...ALLOWED_KEYS.map((name) => `places.rules.allowed.${name}`),
      ...TARGETS.map((name) => `places.ladder.target.${name}`),
      ...SENDERS.map((name) => `places.ladder.sends.${name}`),
      ...WRONGS.map((name) => `places.ladder.wrong.${name}`),
      ...FAULTS.map((name) => `places.ladder.fault.${name}`),
      ...ROSTER_TABLES.map((name) => `places.roster.table.${name}`),
      ...PURPOSES.flatMap((name) => [`purpose.name.${name}`, `purpose.sees.${name}`]),
      ...PEOPLE_ERRORS.map((name) => `people.error.${name}`),
      ...NAMED_FIELDS.map((name) => `people.field.${name}`),
      ...[...EVENTS.filter((name) => name !== "consent"), ...BAND_EVENTS].map((name) => `people.button.${name}`),
      ...[...EVENTS, ...BAND_EVENTS].flatMap((name) => followsOf(name, [{ number: "", key: "" }])).map((name) => `people.follows.${name}`),
      ...["moved-in", "moved-within", "moved-out", "died", "hand-out", "edit", "contacts", "note", "merge", "lost", "returned", "broken", "repaired"].flatMap(
        (name) => ["event", "do", "done"].map((part) => `people.${part}.${name}`),
      ),
      ...DID.map((name) => `people.did.${name}`),
      ...DEVICE_STATES.map((name) => `people.bandState.${name}`),
      ...CONSENT_KINDS.flatMap((name) => [`consent.kinds.${name}`, ...followsWithdrawal(name).map((key) => `people.follows.${key}`)]),
      ...CHANNELS.map((name) => `consent.channels.${name}`),
      ...["give", "withdraw"].flatMap((name) => ["title", "how", "do", "done"].map((part) => `consent.${part}.${name}`)),
      ...REQUEST_KINDS.flatMap((name) => [`request.kinds.${name}`, `request.help.${name}`]),
      ...["late", "today", "soon", "open", "unknown"].map((name) => `request.due.${name}`),
      ...LOOK_KINDS.map((name) => `look.kinds.${name}`),
      ...FIELD_NAMES.map((name) => `look.field.${name}`),
      ...["clock", "people", "looks"].map((name) => `retention.why.${name}`),
      ...CLOCKS.map((name) => `retention.what.${name}`),
      ...TABLES.map((name) => `retention.table.${name}`),
      ...IMPORT_STEPS.map((name) => `imports.step.${name}`),
      ...FIELDS.map((name) => `imports.field.${name}`),
      ...KINDS.flatMap((name) => [`imports.kind.${name}`, `imports.help.${name}`]),
      ...PARTS.map((name) => `imports.part.${name}`),
      ...IMPORT_REFUSALS.map((name) => `imports.refused.${name}`),
      ...["no-name", "no-community", "twice"].map((name) => `imports.wrong.${name}`),
      ...["copied", "failed"].map((name) => `copy.${name}`),
      ...["idle", "end"].flatMap((name) => [`session.${name}`, `session.${name}Watch`]),
      ...["retire", "revoke"].flatMap((how) => ["title", "body", "do"].map((name) => `register.confirm.${how}.${name}`)),
    ];
    for (const key of wanted) expect(texts.zh.has(key), key).toBe(true);
  });

  /** Others that are put together from a code, one a line. */
  const PUT_TOGETHER = [
    ...["button", "did", "do", "done", "error", "event", "exact", "field", "follows", "notes", "noteHelp", "sex", "state", "bandState"].map(
      (part) => `people.${part}`,
    ),
    ...["channels", "do", "done", "how", "kinds", "title"].map((part) => `consent.${part}`),
    ...["due", "help", "kinds", "states"].map((part) => `request.${part}`),
    ...["field", "kinds"].map((part) => `look.${part}`),
    ...["table", "what", "why"].map((part) => `retention.${part}`),
    "purpose.name",
    "purpose.sees",
    "registry.tab",
    "places.home.filter",
    "places.home.warning",
    "places.home.mark",
    "places.group.warning",
    "places.error",
    "places.wrong",
    "places.helper.heading",
    "places.helper.add",
    "places.helper.end",
    "places.helper.post",
    "places.ladder.target",
    "places.ladder.sends",
    "places.ladder.wrong",
    "places.ladder.fault",
    "places.rules.kinds",
    "places.rules.of",
    "places.rules.allowed",
    "places.token.kinds",
    "places.token.help",
    "places.token.field",
    "places.tree.state",
    "places.tree.legendOf",
    "places.tree.kinds",
    "places.tree.example",
    "places.roster.word",
    "places.roster.table",
    "imports.basis",
    "imports.doing",
    "imports.field",
    "imports.head_",
    "imports.help",
    "imports.kind",
    "imports.part",
    "imports.refused",
    "imports.sex",
    "imports.state",
    "imports.step",
    "imports.wrong",
    "exports.field",
    "exports.state",
  ];

  it("are all used", () => {
    const all = code.map(({ text }) => text).join("\n");
    const dynamic = /^(pages\.(kinds|why|error)|reason|hubRule|cause|done|channel|clock|state|priority|mark|action|span|role|role_of|box|checkIn|register\.(wrong|stage|confirm|error)|login\.refused|password\.hint|copy|session|audit\.(by|kinds)|account\.(states|deed|will|do|did|wrong|audited|detail|error))\./;
    for (const key of texts.zh.keys()) if (!dynamic.test(key) && !PUT_TOGETHER.some((start) => key.startsWith(`${start}.`))) expect(all.includes(`"${key}"`) || all.includes(`'${key}'`), key).toBe(true);
  });
});
