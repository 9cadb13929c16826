"""A code that no table here knows: news for staff, never an emergency and never nothing.

All drivers say it the same way: as the `detail` of a `StateReading`, which begins with `unknown code`. It goes the way
of every state of a device, to the box's list and to the hub, and rings nowhere. A site that learns what the code means
writes it into its driver's table (`alarm_codes`, `alarm_bits`, `paired`).
"""

from __future__ import annotations

from anju_drivers.driver import StateReading

UNKNOWN = "unknown code"


def unknown_detail(*codes: str) -> str:
    """The detail for codes such as `alarm 7b`; empty when there is none."""
    return f"{UNKNOWN} {', '.join(codes)}" if codes else ""


def unknown_code(device: str, *codes: str, device_time_ms: int | None = None) -> StateReading:
    """A state that says nothing but this."""
    return StateReading(device, detail=unknown_detail(*codes), device_time_ms=device_time_ms)
