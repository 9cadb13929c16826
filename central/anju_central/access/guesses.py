"""Slows down whoever guesses claim codes or passwords, and whoever asks too often, by address. In memory, bounded.

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
FORGET_AFTER_S: Final = 3600.0  # without another wrong guess


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may do: wrong guesses before it is locked out, for how long, and requests."""

    wrong_before_lock: int
    lock_first_s: float
    lock_max_s: float
    rate_per_s: float
    burst: float


CLAIMS: Final = Limits(10, 60.0, 900.0, rate_per_s=20.0, burst=200.0)  # all boxes of a district may come through one


@dataclass(slots=True)
class _Address:
    lock_s: float
    tokens: float
    refilled_s: float
    last_wrong_s: float
    wrong: int = 0
    locked_until_s: float = 0.0


class Guesses:
    """What each address did of late. Times are monotonic seconds."""

    def __init__(self, limits: Limits = CLAIMS) -> None:
        self._limits = limits
        self._addresses: OrderedDict[str, _Address] = OrderedDict()

    def busy_for_s(self, address: str, now_s: float) -> float:
        """Counts a request. Returns 0, or after how many seconds the next one is taken."""
        known = self._of(address, now_s)
        limits = self._limits
        known.tokens = min(limits.burst, known.tokens + (now_s - known.refilled_s) * limits.rate_per_s)
        known.refilled_s = now_s
        if known.tokens >= 1.0:
            known.tokens -= 1.0
            return 0.0
        return (1.0 - known.tokens) / limits.rate_per_s

    def locked_for_s(self, address: str, now_s: float) -> float:
        """Returns for how many more seconds an address is locked out, 0 = not."""
        return max(0.0, self._of(address, now_s).locked_until_s - now_s)

    def wrong(self, address: str, now_s: float) -> float:
        """Counts a wrong code, proof or password. Returns for how long the address is locked out now, 0 = not yet."""
        known = self._of(address, now_s)
        if now_s - known.last_wrong_s > FORGET_AFTER_S:
            known.wrong, known.lock_s = 0, self._limits.lock_first_s
        known.last_wrong_s = now_s
        known.wrong += 1
        if known.wrong >= self._limits.wrong_before_lock and known.locked_until_s <= now_s:
            known.locked_until_s = now_s + known.lock_s
            known.lock_s = min(self._limits.lock_max_s, known.lock_s * 2)
        return max(0.0, known.locked_until_s - now_s)

    def _of(self, address: str, now_s: float) -> _Address:
        key = _network(address)
        fresh = _Address(self._limits.lock_first_s, self._limits.burst, refilled_s=now_s, last_wrong_s=now_s)
        known = self._addresses.pop(key, None) or fresh
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
