"""Answers and requests about households and responder groups. A name is masked where the purpose sees none."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from anju_central.api.models import Answer
from anju_central.api.people_models import PurposeName, StateName
from anju_central.api.people_requests import Asked, ShortText

HomeFilterName = Literal["all", "no-group", "no-head", "alone"]
HomeWarningName = Literal["no-group", "no-head", "two-heads", "no-flat"]
GroupWarningName = Literal["few", "many", "no-leader", "leader-died", "leader-left", "leader-elsewhere"]
Id = Annotated[str, Field(min_length=1, max_length=64)]
Residents = Annotated[list[Id], Field(min_length=1, max_length=50)]
Households = Annotated[list[Id], Field(max_length=200)]
Label = Annotated[str, Field(max_length=200)]


class HomeMemberView(Answer):
    """Somebody who lives there."""

    resident: str
    name: str
    is_head: bool
    birth_year: int | None


class HouseholdView(Answer):
    """A household, who lives there, the head first, its responder group, and what should be put right."""

    household: str
    community: str
    place: int | None
    flat: str
    group: str | None
    group_zh: str
    group_en: str
    members: list[HomeMemberView]
    warnings: list[HomeWarningName]


class HouseholdsView(Answer):
    """A page of households by flat: `found` fit the filter, of `all_of_them`; `without_group` are in no group.

    `without_home` people live in no household.
    """

    households: list[HouseholdView]
    found: int
    all_of_them: int
    without_group: int
    without_home: int


class LeaderView(Answer):
    """Who leads a group, and whether they still live here."""

    resident: str
    state: StateName
    name: str
    flat: str
    phones: list[str]


class GroupView(Answer):
    """A group, with how many households and people are in it, and what should be put right."""

    group: str
    community: str
    label_zh: str
    label_en: str
    households: int
    people: int
    leader: LeaderView | None
    warnings: list[GroupWarningName]


class GroupsView(Answer):
    """A page of groups by name. Of the community's `households`, `without_group` are in none.

    `fewest` to `most` households belong in a group.
    """

    groups: list[GroupView]
    found: int
    with_warning: int
    households: int
    without_group: int
    fewest: int
    most: int


class GroupHomeView(Answer):
    """A household of a group, and who lives there."""

    household: str
    flat: str
    members: list[HomeMemberView]


class GroupDetailView(Answer):
    """A group with its households, by flat."""

    row: GroupView
    homes: list[GroupHomeView]


class HomeActedView(Answer):
    """What was done; `action` undoes it."""

    action: int
    household: str


class GroupActedView(Answer):
    """What was done; `action` undoes it."""

    action: int
    group: str


class HouseholdsRequest(Asked):
    """Which households: those whose flat begins with `text`, of the filter `only`."""

    purpose: PurposeName
    community: Id
    only: HomeFilterName = "all"
    text: Annotated[str, Field(max_length=100)] = ""
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class JoinRequest(Asked):
    """Who moves together with the household."""

    residents: Residents


class SeparateRequest(Asked):
    """Who is a household of its own from now on; `flat` '' = where they live now."""

    residents: Residents
    flat: ShortText = ""


class HeadRequest(Asked):
    """Who is the head."""

    resident: Id


class FlatRequest(Asked):
    """The flat where the household lives from now on."""

    flat: ShortText


class GroupRequest(Asked):
    """A new group, of households that are in none."""

    community: Id
    label_zh: Label
    label_en: Label = ""
    households: Annotated[list[Id], Field(default_factory=list, max_length=200)]
    leader: Id | None = None


class GroupNameRequest(Asked):
    """How it is called."""

    label_zh: Label
    label_en: Label = ""


class PutInRequest(Asked):
    """Which households; `may_go_over`: those of another group leave that one."""

    households: Households
    may_go_over: bool = False


class TakeOutRequest(Asked):
    """Which households."""

    households: Households


class LeaderRequest(Asked):
    """Who leads; null: nobody."""

    leader: Id | None
