// The hub's HTTP API in the words of this page. What they hold is made from the hub's models: see contract.gen.ts.
// Times are ISO-8601 UTC with milliseconds; `*_about` says that a time is only bounded by its neighbours and must be
// shown as "about".
import type * as api from "./contract.gen";

/** The number of a value that a box or hub of a later version has a name for. */
export type Later = `${number}`;

export type Incident = api.IncidentView;
export type Place = api.PlaceView;
export type Owner = api.OwnerView;
export type Step = api.StepView;
export type Clocks = api.ClocksView;
export type ClockName = "found" | "alarmed" | "answered" | "disposed";
export type IncidentState = Incident["state"];
export type Priority = Incident["priority"];
export type Mark = Incident["mark"];
export type Verb = Incident["allowed"][number];
export type Reason = Exclude<Incident["reasons"][number], Later | "REASON_UNSPECIFIED">;
export type ClosedPage = api.ClosedView;
export type NamedPerson = NonNullable<api.NamedView["person"]>;
export type Done = NonNullable<api.ResolveRequest["done"]>[number];
export type NextState = api.StepRequest["state"];
export type FirstAnswer = api.FirstView;
export type Refusal = api.Refusal;

export type Box = api.BoxView;
export type StreamLine = api.StreamView;
export type DeviceLine = api.DeviceView;

export type CheckInRow = api.CheckInView;
export type CheckInGroup = api.CheckInsOfCommunity;
export type CheckInDay = api.CheckInsView;

/** What the event stream sends. */
export type StreamMessage = api.StreamMessage;
export type Hello = api.HelloView;

export type RegisteredBox = api.RegisteredBoxView;
export type Register = api.RegisteredBoxesView;
export type BoxCode = api.CodeView;
export type RegisterRefusal = api.RegistryRefusal;

export type BoxPages = api.PagesView;
export type PairedPage = api.PageView;
export type PageDone = api.PageDoneView;
export type PageRefusal = api.PageRefusal;
export type PageKind = api.ApprovePageRequest["kind"];
export type SessionView = api.SessionView;
export type Account = api.AccountView;
export type AccountList = api.AccountsView;
export type LinkMade = api.LinkMadeView;
export type Role = api.SessionView["role"];
export type Scope = api.SessionView["communities"];
export type AuditLine = api.AuditLineView;
export type AuditEntry = api.AuditEntryView;
