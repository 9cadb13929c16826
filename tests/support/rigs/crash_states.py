"""Rebuilds what a disk may hold after a power cut, from a trace of disk_recorder.c.

The model: a write is durable once a later sync of its file has succeeded. At a cut, of the writes not yet synced:
`drop` loses all, `prefix` keeps the first few in the order they were issued, `torn` keeps any of their 512-byte
sectors. A sync that failed loses for good what it should have covered, unless it is written again (the kernel marks
such pages clean; "Can Applications Recover from fsync Failures?", USENIX ATC 2020). Names (creation, unlink, rename)
and truncation count as durable at once.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct("<BIQI")
SECTOR = 512


@dataclass(frozen=True, slots=True)
class Operation:
    kind: str
    file: int
    offset: int
    data: bytes


def read_trace(path: Path) -> list[Operation]:
    """Returns the operations of a trace file, in order."""
    raw, at, found = path.read_bytes(), 0, []
    while at + _HEAD.size <= len(raw):
        kind, file, offset, length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        found.append(Operation(chr(kind), file, offset, raw[at : at + length]))
        at += length
    return found


@dataclass(slots=True)
class Disk:
    """What is on the platter, and what is only in the page cache."""

    durable: dict[str, bytearray] = field(default_factory=dict)
    pending: list[tuple[str, int, bytes]] = field(default_factory=list)
    acked: list[bytes] = field(default_factory=list)
    _names: dict[int, str] = field(default_factory=dict)

    def apply(self, operation: Operation) -> None:
        kind = operation.kind
        if kind == "O":
            name = Path(operation.data.decode()).name
            self._names[operation.file] = name
            self.durable.setdefault(name, bytearray())
        elif kind == "W":
            self.pending.append((self._names[operation.file], operation.offset, operation.data))
        elif kind in "SE":
            name = self._names[operation.file]
            for file, offset, data in self.pending:
                if file == name and kind == "S":
                    _put(self.durable.setdefault(file, bytearray()), offset, data)
            self.pending = [write for write in self.pending if write[0] != name]
        elif kind == "T":
            name = self._names[operation.file]
            for file, offset, data in self.pending:
                if file == name:
                    _put(self.durable.setdefault(file, bytearray()), offset, data)
            self.pending = [write for write in self.pending if write[0] != name]
            del self.durable.setdefault(name, bytearray())[operation.offset :]
        elif kind == "U":
            name = Path(operation.data.decode()).name
            self.durable.pop(name, None)
            self.pending = [write for write in self.pending if write[0] != name]
        elif kind == "R":
            old, new = (Path(part.decode()).name for part in operation.data.split(b"\n"))
            self.durable[new] = self.durable.pop(old, bytearray())
            self.pending = [(new if file == old else file, offset, data) for file, offset, data in self.pending]
            self._names = {number: new if name == old else name for number, name in self._names.items()}
        elif kind == "A":
            self.acked.extend(operation.data.splitlines())

    def after_cut(self, mode: str, chance: random.Random) -> dict[str, bytes]:
        """Returns the files a cut at this moment may leave."""
        files = {name: bytearray(data) for name, data in self.durable.items()}
        kept = self.pending
        if mode == "drop":
            kept = []
        elif mode == "prefix":
            kept = kept[: chance.randint(0, len(kept))]
        for name, offset, data in kept:
            target = files.setdefault(name, bytearray())
            if mode != "torn":
                _put(target, offset, data)
                continue
            for at in range(0, len(data), SECTOR):
                if chance.random() < 0.5:
                    _put(target, offset + at, data[at : at + SECTOR])
        return {name: bytes(data) for name, data in files.items()}


def _put(target: bytearray, offset: int, data: bytes) -> None:
    if len(target) < offset:
        target.extend(bytes(offset - len(target)))
    target[offset : offset + len(data)] = data


def crash_states(
    trace: list[Operation], states: int, chance: random.Random
) -> Iterator[tuple[str, dict[str, bytes], list[bytes]]]:
    """Yields `states` times (mode, files, lines confirmed before the cut), cuts at random operations, in order."""
    cuts = sorted(chance.randrange(1, len(trace) + 1) for _ in range(states))
    disk, done = Disk(), 0
    for cut in cuts:
        while done < cut:
            disk.apply(trace[done])
            done += 1
        mode = chance.choice(("drop", "prefix", "torn"))
        yield mode, disk.after_cut(mode, chance), list(disk.acked)
