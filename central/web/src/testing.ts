// Made-up values for the unit tests beside the modules.
import type { Account, Box, Clocks, DeviceLine, Incident, Owner, RegisteredBox, SessionView, Step } from "./hub/contract";

export const T0 = Date.parse("2026-11-24T01:00:00.000Z");

export function at(secondsAfter: number): string {
  return new Date(T0 + secondsAfter * 1000).toISOString();
}

export function owner(id: string): Owner {
  return { role: "OPERATOR", id, place: "console", at: at(20), at_about: false };
}

export function step(state: Step["state"], id = "op-1"): Step {
  return {
    state,
    round: 0,
    actor: { role: "OPERATOR", id, place: "console" },
    at: at(20),
    at_about: false,
    cause: "",
    note_code: "",
    channel: "",
  };
}

/** Found, alarmed, neither answered nor disposed, all of it known exactly, but for what is given. */
export function clocks(fields: Partial<Clocks> = {}): Clocks {
  return {
    found: at(0),
    found_about: false,
    found_error_ms: 0,
    alarmed: at(1),
    alarmed_about: false,
    answered: null,
    answered_about: false,
    disposed: null,
    disposed_about: false,
    ...fields,
  };
}

export function incident(fields: Partial<Incident> = {}): Incident {
  return {
    id: "aa-1",
    community: "ningdu",
    community_zh: "柠都社区",
    community_en: "Ningdu community",
    box: "ningdu-1",
    priority: "P1",
    reasons: ["SOS"],
    device: "ble:ac233fc001aa",
    device_zh: "手环 1",
    device_en: "Band 1",
    resident: "r-0001",
    resident_label: "3-2-501",
    place: { zone: "b3-u2", zone_zh: "3栋2单元", zone_en: "Building 3, unit 2", age_s: 12 },
    state: "NEW",
    state_zh: "还没有人应答",
    state_en: "Not answered yet",
    next_zh: "请先应答，再派人",
    next_en: "Acknowledge it, then send someone",
    round: 0,
    owners: [],
    repeats: 0,
    presses: 1,
    mark: "REAL",
    unknown_device: false,
    strangers: [],
    strangers_all: true,
    counter_went_back: false,
    battery_pct: 80,
    closed_on_site: false,
    needs_close: false,
    cause: "",
    contacted: false,
    contact: "CONTACT_UNSPECIFIED",
    done: [],
    clocks: clocks(),
    steps: [],
    allowed: [],
    linked_to: null,
    rule: "sos",
    bearers: null,
    bearer_labels: [],
    ...fields,
  };
}

export function device(key: string, fields: Partial<DeviceLine> = {}): DeviceLine {
  return {
    device: key,
    label_zh: "",
    label_en: "",
    kind: "band",
    zone: "",
    adopted: true,
    heard: true,
    heard_ago_s: 1,
    frames: 1,
    errors: 0,
    battery_pct: null,
    trouble: "",
    place: null,
    place_withheld: false,
    ...fields,
  };
}

export function box(name: string, fields: Partial<Box> = {}): Box {
  return {
    box: name,
    community: name,
    name_zh: name,
    name_en: name,
    contact: "online",
    last_contact_at: at(0),
    silent_since: null,
    bearers: 3,
    backlog: { alarm: 0, activity: 0, telemetry: 0 },
    clock: { quality: "SYNCED", error_ms: 10, skew_ms: 5 },
    recording: true,
    fault: null,
    troubles: [],
    causes: {},
    roster_revision: 1,
    card: null,
    software: "0.1.0",
    version: null,
    rtt_ms: 20,
    streams: [],
    devices: [],
    notes: [],
    ...fields,
  };
}

export function registered(name: string, fields: Partial<RegisteredBox> = {}): RegisteredBox {
  return {
    box: name,
    community: "ningdu",
    name_zh: "柠都社区",
    name_en: "Ningdu community",
    state: "unused",
    streaming: false,
    replaces: null,
    replaced_by: null,
    made_at: at(0),
    claimed_at: null,
    streamed_at: null,
    tested_at: null,
    out_at: null,
    code_ends_at: null,
    code_locked: false,
    certificate_ends_at: null,
    ...fields,
  };
}

/** An operator of every community, whose session has just begun by this computer's clock. */
export function session(fields: Partial<SessionView> = {}): SessionView {
  return {
    account: "op-1",
    full_name: "",
    role: "operator",
    communities: "every",
    rights: ["see-incidents", "handle-incidents", "see-check-ins", "see-boxes"],
    ends: new Date(Date.now() + 12 * 3_600_000).toISOString(),
    idle_ends: new Date(Date.now() + 1_800_000).toISOString(),
    second_factor: "not_needed",
    registry_away: false,
    purposes: [],
    ...fields,
  };
}

export function account(name: string, fields: Partial<Account> = {}): Account {
  return {
    account: name,
    full_name: name,
    role: "operator",
    communities: "every",
    has_password: true,
    has_second_factor: false,
    locked_until: null,
    disabled_since: null,
    made: at(0),
    made_by: "head-1",
    link_ends: null,
    sessions: 0,
    seen: null,
    may_change: true,
    ...fields,
  };
}
