"""A roster bundle as rows by (table, key), and what leads from one to another: decided alike at the hub and at the box.

A table is a repeated field or a map of `RosterBundle`; what stands beside the tables is one row, (0, b""). The revision
is in no row: two bundles with the same rows have the same digest. No I/O.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from google.protobuf.message import DecodeError, Message

from anju_protos.v1.control_pb2 import RosterBundle, RosterDelta, RosterKey, RosterPart

RowId = tuple[int, bytes]  # number of the table's field, key of the row
Rows = Mapping[RowId, bytes]

BESIDE_TABLES: Final[RowId] = (0, b"")
SETTINGS: Final = RosterBundle.SETTINGS_FIELD_NUMBER
MOST_PACKED_BYTES: Final = 8 << 20  # 500 residents take 40 kB
MOST_BYTES: Final = 32 << 20
PACKING_LEVEL: Final = 9
DIGEST_BYTES: Final = 32


def _whole(row: Message) -> bytes:
    return row.SerializeToString(deterministic=True)


def _by(field: str) -> Callable[[Any], bytes]:  # Any: a row of whichever table
    def key(row: Any) -> bytes:
        value = getattr(row, field)
        return value if isinstance(value, bytes) else value.encode()

    return key


# What tells rows of a table apart. A binding has no name of its own: one that ends is another row.
KEYS: Final[Mapping[str, Callable[[Any], bytes]]] = {
    "zones": _by("id"),
    "devices": _by("key"),
    "bindings": _whole,
    "residents": _by("id"),
    "tokens": _by("hash"),
    "activities": _by("id"),
    "rules": _by("id"),
    "responder_groups": _by("id"),
    "notices": _by("id"),
    "guessable_tokens": _by("hash"),
}
_TABLES: Final = {RosterBundle.DESCRIPTOR.fields_by_name[name].number: name for name in KEYS}


class DeltaDoesNotFit(Exception):
    """A delta leads from another revision, or to other rows than it says: a snapshot is needed."""


class SnapshotDamaged(Exception):
    """The pieces of a snapshot are no bundle."""


@dataclass(frozen=True, slots=True)
class BundleVersion:
    """A bundle at one revision. `digest` is SHA-256 over its rows."""

    revision: int
    rows: Rows
    digest: bytes

    @classmethod
    def of(cls, bundle: RosterBundle) -> BundleVersion:
        """Returns the version of a bundle. Of two rows with one key the last counts."""
        rows = rows_of(bundle)
        return cls(bundle.revision, rows, digest_of(rows))

    def bundle(self) -> RosterBundle:
        """Returns the bundle, its rows in the order of their keys."""
        return _bundle_of(self.revision, self.rows)


def rows_of(bundle: RosterBundle) -> dict[RowId, bytes]:
    """Returns the rows of a bundle."""
    beside = RosterBundle()
    beside.CopyFrom(bundle)
    beside.ClearField("revision")
    beside.ClearField("settings")
    rows = {(SETTINGS, name.encode()): value.encode() for name, value in bundle.settings.items()}
    for number, table in _TABLES.items():
        beside.ClearField(table)  # type: ignore[arg-type]  # a name of the field, as KEYS has it
        key = KEYS[table]
        rows.update({(number, key(row)): _whole(row) for row in getattr(bundle, table)})
    rows[BESIDE_TABLES] = _whole(beside)
    return rows


def digest_of(rows: Rows) -> bytes:
    """Returns the SHA-256 of all rows in the order of their keys, each part after its length (4 bytes, big-endian)."""
    digest = sha256()
    for (table, key), row in sorted(rows.items()):
        for part in (key, row):
            digest.update(len(part).to_bytes(4, "big") + part)
        digest.update(table.to_bytes(4, "big"))
    return digest.digest()


def _bundle_of(revision: int, rows: Rows) -> RosterBundle:
    bundle = RosterBundle.FromString(rows.get(BESIDE_TABLES, b""))
    bundle.revision = revision
    for (table, key), row in sorted(rows.items()):
        if table == SETTINGS:
            bundle.settings[key.decode()] = row.decode()
        elif table in _TABLES:
            getattr(bundle, _TABLES[table]).add().ParseFromString(row)
    return bundle


def changed_rows(before: Rows, after: Rows) -> frozenset[RowId]:
    """Returns which rows are new, other or gone."""
    return frozenset(row for row in before.keys() | after.keys() if before.get(row) != after.get(row))


def delta_to(base: int, changed: Iterable[RowId], to: BundleVersion) -> RosterDelta:
    """Returns what leads from revision `base` to a version; `changed` names the rows that may differ between them."""
    ids = set(changed)
    kept = {row: to.rows[row] for row in ids | {BESIDE_TABLES} if row in to.rows}
    gone = [RosterKey(table=table, key=key) for table, key in sorted(ids - to.rows.keys())]
    return RosterDelta(base=base, revision=to.revision, changed=_bundle_of(0, kept), gone=gone, digest=to.digest)


def apply_delta(bundle: RosterBundle, delta: RosterDelta) -> RosterBundle:
    """Returns the bundle after a delta; the given one stays as it is. Raises DeltaDoesNotFit."""
    if bundle.revision != delta.base:
        raise DeltaDoesNotFit(f"it leads from revision {delta.base}, in use is {bundle.revision}")
    rows = rows_of(bundle)
    for gone in delta.gone:
        rows.pop((gone.table, gone.key), None)
    rows.update(rows_of(delta.changed))
    if digest_of(rows) != delta.digest:
        raise DeltaDoesNotFit("after it the roster has another digest")
    return _bundle_of(delta.revision, rows)


def pack(bundle: RosterBundle) -> bytes:
    """Returns a bundle as snapshots carry it."""
    return zlib.compress(bundle.SerializeToString(deterministic=True), PACKING_LEVEL)


def parts_of(revision: int, packed: bytes, part_bytes: int) -> Iterator[RosterPart]:
    """Gives the pieces of a packed bundle, in order."""
    parts = max(1, -(-len(packed) // part_bytes))
    checksum = sha256(packed).digest()
    for part in range(parts):
        data = packed[part * part_bytes : (part + 1) * part_bytes]
        yield RosterPart(revision=revision, checksum=checksum, part=part, parts=parts, data=data)


class SnapshotInbox:
    """Puts the pieces of a snapshot together. A piece out of order, or of another snapshot, begins anew."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._of: tuple[int, bytes, int] | None = None

    def add(self, part: RosterPart) -> Sequence[bytes] | None:
        """Returns all pieces when `part` was the last one, else None. Raises SnapshotDamaged."""
        of = (part.revision, part.checksum, part.parts)
        if part.part == 0:
            self._pieces, self._of = [], of
        if self._of != of or part.part != len(self._pieces) or part.part >= part.parts:
            self.clear()
            raise SnapshotDamaged("a piece is missing")
        self._pieces.append(part.data)
        if sum(map(len, self._pieces)) > MOST_PACKED_BYTES:
            self.clear()
            raise SnapshotDamaged(f"it has more than {MOST_PACKED_BYTES} bytes")
        if len(self._pieces) < part.parts:
            return None
        pieces = self._pieces
        self.clear()
        return pieces

    def clear(self) -> None:
        """Forgets a snapshot that is not whole."""
        self._pieces, self._of = [], None


def unpack(pieces: Sequence[bytes], checksum: bytes) -> RosterBundle:
    """Returns the bundle of a snapshot. Raises SnapshotDamaged."""
    packed = b"".join(pieces)
    if sha256(packed).digest() != checksum:
        raise SnapshotDamaged("its checksum is another")
    return parse(packed)


def parse(packed: bytes) -> RosterBundle:
    """Returns the bundle that `pack` made this of. Raises SnapshotDamaged."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(packed, MOST_BYTES)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise SnapshotDamaged(f"it ends early, or has more than {MOST_BYTES} bytes")
        return RosterBundle.FromString(data)
    except (zlib.error, DecodeError) as error:
        raise SnapshotDamaged("it cannot be unpacked") from error
