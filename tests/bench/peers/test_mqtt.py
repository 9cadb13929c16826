"""MQTT packets of the bench: what is encoded comes out again, in whatever chunks it comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.peers.mqtt import CONNECT, PUBLISH, PacketDecoder, connect, puback, publish


@given(payloads=st.lists(st.binary(max_size=300), max_size=5), size=st.integers(1, 200))
def test_any_chunking_gives_the_same_packets(payloads: list[bytes], size: int) -> None:
    stream = b"".join(publish("a/b", payload, number + 1) for number, payload in enumerate(payloads))
    decoder = PacketDecoder()
    chunks = (stream[i : i + size] for i in range(0, len(stream), size))
    packets = [packet for chunk in chunks for packet in decoder.feed(chunk)]
    assert packets == [
        (PUBLISH | 0x02, b"\x00\x03a/b" + (number + 1).to_bytes(2, "big") + payload)
        for number, payload in enumerate(payloads)
    ]


def test_packets_are_those_of_the_standard() -> None:
    assert connect("c", clean=True) == bytes((CONNECT, 13)) + b"\x00\x04MQTT\x04\x02\x00\x00\x00\x01c"
    assert puback(b"\x12\x34") == bytes.fromhex("40021234")
    assert publish("t", bytes(124), 7)[:3] == bytes((0x32, 0x81, 0x01))  # 129 bytes: two bytes of length
