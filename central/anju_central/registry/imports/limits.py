"""How much of a file is looked at. All are looked at before anything is parsed, where the file itself says them."""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final = 32 * 1024 * 1024  # 10,339 people are about 1 MB
MAX_PARTS: Final = 2_000  # of a workbook's archive
MAX_SHEET_BYTES: Final = 96 * 1024 * 1024  # of one part, unpacked: a sheet
MAX_STRINGS_BYTES: Final = 48 * 1024 * 1024  # the texts of all sheets
MAX_PART_BYTES: Final = 8 * 1024 * 1024  # every other part that is read
MAX_SHEETS: Final = 100
MAX_ROWS: Final = 50_000  # of a sheet; a district has 10,339 elders
MAX_COLUMNS: Final = 128  # what stands further right is not looked at, and said
MAX_CELLS_OF_ROW: Final = 16_384  # of spreadsheets themselves: what says more is no sheet
MAX_MERGES: Final = 50_000
MAX_TEXT_CHARS: Final = 2_000  # of a cell; longer ones are cut, and said
MAX_PROBLEMS: Final = 20_000  # of a file; what comes after is counted
HEADER_WITHIN_ROWS: Final = 40  # titles above the header
SAMPLE_ROWS: Final = 200  # looked at to see what a column holds
READ_WITHIN_CPU_S: Final = 120  # of processor time: 10,339 people need about 5
READ_WITHIN_S: Final = 900.0  # however busy the machine is
READER_MEMORY_BYTES: Final = 768 * 1024 * 1024  # address space of the process that reads
