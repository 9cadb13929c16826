"""One row: each cell read for what its column is, with what is wrong in it and what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from anju_base.id_number import NotANumber, Number, raised, read
from anju_central.registry.han_text import folded, folded_name
from anju_central.registry.imports.births import Birth, NotABirth, read_birth
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.flats import Flat, flat_of_address, flat_of_parts
from anju_central.registry.imports.limits import MAX_TEXT_CHARS
from anju_central.registry.imports.phones import MAX_PHONES, read_phones
from anju_central.registry.imports.problems import REFUSED, Problem
from anju_central.registry.imports.sheet import CellFault, Value
from anju_central.registry.imports.sheet_person import SheetContact, SheetPerson

EXACT_DIGITS: Final = 15  # what a number of a spreadsheet holds (IEEE 754, as Excel shows it)
NAME_CHARS: Final = 40
SHORT_TEXT_CHARS: Final = 40
AGE_SLACK_YEARS: Final = 2  # 虚岁 counts from one and adds at new year
KNOWN_SHOWN: Final = 30
_ODD_NAME: Final = re.compile(r"[0-9@#$%^&*=+<>{}\[\]\\/|?!,;:，；：？！、。“”]")
_AGE: Final = re.compile(r"(\d{1,3})(?:周?岁)?")
_MALE: Final = frozenset({"男", "男性", "m", "male", "1"})
_FEMALE: Final = frozenset({"女", "女性", "f", "female", "2"})
_HEADS: Final = frozenset({"户主", "本人", "户主本人", "本人或户主"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What rows are checked against. `communities`: what a cell may say -> id; `community`: of all rows, or None."""

    fields: Mapping[int, Field]
    today: date
    communities: Mapping[str, str]
    community: str | None = None


