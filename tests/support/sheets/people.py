"""Fictitious people for sheets. Their id numbers begin with 519999: no such county was ever coded (GB/T 2260)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from anju_base.id_number import check_digit

NO_COUNTY = "519999"  # Sichuan has no prefecture 99: nobody bears such a number
SURNAMES = ("单", "仇", "解", "曾", "区", "查", "任", "华", "盖", "尉迟", "万俟", "王", "李", "张", "刘")
GIVEN = ("桂芳", "秀英", "建国", "玉兰", "德明", "淑珍", "志强", "素华", "国清", "春梅", "永福", "素琼")


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody who does not exist."""

    name: str
    sex: str
    born: date
    id_number: str
    phone: str
    building: int
    unit: int
    flat: str

    @property
    def old_number(self) -> str:
        """The same number as it was until 1999, 15 digits."""
        return self.id_number[:6] + self.id_number[8:17]

    @property
    def address(self) -> str:
        """The flat as sheets write it."""
        return f"{self.building}栋{self.unit}单元{self.flat}"


def somebody(at: int) -> Somebody:
    """Returns the person number `at`, always the same one."""
    born = date(1930, 1, 1) + timedelta(days=(at * 211) % 9_000)
    is_male = at % 2 == 1
    first_17 = f"{NO_COUNTY}{born:%Y%m%d}{(at // 2 % 499) * 2 + (1 if is_male else 2):03}"
    return Somebody(
        name=SURNAMES[at % len(SURNAMES)] + GIVEN[at // len(SURNAMES) % len(GIVEN)],
        sex="男" if is_male else "女",
        born=born,
        id_number=first_17 + check_digit(first_17),
        phone=f"120000{at % 100_000:05}",  # no mobile number begins with 12: nobody is ever called by a test
        building=at // 60 + 1,
        unit=at // 12 % 5 + 1,
        flat=f"{at // 2 % 6 + 1}0{at % 2 + 1}",
    )


def people(count: int, first: int = 0) -> list[Somebody]:
    """Returns some of them in order."""
    return [somebody(first + at) for at in range(count)]
