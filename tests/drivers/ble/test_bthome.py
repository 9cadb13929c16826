"""BTHome's own rules: objects one behind the other, ids from later versions, damage, keys, several of a kind."""

from __future__ import annotations

import math
import struct

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.ble import ad, advert
from anju_drivers.ble.formats import bthome
from anju_drivers.ble.formats.bthome_objects import BUTTON_EVENTS, COMMAND_EVENTS, DIMMER_EVENTS, OBJECTS, Form, Thing
from anju_drivers.ble.interpretation import interpret
from anju_drivers.driver import Reason

ADDRESS = bytes.fromhex("5448e68f80a5")
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
NUMBERS = {number: thing for number, thing in OBJECTS.items() if thing.form in (Form.UNSIGNED, Form.SIGNED)}
UNKNOWN = st.sampled_from([number for number in range(256) if number not in OBJECTS])


def read(objects: bytes, head: int = 0x40, key: bytes | None = None) -> bthome.Message:
    message = bthome.decode(bytes((head,)) + objects, ADDRESS, key)
    assert message is not None
    return message


def sealed(objects: bytes, counter: int, head: int = 0x41, sender: bytes = ADDRESS) -> bytes:
    """Encrypted service data of v2; with bit 1 of `head` the sender's address stands in it."""
    number = counter.to_bytes(4, "little")
    nonce = sender + b"\xd2\xfc" + bytes((head,)) + number
    text = AESCCM(KEY, tag_length=4).encrypt(nonce, objects, None)
    return bytes((head,)) + (sender[::-1] if head & 2 else b"") + text[:-4] + number + text[-4:]


def _integers(thing: Thing) -> st.SearchStrategy[int]:
    assert thing.size is not None
    bits = thing.size * 8
    return (
        st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        if thing.form is Form.SIGNED
        else st.integers(0, 2**bits - 1)
    )


@st.composite
def _objects(draw: st.DrawFn) -> tuple[bytes, str, object]:
    """An object's bytes, its key and what it says; made from the format's words, not from the decoder."""
    number = draw(st.sampled_from(sorted(OBJECTS)))
    thing, head = OBJECTS[number], bytes((number,))
    match thing.form:
        case Form.UNSIGNED | Form.SIGNED:
            raw = draw(_integers(thing))
            data = raw.to_bytes(thing.size or 0, "little", signed=thing.form is Form.SIGNED)
            return head + data, thing.key, raw * thing.times / thing.per
        case Form.FLAG:
            on = draw(st.booleans())
            return head + bytes((on,)), f"is {thing.key}", on
        case Form.BUTTON:
            code, kind = draw(st.sampled_from(sorted(BUTTON_EVENTS.items())))
            return head + bytes((code,)), thing.key, bthome.Event(kind)
        case Form.DIMMER:
            (code, kind), steps = draw(st.sampled_from(sorted(DIMMER_EVENTS.items()))), draw(st.integers(0, 255))
            return head + bytes((code, steps)), thing.key, bthome.Event(kind, {"steps": steps})
        case Form.COMMAND:
            (code, kind), args = draw(st.sampled_from(sorted(COMMAND_EVENTS.items()))), draw(st.binary(max_size=31))
            return head + bytes((len(args), code)) + args, thing.key, bthome.Event(kind, {"args": args.hex()})
        case Form.TIME:
            seconds = draw(st.integers(0, 86_399))
            text = f"1970-01-01 {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}+00:00"
            return head + seconds.to_bytes(4, "little"), thing.key, text
        case Form.TEXT:
            text = draw(st.text(min_size=1, max_size=9))
            return head + bytes((len(text.encode()),)) + text.encode(), thing.key, text
        case Form.RAW:
            data = draw(st.binary(min_size=1, max_size=20))
            return head + bytes((len(data),)) + data, thing.key, data.hex()
        case Form.DEVICE_TYPE:
            raw = draw(st.integers(0, 0xFFFF))
            return head + raw.to_bytes(2, "little"), "device type", raw
        case Form.FIRMWARE:
            parts = draw(st.binary(min_size=thing.size or 0, max_size=thing.size))
            return head + parts[::-1], "firmware", ".".join(map(str, parts))


_packets = st.lists(_objects(), max_size=6, unique_by=lambda one: one[1])


def said(message: bthome.Message) -> dict[str, object]:
    """All of a message under the keys of `_objects`."""
    found: dict[str, object] = {key: value for key, (value, _) in message.values.items()}
    found |= {f"is {key}": flag for key, flag in message.binary.items()} | dict(message.events)
    if message.device_type is not None:
        found["device type"] = message.device_type
    return found | ({"firmware": message.firmware} if message.firmware else {})


@given(packet=_packets, counter=st.none() | st.integers(0, 2**32 - 1), with_address=st.booleans())
def test_what_a_device_sends_is_what_is_read(
    packet: list[tuple[bytes, str, object]], counter: int | None, with_address: bool
) -> None:
    objects = b"".join(data for data, _, _ in packet)
    if counter is None or not objects:
        message = read((ADDRESS[::-1] if with_address else b"") + objects, 0x42 if with_address else 0x40)
    else:
        sender = bytes.fromhex("a1a2a3a4a5a6") if with_address else ADDRESS
        value = sealed(objects, counter, 0x43 if with_address else 0x41, sender)
        got = bthome.decode(value, ADDRESS, KEY)
        assert got is not None
        assert got.counter == counter
        message = got
    assert said(message) == {key: value for _, key, value in packet}


