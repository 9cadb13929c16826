"""From a change in the registry to the box of that community and no other: the whole way, real databases and line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import httpx

from anju_central.access.caller import COMMAND_LINE
from anju_central.box_services import add_services
from anju_central.control.rosters import RosterPush
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.queries.communities import add_community
from anju_central.registry.queries.roster_take_over import take_over_roster
from anju_central.registry.tables import CommunityRule, Resident, ResidentState
from anju_edge.sync.box_identity import BoxIdentity
from anju_protos.roster_file import parse_roster
from support.hubs import Hub, running
from support.roster_rig import roster_box
from support.sync_rig import drained, until

NOW = 1_800_000_000_000
NINGDU, OTHER = BoxIdentity("box-1", "ningdu", "test 1.0"), BoxIdentity("box-2", "willow", "test 1.0")


def file_of(community: str, name: str, letter: str) -> str:
    return f"""
community = "{community}"
name_zh = "{community}"
token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"
[[devices]]
key = "ble:ac233fc0{letter}1"
kind = "band"
[[residents]]
id = "{letter}-resident-one"
name = "{name}"
flat = "{letter}-2-501"
[[residents]]
id = "{letter}-resident-two"
name = "另{name}"
flat = "{letter}-2-502"
[[bindings]]
device = "ble:ac233fc0{letter}1"
resident = "{letter}-resident-one"
[[tokens]]
token = "em4100:67003B51{letter}6"
resident = "{letter}-resident-one"
"""


@dataclass
class District:
    """A hub with two communities in its registry, and where boxes find it."""

    hub: Hub
    port: int

    @property
    def registry(self) -> Registry:
        return self.hub.parts.registry.registry

    async def edit(self, resident: str, change: Callable[[Resident], None], registry: Registry | None = None) -> None:
        """What a clerk does at the console."""
        async with (registry or self.registry).write(COMMAND_LINE) as session:
            row = await session.get(Resident, resident)
            assert row is not None
            change(row)
            record(session, "resident.edit", resident, row.community, NOW)


def moves_out(row: Resident) -> None:
    row.state, row.left_ms = ResidentState.MOVED_OUT, NOW


@asynccontextmanager
async def district(folder: Path) -> AsyncIterator[District]:
    async with running(folder) as hub:
        parts, server = hub.parts, grpc.aio.server()
        known = {box.box: box.community for box in (NINGDU, OTHER)}
        push = RosterPush(parts.rosters.book)
        push.on_held = parts.desk.rosters.hear
        add_services(server, hub.store, known, parts.contacts, parts.live_incidents, hub.clock.wall_ms, rosters=push)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        following = asyncio.create_task(parts.rosters.run())
        try:
            made = District(hub, port)
            for community, name, letter in (("ningdu", "单雪梅", "a"), ("willow", "欧阳建国", "b")):
                if community != "ningdu":
                    await add_community(COMMAND_LINE, made.registry, community, community, community, NOW)
                bundle = parse_roster(file_of(community, name, letter), Path("x.toml"))
                await take_over_roster(COMMAND_LINE, made.registry, bundle, NOW)
            yield made
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await server.stop(0)


def disk_of(folder: Path) -> bytes:
    """All bytes of all files that a box has."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_each_change_reaches_its_box_and_no_other(tmp_path: Path) -> None:
    async with district(tmp_path / "hub") as site:
        async with (
            roster_box(tmp_path / "one", site.port, identity=NINGDU) as box,
            roster_box(tmp_path / "two", site.port, identity=OTHER) as other,
        ):
            await box.has(2)
            await other.has(2)
            assert set(box.store.current.residents) == {"a-resident-one", "a-resident-two"}
            assert box.store.current.resident_of("ble:ac233fc0a1", NOW) == "a-resident-one"

            await site.edit("a-resident-two", lambda row: setattr(row, "name", "赵大勇"))
            await box.has(3)
            assert box.store.current.residents["a-resident-two"].masked_name == "赵*勇"

            await site.edit("a-resident-one", moves_out)
            await box.has(4)
            assert set(box.store.current.residents) == {"a-resident-two"}
            assert not box.store.current.residents_of_token
            assert not box.store.current.residents_of_device.get("ble:ac233fc0a1")
            assert other.revision == 2
            await drained(box.box)
            await drained(other.box)
    for folder, foreign in (("one", "b"), ("two", "a")):
        disk = disk_of(tmp_path / folder)
        assert len(disk) > 10_000
        for trace in (f"{foreign}-resident", f"ble:ac233fc0{foreign}", f"{foreign}-2-501"):
            assert trace.encode() not in disk, (folder, trace)
    for name in ("单雪梅", "欧阳建国", "另单雪梅"):
        assert name.encode() not in disk_of(tmp_path / "one") + disk_of(tmp_path / "two"), "no box has a full name"


