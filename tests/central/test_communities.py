"""Communities on both engines: counts, names, time zone, settings and rules; what no box takes is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anju_central.access.caller import COMMAND_LINE, NotAllowed
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.database import Registry
from anju_central.registry.errors import NotAnId, UnknownCommunity
from anju_central.registry.people.group_editing import make_group
from anju_central.registry.people.undoing import undo_action
from anju_central.registry.people_errors import BadValue, NotThere
from anju_central.registry.queries.bundle_rows import read_bundle_rows
from anju_central.registry.queries.community_overview import list_communities_counted, name_community
from anju_central.registry.queries.community_rules import community_rules, drop_rule, put_rule, set_setting
from anju_central.registry.queries.roster_take_over import begin_roster
from anju_edge.roster.roster import index
from anju_protos.v1.control_pb2 import RosterBundle
from support.registry_people import CLERK, NOW, STRANGER, SUPERVISOR, TECHNICIAN, People, people_in


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        await begin_roster(COMMAND_LINE, registry, "ningdu", NOW)
        yield made


async def told(people: People) -> RosterBundle:
    rows = await read_bundle_rows(COMMAND_LINE, people.registry, "ningdu")
    assert rows is not None
    return build_bundle(rows)


async def everything(people: People) -> list[list[tuple[object, ...]]]:
    return [
        await people.rows("SELECT community, name_zh, name_en FROM community ORDER BY community"),
        await people.rows("SELECT community, time_zone FROM community_profile ORDER BY community"),
        await people.rows("SELECT community, key, value FROM community_setting ORDER BY community, key"),
        await people.rows("SELECT community, rule, kind, parameters FROM community_rule ORDER BY community, rule"),
    ]


async def test_communities_are_counted_for_who_may_see_them(people: People) -> None:
    for name, flat in (("王秀英", "3-1-502"), ("王强", "3-1-502"), ("李静", "8-2-301")):
        await people.add(name, flat)
    [(home,)] = await people.rows("SELECT DISTINCT household FROM resident WHERE name = '李静'")
    await make_group(CLERK, people.registry, "ningdu", "第1组", "", [home], None, NOW)
    [mine] = await list_communities_counted(CLERK, people.registry)
    assert (mine.community, mine.people, mine.households, mine.without_group, mine.groups) == ("ningdu", 3, 2, 1, 1)
    assert mine.revision is not None
    [other] = await list_communities_counted(STRANGER, people.registry)
    assert (other.community, other.people, other.revision) == ("other", 0, None)
    assert [one.community for one in await list_communities_counted(SUPERVISOR, people.registry)] == ["ningdu", "other"]


async def test_a_community_is_named_and_its_time_zone_set_and_both_undone(people: People) -> None:
    before = await everything(people)
    done = await name_community(CLERK, people.registry, "ningdu", "柠都社区", "", "Asia/Urumqi", NOW)
    bundle = await told(people)
    assert (bundle.name_zh, bundle.name_en, bundle.time_zone) == ("柠都社区", "柠都社区", "Asia/Urumqi")
    await undo_action(CLERK, people.registry, done.action, NOW + 1)
    assert await everything(people) == before
    for refused, asked in (
        (BadValue, name_community(CLERK, people.registry, "ningdu", " ", "", "Asia/Shanghai", NOW)),
        (BadValue, name_community(CLERK, people.registry, "ningdu", "柠都", "", "Asia/Nowhere", NOW)),
        (BadValue, name_community(CLERK, people.registry, "ningdu", "柠都", "", "../etc/passwd", NOW)),
        (UnknownCommunity, name_community(STRANGER, people.registry, "ningdu", "柠都", "", "Asia/Shanghai", NOW)),
        (NotAllowed, name_community(TECHNICIAN, people.registry, "ningdu", "柠都", "", "Asia/Shanghai", NOW)),
    ):
        with pytest.raises(refused):
            await asked
    assert await everything(people) == before


async def test_settings_and_rules_are_what_a_box_takes_and_undone_whole(people: People) -> None:
    registry = people.registry
    before = await everything(people)
    first = await set_setting(TECHNICIAN, registry, "ningdu", "presence.departed_after_s", "120", NOW)
    second = await put_rule(
        TECHNICIAN, registry, "ningdu", "sos", "sos", {"priority": "P1", "rering_after_s": "90"}, NOW
    )
    bundle = await told(people)
    assert dict(bundle.settings) == {"presence.departed_after_s": "120"}
    assert index(bundle, "ningdu").rules.rering_after_ms == 90_000
    middle = await everything(people)
    for change in (
        set_setting(TECHNICIAN, registry, "ningdu", "presence.departed_after_s", "60", NOW + 1),
        set_setting(TECHNICIAN, registry, "ningdu", "presence.departed_after_s", None, NOW + 1),
        put_rule(TECHNICIAN, registry, "ningdu", "sos", "sos", {"priority": "P2"}, NOW + 1),
        drop_rule(TECHNICIAN, registry, "ningdu", "sos", NOW + 1),
    ):
        done = await change
        assert await everything(people) != middle
        await undo_action(SUPERVISOR, registry, done.action, NOW + 2)
        assert await everything(people) == middle
    for done in (second, first):
        await undo_action(SUPERVISOR, registry, done.action, NOW + 3)
    assert await everything(people) == before


async def test_what_no_box_takes_is_refused_with_what_they_do(people: People) -> None:
    registry = people.registry
    await people.run(
        "INSERT INTO community_setting (community, key, value, changed_ms) VALUES ('ningdu', 'check_in.key_1', :k, 1)",
        k="ab" * 32,
    )
    before = await everything(people)
    for refused, words, asked in (
        (BadValue, "10 to 86400", set_setting(TECHNICIAN, registry, "ningdu", "presence.departed_after_s", "5", NOW)),
        (BadValue, "presence.dwell_s", set_setting(TECHNICIAN, registry, "ningdu", "presence.dwel_s", "5", NOW)),
        (BadValue, "known", set_setting(TECHNICIAN, registry, "ningdu", "check_in.key_1", None, NOW)),
        (BadValue, "the first at 0", set_setting(TECHNICIAN, registry, "ningdu", "escalation.P1", "30 lan", NOW)),
        (BadValue, "P1, P2, P3, P4", put_rule(TECHNICIAN, registry, "ningdu", "sos", "sos", {"priority": "P9"}, NOW)),
        (BadValue, "device_silent", put_rule(TECHNICIAN, registry, "ningdu", "x", "no-such-kind", {}, NOW)),
        (NotAnId, "id", put_rule(TECHNICIAN, registry, "ningdu", "规则", "sos", {}, NOW)),
        (NotThere, "rule", drop_rule(TECHNICIAN, registry, "ningdu", "none", NOW)),
        (NotAllowed, "manage boxes", put_rule(CLERK, registry, "ningdu", "sos", "sos", {}, NOW)),
        (UnknownCommunity, "other", put_rule(TECHNICIAN, registry, "other", "sos", "sos", {}, NOW)),
    ):
        with pytest.raises(refused, match=words):
            await asked
    assert await everything(people) == before
    shown = await community_rules(CLERK, registry, "ningdu")
    assert "ab" * 32 not in str(shown)
    assert {one.key for one in shown.known_settings} >= {"presence.dwell_s", "escalation.P1"}
    with pytest.raises(UnknownCommunity):
        await community_rules(STRANGER, registry, "ningdu")
