"""A community's people as a list: in an order, a page at a time, with or without a band. On both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from anju_central.access.caller import HUB, Purpose
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.people.bands import NewDevice, add_device, hand_out
from anju_central.registry.people.record import ListOrder, list_people
from anju_central.registry.tables import DeviceKind
from support.registry_people import CLERK, NOW, People, people_in


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def paged(people: People, by: ListOrder, size: int = 2) -> list[str]:
    names: list[str] = []
    after: str | None = None
    while True:
        lines = await list_people(CLERK, people.registry, people.log, "ningdu", by=by, after=after, limit=size)
        names += [line.name for line in lines]
        if len(lines) < size:
            return names
        after = lines[-1].resident


async def test_people_come_in_each_order_and_no_page_leaves_one_out(people: People) -> None:
    born = {"丙": date(1950, 1, 1), "甲": None, "丁": date(1930, 5, 5), "乙": date(1950, 1, 1), "戊": None}
    ids = {name: await people.add(name, born_on=day) for name, day in born.items()}
    for number, name in enumerate(("甲", "丁", "戊", "乙", "丙")):
        await people.run("UPDATE resident SET changed_ms = :ms WHERE resident = :r", ms=NOW + number, r=ids[name])
    assert await paged(people, ListOrder.NAME) == sorted(born)
    oldest = await paged(people, ListOrder.OLDEST)
    assert oldest[0] == "丁"
    assert set(oldest[1:3]) == {"乙", "丙"}
    assert set(oldest[3:]) == {"甲", "戊"}, "whose birth is not known comes last"
    assert await paged(people, ListOrder.CHANGED) == ["丙", "乙", "戊", "丁", "甲"]


async def test_people_come_from_door_to_door(people: People) -> None:
    for name, flat in (
        ("己", ""),
        ("丁", "10栋1单元101"),
        ("丙", "2栋1单元1002"),
        ("乙", "2栋1单元302"),
        ("甲", "2栋1单元302"),
    ):
        await people.add(name, flat)
    await people.run("UPDATE resident SET is_head = :yes WHERE name = '甲'", yes=True)
    for size in (1, 2, 50):
        assert await paged(people, ListOrder.FLAT, size) == ["甲", "乙", "丙", "丁", "己"], "head first, 10 behind 2"
    gone = (await list_people(CLERK, people.registry, people.log, "ningdu", by=ListOrder.FLAT))[1].resident
    await people.run("UPDATE resident SET state = 'moved-out', left_ms = :ms WHERE resident = :r", ms=NOW, r=gone)
    rest = await list_people(CLERK, people.registry, people.log, "ningdu", by=ListOrder.FLAT, after=gone)
    assert [line.name for line in rest] == ["丙", "丁", "己"], "a page goes on behind one who left meanwhile"


async def test_a_list_is_of_those_with_a_band_or_without(people: People) -> None:
    worn, _ = await people.add("王一"), await people.add("王二")
    new = NewDevice("ble:ac233fc001aa", DeviceKind.BAND, number="17")
    device = (await add_device(HUB, people.registry, "ningdu", new, NOW)).device
    await hand_out(CLERK, people.registry, device, worn, NOW)
    for with_band, names in ((True, ["王一"]), (False, ["王二"]), (None, ["王一", "王二"])):
        lines = await list_people(CLERK, people.registry, people.log, "ningdu", with_band=with_band)
        assert [line.name for line in lines] == names


async def test_what_a_purpose_does_not_see_is_no_order_and_no_filter(people: People) -> None:
    technical = replace(CLERK, purpose=Purpose.DEVICE_MAINTENANCE)
    activity = replace(CLERK, purpose=Purpose.ACTIVITY)
    with pytest.raises(PurposeRefused):
        await list_people(technical, people.registry, people.log, "ningdu", by=ListOrder.OLDEST)
    with pytest.raises(PurposeRefused):
        await list_people(activity, people.registry, people.log, "ningdu", with_band=False)
