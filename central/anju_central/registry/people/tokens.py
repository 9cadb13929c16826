"""What residents present at a kiosk: cards, printed codes, the ID card, a band's chip. Given, blocked, replaced.

Only a keyed hash is kept. A code that the hub draws is in the answer that gives it, and nowhere again; a number that
was typed is in no answer at all. Each change is one action, undone whole.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for, said
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.ids import RANDOM_ALPHABET
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import BadValue, NoIncident, NotInThatState, NotThere, TokenTaken
from anju_central.registry.person_rows import flats_of, known_resident
from anju_central.registry.profiles import profile_of
from anju_central.registry.tables import Binding, Device, LookUpKind, Resident, Token, TokenKind
from anju_central.registry.worn import is_here
from anju_protos.roster_file import masked, token_hash
from anju_protos.tokens import TokenRefused, canonical

MAX_PAGE: Final = 200
CODE_CHARS: Final = 20  # of 32 letters: 100 bits, drawn at random
MARK_CHARS: Final = 4
SCHEMES: Final = {  # how a reader says what is presented
    TokenKind.CARD: ("em4100", "nfc"),
    TokenKind.QR: ("qr",),
    TokenKind.ID_CARD: ("idcard",),
    TokenKind.BAND: ("em4100", "nfc"),
}
SHOWN: Final = frozenset({Field.NAME, Field.FLAT, Field.BANDS})


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token: `mark` tells two cards apart and nothing else; `device` is the printed number of a band.

    `name` is masked where the purpose sees none; times are UTC ms.
    """

    token: int
    kind: TokenKind
    mark: str
    resident: str
    name: str
    flat: str
    device: str
    made_ms: int
    ended_ms: int | None


@dataclass(frozen=True, slots=True)
class TokenPage:
    """A page of tokens, the newest first; `found` there are."""

    tokens: tuple[TokenRow, ...]
    found: int


@dataclass(frozen=True, slots=True)
class TokenDone:
    """What was done. `code`: a code that was drawn, to be printed now; it is shown this once. '' for all others."""

    action: int
    token: int
    code: str


