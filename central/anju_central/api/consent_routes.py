"""The routes of consents (PRIVACY V2): given, withdrawn, listed. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.consent_models import (
    ConsentKindName,
    ConsentLineView,
    ConsentListView,
    GiveConsentRequest,
    WithdrawConsentRequest,
    WordingsView,
    WordingView,
)
from anju_central.api.gate import asking
from anju_central.api.people_desk import PeopleDesk, for_purpose, shown
from anju_central.api.people_models import ActedView
from anju_central.api.people_routes import ASKED, CHANGED, PurposeParam, ResidentId
from anju_central.registry.consent_wordings import WORDINGS, wording_of
from anju_central.registry.people.consent_list import list_consents
from anju_central.registry.people.consents import NewConsent, give_consent, withdraw_consent
from anju_central.registry.tables import ConsentChannel, ConsentKind, Language

Asking = Annotated[Caller, Depends(asking)]


def consent_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api")

    @routes.get("/consents/wordings", responses=ASKED)
    async def wordings(_caller: Asking) -> WordingsView:
        """What is read out before somebody consents."""
        return WordingsView(
            wordings=[
                WordingView(kind=one.kind.value, version=one.version, language=one.language.value, text=one.text)
                for one in WORDINGS
            ]
        )

    @routes.get("/consents", responses=ASKED)
    async def consents(
        caller: Asking,
        purpose: PurposeParam,
        community: Annotated[str, Query(max_length=64)],
        kind: ConsentKindName | None = None,
        withdrawn: bool = False,
        before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> ConsentListView:
        """A page of a community's consents, the newest first."""
        rows = await list_consents(
            for_purpose(caller, purpose),
            desk.registry,
            desk.log,
            community,
            kind=ConsentKind(kind) if kind is not None else None,
            withdrawn=withdrawn,
            before=before,
            limit=limit,
        )
        return ConsentListView(consents=[shown(ConsentLineView, row) for row in rows])

    @routes.post("/people/{resident}/consents", responses=CHANGED)
    async def gives(caller: Asking, resident: ResidentId, asked: GiveConsentRequest) -> ActedView:
        """Notes a consent that was given."""
        kind, language = ConsentKind(asked.kind), Language(asked.language)
        wording = wording_of(kind, asked.wording_version, language)
        new = NewConsent(
            kind=kind,
            wording_version=wording.version,
            wording_hash=wording.text_hash,
            language=language,
            channel=ConsentChannel(asked.channel),
            guardian=asked.guardian,
            witness=asked.witness,
        )
        return shown(ActedView, await give_consent(caller, desk.registry, resident, new, desk.now_ms()))

    @routes.post("/people/{resident}/consents/{kind}/withdraw", responses=CHANGED)
    async def withdraws(
        caller: Asking, resident: ResidentId, kind: ConsentKindName, asked: WithdrawConsentRequest
    ) -> ActedView:
        """Notes that a consent was taken back; boxes hear of it at their next contact."""
        channel = ConsentChannel(asked.channel)
        done = await withdraw_consent(caller, desk.registry, resident, ConsentKind(kind), channel, desk.now_ms())
        return shown(ActedView, done)

    return routes
