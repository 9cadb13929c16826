"""The routes of people, below /api/people. Who may call which: `gate_table.py`; what a purpose sees:
`registry/fields_by_purpose.py`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded, says
from anju_central.api.box_models import RegistryRefusal
from anju_central.api.gate import asking
from anju_central.api.models import Refusal
from anju_central.api.numbers import Before, InPath
from anju_central.api.people_desk import PeopleDesk, for_purpose, shown
from anju_central.api.people_models import (
    ActedView,
    FoundView,
    HistoryEntryView,
    HistoryView,
    LookUpsView,
    LookUpView,
    OrderName,
    PeopleListView,
    PeopleRefusal,
    PersonLineView,
    PersonView,
    PurposeName,
    StateName,
)
from anju_central.api.people_requests import (
    ContactsRequest,
    EditRequest,
    EraseRequest,
    LeaveRequest,
    LookRequest,
    MergeRequest,
    MoveInRequest,
    MoveRequest,
    NoteRequest,
    SearchRequest,
    UndoRequest,
)
from anju_central.registry.people.editing import Edit, NewContact, add_note, edit_person, set_contacts
from anju_central.registry.people.erasing import erase
from anju_central.registry.people.life_events import NewResident, move_in, move_out, move_within, note_death
from anju_central.registry.people.look_ups import who_looked_at
from anju_central.registry.people.merging import merge, split
from anju_central.registry.people.record import ListOrder, list_people, person
from anju_central.registry.people.search import search
from anju_central.registry.people.undoing import history, undo_action
from anju_central.registry.tables import BirthExactness, NoteKind, ResidentState, Sex

Asking = Annotated[Caller, Depends(asking)]
ResidentId = Annotated[str, Path(max_length=64)]
PurposeParam = Annotated[PurposeName, Query(description="What for; asked once per task, and shown while it lasts")]
Incident = Annotated[str | None, Query(max_length=64)]
WHY_INVALID = "What was asked does not fit, or is not allowed now"
ASKED: dict[int | str, dict[str, object]] = {
    403: says(PeopleRefusal | RegistryRefusal | Refusal),
    404: says(PeopleRefusal | RegistryRefusal),
    422: says(PeopleRefusal | Refusal, WHY_INVALID),
    503: says(PeopleRefusal | RegistryRefusal),
}
CHANGED: dict[int | str, dict[str, object]] = ASKED | {
    409: says(PeopleRefusal | RegistryRefusal),
    413: says(Refusal, "Content Too Large"),  # RFC 9110; Python 3.12's name is an older one
}


def people_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api/people")
    _reads(routes, desk)
    _life_events(routes, desk)
    _mending(routes, desk)
    return routes


def _reads(routes: APIRouter, desk: PeopleDesk) -> None:
    @routes.post("/search", responses=CHANGED)
    async def search_people(caller: Asking, asked: SearchRequest) -> FoundView:
        """Finds people by name, pinyin, initials, the end of a phone number, flat or band. Changes nothing: it is
        no GET since what is typed would stand in the address, and with it in logs of proxies and in histories.
        """
        asker = for_purpose(caller, asked.purpose)
        about = desk.about(asker, asked.incident)
        found = await search(
            asker,
            desk.registry,
            desk.log,
            asked.text,
            desk.now_ms(),
            limit=asked.limit,
            with_left=asked.with_left,
            community=asked.community,
            incident=about.incident if about is not None else None,
            reason=asked.reason,
        )
        return shown(FoundView, found)

    @routes.get("", responses=ASKED)
    async def people(
        caller: Asking,
        purpose: PurposeParam,
        community: Annotated[str, Query(max_length=64)],
        state: StateName = "present",
        by: OrderName = "name",
        with_band: bool | None = None,
        after: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> PeopleListView:
        """A page of a community's people in an order, those after resident `after`."""
        lines = await list_people(
            for_purpose(caller, purpose),
            desk.registry,
            desk.log,
            community,
            state=ResidentState(state),
            by=ListOrder(by),
            with_band=with_band,
            after=after or None,
            limit=limit,
        )
        return PeopleListView(people=[shown(PersonLineView, line) for line in lines])

    @routes.get("/{resident}", responses=ASKED)
    async def one_person(
        caller: Asking,
        purpose: PurposeParam,
        resident: ResidentId,
        incident: Incident = None,
    ) -> PersonView:
        """A record, as far as the purpose sees it."""
        return await look(caller, purpose, resident, incident, "")

    @routes.post("/{resident}/look", responses=CHANGED)
    async def one_person_with_a_reason(caller: Asking, resident: ResidentId, asked: LookRequest) -> PersonView:
        """The same with a reason, which stands in the log of look-ups. Changes nothing."""
        return await look(caller, asked.purpose, resident, asked.incident, asked.reason)

    async def look(caller: Caller, purpose: str, resident: str, incident: str | None, reason: str) -> PersonView:
        asker = for_purpose(caller, purpose)
        about = desk.about(asker, incident)
        found = await person(
            asker, desk.registry, desk.log, resident, desk.numbers, desk.now_ms(), about=about, reason=reason
        )
        return shown(PersonView, found)

    @routes.get("/{resident}/history", responses=ASKED)
    async def one_history(caller: Asking, purpose: PurposeParam, resident: ResidentId) -> HistoryView:
        """What was done to a record, the newest first."""
        entries = await history(for_purpose(caller, purpose), desk.registry, desk.log, resident)
        return HistoryView(entries=[shown(HistoryEntryView, entry) for entry in entries])

    @routes.get("/{resident}/look-ups", responses=ASKED)
    async def looks(caller: Asking, resident: ResidentId, before: Before = None) -> LookUpsView:
        """Who looked at somebody."""
        rows = await who_looked_at(caller, desk.registry, desk.log, resident, before)
        return LookUpsView(look_ups=[shown(LookUpView, row) for row in rows])


