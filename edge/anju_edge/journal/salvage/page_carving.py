"""Finds rows in the raw pages of a SQLite file, without its tree.

Table leaf pages (type 13) hold cells: payload length, rowid (both varints), then a record: header length, serial types,
values. Source: SQLite database file format, sections 1.6 (b-tree pages) and 2.1 (record format); section 4.1 for the
WAL, whose frames are pages behind 24-byte headers. Rows whose payload runs over into overflow pages are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

_PAGE = 4096
_LEAF = 13
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_MAX_LOCAL = _PAGE - 35
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def carve_rows(path: Path, wanted: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bytes]]:
    """Yields (key, crc, data) of what looks like a row of (NULL, integer, blob) with a key in one of the ranges.

    `wanted` are ranges of keys, ascending. Old copies and rows deleted since may be among what comes; the caller checks
    the CRC. Raises OSError.
    """
    starts = [first for first, _ in wanted]

    def is_wanted(key: int) -> bool:
        at = bisect_right(starts, key) - 1
        return at >= 0 and key <= wanted[at][1]

    def may_hold(low: int, high: int) -> bool:
        at = bisect_right(starts, high) - 1
        return at >= 0 and wanted[at][1] >= low

    with path.open("rb") as file:
        is_wal = file.read(4) in _WAL_MAGIC
        lead = _FRAME_HEADER if is_wal else 0
        file.seek(_WAL_HEADER if is_wal else 0)
        while len(chunk := file.read(lead + _PAGE)) == lead + _PAGE:
            if chunk[lead] != _LEAF:
                continue
            page = chunk[lead:]
            cells = min(int.from_bytes(page[3:5], "big"), (_PAGE - 8) // 2)
            ends = [_cell(page, _pointer(page, index)) for index in (0, cells - 1)] if cells else []
            if len(ends) == 2 and ends[0] and ends[1] and not may_hold(ends[0][0], ends[1][0]):
                continue  # keys ascend in a page: nothing wanted is between these two
            for index in range(cells):
                row = _cell(page, _pointer(page, index))
                if row is not None and is_wanted(row[0]):
                    yield row


def _pointer(page: bytes, index: int) -> int:
    return int.from_bytes(page[8 + 2 * index : 10 + 2 * index], "big")


def _cell(page: bytes, at: int) -> tuple[int, int, bytes] | None:
    try:
        payload, at = _varint(page, at)
        key, at = _varint(page, at)
        if payload > _MAX_LOCAL or at + payload > _PAGE:
            return None
        header, cursor = _varint(page, at)
        null, cursor = _varint(page, cursor)
        crc_type, cursor = _varint(page, cursor)
        data_type, cursor = _varint(page, cursor)
    except IndexError:
        return None
    if null != 0 or cursor != at + header or data_type < 12 or data_type % 2:
        return None
    if crc_type in (8, 9):
        crc, width = crc_type - 8, 0
    elif crc_type in _INTEGER_BYTES:
        width = _INTEGER_BYTES[crc_type]
        crc = int.from_bytes(page[cursor : cursor + width], "big", signed=True)
    else:
        return None
    cursor += width
    size = (data_type - 12) // 2
    if cursor + size > at + payload:
        return None
    return key, crc, page[cursor : cursor + size]


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = page[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    return value << 8 | page[at + 8], at + 9
