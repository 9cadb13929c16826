"""JT/T 808: escapes, checksums, two versions, sub-packets, stored records."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import xor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anju_drivers.bands.presses import PressBook
from anju_drivers.bands.session import STATE_BURST_S
from anju_drivers.driver import AlarmReading, PositionFix, Reading, Reason, StateReading
from anju_drivers.errors import DriverConfigError
from anju_drivers.jt808.driver import create
from anju_drivers.jt808.explain import AUTH, BATCH, HEARTBEAT, LOCATION, REGISTER, SiteMeanings
from anju_drivers.jt808.frames import (
    ALTERNATIVE,
    MAX_FRAME_BYTES,
    STANDARD,
    DamagedMessage,
    Dialect,
    Downlink,
    Message,
    Reassembly,
    Text,
    encode,
    parse,
)
from anju_drivers.jt808.location import ALARM_BITS
from anju_drivers.jt808.session import TerminalSession
from anju_drivers.jt808.simulator import TerminalVoice
from anju_drivers.jt808.stream import FrameDecoder
from support.band_rig import vectors

ID = bytes.fromhex("010000000001")
DEVICE = "jt808:010000000001"
NOW_S = 1_747_518_078.0  # 2025-05-17 21:41:18 UTC
bodies = st.binary(max_size=80)
dialects = st.sampled_from([STANDARD, ALTERNATIVE])


def location(
    alarm: int = 0,
    status: int = 2,
    lat: int = 31_200_000,
    lon: int = 121_400_000,
    time: str = "250518054118",
    tail: str = "",
) -> bytes:
    numbers = ((alarm, 4), (status, 4), (lat, 4), (lon, 4), (12, 2), (36, 2), (90, 2))
    return b"".join(value.to_bytes(size, "big") for value, size in numbers) + bytes.fromhex(time + tail)


def batch(*records: bytes, kind: int = 1) -> bytes:
    head = len(records).to_bytes(2, "big") + bytes([kind])
    return head + b"".join(len(one).to_bytes(2, "big") + one for one in records)


def read(msg_id: int, body: bytes, serial: int = 1, **settings: object) -> tuple[Reading, ...]:
    site = SiteMeanings(**settings)  # type: ignore[arg-type]  # the settings of the test at hand
    session = TerminalSession(lambda: NOW_S, site)
    (decoded,) = session.feed(encode(msg_id, ID, serial, body))
    return decoded.explained.readings


def alarms(msg_id: int, body: bytes, serial: int = 1, **settings: object) -> list[AlarmReading]:
    return [one for one in read(msg_id, body, serial, **settings) if isinstance(one, AlarmReading)]


def good(found: list[Message | Text | DamagedMessage]) -> list[bytes]:
    return [one.body for one in found if isinstance(one, Message)]


@given(st.lists(bodies, max_size=6), st.integers(1, 30), st.sampled_from([None, 1]), dialects)
def test_any_chunking_gives_the_same_messages(
    said: list[bytes], size: int, version: int | None, dialect: Dialect
) -> None:
    terminal = ID if version is None else bytes(4) + ID
    stream = b"".join(encode(0x0200, terminal, at, body, version, dialect=dialect) for at, body in enumerate(said))
    decoder = FrameDecoder()
    found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
    assert good(found) == said
    assert decoder.dropped == 0
    assert all(isinstance(one, Message) and one.is_2019 == (version is not None) for one in found)
    assert all(isinstance(one, Message) and one.terminal == terminal for one in found)


@given(st.binary(max_size=300), bodies)
def test_junk_never_raises_and_the_next_good_frame_survives(junk: bytes, body: bytes) -> None:
    frame = encode(0x0200, ID, 1, body)
    assert good(FrameDecoder().feed(junk + b"\x7e" + frame))[-1:] == [body]
    assert good(FrameDecoder().feed(junk.replace(b"(", b"[") + frame))[-1:] == [body]


@given(st.lists(st.binary(max_size=3000), max_size=20), st.sampled_from([b"", b"\xe7", b"(", b"\x7e"]))
def test_memory_is_bounded(chunks: list[bytes], start: bytes) -> None:
    decoder = FrameDecoder()
    for chunk in [start, *chunks]:
        decoder.feed(chunk.replace(b"\x7e", b"~"[:0]))
        held = sum(len(one._buffer) for one in decoder._decoders or [])
        assert held <= 2 * MAX_FRAME_BYTES


@given(st.lists(st.sampled_from([b"\x7e", b"\x7d", b"\x01", b"\x02", b"\x00", b"x"]), max_size=130).map(b"".join))
def test_a_terminal_that_escapes_nothing_is_heard(body: bytes) -> None:
    frame = bare(body)
    pieces = frame[1:-1].split(b"\x7e")
    assume(len(pieces) > 1 and all(reduce(xor, STANDARD.plain(one), 0) for one in pieces))  # none is good by chance
    found = FrameDecoder().feed(frame + encode(2, ID, 2, b""))
    assert good(found) in ([body, b""], [STANDARD.plain(body), b""])


@given(bodies, st.integers(0), st.integers(1, 255))
def test_one_wrong_byte_is_never_a_message(body: bytes, at: int, change: int) -> None:
    plain = parse(STANDARD.plain(encode(0x0200, ID, 1, body)[1:-1]))
    assert plain is not None
    raw = bytearray(plain.raw)
    raw[at % len(raw)] ^= change
    decoder = FrameDecoder()
    assert good(decoder.feed(STANDARD.wire(bytes(raw)))) == []
    assert decoder.dropped == 1


def bare(body: bytes) -> bytes:
    """The frame of a terminal that escapes nothing."""
    plain = STANDARD.plain(encode(LOCATION, ID, 1, body)[1:-1])
    return b"\x7e" + plain + b"\x7e"


BARE = bare(bytes(8) + bytes.fromhex("020a3aac067eaa24") + bytes(12))


@pytest.mark.parametrize(
    ("stream", "kinds"),
    [
        (encode(2, ID, 1, b"") * 2, [Message, Message]),
        (encode(2, ID, 1, b"") + encode(2, ID, 2, b"")[1:], [Message, Message]),  # one delimiter for both
        (b"$$" + encode(2, ID, 1, b""), [Message]),
        (b"\x7e\x01\x02\x7e" + encode(2, ID, 1, b""), [DamagedMessage, Message]),
        (b"(740000000001,1,001,BASE,2,TIME)" + encode(2, ID, 1, b""), [Text, Message]),
        (encode(2, ID, 1, b"") + b"(740000000001,1)(740000000001,2)", [Message, Text, Text]),
        (b"\xe7" + encode(2, ID, 1, b""), [Message]),  # noise that looks like the other dialect
        (encode(2, ID, 1, b"\xe7\xe6\x3e\x3d", dialect=ALTERNATIVE) * 2, [Message, Message]),
        (b"\x7e" + b"x" * 9000 + b"\x7e" + encode(2, ID, 1, b""), [DamagedMessage, Message]),
        (encode(2, ID, 1, b"")[:-1], []),
        (BARE, [DamagedMessage, Message]),  # its delimiter stands in it, unescaped
        (BARE + BARE, [DamagedMessage, Message] * 2),
        (BARE[:20] + encode(2, ID, 1, b"") + BARE, [DamagedMessage, Message, DamagedMessage, Message]),
        (BARE.replace(b"\x06\x7e", b"\x7e\x7e"), [DamagedMessage] * 2),  # two in a row, and its checksum is wrong
    ],
)
def test_framing(stream: bytes, kinds: list[type]) -> None:
    for size in (1, 5, len(stream)):
        decoder = FrameDecoder()
        found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
        assert [type(one) for one in found] == kinds


@given(st.sets(st.sampled_from(sorted(ALARM_BITS)), min_size=1))
def test_every_alarm_bit_is_kept_whatever_stands_beside_it(bits: set[int]) -> None:
    (raised,) = alarms(LOCATION, location(sum(1 << bit for bit in bits)))
    assert raised.reasons == {ALARM_BITS[bit] for bit in bits}


def test_bits_without_a_reason_stay_visible_and_a_site_gives_them_one() -> None:
    readings = read(LOCATION, location(1 << 27 | 1 << 2))
    assert not [one for one in readings if isinstance(one, AlarmReading)]
    (state,) = [one for one in readings if isinstance(one, StateReading)]
    assert state.detail == "alarm bits 08000004"
    bits = {27: Reason.FALL, 2: None, 7: None}
    (raised,) = alarms(LOCATION, location(1 << 27 | 1 << 7), bits=bits)
    assert raised.reasons == {Reason.FALL}


def test_a_fence_is_left_unless_an_item_says_that_it_was_entered() -> None:
    fence = 1 << 20
    assert alarms(LOCATION, location(fence))[0].reasons == {Reason.GEOFENCE_OUT}
    assert alarms(LOCATION, location(fence, tail="1206010000000101"))[0].reasons == {Reason.GEOFENCE_OUT}
    assert alarms(LOCATION, location(fence, tail="1206010000000100"))[0].reasons == {Reason.GEOFENCE_IN}


def pressed(*said: tuple[int, bytes], book: PressBook | None = None) -> list[bytes]:
    """The presses of messages (id, body) of one terminal, in order, a new serial each."""
    session = TerminalSession(lambda: NOW_S, presses=book)
    stream = b"".join(encode(msg_id, ID, serial, body) for serial, (msg_id, body) in enumerate(said))
    readings = [one for decoded in session.feed(stream) for one in decoded.explained.readings]
    return [one.press for one in readings if isinstance(one, AlarmReading)]


def at(minute: int, alarm: int = 1) -> bytes:
    return location(alarm, time=f"25051805{minute:02d}00")


def test_a_press_is_a_rising_edge() -> None:
    standing = pressed(*((LOCATION, at(minute)) for minute in range(4)))
    assert len(standing) == 4
    assert len(set(standing)) == 1, "the bit stands in every report: one press"
    twice = pressed((LOCATION, at(0)), (LOCATION, at(1, 0)), (LOCATION, at(2)))
    assert len(set(twice)) == 2, "the bit fell in between: two"
    beside = pressed((LOCATION, at(0)), (LOCATION, at(1, 1 | 1 << 7)), (LOCATION, at(2)))
    assert len(set(beside)) == 1, "another bit beside it changes nothing"
    low = [alarms(LOCATION, location(1 << 7), serial)[0] for serial in (1, 2)]
    assert [(one.press, one.burst_window_s) for one in low] == [(b"state", STATE_BURST_S)] * 2


def test_a_clock_that_stands_still_hides_no_press() -> None:
    found = pressed((LOCATION, location(1)), (LOCATION, location(0)), (LOCATION, location(1)))
    assert len(set(found)) == 2
    never = location(1, time="000000000000")
    assert len(set(pressed((LOCATION, never), (LOCATION, location(0, time="000000000000")), (LOCATION, never)))) == 2


def test_a_press_is_the_same_live_and_stored_and_on_the_next_connection() -> None:
    book = PressBook()
    live = pressed((LOCATION, at(1)), (LOCATION, at(2)), book=book)
    stored = pressed((BATCH, batch(at(0, 0), at(1), at(2))), book=book)
    again = pressed((LOCATION, at(3)), book=book)
    assert {*live, *stored, *again} == {live[0]}
    before = pressed((BATCH, batch(at(0, 0), at(1), at(2, 0), at(3))), (LOCATION, at(4)))
    assert len(before) == 3
    assert before[0] != before[1] == before[2]
    late = pressed((LOCATION, at(9, 0)), (BATCH, batch(at(1), at(2), at(3, 0), at(4))))
    assert len(late) == 3
    assert late[0] == late[1] != late[2]


def test_a_pause_of_which_nothing_is_known_ends_a_press() -> None:
    late = location(1, time="250518074118")
    assert len(set(pressed((LOCATION, location(1)), (LOCATION, late)))) == 2
    assert len(set(pressed((BATCH, batch(location(1))), (LOCATION, late)))) == 2
    assert len(set(pressed((LOCATION, location(0, time="250518080000")), (BATCH, batch(location(1), late))))) == 2


def test_a_press_is_not_numbered_so_that_one_after_the_incident_rings_again() -> None:
    assert alarms(LOCATION, location(1))[0].counter is None


@pytest.mark.parametrize(
    ("tail", "reasons", "battery_pct"),
    [
        ("e7080004000000000000", {Reason.SOS}, None),
        ("e7080001000000000000", set(), None),
        ("e70400040000", set(), None),  # another vendor's length
        ("e8020c01", {Reason.SOS}, None),
        ("e803000c01", set(), None),  # a lock's state
        ("e4020056", set(), 86),
        ("e40201ff", set(), None),
        ("0601" + "3e", set(), 62),
        ("fb045f050701", set(), 95),
        ("eb0800060089ffffefff", {Reason.REMOVED}, None),
        ("eb0800060089fffffffe", {Reason.POWER_CUT}, None),
        ("eb0500030 0c603".replace(" ", ""), {Reason.LOW_BATTERY}, None),
        ("eb0901cc0026000ff11370", set(), None),  # a country: cells
        ("eb095554432b30383a3030", set(), None),  # a text
    ],
)
def test_vendor_items(tail: str, reasons: set[Reason], battery_pct: int | None) -> None:
    raised = alarms(LOCATION, location(tail=tail))
    assert [one.reasons for one in raised] == ([reasons] if reasons else [])
    levels = [one.battery_pct for one in read(LOCATION, location(tail=tail)) if isinstance(one, StateReading)]
    assert [one for one in levels if one is not None] == ([] if battery_pct is None else [battery_pct])
    assert not alarms(LOCATION, location(tail=tail), items_off=frozenset({"all"}))


def test_a_site_switches_single_items_off() -> None:
    tail = "e7080004000000000000" + "eb0800060089ffffefff"
    assert alarms(LOCATION, location(tail=tail), items_off=frozenset({"e7"}))[0].reasons == {Reason.REMOVED}
    assert alarms(LOCATION, location(tail=tail), items_off=frozenset({"eb.0089"}))[0].reasons == {Reason.SOS}
    options = {"bind": "127.0.0.1", "items_off": ["e7", "EB.0089"]}
    assert create("site", options)
    with pytest.raises(DriverConfigError, match="items_off"):
        create("site", options | {"items_off": ["zz"]})


def test_an_alarm_bit_that_nobody_knows_is_news() -> None:
    for bit in (15, 16):
        readings = read(LOCATION, location(1 << bit))
        assert not [one for one in readings if isinstance(one, AlarmReading)]
        (state,) = [one for one in readings if isinstance(one, StateReading)]
        assert state.detail.startswith(f"unknown code alarm bit {bit}")


def test_access_points_and_cells_of_vendor_items_are_the_place_indoors() -> None:
    tail = "ec0e" + "aabbccddee01be" + "aabbccddee02b7" + "f00d" + "01cc0000" + "00000e57" + "00002530" + "2d"
    (fix,) = [one for one in read(LOCATION, location(status=0, tail=tail)) if isinstance(one, PositionFix)]
    assert fix.wifi == ("aa:bb:cc:dd:ee:01,-66", "aa:bb:cc:dd:ee:02,-73")
    assert fix.cells == ("460-0-9520-3671",)


@pytest.mark.parametrize(
    ("tail", "wifi", "cells"),
    [
        ("540f02" + "f092b4a22a39ca" + "70af6a1cc981c9", ("f0:92:b4:a2:2a:39,-54", "70:af:6a:1c:c9:81,-55"), ()),
        ("540802" + "f092b4a22a39ca", (), ()),  # says two and holds one
        ("5400", (), ()),
        ("5d0b01" + "01cc0827b1000010c516", (), ("460-8-10161-4293",)),
        ("530901" + "01cc0027b110c516", (), ("460-0-10161-4293",)),
        ("eb0d" + "000b00d8" + "01cc0090050fec20c7", (), ("460-0-36869-267133127",)),
        (
            "eb30" + "002e00b902" + b"24:69:68:5D:2c:a5,-30,24:69:68:5d:2c:a6,-41".hex(),
            ("24:69:68:5d:2c:a5,-30", "24:69:68:5d:2c:a6,-41"),
            (),
        ),
        ("eb08" + "000600b901" + b"x,y".hex(), (), ()),
    ],
)
def test_access_points_and_cells_of_other_vendors(tail: str, wifi: tuple[str, ...], cells: tuple[str, ...]) -> None:
    (fix,) = [one for one in read(LOCATION, location(status=0, tail=tail)) if isinstance(one, PositionFix)]
    assert (fix.wifi, fix.cells) == (wifi, cells)


def test_stored_records_keep_their_own_time_and_an_sos_among_them_is_an_alarm() -> None:
    records = batch(
        location(0, time="250518053000"), location(1, time="250518053500"), location(1, time="250518053700")
    )
    raised = alarms(BATCH, records)
    assert [one.device_time_ms for one in raised] == [1_747_517_700_000, 1_747_517_820_000]
    assert all(one.reasons == {Reason.SOS} for one in raised)
    assert len({one.press for one in raised}) == 1, "the bit stood in both"
    assert [one.press for one in alarms(BATCH, records, serial=9)] == [one.press for one in raised], "sent again"
    fixes = [one for one in read(BATCH, records) if isinstance(one, PositionFix)]
    assert len(fixes) == 3


def test_a_batch_that_lies_about_its_records_gives_those_that_fit() -> None:
    whole = batch(location(), location(1))
    assert len(alarms(BATCH, whole[:2] + b"\x01" + whole[3:])) == 1
    session = TerminalSession(lambda: NOW_S)
    (decoded,) = session.feed(encode(BATCH, ID, 1, b"\x00\x09\x01" + whole[3:-5]))
    assert decoded.explained.fields["note"] == "9 records announced, 1 read"
    assert not alarms(BATCH, b"\x00\x01")


def test_no_fix_moves_nobody() -> None:
    for body, is_fix in (
        (location(status=2), True),
        (location(status=0), False),
        (location(status=2, lat=0, lon=0), False),
        (location(status=2, lat=99_000_000), False),
    ):
        fixes = [one for one in read(LOCATION, body) if isinstance(one, PositionFix)]
        assert [one.fix_valid for one in fixes] == [is_fix]
    (fix,) = [one for one in read(LOCATION, location(status=2 | 4 | 8)) if isinstance(one, PositionFix)]
    assert (fix.latitude_deg, fix.longitude_deg) == (-31.2, -121.4)
    assert fix.device_time_ms == round(NOW_S * 1000)
    (never,) = [one for one in read(LOCATION, location(time="ff9999999999")) if isinstance(one, PositionFix)]
    assert never.device_time_ms is None
    (raised,) = alarms(LOCATION, location(1, status=0, lat=0, lon=0, time="000000000000"))
    assert raised.device_time_ms is None


def test_a_tail_of_20_bytes_that_is_no_items_is_let_be() -> None:
    session = TerminalSession(lambda: NOW_S)
    (decoded,) = session.feed(encode(LOCATION, ID, 1, location(1, tail="05ff" + "00" * 18)))
    assert decoded.explained.fields["tlv"] == {}
    assert "tlv_truncated" not in decoded.explained.fields
    (decoded,) = session.feed(encode(LOCATION, ID, 1, location(1, tail="300118ff05")))
    assert decoded.explained.fields["tlv"] == {"30": "18"}
    assert decoded.explained.fields["tlv_truncated"] is True


def test_the_session_answers_with_its_own_serials_in_the_terminals_form() -> None:
    session = TerminalSession(lambda: NOW_S)
    voice = TerminalVoice()
    decoded_frames = session.feed(voice.login() + voice.heartbeat() + voice.position(31.2, 121.4))
    replies = [
        one for decoded in decoded_frames for one in FrameDecoder().feed(decoded.reply) if isinstance(one, Message)
    ]
    assert [one.msg_id for one in replies] == [0x8100, 0x8001, 0x8001, 0x8001]
    assert [one.serial for one in replies] == [0, 1, 2, 3]
    assert replies[0].body == b"\x00\x01\x00010000000001"
    assert replies[1].body == bytes.fromhex("0002010200")
    session = TerminalSession(lambda: NOW_S)
    (decoded,) = session.feed(encode(HEARTBEAT, bytes(4) + ID, 5, b"", 1))
    (reply,) = [one for one in FrameDecoder().feed(decoded.reply) if isinstance(one, Message)]
    assert (reply.is_2019, reply.version, reply.terminal) == (True, 1, bytes(4) + ID)
    (decoded,) = TerminalSession(lambda: NOW_S).feed(encode(HEARTBEAT, ID, 5, b"", dialect=ALTERNATIVE))
    assert decoded.reply[:1] == decoded.reply[-1:] == b"\xe7"


@pytest.mark.parametrize(
    ("msg_id", "body", "answer"),
    [
        (0x0003, b"", "8001 0001000300"),
        (0x0004, b"", "8004 250517214118"),
        (0x0506, b"", "8001 0001050600"),
        (0x1007, b"\x08", "8001 0001100700"),
        (0x0210, location(), "8001 0001021000"),
        (0x0109, b"", "8109 07e9051115291200"),
        (0x0200, b"short", "8001 0001020001"),
        (0x0704, b"", "8001 0001070401"),
        (0x0900, b"vendor", "8001 0001090003"),
        (0x0001, b"\x00\x00\x82\x01\x00", ""),
    ],
)
def test_answers(msg_id: int, body: bytes, answer: str) -> None:
    (decoded,) = TerminalSession(lambda: NOW_S).feed(encode(msg_id, ID, 1, body))
    replies = [one for one in FrameDecoder().feed(decoded.reply) if isinstance(one, Message)]
    assert [f"{one.msg_id:04x} {one.body.hex()}" for one in replies] == ([answer] if answer else [])
    assert decoded.ends == (msg_id == 0x0003)


def test_an_encrypted_message_is_counted_and_not_read() -> None:
    frame = bytearray(STANDARD.plain(encode(LOCATION, ID, 1, location(1))[1:-1]))
    frame[2] |= 0x04
    frame[-1] ^= 0x04
    session = TerminalSession(lambda: NOW_S)
    (decoded,) = session.feed(STANDARD.wire(bytes(frame)))
    assert decoded.is_damaged
    assert session.dropped == 1


@given(st.permutations(range(1, 6)), st.data())
def test_sub_packets_in_any_order_and_doubled(order: list[int], data: st.DataObject) -> None:
    body = batch(*(location(1, time=f"25051805{minute:02d}00") for minute in range(8)))
    voice = TerminalVoice()
    found = [one for one in FrameDecoder().feed(voice.in_parts(BATCH, body, 60)) if isinstance(one, Message)]
    assert len(found) == 5
    again = data.draw(st.sampled_from(order))
    reassembly = Reassembly()
    wholes = [reassembly.take(found[number - 1]) for number in (again, *order)]
    assert [whole for whole in wholes if whole is not None] == [body]
    assert reassembly.held_bytes <= 60, "the doubled part may wait for more: a message that is sent again is read again"


def test_an_sos_in_sub_packets_is_raised_when_the_last_came_and_each_is_answered() -> None:
    body = batch(location(0), location(1))
    session, voice = TerminalSession(lambda: NOW_S), TerminalVoice()
    decoded_frames = session.feed(voice.in_parts(BATCH, body, 30))
    assert [bool(decoded.reply) for decoded in decoded_frames] == [True] * 3
    raised = [
        [one for one in decoded.explained.readings if isinstance(one, AlarmReading)] for decoded in decoded_frames
    ]
    assert [len(one) for one in raised] == [0, 0, 1]


def test_sub_packets_that_never_end_are_given_up() -> None:
    reassembly = Reassembly()
    for serial in range(100):
        frame = encode(BATCH, ID, serial * 7, b"x" * 1000, packets=60, number=1)
        (message,) = [one for one in FrameDecoder().feed(frame) if isinstance(one, Message)]
        assert reassembly.take(message) is None
        assert reassembly.held_bytes <= Reassembly.MAX_MESSAGES * 1000
    assert reassembly.given_up == 96
    (wrong,) = [
        one for one in FrameDecoder().feed(encode(BATCH, ID, 1, b"", packets=2, number=3)) if isinstance(one, Message)
    ]
    assert reassembly.take(wrong) is None


@given(st.sampled_from([LOCATION, BATCH, REGISTER, AUTH, 0x0201, 0x0900]), st.binary(max_size=200))
def test_no_content_raises(msg_id: int, body: bytes) -> None:
    assert len(TerminalSession(lambda: NOW_S).feed(encode(msg_id, ID, 1, body))) == 1


def test_commands() -> None:
    (to,) = [one for one in FrameDecoder().feed(encode(LOCATION, ID, 7, location(1))) if isinstance(one, Message)]
    down = Downlink()
    said: list[tuple[Callable[[], bytes], str]] = [
        (lambda: down.locate(to), "8201 "),
        (lambda: down.track(to, 10, 300), "8202 000a0000012c"),
        (lambda: down.track(to, 0, 0), "8202 0000"),
        (lambda: down.interval(to, 600), "8103 01000000290400000258"),
        (lambda: down.confirm_alarm(to, 1), "8203 000700000001"),
        (lambda: down.text(to, "已派人", speak=True), "8300 0d" + "已派人".encode("gbk").hex()),
        (lambda: down.restart(to), "8105 04"),
        (lambda: down.answer(to, 4), "8001 0007020004"),
    ]
    for at, (command, expected) in enumerate(said):
        (message,) = [one for one in FrameDecoder().feed(command()) if isinstance(one, Message)]
        assert f"{message.msg_id:04x} {message.body.hex()}" == expected
        assert message.serial == at
        assert message.terminal == ID
    with pytest.raises(ValueError, match="must"):
        down.interval(to, 0)
    with pytest.raises(ValueError, match="must"):
        down.track(to, -1, 0)
    with pytest.raises(ValueError, match="must"):
        encode(2, ID, 1, b"", 1)


def test_the_captures_with_a_wrong_checksum_are_dropped_and_counted() -> None:
    for item in vectors("jt808.json"):
        if item["kind"] == "malformed":
            session = TerminalSession(lambda: NOW_S)
            decoded_frames = session.feed(bytes.fromhex(item["input_hex"]))
            assert [(decoded.is_damaged, decoded.explained.readings, decoded.reply) for decoded in decoded_frames] == [
                (True, (), b"")
            ]
            assert session.dropped == 1
