"""Every port of a box that devices dial, and peers that keep to no protocol: real sockets, on the loop of a real box.

A peer says what a good device says, made hostile (lengths that lie, frames cut, doubled or laid into each other), in
pieces of any size, and then closes, resets, half-closes or stays. Beside them good devices press, and each must ring.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from anju_drivers.conformance import running
from anju_drivers.hikvision.simulator import document
from anju_drivers.http_push.simulator import PushSimulator, vigi_document
from anju_drivers.mail_in.simulator import MailSimulator, dahua_text, mail
from anju_drivers.minew.simulator import MinewSimulator
from anju_drivers.registry import load_drivers
from anju_drivers.testing.band import BandSimulator
from anju_drivers.testing.hostile import hostile
from anju_edge.cli.status import snapshot_lines
from anju_edge.config import DriverConfig, EdgeConfig
from anju_edge.gateway import Running
from anju_protos.v1.event_pb2 import Actor
from support.running_box import box_config, get, running_box, snapshot, until, with_drivers

FAMILIES = {  # a band that is no one's
    "setracker": "1000000002",
    "thinkrace_iw": "350000000000002",
    "jt808": "010000000002",
    "eview_ev07b": "350000000000002",
    "gt06": "350000000000002",
}
SECRET, HOSTILE_SECRET = "gate-0123456789abcdef", "hall-0123456789abcdef"
UNKNOWN_MAILBOX = (b"MAIL FROM:<a@b>\r\n", b"RCPT TO:<nobody@gateway.test>\r\n", b"QUIT\r\n")
HOSTILE_MAILBOX = "hall-0123456789@gateway.test"
PEER_S = 3.0  # that a peer waits for the box's answers
RINGS_S = 10.0  # a device's press, however busy the machine: what hangs is found, `rang_s` says how long it took
HELD = 80  # connections that say nothing, at one port


@dataclass(slots=True)
class Door:
    """A port, and frames or lines that its good devices say, in their order."""

    name: str
    port: int
    says: list[bytes]


@dataclass(slots=True)
class Site:
    """A box whose ports are dialled, its good devices, and how long each press took to ring."""

    box: Running
    doors: list[Door]
    bands: dict[str, BandSimulator]
    camera: MailSimulator
    script: PushSimulator
    restarts: dict[str, int]  # of each driver until it listened: a free port may be another program's a moment later
    rang_s: list[float] = field(default_factory=list)


def stranger_says(family: str) -> list[bytes]:
    simulate = load_drivers().specs[family].simulate
    simulator = simulate({"device": FAMILIES[family]}) if simulate else None
    assert isinstance(simulator, BandSimulator)
    voice = simulator.voice
    return [voice.login(), voice.heartbeat(), voice.position(31.2, 121.4), voice.press(), voice.heartbeat()]


def mail_says() -> list[bytes]:
    text = mail(dahua_text("Motion Detection Start"), picture=bytes(3_000))
    head = [b"EHLO x\r\n", b"MAIL FROM:<a@b>\r\n", f"RCPT TO:<{HOSTILE_MAILBOX}>\r\n".encode(), b"DATA\r\n"]
    return [*head, text, b"\r\n.\r\n", b"QUIT\r\n"]


def request(path: str, body: bytes, kind: str) -> list[bytes]:
    head = f"POST {path} HTTP/1.1\r\nHost: box\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return [head.encode(), body]


def chunked(path: str, body: bytes, kind: str) -> list[bytes]:
    head = f"POST {path} HTTP/1.1\r\nHost: box\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return [head.encode(), f"{len(body):x}\r\n".encode(), body, b"\r\n0\r\n\r\n"]


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """The box with all its dialled drivers; one band of each family is adopted and connected."""
    bands: dict[str, BandSimulator] = {}
    rows, doors = [], []
    for family in FAMILIES:
        simulate = load_drivers().specs[family].simulate
        simulator = simulate({}) if simulate else None
        assert isinstance(simulator, BandSimulator)
        bands[family] = simulator
        rows.append(DriverConfig(family, family, simulator.driver_options()))
        doors.append(Door(family, int(simulator.link.rpartition(":")[2]), stranger_says(family)))
    camera, script, receiver = MailSimulator(), PushSimulator(), MinewSimulator()
    mail_options = camera.driver_options()
    mail_options["cameras"] = {"training": {"recipient": camera.recipient}, "hall": {"recipient": HOSTILE_MAILBOX}}
    push_options = script.driver_options() | {"senders": {
        "training": {"secret": script.link.rpartition("/")[2]}, "hall": {"secret": HOSTILE_SECRET},
    }}  # fmt: skip
    gate = int(str(PushSimulator().driver_options()["port"]))
    gate_options = {"mode": "push", "bind": "127.0.0.1", "port": gate, "cameras": {"hall": {"secret": SECRET}}}
    rows += [
        DriverConfig("mail_in", "mail", mail_options),
        DriverConfig("http_push", "push", push_options),
        DriverConfig("hikvision", "gate", gate_options),
        DriverConfig("minew", "hall", receiver.driver_options()),
    ]
    webhook = json.dumps({"kind": "motion", "state": "active", "region": "r", "time": "2026-11-24T01:02:03"}).encode()
    pushed = json.dumps([{"type": "Gateway", "mac": "AC233FC00001"}, {"mac": "AC233FC001AA", "rssi": -60}]).encode()
    push_port, secret = int(str(push_options["port"])), HOSTILE_SECRET
    minew_path = "/" + receiver.link.partition("//")[2].partition("/")[2]
    doors += [
        Door("mail_in", int(camera.link.rpartition(":")[2]), mail_says()),
        Door("http_push", push_port, chunked(f"/t/{secret}", webhook, "application/json")),
        Door("http_push", push_port, request(f"/push/{secret}", vigi_document("motion"), "application/json")),
        Door("hikvision", gate, request(f"/push/{SECRET}", document("VMD"), "application/xml")),
        Door("minew", receiver.port, request(minew_path, pushed, "application/json")),
    ]
    config = with_drivers(_adopting(box_config(folder), bands), *rows)
    async with running_box(config) as box, contextlib.AsyncExitStack() as stack:
        await until(lambda: box.intake.taken["LinkReading"] >= len(rows), 30)
        for simulator in bands.values():
            await stack.enter_async_context(running(simulator))
            await asyncio.wait_for(simulator.connected.wait(), 10)
        await until(lambda: all(one.running for one in box.health.drivers), 30)
        restarts = {one.name: one.restarts for one in box.health.drivers}
        yield Site(box, doors, bands, camera, script, restarts)


def _adopting(config: EdgeConfig, bands: dict[str, BandSimulator]) -> EdgeConfig:
    with config.box.roster.open("a", encoding="utf-8") as roster:
        for family, simulator in bands.items():
            roster.write(f'\n[[devices]]\nkey = "{family}:{simulator.voice.device}"\nkind = "band"\n')
        for camera in ("mail_in:training", "http_push:training"):
            roster.write(f'\n[[devices]]\nkey = "{camera}"\nkind = "camera"\n')
    return config


# ---- what is said


def made_hostile(says: list[bytes], rng: random.Random) -> bytes:
    """What a good device says, once or some times, with damage of one kind."""
    said = list(says)
    at = rng.randrange(len(said))
    match rng.randrange(8):
        case 0:  # cut in the middle
            said = [*said[:at], said[at][: rng.randrange(len(said[at]) + 1)]]
        case 1:  # a frame within a frame
            half = len(said[at]) // 2
            said[at] = said[at][:half] + rng.choice(says) + said[at][half:]
        case 2:  # two frames in turns
            other = rng.choice(says)
            said[at] = b"".join(said[at][n : n + 3] + other[n : n + 3] for n in range(0, len(said[at]), 3))
        case 3:  # lengths, counts and types that lie
            frame = bytearray(said[at] or b"\0")
            for _ in range(rng.randint(1, 4)):
                frame[rng.randrange(len(frame))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
            said[at] = bytes(frame)
        case 4:  # again and again
            said[at] *= rng.randint(2, 60)
        case 5:  # without an end
            said[at] = said[at][: len(said[at]) - rng.randint(0, 4)] + rng.choice((b"\0", b"x", b"9", said[at])) * 3_000
        case 6:  # texts, numbers and depths that no device sends
            said[at] = next(iter(hostile(said[at], rng.randrange(1 << 30), 1)), b"")[:100_000]
        case _:  # noise before it
            said.insert(0, rng.randbytes(rng.randrange(1, 600)))
    return b"".join(said)


def pieces(said: bytes, rng: random.Random) -> list[bytes]:
    """The bytes as they are handed to the network: at once, one by one, or in pieces of any size."""
    if len(said) < 400 and rng.random() < 0.3:
        return [said[n : n + 1] for n in range(len(said))]
    if rng.random() < 0.3:
        return [said]
    found, at = [], 0
    while at < len(said):
        size = rng.choice((1, 2, 3, 7, 64, 1_000, 4_096, 20_000))
        found.append(said[at : at + size])
        at += size
    return found


async def hostile_peer(door: Door, seed: int) -> None:
    """One connection, from dialling to its end; what the box does with it is no matter of its own."""
    rng = random.Random(seed)
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        try:
            async with asyncio.timeout(PEER_S):
                for piece in pieces(made_hostile(door.says, rng), rng):
                    writer.write(piece)
                    await writer.drain()
                ending = rng.randrange(4)
                if ending == 0:
                    writer.write_eof()  # half closed: has said all and listens on
                if ending < 2:
                    await reader.read()
                elif ending == 2:
                    _reset(writer)
        except TimeoutError:
            pass
        finally:
            writer.transport.abort()


def _reset(writer: asyncio.StreamWriter) -> None:
    line: socket.socket = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@asynccontextmanager
async def silent_connections(door: Door, number: int) -> AsyncIterator[None]:
    """Holds connections that say nothing, and dials again where one was turned away."""
    writers: list[asyncio.StreamWriter] = []
    try:
        for _ in range(number):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", door.port)
                writers.append(writer)
        yield
    finally:
        for writer in writers:
            writer.transport.abort()


# ---- what must hold


async def rings(site: Site, device: str, act: Callable[[], Awaitable[object]]) -> None:
    """A good device's press or fall rings while others do what they like. It is closed afterwards, for the next one."""
    start_s = time.monotonic()
    doing = asyncio.ensure_future(act())
    found = None
    while found is None:
        await asyncio.sleep(0.005)
        found = next((one for one in site.box.incidents.open() if one.incident.device == device), None)
        assert time.monotonic() - start_s < RINGS_S, f"{device} is not heard, {len(site.rang_s)} were"
    assert found.is_ringing, f"{device} does not ring"
    site.rang_s.append(time.monotonic() - start_s)
    await doing
    site.box.incidents.resolve(found.key, Actor(role=Actor.STAFF, id="s-1"), "fall", contacted=True)


