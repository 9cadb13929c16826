"""HCI over a serial line (H4): a Bluetooth controller's bytes in, advertising reports out.

Sources: Bluetooth Core 5.4, volume 4, part A (UART transport: packet indicators) and part E (7.7:
events). The line has no checksum, so a frame counts only when its event is one we expect and its inner lengths add up
exactly; otherwise one byte is skipped and the search goes on from the next.
"""

from __future__ import annotations

import struct
from typing import NamedTuple, TypeAlias

EVENT = 0x04
COMMAND_COMPLETE, COMMAND_STATUS, HARDWARE_ERROR, LE_META = 0x0E, 0x0F, 0x10, 0x3E
LE_REPORT, LE_EXTENDED_REPORT = 0x02, 0x0D
MAX_FRAME_BYTES = 3 + 255
RSSI_UNKNOWN = 127

_GROUPS = frozenset({0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x08, 0x3F})  # OGFs that exist; no-op, vendor

_LEGACY_HEAD, _LEGACY_TAIL = 9, 1
_EXTENDED_HEAD = 24
_MAX_REPORTS = 25  # Core 7.7.65.2: Num_Reports 0x01-0x19
EXTENDED = struct.Struct("<HB6sBBBbbHB6sB")
_WAIT, _NO_FRAME = -1, 0


class AdvertisingReport(NamedTuple):
    """One advertisement as heard: the sender's bytes and how strong they came.

    `address` is in the order people write it. `event_type` is Core's code (0 ADV_IND ... 4 SCAN_RSP), for an extended
    report its bit field. `rssi_dbm` 127 means that the controller does not know it. A tuple, because a receiver makes
    thousands a second.
    """

    address: bytes
    address_type: int
    event_type: int
    data: bytes
    rssi_dbm: int
    extended: bool = False
    primary_phy: int = 1
    secondary_phy: int = 0
    sid: int = 0xFF
    tx_power_dbm: int = 127

    @property
    def more_to_come(self) -> bool:
        """The controller cut a long advertisement in pieces, and this is not the last."""
        return self.extended and self.event_type & 0x60 == 0x20


class CommandComplete(NamedTuple):
    """The controller did a command. `parameters` begin with its status, 0 = done."""

    opcode: int
    credits: int
    parameters: bytes

    @property
    def status(self) -> int | None:
        return self.parameters[0] if self.parameters else None


class CommandStatus(NamedTuple):
    opcode: int
    status: int


class HardwareError(NamedTuple):
    """The controller stumbled; it wants a reset."""

    code: int


HciEvent: TypeAlias = AdvertisingReport | CommandComplete | CommandStatus | HardwareError


