// Questions and requests about who lives together and who comes for whom: communities, households, responder groups.
import type {
  BuildingsView,
  CommunitiesView,
  CommunityActedView,
  CommunityNameRequest,
  CommunityRulesView,
  FlatsView,
  GroupActedView,
  GroupDetailView,
  GroupRequest,
  GroupsView,
  HelperActedView,
  HelpersView,
  HomeActedView,
  HouseholdsView,
  LadderRequest,
  LadderView,
  LocateRequest,
  OrganisationRequest,
  PlaceActedView,
  PlaceRequest,
  RosterStatesView,
  RuleRequest,
  SettingRequest,
  StaffRequest,
  TokenActedView,
  TokenRequest,
  TokensView,
  VolunteerRequest,
  ZoneActedView,
  ZoneRequest,
  ZonesView,
} from "./contract.gen";
import type { Answer, Line } from "./line";
import type { PurposeName } from "../state/purpose";

/** Which households a list is of. */
export type HomeFilter = "all" | "no-group" | "no-head" | "alone";

export interface Paged {
  readonly offset: number;
  readonly limit: number;
}

const textOf = (asked: Readonly<Record<string, string | number | boolean>>): string =>
  new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)])).toString();

export class PlacesApi {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  communities(): Promise<Answer<CommunitiesView>> {
    return this.#line.ask("/api/communities");
  }

  rosters(): Promise<Answer<RosterStatesView>> {
    return this.#line.ask("/api/rosters");
  }

  // ---- households -----------------------------------------------------------------------------------------------

  households(purpose: PurposeName, community: string, only: HomeFilter, text: string, page: Paged): Promise<Answer<HouseholdsView>> {
    return this.#line.post("/api/households/search", { purpose, community, only, text, ...page });
  }

  join(household: string, residents: readonly string[]): Promise<Answer<HomeActedView>> {
    return this.#line.post(pathOf("households", household, "join"), { residents });
  }

  /** `flat` "" = in the flat where they live now. */
  separate(residents: readonly string[], flat: string): Promise<Answer<HomeActedView>> {
    return this.#line.post("/api/households/separate", { residents, flat });
  }

  head(household: string, resident: string): Promise<Answer<HomeActedView>> {
    return this.#line.post(pathOf("households", household, "head"), { resident });
  }

  moveHome(household: string, flat: string): Promise<Answer<HomeActedView>> {
    return this.#line.post(pathOf("households", household, "move"), { flat });
  }

  // ---- responder groups -----------------------------------------------------------------------------------------

  groups(purpose: PurposeName, community: string, withWarning: boolean, page: Paged): Promise<Answer<GroupsView>> {
    return this.#line.ask(`/api/groups?${textOf({ purpose, community, with_warning: withWarning, ...page })}`);
  }

  group(purpose: PurposeName, group: string): Promise<Answer<GroupDetailView>> {
    return this.#line.ask(`${pathOf("groups", group)}?${textOf({ purpose })}`);
  }

  makeGroup(asked: GroupRequest): Promise<Answer<GroupActedView>> {
    return this.#line.post("/api/groups", asked);
  }

  nameGroup(group: string, label_zh: string, label_en: string): Promise<Answer<GroupActedView>> {
    return this.#line.post(pathOf("groups", group, "name"), { label_zh, label_en });
  }

  endGroup(group: string): Promise<Answer<GroupActedView>> {
    return this.#line.post(pathOf("groups", group, "end"));
  }

  putIn(group: string, households: readonly string[], mayGoOver: boolean): Promise<Answer<GroupActedView>> {
    return this.#line.post(pathOf("groups", group, "put-in"), { households, may_go_over: mayGoOver });
  }

  takeOut(group: string, households: readonly string[]): Promise<Answer<GroupActedView>> {
    return this.#line.post(pathOf("groups", group, "take-out"), { households });
  }

  lead(group: string, leader: string | null): Promise<Answer<GroupActedView>> {
    return this.#line.post(pathOf("groups", group, "leader"), { leader });
  }

  // ---- where people live, and zones -----------------------------------------------------------------------------

  buildings(purpose: PurposeName, community: string): Promise<Answer<BuildingsView>> {
    return this.#line.ask(`/api/places?${textOf({ purpose, community })}`);
  }

  /** `building` "" = the flats that are in none. */
  flats(purpose: PurposeName, community: string, building: string, page: Paged): Promise<Answer<FlatsView>> {
    return this.#line.ask(`/api/places/flats?${textOf({ purpose, community, building, ...page })}`);
  }

  addPlace(asked: PlaceRequest): Promise<Answer<PlaceActedView>> {
    return this.#line.post("/api/places", asked);
  }

