"""The day that is searched: a box begins plain, learns the hub's key, restarts without it, and gets its keys back."""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from anju_edge.clock import SimulatedClock
from anju_edge.journal.card import BootKey
from anju_edge.journal.journal import Journal, JournalSettings
from support.box_parts import Parts, box_parts
from support.canaries import Person, an_hour, roster
from support.card_rig import HUB, IDENTITY, files_of, new_card, unwrapped
from support.following_hub import FollowingHub

SETTINGS = JournalSettings(linger_s=0.01, ballast_bytes=0, keep_acked=2048)


@dataclass
class Left:
    """What a box left: raw files as they were at several moments, by moment and name, and its log."""

    others: dict[str, bytes] = field(default_factory=dict)
    emergency: dict[str, bytes] = field(default_factory=dict)
    log: bytes = b""

    def look(self, moment: str, folder: Path) -> None:
        """Takes the files as they are now."""
        self.others |= {f"{moment}: {name}": data for name, data in files_of(folder, emergency=False).items()}
        self.emergency |= {f"{moment}: {name}": data for name, data in files_of(folder, emergency=True).items()}


async def lived(folder: Path, everybody: list[Person], *, hours: int, encrypted: bool) -> Left:
    """Lets a day pass, in three starts of a third each. The files are looked at from when the box can encrypt on."""
    luck = random.Random(7)
    left = Left()
    hub = FollowingHub()
    third = max(1, hours // 3)
    with _logged() as log:
        async with box_parts(folder, _clock(1), roster(everybody), SETTINGS) as box:
            await _hours(box, everybody, luck, 1)  # before the first contact: plain
            if encrypted:
                await box.journal.encrypt(BootKey(HUB.public_key(), IDENTITY))
                await box.rosters.unlock()
            await _drain(hub, box.journal)
            await _hours(box, everybody, luck, third)
            left.look("first start, open", folder)
        left.look("first start", folder)
        async with box_parts(folder, _clock(2), "", SETTINGS, card=new_card() if encrypted else None) as box:
            await _hours(box, everybody, luck, third)
            left.look("without the hub, open", folder)
        left.look("without the hub", folder)
        async with box_parts(folder, _clock(3), "", SETTINGS, card=new_card() if encrypted else None) as box:
            await box.journal.add_keys(unwrapped(await box.journal.locked_keys()))
            await box.rosters.unlock()
            await _hours(box, everybody, luck, third)
            await _drain(hub, box.journal)
            left.look("with its keys, open", folder)
        left.look("with its keys", folder)
    left.log = log.getvalue().encode()
    return left


async def _hours(box: Parts, everybody: list[Person], luck: random.Random, hours: int) -> None:
    box.clock.poll()
    for _ in range(hours):
        await an_hour(box, everybody, luck)


async def _drain(hub: FollowingHub, journal: Journal) -> None:
    """The hub confirms everything, and what was confirmed goes."""
    await journal.flush()
    await hub.follow(journal)
    await journal.settled()


def _clock(boot: int) -> SimulatedClock:
    return SimulatedClock(boot=boot, manual=True)


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """All that is logged, from DEBUG on."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
