"""The whole box: device bytes in, siren bytes out, with everything else broken in turn."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from aiohttp import web

from anju_drivers.ble.simulator import Band, BleSimulator
from anju_drivers.card_reader.simulator import CardReaderSimulator
from anju_drivers.driver import AlarmReading, Driver, DriverSpec, Intake, Reason
from anju_drivers.errors import DeviceRefused
from anju_drivers.registry import Registry, load_drivers
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.build_box import make_drivers
from anju_edge.clock import SimulatedClock
from anju_edge.config import ConfigError, DriverConfig, EdgeConfig, SupervisionConfig, WebhookConfig, load_config
from anju_edge.discovery.announce import Announcement, Announcer
from anju_edge.gateway import Running, run
from anju_edge.journal import writer
from anju_edge.journal.journal import Journal, SalvageReport
from anju_edge.journal.sql import KV
from anju_edge.kiosk.backend import CardTap
from anju_protos.rules.decide import BoxFault
from anju_protos.v1.event_pb2 import (
    ALARM_RAISED,
    BOOT,
    INCIDENT_STEP,
    P4,
    PRESENCE,
    REAL,
    RESOLVED,
    ROSTER_APPLIED,
    TELEMETRY,
    TEST,
    UNSET,
    Alarm,
    Event,
    IncidentStep,
    RosterApplied,
)
from anju_protos.v1.event_pb2 import Reason as Said
from support.box_parts import BAND
from support.running_box import (
    OFF,
    ON,
    box_config,
    get,
    on_the_air,
    relay_shows,
    running_box,
    snapshot,
    until,
    with_drivers,
)

ADDRESS = BAND.removeprefix("ble:")


def receiver() -> BleSimulator:
    return BleSimulator([Band(ADDRESS, period_s=0.2)])


async def events_of(journal: Journal) -> list[Event]:
    await journal.flush()
    events = []
    for info in journal.streams():
        batch = await journal.read(info.stream, 0, 1000, 1 << 20)
        events += [Event.FromString(data) for data in batch.events] if batch else []
    return events


async def events_after(config: EdgeConfig) -> list[Event]:
    """What a stopped box left on disk."""
    async with await Journal.open(config.box.data, config.journal) as journal:
        return await events_of(journal)


def alarms(events: list[Event]) -> list[Event]:
    return [event for event in events if event.kind == ALARM_RAISED]


async def test_device_bytes_to_siren_bytes_with_no_hub(tmp_path: Path) -> None:
    with RelaySimulator() as relay:
        async with on_the_air(receiver()) as air:
            config = box_config(tmp_path, relay=relay, receiver=air)
            async with running_box(config) as box:
                await air.until_scanning()
                await relay_shows(relay, lambda board: board.on == {1: False})
                air.press_sos(ADDRESS)
                await relay_shows(relay, lambda board: ON in board.received)
                (local,) = box.incidents.open()
                result = await box.kiosk_service.respond("kiosk-1", local.key, "m-01")
                assert result.outcome == "going"
                await relay_shows(relay, lambda board: board.on == {1: False})
    left = await events_after(config)
    (alarm,) = alarms(left)
    assert alarm.device == BAND
    assert Alarm.FromString(alarm.payload).last_place.zone == "b3-u2"
    kinds = {event.kind for event in left}
    assert {BOOT, ROSTER_APPLIED, PRESENCE, INCIDENT_STEP} <= kinds
    assert relay.received.endswith(OFF)


async def test_with_the_journal_broken_the_siren_sounds_and_health_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    with RelaySimulator() as relay:
        async with on_the_air(receiver()) as air:
            config = box_config(tmp_path, relay=relay, receiver=air)
            async with running_box(config) as box:
                await air.until_scanning()
                assert box.journal.fault is not None
                assert not relay.on.get(1), "a disk fault is no reason to wake the house"
                air.press_sos(ADDRESS)
                await relay_shows(relay, lambda board: ON in board.received)
                assert "EDGE-JNL-001" in (await snapshot(box))["troubles"]
                assert (await get(box.status, "/healthz"))[0] == 503
                raised = await box.kiosk_service.help("kiosk-1", 2000)
                assert (raised.outcome, raised.recorded) == ("raised", False)
                (tmp_path / "data").unlink()
                (tmp_path / "data").mkdir()
                await until(lambda: box.journal.fault is None)
                await until(lambda: "EDGE-JNL-001" not in box.health.troubles())
    left = await events_after(config)
    assert {Alarm.FromString(event.payload).rule for event in alarms(left)} >= {"sos", "help_bell", "box_cannot_record"}


async def test_what_the_box_said_of_itself_before_a_restart_is_closed_by_it(tmp_path: Path) -> None:
    """The disk fails, the hub hears of it, somebody pulls the plug, the disk is well again."""
    config = box_config(tmp_path)
    async with running_box(config) as box:
        fault = box.intake.alarm("", BoxFault(), REAL)
        await fault.recorded
    async with running_box(config) as box:
        assert [local.key for local in box.incidents.open()] == [fault.key]
        await until(lambda: not box.incidents.open())
    closed = IncidentStep.FromString(
        [event for event in await events_after(config) if event.kind == INCIDENT_STEP][-1].payload
    )
    assert (closed.state, closed.cause) == (RESOLVED, "recording_again")


async def test_a_damaged_journal_is_an_incident_that_says_what_was_kept(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    async with running_box(config) as box:
        await box.kiosk_service.ask_staff("kiosk-1", "other")
    (config.box.data / "journal.sqlite").write_bytes(b"not a database" * 5_000)
    async with running_box(config) as box:
        assert box.journal.salvaged is not None
        (local,) = [one for one in box.incidents.open() if Said.JOURNAL_SALVAGED in one.incident.reasons]
        assert (local.incident.priority, local.is_ringing) == (P4, False)
        box.journal.note_salvage(SalvageReport(41, 2, 1, ""))  # as a scrub finds damage while it runs
        assert local.incident.repeats == 1
    notes = [
        step.note_code
        for event in await events_after(config)
        if event.kind == INCIDENT_STEP and (step := IncidentStep.FromString(event.payload)).note_code
    ]
    assert notes == ["kept=0 lost=0 tails_unknown=3", "kept=41 lost=2"]


async def test_a_journal_that_nobody_writes_any_more_ends_the_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> NoReturn:
        raise LookupError("a fault of the software")

    def press(box: Running) -> None:
        monkeypatch.setattr(writer, "write", broken)
        box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0))

    with pytest.raises(ExceptionGroup) as ended:
        await asyncio.wait_for(run(box_config(tmp_path), asyncio.Event(), on_started=press), 20)
    assert "a fault of the software" in repr(ended.value.exceptions)
    assert [line.message for line in caplog.records if line.levelno == logging.CRITICAL] == [
        "journal: its writer ended, the process must end: LookupError('a fault of the software')"
    ]


async def test_a_damaged_row_of_the_last_run_keeps_no_box_from_starting(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    async with running_box(config) as box:
        wrong = {"running_time": b"{", "clock_floor": b'{"true": 1}', "roster": b"\xff\xff\xff"}
        for key, value in wrong.items():
            box.journal.append(TELEMETRY, Event().SerializeToString(), (KV.put, (key, value)))
        box.journal.append(TELEMETRY, Event().SerializeToString(), ("update kv set value = x'ff' where key = 'x'", ()))
        await box.journal.flush()
    async with running_box(config) as box:
        box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0))
        assert len(box.incidents.open()) == 1


async def test_a_screen_that_never_came_back_is_silent_too(tmp_path: Path) -> None:
    async with running_box(box_config(tmp_path)) as box:
        assert "EDGE-KSK-001:kiosk-1" not in box.health.troubles()
        box.health.started_s -= 601
        assert "EDGE-KSK-001:kiosk-1" in box.health.troubles()


async def test_a_box_that_nobody_on_the_lan_finds_says_so(tmp_path: Path) -> None:
    async with running_box(box_config(tmp_path)) as box:
        assert box.health.snapshot()["announce"] == {"state": "off", "name": "", "trouble": ""}
        announcer = box.health.announcer = Announcer(Announcement("box-1", "Jiefang", 8480), list)
        task = asyncio.create_task(announcer.run())
        await announcer.changed.wait()
        assert "EDGE-ANN-001" in box.health.troubles()
        trouble = "the address of the kiosk pages is not on this machine now"
        assert box.health.snapshot()["announce"] == {"state": "no address", "name": "", "trouble": trouble}
        assert box.health.snapshot()["ok"]  # kiosks also take a fixed address
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_host_name_that_cannot_be_one_fails_alone(tmp_path: Path) -> None:
    hooks = (WebhookConfig("lamp", "http://lamp..local/ring", retry_max_s=0.1),)
    config = replace(box_config(tmp_path), webhooks=hooks)
    async with running_box(config) as box:
        await box.kiosk_service.help("kiosk-1", 2_000)
        await until(lambda: "EDGE-ALR-001:lan:lamp" in box.health.troubles())
        assert len(box.incidents.open()) == 1


async def test_with_the_clock_at_1970(tmp_path: Path) -> None:
    clock = SimulatedClock(boot=9, synced=False)
    clock.set_wall(0)
    with RelaySimulator() as relay:
        async with on_the_air(receiver()) as air:
            config = box_config(tmp_path, relay=relay, receiver=air)
            async with running_box(config, clock) as box:
                await air.until_scanning()
                assert not box.kiosk_service.snapshot("kiosk-1").time_known
                air.press_sos(ADDRESS)
                await relay_shows(relay, lambda board: ON in board.received)
    (alarm,) = alarms(await events_after(config))
    assert alarm.stamp.quality == UNSET


async def test_the_siren_goes_on_after_a_restart_until_somebody_acts(tmp_path: Path) -> None:
    with RelaySimulator() as relay:
        config = box_config(tmp_path, relay=relay)
        async with running_box(config) as box:
            await relay_shows(relay, lambda board: 1 in board.on)
            raised = await box.kiosk_service.help("kiosk-1", 1500)
            await relay_shows(relay, lambda board: board.on == {1: True})
        assert relay.received.endswith(OFF), "nobody can silence a siren whose box is stopped"
        async with running_box(config) as box:
            await relay_shows(relay, lambda board: board.on == {1: True})
            assert box.incidents.open()[0].key == raised.incident
            await box.kiosk_service.respond("kiosk-1", raised.incident, "m-01")
            await relay_shows(relay, lambda board: board.on == {1: False})


async def test_a_relay_that_comes_back_is_told(tmp_path: Path) -> None:
    with RelaySimulator(link=str(tmp_path / "relay")) as relay:
        config = box_config(tmp_path, relay=relay)
        async with running_box(config) as box:
            await relay_shows(relay, lambda board: 1 in board.on)
            relay.unplug()
            await until(lambda: "EDGE-ALR-001:siren" in box.health.troubles())
            await box.kiosk_service.help("kiosk-1", 1500)
            relay.on.clear()
            relay.plug()
            await relay_shows(relay, lambda board: board.on == {1: True})


async def test_a_receiver_unplugged_is_shown_and_back_within_seconds(tmp_path: Path) -> None:
    async with on_the_air(receiver()) as air:
        async with running_box(box_config(tmp_path, receiver=air)) as box:
            await air.until_scanning()
            await until(lambda: box.health.devices.adopted[BAND].heard_ms is not None)
            air.unplug()
            await until(lambda: bool(box.health.devices.adopted["ble:receiver-1"].trouble))
            frames = box.health.devices.adopted[BAND].frames
            before_s = time.monotonic()
            air.replug()
            await until(lambda: box.health.devices.adopted[BAND].frames > frames)
            assert time.monotonic() - before_s < 10


async def test_a_card_at_the_reader_shows_at_its_kiosk(tmp_path: Path) -> None:
    reader = CardReaderSimulator()
    plugged = asyncio.create_task(reader.run())
    await reader.ready.wait()
    driver = DriverConfig("card_reader", "kiosk-1", reader.driver_options())
    try:
        async with running_box(with_drivers(box_config(tmp_path), driver)) as box:
            await until(lambda: any(key == "card_reader:kiosk-1" for key, _ in box.health.devices))
            changes = box.kiosk_service.changes("kiosk-1")
            await anext(changes)
            tapping = asyncio.create_task(reader.tap(bytes.fromhex("67003B51C6")))
            async with asyncio.timeout(10):
                async for change in changes:
                    if isinstance(change, CardTap):
                        break
            await tapping
            assert isinstance(change, CardTap)
            assert (change.result.outcome, change.result.name) in {("recorded", "王*秀"), ("choose", "")}
            await changes.aclose()  # type: ignore[attr-defined]  # an async generator
    finally:
        plugged.cancel()
        await asyncio.gather(plugged, return_exceptions=True)


class _Buggy:
    def __init__(self, name: str) -> None:
        self.name = name

    async def run(self, intake: Intake) -> None:
        raise ZeroDivisionError("a bug")


class _Refused:
    def __init__(self, name: str) -> None:
        self.name = name

    async def run(self, intake: Intake) -> None:
        raise DeviceRefused("x:y", "wrong password", "set the right one")


class _Pressing:
    """Presses for ever, as fast as the loop turns."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def run(self, intake: Intake) -> None:
        number = 0
        while True:
            number += 1
            await intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), str(number).encode(), 1.0))