@dataclass(slots=True)
class RowCheck:
    """Checks one row; `problems`, `community` and `name` are found on the way."""

    expected: Expected
    row: int
    cells: Mapping[int, Value]
    problems: list[Problem] = field(default_factory=list)
    community: str = ""
    name: str = ""

    def person(self) -> SheetPerson | None:
        """Returns who the row is about, None where a problem keeps it out."""
        name = self.name = self._name()
        community = self.community = self._community()
        number, says = self._id_number()
        person = SheetPerson(
            row=self.row,
            community=community,
            name=name,
            id_number=number,
            archive_no=self._text(Field.ARCHIVE_NO) or None,
            sex=self._sex(says),
            birth=self._birth(says),
            phones=self._phones(),
            flat=self._flat(),
            is_head=self._is_head(),
            contact=self._contact(),
        )
        return None if any(problem.what_becomes == REFUSED for problem in self.problems) else person

    def _tell(self, field: Field | None, code: str, **about: str | int) -> None:
        column = next((at for at, named in self.expected.fields.items() if named is field), 0)
        self.problems.append(Problem(self.row, column, field, code, about))

    def _value(self, field: Field, fault: str = "cell-error-left-out") -> Value | None:
        for column, named in self.expected.fields.items():
            if named is field and (value := self.cells.get(column)) is not None:
                return self._sound(field, value, fault)
        return None

    def _sound(self, field: Field, value: Value, fault: str) -> Value | None:
        if isinstance(value, CellFault):
            self._tell(field, "cell-no-result" if value is CellFault.NO_RESULT and fault == "cell-error" else fault)
            return None
        if isinstance(value, str) and len(value) > MAX_TEXT_CHARS:
            self._tell(field, "cell-too-long")
            return None
        return value

    def _text(self, field: Field, fault: str = "cell-error-left-out", max_chars: int = SHORT_TEXT_CHARS) -> str:
        value = self._value(field, fault)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = folded(str(value)).removeprefix("'") if value is not None else ""
        if len(text) > max_chars:
            self._tell(field, "cell-too-long")
            return ""
        return text

    def _name(self) -> str:
        value = self._value(Field.NAME, "cell-error")
        name = folded_name(str(value).removeprefix("'")) if value is not None else ""
        if not name and not self.problems:
            self._tell(Field.NAME, "name-missing")
        elif len(name) > NAME_CHARS or _ODD_NAME.search(name):
            self._tell(Field.NAME, "name-odd")
        return name

    def _community(self) -> str:
        if self.expected.community is not None:
            return self.expected.community
        text = self._text(Field.COMMUNITY, "cell-error")
        if not text:
            self._tell(Field.COMMUNITY, "community-missing")
            return ""
        found = self.expected.communities.get(text.replace(" ", "").lower())
        if found is None:
            known = "、".join(list(self.expected.communities)[:KNOWN_SHOWN])
            self._tell(Field.COMMUNITY, "community-unknown", known=known)
        return found or ""

    def _id_number(self) -> tuple[str | None, Number | None]:
        value = self._value(Field.ID_NUMBER, "cell-error")
        if value is None:
            return None, None
        if isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) >= 10**EXACT_DIGITS or value != int(value):
                self._tell(Field.ID_NUMBER, "id-number-digits-lost")
                return None, None
            value = int(value)
        text = re.sub(r"[\s'’‘`\-_.,，。]", "", folded(str(value))).upper().replace("×", "X").replace("Χ", "X")
        try:
            says = read(text, self.expected.today)
        except NotANumber as error:
            about: dict[str, str | int] = {"count": len(text)} if error.fault == "form" else {}
            self._tell(Field.ID_NUMBER, f"id-number-{error.fault}", **about)
            return None, None
        whole = raised(text)
        if whole != text:
            self._tell(Field.ID_NUMBER, "id-number-raised")
        return whole, says

    def _sex(self, says: Number | None) -> str | None:
        text = self._text(Field.SEX).lower()
        sex = "male" if text in _MALE else "female" if text in _FEMALE else None
        if text and sex is None:
            self._tell(Field.SEX, "sex-unknown")
        if says is None:
            return sex
        certain = "male" if says.is_male else "female"
        if sex is not None and sex != certain:
            self._tell(Field.SEX, "sex-other-than-id")
        return certain

    def _birth(self, says: Number | None) -> Birth | None:
        birth = None
        if (value := self._value(Field.BIRTH)) is not None:
            try:
                birth = read_birth(value, self.expected.today)
            except NotABirth as error:
                self._tell(Field.BIRTH, error.code, **error.about)
        if says is not None:
            if birth is not None and not _agree(birth, says.birth):
                self._tell(Field.BIRTH, "birth-other-than-id", date=says.birth.isoformat())
            birth = Birth(says.birth)
        self._check_age(birth)
        return birth

    def _check_age(self, birth: Birth | None) -> None:
        found = _AGE.fullmatch(self._text(Field.AGE).replace(" ", ""))
        if found is None or birth is None:
            return
        age = self.expected.today.year - birth.on.year
        if not age - AGE_SLACK_YEARS <= int(found[1]) <= age + AGE_SLACK_YEARS:
            self._tell(Field.AGE, "age-does-not-fit", age=age)

    def _phones(self) -> tuple[str, ...] | None:
        numbers: dict[str, None] = {}
        for column, named in self.expected.fields.items():
            if named is not Field.PHONE or (value := self.cells.get(column)) is None:
                continue
            if (value := self._sound(Field.PHONE, value, "cell-error-left-out")) is None:
                continue
            found = read_phones(value)
            if not found.numbers:
                if any(sign.isalnum() for sign in str(value)):
                    self.problems.append(Problem(self.row, column, Field.PHONE, "phone-not-a-number"))
                continue
            if found.is_odd:
                self.problems.append(Problem(self.row, column, Field.PHONE, "phone-odd"))
            numbers.update(dict.fromkeys(found.numbers))
            if found.left_out or len(numbers) > MAX_PHONES:
                about: dict[str, str | int] = {"count": MAX_PHONES}
                self.problems.append(Problem(self.row, column, Field.PHONE, "phone-too-many", about))
        return tuple(numbers)[:MAX_PHONES] or None

    def _flat(self) -> Flat | None:
        parts = [self._text(field) for field in (Field.BUILDING, Field.UNIT, Field.FLAT)]
        if (flat := flat_of_parts(*parts)) is not None:
            return flat
        address = self._text(Field.ADDRESS, max_chars=MAX_TEXT_CHARS)
        if not address:
            return None
        flat = flat_of_address(address)
        if not flat.is_clear:
            self._tell(Field.ADDRESS, "flat-unclear")
        return flat

    def _is_head(self) -> bool | None:
        text = self._text(Field.RELATION_TO_HEAD).replace(" ", "")
        return text in _HEADS if text else None

    def _contact(self) -> SheetContact | None:
        name = folded_name(self._text(Field.CONTACT_NAME))
        value = self._value(Field.CONTACT_PHONE)
        phones = read_phones(value).numbers if value is not None else ()
        if not name and not phones:
            return None
        if not name or not phones:
            self._tell(Field.CONTACT_NAME if not name else Field.CONTACT_PHONE, "contact-incomplete")
            return None
        return SheetContact(name, phones[0], self._text(Field.CONTACT_RELATION))


def _agree(birth: Birth, on: date) -> bool:
    exact = {"day": 3, "month": 2, "year": 1}[birth.exactness]
    return (birth.on.year, birth.on.month, birth.on.day)[:exact] == (on.year, on.month, on.day)[:exact]
