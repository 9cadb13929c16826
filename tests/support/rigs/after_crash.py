"""Judges a journal's files after a crash: is everything there that was confirmed before it?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from zlib import crc32

from anju_edge.journal.card import BootKey, Card
from anju_edge.journal.faults import FileDamaged
from anju_edge.journal.repair import open_checked
from anju_edge.journal.segments import sound_row
from anju_edge.journal.streams import LANES, ROW_TABLE, SEQ_BITS, SEQ_MASK
from anju_protos.chain import link
from anju_protos.key_wrap import purpose_of, unwrap_key
from anju_protos.v1.uplink_pb2 import Skip
from support.rigs.journal_workload import RIG_BOX, RIG_FOLD, RIG_HUB

_LIST_ROWS = "select stream, seq, bytes from open_incident"


class Verdict:
    """How many confirmed events are missing, and what else is wrong ("" = nothing)."""

    __slots__ = ("lost", "wrong")

    def __init__(self, lost: int, wrong: str) -> None:
        self.lost, self.wrong = lost, wrong


def judge_rows(path: Path, confirmed: Iterable[bytes]) -> Verdict:
    """Looks with plain SQLite: recovery of the WAL, then each confirmed row's bytes. A file that lost its first commit
    counts as losing all, not as damaged."""
    wanted = _confirmed(confirmed)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            return Verdict(0, f"quick_check: {verdict}")
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'stream'").fetchone():
            return Verdict(len(wanted), "")
        number = {}
        base = {}
        for n, ident, floor in connection.execute("SELECT number, id, base FROM stream"):
            number[ident], base[ident] = n, floor
        card = unlocked(connection)
        rows: dict[int, int] = {}
        for lane in LANES:
            for key, crc, data in connection.execute(f"SELECT key, crc, data FROM {ROW_TABLE[lane]}"):
                row = sound_row(key, crc, data)
                events = row.events(card) if row is not None else None
                if row is None or events is None:
                    return Verdict(0, f"row {key >> SEQ_BITS}/{key & SEQ_MASK} is damaged")
                for at, event in enumerate(events, (key & ~SEQ_MASK) | row.first):
                    rows[at] = crc32(event)
        given = [
            (key, (key & ~SEQ_MASK) | last)
            for key, last, cause in connection.execute("SELECT key, last, cause FROM skip")
            if cause == Skip.QUOTA
        ]
    except sqlite3.DatabaseError as error:
        return Verdict(0, str(error))
    finally:
        connection.close()
    lost = 0
    for ident, seq, crc, forgotten in wanted:
        if ident not in number:
            lost += not forgotten
            continue
        key = number[ident] << SEQ_BITS | seq
        if rows.get(key) == crc or seq <= base[ident] or any(first <= key <= last for first, last in given):
            continue
        lost += 1
    return Verdict(lost, "")


def unlocked(connection: sqlite3.Connection) -> Card:
    """Returns what reads a file of the rig: the keys that lie in it, unwrapped."""
    card = Card()
    with suppress(sqlite3.OperationalError):  # cut before there was such a table
        for key_id, wrapped in connection.execute("SELECT id, wrapped FROM boot_key"):
            card.add({key_id: unwrap_key(wrapped, RIG_HUB, purpose_of(RIG_BOX, key_id))})
    return card


def judge_streams(path: Path) -> str:
    """Opens the journal as the box does and walks every stream: no number missing, running hashes right."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            card = unlocked(connection)
        store = open_checked(path, card=card)
    except FileDamaged as error:
        return str(error)
    try:
        if store.repaired:
            return f"{store.repaired} numbers had to be repaired"
        for stream in store.streams.values():
            at, running = stream.base, stream.base_hash
            while (batch := store.read(stream.id, at, 500, 1 << 20)) is not None:
                if batch.first_seq != at + 1:
                    return f"stream {stream.number} jumps from {at} to {batch.first_seq}"
                events, skips = list(batch.events), list(batch.skips)
                while events or skips:
                    if skips and skips[0].first == at + 1:
                        skip = skips.pop(0)
                        at, running = skip.last, skip.hash_after
                    else:
                        at, running = at + 1, link(running, events.pop(0))
                if batch.hash_end != running:
                    return f"stream {stream.number}: wrong hash at {at}"
            if at != stream.last:
                return f"stream {stream.number} ends at {at}, not {stream.last}"
    finally:
        store.close()
    return ""


def judge_emergency(path: Path, confirmed: Iterable[bytes]) -> str:
    """Starts as the box does and compares the emergency file with the journal: old or new, and never ahead of it.

    Every row that was confirmed is there, and none of an event that the journal does not have.
    """
    store = open_checked(path, card=Card(BootKey(RIG_HUB.public_key(), RIG_BOX)))
    try:
        rows = {(bytes(ident), seq): bytes(own) for ident, seq, own in store.emergency.query(_LIST_ROWS)}  # type: ignore[call-overload]  # the columns' types are the schema's
        ends = {stream.id: stream.last for stream in store.streams.values()}
        trouble = store.emergency.trouble
    finally:
        store.close()
    if trouble:
        return trouble
    newest = 0
    for word, ident, seq in ((line.split()[0], *line.split()[1:3]) for line in confirmed if line[:1] in b"IG"):
        if word == b"I" and (bytes.fromhex(ident.decode()), int(seq)) not in rows:
            return f"the row of {seq.decode()} was confirmed and is not there"
        newest = int(seq) if word == b"G" else newest
    for own in rows.values():
        if int.from_bytes(own[16:], "big") > ends.get(own[:16], 0):
            return f"a row names {int.from_bytes(own[16:], 'big')}, the journal ends before it"
    fold = rows.get((RIG_FOLD, 0), bytes(24))
    if int.from_bytes(fold[16:], "big") < newest:
        return f"the row that was changed by {newest} is older"
    return ""


def _confirmed(lines: Iterable[bytes]) -> list[tuple[bytes, int, int, bool]]:
    """(stream, seq, CRC, whether the stream may be gone because the hub had all of it) of each confirmed event."""
    found, forgotten = [], set()
    for line in lines:
        word, *rest = line.split()
        if word == b"D":
            found.append((bytes.fromhex(rest[0].decode()), int(rest[1]), int(rest[2])))
        elif word == b"F":
            forgotten.add(bytes.fromhex(rest[0].decode()))
    return [(ident, seq, crc, ident in forgotten) for ident, seq, crc in found]
