// Questions about people and their bands, and what is done to them. Each look goes along with what it is asked for, and
// is in the log of look-ups; what is typed to find somebody stands in a body, never in an address.
import type {
  ActedView,
  ContactsRequest,
  DeviceRequest,
  DevicesView,
  EditRequest,
  FoundView,
  GlassesView,
  GlassView,
  HistoryView,
  LeaveRequest,
  LookUpsView,
  MoveInRequest,
  MoveRequest,
  NoteRequest,
  PeopleListView,
  PersonLineView,
  PersonView,
  PressChoiceView,
} from "./contract.gen";
import type { Answer, Line } from "./line";
import { askedFor, type NamedCommunity, type Task } from "../state/purpose";

/** What a question is asked for. */
export type For = Pick<Task, "purpose" | "incident">;
/** Which people a list is of, and in what order. `band`: those who wear one, or none; "" = all. */
export interface ListOf {
  readonly community: string;
  readonly state: PersonLineView["state"];
  readonly by: "name" | "flat" | "oldest" | "changed";
  readonly band: "" | "with" | "without";
}
export type Acted = Promise<Answer<ActedView>>;

export class PeopleApi {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  // ---- finding somebody -----------------------------------------------------------------------------------------

  search(task: For, text: string, withLeft = false, limit = 20): Promise<Answer<FoundView>> {
    return this.#line.post("/api/people/search", { ...askedFor(task), text, with_left: withLeft, limit });
  }

  /** A page of a community's people, behind resident `after`. */
  list(task: For, which: ListOf, after: string, limit: number): Promise<Answer<PeopleListView>> {
    const { community, state, by, band } = which;
    const asked = new URLSearchParams({ ...askedFor(task), community, state, by, after, limit: String(limit) });
    if (band) asked.set("with_band", String(band === "with"));
    return this.#line.ask(`/api/people?${asked}`);
  }

  person(task: For, resident: string): Promise<Answer<PersonView>> {
    return this.#line.ask(`${pathOf(resident)}?${new URLSearchParams(askedFor(task))}`);
  }

  history(task: For, resident: string): Promise<Answer<HistoryView>> {
    return this.#line.ask(`${pathOf(resident)}/history?${new URLSearchParams(askedFor(task))}`);
  }

  looksAt(resident: string, before: number | null): Promise<Answer<LookUpsView>> {
    return this.#line.ask(`${pathOf(resident)}/look-ups${before === null ? "" : `?before=${before}`}`);
  }

  communities(): Promise<Answer<{ readonly communities: readonly NamedCommunity[] }>> {
    return this.#line.ask("/api/communities");
  }

  // ---- what happens to them -------------------------------------------------------------------------------------

  moveIn(asked: MoveInRequest): Acted {
    return this.#line.post("/api/people", asked);
  }

  move(resident: string, asked: MoveRequest): Acted {
    return this.#line.post(`${pathOf(resident)}/move`, asked);
  }

  leave(resident: string, asked: LeaveRequest): Acted {
    return this.#line.post(`${pathOf(resident)}/leave`, asked);
  }

  edit(resident: string, asked: EditRequest): Acted {
    return this.#line.post(`${pathOf(resident)}/edit`, asked);
  }

  contacts(resident: string, asked: ContactsRequest): Acted {
    return this.#line.post(`${pathOf(resident)}/contacts`, asked);
  }

  note(resident: string, asked: NoteRequest): Acted {
    return this.#line.post(`${pathOf(resident)}/notes`, asked);
  }

  /** For good: nothing of it comes back. */
  erase(resident: string, why: string): Acted {
    return this.#line.post(`${pathOf(resident)}/erase`, { why });
  }

  merge(resident: string, other: string, reason: string): Acted {
    return this.#line.post(`${pathOf(resident)}/merge`, { other, reason });
  }

  split(merged: string, reason: string): Acted {
    return this.#line.post(`${pathOf(merged)}/split`, { reason });
  }

  undo(action: number): Acted {
    return this.#line.post(`/api/people/actions/${action}/undo`, {});
  }

  // ---- bands and devices ----------------------------------------------------------------------------------------

  devices(task: For, community: string): Promise<Answer<DevicesView>> {
    return this.#line.ask(`/api/devices?${new URLSearchParams({ ...askedFor(task), community })}`);
  }

  addDevice(asked: DeviceRequest): Acted {
    return this.#line.post("/api/devices", asked);
  }

  handOut(device: number, resident: string, insteadOf: number | null): Acted {
    return this.#line.post(`/api/devices/${device}/hand-out`, { resident, instead_of: insteadOf });
  }

  lost(device: number): Acted {
    return this.#line.post(`/api/devices/${device}/lost`);
  }

  takeBack(device: number, broken: boolean): Acted {
    return this.#line.post(`/api/devices/${device}/return`, { broken });
  }

  repaired(device: number): Acted {
    return this.#line.post(`/api/devices/${device}/repaired`);
  }

  /** Which bands a box has just heard; whoever hands one out has it pressed. */
  pressed(box: string): Promise<Answer<PressChoiceView>> {
    return this.#line.ask(`/api/boxes/${encodeURIComponent(box)}/pressed`);
  }

  // ---- emergencies beyond their incident ------------------------------------------------------------------------

  /** Those of the caller that are open: the banner. */
  ownGlass(): Promise<Answer<GlassesView>> {
    return this.#line.ask("/api/glass/own");
  }

  breakGlass(community: string, incident: string, reason: string): Promise<Answer<GlassView>> {
    return this.#line.post("/api/glass", { community, incident, reason });
  }
}

function pathOf(resident: string): string {
  return `/api/people/${encodeURIComponent(resident)}`;
}
