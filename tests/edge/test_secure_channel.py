"""A box's lines with certificates: real TLS on loopback, moved while it streams, and what it says when it has none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from cryptography import x509

from anju_central.access.grpc_tls import ServerCertificates
from anju_edge.identity.files import FOLDER, hub_address
from anju_edge.identity.key import read_identity
from anju_edge.sync.secure_channel import HubLines
from anju_edge.sync.settings import SyncSettings
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY
from support.certificates import FOR_EVER, Authority, Issued, around_now, write_box, write_hub
from support.net_faults import faulty_line
from support.sync_rig import BOX, FAST, Box, Hub, alarm, box_at, drained, hub_at, stored, telemetry, until

OURS, NEXT = Authority("ours"), Authority("next")
# A pause between sessions would be seen: it outlasts every test.
NO_PAUSE = replace(FAST, reconnect_min_s=50, reconnect_max_s=600, alarm_reconnect_max_s=60)


def certificate(authority: Authority = OURS, **changes: object) -> Issued:
    return authority.box(BOX.box, BOX.community, **changes)  # type: ignore[arg-type]  # its keywords


@dataclass
class Site:
    """A hub and a box, and the folders that their files are in."""

    folder: Path
    certificates: ServerCertificates
    lines: HubLines
    hub: Hub
    box: Box

    async def box_gets(self, issued: Issued, roots: bytes = OURS.roots_pem) -> None:
        """New files at the box: returns when all three channels have moved."""
        moves = self.box.uplink.state.moves
        write_box(self.folder / "box", issued, roots)
        await self.lines.poll()
        await until(lambda: self.box.uplink.state.moves == moves + 3 and all_up(self.box))

    async def hub_gets(self, hub: Issued, clients: bytes) -> None:
        write_hub(self.folder / "hub", hub, clients)
        await self.certificates.poll()


def all_up(box: Box) -> bool:
    state = box.uplink.state
    return state.alarm.connected and state.bulk.connected and state.control.connected


def lines_of(folder: Path, port: int, true_ms: Callable[[], int | None] = lambda: None) -> HubLines:
    return HubLines(f"127.0.0.1:{port}", folder, BOX.box, BOX.community, true_ms)


@asynccontextmanager
async def site(
    folder: Path, settings: SyncSettings = FAST, options: Mapping[str, int] = MappingProxyType({})
) -> AsyncIterator[Site]:
    write_hub(folder / "hub", OURS.hub(), OURS.clients_pem)
    write_box(folder / "box", certificate(), OURS.roots_pem)
    certificates = ServerCertificates.open(folder / "hub" / "tls")
    async with hub_at(folder / "hub", certificates=certificates, options=options) as hub:
        lines = lines_of(folder / "box", hub.port)
        async with box_at(folder / "box" / "journal", hub.port, settings=settings, lines=lines) as box:
            await until(lambda: all_up(box))
            yield Site(folder, certificates, lines, hub, box)


@asynccontextmanager
async def facts(box: Box) -> AsyncIterator[list[int]]:
    """Facts all the time while the block runs: telemetry, and an alarm in each tenth."""
    made = [0]

    async def make() -> None:
        while True:
            number = made[0] = made[0] + 1
            box.journal.append(
                ALARM if number % 10 == 0 else TELEMETRY, (alarm if number % 10 == 0 else telemetry)(number)
            )
            await asyncio.sleep(0.002)

    making = asyncio.create_task(make())
    try:
        yield made
    finally:
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)


async def test_a_box_streams_by_its_certificate_over_two_connections(tmp_path: Path) -> None:
    write_hub(tmp_path / "hub", OURS.hub(), OURS.clients_pem)
    write_box(tmp_path / "box", certificate(), OURS.roots_pem)
    certificates = ServerCertificates.open(tmp_path / "hub" / "tls")
    async with (
        hub_at(tmp_path / "hub", certificates=certificates) as hub,
        faulty_line(hub.port) as line,
        box_at(tmp_path / "journal", 0, lines=lines_of(tmp_path / "box", line.port)) as box,
    ):
        await until(lambda: all_up(box))
        assert len(line.links) == 2, "one for alarms, one for everything else"
        for number in range(500):
            box.journal.append(TELEMETRY, telemetry(number))
        box.journal.append(ALARM, alarm(1))
        await drained(box)
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == 501


async def test_an_alarm_during_the_move_to_a_new_certificate_waits_for_nothing(tmp_path: Path) -> None:
    async with site(tmp_path, NO_PAUSE) as here:
        async with facts(here.box) as made:
            for _ in range(5):
                seen = made[0]
                await here.box_gets(certificate())
                await until(lambda: made[0] > seen + 20)  # noqa: B023  # awaited at once
        await drained(here.box)
        assert here.box.uplink.state.moves == 15
        assert here.box.uplink.state.resent_alarms == 0
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == made[0]


async def test_a_root_is_replaced_while_a_box_streams(tmp_path: Path) -> None:
    async with site(tmp_path, NO_PAUSE) as here:
        async with facts(here.box) as made:
            both = OURS.roots_pem + NEXT.roots_pem
            await here.hub_gets(OURS.hub(), OURS.clients_pem + NEXT.clients_pem)
            await here.box_gets(certificate(), both)  # it learns of the next root with its renewal
            await here.hub_gets(NEXT.hub(), OURS.clients_pem + NEXT.clients_pem)
            await here.box_gets(certificate(NEXT), both)
            await here.box_gets(certificate(NEXT), NEXT.roots_pem)
            await here.hub_gets(NEXT.hub(), NEXT.clients_pem)
            await here.box_gets(certificate(NEXT), NEXT.roots_pem)
        await drained(here.box)
        assert here.certificates.taken == 3
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == made[0]


async def test_a_certificate_that_the_hub_does_not_take_leaves_the_streams_where_they_are(tmp_path: Path) -> None:
    async with site(tmp_path, NO_PAUSE) as here:
        write_box(here.folder / "box", certificate(NEXT), OURS.roots_pem)
        await here.lines.poll()
        here.box.journal.append(ALARM, alarm(1))
        await drained(here.box)
        assert all_up(here.box)
        assert here.box.uplink.state.moves == 0
        await here.box_gets(certificate())


async def test_connections_cut_for_their_age_lose_and_double_nothing(tmp_path: Path) -> None:
    age = {"grpc.max_connection_age_ms": 300, "grpc.max_connection_age_grace_ms": 50}
    async with site(tmp_path, options=age) as here:
        state = here.box.uplink.state
        async with facts(here.box) as made:
            await until(lambda: min(state.alarm.sessions, state.bulk.sessions, state.control.sessions) > 5)
        await drained(here.box)
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == made[0]


async def test_a_handshake_on_a_slow_line_has_its_time(tmp_path: Path) -> None:
    write_hub(tmp_path / "hub", OURS.hub(), OURS.clients_pem)
    write_box(tmp_path / "box", certificate(), OURS.roots_pem)
    certificates = ServerCertificates.open(tmp_path / "hub" / "tls")
    async with hub_at(tmp_path / "hub", certificates=certificates) as hub, faulty_line(hub.port) as line:
        line.delay_s = 0.8  # each way and flight: a handshake takes longer than the 2 s that a plain line has
        async with box_at(tmp_path / "journal", 0, lines=lines_of(tmp_path / "box", line.port)) as box:
            await until(lambda: box.uplink.state.alarm.connected)
            assert len(line.links) <= 2, "no attempt was given up"


# ---- what a box has to show


def ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


@pytest.mark.parametrize("address", ["hub.example:7420", "192.0.2.7:7420"])
async def test_without_an_identity_nothing_leaves_this_machine(tmp_path: Path, address: str) -> None:
    lines = HubLines(address, tmp_path, BOX.box, BOX.community)
    assert lines.fault().startswith("IDENTITY_MISSING: ")
    assert "anju-edge claim" in lines.fault()
    async with box_at(tmp_path / "journal", 0, lines=lines) as box:
        await until(lambda: box.uplink.state.alarm.error.startswith("IDENTITY_MISSING"))
        assert box.uplink.state.own_fault == lines.fault()
        box.journal.append(ALARM, alarm(1))
        await box.journal.flush()


@pytest.mark.parametrize("beginning", ["nothing", "folder", "address alone"])
async def test_a_box_that_was_never_claimed_has_nothing_wrong_on_loopback(tmp_path: Path, beginning: str) -> None:
    folder = tmp_path / FOLDER
    if beginning != "nothing":
        folder.mkdir()
    if beginning == "address alone":
        (folder / "hub.json").write_text('{"grpc": "127.0.0.1:7420"}')
    lines = HubLines("127.0.0.1:7420", tmp_path, "box-1", "ningdu")
    assert (lines.fault(), lines.trouble) == ("", "")
    folder.mkdir(exist_ok=True)
    (folder / "hub.json").write_text("half a fi")  # something changed: the files are looked at anew
    await lines.poll()
    assert (lines.fault(), lines.trouble) == ("", "")


async def test_a_claim_while_the_box_runs_connects_it(tmp_path: Path) -> None:
    write_hub(tmp_path / "hub", OURS.hub(), OURS.clients_pem)
    certificates = ServerCertificates.open(tmp_path / "hub" / "tls")
    async with hub_at(tmp_path / "hub", certificates=certificates) as hub:
        lines = HubLines("", tmp_path / "box", BOX.box, BOX.community)
        async with box_at(tmp_path / "journal", 0, lines=lines) as box:
            assert (box.uplink.state.has_hub, lines.fault()) == (False, "")
            write_box(tmp_path / "box", certificate(), OURS.roots_pem, hub=f"127.0.0.1:{hub.port}")
            await lines.poll()
            await until(lambda: all_up(box))
            assert lines.fault() == ""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("key.pem", b""),
        ("key.pem", certificate().key_pem),
        ("certificate.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("certificate.pem", OURS.hub().chain),
        ("roots.pem", b"\xff\xfe"),
        ("roots.pem", None),
    ],
)
async def test_damaged_files_name_themselves_and_never_make_a_plain_line(
    tmp_path: Path, name: str, data: bytes | None
) -> None:
    write_box(tmp_path, certificate(), OURS.roots_pem)
    good = lines_of(tmp_path, 1)
    path = tmp_path / "identity" / name
    kept = path.read_bytes()
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    fresh = lines_of(tmp_path, 1)
    assert fresh.fault().startswith("IDENTITY_DAMAGED: ")
    assert "key.pem" in fresh.fault() or name in fresh.fault()
    async with box_at(tmp_path / "journal", 0, lines=fresh) as box:
        await until(lambda: box.uplink.state.bulk.error.startswith("IDENTITY_DAMAGED"))
    await good.poll()
    assert (good.fault(), good.version) == ("", 1), "what it read before stays in use"
    assert good.trouble.startswith("IDENTITY_DAMAGED: ")
    path.write_bytes(kept)
    await good.poll()
    assert (good.trouble, good.version) == ("", 1)

    read_identity(tmp_path)  # as the identity's keeper does: the last good copy lies beside from now on
    path.unlink()
    again = lines_of(tmp_path, 1)
    assert (again.fault(), again.version) == ("", 1), "a box that starts now is the same box"
    assert again.trouble.startswith("IDENTITY_DAMAGED: ")
    assert name in again.trouble


def test_the_date_counts_by_corrected_time_alone(tmp_path: Path) -> None:
    write_box(tmp_path, certificate(dates=around_now(1)), OURS.roots_pem)
    leaf = x509.load_pem_x509_certificates((tmp_path / "identity" / "certificate.pem").read_bytes())[0]
    end_ms = ms(leaf.not_valid_after_utc)
    times: list[tuple[int | None, str]] = [(None, ""), (0, ""), (end_ms - 1, ""), (end_ms, "CERTIFICATE_EXPIRED")]
    for true_ms, code in times:
        assert lines_of(tmp_path, 1, lambda: true_ms).fault().partition(":")[0] == code  # noqa: B023  # asked at once


def test_a_certificate_without_end_is_no_fault(tmp_path: Path) -> None:
    write_box(tmp_path, certificate(dates=FOR_EVER), OURS.roots_pem)
    assert lines_of(tmp_path, 1, lambda: 4_000_000_000_000).fault() == ""


def test_another_boxs_certificate_is_named(tmp_path: Path) -> None:
    write_box(tmp_path, OURS.box("box-9", "elsewhere"), OURS.roots_pem)
    assert lines_of(tmp_path, 1).fault().startswith("IDENTITY_OTHER_BOX: ")
    assert "box-9 of elsewhere" in lines_of(tmp_path, 1).fault()


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "[" * 100_000, '{"grpc": 7}', '{"grpc": "no port"}', '{"other": "x"}', "\xff"]
)
def test_any_hub_json_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "hub.json").write_text(text, encoding="latin-1")
    assert hub_address(tmp_path) == ""
