"""An MQTT 3.1.1 broker for simulators and tests: in this process, on loopback, as small as its clients allow.

    async with MqttBroker() as broker:
        await broker.subscribed("application/+/device/+/event/+")
        broker.publish("application/1/device/0101010101010101/event/up", payload)

It keeps retained messages and QoS 1 messages until they are acknowledged, but no sessions: a client that comes back
subscribes again. Source: MQTT 3.1.1 (OASIS), sections 2 and 3. Not for use as a site's broker.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 1, 2, 3, 4, 8, 9
UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 10, 11, 12, 13, 14
ACCEPTED, BAD_CREDENTIALS = 0, 4
MAX_PACKET_BYTES = 1024 * 1024


class MqttRefused(ValueError):
    """A client sent what this broker does not take; its connection is closed."""


def packet(kind: int, flags: int, body: bytes) -> bytes:
    """A control packet with its remaining length (section 2.2.3)."""
    size, left = bytearray(), len(body)
    while True:
        left, digit = divmod(left, 128)
        size.append(digit | (0x80 if left else 0))
        if not left:
            return bytes((kind << 4 | flags,)) + bytes(size) + body


def matches(pattern: str, topic: str) -> bool:
    """Whether a subscription's pattern holds for a topic (section 4.7)."""
    wanted, levels = pattern.split("/"), topic.split("/")
    for at, part in enumerate(wanted):
        if part == "#":
            return True
        if at >= len(levels) or part not in ("+", levels[at]):
            return False
    return len(wanted) == len(levels)


def _text(body: bytes, at: int) -> tuple[str, int]:
    (size,) = struct.unpack_from(">H", body, at)
    if at + 2 + size > len(body):
        raise MqttRefused("a text is cut")
    return body[at + 2 : at + 2 + size].decode("utf-8", "replace"), at + 2 + size


def _encoded(text: str) -> bytes:
    return struct.pack(">H", len(text.encode())) + text.encode()


@dataclass(eq=False, slots=True)
class _Session:
    """One connected client."""

    writer: asyncio.StreamWriter
    name: str = ""
    patterns: dict[str, int] = field(default_factory=dict)
    next_id: int = 0
    unacked: set[int] = field(default_factory=set)


