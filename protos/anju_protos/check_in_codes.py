"""Our own check-in codes: what a resident's phone shows as a QR code, good for one community and a few minutes.

The hub signs, boxes check with public keys alone: a box that is carried away cannot make codes. A code names no person;
it holds the keyed hash of one of the resident's tokens, as the roster does, so a box needs nothing new to know whose it
is. The text is upper-case base32, which a QR code packs densely.

    AJ1 + base32 of: version 1, key number, issued s (4), lifetime s (2), nonce (8), token hash (16), activity,
    signature (64)

The signature (Ed25519) covers all before it, and the community, which is not sent along. Expiry is judged by what the
box knows of the time, not by its wall clock: see `Moment`. Any other text is an unknown token.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "AJ1"
LIFETIME_MAX_S = 15 * 60
ERROR_MAX_MS = 5 * 60_000  # a box that knows the time worse than this cannot judge a code of a few minutes
USED_MAX = 4096
TOKEN_HASH_BYTES = 16
_HEAD = struct.Struct(">BBIH8s16s")
_VERSION = 1
_SIGNATURE_BYTES = 64
_ACTIVITY_MAX = 32
_CONTEXT = b"anju check-in code\0"


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `activity` empty = any session. `token_hash` is the roster's hash of a token of the resident."""

    key_number: int
    issued_s: int
    lifetime_s: int
    nonce: bytes
    token_hash: bytes
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, as far as the box knows: corrected UTC and its error bound. `true_ms` None = the date is unknown."""

    true_ms: int | None
    error_ms: int = 0


class Verdict(StrEnum):
    """GOOD; NOT_OURS: any other text, or a wrong signature, so an unknown token; the rest are ours and say why not."""

    GOOD = "good"
    NOT_OURS = "not_ours"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    TIME_UNKNOWN = "time_unknown"  # genuine, but the box cannot judge its age: staff choose the session
    OTHER_SESSION = "other_session"
    USED = "used"


def is_code(text: str) -> bool:
    """Whether a text looks like one of our codes; says nothing of its being genuine."""
    return text.startswith(PREFIX)


def issue(
    key: Ed25519PrivateKey,
    key_number: int,
    community: str,
    token_hash: bytes,
    issued_s: int,
    lifetime_s: int = 120,
    activity: str = "",
) -> str:
    """A fresh code. Times are UTC seconds. Raises `ValueError` for what does not fit the format."""
    if not 1 <= lifetime_s <= LIFETIME_MAX_S:
        raise ValueError(f"lifetime_s: must be 1 to {LIFETIME_MAX_S}")
    if len(token_hash) != TOKEN_HASH_BYTES:
        raise ValueError(f"token_hash: must have {TOKEN_HASH_BYTES} bytes")
    label = activity.encode("ascii")
    if len(label) > _ACTIVITY_MAX:
        raise ValueError(f"activity: more than {_ACTIVITY_MAX} characters")
    body = _HEAD.pack(_VERSION, key_number, issued_s, lifetime_s, secrets.token_bytes(8), token_hash) + label
    signed = body + key.sign(_CONTEXT + community.encode() + b"\0" + body)
    return PREFIX + base64.b32encode(signed).decode("ascii").rstrip("=")


class CheckInCodes:
    """Checks the codes of one community. `keys`: number -> public key (32 bytes); several while a key is replaced.

    Remembers which codes were used for which session, as many as the last 4096; codes live for minutes only, and what a
    restart forgets is still one check-in, since a resident counts once per session.
    """

    def __init__(self, community: str, keys: Mapping[int, bytes]) -> None:
        """Raises `ValueError` for a key that is none."""
        self._context = _CONTEXT + community.encode() + b"\0"
        self._keys = {number: Ed25519PublicKey.from_public_bytes(key) for number, key in keys.items()}
        self._used: OrderedDict[tuple[bytes, str], None] = OrderedDict()

    def read(self, text: str) -> Code | None:
        """The code in a scanned text if it is genuine, whatever its age; None for any other text. Never raises."""
        signed = _unpack(text)
        if signed is None:
            return None
        body, signature = signed[:-_SIGNATURE_BYTES], signed[-_SIGNATURE_BYTES:]
        version, number, issued_s, lifetime_s, nonce, token_hash = _HEAD.unpack_from(body)
        key = self._keys.get(number)
        if version != _VERSION or key is None or not 1 <= lifetime_s <= LIFETIME_MAX_S:
            return None
        try:
            key.verify(signature, self._context + body)
            activity = body[_HEAD.size :].decode("ascii")
        except (InvalidSignature, UnicodeDecodeError):
            return None
        return Code(number, issued_s, lifetime_s, nonce, token_hash, activity)

    def judge(self, text: str, now: Moment, session: str = "") -> tuple[Verdict, Code | None]:
        """What to make of a scanned text. `session` names the session it is for, such as `calligraphy 2026-03-01`.

        An error bound works for the resident: a code is refused only when it is too old, or too young, for certain.
        """
        code = self.read(text)
        if code is None:
            return Verdict.NOT_OURS, None
        if code.activity and session and session.partition(" ")[0] != code.activity:
            return Verdict.OTHER_SESSION, code
        if session and (code.nonce, session) in self._used:
            return Verdict.USED, code
        if now.true_ms is None or now.error_ms > ERROR_MAX_MS:
            return Verdict.TIME_UNKNOWN, code
        if now.true_ms - now.error_ms > (code.issued_s + code.lifetime_s) * 1000:
            return Verdict.EXPIRED, code
        if now.true_ms + now.error_ms < code.issued_s * 1000:
            return Verdict.NOT_YET, code
        return Verdict.GOOD, code

    def use(self, code: Code, session: str) -> None:
        """The code has checked somebody in: it does not do so again for this session."""
        self._used[code.nonce, session] = None
        while len(self._used) > USED_MAX:
            self._used.popitem(last=False)


def _unpack(text: str) -> bytes | None:
    """The signed bytes of a text in our form, None for any other."""
    if not is_code(text) or len(text) > 260:
        return None
    digits = text[len(PREFIX) :]
    try:
        signed = base64.b32decode(digits + "=" * (-len(digits) % 8))
    except (binascii.Error, ValueError):
        return None
    extra = len(signed) - _HEAD.size - _SIGNATURE_BYTES
    if not 0 <= extra <= _ACTIVITY_MAX or base64.b32encode(signed).decode("ascii").rstrip("=") != digits:
        return None  # one code has one text: other spellings of the last bits are none
    return signed
