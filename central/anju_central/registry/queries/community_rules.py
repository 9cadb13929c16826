"""Settings and rules of a community, as its boxes take them. Each change is one action, undone whole.

What a box would refuse is refused here, with what it takes: a box refuses a roster whole for one row. Keys of check-in
codes are settings, too; they are secrets and in no answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.ids import check_id
from anju_central.registry.people_errors import BadValue, NotThere
from anju_central.registry.queries.community_ladder import LADDER_KEYS, ladder_fault
from anju_central.registry.rows import known_community
from anju_central.registry.tables import CommunityRule, CommunitySetting, Device, Zone
from anju_protos.roster_settings import SETTINGS, setting_fault
from anju_protos.rules.kinds import KINDS
from anju_protos.rules.site import Site, fault, site_of, value_fault
from anju_protos.v1 import control_pb2

MOST_RULES: Final = 100
MOST_VALUE_CHARS: Final = 4_000


@dataclass(frozen=True, slots=True)
class AllowedValue:
    """A key that boxes know, and what they take for it, in a sentence."""

    key: str
    allowed: str


@dataclass(frozen=True, slots=True)
class AllowedRule:
    """A kind of rule that boxes know, and its keys."""

    kind: str
    keys: tuple[AllowedValue, ...]


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting that somebody set; without it boxes go by what they bring along."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, and its values as (key, value). `fault`: what it names and the community has no more, '' for nothing."""

    rule: str
    kind: str
    values: tuple[SettingRow, ...]
    fault: str


@dataclass(frozen=True, slots=True)
class CommunityRules:
    """What a community has set, and what can be set."""

    settings: tuple[SettingRow, ...]
    rules: tuple[RuleRow, ...]
    known_settings: tuple[AllowedValue, ...]
    known_rules: tuple[AllowedRule, ...]


@dataclass(frozen=True, slots=True)
class RuleDone:
    """What was done: the action's number, by which it is undone."""

    action: int
    community: str


async def community_rules(caller: Caller, registry: Registry, community: str) -> CommunityRules:
    """Returns what a community has set. Raises NotAllowed, UnknownCommunity."""
    caller.require(Right.SEE_BOXES)
    async with registry.read(caller) as session:
        await known_community(session, community)
        settings = (
            await session.scalars(select(CommunitySetting).where(CommunitySetting.community == community))
        ).all()
        rules = (await session.scalars(select(CommunityRule).where(CommunityRule.community == community))).all()
        site = await _site(session, community)
    return CommunityRules(
        settings=tuple(
            SettingRow(row.key, row.value) for row in sorted(settings, key=lambda row: row.key) if row.key in SETTINGS
        ),
        rules=tuple(
            RuleRow(row.rule, row.kind, _values(row.parameters), _fault(row, site))
            for row in sorted(rules, key=lambda row: row.rule)
        ),
        known_settings=tuple(AllowedValue(key, str(allowed)) for key, allowed in sorted(SETTINGS.items())),
        known_rules=tuple(
            AllowedRule(kind, tuple(AllowedValue(key, str(allowed)) for key, allowed in sorted(known.keys.items())))
            for kind, known in sorted(KINDS.items())
        ),
    )


async def set_setting(
    caller: Caller, registry: Registry, community: str, key: str, value: str | None, now_ms: int
) -> RuleDone:
    """Sets a setting; None: boxes go by what they bring along. Raises NotAllowed, UnknownCommunity, BadValue."""
    caller.require(Right.MANAGE_BOXES)
    fault = setting_fault(key, value if value is not None else "")
    if key not in SETTINGS or (value is not None and (fault or len(value) > MOST_VALUE_CHARS)):
        raise BadValue("value", fault or f"at most {MOST_VALUE_CHARS} characters")
    async with registry.write(caller) as session:
        await known_community(session, community)
        if value is not None and key in LADDER_KEYS:
            fault = await ladder_fault(session, community, value)
            if fault:
                raise BadValue("value", fault)
        row = await session.get(CommunitySetting, (community, key), with_for_update=True)
        changes = await ChangeSet.begin(session, "setting", community, now_ms, reason=key)
        if row is None and value is not None:
            await changes.add(CommunitySetting(community=community, key=key, value=value, changed_ms=now_ms))
        elif row is not None and value is None:
            changes.remove(row)
        elif row is not None:
            changes.set(row, value=value)
        await changes.finish()
        return RuleDone(changes.number, community)