async def list_tokens(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    community: str,
    *,
    resident: str | None = None,
    with_ended: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> TokenPage:
    """Returns a page of a community's tokens, of one resident where one is named.

    Not for emergencies. Raises NotAllowed, PurposeRefused, NoIncident, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    if Field.BANDS not in fields:
        raise PurposeRefused(caller.role, caller.purpose)
    if caller.purpose is Purpose.EMERGENCY:
        raise NoIncident
    fits = Token.community == community
    if resident is not None:
        fits &= Token.resident == resident
    if not with_ended:
        fits &= Token.ended_ms.is_(None)
    async with registry.read(caller) as session:
        found = await session.scalar(select(func.count()).select_from(Token).where(fits)) or 0
        chosen = (
            select(Token, Resident, Device.number)
            .join(Resident, Resident.resident == Token.resident)
            .outerjoin(Device, Device.device == Token.device)
            .where(fits)
            .order_by(Token.made_ms.desc(), Token.token.desc())
            .offset(offset)
            .limit(min(limit, MAX_PAGE))
        )
        rows = (await session.execute(chosen)).tuples().all()
        flats = await flats_of(session, [person for _, person, _ in rows]) if Field.FLAT in fields else {}
    tokens = tuple(
        TokenRow(
            token=row.token,
            kind=row.kind,
            mark=row.token_hash.hex()[:MARK_CHARS],
            resident=person.resident,
            name=person.name if Field.NAME in fields else masked(person.name),
            flat=flats.get(person.resident, ""),
            device=number or "",
            made_ms=row.made_ms,
            ended_ms=row.ended_ms,
        )
        for row, person, number in rows
    )
    people = frozenset((row.resident, community) for row in tokens)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, f"{said(fields & SHOWN)},tokens"))
    return TokenPage(tokens, found)


async def give_token(
    caller: Caller,
    registry: Registry,
    resident: str,
    kind: TokenKind,
    presented: str,
    numbers: IdNumbers,
    now_ms: int,
    *,
    device: int | None = None,
    instead_of: int | None = None,
) -> TokenDone:
    """Gives somebody a token: `presented` as a reader says it (`em4100:67003B51C6`), or without its scheme.

    '' draws a code (QR), or takes the ID number of the record (ID_CARD). `device`: the band whose chip it is, which
    they wear. `instead_of`: one of theirs that counts no more with it. Raises NotAllowed, UnknownResident,
    NotInThatState, NotThere, BadValue, TokenTaken, SecretsUnavailable.
    """
    caller.require(Right.MANAGE_PEOPLE)
    try:
        async with registry.write(caller) as session:
            person = await known_resident(session, resident, lock=True)
            if not is_here(person):
                raise NotInThatState("resident", person.state, "get a card")
            await _check_device(session, person, kind, device)
            code = _drawn() if kind is TokenKind.QR and not presented.strip() else ""
            spoken = _spoken(kind, code or presented, person, numbers)
            profile = await profile_of(session, person.community, now_ms)
            kept = token_hash(profile.token_salt, spoken)
            action = "token-given" if instead_of is None else "token-replaced"
            changes = await ChangeSet.begin(session, action, person.community, now_ms, resident=person.resident)
            if instead_of is not None:
                old = await _known(session, instead_of)
                if old.resident != person.resident:
                    raise NotThere("token of this resident", str(instead_of))
                changes.set(old, ended_ms=now_ms)
                await changes.flush()
            await _check_free(session, person.community, kept)
            row = Token(
                community=person.community,
                kind=kind,
                token_hash=kept,
                resident=person.resident,
                device=device,
                made_ms=now_ms,
            )
            await changes.add(row)
            await changes.finish()
            return TokenDone(changes.number, row.token, code)
    except IntegrityError as error:  # two clerks with one card at once
        raise TokenTaken(None) from error


async def block_token(caller: Caller, registry: Registry, token: int, now_ms: int) -> TokenDone:
    """A token counts no more: lost, stolen, or given back. Raises NotAllowed, NotThere, NotInThatState."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await _known(session, token)
        changes = await ChangeSet.begin(session, "token-blocked", row.community, now_ms, resident=row.resident)
        changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return TokenDone(changes.number, token, "")


def _drawn() -> str:
    return "qr:" + "".join(RANDOM_ALPHABET[byte % 32] for byte in secrets.token_bytes(CODE_CHARS))


def _spoken(kind: TokenKind, presented: str, person: Resident, numbers: IdNumbers) -> str:
    """Returns what a reader says. Raises BadValue, SecretsUnavailable; no message holds what was typed."""
    typed = presented.strip()
    if kind is TokenKind.ID_CARD and not typed:
        if person.id_number is None:
            raise BadValue("presented", "the record has no ID number: enter it there first, or type the card's number")
        typed = f"idcard:{numbers.unseal(person.id_number, person.resident)}"
    schemes = SCHEMES[kind]
    scheme, colon, _ = typed.partition(":")
    if not colon or scheme.strip().lower() not in {one for known in SCHEMES.values() for one in known}:
        if len(schemes) > 1 and typed:
            scheme = "em4100" if len(typed.replace(" ", "")) == 10 else "nfc"
        else:
            scheme = schemes[0]
        typed = f"{scheme}:{typed}"
    if typed.partition(":")[0].strip().lower() not in schemes:
        raise BadValue("presented", f"for this kind a reader says {' or '.join(schemes)}")
    try:
        spoken = canonical(typed)
    except TokenRefused as refused:
        raise BadValue("presented", f"the token {refused.reason}") from refused
    return spoken


async def _check_device(session: AsyncSession, person: Resident, kind: TokenKind, device: int | None) -> None:
    """Raises BadValue, NotThere."""
    if (kind is TokenKind.BAND) != (device is not None):
        raise BadValue("device", "a band's chip names its band, and nothing else does")
    if device is None:
        return
    chosen = select(Binding.binding).where(
        Binding.device == device, Binding.resident == person.resident, Binding.to_ms.is_(None)
    )
    if (await session.scalars(chosen)).first() is None:
        raise NotThere("band that they wear", str(device))


async def _check_free(session: AsyncSession, community: str, kept: bytes) -> None:
    """Raises TokenTaken."""
    chosen = select(Token.resident).where(
        Token.community == community, Token.token_hash == kept, Token.ended_ms.is_(None)
    )
    holder = (await session.scalars(chosen)).first()
    if holder is not None:
        raise TokenTaken(holder)


async def _known(session: AsyncSession, token: int) -> Token:
    """Returns the row of a token that counts, locked. Raises NotThere, NotInThatState."""
    row = await session.get(Token, token, with_for_update=True)
    if row is None:
        raise NotThere("token", str(token))
    if row.ended_ms is not None:
        raise NotInThatState("token", "blocked", "be blocked or replaced again")
    return row
