"""What "Add a box" does: boxes with their state now, codes, and the ends of boxes. Everything as a caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import segno

from anju_central.access.caller import RIGHTS, Caller, Right
from anju_central.access.claim_maker import ClaimMaker
from anju_central.api.box_models import (
    AddBoxRequest,
    AddCommunityRequest,
    CodeView,
    CommunityView,
    RegisteredBoxesView,
    RegisteredBoxView,
)
from anju_central.api.page_desk import PageDesk
from anju_central.api.views.incidents import iso
from anju_central.live.contact import ContactTracker
from anju_central.live.roster_states import RosterStates
from anju_central.registry.errors import UnknownBox
from anju_central.registry.labels import Labels
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries.boxes import BoxRow, add_box, list_boxes, retire_box, revoke_box
from anju_central.registry.queries.communities import add_community, list_communities

QUIET_ZONE = 4  # ISO/IEC 18004, section 5.3.8: modules of white around a QR code


@dataclass(slots=True)
class BoxDesk:
    """Composed by the hub. Methods raise NotAllowed, RegistryRefused, RegistryUnavailable, ClaimsUnavailable."""

    link: RegistryLink
    contacts: ContactTracker
    labels: Labels
    claims: ClaimMaker
    now_ms: Callable[[], int]
    pages: PageDesk
    rosters: RosterStates

    async def all(self, caller: Caller) -> RegisteredBoxesView:
        """Returns the caller's boxes and communities."""
        rows = await list_boxes(caller, self.link.registry)
        sites = await list_communities(caller, self.link.registry)
        named = [(site.community, self.labels.of(site.community).name) for site in sites]
        return RegisteredBoxesView(
            now=_iso(self.now_ms()),
            may_manage=Right.MANAGE_BOXES in RIGHTS[caller.role],
            boxes=[self._view(row) for row in rows],
            communities=[CommunityView(community=site, name_zh=name.zh, name_en=name.en) for site, name in named],
        )

    def _view(self, row: BoxRow) -> RegisteredBoxView:
        name = self.labels.of(row.community).name
        contact = self.contacts.of(row.box)
        counts = row.claim_ends_ms is not None and row.claim_locked_ms is None and row.claim_ends_ms > self.now_ms()
        return RegisteredBoxView(
            box=row.box,
            community=row.community,
            name_zh=name.zh,
            name_en=name.en,
            state=row.state.value,
            streaming=contact is not None and bool(contact.channels),
            replaces=row.replaces,
            replaced_by=row.replaced_by,
            made_at=_iso(row.made_ms),
            claimed_at=iso(row.claimed_ms),
            streamed_at=iso(row.streamed_ms),
            tested_at=iso(row.tested_ms),
            out_at=iso(row.revoked_ms or row.retired_ms),
            code_ends_at=iso(row.claim_ends_ms) if counts else None,
            code_locked=row.claim_locked_ms is not None,
            certificate_ends_at=iso(row.certificate_to_ms),
        )

    async def _one(self, caller: Caller, box: str) -> BoxRow:
        rows = await list_boxes(caller, self.link.registry, [box])
        if not rows:
            raise UnknownBox(box)
        return rows[0]

    async def add_community(self, caller: Caller, asked: AddCommunityRequest) -> CommunityView:
        """Adds a site."""
        names = (asked.name_zh.strip() or asked.community, asked.name_en.strip() or asked.community)
        await add_community(caller, self.link.registry, asked.community, *names, self.now_ms())
        await self.link.poll()  # its name is shown from now on
        return CommunityView(community=asked.community, name_zh=names[0], name_en=names[1])

    async def add(self, caller: Caller, asked: AddBoxRequest) -> RegisteredBoxView:
        """Adds a box that has no key yet."""
        await add_box(caller, self.link.registry, asked.box, asked.community, self.now_ms(), asked.replaces)
        return self._view(await self._one(caller, asked.box))

    async def code(self, caller: Caller, box: str) -> CodeView:
        """Makes a code for a box; it is shown this once and kept nowhere."""
        caller.require(Right.MANAGE_BOXES)
        row = await self._one(caller, box)
        claim = await self.claims.make(caller, box, row.replaces)
        name = self.labels.of(row.community).name
        return CodeView(
            box=box,
            community=row.community,
            name_zh=name.zh,
            name_en=name.en,
            replaces=row.replaces,
            groups=list(claim.code_groups),
            qr_text=claim.qr_text,
            qr_image=segno.make(claim.qr_text, micro=False, error="m").svg_data_uri(scale=4, border=QUIET_ZONE),
            ends_at=_iso(claim.ends_ms),
        )

    async def retire(self, caller: Caller, box: str) -> RegisteredBoxView:
        """Takes a box out of service in good order."""
        await retire_box(caller, self.link.registry, box, self.now_ms())
        return self._view(await self._one(caller, box))

    async def revoke(self, caller: Caller, box: str) -> RegisteredBoxView:
        """Makes a lost or stolen box's key dead, at once."""
        await revoke_box(caller, self.link.registry, box, self.now_ms())
        return self._view(await self._one(caller, box))


def _iso(ms: int) -> str:
    return iso(ms) or ""
