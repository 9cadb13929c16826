"""Work W: TELEMETRY events made at the edge while the hub is away, about 140 bytes each, in a box's own journal.

    python -m bench.backlog FOLDER EVENTS SEED [COMMUNITY BOX]

fills the journal in FOLDER through its own API, encrypted where it is said whose it is. What a community's bands and
cameras say, in the shares of a heavy day: positions with the beacons they heard, presence, heart rates, device states.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvloop

from anju_edge.journal.card import Card
from anju_edge.journal.entries import PendingEvent
from anju_edge.journal.journal import Journal, JournalSettings
from anju_protos.v1.event_pb2 import (
    DEVICE_STATE,
    POSITION,
    PRESENCE,
    SYNCED,
    TELEMETRY,
    VITAL,
    DeviceState,
    Event,
    Position,
    Presence,
    Stamp,
    Vital,
)
from bench.encryption import card_of
from bench.place import kept

BANDS = 430
BOOT = 0x5EED_0000_0000_0001
_AHEAD = 4_000  # events in memory before the disk is waited for
_PATTERNS = 20_000  # different events; then they repeat with other times


def device(number: int) -> str:
    """The key of a band of the benched community."""
    return f"ble:ac233fc{number:05x}"


def _payload(rng: random.Random) -> tuple[int, bytes]:
    kind = rng.random()
    if kind < 0.55:
        position = Position(
            latitude_e7=247_900_000 + rng.randrange(60_000),
            longitude_e7=1_023_700_000 + rng.randrange(60_000),
            fix_valid=True,
            accuracy_m=rng.randrange(4, 60),
            speed_cm_s=rng.randrange(150),
            course_deg=rng.randrange(360),
            beacons=[f"ac233fb{rng.randrange(1 << 20):05x},{-rng.randrange(50, 95)}" for _ in range(4)],
            cells=[f"460,00,{rng.randrange(1 << 16)},{rng.randrange(1 << 28)}"],
        )
        return POSITION, position.SerializeToString()
    if kind < 0.85:
        zones = rng.randrange(12), rng.randrange(12)
        presence = Presence(
            change=Presence.MOVED,
            zone=f"building-{zones[0]:02}-unit-{rng.randrange(1, 4)}",
            receiver=f"ble:receiver-{zones[0]:02}",
            rssi_dbm=-rng.randrange(45, 95),
            from_zone=f"building-{zones[1]:02}-unit-{rng.randrange(1, 4)}",
            heard_ago_ms=rng.randrange(2_000),
        )
        return PRESENCE, presence.SerializeToString()
    if kind < 0.95:
        vital = Vital(heart_rate_bpm=rng.randrange(50, 120), spo2_pct=rng.randrange(90, 100))
        return VITAL, vital.SerializeToString()
    state = DeviceState(battery_pct=rng.randrange(100), steps=rng.randrange(9_000), detail="hourly report")
    return DEVICE_STATE, state.SerializeToString()


def events(number: int, seed: int = 7, start_ms: int = 1_795_000_000_000) -> Iterator[bytes]:
    """Yields `number` serialized events, 133 bytes on average, at 7 a second."""
    rng = random.Random(seed)
    patterns = [(*_payload(rng), device(rng.randrange(BANDS))) for _ in range(_PATTERNS)]
    for at in range(number):
        kind, payload, key = patterns[at % _PATTERNS]
        stamp = Stamp(
            boot=BOOT, elapsed_ms=at * 143, wall_ms=start_ms + at * 143, quality=SYNCED, error_ms=20,
        )  # fmt: skip
        yield Event(kind=kind, stamp=stamp, device=key, payload=payload).SerializeToString()  # type: ignore[arg-type]  # kinds are its numbers


def average_bytes() -> float:
    """The mean size of an event."""
    return sum(map(len, events(_PATTERNS))) / _PATTERNS


async def fill(folder: Path, number: int, seed: int = 7, card: Card | None = None) -> None:
    """Appends `number` TELEMETRY events to the journal in `folder`."""
    settings = JournalSettings(ballast_bytes=0, quota_bytes=64 << 30)
    async with await Journal.open(folder, settings, card=card) as journal:
        waiting: list[PendingEvent] = []
        for data in events(number, seed):
            waiting.append(journal.append(TELEMETRY, data))
            if len(waiting) >= _AHEAD:
                await waiting[len(waiting) // 2]
                waiting = waiting[len(waiting) // 2 + 1 :]
        await journal.flush()
        await journal.settled()


def make(folder: Path, number: int, seed: int = 7, whose: Sequence[str] = ()) -> None:
    """As `fill`, in a process of its own, so that its memory is not ours."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "bench.backlog", str(folder), str(number), str(seed), *whose]
    subprocess.run(command, check=True, env=environment)


def waiting(number: int, box: int = 0, whose: Sequence[str] = ()) -> Path:
    """Returns a folder with a journal of `number` events of a box; copy it, the hub it meets knows its streams.

    `whose`: community and box where it is to be encrypted.
    """
    name = f"{'encrypted-' if whose else ''}backlog-{number}-of-{box}"
    return kept(name, lambda folder: make(folder, number, 7 + box, whose))


if __name__ == "__main__":
    whose = sys.argv[4:]
    uvloop.run(fill(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), card_of(*whose) if whose else None))
