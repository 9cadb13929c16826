"""rtl_433's lines: what they mean, who may act, bursts, PINs; and the driver on its three kinds of source."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import AlarmReading, LinkReading, Reading, Reason, Sighting, StateReading
from anju_drivers.errors import DriverConfigError, FrameError
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.rtl433 import SPEC
from anju_drivers.rtl433 import settings as rtl_settings
from anju_drivers.rtl433.driver import Rtl433Driver
from anju_drivers.rtl433.frames import MAX_LINE_BYTES, Lines, Received, Statistics, read_line
from anju_drivers.rtl433.models import CHECKED_MODELS, LEARNED_MODELS
from anju_drivers.rtl433.reading_mapper import Rtl433ReadingMapper
from anju_drivers.rtl433.simulator import FORMS, Rtl433Simulator
from support import paths

VECTORS = json.loads((paths.VECTORS / "rtl433_json.json").read_text(encoding="utf-8"))
PANIC = {"code": "26", "event": "KR18 PANIC"}


def received(model: str, device_id: str | int = "a1", **fields: object) -> Received:
    found = read_line(json.dumps({"model": model, "id": device_id, **fields}).encode())
    assert isinstance(found, Received)
    return found


def make_mapper(**options: object) -> Rtl433ReadingMapper:
    return Rtl433ReadingMapper(rtl_settings.read("stick", {"udp": "127.0.0.1:1433"} | options), RadioDedup())


def alarms(readings: list[Reading]) -> list[AlarmReading]:
    return [one for one in readings if isinstance(one, AlarmReading)]


@given(st.binary(max_size=200), st.sampled_from([b"", b"{", b'{"model":', b'{"model":"X10-Security",']))
def test_junk_never_raises_anything_else(junk: bytes, head: bytes) -> None:
    with contextlib.suppress(FrameError):
        read_line(head + junk)


FIELDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["id", "cmd", "cmd_id", "event", "state", "switch1", "subtype", "battery_ok", "battery", "message", "unit", "learn",
     "motion", "opened", "extradata", "seq", "rssi", "num_rows", "code", "device", "text"]
)  # fmt: skip


@given(st.sampled_from([*sorted(LEARNED_MODELS), *CHECKED_MODELS, "X10 Security", "Other", " "]),
       st.dictionaries(NAMES, FIELDS, max_size=8))  # fmt: skip
def test_any_fields_are_read_without_raising(model: str, fields: dict[str, Any]) -> None:
    try:
        found = read_line(json.dumps({"model": model, **fields}).encode())
    except FrameError:
        return
    if isinstance(found, Received):
        mapper = make_mapper(paired=[{"model": found.model, "id": found.device_id or "x"}])
        for reading in mapper.map_message(found, 0.0):
            assert reading.device == reading.device.lower()


@given(st.lists(st.binary(max_size=40).map(lambda one: one.replace(b"\n", b"")), max_size=8), st.integers(1, 9))
def test_any_chunking_gives_the_same_lines(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    decoder = Lines()
    assert [line for at in range(0, len(stream), size) for line in decoder.feed(stream[at : at + size])] == lines


def test_an_endless_line_is_dropped_and_the_next_is_whole() -> None:
    decoder = Lines()
    for _ in range(100):
        assert decoder.feed(b"x" * 1000) == []
    assert decoder.feed(b"\n{}\n") == [b"{}"]
    assert decoder.dropped == 1
    assert decoder.feed(b"y" * (MAX_LINE_BYTES + 1) + b"\nz\n") == [b"z"]
    assert decoder.dropped == 2


@pytest.mark.parametrize(
    ("model", "fields", "reasons"),
    [
        ("X10-Security", PANIC, {Reason.PANIC}),
        ("X10 Security", {"remarks": "KR15A PANIC-3SECOND"}, {Reason.PANIC}),
        ("X10-Security", PANIC | {"battery_ok": 0}, {Reason.PANIC, Reason.LOW_BATTERY}),
        ("Interlogix-Security", {"subtype": "panic"}, {Reason.PANIC}),
        ("Interlogix", {"device_type": "panic", "battery": "LOW"}, {Reason.PANIC, Reason.LOW_BATTERY}),
        ("Interlogix-Security", {"subtype": "smoke", "switch4": "CLOSED"}, {Reason.SMOKE}),
        ("Interlogix-Security", {"subtype": "motion", "switch3": "OPEN"}, {Reason.TAMPER}),
        ("SimpliSafe Keypad", {"extradata": "Keypad Panic Button", "seq": 34}, {Reason.PANIC}),
        ("Cavius-Security", {"message": 0x20, "text": "Fire alarm"}, {Reason.SMOKE}),
        ("Cavius", {"message": 0x10}, {Reason.WATER}),
        ("Cavius", {"message": 0x28}, {Reason.SMOKE, Reason.LOW_BATTERY}),
    ],
)
def test_a_checked_model_nobody_adopted_raises_an_alarm(
    model: str, fields: dict[str, Any], reasons: set[Reason]
) -> None:
    (alarm,) = alarms(make_mapper().map_message(received(model, **fields), 0.0))
    assert alarm.reasons == reasons
    assert alarm.burst_window_s == 3.0


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("Chuango-Security", {"cmd": "Alarm", "cmd_id": 2}),
        ("Generic-Remote", {"cmd": 192}),
        ("Smoke-GS558", {"unit": 22, "learn": 0}),
        ("Smoke detector GS 558", {"unit": 22, "learn": 0}),
        ("Kerui Security", {"cmd": 11, "state": "tamper"}),
    ],
)
def test_a_sender_without_a_checksum_acts_only_when_paired(model: str, fields: dict[str, Any]) -> None:
    mapper = make_mapper()
    message = received(model, 27111, **fields)
    (sighting,) = mapper.map_message(message, 0.0)
    assert isinstance(sighting, Sighting)
    assert mapper.unpaired == 1
    assert alarms(make_mapper(paired=[{"model": model, "id": 27111}]).map_message(message, 0.0))
    assert not alarms(make_mapper(paired=[{"model": model, "id": 27112}]).map_message(message, 0.0))


def test_a_paired_remote_acts_on_its_command_alone() -> None:
    pair = {"model": "Generic-Remote", "id": 4660, "cmd": 192, "device": "rtl433:pendant-1"}
    mapper = make_mapper(paired=[pair])
    (alarm,) = alarms(mapper.map_message(received("Generic-Remote", 4660, cmd=192), 0.0))
    assert (alarm.device, alarm.counter) == ("rtl433:pendant-1", None)
    assert alarm.reasons == {Reason.SOS}
    assert not alarms(mapper.map_message(received("Generic-Remote", 4660, cmd=48), 0.1))


def test_a_key_chain_that_says_contact_open_is_a_panic_where_the_site_says_so() -> None:
    line = next(item["input_text"] for item in VECTORS if item["name"] == "simplisafe_panic_keychain_old").encode()
    message = read_line(line)
    assert isinstance(message, Received)
    assert not alarms(make_mapper().map_message(message, 0.0))
    pair = {"model": "SimpliSafe Sensor", "id": "1M38R", "cmd": "1", "reasons": ["panic"]}
    (alarm,) = alarms(make_mapper(paired=[pair]).map_message(message, 0.0))
    assert alarm.reasons == {Reason.PANIC}
    assert alarm.counter == 98


def test_other_models_are_counted_and_told_to_nobody() -> None:
    mapper = make_mapper()
    assert mapper.map_message(received("Acurite-Tower", 5, temperature_C=20.5, battery_ok=0), 0.0) == []
    assert mapper.unlisted == 1
    assert make_mapper(models=["Site-Panic-Button"]).map_message(received("Site-Panic-Button", 5, num_rows=1), 0.0)


def test_a_model_without_a_reader_keeps_all_it_says() -> None:
    mapper = make_mapper(models=["Honeywell-Security"])
    fields = {"event": 160, "state": "open", "contact_open": 1, "tamper": 1, "alarm": 0, "battery_ok": 0}
    alarm, _, state = mapper.map_message(received("Honeywell-Security", 7, **fields), 0.0)
    assert isinstance(alarm, AlarmReading)
    assert alarm.reasons == {Reason.TAMPER, Reason.LOW_BATTERY}
    assert state == StateReading("rtl433:honeywell-security-7", contact_open=True)


SMOKE_AT_REST = {"subtype": "smoke", "switch1": "OPEN"} | {f"switch{at}": "CLOSED" for at in range(2, 6)}
SMOKE_QUIET = {"subtype": "smoke", "switch5": "CLOSED"} | {f"switch{at}": "OPEN" for at in range(1, 5)}
SMOKE_ALARM = SMOKE_QUIET | {"switch4": "CLOSED"}


def smoke(*said: dict[str, str], **options: object) -> list[bool]:
    """Whether each message of a smoke detector rings, a minute apart."""
    mapper = make_mapper(**options)
    messages = [received("Interlogix-Security", "2a5c11", **fields) for fields in said]
    return [bool(alarms(mapper.map_message(one, 60.0 * at))) for at, one in enumerate(messages)]


def test_switches_ring_on_a_change_and_not_at_rest() -> None:
    assert smoke(SMOKE_AT_REST, SMOKE_AT_REST) == [False, False]
    assert smoke(SMOKE_QUIET, SMOKE_ALARM, SMOKE_ALARM, SMOKE_QUIET, SMOKE_ALARM) == [False, True, True, False, True]
    assert smoke(SMOKE_ALARM) == [True], "the first word after a start of the box"
    pair = {"model": "Interlogix-Security", "id": "2a5c11", "switches": {"smoke.switch1.closed": "smoke"}}
    assert smoke(SMOKE_AT_REST, SMOKE_AT_REST | {"switch1": "CLOSED"}, paired=[pair]) == [False, True]


def test_switches_that_go_a_way_nobody_knows_are_news() -> None:
    mapper = make_mapper()
    mapper.map_message(received("Interlogix-Security", "2a5c11", **SMOKE_AT_REST), 0.0)
    changed = received("Interlogix-Security", "2a5c11", **SMOKE_AT_REST | {"switch2": "OPEN"})
    (state,) = [one for one in mapper.map_message(changed, 60.0) if isinstance(one, StateReading)]
    assert state.detail == "unknown code switches open-open-closed-closed-closed"


def test_tamper_and_contact_are_read_beside_every_readers_own_word() -> None:
    mapper = make_mapper(models=["X10-Security", "DSC-Security", "SimpliSafe-Sensor"])
    door = {"event": "DOOR/WINDOW OPEN", "tamper": 1}
    alarm, _, state = mapper.map_message(received("X10-Security", "d1", **door), 0.0)
    assert isinstance(alarm, AlarmReading)
    assert alarm.reasons == {Reason.TAMPER}
    assert isinstance(state, StateReading)
    assert state.contact_open is True
    for closed in (0, 1):
        readings = mapper.map_message(received("DSC-Security", 7, closed=closed, tamper=0, event=1), 1.0)
        assert [one.contact_open for one in readings if isinstance(one, StateReading)] == [not closed]
        assert not alarms(readings)
    (panic,) = alarms(mapper.map_message(received("X10-Security", "k1", tamper=1, **PANIC), 2.0))
    assert panic.reasons == {Reason.PANIC, Reason.TAMPER}


def test_a_flex_decoder_has_its_fields_in_rows() -> None:
    pair = {"model": "Site-Pendant", "id": "5", "cmd": "3"}
    row = {"len": 25, "data": "12345", "id": 5, "cmd": 3}
    line = {"model": "Site-Remote", "count": 2, "num_rows": 2, "rows": [row, row], "codes": ["{25}12345"]}
    for model, reason in (("Site-Remote", Reason.SOS), ("Site-Pendant", Reason.PANIC)):
        found = read_line(json.dumps(line | {"model": model}).encode())
        assert isinstance(found, Received)
        assert found.device_id == "5"
        (alarm,) = alarms(make_mapper(paired=[pair | {"model": model}]).map_message(found, 0.0))
        assert alarm.reasons == {reason}
    bare = read_line(json.dumps(line | {"rows": [{"len": 25, "data": "12345"}]}).encode())
    assert isinstance(bare, Received)
    assert bare.device_id == "12345"


def test_a_contact_may_be_a_smoke_detector_where_the_site_says_so() -> None:
    mapper = make_mapper(paired=[{"model": "DSC-Security", "id": 5175788, "cmd": "open", "reasons": ["smoke"]}])
    found = [
        [one.reasons for one in alarms(mapper.map_message(received("DSC-Security", 5175788, closed=closed), at_s))]
        for at_s, closed in ((0.0, 1), (60.0, 0), (120.0, 1))
    ]
    assert found == [[], [{Reason.SMOKE}], []]


def test_a_command_nobody_paired_is_news_of_a_paired_remote() -> None:
    mapper = make_mapper(paired=[{"model": "Generic-Remote", "id": 4660, "cmd": 192}])
    readings = mapper.map_message(received("Generic-Remote", 4660, cmd=48), 0.0)
    assert not alarms(readings)
    assert [one.detail for one in readings if isinstance(one, StateReading)] == ["unknown code command 48"]


def test_a_burst_is_one_press_and_a_changed_state_passes_at_once() -> None:
    mapper = make_mapper()
    burst = [
        one
        for at in range(8)
        for one in alarms(mapper.map_message(received("X10-Security", rssi=-at, **PANIC), at / 10))
    ]
    assert len(burst) == 8
    assert len({alarm.press for alarm in burst}) == 1
    assert mapper.copies == 7
    door = [
        state.contact_open
        for at, words in enumerate(["OPEN", "OPEN", "CLOSED", "CLOSED", "OPEN"])
        for state in mapper.map_message(received("X10-Security", "d0", event=f"DOOR/WINDOW {words}"), 1 + at / 10)
        if isinstance(state, StateReading)
    ]
    assert door == [True, False, True]
    (again,) = alarms(mapper.map_message(received("X10-Security", **PANIC), 60.0))
    assert again.press != burst[0].press


def test_a_low_battery_is_told_once_in_a_while() -> None:
    mapper = make_mapper()
    found = [
        bool(alarms(mapper.map_message(received("X10-Security", "d0", event=f"DOOR/WINDOW {words}", battery_ok=0), at)))
        for at, words in ((0.0, "OPEN"), (60.0, "CLOSED"), (7 * 3600.0, "OPEN"))
    ]
    assert found == [True, False, True]


def test_a_pin_goes_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    line = json.dumps({"model": "SimpliSafe Keypad", "device": "1JZAG", "seq": 3, "extradata": "Disarm Pin: 4711"})
    with caplog.at_level(logging.DEBUG):
        message = read_line(line.encode())
        told = repr(message) + repr(SPEC.explain(line.encode())) + repr(SPEC.vectors({"input_text": line}))
    assert isinstance(message, Received)
    assert "4711" not in told + caplog.text + message.payload.decode() + repr(message.interpretation)
    assert "4711" not in repr(read_line(b'{"model":"K","id":1,"pin_code":4711}'))


def test_syslog_heads_statistics_and_log_lines() -> None:
    found = read_line(b'<165>1 2026-01-01T00:00:00Z box rtl_433 - - - {"model":"X10-Security","id":"a1"}')
    assert isinstance(found, Received)
    assert read_line(b'{"enabled":187,"since":"x","frames":{"count":1},"stats":[]}') == Statistics(187)
    for line in (
        b'{"time":"x","src":"SDR","lvl":5,"msg":"tuned"}',
        b"rtl_433 version 25.12 inputs {file}",
        b"",
        b"[]",
        b"{",
        b"null",
    ):
        with pytest.raises(FrameError):
            read_line(line)


@contextlib.asynccontextmanager
async def listening(form: str, **options: object) -> AsyncIterator[tuple[Rtl433Simulator, RecordingIntake]]:
    simulator = Rtl433Simulator(form)
    async with running(simulator):
        intake = RecordingIntake()
        driver = SPEC.create("stick", simulator.driver_options() | options)
        assert isinstance(driver, Rtl433Driver)
        task = asyncio.create_task(driver.run(intake))
        try:
            await intake.until(LinkReading("rtl433:simulated-1", True, ""), LinkReading)
            yield simulator, intake
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.mark.parametrize("form", FORMS)
async def test_a_press_over_each_source(form: str) -> None:
    async with listening(form) as (simulator, intake):
        await simulator.connected(timeout_s=10)
        simulator.press("Generic-Remote", 4660, cmd=192)
        alarm = await intake.until(AlarmReading)
        assert isinstance(alarm, AlarmReading)
        assert (alarm.device, alarm.rssi_dbm) == ("rtl433:pendant-1", -12)
        await intake.until_heard(frames=6)
        simulator.send(b'{"model": "X10-Security", "id": "a1", "event":\n{"broken\n')
        await intake.until_heard(errors=2)
        await simulator.demonstrate()
        await intake.until_heard(frames=12)
        presses = [one.press for one in intake.readings if isinstance(one, AlarmReading)]
        assert len(set(presses)) == 2


async def test_a_program_that_ends_is_said_and_started_again() -> None:
    async with listening("command") as (simulator, intake):
        await simulator.connected(timeout_s=10)
        simulator.unplug()
        lost = await intake.until(*(LinkReading("rtl433:simulated-1", False, text) for text in CAUSES), timeout_s=10)
        assert isinstance(lost, LinkReading)
        simulator.replug()
        await simulator.connected(timeout_s=10)
        await simulator.demonstrate()
        await intake.until(AlarmReading, timeout_s=10)


HANGS = """
echo $$ >> {pids}
echo '{{"model":"X10-Security","id":"a1"}}'
trap '' TERM
[ $(wc -l < {pids}) -ge 4 ] && while sleep 0.05; do echo '{{"model":"X10-Security","id":"a1"}}'; done
while sleep 1; do :; done
"""


async def test_a_program_that_hangs_is_ended_and_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It prints one line, then nothing, keeps running, and does not mind being asked to stop."""
    pids = tmp_path / "pids"
    config = rtl_settings.read("stick", {"command": ["/bin/sh", "-c", HANGS.format(pids=pids)]})
    intake = RecordingIntake()
    task = asyncio.create_task(Rtl433Driver("stick", replace(config, silent_s=0.3)).run(intake))
    try:
        lost = LinkReading("rtl433:stick", False, "no line for 0.3 s, begun again")
        first = await intake.until(lost, LinkReading("rtl433:stick", False, "no line for 0.3 s"), timeout_s=20)
        at = intake.readings.index(first)
        await intake.until(LinkReading("rtl433:stick", True, "lines come again"), timeout_s=30, after=at)
        started = [int(line) for line in pids.read_text(encoding="ascii").split()]
        assert len(started) >= 2
        for pid in started[:-1]:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
        told = [one for one in intake.readings[at:] if isinstance(one, LinkReading)]
        assert [one.up for one in told] == [False, True], "a start alone is no sign of life"
        said = [one for one in caplog.records if "no line" in one.getMessage()]
        assert len(said) == 1
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