def is_well(site: Site) -> None:
    """Nothing of the box or its drivers has failed or begun anew since all of it listened."""
    health = site.box.health
    failed = [f"{one.driver}: {one.bug or one.error}" for one in health.drivers if one.bug or not one.running]
    failed += [f"{one.driver} began anew" for one in health.drivers if one.restarts != site.restarts[one.name]]
    failed += [f"{part}: {fault.error}" for part, fault in health.background.faults.items()]
    if failed:
        raise AssertionError(", ".join(failed))
    health.status().SerializeToString()


async def one_round(site: Site, seed: int, peers: int) -> None:
    """`peers` hostile connections to each port; beside them a band of each family, a mail and a push ring."""
    attack = [
        asyncio.create_task(hostile_peer(door, seed * 1_000 + number * 20 + at))
        for number in range(peers)
        for at, door in enumerate(site.doors)
    ]
    for family, band in site.bands.items():
        await band.position(31.2, 121.4)  # let go: a standing SOS is one press
        await rings(site, f"{family}:{band.voice.device}", band.press)
    falls = dahua_text("Fall Detection Start", channel=seed + 1)
    await rings(site, "mail_in:training", lambda: site.camera.send(mail(falls)))
    await rings(site, "http_push:training", lambda: site.script.webhook("fall", region=f"r{seed}"))
    await asyncio.gather(*attack)
    is_well(site)


