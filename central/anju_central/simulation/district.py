"""A district for a demonstration: 24 communities with people, bands, groups and activities, in an empty registry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Final

from anju_central.access.caller import Caller
from anju_central.registry.database import Registry
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports.comparison import Plan
from anju_central.registry.imports.known_people import last_action
from anju_central.registry.imports.take_over import Planned, SheetFile, take_over
from anju_central.registry.queries.communities import add_community, list_communities
from anju_central.registry.queries.demo import add_demo_rest, inhabited, require_nobody
from anju_central.simulation.residents import COMMUNITIES, RESIDENTS, TODAY, DemoCommunity, communities

BANDS: Final = 100  # DOMAIN 0
NAME: Final = "demo"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was added."""

    communities: int
    residents: int
    bands: int
    groups: int
    activities: int


async def seed_demo(
    caller: Caller,
    registry: Registry,
    numbers: IdNumbers,
    now_ms: int,
    residents: int = RESIDENTS,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Seeded:
    """Fills an empty registry; of the names, flats, ages, bands and groups each time the same.

    Ids and salts are random, as everybody's are. The people are one import, which `people undo` takes back. Raises
    PeopleThere, NotAllowed, SecretsUnavailable, RegistryUnavailable.
    """
    await require_nobody(caller, registry)
    made = communities(residents)
    return await _add(caller, registry, numbers, made, 0, now_ms, progress)


async def seed_some(
    caller: Caller, registry: Registry, numbers: IdNumbers, now_ms: int, first: int, last: int
) -> Seeded:
    """Adds the communities number `first` to `last` of the same district, counted from 1, that have nobody yet.

    For a demonstration that runs already: a transaction each, so that nobody waits long. Raises PreviewOutdated where
    somebody worked on people meanwhile, and as `seed_demo` does.
    """
    there = await inhabited(caller, registry)
    total = Seeded(0, 0, 0, 0, 0)
    for at, one in enumerate(communities(first_of_them=last)):
        if at + 1 >= first and one.community not in there:
            made = await _add(caller, registry, numbers, [one], at, now_ms)
            total = Seeded(*(old + new for old, new in zip(astuple(total), astuple(made), strict=True)))
    return total


async def _add(
    caller: Caller,
    registry: Registry,
    numbers: IdNumbers,
    made: list[DemoCommunity],
    first: int,
    now_ms: int,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Seeded:
    """Adds communities with all that they have; the first of them has number `first` in the district, from 0 on."""
    there = {row.community for row in await list_communities(caller, registry)}
    for one in made:
        if one.community not in there:
            await add_community(caller, registry, one.community, one.name_zh, one.name_en, now_ms)
    plan = Plan(new=[person for one in made for person in one.people])
    key = hashlib.sha256(NAME.encode()).digest()
    sheet = SheetFile(NAME, key, key, {}, {}, now_ms, TODAY)
    async with registry.read(caller) as session:
        newest = await last_action(session)
    await take_over(caller, registry, numbers, Planned(plan, newest), sheet, frozenset(), now_ms, progress)
    bands = groups = activities = 0
    for at, one in enumerate(made, first):
        share = min(_share(at), len(one.people))
        counts = await add_demo_rest(caller, registry, one.community, _bands_before(at) + 1, share, now_ms)
        bands += counts.bands
        groups += counts.groups
        activities += counts.activities
    return Seeded(len(made), len(plan.new), bands, groups, activities)


def _share(at: int) -> int:
    """How many of the district's bands a community has."""
    return BANDS // COMMUNITIES + (at < BANDS % COMMUNITIES)


def _bands_before(at: int) -> int:
    return sum(map(_share, range(at)))
