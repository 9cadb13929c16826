"""Who may call what: by certificates over real lines, every method there is, and streams that end when they must."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import pytest

from anju_central.access.caller_of_rpc import SUPERSEDED_S, Gate
from anju_central.access.grpc_tls import ServerCertificates, add_port
from anju_central.access.refusals import LOG_EVERY_S, RefusalLog
from anju_central.box_services import METHODS, add_services, make_gate
from anju_central.ingest.service import SERVER_OPTIONS
from anju_central.updates.shelf import Shelf
from anju_protos import v1
from anju_protos.v1.control_pb2 import ControlDown, ControlUp
from anju_protos.v1.updates_pb2 import UpdateFetch, UpdateQuestion
from anju_protos.v1.uplink_pb2 import Batch, BoxFrame, Hello, HubFrame, Refusal, StreamState, Welcome
from support.certificates import CLIENT, FOR_EVER, SERVER, Authority, Issued, around_now, write_hub
from support.events import ALARM, Box, alarm
from support.simulator.memory_store import MemoryStore
from support.sync_rig import Contacts, Feed

OURS, OTHERS = Authority("ours"), Authority("others")
HUB, BOX = OURS.hub(), OURS.box()
ALL = sorted(METHODS)
CODES = [Refusal.Code.Name(number) for number in Refusal.Code.values()]
STREAMS = [method for method in ALL if method.endswith("/Stream")]


@dataclass(frozen=True)
class Row:
    community: str = "ningdu"
    state: str = "active"
    spki: bytes | None = BOX.spki


class Directory:
    """Boxes that a test changes."""

    def __init__(self) -> None:
        self.boxes = {"box-1": Row()}
        self.communities = {"box-1": "ningdu"}  # of those that are served
        self._callbacks: list[Callable[[str], None]] = []

    def lookup(self, box: str) -> Row | None:
        return self.boxes.get(box)

    def subscribe(self, callback: Callable[[str], None]) -> None:
        self._callbacks.append(callback)

    def put(self, box: str, **changes: Any) -> None:
        self.boxes[box] = replace(self.boxes[box], **changes)
        self.communities.pop(box, None)
        if self.boxes[box].state == "active":
            self.communities[box] = self.boxes[box].community
        for callback in self._callbacks:
            callback(box)


class Time:
    """Wall and monotonic time that a test moves."""

    def __init__(self) -> None:
        self.ms = 1_796_000_000_000

    def now_ms(self) -> int:
        return self.ms


@dataclass
class Served:
    """A hub's services behind the gate."""

    port: int
    directory: Directory
    refusals: RefusalLog
    gate: Gate
    store: MemoryStore
    time: Time


@asynccontextmanager
async def serving(folder: Path | None) -> AsyncIterator[Served]:
    """With certificates in `folder`, plain without."""
    directory, refusals, store, time = Directory(), RefusalLog(), MemoryStore(), Time()
    certificates = None
    if folder is not None:
        write_hub(folder, HUB, OURS.clients_pem)
        certificates = ServerCertificates.open(folder / "tls")
    gate = make_gate(directory, refusals, store.epoch, needs_certificate=certificates is not None, now_ms=time.now_ms)
    gate._monotonic_s = lambda: time.ms / 1000
    server = grpc.aio.server(interceptors=[gate], options=SERVER_OPTIONS)
    shelf = Shelf(folder or Path("/nonexistent"))
    add_services(server, store, directory.communities, Contacts(), Feed(), shelf=shelf)
    port = add_port(server, "127.0.0.1:0", certificates)
    await server.start()
    try:
        yield Served(port, directory, refusals, gate, store, time)
    finally:
        await server.stop(0)


@asynccontextmanager
async def line(port: int, box: Issued | None) -> AsyncIterator[grpc.aio.Channel]:
    own = (None, None) if box is None else (box.key_pem, box.chain)
    credentials = grpc.ssl_channel_credentials(OURS.roots_pem, *own)
    async with grpc.aio.secure_channel(f"127.0.0.1:{port}", credentials) as channel:
        yield channel