  namePlace(place: number, name: string): Promise<Answer<PlaceActedView>> {
    return this.#line.post(pathOf("places", String(place), "name"), { name });
  }

  putPlace(place: number, parent: number | null): Promise<Answer<PlaceActedView>> {
    return this.#line.post(pathOf("places", String(place), "put"), { parent });
  }

  locatePlace(place: number, at: LocateRequest): Promise<Answer<PlaceActedView>> {
    return this.#line.post(pathOf("places", String(place), "locate"), at);
  }

  endPlace(place: number): Promise<Answer<PlaceActedView>> {
    return this.#line.post(pathOf("places", String(place), "end"));
  }

  zones(purpose: PurposeName, community: string): Promise<Answer<ZonesView>> {
    return this.#line.ask(`/api/zones?${textOf({ purpose, community })}`);
  }

  addZone(asked: ZoneRequest): Promise<Answer<ZoneActedView>> {
    return this.#line.post("/api/zones", asked);
  }

  nameZone(community: string, zone: string, label_zh: string, label_en: string): Promise<Answer<ZoneActedView>> {
    return this.#line.post(pathOf("zones", community, zone, "name"), { label_zh, label_en });
  }

  endZone(community: string, zone: string): Promise<Answer<ZoneActedView>> {
    return this.#line.post(pathOf("zones", community, zone, "end"));
  }

  // ---- cards and codes ------------------------------------------------------------------------------------------

  /** `resident` null: of all. */
  tokens(purpose: PurposeName, community: string, resident: string | null, withEnded: boolean, page: Paged): Promise<Answer<TokensView>> {
    const one: Record<string, string> = resident === null ? {} : { resident };
    return this.#line.ask(`/api/tokens?${textOf({ purpose, community, ...one, with_ended: withEnded, ...page })}`);
  }

  giveToken(asked: TokenRequest): Promise<Answer<TokenActedView>> {
    return this.#line.post("/api/tokens", asked);
  }

  blockToken(token: number): Promise<Answer<TokenActedView>> {
    return this.#line.post(pathOf("tokens", String(token), "block"));
  }

  // ---- staff, volunteers, organisations -------------------------------------------------------------------------

  helpers(purpose: PurposeName, community: string): Promise<Answer<HelpersView>> {
    return this.#line.ask(`/api/staff?${textOf({ purpose, community })}`);
  }

  putStaff(asked: StaffRequest): Promise<Answer<HelperActedView>> {
    return this.#line.post("/api/staff", asked);
  }

  putVolunteer(asked: VolunteerRequest): Promise<Answer<HelperActedView>> {
    return this.#line.post("/api/volunteers", asked);
  }

  putOrganisation(asked: OrganisationRequest): Promise<Answer<HelperActedView>> {
    return this.#line.post("/api/organisations", asked);
  }

  endHelper(kind: "staff" | "volunteer" | "organisation", community: string, row: string): Promise<Answer<HelperActedView>> {
    const room = { staff: "staff", volunteer: "volunteers", organisation: "organisations" }[kind];
    return this.#line.post(`/api/${room}/end`, { community, row });
  }

  // ---- a community's name, settings and rules -------------------------------------------------------------------

  nameCommunity(community: string, asked: CommunityNameRequest): Promise<Answer<CommunityActedView>> {
    return this.#line.post(pathOf("communities", community, "name"), asked);
  }

  rules(community: string): Promise<Answer<CommunityRulesView>> {
    return this.#line.ask(pathOf("communities", community, "rules"));
  }

  /** Who would ring when; changes nothing. */
  ladder(community: string, asked: LadderRequest): Promise<Answer<LadderView>> {
    return this.#line.post(pathOf("communities", community, "ladder"), asked);
  }

  setSetting(community: string, asked: SettingRequest): Promise<Answer<CommunityActedView>> {
    return this.#line.post(pathOf("communities", community, "settings"), asked);
  }

  putRule(community: string, asked: RuleRequest): Promise<Answer<CommunityActedView>> {
    return this.#line.post(pathOf("communities", community, "rules"), asked);
  }

  dropRule(community: string, rule: string): Promise<Answer<CommunityActedView>> {
    return this.#line.post(pathOf("communities", community, "rules", rule, "drop"));
  }

  // ---- whatever was done ----------------------------------------------------------------------------------------

  undo(action: number): Promise<Answer<unknown>> {
    return this.#line.post(`/api/people/actions/${action}/undo`, { reason: "" });
  }
}

function pathOf(...parts: readonly string[]): string {
  return `/api/${parts.map(encodeURIComponent).join("/")}`;
}
