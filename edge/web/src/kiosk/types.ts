// What the box sends: the values of anju_edge/kiosk/backend.py as JSON.

export type Language = "zh" | "en";

export interface Text {
  zh: string;
  en: string;
}

export interface Activity {
  id: string;
  title_zh: string;
  title_en: string;
  room_zh: string;
  room_en: string;
  starts: string;
  ends: string;
  open_now: boolean;
}

export interface IncidentBanner {
  incident: string;
  kind: string;
  acked: boolean;
  help_coming: boolean;
  zone: Text | null;
  flat: string;
  from_here: boolean;
  age_s: number;
  by: string;
  drill: boolean;
}

export interface Notice {
  id: string;
  text_zh: string;
  text_en: string;
}

export interface BoxState {
  site: Text;
  local_time: string;
  time_known: boolean;
  offline: boolean;
  unsent: number;
  activities: Activity[];
  banner: IncidentBanner | null;
  notices: Notice[];
}

export interface KioskSetup {
  role: "lobby" | "responder";
  diagonal_in: number;
  scale_pct: number;
  language: Language;
  idle_s: number;
  idle_warning_s: number;
  sound: boolean;
  actor: string;
}

export interface Info {
  build: string;
  kiosk: KioskSetup;
  state: BoxState;
}

export type Problem = "unknown_card" | "old_code" | "no_activity" | "wrong_day" | "full" | "not_recorded";

export interface CheckIn {
  outcome: "recorded" | "duplicate" | "choose" | Problem;
  name: string;
  activity: Activity | null;
  at: string;
  choices: Activity[];
  tap: string;
  ref: string;
  undo_s: number;
}

export interface CardTap {
  tap_id: string;
  result: CheckIn;
}

export interface HelpAnswer {
  outcome: "raised" | "too_short";
  incident: string;
  recorded: boolean;
}

export interface AckAnswer {
  outcome: "acknowledged" | "already" | "closed" | "unknown" | "not_recorded";
  first_by: string;
  seconds_earlier: number;
}

export type UndoOutcome = "undone" | "too_late" | "unknown" | "not_recorded";
