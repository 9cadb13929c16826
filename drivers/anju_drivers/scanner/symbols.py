"""What a scanned text says about itself: AIM prefix, GTIN, GS1 element strings, ISO 15434 envelopes.

Sources: ISO/IEC 15424 (symbology identifiers), GS1 General Specifications 7.9, ISO/IEC 15434. GS1 application
identifiers are read by the library `biip`, and only when somebody asks for an explanation: a check-in needs none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SYMBOLOGIES = {
    "A": "CODE_39", "B": "TELEPEN", "C": "CODE_128", "D": "CODE_ONE", "E": "EAN_UPC", "F": "CODABAR", "G": "CODE_93",
    "H": "CODE_11", "I": "ITF", "K": "CODE_16K", "L": "PDF417", "M": "MSI", "N": "ANKER", "O": "CODABLOCK",
    "P": "PLESSEY_CODE", "Q": "QR_CODE", "R": "STRAIGHT_2_OF_5_WITH_2_BAR_START_STOP_CODE",
    "S": "STRAIGHT_2_OF_5_WITH_3_BAR_START_STOP_CODE", "T": "CODE_49", "U": "MAXICODE", "X": "OTHER_BARCODE",
    "Y": "SYSTEM_EXPANSION", "Z": "NON_BARCODE", "c": "CHANNEL_CODE", "d": "DATA_MATRIX",
    "e": "RSS_EAN_UCC_COMPOSITE", "o": "OCR", "p": "POSICODE", "s": "SUPERCODE", "z": "AZTEC_CODE",
}  # fmt: skip
GS1_SYMBOLOGIES = {
    "E0": "EAN_13", "E1": "EAN_TWO_DIGIT_ADD_ON", "E2": "EAN_FIVE_DIGIT_ADD_ON", "E3": "EAN_13_WITH_ADD_ON",
    "E4": "EAN_8", "I1": "ITF_14", "C1": "GS1_128", "e0": "GS1_DATABAR", "e1": "GS1_COMPOSITE_WITH_SEPARATOR_CHAR",
    "e2": "GS1_COMPOSITE_WITH_ESCAPE_CHAR", "d2": "GS1_DATAMATRIX", "Q3": "GS1_QR_CODE", "J1": "GS1_DOTCODE",
}  # fmt: skip
_WITH_ELEMENTS = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "J1"})
_AIM = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_EXPANSION = "Y"  # its digit tells how many more modifiers follow
_RS, _GS, _EOT = "\x1e", "\x1d", "\x04"
_DATA_IDENTIFIER = re.compile(r"(\d{0,3}[A-Z])(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Aim:
    """The prefix that a scanner may put before a code: which symbology it read."""

    letter: str
    modifier: str

    @property
    def symbology(self) -> str | None:
        return SYMBOLOGIES.get(self.letter)

    @property
    def gs1_symbology(self) -> str | None:
        return GS1_SYMBOLOGIES.get(self.letter + self.modifier)

    @property
    def has_elements(self) -> bool:
        """Whether the code holds GS1 element strings."""
        return self.letter + self.modifier in _WITH_ELEMENTS

    def __str__(self) -> str:
        return f"]{self.letter}{self.modifier}"


def split_aim(text: str) -> tuple[Aim | None, str]:
    """The AIM prefix, if there is one, and the code behind it."""
    found = _AIM.match(text)
    if found is None or (found[1] not in SYMBOLOGIES and found[1] + found[2] not in GS1_SYMBOLOGIES):
        return None, text
    end = found.end()
    if found[1] == _EXPANSION and found[2].isdecimal():
        end = min(end + int(found[2]), len(text))
    return Aim(found[1], text[found.start(2) : end]), text[end:]


_ECI = re.compile(r"\\\\|\\(\d{6})")


def without_eci(code: str) -> str:
    """A code without its marks of encoding: `\\000026` and the like, where a scanner is set to send them.

    Such a scanner also doubles each backslash of the content (ISO/IEC 15424, annex on ECI). A code that does not begin
    with a mark is left as it is.
    """
    if not re.match(r"\\\d{6}", code):
        return code
    return _ECI.sub(lambda found: "" if found[1] else "\\", code)


def check_digit(digits: str) -> int | None:
    """The GS1 check digit to put behind these digits; None when they are none."""
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    weighted = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return -weighted % 10


@dataclass(frozen=True, slots=True)
class Gtin:
    """A trade item number. `form` is None when the check digit is wrong."""

    form: str | None
    expected_check_digit: int


def gtin(digits: str) -> Gtin | None:
    """What 8, 12, 13 or 14 digits are as a GTIN, without the zeros they may be padded with; None for other texts."""
    if len(digits) not in (8, 12, 13, 14) or not re.fullmatch(r"[0-9]+", digits):
        return None
    bare = digits.lstrip("0")
    # A GTIN-8 keeps its zeros, a GTIN-12 up to three: what is shorter belongs to the longer form.
    size = next(size for size in (8, 12, 13, 14) if len(bare) <= size)
    expected = check_digit(digits[:-1])
    if expected is None or expected != int(digits[-1]):
        return Gtin(None, expected or 0)
    return Gtin(f"GTIN_{size}", expected)


def gs1_elements(code: str) -> dict[str, str] | None:
    """Application identifiers and their values, or None when the code is no GS1 message."""
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    try:
        message = GS1Message.parse(code)
    except (ParseError, ValueError):
        return None
    return {element.ai.ai: element.value for element in message.element_strings}


@dataclass(frozen=True, slots=True)
class Envelope:
    """The first format of an ISO 15434 message. `fields` by data identifier (format 06) or GS1 identifier (05)."""

    form: str
    fields: dict[str, str]


def iso15434(code: str) -> Envelope | None:
    """Reads `[)>` RS, format, GS, fields ..., RS, EOT; None for another text. A lost EOT is forgiven."""
    if not code.startswith(f"[)>{_RS}"):
        return None
    form, _, body = code[4:].removesuffix(_EOT).partition(_RS)[0].partition(_GS)
    if not re.fullmatch(r"[0-9]{2}", form):
        return None
    if form == "05":
        return Envelope(form, gs1_elements(body) or {})
    found = [_DATA_IDENTIFIER.fullmatch(field) for field in body.split(_GS)]
    return Envelope(form, {match[1]: match[2] for match in found if match})
