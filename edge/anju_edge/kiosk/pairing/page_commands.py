"""What the hub may say of pages, and what it is told of them: the same desk as on the box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from anju_edge.commands.runner import CommandRefused, Done, Handler
from anju_edge.kiosk.pairing.desk import PairingDesk, PairingRefused
from anju_edge.kiosk.pairing.page_lines import paired_line, waiting_line
from anju_protos.v1.control_pb2 import PageLine

MOST_LINES: Final = 64  # in a status message, those that wait first


def page_commands(desk: PairingDesk) -> Mapping[str, Handler]:
    """Returns the handlers by kind of command."""

    async def approve(arguments: Mapping[str, str]) -> Done:
        code, kind, label = (arguments.get(name, "") for name in ("code", "kind", "label"))
        try:
            done = await desk.approve(code, kind, label, by="hub")
        except PairingRefused as refused:
            raise _refusal(refused) from None
        page = done.page
        return Done(
            {
                "id": page.id,
                "page": page.page,
                "kind": page.kind,
                "address": page.address,
                "kept": _flag(done.kept),
                "fetched": _flag(done.fetched),
            }
        )

    async def revoke(arguments: Mapping[str, str]) -> Done:
        try:
            page, kept = await desk.revoke(arguments.get("page", ""))
        except PairingRefused as refused:
            raise _refusal(refused) from None
        return Done({"id": page.id, "page": page.page, "kind": page.kind, "kept": _flag(kept)})

    return {"page.approve": approve, "page.revoke": revoke}


def _refusal(refused: PairingRefused) -> CommandRefused:
    if refused.kind is None:
        return CommandRefused(refused.reason)
    return CommandRefused(refused.reason, kind=refused.kind)


def _flag(value: bool) -> str:
    return "yes" if value else ""


def page_messages(desk: PairingDesk) -> Iterator[PageLine]:
    """Yields the pages for a status message, MOST_LINES at the most."""
    waiting = desk.waiting()[:MOST_LINES]
    for one in waiting:
        line = waiting_line(desk, one)
        named = ("page", "kind", "label", "address", "left_s", "why", "formerly")
        yield PageLine(**{name: line[name] for name in named})
    for page in desk.book.pages[: MOST_LINES - len(waiting)]:
        line = paired_line(desk, page)
        known = {name: line[name] for name in ("id", "page", "kind", "label", "address", "since_ms")}
        yield PageLine(**known, seen_ago_s=line["seen_ago_s"])
