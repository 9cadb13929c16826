"""The route by which a ladder is looked at before it is saved. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from anju_central.access.caller import Caller
from anju_central.api.gate import asking
from anju_central.api.models import Answer
from anju_central.api.people_desk import PeopleDesk
from anju_central.api.people_requests import Asked
from anju_central.api.people_routes import ASKED
from anju_central.registry.queries.community_ladder import LadderDryRun, ladder_dry_run

TargetName = Literal[
    "siren",
    "kiosk",
    "lan",
    "console",
    "group",
    "leader",
    "grid_worker",
    "operator",
    "second_operator",
    "supervisor",
    "review",
]
WrongName = Literal["", "too-many", "not-at-once", "empty", "seconds", "until", "no-target", "unknown-target"]


class LadderRequest(Asked):
    """A ladder as it is typed, '' = as boxes have it; null: what is set."""

    key: Annotated[str, Field(max_length=64)]
    value: Annotated[str, Field(max_length=4000)] | None = None


class LadderTargetView(Answer):
    """Whom or what a step reaches. Senders: "" = nobody. `phones` null: it is reached without one.

    Not `is_certain`: whether the sender has a channel to phones is not known yet.
    """

    target: TargetName
    with_hub: Literal["box", "hub", ""]
    without_hub: Literal["box", "hub", ""]
    phones: int | None
    is_certain: bool


class LadderStepView(Answer):
    """A step: seconds after the alarm began to ring, and what stops it before."""

    wait_s: int
    until: Literal["acked", "going"]
    targets: list[LadderTargetView]


class LadderFaultView(Answer):
    """Why a ladder is not saved. `step` from 1, 0 = the whole; `groups`: labels of those without a phone."""

    fault: Literal["nobody", "no-phone", "no-channel"]
    step: int
    target: TargetName | Literal[""]
    groups: list[str]


class LadderView(Answer):
    """Who rings when. `wrong`: the text is no ladder, in that step and word (from 1, 0 = the whole)."""

    key: str
    value: str
    is_default: bool
    wrong: WrongName
    wrong_step: int
    wrong_word: int
    steps: list[LadderStepView]
    faults: list[LadderFaultView]


def ladder_routes(routes: APIRouter, desk: PeopleDesk) -> None:
    """Adds the route to those of communities."""

    @routes.post("/{community}/ladder", responses=ASKED)
    async def ladder(
        caller: Annotated[Caller, Depends(asking)],
        community: Annotated[str, Path(max_length=64)],
        asked: LadderRequest,
    ) -> LadderView:
        """Who would ring when, and what is wrong. Changes nothing."""
        return _view(await ladder_dry_run(caller, desk.registry, community, asked.key, asked.value))


def _view(found: LadderDryRun) -> LadderView:
    steps = [
        {
            "wait_s": step.wait_ms // 1000,
            "until": step.stop,
            "targets": [
                {
                    "target": one.target,
                    "with_hub": one.with_hub,
                    "without_hub": one.without_hub,
                    "phones": one.phones,
                    "is_certain": one.is_certain,
                }
                for one in step.targets
            ],
        }
        for step in found.steps
    ]
    faults = [
        {"fault": one.fault, "step": one.step, "target": one.target, "groups": list(one.groups)} for one in found.faults
    ]
    return LadderView.model_validate(
        {
            "key": found.key,
            "value": found.value,
            "is_default": found.is_default,
            "wrong": found.wrong,
            "wrong_step": found.wrong_step,
            "wrong_word": found.wrong_word,
            "steps": steps,
            "faults": faults,
        }
    )
