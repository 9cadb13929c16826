// What the box sends, in the words of this page. What they hold is made from the box's dataclasses: see contract.gen.ts.
import type * as api from "./contract.gen";

export type Info = api.PageState;
export type KioskSetup = api.KioskProfile;
export type Pairing = api.PairAnswer;
export type BoxState = api.KioskState;
export type Language = KioskSetup["language"];
export type Text = api.Text;
export type Activity = api.ActivityLine;
export type Call = api.Banner;
export type Notice = api.NoticeLine;

export type CheckIn = api.CheckInResult;
export type Problem = Exclude<CheckIn["outcome"], "recorded" | "duplicate" | "choose">;
export type CardTap = api.CardTap;
export type UndoOutcome = api.UndoResult["outcome"];
export type HelpAnswer = api.HelpResult;
export type GoAnswer = api.RespondResult;
export type StaffAnswer = api.StaffAnswer;
export type StaffTopic = api.StaffRequest["about"];

/** What the event stream sends. */
export type StreamMessage = api.StreamMessage;

/** What is posted, by the last part of its path. */
export interface Requests {
  readonly pair: api.PairRequest;
  readonly "check-in": api.CheckInRequest;
  readonly undo: api.UndoRequest;
  readonly help: api.HelpRequest;
  readonly staff: api.StaffRequest;
  readonly respond: api.RespondRequest;
  readonly beat: api.PageBeat;
}