class HciDecoder:
    """Receiver bytes in, events out. Never raises, holds at most one frame (258 bytes) between calls.

    `frames` counts what was understood, `skipped` the bytes that belonged to no frame.
    """

    def __init__(self) -> None:
        self._rest = b""
        self.frames = 0
        self.skipped = 0

    @property
    def pending(self) -> int:
        """Bytes of an unfinished frame."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[HciEvent]:
        """Events that are complete with these bytes. How a stream was cut into calls makes no difference."""
        buffer = self._rest + data if self._rest else data
        at, end = 0, len(buffer)
        events: list[HciEvent] = []
        while at < end:
            if buffer[at] != EVENT:
                found = buffer.find(b"\x04", at)
                next_at = end if found < 0 else found
                self.skipped += next_at - at
                at = next_at
                continue
            size = _frame_size(buffer, at, end)
            if size > 0:
                self.frames += 1
                _append_events(events, buffer, at, at + size)
                at += size
            elif size == _NO_FRAME:
                self.skipped += 1
                at += 1
            else:
                break
        self._rest = buffer[at:]
        return events

    def idle(self) -> list[HciEvent]:
        """The line fell silent: what was taken for the head of a frame was none. Finds what it hid."""
        events: list[HciEvent] = []
        while self._rest:
            buffer, self._rest = self._rest[1:], b""
            self.skipped += 1
            events += self.feed(buffer)
        return events


def _frame_size(buffer: bytes, at: int, end: int) -> int:
    """Whole size of the frame at `at`, 0 when there is none, -1 when more bytes must tell."""
    have = end - at
    if have < 3:
        if have == 2 and buffer[at + 1] not in (LE_META, COMMAND_COMPLETE, COMMAND_STATUS, HARDWARE_ERROR):
            return _NO_FRAME
        return _WAIT
    code, length = buffer[at + 1], buffer[at + 2]
    size = 3 + length
    if code == LE_META:
        return _report_size(buffer, at, end, size)
    if code == COMMAND_COMPLETE:
        opcode_at = at + 4
        plausible = length >= 3
    elif code == COMMAND_STATUS:
        opcode_at = at + 5
        plausible = length == 4
    else:
        return _NO_FRAME if code != HARDWARE_ERROR or length != 1 else size if have >= size else _WAIT
    if not plausible:
        return _NO_FRAME
    if end < opcode_at + 2:
        return _WAIT
    if buffer[opcode_at + 1] >> 2 not in _GROUPS or buffer[opcode_at - 1] > 64:  # credits a controller really grants
        return _NO_FRAME
    return size if have >= size else _WAIT


def _report_size(buffer: bytes, at: int, end: int, size: int) -> int:
    if size < 5 + _LEGACY_HEAD + _LEGACY_TAIL:
        return _NO_FRAME
    if end < at + 4:
        return _WAIT
    kind = buffer[at + 3]
    if kind == LE_REPORT:
        head, tail, most_event, most_address = _LEGACY_HEAD, _LEGACY_TAIL, 4, 3
    elif kind == LE_EXTENDED_REPORT:
        head, tail, most_event, most_address = _EXTENDED_HEAD, 0, 0xFF, 0xFF
    else:
        return _NO_FRAME
    if end < at + 5:
        return _WAIT
    reports = buffer[at + 4]
    if not 1 <= reports <= _MAX_REPORTS:
        return _NO_FRAME
    stop, here = at + size, at + 5
    for _ in range(reports):
        if here + head + tail > stop:
            return _NO_FRAME
        if here + head > end:
            return _WAIT
        if buffer[here] > most_event or buffer[here + (1 if tail else 2)] > most_address:
            return _NO_FRAME
        here += head + buffer[here + head - 1] + tail
        if here > stop:
            return _NO_FRAME
    if here != stop:
        return _NO_FRAME
    return size if stop <= end else _WAIT


def _append_events(events: list[HciEvent], buffer: bytes, at: int, stop: int) -> None:
    code = buffer[at + 1]
    if code == LE_META:
        here = at + 5
        legacy = buffer[at + 3] == LE_REPORT
        while here < stop:
            if legacy:
                data_at = here + _LEGACY_HEAD
                data_end = data_at + buffer[data_at - 1]
                rssi = buffer[data_end]
                events.append(
                    AdvertisingReport(
                        buffer[here + 7 : here + 1 : -1],
                        buffer[here + 1],
                        buffer[here],
                        buffer[data_at:data_end],
                        rssi - 256 if rssi > 127 else rssi,
                    )
                )
                here = data_end + _LEGACY_TAIL
            else:
                event_type, address_type, address, primary, secondary, sid, power, rssi, _, _, _, size = (
                    EXTENDED.unpack_from(buffer, here)
                )
                data_at = here + _EXTENDED_HEAD
                events.append(
                    AdvertisingReport(
                        address[::-1],
                        address_type,
                        event_type,
                        buffer[data_at : data_at + size],
                        rssi,
                        True,
                        primary,
                        secondary,
                        sid,
                        power,
                    )
                )
                here = data_at + size
    elif code == COMMAND_COMPLETE:
        events.append(
            CommandComplete(buffer[at + 4] | buffer[at + 5] << 8, buffer[at + 3], bytes(buffer[at + 6 : stop]))
        )
    elif code == COMMAND_STATUS:
        events.append(CommandStatus(buffer[at + 5] | buffer[at + 6] << 8, buffer[at + 3]))
    else:
        events.append(HardwareError(buffer[at + 3]))


class Reassembler:
    """Joins the pieces of extended advertisements that a controller reports in parts.

    Holds at most 32 unfinished senders of at most 1650 bytes (Core: the longest advertising data); the oldest goes
    first. Reports that are whole pass through.
    """

    MAX_SENDERS, MAX_BYTES = 32, 1650

    def __init__(self) -> None:
        self._parts: dict[tuple[bytes, int], bytes] = {}

    def add(self, report: AdvertisingReport) -> AdvertisingReport | None:
        """The whole advertisement, or None while pieces are missing."""
        if not report.extended:
            return report
        sender = (report.address, report.sid)
        before = self._parts.pop(sender, b"")
        if report.more_to_come:
            if len(before) + len(report.data) <= self.MAX_BYTES:
                if len(self._parts) >= self.MAX_SENDERS:
                    del self._parts[next(iter(self._parts))]
                self._parts[sender] = before + report.data
            return None
        return report._replace(data=before + report.data) if before else report


def is_static(address: bytes, address_type: int) -> bool:
    """Whether the address stays the device's own: public, or random static (its two top bits set).

    Other random addresses change every few minutes (phones, some bands) and name nobody. Core volume 6, part B, 1.3.
    """
    return address_type in (0, 2) or (address_type in (1, 3) and address[0] >= 0xC0)
