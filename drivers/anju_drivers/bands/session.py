"""What the drivers of bands that dial in share: one decoded frame, and the session that knows whose it is.

No I/O. A driver's `frames.py` cuts the bytes; its `session.py` makes of each one a `DecodedFrame`; `server.py` hands
readings to the box and replies to the device.
"""

from __future__ import annotations

import hashlib
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from anju_drivers.driver import AlarmReading, Explained, PositionFix, Reading, Reason
from anju_drivers.framing.explained_stream import ExplainedStream, Finder
from anju_drivers.options import Options

BURST_S = 60.0  # a band repeats what was not answered
STATE_BURST_S = 1800.0  # a state that every report repeats, such as "battery low", is one alarm while it lasts
UNIDENTIFIED = "unidentified"
EMERGENCIES = frozenset({Reason.SOS, Reason.FALL, Reason.PANIC, Reason.GENERAL, Reason.CALL_BUTTON})

_Frame = TypeVar("_Frame")

WallClock = Callable[[], float]  # seconds since 1970, UTC


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """One frame: what it says and what the device is to hear of it.

    `identity` is the device's own id, empty for a frame of nobody. `reply` is sent at once, or after the commit where
    `explained` holds an alarm. `is_damaged`: counted as an error. `ends`: the device takes its leave.
    """

    identity: str
    explained: Explained
    reply: bytes = b""
    is_damaged: bool = False
    ends: bool = False


class BandSession(Protocol):
    """A connection's bytes in, decoded frames out; the same for every chunking. Never raises; memory stays bounded."""

    @property
    def dropped(self) -> int: ...

    @property
    def is_incomplete(self) -> bool: ...

    def feed(self, data: bytes) -> list[DecodedFrame]: ...


class FramedSession(ABC, Generic[_Frame]):
    """A session over a frame decoder: a driver's `decode` says what one frame means. `dropped` counts damaged ones."""

    def __init__(self, frames: Finder[_Frame]) -> None:
        self._frames = frames
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return self._frames.is_incomplete

    def feed(self, data: bytes) -> list[DecodedFrame]:
        return [self.decode(frame) for frame in self._frames.feed(data)]

    @abstractmethod
    def decode(self, frame: _Frame) -> DecodedFrame:
        """What one frame says."""

    def damaged(self, reason: str) -> DecodedFrame:
        """A frame that cannot be trusted."""
        self.dropped += 1
        return DecodedFrame("", _damaged(reason), is_damaged=True)


def _damaged(reason: str) -> Explained:
    return Explained(f"damaged frame: {reason}", {"error": reason})


def explained_frames(session: BandSession) -> ExplainedStream[DecodedFrame]:
    """A session as `DriverSpec.decoder`; `reply_hex` is what a band that is known would hear, at time 0."""
    return ExplainedStream(session, _with_reply)


def _with_reply(decoded: DecodedFrame) -> Explained:
    explained = decoded.explained
    if not decoded.reply:
        return explained
    return Explained(explained.summary, {**explained.fields, "reply_hex": decoded.reply.hex()}, explained.readings)


def explained_capture(session: BandSession, data: bytes) -> list[Explained]:
    """Every frame of a capture; one that is cut at its end is said as damaged."""
    found = explained_frames(session).feed(data)
    return [*found, _damaged("cut at the end of the capture")] if session.is_incomplete else found


def alarms_only(explained: Explained, why: str) -> Explained:
    """What is left of a frame that is not believed otherwise: a cry for help is never dropped."""
    alarms = tuple(one for one in explained.readings if isinstance(one, AlarmReading))
    return Explained(f"{explained.summary}, {why}", explained.fields, alarms)


def press_of(*parts: bytes) -> bytes:
    """Eight bytes that stand for one press: equal parts, equal press."""
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        digest.update(len(part).to_bytes(4, "big") + part)
    return digest.digest()


def alarm(
    device: str,
    reasons: Iterable[Reason],
    identity: bytes,
    *,
    is_state: bool = False,
    counter: int | None = None,
    battery_pct: int | None = None,
    position: PositionFix | None = None,
    device_time_ms: int | None = None,
    receiver: str = "",
    rssi_dbm: int | None = None,
) -> AlarmReading:
    """An alarm of a band, all of its reasons in one reading.

    `identity` tells this press from the next. With `is_state` the frame only repeats how the device is: then reasons
    that call nobody to run (battery low, outside a fence) are one alarm for as long as the reports go on.
    """
    known = frozenset(reasons)
    lasting = is_state and not known & EMERGENCIES
    return AlarmReading(
        device=device,
        reasons=known,
        press=b"state" if lasting else identity,
        burst_window_s=STATE_BURST_S if lasting else BURST_S,
        counter=None if lasting else counter,
        battery_pct=battery_pct,
        position=position,
        device_time_ms=device_time_ms,
        receiver=receiver,
        rssi_dbm=rssi_dbm,
    )


def has_fix(is_valid: bool, latitude: float | None, longitude: float | None) -> bool:
    """Whether a position may move a person: said to be valid, on this planet, and not the (0, 0) of no fix."""
    if not is_valid or latitude is None or longitude is None:
        return False
    if not (math.isfinite(latitude) and math.isfinite(longitude)) or (latitude == 0 and longitude == 0):
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180


def utc_ms(moment: datetime | None, offset_min: int = 0) -> int | None:
    """Milliseconds since 1970 of a device's clock that is `offset_min` ahead of UTC."""
    if moment is None:
        return None
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000) - offset_min * 60_000


def moment(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    """A device's date and time, or None where there is no such moment."""
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def iso_z(time_ms: int | None) -> str | None:
    """`2025-05-17T21:41:18Z`."""
    if time_ms is None:
        return None
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def reason_table(table: Options, key: str, low: int, high: int) -> dict[int, Reason | None]:
    """A site's own meaning of codes: `{"11" = "general", "3" = "none"}`. Raises `DriverConfigError` with the key."""
    found: dict[int, Reason | None] = {}
    for code, name in table.table(key).items():
        try:
            number = int(code, 0)
        except ValueError as error:
            raise table.fail(f"{key}.{code}", "the code must be a number such as 18 or 0x12") from error
        if not low <= number <= high:
            raise table.fail(f"{key}.{code}", f"the code must be from {low} to {high}")
        if name == "none":
            found[number] = None
        elif isinstance(name, str) and name in set(Reason):
            found[number] = Reason(name)
        else:
            raise table.fail(f"{key}.{code}", f"must be none or one of {', '.join(Reason)}")
    return found


def vector_input(item: Mapping[str, object]) -> bytes:
    """The bytes of a vector item. Raises `ValueError` on an item without them."""
    text, digits = item.get("input_text"), item.get("input_hex")
    if isinstance(digits, str):
        return bytes.fromhex(digits)
    if isinstance(text, str):
        return text.encode("utf-8")
    raise ValueError("input_text or input_hex is needed")


_BODY_C = (25.0, 45.0)  # of a living person; a watch that could not measure sends 0, 1 or the room's temperature


def body_temperature(temperature_c: float | None) -> float | None:
    """A body temperature, or None for what cannot be one."""
    return temperature_c if temperature_c is not None and _BODY_C[0] <= temperature_c <= _BODY_C[1] else None


def readings_of(alarm_reading: AlarmReading | None, *others: Reading | None) -> tuple[Reading, ...]:
    """The alarm first: it overtakes what else the frame says."""
    return tuple(one for one in (alarm_reading, *others) if one is not None)
