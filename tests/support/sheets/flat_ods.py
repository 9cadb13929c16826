"""Sheets as a flat OpenDocument file, which LibreOffice turns into a workbook of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from support.sheets.cells import Cell, SheetOf, cell_of

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:date-style style:name="D0"><number:year number:style="long"/><number:text>年</number:text><number:month/>
<number:text>月</number:text><number:day/><number:text>日</number:text></number:date-style>
<style:style style:name="day" style:family="table-cell" style:data-style-name="D0"/>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>
"""
TAIL = "</office:spreadsheet></office:body></office:document>\n"


def flat_ods(sheets: Sequence[SheetOf]) -> str:
    """Returns the document."""
    return HEAD + "".join(_sheet(sheet) for sheet in sheets) + TAIL


def _sheet(sheet: SheetOf) -> str:
    style = ' table:style-name="hidden"' if sheet.is_hidden else ""
    rows = "\n".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in _rows(sheet))
    return f"<table:table table:name={quoteattr(sheet.name)}{style}>\n{rows}\n</table:table>\n"


def _rows(sheet: SheetOf) -> Iterator[list[str]]:
    covered: set[tuple[int, int]] = set()
    for row, contents in enumerate(sheet.rows):
        cells = []
        for column, content in enumerate(contents):
            if (row, column) in covered:
                cells.append("<table:covered-table-cell/>")
                continue
            cell = cell_of(content)
            covered |= {(row + down, column + right) for down in range(cell.rows) for right in range(cell.columns)}
            cells.append(_cell(cell))
        yield cells


def _cell(cell: Cell) -> str:
    spans = ""
    if cell.rows > 1 or cell.columns > 1:
        spans = f' table:number-rows-spanned="{cell.rows}" table:number-columns-spanned="{cell.columns}"'
    formula = f" table:formula={quoteattr('of:=' + cell.formula)}" if cell.formula else ""
    match cell.value:
        case None:
            return f"<table:table-cell{spans}/>"
        case date() as day:
            return (
                f'<table:table-cell{spans} table:style-name="day" office:value-type="date" office:date-value="{day}"/>'
            )
        case str() as text:
            paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
            return f'<table:table-cell{spans}{formula} office:value-type="string">{paragraphs}</table:table-cell>'
        case number:
            return f'<table:table-cell{spans}{formula} office:value-type="float" office:value="{number}"/>'
