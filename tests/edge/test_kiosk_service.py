"""Check-in, undo, help and acknowledgement at a kiosk, with a real journal."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from anju_drivers.driver import CardReading
from anju_drivers.errors import NotRecorded
from anju_edge.clock import SimulatedClock
from anju_edge.date_check import STANDS_MS
from anju_edge.journal.journal import JournalSettings
from anju_edge.kiosk.backend import MAX_INCIDENTS, CardTap, KioskState, PageBeat, UnknownKiosk
from anju_protos.rules.decide import DevicePress, HelpBell
from anju_protos.v1.control_pb2 import OpenIncidents
from anju_protos.v1.event_pb2 import (
    ALARM_RAISED,
    ANNULMENT,
    CHECK_IN,
    DRILL,
    P1,
    P2,
    P3,
    REAL,
    REQUEST,
    Actor,
    Alarm,
    Anchor,
    Annulment,
    CheckIn,
    Reason,
    Request,
)
from support.box_parts import CARD, ROSTER, SECOND_CARD, Parts, box_parts
from support.card_rig import with_card

TWO_SESSIONS = (
    ROSTER
    + """
[[activities]]
id = "calligraphy"
title_zh = "书法班"
title_en = "Calligraphy"
starts = "00:00"
ends = "24:00"
"""
)
SUNDAYS_LATE = ROSTER.replace('id = "all-day"', 'id = "late"\nweekdays = "1-7"').replace(
    'starts = "00:00"', 'starts = "23:59"'
)


def at(local: str) -> SimulatedClock:
    """A clock that knows the time: 2026-11-24, a Tuesday, at the site (UTC+8)."""
    hours, minutes = map(int, local.split(":"))
    clock = SimulatedClock(boot=7, manual=True)
    clock.set_wall(1_795_449_600_000 + (hours * 60 + minutes) * 60_000)  # 2026-11-24 00:00 +08:00
    clock.poll()
    return clock


def nonce() -> bytes:
    return os.urandom(16)


@pytest.fixture(autouse=True, params=["plain", "encrypted"])
def card(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it holds on an encrypted card too."""
    with_card(request.param, monkeypatch)