def spec(name: str, kind: type[_Buggy] | type[_Refused] | type[_Pressing]) -> DriverSpec:
    def create(given: str, options: object) -> Driver:
        return kind(given)

    return DriverSpec(name, name, name, create, lambda data: [], lambda item: {})


async def test_a_buggy_driver_is_shown_and_harms_nobody(tmp_path: Path) -> None:
    specs = {"buggy": spec("buggy", _Buggy), "refused": spec("refused", _Refused), "fine": spec("fine", _Pressing)}
    rows = [DriverConfig(name, name) for name in specs]
    config = with_drivers(box_config(tmp_path), *rows)
    stop = asyncio.Event()
    started: asyncio.Future[Running] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run(config, stop, registry=Registry(specs, {}), on_started=started.set_result))
    box = await started
    await until(lambda: box.health.recorder.by_kind[ALARM_RAISED] > 3)
    troubles = box.health.troubles()
    assert {"EDGE-DRV-001:buggy", "EDGE-DRV-002:buggy", "EDGE-DRV-003:refused"} <= set(troubles)
    assert "EDGE-DRV-001:refused" not in troubles, "a wrong password is no matter of power and cable"
    assert box.health.causes()["EDGE-DRV-003:refused"] == "x:y: wrong password; set the right one"
    assert "EDGE-DRV-001:fine" not in troubles
    stop.set()
    async with asyncio.timeout(20):  # TimeoutStopSec of systemd/anju-edge.service
        await task


