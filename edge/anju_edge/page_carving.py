"""Finds rows in the raw pages of a SQLite file, without its tree.

Table leaf pages (type 13) hold cells: payload length, rowid (both varints), then a record: header length, serial types,
values. Source: SQLite database file format, sections 1.6 (b-tree pages) and 2.1 (record format); section 4.1 for the
WAL, whose frames are pages behind 24-byte headers. Rows whose payload runs over into overflow pages are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_PAGE = 4096
_LEAF = 13
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_MAX_LOCAL = _PAGE - 35
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def carve_rows(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yields (key, crc, data) of everything that looks like a row of (NULL, integer, blob). Raises OSError.

    Old copies and rows deleted since may be among them; the caller checks the CRC and what it still wants.
    """
    with path.open("rb") as file:
        is_wal = file.read(4) in _WAL_MAGIC
        file.seek(_WAL_HEADER if is_wal else 0)
        lead = _FRAME_HEADER if is_wal else 0
        while len(chunk := file.read(lead + _PAGE)) == lead + _PAGE:
            page = chunk[lead:]
            if page[0] == _LEAF:
                yield from _leaf_rows(page)


def _leaf_rows(page: bytes) -> Iterator[tuple[int, int, bytes]]:
    cells = int.from_bytes(page[3:5], "big")
    for index in range(min(cells, (_PAGE - 8) // 2)):
        at = int.from_bytes(page[8 + 2 * index : 10 + 2 * index], "big")
        row = _cell(page, at)
        if row is not None:
            yield row


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
