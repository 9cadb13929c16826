"""Opens a file by what is in it; its name says only what a sheet of a CSV is called."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from anju_central.registry.imports.csv_rows import read_csv
from anju_central.registry.imports.limits import MAX_FILE_BYTES
from anju_central.registry.imports.refused import SheetRefused
from anju_central.registry.imports.sheet import Sheet

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls, and every workbook with a password (MS-OFFCRYPTO)
MARKUP: Final = re.compile(rb"\s*<(!doctype|html|\?xml|table|workbook)", re.IGNORECASE)  # "xls" of web programs
NAME_CHARS: Final = 60


def read_sheets(data: bytes, file_name: str) -> list[Sheet]:
    """Returns all sheets of a file. Raises SheetRefused."""
    if not data.strip(b"\0 \r\n\t"):
        raise SheetRefused("empty")
    if len(data) > MAX_FILE_BYTES:
        raise SheetRefused("too-large", limit=f"{MAX_FILE_BYTES // (1024 * 1024)} MB")
    if data.startswith(OLE):
        raise SheetRefused("old-format")
    if data.startswith(ZIP):
        # a quarter of a second, and 15 MB: only for the process that reads a workbook
        from anju_central.registry.imports.workbook import read_workbook

        return read_workbook(data)
    if MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:200]) or data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8")):
        raise SheetRefused("not-a-sheet")
    return [read_csv(data, PurePath(file_name).stem[:NAME_CHARS] or "CSV")]
