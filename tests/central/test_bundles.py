"""Bundles from the registry: a community's own people, what a box needs of them, a revision for each change of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import COMMAND_LINE
from anju_central.registry.audit import record
from anju_central.registry.bundles import follow
from anju_central.registry.bundles.book import BundleBook, CommunityBundle, next_bundle
from anju_central.registry.bundles.follow import BundleFollower
from anju_central.registry.database import Registry
from anju_central.registry.errors import CannotTakeOver
from anju_central.registry.people.consents import NewConsent, give_consent, withdraw_consent
from anju_central.registry.queries.bundle_rows import BundleRows, roster_revisions
from anju_central.registry.queries.communities import add_community
from anju_central.registry.queries.roster_take_over import begin_roster, take_over_roster
from anju_central.registry.tables import (
    Binding,
    ConsentChannel,
    ConsentKind,
    Device,
    DeviceState,
    Language,
    Resident,
    ResidentPhone,
    ResidentState,
    Zone,
)
from anju_edge.rules.settings import read_rules
from anju_protos.bundle import apply_delta, parse
from anju_protos.roster_file import load_roster, parse_roster, token_hash
from anju_protos.v1.control_pb2 import RosterBundle
from support.hubs import running
from support.paths import ROOT

NOW = 1_800_000_000_000
SALT = bytes.fromhex("3f0c5a0f6f8f4c0d9a51e1b7c2d40e11")


def roster(community: str, prefix: str = "r") -> RosterBundle:
    """A roster file's bundle: two people in one flat, a band on one of them."""
    return parse_roster(
        f"""
community = "{community}"
revision = 7
name_zh = "社区 {community}"
name_en = "Site {community}"
token_salt = "{SALT.hex()}"
[settings]
"presence.dwell_s" = 5
[[zones]]
id = "gate"
label_zh = "大门"
[[devices]]
key = "ble:{prefix}1"
kind = "band"
period_s = 600
[[devices]]
key = "ble:{prefix}2"
kind = "receiver"
zone = "gate"
[[residents]]
id = "{prefix}-1"
name = "王小{prefix}"
flat = "3-2-501"
[[residents]]
id = "{prefix}-2"
name = "单雪梅"
flat = "3-2-501"
[[bindings]]
device = "ble:{prefix}1"
resident = "{prefix}-1"
[[tokens]]
token = "em4100:67003B51C6"
resident = "{prefix}-1"
[[tokens]]
token = "idcard:11010519491231002X"
resident = "{prefix}-1"
[[rules]]
id = "sos"
kind = "sos"
[[responder_groups]]
id = "g1"
label_zh = "三栋"
members = ["{prefix}-2"]
[[activities]]
id = "taiji"
title_zh = "太极"
starts = "09:00"
ends = "10:00"
[[notices]]
id = "n1"
text_zh = "停水"
""",
        Path("community.toml"),
    )


async def district(registry: Registry) -> BundleFollower:
    """Two communities that were files."""
    for community, prefix in (("ningdu", "r"), ("other", "q")):
        await add_community(COMMAND_LINE, registry, community, community, community, NOW)
        await take_over_roster(COMMAND_LINE, registry, roster(community, prefix), NOW)
    return BundleFollower(BundleBook(), lambda: registry)


async def bundle_of(follower: BundleFollower, community: str = "ningdu") -> RosterBundle:
    await follower.refresh()
    bundle = follower.book.of(community)
    assert bundle is not None
    return parse(bundle.packed)


async def resident(session: AsyncSession, name: str = "r-1") -> Resident:
    row = await session.get(Resident, name)
    assert row is not None
    return row


