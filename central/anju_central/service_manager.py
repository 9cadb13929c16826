"""What systemd is told: readiness, state, and signs of life. Source: sd_notify(3), one datagram for each message."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> bool:
    """Sends a state such as `READY=1`. Returns False when no service manager listens."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.setblocking(False)
        try:
            channel.sendto(state.encode(), "\0" + path[1:] if path[0] == "@" else path)
        except OSError:
            return False
    return True


def watchdog_interval_s() -> float | None:
    """Returns how often a sign of life is due (half the limit), None when nobody watches this process."""
    limit_us = os.environ.get("WATCHDOG_USEC", "")
    meant = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(limit_us) / 2_000_000 if meant and limit_us.isdecimal() else None
