"""Pages of boxes at the console: who waits, who is paired, and the yes or no to them. Everything as a caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from anju_central.access.caller import RIGHTS, Caller, Right
from anju_central.api.page_models import (
    ApprovePageRequest,
    PageDoneView,
    PageRefusalCode,
    PagesView,
    PageView,
    WaitingPageView,
)
from anju_central.api.views.incidents import iso
from anju_central.control.commands import BoxAway, BoxCommands, NoAnswer, TooManyCommands
from anju_central.live.contact import ContactTracker
from anju_central.registry.errors import UnknownBox
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries.boxes import list_boxes
from anju_central.registry.queries.page_trail import PageAction, record_page
from anju_protos.v1.control_pb2 import BoxStatus, CommandAnswer, PageLine

LOOPBACK: Final = "loopback"
MESSAGES: Final[Mapping[PageRefusalCode, str]] = {
    "box-away": "the box is not connected: nothing was sent; approve on the box, or wait",
    "no-answer": "the box did not answer in time: look at the list whether it was done",
    "busy": "too many commands wait for this box: try again in a moment",
    "malformed_code": "it takes the 8 digits that stand on the page",
    "unknown_code": "no page of this box shows these digits: see whether new ones have come",
    "same_code_twice": "two pages show these digits: wait for new ones",
    "other_kind": "the page with these digits is of another kind",
    "too_many_wrong": "too many wrong digits: wait a minute",
    "full": "too many pages are paired with this box: revoke one first",
    "unknown_page": "the box has no such page any more",
    "label": "a label has at most 40 characters",
    "expired": "it took the box too long: try again",
    "unknown_kind": "this box is too old for it: update it, or approve on the box",
    "refused": "the box refuses",
}


class PageRefused(Exception):
    """What was asked was not done, or nobody knows whether it was."""

    def __init__(self, code: PageRefusalCode, kind: str = "") -> None:
        super().__init__(MESSAGES[code])
        self.code: PageRefusalCode = code
        self.kind = kind


@dataclass(slots=True)
class PageDesk:
    """Composed by the hub. Methods raise NotAllowed, UnknownBox, RegistryUnavailable, and PageRefused."""

    link: RegistryLink
    contacts: ContactTracker
    commands: BoxCommands
    now_ms: Callable[[], int]

    async def pages(self, caller: Caller, box: str) -> PagesView:
        """Returns the pages of a box, as it last said."""
        await self._known(caller, box)
        contact = self.contacts.of(box)
        said = contact.status if contact is not None else None
        status = said if said is not None else BoxStatus()
        return PagesView(
            box=box,
            is_known=said is not None,
            is_connected=contact is not None and "control" in contact.channels,
            said_at=iso(contact.status_ms) if contact is not None else None,
            may_manage=Right.MANAGE_BOXES in RIGHTS[caller.role],
            paired=[_paired(line) for line in status.pages if line.id],
            waiting=[_waiting(line) for line in status.pages if not line.id],
        )

    async def approve(self, caller: Caller, box: str, asked: ApprovePageRequest) -> PageDoneView:
        """Pairs the page of a box that shows this code."""
        arguments = {"code": asked.code, "kind": asked.kind, "label": asked.label.strip()}
        return await self._do(caller, box, "page.approve", arguments)

    async def revoke(self, caller: Caller, box: str, page: str) -> PageDoneView:
        """Puts a page out at once."""
        return await self._do(caller, box, "page.revoke", {"page": page})

    async def _do(self, caller: Caller, box: str, action: PageAction, arguments: Mapping[str, str]) -> PageDoneView:
        caller.require(Right.MANAGE_BOXES)
        await self._known(caller, box)
        try:
            answer = await self.commands.ask(box, action, arguments)
        except BoxAway:
            raise PageRefused("box-away") from None
        except NoAnswer:
            await record_page(
                caller, self.link.registry, box, action, "nobody knows whether it was done", self.now_ms()
            )
            raise PageRefused("no-answer") from None
        except TooManyCommands:
            raise PageRefused("busy") from None
        if not answer.done:
            raise _refusal(answer)
        told = answer.details
        detail = f"{told['page']} {told['kind']} {told['id']}"[:200]
        await record_page(caller, self.link.registry, box, action, detail, self.now_ms())
        return PageDoneView(
            id=told["id"],
            page=told["page"],
            kind=told["kind"],
            kept=bool(told["kept"]),
            fetched=bool(told["fetched"]),
        )

    async def _known(self, caller: Caller, box: str) -> None:
        if not await list_boxes(caller, self.link.registry, [box]):
            raise UnknownBox(box)


def _refusal(answer: CommandAnswer) -> PageRefused:
    code = next((known for known in MESSAGES if known == answer.refused), None)
    return PageRefused(code or "refused", answer.details["kind"])


def _paired(line: PageLine) -> PageView:
    return PageView(
        id=line.id,
        page=line.page,
        kind=line.kind,
        label=line.label,
        address=line.address,
        own_screen=line.address == LOOPBACK,
        since=iso(line.since_ms) if line.since_ms > 0 else None,
        seen_ago_s=line.seen_ago_s if line.HasField("seen_ago_s") else None,
    )


def _waiting(line: PageLine) -> WaitingPageView:
    return WaitingPageView(
        page=line.page, kind=line.kind, address=line.address, label=line.label, left_s=line.left_s, why=line.why
    )
