"""Who is named beside an incident: whoever wore the band when it was pressed, as the registry has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from anju_central.access.caller import COMMAND_LINE, HUB, Role
from anju_central.registry.people.bands import hand_out, note_lost
from anju_central.registry.queries.roster_take_over import take_over_roster
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry.tables import Device
from anju_central.registry.wearers import Wearers, Wearing
from anju_protos.roster_file import parse_roster
from support.events import ALARM, T0, Box, alarm
from support.hubs import ROSTER, Hub, config, running

BAND = "ble:ac233fc001aa"
TWO_PEOPLE = ROSTER + '\n[[residents]]\nid = "r-0002"\nname = "单雪梅"\nflat = "3-2-502"\n'
HISTORY = Wearers.of([Wearing(BAND, "r-0001", 100, 200), Wearing(BAND, "r-0002", 300, None)])


@pytest.mark.parametrize(
    ("at_ms", "error_ms", "said", "named"),
    [
        (150, 0, "r-0001", "r-0001"),
        (150, 0, "", "r-0001"),
        (350, 0, "r-0001", "r-0002"),  # the box had not heard of it yet
        (350, 0, "", "r-0002"),
        (250, 0, "r-0001", ""),  # lost in between: nobody wears it
        (250, 0, "", ""),
        (290, 100, "r-0001", "r-0001"),  # the clock does not tell the two apart
        (290, 20, "r-0001", "r-0002"),
        (50, 0, "r-0009", "r-0009"),  # the registry knows nothing of the two: the box's word
    ],
)
def test_the_registry_says_who_wore_it_then(at_ms: int, error_ms: int, said: str, named: str) -> None:
    assert HISTORY.at(BAND, at_ms, error_ms, said) == named
    assert HISTORY.at("ble:other", at_ms, error_ms, said) == said


async def labels(hub: Hub) -> list[str]:
    """What the list shows beside each incident, the oldest first."""
    return [row["resident_label"] for row in (await hub.http.get("/api/incidents?state=all")).json()][::-1]


async def device_number(hub: Hub) -> int:
    async with hub.parts.registry.registry.read(HUB) as session:
        return (await session.scalars(select(Device.device).where(Device.key == BAND))).one()


async def test_an_ended_binding_names_nobody_in_new_incidents_and_old_ones_keep_theirs(tmp_path: Path) -> None:
    """The box is offline and goes on naming the wearer whom it knows; the registry knows better."""
    config(tmp_path).data_dir.mkdir(parents=True, exist_ok=True)
    RegistrySecrets(config(tmp_path).data_dir, {}).make()
    async with running(tmp_path) as hub:
        registry, follower = hub.parts.registry.registry, hub.parts.rosters
        roster = parse_roster(TWO_PEOPLE, Path("ningdu.toml"))
        await take_over_roster(COMMAND_LINE, registry, roster, T0)
        await follower.refresh()
        alarms = Box("alarms", ALARM)
        await hub.take(alarms, alarm(at_ms=10_000))
        assert await labels(hub) == ["3-2-501 王*秀"]

        band = await device_number(hub)
        await note_lost(COMMAND_LINE, registry, band, T0 + 20_000)
        await follower.refresh()
        await hub.take(alarms, alarm(at_ms=30_000))
        assert await labels(hub) == ["3-2-501 王*秀", ""], "a lost band is worn by nobody, whatever its box still says"

        await hand_out(COMMAND_LINE, registry, band, "r-0002", T0 + 40_000)
        await follower.refresh()
        hub.clock.ms = T0 + 60_000
        await hub.take(alarms, alarm(at_ms=50_000))
        assert await labels(hub) == ["3-2-501 王*秀", "", "3-2-502 单*梅"]

        [first, lost, last] = (await hub.http.get("/api/incidents?state=all")).json()[::-1]
        async with hub.person("op-1", Role.OPERATOR) as operator:
            for _ in range(2):
                answer = await operator.get(f"/api/incidents/{last['id']}/named")
                assert answer.status_code == 200, answer.text
                assert (answer.json()["person"]["name"], answer.json()["person"]["flat"]) == ("单雪梅", "3-2-502")
            assert (await operator.get(f"/api/incidents/{first['id']}/named")).json()["person"]["name"] == "王小秀"
            assert (await operator.get(f"/api/incidents/{lost['id']}/named")).json() == {"person": None}
            assert (await operator.get(f"/api/incidents/{'ab' * 16}-1/named")).status_code == 422
        async with hub.person("op-2", Role.OPERATOR, frozenset({"other"})) as stranger:
            assert (await stranger.get(f"/api/incidents/{last['id']}/named")).status_code == 422
        async with hub.person("officer", Role.SUPERVISOR) as officer:
            looked = (await officer.get("/api/look-ups?account=op-1")).json()["look_ups"]
            assert [(row["incident"], row["purpose"], row["people"]) for row in looked] == [
                (first["id"], "emergency", 1),
                (last["id"], "emergency", 1),
            ], "once for each person, incident and operator"
