"""The registry's queries on both engines: whose rows a caller sees, what is audited, and a box's life."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import aliased

from anju_central.access.caller import COMMAND_LINE, HUB, RIGHTS, Caller, NotAllowed, Purpose, Right, Role
from anju_central.registry import queries
from anju_central.registry.database import Registry
from anju_central.registry.errors import (
    AlreadyThere,
    BoxIsOut,
    CannotReplace,
    ClaimSpent,
    NotAnId,
    UnknownBox,
    UnknownClaim,
    UnknownCommunity,
)
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.queries.boxes import add_box, list_boxes, note_streamed, note_tested, retire_box, revoke_box
from anju_central.registry.queries.certificates import add_certificate, certificate_by_serial, newest_certificate
from anju_central.registry.queries.claims import count_wrong_proof, find_claim, make_claim, newest_claim, use_claim
from anju_central.registry.queries.communities import add_community, list_communities
from anju_central.registry.rows import NewCertificate
from anju_central.registry.scope import NotAudited, OutOfScope
from anju_central.registry.tables import Box, BoxState, Certificate, Claim, Community
from support.paths import ROOT

TECHNICIAN = Caller("technician-1", Role.TECHNICIAN, frozenset({"ningdu"}), Purpose.DEVICE_MAINTENANCE)
STRANGER = Caller("technician-2", Role.TECHNICIAN, frozenset({"other"}), Purpose.DEVICE_MAINTENANCE)
NOBODY = Caller("technician-3", Role.TECHNICIAN, frozenset(), Purpose.DEVICE_MAINTENANCE)
OPERATOR = Caller("operator-1", Role.OPERATOR, "every", Purpose.EMERGENCY)
MINUTE = 60_000
NOW = 1_800_000_000_000


def certificate(number: int, key: bytes = b"k") -> NewCertificate:
    return NewCertificate(f"{number:x}", key * 32, NOW, NOW + 90 * 86_400_000, b"der %d" % number)


def code(number: int) -> tuple[str, bytes]:
    """Name and hash of the secret of a claim."""
    return f"{number:032x}", b"%d" % number * 32


def listen(registry: Registry) -> list[frozenset[str]]:
    told: list[frozenset[str]] = []

    async def tell(boxes: frozenset[str]) -> None:
        told.append(boxes)

    registry.subscribe(tell)
    return told


async def district(registry: Registry) -> None:
    """Two communities with a box each."""
    for community, box in (("ningdu", "box-1"), ("other", "box-2")):
        await add_community(HUB, registry, community, "", "", NOW)
        await add_box(HUB, registry, box, community, NOW)


def query_functions() -> Iterator[FunctionType]:
    for module in iter_modules(queries.__path__):
        found = import_module(f"{queries.__name__}.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == found.__name__:
                yield function


# -- the only way in


def test_every_query_takes_the_caller_first_and_asks_as_that_caller() -> None:
    functions = list(query_functions())
    assert len(functions) > 10
    for function in functions:
        asked_of = inspect.signature(function).parameters
        if "registry" not in asked_of:  # makes rows, or a part of somebody else's transaction
            assert "registry." not in inspect.getsource(function), function.__qualname__
            continue
        first, second, *_ = asked_of.values()
        assert (first.name, first.annotation) == ("caller", "Caller"), function.__qualname__
        assert first.default is inspect.Parameter.empty
        assert (second.name, second.annotation) == ("registry", "Registry"), function.__qualname__
        asked = [
            ast.unparse(node.args[0])
            for node in ast.walk(ast.parse(inspect.getsource(function)))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("registry.read", "registry.write")
        ]
        assert asked == ["caller"], f"{function.__qualname__} opens one transaction, as its caller"


def test_only_the_registry_speaks_sql() -> None:
    package = ROOT / "central" / "anju_central"
    for path in package.rglob("*.py"):
        inside = path.is_relative_to(package / "registry")
        if not inside:
            source = path.read_text(encoding="utf-8")
            assert "sqlalchemy" not in source, f"{path}: ask the functions in registry/queries"


def test_a_caller_needs_a_purpose() -> None:
    with pytest.raises(TypeError):
        Caller("technician-1", Role.TECHNICIAN, "every")  # type: ignore[call-arg]


def test_every_role_says_what_it_may_do() -> None:
    assert set(RIGHTS) == set(Role)
    assert {role for role, rights in RIGHTS.items() if Right.MANAGE_BOXES in rights} == {
        Role.TECHNICIAN,
        Role.SUPERVISOR,
        Role.HUB,
    }


# -- whose rows


async def test_a_caller_sees_its_own_communities_whatever_the_statement_asks(registry: Registry) -> None:
    await district(registry)
    for box in ("box-1", "box-2"):
        claim = await make_claim(HUB, registry, box, *code(int(box[-1])), NOW + 1, NOW)
        await use_claim(HUB, registry, claim.name, certificate(int(box[-1]), box[-1].encode()), NOW)
    other = aliased(Certificate)
    statements = [
        select(Box.community),
        select(Box.community).where(Box.box.in_(["box-1", "box-2"])),
        select(Box.community).join(Community, Community.community == Box.community),
        select(Community.community),
        select(Claim.community),
        select(Certificate.community),
        select(Certificate.community).where(Certificate.box.in_(select(Box.box))),
        select(other.community).join(Box, Box.box == other.box),
        select(Box.community).join(other, Box.box == other.box),
        select(Box.community).where(select(other.box).where(other.box == Box.box).exists()),
    ]
    for caller, seen in ((TECHNICIAN, {"ningdu"}), (STRANGER, {"other"}), (NOBODY, set()), (HUB, {"ningdu", "other"})):
        async with registry.read(caller) as session:
            for statement in statements:
                assert set(await session.scalars(statement)) == seen, statement
            assert (await session.get(Box, "box-1") is not None) == ("ningdu" in seen)
        assert {row.community for row in await list_boxes(caller, registry)} == seen
        assert {row.community for row in await list_communities(caller, registry)} == seen


async def test_what_cannot_be_restricted_is_not_asked(registry: Registry) -> None:
    await district(registry)
    async with registry.read(TECHNICIAN) as session:
        for statement in (text("SELECT box FROM box"), select(Box.__table__), select(Box.__table__.c.box)):
            with pytest.raises(TypeError, match="asks by models"):
                await session.execute(statement)


async def test_another_communitys_rows_are_not_changed_and_not_told_from_none(registry: Registry) -> None:
    await district(registry)
    claim = await make_claim(HUB, registry, "box-1", *code(1), NOW + MINUTE, NOW)
    for change in (
        revoke_box(STRANGER, registry, "box-1", NOW),
        retire_box(STRANGER, registry, "box-1", NOW),
        make_claim(STRANGER, registry, "box-1", *code(2), NOW + 1, NOW),
        note_streamed(STRANGER, registry, "box-1", NOW),
        note_tested(STRANGER, registry, "box-1", NOW),
        add_certificate(STRANGER, registry, "box-1", certificate(1), NOW),
    ):
        with pytest.raises(UnknownBox, match="there is no box 'box-1'"):
            await change
    for change in (
        count_wrong_proof(STRANGER, registry, claim.name, 5, NOW),
        use_claim(STRANGER, registry, claim.name, certificate(1), NOW),
    ):
        with pytest.raises(UnknownClaim):
            await change
    assert await find_claim(STRANGER, registry, code(1)[0]) is None
    assert await newest_claim(STRANGER, registry, "box-1") is None
    assert await newest_certificate(STRANGER, registry, "box-1") is None
    with pytest.raises(UnknownCommunity):
        await add_box(STRANGER, registry, "box-3", "ningdu", NOW)
    with pytest.raises(OutOfScope):
        await add_community(STRANGER, registry, "third", "", "", NOW)
    with pytest.raises(AlreadyThere):  # a row that is there, but not for this caller
        await add_box(STRANGER, registry, "box-1", "other", NOW)
    async with registry.write(STRANGER) as session:
        await session.execute(update(Claim).values(failed_tries=9))
        session.add(_entry("claim.test"))
    (row,) = await list_boxes(TECHNICIAN, registry)
    assert row.state is BoxState.UNUSED
    assert (await find_claim(HUB, registry, code(1)[0])) == claim


async def test_a_row_of_another_community_cannot_be_put_in(registry: Registry) -> None:
    await district(registry)

    async def put_in() -> None:
        async with registry.write(STRANGER) as session:
            row = Box(box="box-9", community="ningdu", state=BoxState.UNUSED, made_ms=NOW, made_by="x")
            session.add(row)
            session.add(_entry("box.add"))

    with pytest.raises(OutOfScope):
        await put_in()
    assert len(await list_boxes(HUB, registry)) == 2


async def test_a_role_without_the_right_changes_nothing(registry: Registry) -> None:
    await district(registry)
    for change in (
        add_box(OPERATOR, registry, "box-3", "ningdu", NOW),
        make_claim(OPERATOR, registry, "box-1", *code(1), NOW + 1, NOW),
        revoke_box(OPERATOR, registry, "box-1", NOW),
        retire_box(OPERATOR, registry, "box-1", NOW),
        add_community(OPERATOR, registry, "third", "", "", NOW),
    ):
        with pytest.raises(NotAllowed, match="operator may not manage boxes: ask one of supervisor, technician"):
            await change
    with pytest.raises(NotAllowed):
        await read_audit(OPERATOR, registry)
    assert len(await list_boxes(OPERATOR, registry)) == 2


# -- the audit


def _entry(action: str) -> object:
    from anju_central.registry.tables import AuditEntry

    return AuditEntry(
        at_ms=NOW,
        account="x",
        role=Role.HUB,
        purpose=Purpose.CASE,
        action=action,
        subject="",
        community=None,
        detail="",
    )


async def test_each_change_says_who_did_what_to_whom_and_what_for(registry: Registry) -> None:
    await district(registry)
    claim = await make_claim(TECHNICIAN, registry, "box-1", *code(1), NOW + MINUTE, NOW)
    await use_claim(HUB, registry, claim.name, certificate(1), NOW)
    await add_certificate(HUB, registry, "box-1", certificate(2), NOW)
    await note_streamed(HUB, registry, "box-1", NOW)
    await note_tested(HUB, registry, "box-1", NOW)
    await revoke_box(TECHNICIAN, registry, "box-1", NOW + 5)
    trail = await read_audit(HUB, registry, subject="box-1")
    assert [(row.account, row.action) for row in reversed(trail)] == [
        ("hub", "box.add"),
        ("technician-1", "claim.make"),
        ("hub", "claim.use"),
        ("hub", "certificate.renew"),
        ("hub", "box.streamed"),
        ("hub", "box.tested"),
        ("technician-1", "box.revoke"),
    ]
    newest = trail[0]
    assert (newest.at_ms, newest.role, newest.purpose) == (NOW + 5, Role.TECHNICIAN, Purpose.DEVICE_MAINTENANCE)
    assert newest.community == "ningdu"
    older = await read_audit(HUB, registry, subject="box-1", before=newest.entry, limit=1)
    assert [row.action for row in older] == ["box.tested"]
    auditor = Caller("auditor-1", Role.AUDITOR, frozenset({"other"}), Purpose.CASE)
    assert {row.community for row in await read_audit(auditor, registry)} == {"other"}


@pytest.mark.parametrize("how", ["object", "statement"])
async def test_a_change_without_an_entry_is_rolled_back(registry: Registry, how: str) -> None:
    await district(registry)
    await make_claim(HUB, registry, "box-1", *code(1), NOW + MINUTE, NOW)

    async def change() -> None:
        async with registry.write(HUB) as session:
            if how == "statement":
                await session.execute(update(Claim).values(withdrawn_ms=5))
            else:
                claim = (await session.scalars(select(Claim))).one()
                claim.withdrawn_ms = 5

    with pytest.raises(NotAudited, match="claim"):
        await change()
    row = await find_claim(HUB, registry, code(1)[0])
    assert row is not None
    assert row.withdrawn_ms is None


async def test_a_change_that_fails_leaves_no_entry(registry: Registry) -> None:
    await district(registry)
    before = await read_audit(HUB, registry)
    changes = await registry.changes()
    with pytest.raises(UnknownCommunity):
        await add_box(HUB, registry, "box-3", "nowhere", NOW)
    with pytest.raises(AlreadyThere):
        await add_box(HUB, registry, "box-1", "ningdu", NOW)
    assert await read_audit(HUB, registry) == before
    assert await registry.changes() == changes


@pytest.mark.parametrize("table", [Box, Certificate])
async def test_boxes_are_changed_where_the_copy_in_memory_sees_it(
    registry: Registry, table: type[Box] | type[Certificate]
) -> None:
    with pytest.raises(TypeError, match="objects of the session"):
        async with registry.write(HUB) as session:
            await session.execute(update(table).values(revoked_ms=5))


# -- a box's life


async def test_a_box_from_its_code_to_its_end(registry: Registry) -> None:
    told = listen(registry)
    await district(registry)
    claim = await make_claim(TECHNICIAN, registry, "box-1", *code(1), NOW + MINUTE, NOW)
    assert told.pop() == {"box-2"}
    (row,) = await list_boxes(TECHNICIAN, registry)
    assert (row.state, row.claim_ends_ms, row.certificate_spki) == (BoxState.UNUSED, NOW + MINUTE, None)

    await use_claim(HUB, registry, claim.name, certificate(1), NOW + 1)
    assert told.pop() == {"box-1"}
    (row,) = await list_boxes(TECHNICIAN, registry)
    assert (row.state, row.claimed_ms, row.claim_ends_ms) == (BoxState.CLAIMED, NOW + 1, None)
    assert (row.certificate_spki, row.certificate_to_ms) == (b"k" * 32, NOW + 90 * 86_400_000)

    await note_streamed(HUB, registry, "box-1", NOW + 2)
    await note_tested(HUB, registry, "box-1", NOW + 3)
    count = len(told)
    await note_streamed(HUB, registry, "box-1", NOW + 9)
    await note_tested(HUB, registry, "box-1", NOW + 9)
    assert len(told) == count
    (row,) = await list_boxes(TECHNICIAN, registry)
    assert (row.state, row.streamed_ms, row.tested_ms) == (BoxState.ACTIVE, NOW + 2, NOW + 3)

    await retire_box(TECHNICIAN, registry, "box-1", NOW + 4)
    await retire_box(TECHNICIAN, registry, "box-1", NOW + 9)
    newest = await newest_certificate(HUB, registry, "box-1")
    assert newest is not None
    assert newest.revoked_ms == NOW + 4
    with pytest.raises(BoxIsOut, match="is retired, which is for good"):
        await make_claim(TECHNICIAN, registry, "box-1", *code(2), NOW + MINUTE, NOW)
    with pytest.raises(BoxIsOut):
        await add_certificate(HUB, registry, "box-1", certificate(2), NOW)
    await revoke_box(TECHNICIAN, registry, "box-1", NOW + 5)
    with pytest.raises(BoxIsOut, match="revoked"):
        await retire_box(TECHNICIAN, registry, "box-1", NOW + 6)
    (row,) = await list_boxes(TECHNICIAN, registry)
    assert (row.state, row.retired_ms, row.revoked_ms) == (BoxState.REVOKED, NOW + 4, NOW + 5)


async def test_a_new_key_ends_the_old_one_and_a_renewal_does_not(registry: Registry) -> None:
    await district(registry)
    first = await make_claim(HUB, registry, "box-1", *code(1), NOW + MINUTE, NOW)
    await use_claim(HUB, registry, first.name, certificate(1, b"a"), NOW)
    await add_certificate(HUB, registry, "box-1", certificate(2, b"a"), NOW)
    second = await make_claim(HUB, registry, "box-1", *code(2), NOW + MINUTE, NOW)
    async with registry.read(HUB) as session:
        revoked = text("SELECT serial FROM certificate WHERE revoked_ms IS NOT NULL ORDER BY serial")
        assert (await session.execute(revoked)).scalars().all() == []
    await use_claim(HUB, registry, second.name, certificate(3, b"b"), NOW)
    async with registry.read(HUB) as session:
        assert (await session.execute(revoked)).scalars().all() == ["1", "2"]
    (row,) = await list_boxes(HUB, registry, ["box-1"])
    assert row.certificate_spki == b"b" * 32
    newest, renewed = [await certificate_by_serial(HUB, registry, serial) for serial in ("3", "2")]
    assert newest == await newest_certificate(HUB, registry, "box-1")
    assert newest is not None
    assert (newest.is_renewal, newest.box_state, newest.der) == (False, BoxState.CLAIMED, b"der 3")
    assert renewed is not None
    assert (renewed.is_renewal, renewed.revoked_ms) == (True, NOW)
    assert await certificate_by_serial(HUB, registry, "4") is None
    assert await certificate_by_serial(STRANGER, registry, "3") is None


async def test_a_box_that_is_replaced_is_served_until_the_new_one_streams(registry: Registry) -> None:
    await district(registry)
    await note_streamed(HUB, registry, "box-1", NOW)
    await add_box(TECHNICIAN, registry, "box-3", "ningdu", NOW, replaces="box-1")
    with pytest.raises(CannotReplace, match="another box replaces it already"):
        await add_box(TECHNICIAN, registry, "box-4", "ningdu", NOW, replaces="box-1")
    with pytest.raises(CannotReplace, match="of community 'other'"):
        await add_box(HUB, registry, "box-4", "ningdu", NOW, replaces="box-2")
    with pytest.raises(UnknownBox):
        await add_box(TECHNICIAN, registry, "box-4", "ningdu", NOW, replaces="box-2")
    claim = await make_claim(TECHNICIAN, registry, "box-3", *code(1), NOW + MINUTE, NOW)
    await use_claim(HUB, registry, claim.name, certificate(1), NOW)
    old, new = await list_boxes(TECHNICIAN, registry)
    assert (old.state, old.replaced_by, new.state, new.replaces) == (
        BoxState.ACTIVE,
        "box-3",
        BoxState.CLAIMED,
        "box-1",
    )
    told = listen(registry)
    await note_streamed(HUB, registry, "box-3", NOW + 7)
    old, new = await list_boxes(TECHNICIAN, registry)
    assert (old.state, old.retired_ms, new.state) == (BoxState.RETIRED, NOW + 7, BoxState.ACTIVE)
    assert told == [{"box-1", "box-3"}]


async def test_a_claim_counts_once_and_not_after_its_end(registry: Registry) -> None:
    await district(registry)
    first = await make_claim(HUB, registry, "box-1", *code(1), NOW + MINUTE, NOW)
    second = await make_claim(HUB, registry, "box-1", *code(2), NOW + MINUTE, NOW + 1)

    async def spent(claim: str, now_ms: int) -> tuple[str, int]:
        with pytest.raises(ClaimSpent, match="make a new one for box 'box-1'") as refused:
            await use_claim(HUB, registry, claim, certificate(9), now_ms)
        return refused.value.reason, refused.value.since_ms

    assert await spent(first.name, NOW + 2) == ("withdrawn", NOW + 1)
    assert await spent(second.name, NOW + MINUTE) == ("expired", NOW + MINUTE)
    await use_claim(HUB, registry, second.name, certificate(1), NOW + 3)
    assert await spent(second.name, NOW + 4) == ("used", NOW + 3)
    third = await make_claim(HUB, registry, "box-1", *code(3), NOW + MINUTE, NOW)
    for tries in range(1, 4):
        assert (await count_wrong_proof(HUB, registry, third.name, 3, NOW + tries)).failed_tries == tries
    assert await spent(third.name, NOW + 9) == ("locked", NOW + 3)
    assert (await newest_claim(HUB, registry, "box-1")) == (await find_claim(HUB, registry, code(3)[0]))


async def test_of_many_at_once_one_uses_a_claim_and_one_claim_is_open(registry: Registry) -> None:
    await district(registry)
    claim = await make_claim(HUB, registry, "box-1", *code(0), NOW + MINUTE, NOW)
    used = await asyncio.gather(
        *(use_claim(HUB, registry, claim.name, certificate(n, b"%d" % n), NOW) for n in range(5)),
        return_exceptions=True,
    )
    assert sum(answer is None for answer in used) == 1
    assert all(answer is None or isinstance(answer, ClaimSpent) for answer in used)
    await asyncio.gather(
        *(make_claim(COMMAND_LINE, registry, "box-1", *code(n), NOW + MINUTE, NOW) for n in range(1, 6))
    )
    async with registry.read(HUB) as session:
        still_open = text("SELECT count(*) FROM claim WHERE used_ms IS NULL AND withdrawn_ms IS NULL")
        assert (await session.execute(still_open)).scalar_one() == 1


async def test_what_is_no_id_is_said_to_be_none(registry: Registry) -> None:
    await district(registry)
    for name in ("", "Box", "box_1", "b" * 33, "柠都", "a\x00", "a\n"):
        with pytest.raises(NotAnId, match="use 1 to 32 of a-z, 0-9 and hyphen"):
            await add_box(HUB, registry, name, "ningdu", NOW)
        with pytest.raises(NotAnId):
            await add_community(HUB, registry, name, "", "", NOW)
    with pytest.raises(AlreadyThere):
        await add_community(HUB, registry, "ningdu", "", "", NOW)
