"""A box's journal at work, for rigs that watch, kill or fail it from outside.

Usage: journal_workload.py FOLDER SEED GROUPS [synchronous]. Prints one line for each event that is durable:
`D stream seq crc lane`, `N lane` for each one that was reported as not recorded, `R stream seq crc` for what an uplink
read, `F stream` before a sealed stream is confirmed as a whole, `OPEN` and `END`.

With RIG_ENCRYPTED set, the journal is encrypted, and each alarm changes the emergency file: some enter a row under
their own number (`I stream seq` when durable), some put their number into one row, always the same (`G stream seq`).
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path
from zlib import crc32

from cryptography.hazmat.primitives.asymmetric import ec

from anju_drivers.errors import NotRecorded
from anju_edge.journal.card import BootKey, Card
from anju_edge.journal.entries import PersonalChange
from anju_edge.journal.journal import Journal, JournalSettings, PendingEvent
from anju_edge.journal.sql import EMERGENCY
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, HEALTH, TELEMETRY, Event

RIG_HUB = ec.derive_private_key(7, ec.SECP256R1())  # who judges the files later opens them with it
RIG_FOLD = b"always the same."
RIG_BOX = "urn:anju:community:rig:box:rig"


async def run(folder: Path, seed: int, groups: int, synchronous: str) -> None:
    chance = random.Random(seed)
    settings = JournalSettings(
        linger_s=0.0,
        ballast_bytes=0,
        floor_bytes=0,
        quota_bytes=400_000,
        reserve_bytes=100_000,
        keep_acked=0,
        checkpoint_pages=40,
        retry_first_s=0.005,
        retry_max_s=0.02,
        save_acks_s=0.05,
        synchronous=synchronous,
    )
    card = Card(BootKey(RIG_HUB.public_key(), RIG_BOX)) if os.environ.get("RIG_ENCRYPTED") else None
    journal = await Journal.open(folder, settings, card=card)
    say("OPEN\n")
    back = asyncio.Event()
    journal.on_fault = lambda fault: back.set() if fault is None else back.clear()
    for turn in range(groups):
        if not journal.recording:
            await back.wait()
        entries = []
        for n in range(chance.choice((1, 1, 1, 2, 7, 40))):
            lane = chance.choice((ALARM, ACTIVITY, TELEMETRY, TELEMETRY))
            payload = chance.randbytes(chance.randrange(1, 700))
            event = Event(kind=HEALTH, device=f"rig:{seed}-{turn}-{n}", payload=payload)
            change = emergency_change(journal, n) if card is not None and lane == ALARM else None
            entries.append(journal.append(lane, event.SerializeToString(), change))
        await asyncio.gather(*(tell(entry) for entry in entries))
        if turn % 5 == 2:
            for info in journal.streams():
                batch = await journal.read(info.stream, max(info.acked, info.last - 5), 10, 1 << 20)
                if batch is not None and not batch.skips:
                    lines = (
                        f"R {info.stream.hex()} {seq} {crc32(data)}\n"
                        for seq, data in enumerate(batch.events, batch.first_seq)
                    )
                    say("".join(lines))
        if turn % 7 == 3:
            for info in journal.streams():
                whole = info.sealed and chance.random() < 0.5
                if whole:
                    say(f"F {info.stream.hex()}\n")  # confirmed by the hub as a whole: may be forgotten from here on
                await journal.acked(info.stream, info.last if whole else info.acked + (info.last - info.acked) // 2)
        if turn % 31 == 17:
            try:
                await journal.seal(TELEMETRY, "seal")
            except NotRecorded:
                say("N 0\n")
    await journal.close()
    say("END\n")


def emergency_change(journal: Journal, number: int) -> PersonalChange:
    """What goes into the emergency file with the next alarm."""
    live = journal._live[ALARM]
    own = live.ident + live.next_seq.to_bytes(8, "big")
    row = (live.ident, live.next_seq, own) if number % 2 else (RIG_FOLD, 0, own)
    statement = (EMERGENCY.put_open_incident, row)
    return PersonalChange(statement, statement)


async def tell(entry: PendingEvent) -> None:
    try:
        await entry
    except NotRecorded:
        say(f"N {entry.lane}\n")
    else:
        line = f"D {entry.stream.hex()} {entry.seq} {crc32(entry.data)} {entry.lane}\n"
        if isinstance(entry.side_statement, PersonalChange):
            word = "G" if entry.side_statement.plain[1][0] == RIG_FOLD else "I"
            line += f"{word} {entry.stream.hex()} {entry.seq}\n"
        say(line)


def say(line: str) -> None:
    os.write(1, line.encode())


if __name__ == "__main__":
    asyncio.run(
        run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else "FULL")
    )
