"""What is wrong with a cell, and what would be right. Texts for the clerk, in Chinese and English.

No value stands in a problem: it says where to look (row and column of the file), the sheet itself has the rest.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.sheet import column_letters

REFUSED: Final = "refused"  # the row does not go in
LEFT_OUT: Final = "left-out"  # the row goes in, this value does not
NOTED: Final = "noted"  # it goes in as said

# code -> (what becomes of it, Chinese, English)
TEXTS: Final[dict[str, tuple[str, str, str]]] = {
    "name-missing": (REFUSED, "没有姓名。请填写。", "No name: fill it in."),
    "name-odd": (
        REFUSED,
        "姓名里有数字或符号，或者太长。请只写姓名。",
        "The name holds digits or signs, or is too long: write the name alone.",
    ),
    "cell-error": (REFUSED, "公式出错（#N/A 等）。请改成值。", "A formula that failed: put the value in its place."),
    "cell-no-result": (
        REFUSED,
        "公式没有保存结果。请在表格软件里打开、保存后再上传。",
        "A formula without a saved result: open and save the file in a spreadsheet program.",
    ),
    "cell-error-left-out": (LEFT_OUT, "公式出错，没有采用。请改成值。", "A formula that failed: put the value there."),
    "cell-too-long": (LEFT_OUT, "内容太长，没有采用。", "Too long: shorten it."),
    "id-number-digits-lost": (
        REFUSED,
        "身份证号是“数字”格式，末尾几位已经丢失。请把单元格设成“文本”，照证件重新填 18 位。",
        "The id number is in a number cell: its last digits are lost. Make the cell text and type all 18 again.",
    ),
    "id-number-form": (
        REFUSED,
        "身份证号应为 18 位（末位可为 X），或 15 位旧号；这里有 {count} 位。",
        "An id number has 18 characters (the last may be X), an old one 15; this has {count}.",
    ),
    "id-number-province": (
        REFUSED,
        "身份证号前两位不是省份代码。请核对。",
        "The id number's first two digits are no province: check it.",
    ),
    "id-number-birth": (
        REFUSED,
        "身份证号里的出生日期不存在。请核对第 7 至 14 位。",
        "The birth date in the id number does not exist: check digits 7 to 14.",
    ),
    "id-number-later": (
        REFUSED,
        "身份证号里的出生日期在今天以后。请核对。",
        "The birth date in the id number lies after today: check it.",
    ),
    "id-number-check-digit": (
        REFUSED,
        "身份证号末位校验不对：有一位写错了。请照证件核对。",
        "The id number's check digit is wrong: one digit is mistyped. Check it against the card.",
    ),
    "id-number-raised": (
        NOTED,
        "15 位旧号已换算成 18 位。请照新证核对。",
        "An old number of 15 digits was raised to 18: check it against the new card.",
    ),
    "birth-no-date": (
        LEFT_OUT,
        "看不懂这个出生日期，没有采用。请写成 1941-03-05。",
        "This is no date that can be read: write 1941-03-05.",
    ),
    "birth-no-such-day": (
        LEFT_OUT,
        "没有这一天，没有采用。请核对，写成 1941-03-05。",
        "There is no such day: check it, write 1941-03-05.",
    ),
    "birth-later": (LEFT_OUT, "出生日期在今天以后，没有采用。请核对。", "The birth date lies after today: check it."),
    "birth-too-early": (LEFT_OUT, "出生日期太早，没有采用。请核对。", "The birth date is too early: check it."),
    "birth-two-digit-year": (
        LEFT_OUT,
        "年份只有两位，没有采用。请写四位，例如 19{year:02}。",
        "The year has two digits only: write four, as 19{year:02}.",
    ),
    "birth-lunar": (
        LEFT_OUT,
        "这是农历日期，没有采用。请写公历。",
        "This is a date of the lunar calendar: write the solar one.",
    ),
    "birth-other-than-id": (
        NOTED,
        "出生日期与身份证号不一致，按身份证号 {date} 采用。",
        "The birth date is not that of the id number; {date} of the id number is taken.",
    ),
    "age-does-not-fit": (
        NOTED,
        "年龄与出生日期对不上（按出生日期应为 {age} 岁）。请核对。",
        "The age does not fit the birth date, by which it is {age}: check both.",
    ),
    "sex-unknown": (LEFT_OUT, "性别请写“男”或“女”，没有采用。", "Write 男 or 女."),
    "sex-other-than-id": (
        NOTED,
        "性别与身份证号不一致，按身份证号采用。",
        "The sex is not that of the id number, which is taken.",
    ),
    "phone-odd": (
        NOTED,
        "电话不像手机号（11 位）或带区号的座机。请核对；已照原样采用。",
        "This looks like no mobile number (11 digits) and no landline with its area: check it; taken as it is.",
    ),
    "phone-not-a-number": (LEFT_OUT, "电话里没有号码，没有采用。", "There is no number in it."),
    "phone-too-many": (NOTED, "电话太多，只采用前 {count} 个。", "Too many numbers: the first {count} are taken."),
    "contact-incomplete": (
        LEFT_OUT,
        "紧急联系人要有姓名和电话，没有采用。请补全。",
        "A contact needs a name and a number: fill in both.",
    ),
    "flat-unclear": (
        NOTED,
        "住址里没有认出楼栋、单元、房号，照原样采用。",
        "No building, unit and flat were found in the address; it is taken as it is.",
    ),
    "community-unknown": (
        REFUSED,
        "没有这个社区，或者不归您管。请写：{known}。",
        "There is no such community, or it is not yours: write one of {known}.",
    ),
    "community-missing": (REFUSED, "没有写社区。", "No community is given."),
    "double-in-sheet": (
        REFUSED,
        "与第 {row} 行是同一个人。请只留一行。",
        "The same person as in row {row}: keep one of them.",
    ),
    "double-name-in-sheet": (
        NOTED,
        "与第 {row} 行姓名、出生日期相同，但没有两个身份证号可以区分。请核对是不是同一个人。",
        "Name and birth date as in row {row}, and no two id numbers tell them apart: check whether it is one person.",
    ),
    "several-in-registry": (
        REFUSED,
        "档案里有 {count} 个人都可能是这一行。请补上身份证号。",
        "{count} people in the registry could be this row: add the id number.",
    ),
    "other-community": (
        REFUSED,
        "这个人登记在另一个社区。请用“迁入”办理。",
        "This person is registered in another community: use “moved in”.",
    ),
    "left-before": (
        REFUSED,
        "档案里这个人已迁出或已去世。如果又住回来了，请用“迁入”办理。",
        "In the registry this person moved out or died: if they live here again, use “moved in”.",
    ),
    "erased": (
        REFUSED,
        "这个人的档案已按本人要求删除，不再导入。",
        "This person's record was erased and is not brought back.",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a row. `column` counts from 1, 0 = the row as a whole. `about` fills the text."""

    row: int
    column: int
    field: Field | None
    code: str
    about: dict[str, str | int] = dataclasses.field(default_factory=dict)

    @property
    def what_becomes(self) -> str:
        """Returns REFUSED, LEFT_OUT or NOTED."""
        return TEXTS[self.code][0]

    @property
    def place(self) -> str:
        """Returns where it is, as spreadsheets say it: D7, or 7."""
        return f"{column_letters(self.column)}{self.row}"

    def text(self, locale: str) -> str:
        """Returns the sentence for a person; `locale` "zh-CN" or "en"."""
        _, chinese, english = TEXTS[self.code]
        return (chinese if locale == "zh-CN" else english).format(**self.about)