async def test_a_tap_is_recorded_once_then_a_friendly_duplicate(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02")) as box:
        first = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        box.clock.advance(120_000)
        second = await box.kiosk_service.check_in("kiosk-2", CARD, None, nonce())
        assert (first.outcome, first.name, first.at, first.undo_s) == ("recorded", "王*秀", "09:02", 10)
        assert (second.outcome, second.at, second.ref) == ("duplicate", "09:02", "")
        (event,) = await box.of_kind(CHECK_IN)
        told = CheckIn.FromString(event.payload)
        assert (told.resident, told.activity, told.session_day, told.kiosk) == (
            "r-0001", "all-day", "2026-11-24", "kiosk:kiosk-1",
        )  # fmt: skip
        assert CARD.encode() not in event.SerializeToString()
        assert len(told.token_hash) == 16


async def test_the_same_nonce_is_the_same_request_also_at_once_and_over_a_restart(tmp_path: Path) -> None:
    same = nonce()
    async with box_parts(tmp_path, at("09:02")) as box:
        results = await asyncio.gather(*(box.kiosk_service.check_in("kiosk-1", CARD, None, same) for _ in range(5)))
        assert {result.outcome for result in results} == {"recorded"}
        assert len({result.ref for result in results}) == 1
    async with box_parts(tmp_path, at("09:03")) as box:
        again = await box.kiosk_service.check_in("kiosk-1", CARD, None, same)
        assert (again.outcome, again.at) == ("recorded", "09:02")
        assert len(await box.of_kind(CHECK_IN)) == 1


async def test_undo_is_a_new_event_and_frees_the_session(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02")) as box:
        first = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert (await box.kiosk_service.undo("kiosk-2", first.ref)).outcome == "unknown"
        assert (await box.kiosk_service.undo("kiosk-1", "nonsense")).outcome == "unknown"
        assert (await box.kiosk_service.undo("kiosk-1", first.ref)).outcome == "undone"
        assert (await box.kiosk_service.undo("kiosk-1", first.ref)).outcome == "undone"
        (event,) = await box.of_kind(ANNULMENT)
        told = Annulment.FromString(event.payload)
        assert f"{told.annuls.stream.hex()}-{told.annuls.seq}" == first.ref
        again = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert again.outcome == "recorded"
        rows = await box.journal.query_personal("select annulled, count(*) from check_in group by annulled order by 1")
        assert rows == [(0, 1), (1, 1)]


async def test_undo_ends_after_a_quarter_of_an_hour_whatever_the_date_does(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02")) as box:
        first = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        box.clock.set_wall(0)
        box.clock.advance(15 * 60_000 + 1)
        assert (await box.kiosk_service.undo("kiosk-1", first.ref)).outcome == "too_late"


async def test_undo_works_over_a_restart(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02")) as box:
        first = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
    async with box_parts(tmp_path, at("09:03")) as box:
        assert (await box.kiosk_service.undo("kiosk-1", first.ref)).outcome == "undone"


async def test_two_sessions_are_a_choice_and_the_card_stays_in_the_box(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02"), TWO_SESSIONS) as box:
        asked = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert asked.outcome == "choose"
        assert [line.id for line in asked.choices] == ["all-day", "calligraphy"]
        assert CARD not in asked.tap
        elsewhere = await box.kiosk_service.check_in("kiosk-2", asked.tap, "calligraphy", nonce())
        assert elsewhere.outcome == "unknown_card"
        chosen = await box.kiosk_service.check_in("kiosk-1", asked.tap, "calligraphy", nonce())
        assert (chosen.outcome, chosen.activity and chosen.activity.id) == ("recorded", "calligraphy")


async def test_with_the_date_unknown_staff_choose_and_it_is_recorded_without_a_day(tmp_path: Path) -> None:
    clock = SimulatedClock(boot=7, synced=False, manual=True)
    clock.set_wall(0)
    async with box_parts(tmp_path, clock) as box:
        state = box.kiosk_service.snapshot("kiosk-1")
        assert (state.time_known, state.local_time) == (False, "")
        assert [line.id for line in state.activities] == ["all-day"]
        asked = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert asked.outcome == "choose"
        chosen = await box.kiosk_service.check_in("kiosk-1", asked.tap, "all-day", nonce())
        assert (chosen.outcome, chosen.at) == ("recorded", "")
        twice = await box.kiosk_service.check_in("kiosk-1", CARD, "all-day", nonce())
        assert twice.outcome == "duplicate"
        (event,) = await box.of_kind(CHECK_IN)
        assert CheckIn.FromString(event.payload).session_day == ""


@pytest.mark.parametrize(
    ("roster", "token", "activity", "outcome"),
    [
        (ROSTER, "em4100:0000000000", None, "unknown_card"),
        (ROSTER, None, None, "unknown_card"),
        (SUNDAYS_LATE, CARD, None, "no_activity"),
        (SUNDAYS_LATE.replace('"1-7"', '"7"'), CARD, None, "wrong_day"),
        (ROSTER, CARD, "dancing", "wrong_day"),
    ],
)
async def test_what_cannot_be_a_check_in_says_which(
    tmp_path: Path, roster: str, token: str | None, activity: str | None, outcome: str
) -> None:
    async with box_parts(tmp_path, at("09:02"), roster) as box:
        assert (await box.kiosk_service.check_in("kiosk-1", token, activity, nonce())).outcome == outcome
        assert await box.of_kind(CHECK_IN) == []


async def _break(box: Parts) -> None:
    """Takes the disk away: the journal's folder goes, and with it the file at the next reopen."""
    box.journal.faulted("disk I/O error")


async def test_without_a_disk_nothing_is_confirmed_and_help_still_goes_out(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02")) as box:
        await _break(box)
        result = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert result.outcome == "not_recorded"
        help_ = await box.kiosk_service.help("kiosk-1", 1500)
        assert (help_.outcome, help_.recorded) == ("raised", False)
        assert box.alerts.rings == 1
        with pytest.raises(NotRecorded):
            await box.kiosk_service.ask_staff("kiosk-1", "other")
        with pytest.raises(NotRecorded):
            await box.intake.take(CardReading("card_reader:kiosk-1", SECOND_CARD))
        box.journal.recovered()
        await box.journal.settled()  # what the writer had in its hands is settled
        again = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert again.outcome == "recorded"
        assert len([e for e in await box.of_kind(CHECK_IN) if CheckIn.FromString(e.payload).resident == "r-0001"]) == 1


async def test_a_tap_that_memory_had_no_room_for_can_be_made_again(tmp_path: Path) -> None:
    settings = JournalSettings(ballast_bytes=0, held_urgent=1)
    async with box_parts(tmp_path, at("09:02"), settings=settings) as box:
        await box.journal.settled()
        box.journal._writer.stop()  # a disk that takes nothing for a while
        await asyncio.to_thread(box.journal._writer.join, 10)
        box.journal.faulted("disk I/O error")
        same = nonce()
        assert (await box.kiosk_service.check_in("kiosk-1", SECOND_CARD, None, nonce())).outcome == "not_recorded"
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, same)).outcome == "not_recorded"
        kept, dropped = box.kiosk_service._by_ref.values()
        assert (kept.is_lost, dropped.is_lost) == (False, True)
        asked = box.recorder.by_kind[CHECK_IN]
        assert (await box.kiosk_service.check_in("kiosk-1", SECOND_CARD, None, nonce())).outcome == "not_recorded"
        assert box.recorder.by_kind[CHECK_IN] == asked, "it is queued: once is enough"
        await box.kiosk_service.check_in("kiosk-1", CARD, None, same)
        await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert box.recorder.by_kind[CHECK_IN] == asked + 2, "nothing of it is kept: it is asked for anew"


async def test_who_came_before_the_date_was_known_has_not_come_twice(tmp_path: Path) -> None:
    clock = SimulatedClock(boot=7, synced=False, manual=True)
    clock.set_wall(0)
    async with box_parts(tmp_path, clock) as box:
        asked = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        first = await box.kiosk_service.check_in("kiosk-1", asked.tap, "all-day", nonce())
        assert (asked.outcome, first.outcome) == ("choose", "recorded")
        clock.advance(600_000)
        clock.set_wall(1_795_449_600_000 + 9 * 3_600_000)  # 09:00 at the site; the tap was at 08:50
        clock.synced = True
        clock.poll()
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())).outcome == "duplicate"
        clock.advance(86_400_000)
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())).outcome == "recorded"
        assert len(await box.of_kind(CHECK_IN)) == 2


