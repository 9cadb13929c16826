"""Places and zones on both engines: a tree out of flats as people write them, and each change undone whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anju_central.access.caller import COMMAND_LINE, NotAllowed
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere, NotAnId, UnknownCommunity
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.people.bands import NewDevice, add_device
from anju_central.registry.people.undoing import undo_action
from anju_central.registry.people_errors import BadValue, NotInThatState, NotThere
from anju_central.registry.queries.places import (
    add_place,
    end_place,
    list_buildings,
    list_flats,
    locate_place,
    name_place,
    put_place,
)
from anju_central.registry.queries.zones import add_zone, end_zone, list_zones, name_zone
from anju_central.registry.tables import DeviceKind, PlaceKind
from support.registry_people import CASE, CLERK, NOW, OPERATOR, STRANGER, TECHNICIAN, People, people_in


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def everything(people: People) -> list[list[tuple[object, ...]]]:
    columns = "place, kind, parent, name, label, flat_key, latitude_e6, longitude_e6, ended_ms"
    return [
        await people.rows(f"SELECT {columns} FROM place ORDER BY place"),
        await people.rows("SELECT zone, label_zh, label_en, ended_ms FROM zone ORDER BY zone"),
    ]


async def place_of(people: People, label: str) -> int:
    [(place,)] = await people.rows("SELECT place FROM place WHERE label = :label AND ended_ms IS NULL", label=label)
    assert isinstance(place, int)
    return place


async def test_flats_make_a_tree_of_buildings_and_units_with_counts(people: People) -> None:
    for name, flat in (
        ("王一", "2栋1单元502"),
        ("王二", "2栋1单元502"),
        ("李三", "2栋2单元101"),
        ("赵四", "10栋1单元101"),
        ("周五", "3-201"),
        ("吴六", "老院子"),
    ):
        await people.add(name, flat)
    await people.add("别处", "2栋1单元101", community="other")
    found = await list_buildings(CASE, people.registry, "ningdu")
    assert [(one.key, one.units, one.flats, one.people) for one in found.buildings] == [
        ("2", 2, 2, 3),
        ("3", 1, 1, 1),
        ("10", 1, 1, 1),
        ("", 1, 1, 1),
    ]
    rows = await list_flats(CASE, people.registry, "ningdu", "2")
    assert [(one.key, one.flats, one.households, one.without_group) for one in rows.units] == [
        ("2-1", 1, 1, 1),
        ("2-2", 1, 1, 1),
    ]
    assert [(one.label, one.people) for one in rows.flats] == [("2栋1单元502", 2), ("2栋2单元101", 1)]
    unit = await list_flats(CASE, people.registry, "ningdu", "2", "2-2")
    assert ([one.label for one in unit.flats], unit.found) == (["2栋2单元101"], 1)
    assert (await list_buildings(STRANGER, people.registry, "ningdu")).buildings == ()
    assert (await list_buildings(TECHNICIAN, people.registry, "ningdu")).buildings != ()
    with pytest.raises(PurposeRefused):
        await list_buildings(OPERATOR.__class__("op", OPERATOR.role, "every", CASE.purpose), people.registry, "ningdu")


async def test_a_building_is_put_together_and_called_anew_with_all_that_is_in_it(people: People) -> None:
    start = await everything(people)
    building = await add_place(CLERK, people.registry, "ningdu", PlaceKind.BUILDING, "3栋", None, NOW)
    unit = await add_place(CLERK, people.registry, "ningdu", PlaceKind.UNIT, "1单元", building.place, NOW)
    flat = await add_place(CLERK, people.registry, "ningdu", PlaceKind.FLAT, "502", unit.place, NOW)
    site = await add_place(CLERK, people.registry, "ningdu", PlaceKind.SITE, "东门", None, NOW)
    assert (await place_of(people, "3栋1单元502")) == flat.place
    await people.add("王秀英", "3-1-502")  # the same flat, written another way
    [found] = (await list_flats(CASE, people.registry, "ningdu", "3")).flats
    assert (found.place, found.people) == (flat.place, 1)
    before = await everything(people)
    named = await name_place(CLERK, people.registry, building.place, "甲3栋", NOW)
    assert await place_of(people, "甲3栋1单元502") == flat.place
    await undo_action(CLERK, people.registry, named.action, NOW + 1)
    assert await everything(people) == before
    located = await locate_place(CLERK, people.registry, site.place, 30_508_000, 105_570_000, NOW)
    [gate] = (await list_buildings(CASE, people.registry, "ningdu")).sites
    assert (gate.label, gate.latitude_e6, gate.longitude_e6) == ("东门", 30_508_000, 105_570_000)
    ended = await end_place(CLERK, people.registry, site.place, NOW)
    assert (await list_buildings(CASE, people.registry, "ningdu")).sites == ()
    for done in (ended, located, site):
        await undo_action(CLERK, people.registry, done.action, NOW + 1)
    assert len((await everything(people))[0]) == len(start[0]) + 3


async def test_a_flat_with_an_odd_label_is_put_into_a_building_by_hand(people: People) -> None:
    await people.add("吴六", "老院子")
    flat = await place_of(people, "老院子")
    building = await add_place(CLERK, people.registry, "ningdu", PlaceKind.BUILDING, "5栋", None, NOW)
    done = await put_place(CLERK, people.registry, flat, building.place, NOW)
    [found] = (await list_buildings(CASE, people.registry, "ningdu")).buildings
    assert (found.key, found.place, found.people) == ("5", building.place, 1)
    await name_place(CLERK, people.registry, building.place, "6栋", NOW)
    assert await place_of(people, "老院子") == flat, "it is called as people write it"
    await undo_action(CLERK, people.registry, done.action, NOW + 1)
    keys = [one.key for one in (await list_buildings(CASE, people.registry, "ningdu")).buildings]
    assert keys == ["6", ""]


async def test_what_does_not_fit_is_refused_and_changes_nothing(people: People) -> None:
    await people.add("王秀英", "3栋1单元502")
    flat = await place_of(people, "3栋1单元502")
    building = (await add_place(CLERK, people.registry, "ningdu", PlaceKind.BUILDING, "4栋", None, NOW)).place
    unit = (await add_place(CLERK, people.registry, "ningdu", PlaceKind.UNIT, "1单元", building, NOW)).place
    await people.add("别处", "1-1-1", community="other")
    foreign = await place_of(people, "1-1-1")
    before = await everything(people)
    registry = people.registry
    for refused, asked in (
        (AlreadyThere, add_place(CLERK, registry, "ningdu", PlaceKind.FLAT, "3-1-502", None, NOW)),
        (BadValue, add_place(CLERK, registry, "ningdu", PlaceKind.UNIT, "2单元", None, NOW)),
        (BadValue, add_place(CLERK, registry, "ningdu", PlaceKind.BUILDING, "9栋", building, NOW)),
        (BadValue, add_place(CLERK, registry, "ningdu", PlaceKind.SITE, " ", None, NOW)),
        (BadValue, add_place(CLERK, registry, "ningdu", PlaceKind.SITE, "x" * 41, None, NOW)),
        (UnknownCommunity, add_place(CLERK, registry, "other", PlaceKind.SITE, "x", None, NOW)),
        (NotThere, add_place(COMMAND_LINE, registry, "ningdu", PlaceKind.FLAT, "1", foreign, NOW)),
        (NotAllowed, add_place(TECHNICIAN, registry, "ningdu", PlaceKind.SITE, "x", None, NOW)),
        (NotThere, name_place(STRANGER, registry, flat, "x", NOW)),
        (AlreadyThere, name_place(CLERK, registry, building, "3-1-502", NOW)),
        (BadValue, put_place(CLERK, registry, building, unit, NOW)),
        (BadValue, put_place(CLERK, registry, flat, flat, NOW)),
        (BadValue, locate_place(CLERK, registry, flat, 30_000_000, None, NOW)),
        (BadValue, locate_place(CLERK, registry, flat, 91_000_000, 0, NOW)),
        (NotInThatState, end_place(CLERK, registry, flat, NOW)),
        (NotInThatState, end_place(CLERK, registry, building, NOW)),
        (NotThere, end_place(CLERK, registry, 10**9, NOW)),
    ):
        with pytest.raises(refused):
            await asked
    assert await everything(people) == before


async def test_a_zone_is_added_named_and_ended_but_not_where_devices_hang(people: People) -> None:
    registry = people.registry
    added = await add_zone(CLERK, registry, "ningdu", "east-gate", "东门", "East gate", NOW)
    await add_device(CLERK, registry, "ningdu", NewDevice("ble:r1", DeviceKind.RECEIVER), NOW)
    await people.run("UPDATE device SET zone = 'east-gate' WHERE key = 'ble:r1'")
    [row] = await list_zones(TECHNICIAN, registry, "ningdu")
    assert (row.zone, row.label_zh, row.devices) == ("east-gate", "东门", 1)
    named = await name_zone(CLERK, registry, "ningdu", "east-gate", "东大门", "", NOW)
    for refused, asked in (
        (NotInThatState, end_zone(CLERK, registry, "ningdu", "east-gate", NOW)),
        (AlreadyThere, add_zone(CLERK, registry, "ningdu", "east-gate", "x", "", NOW)),
        (NotAnId, add_zone(CLERK, registry, "ningdu", "东门", "东门", "", NOW)),
        (BadValue, name_zone(CLERK, registry, "ningdu", "east-gate", "", "", NOW)),
        (NotThere, name_zone(STRANGER, registry, "ningdu", "east-gate", "x", "", NOW)),
        (NotThere, end_zone(CLERK, registry, "ningdu", "none", NOW)),
    ):
        with pytest.raises(refused):
            await asked
    await people.run("UPDATE device SET zone = NULL")
    ended = await end_zone(CLERK, registry, "ningdu", "east-gate", NOW)
    [row] = await list_zones(CLERK, registry, "ningdu")
    assert row.ended_ms == NOW
    for done in (ended, named, added):
        await undo_action(CLERK, registry, done.action, NOW + 1)
    assert await list_zones(CLERK, registry, "ningdu") == []
