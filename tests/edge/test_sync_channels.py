"""Real parts: a journal's events reach a hub's store over gRPC on loopback, whatever the line does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from anju_edge.sync.box_identity import BoxIdentity
from anju_protos.incidents import incident_key
from anju_protos.v1.control_pb2 import BoxStatus, Incident
from anju_protos.v1.event_pb2 import ALARM, SOS, TELEMETRY, EventRef
from anju_protos.v1.uplink_pb2 import Skip
from support.net_faults import Link, faulty_line
from support.sync_rig import BOX, FAST, alarm, box_at, drained, hub_at, stored, telemetry, until

REF = EventRef(stream=b"s" * 16, seq=1)


async def test_what_waits_and_what_comes_reaches_the_hub_once(tmp_path: Path) -> None:
    async with hub_at(tmp_path / "hub") as hub, box_at(tmp_path / "box", hub.port) as box:
        for number in range(3_000):
            box.journal.append(TELEMETRY, telemetry(number))
        box.journal.append(ALARM, alarm(1))
        await drained(box)
        box.journal.append(TELEMETRY, telemetry(3_000))
        await drained(box)
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == 3_002


async def test_fifty_acks_cut_after_the_commit_lose_and_double_nothing(tmp_path: Path) -> None:
    await cut_acks(tmp_path, 50)


async def cut_acks(folder: Path, cuts: int) -> None:
    """Cuts the connection `cuts` times when the hub has committed and its ack is about to pass."""
    done = unheard = 0

    def cut(link: Link, data: bytes) -> bool:
        nonlocal done, unheard
        if done >= cuts or link.bytes_up < 4_000 or len(data) < 30:
            return True  # nothing was sent yet: let the session begin
        done += 1
        heard = sum(info.acked for info in box.journal.streams())
        unheard += hub.store.counters.events > heard
        return False

    quick = replace(FAST, batch_events=40, alarm_reconnect_max_s=0.05, reconnect_max_s=0.05)
    async with (
        hub_at(folder / "hub") as hub,
        faulty_line(hub.port) as line,
        box_at(folder / "box", line.port, settings=quick) as box,
    ):
        line.on_down = cut
        number = 0
        async with asyncio.timeout(cuts * 2):
            while done < cuts:
                for _ in range(50):
                    box.journal.append(TELEMETRY, telemetry(number))
                    number += 1
                box.journal.append(ALARM, alarm(number))
                number += 1
                await box.journal.flush()
                before = done
                await until(lambda: done > before or not any(box.journal.waiting().values()))  # noqa: B023  # awaited at once
        await drained(box)
    found = stored(folder / "hub")
    found.check_cover()
    assert done == cuts
    assert unheard > cuts // 2  # the hub had committed what the box had to send again
    assert found.count() == number
    everything = [data for rows in found.events.values() for _, data in rows]
    assert len(set(everything)) == len(everything)


async def test_an_alarm_passes_when_its_connection_is_dead(tmp_path: Path) -> None:
    settings = replace(FAST, alarm_resend_s=0.3)
    async with (
        hub_at(tmp_path / "hub") as hub,
        faulty_line(hub.port) as line,
        box_at(tmp_path / "box", line.port, settings=settings) as box,
    ):
        await until(lambda: box.uplink.state.alarm.connected)
        line.strand()
        await box.journal.append(ALARM, alarm(1))
        await until(lambda: not box.journal.waiting()[ALARM])
        assert box.uplink.state.resent_alarms >= 1


async def test_the_alarm_has_a_connection_of_its_own(tmp_path: Path) -> None:
    async with (
        hub_at(tmp_path / "hub") as hub,
        faulty_line(hub.port) as line,
        box_at(tmp_path / "box", line.port) as box,
    ):
        state = box.uplink.state
        await until(lambda: state.alarm.connected and state.bulk.connected and state.control.connected)
        assert len(line.links) == 2


async def test_a_disk_image_put_back_forks_and_every_fact_counts_once(tmp_path: Path) -> None:
    async with hub_at(tmp_path / "hub") as hub:
        async with box_at(tmp_path / "box", hub.port) as box:
            for number in range(100):
                box.journal.append(TELEMETRY, telemetry(number))
            await drained(box)
        image = (tmp_path / "image").resolve()
        _copy(tmp_path / "box", image)
        async with box_at(tmp_path / "box", hub.port) as box:
            for number in range(100, 300):
                box.journal.append(TELEMETRY, telemetry(number))
            await drained(box)
        async with box_at(image, hub.port) as box:
            for number in range(300, 350):
                box.journal.append(TELEMETRY, telemetry(number))
            await until(lambda: box.uplink.state.forks == 1)
            await drained(box)
            box.journal.append(TELEMETRY, telemetry(350))
            await drained(box)
            assert box.uplink.state.forks == 1
            assert "forked" in box.uplink.state.notes
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == 351


async def test_a_hub_restored_from_backup_is_told_what_is_gone(tmp_path: Path) -> None:
    async with hub_at(tmp_path / "hub") as hub, box_at(tmp_path / "box", hub.port) as box:
        for number in range(100):
            box.journal.append(TELEMETRY, telemetry(number))
        await drained(box)
    _copy(tmp_path / "hub", tmp_path / "backup")
    async with hub_at(tmp_path / "hub") as hub, box_at(tmp_path / "box", hub.port) as box:
        for number in range(100, 400):
            box.journal.append(TELEMETRY, telemetry(number))
        await drained(box)
    async with hub_at(tmp_path / "backup") as hub, box_at(tmp_path / "box", hub.port) as box:
        box.journal.append(TELEMETRY, telemetry(400))
        await until(lambda: box.uplink.state.hub_restores == 1)
        await until(lambda: stored(tmp_path / "backup").count() == 401)
    stored(tmp_path / "backup").check_cover()


async def test_a_restored_hub_hears_of_streams_that_were_sealed_confirmed_and_dropped(tmp_path: Path) -> None:
    async with hub_at(tmp_path / "hub"):
        pass
    _copy(tmp_path / "hub", tmp_path / "backup")  # older than the box
    async with hub_at(tmp_path / "hub") as hub, box_at(tmp_path / "box", hub.port) as box:
        for number in range(100):
            box.journal.append(TELEMETRY, telemetry(number))
        await box.journal.flush()
        await box.journal.seal(TELEMETRY, "seal")
        box.journal.append(TELEMETRY, telemetry(100))
        await drained(box)
        await box.journal.settled()
        [dropped] = [info for info in box.journal.streams() if info.sealed]
        assert await box.journal.read(dropped.stream, 0, 10, 10_000) is None
    async with hub_at(tmp_path / "backup") as hub, box_at(tmp_path / "box", hub.port):
        await until(lambda: dropped.stream in stored(tmp_path / "backup").skips)
        await until(lambda: stored(tmp_path / "backup").count() == 1)
        [stream] = [one for one in await hub.store.streams() if one.stream == dropped.stream]
        assert (stream.seq, stream.lost) == (100, 100)
    found = stored(tmp_path / "backup")
    found.check_cover()
    assert found.skips[dropped.stream] == [(1, 100, Skip.LOST_AT_HUB)]


def _copy(source: Path, target: Path) -> None:
    target.mkdir()
    for file in source.iterdir():
        if file.is_file():
            (target / file.name).write_bytes(file.read_bytes())


async def test_a_backlog_is_sealed_and_live_telemetry_goes_first(tmp_path: Path) -> None:
    settings = replace(FAST, seal_backlog_events=1_000)
    async with hub_at(tmp_path / "hub") as hub:
        async with box_at(tmp_path / "box", 1, settings=settings) as box:  # nobody listens there
            for number in range(2_000):
                box.journal.append(TELEMETRY, telemetry(number))
            await box.journal.flush()
        async with box_at(tmp_path / "box", hub.port, settings=settings) as box:
            await drained(box)
            lanes = [info for info in box.journal.streams() if info.lane == TELEMETRY]
            assert [info.note for info in lanes if not info.sealed] == ["seal"]
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == 2_000


async def test_a_refusal_is_shown_and_tried_again(tmp_path: Path) -> None:
    wrong = BoxIdentity("box-9", BOX.community, "test")
    async with hub_at(tmp_path / "hub") as hub, box_at(tmp_path / "box", hub.port, identity=wrong) as box:
        box.journal.append(ALARM, alarm(1))
        await until(lambda: "BOX_UNKNOWN" in box.uplink.state.alarm.refusal)
        assert not box.uplink.state.alarm.connected
        hub.ingest.communities["box-9"] = BOX.community  # type: ignore[index]  # the rig's is a dict
        await drained(box)
        await until(lambda: box.uplink.state.refusal == "")


async def test_state_comes_down_at_once_and_status_goes_up(tmp_path: Path) -> None:
    status = BoxStatus(software="test 1.0", troubles=["EDGE-JNL-001"])
    async with hub_at(tmp_path / "hub") as hub, box_at(tmp_path / "box", hub.port, status=lambda: status) as box:
        await until(lambda: box.incidents.wholes == 1 and bool(box.anchors))
        hub.feed.put(Incident(id=REF, community=BOX.community, box=BOX.box, reasons=[SOS]))
        async with asyncio.timeout(2):
            await until(lambda: incident_key(REF) in box.incidents.open)
        await until(lambda: BOX.box in hub.contacts.statuses)
        assert hub.contacts.statuses[BOX.box].troubles == ["EDGE-JNL-001"]
        assert box.anchors[0].boot == 7
        assert box.anchors[0].error_ms < 1_000
        await until(lambda: len(hub.contacts.channels) == 3)
    assert hub.contacts.channels == set()


async def test_on_a_slow_line_batches_are_packed(tmp_path: Path) -> None:
    settings = replace(FAST, zstd="on")
    async with (
        hub_at(tmp_path / "hub") as hub,
        faulty_line(hub.port) as line,
        box_at(tmp_path / "box", line.port, settings=settings) as box,
    ):
        for number in range(2_000):
            box.journal.append(TELEMETRY, telemetry(number))
        await drained(box)
        plain = sum(len(telemetry(number)) for number in range(2_000))
        assert sum(link.bytes_up for link in line.links) < plain * 0.8
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert found.count() == 2_000
    assert not any(cause == Skip.LOST_AT_HUB for skips in found.skips.values() for _, _, cause in skips)