MORNING_MS = 1_795_449_600_000 + 9 * 3_600_000  # 2026-11-24 09:00 at the site
DAY_MS = 86_400_000


def told_by_hub(clock: SimulatedClock, true_ms: int) -> None:
    """The hub's time, told until the clock believes it."""
    told = Anchor(boot=clock.boot, error_ms=20, source=Anchor.HUB)
    for _ in range(2):
        told.offset_ms, told.at_elapsed_ms = true_ms - clock.elapsed_ms(), clock.elapsed_ms()
        if clock.offer(told):
            return
        clock.advance(STANDS_MS)
        true_ms += STANDS_MS
    raise AssertionError("the clock does not believe it")


@pytest.mark.parametrize("off_days", [1, -1, 30])
async def test_a_corrected_date_moves_the_days_of_check_ins_along(tmp_path: Path, off_days: int) -> None:
    """With the hub's date a day ahead she would be told tomorrow that she has been here, or counted twice today."""
    clock = SimulatedClock(boot=7, synced=False, manual=True)
    clock.set_wall(0)
    async with box_parts(tmp_path, clock) as box:
        told_by_hub(clock, MORNING_MS + 5 * DAY_MS + off_days * DAY_MS)
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())).outcome == "recorded"
        box.kiosk_service.tick()
        told_by_hub(clock, MORNING_MS + 5 * DAY_MS)
        box.kiosk_service.tick()
        again = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert (again.outcome, again.at) == ("duplicate", "09:00")
        assert (await box.kiosk_service.check_in("kiosk-1", SECOND_CARD, None, nonce())).outcome == "recorded"
        clock.advance(DAY_MS)
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())).outcome == "recorded"
        for up in (False, True):
            box.intake.link("x", up, "any event takes one along")
        await box.journal.flush()
        rows = await box.journal.query_personal("select day, at_text from check_in order by seq")
        assert rows == [("2026-11-29", ""), ("2026-11-29", "09:10"), ("2026-11-30", "09:10")]