@given(packet=_packets, data=st.data())
def test_an_object_cut_short_or_of_a_later_version_hides_nothing_before_it(
    packet: list[tuple[bytes, str, object]], data: st.DataObject
) -> None:
    whole = b"".join(one for one, _, _ in packet)
    later = bytes((data.draw(UNKNOWN),)) + data.draw(st.binary(max_size=8))
    assert said(read(whole + later)) == {key: value for _, key, value in packet}
    cut, _, _ = data.draw(_objects())
    tail = cut[: data.draw(st.integers(1, len(cut) - 1))]
    assert said(read(whole + tail)) == {key: value for _, key, value in packet}


@given(
    value=st.binary(max_size=40),
    head=st.integers(0, 255),
    uuid=st.sampled_from(sorted(bthome.UUIDS)),
    key=st.sampled_from([None, KEY, KEY[:12], b""]),
)
def test_no_bytes_make_it_raise(value: bytes, head: int, uuid: int, key: bytes | None) -> None:
    for data in (value, bytes((head,)) + value):
        message = bthome.decode(data, ADDRESS, key, uuid)
        if message is not None:
            bthome.values(message)


@given(counter=st.integers(0, 2**32 - 1), at=st.integers(1, 14), flip=st.integers(1, 255))
def test_one_wrong_byte_of_an_encrypted_message_says_nothing(counter: int, at: int, flip: int) -> None:
    value = bytearray(sealed(b"\x3a\x01\x45\x11\x01", counter))
    value[at % len(value) or 1] ^= flip
    message = bthome.decode(bytes(value), ADDRESS, KEY)
    assert message is not None
    assert (said(message), message.counter) == ({}, None)


@pytest.mark.parametrize("key", [None, bytes(16), KEY[:12], b""])
def test_without_the_right_key_nothing_is_read(key: bytes | None) -> None:
    message = bthome.decode(sealed(b"\x3a\x01", 7), ADDRESS, key)
    assert message is not None
    assert (message.encrypted, said(message), message.counter) == (True, {}, None)


def test_several_of_a_kind_are_numbered_whatever_their_unit() -> None:
    message = read(bytes.fromhex("470a004805003a003a01"))
    assert message.values == {"volume_1": (1.0, "L"), "volume_2": (5, "mL")}
    assert message.events == {"button_2": bthome.Event("press")}
    assert bthome.values(message) == {"volume": 1.0, "volume_mL": 5, "button_2": "press"}


@pytest.mark.parametrize("objects", ["29012900", "29002901"])
def test_of_two_smoke_sensors_one_is_enough(objects: str) -> None:
    part = ad.encode(ad.service_data(bthome.UUID, b"\x40" + bytes.fromhex(objects)))
    (signal,) = interpret(advert.decode(ADDRESS, part)).signals
    assert (signal.reasons, signal.active) == (frozenset({Reason.SMOKE}), True)


def test_zeros_behind_a_message_do_not_take_its_packet_id() -> None:
    assert bthome.values(read(bytes.fromhex("00053a010000"))) == {"packet": 5, "button": "press"}


def test_the_number_of_an_encrypted_message_counts_from_zero() -> None:
    (part,) = advert.decode(
        ADDRESS, ad.encode(ad.service_data(bthome.UUID, sealed(b"\x3a\x01", 0))), {ADDRESS.hex(): KEY}
    ).parts
    assert (part.counter, part.trusted) == (0, True)


def _v1(number: int, data: bytes, number_form: int) -> bytes:
    return bytes((number_form << 5 | len(data) + 1, number)) + data


@given(data=st.data())
def test_a_number_of_v1_has_any_size_and_form(data: st.DataObject) -> None:
    number, thing = data.draw(st.sampled_from(sorted(NUMBERS.items())))
    size, signed = data.draw(st.integers(1, 8)), data.draw(st.booleans())
    raw = data.draw(
        st.integers(-(2 ** (size * 8 - 1)), 2 ** (size * 8 - 1) - 1) if signed else st.integers(0, 2 ** (size * 8) - 1)
    )
    objects = _v1(number, raw.to_bytes(size, "little", signed=signed), int(signed))
    message = bthome.decode(objects, ADDRESS, None, bthome.V1_UUID)
    assert message is not None
    value = raw if thing.per == 1 else raw * thing.times / thing.per  # whole numbers of 8 bytes stay whole
    assert message.values == {thing.key: (value, thing.unit)}


@given(half=st.floats(width=16), layout=st.sampled_from(["<e", "<f", "<d"]))
def test_a_float_of_v1_is_read_if_it_is_a_number(half: float, layout: str) -> None:
    message = bthome.decode(_v1(0x01, struct.pack(layout, half), 2), ADDRESS, None, bthome.V1_UUID)
    assert message is not None
    assert message.values == ({"battery": (half, "%")} if math.isfinite(half) else {})


@pytest.mark.parametrize(
    ("objects", "want"),
    [
        ("05505d396164" "023a01", {"timestamp": "2023-05-14 19:41:17+00:00", "button": bthome.Event("press")}),
        ("0d5348656c6c6f20576f726c6421", {"text": "Hello World!"}),
        ("0d5448656c6c6f20576f726c6421", {"raw": "48656c6c6f20576f726c6421"}),
        ("02ee01" "020161", {"battery": 97}),  # an unknown id has a length all the same
        ("00" "020161", {"battery": 97}),
        ("0101" "013a" "01f0", {}),
        ("03f00100" "020161", {"device type": 1, "battery": 97}),
        ("020161" "0302", {"battery": 97}),
        ("0753ffffffffffff", {}),
        ("0950ffffffffffffffff", {}),
    ],
)  # fmt: skip
def test_v1(objects: str, want: dict[str, object]) -> None:
    message = bthome.decode(bytes.fromhex(objects), ADDRESS, None, bthome.V1_UUID)
    assert message is not None
    assert said(message) == want


def test_0_35_degrees_are_not_rounded_away() -> None:
    assert read(b"\x58\x01").values == {"temperature": (0.35, "°C")}