class MqttBroker:
    """Listens on 127.0.0.1. `login` is the one user and password it takes; anybody when None.

    `received` holds what clients published, newest last and at most 256. `stop` and `start` keep the port.
    """

    def __init__(self, port: int = 0, login: tuple[str, str] | None = None) -> None:
        self.port = port
        self.login = login
        self.received: list[tuple[str, bytes]] = []
        self.refused = 0
        self._retained: dict[str, bytes] = {}
        self._sessions: set[_Session] = set()
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the port and every connection, as a broker that dies does."""
        if self._server is None:
            return
        self._server.close()
        for session in list(self._sessions):
            session.writer.transport.abort()
        self._sessions.clear()
        await self._server.wait_closed()
        self._server = None

    @property
    def clients(self) -> list[str]:
        return sorted(session.name for session in self._sessions)

    def publish(self, topic: str, payload: bytes, qos: int = 0, retain: bool = False) -> int:
        """To every client that subscribed to such a topic; returns how many. `qos` 0 or 1."""
        if retain:
            self._retained[topic] = payload
        count = 0
        for session in self._sessions:
            granted = [level for pattern, level in session.patterns.items() if matches(pattern, topic)]
            if granted:
                self._send(session, topic, payload, min(qos, max(granted)))
                count += 1
        return count

    async def subscribed(self, pattern: str) -> None:
        """Waits until a client has subscribed to exactly this pattern."""
        while not any(pattern in session.patterns for session in self._sessions):
            self._changed.clear()
            await self._changed.wait()

    async def acknowledged(self) -> None:
        """Waits until no QoS 1 message is unacknowledged."""
        while any(session.unacked for session in self._sessions):
            self._changed.clear()
            await self._changed.wait()

    def _send(self, session: _Session, topic: str, payload: bytes, qos: int, retained: bool = False) -> None:
        body = _encoded(topic)
        if qos:
            session.next_id = session.next_id % 0xFFFF + 1
            session.unacked.add(session.next_id)
            body += struct.pack(">H", session.next_id)
        session.writer.write(packet(PUBLISH, qos << 1 | int(retained), body + payload))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(writer)
        try:
            while True:
                kind, flags, body = await self._read(reader)
                if kind == DISCONNECT or not self._take(session, kind, flags, body):
                    return
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError, MqttRefused, struct.error):
            return
        finally:
            self._sessions.discard(session)
            self._changed.set()
            with contextlib.suppress(OSError):
                writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
        head = (await reader.readexactly(1))[0]
        size = shift = 0
        while True:
            digit = (await reader.readexactly(1))[0]
            size |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                break
            if shift > 21:
                raise MqttRefused("remaining length of five bytes")
        if size > MAX_PACKET_BYTES:
            raise MqttRefused("too large")
        return head >> 4, head & 0x0F, await reader.readexactly(size)

    def _take(self, session: _Session, kind: int, flags: int, body: bytes) -> bool:
        """One packet of a client; False closes its connection."""
        if kind == CONNECT:
            return self._connect(session, body)
        if session not in self._sessions:
            raise MqttRefused("not connected")
        if kind == PUBLISH:
            self._published(session, flags, body)
        elif kind == PUBACK:
            session.unacked.discard(struct.unpack_from(">H", body)[0])
            self._changed.set()
        elif kind == SUBSCRIBE:
            self._subscribe(session, body)
        elif kind == UNSUBSCRIBE:
            at = 2
            while at < len(body):
                pattern, at = _text(body, at)
                session.patterns.pop(pattern, None)
            session.writer.write(packet(UNSUBACK, 0, body[:2]))
        elif kind == PINGREQ:
            session.writer.write(packet(PINGRESP, 0, b""))
        else:
            raise MqttRefused(f"packet type {kind}")
        return True

    def _connect(self, session: _Session, body: bytes) -> bool:
        protocol, at = _text(body, 0)
        level, flags = body[at], body[at + 1]
        if protocol != "MQTT" or level != 4:
            raise MqttRefused("not MQTT 3.1.1")
        session.name, at = _text(body, at + 4)
        if flags & 0x04:
            _, at = _text(body, at)
            _, at = _text(body, at)
        user = password = ""
        if flags & 0x80:
            user, at = _text(body, at)
        if flags & 0x40:
            password, at = _text(body, at)
        is_welcome = self.login in (None, (user, password))
        session.writer.write(packet(CONNACK, 0, bytes((0, ACCEPTED if is_welcome else BAD_CREDENTIALS))))
        if is_welcome:
            self._sessions.add(session)
        else:
            self.refused += 1
        self._changed.set()
        return is_welcome

    def _published(self, session: _Session, flags: int, body: bytes) -> None:
        topic, at = _text(body, 0)
        qos = flags >> 1 & 0x03
        if qos > 1:
            raise MqttRefused("QoS 2")
        if qos:
            session.writer.write(packet(PUBACK, 0, body[at : at + 2]))
            at += 2
        self.received = [*self.received[-255:], (topic, body[at:])]
        self.publish(topic, body[at:], qos, retain=bool(flags & 0x01))

    def _subscribe(self, session: _Session, body: bytes) -> None:
        at, granted, fresh = 2, bytearray(), []
        while at < len(body):
            pattern, at = _text(body, at)
            session.patterns[pattern] = min(body[at], 1)
            granted.append(session.patterns[pattern])
            fresh.append(pattern)
            at += 1
        session.writer.write(packet(SUBACK, 0, body[:2] + bytes(granted)))
        for topic, payload in self._retained.items():
            if any(matches(pattern, topic) for pattern in fresh):
                self._send(session, topic, payload, 0, retained=True)
        self._changed.set()
