"""A file that cannot be read at all: why, and what to do with it."""

from __future__ import annotations

from typing import Final

# code -> what a clerk reads, in Chinese and English
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "empty": ("文件是空的。请重新导出。", "The file is empty: export it again."),
    "too-large": (
        "文件太大（上限 {limit}）。请只保留人员表，删去图片，或按社区分开。",
        "The file is too large (at most {limit}): keep the sheet of people alone, without pictures, or split it.",
    ),
    "old-format": (
        "这是旧的 .xls 格式，或者是加了密码的文件。请去掉密码，用“另存为”存成 .xlsx。",
        "This is the old .xls format, or it has a password: remove the password and save it as .xlsx.",
    ),
    "not-a-sheet": (
        "这不是表格文件。请给 .xlsx 或 .csv。",
        "This is no spreadsheet: give an .xlsx or a .csv.",
    ),
    "damaged": (
        "文件已损坏，打不开（{part}）。请用表格软件打开后重新另存为 .xlsx。",
        "The file is damaged ({part}): open it in a spreadsheet program and save it as .xlsx again.",
    ),
    "binary-workbook": (
        "这是 .xlsb 格式。请另存为 .xlsx。",
        "This is .xlsb: save it as .xlsx.",
    ),
    "encoding": (
        "文字编码认不出（第 {line} 行起）。请另存为“CSV UTF-8”，或存成 .xlsx。",
        "The text's encoding is not known (from line {line} on): save it as CSV UTF-8, or as .xlsx.",
    ),
    "too-many-rows": (
        "工作表“{sheet}”超过 {limit} 行。请分成几个文件。",
        "Sheet {sheet} has more than {limit} rows: split it.",
    ),
    "too-many-sheets": ("工作表超过 {limit} 张。请只保留人员表。", "More than {limit} sheets: keep those of people."),
    "no-such-sheet": ("没有名为“{sheet}”的工作表。", "There is no sheet {sheet}."),
    "no-name-column": (
        "工作表“{sheet}”里没有认出“姓名”列。请指明哪一列是姓名。",
        "No column of names was found in sheet {sheet}: say which one it is.",
    ),
    "too-long": (
        "文件读了 {seconds} 秒还没读完，已停下。请另存为新的 .xlsx 再试。",
        "The file was not read within {seconds} s and was put aside: save it as a new .xlsx and try again.",
    ),
}


class SheetRefused(Exception):
    """A file that cannot be read. `code` is one of TEXTS and stays the same for years."""

    def __init__(self, code: str, **about: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.about = about

    def text(self, locale: str) -> str:
        """Returns the sentence for a person; `locale` "zh-CN" or "en"."""
        chinese, english = TEXTS[self.code]
        return (chinese if locale == "zh-CN" else english).format(**self.about)

    def __str__(self) -> str:
        return f"{self.text('zh-CN')} {self.text('en')}"