def _life_events(routes: APIRouter, desk: PeopleDesk) -> None:
    @routes.post("", responses=CHANGED)
    async def moves_in(caller: Asking, asked: MoveInRequest) -> ActedView:
        """Somebody moves in."""
        new = NewResident(
            name=asked.name,
            flat=asked.flat,
            sex=Sex(asked.sex) if asked.sex else None,
            born_on=asked.born_on,
            birth_exactness=BirthExactness(asked.birth_exactness) if asked.birth_exactness else None,
            id_number=asked.id_number,
            phones=tuple(asked.phones),
            archive_no=asked.archive_no,
            of_its_own=asked.of_its_own,
            is_head=asked.is_head,
            came_from=asked.came_from,
        )
        done = await move_in(caller, desk.registry, asked.community, new, desk.numbers, desk.today(), desk.now_ms())
        return shown(ActedView, done)

    @routes.post("/{resident}/move", responses=CHANGED)
    async def moves(caller: Asking, resident: ResidentId, asked: MoveRequest) -> ActedView:
        """Somebody moves to another flat of the community."""
        done = await move_within(
            caller,
            desk.registry,
            resident,
            asked.flat,
            desk.now_ms(),
            of_its_own=asked.of_its_own,
            whole_household=asked.whole_household,
        )
        return shown(ActedView, done)

    @routes.post("/{resident}/leave", responses=CHANGED)
    async def leaves(caller: Asking, resident: ResidentId, asked: LeaveRequest) -> ActedView:
        """Somebody has moved out, or died: off the box at its next contact."""
        if asked.why == "died":
            return shown(ActedView, await note_death(caller, desk.registry, resident, asked.died_on, desk.now_ms()))
        return shown(ActedView, await move_out(caller, desk.registry, resident, desk.now_ms()))

    @routes.post("/actions/{action}/undo", responses=CHANGED)
    async def undoes(caller: Asking, action: InPath, asked: UndoRequest) -> ActedView:
        """Takes an action back whole, or says what came after it."""
        number = await undo_action(caller, desk.registry, action, desk.now_ms(), asked.reason)
        return ActedView(action=number, resident=None)


def _mending(routes: APIRouter, desk: PeopleDesk) -> None:
    @routes.post("/{resident}/edit", responses=CHANGED)
    async def edits(caller: Asking, resident: ResidentId, asked: EditRequest) -> ActedView:
        """Changes fields of a record that nobody changed meanwhile."""
        edit = Edit(
            version=asked.version,
            name=asked.name,
            sex=Sex(asked.sex) if asked.sex else None,
            born_on=asked.born_on,
            birth_exactness=BirthExactness(asked.birth_exactness) if asked.birth_exactness else None,
            id_number=asked.id_number,
            phones=tuple(asked.phones) if asked.phones is not None else None,
            archive_no=asked.archive_no,
            is_head=asked.is_head,
        )
        done = await edit_person(caller, desk.registry, resident, edit, desk.numbers, desk.today(), desk.now_ms())
        return shown(ActedView, done)

    @routes.post("/{resident}/contacts", responses=CHANGED)
    async def contacts(caller: Asking, resident: ResidentId, asked: ContactsRequest) -> ActedView:
        """Who is called for somebody, in this order."""
        new = [NewContact(one.relation, one.other, one.name, one.phone) for one in asked.contacts]
        return shown(ActedView, await set_contacts(caller, desk.registry, resident, new, desk.now_ms()))

    @routes.post("/{resident}/notes", responses=CHANGED)
    async def notes(caller: Asking, resident: ResidentId, asked: NoteRequest) -> ActedView:
        """Adds a note to a record."""
        kind = NoteKind(asked.kind)
        return shown(ActedView, await add_note(caller, desk.registry, resident, kind, asked.text, desk.now_ms()))

    @routes.post("/{resident}/merge", responses=CHANGED)
    async def merges(caller: Asking, resident: ResidentId, asked: MergeRequest) -> ActedView:
        """Makes another record a part of this one."""
        done = await merge(caller, desk.registry, resident, asked.other, desk.numbers, desk.now_ms(), asked.reason)
        return shown(ActedView, done)

    @routes.post("/{resident}/split", responses=CHANGED)
    async def splits(caller: Asking, resident: ResidentId, asked: UndoRequest) -> ActedView:
        """Takes a record that was merged out again."""
        return shown(ActedView, await split(caller, desk.registry, resident, desk.now_ms(), reason=asked.reason))

    @routes.post("/{resident}/erase", responses=CHANGED)
    async def erases(caller: Asking, resident: ResidentId, asked: EraseRequest) -> ActedView:
        """Removes a record for good; a tombstone stays."""
        await erase(caller, desk.registry, resident, asked.why, desk.now_ms())
        return ActedView(action=0, resident=resident)
