"""A version from the hub to the box: added, wanted, fetched over real gRPC, checked, handed to the helper."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest

from anju_central.updates.service import UpdatesService
from anju_central.updates.shelf import Shelf, ShelfError
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.updates.fetch import Runs, UpdateFetcher
from anju_edge.updates.requests import Progress, UpdateRequest, take_request, write_progress
from anju_protos.v1.updates_pb2 import UpdateFetch
from anju_protos.v1.updates_pb2_grpc import UpdatesStub, add_UpdatesServicer_to_server
from support.running_box import until
from support.updates import make_update

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb: not a Debian")
ME = BoxIdentity("box-1", "ningdu", "anju-edge 1.0")


@dataclass
class Rig:
    """A shelf that is served, and a box's fetcher beside it."""

    folder: Path
    port: int
    shelf: Shelf
    bad: str = ""
    calm: bool = True
    rests: list[float] = field(default_factory=list)
    version: str = "1.0"

    @property
    def state(self) -> Path:
        return self.folder / "state" / "update"

    async def rest(self, pause_s: float) -> None:
        self.rests.append(pause_s)
        await asyncio.sleep(0)

    def channel(self) -> grpc.aio.Channel:
        return grpc.aio.insecure_channel(f"127.0.0.1:{self.port}")

    @asynccontextmanager
    async def fetching(self) -> AsyncIterator[UpdateFetcher]:
        self.state.parent.mkdir(exist_ok=True)
        fetcher = UpdateFetcher(
            ME, Runs(self.version, 2), self.channel, self.state, self.folder / "keys", lambda: self.bad,
            lambda: self.calm, lambda: None, helper=self.folder / "helper", architecture="amd64", ask_every_s=0.02,
            rest=self.rest,
        )  # fmt: skip
        task = asyncio.create_task(fetcher.run())
        try:
            yield fetcher
        finally:
            task.cancel()
            (ended,) = await asyncio.gather(task, return_exceptions=True)
            assert isinstance(ended, asyncio.CancelledError), ended

    def request(self) -> UpdateRequest | None:
        return take_request(self.folder / "helper", self.state)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    make_update(tmp_path / "stick", tmp_path / "keys", padding=100_000)
    shelf = Shelf(tmp_path / "hub")
    server = grpc.aio.server()
    add_UpdatesServicer_to_server(UpdatesService(shelf, {"box-1": "ningdu"}), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield Rig(tmp_path, port, shelf)
    await server.stop(0)


async def test_what_the_hub_wants_is_fetched_and_handed_over_once(rig: Rig) -> None:
    assert rig.shelf.add(rig.folder / "stick") == "2.0"
    deb = rig.folder / "stick" / "anju-edge_2.0_amd64.deb"
    async with rig.fetching() as fetcher:
        await asyncio.sleep(0.1)
        assert fetcher.state == ""  # here, and not wanted
        rig.shelf.want("2.0")
        await until((rig.state / "request").exists, 30)
        assert (rig.state / deb.name).read_bytes() == deb.read_bytes()
        assert len(rig.rests) >= 3  # it leaves room on the line between the parts
        assert rig.request() == UpdateRequest(rig.state)
        write_progress(Progress("refused", "no"), rig.folder / "helper")
        await until(lambda: fetcher.state == "refused: no", 30)  # told to the hub and shown, and not asked for again
        assert not (rig.state / "request").exists()


async def test_a_fetch_that_was_cut_goes_on_where_it_was(rig: Rig) -> None:
    rig.shelf.add(rig.folder / "stick")
    rig.shelf.want("2.0", ("box-1",))
    deb = rig.folder / "stick" / "anju-edge_2.0_amd64.deb"
    rig.state.mkdir(parents=True)
    (rig.state / deb.name).write_bytes(deb.read_bytes()[:70_000])
    (rig.state / "of-an-earlier-one.deb").write_bytes(b"x")
    async with rig.fetching():
        await until((rig.state / "request").exists, 30)
    assert len(rig.rests) == 2
    assert (rig.state / deb.name).read_bytes() == deb.read_bytes()
    assert not (rig.state / "of-an-earlier-one.deb").exists()


async def test_a_part_that_was_damaged_on_the_card_comes_anew(rig: Rig) -> None:
    rig.shelf.add(rig.folder / "stick")
    rig.shelf.want("2.0")
    deb = rig.folder / "stick" / "anju-edge_2.0_amd64.deb"
    rig.state.mkdir(parents=True)
    (rig.state / deb.name).write_bytes(b"\0" * 50_000)
    async with rig.fetching():
        await until((rig.state / "request").exists, 30)
    assert (rig.state / deb.name).read_bytes() == deb.read_bytes()


async def test_it_is_not_installed_while_an_incident_is_open(rig: Rig) -> None:
    rig.shelf.add(rig.folder / "stick")
    rig.shelf.want("2.0")
    rig.calm = False
    async with rig.fetching() as fetcher:
        await until(lambda: "waits while a call is open" in fetcher.state, 30)
        assert not (rig.state / "request").exists()
        rig.calm = True
        await until((rig.state / "request").exists, 30)


async def test_a_version_that_is_known_as_taken_back_only_later_is_not_installed_again(rig: Rig) -> None:
    """A box that just went back asks the hub before it has read from its card what it went back from."""
    rig.shelf.add(rig.folder / "stick")
    rig.shelf.want("2.0")
    rig.calm = False
    async with rig.fetching() as fetcher:
        await until(lambda: "waits while a call is open" in fetcher.state, 30)
        rig.bad = "2.0"
        rig.calm = True
        await until(lambda: "failed here and was taken back" in fetcher.state, 30)
    assert not (rig.state / "request").exists()


def _unsigned(rig: Rig) -> None:
    path = rig.folder / "hub" / "updates" / "2.0" / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"counter": 6', b'"counter": 9'))


def _failed_before(rig: Rig) -> None:
    rig.bad = "2.0.2"


def _cut_short(rig: Rig) -> None:
    path = rig.folder / "hub" / "updates" / "2.0" / "anju-edge_2.0_amd64.deb"
    path.write_bytes(path.read_bytes()[:-10])


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (_unsigned, "no valid signature"),
        (_failed_before, "failed here and was taken back"),
        (_cut_short, "ends too early"),
    ],
)
async def test_what_the_box_does_not_take_is_said(rig: Rig, what: Callable[[Rig], None], words: str) -> None:
    rig.shelf.add(rig.folder / "stick")
    rig.shelf.want("2.0")
    what(rig)
    async with rig.fetching() as fetcher:
        await until(lambda: words in fetcher.state, 30)
    assert not (rig.state / "request").exists()


