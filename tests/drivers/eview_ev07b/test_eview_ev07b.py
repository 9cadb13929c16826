"""EV07B pendants: records, beacons of rooms, and a checksum that firmware gets wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.driver import AlarmReading, PositionFix, Reading, Reason, StateReading, VitalReading
from anju_drivers.eview_ev07b.frames import (
    DATA,
    HEAD_BYTES,
    MAX_BODY_BYTES,
    RESPONSE,
    SERVICES,
    FrameDecoder,
    Message,
    encode,
    encode_body,
)
from anju_drivers.eview_ev07b.report import ALARM_BITS, read_records
from anju_drivers.eview_ev07b.session import PendantSession
from anju_drivers.framing.resync import Rejected
from support.band_rig import vectors

IMEI = "350000000000001"
DEVICE = f"eview_ev07b:{IMEI}"
ID = (0x01, IMEI.encode())
NOW_S = 1_747_518_078
Part = tuple[int, bytes]
parts = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=20)), max_size=6)


def u32(value: int) -> bytes:
    return value.to_bytes(4, "little")


def status(bits: int = 78 << 24, time_s: int = NOW_S) -> Part:
    return 0x24, u32(time_s) + u32(bits)


def gps(latitude: float = 31.2, longitude: float = 121.4, hdop: int = 9) -> Part:
    place = b"".join(round(one * 1e7).to_bytes(4, "little", signed=True) for one in (latitude, longitude))
    return 0x20, place + bytes(6) + hdop.to_bytes(2, "little") + bytes(5)


def beacon(last: int, rssi: int, index: int = 0) -> Part:
    return 0x2C, bytes([index]) + bytes([last, 0, 0, 0x5E, 0, 2]) + bytes([256 + rssi, 256 - 59, 90])


def read(*given: Part, serial: int = 5, **settings: object) -> tuple[Reading, ...]:
    session = PendantSession(lambda: NOW_S, **settings)  # type: ignore[arg-type]  # the settings of the test at hand
    (decoded,) = session.feed(encode(DATA, [ID, *given], serial, 0x10))
    return decoded.explained.readings


def alarms(*given: Part, serial: int = 5, **settings: object) -> list[AlarmReading]:
    return [one for one in read(*given, serial=serial, **settings) if isinstance(one, AlarmReading)]


def good(found: list[Message | Rejected[Message]]) -> list[bytes]:
    return [one.body for one in found if isinstance(one, Message)]


@given(st.lists(parts, max_size=5), st.integers(1, 30))
def test_any_chunking_gives_the_same_messages(said: list[list[Part]], size: int) -> None:
    stream = b"".join(encode(DATA, one, at) for at, one in enumerate(said))
    decoder = FrameDecoder()
    found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
    assert [one.parts for one in found if isinstance(one, Message)] == [tuple(one) for one in said]
    assert decoder.dropped == 0


@given(st.binary(max_size=60).filter(lambda junk: junk.count(b"\xab") <= 8), parts)
def test_junk_never_raises_and_the_next_good_frame_survives_at_once(junk: bytes, said: list[Part]) -> None:
    frame = encode(DATA, said, 1)
    assert good(FrameDecoder().feed(junk + frame))[-1:] == [frame[HEAD_BYTES:]]


@given(st.lists(st.binary(max_size=3000), max_size=10))
def test_memory_is_bounded(chunks: list[bytes]) -> None:
    decoder = FrameDecoder()
    for chunk in chunks:
        decoder.feed(b"\xab\x10\xff\x0f" + chunk)
        assert len(decoder._resync._buffer) <= HEAD_BYTES + MAX_BODY_BYTES + 3004


@given(st.sets(st.sampled_from(sorted(ALARM_BITS)), min_size=1))
def test_every_alarm_bit_is_kept_whatever_stands_beside_it(bits: set[int]) -> None:
    expected = {ALARM_BITS[bit][1] for bit in bits} - {None}
    raised = alarms(status(), (0x02, u32(sum(1 << bit for bit in bits))))
    assert [one.reasons for one in raised] == ([expected] if expected else [])


def test_bits_nobody_knows_are_news_unless_the_site_says_what_they_are() -> None:
    assert alarms((0x02, u32(1 << 3))) == []
    (state,) = [one for one in read((0x02, u32(1 << 3))) if isinstance(one, StateReading)]
    assert state.detail == "unknown code alarm bit 3, alarm bits 00000008"
    assert alarms((0x02, u32(1 << 12 | 1 << 3)))[0].reasons == {Reason.SOS}, "it hides no other"
    assert alarms((0x02, u32(1 << 11)), bits={11: None}) == []
    assert alarms((0x02, u32(1 << 11 | 1)), bits={11: Reason.FALL})[0].reasons == {Reason.FALL, Reason.LOW_BATTERY}


def test_a_bit_that_public_sources_read_in_two_ways_is_news() -> None:
    (state,) = [one for one in read((0x02, u32(1 << 11 | 1 << 17))) if isinstance(one, StateReading)]
    assert state.detail.startswith("unknown code alarm bit 11, ")
    assert not [one for one in read((0x02, u32(1 << 11)), bits={11: None}) if "unknown" in getattr(one, "detail", "")]


def test_who_leaves_home_is_told_and_who_is_back_is_no_alarm() -> None:
    assert [one.reasons for one in alarms((0x02, u32(1 << 24)))] == [{Reason.GEOFENCE_OUT}]
    assert alarms((0x02, u32(1 << 25))) == []


def test_a_report_beside_what_a_message_asks_for_is_read() -> None:
    session = PendantSession(lambda: NOW_S)
    asked = encode(SERVICES, [ID, (0x12, b""), status(), (0x02, u32(1 << 12))], 3, 0x10)
    asks, beats = session.feed(asked + encode(SERVICES, [ID, (0x10, b"\x5a")], 4, 0x10))
    (press,) = [one for one in asks.explained.readings if isinstance(one, AlarmReading)]
    assert press.reasons == {Reason.SOS}
    assert asks.reply == encode(SERVICES, [(0x12, u32(NOW_S))], 3)
    assert beats.explained.readings == ()
    assert beats.reply == bytes.fromhex("ab00030008c704007f0100"), "asks for nothing: taken"


def test_a_fence_says_which_way_it_was_crossed_and_the_way_is_no_alarm() -> None:
    for fence in range(4):
        for way, expected in ((0, Reason.GEOFENCE_OUT), (1 << 26 + fence, Reason.GEOFENCE_IN)):
            (raised,) = alarms((0x02, u32(1 << 4 + fence | way)))
            assert raised.reasons == {expected}
        assert alarms((0x02, u32(1 << 26 + fence))) == []


def test_values_that_nothing_has_are_not_told() -> None:
    for key in (0x40, 0x41):
        assert not [one for one in read((key, u32(NOW_S) + b"\x01")) if isinstance(one, VitalReading)]
    assert [one.battery_pct for one in read(status(0)) if isinstance(one, StateReading)] == [None]


def test_an_sos_indoors_names_the_room_by_its_strongest_beacon() -> None:
    (raised,) = alarms(
        status(), (0x02, u32(1 << 12 | 1) + u32(NOW_S - 3)), beacon(1, -70), beacon(2, -50, 1), beacon(3, -60, 2)
    )
    assert raised.reasons == {Reason.SOS, Reason.LOW_BATTERY}
    assert (raised.receiver, raised.rssi_dbm) == ("beacon:02005e000002", -50)
    assert raised.battery_pct == 78
    assert raised.device_time_ms == (NOW_S - 3) * 1000
    assert raised.position is not None
    assert not raised.position.fix_valid
    assert raised.position.beacons == ("02005e000001,-70", "02005e000002,-50", "02005e000003,-60")


def test_a_repeated_key_begins_the_next_record_but_beacons_do_not() -> None:
    given = [status(time_s=1), gps(), status(time_s=2), beacon(1, -70), beacon(2, -60), status(time_s=3)]
    assert [one.time_s for one in read_records(given)] == [1, 2, 3]
    assert [len(one.beacons) for one in read_records(given)] == [0, 2, 0]


def test_a_stored_sos_keeps_its_time_and_sent_again_it_is_the_same_press() -> None:
    stored = status(78 << 24 | 1 << 7, NOW_S - 7200), (0x02, u32(1 << 12) + u32(NOW_S - 7200))
    live = status(), (0x02, u32(1 << 12) + u32(NOW_S))
    first, second = alarms(*stored, *live)
    assert (first.device_time_ms, second.device_time_ms) == ((NOW_S - 7200) * 1000, NOW_S * 1000)
    assert first.press != second.press
    assert alarms(*stored, serial=99)[0].press == first.press
    untimed = [alarms((0x02, u32(1 << 12)), serial=serial)[0] for serial in (1, 1, 2)]
    assert untimed[0].press == untimed[1].press != untimed[2].press
    assert isinstance(read(status(), gps(), *stored)[0], AlarmReading), "the alarm goes first"


def test_positions() -> None:
    for sent, is_fix in (
        ([status(), gps()], True),
        ([status(), gps(hdop=0)], False),
        ([status(), gps(0.0, 0.0)], False),
        ([status(), (0x22, bytes.fromhex("d602005e000001"))], False),
        ([status(), (0x19, bytes.fromhex("d602005e000001") + b"\x05lobby")], False),
        ([status(), (0x23, bytes(6) + gps()[1][:8] + b"lobby")], True),
        ([status(), (0x28, b"\xc0" + bytes(8) + gps()[1][:8] + b"lobby")], True),
        ([status(), (0x2C, b"\x80" + bytes(9) + gps()[1][:8])], True),
        ([status(), (0x2A, b"\x80" + bytes(7) + gps()[1][:8])], True),
        ([status(), (0x2A, b"\x40" + bytes(7) + b"lobby")], False),
    ):
        fixes = [one for one in read(*sent) if isinstance(one, PositionFix)]
        assert [one.fix_valid for one in fixes] == [is_fix]
        if is_fix:
            assert (fixes[0].latitude_deg, fixes[0].longitude_deg) == (31.2, 121.4)
    assert not [one for one in read(status()) if isinstance(one, PositionFix)]


def test_wifi_with_names_is_wifi_without_them() -> None:
    lobby, stairs = bytes.fromhex("d602005e000001") + b"\x05lobby", bytes.fromhex("c402005e000002") + b"\x06stairs"
    (fix,) = [one for one in read(status(), (0x19, lobby + stairs + lobby[:9])) if isinstance(one, PositionFix)]
    assert fix.wifi == ("02:00:5e:00:00:01,-42", "02:00:5e:00:00:02,-60")


def test_cells_of_three_widths() -> None:
    operator = bytes.fromhex("cc0100")
    for key, data, cell in (
        (0x21, operator + bytes.fromhex("c43025570e"), "460-0-9520-3671"),
        (0x29, operator + bytes.fromhex("c43025570e0000"), "460-0-9520-3671"),
        (0x2B, operator + bytes.fromhex("c43025570e0000"), "460-0-9520-3671"),
        (0x2B, operator + b"\x00" + bytes.fromhex("c43025570e0000"), "460-0-9520-3671"),
    ):
        (fix,) = [one for one in read(status(), (key, data)) if isinstance(one, PositionFix)]
        assert fix.cells == (cell,)


def test_values() -> None:
    assert read((0x14, bytes([55, 0xA0, 0x0F]))) == (StateReading(DEVICE, battery_pct=55, battery_mv=4000),)
    assert read((0x30, bytes(4) + u32(321))) == (StateReading(DEVICE, steps=321),)
    assert VitalReading(DEVICE, heart_rate_bpm=71) in read((0x40, bytes(4) + b"\x47"))
    assert not [one for one in read((0x40, bytes(4) + b"\x01")) if isinstance(one, VitalReading)]
    (state,) = read(status(50 << 24 | 1 << 9))
    assert state == StateReading(DEVICE, battery_pct=50, moving=True, device_time_ms=NOW_S * 1000)


def test_answers() -> None:
    session = PendantSession(lambda: NOW_S)
    asked = encode(SERVICES, [ID, (0x12, b""), (0x11, b"")], 3, 0x10)
    quiet, told, time = session.feed(encode(DATA, [ID], 1) + encode(DATA, [ID], 2, 0x10) + asked)
    assert quiet.reply == b""
    assert told.reply == bytes.fromhex("ab00030008c702007f0100")
    assert time.reply == encode(SERVICES, [(0x12, u32(NOW_S))], 3), "the time, and no place: (0, 0) would be a lie"
    (later,) = session.feed(encode_body(bytes([RESPONSE, 1, 0]), 4, 0x10))
    assert later.identity == IMEI


def test_a_wrong_checksum_is_counted_and_only_a_proven_frames_alarms_stand() -> None:
    frame = bytearray(encode(DATA, [ID, status(), (0x02, u32(1 << 12)), gps()], 1, 0x10))
    frame[4] ^= 0xFF
    session = PendantSession(lambda: NOW_S)
    (decoded,) = session.feed(bytes(frame))
    assert decoded.is_damaged
    assert [type(one) for one in decoded.explained.readings] == [AlarmReading]
    assert session.dropped == 1
    for unproven in (
        encode(DATA, [status(), (0x02, u32(1 << 12))], 1),
        encode(SERVICES, [ID], 1),
        encode_body(b"\x01" + b"\x05" * 9, 1),
    ):
        wrong = bytearray(unproven)
        wrong[4] ^= 0xFF
        decoder = FrameDecoder()
        assert good(decoder.feed(bytes(wrong))) == []
        assert decoder.dropped == 1


@given(parts)
def test_no_content_raises(said: list[Part]) -> None:
    read(*said)


def test_no_id_in_repr() -> None:
    (message,) = FrameDecoder().feed(encode(DATA, [ID], 1))
    assert IMEI not in repr(message)


def test_the_long_captures_hold_the_records_they_are_said_to() -> None:
    counts = {item["name"]: item["expect"]["record_count"] for item in vectors("eview_ev07b.json")}
    for item in vectors("eview_ev07b.json"):
        decoded_frames = PendantSession(lambda: NOW_S).feed(bytes.fromhex(item["input_hex"]))
        records = decoded_frames[0].explained.fields.get("records", [])
        if item["expect"]["command_hex"] == "01":
            assert isinstance(records, list)
            assert len(records) == counts[item["name"]]


def test_a_frame_in_pieces_waits() -> None:
    decoder = FrameDecoder()
    frame = encode(DATA, [ID], 1)
    assert decoder.feed(frame[:-1]) == []
    assert decoder.is_incomplete
    assert good(decoder.feed(frame[-1:])) == [frame[HEAD_BYTES:]]
    with pytest.raises(ValueError, match="bytes must be in range"):
        encode(DATA, [(1, b"x" * 300)], 1)
