"""What the box keeps of a page that was approved, and what a page is that it does not know."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LABEL_CHARS: Final = 40
LOOPBACK: Final = "loopback"


class PageKind(StrEnum):
    """What a page is for; it follows from the role of the screen in the configuration."""

    KIOSK = "kiosk"
    NEIGHBOUR = "neighbour"
    BOARD = "board"  # is looked at and never touched

    @staticmethod
    def of_role(role: str) -> PageKind:
        """Returns the kind of a screen with this role."""
        return {"responder": PageKind.NEIGHBOUR, "board": PageKind.BOARD}.get(role, PageKind.KIOSK)


class Unknown(StrEnum):
    """Why a page is not served."""

    NEW = "new"  # it shows no key, or one that no list of this box ever had
    MOVED = "moved"  # its key is good, but it asks from another address than the one that was approved
    REVOKED = "revoked"
    OTHER_KIND = "other_kind"  # its key is good for another page, or this screen has another role since


@dataclass(frozen=True, slots=True)
class PairedPage:
    """One page that was approved.

    `page` is the name in the configuration, `address` the one that it is bound to (`LOOPBACK` for the box's own
    screen), `label` what whoever approved it wrote: a place, never a person. `by` is "box", or "hub". Times are UTC
    milliseconds, 0 where the box did not know the date.
    """

    id: str
    page: str
    kind: PageKind
    address: str
    key_hash: str
    label: str = ""
    by: str = "box"
    since_ms: int = 0
    seen_ms: int = 0

    @property
    def is_own_screen(self) -> bool:
        """Whether it is on the box's own screen."""
        return self.address == LOOPBACK


def hash_of(key: str) -> str:
    """Returns what is kept of a key: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def fits(key: str, page: PairedPage) -> bool:
    """Compares in a time that tells nothing."""
    return hmac.compare_digest(hash_of(key), page.key_hash)


def address_of(remote: str | None) -> str:
    """Returns a peer's address as pages are bound to it: all of loopback is one place, IPv4 in IPv6 is IPv4."""
    try:
        address = ipaddress.ip_address((remote or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return LOOPBACK if address.is_loopback else str(address)
