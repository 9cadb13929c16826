"""The rows of a sheet that did not go in whole, as they stood in it, with what is wrong: to mend and send again."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from anju_central.registry.exports.sheet_out import Out, write_cell
from anju_central.registry.imports.heads import Header
from anju_central.registry.imports.problems import NOTED, Problem
from anju_central.registry.imports.sheet import CellFault, Row, Sheet, Value

EXACT_INTEGER: Final = 10**15
HEADS: Final = ("原表行号 row", "问题 problem")  # known as heads of ours when the sheet comes back


def error_sheet(sheet: Sheet, header: Header, problems: Sequence[Problem]) -> bytes:
    """Returns an xlsx with the header, and in their order the rows of which something did not go in."""
    by_row: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    import xlsxwriter  # only for the process that writes one

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_urls": False})
    bold, wrong = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bg_color": "#FFD9D9"})
    page = book.add_worksheet(sheet.name[:31].strip("'") or "Sheet1")
    page.freeze_panes(1, 0)
    columns = list(header.heads)
    heads = [*(header.heads[column].rpartition("/")[2] for column in columns), *HEADS]
    if len(set(heads)) < len(heads):  # two groups have the same heads: each with its group's name
        heads = [*header.heads.values(), *HEADS]
    for at, head in enumerate(heads):
        page.write_string(0, at, head, bold)
    line = 0
    for row in sheet.rows:
        told = by_row.get(row.number, [])
        if row.number <= header.row or all(problem.what_becomes == NOTED for problem in told):
            continue
        line += 1
        faulty = {problem.column for problem in told}
        for at, column in enumerate(columns):
            shown = wrong if column in faulty else None
            value = _out(row, column)
            if value is None and shown is not None:
                page.write_blank(line, at, None, shown)
            write_cell(page, line, at, value, shown)
        page.write_number(line, len(columns), row.number)
        text = "\n".join(f"{problem.place} {problem.text('zh-CN')} {problem.text('en')}" for problem in told)
        page.write_string(line, len(columns) + 1, text)
    page.autofilter(0, 0, max(line, 1), len(columns) + 1)
    page.set_column(0, len(columns) - 1, 16)
    page.set_column(len(columns) + 1, len(columns) + 1, 80)
    book.close()
    return made.getvalue()


def _out(row: Row, column: int) -> Out:
    value: Value | None = row.cells.get(column)
    if isinstance(value, CellFault):
        return "#N/A"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        return str(int(value)) if abs(value) < EXACT_INTEGER else ""  # the digits are lost: nothing to start from
    return value
