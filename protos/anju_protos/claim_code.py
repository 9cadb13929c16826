"""Claim codes: what a technician scans, types or hears, and what makes a box trust a hub and a hub trust a box, once.

A code holds a version, a random secret of 80 bits, and the **pin**: the first 100 bits of the SHA-256 of the private
root's public key (SPKI, RFC 5280 section 4.1.2.7). The secret never crosses a line: a box proves that it knows it by an
HMAC (RFC 2104, SHA-256) over its request and the hub's nonce, and only after the pin was found right.

Three forms, the same code:

    typed  482913-004417-...            12 groups of 6 digits, see `format_groups`
    QR     ANJU1/482913004417.../HUB.EXAMPLE:7421
    file   lines that begin with # are for people, one line is the QR form

**Only digits**, since they are read aloud the same way everywhere and typed on any pad: no 0/O, 1/I/L, B/8, 5/S to tell
apart, no letters for an input method to turn into words, and in Chinese no E (yi) beside 1, no C (xi) beside 7, no B
beside 8 and P. Read digit by digit, 1 as yao (幺): 零 幺 二 三 四 五 六 七 八 九. What is typed by mistake for a digit
(O, I, L, Z, S, B, full-width forms) and what a dictation writes (Chinese numerals) is understood as the digit.

**Check.** The number of six digits of the group at place i (from 0) leaves i when divided by 13. 13 is a prime, and
10 has the order 6 to it (10^k mod 13 for k = 0..5 are six different numbers): so a wrong digit changes the remainder,
so does any swap of two digits of a group, and a group in another's place shows whose place it has. Ten more bits are a
check over the whole, for what passes by luck or is put together from two codes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from anju_base.address import Address, parse_address

VERSION: Final = 1
GROUPS: Final = 12
GROUP_DIGITS: Final = 6
DIGITS: Final = GROUPS * GROUP_DIGITS
SECRET_BYTES: Final = 10
PIN_BITS: Final = 100
TEXT_MAX: Final = 4096  # characters of a code in any form, the words around it in a file included
QR_PREFIX: Final = "ANJU1/"

_MODULUS: Final = 13
_RADIX: Final = 10**GROUP_DIGITS // _MODULUS  # numbers of six digits with one remainder: 76,923, 16.2 bits
_CHECK_BITS: Final = 10
_SECRET_BITS: Final = 8 * SECRET_BYTES
_VERSION_BITS: Final = 4
_SEPARATORS: Final = frozenset(" \t\r\n-.,_/·、，。–—")
# Typed for a digit, or written by a dictation. 洞 幺 两 拐 勾 are how 0 1 2 7 9 are called over radio and telephone.
_SAME: Final = str.maketrans("OoDIiLl|ZzSsBb零〇○洞一幺二两三四五六七八九拐勾", "0001111122558800001122345678979")
_ANY_PREFIX: Final = re.compile(r"ANJU(\d{1,3})/", re.IGNORECASE)


class CodeFault(StrEnum):
    """What is wrong with a text that should be a code. Stable: they stand in documents and logs."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTER = "character"  # something that is no digit
    COUNT = "count"  # not 72 digits
    GROUP = "group"  # some groups are wrong
    ORDER = "order"  # all groups are right, some stand in the wrong place
    WHOLE = "whole"  # every group is right for itself, together they are no code
    VERSION = "version"  # of a later version
    HUB = "hub"  # the hub's address behind it is none


class ClaimCodeError(ValueError):
    """A text is no claim code. `groups`: places (from 1) to look at; zh and en: a sentence with what to do next."""

    def __init__(self, fault: CodeFault, zh: str, en: str, groups: tuple[int, ...] = ()) -> None:
        super().__init__(f"{zh} · {en}")
        self.fault = fault
        self.zh = zh
        self.en = en
        self.groups = groups


@dataclass(frozen=True, slots=True)
class ClaimCode:
    """A code. `secret`: 10 bytes, never shown in a repr; `pin`: `pin_of` the root's public key; `hub`: host and port of
    the enrolment listener, None where the code does not say."""

    secret: bytes = field(repr=False)
    pin: int
    hub: Address | None = None

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise ValueError(f"secret: must have {SECRET_BYTES} bytes")
        if not 0 <= self.pin < 1 << PIN_BITS:
            raise ValueError(f"pin: must have {PIN_BITS} bits")

    @property
    def claim_id(self) -> str:
        """Names the claim at the hub, see `claim_id_of`."""
        return claim_id_of(self.proof_key)

    @property
    def proof_key(self) -> bytes:
        """Key of the proof, 32 bytes; what the hub keeps, since the secret itself is shown once and not stored."""
        return _derived(b"anju claim proof", self.secret)