async def put_rule(
    caller: Caller, registry: Registry, community: str, rule: str, kind: str, values: Mapping[str, str], now_ms: int
) -> RuleDone:
    """Adds a rule, or makes it say something else. Raises NotAllowed, UnknownCommunity, NotAnId, BadValue.

    `BadValue` names the parameter, as `values.devices`; the kind, when no box knows it.
    """
    caller.require(Right.MANAGE_BOXES)
    check_id(rule)
    if (long := next((key for key, value in values.items() if len(value) > MOST_VALUE_CHARS), None)) is not None:
        raise BadValue(f"values.{long}", f"at most {MOST_VALUE_CHARS} characters")
    if (unfit := value_fault(kind, values)) is not None:
        raise BadValue(f"values.{unfit.key}" if unfit.key else "kind", unfit.reason)
    parameters = json.dumps(dict(sorted(values.items())), ensure_ascii=False)
    async with registry.write(caller) as session:
        await known_community(session, community)
        if (unfit := fault(kind, values, await _site(session, community))) is not None:
            raise BadValue(f"values.{unfit.key}", unfit.reason)
        row = await session.get(CommunityRule, (community, rule), with_for_update=True)
        changes = await ChangeSet.begin(session, "rule", community, now_ms, reason=rule)
        if row is None:
            others = await session.scalars(select(CommunityRule.rule).where(CommunityRule.community == community))
            if len(others.all()) >= MOST_RULES:
                raise BadValue("rule", f"a community has at most {MOST_RULES} rules")
            await changes.add(
                CommunityRule(community=community, rule=rule, kind=kind, parameters=parameters, changed_ms=now_ms)
            )
        else:
            changes.set(row, kind=kind, parameters=parameters)
        await changes.finish()
        return RuleDone(changes.number, community)


async def drop_rule(caller: Caller, registry: Registry, community: str, rule: str, now_ms: int) -> RuleDone:
    """Takes a rule away: boxes go by what they bring along. Raises NotAllowed, UnknownCommunity, NotThere."""
    caller.require(Right.MANAGE_BOXES)
    async with registry.write(caller) as session:
        await known_community(session, community)
        row = await session.get(CommunityRule, (community, rule), with_for_update=True)
        if row is None:
            raise NotThere("rule", rule)
        changes = await ChangeSet.begin(session, "rule-dropped", community, now_ms, reason=rule)
        changes.remove(row)
        await changes.finish()
        return RuleDone(changes.number, community)


async def _site(session: AsyncSession, community: str) -> Site:
    """What rules of a community may name: devices that are not retired, zones that are in use."""
    devices = await session.execute(
        select(Device.key, Device.kind, Device.model).where(Device.community == community, Device.retired_ms.is_(None))
    )
    zones = await session.scalars(select(Zone.zone).where(Zone.community == community, Zone.ended_ms.is_(None)))
    return site_of(
        [control_pb2.Device(key=key, kind=kind.value, model=model) for key, kind, model in devices],
        [control_pb2.Zone(id=zone) for zone in zones],
    )


def _fault(row: CommunityRule, site: Site) -> str:
    found = fault(row.kind, json.loads(row.parameters), site)
    return "" if found is None else str(found)


def _values(parameters: str) -> tuple[SettingRow, ...]:
    return tuple(SettingRow(key, value) for key, value in sorted(json.loads(parameters).items()))
