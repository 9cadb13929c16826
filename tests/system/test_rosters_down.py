"""Rosters go down: a box gets what leads from what it has to what the hub has, whole, and says what became of it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from anju_central.control.rosters import RosterPush
from anju_central.registry.bundles.book import BundleBook, CommunityBundle, next_bundle
from anju_edge.sync.box_identity import BoxIdentity
from anju_protos.bundle import BundleVersion
from anju_protos.v1.control_pb2 import CardKeys, Device, LockedKeys, RosterBundle
from support.roster_bundles import made_bundle
from support.roster_rig import applied_at, kept_in, put, roster_box
from support.sync_rig import BOX, drained, hub_at, until


def renamed(bundle: RosterBundle, revision: int) -> RosterBundle:
    """One resident has another name."""
    other = RosterBundle.FromString(bundle.SerializeToString())
    other.revision = revision
    other.residents[0].masked_name = f"赵*{revision}"
    return other


def same(one: RosterBundle, other: RosterBundle) -> bool:
    return one.revision == other.revision and BundleVersion.of(one) == BundleVersion.of(other)


async def test_a_new_box_gets_all_of_it_and_then_what_changes(tmp_path: Path) -> None:
    book = BundleBook()
    push = RosterPush(book)
    first = made_bundle(60)
    async with hub_at(tmp_path / "hub", rosters=push) as hub, roster_box(tmp_path / "box", hub.port) as box:
        await until(lambda: box.box.uplink.state.control.connected)
        put(book, first)  # the registry is read while the box is there
        await box.has(1)
        bundle = first
        for revision in range(2, 6):
            bundle = renamed(bundle, revision)
            put(book, bundle)
            await box.has(revision)
        assert same(box.store.current.bundle, bundle)
        await drained(box.box)
        assert (push.snapshots, push.deltas) == (1, 4)
    applied = applied_at(tmp_path / "hub")
    assert [(one.revision, one.applied) for one in applied] == [(n, True) for n in range(1, 6)], "each is said once"
    assert same(RosterBundle.FromString(await kept_in(tmp_path / "box")), bundle)


async def test_a_box_that_has_it_is_told_nothing_and_one_that_missed_some_a_delta(tmp_path: Path) -> None:
    book = BundleBook()
    push = RosterPush(book)
    bundle = made_bundle(60)
    put(book, bundle)
    async with hub_at(tmp_path / "hub", rosters=push) as hub:
        async with roster_box(tmp_path / "box", hub.port) as box:
            await box.has(1)
            await drained(box.box)
        for revision in range(2, 9):
            bundle = renamed(bundle, revision)
            put(book, bundle)
        async with roster_box(tmp_path / "box", hub.port) as box:
            assert box.revision == 1
            await box.has(8)
            assert same(box.store.current.bundle, bundle)
            await drained(box.box)
        assert (push.snapshots, push.deltas) == (1, 1)
        async with roster_box(tmp_path / "box", hub.port) as box:
            assert box.revision == 8
            put(book, renamed(bundle, 9))
            await box.has(9)
            await drained(box.box)
        assert (push.snapshots, push.deltas) == (1, 2)
    assert [one.revision for one in applied_at(tmp_path / "hub")] == [1, 8, 9]


async def test_a_box_that_missed_a_thousand_revisions_gets_one_snapshot(tmp_path: Path) -> None:
    book = BundleBook()
    push = RosterPush(book)
    bundle = made_bundle(3)
    put(book, bundle)
    async with hub_at(tmp_path / "hub", rosters=push) as hub:
        async with roster_box(tmp_path / "box", hub.port) as box:
            await box.has(1)
            await drained(box.box)
        for revision in range(2, 1_003):
            bundle = renamed(bundle, revision)
            put(book, bundle)
        async with roster_box(tmp_path / "box", hub.port) as box:
            await box.has(1_002)
            assert same(box.store.current.bundle, bundle)
            await drained(box.box)
        assert (push.snapshots, push.deltas) == (2, 0)


async def test_a_hub_that_was_put_back_from_a_backup_is_followed(tmp_path: Path) -> None:
    book = BundleBook()
    put(book, made_bundle(20, revision=50))
    async with hub_at(tmp_path / "hub", rosters=RosterPush(book)) as hub, roster_box(tmp_path / "box", hub.port) as box:
        await box.has(50)
        older = made_bundle(19, revision=40, seed=2)
        put(book, older)
        await box.has(40)
        assert same(box.store.current.bundle, older)
        other = made_bundle(18, revision=40, seed=3)  # the same number, and other rows
        put(book, other)
        await until(lambda: same(box.store.current.bundle, other))


async def test_a_roster_that_is_not_what_it_was_is_replaced_whole(tmp_path: Path) -> None:
    book = BundleBook()
    push = RosterPush(book)
    bundle = made_bundle(20, revision=5)
    put(book, bundle)
    damaged = RosterBundle.FromString(bundle.SerializeToString())
    del damaged.tokens[3]
    async with hub_at(tmp_path / "hub", rosters=push) as hub:
        async with roster_box(tmp_path / "box", hub.port, bundle=damaged) as box:
            await until(lambda: same(box.store.current.bundle, bundle))
        assert (push.snapshots, push.deltas) == (1, 0)


async def test_what_a_box_refuses_is_said_with_its_row_and_holds_up_no_other(tmp_path: Path) -> None:
    book = BundleBook()
    push = RosterPush(book)
    good, other = made_bundle(5), made_bundle(5, community="other", seed=9)
    known = {BOX.box: BOX.community, "box-2": "other"}
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(hub_at(tmp_path / "hub", rosters=push, communities=known))
        box = await stack.enter_async_context(roster_box(tmp_path / "box", hub.port))
        put(book, good)
        await box.has(1)
        bad = renamed(good, 2)
        bad.devices.append(Device(key="ble:lost", kind="band", zone="nowhere"))
        put(book, bad)
        await until(lambda: bool(box.store.trouble))
        assert "devices.ble:lost.zone" in box.store.trouble
        put(book, other)
        second = await stack.enter_async_context(
            roster_box(tmp_path / "box-2", hub.port, identity=BoxIdentity("box-2", "other", "test 1.0"))
        )
        await second.has(1)
        assert box.revision == 1
        assert same(box.store.current.bundle, good), "the last good one stays, whole"
        sent = push.snapshots + push.deltas
        put(book, renamed(good, 3))
        await box.has(3)
        assert box.store.trouble == ""
        assert push.snapshots + push.deltas == sent + 1, "what was refused is not sent again and again"
        await drained(box.box)
    said = [(one.revision, one.applied, one.kept_revision) for one in applied_at(tmp_path / "hub")]
    assert sorted(said) == [(1, True, 1), (1, True, 1), (2, False, 1), (3, True, 3)]


async def test_of_many_snapshots_few_are_on_their_way(tmp_path: Path) -> None:
    book = BundleBook()
    push = RosterPush(book, snapshots_at_once=2)
    most = 0
    known = {f"box-{number}": f"site-{number}" for number in range(8)}
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(hub_at(tmp_path / "hub", rosters=push, communities=known))
        boxes = [
            await stack.enter_async_context(
                roster_box(tmp_path / box, hub.port, identity=BoxIdentity(box, community, "test 1.0"))
            )
            for box, community in known.items()
        ]
        for number, community in enumerate(known.values()):
            put(book, made_bundle(200, community=community, seed=number))
        async with asyncio.timeout(30):
            while not all(box.revision == 1 for box in boxes):
                most = max(most, push.in_flight)
                await asyncio.sleep(0.001)
    assert 0 < most <= 2
    assert push.snapshots == 8


async def test_a_box_of_the_version_before_is_left_with_its_file(tmp_path: Path) -> None:
    book = BundleBook()
    push = RosterPush(book)
    put(book, made_bundle(5))
    async with hub_at(tmp_path / "hub", rosters=push) as hub:
        async with roster_box(tmp_path / "box", hub.port, listens=False) as box:
            await until(lambda: bool(hub.contacts.statuses))
            assert box.revision == 0
            await drained(box.box)
    assert push.snapshots + push.deltas == 0, "it would not read one, and what it does read waits behind it"


class NoKeys:
    """A card of whose keys the hub says nothing."""

    def __init__(self, rosters: list[int]) -> None:
        self._rosters = rosters
        self.gave_way: list[list[int]] = []

    async def locked(self) -> LockedKeys:
        return LockedKeys()

    async def take(self, answer: CardKeys) -> None:
        raise AssertionError("a plain line has no keys")

    async def give_way(self) -> None:
        self.gave_way.append(list(self._rosters))


async def test_a_roster_does_not_wait_for_keys_that_never_come(tmp_path: Path) -> None:
    book = BundleBook()
    put(book, made_bundle(5))
    came: list[int] = []
    card = NoKeys(came)
    async with (
        hub_at(tmp_path / "hub", rosters=RosterPush(book)) as hub,
        roster_box(tmp_path / "box", hub.port, card=card) as box,
    ):
        box.store.on_change.append(lambda roster: came.append(roster.bundle.revision))
        await until(lambda: bool(card.gave_way))
        await drained(box.box)
    assert card.gave_way == [[1]], "it was there before the box gave up waiting for keys"


async def test_a_hub_of_the_version_before_takes_what_the_box_says(tmp_path: Path) -> None:
    async with hub_at(tmp_path / "hub") as hub, roster_box(tmp_path / "box", hub.port, bundle=made_bundle(5)) as box:
        await until(lambda: bool(hub.contacts.statuses))
        await drained(box.box)
        assert box.revision == 1
        assert box.box.uplink.state.control.sessions == 1


# -- what it takes on the line


def bytes_of(before: CommunityBundle | None, after: CommunityBundle) -> int:
    assert before is not None
    delta = after.delta_from(before.revision, before.digest)
    assert delta is not None
    return delta.ByteSize()


def test_a_snapshot_of_500_residents_and_deltas_are_small() -> None:
    bundle = made_bundle(500)
    now = next_bundle(None, bundle)
    assert len(now.packed) < 60_000
    sizes = []
    for revision in range(2, 102):
        changed = renamed(bundle, revision)
        if revision % 3 == 0:  # somebody moves out, with both tokens, and the band goes into the cupboard
            who = changed.residents[5].id
            for table in ("residents", "tokens", "guessable_tokens", "bindings"):
                rows = getattr(changed, table)
                kept = [row for row in rows if who not in (getattr(row, "id", ""), getattr(row, "resident", ""))]
                changed.ClearField(table)
                getattr(changed, table).extend(kept)
        if revision % 10 == 0:  # a household of three moves in
            more = made_bundle(3, seed=revision, bands=3)
            for table in ("residents", "tokens", "guessable_tokens", "bindings", "devices"):
                getattr(changed, table).extend(getattr(more, table))
        after = next_bundle(now, changed)
        sizes.append(bytes_of(now, after))
        now, bundle = after, changed
    print(f"snapshot {len(now.packed)} bytes; deltas: most {max(sizes)}, median {sorted(sizes)[50]}")
    assert sorted(sizes)[98] < 2_000, "99 of 100"


def test_a_large_change_goes_in_pieces_so_that_other_frames_go_between_them() -> None:
    bundle = made_bundle(1_500)
    before = next_bundle(None, bundle)
    changed = RosterBundle.FromString(bundle.SerializeToString())
    changed.revision = 2
    for row in changed.residents[:400]:
        row.flat += "A"
    after = next_bundle(before, changed)
    assert after.delta_from(before.revision, before.digest) is None
    assert len(after.packed) > 60_000, "a delta would be the smaller of both"
