// The hub's HTTP API as this page uses it. Times are ISO-8601 UTC with milliseconds; `*_about` says that a time is
// only bounded by its neighbours and must be shown as "about".

export type Priority = "P1" | "P2" | "P3" | "P4";
export type Mark = "REAL" | "TEST" | "DRILL";
export type IncidentState = "NEW" | "RINGING" | "ACKED" | "RESPONDING" | "ON_SITE" | "RESOLVED" | "REVIEWED";
export type ClockName = "found" | "alarmed" | "answered" | "disposed";

export interface Place {
  readonly zone: string;
  readonly zone_zh: string;
  readonly zone_en: string;
  /** Age of the sighting when the alarm was found, not now. */
  readonly age_s: number;
}

export interface Owner {
  readonly role: string;
  readonly id: string;
  readonly place: string;
  readonly at: string | null;
}

export interface Step {
  readonly state: IncidentState;
  readonly round: number;
  readonly actor: { readonly role: string; readonly id: string; readonly place: string };
  readonly at: string | null;
  readonly at_about?: boolean;
  readonly cause: string;
  readonly note_code: string;
  readonly channel: string;
}

export type Clocks = Readonly<Record<ClockName, string | null>> &
  Readonly<Partial<Record<`${ClockName}_about`, boolean>>> & { readonly found_error_ms?: number | null };

export interface Incident {
  readonly id: string;
  readonly community: string;
  readonly community_zh: string;
  readonly community_en: string;
  readonly box: string;
  readonly priority: Priority;
  readonly reasons: readonly string[];
  readonly device: string;
  readonly device_zh: string;
  readonly device_en: string;
  readonly resident: string;
  readonly resident_label: string;
  readonly place: Place | null;
  readonly state: IncidentState;
  readonly round: number;
  readonly owners: readonly Owner[];
  readonly repeats: number;
  readonly mark: Mark;
  readonly unknown_device: boolean;
  readonly battery_pct: number | null;
  readonly closed_on_site: boolean;
  readonly cause: string;
  readonly contacted: boolean;
  readonly clocks: Clocks;
  readonly steps: readonly Step[];
  /** Verbs an operator may use now: acknowledge, respond, on_site, resolve, review. */
  readonly allowed: readonly string[];
  /** The resolved incident that this one follows. */
  readonly linked_to?: string | null;
  /** Id of the rule that raised it; empty for an unknown one. */
  readonly rule?: string;
  /** Bearers nobody watches while a community is silent. */
  readonly bearers?: number | null;
  readonly bearer_labels?: readonly string[];
}

export interface StreamLine {
  readonly stream: string;
  readonly lane: string;
  readonly sealed: boolean;
  readonly cursor: number;
  readonly skipped: number;
  readonly lost: number;
}

export interface DeviceLine {
  readonly device: string;
  readonly label_zh: string;
  readonly label_en: string;
  readonly kind: string;
  readonly zone: string;
  readonly adopted: boolean;
  /** null: nobody can say, since the box is silent. */
  readonly heard: boolean | null;
  readonly heard_ago_s: number | null;
  readonly frames: number;
  readonly errors: number;
  readonly battery_pct: number | null;
  readonly trouble: string;
}

export interface Box {
  readonly box: string;
  readonly community: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly contact: "online" | "silent" | "never";
  readonly last_contact_at: string | null;
  readonly silent_since: string | null;
  readonly bearers: number;
  readonly backlog: Readonly<Record<"alarm" | "activity" | "telemetry", number>>;
  readonly clock: {
    readonly quality: "UNSET" | "HELD" | "SYNCED" | "UNKNOWN";
    readonly error_ms: number | null;
    /** Box's wall clock minus the hub's: positive when the box is ahead. */
    readonly skew_ms: number | null;
  };
  readonly recording: boolean;
  readonly fault: string | null;
  readonly troubles: readonly string[];
  readonly roster_revision: number | null;
  readonly software: string;
  readonly rtt_ms: number | null;
  readonly streams: readonly StreamLine[];
  readonly devices: readonly DeviceLine[];
  readonly notes: readonly string[];
}

export interface CheckInRow {
  readonly day?: string;
  readonly mark?: Mark;
  readonly at: string;
  readonly at_about?: boolean;
  readonly resident_label: string;
  readonly activity_zh: string;
  readonly activity_en: string;
  readonly kiosk: string;
  readonly annulled: boolean;
  readonly method: string;
}

export interface CheckInGroup {
  readonly community: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly count: number;
  readonly rows: readonly CheckInRow[];
}

export interface CheckInDay {
  readonly day: string;
  readonly communities: readonly CheckInGroup[];
}

export interface Hello {
  readonly version: string | number;
  readonly now: string;
  /** IANA name; the district's times are shown in it, wherever the operator sits. */
  readonly time_zone?: string;
}

export interface FirstAnswer {
  readonly actor: { readonly role: string; readonly id: string; readonly place: string };
  readonly at: string | null;
  readonly seconds_earlier: number;
}
