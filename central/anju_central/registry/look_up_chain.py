"""The hash of an entry of the log of look-ups: over the hash before it and everything that it says.

`h = SHA-256(h_before || JSON)`; the JSON is an array as `json.dumps` writes it, in ASCII and without spaces.
Changing, leaving out or inserting an entry breaks every hash behind it; cutting off the end shows at the head.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

BEGINNING: Final = bytes(32)  # before the first entry


@dataclass(frozen=True, slots=True)
class LookUpEntry:
    """What an entry says. `people`: (resident, community) of each who was looked at; time in UTC ms."""

    entry: int
    at_ms: int
    account: str
    role: str
    purpose: str
    kind: str
    community: str | None
    fields: str
    incident: str | None
    reason: str
    people: frozenset[tuple[str, str]]


def entry_hash(before: bytes, entry: LookUpEntry) -> bytes:
    """Returns the hash of an entry that follows `before`."""
    said = [
        *(entry.entry, entry.at_ms, entry.account, entry.role, entry.purpose, entry.kind, entry.community),
        *(entry.fields, entry.incident, entry.reason, sorted(map(list, entry.people))),
    ]
    return hashlib.sha256(before + json.dumps(said, separators=(",", ":")).encode("ascii")).digest()


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first entry that does not fit, and how: `changed`, `missing`, `people` (added or left out), `end`."""

    entry: int
    what: str


def first_fault(
    entries: Iterable[tuple[LookUpEntry, int, bytes]], begin: tuple[int, bytes], head: tuple[int, bytes]
) -> ChainFault | None:
    """Walks entries in order: (what it says, how many people it says it has, its hash) after `begin`, up to `head`.

    `begin` and `head` are (number, hash). Returns None where all fits.
    """
    number, before = begin
    for said, people, said_hash in entries:
        number += 1
        if said.entry != number:
            return ChainFault(number, "missing")
        if len(said.people) != people:
            return ChainFault(number, "people")
        before = entry_hash(before, said)
        if before != said_hash:
            return ChainFault(number, "changed")
    if (number, before) != head:
        return ChainFault(number + 1, "end")
    return None
