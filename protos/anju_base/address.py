"""Where to listen or connect: `host:port` as people write it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_FORM = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:\[\]]+)):(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address or host name, and a port (0 = any free one, for tests)."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def is_everywhere(self) -> bool:
        """True for what binds to all interfaces, also in the short forms of the resolver ("0", "0.0")."""
        try:
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return self.host == "*" or not re.sub(r"0x|[0.]", "", self.host.lower())

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """Returns `host:port` or `[v6]:port` taken apart. Raises ValueError that says how it must look."""
    found = _FORM.fullmatch(text)
    if not found or int(found[3]) > 65_535:
        raise ValueError("must be host:port, for example 127.0.0.1:7420")
    return Address(found[1] or found[2], int(found[3]))


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
