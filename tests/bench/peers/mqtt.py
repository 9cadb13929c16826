"""MQTT 3.1.1, as much as a bench needs at QoS 1: packets out of values, packets out of bytes, a client that counts.

Source: OASIS MQTT 3.1.1, sections 2 and 3. A client of our own, since a library costs more than the broker that is
measured with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, DISCONNECT = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90, 0xE0
_QOS_1 = 0x02
LAST_ID = 0xFFFF


def _length(number: int) -> bytes:
    """Remaining length: seven bits a byte, the low ones first."""
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + _length(len(body)) + body


def _text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def connect(client: str, *, clean: bool) -> bytes:
    """CONNECT without keep-alive."""
    return _packet(CONNECT, _text("MQTT") + bytes((4, 0x02 if clean else 0, 0, 0)) + _text(client))


def subscribe(topic: str, packet: int) -> bytes:
    """SUBSCRIBE at QoS 1."""
    return _packet(SUBSCRIBE, packet.to_bytes(2, "big") + _text(topic) + b"\x01")


def publish(topic: str, payload: bytes, packet: int) -> bytes:
    """PUBLISH at QoS 1."""
    return _packet(PUBLISH | _QOS_1, _text(topic) + packet.to_bytes(2, "big") + payload)


def puback(packet: bytes) -> bytes:
    """PUBACK of a packet's two bytes."""
    return b"\x40\x02" + packet


class PacketDecoder:
    """Bytes in, packets (first byte, body) out; keeps what is not whole."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Returns the packets that are whole now."""
        data = self._rest + data
        packets: list[tuple[int, bytes]] = []
        at, end = 0, len(data)
        while True:
            length, shift, body = 0, 0, at + 1
            while body < end:
                byte = data[body]
                body += 1
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            else:
                break
            if body + length > end:
                break
            packets.append((data[at], data[body : body + length]))
            at = body + length
        self._rest = data[at:]
        return packets


class MqttClient(asyncio.Protocol):
    """Counts what it is told: `acked` of its own events, `heard` of others', which it acknowledges."""

    def __init__(self, on_message: Callable[[str], None] | None = None) -> None:
        self._on_message = on_message
        self._decoder = PacketDecoder()
        self._transport: asyncio.Transport | None = None
        self._sent = 0
        self._answered = asyncio.Event()
        self.acked = self.heard = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is there."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        """Packets of the broker."""
        answers = bytearray()
        for first, body in self._decoder.feed(data):
            kind = first & 0xF0
            if kind == PUBLISH:
                size = 2 + int.from_bytes(body[:2], "big")
                self.heard += 1
                answers += puback(body[size : size + 2])
                if self._on_message is not None:
                    self._on_message(body[2:size].decode())
            elif kind == PUBACK:
                self.acked += 1
            else:
                self._answered.set()
        if answers:
            self._write(bytes(answers))

    def _write(self, data: bytes) -> None:
        if self._transport is None:
            raise ConnectionError("no line to the broker")
        self._transport.write(data)

    async def _ask(self, data: bytes) -> None:
        """Sends CONNECT or SUBSCRIBE and waits for the answer to it."""
        self._answered.clear()
        self._write(data)
        async with asyncio.timeout(10):
            await self._answered.wait()

    async def subscribe(self, topic: str) -> None:
        """At QoS 1."""
        await self._ask(subscribe(topic, 1))

    def publish(self, topic: str, payload: bytes) -> None:
        """At QoS 1; `acked` says when it is done."""
        self._sent += 1
        self._write(publish(topic, payload, self._sent % LAST_ID + 1))

    @property
    def unacked(self) -> int:
        return self._sent - self.acked

    @classmethod
    @asynccontextmanager
    async def at(
        cls, address: str, name: str, *, clean: bool = True, on_message: Callable[[str], None] | None = None
    ) -> AsyncIterator[MqttClient]:
        """An open client; without `clean`, the broker keeps its session while it is away."""
        host, _, port = address.rpartition(":")
        made = asyncio.get_running_loop().create_connection(lambda: cls(on_message), host, int(port))
        transport, client = await made
        try:
            await client._ask(connect(name, clean=clean))
            yield client
        finally:
            if not transport.is_closing():
                transport.write(_packet(DISCONNECT, b""))
            transport.close()