CAUSES = ("no SDR stick is plugged in", "python ended with 0", "python3 ended with 0", "python3.11 ended with 0")


async def test_a_program_that_is_not_there_is_said_and_waited_for() -> None:
    intake = RecordingIntake()
    task = asyncio.create_task(SPEC.create("stick", {"command": ["/nowhere/rtl_433"]}).run(intake))
    assert await intake.until(LinkReading("rtl433:stick", False, "No such file or directory"))
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"unix": "/run/x"}, "udp"),
        ({"udp": "127.0.0.1"}, "udp"),
        ({"udp": "0.0.0.0:1433"}, "udp"),
        ({"models": ["Generic-Remote"]}, "models"),
        ({"models": ["Kerui Security"]}, "models"),
        ({"paired": [{"model": "Generic-Remote"}]}, "paired[1].id"),
        ({"paired": [{"model": "Generic-Remote", "id": 1, "reasons": ["x"]}]}, "paired[1].reasons"),
        ({"paired": [{"model": "Generic-Remote", "id": 1, "device": "No"}]}, "paired[1].device"),
        ({"switches": {"smoke.switch9.open": "smoke"}}, "switches.smoke.switch9.open"),
        ({"burst_s": 60}, "burst_s"),
        ({"receiver": "R 1"}, "receiver"),
    ],
)
def test_bad_options_are_named(change: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as refused:
        SPEC.create("stick", {"udp": "127.0.0.1:1433"} | change)
    assert refused.value.key == key
