"""What systemd is told: readiness, state, signs of life. Source: sd_notify(3), one datagram for each message."""

from __future__ import annotations

import os
import socket


def sd_notify(state: str) -> bool:
    """Sends `READY=1`, `WATCHDOG=1`, `STATUS=...`. False when systemd did not start us or cannot be reached."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return False
    address = f"\0{path[1:]}" if path.startswith("@") else path
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.sendto(state.encode(), socket.MSG_DONTWAIT, address)
    except OSError:
        return False
    return True


def watchdog_s() -> float | None:
    """The watchdog's limit in seconds if systemd watches this very process, else None."""
    limit_us, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not limit_us.isdecimal() or (pid and pid != str(os.getpid())):
        return None
    return int(limit_us) / 1_000_000
