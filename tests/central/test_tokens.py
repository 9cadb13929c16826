"""Cards and codes on both engines: given, blocked, replaced, never shown again, and known at the box."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anju_base.id_number import check_digit
from anju_central.access.caller import COMMAND_LINE, NotAllowed
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.database import Registry
from anju_central.registry.people.bands import NewDevice, add_device, hand_out
from anju_central.registry.people.life_events import move_out
from anju_central.registry.people.tokens import TokenDone, block_token, give_token, list_tokens
from anju_central.registry.people.undoing import history, undo_action
from anju_central.registry.people_errors import (
    BadValue,
    NoIncident,
    NotInThatState,
    NotThere,
    TokenTaken,
    UnknownResident,
)
from anju_central.registry.queries.bundle_rows import read_bundle_rows
from anju_central.registry.queries.roster_take_over import begin_roster
from anju_central.registry.tables import DeviceKind, TokenKind
from anju_protos.roster_file import token_hash
from support.registry_people import CASE, CLERK, NOW, OPERATOR, STRANGER, TECHNICIAN, People, people_in

ID_NUMBER = "51099919400102123" + check_digit("51099919400102123")
CARD, OTHER_CARD = "em4100:67003B51C6", "em4100:67003B51C7"


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        await begin_roster(COMMAND_LINE, registry, "ningdu", NOW)
        yield made


async def give(people: People, resident: str, kind: TokenKind, presented: str = "", **more: int) -> TokenDone:
    return await give_token(CLERK, people.registry, resident, kind, presented, people.numbers, NOW, **more)


async def told(people: People) -> tuple[bytes, dict[bytes, str], dict[bytes, str]]:
    """What a box is told: the salt, drawn tokens and guessable ones."""
    rows = await read_bundle_rows(COMMAND_LINE, people.registry, "ningdu")
    assert rows is not None
    bundle = build_bundle(rows)
    return (
        bundle.token_salt,
        {token.hash: token.resident for token in bundle.tokens},
        {token.hash: token.resident for token in bundle.guessable_tokens},
    )


async def test_what_was_given_opens_at_the_box_and_what_was_blocked_does_not(people: People) -> None:
    resident = await people.add("王秀英", "3-1-502", id_number=ID_NUMBER)
    card = await give(people, resident, TokenKind.CARD, "67 00 3b 51 c6")
    code = await give(people, resident, TokenKind.QR)
    await give(people, resident, TokenKind.ID_CARD)
    assert code.code.startswith("qr:")
    salt, drawn, guessable = await told(people)
    assert drawn == {token_hash(salt, CARD): resident, token_hash(salt, code.code): resident}
    assert guessable == {token_hash(salt, f"idcard:{ID_NUMBER}"): resident}
    blocked = await block_token(CLERK, people.registry, card.token, NOW + 1)
    assert token_hash(salt, CARD) not in (await told(people))[1]
    await undo_action(CLERK, people.registry, blocked.action, NOW + 2)
    assert token_hash(salt, CARD) in (await told(people))[1]
    replaced = await give(people, resident, TokenKind.CARD, OTHER_CARD, instead_of=card.token)
    drawn = (await told(people))[1]
    assert (token_hash(salt, CARD) in drawn, token_hash(salt, OTHER_CARD) in drawn) == (False, True)
    await undo_action(CLERK, people.registry, replaced.action, NOW + 3)
    drawn = (await told(people))[1]
    assert (token_hash(salt, CARD) in drawn, token_hash(salt, OTHER_CARD) in drawn) == (True, False)


async def test_a_bands_chip_names_the_band_that_they_wear(people: People) -> None:
    resident, other = await people.add("王秀英"), await people.add("李强")
    band = await add_device(CLERK, people.registry, "ningdu", NewDevice("ble:a1", DeviceKind.BAND, "17"), NOW)
    await hand_out(CLERK, people.registry, band.device, resident, NOW)
    await give(people, resident, TokenKind.BAND, "nfc:04A2B3C4", device=band.device)
    [row] = (await list_tokens(CASE, people.registry, people.log, "ningdu")).tokens
    assert (row.kind, row.device, row.name) == (TokenKind.BAND, "17", "王秀英")
    with pytest.raises(NotThere):
        await give(people, other, TokenKind.BAND, "nfc:04A2B3C5", device=band.device)


async def test_no_token_is_shown_whole_after_it_was_given(people: People) -> None:
    resident = await people.add("王秀英", "3-1-502", id_number=ID_NUMBER)
    await give(people, resident, TokenKind.CARD, CARD)
    code = (await give(people, resident, TokenKind.QR)).code
    await give(people, resident, TokenKind.ID_CARD)
    salt, drawn, _ = await told(people)
    page = await list_tokens(CASE, people.registry, people.log, "ningdu")
    assert page.found == 3
    shown = f"{page}{await history(CASE, people.registry, people.log, resident)}"
    kept = f"{await people.rows('SELECT * FROM record_change')}{await people.rows('SELECT * FROM audit')}"
    for secret in (CARD.partition(":")[2], code.partition(":")[2], ID_NUMBER, *(one.hex() for one in drawn)):
        assert secret not in shown
        assert secret not in kept
    assert salt.hex() not in kept
    masked = await list_tokens(TECHNICIAN, people.registry, people.log, "ningdu", resident=resident)
    assert {row.name for row in masked.tokens} == {"王*英"}
    looked = await people.rows("SELECT account, fields FROM look_up WHERE fields LIKE '%tokens' ORDER BY entry")
    assert looked == [("clerk-1", "bands,flat,name,tokens"), ("tech-1", "bands,flat,tokens")]


async def test_what_does_not_fit_is_refused_and_says_nothing_of_what_was_typed(people: People) -> None:
    first, other = await people.add("王秀英"), await people.add("李强")
    gone, foreign = await people.add("走了"), await people.add("别处", community="other")
    await move_out(CLERK, people.registry, gone, NOW)
    card = await give(people, first, TokenKind.CARD, CARD)
    await block_token(CLERK, people.registry, (await give(people, first, TokenKind.QR)).token, NOW)
    before = await people.rows("SELECT token, ended_ms FROM token ORDER BY token")
    for refused, asked in (
        (TokenTaken, give(people, other, TokenKind.CARD, CARD)),
        (TokenTaken, give(people, first, TokenKind.CARD, CARD)),
        (BadValue, give(people, first, TokenKind.CARD, "")),
        (BadValue, give(people, first, TokenKind.CARD, "nfc:xyz")),
        (BadValue, give(people, first, TokenKind.CARD, "qr:something")),
        (BadValue, give(people, first, TokenKind.QR, "AJ1abc")),
        (BadValue, give(people, first, TokenKind.ID_CARD)),  # the record has none
        (BadValue, give(people, first, TokenKind.ID_CARD, ID_NUMBER[:-1] + "0123456789X"[5])),
        (BadValue, give(people, first, TokenKind.BAND, "nfc:04A2B3C4")),
        (BadValue, give(people, first, TokenKind.CARD, OTHER_CARD, device=1)),
        (NotInThatState, give(people, gone, TokenKind.CARD, OTHER_CARD)),
        (UnknownResident, give(people, foreign, TokenKind.CARD, OTHER_CARD)),
        (NotThere, give(people, other, TokenKind.CARD, OTHER_CARD, instead_of=card.token)),
        (NotThere, block_token(STRANGER, people.registry, card.token, NOW)),
        (NotInThatState, block_token(CLERK, people.registry, card.token + 1, NOW)),
        (NotAllowed, block_token(TECHNICIAN, people.registry, card.token, NOW)),
        (NoIncident, list_tokens(OPERATOR, people.registry, people.log, "ningdu")),
    ):
        with pytest.raises(refused) as raised:
            await asked
        assert "04A2" not in str(raised.value)
        assert ID_NUMBER[:10] not in str(raised.value)
    assert await people.rows("SELECT token, ended_ms FROM token ORDER BY token") == before
    assert (await list_tokens(STRANGER, people.registry, people.log, "ningdu")).tokens == ()
