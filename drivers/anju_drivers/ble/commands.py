"""What the host sends down the line: the commands that turn a Bluetooth controller into a receiver.

Source: Bluetooth Core 5.4, volume 4, part E, 7.3 and 7.8.
"""

from __future__ import annotations

import struct
from typing import Final

COMMAND = 0x01
# Opcodes: OGF << 10 | OCF.
RESET, SET_EVENT_MASK, READ_BD_ADDR = 0x0C03, 0x0C01, 0x1009
LE_SET_EVENT_MASK, LE_SET_SCAN_PARAMETERS, LE_SET_SCAN_ENABLE = 0x2001, 0x200B, 0x200C
# Zephyr's own: nRF controllers have no public address, their static one stands in the chip (hci_vs.h of Zephyr).
ZEPHYR_READ_STATIC_ADDRESSES = 0xFC09


def command(opcode: int, parameters: bytes = b"") -> bytes:
    """One command packet."""
    return struct.pack("<BHB", COMMAND, opcode, len(parameters)) + parameters


def command_opcode(packet: bytes) -> int:
    return packet[1] | packet[2] << 8


SCAN_UNITS: Final = 1.6  # units of 0.625 ms in a millisecond


def scan_enable(enable: bool = True) -> bytes:
    """Starts or stops scanning. Duplicate filtering stays off: a filter would hide an advertisement that changes."""
    return command(LE_SET_SCAN_ENABLE, bytes((int(enable), 0)))


def read_identity() -> list[bytes]:
    """The questions that make a controller say which one it is."""
    return [command(READ_BD_ADDR), command(ZEPHYR_READ_STATIC_ADDRESSES)]


def identity(opcode: int, parameters: bytes) -> bytes | None:
    """The controller's own address, in the order people write it, from an answer to `read_identity`; else None.

    No address of only zeros or ones counts: controllers that have none say so.
    """
    if opcode == READ_BD_ADDR and len(parameters) >= 7 and parameters[0] == 0:
        address = parameters[6:0:-1]
    elif opcode == ZEPHYR_READ_STATIC_ADDRESSES and len(parameters) >= 8 and parameters[0] == 0 and parameters[1]:
        address = parameters[7:1:-1]
    else:
        return None
    return address if any(address) and address != b"\xff" * 6 else None


def start_scanning(*, active: bool, interval_ms: int, window_ms: int) -> list[bytes]:
    """The commands that turn a controller into a receiver, in order: send the next when one is complete."""
    parameters = struct.pack(
        "<BHHBB", int(active), round(interval_ms * SCAN_UNITS), round(window_ms * SCAN_UNITS), 0, 0
    )
    return [
        command(RESET),
        command(SET_EVENT_MASK, bytes.fromhex("ffffffffffff1f20")),  # the default and LE meta events (bit 61)
        command(LE_SET_EVENT_MASK, bytes.fromhex("1f10000000000000")),  # the default and extended reports (bit 12)
        command(LE_SET_SCAN_PARAMETERS, parameters),
        scan_enable(),
    ]
