"""Whether this machine's date is known to be right: the kernel's word, or systemd-timesyncd's.

Retention asks it: with a date that nobody keeps right nothing is removed (PRIVACY V5).
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Final

STA_UNSYNC: Final = 0x0040  # linux/timex.h
TIMESYNC_FLAG: Final = Path("/run/systemd/timesync/synchronized")


class _Timex(ctypes.Structure):
    """The beginning of `struct timex` of adjtimex(2), up to what is read here."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def is_synchronised() -> bool:
    """Whether something keeps the clock right. With `modes` 0 the call changes nothing."""
    timex = _Timex()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(ctypes.byref(timex)) >= 0 and not timex.status & STA_UNSYNC:
        return True
    return TIMESYNC_FLAG.exists()
