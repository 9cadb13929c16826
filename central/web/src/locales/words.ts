// Turns facts into words of the chosen language. Codes that this version does not know are shown, never hidden.
import { useI18n } from "vue-i18n";
import { span, stopwatch } from "../state/clocks";
import type { Account, Incident, Scope, Step } from "../hub/contract";
import type { ConsoleModel } from "../state/console";
import { stateOf as stateOfAccount } from "../state/accounts";
import { laneKey, noteTimeMs, readNote, readTrouble } from "../state/boxes";
import { TROUBLES } from "../state/troubles.gen";
import { isAboutSite, isCause, isDone, isHubRule, isReason } from "../state/incidents";
import { TARGETS } from "../state/ladder";
import { useConsole } from "../state/provide";

const ROLES = ["DEVICE", "BOX", "HUB", "OPERATOR", "RESPONDER", "STAFF"];
const PEOPLE = ["OPERATOR", "RESPONDER", "STAFF"];
const CHANNELS = ["siren", "kiosk", "lan", "sms", "hub"];
const KINDS = ["band", "receiver", "camera", "reader", "kiosk", "relay", "modem"];
const METHODS = ["CARD", "BAND", "QR", "ID_CARD", "STAFF"];

/** Made once each: a card asks for some of them every second, and making one costs more than drawing the card. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string, timeZone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language, timeZone, options]);
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(language, timeZone === undefined ? options : { ...options, timeZone });
    formats.set(key, made);
  }
  return made;
}

/** `model` is only given by the component that provides it. */
export function useWords(model: ConsoleModel = useConsole()) {
  const i18n = useI18n();
  const { t, locale } = i18n;

  /** Formats in the district's time zone. */
  const inSite = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    formatOf(locale.value, model.state.value.timeZone, options);

  const timeOf = (value: string | number): string =>
    inSite({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(value));

  /** Time of day; with the date when it was another day. */
  const moment = (value: string | number, nowMs: number): string => {
    const days = inSite({ year: "numeric", month: "2-digit", day: "2-digit" });
    const day = days.format(new Date(value));
    return day === days.format(nowMs) ? timeOf(value) : `${day} ${timeOf(value)}`;
  };

  const spanOf = (ms: number): string => {
    const { unit, n } = span(ms);
    return t(`span.${unit}`, { n });
  };

  const ago = (ms: number): string => t("span.ago", { span: spanOf(Math.max(0, ms)) });
  const pick = (zh: string, en: string): string => (locale.value === "en" ? en || zh : zh || en);
  const reason = (code: string): string => (isReason(code) ? t(`reason.${code}`) : t("reason.other", { code }));
  /** Why it was raised. A rule of the hub's own says more than its reason. */
  const whys = (incident: Incident): { code: string; text: string }[] => {
    const { rule } = incident;
    return incident.reasons.map((code) => ({ code, text: isHubRule(rule) ? t(`hubRule.${rule}`) : reason(code) }));
  };
  const reasons = (incident: Incident): string =>
    whys(incident)
      .map(({ text }) => text)
      .join(locale.value === "en" ? ", " : "、");
  const cause = (code: string): string => (isCause(code) ? t(`cause.${code}`) : t("cause.unknown", { code }));
  const known = (list: readonly string[], prefix: string, code: string): string =>
    list.includes(code) ? t(`${prefix}.${code}`) : t(`${prefix}.other`);

  /** A code in words; one of a later version stays a code. */
  const stateOf = (incident: Incident): string => pick(incident.state_zh, incident.state_en);
  const done = (code: string): string => (isDone(code) ? t(`done.${code}`) : t("done.other"));
  /** How it ended: the cause, whether the person was reached, and what was done. */
  const ending = (incident: Incident): string => {
    const parts = incident.cause ? [cause(incident.cause)] : [];
    if (incident.contact === "REACHED" || incident.contacted) parts.push(t("incident.contacted"));
    else if (incident.contact === "NOT_REACHED") parts.push(t("incident.notContacted"));
    return [...parts, ...incident.done.map(done)].join(locale.value === "en" ? "; " : "；");
  };
  const oneChannel = (name: string): string => {
    if (CHANNELS.includes(name)) return t(`channel.${name}`);
    return (TARGETS as readonly string[]).includes(name) ? t(`places.ladder.target.${name}`) : t("channel.other");
  };
  /** Channels of a ringing step, as the box names them, parted by blanks; or whom a step of the ladder is for. */
  const channel = (text: string): string => text.split(" ").map(oneChannel).join(locale.value === "en" ? ", " : "、");
  const named = (prefix: "state" | "mark", code: string): string => (i18n.te(`${prefix}.${code}`) ? t(`${prefix}.${code}`) : code);
  const priority = (code: string): string => (i18n.te(`priority.${code}`) ? `${code} ${t(`priority.${code}`)}` : code);

  /** Who did it: the role, and for people the number they gave. Boxes and rules need no name. */
  const actor = (who: Step["actor"]): string => {
    const role = known(ROLES, "role", who.role);
    return PEOPLE.includes(who.role) && who.id ? `${role} ${who.id}` : role;
  };

  /** Whom it is about, or the site itself when the box raised it. */
  const resident = (incident: Incident): string => {
    if (incident.resident_label) return incident.resident_label;
    return isAboutSite(incident) ? t("incident.site") : t("incident.unknownResident");
  };

  /** "3栋2单元 · 12 s 前": the age grows on, since nobody has seen the person there since. */
  const place = (incident: Incident, nowMs: number): string => {
    const { place: where } = incident;
    if (!where || (!where.zone_zh && !where.zone_en && !where.zone)) return t("incident.unknownPlace");
    const zone = pick(where.zone_zh, where.zone_en) || where.zone;
    const found = incident.clocks.found === null ? NaN : Date.parse(incident.clocks.found);
    const since = Number.isFinite(found) ? Math.max(0, nowMs - found) : 0;
    return t("incident.placeAge", { zone, age: ago(Math.round((where.age_s * 1000 + since) / 1000) * 1000) });
  };

  /** A community by the name that its box gives it, else by its id. */
  const communityName = (id: string): string => {
    for (const box of model.state.value.boxes.values()) if (box.community === id) return pick(box.name_zh, box.name_en) || id;
    return id;
  };
  const comma = (): string => (locale.value === "en" ? ", " : "、");
  /** Which communities somebody may see; a long list as its first and how many. */
  const scope = (communities: Scope, most = 1): string => {
    if (communities === "every") return t("account.every");
    if (!communities.length) return t("account.noCommunity");
    const names = communities.map(communityName);
    return names.length <= most ? names.join(comma()) : t("account.andMore", { name: names[0] ?? "", n: names.length });
  };

  const accountState = (account: Account): string => {
    const state = stateOfAccount(account, model.nowMs.value);
    const at = state === "locked" ? account.locked_until : state === "invited" ? account.link_ends : account.disabled_since;
    return t(`account.states.${state}`, { time: at === null ? "" : moment(at, model.nowMs.value) });
  };

  const lane = (name: string): string => {
    const key = laneKey(name);
    return key === null ? name : t(`box.lane.${key}`);
  };

  const note = (text: string): string => {
    const known = readNote(text);
    if (known === null) return text;
    const named: Record<string, string> = { ...known.named };
    if (named.lane !== undefined) named.lane = lane(named.lane);
    if (named.why !== undefined) named.why = t(`box.note.why.${named.why}`);
    if (named.at !== undefined && Number.isFinite(noteTimeMs(named.at))) {
      named.at = inSite({ dateStyle: "short", timeStyle: "short", hourCycle: "h23" }).format(noteTimeMs(named.at));
    }
    return t(`box.note.${known.key}`, named);
  };

  /** A trouble of a box in words, what is wrong and what to do; one of a later version stays a code. */
  const trouble = (text: string): string => {
    const { code, name } = readTrouble(text);
    const known = TROUBLES[code];
    if (known === undefined) return "";
    const meaning = pick(`${known.zh}。${known.next_zh}`, `${known.en}. ${known.next_en}`);
    return name ? `${name} · ${meaning}` : meaning;
  };

  return {
    t,
    trouble,
    locale,
    inSite,
    timeOf,
    moment,
    spanOf,
    ago,
    pick,
    whys,
    reasons,
    cause,
    stateOf,
    done,
    ending,
    channel,
    named,
    priority,
    actor,
    resident,
    place,
    accountState,
    communityName,
    scope,
    lane,
    note,
    stopwatch,
    community: (incident: Incident): string =>
      pick(incident.community_zh, incident.community_en) || incident.community,
    device: (incident: Incident): string => pick(incident.device_zh, incident.device_en) || (incident.device ? t("incident.unknownDevice") : ""),
    kind: (code: string): string => known(KINDS, "box.kind", code),
    method: (code: string): string => known(METHODS, "checkIn.methods", code),
  };
}
