"""What a rule would be tried on: its community as boxes are told of it, with that rule and no other."""

from __future__ import annotations

from collections.abc import Mapping

from anju_central.access.caller import Caller, Right
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.database import Registry
from anju_central.registry.ids import check_id
from anju_central.registry.people_errors import BadValue
from anju_central.registry.queries.bundle_rows import read_bundle_rows
from anju_central.registry.queries.community_rules import MOST_VALUE_CHARS
from anju_central.registry.rows import known_community
from anju_protos.rules.dry_run import UNTRIED
from anju_protos.rules.kinds import KINDS
from anju_protos.rules.site import fault, site_of
from anju_protos.v1.control_pb2 import RosterBundle, Rule


async def site_to_try(
    caller: Caller, registry: Registry, community: str, rule: str, kind: str, values: Mapping[str, str]
) -> RosterBundle:
    """Returns a bundle of devices, zones, time zone and the one rule.

    Raises NotAllowed, UnknownCommunity, NotAnId, BadValue as `put_rule` does, and for a kind that cannot be tried.
    """
    caller.require(Right.MANAGE_BOXES)
    check_id(rule)
    async with registry.read(caller) as session:
        await known_community(session, community)
    if kind in UNTRIED:
        tried = ", ".join(sorted(set(KINDS) - UNTRIED))
        raise BadValue("kind", f"past events do not say how often it would ring; those that can be tried: {tried}")
    rows = await read_bundle_rows(caller, registry, community)
    told = build_bundle(rows) if rows is not None else RosterBundle(community=community)
    unfit = fault(kind, values, site_of(told.devices, told.zones))
    if unfit is not None:
        raise BadValue(f"values.{unfit.key}" if unfit.key else "kind", unfit.reason)
    if any(len(value) > MOST_VALUE_CHARS for value in values.values()):
        raise BadValue("values", f"at most {MOST_VALUE_CHARS} characters each")
    site = RosterBundle(community=community, time_zone=told.time_zone, devices=told.devices, zones=told.zones)
    site.rules.append(Rule(id=rule, kind=kind, values=values))
    return site
