"""The routes of communities: how each is called and how many live there. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from anju_central.access.caller import RIGHTS, Caller, Right
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.ladder_routes import ladder_routes
from anju_central.api.models import Answer
from anju_central.api.people_desk import PeopleDesk, shown
from anju_central.api.people_requests import Asked, ShortText
from anju_central.api.people_routes import ASKED, CHANGED
from anju_central.registry.queries.community_overview import list_communities_counted, name_community
from anju_central.registry.queries.community_rules import community_rules, drop_rule, put_rule, set_setting
from anju_central.registry.queries.rule_trial import site_to_try

Asking = Annotated[Caller, Depends(asking)]
CommunityId = Annotated[str, Path(max_length=64)]


class CommunityOverviewView(Answer):
    """A community. `revision` null: its boxes get their roster from a file. Counts are of what is there now."""

    community: str
    name_zh: str
    name_en: str
    time_zone: str
    people: int
    households: int
    without_group: int
    groups: int
    bands: int
    boxes: int
    revision: int | None


class CommunitiesView(Answer):
    """The caller's communities by name. `may_manage`: the caller may change what is in them."""

    may_manage: bool
    communities: list[CommunityOverviewView]


class CommunityActedView(Answer):
    """What was done; `action` undoes it."""

    action: int
    community: str


class CommunityNameRequest(Asked):
    """How it is called, and its time zone (IANA)."""

    name_zh: ShortText
    name_en: ShortText = ""
    time_zone: ShortText


class SettingView(Answer):
    """A setting, or a value of a rule."""

    key: str
    value: str


class CommunityRuleView(Answer):
    """A rule of the boxes. `fault`: what it names and the community has no more; boxes are given it without."""

    rule: str
    kind: str
    values: list[SettingView]
    fault: str


class AllowedView(Answer):
    """A key that boxes know, and what they take for it, in an English sentence."""

    key: str
    allowed: str


class AllowedRuleView(Answer):
    """A kind of rule that boxes know."""

    kind: str
    keys: list[AllowedView]


class CommunityRulesView(Answer):
    """What a community has set, and what can be set. `may_manage`: the caller may set it."""

    may_manage: bool
    settings: list[SettingView]
    rules: list[CommunityRuleView]
    known_settings: list[AllowedView]
    known_rules: list[AllowedRuleView]


class SettingRequest(Asked):
    """What a setting is from now on; null: as boxes have it by themselves."""

    key: Annotated[str, Field(max_length=64)]
    value: Annotated[str, Field(max_length=4000)] | None


class RuleRequest(Asked):
    """What a rule says from now on."""

    rule: Annotated[str, Field(max_length=64)]
    kind: Annotated[str, Field(max_length=40)]
    values: Annotated[
        dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=4000)]], Field(max_length=50)
    ]


class TrialRowView(Answer):
    """How often on a day (at the site) for a device: alarms, and those of them that ring."""

    day: str
    device: str
    alarms: int
    rings: int


class TrialView(Answer):
    """How often a rule would have rung. `late`: events that came out of order and were left out.

    `complete` false: there were more events or rows than are looked at or listed.
    """

    days: int
    alarms: int
    rings: int
    events: int
    late: int
    complete: bool
    rows: list[TrialRowView]


def community_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api/communities")

    @routes.get("", responses=ASKED)
    async def communities(caller: Asking) -> CommunitiesView:
        """The caller's communities, with how many live there."""
        rows = await list_communities_counted(caller, desk.registry)
        return CommunitiesView(
            may_manage=Right.MANAGE_PEOPLE in RIGHTS[caller.role],
            communities=[shown(CommunityOverviewView, row) for row in rows],
        )

    @routes.post("/{community}/name", responses=CHANGED)
    async def names(caller: Asking, community: CommunityId, asked: CommunityNameRequest) -> CommunityActedView:
        """Says how a community is called and in which time zone it is."""
        done = await name_community(
            caller, desk.registry, community, asked.name_zh, asked.name_en, asked.time_zone, desk.now_ms()
        )
        await desk.link.poll()  # its name is shown from now on
        return shown(CommunityActedView, done)

    _rules(routes, desk)
    ladder_routes(routes, desk)
    return routes


def _rules(routes: APIRouter, desk: PeopleDesk) -> None:
    @routes.get("/{community}/rules", responses=ASKED)
    async def rules(caller: Asking, community: CommunityId) -> CommunityRulesView:
        """Settings and rules of a community, and what its boxes would take."""
        found = await community_rules(caller, desk.registry, community)
        return CommunityRulesView(
            may_manage=Right.MANAGE_BOXES in RIGHTS[caller.role],
            settings=[shown(SettingView, row) for row in found.settings],
            rules=[shown(CommunityRuleView, row) for row in found.rules],
            known_settings=[shown(AllowedView, row) for row in found.known_settings],
            known_rules=[shown(AllowedRuleView, row) for row in found.known_rules],
        )

    @routes.post("/{community}/settings", responses=CHANGED)
    async def sets(caller: Asking, community: CommunityId, asked: SettingRequest) -> CommunityActedView:
        """Sets a setting; what no box takes is refused with what they do."""
        done = await set_setting(caller, desk.registry, community, asked.key, asked.value, desk.now_ms())
        return shown(CommunityActedView, done)

    @routes.post("/{community}/rules", responses=CHANGED)
    async def puts(caller: Asking, community: CommunityId, asked: RuleRequest) -> CommunityActedView:
        """Adds a rule, or makes it say something else."""
        done = await put_rule(caller, desk.registry, community, asked.rule, asked.kind, asked.values, desk.now_ms())
        return shown(CommunityActedView, done)

    @routes.post("/{community}/rules/try", responses=ASKED)
    async def tries(caller: Asking, community: CommunityId, asked: RuleRequest) -> TrialView:
        """Says how often a rule would have rung in the last 30 days; nothing is changed."""
        site = await site_to_try(caller, desk.registry, community, asked.rule, asked.kind, asked.values)
        return shown(TrialView, await desk.trials.run(site, desk.now_ms()))

    @routes.post("/{community}/rules/{rule}/drop", responses=CHANGED)
    async def drops(caller: Asking, community: CommunityId, rule: CommunityId) -> CommunityActedView:
        """Takes a rule away."""
        return shown(CommunityActedView, await drop_rule(caller, desk.registry, community, rule, desk.now_ms()))
