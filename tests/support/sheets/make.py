"""Writes the sheets of `fixtures.py`: `PYTHONPATH=tests:protos python tests/support/sheets/make.py FOLDER [SOFFICE]`.

SOFFICE is LibreOffice's program; without it, its flat documents are left in the folder instead of workbooks.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.sheets.fixtures import CSV_NAME, FIXTURES, Fixture, gb18030_csv
from support.sheets.flat_ods import flat_ods
from support.sheets.written import with_dimension, workbook


def written(fixture: Fixture) -> bytes:
    """Returns the bytes of a workbook of XlsxWriter."""
    made = workbook(fixture.sheets())
    return with_dimension(made, fixture.dimension) if fixture.dimension else made


def main(folder: Path, soffice: str = "") -> None:
    """Writes all of them."""
    (folder / CSV_NAME).write_bytes(gb18030_csv())
    for fixture in FIXTURES:
        target = folder / fixture.name
        if fixture.writer == "xlsxwriter":
            target.write_bytes(written(fixture))
            continue
        flat = target.with_suffix(".fods")
        flat.write_text(flat_ods(fixture.sheets()), encoding="utf-8")
        if soffice:
            subprocess.run(
                [soffice, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(flat)], check=True
            )
            flat.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