async def test_what_another_process_changed_reaches_the_box_too(tmp_path: Path) -> None:
    async with district(tmp_path / "hub") as site, roster_box(tmp_path / "one", site.port, identity=NINGDU) as box:
        await box.has(2)
        beside = await Registry.open(site.registry.where)
        try:
            await site.edit("a-resident-one", moves_out, beside)
        finally:
            await beside.close()
        assert box.revision == 2
        await site.hub.parts.registry.poll()  # the hub does so every 2 s
        await box.has(3)
        assert set(box.store.current.residents) == {"a-resident-two"}


async def test_who_was_taken_out_while_the_box_was_away_is_gone_when_it_comes(tmp_path: Path) -> None:
    async with district(tmp_path / "hub") as site:
        async with roster_box(tmp_path / "one", site.port, identity=NINGDU) as box:
            await box.has(2)
            await drained(box.box)
        await site.edit("a-resident-one", moves_out)
        async with roster_box(tmp_path / "one", site.port, identity=NINGDU) as box:
            assert "a-resident-one" in box.store.current.residents
            await box.has(3)
            assert "a-resident-one" not in box.store.current.residents
            await drained(box.box)
    assert b"a-resident-one" not in disk_of(tmp_path / "one")


async def test_names_on_screens_come_from_the_registry_and_the_file_counts_no_more(tmp_path: Path) -> None:
    async with district(tmp_path / "hub") as site:
        parts = site.hub.parts
        labels = parts.label_watch.labels
        await until(lambda: labels.of("ningdu").revision == 2)
        assert labels.of("ningdu").resident("a-resident-one") == "a-2-501 单*梅"
        await site.edit("a-resident-one", lambda row: setattr(row, "name", "赵大勇"))
        await until(lambda: labels.of("ningdu").resident("a-resident-one") == "a-2-501 赵*勇")
        labels.files["ningdu"].write_text(file_of("ningdu", "旧人名", "z"), encoding="utf-8")
        await parts.label_watch.poll()
        assert labels.of("ningdu").resident("a-resident-one") == "a-2-501 赵*勇"


async def notes_of_box(http: httpx.AsyncClient) -> list[str]:
    boxes = (await http.get("/api/boxes")).json()
    return next(row["notes"] for row in boxes if row["box"] == "box-1")


async def test_the_console_names_the_row_that_a_box_refuses(tmp_path: Path) -> None:
    async with (
        district(tmp_path / "hub") as site,
        roster_box(tmp_path / "one", site.port, identity=NINGDU) as box,
        roster_box(tmp_path / "two", site.port, identity=OTHER) as other,
    ):
        await box.has(2)
        async with site.registry.write(COMMAND_LINE) as session:
            rule = CommunityRule(community="ningdu", rule="odd", kind="no-such-kind", parameters="{}", changed_ms=NOW)
            session.add(rule)
            record(session, "rule.add", "odd", "ningdu", NOW)
        await until(lambda: bool(box.store.trouble))
        await drained(box.box)
        await site.hub.settled()
        notes = await notes_of_box(site.hub.http)
        assert [note for note in notes if note.startswith("roster 3 refused: rules.odd.kind: unknown kind")], notes
        [mine, _] = (await site.hub.http.get("/api/rosters")).json()["rosters"]
        assert (mine["box"], mine["hub_revision"], mine["box_revision"], mine["behind"]) == ("box-1", 3, 2, 1)
        assert mine["behind_since_at"] is not None
        [refused] = mine["refused"]
        assert (refused["revision"], refused["row"]) == (3, "rules.odd.kind")
        assert refused["reason"].startswith("unknown kind")
        await site.edit("b-resident-one", moves_out)
        await other.has(3)
        assert box.revision == 2
