"""Our own check-in codes at a box: whose they are, once per session, and what an unknown date makes of them."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anju_edge.clock import SimulatedClock
from anju_edge.kiosk.backend import KioskProfile
from anju_edge.kiosk.service import KioskSetup
from anju_protos.check_in_codes import issue
from anju_protos.roster_file import token_hash
from anju_protos.v1.event_pb2 import CHECK_IN, CheckIn
from support.box_parts import CARD, ROSTER, box_parts

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SALT = bytes.fromhex("3f0c5a0f6f8f4c0d9a51e1b7c2d40e11")
NOW_S = 1_795_489_800  # 2026-11-24, 19:10 at the site
PUBLIC = KEY.public_key().public_bytes_raw().hex()
WITH_KEY = ROSTER.replace("[[zones]]", f'[settings]\n"check_in.key_1" = "{PUBLIC}"\n[[zones]]', 1)


def code(issued_s: int = NOW_S, activity: str = "", community: str = "ningdu") -> str:
    return "qr:" + issue(KEY, 1, community, token_hash(SALT, CARD), issued_s, 120, activity)


def now() -> SimulatedClock:
    clock = SimulatedClock(boot=7, manual=True)
    clock.set_wall(NOW_S * 1000)
    clock.poll()
    return clock


async def test_a_fresh_code_checks_in_once_per_session(tmp_path: Path) -> None:
    async with box_parts(tmp_path, now(), WITH_KEY) as box:
        text = code()
        first = await box.kiosk_service.check_in("kiosk-1", text, None, os.urandom(16))
        again = await box.kiosk_service.check_in("kiosk-1", text, None, os.urandom(16))
        card = await box.kiosk_service.check_in("kiosk-1", CARD, None, os.urandom(16))
        assert (first.outcome, again.outcome, card.outcome) == ("recorded", "duplicate", "duplicate")
        [event] = [one for one in await box.recorded() if one.kind == CHECK_IN]
        payload = CheckIn.FromString(event.payload)
        assert (payload.resident, payload.method) == ("r-0001", CheckIn.QR)
        assert payload.token_hash == token_hash(SALT, CARD)


async def test_forged_and_foreign_codes_are_unknown_cards_and_old_ones_are_told_so(tmp_path: Path) -> None:
    async with box_parts(tmp_path, now(), WITH_KEY) as box:
        good = code()
        other = "B" if good[-40] != "B" else "C"
        for text, outcome in (
            (code(community="other"), "unknown_card"),
            (good[:-40] + other + good[-39:], "unknown_card"),
            (code(NOW_S - 300), "old_code"),
            (code(NOW_S + 300), "old_code"),
        ):
            result = await box.kiosk_service.check_in("kiosk-1", text, None, os.urandom(16))
            assert result.outcome == outcome
        assert CHECK_IN not in [one.kind for one in await box.recorded()]


async def test_a_code_for_another_activity_does_not_count_here(tmp_path: Path) -> None:
    async with box_parts(tmp_path, now(), WITH_KEY) as box:
        result = await box.kiosk_service.check_in("kiosk-1", code(activity="calligraphy"), "all-day", os.urandom(16))
        assert result.outcome in ("wrong_day", "no_activity")


async def test_with_the_date_unknown_staff_choose_the_session(tmp_path: Path) -> None:
    async with box_parts(tmp_path, SimulatedClock(boot=7, synced=False, manual=True), WITH_KEY) as box:
        result = await box.kiosk_service.check_in("kiosk-1", code(NOW_S - 86_400), None, os.urandom(16))
        assert result.outcome == "choose"


async def test_without_a_key_or_with_a_bad_one_codes_are_unknown_cards(tmp_path: Path) -> None:
    bad = ROSTER.replace("[[zones]]", '[settings]\n"check_in.key_1" = "none"\n[[zones]]', 1)
    for number, roster in enumerate((ROSTER, bad)):
        async with box_parts(tmp_path / str(number), now(), roster) as box:
            result = await box.kiosk_service.check_in("kiosk-1", code(), None, os.urandom(16))
            assert result.outcome == "unknown_card"


def test_a_kiosk_may_have_several_readers() -> None:
    setup = KioskSetup(KioskProfile(), "card_reader:kiosk-1, scanner:kiosk-1-qr")
    assert setup.has("scanner:kiosk-1-qr")
    assert setup.has("card_reader:kiosk-1")
    assert not setup.has("scanner:kiosk-1")
    assert not KioskSetup(KioskProfile()).has("scanner:kiosk-1")
