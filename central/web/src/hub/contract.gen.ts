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
    readonly "/api/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Audit
         * @description Who did what, the newest first: of one `account`, to one `subject`, of one `kind` ("box", "account"), from
         *     `since` on and before `until`. `before` is the last `more`.
         */
        readonly get: operations["audit_api_audit_get"];
        readonly put?: never;
        readonly post?: never;
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
        readonly get?: never;
        readonly put?: never;
        /**
         * Closed
         * @description Incidents closed within the last 30 days, newest first. What is looked for stands in no address.
         */
        readonly post: operations["closed_api_incidents_closed_post"];
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
    readonly "/api/people/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Search People
         * @description Finds people by name, pinyin, initials, the end of a phone number, flat or band. Changes nothing: it is
         *     no GET since what is typed would stand in the address, and with it in logs of proxies and in histories.
         */
        readonly post: operations["search_people_api_people_search_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * People
         * @description A page of a community's people in an order, those after resident `after`.
         */
        readonly get: operations["people_api_people_get"];
        readonly put?: never;
        /**
         * Moves In
         * @description Somebody moves in.
         */
        readonly post: operations["moves_in_api_people_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One Person
         * @description A record, as far as the purpose sees it.
         */
        readonly get: operations["one_person_api_people__resident__get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/look": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * One Person With A Reason
         * @description The same with a reason, which stands in the log of look-ups. Changes nothing.
         */
        readonly post: operations["one_person_with_a_reason_api_people__resident__look_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/history": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One History
         * @description What was done to a record, the newest first.
         */
        readonly get: operations["one_history_api_people__resident__history_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/look-ups": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Looks
         * @description Who looked at somebody.
         */
        readonly get: operations["looks_api_people__resident__look_ups_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/move": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Moves
         * @description Somebody moves to another flat of the community.
         */
        readonly post: operations["moves_api_people__resident__move_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/leave": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Leaves
         * @description Somebody has moved out, or died: off the box at its next contact.
         */
        readonly post: operations["leaves_api_people__resident__leave_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/actions/{action}/undo": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Undoes
         * @description Takes an action back whole, or says what came after it.
         */
        readonly post: operations["undoes_api_people_actions__action__undo_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/edit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Edits
         * @description Changes fields of a record that nobody changed meanwhile.
         */
        readonly post: operations["edits_api_people__resident__edit_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/contacts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Contacts
         * @description Who is called for somebody, in this order.
         */
        readonly post: operations["contacts_api_people__resident__contacts_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/notes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Notes
         * @description Adds a note to a record.
         */
        readonly post: operations["notes_api_people__resident__notes_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/merge": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Merges
         * @description Makes another record a part of this one.
         */
        readonly post: operations["merges_api_people__resident__merge_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/split": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Splits
         * @description Takes a record that was merged out again.
         */
        readonly post: operations["splits_api_people__resident__split_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/erase": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Erases
         * @description Removes a record for good; a tombstone stays.
         */
        readonly post: operations["erases_api_people__resident__erase_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/devices": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Devices
         * @description A community's devices, and who has them.
         */
        readonly get: operations["devices_api_devices_get"];
        readonly put?: never;
        /**
         * Adds
         * @description Puts a device into the cupboard.
         */
        readonly post: operations["adds_api_devices_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/devices/{device}/hand-out": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Hands Out
         * @description Gives a band to somebody; one that another has asks which binding it takes the place of.
         */
        readonly post: operations["hands_out_api_devices__device__hand_out_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/devices/{device}/lost": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Loses
         * @description A band is lost.
         */
        readonly post: operations["loses_api_devices__device__lost_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/devices/{device}/return": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Returns
         * @description A band came back, or was found.
         */
        readonly post: operations["returns_api_devices__device__return_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/devices/{device}/repaired": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Repaired
         * @description A band came back from repair.
         */
        readonly post: operations["repaired_api_devices__device__repaired_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/look-ups": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Look Ups
         * @description Look-ups, the newest first.
         */
        readonly get: operations["look_ups_api_look_ups_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/glass": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Glasses
         * @description Emergency look-ups, for the privacy officer.
         */
        readonly get: operations["glasses_api_glass_get"];
        readonly put?: never;
        /**
         * Breaks
         * @description Opens an emergency look-up beyond an open incident; privacy officers are told.
         */
        readonly post: operations["breaks_api_glass_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/glass/own": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Own
         * @description The emergency look-ups of the caller that are open: the banner.
         */
        readonly get: operations["own_api_glass_own_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/glass/{number}/seen": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Seen
         * @description A privacy officer has taken note; what is still unseen comes back.
         */
        readonly post: operations["seen_api_glass__number__seen_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/incidents/{key}/named": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Named
         * @description Who an open incident is about, by name.
         */
        readonly get: operations["named_api_incidents__key__named_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/consents/wordings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Wordings
         * @description What is read out before somebody consents.
         */
        readonly get: operations["wordings_api_consents_wordings_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/consents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Consents
         * @description A page of a community's consents, the newest first.
         */
        readonly get: operations["consents_api_consents_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/consents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Gives
         * @description Notes a consent that was given.
         */
        readonly post: operations["gives_api_people__resident__consents_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/consents/{kind}/withdraw": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Withdraws
         * @description Notes that a consent was taken back; boxes hear of it at their next contact.
         */
        readonly post: operations["withdraws_api_people__resident__consents__kind__withdraw_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/requests": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Requests
         * @description The open requests, the most urgent first, or those that are closed.
         */
        readonly get: operations["requests_api_requests_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/people/{resident}/requests": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Opens
         * @description Takes a request; its 15 working days begin on the day on which it came in.
         */
        readonly post: operations["opens_api_people__resident__requests_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/requests/{number}/close": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Closes
         * @description Closes a request with what was answered.
         */
        readonly post: operations["closes_api_requests__number__close_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/retention": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Retention
         * @description How long what is kept, what would go now, and what went.
         */
        readonly get: operations["retention_api_retention_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/retention/clocks/{what}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sets
         * @description Sets how many days something is kept; nothing goes before the next run.
         */
        readonly post: operations["sets_api_retention_clocks__what__post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/retention/run": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Runs
         * @description Removes what is older than its clock, or says why not: the night does the same by itself.
         */
        readonly post: operations["runs_api_retention_run_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/look-ups/chain": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Chain
         * @description Walks the whole log of look-ups: nothing in it was changed, left out, put in or cut off.
         */
        readonly get: operations["chain_api_look_ups_chain_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/files": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Own Files
         * @description The caller's sheets, as far as they are.
         */
        readonly get: operations["own_files_api_imports_files_get"];
        readonly put?: never;
        /**
         * Sends File
         * @description Takes a file in, .xlsx or .csv, as it is. It is kept for 24 hours at most.
         *
         *     Its name comes as UTF-8 in percent signs, in a header: a sheet may be called after somebody, and addresses stand
         *     in logs.
         */
        readonly post: operations["sends_file_api_imports_files_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/files/{upload}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One File
         * @description A sheet, and how far it is.
         */
        readonly get: operations["one_file_api_imports_files__upload__get"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Removes File
         * @description Removes a sheet and all that belongs to it; what was taken over stays.
         */
        readonly delete: operations["removes_file_api_imports_files__upload__delete"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/files/{upload}/mend": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Rows To Mend
         * @description The rows that do not go in whole, in their order, each with what is wrong: to mend and send again.
         */
        readonly get: operations["rows_to_mend_api_imports_files__upload__mend_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/files/{upload}/compare": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Compares
         * @description Begins to compare a sheet with the registry; changes nothing.
         */
        readonly post: operations["compares_api_imports_files__upload__compare_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/files/{upload}/lists/{kind}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Page
         * @description Some lines of what a sheet would do. What is typed to find somebody stands in no address.
         */
        readonly post: operations["page_api_imports_files__upload__lists__kind__post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/files/{upload}/take-over": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Takes Over
         * @description Begins to take a sheet over as it was compared, all of it or nothing.
         */
        readonly post: operations["takes_over_api_imports_files__upload__take_over_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/files/{upload}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Cancels
         * @description Ends what is being done with a sheet.
         */
        readonly post: operations["cancels_api_imports_files__upload__cancel_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Imports
         * @description Sheets that were taken over, the newest first.
         */
        readonly get: operations["imports_api_imports_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/imports/{run}/undo": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Undoes
         * @description Begins to take a whole import back, in all communities that it went into.
         */
        readonly post: operations["undoes_api_imports__run__undo_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exports": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Exports
         * @description Requests for lists, the newest first, and what can be asked for.
         */
        readonly get: operations["exports_api_exports_get"];
        readonly put?: never;
        /**
         * Asks
         * @description Asks for a list of a community's people.
         */
        readonly post: operations["asks_api_exports_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exports/{export}/approve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Approves
         * @description Approves somebody else's request.
         */
        readonly post: operations["approves_api_exports__export__approve_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exports/{export}/refuse": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Refuses
         * @description Refuses a request, or takes the own one back.
         */
        readonly post: operations["refuses_api_exports__export__refuse_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exports/{export}/file": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Fetches
         * @description The list itself, once: whom it names is in the log of look-ups then.
         */
        readonly post: operations["fetches_api_exports__export__file_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/boxes/{box}/pressed": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Pressed
         * @description Which bands were pressed or heard in the last minute: whoever hands one out has it pressed and chooses.
         */
        readonly get: operations["pressed_api_boxes__box__pressed_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/households/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Households
         * @description A page of a community's households by flat; what is typed to find one stands in no address.
         */
        readonly post: operations["households_api_households_search_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/households/separate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Separates
         * @description People become a household of their own.
         */
        readonly post: operations["separates_api_households_separate_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/households/{household}/join": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Joins
         * @description People move together with a household.
         */
        readonly post: operations["joins_api_households__household__join_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/households/{household}/head": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Heads
         * @description Who is the head of a household.
         */
        readonly post: operations["heads_api_households__household__head_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/households/{household}/move": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Moves
         * @description A household moves whole to another flat.
         */
        readonly post: operations["moves_api_households__household__move_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Groups
         * @description A page of a community's groups; `with_warning` those that should be looked at.
         */
        readonly get: operations["groups_api_groups_get"];
        readonly put?: never;
        /**
         * Makes
         * @description Makes a group.
         */
        readonly post: operations["makes_api_groups_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{group}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One Group
         * @description A group with its households.
         */
        readonly get: operations["one_group_api_groups__group__get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{group}/name": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Names
         * @description Gives a group another name.
         */
        readonly post: operations["names_api_groups__group__name_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{group}/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Ends
         * @description A group is no more; its households are in none.
         */
        readonly post: operations["ends_api_groups__group__end_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{group}/put-in": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Puts In
         * @description Puts households into a group; one that is in another is refused unless they may go over.
         */
        readonly post: operations["puts_in_api_groups__group__put_in_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{group}/take-out": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Takes Out
         * @description Takes households out of a group.
         */
        readonly post: operations["takes_out_api_groups__group__take_out_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{group}/leader": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Leads
         * @description Who leads a group.
         */
        readonly post: operations["leads_api_groups__group__leader_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/rosters": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Rosters
         * @description Which roster each box has, how far behind it is and since when, and which rows it refuses.
         */
        readonly get: operations["rosters_api_rosters_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/communities": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Communities
         * @description The caller's communities, with how many live there.
         */
        readonly get: operations["communities_api_communities_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/communities/{community}/name": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Names
         * @description Says how a community is called and in which time zone it is.
         */
        readonly post: operations["names_api_communities__community__name_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/communities/{community}/rules": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Rules
         * @description Settings and rules of a community, and what its boxes would take.
         */
        readonly get: operations["rules_api_communities__community__rules_get"];
        readonly put?: never;
        /**
         * Puts
         * @description Adds a rule, or makes it say something else.
         */
        readonly post: operations["puts_api_communities__community__rules_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/communities/{community}/settings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sets
         * @description Sets a setting; what no box takes is refused with what they do.
         */
        readonly post: operations["sets_api_communities__community__settings_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/communities/{community}/rules/try": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Tries
         * @description Says how often a rule would have rung in the last 30 days; nothing is changed.
         */
        readonly post: operations["tries_api_communities__community__rules_try_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/communities/{community}/rules/{rule}/drop": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Drops
         * @description Takes a rule away.
         */
        readonly post: operations["drops_api_communities__community__rules__rule__drop_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/communities/{community}/ladder": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Ladder
         * @description Who would ring when, and what is wrong. Changes nothing.
         */
        readonly post: operations["ladder_api_communities__community__ladder_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/places": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Buildings
         * @description A community's buildings with counts, and its sites.
         */
        readonly get: operations["buildings_api_places_get"];
        readonly put?: never;
        /**
         * Adds
         * @description Adds a place.
         */
        readonly post: operations["adds_api_places_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/places/flats": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Flats
         * @description A building's units and flats, as people walk; of one unit where it is named.
         */
        readonly get: operations["flats_api_places_flats_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/places/{place}/name": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Names
         * @description Gives a place another name, and all that is in it with it.
         */
        readonly post: operations["names_api_places__place__name_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/places/{place}/put": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Puts
         * @description Says in which building or unit a place is.
         */
        readonly post: operations["puts_api_places__place__put_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/places/{place}/locate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Locates
         * @description Says where a place is.
         */
        readonly post: operations["locates_api_places__place__locate_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/places/{place}/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Ends
         * @description A place is no more.
         */
        readonly post: operations["ends_api_places__place__end_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Zones
         * @description A community's zones.
         */
        readonly get: operations["zones_api_zones_get"];
        readonly put?: never;
        /**
         * Adds
         * @description Adds a zone.
         */
        readonly post: operations["adds_api_zones_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/{community}/{zone}/name": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Names
         * @description Calls a zone something else.
         */
        readonly post: operations["names_api_zones__community___zone__name_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/{community}/{zone}/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Ends
         * @description A zone is no longer used.
         */
        readonly post: operations["ends_api_zones__community___zone__end_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Tokens
         * @description A page of a community's tokens, of one resident where one is named.
         */
        readonly get: operations["tokens_api_tokens_get"];
        readonly put?: never;
        /**
         * Gives
         * @description Gives somebody a token, also in the place of another.
         */
        readonly post: operations["gives_api_tokens_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/tokens/{token}/block": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Blocks
         * @description A token counts no more.
         */
        readonly post: operations["blocks_api_tokens__token__block_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/staff": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Helpers
         * @description Who works for a community or helps in it.
         */
        readonly get: operations["helpers_api_staff_get"];
        readonly put?: never;
        /**
         * Staff
         * @description Adds somebody who works for a community, or changes what is known of them.
         */
        readonly post: operations["staff_api_staff_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/staff/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Staff Ends
         * @description Somebody works here no more.
         */
        readonly post: operations["staff_ends_api_staff_end_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/volunteers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Volunteer
         * @description Adds somebody who helps, or changes what is known of them.
         */
        readonly post: operations["volunteer_api_volunteers_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/volunteers/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Volunteer Ends
         * @description Somebody helps no more.
         */
        readonly post: operations["volunteer_ends_api_volunteers_end_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/organisations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Organisation
         * @description Adds a body, or changes what is known of it.
         */
        readonly post: operations["organisation_api_organisations_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/organisations/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Organisation Ends
         * @description A body is no more.
         */
        readonly post: operations["organisation_ends_api_organisations_end_post"];
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
            readonly error: "wrong" | "code_needed" | "locked" | "disabled" | "too_many" | "no_key" | "weak-password" | "link-spent" | "not-allowed" | "not-a-name" | "account-unknown" | "account-disabled" | "already-there" | "own-account" | "beyond-yours" | "community-unknown" | "nothing-offered" | "code-spent" | "unavailable" | "refused";
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
        /** @description What was done; `action` undoes it. `resident` is the record that it was about. */
        readonly ActedView: {
            readonly action: number;
            readonly resident: string | null;
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
        /** @description A kind of rule that boxes know. */
        readonly AllowedRuleView: {
            readonly kind: string;
            readonly keys: readonly components["schemas"]["AllowedView"][];
        };
        /** @description A key that boxes know, and what they take for it, in an English sentence. */
        readonly AllowedView: {
            readonly key: string;
            readonly allowed: string;
        };
        /** @description The eight digits that the page shows, and what it must be. `label`: where it stands, never a person. */
        readonly ApprovePageRequest: {
            readonly code: string;
            /** @enum {string} */
            readonly kind: "kiosk" | "neighbour" | "board";
            readonly label?: string;
        };
        /**
         * @description Who did what to whom, when and what for. `action` as "box.revoke"; `detail` is of the hub's own words.
         *
         *     `account` is a log-in name, "hub" or "command-line"; `community` None: it concerns none, or all.
         */
        readonly AuditEntryView: {
            readonly entry: number;
            readonly at: string;
            readonly account: string;
            readonly role: string;
            readonly purpose: string;
            readonly action: string;
            readonly subject: string;
            readonly community: string | null;
            readonly detail: string;
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
        /** @description What somebody wears, since when. */
        readonly BandView: {
            readonly binding: number;
            readonly device: number;
            readonly key: string;
            readonly number: string;
            readonly state: string;
            readonly from_at: string;
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
            readonly card: ("off" | "waits" | "on") | null;
            readonly software: string;
            readonly version: components["schemas"]["VersionView"] | null;
            readonly rtt_ms: number | null;
            readonly streams: readonly components["schemas"]["StreamView"][];
            readonly devices: readonly components["schemas"]["DeviceView"][];
            readonly notes: readonly string[];
        };
        /** @description A building or unit by its key in the tree; `place` null: only its flats speak of it. Counts are of all in it. */
        readonly BranchView: {
            readonly key: string;
            readonly place: number | null;
            readonly name: string;
            readonly label: string;
            readonly latitude_e6: number | null;
            readonly longitude_e6: number | null;
            readonly units: number;
            readonly flats: number;
            readonly households: number;
            readonly people: number;
            readonly without_group: number;
        };
        /** @description A community's buildings, and what is no dwelling. */
        readonly BuildingsView: {
            readonly buildings: readonly components["schemas"]["BranchView"][];
            readonly sites: readonly components["schemas"]["DwellingView"][];
        };
        /** @description A deletion certificate: counts by table. `stopped` says why a run removed nothing. */
        readonly CertificateView: {
            readonly number: number;
            readonly at: string;
            readonly account: string;
            readonly counts: {
                readonly [key: string]: number;
            };
            readonly stopped: string;
        };
        /**
         * @description What a walk over the whole log of look-ups found: its entries from `first` to `last` and the newest hash, in hex.
         *
         *     `fault_entry` null: nothing was changed, left out, put in or cut off.
         */
        readonly ChainView: {
            readonly first: number;
            readonly last: number;
            readonly newest_hash: string;
            readonly fault_entry: number | null;
            readonly fault: ("changed" | "missing" | "people" | "end") | null;
        };
        /** @description A value before and after, as it is stored; both null for what is hidden. */
        readonly ChangedFieldView: {
            readonly table: string;
            readonly field: string;
            readonly before: string | number | boolean | null;
            readonly after: string | number | boolean | null;
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
        /** @description What a column is. */
        readonly ChosenRequest: {
            readonly column: number;
            /** @enum {string} */
            readonly field: "name" | "id-number" | "archive-no" | "sex" | "birth" | "age" | "phone" | "community" | "address" | "building" | "unit" | "flat" | "relation-to-head" | "contact-name" | "contact-relation" | "contact-phone" | "ignored";
        };
        /** @description What a column was taken for. */
        readonly ChosenView: {
            readonly column: number;
            /** @enum {string} */
            readonly field: "name" | "id-number" | "archive-no" | "sex" | "birth" | "age" | "phone" | "community" | "address" | "building" | "unit" | "flat" | "relation-to-head" | "contact-name" | "contact-relation" | "contact-phone" | "ignored";
        };
        /** @description How many days. */
        readonly ClockRequest: {
            readonly days: number;
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
        /** @description What was answered; `refused`: it was not done, and the answer says why. */
        readonly CloseRequestRequest: {
            readonly answer: string;
            readonly refused?: boolean;
        };
        /** @description Which closed incidents: those with all words of `text`, closed before `before`, the `more` of the page before. */
        readonly ClosedRequest: {
            readonly text?: string;
            readonly before?: number | null;
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
        /**
         * @description A column, what it is taken for and why. `looks_like`: its contents say something else; `filled`: of the rows
         *     that were looked at.
         */
        readonly ColumnView: {
            readonly column: number;
            readonly letters: string;
            readonly head: string;
            /** @enum {string} */
            readonly field: "name" | "id-number" | "archive-no" | "sex" | "birth" | "age" | "phone" | "community" | "address" | "building" | "unit" | "flat" | "relation-to-head" | "contact-name" | "contact-relation" | "contact-phone" | "ignored";
            /** @enum {string} */
            readonly basis: "remembered" | "head" | "contents" | "none";
            readonly looks_like: ("name" | "id-number" | "archive-no" | "sex" | "birth" | "age" | "phone" | "community" | "address" | "building" | "unit" | "flat" | "relation-to-head" | "contact-name" | "contact-relation" | "contact-phone" | "ignored") | null;
            readonly filled: number;
        };
        /** @description The caller's communities by name. `may_manage`: the caller may change what is in them. */
        readonly CommunitiesView: {
            readonly may_manage: boolean;
            readonly communities: readonly components["schemas"]["CommunityOverviewView"][];
        };
        /** @description What was done; `action` undoes it. */
        readonly CommunityActedView: {
            readonly action: number;
            readonly community: string;
        };
        /** @description How it is called, and its time zone (IANA). */
        readonly CommunityNameRequest: {
            readonly name_zh: string;
            readonly name_en?: string;
            readonly time_zone: string;
        };
        /** @description A community. `revision` null: its boxes get their roster from a file. Counts are of what is there now. */
        readonly CommunityOverviewView: {
            readonly community: string;
            readonly name_zh: string;
            readonly name_en: string;
            readonly time_zone: string;
            readonly people: number;
            readonly households: number;
            readonly without_group: number;
            readonly groups: number;
            readonly bands: number;
            readonly boxes: number;
            readonly revision: number | null;
        };
        /** @description A rule of the boxes. `fault`: what it names and the community has no more; boxes are given it without. */
        readonly CommunityRuleView: {
            readonly rule: string;
            readonly kind: string;
            readonly values: readonly components["schemas"]["SettingView"][];
            readonly fault: string;
        };
        /** @description What a community has set, and what can be set. `may_manage`: the caller may set it. */
        readonly CommunityRulesView: {
            readonly may_manage: boolean;
            readonly settings: readonly components["schemas"]["SettingView"][];
            readonly rules: readonly components["schemas"]["CommunityRuleView"][];
            readonly known_settings: readonly components["schemas"]["AllowedView"][];
            readonly known_rules: readonly components["schemas"]["AllowedRuleView"][];
        };
        /** @description The number that an import has in a community. */
        readonly CommunityRunView: {
            readonly community: string;
            readonly run: number;
        };
        /** @description A site that the caller may add boxes to. */
        readonly CommunityView: {
            readonly community: string;
            readonly name_zh: string;
            readonly name_en: string;
        };
        /**
         * @description Which sheet, of which community (null: a column says it), what its columns are (null: as proposed), and the day
         *     after which hand edits stay (null: that of the last import).
         */
        readonly CompareRequest: {
            readonly sheet?: string | null;
            readonly community?: string | null;
            readonly columns?: readonly components["schemas"]["ChosenRequest"][] | null;
            readonly as_of?: string | null;
        };
        /**
         * @description What a sheet would do. `as_of_at`: hand edits after that stay, null where no sheet came before.
         *
         *     `has_mend`: there are rows to mend and send again; `problems_not_kept`: more is wrong than is listed.
         */
        readonly ComparedView: {
            readonly sheet: string;
            readonly community: string | null;
            readonly columns: readonly components["schemas"]["ChosenView"][];
            readonly as_of_at: string | null;
            readonly lists: components["schemas"]["ListCountsView"];
            readonly same: number;
            readonly passed_over: number;
            readonly problems_not_kept: number;
            readonly has_mend: boolean;
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
        /** @description A consent and whose it is; `withdrawn_at` null: it counts. */
        readonly ConsentLineView: {
            readonly consent: number;
            readonly resident: string;
            readonly name: string;
            readonly flat: string;
            /** @enum {string} */
            readonly kind: "location" | "guardian-watch" | "photo" | "share" | "points" | "messages" | "minor";
            readonly by_guardian: boolean;
            readonly wording_version: string;
            /** @enum {string} */
            readonly channel: "paper" | "kiosk" | "wechat" | "desk";
            readonly given_at: string;
            readonly withdrawn_at: string | null;
        };
        /** @description A page of consents, the newest first; more come `before` the last. */
        readonly ConsentListView: {
            readonly consents: readonly components["schemas"]["ConsentLineView"][];
        };
        /** @description A consent that counts, or counted. */
        readonly ConsentView: {
            readonly consent: number;
            readonly kind: string;
            readonly by_guardian: boolean;
            readonly wording_version: string;
            readonly given_at: string;
            readonly withdrawn_at: string | null;
        };
        /** @description Who is called, in order; `resident` where it is one of the community. */
        readonly ContactView: {
            readonly position: number;
            readonly relation: string;
            readonly resident: string | null;
            readonly name: string;
            readonly phones: readonly string[];
        };
        /** @description Who is called from now on, in this order. */
        readonly ContactsRequest: {
            readonly contacts: readonly components["schemas"]["NewContactRequest"][];
        };
        /** @description A device that comes into the cupboard; `key` is DRIVER:ID. */
        readonly DeviceRequest: {
            readonly community: string;
            readonly key: string;
            /** @enum {string} */
            readonly kind: "band" | "receiver" | "camera" | "reader" | "kiosk" | "relay";
            readonly number?: string;
            readonly model?: string;
        };
        /**
         * @description A device as its box last said, or as the hub last heard of it. `heard` is null while the box is silent.
         *
         *     `place_withheld`: whoever wears it consents to no positions; `place` is null then, whatever was kept before.
         */
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
            readonly place_withheld: boolean;
        };
        /** @description A community's devices by key. */
        readonly DevicesView: {
            readonly devices: readonly components["schemas"]["RegisteredDeviceView"][];
        };
        /** @description It is done. */
        readonly DoneView: {
            /** @constant */
            readonly done: true;
        };
        /** @description A flat or site, and how many live there; `without_group` of its households are in no responder group. */
        readonly DwellingView: {
            readonly place: number;
            /** @enum {string} */
            readonly kind: "building" | "unit" | "flat" | "site";
            readonly parent: number | null;
            readonly name: string;
            readonly label: string;
            readonly key: string;
            readonly latitude_e6: number | null;
            readonly longitude_e6: number | null;
            readonly households: number;
            readonly people: number;
            readonly without_group: number;
        };
        /** @description What becomes of a record; what is null stays. `version` is that of the record that was looked at. */
        readonly EditRequest: {
            readonly version: number;
            readonly name?: string | null;
            readonly sex?: ("male" | "female") | null;
            readonly born_on?: string | null;
            readonly birth_exactness?: ("day" | "month" | "year" | "about") | null;
            readonly id_number?: string | null;
            readonly phones?: readonly string[] | null;
            readonly archive_no?: string | null;
            readonly is_head?: boolean | null;
        };
        /** @description Whose row counts no more. */
        readonly EndHelperRequest: {
            readonly community: string;
            readonly row: string;
        };
        /** @description Why; it stands on the tombstone, so let it name nobody. */
        readonly EraseRequest: {
            readonly why: string;
        };
        /** @description How the caller last saw the incident. */
        readonly Expected: {
            readonly round: number;
            readonly state: ("NEW" | "RINGING" | "ACKED" | "RESPONDING" | "ON_SITE" | "RESOLVED" | "REVIEWED") | `${number}`;
        };
        /** @description A list of a community's people: what for, why, and which fields. */
        readonly ExportAsked: {
            readonly community: string;
            /** @enum {string} */
            readonly purpose: "care" | "activity" | "case" | "device-maintenance";
            readonly reason: string;
            readonly fields: readonly ("name" | "sex" | "age" | "birth" | "id-number" | "archive-no" | "flat" | "household" | "phones" | "contacts" | "bands" | "group")[];
        };
        /** @description Why it is refused. */
        readonly ExportRefusal: {
            readonly reason?: string;
        };
        /**
         * @description A request for a list. `own`: it is the caller's; it can be fetched until `ends_at`, once.
         *
         *     `people`: how many it named when it was fetched; `refusal`: why it was refused.
         */
        readonly ExportView: {
            readonly number: number;
            readonly community: string;
            /** @enum {string} */
            readonly purpose: "care" | "activity" | "case" | "device-maintenance";
            readonly reason: string;
            readonly fields: readonly ("name" | "sex" | "age" | "birth" | "id-number" | "archive-no" | "flat" | "household" | "phones" | "contacts" | "bands" | "group")[];
            /** @enum {string} */
            readonly state: "waiting" | "approved" | "refused" | "fetched" | "expired";
            readonly own: boolean;
            readonly made_at: string;
            readonly made_by: string;
            readonly approved_at: string | null;
            readonly approved_by: string | null;
            readonly refused_at: string | null;
            readonly refused_by: string | null;
            readonly refusal: string;
            readonly ends_at: string;
            readonly fetched_at: string | null;
            readonly people: number | null;
        };
        /** @description Requests, the newest first, and what the caller may ask for: purposes and their fields. */
        readonly ExportsView: {
            readonly exports: readonly components["schemas"]["ExportView"][];
            readonly choices: readonly components["schemas"]["ListFieldsView"][];
        };
        /** @description Who was first, and by how much. */
        readonly FirstView: {
            readonly actor: components["schemas"]["ActorView"];
            readonly at: string | null;
            readonly seconds_earlier: number;
        };
        /** @description The flat where the household lives from now on. */
        readonly FlatRequest: {
            readonly flat: string;
        };
        /** @description A building's units, and a page of its flats: `found` there are. */
        readonly FlatsView: {
            readonly units: readonly components["schemas"]["BranchView"][];
            readonly flats: readonly components["schemas"]["DwellingView"][];
            readonly found: number;
        };
        /** @description Who was found, the closest first. `more`: there are others, type more. */
        readonly FoundView: {
            readonly people: readonly components["schemas"]["PersonLineView"][];
            readonly more: boolean;
        };
        /** @description A consent as it was given: which text was read, how, who spoke for a child, and who stood by. */
        readonly GiveConsentRequest: {
            /** @enum {string} */
            readonly kind: "location" | "guardian-watch" | "photo" | "share" | "points" | "messages" | "minor";
            readonly wording_version: string;
            /** @enum {string} */
            readonly language: "zh" | "en";
            /** @enum {string} */
            readonly channel: "paper" | "kiosk" | "wechat" | "desk";
            readonly guardian?: string | null;
            readonly witness?: string | null;
        };
        /** @description The incident, and why. */
        readonly GlassRequest: {
            readonly community: string;
            readonly incident: string;
            readonly reason: string;
        };
        /** @description An emergency look-up beyond its incident. `seen_at`: a privacy officer took note. */
        readonly GlassView: {
            readonly number: number;
            readonly community: string;
            readonly account: string;
            readonly incident: string;
            readonly reason: string;
            readonly opened_at: string;
            readonly ends_at: string;
            readonly closed_at: string | null;
            readonly seen_at: string | null;
        };
        /** @description Emergency look-ups, the newest first. */
        readonly GlassesView: {
            readonly looks: readonly components["schemas"]["GlassView"][];
        };
        /** @description What was done; `action` undoes it. */
        readonly GroupActedView: {
            readonly action: number;
            readonly group: string;
        };
        /** @description A group with its households, by flat. */
        readonly GroupDetailView: {
            readonly row: components["schemas"]["GroupView"];
            readonly homes: readonly components["schemas"]["GroupHomeView"][];
        };
        /** @description A household of a group, and who lives there. */
        readonly GroupHomeView: {
            readonly household: string;
            readonly flat: string;
            readonly members: readonly components["schemas"]["HomeMemberView"][];
        };
        /** @description How it is called. */
        readonly GroupNameRequest: {
            readonly label_zh: string;
            readonly label_en?: string;
        };
        /** @description A new group, of households that are in none. */
        readonly GroupRequest: {
            readonly community: string;
            readonly label_zh: string;
            readonly label_en?: string;
            readonly households?: readonly string[];
            readonly leader?: string | null;
        };
        /** @description A group, with how many households and people are in it, and what should be put right. */
        readonly GroupView: {
            readonly group: string;
            readonly community: string;
            readonly label_zh: string;
            readonly label_en: string;
            readonly households: number;
            readonly people: number;
            readonly leader: components["schemas"]["LeaderView"] | null;
            readonly warnings: readonly ("few" | "many" | "no-leader" | "leader-died" | "leader-left" | "leader-elsewhere")[];
        };
        /**
         * @description A page of groups by name. Of the community's `households`, `without_group` are in none.
         *
         *     `fewest` to `most` households belong in a group.
         */
        readonly GroupsView: {
            readonly groups: readonly components["schemas"]["GroupView"][];
            readonly found: number;
            readonly with_warning: number;
            readonly households: number;
            readonly without_group: number;
            readonly fewest: number;
            readonly most: number;
        };
        /** @description To whom; `instead_of` is the binding that it takes the place of. */
        readonly HandOutRequest: {
            readonly resident: string;
            readonly instead_of?: number | null;
        };
        /** @description Who is the head. */
        readonly HeadRequest: {
            readonly resident: string;
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
        /** @description What was done; `action` undoes it. */
        readonly HelperActedView: {
            readonly action: number;
            readonly row: string;
        };
        /** @description All who work for a community or help in it, by name. */
        readonly HelpersView: {
            readonly staff: readonly components["schemas"]["StaffView"][];
            readonly volunteers: readonly components["schemas"]["VolunteerView"][];
            readonly organisations: readonly components["schemas"]["OrganisationView"][];
        };
        /** @description What was done to a record. `undone_at`: it was taken back. */
        readonly HistoryEntryView: {
            readonly action: number;
            readonly kind: string;
            readonly at: string;
            readonly account: string;
            readonly reason: string;
            readonly undone_at: string | null;
            readonly changes: readonly components["schemas"]["ChangedFieldView"][];
        };
        /** @description What was done to a record, the newest first. */
        readonly HistoryView: {
            readonly entries: readonly components["schemas"]["HistoryEntryView"][];
        };
        /** @description What was done; `action` undoes it. */
        readonly HomeActedView: {
            readonly action: number;
            readonly household: string;
        };
        /** @description Somebody who lives there. */
        readonly HomeMemberView: {
            readonly resident: string;
            readonly name: string;
            readonly is_head: boolean;
            readonly birth_year: number | null;
        };
        /** @description A household, who lives there, the head first, its responder group, and what should be put right. */
        readonly HouseholdView: {
            readonly household: string;
            readonly community: string;
            readonly place: number | null;
            readonly flat: string;
            readonly group: string | null;
            readonly group_zh: string;
            readonly group_en: string;
            readonly members: readonly components["schemas"]["HomeMemberView"][];
            readonly warnings: readonly ("no-group" | "no-head" | "two-heads" | "no-flat")[];
        };
        /** @description Which households: those whose flat begins with `text`, of the filter `only`. */
        readonly HouseholdsRequest: {
            /** @enum {string} */
            readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
            readonly community: string;
            /** @enum {string} */
            readonly only?: "all" | "no-group" | "no-head" | "alone";
            readonly text?: string;
            readonly offset?: number;
            readonly limit?: number;
        };
        /**
         * @description A page of households by flat: `found` fit the filter, of `all_of_them`; `without_group` are in no group.
         *
         *     `without_home` people live in no household.
         */
        readonly HouseholdsView: {
            readonly households: readonly components["schemas"]["HouseholdView"][];
            readonly found: number;
            readonly all_of_them: number;
            readonly without_group: number;
            readonly without_home: number;
        };
        /**
         * @description A sheet that was taken over. `run` takes it back, in all these communities; `undoing`: that goes on now;
         *     `refusal`: why it was not done when it was asked last.
         */
        readonly ImportView: {
            readonly run: number;
            readonly file_name: string;
            readonly made_at: string;
            readonly made_by: string;
            readonly undone_at: string | null;
            readonly undone_by: string | null;
            readonly runs: readonly components["schemas"]["CommunityRunView"][];
            readonly counts: components["schemas"]["TakenCountsView"];
            readonly undoing: boolean;
            readonly refusal: components["schemas"]["RefusedView"] | null;
        };
        /** @description Imports, the newest first; more come `before` the lowest number of the last one. */
        readonly ImportsView: {
            readonly imports: readonly components["schemas"]["ImportView"][];
            readonly before: number | null;
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
            readonly reasons: readonly (("REASON_UNSPECIFIED" | "SOS" | "FALL" | "REMOVED" | "LOW_BATTERY" | "GEOFENCE_OUT" | "GEOFENCE_IN" | "TAMPER" | "SMOKE" | "WATER" | "PANIC" | "GENERAL" | "CALL_BUTTON" | "HELP_BELL" | "BOX_CANNOT_RECORD" | "BOX_SILENT" | "DEVICE_SILENT" | "STAFF_ASKED" | "POWER_CUT" | "JOURNAL_SALVAGED" | "BOX_ROLLED_BACK" | "NOT_HEARD" | "NOT_MOVING" | "FORBIDDEN_ZONE" | "OVERDUE" | "QUIET_HOURS") | `${number}`)[];
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
        /** @description Who moves together with the household. */
        readonly JoinRequest: {
            readonly residents: readonly string[];
        };
        /** @description Why a ladder is not saved. `step` from 1, 0 = the whole; `groups`: labels of those without a phone. */
        readonly LadderFaultView: {
            /** @enum {string} */
            readonly fault: "nobody" | "no-phone" | "no-channel";
            readonly step: number;
            readonly target: ("siren" | "kiosk" | "lan" | "console" | "group" | "leader" | "grid_worker" | "operator" | "second_operator" | "supervisor" | "review") | "";
            readonly groups: readonly string[];
        };
        /** @description A ladder as it is typed, '' = as boxes have it; null: what is set. */
        readonly LadderRequest: {
            readonly key: string;
            readonly value?: string | null;
        };
        /** @description A step: seconds after the alarm began to ring, and what stops it before. */
        readonly LadderStepView: {
            readonly wait_s: number;
            /** @enum {string} */
            readonly until: "acked" | "going";
            readonly targets: readonly components["schemas"]["LadderTargetView"][];
        };
        /**
         * @description Whom or what a step reaches. Senders: "" = nobody. `phones` null: it is reached without one.
         *
         *     Not `is_certain`: whether the sender has a channel to phones is not known yet.
         */
        readonly LadderTargetView: {
            /** @enum {string} */
            readonly target: "siren" | "kiosk" | "lan" | "console" | "group" | "leader" | "grid_worker" | "operator" | "second_operator" | "supervisor" | "review";
            /** @enum {string} */
            readonly with_hub: "box" | "hub" | "";
            /** @enum {string} */
            readonly without_hub: "box" | "hub" | "";
            readonly phones: number | null;
            readonly is_certain: boolean;
        };
        /** @description Who rings when. `wrong`: the text is no ladder, in that step and word (from 1, 0 = the whole). */
        readonly LadderView: {
            readonly key: string;
            readonly value: string;
            readonly is_default: boolean;
            /** @enum {string} */
            readonly wrong: "" | "too-many" | "not-at-once" | "empty" | "seconds" | "until" | "no-target" | "unknown-target";
            readonly wrong_step: number;
            readonly wrong_word: number;
            readonly steps: readonly components["schemas"]["LadderStepView"][];
            readonly faults: readonly components["schemas"]["LadderFaultView"][];
        };
        /** @description Who leads; null: nobody. */
        readonly LeaderRequest: {
            readonly leader: string | null;
        };
        /** @description Who leads a group, and whether they still live here. */
        readonly LeaderView: {
            readonly resident: string;
            /** @enum {string} */
            readonly state: "present" | "moved-out" | "died" | "merged";
            readonly name: string;
            readonly flat: string;
            readonly phones: readonly string[];
        };
        /** @description Moved out, or died; the day of a death as far as it is known. */
        readonly LeaveRequest: {
            /** @enum {string} */
            readonly why: "moved-out" | "died";
            readonly died_on?: string | null;
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
        /** @description How many lines each list of a comparison has. */
        readonly ListCountsView: {
            readonly new: number;
            readonly changed: number;
            readonly kept: number;
            readonly missing: number;
            readonly refused: number;
            readonly left_out: number;
            readonly noted: number;
        };
        /** @description What a list for a purpose can hold. */
        readonly ListFieldsView: {
            /** @enum {string} */
            readonly purpose: "care" | "activity" | "case" | "device-maintenance";
            readonly fields: readonly ("name" | "sex" | "age" | "birth" | "id-number" | "archive-no" | "flat" | "household" | "phones" | "contacts" | "bands" | "group")[];
        };
        /** @description A line of a list: a row of the sheet, somebody of the registry, or both. What a list does not have is empty. */
        readonly ListLineView: {
            readonly row: number | null;
            readonly resident: string | null;
            readonly community: string | null;
            readonly name: string;
            readonly flat: string;
            readonly sex: string;
            readonly birth: string;
            readonly phones: string;
            readonly contact: string;
            readonly id_number: string;
            readonly archive_no: string;
            readonly parts: readonly components["schemas"]["PartView"][];
            readonly problems: readonly components["schemas"]["ProblemView"][];
        };
        /** @description Some lines of a list, and how many there are. */
        readonly ListPageView: {
            readonly total: number;
            readonly lines: readonly components["schemas"]["ListLineView"][];
        };
        /** @description Which lines of a list: those with `text` in name, flat or row, from line `first` on. */
        readonly ListRequest: {
            readonly text?: string;
            readonly first?: number;
            readonly limit?: number;
        };
        /** @description Where it is; both or none. */
        readonly LocateRequest: {
            readonly latitude_e6: number | null;
            readonly longitude_e6: number | null;
        };
        /**
         * @description Why there is no session; `error` stays the same for years.
         *
         *     "wrong" says the same of an account that is unknown, a wrong password and a wrong code. The others but "too_many"
         *     are told only to who gave the right password; "no_key": the hub cannot check codes now. `until` comes with
         *     "locked", `again_s` with "too_many" (status 429).
         */
        readonly LogInRefusal: {
            /** @enum {string} */
            readonly error: "wrong" | "code_needed" | "locked" | "disabled" | "too_many" | "no_key";
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
        /** @description What for, in an emergency about which open incident, and why: the log of look-ups keeps it. */
        readonly LookRequest: {
            /** @enum {string} */
            readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
            readonly incident?: string | null;
            readonly reason?: string;
        };
        /** @description A look-up; `people` is how many it showed. */
        readonly LookUpView: {
            readonly entry: number;
            readonly at: string;
            readonly account: string;
            readonly role: string;
            readonly purpose: string;
            readonly kind: string;
            readonly fields: string;
            readonly incident: string | null;
            readonly reason: string;
            readonly people: number;
        };
        /** @description Look-ups, the newest first; more come `before` the last entry. */
        readonly LookUpsView: {
            readonly look_ups: readonly components["schemas"]["LookUpView"][];
        };
        /** @description Somebody of the same household. */
        readonly MemberView: {
            readonly resident: string;
            readonly name: string;
            readonly is_head: boolean;
        };
        /** @description The record that becomes a part of this one. */
        readonly MergeRequest: {
            readonly other: string;
            readonly reason?: string;
        };
        /** @description Somebody who moves in. An ID number gives sex and birth date; `came_from` is the record elsewhere, now closed. */
        readonly MoveInRequest: {
            readonly community: string;
            readonly name: string;
            readonly flat?: string;
            readonly sex?: ("male" | "female") | null;
            readonly born_on?: string | null;
            readonly birth_exactness?: ("day" | "month" | "year" | "about") | null;
            readonly id_number?: string | null;
            readonly phones?: readonly string[];
            readonly archive_no?: string | null;
            readonly of_its_own?: boolean;
            readonly is_head?: boolean;
            readonly came_from?: string | null;
        };
        /** @description To another flat of the community. */
        readonly MoveRequest: {
            readonly flat: string;
            readonly of_its_own?: boolean;
            readonly whole_household?: boolean;
        };
        /** @description Whoever wore the device when the alarm was raised, by full name; null where the registry knows nobody. */
        readonly NamedView: {
            readonly person: components["schemas"]["PersonLineView"] | null;
        };
        /** @description A resident of the community, or a name and a number. */
        readonly NewContactRequest: {
            readonly relation: string;
            readonly other?: string | null;
            readonly name?: string | null;
            readonly phone?: string | null;
        };
        /** @description A note. */
        readonly NoteRequest: {
            /** @enum {string} */
            readonly kind: "danger" | "grade" | "care" | "incident" | "general";
            readonly text: string;
        };
        /** @description A note. */
        readonly NoteView: {
            readonly note: string;
            /** @enum {string} */
            readonly kind: "danger" | "grade" | "care" | "incident" | "general";
            readonly text: string;
            readonly made_at: string;
            readonly made_by: string;
        };
        /** @description What somebody asks, and on which day it came in; null = today. */
        readonly OpenRequestRequest: {
            /** @enum {string} */
            readonly kind: "access" | "correct" | "delete";
            readonly received_on?: string | null;
        };
        /** @description A body; `organisation` null: a new one. */
        readonly OrganisationRequest: {
            readonly community: string;
            readonly organisation?: string | null;
            readonly name: string;
            readonly kind?: string;
            readonly phone?: string;
        };
        /** @description A body, and how many of the community's staff and volunteers belong to it. */
        readonly OrganisationView: {
            readonly organisation: string;
            readonly community: string;
            readonly name: string;
            readonly kind: string;
            readonly phone: string;
            readonly members: number;
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
            readonly kind: ("kiosk" | "neighbour" | "board") | string;
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
            readonly kind: ("kiosk" | "neighbour" | "board") | string;
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
        /**
         * @description A part of a record before and after; '' = nothing, `*` = an ID number that is not shown.
         *
         *     Of a hand edit, `before` is what stays and `after` what the sheet says; `edited_at` is when it was made.
         */
        readonly PartView: {
            /** @enum {string} */
            readonly part: "name" | "id-number" | "archive-no" | "sex" | "birth" | "phones" | "flat" | "head" | "contact";
            readonly before: string;
            readonly after: string;
            readonly edited_at: string | null;
        };
        /** @description Changes the own password; `code` where there is a second factor. Other sessions of the account end. */
        readonly PasswordRequest: {
            readonly password: string;
            readonly new_password: string;
            readonly code?: string;
        };
        /** @description A page of people by name; the next one comes after the last of these. */
        readonly PeopleListView: {
            readonly people: readonly components["schemas"]["PersonLineView"][];
        };
        /**
         * @description Why nothing was shown or done. `field`: what does not fit; `resident`, `binding`, `household` and `group`: who
         *     stands in the way.
         */
        readonly PeopleRefusal: {
            /** @enum {string} */
            readonly error: "not-allowed" | "purpose" | "not-logged" | "no_key" | "unavailable" | "community-unknown" | "already-there" | "resident-unknown" | "action-unknown" | "already-undone" | "changed-since" | "no-incident" | "incident-not-open" | "too-short" | "glass-not-broken" | "needs-reason" | "bad-value" | "double-found" | "not-there" | "bound-already" | "not-in-that-state" | "cannot-merge" | "edited-meanwhile" | "needs-every-community" | "history-removed" | "is-an-import" | "import-running" | "refused" | "grouped-already" | "token-taken" | "upload-unknown" | "upload-busy" | "not-compared" | "not-missing" | "too-many-uploads" | "no-room" | "import-unknown" | "import-undone" | "export-unknown" | "export-over" | "export-own" | "export-not-approved" | "export-not-yours" | "export-nobody" | "export-fields" | "worker-ended";
            readonly message: string;
            readonly field: string | null;
            readonly resident: string | null;
            readonly binding: number | null;
            readonly household: string | null;
            readonly group: string | null;
        };
        /** @description A person in a list. `name` is masked (王*秀) where the purpose sees no names. */
        readonly PersonLineView: {
            readonly resident: string;
            readonly community: string;
            /** @enum {string} */
            readonly state: "present" | "moved-out" | "died" | "merged";
            readonly name: string;
            readonly flat: string;
            readonly sex: ("male" | "female") | null;
            readonly birth_year: number | null;
        };
        /**
         * @description A record. `asked_for`: the id that was asked for; where it was merged, `line.resident` is the one that counts.
         *
         *     `merged`: the ids of records that were made a part of this one.
         */
        readonly PersonView: {
            readonly line: components["schemas"]["PersonLineView"];
            readonly fields: readonly string[];
            readonly asked_for: string;
            readonly version: number;
            readonly changed_at: string;
            readonly born_on: string | null;
            readonly birth_exactness: ("day" | "month" | "year" | "about") | null;
            readonly died_on: string | null;
            readonly left_at: string | null;
            readonly archive_no: string | null;
            readonly id_number: string | null;
            readonly household: string | null;
            readonly members: readonly components["schemas"]["MemberView"][];
            readonly phones: readonly string[];
            readonly contacts: readonly components["schemas"]["ContactView"][];
            readonly notes: readonly components["schemas"]["NoteView"][];
            readonly bands: readonly components["schemas"]["BandView"][];
            readonly group: string | null;
            readonly consents: readonly components["schemas"]["ConsentView"][];
            readonly merged: readonly string[];
        };
        /** @description What was done; `action` undoes it. */
        readonly PlaceActedView: {
            readonly action: number;
            readonly place: number;
        };
        /** @description How it is called. */
        readonly PlaceNameRequest: {
            readonly name: string;
        };
        /** @description A new place, in `parent`: a unit in a building, a flat in either. */
        readonly PlaceRequest: {
            readonly community: string;
            /** @enum {string} */
            readonly kind: "building" | "unit" | "flat" | "site";
            readonly name: string;
            readonly parent?: number | null;
        };
        /** @description Where the device was last heard; `age_s` is how old that was when the alarm was found. */
        readonly PlaceView: {
            readonly zone: string;
            readonly zone_zh: string;
            readonly zone_en: string;
            readonly age_s: number;
        };
        /**
         * @description Bands that were pressed or heard in the last minute, the likeliest first.
         *
         *     `only`: the one that was pressed, empty when it was none or more than one. `left_out`: how many more were heard.
         *     `is_connected` false = the box cannot say what it hears now.
         */
        readonly PressChoiceView: {
            readonly box: string;
            readonly is_connected: boolean;
            readonly only: string;
            readonly proposals: readonly components["schemas"]["ProposalView"][];
            readonly left_out: number;
        };
        /** @description What is wrong, where (D7), and what would be right. */
        readonly ProblemView: {
            readonly place: string;
            readonly head: string;
            readonly code: string;
            /** @enum {string} */
            readonly what_becomes: "refused" | "left-out" | "noted";
            readonly zh: string;
            readonly en: string;
        };
        /** @description How far a job is: `done` of `of` people, 0 of 0 before they are counted. `behind`: whose job it waits for. */
        readonly ProgressView: {
            readonly done: number;
            readonly of: number;
            readonly behind: string | null;
        };
        /** @description A band that may be meant. `is_bound`: somebody wears it; ask before it is given to another. */
        readonly ProposalView: {
            readonly device: string;
            readonly label_zh: string;
            readonly label_en: string;
            readonly adopted: boolean;
            readonly pressed_ago_s: number | null;
            readonly heard_ago_s: number;
            readonly is_bound: boolean;
        };
        /** @description Which households; `may_go_over`: those of another group leave that one. */
        readonly PutInRequest: {
            readonly households: readonly string[];
            readonly may_go_over?: boolean;
        };
        /** @description In which building or unit it is; null: as its label says. */
        readonly PutPlaceRequest: {
            readonly parent: number | null;
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
        /** @description What a box does not use: `row` as table.key.field, never a person; the roster before stays in use. */
        readonly RefusedRowView: {
            readonly revision: number;
            readonly row: string;
            readonly reason: string;
            readonly since_at: string;
        };
        /** @description Why something was not done, in both languages. */
        readonly RefusedView: {
            readonly code: string;
            readonly zh: string;
            readonly en: string;
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
        /** @description A device, and who has it now. */
        readonly RegisteredDeviceView: {
            readonly device: number;
            readonly key: string;
            readonly kind: string;
            readonly number: string;
            readonly model: string;
            readonly zone: string | null;
            readonly state: string;
            readonly binding: number | null;
            readonly resident: string | null;
            readonly name: string;
            readonly from_at: string | null;
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
        /** @description The request's number. */
        readonly RequestDoneView: {
            readonly number: number;
        };
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
        /** @description How many days one kind of thing is kept, how many are there, how many would go now. */
        readonly RetentionClockView: {
            /** @enum {string} */
            readonly what: "look-ups" | "incident-notes" | "left-people" | "undone-people";
            readonly days: number;
            readonly default_days: number;
            readonly there: number;
            readonly going: number;
            readonly changed_at: string | null;
            readonly changed_by: string;
        };
        /** @description What a run removed, by table; `stopped`: why nothing. */
        readonly RetentionDoneView: {
            readonly counts: {
                readonly [key: string]: number;
            };
            readonly stopped: string;
        };
        /** @description `confirmed`: somebody has looked at how much would go. */
        readonly RetentionRunRequest: {
            readonly confirmed?: boolean;
        };
        /** @description How it stands. A run that would remove more than `max_share` of something, and more than `free`, stops. */
        readonly RetentionView: {
            readonly clocks: readonly components["schemas"]["RetentionClockView"][];
            readonly max_share: number;
            readonly free: number;
            readonly tombstones: number;
            readonly clock_is_good: boolean;
            readonly certificates: readonly components["schemas"]["CertificateView"][];
        };
        /** @description Whether it is to be repaired. */
        readonly ReturnRequest: {
            readonly broken?: boolean;
        };
        /** @description What an account may do and where, from now on. Its sessions end. */
        readonly RoleRequest: {
            /** @enum {string} */
            readonly role: "operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor";
            readonly communities: "every" | readonly string[];
        };
        /** @description A box's roster. `hub_revision` null: a file on the box says it; `box_revision` null: not said since the start. */
        readonly RosterStateView: {
            readonly box: string;
            readonly community: string;
            readonly hub_revision: number | null;
            readonly box_revision: number | null;
            readonly behind: number;
            readonly behind_since_at: string | null;
            readonly refused: readonly components["schemas"]["RefusedRowView"][];
        };
        /** @description The rosters at all boxes of the caller. */
        readonly RosterStatesView: {
            readonly rosters: readonly components["schemas"]["RosterStateView"][];
        };
        /** @description What a rule says from now on. */
        readonly RuleRequest: {
            readonly rule: string;
            readonly kind: string;
            readonly values: {
                readonly [key: string]: string;
            };
        };
        /** @description What was typed. `with_left`: those who moved out or died, too; `community`: of this one alone. */
        readonly SearchRequest: {
            /** @enum {string} */
            readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
            readonly incident?: string | null;
            readonly reason?: string;
            readonly text: string;
            readonly with_left?: boolean;
            readonly community?: string | null;
            readonly limit?: number;
        };
        /** @description Who is a household of its own from now on; `flat` '' = where they live now. */
        readonly SeparateRequest: {
            readonly residents: readonly string[];
            readonly flat?: string;
        };
        /**
         * @description Who is logged in, and what he may do now.
         *
         *     The session ends at `ends` whatever happens, and at `idle_ends` unless it is used; an open live stream is use.
         *     `second_factor`: "must_enrol" = the role needs one and the account has none; nothing is allowed until it has.
         *     `registry_away`: it began while the registry could not be asked; it is short, for alarms alone until that is back.
         *     `purposes`: what for people may be looked up (`registry/fields_by_purpose.py`).
         */
        readonly SessionView: {
            readonly account: string;
            readonly full_name: string;
            /** @enum {string} */
            readonly role: "operator" | "supervisor" | "community-staff" | "programme-officer" | "privacy-officer" | "technician" | "auditor";
            readonly communities: "every" | readonly string[];
            readonly rights: readonly ("see-incidents" | "handle-incidents" | "see-check-ins" | "see-boxes" | "manage-boxes" | "see-audit" | "see-accounts" | "manage-accounts" | "see-people" | "manage-people" | "break-glass" | "see-look-ups" | "manage-privacy")[];
            readonly ends: string;
            readonly idle_ends: string;
            /** @enum {string} */
            readonly second_factor: "on" | "must_enrol" | "not_needed";
            readonly registry_away: boolean;
            readonly purposes: readonly ("emergency" | "care" | "activity" | "case" | "device-maintenance")[];
        };
        /** @description What a setting is from now on; null: as boxes have it by themselves. */
        readonly SettingRequest: {
            readonly key: string;
            readonly value: string | null;
        };
        /** @description A setting, or a value of a rule. */
        readonly SettingView: {
            readonly key: string;
            readonly value: string;
        };
        /**
         * @description A sheet of a file. `header_row` 0: no row with the heads of columns was found. `columns_not_read` stand too far
         *     right.
         */
        readonly SheetView: {
            readonly name: string;
            readonly is_hidden: boolean;
            readonly rows: number;
            readonly columns_not_read: number;
            readonly header_row: number;
            readonly columns: readonly components["schemas"]["ColumnView"][];
            readonly has_people: boolean;
        };
        /** @description Who works for a community; `staff` null: somebody new. */
        readonly StaffRequest: {
            readonly community: string;
            readonly staff?: string | null;
            readonly name: string;
            readonly post?: string;
            readonly phone?: string;
            readonly account?: string;
            readonly organisation?: string | null;
        };
        /** @description Somebody who works for a community; `account` '' = they do not log in. */
        readonly StaffView: {
            readonly staff: string;
            readonly community: string;
            readonly name: string;
            readonly post: string;
            readonly phone: string;
            readonly account: string;
            readonly organisation: string | null;
            readonly organisation_name: string;
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
        /**
         * @description A request. `name` is empty once the record is erased.
         *
         *     `due_on` null: the working days of that year are not published yet. `days_left` counts working days up to `due_on`,
         *     with that day; null where it is not known, or the request is closed.
         */
        readonly SubjectRequestView: {
            readonly number: number;
            readonly community: string;
            readonly resident: string;
            readonly name: string;
            readonly flat: string;
            /** @enum {string} */
            readonly kind: "access" | "correct" | "delete";
            /** @enum {string} */
            readonly state: "open" | "done" | "refused";
            /** Format: date */
            readonly received_on: string;
            readonly due_on: string | null;
            readonly days_left: number | null;
            readonly is_late: boolean;
            readonly answer: string;
        };
        /** @description Requests, the most urgent first. `today` is the day of which `days_left` and `is_late` speak. */
        readonly SubjectRequestsView: {
            /** Format: date */
            readonly today: string;
            readonly requests: readonly components["schemas"]["SubjectRequestView"][];
        };
        /** @description Which households. */
        readonly TakeOutRequest: {
            readonly households: readonly string[];
        };
        /** @description Who of those missing has moved out: nobody goes without being named here. */
        readonly TakeOverRequest: {
            readonly moved_out?: readonly string[];
        };
        /** @description What became of people. */
        readonly TakenCountsView: {
            readonly new: number;
            readonly changed: number;
            readonly moved_out: number;
        };
        /** @description What was taken over of a sheet; `has_mend`: its rows to mend are still here. */
        readonly TakenView: {
            readonly sheet: string;
            readonly runs: readonly components["schemas"]["CommunityRunView"][];
            readonly counts: components["schemas"]["TakenCountsView"];
            readonly has_mend: boolean;
        };
        /** @description What was done; `action` undoes it. `code` is one that was drawn: it is shown this once and kept nowhere. */
        readonly TokenActedView: {
            readonly action: number;
            readonly token: number;
            readonly code: string;
        };
        /**
         * @description A token for somebody, as a reader says it; '' draws a code, or takes the record's ID number.
         *
         *     `device`: the band whose chip it is. `instead_of`: one of theirs that counts no more.
         */
        readonly TokenRequest: {
            readonly resident: string;
            /** @enum {string} */
            readonly kind: "card" | "qr" | "id-card" | "band";
            readonly presented?: string;
            readonly device?: number | null;
            readonly instead_of?: number | null;
        };
        /** @description A token: `mark` tells two cards apart and nothing else; `device` is the printed number of a band. */
        readonly TokenView: {
            readonly token: number;
            /** @enum {string} */
            readonly kind: "card" | "qr" | "id-card" | "band";
            readonly mark: string;
            readonly resident: string;
            readonly name: string;
            readonly flat: string;
            readonly device: string;
            readonly made_at: string;
            readonly ended_at: string | null;
        };
        /** @description A page of tokens, the newest first. */
        readonly TokensView: {
            readonly tokens: readonly components["schemas"]["TokenView"][];
            readonly found: number;
        };
        /** @description A second factor that counts as soon as a code of it came. `qr_image` is an address of an SVG image of `uri`. */
        readonly TotpView: {
            readonly secret: string;
            readonly uri: string;
            readonly qr_image: string;
        };
        /** @description How often on a day (at the site) for a device: alarms, and those of them that ring. */
        readonly TrialRowView: {
            readonly day: string;
            readonly device: string;
            readonly alarms: number;
            readonly rings: number;
        };
        /**
         * @description How often a rule would have rung. `late`: events that came out of order and were left out.
         *
         *     `complete` false: there were more events or rows than are looked at or listed.
         */
        readonly TrialView: {
            readonly days: number;
            readonly alarms: number;
            readonly rings: number;
            readonly events: number;
            readonly late: number;
            readonly complete: boolean;
            readonly rows: readonly components["schemas"]["TrialRowView"][];
        };
        /** @description Why. */
        readonly UndoImportRequest: {
            readonly reason?: string;
        };
        /** @description Why. */
        readonly UndoRequest: {
            readonly reason?: string;
        };
        /**
         * @description A sheet that was sent. It is removed at `ends_at`, or as soon as it is taken over; `has_file`: it is still here.
         *
         *     `sheets_left`: sheets with people that were not taken over.
         */
        readonly UploadView: {
            readonly upload: string;
            readonly file_name: string;
            readonly bytes_long: number;
            readonly uploaded_at: string;
            readonly ends_at: string;
            /** @enum {string} */
            readonly step: "reading" | "unreadable" | "read" | "comparing" | "compared" | "taking-over" | "taken";
            readonly has_file: boolean;
            readonly sheets: readonly components["schemas"]["SheetView"][];
            readonly sheets_left: readonly string[];
            readonly compared: components["schemas"]["ComparedView"] | null;
            readonly taken: readonly components["schemas"]["TakenView"][];
            readonly refusal: components["schemas"]["RefusedView"] | null;
            readonly progress: components["schemas"]["ProgressView"] | null;
        };
        /** @description The caller's sheets, the newest first. `busy_with`: whose sheet the hub works on now, null for nobody's. */
        readonly UploadsView: {
            readonly uploads: readonly components["schemas"]["UploadView"][];
            readonly busy_with: string | null;
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
        /** @description Who helps: a resident, or a name and a number; `volunteer` null: somebody new. */
        readonly VolunteerRequest: {
            readonly community: string;
            readonly volunteer?: string | null;
            readonly resident?: string | null;
            readonly name?: string;
            readonly phone?: string;
            readonly organisation?: string | null;
        };
        /** @description Somebody who helps; `has_left`: a resident who lives here no more. */
        readonly VolunteerView: {
            readonly volunteer: string;
            readonly community: string;
            readonly resident: string | null;
            readonly name: string;
            readonly phones: readonly string[];
            readonly organisation: string | null;
            readonly organisation_name: string;
            readonly has_left: boolean;
        };
        /** @description A page that shows a code; the code itself is read out by whoever stands before it. */
        readonly WaitingPageView: {
            readonly page: string;
            readonly kind: ("kiosk" | "neighbour" | "board") | string;
            readonly address: string;
            readonly label: string;
            readonly left_s: number;
            readonly why: ("new" | "moved" | "revoked" | "other_kind") | string;
        };
        /** @description The newest first. `more`: what to give as `before` for those behind, None at the end. */
        readonly WholeAuditView: {
            readonly lines: readonly components["schemas"]["AuditEntryView"][];
            readonly more: number | null;
        };
        /** @description How it was taken back. */
        readonly WithdrawConsentRequest: {
            /** @enum {string} */
            readonly channel: "paper" | "kiosk" | "wechat" | "desk";
        };
        /** @description A text that is read out. */
        readonly WordingView: {
            /** @enum {string} */
            readonly kind: "location" | "guardian-watch" | "photo" | "share" | "points" | "messages" | "minor";
            readonly version: string;
            /** @enum {string} */
            readonly language: "zh" | "en";
            readonly text: string;
        };
        /** @description All texts, those of earlier versions too. */
        readonly WordingsView: {
            readonly wordings: readonly components["schemas"]["WordingView"][];
        };
        /** @description What was done; `action` undoes it. */
        readonly ZoneActedView: {
            readonly action: number;
            readonly zone: string;
        };
        /** @description How it is called. */
        readonly ZoneNameRequest: {
            readonly label_zh: string;
            readonly label_en?: string;
        };
        /** @description A new zone; its id is for good: 1 to 32 of a-z, 0-9 and hyphen. */
        readonly ZoneRequest: {
            readonly community: string;
            readonly zone: string;
            readonly label_zh: string;
            readonly label_en?: string;
        };
        /** @description A part of a community that receivers cover, and how many devices hang there. */
        readonly ZoneView: {
            readonly zone: string;
            readonly label_zh: string;
            readonly label_en: string;
            readonly devices: number;
            readonly ended_at: string | null;
        };
        /** @description A community's zones by id, ended ones last. */
        readonly ZonesView: {
            readonly zones: readonly components["schemas"]["ZoneView"][];
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
export type ActedView = components['schemas']['ActedView'];
export type ActorView = components['schemas']['ActorView'];
export type AddAccountRequest = components['schemas']['AddAccountRequest'];
export type AddBoxRequest = components['schemas']['AddBoxRequest'];
export type AddCommunityRequest = components['schemas']['AddCommunityRequest'];
export type AllowedRuleView = components['schemas']['AllowedRuleView'];
export type AllowedView = components['schemas']['AllowedView'];
export type ApprovePageRequest = components['schemas']['ApprovePageRequest'];
export type AuditEntryView = components['schemas']['AuditEntryView'];
export type AuditLineView = components['schemas']['AuditLineView'];
export type AuditView = components['schemas']['AuditView'];
export type BacklogView = components['schemas']['BacklogView'];
export type BandView = components['schemas']['BandView'];
export type BeatMessage = components['schemas']['BeatMessage'];
export type BeatView = components['schemas']['BeatView'];
export type BeginTotpRequest = components['schemas']['BeginTotpRequest'];
export type BoxMessage = components['schemas']['BoxMessage'];
export type BoxView = components['schemas']['BoxView'];
export type BranchView = components['schemas']['BranchView'];
export type BuildingsView = components['schemas']['BuildingsView'];
export type CertificateView = components['schemas']['CertificateView'];
export type ChainView = components['schemas']['ChainView'];
export type ChangedFieldView = components['schemas']['ChangedFieldView'];
export type CheckInMessage = components['schemas']['CheckInMessage'];
export type CheckInView = components['schemas']['CheckInView'];
export type CheckInsOfCommunity = components['schemas']['CheckInsOfCommunity'];
export type CheckInsView = components['schemas']['CheckInsView'];
export type ChosenRequest = components['schemas']['ChosenRequest'];
export type ChosenView = components['schemas']['ChosenView'];
export type ClockRequest = components['schemas']['ClockRequest'];
export type ClockView = components['schemas']['ClockView'];
export type ClocksView = components['schemas']['ClocksView'];
export type CloseRequestRequest = components['schemas']['CloseRequestRequest'];
export type ClosedRequest = components['schemas']['ClosedRequest'];
export type ClosedView = components['schemas']['ClosedView'];
export type CodeView = components['schemas']['CodeView'];
export type ColumnView = components['schemas']['ColumnView'];
export type CommunitiesView = components['schemas']['CommunitiesView'];
export type CommunityActedView = components['schemas']['CommunityActedView'];
export type CommunityNameRequest = components['schemas']['CommunityNameRequest'];
export type CommunityOverviewView = components['schemas']['CommunityOverviewView'];
export type CommunityRuleView = components['schemas']['CommunityRuleView'];
export type CommunityRulesView = components['schemas']['CommunityRulesView'];
export type CommunityRunView = components['schemas']['CommunityRunView'];
export type CommunityView = components['schemas']['CommunityView'];
export type CompareRequest = components['schemas']['CompareRequest'];
export type ComparedView = components['schemas']['ComparedView'];
export type ConfirmTotpRequest = components['schemas']['ConfirmTotpRequest'];
export type Conflict = components['schemas']['Conflict'];
export type ConsentLineView = components['schemas']['ConsentLineView'];
export type ConsentListView = components['schemas']['ConsentListView'];
export type ConsentView = components['schemas']['ConsentView'];
export type ContactView = components['schemas']['ContactView'];
export type ContactsRequest = components['schemas']['ContactsRequest'];
export type DeviceRequest = components['schemas']['DeviceRequest'];
export type DeviceView = components['schemas']['DeviceView'];
export type DevicesView = components['schemas']['DevicesView'];
export type DoneView = components['schemas']['DoneView'];
export type DwellingView = components['schemas']['DwellingView'];
export type EditRequest = components['schemas']['EditRequest'];
export type EndHelperRequest = components['schemas']['EndHelperRequest'];
export type EraseRequest = components['schemas']['EraseRequest'];
export type Expected = components['schemas']['Expected'];
export type ExportAsked = components['schemas']['ExportAsked'];
export type ExportRefusal = components['schemas']['ExportRefusal'];
export type ExportView = components['schemas']['ExportView'];
export type ExportsView = components['schemas']['ExportsView'];
export type FirstView = components['schemas']['FirstView'];
export type FlatRequest = components['schemas']['FlatRequest'];
export type FlatsView = components['schemas']['FlatsView'];
export type FoundView = components['schemas']['FoundView'];
export type GiveConsentRequest = components['schemas']['GiveConsentRequest'];
export type GlassRequest = components['schemas']['GlassRequest'];
export type GlassView = components['schemas']['GlassView'];
export type GlassesView = components['schemas']['GlassesView'];
export type GroupActedView = components['schemas']['GroupActedView'];
export type GroupDetailView = components['schemas']['GroupDetailView'];
export type GroupHomeView = components['schemas']['GroupHomeView'];
export type GroupNameRequest = components['schemas']['GroupNameRequest'];
export type GroupRequest = components['schemas']['GroupRequest'];
export type GroupView = components['schemas']['GroupView'];
export type GroupsView = components['schemas']['GroupsView'];
export type HandOutRequest = components['schemas']['HandOutRequest'];
export type HeadRequest = components['schemas']['HeadRequest'];
export type HealthView = components['schemas']['HealthView'];
export type HelloMessage = components['schemas']['HelloMessage'];
export type HelloView = components['schemas']['HelloView'];
export type HelperActedView = components['schemas']['HelperActedView'];
export type HelpersView = components['schemas']['HelpersView'];
export type HistoryEntryView = components['schemas']['HistoryEntryView'];
export type HistoryView = components['schemas']['HistoryView'];
export type HomeActedView = components['schemas']['HomeActedView'];
export type HomeMemberView = components['schemas']['HomeMemberView'];
export type HouseholdView = components['schemas']['HouseholdView'];
export type HouseholdsRequest = components['schemas']['HouseholdsRequest'];
export type HouseholdsView = components['schemas']['HouseholdsView'];
export type ImportView = components['schemas']['ImportView'];
export type ImportsView = components['schemas']['ImportsView'];
export type IncidentMessage = components['schemas']['IncidentMessage'];
export type IncidentView = components['schemas']['IncidentView'];
export type JoinRequest = components['schemas']['JoinRequest'];
export type LadderFaultView = components['schemas']['LadderFaultView'];
export type LadderRequest = components['schemas']['LadderRequest'];
export type LadderStepView = components['schemas']['LadderStepView'];
export type LadderTargetView = components['schemas']['LadderTargetView'];
export type LadderView = components['schemas']['LadderView'];
export type LeaderRequest = components['schemas']['LeaderRequest'];
export type LeaderView = components['schemas']['LeaderView'];
export type LeaveRequest = components['schemas']['LeaveRequest'];
export type LinkMadeView = components['schemas']['LinkMadeView'];
export type LinkRequest = components['schemas']['LinkRequest'];
export type LinkUsedView = components['schemas']['LinkUsedView'];
export type LinkView = components['schemas']['LinkView'];
export type ListCountsView = components['schemas']['ListCountsView'];
export type ListFieldsView = components['schemas']['ListFieldsView'];
export type ListLineView = components['schemas']['ListLineView'];
export type ListPageView = components['schemas']['ListPageView'];
export type ListRequest = components['schemas']['ListRequest'];
export type LocateRequest = components['schemas']['LocateRequest'];
export type LogInRefusal = components['schemas']['LogInRefusal'];
export type LogInRequest = components['schemas']['LogInRequest'];
export type LookRequest = components['schemas']['LookRequest'];
export type LookUpView = components['schemas']['LookUpView'];
export type LookUpsView = components['schemas']['LookUpsView'];
export type MemberView = components['schemas']['MemberView'];
export type MergeRequest = components['schemas']['MergeRequest'];
export type MoveInRequest = components['schemas']['MoveInRequest'];
export type MoveRequest = components['schemas']['MoveRequest'];
export type NamedView = components['schemas']['NamedView'];
export type NewContactRequest = components['schemas']['NewContactRequest'];
export type NoteRequest = components['schemas']['NoteRequest'];
export type NoteView = components['schemas']['NoteView'];
export type OpenRequestRequest = components['schemas']['OpenRequestRequest'];
export type OrganisationRequest = components['schemas']['OrganisationRequest'];
export type OrganisationView = components['schemas']['OrganisationView'];
export type OwnerView = components['schemas']['OwnerView'];
export type PageDoneView = components['schemas']['PageDoneView'];
export type PageRefusal = components['schemas']['PageRefusal'];
export type PageView = components['schemas']['PageView'];
export type PagesView = components['schemas']['PagesView'];
export type PartView = components['schemas']['PartView'];
export type PasswordRequest = components['schemas']['PasswordRequest'];
export type PeopleListView = components['schemas']['PeopleListView'];
export type PeopleRefusal = components['schemas']['PeopleRefusal'];
export type PersonLineView = components['schemas']['PersonLineView'];
export type PersonView = components['schemas']['PersonView'];
export type PlaceActedView = components['schemas']['PlaceActedView'];
export type PlaceNameRequest = components['schemas']['PlaceNameRequest'];
export type PlaceRequest = components['schemas']['PlaceRequest'];
export type PlaceView = components['schemas']['PlaceView'];
export type PressChoiceView = components['schemas']['PressChoiceView'];
export type ProblemView = components['schemas']['ProblemView'];
export type ProgressView = components['schemas']['ProgressView'];
export type ProposalView = components['schemas']['ProposalView'];
export type PutInRequest = components['schemas']['PutInRequest'];
export type PutPlaceRequest = components['schemas']['PutPlaceRequest'];
export type RecoveryCodesView = components['schemas']['RecoveryCodesView'];
export type Refusal = components['schemas']['Refusal'];
export type RefusedRowView = components['schemas']['RefusedRowView'];
export type RefusedView = components['schemas']['RefusedView'];
export type RegisteredBoxView = components['schemas']['RegisteredBoxView'];
export type RegisteredBoxesView = components['schemas']['RegisteredBoxesView'];
export type RegisteredDeviceView = components['schemas']['RegisteredDeviceView'];
export type RegistryRefusal = components['schemas']['RegistryRefusal'];
export type ReloadMessage = components['schemas']['ReloadMessage'];
export type ReloadView = components['schemas']['ReloadView'];
export type RequestDoneView = components['schemas']['RequestDoneView'];
export type ResetRequest = components['schemas']['ResetRequest'];
export type ResolveRequest = components['schemas']['ResolveRequest'];
export type RetentionClockView = components['schemas']['RetentionClockView'];
export type RetentionDoneView = components['schemas']['RetentionDoneView'];
export type RetentionRunRequest = components['schemas']['RetentionRunRequest'];
export type RetentionView = components['schemas']['RetentionView'];
export type ReturnRequest = components['schemas']['ReturnRequest'];
export type RoleRequest = components['schemas']['RoleRequest'];
export type RosterStateView = components['schemas']['RosterStateView'];
export type RosterStatesView = components['schemas']['RosterStatesView'];
export type RuleRequest = components['schemas']['RuleRequest'];
export type SearchRequest = components['schemas']['SearchRequest'];
export type SeparateRequest = components['schemas']['SeparateRequest'];
export type SessionView = components['schemas']['SessionView'];
export type SettingRequest = components['schemas']['SettingRequest'];
export type SettingView = components['schemas']['SettingView'];
export type SheetView = components['schemas']['SheetView'];
export type StaffRequest = components['schemas']['StaffRequest'];
export type StaffView = components['schemas']['StaffView'];
export type StepRequest = components['schemas']['StepRequest'];
export type StepView = components['schemas']['StepView'];
export type StreamMessage = components['schemas']['StreamMessage'];
export type StreamView = components['schemas']['StreamView'];
export type SubjectRequestView = components['schemas']['SubjectRequestView'];
export type SubjectRequestsView = components['schemas']['SubjectRequestsView'];
export type TakeOutRequest = components['schemas']['TakeOutRequest'];
export type TakeOverRequest = components['schemas']['TakeOverRequest'];
export type TakenCountsView = components['schemas']['TakenCountsView'];
export type TakenView = components['schemas']['TakenView'];
export type TokenActedView = components['schemas']['TokenActedView'];
export type TokenRequest = components['schemas']['TokenRequest'];
export type TokenView = components['schemas']['TokenView'];
export type TokensView = components['schemas']['TokensView'];
export type TotpView = components['schemas']['TotpView'];
export type TrialRowView = components['schemas']['TrialRowView'];
export type TrialView = components['schemas']['TrialView'];
export type UndoImportRequest = components['schemas']['UndoImportRequest'];
export type UndoRequest = components['schemas']['UndoRequest'];
export type UploadView = components['schemas']['UploadView'];
export type UploadsView = components['schemas']['UploadsView'];
export type UseLinkRequest = components['schemas']['UseLinkRequest'];
export type VersionView = components['schemas']['VersionView'];
export type VolunteerRequest = components['schemas']['VolunteerRequest'];
export type VolunteerView = components['schemas']['VolunteerView'];
export type WaitingPageView = components['schemas']['WaitingPageView'];
export type WholeAuditView = components['schemas']['WholeAuditView'];
export type WithdrawConsentRequest = components['schemas']['WithdrawConsentRequest'];
export type WordingView = components['schemas']['WordingView'];
export type WordingsView = components['schemas']['WordingsView'];
export type ZoneActedView = components['schemas']['ZoneActedView'];
export type ZoneNameRequest = components['schemas']['ZoneNameRequest'];
export type ZoneRequest = components['schemas']['ZoneRequest'];
export type ZoneView = components['schemas']['ZoneView'];
export type ZonesView = components['schemas']['ZonesView'];
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
    readonly audit_api_audit_get: {
        readonly parameters: {
            readonly query?: {
                readonly account?: string | null;
                readonly subject?: string | null;
                readonly kind?: string | null;
                readonly since?: string | null;
                readonly until?: string | null;
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
                    readonly "application/json": components["schemas"]["WholeAuditView"];
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
    readonly closed_api_incidents_closed_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClosedRequest"];
            };
        };
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
    readonly search_people_api_people_search_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SearchRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FoundView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly people_api_people_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
                readonly state?: "present" | "moved-out" | "died" | "merged";
                readonly by?: "name" | "flat" | "oldest" | "changed";
                readonly with_band?: boolean | null;
                readonly after?: string | null;
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
                    readonly "application/json": components["schemas"]["PeopleListView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly moves_in_api_people_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MoveInRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly one_person_api_people__resident__get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly incident?: string | null;
            };
            readonly header?: never;
            readonly path: {
                readonly resident: string;
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
                    readonly "application/json": components["schemas"]["PersonView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly one_person_with_a_reason_api_people__resident__look_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LookRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PersonView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly one_history_api_people__resident__history_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
            };
            readonly header?: never;
            readonly path: {
                readonly resident: string;
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
                    readonly "application/json": components["schemas"]["HistoryView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly looks_api_people__resident__look_ups_get: {
        readonly parameters: {
            readonly query?: {
                readonly before?: number | null;
            };
            readonly header?: never;
            readonly path: {
                readonly resident: string;
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
                    readonly "application/json": components["schemas"]["LookUpsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly moves_api_people__resident__move_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MoveRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly leaves_api_people__resident__leave_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LeaveRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly undoes_api_people_actions__action__undo_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly action: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["UndoRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly edits_api_people__resident__edit_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EditRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly contacts_api_people__resident__contacts_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ContactsRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly notes_api_people__resident__notes_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NoteRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly merges_api_people__resident__merge_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MergeRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly splits_api_people__resident__split_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["UndoRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly erases_api_people__resident__erase_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EraseRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly devices_api_devices_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
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
                    readonly "application/json": components["schemas"]["DevicesView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly adds_api_devices_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["DeviceRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly hands_out_api_devices__device__hand_out_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly device: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["HandOutRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly loses_api_devices__device__lost_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly device: number;
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
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly returns_api_devices__device__return_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly device: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReturnRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly repaired_api_devices__device__repaired_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly device: number;
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
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly look_ups_api_look_ups_get: {
        readonly parameters: {
            readonly query?: {
                readonly account?: string | null;
                readonly incident?: string | null;
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
                    readonly "application/json": components["schemas"]["LookUpsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly glasses_api_glass_get: {
        readonly parameters: {
            readonly query?: {
                readonly unseen?: boolean;
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
                    readonly "application/json": components["schemas"]["GlassesView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly breaks_api_glass_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["GlassRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GlassView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly own_api_glass_own_get: {
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
                    readonly "application/json": components["schemas"]["GlassesView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly seen_api_glass__number__seen_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly number: number;
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
                    readonly "application/json": components["schemas"]["GlassesView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly named_api_incidents__key__named_get: {
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
                    readonly "application/json": components["schemas"]["NamedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly wordings_api_consents_wordings_get: {
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
                    readonly "application/json": components["schemas"]["WordingsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly consents_api_consents_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
                readonly kind?: ("location" | "guardian-watch" | "photo" | "share" | "points" | "messages" | "minor") | null;
                readonly withdrawn?: boolean;
                readonly before?: number | null;
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
                    readonly "application/json": components["schemas"]["ConsentListView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly gives_api_people__resident__consents_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["GiveConsentRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly withdraws_api_people__resident__consents__kind__withdraw_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
                readonly kind: "location" | "guardian-watch" | "photo" | "share" | "points" | "messages" | "minor";
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["WithdrawConsentRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly requests_api_requests_get: {
        readonly parameters: {
            readonly query?: {
                readonly closed?: boolean;
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
                    readonly "application/json": components["schemas"]["SubjectRequestsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly opens_api_people__resident__requests_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly resident: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["OpenRequestRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RequestDoneView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly closes_api_requests__number__close_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly number: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CloseRequestRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RequestDoneView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly retention_api_retention_get: {
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
                    readonly "application/json": components["schemas"]["RetentionView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly sets_api_retention_clocks__what__post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly what: "look-ups" | "incident-notes" | "left-people" | "undone-people";
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClockRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RetentionView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly runs_api_retention_run_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RetentionRunRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RetentionDoneView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly chain_api_look_ups_chain_get: {
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
                    readonly "application/json": components["schemas"]["ChainView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly own_files_api_imports_files_get: {
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
                    readonly "application/json": components["schemas"]["UploadsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly sends_file_api_imports_files_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "x-file-name": string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": string;
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UploadView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly one_file_api_imports_files__upload__get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly upload: string;
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
                    readonly "application/json": components["schemas"]["UploadView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly removes_file_api_imports_files__upload__delete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly upload: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly rows_to_mend_api_imports_files__upload__mend_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly upload: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A spreadsheet */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly compares_api_imports_files__upload__compare_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly upload: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CompareRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UploadView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly page_api_imports_files__upload__lists__kind__post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly upload: string;
                readonly kind: "new" | "changed" | "kept" | "missing" | "refused" | "left-out" | "noted";
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ListRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ListPageView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly takes_over_api_imports_files__upload__take_over_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly upload: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["TakeOverRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UploadView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly cancels_api_imports_files__upload__cancel_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly upload: string;
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
                    readonly "application/json": components["schemas"]["UploadView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly imports_api_imports_get: {
        readonly parameters: {
            readonly query?: {
                readonly before?: number | null;
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
                    readonly "application/json": components["schemas"]["ImportsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly undoes_api_imports__run__undo_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly run: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["UndoImportRequest"];
            };
        };
        readonly responses: {
            /** @description It is being taken back */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": unknown;
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly exports_api_exports_get: {
        readonly parameters: {
            readonly query?: {
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
                    readonly "application/json": components["schemas"]["ExportsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly asks_api_exports_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ExportAsked"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ExportView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly approves_api_exports__export__approve_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly export: number;
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
                    readonly "application/json": components["schemas"]["ExportView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly refuses_api_exports__export__refuse_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly export: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ExportRefusal"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ExportView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly fetches_api_exports__export__file_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly export: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A spreadsheet */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly pressed_api_boxes__box__pressed_get: {
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
                    readonly "application/json": components["schemas"]["PressChoiceView"];
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
        };
    };
    readonly households_api_households_search_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["HouseholdsRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HouseholdsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly separates_api_households_separate_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SeparateRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HomeActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly joins_api_households__household__join_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly household: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["JoinRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HomeActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly heads_api_households__household__head_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly household: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["HeadRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HomeActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly moves_api_households__household__move_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly household: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["FlatRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HomeActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly groups_api_groups_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
                readonly with_warning?: boolean;
                readonly offset?: number;
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
                    readonly "application/json": components["schemas"]["GroupsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly makes_api_groups_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["GroupRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GroupActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly one_group_api_groups__group__get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
            };
            readonly header?: never;
            readonly path: {
                readonly group: string;
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
                    readonly "application/json": components["schemas"]["GroupDetailView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly names_api_groups__group__name_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["GroupNameRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GroupActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly ends_api_groups__group__end_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group: string;
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
                    readonly "application/json": components["schemas"]["GroupActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly puts_in_api_groups__group__put_in_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PutInRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GroupActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly takes_out_api_groups__group__take_out_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["TakeOutRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GroupActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly leads_api_groups__group__leader_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LeaderRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GroupActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly rosters_api_rosters_get: {
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
                    readonly "application/json": components["schemas"]["RosterStatesView"];
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
    readonly communities_api_communities_get: {
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
                    readonly "application/json": components["schemas"]["CommunitiesView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly names_api_communities__community__name_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CommunityNameRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CommunityActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly rules_api_communities__community__rules_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
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
                    readonly "application/json": components["schemas"]["CommunityRulesView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly puts_api_communities__community__rules_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RuleRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CommunityActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly sets_api_communities__community__settings_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SettingRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CommunityActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly tries_api_communities__community__rules_try_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RuleRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TrialView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly drops_api_communities__community__rules__rule__drop_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
                readonly rule: string;
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
                    readonly "application/json": components["schemas"]["CommunityActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly ladder_api_communities__community__ladder_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LadderRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LadderView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly buildings_api_places_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
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
                    readonly "application/json": components["schemas"]["BuildingsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly adds_api_places_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PlaceRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PlaceActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly flats_api_places_flats_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
                readonly building: string;
                readonly unit?: string | null;
                readonly offset?: number;
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
                    readonly "application/json": components["schemas"]["FlatsView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly names_api_places__place__name_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly place: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PlaceNameRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PlaceActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly puts_api_places__place__put_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly place: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PutPlaceRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PlaceActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly locates_api_places__place__locate_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly place: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LocateRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PlaceActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly ends_api_places__place__end_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly place: number;
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
                    readonly "application/json": components["schemas"]["PlaceActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly zones_api_zones_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
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
                    readonly "application/json": components["schemas"]["ZonesView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly adds_api_zones_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ZoneRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ZoneActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly names_api_zones__community___zone__name_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ZoneNameRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ZoneActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly ends_api_zones__community___zone__end_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly community: string;
                readonly zone: string;
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
                    readonly "application/json": components["schemas"]["ZoneActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly tokens_api_tokens_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
                readonly resident?: string | null;
                readonly with_ended?: boolean;
                readonly offset?: number;
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
                    readonly "application/json": components["schemas"]["TokensView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly gives_api_tokens_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["TokenRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TokenActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly blocks_api_tokens__token__block_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly token: number;
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
                    readonly "application/json": components["schemas"]["TokenActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly helpers_api_staff_get: {
        readonly parameters: {
            readonly query: {
                /** @description What for; asked once per task, and shown while it lasts */
                readonly purpose: "emergency" | "care" | "activity" | "case" | "device-maintenance";
                readonly community: string;
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
                    readonly "application/json": components["schemas"]["HelpersView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly staff_api_staff_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StaffRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HelperActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly staff_ends_api_staff_end_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EndHelperRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HelperActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly volunteer_api_volunteers_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["VolunteerRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HelperActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly volunteer_ends_api_volunteers_end_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EndHelperRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HelperActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly organisation_api_organisations_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["OrganisationRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HelperActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
        };
    };
    readonly organisation_ends_api_organisations_end_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EndHelperRequest"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HelperActedView"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"] | components["schemas"]["Refusal"];
                };
            };
            /** @description Not Found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
                };
            };
            /** @description Conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["Refusal"];
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
                    readonly "application/json": components["schemas"]["PeopleRefusal"] | components["schemas"]["RegistryRefusal"];
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
