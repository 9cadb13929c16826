"""A changed rule tried on what a community's boxes told in the last 30 days; nothing is changed by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from anju_central.access.caller import COMMAND_LINE, NotAllowed
from anju_central.api.rule_trials import DAY_MS, DAYS, RuleTrials, Trial
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.database import Registry
from anju_central.registry.errors import UnknownCommunity
from anju_central.registry.people.bands import NewDevice, add_device
from anju_central.registry.people_errors import BadValue
from anju_central.registry.queries.bundle_rows import read_bundle_rows
from anju_central.registry.queries.community_rules import community_rules, put_rule
from anju_central.registry.queries.roster_take_over import begin_roster
from anju_central.registry.queries.rule_trial import site_to_try
from anju_central.registry.tables import DeviceKind
from anju_central.store.damage import STORE_FILE
from anju_central.store.sqlite_store import SqliteEventStore
from anju_edge.roster.roster import index
from anju_protos.rules.in_bundle import rules_of
from anju_protos.v1.event_pb2 import (
    ALARM,
    ALARM_RAISED,
    DEVICE_STATE,
    DRILL,
    SYNCED,
    TELEMETRY,
    UNSET,
    Alarm,
    DeviceState,
    Event,
    Reason,
    Stamp,
)
from support.events import T0 as NOW
from support.events import Box
from support.registry_people import CLERK, TECHNICIAN, People, people_in

BAND, OTHER = "setracker:1", "setracker:2"
HOUR = 3_600_000


def state(at_ms: int, *, worn: bool) -> Event:
    stamp = Stamp(boot=7, elapsed_ms=at_ms, wall_ms=at_ms, quality=SYNCED)
    return Event(kind=DEVICE_STATE, stamp=stamp, device=BAND, payload=DeviceState(worn=worn).SerializeToString())


@dataclass
class Hub:
    people: People
    store: SqliteEventStore
    folder: Path
    now_ms: int = NOW

    async def tried(self, kind: str, values: Mapping[str, str], community: str = "ningdu") -> Trial:
        site = await site_to_try(TECHNICIAN, self.people.registry, community, "try", kind, values)
        return await RuleTrials(self.folder / STORE_FILE).run(site, NOW)


@pytest.fixture
async def hub(registry: Registry, tmp_path: Path) -> AsyncIterator[Hub]:
    async with people_in(registry, tmp_path) as made:
        for community in ("ningdu", "other"):
            await begin_roster(COMMAND_LINE, registry, community, NOW)
            for key in (BAND, OTHER):
                new = NewDevice(key, DeviceKind.BAND, "", "")
                await add_device(COMMAND_LINE, registry, community, new, NOW)
        found = Hub(made, SqliteEventStore.open(tmp_path, now_ms=lambda: found.now_ms), tmp_path)
        try:
            yield found
        finally:
            await found.store.close()


async def test_how_often_it_would_have_rung_by_day_and_device(hub: Hub) -> None:
    mine, theirs = Box("t", TELEMETRY), Box("t", TELEMETRY, "box-2", "other")
    hub.now_ms = NOW - 40 * DAY_MS
    await hub.store.submit(mine.submission(state(hub.now_ms - HOUR, worn=False), state(hub.now_ms, worn=True)))
    for days_ago in (3, 2):
        hub.now_ms = at_ms = NOW - days_ago * DAY_MS
        await hub.store.submit(mine.submission(state(at_ms - 2 * HOUR, worn=False), state(at_ms - HOUR, worn=True)))
        await hub.store.submit(theirs.submission(state(at_ms - 2 * HOUR, worn=False)))
    trial = await hub.tried("off_wrist", {"after_s": "120"})
    assert (trial.days, trial.alarms, trial.rings, trial.events, trial.complete) == (DAYS, 2, 2, 4, True)
    assert [(row.device, row.alarms) for row in trial.rows] == [(BAND, 1), (BAND, 1)]
    assert trial.rows[0].day > trial.rows[1].day
    assert (await hub.tried("off_wrist", {"after_s": "7200"})).alarms == 0
    assert (await hub.tried("off_wrist", {"devices": OTHER})).alarms == 0


async def test_only_what_was_real_and_a_devices_own_counts_and_a_bad_clock_takes_the_arrival(hub: Hub) -> None:
    box = Box("a", ALARM)
    events = []
    for number, (rule, mark) in enumerate([("sos", 0), ("sos", DRILL), ("off_wrist", 0)]):
        stamp = Stamp(boot=7, elapsed_ms=number, wall_ms=5, quality=UNSET)
        payload = Alarm(reasons=[Reason.SOS], rule=rule).SerializeToString()
        events.append(Event(kind=ALARM_RAISED, stamp=stamp, device=BAND, payload=payload, mark=mark))  # type: ignore[arg-type]  # a number of Mark
    await hub.store.submit(box.submission(*events))
    trial = await hub.tried("sos", {"priority": "P1"})
    assert (trial.alarms, trial.rings, trial.late) == (1, 1, 0)
    assert trial.rows[0].day.startswith("2026-09-2")


async def test_a_rule_that_no_box_takes_is_not_tried_and_nothing_is_changed(hub: Hub) -> None:
    registry = hub.people.registry
    for refused, words, kind, values in (
        (BadValue, "values.devices", "not_heard", {}),
        (BadValue, "no zone of this community", "zone_exit", {"devices": BAND, "zones": "cellar"}),
        (BadValue, "kind", "device_silent", {}),
        (BadValue, "kind", "wizard", {}),
    ):
        with pytest.raises(refused, match=words):
            await hub.tried(kind, values)
    with pytest.raises(NotAllowed):
        await site_to_try(CLERK, registry, "ningdu", "try", "sos", {})
    with pytest.raises(UnknownCommunity):
        await site_to_try(TECHNICIAN, registry, "other", "try", "sos", {})
    assert (await community_rules(TECHNICIAN, registry, "ningdu")).rules == ()


async def test_a_rule_is_refused_with_its_field_and_a_device_that_goes_later_is_shown(hub: Hub) -> None:
    registry = hub.people.registry
    for kind, values, field in (
        ("not_heard", {"devices": "setracker:9"}, "values.devices"),
        ("zone_exit", {"devices": BAND, "zones": "cellar"}, "values.zones"),
        ("off_wrist", {"after_s": "soon"}, "values.after_s"),
        ("wizard", {}, "kind"),
    ):
        with pytest.raises(BadValue) as caught:
            await put_rule(TECHNICIAN, registry, "ningdu", "one", kind, values, NOW)
        assert caught.value.field == field
    await put_rule(TECHNICIAN, registry, "ningdu", "one", "not_heard", {"devices": f"{BAND} {OTHER}"}, NOW)
    assert [rule.fault for rule in (await community_rules(TECHNICIAN, registry, "ningdu")).rules] == [""]
    await hub.people.run("UPDATE device SET state = 'retired', retired_ms = 1 WHERE key = :key", key=OTHER)
    [rule] = (await community_rules(TECHNICIAN, registry, "ningdu")).rules
    assert rule.fault == f"devices: {OTHER} is no device of this community"
    rows = await read_bundle_rows(COMMAND_LINE, registry, "ningdu")
    assert rows is not None
    told = build_bundle(rows)
    assert [dict(one.values) for one in rules_of(told)] == [{"devices": BAND}]
    assert list(told.rules) == [], "a box of an earlier version does not look at it, and takes the rest"
    assert len(index(told, "ningdu").rules.watching) == 1, "a box takes what is left of it"