def hello(box: str = "box-1", community: str = "ningdu") -> Hello:
    return Hello(protocol=1, box=box, community=community, streams=[StreamState(stream=bytes(16), lane=ALARM)])


def first_frame(method: str, said: Hello) -> bytes:
    if method.endswith("/Ask"):
        return UpdateQuestion(box=said.box, community=said.community).SerializeToString()
    if method.endswith("/Fetch"):
        return UpdateFetch(box=said.box, community=said.community, version="1", name="x").SerializeToString()
    frame = ControlUp(hello=said) if "Control" in method else BoxFrame(hello=said)
    return frame.SerializeToString()


def open_call(channel: grpc.aio.Channel, method: str) -> Any:  # Any: the stubs know only calls with an iterator
    call: Any = channel.stream_stream(method, request_serializer=bytes, response_deserializer=bytes)
    return call()


def welcome_in(method: str, data: bytes) -> Welcome:
    return (ControlDown if "Control" in method else HubFrame).FromString(data).welcome


async def outcome(channel: grpc.aio.Channel, method: str, said: Hello | None = None) -> str:
    """SERVED, the code of the hub's refusal, or gRPC's."""
    if "Updates" in method:
        return await answer_to(channel, method, said or hello())
    call = open_call(channel, method)
    try:
        await call.wait_for_connection()
        await call.write(first_frame(method, said or hello()))
        data = await asyncio.wait_for(call.read(), 10)
    except grpc.aio.AioRpcError as error:
        return str(error.code().name)
    except asyncio.InvalidStateError:  # over before the first word
        return str((await call.code()).name)
    finally:
        call.cancel()
    if not isinstance(data, bytes):  # the end
        return str((await call.code()).name)
    welcome = welcome_in(method, data)
    return Refusal.Code.Name(welcome.refusal.code) if welcome.HasField("refusal") else "SERVED"


async def answer_to(channel: grpc.aio.Channel, method: str, said: Hello) -> str:
    ask: Any = channel.unary_unary(method, request_serializer=bytes, response_deserializer=bytes)
    try:
        await ask(first_frame(method, said), timeout=10)
    except grpc.aio.AioRpcError as error:
        code = (error.details() or "").partition(":")[0]
        if error.code() is grpc.StatusCode.NOT_FOUND:
            return "SERVED"
        return code if code in CODES else error.code().name
    return "SERVED"


def methods_of_all_descriptors() -> Iterator[str]:
    for module in pkgutil.iter_modules(v1.__path__):
        if module.name.endswith("_pb2"):
            file = importlib.import_module(f"{v1.__name__}.{module.name}").DESCRIPTOR
            for service in file.services_by_name.values():
                yield from (f"/{service.full_name}/{method.name}" for method in service.methods)


DENIED = "PERMISSION_DENIED"
STRANGE = [
    "/anju.v1.Control/Later",
    "/anju.v1.Later/Stream",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
]


async def test_every_method_there_is_serves_a_box_of_ours_and_nobody_else(tmp_path: Path) -> None:
    methods = [*methods_of_all_descriptors(), *STRANGE]
    assert set(ALL) <= set(methods)
    async with serving(tmp_path) as hub:
        for method in methods:
            listed = method in METHODS
            async with line(hub.port, BOX) as channel:
                assert await outcome(channel, method) == ("SERVED" if listed else DENIED), method
            no_name = OURS.leaf((), CLIENT, around_now())
            both = OURS.leaf(tuple(name for name in _names("box-1", "box-2")), CLIENT, around_now())
            for stranger in (None, OTHERS.box(), HUB, OURS.leaf(_names("box-1"), SERVER, FOR_EVER)):
                async with line(hub.port, stranger) as channel:
                    assert await outcome(channel, method) == "UNAVAILABLE", method
            for nobody in (no_name, both):
                async with line(hub.port, nobody) as channel:
                    denied = "UNAUTHENTICATED" if listed else DENIED
                    assert await outcome(channel, method) == denied, method
            hub.directory.put("box-1", state="revoked")
            async with line(hub.port, BOX) as channel:
                assert await outcome(channel, method) == ("BOX_REVOKED" if listed else DENIED), method
            hub.directory.put("box-1", state="active")


