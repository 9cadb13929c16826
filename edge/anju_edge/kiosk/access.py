"""Which page may use which route: the one table. What is not in it is denied.

`OPEN`: knows nothing of the community (the page's own files, and the code that it shows). `LOOPBACK`: this machine
alone. Else the kinds of paired pages that may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from anju_edge.kiosk.pairing.paired_page import PageKind


@dataclass(frozen=True, slots=True)
class Access:
    """Who may: nobody, unless one of these says so."""

    is_open: bool = False
    is_loopback: bool = False
    kinds: frozenset[PageKind] = frozenset()


PAGE: Final = "/kiosk/{kiosk}"
OPEN: Final = Access(is_open=True)
LOOPBACK: Final = Access(is_loopback=True)
_ANY: Final = Access(kinds=frozenset(PageKind))
_TOUCHED: Final = Access(kinds=frozenset({PageKind.KIOSK, PageKind.NEIGHBOUR}))
_KIOSK: Final = Access(kinds=frozenset({PageKind.KIOSK}))
_NEIGHBOUR: Final = Access(kinds=frozenset({PageKind.NEIGHBOUR}))

ROUTES: Final[Mapping[tuple[str, str], Access]] = MappingProxyType(
    {
        ("GET", "/kiosk/assets/{name}"): OPEN,
        ("GET", PAGE): OPEN,
        ("GET", f"{PAGE}/"): OPEN,
        ("POST", f"{PAGE}/api/pair"): OPEN,
        ("POST", f"{PAGE}/api/launch"): LOOPBACK,
        ("GET", f"{PAGE}/api/state"): _ANY,
        ("GET", f"{PAGE}/api/events"): _ANY,
        ("POST", f"{PAGE}/api/beat"): _ANY,
        ("POST", f"{PAGE}/api/help"): _TOUCHED,
        ("POST", f"{PAGE}/api/staff"): _KIOSK,
        ("POST", f"{PAGE}/api/check-in"): _KIOSK,
        ("POST", f"{PAGE}/api/undo"): _KIOSK,
        ("POST", f"{PAGE}/api/respond"): _NEIGHBOUR,
        ("GET", "/healthz"): LOOPBACK,
        ("GET", "/metrics"): LOOPBACK,
    }
)
NOBODY: Final = Access()


def access_to(method: str, route: str) -> Access:
    """Returns who may use a route, as it is written in the router (`/kiosk/{kiosk}/api/state`). HEAD is as GET."""
    return ROUTES.get(("GET" if method == "HEAD" else method, route), NOBODY)
