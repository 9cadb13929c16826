// Made by `./dev contracts` from the models of the server. Never edited.

export interface paths {
    readonly "/kiosk/{kiosk}/api/state": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PageState"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Changes as they come. */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "text/event-stream": components["schemas"]["StreamMessage"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/pair": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["PairRequest"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PairAnswer"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/launch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["LaunchRequest"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["LaunchAnswer"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/check-in": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["CheckInRequest"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["CheckInResult"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": (components["schemas"]["CheckInResult"] & components["schemas"]["Refusal"]) | components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/undo": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["UndoRequest"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["UndoResult"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": (components["schemas"]["UndoResult"] & components["schemas"]["Refusal"]) | components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/help": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["HelpRequest"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HelpResult"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/staff": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["StaffRequest"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["StaffAnswer"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/respond": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["RespondRequest"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["RespondResult"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": (components["schemas"]["RespondResult"] & components["schemas"]["Refusal"]) | components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/kiosk/{kiosk}/api/beat": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly kiosk: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["PageBeat"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["BeatAnswer"];
                    };
                };
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["Refusal"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One session of today. `starts` and `ends` are "HH:MM"; `open_now` = a tap now counts for it. */
        readonly ActivityLine: {
            readonly id: string;
            readonly title_zh: string;
            readonly title_en: string;
            readonly room_zh: string;
            readonly room_en: string;
            readonly starts: string;
            readonly ends: string;
            readonly open_now: boolean;
        };
        /**
         * @description An incident as a screen shows it.
         *
         *     `kind` is a reason in lower case ("sos", "fall", "help_bell", ...). `zone` is where she was last heard, `zone_age_s`
         *     ago, `flat` where she lives; the server strips both for a lobby screen, so a backend may fill them in always.
         *     `from_here`: raised by this kiosk's own help button. `acked`: somebody has seen it, which does not mean that
         *     anybody comes. `help_coming`: somebody is on the way. `priority` and `state` are the numbers of the protocol.
         *     `told`: who has it, by receipt. `by`: who goes, or who has seen it, in words and without a name. `mine`: this
         *     screen's own actor goes. `headline` and `next` are the words for whoever reads this screen, filled in by the server.
         */
        readonly Banner: {
            readonly incident: string;
            readonly kind: string;
            readonly acked: boolean;
            readonly help_coming: boolean;
            readonly priority: number;
            readonly state: number;
            readonly told: readonly ("operator" | "neighbour")[];
            readonly zone: components["schemas"]["Text"] | null;
            readonly zone_age_s: number;
            readonly flat: string;
            readonly from_here: boolean;
            readonly age_s: number;
            /**
             * @default {
             *       "zh": "有人",
             *       "en": "Someone"
             *     }
             */
            readonly by: components["schemas"]["Text"];
            readonly mine: boolean;
            readonly drill: boolean;
            /**
             * @default {
             *       "zh": "",
             *       "en": ""
             *     }
             */
            readonly headline: components["schemas"]["Text"];
            /**
             * @default {
             *       "zh": "",
             *       "en": ""
             *     }
             */
            readonly next: components["schemas"]["Text"];
        };
        /** @description The build that the box would serve now. */
        readonly BeatAnswer: {
            readonly build: string;
        };
        /** @description Nothing else was to say for a while; the box is there. */
        readonly BeatMessage: {
            readonly data: components["schemas"]["Nothing"];
            /** @constant */
            readonly event: "beat";
        };
        /**
         * @description A hardware reader bound to this kiosk was used; `result` is what the box made of it.
         *
         *     `tap_id` is new for each tap, so that a page shows it once.
         */
        readonly CardTap: {
            readonly tap_id: string;
            readonly result: components["schemas"]["CheckInResult"];
        };
        readonly CardTapMessage: {
            readonly data: components["schemas"]["CardTap"];
            /** @constant */
            readonly event: "card_tap";
        };
        /** @description One tap. `nonce`: 16 bytes, in hex; one for all attempts. `token`: what was presented, or an earlier `tap`. */
        readonly CheckInRequest: {
            /** Format: binary */
            readonly nonce: string;
            readonly token?: string;
            readonly activity?: string;
        };
        /**
         * @description What became of one tap.
         *
         *     - `recorded`: on disk. `name` is masked; `ref` undoes it for `undo_s` seconds.
         *     - `duplicate`: was recorded earlier at `at` ("HH:MM", empty if the box does not know the time); no second points.
         *     - `choose`: several sessions fit (or the time is unknown): `choices` has at most MAX_CHOICES. `tap` stands for the
         *       card: the page passes it back as `token` with the chosen activity. Opaque, short-lived, this kiosk only; a card
         *       number never reaches the page.
         *     - the rest: nothing was recorded. `not_recorded` is the box's fault (disk), the others are no one's.
         */
        readonly CheckInResult: {
            /** @enum {string} */
            readonly outcome: "recorded" | "duplicate" | "choose" | "unknown_card" | "old_code" | "no_activity" | "wrong_day" | "full" | "not_recorded";
            readonly name: string;
            readonly activity: components["schemas"]["ActivityLine"] | null;
            readonly at: string;
            readonly choices: readonly components["schemas"]["ActivityLine"][];
            readonly tap: string;
            readonly ref: string;
            readonly undo_s: number;
        };
        readonly HelpRequest: {
            readonly held_ms: number;
        };
        /**
         * @description `raised`: alerts are going out. `too_short`: held less than HELP_HOLD_MS, nothing happened.
         *
         *     `recorded` is False when the disk failed: the alarm acts all the same, but it is not confirmed as kept.
         *     `incident` names the incident; the page recognises it in the banner (and by `from_here` after a reload).
         */
        readonly HelpResult: {
            /** @enum {string} */
            readonly outcome: "raised" | "too_short";
            readonly incident: string;
            readonly recorded: boolean;
        };
        /**
         * @description How one kiosk is set up; it rarely changes.
         *
         *     `diagonal_in` is the screen's diagonal in inches: the page sizes its targets in millimetres from it. 0 = unknown:
         *     the page then takes CSS millimetres. `actor` is who acknowledges on a responder's device, for example "m-01".
         */
        readonly KioskProfile: {
            /** @enum {string} */
            readonly role: "lobby" | "responder" | "board";
            readonly diagonal_in: number;
            readonly scale_pct: number;
            /** @enum {string} */
            readonly language: "zh" | "en";
            readonly idle_s: number;
            readonly idle_warning_s: number;
            readonly sound: boolean;
            readonly actor: string;
        };
        /**
         * @description Everything a kiosk's home shows. `local_time` means nothing unless `time_known`.
         *
         *     `offline`: the hub cannot be reached. `unsent`: events that the hub does not have yet. `banner`: a call for help
         *     from this kiosk first, then the gravest and newest. `incidents`: all of them for a responder's screen, P1 first and
         *     newest first, at most MAX_INCIDENTS; `incidents_open` counts them all. `more_at_hub`: how many more the hub has open
         *     that it did not send to this box, on a responder's screen.
         */
        readonly KioskState: {
            readonly site: components["schemas"]["Text"];
            readonly local_time: string;
            readonly time_known: boolean;
            readonly offline: boolean;
            readonly unsent: number;
            readonly activities: readonly components["schemas"]["ActivityLine"][];
            readonly banner: components["schemas"]["Banner"] | null;
            readonly incidents: readonly components["schemas"]["Banner"][];
            readonly incidents_open: number;
            readonly more_at_hub: number;
            readonly notices: readonly components["schemas"]["NoticeLine"][];
        };
        /** @description Where the box's own screen finds its page, once and within a minute. */
        readonly LaunchAnswer: {
            readonly path: string;
        };
        /** @description `key`: of the file on the box. */
        readonly LaunchRequest: {
            readonly key: string;
        };
        /** @description No data. */
        readonly Nothing: Record<string, never>;
        readonly NoticeLine: {
            readonly id: string;
            readonly text_zh: string;
            readonly text_en: string;
        };
        /** @description A page's own sign of life, about every 5 s. `errors` counts script errors since it was loaded. */
        readonly PageBeat: {
            readonly build: string;
            readonly uptime_s: number;
            readonly errors: number;
            readonly screen: string;
            readonly incidents?: readonly string[];
        };
        /**
         * @description What a page is for; it follows from the role of the screen in the configuration.
         * @enum {string}
         */
        readonly PageKind: "kiosk" | "neighbour" | "board";
        /** @description All that a page shows. `build` changes whenever the page does. */
        readonly PageState: {
            readonly build: string;
            readonly kiosk: components["schemas"]["KioskProfile"];
            readonly state: components["schemas"]["KioskState"];
        };
        /**
         * @description What a page is to show before it knows anything else.
         *
         *     `paired`: everything. `waiting`: `code`, which changes in `left_s` seconds. `own_screen`: that a command on the box
         *     opens it. `why` it is not paired; `old_address`: where it was, when it `moved`.
         */
        readonly PairAnswer: {
            /** @enum {string} */
            readonly state: "paired" | "waiting" | "own_screen";
            readonly box: string;
            readonly page: string;
            readonly kind: components["schemas"]["PageKind"];
            readonly why: components["schemas"]["Unknown"] | null;
            readonly code: string;
            readonly left_s: number;
            readonly address: string;
            readonly old_address: string;
        };
        /** @description A page asks what it is to show; all that tells is in its cookies. */
        readonly PairRequest: Record<string, never>;
        /** @description Why a request was not served, whose fault it is, and what to do next. `detail` is for developers. */
        readonly Refusal: {
            /** @enum {string} */
            readonly error: "bad_request" | "too_slow" | "too_many" | "wrong_host" | "foreign_page" | "not_paired" | "wrong_key" | "not_a_responder" | "not_a_kiosk" | "loopback_only" | "not_allowed" | "unknown_kiosk" | "not_found" | "not_recorded";
            /** @enum {string} */
            readonly fault: "page" | "box" | "setup";
            readonly next: components["schemas"]["Text"];
            readonly detail: string;
        };
        /** @description `actor`: who goes; empty for the actor that the kiosk is set up for. */
        readonly RespondRequest: {
            readonly incident: string;
            readonly actor?: string;
        };
        /**
         * @description `going`: this actor goes. `assisting`: somebody was on the way before, and this actor goes as well.
         *
         *     `closed`: nothing is left to do.
         */
        readonly RespondResult: {
            /** @enum {string} */
            readonly outcome: "going" | "assisting" | "closed" | "unknown" | "not_recorded";
        };
        /** @description The bell was rung and is on record; the words say who has it. */
        readonly StaffAnswer: {
            readonly headline: components["schemas"]["Text"];
            readonly next: components["schemas"]["Text"];
            /** @constant */
            readonly outcome: "asked";
        };
        readonly StaffRequest: {
            /** @enum {string} */
            readonly about: "unknown_card" | "old_code" | "no_activity" | "wrong_day" | "full" | "not_recorded" | "other";
        };
        /** @description The state, whole: first and on change. */
        readonly StateMessage: {
            readonly data: components["schemas"]["PageState"];
            /** @constant */
            readonly event: "state";
        };
        readonly StreamMessage: components["schemas"]["StateMessage"] | components["schemas"]["CardTapMessage"] | components["schemas"]["BeatMessage"] | components["schemas"]["UnpairedMessage"];
        readonly Text: {
            readonly zh: string;
            readonly en: string;
        };
        readonly UndoRequest: {
            readonly ref: string;
        };
        /** @description `undone` is on disk (also when it had been undone before); `too_late` and `unknown` changed nothing. */
        readonly UndoResult: {
            /** @enum {string} */
            readonly outcome: "undone" | "too_late" | "unknown" | "not_recorded";
        };
        /**
         * @description Why a page is not served.
         * @enum {string}
         */
        readonly Unknown: "new" | "moved" | "revoked" | "other_kind";
        /** @description This page was revoked, or paired anew elsewhere: it shows nothing any more. The last message of a stream. */
        readonly UnpairedMessage: {
            readonly data: components["schemas"]["Nothing"];
            /** @constant */
            readonly event: "unpaired";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ActivityLine = components['schemas']['ActivityLine'];
export type Banner = components['schemas']['Banner'];
export type BeatAnswer = components['schemas']['BeatAnswer'];
export type BeatMessage = components['schemas']['BeatMessage'];
export type CardTap = components['schemas']['CardTap'];
export type CardTapMessage = components['schemas']['CardTapMessage'];
export type CheckInRequest = components['schemas']['CheckInRequest'];
export type CheckInResult = components['schemas']['CheckInResult'];
export type HelpRequest = components['schemas']['HelpRequest'];
export type HelpResult = components['schemas']['HelpResult'];
export type KioskProfile = components['schemas']['KioskProfile'];
export type KioskState = components['schemas']['KioskState'];
export type LaunchAnswer = components['schemas']['LaunchAnswer'];
export type LaunchRequest = components['schemas']['LaunchRequest'];
export type Nothing = components['schemas']['Nothing'];
export type NoticeLine = components['schemas']['NoticeLine'];
export type PageBeat = components['schemas']['PageBeat'];
export type PageKind = components['schemas']['PageKind'];
export type PageState = components['schemas']['PageState'];
export type PairAnswer = components['schemas']['PairAnswer'];
export type PairRequest = components['schemas']['PairRequest'];
export type Refusal = components['schemas']['Refusal'];
export type RespondRequest = components['schemas']['RespondRequest'];
export type RespondResult = components['schemas']['RespondResult'];
export type StaffAnswer = components['schemas']['StaffAnswer'];
export type StaffRequest = components['schemas']['StaffRequest'];
export type StateMessage = components['schemas']['StateMessage'];
export type StreamMessage = components['schemas']['StreamMessage'];
export type Text = components['schemas']['Text'];
export type UndoRequest = components['schemas']['UndoRequest'];
export type UndoResult = components['schemas']['UndoResult'];
export type Unknown = components['schemas']['Unknown'];
export type UnpairedMessage = components['schemas']['UnpairedMessage'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
