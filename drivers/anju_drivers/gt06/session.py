"""A GT06 tracker's connection. The id comes with the login and belongs to the connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from anju_drivers.bands.presses import PressBook
from anju_drivers.bands.session import (
    UNIDENTIFIED,
    DecodedFrame,
    FramedSession,
    WallClock,
    alarms_only,
    explained_capture,
)
from anju_drivers.driver import Explained, Reason
from anju_drivers.framing.resync import Rejected
from anju_drivers.gt06 import topin
from anju_drivers.gt06.explain import login_fields, message_fields, read_message
from anju_drivers.gt06.frames import END, UNCHECKED_TYPES, FrameDecoder, Message, encode, encode_ack, encode_unchecked
from anju_drivers.gt06.layout import LAYOUTS
from anju_drivers.gt06.report import (
    COMMAND_ANSWERS,
    HEARTBEAT,
    LOCAL_TIME,
    LOGIN,
    STATUS,
    TIME,
    is_time,
    read_login,
)

FAMILY = "gt06"
_READ = frozenset({STATUS, HEARTBEAT, *LAYOUTS})  # types whose messages are events
_ID_BYTES, _TIME_BYTES = 8, 6


class TrackerSession(FramedSession[Message | Rejected[Message]]):
    """`codes`: a site's own meanings of the alarm byte (None: no alarm); they go before the built-in ones.

    `offset_min`: how far the trackers' clocks are ahead of UTC, for all of their messages; None: by the login, and only
    for the types that the protocol has in local time. `presses`: what all connections of the listener know of them.
    """

    def __init__(
        self,
        codes: Mapping[int, Reason | None] | None = None,
        wall: WallClock = lambda: 0.0,
        offset_min: int | None = None,
        presses: PressBook | None = None,
    ) -> None:
        super().__init__(FrameDecoder())
        self._codes, self._wall, self._offset_min = codes or {}, wall, offset_min
        self._presses = presses or PressBook()
        self._identity = ""
        self._id = b""
        self._login_offset_min = 0

    def decode(self, message: Message | Rejected[Message]) -> DecodedFrame:
        if isinstance(message, Rejected):
            return self.damaged(message.reason)
        if message.type == LOGIN:
            login = read_login(message.content)
            if login is None:
                return self.damaged("login without an id")
            self._identity, self._login_offset_min = login.imei, login.tz_offset_min or 0
            self._id = message.content[:_ID_BYTES]
            explained = Explained("login", message_fields(message) | login_fields(message))
            return DecodedFrame(self._identity, explained, self._reply(message))
        identity = self._identity or UNIDENTIFIED
        plain = self._without_id(message)
        offset_min, presses = self._offset_of(message.type), self._presses.of(identity)
        explained = read_message(plain, f"{FAMILY}:{identity}", offset_min, self._codes, presses)
        if not self._identity:  # data before the login is dropped, but never a cry for help
            explained = alarms_only(explained, "before the login")
        return DecodedFrame(identity, explained, self._reply(message), is_damaged="error" in explained.fields)

    def _offset_of(self, kind: int) -> int:
        if self._offset_min is not None:
            return self._offset_min
        return self._login_offset_min if kind in LOCAL_TIME else 0

    def _without_id(self, message: Message) -> Message:
        """Some models put the id of the login in front of the content, perhaps behind a byte, and the time twice."""
        if not self._id:
            return message
        for start in (0, 1):
            if message.content[start : start + _ID_BYTES] == self._id:
                content = message.content[start + _ID_BYTES :]
                is_twice = is_time(content) and is_time(content[_TIME_BYTES:])
                return replace(message, content=content[_TIME_BYTES:] if is_twice else content)
        return message

    def _reply(self, message: Message) -> bytes:
        """The tracker's own type and serial, whatever it said: a type without an answer is sent again and again."""
        if message.type in COMMAND_ANSWERS:
            return b""
        if message.crc_ok is None:
            return self._unchecked_reply(message)
        if message.type == TIME:
            now = datetime.fromtimestamp(self._wall(), UTC)
            moment = bytes([now.year % 100, now.month, now.day, now.hour, now.minute, now.second])
            return encode(TIME, moment, message.serial)
        return encode_ack(message)

    def _unchecked_reply(self, message: Message) -> bytes:
        """Only what wants one: a type that is sent back by itself may be an order, such as to restart."""
        if message.type == LOGIN:
            return b"xx\x01\x01\r\n"
        if message.type in (topin.STATUS, topin.SOS):
            return message.raw
        if message.type == topin.TIME:
            now = datetime.fromtimestamp(self._wall(), UTC)
            fields = bytes([now.month, now.day, now.hour, now.minute, now.second])
            return b"xx\x08\x30" + now.year.to_bytes(2, "big") + fields + END
        if message.type in UNCHECKED_TYPES | topin.LISTS | topin.PLACES:  # the answer repeats its time
            return encode_unchecked(message.type, message.content[:_TIME_BYTES])
        return b""


def explain(data: bytes) -> list[Explained]:
    """Every message of a capture; one that is cut at its end is said as damaged."""
    return explained_capture(TrackerSession(), data)


def decode_vector(data: bytes) -> dict[str, object]:
    """One item of `gt06.json` in the vocabulary of its `expect`; no login is needed for that."""
    found = FrameDecoder().feed(data)
    good = [one for one in found if isinstance(one, Message)]
    rejected = [one.frame for one in found if isinstance(one, Rejected) and one.frame is not None]
    first = next(iter(good or rejected), None)
    if first is None:  # neither length nor checksum holds: the end mark is all there is to go by
        end = data.find(END) + len(END)
        return {"event": None, "error": "no frame", "first_frame_hex": data[:end].hex(), "rest_hex": data[end:].hex()}
    start = data.find(first.raw)
    framing = {"first_frame_hex": first.raw.hex(), "rest_hex": data[start + len(first.raw) :].hex()}
    if not good:
        return framing | message_fields(first) | {"event": None}
    if first.type == LOGIN:
        return framing | message_fields(first) | login_fields(first)
    explained = read_message(first, f"{FAMILY}:decode")
    is_read = "error" not in explained.fields and first.type in _READ
    return framing | dict(explained.fields) | {"event": explained.summary if is_read else None}