def new_code(root_spki: bytes, hub: Address | None = None) -> ClaimCode:
    """A fresh code for the hub whose private root has this public key (DER SubjectPublicKeyInfo)."""
    return ClaimCode(secrets.token_bytes(SECRET_BYTES), pin_of(root_spki), hub)


def pin_of(root_spki: bytes) -> int:
    """The pin of a root's public key (DER SubjectPublicKeyInfo): the first 100 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(root_spki).digest(), "big") >> (256 - PIN_BITS)


def claim_id_of(proof_key: bytes) -> str:
    """What a claim is called on the line, 32 hex digits; gives neither the key of its proof nor the secret away."""
    return _derived(b"anju claim id", proof_key)[:16].hex()


def proof_of(proof_key: bytes, csr_der: bytes, nonce: bytes) -> bytes:
    """What shows that whoever sends this request (PKCS #10, DER) knows the code; 32 bytes, good for one nonce."""
    body = len(nonce).to_bytes(2, "big") + nonce + csr_der
    return hmac.digest(proof_key, b"anju claim proof 1" + body, "sha256")


def format_groups(code: ClaimCode) -> list[str]:
    """The twelve groups of six digits. The hub's address is not in them."""
    number = _number(code)
    places = []
    for place in range(GROUPS - 1, -1, -1):
        number, value = divmod(number, _RADIX)
        places.append(f"{value * _MODULUS + place:0{GROUP_DIGITS}d}")
    return places[::-1]


def typed_text(code: ClaimCode) -> str:
    """The groups with hyphens between them, one line."""
    return "-".join(format_groups(code))


def qr_text(code: ClaimCode) -> str:
    """The text of the QR code: upper case, so that a QR code packs it densely. Raises ValueError without a hub."""
    if code.hub is None:
        raise ValueError("hub: the QR form names the hub's address")
    return f"{QR_PREFIX}{''.join(format_groups(code))}/{code.hub}".upper()


def file_text(code: ClaimCode, note: str = "") -> str:
    """The file form; `note`: lines for people, such as which box it is for. Raises ValueError without a hub."""
    words = [
        "安居网关登记码：只能用一次，请当作钥匙保管",
        "Anju claim code: good once, keep it like a key",
        *note.splitlines(),
    ]
    return "".join(f"# {line}\n" for line in words) + f"{qr_text(code)}\n"


def parse(text: str) -> ClaimCode:
    """The code in a text of any of the three forms. Raises ClaimCodeError, and nothing else, for any other text."""
    if len(text) > TEXT_MAX:
        raise ClaimCodeError(CodeFault.TOO_LONG, "这不是登记码，太长了", "this is no claim code, it is too long")
    lines = (line.strip() for line in unicodedata.normalize("NFKC", text).lstrip("\ufeff").splitlines())
    said = " ".join(line for line in lines if line and not line.startswith("#"))
    if not said:
        raise ClaimCodeError(CodeFault.EMPTY, "登记码是空的", "the claim code is empty")
    prefix = _ANY_PREFIX.match(said)
    if prefix is None:
        return _parse_digits(said, None)
    if int(prefix[1]) != VERSION:
        raise _too_new()
    digits, _, hub = said[prefix.end() :].partition("/")
    return _parse_digits(digits, _parse_hub(hub))


def _parse_hub(text: str) -> Address | None:
    if not text:
        return None
    try:
        hub = parse_address(text.strip().lower())
    except ValueError:
        hub = None
    if hub is None or not hub.port or any(not 32 < ord(sign) < 127 for sign in hub.host):
        zh = "登记码里的中心地址不对，请改用 --hub 地址:端口"
        raise ClaimCodeError(CodeFault.HUB, zh, "the hub's address in the code is wrong; give --hub host:port instead")
    return hub


def _parse_digits(text: str, hub: Address | None) -> ClaimCode:
    groups = _groups(text)
    remainders = [int(group) % _MODULUS for group in groups]
    wrong = [place for place, remainder in enumerate(remainders) if remainder != place]
    if wrong:
        raise _wrong_groups(wrong, remainders)
    number = 0
    for place, group in enumerate(groups):
        number = number * _RADIX + (int(group) - place) // _MODULUS
    check = number & (1 << _CHECK_BITS) - 1
    body = number >> _CHECK_BITS
    if check != _check(body):
        zh = "每一组都对，合起来不是一个登记码：可能混了两个码，请从头再输"
        en = "each group is right, together they are no code: were two codes mixed? Type it again from the start"
        raise ClaimCodeError(CodeFault.WHOLE, zh, en)
    if body >> _SECRET_BITS + PIN_BITS != VERSION:
        raise _too_new()
    secret = (body >> PIN_BITS) & (1 << _SECRET_BITS) - 1
    return ClaimCode(secret.to_bytes(SECRET_BYTES, "big"), body & (1 << PIN_BITS) - 1, hub)


def _groups(text: str) -> list[str]:
    """The twelve groups of a text. Says what is no digit, and where digits are missing or too many."""
    parts = "".join(" " if sign in _SEPARATORS else sign for sign in text.translate(_SAME)).split()
    before = 0
    for part in parts:
        for sign in part:
            if sign not in "0123456789":
                place = min(before // GROUP_DIGITS + 1, GROUPS)
                zh = f"第 {place} 组里有不是数字的字符，登记码只有数字"
                en = f"group {place} has a character that is no digit; a claim code has digits only"
                raise ClaimCodeError(CodeFault.CHARACTER, zh, en, (place,))
            before += 1
    if before == DIGITS and (len(parts) != GROUPS or all(len(part) == GROUP_DIGITS for part in parts)):
        digits = "".join(parts)
        return [digits[start : start + GROUP_DIGITS] for start in range(0, DIGITS, GROUP_DIGITS)]
    place = _first_odd(parts)
    zh = f"应有 {DIGITS} 位数字（{GROUPS} 组，每组 {GROUP_DIGITS} 位），这里有 {before} 位；请看第 {place} 组"
    en = f"{DIGITS} digits are needed ({GROUPS} groups of {GROUP_DIGITS}), here are {before}; look at group {place}"
    raise ClaimCodeError(CodeFault.COUNT, zh, en, (place,))


def _first_odd(parts: list[str]) -> int:
    """The place (from 1) where digits are missing or too many: the first group that is not right as it stands."""
    if len(parts) > 1:
        groups = parts
    else:
        digits = "".join(parts)
        groups = [digits[start : start + GROUP_DIGITS] for start in range(0, len(digits), GROUP_DIGITS)]
    for place, group in enumerate(groups[:GROUPS]):
        if len(group) != GROUP_DIGITS or int(group) % _MODULUS != place:
            return place + 1
    return min(len(groups) + 1, GROUPS)


def _wrong_groups(wrong: list[int], remainders: list[int]) -> ClaimCodeError:
    """Says which groups to look at; groups that only changed places are told from wrong ones."""
    shown = tuple(place + 1 for place in wrong)
    names_zh, names_en = "、".join(map(str, shown)), ", ".join(map(str, shown))
    if sorted(remainders) == list(range(GROUPS)) and len(wrong) > 1:
        zh = f"第 {names_zh} 组的位置换错了，请对照原码的顺序"
        en = f"groups {names_en} stand in each other's places; compare their order with the code"
        return ClaimCodeError(CodeFault.ORDER, zh, en, shown)
    if len(wrong) == 1:
        zh, en = f"第 {names_zh} 组有错，其余都对", f"group {names_en} is wrong, the others are right"
    else:
        zh, en = f"第 {names_zh} 组有错，请重新核对", f"groups {names_en} are wrong; compare them again"
    return ClaimCodeError(CodeFault.GROUP, zh, en, shown)


def _too_new() -> ClaimCodeError:
    zh = "这个登记码的版本比网关程序新，请先更新网关"
    return ClaimCodeError(CodeFault.VERSION, zh, "this code is of a later version than this box: update the box first")


def _number(code: ClaimCode) -> int:
    body = (VERSION << _SECRET_BITS | int.from_bytes(code.secret, "big")) << PIN_BITS | code.pin
    return body << _CHECK_BITS | _check(body)


def _check(body: int) -> int:
    size = (_VERSION_BITS + _SECRET_BITS + PIN_BITS + 7) // 8
    if body.bit_length() > 8 * size:
        return -1  # larger than any code: no check fits
    return int.from_bytes(_derived(b"anju claim check", body.to_bytes(size, "big"))[:2], "big") >> 16 - _CHECK_BITS


def _derived(what: bytes, of: bytes) -> bytes:
    return hashlib.sha256(what + b"\0" + of).digest()
