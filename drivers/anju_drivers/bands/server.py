"""A driver for bands that dial in: sessions, who is answered, and replies that wait for the disk.

Known bands (`devices`, or any) are handed on whole and answered. An unknown one is heard, so that the box can show it
as "not adopted", its alarms are raised as any alarm is, and it gets no answer. A reply to an alarm is sent after the
box has it on disk; without the disk the band hears nothing and sends again.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field

from anju_drivers.bands.session import UNIDENTIFIED, BandSession, DecodedFrame, WallClock
from anju_drivers.driver import AlarmReading, Intake, LinkReading
from anju_drivers.errors import NotRecorded
from anju_drivers.links.lan import bind_address
from anju_drivers.links.tcp import TcpConnection, TcpLimits, TcpListener, listen_for_bands
from anju_drivers.options import Options

MAX_BANDS = 2048  # whose last frame is remembered
MAX_UNCONFIRMED = 32  # alarms of one connection that wait for the disk
_DEFAULTS = TcpLimits()


def band_options(port: int, **more: str) -> dict[str, str]:
    """`DriverSpec.options` of a band driver whose usual port is `port`."""
    return {
        "bind": "address or interface name to listen on (required)",
        "port": f"TCP port to listen on, 0 to 65535; {port}",
        "devices": "list of device ids that are answered and located, or 'any'; alarms of others are raised too; any",
        "idle_s": f"seconds of silence after which a band's link is lost, 60 to 86400; {_DEFAULTS.idle_s:g}",
        "first_frame_s": f"seconds a new connection has for its first frame, 1 to 120; {_DEFAULTS.first_frame_s:g}",
        "connections": f"most connections at a time, 4 to 4096; {_DEFAULTS.connections}",
        "per_address": f"most connections from one address, 1 to 4096; {_DEFAULTS.per_address}",
    } | more


@dataclass(frozen=True, slots=True)
class BandSettings:
    """`devices` None: any. Ids are lower case without leading zeros."""

    bind: str
    port: int
    devices: frozenset[str] | None = None
    limits: TcpLimits = field(default_factory=TcpLimits)


def band_settings(table: Options, port: int, devices: object) -> BandSettings:
    """Raises `DriverConfigError` with the key. `devices` is the raw value of that option."""
    known: frozenset[str] | None = None
    if devices != "any":
        if isinstance(devices, str) or not isinstance(devices, list | tuple) or not devices:
            raise table.fail("devices", "must be a list of device ids, or 'any'")
        known = frozenset(plain_id(str(one)) for one in devices)
        if "" in known:
            raise table.fail("devices", "holds an empty id")
    connections = table.integer("connections", _DEFAULTS.connections, 4, 4096)
    return BandSettings(
        bind=bind_address(table.text("bind")),
        port=table.integer("port", port, 0, 65535),
        devices=known,
        limits=TcpLimits(
            connections=connections,
            untrusted=min(_DEFAULTS.untrusted, connections),
            per_address=table.integer("per_address", min(_DEFAULTS.per_address, connections), 1, 4096),
            first_frame_s=table.number("first_frame_s", _DEFAULTS.first_frame_s, 1, 120),
            idle_s=table.number("idle_s", _DEFAULTS.idle_s, 60, 86400),
        ),
    )


def plain_id(identity: str) -> str:
    """An id as it is compared: lower case, without blanks and leading zeros."""
    return identity.strip().lower().lstrip("0")


@dataclass(slots=True)
class _Band:
    """A known band: when it last spoke (loop time), and on which connection."""

    heard_s: float
    connection: _Connection | None = None


class BandServer:
    """Listens for one family of bands; device keys are `family:identity`. `unanswered` counts withheld replies."""

    def __init__(
        self,
        family: str,
        name: str,
        settings: BandSettings,
        make_session: Callable[[WallClock], BandSession],
        wall: WallClock = time.time,
    ) -> None:
        self.name, self.family = name, family
        self.port: int | None = None
        self.listener: TcpListener | None = None
        self.unanswered = 0
        self._settings, self._make_session, self._wall = settings, make_session, wall
        self._bands: OrderedDict[str, _Band] = OrderedDict()  # the one silent for longest first
        self._confirming: set[asyncio.Task[None]] = set()

    @property
    def set_aside(self) -> Mapping[str, int]:
        """Connections that had to go, by cause, and alarms that were not confirmed to a band."""
        counts = dict(self.listener.shed) if self.listener is not None else {}
        return counts | {"alarms not confirmed": self.unanswered} if self.unanswered else counts

    async def run(self, intake: Intake) -> None:
        """Serves until cancelled; the port is free when this ends. Raises `LinkLost` when it cannot listen."""
        settings, own_key = self._settings, f"{self.family}:{self.name.lower()}"
        self._bands.clear()

        def make(connection: TcpConnection) -> _Connection:
            return _Connection(self, intake, connection, self._make_session(self._wall), own_key)

        try:
            async with listen_for_bands(make, settings.bind, settings.port, settings.limits) as listener:
                self.listener, self.port = listener, listener.port
                intake.take(LinkReading(own_key, True, f"listening on {settings.bind}:{listener.port}"))
                await listener.watch(lambda now_s: self._look_for_lost(intake, now_s))
        finally:
            self.port = None
            if self._confirming:  # their connections are closed, so they were cancelled
                await asyncio.wait(self._confirming)

    def knows(self, identity: str) -> bool:
        return self._settings.devices is None or plain_id(identity) in self._settings.devices

    def _look_for_lost(self, intake: Intake, now_s: float) -> None:
        """Says once that a band's link is lost: not when it reconnects, but when it stays silent."""
        for identity, band in list(self._bands.items()):
            if now_s - band.heard_s < self._settings.limits.idle_s:
                return  # the others spoke later
            if band.connection is None:
                del self._bands[identity]
                intake.take(LinkReading(f"{self.family}:{identity}", False, "not heard, no connection"))

    def spoke(self, identity: str, connection: _Connection, now_s: float) -> bool:
        """Notes that a known band spoke; its newest connection stays, the one before is closed. True: it is new."""
        band = self._bands.get(identity)
        is_new = band is None
        if band is None:
            band = self._bands[identity] = _Band(now_s)
            while len(self._bands) > MAX_BANDS:
                self._bands.popitem(last=False)
        self._bands.move_to_end(identity)
        band.heard_s = now_s
        if band.connection is not connection:
            before, band.connection = band.connection, connection
            if before is not None:
                before.link.close("the band opened another connection")
        return is_new

    def ended(self, identity: str, connection: _Connection) -> None:
        band = self._bands.get(identity)
        if band is not None and band.connection is connection:
            band.connection = None

    def confirm(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Runs what waits for the disk; its bug ends the listener, as any."""
        task = asyncio.get_running_loop().create_task(work, name=f"{self.name} confirms")
        self._confirming.add(task)
        task.add_done_callback(self._confirmed)
        return task

    def _confirmed(self, task: asyncio.Task[None]) -> None:
        self._confirming.discard(task)
        if not task.cancelled() and (error := task.exception()) and self.listener:
            self.listener.fail(error)


class _Connection:
    """One connection: its readings to the intake, its replies to the band. It belongs to the first known id."""

    def __init__(
        self, server: BandServer, intake: Intake, link: TcpConnection, session: BandSession, own_key: str
    ) -> None:
        self.link = link
        self._server, self._intake, self._session, self._own_key = server, intake, session, own_key
        self._loop = asyncio.get_running_loop()
        self._identity = ""
        self._unconfirmed: set[asyncio.Task[None]] = set()

    @property
    def is_incomplete(self) -> bool:
        return self._session.is_incomplete

    def received(self, data: bytes) -> int:
        good = 0
        for decoded in self._session.feed(data):
            good += not decoded.is_damaged
            self._handle(decoded)
        return good

    def lost(self, cause: str) -> None:
        if self._identity:
            self._server.ended(self._identity, self)
        for task in self._unconfirmed:
            task.cancel()

    def _handle(self, decoded: DecodedFrame) -> None:
        family, readings = self._server.family, decoded.explained.readings
        recorded = [self._intake.take(one) for one in readings if isinstance(one, AlarmReading)]  # whoever sends it
        handed_on = len(recorded)
        is_known = self._admit(decoded.identity)
        if is_known:
            for reading in readings:
                if not isinstance(reading, AlarmReading):
                    self._intake.take(reading)
                    handed_on += 1
        if decoded.is_damaged:
            key = f"{family}:{self._identity}" if self._identity else self._own_key
            self._intake.heard(key, frames=0, errors=1)
        elif not handed_on:
            self._intake.heard(f"{family}:{decoded.identity}" if decoded.identity else self._own_key)
        if is_known and decoded.reply:
            self._reply(decoded.reply, recorded)
        if decoded.ends:
            self.link.finish("the band logged out")

    def _admit(self, identity: str) -> bool:
        """Whether this frame is of the connection's own band, one that is known."""
        if not identity or identity == UNIDENTIFIED or not self._server.knows(identity):
            return False
        if self._identity and identity != self._identity:
            return False  # another's id on a band's connection: heard, not believed
        self._identity = identity
        self.link.trust()
        if self._server.spoke(identity, self, self._loop.time()):
            self._intake.take(LinkReading(f"{self._server.family}:{identity}", True, f"from {self.link.peer}"))
        return True

    def _reply(self, data: bytes, recorded: list[Awaitable[None]]) -> None:
        if not recorded:
            self.link.send(data)
        elif len(self._unconfirmed) >= MAX_UNCONFIRMED:
            self._server.unanswered += 1
        else:
            task = self._server.confirm(self._confirm(data, recorded))
            self._unconfirmed.add(task)
            task.add_done_callback(self._unconfirmed.discard)

    async def _confirm(self, data: bytes, recorded: list[Awaitable[None]]) -> None:
        try:
            for one in recorded:
                await one
        except NotRecorded:
            self._server.unanswered += 1
            return
        self.link.send(data)


def raw_devices(options: Mapping[str, object]) -> object:
    """The value of `devices` as it was given."""
    return options.get("devices", "any")
