// Made by `./dev contracts` from the models of the server. Never edited.

export interface paths {
    readonly "/api/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Session
         * @description Who is logged in.
         */
        readonly get: operations["session_api_session_get"];
        readonly put?: never;
        /**
         * Log In
         * @description Logs in: gives the browser a cookie. A session that it has already ends.
         */
        readonly post: operations["log_in_api_session_post"];
        /**
         * Log Out
         * @description Logs out.
         */
        readonly delete: operations["log_out_api_session_delete"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/link/look": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Look At Link
         * @description Whose one-time link it is, while it counts.
         */
        readonly post: operations["look_at_link_api_link_look_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/link": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Use Link
         * @description Sets the password of a link's account. The link counts no more; then log in.
         */
        readonly post: operations["use_link_api_link_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/account/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Change Password
         * @description Changes the own password. Other sessions of the account end.
         */
        readonly post: operations["change_password_api_account_password_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/account/totp": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Begin Totp
         * @description Begins a second factor: what the phone scans. It counts as soon as it is confirmed.
         */
        readonly post: operations["begin_totp_api_account_totp_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/account/totp/confirm": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Confirm Totp
         * @description Turns the second factor on by a code of it. The recovery codes are shown this once.
         */
        readonly post: operations["confirm_totp_api_account_totp_confirm_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * All Accounts
         * @description The accounts that the caller may see.
         */
        readonly get: operations["all_accounts_api_accounts_get"];
        readonly put?: never;
        /**
         * Add Account
         * @description Adds an account, and a one-time link with which its owner sets a password.
         */
        readonly post: operations["add_account_api_accounts_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts/{account}/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Audit
         * @description What was done to an account and by whom, the newest first; `before` is the last `more`.
         */
        readonly get: operations["audit_api_accounts__account__audit_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts/{account}/link": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Reset
         * @description Resets an account of another: its sessions and its password end, a one-time link sets a new one.
         */
        readonly post: operations["reset_api_accounts__account__link_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts/{account}/role": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Change Role
         * @description Changes what an account of another may do and where; its sessions end.
         */
        readonly post: operations["change_role_api_accounts__account__role_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts/{account}/disable": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Disable
         * @description Disables an account of another; its sessions end.
         */
        readonly post: operations["disable_api_accounts__account__disable_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts/{account}/enable": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Enable
         * @description Enables an account again.
         */
        readonly post: operations["enable_api_accounts__account__enable_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts/{account}/unlock": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Unlock
         * @description Forgets the wrong tries of an account.
         */
        readonly post: operations["unlock_api_accounts__account__unlock_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/accounts/{account}/end-sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * End Sessions
         * @description Ends all sessions of an account.
         */
        readonly post: operations["end_sessions_api_accounts__account__end_sessions_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/incidents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Incidents
         * @description Incidents of the caller's communities, the newest first; `mark` keeps tests and drills apart.
         */
        readonly get: operations["incidents_api_incidents_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/incidents/closed": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Closed
         * @description Incidents closed within the last 30 days, newest first; `q` = all these words, `before` = the last `more`.
         */
        readonly get: operations["closed_api_incidents_closed_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/incidents/{key}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Incident
         * @description One incident with its steps.
         */
        readonly get: operations["incident_api_incidents__key__get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/incidents/{key}/acknowledge": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Acknowledge
         * @description Takes an incident. Of several at the same moment one is first; the others get 409 and learn who it was.
         */
        readonly post: operations["acknowledge_api_incidents__key__acknowledge_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/incidents/{key}/step": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Step
         * @description Moves an incident on: somebody is on the way, or on site, or it was reviewed.
         */
        readonly post: operations["step_api_incidents__key__step_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/incidents/{key}/resolve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Resolve
         * @description Closes an incident. A P1 without cause, or without a word on the contact, is refused with 422.
         */
        readonly post: operations["resolve_api_incidents__key__resolve_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/boxes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Boxes
         * @description All boxes of the caller's communities.
         */
        readonly get: operations["boxes_api_boxes_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/check-ins": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Check Ins
         * @description Check-ins of one local day, by community.
         */
        readonly get: operations["check_ins_api_check_ins_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/stream": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Stream
         * @description Changes as they come, of what the caller may see: `incident`, `box`, `check_in`; `hello` first, `reload` when
         *     some are gone. It ends with the session.
         *
         *     `beat` comes when nothing else did for a while: a page then knows that the hub is there.
         */
        readonly get: operations["stream_api_stream_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/registry/boxes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Registered Boxes
         * @description All boxes that the caller may see, with their state now, and the communities for a new one.
         */
        readonly get: operations["registered_boxes_api_registry_boxes_get"];
        readonly put?: never;
        /**
         * Add Box
         * @description Adds a box. A box that it replaces is served until the new one streams.
         */
        readonly post: operations["add_box_api_registry_boxes_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/registry/communities": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Add Community
         * @description Adds a community.
         */
        readonly post: operations["add_community_api_registry_communities_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/registry/boxes/{box}/code": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make Code
         * @description Makes a one-time code with which the box is claimed. An earlier one that is open counts no more.
         */
        readonly post: operations["make_code_api_registry_boxes__box__code_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/registry/boxes/{box}/retire": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Retire
         * @description Takes a box out of service in good order, for good.
         */
        readonly post: operations["retire_api_registry_boxes__box__retire_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/registry/boxes/{box}/revoke": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Revoke
         * @description Makes a box's key dead, for good: it was lost or stolen. Its streams end at once.
         */
        readonly post: operations["revoke_api_registry_boxes__box__revoke_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/boxes/{box}/pages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Pages
         * @description The pages of a box: those that show a code, and those that are paired.
         */
        readonly get: operations["pages_api_boxes__box__pages_get"];
        readonly put?: never;
        /**
         * Approve
         * @description Pairs the page that shows this code. A second time it is the same page.
         */
        readonly post: operations["approve_api_boxes__box__pages_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/boxes/{box}/pages/{page}/revoke": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Revoke
         * @description Puts a page out at once. It shows a code again.
         */
        readonly post: operations["revoke_api_boxes__box__pages__page__revoke_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Healthz
         * @description 200 while the hub stores what comes, 503 when it cannot.
         */
        readonly get: operations["healthz_healthz_get"];
        readonly put?: never;
        readonly post?: never;
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
        /**
         * @description Why nothing was done: `error` stays the same for years, `message` says what to do next.
         *
         *     "wrong": the password or the code that the caller gave to prove himself; "code_needed", "too_many" as at the log-in.
         */
        readonly AccountRefusal: {
            /** @enum {string} */
            readonly error: "wrong" | "code_needed" | "locked" | "disabled" | "too_many" | "weak-password" | "link-spent" | "not-allowed" | "not-a-name" | "account-unknown" | "account-disabled" | "already-there" | "own-account" | "beyond-yours" | "community-unknown" | "nothing-offered" | "code-spent" | "unavailable" | "refused";
            readonly message: string;
        };
        /**
         * @description An account. `link_ends` is of a link that can still be used, `seen` when it was last used.
         *
         *     `may_change`: the caller may reset it, disable it and change its role; never one's own.
         */
        readonly AccountView: {
            readonly account: string;
            readonly full_name: string;
            /** @enum {string} */
            readonly role: "operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor";
            readonly communities: "every" | readonly string[];
            readonly has_password: boolean;
            readonly has_second_factor: boolean;
            readonly locked_until: string | null;
            readonly disabled_since: string | null;
            readonly made: string;
            readonly made_by: string;
            readonly link_ends: string | null;
            readonly sessions: number;
            readonly seen: string | null;
            readonly may_change: boolean;
        };
        /** @description The accounts that the caller may see. `roles` and `communities` are those that he may give. */
        readonly AccountsView: {
            readonly now: string;
            readonly may_manage: boolean;
            readonly accounts: readonly components["schemas"]["AccountView"][];
            readonly roles: readonly ("operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor")[];
            readonly may_give_every: boolean;
            readonly communities: readonly string[];
        };
        /** @description Who acts is who is logged in. `actor` is of earlier pages: it counts for nothing. */
        readonly AcknowledgeRequest: {
            readonly actor?: string | null;
            readonly expected?: components["schemas"]["Expected"] | null;
        };
        /** @description Who did a step. `id` is a pseudonym; `place` is where it was done, for example console or kiosk:1. */
        readonly ActorView: {
            readonly role: ("ROLE_UNSPECIFIED" | "DEVICE" | "BOX" | "HUB" | "OPERATOR" | "RESPONDER" | "STAFF") | `${number}`;
            readonly id: string;
            readonly place: string;
        };
        /** @description A new account. `account` is its log-in name: it stands in incidents, so let it name a post and no person. */
        readonly AddAccountRequest: {
            readonly account: string;
            readonly full_name?: string;
            /** @enum {string} */
            readonly role: "operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor";
            readonly communities: "every" | readonly string[];
        };
        /** @description A new box; `replaces` the broken one whose place it takes. */
        readonly AddBoxRequest: {
            readonly box: string;
            readonly community: string;
            readonly replaces?: string | null;
        };
        /** @description A new site. */
        readonly AddCommunityRequest: {
            readonly community: string;
            readonly name_zh?: string;
            readonly name_en?: string;
        };
        /** @description The eight digits that the page shows, and what it must be. `label`: where it stands, never a person. */
        readonly ApprovePageRequest: {
            readonly code: string;
            /** @enum {string} */
            readonly kind: "kiosk" | "neighbour";
            readonly label?: string;
        };
        /** @description What was done to an account, by whom. `detail` is of the hub's own words: rights before and after, a count. */
        readonly AuditLineView: {
            readonly entry: number;
            readonly at: string;
            readonly account: string;
            readonly role: string;
            readonly action: string;
            readonly detail: string;
        };
        /** @description The newest first. `more`: what to give as `before` for those behind, None at the end. */
        readonly AuditView: {
            readonly lines: readonly components["schemas"]["AuditLineView"][];
            readonly more: number | null;
        };
        /** @description Events that the box holds and the hub has not. */
        readonly BacklogView: {
            readonly alarm: number;
            readonly activity: number;
            readonly telemetry: number;
        };
        readonly BeatMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly event: "beat";
            readonly data: components["schemas"]["BeatView"];
        };
        /** @description Nothing else was to say for a while; the hub is there. */
        readonly BeatView: {
            readonly now: string;
        };
        /** @description Begins a second factor; `code` of the one that there is, if there is one. */
        readonly BeginTotpRequest: {
            readonly password: string;
            readonly code?: string;
        };
        readonly BoxMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly event: "box";
            readonly data: components["schemas"]["BoxView"];
        };
        /** @description One box. */
        readonly BoxView: {
            readonly box: string;
            readonly community: string;
            readonly name_zh: string;
            readonly name_en: string;
            /** @enum {string} */
            readonly contact: "online" | "silent" | "never";
            readonly last_contact_at: string | null;
            readonly silent_since: string | null;
            readonly bearers: number;
            readonly backlog: components["schemas"]["BacklogView"];
            readonly clock: components["schemas"]["ClockView"];
            readonly recording: boolean;
            readonly fault: string | null;
            readonly troubles: readonly string[];
            readonly causes: {
                readonly [key: string]: string;
            };
            readonly roster_revision: number | null;
            readonly software: string;
            readonly version: components["schemas"]["VersionView"] | null;
            readonly rtt_ms: number | null;
            readonly streams: readonly components["schemas"]["StreamView"][];
            readonly devices: readonly components["schemas"]["DeviceView"][];
            readonly notes: readonly string[];
        };
        readonly CheckInMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly event: "check_in";
            readonly data: components["schemas"]["CheckInView"];
        };
        /** @description One check-in. */
        readonly CheckInView: {
            readonly at: string;
            readonly at_about: boolean;
            readonly day: string;
            readonly community: string;
            readonly resident_label: string;
            readonly activity: string;
            readonly activity_zh: string;
            readonly activity_en: string;
            readonly kiosk: string;
            readonly kiosk_zh: string;
            readonly kiosk_en: string;
            readonly annulled: boolean;
            readonly method: ("METHOD_UNSPECIFIED" | "CARD" | "BAND" | "QR" | "ID_CARD" | "STAFF") | `${number}`;
            readonly mark: ("REAL" | "TEST" | "DRILL") | `${number}`;
        };
        /** @description A community's check-ins of one day; `count` leaves out annulled ones, tests and drills. */
        readonly CheckInsOfCommunity: {
            readonly community: string;
            readonly name_zh: string;
            readonly name_en: string;
            readonly count: number;
            readonly rows: readonly components["schemas"]["CheckInView"][];
        };
        /** @description Check-ins of one local calendar day. With `today` each community's own calendar decides. */
        readonly CheckInsView: {
            readonly day: string;
            readonly communities: readonly components["schemas"]["CheckInsOfCommunity"][];
        };
        /** @description The box's clock as it last said; skew is its wall clock minus the hub's. */
        readonly ClockView: {
            /** @enum {string} */
            readonly quality: "UNSET" | "HELD" | "SYNCED" | "UNKNOWN";
            readonly error_ms: number | null;
            readonly skew_ms: number | null;
        };
        /** @description Found (the press), alarmed (first ring, or arrival at the hub), answered (first taken), disposed (closed). */
        readonly ClocksView: {
            readonly found: string | null;
            readonly found_about: boolean;
            readonly found_error_ms: number | null;
            readonly alarmed: string | null;
            readonly alarmed_about: boolean;
            readonly answered: string | null;
            readonly answered_about: boolean;
            readonly disposed: string | null;
            readonly disposed_about: boolean;
        };
        /** @description A page of closed incidents. `more`: ask again with it as `before`; null when there are no more. */
        readonly ClosedView: {
            readonly incidents: readonly components["schemas"]["IncidentView"][];
            readonly more: number | null;
        };
        /** @description A code, shown this once. `groups` are read aloud and typed, `qr_image` is an address of an SVG image. */
        readonly CodeView: {
            readonly box: string;
            readonly community: string;
            readonly name_zh: string;
            readonly name_en: string;
            readonly replaces: string | null;
            readonly groups: readonly string[];
            readonly qr_text: string;
            readonly qr_image: string;
            readonly ends_at: string;
        };
        /** @description A site that the caller may add boxes to. */
        readonly CommunityView: {
            readonly community: string;
            readonly name_zh: string;
            readonly name_en: string;
        };
        /** @description `code` is what the phone shows. */
        readonly ConfirmTotpRequest: {
            readonly code: string;
        };
        /** @description Somebody was first (`already_acknowledged`, with `first`), or the incident is no longer so (`changed`). */
        readonly Conflict: {
            /** @enum {string} */
            readonly error: "already_acknowledged" | "changed";
            readonly first: components["schemas"]["FirstView"] | null;
            readonly incident: components["schemas"]["IncidentView"];
        };
        /** @description A device as its box last said, or as the hub last heard of it. `heard` is null while the box is silent. */
        readonly DeviceView: {
            readonly device: string;
            readonly label_zh: string;
            readonly label_en: string;
            readonly kind: string;
            readonly zone: string;
            readonly adopted: boolean;
            readonly heard: boolean | null;
            readonly heard_ago_s: number | null;
            readonly frames: number;
            readonly errors: number;
            readonly battery_pct: number | null;
            readonly trouble: string;
            readonly place: components["schemas"]["PlaceView"] | null;
        };
        /** @description It is done. */
        readonly DoneView: {
            /** @constant */
            readonly done: true;
        };
        /** @description How the caller last saw the incident. */
        readonly Expected: {
            readonly round: number;
            readonly state: ("NEW" | "RINGING" | "ACKED" | "RESPONDING" | "ON_SITE" | "RESOLVED" | "REVIEWED") | `${number}`;
        };
        /** @description Who was first, and by how much. */
        readonly FirstView: {
            readonly actor: components["schemas"]["ActorView"];
            readonly at: string | null;
            readonly seconds_earlier: number;
        };
        /** @description Whether the hub works: it stores, and its projections follow. `notices` say what a person has to look at. */
        readonly HealthView: {
            readonly ok: boolean;
            readonly version: string;
            readonly store_fault: string | null;
            readonly notices: readonly string[];
            readonly lag: {
                readonly [key: string]: {
                    readonly [key: string]: number;
                };
            };
        };
        readonly HelloMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly event: "hello";
            readonly data: components["schemas"]["HelloView"];
        };
        /** @description What a page learns when its stream begins. `time_zone` is the district's, an IANA name. */
        readonly HelloView: {
            readonly version: string;
            readonly now: string;
            readonly time_zone: string;
        };
        readonly IncidentMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly event: "incident";
            readonly data: components["schemas"]["IncidentView"];
        };
        /**
         * @description An incident as its fold; `allowed` names what an operator may do now (see `views.VERBS`).
         *
         *     `state_*` and `next_*` say what the state means and what comes next, in the words of the one table
         *     (`anju_protos.incident_texts`). `presses` counts what somebody pressed; copies on the air are in `repeats` alone.
         *     `strangers`: keys of further devices nobody adopted whose presses count on it, the newest last; `strangers_all` is
         *     false where there may be more of them than are named.
         *     `counter_went_back`: a press had a number that was used before: a new battery, or a recording that was sent again.
         *     `contact` and `done`: whether the person was reached in the end, and what was done.
         *
         *     `needs_close`: closed on site only, the hub still wants cause and contact. `linked_to` is the resolved incident that
         *     this one follows, `rule` the id of the rule that raised it, empty for an unknown one. `bearers` counts those whom
         *     nobody watches while a box is silent; null for any other incident.
         */
        readonly IncidentView: {
            readonly id: string;
            readonly community: string;
            readonly community_zh: string;
            readonly community_en: string;
            readonly box: string;
            readonly priority: ("PRIORITY_UNSPECIFIED" | "P1" | "P2" | "P3" | "P4") | `${number}`;
            readonly reasons: readonly (("REASON_UNSPECIFIED" | "SOS" | "FALL" | "REMOVED" | "LOW_BATTERY" | "GEOFENCE_OUT" | "GEOFENCE_IN" | "TAMPER" | "SMOKE" | "WATER" | "PANIC" | "GENERAL" | "CALL_BUTTON" | "HELP_BELL" | "BOX_CANNOT_RECORD" | "BOX_SILENT" | "DEVICE_SILENT" | "STAFF_ASKED" | "POWER_CUT" | "JOURNAL_SALVAGED" | "BOX_ROLLED_BACK") | `${number}`)[];
            readonly device: string;
            readonly device_zh: string;
            readonly device_en: string;
            readonly resident: string;
            readonly resident_label: string;
            readonly place: components["schemas"]["PlaceView"] | null;
            readonly state: ("NEW" | "RINGING" | "ACKED" | "RESPONDING" | "ON_SITE" | "RESOLVED" | "REVIEWED") | `${number}`;
            readonly state_zh: string;
            readonly state_en: string;
            readonly next_zh: string;
            readonly next_en: string;
            readonly round: number;
            readonly owners: readonly components["schemas"]["OwnerView"][];
            readonly repeats: number;
            readonly presses: number;
            readonly mark: ("REAL" | "TEST" | "DRILL") | `${number}`;
            readonly unknown_device: boolean;
            readonly strangers: readonly string[];
            readonly strangers_all: boolean;
            readonly counter_went_back: boolean;
            readonly battery_pct: number | null;
            readonly closed_on_site: boolean;
            readonly needs_close: boolean;
            readonly cause: string;
            readonly contacted: boolean;
            readonly contact: ("CONTACT_UNSPECIFIED" | "REACHED" | "NOT_REACHED") | `${number}`;
            readonly done: readonly string[];
            readonly clocks: components["schemas"]["ClocksView"];
            readonly steps: readonly components["schemas"]["StepView"][];
            readonly allowed: readonly ("acknowledge" | "respond" | "on_site" | "resolve" | "review")[];
            readonly linked_to: string | null;
            readonly rule: string;
            readonly bearers: number | null;
            readonly bearer_labels: readonly string[];
        };
        /**
         * @description A link, shown this once: `fragment` goes behind the console's address. It counts once, until `ends`.
         *
         *     `qr_image` is an address of an SVG image of the whole link, by the name under which the hub was asked.
         */
        readonly LinkMadeView: {
            readonly account: components["schemas"]["AccountView"];
            readonly fragment: string;
            readonly qr_image: string;
            readonly ends: string;
        };
        /** @description `token` stood behind the # of a link. */
        readonly LinkRequest: {
            readonly token: string;
        };
        /** @description The account whose password is set. */
        readonly LinkUsedView: {
            readonly account: string;
        };
        /** @description Whose link it is. `password_chars`: how many characters a password has at least. */
        readonly LinkView: {
            readonly account: string;
            readonly full_name: string;
            /** @enum {string} */
            readonly role: "operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor";
            readonly ends: string;
            readonly password_chars: number;
        };
        /**
         * @description Why there is no session; `error` stays the same for years.
         *
         *     "wrong" says the same of an account that is unknown, a wrong password and a wrong code. The others but "too_many"
         *     are told only to who gave the right password. `until` comes with "locked", `again_s` with "too_many" (status 429).
         */
        readonly LogInRefusal: {
            /** @enum {string} */
            readonly error: "wrong" | "code_needed" | "locked" | "disabled" | "too_many";
            readonly message: string;
            readonly until: string | null;
            readonly again_s: number | null;
        };
        /** @description `code` is that of the second factor, or a recovery code. */
        readonly LogInRequest: {
            readonly account: string;
            readonly password: string;
            readonly code?: string;
        };
        /** @description Who took the incident, and when. */
        readonly OwnerView: {
            readonly role: ("ROLE_UNSPECIFIED" | "DEVICE" | "BOX" | "HUB" | "OPERATOR" | "RESPONDER" | "STAFF") | `${number}`;
            readonly id: string;
            readonly place: string;
            readonly at: string | null;
            readonly at_about: boolean;
        };
        /** @description What was done. `kept`: it is on the box's disk. `fetched`: the page has its key. */
        readonly PageDoneView: {
            readonly id: string;
            readonly page: string;
            readonly kind: ("kiosk" | "neighbour") | string;
            readonly kept: boolean;
            readonly fetched: boolean;
        };
        /** @description Why it was not done; `kind` is what the page with that code really is. */
        readonly PageRefusal: {
            /** @enum {string} */
            readonly error: "box-away" | "no-answer" | "busy" | "malformed_code" | "unknown_code" | "same_code_twice" | "other_kind" | "too_many_wrong" | "full" | "unknown_page" | "label" | "expired" | "unknown_kind" | "refused";
            readonly message: string;
            readonly kind: string;
        };
        /** @description A paired page. `own_screen`: it is the box's own. `seen_ago_s` None = not since it was paired. */
        readonly PageView: {
            readonly id: string;
            readonly page: string;
            readonly kind: ("kiosk" | "neighbour") | string;
            readonly label: string;
            readonly address: string;
            readonly own_screen: boolean;
            readonly since: string | null;
            readonly seen_ago_s: number | null;
        };
        /** @description The pages of a box as it last said. `is_known`: it has said so since this hub started. */
        readonly PagesView: {
            readonly box: string;
            readonly is_known: boolean;
            readonly is_connected: boolean;
            readonly said_at: string | null;
            readonly may_manage: boolean;
            readonly paired: readonly components["schemas"]["PageView"][];
            readonly waiting: readonly components["schemas"]["WaitingPageView"][];
        };
        /** @description Changes the own password; `code` where there is a second factor. Other sessions of the account end. */
        readonly PasswordRequest: {
            readonly password: string;
            readonly new_password: string;
            readonly code?: string;
        };
        /** @description Where the device was last heard; `age_s` is how old that was when the alarm was found. */
        readonly PlaceView: {
            readonly zone: string;
            readonly zone_zh: string;
            readonly zone_en: string;
            readonly age_s: number;
        };
        /** @description The second factor is on. Each code stands in for it once; they are shown this once. `session`: what it is now. */
        readonly RecoveryCodesView: {
            readonly codes: readonly string[];
            readonly session: components["schemas"]["SessionView"];
        };
        /**
         * @description Why nothing was done; `missing` names what a P1 still needs. `invalid`: the request itself makes no sense.
         *
         *     `host` and `origin`: see `guards`. `signed_out`: log in; `second_factor`: set one up first; `forbidden`: the role
         *     has no right to it; `too_many`: wait a moment.
         */
        readonly Refusal: {
            /** @enum {string} */
            readonly error: "unknown" | "not_allowed" | "unavailable" | "invalid" | "host" | "origin" | "signed_out" | "second_factor" | "forbidden" | "too_many";
            readonly message: string;
            readonly missing: readonly ("cause" | "contacted" | "done")[];
            readonly incident: components["schemas"]["IncidentView"] | null;
        };
        /**
         * @description A box as the registry has it. `streaming`: it is connected now; `tested_at`: its first test event came.
         *
         *     `code_ends_at` is of a code that can still be used.
         */
        readonly RegisteredBoxView: {
            readonly box: string;
            readonly community: string;
            readonly name_zh: string;
            readonly name_en: string;
            /** @enum {string} */
            readonly state: "unused" | "claimed" | "active" | "retired" | "revoked";
            readonly streaming: boolean;
            readonly replaces: string | null;
            readonly replaced_by: string | null;
            readonly made_at: string;
            readonly claimed_at: string | null;
            readonly streamed_at: string | null;
            readonly tested_at: string | null;
            readonly out_at: string | null;
            readonly code_ends_at: string | null;
            readonly code_locked: boolean;
            readonly certificate_ends_at: string | null;
        };
        /** @description All boxes of the caller, those out of service too. `may_manage`: the caller may add and end boxes. */
        readonly RegisteredBoxesView: {
            readonly now: string;
            readonly may_manage: boolean;
            readonly boxes: readonly components["schemas"]["RegisteredBoxView"][];
            readonly communities: readonly components["schemas"]["CommunityView"][];
        };
        /** @description Why nothing was done: `error` stays the same for years, `message` says what to do next. */
        readonly RegistryRefusal: {
            /** @enum {string} */
            readonly error: "not-allowed" | "not-an-id" | "community-unknown" | "box-unknown" | "already-there" | "box-out" | "cannot-replace" | "no-authority" | "unavailable" | "refused";
            readonly message: string;
        };
        readonly ReloadMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly event: "reload";
            readonly data: components["schemas"]["ReloadView"];
        };
        /** @description Changes are missing: everything is to be loaded again. */
        readonly ReloadView: Record<string, never>;
        /** @description `drop_second_factor`: the phone and the recovery codes are lost, too. */
        readonly ResetRequest: {
            readonly drop_second_factor?: boolean;
        };
        /**
         * @description A P1 needs `cause` and `contacted`: whether the person was reached; null = not said.
         *
         *     If nobody was, `done` says what was done about it. What people do is a closed set, so that it can be counted; free
         *     text belongs in notes.
         */
        readonly ResolveRequest: {
            readonly actor?: string | null;
            readonly expected?: components["schemas"]["Expected"] | null;
            readonly cause?: string;
            readonly contacted?: boolean | null;
            readonly done?: readonly ("phoned" | "visited" | "neighbour_looked" | "family_informed" | "ambulance_called" | "police_called" | "other")[];
            readonly note_code?: string;
        };
        /** @description What an account may do and where, from now on. Its sessions end. */
        readonly RoleRequest: {
            /** @enum {string} */
            readonly role: "operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor";
            readonly communities: "every" | readonly string[];
        };
        /**
         * @description Who is logged in, and what he may do now.
         *
         *     The session ends at `ends` whatever happens, and at `idle_ends` unless it is used; an open live stream is use.
         *     `second_factor`: "must_enrol" = the role needs one and the account has none; nothing is allowed until it has.
         */
        readonly SessionView: {
            readonly account: string;
            readonly full_name: string;
            /** @enum {string} */
            readonly role: "operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor";
            readonly communities: "every" | readonly string[];
            readonly rights: readonly ("see-incidents" | "handle-incidents" | "see-check-ins" | "see-boxes" | "manage-boxes" | "see-audit" | "see-accounts" | "manage-accounts")[];
            readonly ends: string;
            readonly idle_ends: string;
            /** @enum {string} */
            readonly second_factor: "on" | "must_enrol" | "not_needed";
        };
        /** @description `state` is where the incident goes. ACKED on an incident that somebody has already joins as assist. */
        readonly StepRequest: {
            readonly actor?: string | null;
            readonly expected?: components["schemas"]["Expected"] | null;
            /** @enum {string} */
            readonly state: "ACKED" | "RESPONDING" | "ON_SITE" | "REVIEWED";
        };
        /** @description One step of an incident, in order of time. */
        readonly StepView: {
            readonly state: ("INCIDENT_STATE_UNSPECIFIED" | "NEW" | "RINGING" | "ACKED" | "RESPONDING" | "ON_SITE" | "RESOLVED" | "REVIEWED") | `${number}`;
            readonly round: number;
            readonly actor: components["schemas"]["ActorView"];
            readonly at: string | null;
            readonly at_about: boolean;
            readonly cause: string;
            readonly note_code: string;
            readonly channel: string;
        };
        /** @description One event of /api/stream: the name of the event and what its data holds. */
        readonly StreamMessage: components["schemas"]["HelloMessage"] | components["schemas"]["IncidentMessage"] | components["schemas"]["BoxMessage"] | components["schemas"]["CheckInMessage"] | components["schemas"]["ReloadMessage"] | components["schemas"]["BeatMessage"];
        /** @description A stream of a box: how far the hub has it, and what of it is known to be missing. */
        readonly StreamView: {
            readonly stream: string;
            readonly lane: ("LANE_UNSPECIFIED" | "ALARM" | "ACTIVITY" | "TELEMETRY") | `${number}`;
            readonly sealed: boolean;
            readonly cursor: number;
            readonly skipped: number;
            readonly lost: number;
            readonly quarantined: number;
        };
        /** @description A second factor that counts as soon as a code of it came. `qr_image` is an address of an SVG image of `uri`. */
        readonly TotpView: {
            readonly secret: string;
            readonly uri: string;
            readonly qr_image: string;
        };
        /** @description Sets the password. The link counts no more; whose it was logs in with the new password. */
        readonly UseLinkRequest: {
            readonly token: string;
            readonly password: string;
        };
        /**
         * @description Where a box holds two versions: `waiting` is installed, `taken_back` failed; both empty when there is none.
         *
         *     `update`: how far the version is that the hub wants, or why it is not taken, in the box's words.
         */
        readonly VersionView: {
            readonly running: string;
            readonly on_trial: boolean;
            readonly waiting: string;
            readonly taken_back: string;
            readonly update: string;
        };
        /** @description A page that shows a code; the code itself is read out by whoever stands before it. */
        readonly WaitingPageView: {
            readonly page: string;
            readonly kind: ("kiosk" | "neighbour") | string;
            readonly address: string;
            readonly label: string;
            readonly left_s: number;
            readonly why: ("new" | "moved" | "revoked" | "other_kind") | string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AccountRefusal = components['schemas']['AccountRefusal'];
export type AccountView = components['schemas']['AccountView'];
export type AccountsView = components['schemas']['AccountsView'];
export type AcknowledgeRequest = components['schemas']['AcknowledgeRequest'];
export type ActorView = components['schemas']['ActorView'];
export type AddAccountRequest = components['schemas']['AddAccountRequest'];
export type AddBoxRequest = components['schemas']['AddBoxRequest'];
export type AddCommunityRequest = components['schemas']['AddCommunityRequest'];
export type ApprovePageRequest = components['schemas']['ApprovePageRequest'];
export type AuditLineView = components['schemas']['AuditLineView'];
export type AuditView = components['schemas']['AuditView'];
export type BacklogView = components['schemas']['BacklogView'];
export type BeatMessage = components['schemas']['BeatMessage'];
export type BeatView = components['schemas']['BeatView'];
export type BeginTotpRequest = components['schemas']['BeginTotpRequest'];
export type BoxMessage = components['schemas']['BoxMessage'];
export type BoxView = components['schemas']['BoxView'];
export type CheckInMessage = components['schemas']['CheckInMessage'];
export type CheckInView = components['schemas']['CheckInView'];
export type CheckInsOfCommunity = components['schemas']['CheckInsOfCommunity'];
export type CheckInsView = components['schemas']['CheckInsView'];
export type ClockView = components['schemas']['ClockView'];
export type ClocksView = components['schemas']['ClocksView'];
export type ClosedView = components['schemas']['ClosedView'];
export type CodeView = components['schemas']['CodeView'];
export type CommunityView = components['schemas']['CommunityView'];
export type ConfirmTotpRequest = components['schemas']['ConfirmTotpRequest'];
export type Conflict = components['schemas']['Conflict'];
export type DeviceView = components['schemas']['DeviceView'];
export type DoneView = components['schemas']['DoneView'];
export type Expected = components['schemas']['Expected'];
export type FirstView = components['schemas']['FirstView'];
export type HealthView = components['schemas']['HealthView'];
export type HelloMessage = components['schemas']['HelloMessage'];
export type HelloView = components['schemas']['HelloView'];
export type IncidentMessage = components['schemas']['IncidentMessage'];
export type IncidentView = components['schemas']['IncidentView'];
export type LinkMadeView = components['schemas']['LinkMadeView'];
export type LinkRequest = components['schemas']['LinkRequest'];
export type LinkUsedView = components['schemas']['LinkUsedView'];
export type LinkView = components['schemas']['LinkView'];
export type LogInRefusal = components['schemas']['LogInRefusal'];
export type LogInRequest = components['schemas']['LogInRequest'];
export type OwnerView = components['schemas']['OwnerView'];
export type PageDoneView = components['schemas']['PageDoneView'];
export type PageRefusal = components['schemas']['PageRefusal'];
export type PageView = components['schemas']['PageView'];
export type PagesView = components['schemas']['PagesView'];
export type PasswordRequest = components['schemas']['PasswordRequest'];
export type PlaceView = components['schemas']['PlaceView'];
export type RecoveryCodesView = components['schemas']['RecoveryCodesView'];
export type Refusal = components['schemas']['Refusal'];
export type RegisteredBoxView = components['schemas']['RegisteredBoxView'];
export type RegisteredBoxesView = components['schemas']['RegisteredBoxesView'];
export type RegistryRefusal = components['schemas']['RegistryRefusal'];
export type ReloadMessage = components['schemas']['ReloadMessage'];
export type ReloadView = components['schemas']['ReloadView'];
export type ResetRequest = components['schemas']['ResetRequest'];
export type ResolveRequest = components['schemas']['ResolveRequest'];
export type RoleRequest = components['schemas']['RoleRequest'];
export type SessionView = components['schemas']['SessionView'];
export type StepRequest = components['schemas']['StepRequest'];
export type StepView = components['schemas']['StepView'];
export type StreamMessage = components['schemas']['StreamMessage'];
export type StreamView = components['schemas']['StreamView'];
export type TotpView = components['schemas']['TotpView'];
export type UseLinkRequest = components['schemas']['UseLinkRequest'];
export type VersionView = components['schemas']['VersionView'];
export type WaitingPageView = components['schemas']['WaitingPageView'];
export type $defs = Record<string, never>;
export interface operations {
    readonly session_api_session_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly log_in_api_session_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LogInRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LogInRefusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LogInRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly log_out_api_session_delete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DoneView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly look_at_link_api_link_look_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LinkRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LinkView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly use_link_api_link_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["UseLinkRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LinkUsedView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly change_password_api_account_password_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DoneView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly begin_totp_api_account_totp_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["BeginTotpRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TotpView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly confirm_totp_api_account_totp_confirm_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ConfirmTotpRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RecoveryCodesView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly all_accounts_api_accounts_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountsView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly add_account_api_accounts_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AddAccountRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LinkMadeView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly audit_api_accounts__account__audit_get: {
        readonly parameters: {
            readonly query?: {
                readonly before?: number | null;
            };
            readonly header?: never;
            readonly path: {
                readonly account: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AuditView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly reset_api_accounts__account__link_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly account: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ResetRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LinkMadeView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly change_role_api_accounts__account__role_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly account: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RoleRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly disable_api_accounts__account__disable_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly account: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly enable_api_accounts__account__enable_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly account: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly unlock_api_accounts__account__unlock_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly account: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly end_sessions_api_accounts__account__end_sessions_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly account: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountRefusal"];
                };
            };
        };
    };
    readonly incidents_api_incidents_get: {
        readonly parameters: {
            readonly query?: {
                readonly state?: "open" | "all";
                readonly mark?: "all" | "real" | "test" | "drill";
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["IncidentView"][];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly closed_api_incidents_closed_get: {
        readonly parameters: {
            readonly query?: {
                readonly q?: string;
                readonly before?: number | null;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClosedView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly incident_api_incidents__key__get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly key: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IncidentView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly acknowledge_api_incidents__key__acknowledge_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly key: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AcknowledgeRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IncidentView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Conflict"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly step_api_incidents__key__step_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly key: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StepRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IncidentView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Conflict"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly resolve_api_incidents__key__resolve_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly key: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ResolveRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IncidentView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Conflict"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly boxes_api_boxes_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["BoxView"][];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly check_ins_api_check_ins_get: {
        readonly parameters: {
            readonly query?: {
                readonly day?: string | "today";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CheckInsView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly stream_api_stream_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "last-event-id"?: number | null;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": components["schemas"]["StreamMessage"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly registered_boxes_api_registry_boxes_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegisteredBoxesView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly add_box_api_registry_boxes_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AddBoxRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegisteredBoxView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly add_community_api_registry_communities_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AddCommunityRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CommunityView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly make_code_api_registry_boxes__box__code_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly box: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CodeView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly retire_api_registry_boxes__box__retire_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly box: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegisteredBoxView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly revoke_api_registry_boxes__box__revoke_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly box: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegisteredBoxView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly pages_api_boxes__box__pages_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly box: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PagesView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly approve_api_boxes__box__pages_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly box: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ApprovePageRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PageDoneView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["PageRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PageRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PageRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["PageRefusal"];
                };
            };
        };
    };
    readonly revoke_api_boxes__box__pages__page__revoke_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly box: string;
                readonly page: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PageDoneView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["PageRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PageRefusal"];
                };
            };
            /** @description Content Too Large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description What was asked does not fit, or is not allowed now */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PageRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RegistryRefusal"] | components["schemas"]["PageRefusal"];
                };
            };
        };
    };
    readonly healthz_healthz_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HealthView"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Forbidden */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Misdirected Request */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Too Many Requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refusal"];
                };
            };
            /** @description Service Unavailable */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HealthView"];
                };
            };
        };
    };
}