async def damaged_and_unknown(site: Site) -> None:
    """At each port one thing that no good device says, and one from somebody whom the box does not know."""
    junk = {
        "mail_in": b"".join([*mail_says()[:4], b"no headers here\r\n.\r\n", *UNKNOWN_MAILBOX]),
        "http_push": b"".join(request(f"/t/{HOSTILE_SECRET}", b"{", "application/json") + request("/t/who", b"{}", "")),
        "hikvision": b"".join(request(f"/push/{SECRET}", b"<EventNotificationAlert>", "application/xml")),
    }
    for door in site.doors:
        said = junk.get(door.name)
        if said is None and door.name in site.bands:
            said = b"".join(bytes([one ^ 0x55 for one in frame]) for frame in door.says[:2]) + b"".join(door.says[:2])
        elif said is None:
            said = b"".join(request(door.says[0].split(b" ")[1].decode(), b"[", "application/json"))
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(said)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await reader.read()
        writer.transport.abort()


async def hold_connections(site: Site) -> None:
    """At each port connections that say nothing; its devices are heard all the same, and some of those must go."""
    async with contextlib.AsyncExitStack() as held:
        for door in site.doors:
            if door.name in site.bands:
                await held.enter_async_context(silent_connections(door, HELD))
        for family, band in site.bands.items():
            band.hang_up()
            await band.position(31.2, 121.4)
            await rings(site, f"{family}:{band.voice.device}", band.press)
        await until(lambda: all(_has_turned_away(site, family) for family in site.bands))
    async with contextlib.AsyncExitStack() as held:
        for door in {door.port: door for door in site.doors if door.name not in site.bands}.values():
            await held.enter_async_context(silent_connections(door, HELD))
        text = mail(dahua_text("Fall Detection Start", channel=200))
        await rings(site, "mail_in:training", partial(site.camera.send, text))
        await rings(site, "http_push:training", partial(site.script.webhook, "fall", region="held"))
        await until(lambda: all(_has_turned_away(site, door.name) for door in site.doors))
    is_well(site)


def _has_turned_away(site: Site, driver: str) -> bool:
    [health] = [one for one in site.box.health.drivers if one.driver == driver]
    return bool(site.box.health.turned_away(health.name))


async def attack(folder: Path, rounds: int, peers: int) -> Site:
    """Raises `AssertionError` where a part of the box fails, a press does not ring, or damage is not said."""
    async with site(folder) as found:
        for seed in range(rounds):
            await one_round(found, seed, peers)
        await damaged_and_unknown(found)
        await hold_connections(found)
        shown = await snapshot(found.box)
        assert shown["faults"] == {}
        errors: Counter[str] = Counter()
        for row in shown["devices"]:
            errors[row["device"].partition(":")[0]] += row["errors"]
        assert {door.name for door in found.doors if not errors[door.name]} == set(), "damage is counted and shown"
        assert [row["driver"] for row in shown["drivers"] if not row["set_aside"]] == [], "who was turned away is said"
        lines = "\n".join(map(str, snapshot_lines(shown)))
        assert lines.count("挡下 turned away: ") == len(shown["drivers"])
        figures = (await get(found.box.status, "/metrics"))[1]
        assert 'anju_driver_set_aside_total{cause="unknown recipient or address",driver="mail"}' in figures
        return found
