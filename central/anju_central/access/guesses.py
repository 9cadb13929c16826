"""Slows down whoever guesses claim codes, and whoever asks too often, by address. In memory, bounded.

A code has 80 bits, so nobody guesses one; this keeps the noise down and tells the operator. An address that is
locked out gets one answer whatever it sends, but for a code that exists with its right proof: behind one address
of a housing estate the technician must not wait for a stranger. The way back is time, a minute at first, 15 at most.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

MAX_ADDRESSES: Final = 4096
WRONG_BEFORE_LOCK: Final = 10
LOCK_FIRST_S: Final = 60.0
LOCK_MAX_S: Final = 900.0
FORGET_AFTER_S: Final = 3600.0  # without another wrong guess
RATE_PER_S: Final = 20.0  # requests of one address; all boxes of a district may come through one
BURST: Final = 200.0


@dataclass(slots=True)
class _Address:
    wrong: int = 0
    locked_until_s: float = 0.0
    lock_s: float = LOCK_FIRST_S
    last_wrong_s: float = 0.0
    tokens: float = BURST
    refilled_s: float = 0.0


class Guesses:
    """What each address did of late. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._addresses: OrderedDict[str, _Address] = OrderedDict()

    def busy_for_s(self, address: str, now_s: float) -> float:
        """Counts a request. Returns 0, or after how many seconds the next one is taken."""
        known = self._of(address, now_s)
        known.tokens = min(BURST, known.tokens + (now_s - known.refilled_s) * RATE_PER_S)
        known.refilled_s = now_s
        if known.tokens >= 1.0:
            known.tokens -= 1.0
            return 0.0
        return (1.0 - known.tokens) / RATE_PER_S

    def locked_for_s(self, address: str, now_s: float) -> float:
        """Returns for how many more seconds an address is locked out, 0 = not."""
        return max(0.0, self._of(address, now_s).locked_until_s - now_s)

    def wrong(self, address: str, now_s: float) -> float:
        """Counts a wrong code or proof. Returns for how long the address is locked out now, 0 = not yet."""
        known = self._of(address, now_s)
        if now_s - known.last_wrong_s > FORGET_AFTER_S:
            known.wrong, known.lock_s = 0, LOCK_FIRST_S
        known.last_wrong_s = now_s
        known.wrong += 1
        if known.wrong >= WRONG_BEFORE_LOCK and known.locked_until_s <= now_s:
            known.locked_until_s = now_s + known.lock_s
            known.lock_s = min(LOCK_MAX_S, known.lock_s * 2)
        return max(0.0, known.locked_until_s - now_s)

    def _of(self, address: str, now_s: float) -> _Address:
        key = _network(address)
        known = self._addresses.pop(key, None) or _Address(refilled_s=now_s, last_wrong_s=now_s)
        self._addresses[key] = known
        while len(self._addresses) > MAX_ADDRESSES:
            self._addresses.popitem(last=False)
        return known


def _network(address: str) -> str:
    """One peer may have all addresses of an IPv6 /64."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    mapped = ip.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((ip, 64), strict=False))
