"""Incidents from alarm to close, through real files and the real API."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from anju_protos.incidents import STRANGERS_MAX, incident_key
from anju_protos.v1.event_pb2 import (
    ACKED,
    BOOT,
    CLOCK_FIX,
    DRILL,
    FALL,
    NEW,
    P1,
    P2,
    RESOLVED,
    REVIEWED,
    RINGING,
    SOS,
    TEST,
    UNSET,
    Actor,
    Anchor,
    Boot,
    ClockFix,
    Event,
    EventRef,
    Kind,
    Stamp,
)
from support.events import ACTIVITY, ALARM, T0, TELEMETRY, Box, alarm, presence, step
from support.hubs import Clock, Hub, running


async def only(hub: Hub) -> Any:
    [incident] = (await hub.http.get("/api/incidents")).json()
    return incident


def ref(box: Box, seq: int) -> EventRef:
    return EventRef(stream=box.stream, seq=seq)


RESPONDER = Actor(role=Actor.RESPONDER, id="m-01", place="kiosk:1")


async def test_an_alarm_is_an_incident_with_names_place_and_clocks(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub.clock.ms = T0 + 400
        box = Box("alarm", ALARM)
        raised = alarm(at_ms=100, last_place={"zone": "b3-u2", "age_ms": 12_000}, battery_pct=80)
        await hub.take(box, raised)
        incident = await only(hub)
        assert incident["id"] == incident_key(ref(box, 1))
        assert (incident["priority"], incident["state"], incident["reasons"]) == ("P1", "NEW", ["SOS"])
        assert incident["resident_label"] == "3-2-501 王*秀"
        assert incident["device_zh"] == "手环 1"
        assert incident["place"] == {
            "zone": "b3-u2",
            "zone_zh": "3栋2单元",
            "zone_en": "Building 3, unit 2",
            "age_s": 12,
        }
        assert incident["clocks"]["found"] == "2026-09-21T14:13:20.100Z"
        assert incident["clocks"]["alarmed"] == "2026-09-21T14:13:20.400Z"
        assert incident["clocks"]["answered"] is None
        assert incident["allowed"] == ["acknowledge", "resolve"]
        assert incident["battery_pct"] == 80


async def test_of_two_operators_one_is_first_and_the_other_learns_who(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("op-wang") as other:
        await hub.take(Box("alarm", ALARM), alarm())
        url = f"/api/incidents/{(await only(hub))['id']}/acknowledge"
        expected = {"round": 0, "state": "NEW"}
        first = await hub.http.post(url, json={"expected": expected})
        assert first.status_code == 200
        hub.clock.advance(0.4)
        second = await other.post(url, json={"expected": expected})
        assert second.status_code == 409
        body = second.json()
        assert body["error"] == "already_acknowledged"
        assert body["first"]["actor"] == {"role": "OPERATOR", "id": "op-li", "place": "console"}
        assert body["first"]["seconds_earlier"] == 0.4
        assert body["incident"]["state"] == "ACKED"
        again = await hub.http.post(url, json={"expected": expected})
        assert again.status_code == 200
        assert len(again.json()["owners"]) == 1


async def test_twenty_at_the_same_moment_make_one_owner(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, contextlib.AsyncExitStack() as people:
        await hub.take(Box("alarm", ALARM), alarm())
        url = f"/api/incidents/{(await only(hub))['id']}/acknowledge"
        others = [await people.enter_async_context(hub.person(f"op-{n}")) for n in range(20)]
        answers = await asyncio.gather(*(other.post(url, json={}) for other in others))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
        [winner] = [answer.json()["owners"][0]["id"] for answer in answers if answer.status_code == 200]
        losers = {answer.json()["first"]["actor"]["id"] for answer in answers if answer.status_code == 409}
        assert losers == {winner}


async def test_a_p1_closes_only_with_cause_and_contact(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        url = f"/api/incidents/{(await only(hub))['id']}"
        await hub.http.post(f"{url}/acknowledge", json={})
        for body, missing in (
            ({}, ["cause", "contacted"]),
            ({"cause": "fall"}, ["contacted"]),
            ({"contacted": True}, ["cause"]),
            ({"cause": "nobody_found", "contacted": False}, ["done"]),
        ):
            refused = await hub.http.post(f"{url}/resolve", json={**body})
            assert (refused.status_code, refused.json()["missing"]) == (422, missing)
        done = await hub.http.post(f"{url}/resolve", json={"cause": "fall", "contacted": True})
        assert done.status_code == 200
        assert (done.json()["state"], done.json()["cause"]) == ("RESOLVED", "fall")
        assert (await hub.http.get("/api/incidents")).json() == []
        [kept] = (await hub.http.get("/api/incidents?state=all")).json()
        assert kept["clocks"]["disposed"]


async def test_a_p1_closes_truthfully_when_nobody_was_found(tmp_path: Path) -> None:
    """Nobody has to claim a contact that was not made: it is said that there was none, and what was done."""
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        url = f"/api/incidents/{(await only(hub))['id']}"
        await hub.http.post(f"{url}/acknowledge", json={})
        body = {"cause": "nobody_found", "contacted": False}
        unknown = await hub.http.post(f"{url}/resolve", json=body | {"done": ["prayed"]})
        assert (unknown.status_code, unknown.json()["error"]) == (422, "invalid")
        closed = await hub.http.post(f"{url}/resolve", json=body | {"done": ["visited", "police_called"]})
        assert closed.status_code == 200
        shown = closed.json()
        assert (shown["contacted"], shown["contact"], shown["done"]) == (
            False,
            "NOT_REACHED",
            ["visited", "police_called"],
        )


async def test_the_state_is_worded_from_the_one_table_and_seen_is_not_coming(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        incident = await only(hub)
        assert (incident["state_zh"], incident["state_en"]) == ("还没有人应答", "Not answered yet")
        url = f"/api/incidents/{incident['id']}"
        seen = (await hub.http.post(f"{url}/acknowledge", json={})).json()
        assert seen["state_zh"] == "已应答，还没有人去"
        going = (await hub.http.post(f"{url}/step", json={"state": "RESPONDING"})).json()
        assert (going["state_zh"], going["state_en"]) == ("有人正赶去", "Someone is on the way")


async def test_copies_on_the_air_are_no_presses(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        await hub.take(box, step(20, incident=ref(box, 1), state=NEW, repeats=57, copies=57))
        incident = await only(hub)
        assert (incident["repeats"], incident["presses"]) == (57, 1)
        await hub.take(box, step(30, incident=ref(box, 1), state=NEW, repeats=58, copies=57))
        assert (await only(hub))["presses"] == 2


async def test_a_number_that_was_used_before_is_said(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm(at_ms=1_000))
        assert not (await only(hub))["counter_went_back"]
        await hub.take(box, alarm(at_ms=2_000, joins=ref(box, 1), counter_went_back=True))
        assert (await only(hub))["counter_went_back"]
        await hub.take(box, alarm(at_ms=3_000, device="ble:ac233fc001ab", counter_went_back=True))
        shown = (await hub.http.get("/api/incidents")).json()
        assert [one["counter_went_back"] for one in shown] == [True, True]


async def test_closed_incidents_of_the_last_30_days_are_found_by_what_their_card_says(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        for number in range(3):
            await hub.take(box, alarm(at_ms=1_000 * number, device=f"ble:c0ffee00000{number}", resident=""))
        await hub.take(box, alarm(at_ms=9_000))
        self_test = alarm(at_ms=9_500, device="", resident="", priority=P2)
        self_test.mark = TEST
        await hub.take(box, self_test)
        await hub.take(box, step(9_600, incident=ref(box, 5), state=RESOLVED, actor=RESPONDER, cause="self_test"))
        for incident in (await hub.http.get("/api/incidents")).json()[:3]:
            closing = {"cause": "fall", "contacted": True}
            await hub.http.post(f"/api/incidents/{incident['id']}/resolve", json=closing)

        async def found(q: str) -> list[str]:
            answer = (await hub.http.post("/api/incidents/closed", json={"text": q})).json()
            assert answer["more"] is None
            return [one["device"] for one in answer["incidents"]]

        assert await found("") == ["ble:ac233fc001aa", "ble:c0ffee000002", "ble:c0ffee000001"]
        assert await found("3-2-501 fall") == ["ble:ac233fc001aa"]
        assert await found("C0FFEE000002") == ["ble:c0ffee000002"]
        assert await found("op-li nothing") == []
        hub.clock.ms += 31 * 86_400_000
        assert await found("") == []


async def test_steps_go_only_where_they_may_and_from_what_the_caller_saw(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        url = f"/api/incidents/{(await only(hub))['id']}"
        far = await hub.http.post(f"{url}/step", json={"state": "ON_SITE"})
        assert far.status_code == 422
        await hub.http.post(f"{url}/acknowledge", json={})
        stale = {"state": "RESPONDING", "expected": {"round": 0, "state": "NEW"}}
        changed = await hub.http.post(f"{url}/step", json=stale)
        assert (changed.status_code, changed.json()["error"]) == (409, "changed")
        for state in ("RESPONDING", "ON_SITE"):
            moved = await hub.http.post(f"{url}/step", json={"state": state})
            assert moved.json()["state"] == state
        assert moved.json()["allowed"] == ["resolve"]


async def test_closed_on_site_still_asks_the_operator(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        taken = step(10, incident=ref(box, 1), state=ACKED, actor=RESPONDER)
        closed = step(20, incident=ref(box, 1), state=RESOLVED, actor=RESPONDER, cause="false", contacted=True)
        await hub.take(box, taken, closed)
        incident = await only(hub)
        assert incident["closed_on_site"]
        assert incident["needs_close"]
        assert incident["owners"][0]["id"] == "m-01"
        assert incident["allowed"] == ["resolve"]
        late = await hub.http.post(f"/api/incidents/{incident['id']}/acknowledge", json={})
        assert late.status_code == 409
        done = await hub.http.post(
            f"/api/incidents/{incident['id']}/resolve", json={"cause": "false", "contacted": True}
        )
        assert done.json()["closed_on_site"] is False
        assert (await hub.http.get("/api/incidents")).json() == []


async def test_a_box_closes_no_p1_by_calling_it_reviewed(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm(), step(20, incident=ref(box, 1), state=REVIEWED, actor=RESPONDER))
        incident = await only(hub)
        assert (incident["state"], incident["needs_close"], incident["allowed"]) == ("RESOLVED", True, ["resolve"])
        url = f"/api/incidents/{incident['id']}"
        early = await hub.http.post(f"{url}/step", json={"state": "REVIEWED"})
        assert (early.status_code, early.json()["missing"]) == (422, ["cause", "contacted"])
        assert (await only(hub))["state"] == "RESOLVED"


async def test_a_button_that_sticks_makes_one_short_incident(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm(), step(10, incident=ref(box, 1), state=RINGING, actor=RESPONDER))
        for n in range(1, 200, 20):
            presses = [alarm(at_ms=n * 1000 + k, joins=ref(box, 1)) for k in range(20)]
            counts = [
                step(n * 1000 + k, incident=ref(box, 1), state=NEW, repeats=n + k, actor=RESPONDER) for k in range(20)
            ]
            await hub.take(box, *(event for pair in zip(presses, counts, strict=True) for event in pair))
        incident = await only(hub)
        assert (incident["repeats"], incident["state"]) == (200, "RINGING")
        assert len(incident["steps"]) == 2


async def test_an_incident_closed_long_ago_can_be_read_and_reviewed(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("op-wang") as other:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        url = f"/api/incidents/{(await only(hub))['id']}"
        await hub.http.post(f"{url}/resolve", json={"cause": "fall", "contacted": True})
        hub.clock.advance(7_200)
        await hub.take(box, alarm("ble:other", at_ms=1))  # those closed more than an hour ago are forgotten
        assert (await hub.http.get(url)).json()["allowed"] == ["review"]
        late = await other.post(f"{url}/acknowledge", json={})
        assert (late.status_code, late.json()["error"]) == (409, "already_acknowledged")
        reviewed = await other.post(f"{url}/step", json={"state": "REVIEWED"})
        assert (reviewed.status_code, reviewed.json()["state"], reviewed.json()["allowed"]) == (200, "REVIEWED", [])
        assert reviewed.json()["clocks"]["disposed"] == "2026-09-21T14:13:20.000Z"


async def test_an_alarm_after_the_close_is_a_new_incident_linked_to_the_old(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        first = await only(hub)
        url = f"/api/incidents/{first['id']}/resolve"
        await hub.http.post(url, json={"cause": "fall", "contacted": True})
        await hub.take(box, alarm(at_ms=5_000))
        second = await only(hub)
        assert second["id"] != first["id"]
        assert second["linked_to"] == first["id"]


async def test_a_press_that_joins_an_open_incident_opens_no_second_one(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm(), alarm(at_ms=900, joins=ref(box, 1), reasons=[SOS, FALL]))
        await hub.take(box, step(901, incident=ref(box, 1), state=NEW, repeats=1, repeat_of_press=ref(box, 2)))
        incident = await only(hub)
        assert (incident["id"], incident["repeats"]) == (incident_key(ref(box, 1)), 1)
        assert incident["reasons"] == ["SOS", "FALL"]


async def test_a_press_that_joins_what_the_hub_closed_meanwhile_opens_its_own(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        url = f"/api/incidents/{(await only(hub))['id']}/resolve"
        await hub.http.post(url, json={"cause": "fall", "contacted": True})
        await hub.take(box, alarm(at_ms=5_000, joins=ref(box, 1)))
        assert (await only(hub))["id"] == incident_key(ref(box, 2))


async def test_copies_from_a_box_that_cannot_record_and_their_originals_are_one_incident(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        memory, disk = Box("memory", ALARM), Box("disk", ALARM)
        press = alarm()
        rings = step(20, incident=ref(disk, 1), state=RINGING, repeats=2)
        copies = []
        for seq, event in enumerate((press, rings), 1):
            copy = Event()
            copy.CopyFrom(event)
            copy.origin.CopyFrom(ref(disk, seq))
            copies.append(copy)
        await hub.take(memory, *copies)
        shown = await only(hub)
        assert (shown["id"], shown["state"]) == (incident_key(ref(disk, 1)), "RINGING")
        await hub.take(disk, press, rings)
        assert await only(hub) == shown
        assert len((await hub.http.get("/api/incidents?state=all")).json()) == 1


async def test_steps_before_their_alarm_wait_for_it(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        first, second = Box("one", ALARM), Box("two", ALARM)
        await hub.take(second, step(10, incident=ref(first, 1), state=RINGING, repeats=3))
        assert (await hub.http.get("/api/incidents")).json() == []
        await hub.take(first, alarm())
        incident = await only(hub)
        assert (incident["state"], incident["repeats"]) == ("RINGING", 3)


async def test_a_box_moves_no_incident_of_another_community(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        mine, theirs = Box("alarm", ALARM), Box("alarm", ALARM, "box-2", "other")
        await hub.take(mine, alarm())
        await hub.take(theirs, step(10, incident=ref(mine, 1), state=RESOLVED))
        early = Box("late", ALARM)
        await hub.take(theirs, step(10, incident=ref(early, 1), state=RESOLVED))
        await hub.take(early, alarm())
        assert [i["state"] for i in (await hub.http.get("/api/incidents")).json()] == ["NEW", "NEW"]


async def test_a_rehomed_alarm_keeps_its_id_and_counts_once(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        old, new = Box("old", ALARM), Box("new", ALARM)
        raised, other = alarm(), alarm("ble:other", at_ms=9)
        await hub.take(old, raised)
        origins = [Event(origin=ref(old, seq)).SerializeToString() for seq in (1, 1, 2)]
        await hub.take(
            new,
            raised.SerializeToString() + origins[0],  # the same fact
            other.SerializeToString() + origins[1],  # another fact that claims its number: after a fork
            alarm("ble:third").SerializeToString() + origins[2],
        )
        found = {i["device"]: i["id"] for i in (await hub.http.get("/api/incidents")).json()}
        assert found == {
            raised.device: incident_key(ref(old, 1)),
            other.device: incident_key(ref(new, 2)),
            "ble:third": incident_key(ref(old, 2)),
        }
        await hub.take(new, step(20, incident=ref(old, 1), state=ACKED, actor=RESPONDER))
        states = {i["device"]: i["state"] for i in (await hub.http.get("/api/incidents")).json()}
        assert states[other.device] == "ACKED"  # in that stream the number means the other fact
        assert states[raised.device] == "NEW"


async def test_devices_that_share_an_incident_are_named_up_to_a_bound(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        keys = [f"ble:c0ffee{number:06x}" for number in range(STRANGERS_MAX + 2)]
        unknown: dict[str, Any] = {"priority": P2, "unknown_device": True, "resident": ""}  # Any: of three types
        await hub.take(box, alarm(keys[0], **unknown))
        assert ((await only(hub))["strangers"], (await only(hub))["strangers_all"]) == ([], True)
        await hub.take(box, *(alarm(key, joins=ref(box, 1), **unknown) for key in keys[1:3]))
        assert ((await only(hub))["strangers"], (await only(hub))["strangers_all"]) == (keys[1:3], True)
        await hub.take(box, *(alarm(key, joins=ref(box, 1), **unknown) for key in keys[3:]))
        shared = await only(hub)
        assert shared["device"] == keys[0]
        assert (shared["strangers"], shared["strangers_all"]) == (keys[2:], False), "the newest are named"
        await hub.take(box, step(20, incident=ref(box, 1), state=RESOLVED, cause="false_alarm"))
        found = (await hub.http.post("/api/incidents/closed", json={"text": keys[-1]})).json()["incidents"]
        assert [one["id"] for one in found] == [shared["id"]]


async def test_an_unknown_devices_sos_and_a_drill_are_told_apart(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        drill = alarm("ble:drill")
        drill.mark = DRILL
        await hub.take(box, alarm("ble:unknown", priority=P2, unknown_device=True, resident=""), drill)
        shown = {i["device"]: i for i in (await hub.http.get("/api/incidents")).json()}
        assert (shown["ble:unknown"]["priority"], shown["ble:unknown"]["unknown_device"]) == ("P2", True)
        assert shown["ble:drill"]["mark"] == "DRILL"
        for state in ("open", "all"):
            drills = (await hub.http.get(f"/api/incidents?state={state}&mark=drill")).json()
            assert [i["device"] for i in drills] == ["ble:drill"]
        metrics = (await hub.http.get("/metrics")).text
        assert 'anju_hub_open_incidents{mark="drill",priority="P1"} 1.0' in metrics
        assert 'anju_hub_open_incidents{mark="real",priority="P2"} 1.0' in metrics


async def test_a_clock_that_was_wrong_is_corrected_when_the_truth_is_known(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub.clock.ms = T0 + 60_000
        box, activity = Box("alarm", ALARM), Box("activity", ACTIVITY)
        raised = alarm()
        raised.stamp.CopyFrom(Stamp(boot=7, elapsed_ms=5_000, wall_ms=86_400_000, quality=UNSET))
        await hub.take(box, raised)
        before = await only(hub)
        assert before["clocks"]["found_about"]
        assert before["clocks"]["found"] == before["clocks"]["alarmed"]  # at the latest when it came
        last = hub.parts.console.changes.last
        anchor = Anchor(boot=7, offset_ms=T0 - 4_000, error_ms=30, at_elapsed_ms=60_000, source=Anchor.HUB)
        fix = Event(kind=CLOCK_FIX, stamp=raised.stamp, payload=ClockFix(anchor=anchor).SerializeToString())
        await hub.take(activity, fix)
        after = await only(hub)
        assert after["clocks"]["found"] == "2026-09-21T14:13:21.000Z"
        assert not after["clocks"]["found_about"]
        published = hub.parts.console.changes.after(last)
        assert published is not None
        assert "incident" in [change.event for change in published]


async def test_a_clock_that_was_wrong_is_corrected_by_the_alarm_itself(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub.clock.ms = T0 + 60_000
        last = hub.parts.console.changes.last
        anchor = Anchor(boot=7, offset_ms=T0 - 4_000, error_ms=30, at_elapsed_ms=5_000, source=Anchor.HUB)
        raised = alarm(anchor=anchor)
        raised.stamp.CopyFrom(Stamp(boot=7, elapsed_ms=5_000, wall_ms=86_400_000, quality=UNSET))
        await hub.take(Box("alarm", ALARM), raised)
        first = next(c for c in hub.parts.console.changes.after(last) or [] if c.event == "incident")
        clocks = json.loads(first.data)["clocks"]  # what operators see first, before any other projection follows
        assert (clocks["found"], clocks["found_about"]) == ("2026-09-21T14:13:21.000Z", False)
        assert clocks["found_error_ms"] == 30


async def test_boots_without_a_clock_get_their_bounds_from_their_neighbours_in_order(tmp_path: Path) -> None:
    """The alarm of boot 9 comes first; the boots before it come afterwards, in one batch. A restart agrees."""

    def of_boot(boot: int, kind: Kind.ValueType, payload: Message, at_ms: int = 1_000) -> Event:
        where = Stamp(boot=boot, elapsed_ms=at_ms, wall_ms=5, quality=UNSET)
        return Event(kind=kind, stamp=where, payload=payload.SerializeToString())

    clock = Clock()
    clock.ms = T0 + 86_400_000
    async with running(tmp_path, clock) as hub:
        now = alarm("ble:now", anchor=Anchor(boot=9, offset_ms=T0 + 86_000_000, error_ms=30))
        now.stamp.CopyFrom(Stamp(boot=9, elapsed_ms=1_000, quality=UNSET))
        old = alarm("ble:old")
        old.stamp.CopyFrom(Stamp(boot=11, elapsed_ms=2_000, quality=UNSET))
        await hub.take(Box("alarm", ALARM), now, old)
        first = ClockFix(anchor=Anchor(boot=13, offset_ms=T0, error_ms=30))
        boots = [of_boot(boot, BOOT, Boot(boot=boot)) for boot in (13, 11, 9)]
        await hub.take(Box("activity", ACTIVITY), boots[0], of_boot(13, CLOCK_FIX, first), *boots[1:])
        shown = {i["device"]: i["clocks"] for i in (await hub.http.get("/api/incidents")).json()}
        assert shown["ble:old"]["found_about"]
        assert shown["ble:old"]["found"] == "2026-09-22T02:10:01.500Z"  # half way between the anchored ones
    async with running(tmp_path, clock) as hub:
        again = {i["device"]: i["clocks"] for i in (await hub.http.get("/api/incidents")).json()}
        assert again == shown


async def test_names_follow_the_roster_file_and_a_bad_one_leaves_the_last_good(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        roster, last = tmp_path / "ningdu.toml", hub.parts.console.changes.last
        good = roster.read_text(encoding="utf-8")
        roster.write_text(good.replace("3-2-501", "3-2-777"), encoding="utf-8")
        await hub.parts.label_watch.poll()
        assert (await only(hub))["resident_label"] == "3-2-777 王*秀"
        assert "reload" in [change.event for change in hub.parts.console.changes.after(last) or []]
        bad_zone = good.replace("Asia/Shanghai", "Asia/Nowhere")
        for bad in (b"community = ", b"\xff\xfe", good.replace("[[zones]]", "[[rooms]]").encode(), bad_zone.encode()):
            roster.write_bytes(bad)
            await hub.parts.label_watch.poll()
            assert (await only(hub))["resident_label"] == "3-2-777 王*秀"
        roster.unlink()
        await hub.parts.label_watch.poll()
        assert (await only(hub))["resident_label"] == "3-2-777 王*秀"
        roster.write_text(good, encoding="utf-8")
        await hub.parts.label_watch.poll()
        assert (await only(hub))["resident_label"] == "3-2-501 王*秀"


async def test_a_silent_box_is_one_p2_that_closes_itself(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path, clock) as hub:
        await hub.take(Box("telemetry", TELEMETRY), presence())
        hub.contacts.connected("box-1", "ningdu", "control")
        hub.contacts.disconnected("box-1", "control")
        clock.advance(89)
        await hub.parts.silent_box_watch.poll()
        assert (await hub.http.get("/api/incidents")).json() == []
        clock.advance(2)
        for _ in range(3):
            await hub.parts.silent_box_watch.poll()
        incident = await only(hub)
        assert (incident["priority"], incident["reasons"], incident["bearers"]) == ("P2", ["BOX_SILENT"], 1)
        assert incident["bearer_labels"] == ["3-2-501 王*秀"]
        assert incident["clocks"]["found"] == "2026-09-21T14:13:20.000Z"
        [row, never] = (await hub.http.get("/api/boxes")).json()
        assert (row["contact"], never["contact"]) == ("silent", "never")
        assert {device["heard"] for device in row["devices"]} == {None}
        assert not hub.live_incidents.open_for("ningdu").incidents
    async with running(tmp_path, clock) as hub:  # a restart neither doubles nor closes it
        await hub.parts.silent_box_watch.poll()
        assert (await only(hub))["id"] == incident["id"]
        hub.contacts.connected("box-1", "ningdu", "control")
        await hub.parts.silent_box_watch.poll()
        assert (await hub.http.get("/api/incidents")).json() == []
        [closed] = (await hub.http.get("/api/incidents?state=all")).json()
        assert (closed["cause"], closed["steps"][-1]["actor"]["role"]) == ("box_back", "HUB")


async def test_a_box_that_is_silent_while_its_projection_is_folded_anew_is_found(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path, clock) as hub:
        await hub.take(Box("telemetry", TELEMETRY), presence())
    clock.advance(86_400)
    for file in (tmp_path / "hub" / "projections").iterdir():
        file.unlink()
    async with running(tmp_path, clock) as hub:
        await hub.settled()
        await hub.parts.silent_box_watch.poll()
        assert (await hub.http.get("/api/incidents")).json() == []  # it has the full time to come back
        clock.advance(91)
        await hub.parts.silent_box_watch.poll()
        incident = await only(hub)
        assert incident["clocks"]["found"] == "2026-09-21T14:13:20.000Z"
    for file in (tmp_path / "hub" / "projections").iterdir():
        file.unlink()
    async with running(tmp_path, clock) as hub:
        await hub.settled()
        await hub.parts.silent_box_watch.poll()
        assert (await only(hub))["id"] == incident["id"]  # nobody has heard it: it is not back


async def test_a_hub_clock_that_is_set_back_forgets_and_notes_all_the_same(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box, activity = Box("alarm", ALARM), Box("activity", ACTIVITY)
        await hub.take(activity, b"\xff\xff junk")
        hub.clock.advance(-365 * 86_400)
        await hub.take(activity, b"\xff\xff junk")
        assert (await only(hub))["repeats"] == 1
        for n in range(3):
            await hub.take(box, alarm(f"ble:{n}", at_ms=n, priority=P2))
            url = f"/api/incidents/{incident_key(ref(box, n + 1))}/resolve"
            await hub.http.post(url, json={"cause": "false"})
            hub.clock.advance(3_700)
        await hub.take(box, alarm("ble:9", at_ms=9))
        assert [one.state for one in hub.live_incidents.open_for("ningdu").incidents] == [NEW]


async def test_boxes_are_told_nothing_while_incidents_are_folded_anew(tmp_path: Path) -> None:
    """What the hub does not list any more counts as closed on the box: a siren would fall silent."""
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        hub.parts.projector.report_rebuilt("incidents", {"alarm": 0})
        last = hub.parts.console.changes.last
        await hub.parts.console.changes.wait(last)  # the loop knows
        pushed = asyncio.ensure_future(anext(hub.live_incidents.subscribe("ningdu")))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not pushed.done()
        await hub.take(box, alarm("ble:second", at_ms=1))
        assert len((await pushed).incidents) == 2


async def test_a_flood_of_closed_ones_does_not_fill_what_boxes_are_sent(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        presses = [alarm(f"ble:{n}", at_ms=n, priority=P2) for n in range(300)]
        await hub.take(box, *presses)
        closes = [step(n, incident=ref(box, n), state=RESOLVED, actor=RESPONDER) for n in range(1, 291)]
        await hub.take(box, *closes)
        listed = hub.live_incidents.open_for("ningdu").incidents
        assert [one.state for one in listed] == [RESOLVED] * 100 + [NEW] * 10


async def test_content_that_nobody_understands_makes_one_p4(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("activity", ACTIVITY)
        for _ in range(3):
            await hub.take(box, b"\xff\xff junk")
        incident = await only(hub)
        assert (incident["priority"], incident["rule"]) == ("P4", "quarantine")
        hub.clock.advance(3_700)
        await hub.take(box, b"\xff\xff junk")
        assert (await only(hub))["repeats"] == 1
        [row, _] = (await hub.http.get("/api/boxes")).json()
        assert row["streams"][0]["quarantined"] == 4


async def test_an_alarm_that_nobody_can_read_is_a_p2_each_time(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box, activity = Box("alarm", ALARM), Box("activity", ACTIVITY)
        await hub.take(activity, b"\xff\xff junk")  # the hour's P4 is said
        await hub.take(box, b"\xff\xff junk", b"\xff\xff more")
        await hub.take(activity, alarm().SerializeToString().replace(b"r-0001", b"r-\xff001"))
        shown = {i["rule"]: i for i in (await hub.http.get("/api/incidents")).json()}
        assert {rule: (i["priority"], i["repeats"]) for rule, i in shown.items()} == {
            "quarantine": ("P4", 0),
            "unreadable_alarm": ("P2", 2),
        }
        url = f"/api/incidents/{shown['unreadable_alarm']['id']}"
        await hub.http.post(f"{url}/resolve", json={"cause": "false"})
        await hub.take(box, b"\xff\xff junk")
        again = {i["rule"]: i for i in (await hub.http.get("/api/incidents")).json()}
        assert again["unreadable_alarm"]["id"] != shown["unreadable_alarm"]["id"]


async def test_boxes_are_fed_open_incidents_and_learn_of_the_close(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        feed = hub.live_incidents.subscribe("ningdu")
        assert not (await anext(feed)).incidents
        await hub.take(box, alarm())
        opened = await anext(feed)
        assert [incident.priority for incident in opened.incidents] == [P1]
        url = f"/api/incidents/{(await only(hub))['id']}"
        await hub.http.post(f"{url}/acknowledge", json={})
        acked = await anext(feed)
        assert acked.incidents[0].state == ACKED
        assert acked.version > opened.version
        await hub.http.post(f"{url}/resolve", json={"cause": "fall", "contacted": True})
        assert (await anext(feed)).incidents[0].state == RESOLVED
        hub.clock.advance(3_601)
        await hub.take(box, alarm(at_ms=1))
        assert [incident.state for incident in (await anext(feed)).incidents] != [RESOLVED]


@pytest.mark.parametrize("key", ["x", "00-1", "zz" * 16 + "-1", "ab" * 16 + "-99999999999999999999999"])
async def test_an_id_of_nothing_is_a_plain_404(tmp_path: Path, key: str) -> None:
    async with running(tmp_path) as hub:
        assert (await hub.http.get(f"/api/incidents/{key}")).status_code == 404
        answer = await hub.http.post(f"/api/incidents/{key}/acknowledge", json={})
        assert answer.status_code == 404


async def test_a_second_operator_joins_as_assist_and_both_stay_listed(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("op-wang") as other:
        await hub.take(Box("alarm", ALARM), alarm())
        url = f"/api/incidents/{(await only(hub))['id']}"
        await hub.http.post(f"{url}/acknowledge", json={})
        late = await other.post(f"{url}/acknowledge", json={"expected": {"round": 0, "state": "NEW"}})
        assert late.status_code == 409
        joined = await other.post(f"{url}/step", json={"state": "ACKED"})
        assert joined.status_code == 200
        assert [owner["id"] for owner in joined.json()["owners"]] == ["op-li", "op-wang"]
        assert joined.json()["state"] == "ACKED"
        again = await other.post(f"{url}/step", json={"state": "ACKED"})
        assert len(again.json()["steps"]) == 2
