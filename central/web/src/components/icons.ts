// Line icons drawn for this page, 24 x 24, as the `d` of one path each. A reason is always icon and word.
import type { Reason } from "../hub/contract";
import { isReason } from "../state/incidents";

const ICONS = {
  bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4M3 6l2-2M21 6l-2-2",
  fall: "M4 20h16M7 16l4-4 3 3 5 1M11 12l-1-5-4 2M9 4a1.5 1.5 0 1 0 0.1 0z",
  band: "M8 3h8M8 21h8M7 7h10v10H7zM3 3l18 18",
  battery: "M3 8h15v8H3zM21 11v2M6 11v2",
  fence: "M4 20V8l2-2 2 2v12M10 20V8l2-2 2 2v12M16 20V8l2-2 2 2v12M2 12h20",
  wrench: "M14 7a4 4 0 0 1 6-2l-3 3 1 2 2 1 2-3a4 4 0 0 1-6 4L8 20l-3-3 8-8z",
  flame: "M12 3c1 4 6 6 6 11a6 6 0 0 1-12 0c0-2 1-4 3-5 0 2 1 3 2 3 2-2 0-6 1-9z",
  drop: "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z",
  hand: "M8 12V6a1.5 1.5 0 0 1 3 0v5M11 11V4a1.5 1.5 0 0 1 3 0v7M14 11V6a1.5 1.5 0 0 1 3 0v8c0 4-2 7-6 7-3 0-5-2-7-6l-1-2c0-1 2-2 3-1l2 2",
  kiosk: "M5 3h14v11H5zM12 14v6M8 20h8M9 8h6",
  disk: "M5 3h11l3 3v15H5zM8 3v6h7V3M8 21v-7h8v7",
  silent: "M4 4l16 16M8 8a6 6 0 0 0 0 8M5 5a10 10 0 0 0 0 14M16 9a6 6 0 0 1 0 6M19 6a10 10 0 0 1 1 10M12 12h.01",
  people: "M9 4a3 3 0 1 0 .1 0zM3 20c0-4 2-7 6-7s6 3 6 7M16 5a3 3 0 0 1 0 6M17 13c3 1 4 4 4 7",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  info: "M12 3a9 9 0 1 0 .1 0zM12 8h.01M12 11v6",
  check: "M4 12l5 6L20 6",
  cross: "M5 5l14 14M19 5L5 19",
  clock: "M12 3a9 9 0 1 0 .1 0zM12 7v5l4 2",
  question: "M12 3a9 9 0 1 0 .1 0zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1 .9-1 1.7M12 17h.01",
  sound: "M4 9h4l5-4v14l-5-4H4zM16 9a4 4 0 0 1 0 6M19 6a8 8 0 0 1 0 12",
  muted: "M4 9h4l5-4v14l-5-4H4zM17 10l4 4M21 10l-4 4",
  person: "M12 4a4 4 0 1 0 .1 0zM4 21c0-5 3-8 8-8s8 3 8 8",
  flask: "M9 3h6M10 3v6L5 19a1.4 1.4 0 0 0 1 2h12a1.4 1.4 0 0 0 1-2L14 9V3M7 15h10",
  sheet: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7M12 9v10",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
} as const;

export type IconName = keyof typeof ICONS;

export function iconPath(name: IconName): string {
  return ICONS[name];
}

const REASON_ICONS: Readonly<Record<Reason, IconName>> = {
  SOS: "bell",
  FALL: "fall",
  REMOVED: "band",
  LOW_BATTERY: "battery",
  GEOFENCE_OUT: "fence",
  GEOFENCE_IN: "fence",
  TAMPER: "wrench",
  SMOKE: "flame",
  WATER: "drop",
  PANIC: "bell",
  GENERAL: "info",
  CALL_BUTTON: "hand",
  HELP_BELL: "kiosk",
  BOX_CANNOT_RECORD: "disk",
  BOX_SILENT: "silent",
  DEVICE_SILENT: "silent",
  STAFF_ASKED: "people",
  POWER_CUT: "plug",
  JOURNAL_SALVAGED: "disk",
  BOX_ROLLED_BACK: "disk",
  NOT_HEARD: "silent",
  NOT_MOVING: "band",
  FORBIDDEN_ZONE: "fence",
  OVERDUE: "people",
  QUIET_HOURS: "info",
};

export function reasonIcon(code: string): IconName {
  return isReason(code) ? REASON_ICONS[code] : "info";
}