async def test_who_says_nothing_is_turned_away_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anju_central.access.caller_of_rpc.FIRST_WORD_S", 0.05)
    nobody = OURS.leaf((), CLIENT, around_now())
    async with serving(tmp_path) as hub, line(hub.port, nobody) as channel:
        for method, status in ((STREAMS[0], "UNAUTHENTICATED"), (STRANGE[0], DENIED)):
            call = open_call(channel, method)
            assert (await asyncio.wait_for(call.code(), 10)).name == status, method


def _names(*boxes: str) -> tuple[Any, ...]:
    from cryptography import x509

    return tuple(x509.UniformResourceIdentifier(f"urn:anju:community:ningdu:box:{box}") for box in boxes)


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize(
    ("box", "said", "code"),
    [
        (BOX, hello(), "SERVED"),
        (BOX, hello(box="box-2"), "CERTIFICATE_OTHER_BOX"),
        (BOX, hello(community="other"), "COMMUNITY_MISMATCH"),
        (OURS.box(community="other"), hello(community="other"), "COMMUNITY_MISMATCH"),
        (OURS.box("box-9"), hello(box="box-9"), "BOX_UNKNOWN"),
        (OURS.box(), hello(), "CERTIFICATE_SUPERSEDED"),  # another key
    ],
    ids=["ours", "another box in Hello", "another community in Hello", "another community", "unknown", "older key"],
)
async def test_the_certificate_says_who_it_is(tmp_path: Path, method: str, box: Issued, said: Hello, code: str) -> None:
    async with serving(tmp_path) as hub, line(hub.port, box) as channel:
        assert await outcome(channel, method, said) == code
        assert dict(hub.refusals.counts) == ({} if code == "SERVED" else {code: 1})


@pytest.mark.parametrize("state", ["retired", "revoked", "unused"])
@pytest.mark.parametrize("secure", [True, False])
async def test_a_box_that_may_not_come_is_told_why(tmp_path: Path, state: str, secure: bool) -> None:
    async with serving(tmp_path if secure else None) as hub:
        hub.directory.put("box-1", state=state)
        code = {"retired": "BOX_RETIRED", "revoked": "BOX_REVOKED", "unused": "BOX_UNKNOWN"}[state]
        opened = line(hub.port, BOX) if secure else grpc.aio.insecure_channel(f"127.0.0.1:{hub.port}")
        async with opened as channel:
            for method in ALL:
                assert await outcome(channel, method) == code


@dataclass
class Streaming:
    """A session that was welcomed."""

    call: Any
    method: str

    async def end(self) -> tuple[str, str]:
        """Waits for the end that the hub makes; returns code and words."""
        try:
            while isinstance(await asyncio.wait_for(self.call.read(), 10), bytes):
                pass
        except grpc.aio.AioRpcError as error:
            return error.code().name, str(error.details())
        return (await self.call.code()).name, str(await self.call.details())

    async def lives(self) -> bool:
        await asyncio.sleep(0)
        return not self.call.done()


async def streams_of(channel: grpc.aio.Channel) -> list[Streaming]:
    found = []
    for method in STREAMS:
        call = open_call(channel, method)
        await call.write(first_frame(method, hello()))
        assert not welcome_in(method, await call.read()).HasField("refusal")
        found.append(Streaming(call, method))
    return found


