"""kill -9 of box and hub at random points under load, and the judgement afterwards.

What was confirmed to the device, to a kiosk or to an operator must be at the hub, once; what was not confirmed, at most
once. The quick suite kills 30 times, the long run 1,000.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from anju_protos.v1.event_pb2 import ALARM_RAISED, ANNULMENT, CHECK_IN, DEVICE_STATE, Alarm, Annulment, CheckIn, Event
from support.processes import (
    BANDS,
    KIOSKS,
    Cards,
    Ports,
    RigDevice,
    Started,
    Taken,
    Zygote,
    nothing_waits,
    rig_device,
    tail,
    write_configs,
)
from support.signed_in import signed_in
from support.sync_rig import Stored, stored
from support.whole import Json, eventually

START_S = 30.0


@dataclass
class Figures:
    """What a run did."""

    kills: int = 0
    of_box: int = 0
    of_hub: int = 0
    presses_kept: int = 0
    presses_open: int = 0  # neither confirmed nor refused: the kill came in between
    taps_recorded: int = 0
    taps_open: int = 0
    taken: int = 0
    events: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def __str__(self) -> str:
        return (
            f"{self.kills} kills (box {self.of_box}, hub {self.of_hub}): {self.presses_kept} presses confirmed to the "
            f"device, {self.presses_open} cut off unanswered, {self.taps_recorded} taps confirmed at a kiosk, "
            f"{self.taps_open} cut off, {self.taken} incidents taken at the console; {self.events} facts at the hub, "
            "0 confirmed ones missing, 0 twice"
        )


class Programs:
    """One box and one hub, started and killed."""

    def __init__(self, folder: Path, start: Zygote, edge: Path, central: Path) -> None:
        self._folder, self._start = folder, start
        self._configs = {"edge": edge, "central": central}
        self.running: dict[str, Started] = {}

    async def up(self, program: str) -> None:
        log = self._folder / f"{program}.log"
        self.running[program] = await self._start.start(program, self._configs[program], log)

    async def kill(self, program: str) -> None:
        await self.running.pop(program).end(signal.SIGKILL)

    async def stop(self) -> None:
        for started in self.running.values():
            await started.end(signal.SIGTERM)
        self.running.clear()

    def logs(self) -> list[Path]:
        return [self._folder / f"{program}.log" for program in self._configs]


async def kill_and_judge(folder: Path, start: Zygote, kills: int, rng: random.Random) -> Figures:
    """Runs box and hub under load in `folder`, kills them `kills` times, checks everything, and returns figures."""
    ports = Ports()
    figures = Figures()
    async with rig_device() as (device, device_port), aiohttp.ClientSession() as session:
        edge, central = write_configs(folder, ports, device_port)
        programs = Programs(folder, start, edge, central)
        cards = Cards(f"http://127.0.0.1:{ports.kiosk}", rng, folder / "box" / "run")
        operator = Taken(f"http://127.0.0.1:{ports.http}", await signed_in(folder / "hub"))
        try:
            await programs.up("central")
            await programs.up("edge")
            await _wait_for_acks(device, 1)
            load = [
                asyncio.create_task(_press_for_ever(device, rng), name="presses"),
                *(asyncio.create_task(_tap_for_ever(cards, session, kiosk), name="taps") for kiosk in range(KIOSKS)),
                asyncio.create_task(_take_for_ever(operator, session), name="operator"),
            ]
            for _ in range(kills):
                await _wait_for_acks(device, rng.choice((0, 0, 1, 2, 5, 15)))
                await asyncio.sleep(rng.uniform(0, 0.09))  # chance, not a wait for something
                victims = rng.choice((("edge",), ("edge",), ("central",), ("central",), ("edge", "central")))
                for program in victims:
                    await programs.kill(program)
                for program in victims:
                    await programs.up(program)
                figures.kills += len(victims)
                figures.of_box += "edge" in victims
                figures.of_hub += "central" in victims
                if figures.kills >= kills:
                    break
            for task in load:
                assert not task.done(), f"{task.get_name()} ended: {task}"
                task.cancel()
            await asyncio.gather(*load, return_exceptions=True)
            try:
                await nothing_waits(session, ports.status)
                taken = await _shown(session, ports, operator)
                await programs.stop()
                _judge(folder, device, cards, figures)
                _judge_operator(operator, taken, figures)
            except (AssertionError, TimeoutError) as error:
                raise AssertionError(f"{error!r}\n{tail(programs.logs())}") from error
        finally:
            await programs.stop()
    return figures


async def _wait_for_acks(device: RigDevice, more: int) -> None:
    """Waits until so many further presses were confirmed; 0 = at once, in the middle of a start."""
    wanted = len(device.kept) + more
    async with asyncio.timeout(START_S):
        while len(device.kept) < wanted:
            if device.connected and len(device.pressed) == len(device.answered):
                device.press("rig:band-0")
            news = device.news
            try:
                async with asyncio.timeout(0.2):
                    await news.wait()
            except TimeoutError:
                continue


async def _press_for_ever(device: RigDevice, rng: random.Random) -> None:
    while True:
        device.press(f"rig:band-{rng.randrange(BANDS)}")
        for number in range(rng.randrange(4)):
            device.say(f"state {number} rig:band-{rng.randrange(BANDS)}")
        await asyncio.sleep(rng.uniform(0.005, 0.04))


async def _tap_for_ever(cards: Cards, session: aiohttp.ClientSession, kiosk: int) -> None:
    while True:
        await cards.tap(session, kiosk)
        await asyncio.sleep(0.02)


async def _take_for_ever(operator: Taken, session: aiohttp.ClientSession) -> None:
    while True:
        await operator.take_open(session)
        await asyncio.sleep(0.05)


async def _shown(session: aiohttp.ClientSession, ports: Ports, operator: Taken) -> dict[str, Json]:
    """All incidents as the hub shows them once its projections have caught up."""
    base = f"http://127.0.0.1:{ports.http}"

    async def caught_up() -> bool:
        async with session.get(f"{base}/healthz") as response:
            lag = (await response.json())["lag"]
        return not any(count for behind in lag.values() for count in behind.values())

    await eventually(caught_up)
    async with session.get(f"{base}/api/incidents?state=all&limit=2000", headers=operator.page) as response:
        return {incident["id"]: incident for incident in await response.json()}


def facts_of(found: Stored, kind: int) -> list[Event]:
    """Returns all stored events of a kind, copies included."""
    rows = (data for stream in found.events.values() for _, data in stream)
    return [event for event in map(Event.FromString, rows) if event.kind == kind]


def _judge(folder: Path, device: RigDevice, cards: Cards, figures: Figures) -> None:
    said = (folder / "edge.log").read_text(errors="replace")
    assert "restored from a backup" not in said, "a killed hub came back with less than it had confirmed"
    assert "went different ways" not in said, "a kill looked like a restored disk"
    found = stored(folder / "hub")
    found.check_cover()
    notes = {stream.hex(): (len(rows), Event.FromString(rows[0][1]).origin) for stream, rows in found.events.items()}
    assert found.copies == 0, f"nobody restored a disk: {notes}"
    assert not found.skips, f"nothing had to be dropped: {found.skips}"
    with closing(sqlite3.connect(f"file:{folder / 'box' / 'journal.sqlite'}?mode=ro", uri=True)) as journal:
        held = {row[0]: row[1] for row in journal.execute("select id, acked from stream")}
    for stream, acked in held.items():
        at_hub = found.events.get(stream, [])
        assert acked <= len(at_hub), "the box believes that the hub has what it has not"
    presses = Counter(Alarm.FromString(event.payload).counter for event in facts_of(found, ALARM_RAISED))
    assert not device.kept - presses.keys(), "a press that was confirmed to the device is missing"
    assert not presses.keys() - device.pressed
    assert set(presses.values()) <= {1}, "a press counts twice"
    taps = Counter(CheckIn.FromString(event.payload).nonce for event in facts_of(found, CHECK_IN))
    assert not cards.recorded.keys() - taps.keys(), "a tap that was confirmed at the kiosk is missing"
    assert not taps.keys() - cards.tapped
    assert set(taps.values()) <= {1}, "a tap counts twice"
    assert not cards.odd, cards.odd[:3]
    annulled = Counter(
        f"{event.annuls.stream.hex()}-{event.annuls.seq}"
        for event in (Annulment.FromString(fact.payload) for fact in facts_of(found, ANNULMENT))
    )
    assert not {cards.recorded[nonce] for nonce in cards.undone} - annulled.keys(), "a confirmed undo is missing"
    assert set(annulled.values()) <= {1}
    assert facts_of(found, DEVICE_STATE), "telemetry flowed beside it"
    figures.presses_kept, figures.presses_open = len(device.kept), len(device.pressed - device.answered)
    figures.taps_recorded, figures.taps_open = len(cards.recorded), len(cards.cut - {b""})
    figures.events = found.count()


def _judge_operator(operator: Taken, shown: dict[str, Json], figures: Figures) -> None:
    for key, actor in operator.taken.items():
        owners = [owner["id"] for owner in shown[key]["owners"]]
        assert actor in owners, f"the acknowledgement of {key} by {actor} was confirmed and is gone: {owners}"
    figures.taken = len(operator.taken)