async def test_a_roster_that_cannot_be_made_is_said_and_holds_up_no_other(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = await district(registry)
    made = follow._make

    def fails(rows: BundleRows, before: CommunityBundle | None) -> tuple[RosterBundle, CommunityBundle]:
        if rows.community.community == "ningdu":
            raise ValueError("王秀英")
        return made(rows, before)

    monkeypatch.setattr(follow, "_make", fails)
    await follower.refresh()
    assert follower.book.of("ningdu") is None
    assert follower.book.of("other") is not None
    [notice] = follower.notices()
    assert notice.startswith("the roster of ningdu cannot be made (ValueError): its boxes keep the last good one")
    assert "王" not in notice
    monkeypatch.undo()
    await follower.refresh()
    assert follower.notices() == []
    assert follower.book.of("ningdu") is not None


async def test_that_a_roster_cannot_be_made_is_said_at_the_console(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub.parts.rosters._faults["ningdu"] = "ValueError"
        notices = (await hub.http.get("/healthz")).json()["notices"]
        assert [notice for notice in notices if notice.startswith("the roster of ningdu cannot be made")]


async def test_a_roster_that_was_a_file_goes_down_with_what_it_said(registry: Registry) -> None:
    follower = await district(registry)
    bundle, file = await bundle_of(follower), roster("ningdu")
    file.devices[0].place_withheld = True  # who wears it was never asked for a consent to positions
    assert (bundle.revision, bundle.community, bundle.name_zh) == (8, "ningdu", "社区 ningdu")
    assert bundle.from_hub
    for table in ("zones", "devices", "bindings", "tokens", "guessable_tokens", "activities", "rules", "notices"):
        assert list(getattr(bundle, table)) == list(getattr(file, table)), table
    assert dict(bundle.settings) == dict(file.settings)
    assert [(one.id, one.masked_name, one.flat) for one in bundle.residents] == [
        ("r-1", "王*r", "3-2-501"),
        ("r-2", "单*梅", "3-2-501"),
    ]
    assert not [one.name for one in bundle.residents if one.name]
    assert bundle.token_salt == SALT
    assert token_hash(SALT, "em4100:67003B51C6") in {one.hash for one in bundle.tokens}
    assert [list(one.members) for one in bundle.responder_groups] == [["r-1", "r-2"]], "a household helps, not one"


async def test_nobody_of_another_community_is_in_a_bundle(registry: Registry) -> None:
    follower = await district(registry)
    for community, foreign in (("ningdu", "q"), ("other", "r")):
        told = (await bundle_of(follower, community)).SerializeToString()
        for word in (f"{foreign}-1", f"{foreign}-2", f"ble:{foreign}1", "other" if foreign == "q" else "ningdu"):
            assert word.encode() not in told, (community, word)


async def test_who_died_or_moved_out_is_gone_with_tokens_and_band(registry: Registry) -> None:
    follower = await district(registry)
    async with registry.write(COMMAND_LINE) as session:
        row = await resident(session)
        row.state, row.left_ms = ResidentState.MOVED_OUT, NOW
        record(session, "resident.moved-out", "r-1", "ningdu", NOW)
    bundle = await bundle_of(follower)
    assert [one.id for one in bundle.residents] == ["r-2"]
    assert b"r-1" not in bundle.SerializeToString()
    assert [one.key for one in bundle.devices] == ["ble:r1", "ble:r2"], "a press of the band is still not a stranger's"


async def test_a_band_in_the_cupboard_is_ours_and_nobody_waits_for_it(registry: Registry) -> None:
    follower = await district(registry)
    async with registry.write(COMMAND_LINE) as session:
        device = (await session.scalars(select(Device).where(Device.key == "ble:r1"))).one()
        device.state = DeviceState.IN_STOCK
        record(session, "device.stock", "ble:r1", "ningdu", NOW)
    assert [(one.key, one.period_s) for one in (await bundle_of(follower)).devices] == [("ble:r1", 0), ("ble:r2", 0)]


async def test_a_box_is_told_whose_positions_are_not_kept(registry: Registry) -> None:
    """Without a consent none are; given, withdrawn and given again is a revision each; the band stays bound."""
    follower = await district(registry)

    async def withheld() -> tuple[int, list[str], int]:
        bundle = await bundle_of(follower)
        found = [one.key for one in bundle.devices if one.place_withheld]
        return bundle.revision, found, len(bundle.bindings)

    assert await withheld() == (8, ["ble:r1"], 1)
    consent = NewConsent(
        kind=ConsentKind.LOCATION,
        wording_version="1",
        wording_hash=bytes(32),
        language=Language.ZH,
        channel=ConsentChannel.PAPER,
    )
    for revision in (9, 11):
        await give_consent(COMMAND_LINE, registry, "r-1", consent, NOW + revision)
        assert await withheld() == (revision, [], 1)
        await withdraw_consent(
            COMMAND_LINE, registry, "r-1", ConsentKind.LOCATION, ConsentChannel.DESK, NOW + revision + 1
        )
        assert await withheld() == (revision + 1, ["ble:r1"], 1)
    assert follower.book.of("other") is not None
    assert (await bundle_of(follower, "other")).revision == 8, "the neighbours' boxes hear nothing of it"


async def test_a_zone_that_ended_takes_no_row_with_it(registry: Registry) -> None:
    follower = await district(registry)
    async with registry.write(COMMAND_LINE) as session:
        zone = await session.get(Zone, ("ningdu", "gate"))
        assert zone is not None
        zone.ended_ms = NOW
        record(session, "zone.end", "gate", "ningdu", NOW)
    bundle = await bundle_of(follower)
    assert not bundle.zones
    assert [(one.key, one.zone) for one in bundle.devices] == [("ble:r1", ""), ("ble:r2", "")]


# -- revisions


async def test_each_transaction_that_a_box_is_told_of_counts_once(registry: Registry) -> None:
    await district(registry)
    told: list[bool] = []
    registry.on_rosters = lambda: told.append(True)
    assert await roster_revisions(COMMAND_LINE, registry) == {"ningdu": 8, "other": 8}
    async with registry.write(COMMAND_LINE) as session:
        (await resident(session)).name = "王大秀"
        (await resident(session, "r-2")).name = "单大梅"
        record(session, "resident.edit", "r-1", "ningdu", NOW)
    assert await roster_revisions(COMMAND_LINE, registry) == {"ningdu": 9, "other": 8}
    assert told == [True]


async def test_what_no_box_is_told_of_counts_nothing(registry: Registry) -> None:
    await district(registry)
    told: list[bool] = []
    registry.on_rosters = lambda: told.append(True)
    async with registry.write(COMMAND_LINE) as session:
        phone = {"phone": "13800138000", "backwards": "00083100831", "position": 1, "made_ms": NOW}
        session.add(ResidentPhone(community="ningdu", resident="r-1", **phone))
        record(session, "phone.add", "r-1", "ningdu", NOW)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  # the block is what is rolled back
        async with registry.write(COMMAND_LINE) as session:
            (await resident(session)).name = "王大秀"
            record(session, "resident.edit", "r-1", "ningdu", NOW)
            await session.flush()
            1 / 0  # noqa: B018
    assert await roster_revisions(COMMAND_LINE, registry) == {"ningdu": 8, "other": 8}
    assert told == []


async def test_a_statement_over_many_rows_counts_too(registry: Registry) -> None:
    await district(registry)
    async with registry.write(COMMAND_LINE) as session:
        ending = update(Binding).where(Binding.community == "ningdu").values(to_ms=NOW, why_ended="returned")
        await session.execute(ending)
        record(session, "bindings.end", "ningdu", "ningdu", NOW)
    assert (await roster_revisions(COMMAND_LINE, registry))["ningdu"] == 9


async def test_the_next_revision_is_a_small_delta_of_the_one_before(registry: Registry) -> None:
    follower = await district(registry)
    before = await bundle_of(follower)
    held = follower.book.of("ningdu")
    assert held is not None
    async with registry.write(COMMAND_LINE) as session:
        (await resident(session)).name = "王大秀"
        record(session, "resident.edit", "r-1", "ningdu", NOW)
    after = await bundle_of(follower)
    now = follower.book.of("ningdu")
    assert now is not None
    delta = now.delta_from(held.revision, held.digest)
    assert delta is not None
    assert [one.id for one in delta.changed.residents] == ["r-1"]
    assert apply_delta(before, delta) == after
    assert now.delta_from(held.revision, b"another") is None
    assert now.delta_from(3, held.digest) is None


async def test_a_community_without_people_in_the_registry_stays_with_its_file(registry: Registry) -> None:
    await add_community(COMMAND_LINE, registry, "new", "new", "new", NOW)
    follower = BundleFollower(BundleBook(), lambda: registry)
    await follower.refresh()
    assert follower.book.of("new") is None
    await begin_roster(COMMAND_LINE, registry, "new", NOW)
    bundle = await bundle_of(follower, "new")
    assert (bundle.revision, len(bundle.token_salt), len(bundle.residents)) == (2, 16, 0)


async def test_a_roster_is_taken_over_once_and_whole(registry: Registry) -> None:
    await add_community(COMMAND_LINE, registry, "ningdu", "ningdu", "ningdu", NOW)
    wrong = roster("ningdu")
    wrong.zones[0].id = "a_zone"
    with pytest.raises(CannotTakeOver, match="a_zone"):
        await take_over_roster(COMMAND_LINE, registry, wrong, NOW)
    twice = roster("ningdu")
    twice.bindings.add(device="ble:r1", resident="r-2")
    with pytest.raises(CannotTakeOver, match="bound twice"):
        await take_over_roster(COMMAND_LINE, registry, twice, NOW)
    await take_over_roster(COMMAND_LINE, registry, roster("ningdu"), NOW)
    with pytest.raises(CannotTakeOver, match="before"):
        await take_over_roster(COMMAND_LINE, registry, roster("ningdu"), NOW)
    with pytest.raises(CannotTakeOver, match="before"):
        await begin_roster(COMMAND_LINE, registry, "ningdu", NOW)


async def test_the_example_that_boxes_come_with_is_taken_over(registry: Registry) -> None:
    example = load_roster(ROOT / "edge/community.example.toml")
    await add_community(COMMAND_LINE, registry, example.community, "a", "b", NOW)
    twice = RosterBundle.FromString(example.SerializeToString())
    twice.rules.add(id="help-bell", kind="help_bell")
    with pytest.raises(CannotTakeOver, match="two would be 'help-bell'"):
        await take_over_roster(COMMAND_LINE, registry, twice, NOW)
    await take_over_roster(COMMAND_LINE, registry, example, NOW)
    follower = BundleFollower(BundleBook(), lambda: registry)
    await follower.refresh()
    bundle = await bundle_of(follower, example.community)
    assert {rule.id for rule in bundle.rules} == {rule.id.replace("_", "-") for rule in example.rules}
    assert read_rules(bundle) == read_rules(example)


async def test_an_older_backup_of_the_registry_is_followed(registry: Registry) -> None:
    follower = await district(registry)
    await follower.refresh()
    async with registry.write(COMMAND_LINE) as session:
        row = await resident(session)
        row.name = "王大秀"
        record(session, "resident.edit", "r-1", "ningdu", NOW)
    await follower.refresh()
    now = follower.book.of("ningdu")
    assert now is not None
    assert now.steps
    older = parse(now.packed)
    older.revision = 3
    restored = next_bundle(now, older)
    assert (restored.revision, restored.steps) == (3, ())
    assert restored.delta_from(now.revision, now.digest) is None, "such a box gets a snapshot"
