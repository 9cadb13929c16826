"""An encrypted journal and its hub, over real lines with certificates: keys that come back and keys that do not."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from anju_central.access.card_keys import CARD_KEY, CardKeeper, load_card_keys, rotate_card_key
from anju_central.access.grpc_tls import ServerCertificates
from anju_edge.identity.card_lock import FILE, FOLDER, CardLock, card_for
from anju_edge.journal.card import Card
from anju_edge.journal.journal import Journal
from anju_edge.sync.secure_channel import HubLines
from anju_protos.box_uri import box_uri
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY
from support.certificates import Authority, write_box, write_hub
from support.sync_rig import BOX, JOURNAL, Box, Hub, alarm, box_at, drained, hub_at, stored, telemetry, until

OURS = Authority("ours")


def card_of(data: Path) -> Card:
    return card_for(data, BOX.community, BOX.box, encrypts=True)


def encrypts(journal: Journal) -> bool:
    return journal.is_encrypted


@asynccontextmanager
async def hub(folder: Path, *, gives_keys: bool = True, keeper: CardKeeper | None = None) -> AsyncIterator[Hub]:
    write_hub(folder, OURS.hub(), OURS.clients_pem)
    certificates = ServerCertificates.open(folder / "tls")
    if keeper is None and gives_keys:
        keeper = CardKeeper(load_card_keys(folder / "tls"), lambda *_: None)
    async with hub_at(folder, certificates=certificates, card=keeper) as running:
        yield running


@asynccontextmanager
async def box(data: Path, port: int | None) -> AsyncIterator[tuple[Journal, Box | None]]:
    """A box's start; without a port, one without its hub."""
    if not (data / FOLDER).exists():
        write_box(data, OURS.box(BOX.box, BOX.community), OURS.roots_pem)
    async with await Journal.open(data / "journal", JOURNAL, card=card_of(data)) as journal:
        if port is None:
            yield journal, None
            return
        lines = HubLines(f"127.0.0.1:{port}", data, BOX.box, BOX.community, lambda: None)
        async with box_at(data, port, journal=journal, lines=lines, card=CardLock(journal, data)) as running:
            yield journal, running


async def recorded(journal: Journal, first: int, count: int = 50) -> None:
    for n in range(first, first + count):
        journal.append(TELEMETRY, telemetry(n))
        journal.append(ALARM, alarm(n))
    await journal.flush()


async def test_a_box_learns_the_key_at_its_first_contact_and_encrypts_from_its_next_start(tmp_path: Path) -> None:
    async with hub(tmp_path / "hub") as running:
        async with box(tmp_path / "box", running.port):
            await until((tmp_path / "box" / FOLDER / FILE).exists)
        own = card_of(tmp_path / "box").own
        assert own is not None
    assert card_for(tmp_path / "box", BOX.community, BOX.box, encrypts=False).own is None
    (tmp_path / "box" / FOLDER / FILE).write_bytes(b"no point")
    assert card_of(tmp_path / "box").own is None


@asynccontextmanager
async def weeks_offline(folder: Path) -> AsyncIterator[None]:
    """Three starts without the hub, the first of them encrypted as the others."""
    async with hub(folder / "hub") as running, box(folder / "box", running.port):
        await until((folder / "box" / FOLDER / FILE).exists)
    for start in range(3):
        async with box(folder / "box", None) as (journal, _):
            await recorded(journal, start * 100)
    yield


async def test_what_waits_over_restarts_arrives_once_when_the_hub_is_back(tmp_path: Path) -> None:
    async with weeks_offline(tmp_path), hub(tmp_path / "hub") as running:
        async with box(tmp_path / "box", running.port) as (journal, up):
            assert up is not None
            await recorded(journal, 300)
            await drained(up)
            assert await journal.locked_keys() == []
            assert up.uplink.state.forks == 0
    held = stored(tmp_path / "hub")
    held.check_cover()
    assert held.count() == 2 * 4 * 50


async def test_a_disk_that_was_put_back_is_compared_when_the_keys_are_there(tmp_path: Path) -> None:
    """It has other facts under numbers that the hub has, by a start whose key comes back late: none of them is lost."""
    data, image, tls = tmp_path / "box", tmp_path / "image", tmp_path / "hub" / "tls"
    async with hub(tmp_path / "hub") as running:
        async with box(data, running.port):
            await until((data / FOLDER / FILE).exists)
        for start in range(2):  # the image is of after the first
            if start == 1:
                shutil.copytree(data / "journal", image)
            async with box(data, running.port) as (journal, up):
                assert up is not None
                await recorded(journal, start * 100)
                await drained(up)
    shutil.rmtree(data / "journal")
    image.rename(data / "journal")
    async with box(data, None) as (journal, _):
        await recorded(journal, 200)
    key = (tls / CARD_KEY).read_bytes()
    (tls / CARD_KEY).unlink()
    keeper = CardKeeper.open(tls, lambda *_: None)
    async with (
        hub(tmp_path / "hub", keeper=keeper) as running,
        await Journal.open(data / "journal", JOURNAL, card=card_of(data)) as journal,
    ):
        await recorded(journal, 300, 10)
        lines = HubLines(f"127.0.0.1:{running.port}", data, BOX.box, BOX.community, lambda: None)
        async with box_at(data, running.port, journal=journal, lines=lines, card=CardLock(journal, data)) as up:
            await until(lambda: stored(tmp_path / "hub").count() >= 2 * (50 + 50 + 10))  # beside what is locked
            (tls / "card-1700000000.key").write_bytes(key)
            await keeper.poll()
            await until(lambda: stored(tmp_path / "hub").count() >= 2 * (50 + 50 + 50 + 10))
            await drained(up)
    held = stored(tmp_path / "hub")
    held.check_cover()
    assert held.count() == 2 * (50 + 50 + 50 + 10)