async def test_a_version_that_runs_is_not_fetched(rig: Rig) -> None:
    rig.shelf.add(rig.folder / "stick")
    rig.shelf.want("2.0")
    rig.version = "2.0"
    async with rig.fetching() as fetcher:
        await asyncio.sleep(0.2)
        assert fetcher.state == ""
    assert rig.rests == []


async def test_a_box_that_the_hub_does_not_know_gets_nothing(rig: Rig) -> None:
    rig.shelf.add(rig.folder / "stick")
    async with rig.channel() as channel:
        fetch: Callable[[UpdateFetch], Awaitable[object]] = UpdatesStub(channel).Fetch
        name = "anju-edge_2.0_amd64.deb"
        for box, community, version, wanted, code in (
            ("box-2", "ningdu", "2.0", name, grpc.StatusCode.PERMISSION_DENIED),
            ("box-1", "other", "2.0", name, grpc.StatusCode.PERMISSION_DENIED),
            ("box-1", "ningdu", "..", name, grpc.StatusCode.NOT_FOUND),
            ("box-1", "ningdu", "2.0", "../wanted.json", grpc.StatusCode.NOT_FOUND),
            ("box-1", "ningdu", "2.0", "manifest.json", grpc.StatusCode.NOT_FOUND),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await fetch(UpdateFetch(box=box, community=community, version=version, name=wanted, most=9))
            assert refused.value.code() is code


def test_the_shelf_keeps_wishes_apart_and_takes_only_what_is_whole(tmp_path: Path) -> None:
    make_update(tmp_path / "stick", tmp_path / "keys")
    shelf = Shelf(tmp_path / "hub")
    with pytest.raises(ShelfError, match=r"no version 2\.0 here"):
        shelf.want("2.0")
    shelf.add(tmp_path / "stick" / "anju-edge_2.0_amd64.deb")
    shelf.want("2.0", ("box-1",))
    assert (shelf.wanted().at("box-1"), shelf.wanted().at("box-2")) == ("2.0", "")
    shelf.want("2.0")
    shelf.want("", ("box-1",))
    assert (shelf.wanted().at("box-1"), shelf.wanted().at("box-2")) == ("2.0", "2.0")
    shelf.want("")
    assert shelf.wanted().at("box-2") == ""
    deb = tmp_path / "stick" / "anju-edge_2.0_amd64.deb"
    deb.write_bytes(deb.read_bytes()[:-1])
    with pytest.raises(ShelfError, match="damaged"):
        shelf.add(tmp_path / "stick")
    assert shelf.versions() == ["2.0"]  # the whole one stays
    (tmp_path / "hub" / "updates" / "wanted.json").write_bytes(b"[")
    assert shelf.wanted().at("box-1") == ""
