"""The sheets that the reader is tested with, as county offices send them: what is in each, and what writes it.

`python tests/support/sheets/make.py FOLDER` writes them anew. Those of LibreOffice need its `soffice`; the committed
ones are of LibreOffice 7.4 (Debian 12) and of XlsxWriter, never of our own reader or writer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from support.sheets.cells import Cell, SheetOf, Value
from support.sheets.people import Somebody, people

Row = list[Cell | Value]


@dataclass(frozen=True, slots=True)
class Fixture:
    """A file. `writer`: LibreOffice from a flat document, or XlsxWriter."""

    name: str
    writer: Literal["libreoffice", "xlsxwriter"]
    sheets: Callable[[], list[SheetOf]]
    dimension: str = ""


def title_rows() -> list[SheetOf]:
    """A title over all columns, who filled it in, an empty row, then the heads; a sum and a signature at the end."""
    rows: list[Row] = [
        [Cell("安居区某社区老年人基本信息登记表（2026年10月）", columns=7), *[None] * 6],
        ["填报单位：某社区居委会", None, None, None, "填报日期：2026年10月8日", None, None],
        [None] * 7,
        ["序号", "姓 名", "性别", "身份证号码", "联系电话", "家庭住址", "备注"],
    ]
    for at, one in enumerate(people(12)):
        rows.append([at + 1, one.name, one.sex, one.id_number, one.phone, one.address, None])
    rows.append(["合计", None, None, "12人", None, None, None])
    rows.append(["填表人：", None, None, None, "审核人：", None, None])
    return [SheetOf("Sheet1", rows)]


def merged_cells() -> list[SheetOf]:
    """Heads over two rows with groups; flats of a household as one cell over the rows of its people."""
    rows: list[Row] = [
        [
            Cell("序号", rows=2),
            Cell("住址", columns=3),
            None,
            None,
            Cell("基本信息", columns=3),
            None,
            None,
            Cell("紧急联系人", columns=2),
            None,
        ],
        [None, "楼栋", "单元", "房号", "姓名", "身份证号", "本人电话", "姓名", "电话"],
    ]
    at = 0
    for members in (2, 1, 3):
        home = people(1, first=100 + at)[0]
        for member in range(members):
            one = people(1, first=at)[0]
            place: Row = [None, None, None]
            if member == 0:
                place = [
                    Cell(f"{home.building}栋", rows=members),
                    Cell(f"{home.unit}单元", rows=members),
                    Cell(home.flat, rows=members),
                ]
            rows.append([at + 1, *place, one.name, one.id_number, one.phone, "某某", "12000099999"])
            at += 1
    return [SheetOf("花名册", rows)]


def numbers_as_numbers() -> list[SheetOf]:
    """Id numbers typed into cells that are numbers: of eighteen digits the last ones are gone, fifteen are whole."""
    one, two, three, four = people(4)
    rows: list[Row] = [
        ["姓名", "身份证号", "手机号"],
        [one.name, one.id_number, int(one.phone)],
        [two.name, float(two.id_number[:17] + "0"), int(two.phone)],
        [three.name, int(three.old_number), three.phone],
        [four.name, "'" + four.id_number, four.phone + "、12000088888"],
    ]
    return [SheetOf("Sheet1", rows)]


DATE_FORMATS = (14, 27, 31, 36, 50, 57, 58)  # of them only 14 is a date outside of Chinese editions
TEXT_DATES = (
    "1941-03-05",
    "1941/3/5",
    "1941.03.05",
    "1941年3月5日",
    "19410305",
    "１９４１－０３－０５",
    "一九四一年三月五日",
    "41-3-5",
    "1941年3月",
    "1941",
    "1941-02-30",
    "2041-03-05",
    "农历辛巳年二月初八",
)


def dates() -> list[SheetOf]:
    """Birth dates as texts, as serial numbers and in built-in formats of Chinese editions, with ages beside them."""
    rows: list[Row] = [["姓名", "出生年月", "年龄"]]
    for shown_as, one in zip(DATE_FORMATS, people(len(DATE_FORMATS)), strict=True):
        rows.append([one.name, Cell(one.born, shown_as), 2026 - one.born.year])
    bare = people(3, first=40)
    rows.append([bare[0].name, 15040, 85])  # a serial number that is shown as a number: 1941-03-05
    rows.append([bare[1].name, 19410305, 85])
    rows.append([bare[2].name, Cell(date(1941, 3, 5), 14), 47])  # an age that does not fit
    rows.extend([one.name, text, None] for text, one in zip(TEXT_DATES, people(len(TEXT_DATES), first=60), strict=True))
    return [SheetOf("老人信息", rows)]


def full_width_and_radicals() -> list[SheetOf]:
    """Text that came out of a PDF or an old input method: radicals, compatibility forms, full-width, odd spaces."""
    one, two, three, four = people(4)
    wide = str.maketrans("0123456789X-", "０１２３４５６７８９Ｘ－")
    rows: list[Row] = [
        ["姓\u3000名", "身份证号", "联系电话", "住址"],
        ["⻢建国", one.id_number.translate(wide), one.phone.translate(wide), "１栋２单元３０１"],
        ["⻩ 秀⾦", two.id_number[:6] + " " + two.id_number[6:14] + " " + two.id_number[14:], two.phone, two.address],
        ["\u00a0⻰⽟兰\u3000", three.id_number.lower(), "120-0000-0002", three.address],
        ["買買提·艾力", four.id_number + "\n", "0825-8661234", "幸福小区\n3栋1单元502室"],
    ]
    return [SheetOf("Sheet1", rows)]


def old_numbers() -> list[SheetOf]:
    """Numbers as they were until 1999, one of them of the same person as a new one."""
    one, two, three = people(3)
    rows: list[Row] = [
        ["姓名", "公民身份号码"],
        [one.name, one.old_number],
        [two.name, two.old_number],
        [one.name, one.id_number],
        [three.name, three.id_number[:17] + ("1" if three.id_number[17] != "1" else "2")],
        [three.name, "51999919410305"],
    ]
    return [SheetOf("Sheet1", rows)]


def several_sheets() -> list[SheetOf]:
    """Instructions first, then a sheet a community, one that is hidden, one that is empty."""
    heads: Row = ["姓名", "身份证号", "电话", "地址"]

    def listed(who: list[Somebody]) -> list[Row]:
        rows: list[Row] = [[one.name, one.id_number, one.phone, one.address] for one in who]
        return [heads, *rows]

    return [
        SheetOf("填表说明", [["一、每人一行。"], ["二、身份证号码用文本格式。"], ["三、不得漏报。"]]),
        SheetOf("东社区", listed(people(5))),
        SheetOf("西社区", listed(people(4, first=200))),
        SheetOf("旧数据", listed(people(3, first=300)), is_hidden=True),
        SheetOf("Sheet5", []),
    ]


def three_rows() -> list[SheetOf]:
    """Three people in a sheet that will say it holds one row."""
    rows: list[Row] = [[one.name, one.id_number] for one in people(3)]
    return [SheetOf("Sheet1", [["姓名", "身份证号"], *rows])]


FIXTURES = (
    Fixture("title_rows.xlsx", "libreoffice", title_rows),
    Fixture("merged_cells.xlsx", "libreoffice", merged_cells),
    Fixture("numbers_as_numbers.xlsx", "libreoffice", numbers_as_numbers),
    Fixture("dates.xlsx", "xlsxwriter", dates),
    Fixture("full_width_and_radicals.xlsx", "libreoffice", full_width_and_radicals),
    Fixture("old_numbers.xlsx", "xlsxwriter", old_numbers),
    Fixture("several_sheets.xlsx", "libreoffice", several_sheets),
    Fixture("wrong_dimension.xlsx", "xlsxwriter", three_rows, dimension="A1:B2"),
)
CSV_NAME = "gb18030.csv"


def gb18030_csv() -> bytes:
    """A CSV of a Chinese edition of Excel: GB18030 without a mark, a tab before each number so that it stays a text."""
    one, two, three = people(3)
    lines = [
        "姓名,身份证号,电话,住址",
        f'{one.name},\t{one.id_number},{one.phone},"{one.address}, 左边"',
        f"\u9fcf䶮,\t{two.id_number},{two.phone},{two.address}",  # in GB18030, not in GBK
        f"\U0002c1b0某,{three.id_number},{three.phone},",  # four bytes
    ]
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")
