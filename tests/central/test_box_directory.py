"""The boxes in memory: filled from the registry, changed with it, and there when it is not."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from pathlib import Path

import pytest

from anju_central.access.box_directory import BoxDirectory, BoxRecord
from anju_central.access.caller import COMMAND_LINE, HUB
from anju_central.access.last_sessions import LAST_SESSIONS_FILE
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.last_good import LAST_GOOD_FILE, LastGood, read_last_good, write_last_good
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries.boxes import add_box, list_boxes, note_streamed, retire_box, revoke_box
from anju_central.registry.queries.claims import make_claim, use_claim
from anju_central.registry.queries.communities import CommunityRow, add_community, list_communities
from anju_central.registry.queries.take_over import FileBox
from anju_central.registry.rows import NewCertificate
from anju_protos.v1.event_pb2 import ALARM, TEST
from support.events import T0, Box, alarm
from support.hubs import config, running
from support.people import add_person

FILE = [FileBox("box-1", "ningdu", "/etc/ningdu.toml"), FileBox("box-2", "other")]


def link_of(url: str, folder: Path) -> tuple[RegistryLink, BoxDirectory]:
    directory = BoxDirectory()
    return RegistryLink(url, directory, folder / LAST_GOOD_FILE, lambda: T0), directory


# -- the directory alone


def test_followers_learn_of_what_differs_and_one_that_fails_hides_nothing_from_another() -> None:
    directory = BoxDirectory()
    told: list[str] = []

    def fails(box: str) -> None:
        raise RuntimeError(box)

    directory.subscribe(fails)
    end = directory.subscribe(told.append)
    directory.update([BoxRecord("a", "c", "claimed"), BoxRecord("b", "c", "unused")])
    directory.update([BoxRecord("a", "c", "active"), BoxRecord("b", "c", "unused")])
    assert told == ["a", "b", "a"]
    assert directory.communities == {"a": "c"}
    directory.update([BoxRecord("a", "c", "revoked")])
    assert directory.communities == {}
    end()
    directory.update([BoxRecord("a", "c", "retired")])
    assert told == ["a", "b", "a", "a"]
    assert [record.state for record in directory.records()] == ["retired", "unused"]
    assert directory.lookup("c") is None


def test_the_last_good_list_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / LAST_GOOD_FILE
    assert read_last_good(path) == LastGood()
    known = LastGood([BoxRecord("a", "c", "active", b"\xff" * 32)], [CommunityRow("c", "柠都", "Ningdu", None)])
    write_last_good(path, known)
    assert read_last_good(path) == known
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.stat().st_ino
    write_last_good(path, known)
    assert path.stat().st_ino == before  # nothing new, nothing written
    for spoilt in (b"", b"{", b"[]", b'{"boxes": [["a"]], "communities": []}', b"\xff\xfe", b'{"boxes": 5}'):
        path.write_bytes(spoilt)
        assert read_last_good(path) == LastGood()
    write_last_good(tmp_path / "nowhere" / "file", known)  # said in the log, nothing ends


# -- with the registry


async def test_the_directory_has_changed_before_the_change_returns(registry_url: str, tmp_path: Path) -> None:
    link, directory = link_of(registry_url, tmp_path)
    await link.start()
    registry = link.registry
    await add_community(HUB, registry, "ningdu", "柠都", "Ningdu", T0)
    await add_box(HUB, registry, "box-1", "ningdu", T0)
    assert directory.lookup("box-1") == BoxRecord("box-1", "ningdu", "unused")
    await make_claim(HUB, registry, "box-1", "a" * 32, b"s" * 32, T0 + 1, T0)
    await use_claim(HUB, registry, "a" * 32, NewCertificate("1", b"k" * 32, T0, T0 + 1, b"der"), T0)
    assert directory.lookup("box-1") == BoxRecord("box-1", "ningdu", "claimed", b"k" * 32)
    told: list[str] = []
    directory.subscribe(told.append)
    await revoke_box(HUB, registry, "box-1", T0)
    assert told == ["box-1"]
    assert directory.lookup("box-1") == BoxRecord("box-1", "ningdu", "revoked", b"k" * 32)
    assert read_last_good(tmp_path / LAST_GOOD_FILE).boxes == directory.records()
    await link.close()


async def test_a_district_that_comes_for_the_first_time_writes_its_list_once(
    registry_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, directory = link_of(registry_url, tmp_path)
    await link.start([FileBox(f"box-{number}", "ningdu") for number in range(20)])
    written: list[Path] = []

    def write(path: Path, known: LastGood) -> None:
        written.append(path)
        write_last_good(path, known)

    monkeypatch.setattr("anju_central.registry.link.write_last_good", write)
    for record in directory.records():
        await note_streamed(HUB, link.registry, record.box, T0)
    assert {record.state for record in directory.records()} == {"active"}
    assert written == []
    await link.poll()
    assert read_last_good(tmp_path / LAST_GOOD_FILE).boxes == directory.records()
    await revoke_box(HUB, link.registry, "box-1", T0)
    assert read_last_good(tmp_path / LAST_GOOD_FILE).boxes == directory.records(), "who is out is out at once"
    assert len(written) <= 3
    await link.close()


async def test_what_another_process_changes_is_seen_at_the_next_look(registry_url: str, tmp_path: Path) -> None:
    link, directory = link_of(registry_url, tmp_path)
    await link.start(FILE)
    changed: list[int] = []
    link.on_communities = lambda: changed.append(len(link.communities))
    other = await Registry.open(registry_url)
    await revoke_box(COMMAND_LINE, other, "box-1", T0)
    await add_community(COMMAND_LINE, other, "third", "", "", T0)
    assert "box-1" in directory.communities
    await link.poll()
    assert directory.communities == {"box-2": "other"}
    assert changed == [3]
    await other.close()
    await link.close()


async def test_boxes_of_the_file_are_taken_over_once(
    registry_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    link, directory = link_of(registry_url, tmp_path)
    await link.start(FILE)
    assert "taken over from the configuration into the registry: box-1, box-2" in caplog.text
    assert "ignored" not in caplog.text
    assert directory.communities == {"box-1": "ningdu", "box-2": "other"}
    rosters = {row.community: row.roster_file for row in link.communities.values()}
    assert rosters == {"ningdu": "/etc/ningdu.toml", "other": None}
    await retire_box(HUB, link.registry, "box-2", T0)
    before = await list_boxes(HUB, link.registry)
    await link.close()
    caplog.clear()

    link, directory = link_of(registry_url, tmp_path)
    await link.start([*FILE[1:], FileBox("box-1", "moved"), FileBox("box-3", "ningdu")])
    assert "taken over from the configuration into the registry: box-3" in caplog.text
    assert "2 of them are in the registry, which alone counts, so these rows are ignored; remove them" in caplog.text
    assert "box box-1: the file says moved, the registry ningdu; that holds" in caplog.text
    assert [row for row in await list_boxes(HUB, link.registry) if row.box != "box-3"] == before
    assert directory.communities == {"box-1": "ningdu", "box-3": "ningdu"}
    assert [row.community for row in await list_communities(HUB, link.registry)] == ["ningdu", "other"]
    await link.close()


# -- without the registry


async def test_boxes_are_served_by_the_last_good_list_until_the_registry_is_back(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    link, _ = link_of(sqlite_url(path), tmp_path)
    await link.start(FILE)
    await revoke_box(HUB, link.registry, "box-2", T0)
    await link.close()
    sound = path.read_bytes()
    path.write_bytes(b"not a database any more, " * 400)

    link, directory = link_of(sqlite_url(path), tmp_path)
    await link.start([*FILE, FileBox("box-3", "ningdu")])
    assert directory.communities == {"box-1": "ningdu", "box-3": "ningdu"}
    assert link.communities["ningdu"].roster_file == "/etc/ningdu.toml"
    assert "file is not a database" in link.notices()[0]
    with pytest.raises(RegistryUnavailable, match="file is not a database"):
        _ = link.registry
    await link.poll()
    assert link.fault is not None
    path.write_bytes(sound)
    await link.poll()
    assert link.notices() == []
    assert len(await list_boxes(HUB, link.registry)) == 3
    await link.close()


async def test_an_empty_database_in_the_registrys_place_serves_nobody_less(registry_url: str, tmp_path: Path) -> None:
    known = LastGood([BoxRecord("box-1", "ningdu", "active", b"k" * 32)], [CommunityRow("ningdu", "a", "b", None)])
    write_last_good(tmp_path / LAST_GOOD_FILE, known)
    link, directory = link_of(registry_url, tmp_path)
    await link.start()
    assert directory.records() == known.boxes
    assert "knows no box" in link.notices()[0]
    (tmp_path / LAST_GOOD_FILE).unlink()
    await link.poll()
    assert link.notices() == []
    await link.close()


async def test_an_older_registry_put_back_revives_nobody_and_forgets_nobody(registry_url: str, tmp_path: Path) -> None:
    link, _ = link_of(registry_url, tmp_path)
    await link.start([*FILE, FileBox("box-3", "ningdu")])
    await link.close()
    path = tmp_path / LAST_GOOD_FILE  # as it was after what the backup does not know
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows["boxes"] = [
        ["box-1", "ningdu", "revoked", None],
        ["box-2", "other", "retired", None],
        ["box-3", "ningdu", "active", None],
        ["box-4", "new", "active", "aa" * 32],
        ["box-5", "new", "revoked", None],
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    link, directory = link_of(registry_url, tmp_path)
    await link.start()
    assert {one.box: one.state for one in directory.records()} == {
        "box-1": "revoked",
        "box-2": "retired",
        "box-3": "claimed",
        "box-4": "claimed",
    }
    await link.close()


# -- in the hub


async def test_the_hub_follows_its_registry(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        registry = hub.parts.registry.registry
        assert {contact.box for contact in hub.contacts.boxes()} == {"box-1", "box-2"}
        await add_community(HUB, registry, "third", "第三社区", "Third", hub.clock.ms)
        await add_box(HUB, registry, "box-3", "third", hub.clock.ms)
        assert hub.contacts.of("box-3") is None
        await hub.parts.registry.poll()
        changes = hub.parts.console.changes
        with changes.following():
            last = changes.last
            await revoke_box(HUB, registry, "box-2", hub.clock.ms)
            assert [box["box"] for box in (await hub.http.get("/api/boxes")).json()] == ["box-1"]
            assert any(change.event == "reload" for change in changes.after(last) or [])
        assert hub.parts.directory.communities == {"box-1": "ningdu"}
    async with running(tmp_path) as hub:  # the file's rows do not bring it back
        assert [contact.box for contact in hub.contacts.boxes()] == ["box-1"]


async def test_first_session_and_first_test_event_are_noted_off_the_hot_path(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        progress, registry = hub.parts.progress, hub.parts.registry.registry
        hub.contacts.connected("box-1", "ningdu", "alarm")
        pressed = alarm()
        pressed.mark = TEST
        await hub.take(Box("alarm", ALARM), pressed)
        assert await progress.write_down()
        row, _ = await list_boxes(HUB, registry)
        assert (row.state, row.streamed_ms, row.tested_ms) == ("active", hub.clock.ms, hub.clock.ms)
        hub.contacts.connected("box-1", "ningdu", "bulk")
        await hub.take(Box("alarm", ALARM), pressed)
        assert not progress._waiting


async def test_a_district_that_comes_for_the_first_time_is_noted_at_once(tmp_path: Path) -> None:
    """3,000 boxes took a transaction each, and each of these read boxes anew: a minute of a core."""
    async with running(tmp_path) as hub:
        progress, registry = hub.parts.progress, hub.parts.registry.registry
        for number in range(300):
            await add_box(HUB, registry, f"many-{number}", "ningdu", hub.clock.ms)
        told: list[int] = []

        async def listen(boxes: Collection[str]) -> None:
            told.append(len(boxes))

        registry.subscribe(listen)
        for number in range(300):
            progress._wait_for(f"many-{number}", "streamed")
        progress._wait_for("nobody", "streamed")
        await retire_box(HUB, registry, "many-7", hub.clock.ms)
        told.clear()
        assert await progress.write_down()
        assert told == [199, 100]
        rows = {row.box: row for row in await list_boxes(HUB, registry)}
        assert all(rows[f"many-{number}"].streamed_ms == hub.clock.ms for number in range(300) if number != 7)
        assert rows["many-7"].streamed_ms is None, "one that is out is refused, and stops no other"


async def test_a_hub_without_its_registry_takes_alarms_and_says_so(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.parts.registry.poll()
        on_shift, _ = await add_person(hub.parts, "op-2")
        _, gone = await add_person(hub.parts, "op-3")
        await hub.parts.accounts.sessions.end(gone)
    (config(tmp_path).data_dir / "registry.sqlite").write_bytes(b"gone bad " * 1000)
    kept = json.loads((config(tmp_path).data_dir / LAST_SESSIONS_FILE).read_bytes())
    assert sorted(row[1] for row in kept) == ["op-2", "op-li"], "who logged out is not logged in again"
    async with running(tmp_path, token=on_shift) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        [incident] = (await hub.http.get("/api/incidents")).json()
        assert incident["community_zh"] == "柠都社区"
        health = (await hub.http.get("/healthz")).json()
        assert health["ok"]
        assert "boxes are served as last known" in health["notices"][0]
