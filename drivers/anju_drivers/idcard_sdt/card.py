"""What an id card's 256 bytes of text say: resident cards, residence permits "J", foreigners' cards "I" and "Y".

UTF-16LE, every field padded with spaces. The type stands at byte 248. Sources: structures in public readers' code
(Johann356/readinfo, PCSCGetData.h); GA/T 1011 names the fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from anju_base import id_number
from anju_drivers.idcard_sdt.frames import TEXT_BYTES

_TYPE_AT = 248
_RESIDENT = (
    ("name", 0, 30), ("sex_code", 30, 2), ("nation_code", 32, 4), ("birth", 36, 16), ("address", 52, 70),
    ("id_number", 122, 36), ("issuer", 158, 30), ("valid_from", 188, 16), ("valid_to", 204, 16),
)  # fmt: skip
_PERMIT = (
    *(field for field in _RESIDENT if field[0] != "nation_code"),
    ("pass_number", 220, 18),
    ("issue_count", 238, 4),
)
_FOREIGNER = (
    ("name_en", 0, 120), ("sex_code", 120, 2), ("permit_number", 122, 30), ("nationality", 152, 6),
    ("name_cn", 158, 30), ("valid_from", 188, 16), ("valid_to", 204, 16), ("birth", 220, 16), ("version", 236, 4),
    ("authority", 240, 8),
)  # fmt: skip
_FOREIGNER_2023 = (
    ("name_cn", 0, 30), ("sex_code", 30, 2), ("issue_count", 32, 4), ("birth", 36, 16), ("name_en", 52, 70),
    ("id_number", 122, 36), ("valid_from", 188, 16), ("valid_to", 204, 16), ("name_en_rest", 220, 22),
    ("nationality", 242, 6), ("former_number", 250, 6),
)  # fmt: skip
_LAYOUTS = {
    "J": ("hmt_resident", _PERMIT),
    "I": ("foreigner", _FOREIGNER),
    "Y": ("foreigner_2023", _FOREIGNER_2023),
}
_DATES = ("birth", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True, repr=False)
class IdCard:
    """One card. Kept out of `repr`, logs and events: only its number leaves the driver, to be hashed by the box.

    `kind` is resident, hmt_resident, foreigner or foreigner_2023; `fields` as named by the layouts above, with dates as
    ISO text (an end date may be 长期, "for ever"). `number` is what a check-in is known by.
    """

    kind: str
    fields: Mapping[str, str]

    @property
    def number(self) -> str:
        return (self.fields.get("id_number") or self.fields.get("permit_number", "")).upper()

    @property
    def is_number_ok(self) -> bool:
        """Whether the check digit holds. The older foreigners' permits (15 characters) have none that we know."""
        if "id_number" in self.fields:
            return id_number.is_checked(self.number)
        return bool(self.number)


def decode(text: bytes) -> IdCard:
    """Raises `ValueError` when it is not 256 bytes; anything in them is read, however odd."""
    if len(text) != TEXT_BYTES:
        raise ValueError(f"a card's text has {TEXT_BYTES} bytes, not {len(text)}")
    kind, layout = _LAYOUTS.get(_text(text[_TYPE_AT : _TYPE_AT + 2]), ("resident", _RESIDENT))
    fields = {name: _text(text[start : start + size]) for name, start, size in layout}
    for name in _DATES:
        fields[name] = _date(fields[name])
    rest = fields.pop("name_en_rest", "")
    if rest:
        whole = text[52:122].decode("utf-16-le", "replace") + rest
        fields["name_en"] = whole.strip(" \0")
    return IdCard(kind, fields)


def _text(raw: bytes) -> str:
    return raw.decode("utf-16-le", "replace").strip(" \0\u3000")


def _date(text: str) -> str:
    """`19491231` as `1949-12-31`; other words, such as 长期, stay."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return text
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return text


def encode(card: IdCard) -> bytes:
    """The text of a card, for simulators and tests. Raises `ValueError` for a field that is too long."""
    kinds = {kind: (sign, layout) for sign, (kind, layout) in _LAYOUTS.items()}
    sign, layout = kinds.get(card.kind, ("", _RESIDENT))
    raw = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for name, start, size in layout:
        value = card.fields.get(name, "")
        value = value.replace("-", "") if name in _DATES else value
        encoded = value.encode("utf-16-le")
        if len(encoded) > size:
            raise ValueError(f"{name}: more than {size // 2} characters")
        raw[start : start + len(encoded)] = encoded
    if sign:
        raw[_TYPE_AT : _TYPE_AT + 2] = sign.encode("utf-16-le")
    return bytes(raw)
