// What the log of look-ups says, as codes that the locales have words for.

export const LOOK_KINDS = ["record", "search", "list", "incident", "export", "log", "break-glass", "catch-up"] as const;

/** Fields as an entry names them, with words below `look.field`. */
export const FIELD_NAMES = [
  "name",
  "flat",
  "sex",
  "age",
  "birth",
  "phones",
  "contacts",
  "danger",
  "grade",
  "notes",
  "id-number",
  "household",
  "bands",
  "group",
  "consents",
  "history",
  "archive-no",
  "look-ups",
  "requests",
] as const;
