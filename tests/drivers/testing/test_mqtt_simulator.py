"""The broker of simulators, with the client library that the drivers use at the other end."""

from __future__ import annotations

import asyncio

import aiomqtt
import pytest

from anju_drivers.testing.mqtt import MqttBroker, matches


@pytest.mark.parametrize(
    ("pattern", "topic", "is_match"),
    [
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a/b/d", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/+", "a", False),
        ("a", "a/b", False),
        ("#", "x", True),
    ],
)
def test_patterns(pattern: str, topic: str, is_match: bool) -> None:
    assert matches(pattern, topic) is is_match


async def test_messages_both_ways_retained_and_acknowledged() -> None:
    async with MqttBroker() as broker, asyncio.timeout(10):
        broker.publish("state/one", b"online", retain=True)
        async with aiomqtt.Client("127.0.0.1", broker.port, identifier="reader", timeout=5) as client:
            await client.subscribe("state/+", qos=1)
            await broker.subscribed("state/+")
            assert broker.clients == ["reader"]
            assert broker.publish("state/two", b"x" * 300, qos=1) == 1
            assert broker.publish("other", b"", qos=1) == 0
            await client.publish("state/three", b"mine", qos=1)
            got = []
            async for message in client.messages:
                got.append((str(message.topic), message.payload, message.retain))
                if len(got) == 3:
                    break
            assert got[0] == ("state/one", b"online", True)
            assert sorted(one[:2] for one in got[1:]) == [("state/three", b"mine"), ("state/two", b"x" * 300)]
            await broker.acknowledged()
            assert broker.received == [("state/three", b"mine")]


async def test_a_wrong_password_is_refused() -> None:
    async with MqttBroker(login=("box", "right")) as broker, asyncio.timeout(10):
        with pytest.raises(aiomqtt.MqttError):
            async with aiomqtt.Client("127.0.0.1", broker.port, username="box", password="wrong", timeout=5):
                pass
        assert broker.refused == 1
        async with aiomqtt.Client("127.0.0.1", broker.port, username="box", password="right", timeout=5):
            assert broker.refused == 1


async def test_noise_closes_the_connection_alone() -> None:
    async with MqttBroker() as broker, asyncio.timeout(10):
        for noise in (b"\x00\x00", b"\x30\xff\xff\xff\xff\x01", b"\x10\x02\x00\x09", b"GET / HTTP/1.1\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
            writer.write(noise)
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
        async with aiomqtt.Client("127.0.0.1", broker.port, timeout=5):
            assert len(broker.clients) == 1