@pytest.mark.parametrize(("state", "code"), [("revoked", "BOX_REVOKED"), ("retired", "BOX_RETIRED")])
@pytest.mark.parametrize("secure", [True, False])
async def test_live_streams_end_at_once_and_what_was_acknowledged_stays(
    tmp_path: Path, state: str, code: str, secure: bool
) -> None:
    async with serving(tmp_path if secure else None) as hub:
        opened = line(hub.port, BOX) if secure else grpc.aio.insecure_channel(f"127.0.0.1:{hub.port}")
        async with opened as channel:
            streams = await streams_of(channel)
            box = Box("alarm", ALARM)
            batch = Batch(stream=bytes(16), first_seq=1, events=[alarm(at_ms=1).SerializeToString()])
            by_alarm = next(stream.call for stream in streams if "Alarm" in stream.method)
            await by_alarm.write(BoxFrame(batch=batch).SerializeToString())
            assert HubFrame.FromString(await by_alarm.read()).ack.seq == 1
            hub.directory.put("box-1", state=state)
            for stream in streams:
                status, words = await stream.end()
                assert status == "PERMISSION_DENIED"
                assert words.startswith(code)
            assert [await outcome(channel, method) for method in STREAMS] == [code] * 3
            assert hub.refusals.counts[code] == 6
            assert box.community
    [cursor] = await hub.store.cursors("ningdu", hello().streams)
    assert cursor.seq == 1


async def test_a_certificate_ends_its_streams(tmp_path: Path) -> None:
    short = OURS.box(key=BOX.key, dates=around_now(5))
    async with serving(tmp_path) as hub, line(hub.port, short) as channel:
        streams = await streams_of(channel)
        hub.gate.sweep()
        assert all([await stream.lives() for stream in streams])
        from cryptography import x509

        end = x509.load_pem_x509_certificates(short.chain)[0].not_valid_after_utc
        hub.time.ms = int(end.timestamp() * 1000)
        hub.gate.sweep()
        for stream in streams:
            status, words = await stream.end()
            assert (status, words.partition(":")[0]) == ("UNAUTHENTICATED", "CERTIFICATE_ENDED")


async def test_a_box_with_a_newer_key_has_a_minute_to_move(tmp_path: Path) -> None:
    newer = OURS.box()
    async with serving(tmp_path) as hub, line(hub.port, BOX) as old:
        streams = await streams_of(old)
        hub.directory.put("box-1", spki=newer.spki)
        assert all([await stream.lives() for stream in streams])
        assert await outcome(old, STREAMS[0]) == "CERTIFICATE_SUPERSEDED", "no new one by the old key"
        async with line(hub.port, newer) as fresh:
            assert await outcome(fresh, STREAMS[2]) == "SERVED"
        hub.time.ms += int(SUPERSEDED_S * 1000)
        hub.gate.sweep()
        ends = [(await stream.end())[1].partition(":")[0] for stream in streams[:2]]
        assert ends == ["CERTIFICATE_SUPERSEDED"] * 2


async def test_another_boxs_change_ends_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as hub, line(hub.port, BOX) as channel:
        hub.directory.boxes["box-2"] = Row(spki=None)
        streams = await streams_of(channel)
        hub.directory.put("box-2", state="revoked")
        hub.directory.put("box-1", state="active")
        hub.gate.sweep()
        assert all([await stream.lives() for stream in streams])


def test_refusals_are_logged_once_a_minute_and_all_counted(caplog: pytest.LogCaptureFixture) -> None:
    now_s = 0.0
    refusals = RefusalLog(lambda: now_s)
    for _ in range(100):
        refusals.note("BOX_REVOKED", "box-1", "ipv4:192.0.2.7:4711", "/anju.v1.AlarmUplink/Stream", "was revoked")
    assert len(caplog.records) == 1
    assert "192.0.2.7:4711" in caplog.text
    now_s = LOG_EVERY_S
    refusals.note("BOX_REVOKED", "box-1", "ipv4:192.0.2.7:4712", "/anju.v1.AlarmUplink/Stream", "was revoked")
    assert "99 times more" in caplog.records[1].getMessage()
    for number in range(5_000):
        refusals.note("BOX_UNKNOWN", f"{number}" * 1_000, "ipv4:192.0.2.7:1", "x", "unknown")
    assert refusals.counts == {"BOX_REVOKED": 101, "BOX_UNKNOWN": 5_000}
    assert len(refusals._logged) <= 1_000
    assert max(len(record.getMessage()) for record in caplog.records) < 400