async def test_a_webhook_hears_of_ringing_acknowledged_and_closed_and_of_no_person(tmp_path: Path) -> None:
    heard: list[dict[str, object]] = []
    failures = 1

    async def take(request: web.Request) -> web.Response:
        nonlocal failures
        if failures:
            failures -= 1
            return web.Response(status=500)
        heard.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/alarm", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    config = box_config(tmp_path)
    hook = WebhookConfig("guard", f"http://127.0.0.1:{port}/alarm")
    config = replace(config, webhooks=(hook,))
    try:
        async with running_box(config) as box:
            raised = await box.kiosk_service.help("kiosk-1", 1500)
            await until(lambda: len(heard) >= 1)
            await box.kiosk_service.respond("kiosk-1", raised.incident, "m-01")
            await until(lambda: len(heard) >= 2)
        assert [message["event"] for message in heard] == ["ringing", "acknowledged"]
        assert heard[0]["zone_zh"] == "3栋2单元"
        assert heard[0]["incident"] == raised.incident
        assert "王" not in str(heard)
        assert "r-0001" not in str(heard)
    finally:
        await runner.cleanup()


async def test_a_bad_roster_leaves_the_last_good_one_also_over_a_restart(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    async with running_box(config) as box:
        assert box.health.rosters.current.bundle.revision == 1
    config.box.roster.write_text('revision = 2\ntoken_salt = "x"\n', encoding="utf-8")
    async with running_box(config) as box:
        assert box.health.rosters.current.bundle.revision == 1
        assert "EDGE-RST-001" in box.health.troubles()
        assert "community.toml:2: token_salt" in (await snapshot(box))["roster"]["trouble"]
    applied = [RosterApplied.FromString(e.payload) for e in await events_after(config) if e.kind == ROSTER_APPLIED]
    assert [(one.applied, one.kept_revision) for one in applied] == [(True, 1), (False, 1)]


async def test_the_self_test_goes_the_way_silently_and_is_marked(tmp_path: Path) -> None:
    with RelaySimulator() as relay:
        config = box_config(tmp_path, relay=relay)
        config = replace(config, supervision=SupervisionConfig(synthetic_alarm_s=0.05))
        async with running_box(config) as box:
            await until(lambda: box.health.self_test.recorded is True)
        tests = [event for event in alarms(await events_after(config)) if event.mark == TEST]
        assert tests
        assert ON not in relay.received


async def test_metrics_and_status_name_no_person(tmp_path: Path) -> None:
    async with running_box(box_config(tmp_path)) as box:
        await box.kiosk_service.help("kiosk-1", 1500)
        status, text = await get(box.status, "/metrics")
        assert status == 200
        for name in ("anju_queue_events{lane=\"alarm\"}", "anju_skipped_events_total{reason=", "anju_offline_seconds",
                     "anju_commit_seconds_bucket", "anju_rings_total 1.0"):  # fmt: skip
            assert name in text
        everything = text + (await get(box.status, "/healthz"))[1]
        for personal in ("王", "r-0001", "3-2-501", "67003B51C6"):
            assert personal not in everything
        assert (await get(box.kiosk, "/healthz"))[0] == 200, "the kiosk's address is loopback here"


def test_a_drivers_own_key_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text(
        '[box]\nid = "a"\ncommunity = "b"\n'
        '[[drivers]]\ndriver = "card_reader"\nname = "one"\nport = "/dev/x"\nbaud = 3\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        make_drivers(load_config(path), load_drivers())
    assert (caught.value.key, caught.value.line) == ("drivers[1].baud", 8)
