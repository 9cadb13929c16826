"""Each family's simulator, over TCP, into a whole box: siren, incident, journal, and then the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_drivers.conformance import running
from anju_drivers.registry import load_drivers
from anju_drivers.testing.band import BandSimulator
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.config import DriverConfig
from anju_edge.journal.journal import Journal
from anju_protos.v1.event_pb2 import ALARM_RAISED, P1, P2, POSITION, Alarm, Event, Position, Reason
from support.running_box import ON, box_config, relay_shows, running_box, until, with_drivers

FAMILIES = ("setracker", "thinkrace_iw", "jt808", "eview_ev07b", "gt06")


async def events_of(journal: Journal) -> list[Event]:
    """All of it that the journal holds."""
    found = []
    for stream in journal.streams():
        batch = await journal.read(stream.stream, 0, 10_000, 1 << 24)
        found += [Event.FromString(one) for one in batch.events] if batch else []
    return found


def simulated(family: str) -> BandSimulator:
    spec = load_drivers().specs[family]
    simulator = spec.simulate({}) if spec.simulate else None
    assert isinstance(simulator, BandSimulator)
    return simulator


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("is_adopted", [True, False])
async def test_from_the_bands_bytes_to_the_siren_and_back(family: str, is_adopted: bool, tmp_path: Path) -> None:
    simulator = simulated(family)
    key = f"{family}:{simulator.voice.device}"
    with RelaySimulator() as relay:
        config = box_config(tmp_path, relay=relay)
        config = with_drivers(config, DriverConfig(family, "door", simulator.driver_options()))
        if is_adopted:
            with config.box.roster.open("a", encoding="utf-8") as roster:
                roster.write(f'\n[[devices]]\nkey = "{key}"\nkind = "band"\n')
        async with running_box(config) as box, running(simulator):
            await simulator.position(31.2, 121.4)
            await relay_shows(relay, lambda board: board.on == {1: False})
            simulator.heard.clear()
            await simulator.press(low_battery=True)
            await relay_shows(relay, lambda board: ON in board.received)
            await until(lambda: len(simulator.heard) > 0)  # the answer, after the commit
            (local,) = box.incidents.open()
            assert local is not None
    async with await Journal.open(config.box.data, config.journal) as journal:
        left = await events_of(journal)
    (raised,) = [event for event in left if event.kind == ALARM_RAISED]
    alarm = Alarm.FromString(raised.payload)
    assert raised.device == key
    assert Reason.SOS in alarm.reasons
    assert alarm.unknown_device == (not is_adopted)
    assert alarm.priority == (P1 if is_adopted else P2)
    assert raised.stamp.device_time_ms > 0
    (position,) = [event for event in left if event.kind == POSITION and Position.FromString(event.payload).fix_valid]
    assert Position.FromString(position.payload).latitude_e7 == pytest.approx(312_000_000, abs=100)
