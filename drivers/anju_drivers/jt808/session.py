"""A JT/T 808 terminal's connection: messages to readings and replies."""

from __future__ import annotations

from anju_drivers.bands.presses import PressBook
from anju_drivers.bands.session import DecodedFrame, FramedSession, WallClock, explained_capture
from anju_drivers.driver import Explained
from anju_drivers.jt808.explain import (
    ANSWER,
    AUTH,
    BATCH,
    DATE,
    HEARTBEAT,
    LOCATION,
    LOCATION_ANSWER,
    LOGOUT,
    REGISTER,
    SHORT_BATCH,
    TIME,
    VENDOR_HEARTBEAT,
    ZONE,
    SiteMeanings,
    message_fields,
    read_message,
)
from anju_drivers.jt808.frames import (
    ALTERNATIVE,
    STANDARD,
    DamagedMessage,
    Downlink,
    Message,
    Reassembly,
    Text,
)
from anju_drivers.jt808.stream import FrameDecoder

FAMILY = "jt808"
_OK, _FAILED, _UNSUPPORTED = 0, 1, 3
_ANSWERED = frozenset({HEARTBEAT, VENDOR_HEARTBEAT, ZONE, LOGOUT, AUTH, LOCATION, LOCATION_ANSWER, BATCH, SHORT_BATCH})


class TerminalSession(FramedSession[Message | Text | DamagedMessage]):
    """`site`: what the site says of its terminals. `presses`: what all connections of the listener know of them."""

    def __init__(self, wall: WallClock, site: SiteMeanings | None = None, presses: PressBook | None = None) -> None:
        super().__init__(FrameDecoder())
        self._reassembly, self._downlink = Reassembly(), Downlink()
        self._wall, self._site, self._presses = wall, site or SiteMeanings(), presses or PressBook()

    def decode(self, message: Message | Text | DamagedMessage) -> DecodedFrame:
        if isinstance(message, DamagedMessage):
            return self.damaged(message.reason)
        if isinstance(message, Text):
            return DecodedFrame("", Explained("text of a lock controller, not read", {"bytes": len(message.raw)}))
        identity = message.terminal_id
        fields = message_fields(message)
        if message.is_encrypted:
            self.dropped += 1
            explained = Explained("encrypted message: not supported", fields | {"error": "encrypted"})
            return DecodedFrame(identity, explained, self._downlink.answer(message, _UNSUPPORTED), is_damaged=True)
        body = message.body
        if message.packets:
            whole = self._reassembly.take(message)
            if whole is None:
                part = Explained(f"part {message.number} of {message.packets}", fields)
                return DecodedFrame(identity, part, self._downlink.answer(message))
            body = whole
        presses = self._presses.of(identity)
        explained = read_message(message.msg_id, message.serial, body, f"{FAMILY}:{identity}", self._site, presses)
        result = _result(message, "error" in explained.fields)
        answered = {} if result is None else {"reply_result": result}
        explained = Explained(explained.summary, fields | dict(explained.fields) | answered, explained.readings)
        reply = self._reply(message, result)
        return DecodedFrame(identity, explained, reply, "error" in explained.fields, message.msg_id == LOGOUT)

    def _reply(self, message: Message, result: int | None) -> bytes:
        if message.msg_id == REGISTER:
            return self._downlink.registered(message)
        if message.msg_id == TIME:
            return self._downlink.server_time(message, self._wall())
        if message.msg_id == DATE:
            return self._downlink.server_date(message, self._wall())
        return b"" if result is None else self._downlink.answer(message, result)


def _result(message: Message, is_wrong: bool) -> int | None:
    """The result of the general answer 8001; None for messages that get none, or another one."""
    if message.msg_id in (ANSWER, REGISTER, TIME, DATE):
        return None
    if message.msg_id not in _ANSWERED:
        return _UNSUPPORTED
    return _FAILED if is_wrong else _OK


def explain(data: bytes) -> list[Explained]:
    """Every message of a capture; one that is cut at its end is said as damaged."""
    return explained_capture(TerminalSession(lambda: 0.0), data)


def decode_vector(data: bytes) -> dict[str, object]:
    """One item of `jt808.json` in the vocabulary of its `expect`."""
    framing = {"first_frame_unescaped_hex": _first_frame(data).hex()}
    found = FrameDecoder().feed(data)
    good = [one for one in found if isinstance(one, Message)]
    if good:
        first = good[0]
        explained = read_message(first.msg_id, first.serial, first.body, f"{FAMILY}:{first.terminal_id}")
        return framing | message_fields(first) | dict(explained.fields)
    bad = [one.message for one in found if isinstance(one, DamagedMessage) and one.message is not None]
    return framing | {"event": None, "checksum_ok": None} | (message_fields(bad[0]) if bad else {})


def _first_frame(data: bytes) -> bytes:
    """The first frame with its delimiters, unescaped, whether or not its checksum holds."""
    if data[:1] == b"(":
        return data[: data.find(b")") + 1]
    dialect = ALTERNATIVE if data[:1] == ALTERNATIVE.delimiter else STANDARD
    pieces = [piece for piece in data.split(dialect.delimiter)[1:-1] if piece]
    if not pieces:  # noise before it, and no delimiter at its start
        pieces = data.split(dialect.delimiter)[:1]
    return dialect.delimiter + dialect.plain(pieces[0]) + dialect.delimiter
