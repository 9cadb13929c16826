"""Whose a resolved token is: a card's number by its keyed hash, or one of our own check-in codes by its signature.

The public keys of codes are roster settings, `check_in.key_1` to `check_in.key_255`, 64 hex digits each.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anju_edge.clock import Clock
from anju_edge.roster.roster import Roster

if TYPE_CHECKING:
    from anju_protos.check_in_codes import CheckInCodes

_log = logging.getLogger(__name__)

_CODE = "qr:AJ1"  # scanner's scheme and check_in_codes.PREFIX
_SETTING = "check_in.key_"


@dataclass(frozen=True, slots=True)
class Token:
    """`token_hash` as the roster knows it, empty for what is not taken; `activity` that a code is for.

    `is_old_code`: it is a code of ours whose minutes are over (or not begun), which a look at the phone can mend.
    """

    token_hash: bytes
    activity: str | None = None
    is_old_code: bool = False


class TokenResolver:
    """Reads what cards and codes say. The libraries for codes are loaded when the first code comes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: tuple[str, dict[int, bytes]] | None = None
        self._codes: CheckInCodes | None = None

    def resolve(self, roster: Roster, token: str) -> Token:
        """The token itself does not leave this call."""
        if not token.startswith(_CODE):
            return Token(roster.hash_of(token))
        from anju_protos.check_in_codes import CheckInCodes, Moment, Verdict

        keys = (roster.bundle.community, _keys(roster))
        if self._codes is None or keys != self._keys:
            self._keys, self._codes = keys, CheckInCodes(*keys)
        now = Moment(self._clock.true_ms(), self._clock.stamp().error_ms)
        verdict, code = self._codes.judge(token.removeprefix("qr:"), now)
        if code is None or verdict not in (Verdict.GOOD, Verdict.TIME_UNKNOWN):
            _log.info("a check-in code was not taken: %s", verdict)
            return Token(b"", is_old_code=verdict in (Verdict.EXPIRED, Verdict.NOT_YET))
        # With the date unknown the kiosk lets staff choose the session: nobody is turned away and nothing is guessed.
        return Token(code.token_hash, code.activity or None)


def _keys(roster: Roster) -> dict[int, bytes]:
    found = {}
    for name, value in roster.bundle.settings.items():
        number = name.removeprefix(_SETTING)
        if number == name:
            continue
        try:
            key = bytes.fromhex(value)
        except ValueError:
            key = b""
        if number.isdecimal() and 0 < int(number) < 256 and len(key) == 32:
            found[int(number)] = key
    return found
