"""The pages as lists show them. A code is in no list: whoever approves a page has somebody before it who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # JSON

from anju_edge.kiosk.pairing.desk import PairingDesk
from anju_edge.kiosk.pairing.paired_page import PairedPage
from anju_edge.kiosk.pairing.waiting_pages import WaitingPage


def page_lines(desk: PairingDesk) -> dict[str, Any]:
    """Returns `paired` and `waiting` as JSON values."""
    return {
        "paired": [paired_line(desk, page) for page in desk.book.pages],
        "waiting": [waiting_line(desk, one) for one in desk.waiting()],
    }


def paired_line(desk: PairingDesk, page: PairedPage) -> Mapping[str, Any]:
    """`seen_ago_s` None = not since it was paired; `since_ms` 0 = the box did not know the date."""
    return {
        "id": page.id,
        "page": page.page,
        "kind": page.kind.value,
        "label": page.label,
        "address": page.address,
        "by": page.by,
        "since_ms": page.since_ms,
        "seen_ago_s": desk.book.seen_ago_s(page),
    }


def waiting_line(desk: PairingDesk, one: WaitingPage) -> Mapping[str, Any]:
    """`formerly`: what it was paired as, when its address changed."""
    before = desk.book.get(one.formerly)
    return {
        "page": one.page,
        "kind": one.kind.value,
        "address": one.address,
        "left_s": desk.left_s(one),
        "why": one.why.value,
        "formerly": one.formerly,
        "label": before.label if before is not None else "",
    }