@pytest.mark.parametrize("why", ["an older hub says nothing", "its key is lost"])
async def test_without_keys_new_events_go_on_and_the_old_ones_wait(tmp_path: Path, why: str) -> None:
    async with weeks_offline(tmp_path):
        key = (tmp_path / "hub" / "tls" / CARD_KEY).read_bytes()
        if why == "its key is lost":
            (tmp_path / "hub" / "tls" / CARD_KEY).unlink()
        async with hub(tmp_path / "hub", gives_keys=why == "its key is lost") as running:
            async with box(tmp_path / "box", running.port) as (journal, up):
                await recorded(journal, 300)
                await until(lambda: stored(tmp_path / "hub").count() >= 100)
                assert len(await journal.locked_keys()) == 3
        (tmp_path / "hub" / "tls" / CARD_KEY).write_bytes(key)
        async with hub(tmp_path / "hub") as running, box(tmp_path / "box", running.port) as (journal, up):
            assert up is not None
            await drained(up)
    held = stored(tmp_path / "hub")
    held.check_cover()
    assert held.count() == 2 * 4 * 50


async def test_a_version_on_trial_encrypts_when_it_has_proved_itself(tmp_path: Path) -> None:
    """The version before, which may run again, may not know encrypted rows."""
    async with hub(tmp_path / "hub") as running:
        data = tmp_path / "box"
        write_box(data, OURS.box(BOX.box, BOX.community), OURS.roots_pem)
        async with await Journal.open(data / "journal", JOURNAL) as journal:
            lines = HubLines(f"127.0.0.1:{running.port}", data, BOX.box, BOX.community, lambda: None)
            lock = CardLock(journal, data, identity=box_uri(BOX.community, BOX.box))
            lock.hold()
            async with box_at(data, running.port, journal=journal, lines=lines, card=lock) as up:
                await until((data / FOLDER / FILE).exists)
                await recorded(journal, 0)
                await drained(up)
                assert not encrypts(journal)
                await lock.release()
                assert encrypts(journal)


async def test_a_connected_box_learns_of_a_rotation_and_gets_keys_that_come_back(tmp_path: Path) -> None:
    """The hub runs on: its key was lost and comes out of a backup, then it is changed."""
    async with weeks_offline(tmp_path):
        tls = tmp_path / "hub" / "tls"
        key = (tls / CARD_KEY).read_bytes()
        (tls / CARD_KEY).unlink()
        keeper = CardKeeper.open(tls, lambda *_: None)
        async with hub(tmp_path / "hub", keeper=keeper) as running:
            async with box(tmp_path / "box", running.port) as (journal, up):
                assert up is not None
                await recorded(journal, 300)
                await until(lambda: stored(tmp_path / "hub").count() >= 100)
                assert len(await journal.locked_keys()) == 3
                (tls / "card-1700000000.key").write_bytes(key)
                await keeper.poll()
                await drained(up)
                assert await journal.locked_keys() == []
                known = (tmp_path / "box" / FOLDER / FILE).read_bytes()
                rotate_card_key(tls)
                await keeper.poll()
                await until(lambda: (tmp_path / "box" / FOLDER / FILE).read_bytes() != known)
        async with hub(tmp_path / "hub") as running, box(tmp_path / "box", running.port) as (journal, up):
            assert up is not None
            await drained(up)
    held = stored(tmp_path / "hub")
    held.check_cover()
    assert held.count() == 2 * 4 * 50


async def test_a_start_that_learns_the_key_encrypts_from_then_on(tmp_path: Path) -> None:
    """A new box needs no second start: what it wrote before goes as the hub confirms it."""
    async with hub(tmp_path / "hub") as running:
        data = tmp_path / "box"
        write_box(data, OURS.box(BOX.box, BOX.community), OURS.roots_pem)
        async with await Journal.open(data / "journal", JOURNAL) as journal:
            await recorded(journal, 0)
            assert not encrypts(journal)
            lines = HubLines(f"127.0.0.1:{running.port}", data, BOX.box, BOX.community, lambda: None)
            lock = CardLock(journal, data, identity=box_uri(BOX.community, BOX.box))
            async with box_at(data, running.port, journal=journal, lines=lines, card=lock) as up:
                await until(lambda: encrypts(journal))
                await recorded(journal, 1000)
                await drained(up)
                await journal.settled()
                left = b"".join(path.read_bytes() for path in (data / "journal").iterdir())
                assert f"ble:{1001:012x}".encode() not in left
        left = b"".join(path.read_bytes() for path in (data / "journal").iterdir())
        assert f"ble:{1:012x}".encode() not in left, "what was plain is gone, not only deleted"
