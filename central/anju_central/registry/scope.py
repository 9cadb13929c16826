"""The session through which the registry is asked: community scope in every statement, no change without its audit.

`session.info` holds the `caller`, and what the session did: `is_audited` (an entry was written), `changed` (rows that
need one), `boxes` (whose boxes' rows changed), `told` (communities of which rows changed that boxes are told of).
"""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import event, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from anju_central.access.caller import Caller
from anju_central.registry.tables import (
    Activity,
    AuditEntry,
    Base,
    Binding,
    Box,
    Certificate,
    Community,
    CommunityProfile,
    CommunityRule,
    CommunitySetting,
    Consent,
    Device,
    GroupMember,
    Household,
    InCommunity,
    Notice,
    Place,
    Resident,
    ResponderGroup,
    RosterRevision,
    Token,
    Zone,
)

WATCHED: Final = (Box, Certificate)  # copied into memory, so each change of a row has to be seen
TOLD_TO_BOXES: Final = (  # what `queries/bundle_rows.py` reads
    Activity,
    Binding,
    Community,
    CommunityProfile,
    CommunityRule,
    CommunitySetting,
    Consent,
    Device,
    GroupMember,
    Household,
    Notice,
    Place,
    Resident,
    ResponderGroup,
    RosterRevision,
    Token,
    Zone,
)


class NotAudited(Exception):
    """A transaction changed something and says nowhere who did it: it is rolled back."""


class OutOfScope(Exception):
    """A row of a community that is none of the caller's."""


class RegistrySession(Session):
    """A session with a caller."""


def caller_of(session: Session | AsyncSession) -> Caller:
    """Returns who asks."""
    return cast("Caller", session.info["caller"])


def changed_boxes(session: AsyncSession) -> frozenset[str]:
    """Returns the boxes whose rows this session changed."""
    return frozenset(session.info.get("boxes", ()))


def note_told(session: AsyncSession, model: type[Base], community: str) -> None:
    """Notes that boxes of a community are told of rows of a table which were written past the session's objects."""
    if issubclass(model, TOLD_TO_BOXES):
        session.info.setdefault("told", set()).add(community)


async def count_roster_revisions(session: AsyncSession) -> bool:
    """Counts a revision in each community of which boxes are to be told; returns whether there is one."""
    told: set[str] = session.info.get("told", set())
    counting = update(RosterRevision).values(revision=RosterRevision.revision + 1)
    if session.info.get("told_of_many"):
        pass
    elif told:
        counting = counting.where(RosterRevision.community.in_(sorted(told)))
    else:
        return False
    result = await session.execute(counting, execution_options={"synchronize_session": False})
    return bool(cast("CursorResult[Any]", result).rowcount)


def require_audit(session: AsyncSession) -> None:
    """Raises NotAudited when the session changed rows and wrote no entry."""
    changed = session.info.get("changed", set())
    if changed and not session.info.get("is_audited"):
        raise NotAudited(f"a change of {', '.join(sorted(changed))} without an audit entry")


@event.listens_for(RegistrySession, "do_orm_execute")
def _scope(state: ORMExecuteState) -> None:
    """Restricts a statement to the caller's communities, whatever the statement asks for."""
    if state.is_insert or state.is_update or state.is_delete:
        mapper = state.bind_mapper
        if mapper is None or mapper.class_ in WATCHED or state.is_insert:
            raise TypeError("rows of boxes and certificates, and new rows, go through objects of the session")
        if mapper.class_.is_audited:
            state.session.info.setdefault("changed", set()).add(mapper.class_.__tablename__)
        if mapper.class_ in TOLD_TO_BOXES and mapper.class_ is not RosterRevision:
            state.session.info["told_of_many"] = True  # of whom, only the database knows
    communities = caller_of(state.session).communities
    if communities == "every" or state.is_column_load:
        return
    if not state.is_orm_statement:
        raise TypeError("a caller of some communities asks by models: nothing else can be restricted to them")
    mine = sorted(communities)
    # one for all tables, and a function: an expression is not carried over to an alias in a join (SQLAlchemy 2.0.58)
    criterion = with_loader_criteria(InCommunity, lambda table: table.community.in_(mine), include_aliases=True)
    state.statement = state.statement.options(criterion)


@event.listens_for(RegistrySession, "before_flush")
def _look(session: Session, _context: object, _instances: object) -> None:
    """Notes what is about to change, and refuses rows of other communities."""
    caller = caller_of(session)
    for row in [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]:
        community = cast("Any", row).community if isinstance(row, InCommunity) else None
        if community is not None and not caller.may_see(community):
            raise OutOfScope(f"{row.__tablename__} of {community}")
        if isinstance(row, AuditEntry):
            session.info["is_audited"] = True
        elif cast("Base", row).is_audited:
            session.info.setdefault("changed", set()).add(row.__tablename__)
        if isinstance(row, WATCHED):
            session.info.setdefault("boxes", set()).add(row.box)
        if isinstance(row, TOLD_TO_BOXES):
            session.info.setdefault("told", set()).add(row.community)