async def test_rows_of_last_week_go_and_todays_stay(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02")) as box:
        for _ in range(9):
            assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())).outcome == "recorded"
            box.clock.advance(86_400_000)
            box.kiosk_service.tick()
            box.intake.link("x", False, "any event takes it along")
        await box.journal.flush()
        assert len(await box.journal.query_personal("select seq from check_in")) == 7
        assert len(await box.of_kind(CHECK_IN)) == 9


async def test_with_the_date_unknown_every_session_of_the_roster_can_be_chosen(tmp_path: Path) -> None:
    clock = SimulatedClock(boot=7, synced=False, manual=True)
    clock.set_wall(0)
    more = "".join(
        f'[[activities]]\nid = "a-{number}"\ntitle_zh = "x"\nstarts = "09:00"\nends = "10:00"\n' for number in range(9)
    )
    async with box_parts(tmp_path, clock, ROSTER + more) as box:
        asked = await box.kiosk_service.check_in("kiosk-1", CARD, None, nonce())
        assert len(asked.choices) == 10


async def test_the_help_bell_is_an_alarm_with_its_place(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        assert (await box.kiosk_service.help("kiosk-1", 1499)).outcome == "too_short"
        raised = await box.kiosk_service.help("kiosk-1", 1500)
        (event,) = await box.of_kind(ALARM_RAISED)
        alarm = Alarm.FromString(event.payload)
        assert (list(alarm.reasons), alarm.priority, alarm.last_place.zone) == ([Reason.HELP_BELL], P1, "b3-u2")
        again = await box.kiosk_service.help("kiosk-1", 1500)
        assert again.incident == raised.incident
        here, there = box.kiosk_service.snapshot("kiosk-1").banner, box.kiosk_service.snapshot("kiosk-2").banner
        assert here is not None
        assert there is not None
        assert (here.kind, here.from_here, there.from_here, here.help_coming) == ("help_bell", True, False, False)
        done = await box.kiosk_service.respond("kiosk-1", raised.incident, "m-01")
        late = await box.kiosk_service.respond("kiosk-2", raised.incident, "m-02")
        assert (done.outcome, late.outcome) == ("going", "assisting")
        here = box.kiosk_service.snapshot("kiosk-1").banner
        assert here is not None
        assert (here.acked, here.help_coming, here.by.zh) == (True, True, "一位邻居")
        local = box.incidents.get(raised.incident)
        assert local is not None
        assert [owner.id for owner in local.incident.owners] == ["m-01", "m-02"]
        assert (await box.kiosk_service.respond("kiosk-1", "0" * 32 + "-1", "m-01")).outcome == "unknown"


async def press(box: Parts, device: str, *, adopted: bool = True) -> str:
    return box.intake.alarm(device, DevicePress(device, frozenset({int(Reason.SOS)}), adopted), REAL).key


async def test_a_neighbour_sees_every_incident_gravest_and_newest_first(tmp_path: Path) -> None:
    async with box_parts(tmp_path, responders=("duty-1",)) as box:
        help_call = (await box.kiosk_service.help("kiosk-1", 1500)).incident
        box.clock.advance(28 * 60_000)
        unknown = await press(box, "ble:c0ffee000001", adopted=False)  # nobody adopted it: a P2
        box.clock.advance(1_000)
        sos = await press(box, "ble:ac233fc001aa")
        state = box.kiosk_service.snapshot("duty-1")
        assert [one.incident for one in state.incidents] == [sos, help_call, unknown]
        assert [one.priority for one in state.incidents] == [P1, P1, P2]
        assert state.incidents_open == 3
        assert state.incidents[1].age_s == 28 * 60 + 1
        lobby = box.kiosk_service.snapshot("kiosk-2")
        assert (lobby.incidents, lobby.incidents_open) == ((), 3)
        assert lobby.banner is not None
        assert lobby.banner.incident == sos


async def test_a_flood_is_listed_up_to_a_bound_and_counted_whole(tmp_path: Path) -> None:
    async with box_parts(tmp_path, responders=("duty-1",)) as box:
        sos = await press(box, "ble:ac233fc001aa")
        for number in range(30):
            box.clock.advance(1)
            box.intake.alarm(f"kiosk:k{number}", HelpBell(f"k{number}"), REAL)
        state = box.kiosk_service.snapshot("duty-1")
        assert (len(state.incidents), state.incidents_open) == (MAX_INCIDENTS, 31)
        assert sos not in [one.incident for one in state.incidents], "the newest come first; the count says the rest"


async def test_an_acknowledgement_stands_nobody_down_and_somebody_who_goes_does(tmp_path: Path) -> None:
    async with box_parts(tmp_path, responders=("duty-1", "duty-2")) as box:
        key = await press(box, "ble:ac233fc001aa")
        box.incidents.acknowledge(key, Actor(role=Actor.OPERATOR, id="op-7", place="console"))
        box.clock.advance(31 * 60_000)
        (seen,) = box.kiosk_service.snapshot("duty-1").incidents
        assert (seen.acked, seen.help_coming, seen.mine, seen.by.zh) == (True, False, False, "值班员")
        assert "op-7" not in repr(seen)
        assert (await box.kiosk_service.respond("duty-1", key, "m-duty-1")).outcome == "going"
        (mine,) = box.kiosk_service.snapshot("duty-1").incidents
        (other,) = box.kiosk_service.snapshot("duty-2").incidents
        assert (mine.mine, mine.help_coming, other.mine, other.help_coming) == (True, True, False, True)
        assert other.by.zh == "一位邻居"


async def test_a_lobby_is_not_told_of_help_on_the_way_while_nobody_goes_to_another(tmp_path: Path) -> None:
    async with box_parts(tmp_path, responders=("duty-1",)) as box:
        older = await press(box, "ble:ac233fc001aa")
        box.clock.advance(1_000)
        newer = await press(box, "ble:ac233fc001ab")
        assert (await box.kiosk_service.respond("duty-1", newer, "m-duty-1")).outcome == "going"
        lobby = box.kiosk_service.snapshot("kiosk-2")
        assert lobby.banner is not None
        assert (lobby.banner.incident, lobby.banner.help_coming, lobby.incidents_open) == (older, False, 2)
        assert (await box.kiosk_service.respond("duty-1", older, "m-duty-1")).outcome == "going"
        after = box.kiosk_service.snapshot("kiosk-2").banner
        assert after is not None
        assert after.help_coming


async def test_a_screen_without_an_actor_goes_under_its_own_name(tmp_path: Path) -> None:
    async with box_parts(tmp_path, responders=("nameless",)) as box:
        key = await press(box, "ble:ac233fc001aa")
        assert (await box.kiosk_service.respond("nameless", key, "nameless")).outcome == "going"
        (mine,) = box.kiosk_service.snapshot("nameless").incidents
        assert (mine.mine, mine.by.zh) == (True, "一位邻居")


async def test_told_is_what_has_a_receipt(tmp_path: Path) -> None:
    async with box_parts(tmp_path, responders=("duty-1",)) as box:
        key = await press(box, "ble:ac233fc001aa")

        def told() -> tuple[str, ...]:
            banner = box.kiosk_service.snapshot("kiosk-1").banner
            assert banner is not None
            return banner.told

        assert told() == (), "no hub, no neighbour's page"
        box.kiosk_service.beat("kiosk-2", PageBeat("b", 1, 0, "home", (key,)))
        assert told() == (), "a lobby's screen is nobody"
        box.kiosk_service.beat("duty-1", PageBeat("b", 1, 0, "home"))
        assert told() == (), "a page that lives and does not show it"
        box.kiosk_service.beat("duty-1", PageBeat("b", 1, 0, "home", (key, "nonsense")))
        assert told() == ("neighbour",)
        local = box.incidents.get(key)
        assert local is not None
        box.incidents.merge(OpenIncidents(incidents=[local.incident]))
        assert told() == ("operator", "neighbour")


async def test_a_call_for_staff_says_who_has_it(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.offline = True
        assert (await box.kiosk_service.ask_staff("kiosk-1", "other")).told == ()
        box.offline = False
        asking = asyncio.create_task(box.kiosk_service.ask_staff("kiosk-2", "other"))
        key = ""
        while not key:
            await asyncio.sleep(0)
            key = next((one.key for one in box.incidents.open() if one.incident.device == "kiosk:kiosk-2"), "")
        local = box.incidents.get(key)
        assert local is not None
        listed = [one.incident for one in box.incidents.open()]
        box.incidents.merge(OpenIncidents(incidents=listed))
        assert (await asking).told == ("operator",)


async def test_asking_staff_is_a_request_and_a_quiet_p3(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        await box.kiosk_service.ask_staff("kiosk-1", "unknown_card")
        (request,) = await box.of_kind(REQUEST)
        assert Request.FromString(request.payload).about == "unknown_card"
        (event,) = await box.of_kind(ALARM_RAISED)
        assert Alarm.FromString(event.payload).priority == P3
        assert box.alerts.rings == 0
        assert box.kiosk_service.snapshot("kiosk-1").banner is None


async def test_an_incident_of_a_resident_shows_zone_and_flat_for_the_server_to_strip(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.alarm("ble:ac233fc001aa", DevicePress("ble:ac233fc001aa", frozenset({int(Reason.SOS)}), True), DRILL)
        banner = box.kiosk_service.snapshot("kiosk-1").banner
        assert banner is not None
        assert (banner.flat, banner.drill) == ("3-2-501", True)


async def test_pages_hear_of_changes_and_of_taps_at_their_reader(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at("09:02")) as box:
        changes = box.kiosk_service.changes("kiosk-1")
        first = await anext(changes)
        assert isinstance(first, KioskState)
        await box.intake.take(CardReading("card_reader:kiosk-1", CARD))
        tap = await anext(changes)
        while not isinstance(tap, CardTap):
            tap = await anext(changes)
        assert tap.result.outcome == "recorded"
        with pytest.raises(NotRecorded):
            await box.intake.take(CardReading("card_reader:kiosk-1", "em4100:0000000000"))
        box.kiosk_service.close()
        async for change in changes:
            assert change != first


async def test_an_unknown_kiosk_is_named(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for call in (
            box.kiosk_service.check_in("nowhere", CARD, None, nonce()),
            box.kiosk_service.undo("nowhere", "x"),
            box.kiosk_service.help("nowhere", 2000),
        ):
            with pytest.raises(UnknownKiosk):
                await call
