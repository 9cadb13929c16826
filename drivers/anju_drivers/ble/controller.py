"""The controller's side of the line, for simulators and tests: reports and answers as bytes, commands understood."""

from __future__ import annotations

import struct

from anju_drivers.ble import frames
from anju_drivers.ble.commands import COMMAND
from anju_drivers.ble.frames import AdvertisingReport


def encode_report(report: AdvertisingReport) -> bytes:
    """The event a controller sends for one advertisement: legacy, or extended when the report says so."""
    return encode_reports([report])


def encode_reports(reports: list[AdvertisingReport]) -> bytes:
    """One event with several reports of one sort. Raises `ValueError` when they do not fit in 255 bytes."""
    body = bytearray()
    for report in reports:
        if report.extended:
            body += frames.EXTENDED.pack(
                report.event_type, report.address_type, report.address[::-1], report.primary_phy,
                report.secondary_phy, report.sid, report.tx_power_dbm, report.rssi_dbm, 0, 0, bytes(6),
                len(report.data),
            )  # fmt: skip
            body += report.data
        else:
            body += bytes((report.event_type, report.address_type)) + report.address[::-1]
            body += bytes((len(report.data),)) + report.data + bytes((report.rssi_dbm & 0xFF,))
    kind = frames.LE_EXTENDED_REPORT if reports[0].extended else frames.LE_REPORT
    if len(body) + 2 > 255:
        raise ValueError("the reports do not fit in one event")
    return bytes((frames.EVENT, frames.LE_META, len(body) + 2, kind, len(reports))) + bytes(body)


def encode_command_complete(opcode: int, parameters: bytes = b"\x00") -> bytes:
    """The event that answers a command."""
    return struct.pack("<BBBBH", frames.EVENT, frames.COMMAND_COMPLETE, 3 + len(parameters), 1, opcode) + parameters


class CommandDecoder:
    """The controller's side: host bytes in, (opcode, parameters) out. Bytes that start no command are skipped."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        buffer = self._rest + data
        commands: list[tuple[int, bytes]] = []
        at = 0
        while at < len(buffer):
            if buffer[at] != COMMAND:
                at += 1
                continue
            if len(buffer) < at + 4 or len(buffer) < at + 4 + buffer[at + 3]:
                break
            stop = at + 4 + buffer[at + 3]
            commands.append((buffer[at + 1] | buffer[at + 2] << 8, buffer[at + 4 : stop]))
            at = stop
        self._rest = buffer[at:]
        return commands
