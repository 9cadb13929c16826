"""Siren and LAN channels: bytes on a pseudo-terminal, patterns, what follows the incidents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, Reason
from anju_edge.alerts.board import AlertDispatcher
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.alerts.siren import Pattern, Siren, relay_command
from anju_edge.alerts.webhook import Webhook
from anju_protos.v1.event_pb2 import P1, P2, Actor
from support.box_parts import BAND, box_parts
from support.running_box import OFF, ON, relay_shows, until


@asynccontextmanager
async def siren_at(relay: RelaySimulator, **settings: float) -> AsyncIterator[Siren]:
    siren = Siren(relay.port, **settings)  # type: ignore[arg-type]  # numbers by name
    task = asyncio.create_task(siren.run())
    try:
        await relay_shows(relay, lambda board: 1 in board.on)
        yield siren
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def now(siren: Siren) -> Pattern:
    return siren.pattern


@pytest.mark.parametrize(
    ("channel", "on", "text"),
    [(1, True, "A00101A2"), (1, False, "A00100A1"), (4, True, "A00401A5"), (16, False, "A01000B0")],
)
def test_commands_of_the_relay_board(channel: int, on: bool, text: str) -> None:
    assert relay_command(channel, on).hex().upper() == text


async def test_it_starts_silent_and_the_byte_leaves_in_the_call() -> None:
    with RelaySimulator() as relay:
        async with siren_at(relay) as siren:
            assert bytes(relay.received) == OFF
            siren.set_pattern(Pattern.STEADY)
            # no turn of the loop in between: the thread of the simulator reads it while we hold the loop
            assert relay.wait_for(lambda board: board.on == {1: True}, 5)
            assert bytes(relay.received) == OFF + ON
            siren.set_pattern(Pattern.STEADY)
            siren.set_pattern(Pattern.OFF)
            assert relay.wait_for(lambda board: board.on == {1: False}, 5)
            assert bytes(relay.received) == OFF + ON + OFF


async def test_pulses_and_a_test_that_ends_by_itself() -> None:
    with RelaySimulator() as relay:
        async with siren_at(relay, pulse_on_ms=20, pulse_off_ms=20, test_s=0.05) as siren:
            siren.set_pattern(Pattern.PULSE)
            await relay_shows(
                relay, lambda board: [one.on for one in board.switches[1:5]] == [True, False, True, False]
            )
            siren.set_pattern(Pattern.OFF)
            siren.set_pattern(Pattern.TEST)
            await until(lambda: now(siren) is Pattern.OFF)
            await relay_shows(relay, lambda board: not board.switches[-1].on)


async def test_a_siren_without_its_board_fails_alone_and_says_so(tmp_path: Path) -> None:
    siren = Siren(str(tmp_path / "nothing"))
    task = asyncio.create_task(siren.run())
    await until(lambda: siren.state.ok is False)
    siren.set_pattern(Pattern.STEADY)
    assert siren.state.trouble
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_graver_pattern_wins_and_acknowledging_one_leaves_the_other(tmp_path: Path) -> None:
    with RelaySimulator() as relay:
        async with siren_at(relay) as siren, box_parts(tmp_path) as box:
            box.alerts.siren = siren
            box.intake.take(AlarmReading(BAND, frozenset({Reason.REMOVED}), b"1", 1.0))
            assert now(siren) is Pattern.PULSE
            box.intake.take(AlarmReading("ble:ac233fc001ab", frozenset({Reason.SOS}), b"1", 1.0))
            assert now(siren) is Pattern.STEADY
            first, second = box.incidents.open()
            assert (first.incident.priority, second.incident.priority) == (P1, P2)
            box.incidents.acknowledge(first.key, Actor(role=Actor.RESPONDER, id="m-01"))
            assert now(siren) is Pattern.PULSE
            box.incidents.acknowledge(second.key, Actor(role=Actor.RESPONDER, id="m-01"))
            assert now(siren) is Pattern.OFF


async def test_a_test_alarm_sounds_for_a_moment_only(tmp_path: Path) -> None:
    with RelaySimulator() as relay:
        async with siren_at(relay, test_s=0.05) as siren, box_parts(tmp_path) as box:
            box.alerts.siren = siren
            box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 1.0, test=True))
            assert now(siren) is Pattern.TEST
            await until(lambda: now(siren) is Pattern.OFF)
            box.follow()
            assert now(siren) is Pattern.OFF


async def test_escalation_repeats_on_the_lan_until_somebody_acts(tmp_path: Path) -> None:
    sent: list[dict[str, object]] = []

    class Noted(Webhook):
        def send(self, message: object) -> None:
            assert isinstance(message, dict)
            sent.append(message)

    async with box_parts(tmp_path) as box:
        hook = Noted("guard", "http://127.0.0.1:9", timeout_s=1, queue=4, retry_max_s=1)
        alerts = AlertDispatcher(None, [hook], lambda incident: {})
        box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 1.0))
        for second in (0, 29, 30, 60, 120, 500):
            alerts.sync(box.incidents.open(), second * 1000)
        assert [(one["event"], one["level"]) for one in sent] == [("ringing", 1), ("ringing", 2), ("ringing", 3)]
        (local,) = box.incidents.open()
        box.incidents.acknowledge(local.key, Actor(role=Actor.RESPONDER, id="m-01"))
        alerts.sync(box.incidents.open(), 600_000)
        alerts.sync(box.incidents.open(), 900_000)
        assert [one["event"] for one in sent[3:]] == ["acknowledged"]
        alerts.sync([], 901_000)
        assert sent[-1]["event"] == "closed"


def test_a_full_queue_drops_the_oldest_and_counts() -> None:
    hook = Webhook("guard", "http://127.0.0.1:9", timeout_s=1, queue=2, retry_max_s=1)
    for number in range(5):
        hook.send({"number": number})
    assert hook.dropped == 3
