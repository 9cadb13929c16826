"""GT06 trackers: lengths, checksums, alarms in two places."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anju_drivers.bands.session import STATE_BURST_S
from anju_drivers.driver import AlarmReading, PositionFix, Reading, Reason, StateReading
from anju_drivers.framing.resync import Rejected
from anju_drivers.gt06 import frames, layout
from anju_drivers.gt06.codes import ALARM_CODES, TERMINAL_ALARMS
from anju_drivers.gt06.frames import MAX_FRAME_BYTES, TOPIN_SOS, FrameDecoder, Message, crc_x25, encode
from anju_drivers.gt06.session import TrackerSession
from anju_drivers.gt06.simulator import TrackerVoice

IMEI = "350000000000001"
DEVICE = f"gt06:{IMEI}"
LOGIN = encode(0x01, bytes.fromhex("0" + IMEI), 1)
GPS = bytes.fromhex("190511152912c8") + (56_160_000).to_bytes(4, "big") + (218_520_000).to_bytes(4, "big")
FIX, NO_FIX = GPS + bytes.fromhex("24145a"), GPS + bytes.fromhex("00045a")  # north, east, course 90
CELL = bytes.fromhex("01cc00253000 0e57".replace(" ", ""))
WIDE_CELL = bytes.fromhex("81cc0000" + "00002530" + "0000000000000e57")
contents = st.binary(max_size=60)


def alarm_body(status: int, code: int, gps: bytes = FIX, cell: bytes = b"\x09" + CELL) -> bytes:
    return gps + cell + bytes([status, 4, 3, code, 2])


def read(kind: int, content: bytes, login: bytes = LOGIN, **settings: object) -> tuple[Reading, ...]:
    session = TrackerSession(**settings)  # type: ignore[arg-type]  # the settings of the test at hand
    *_, decoded = session.feed(login + encode(kind, content, 7))
    return decoded.explained.readings


def alarms(kind: int, content: bytes, **settings: object) -> list[AlarmReading]:
    found = read(kind, content, LOGIN, **settings)
    return [one for one in found if isinstance(one, AlarmReading)]


def states(kind: int, content: bytes, **settings: object) -> list[StateReading]:
    return [one for one in read(kind, content, LOGIN, **settings) if isinstance(one, StateReading)]


def good(found: list[Message | Rejected[Message]]) -> list[bytes]:
    return [one.content for one in found if isinstance(one, Message)]


def test_checksum() -> None:
    assert crc_x25(b"123456789") == 0x906E  # the check value of CRC-16/X-25


@given(st.lists(contents, max_size=6), st.integers(1, 30), st.booleans())
@example([TOPIN_SOS], 1, False)
def test_any_chunking_gives_the_same_messages(said: list[bytes], size: int, is_long: bool) -> None:
    stream = b"".join(encode(0x12, content, at, is_long=is_long) for at, content in enumerate(said))
    decoder = FrameDecoder()
    found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
    assert good(found) == said
    assert decoder.dropped == 0
    assert not decoder.is_incomplete


@given(st.binary(max_size=60).filter(lambda junk: junk.count(b"x") + junk.count(b"y") < 8), contents)
def test_junk_never_raises_and_the_next_good_frame_survives_at_once(junk: bytes, content: bytes) -> None:
    assert good(FrameDecoder().feed(junk + encode(0x26, content, 1)))[-1:] == [content]


@given(
    st.lists(st.binary(max_size=3000), max_size=10), st.sampled_from([b"yy\x0f\xff", b"xx\xff", b"xx\x00\x69", b"yy"])
)
def test_memory_is_bounded(chunks: list[bytes], start: bytes) -> None:
    decoder = FrameDecoder()
    for chunk in chunks:
        decoder.feed(start + chunk)
        assert len(decoder._resync._buffer) <= MAX_FRAME_BYTES + 3004


@given(contents.filter(lambda content: TOPIN_SOS not in content), st.integers(0), st.integers(1, 255))
def test_one_wrong_byte_is_never_a_message(content: bytes, at: int, change: int) -> None:
    """Of messages with a checksum: Topin's SOS has none, and is one wherever its six bytes stand in what is damaged."""
    raw = bytearray(encode(0x26, content, 1))
    raw[2 + at % (len(raw) - 4)] ^= change
    decoder = FrameDecoder()
    assert good(decoder.feed(bytes(raw))) == []
    assert good(decoder.feed(encode(0x26, content, 2))) == [content]
    assert decoder.dropped == 1


@pytest.mark.parametrize("wrong_by", [-3, -1, 1, 2, 9, 100])
def test_a_wrong_length_with_a_right_checksum_is_read_by_its_end(wrong_by: int) -> None:
    right = encode(0x26, alarm_body(0, 1), 1)
    checked = bytes([right[2] + wrong_by]) + right[3:-4]
    wrong = b"xx" + checked + crc_x25(checked).to_bytes(2, "big") + b"\r\n"
    found = FrameDecoder().feed(wrong)
    assert [(one.length_ok, one.crc_ok) for one in found if isinstance(one, Message)] == [(False, True)]


def test_end_marks_inside_do_not_cut() -> None:
    content = b"\r\n" * 12
    assert good(FrameDecoder().feed(encode(0x94, content, 1))) == [content]


def test_a_frame_without_length_is_taken_by_its_end_and_answered_with_its_time() -> None:
    time = bytes.fromhex("260405214936")
    wifi = b"xx\x00\x69" + time + bytes(14) + b"\r\n"
    session = TrackerSession()
    decoded_frames = session.feed(LOGIN + wifi + encode(0x13, bytes([0x40, 4, 3, 0, 2]), 8))
    assert [decoded.reply[3:4] for decoded in decoded_frames] == [b"\x01", b"\x69", b"\x13"]
    assert decoded_frames[1].reply == b"xx\x00\x69" + time + b"\r\n"


def test_a_wifi_list_says_in_place_of_a_length_how_many_it_holds() -> None:
    time, points = bytes.fromhex("260405214936"), bytes.fromhex("aabbccddee013caabbccddee0246")
    wifi = b"xx\x02\x17" + time + points + bytes.fromhex("0101cc0012340d0a3c") + b"\r\n"
    stream = LOGIN + wifi + encode(0x26, alarm_body(0, 1), 8)
    for size in (1, 5, len(stream)):
        session = TrackerSession()
        found = [one for at in range(0, len(stream), size) for one in session.feed(stream[at : at + size])]
        assert [decoded.is_damaged for decoded in found] == [False] * 3
        (fix,) = found[1].explained.readings
        assert isinstance(fix, PositionFix)
        assert fix.wifi == ("aa:bb:cc:dd:ee:01,60", "aa:bb:cc:dd:ee:02,70")
        assert fix.cells == ("460-0-4660-3338",)


def test_an_sos_of_the_sister_protocol_needs_no_checksum() -> None:
    session = TrackerSession()
    *_, decoded = session.feed(LOGIN + b"xx\x01\x99\r\n")
    (raised,) = decoded.explained.readings
    assert isinstance(raised, AlarmReading)
    assert raised.reasons == {Reason.SOS}
    assert raised.device == DEVICE
    assert decoded.reply == b"xx\x01\x99\r\n"


TOPIN_LOGIN = bytes.fromhex("78780d010359339075416963") + b"\x4d\r\n"
TOPIN_ID = "gt06:359339075416963"
TOPIN_STREAM = [  # hex, what it says, what is answered
    ("78780d0103593390754169634d0d0a", "login", "787801010d0a"),
    ("787801080d0a", "heartbeat", ""),
    ("787801990d0a", "alarm: sos", "787801990d0a"),
    ("787807136409032c3e0d0a", "status", "787807136409032c3e0d0a"),
    ("787812100a03170d0a179c026b3f3e0c22ad651f34600d0a", "position", "787800100a03170d0a170d0a"),  # at 13:10
    (
        "7878001b2605310801270301180a0000015507b89829720000015507b89829720000015507b8982972000d0a",
        "cells and Wi-Fi in range",
        "7878001b2605310801270d0a",
    ),
    ("7878006921120412565802010601071e4a9764071e4a9864100d0a", "alarm: low_battery", "787800692112041256580d0a"),
    ("787801150d0a", "was reset", ""),  # as an answer: set all back to what it was when new
    ("787801480d0a", "type 48 is not supported", ""),  # as an answer: restart
    ("787801300d0a", "asks for the time", "78780830" + "07b2" + "0101000000" + "0d0a"),
]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_tracker_of_the_sister_protocol_is_known_by_its_login(size: int) -> None:
    """Its lengths are wrong, its messages hold end marks, and a type that is sent back may be an order."""
    stream = bytes.fromhex("".join(one for one, *_ in TOPIN_STREAM))
    session = TrackerSession()
    found = [one for at in range(0, len(stream), size) for one in session.feed(stream[at : at + size])]
    assert [(one.explained.summary, one.reply.hex()) for one in found] == [one[1:] for one in TOPIN_STREAM]
    assert {reading.device for one in found for reading in one.explained.readings} == {TOPIN_ID}
    assert session.dropped == 0


def test_places_of_the_sister_protocol() -> None:
    decimal = bytes.fromhex("78782008140709121f36300d769f02058cfd300d771202058c6f0000000300005c99000d0a")
    cells = bytes.fromhex("7878001b2605310801270201180a0000015507b89829720000015607b8982a72000d0a")
    *_, by_gps, by_cells = TrackerSession().feed(TOPIN_LOGIN + decimal + cells)
    (place,) = by_gps.explained.readings
    assert isinstance(place, PositionFix)
    assert (place.latitude_deg, place.longitude_deg, place.fix_valid) == (48.882335, 2.363773, True)
    (around,) = by_cells.explained.readings
    assert isinstance(around, PositionFix)
    assert around.cells == ("280-10-341-129538089", "280-10-342-129538090")


@given(st.lists(st.binary(max_size=600), max_size=10))
def test_the_sister_protocol_never_raises_and_is_bounded(chunks: list[bytes]) -> None:
    session = TrackerSession()
    session.feed(TOPIN_LOGIN)
    for chunk in chunks:
        session.feed(b"xx" + chunk)
        assert len(session._frames._resync._buffer) <= MAX_FRAME_BYTES + 604  # type: ignore[attr-defined]


@given(st.sampled_from(sorted(TERMINAL_ALARMS)), st.sampled_from(sorted(ALARM_CODES)))
def test_status_bits_and_alarm_byte_both_count(bits: int, code: int) -> None:
    expected = {one for one in (TERMINAL_ALARMS[bits][1], ALARM_CODES[code][1]) if one is not None}
    raised = alarms(0x26, alarm_body(bits << 3, code))
    assert [one.reasons for one in raised] == ([expected] if expected else [])


def test_sos_and_low_battery_is_both() -> None:
    for status, code in ((3 << 3, 0x01), (4 << 3, 0x0E)):
        (raised,) = alarms(0x16, alarm_body(status, code))
        assert raised.reasons == {Reason.SOS, Reason.LOW_BATTERY}
        assert raised.battery_pct == 66


def test_a_code_nobody_knows_is_news_unless_the_site_says_what_it_is() -> None:
    assert alarms(0x26, alarm_body(0, 0xE8)) == []
    assert states(0x26, alarm_body(0, 0xE8))[0].detail == "unknown code alarm e8"
    assert alarms(0x26, alarm_body(4 << 3, 0xE8))[0].reasons == {Reason.SOS}, "it hides no other"
    assert alarms(0x26, alarm_body(0, 0x00)) == []
    codes = {0xE8: None, 0x0A: Reason.GEOFENCE_OUT}
    assert alarms(0x26, alarm_body(0, 0xE8), codes=codes) == []
    assert states(0x26, alarm_body(0, 0xE8), codes=codes)[0].detail == "alarm code e8"
    assert alarms(0x26, alarm_body(0, 0x0A), codes=codes)[0].reasons == {Reason.GEOFENCE_OUT}


def test_an_alarm_of_another_shape_is_still_an_alarm() -> None:
    assert alarms(0x26, b"short")[0].reasons == {Reason.GENERAL}
    assert alarms(0x26, b"") == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (0x16, alarm_body(0, 1)),
        (0x16, alarm_body(0, 1, cell=b"\x08" + CELL)),
        (0x26, alarm_body(0, 1) + bytes(4)),  # mileage
        (0x27, alarm_body(0, 1) + b"\xff"),  # fence
        (0x26, alarm_body(0, 1, cell=b"\x11" + CELL + bytes(8))),  # more cells
        (0xA4, alarm_body(0, 1, cell=b"\x11" + WIDE_CELL) + b"\xff"),
        (0x19, b"\x09" + CELL + bytes([0x40, 4, 3, 1, 2])),
        (0x19, CELL + bytes([0x40, 4, 3, 1, 2])),
        (0x19, bytes.fromhex("190511152912") + CELL + bytes([0x40, 4, 3, 1, 2])),  # its time first
    ],
)
def test_shapes_of_alarm(kind: int, content: bytes) -> None:
    (raised,) = alarms(kind, content)
    assert raised.reasons == {Reason.SOS}
    assert raised.position is not None
    assert raised.position.cells == ("460-0-9520-3671",)
    assert raised.position.fix_valid == (kind != 0x19)
    assert (raised.device_time_ms is None) == (kind == 0x19)


def test_a_list_of_cells_without_a_length_hides_no_alarm() -> None:
    (raised,) = alarms(0x16, FIX + bytes(46) + bytes([0, 4, 3, 0x01, 2]))
    assert raised.reasons == {Reason.SOS}
    assert raised.battery_pct == 66


def test_battery_in_six_steps_or_in_percent() -> None:
    for level, battery_pct in ((0, 0), (6, 100), (85, 85), (100, 100), (101, None)):
        (raised,) = alarms(0x16, FIX + b"\x09" + CELL + bytes([0, level, 3, 1, 2]))
        assert raised.battery_pct == battery_pct


def test_a_status_of_another_shape_raises_nothing() -> None:
    assert alarms(0x13, bytes.fromhex("30802b00000642014f0008720000802b")) == []


def test_presses_are_told_apart_by_their_serial() -> None:
    session = TrackerSession()
    stream = LOGIN + encode(0x26, alarm_body(0, 1), 7) * 2 + encode(0x26, alarm_body(0, 1), 8)
    presses = [
        one.press
        for decoded in session.feed(stream)
        for one in decoded.explained.readings
        if isinstance(one, AlarmReading)
    ]
    assert presses[0] == presses[1] != presses[2]


def test_status_bits_are_one_alarm_while_they_stand() -> None:
    def pressed(*bits: int, first: bytes = b"") -> list[bytes]:
        statuses = (encode(0x13, bytes([one << 3, 4, 3, 0, 2]), serial) for serial, one in enumerate(bits, 9))
        decoded_frames = TrackerSession().feed(LOGIN + first + b"".join(statuses))
        readings = [one for decoded in decoded_frames for one in decoded.explained.readings]
        found = [one for one in readings if isinstance(one, AlarmReading)]
        assert all(one.reasons == {Reason.SOS} for one in found)
        return [one.press for one in found]

    assert len(set(pressed(4, 4, 4))) == 1
    assert len(set(pressed(4, 0, 4))) == 2, "they fell in between"
    assert len(set(pressed(4, 4, first=encode(0x26, alarm_body(4 << 3, 1), 5)))) == 1, "the alarm message's own press"
    (sos,) = alarms(0x13, bytes([4 << 3, 4, 3, 0, 2]))
    assert sos.burst_window_s == STATE_BURST_S, "heartbeats come every few minutes"
    (low,) = alarms(0x13, bytes([3 << 3, 1, 3, 0, 2]))
    assert low.reasons == {Reason.LOW_BATTERY}
    assert low.battery_pct == 16


def test_the_id_belongs_to_the_connection_and_comes_with_the_login() -> None:
    session = TrackerSession()
    early = session.feed(encode(0x12, FIX + CELL, 1) + encode(0x26, alarm_body(0, 1), 2))
    assert early[0].explained.readings == (), "data before the login is dropped"
    assert [type(one) for one in early[1].explained.readings] == [AlarmReading], "a cry for help is not"
    decoded_frames = session.feed(LOGIN + encode(0x12, FIX + CELL, 3))
    assert [decoded.identity for decoded in decoded_frames] == [IMEI, IMEI]
    assert session.feed(encode(0x01, b"\xff" * 8, 4))[0].is_damaged


def test_no_fix_moves_nobody() -> None:
    for gps, is_fix in ((FIX, True), (NO_FIX, False), (FIX[:7] + bytes(8) + FIX[15:], False)):
        fixes = [one for one in read(0x12, gps + CELL) if isinstance(one, PositionFix)]
        assert [one.fix_valid for one in fixes] == [is_fix]
    (fix,) = [one for one in read(0x12, FIX + CELL) if isinstance(one, PositionFix)]
    assert (fix.latitude_deg, fix.longitude_deg, fix.course_deg) == (31.2, 121.4, 90)
    assert fix.speed_m_s == pytest.approx(10)
    (southwest,) = [one for one in read(0x10, GPS + bytes.fromhex("00185a")) if isinstance(one, PositionFix)]
    assert (southwest.latitude_deg, southwest.longitude_deg) == (-31.2, -121.4)


def test_only_the_old_types_are_in_the_zone_of_the_login() -> None:
    east = encode(0x01, bytes.fromhex("0" + IMEI) + bytes.fromhex("10003200"), 1)
    utc_ms = 1_747_518_078_000
    for kind, login, expected in ((0x12, LOGIN, utc_ms), (0x12, east, utc_ms - 28_800_000), (0x22, east, utc_ms)):
        (fix,) = [one for one in read(kind, FIX + CELL, login=login) if isinstance(one, PositionFix)]
        assert fix.device_time_ms == expected


def test_heartbeat_and_vibration() -> None:
    assert read(0x23, bytes.fromhex("c0012204")) == (StateReading(DEVICE, battery_mv=2900),)
    assert read(0x23, b"\xc0") == (StateReading(DEVICE),)
    (state,) = [one for one in read(0x26, alarm_body(0, 3)) if isinstance(one, StateReading)]
    assert state.moving is True
    assert state.detail == "alarm code 03"


def test_any_type_of_a_tracker_that_logged_in_is_answered_but_answers_are_not() -> None:
    session = TrackerSession()
    stream = LOGIN + encode(0x94, b"\x00\x04\x9f", 2, is_long=True) + encode(0x5B, b"", 3) + encode(0x21, b"\0" * 5, 4)
    decoded_frames = session.feed(stream)
    assert [decoded.reply[:2] for decoded in decoded_frames] == [b"xx", b"yy", b"xx", b""]
    assert decoded_frames[1].reply == encode(0x94, b"", 2, is_long=True)
    assert decoded_frames[2].explained.readings == (StateReading(DEVICE, detail="unknown code message 5b"),)


def test_the_time_is_told_to_a_tracker_that_asks() -> None:
    session = TrackerSession(wall=lambda: 1_747_518_078.0)
    *_, decoded = session.feed(LOGIN + encode(0x8A, b"", 9))
    assert decoded.reply == encode(0x8A, bytes([25, 5, 17, 21, 41, 18]), 9)


@pytest.mark.parametrize(
    ("cell", "tail"),
    [
        (b"\x09" + CELL, b""),
        (b"\x08" + CELL, b""),
        (b"\x09" + bytes.fromhex("01cc002530") + bytes.fromhex("01400e57"), b""),  # a cell of four bytes
        (b"\x0a" + bytes.fromhex("81cc00002530000e57"), b""),  # a network code of two, the length counts itself
        (b"\x0a" + bytes.fromhex("81cc000025300 1400e57".replace(" ", "")), b""),  # both
        (b"\x09" + CELL, bytes(4)),  # mileage
    ],
)
@given(status=st.integers(0, 255), level=st.integers(0, 255), signal=st.integers(0, 255), code=st.integers(0, 255))
def test_a_cell_of_any_size_hides_no_byte_of_the_alarm(
    cell: bytes, tail: bytes, status: int, level: int, signal: int, code: int
) -> None:
    content = FIX + cell + bytes([status, level, signal, code, 2]) + tail
    for kind, fence in ((0x16, b""), (0x26, b""), (0x27, b"\xff")):
        read_back = layout.read_alarm(layout.LAYOUTS[kind], content + fence)
        assert read_back is not None
        assert (read_back.status.status_byte, read_back.code) == (status, code)
        assert (read_back.status.voltage_level, read_back.status.gsm_signal) == (level, signal)
        assert read_back.cell is not None
        assert (read_back.cell.mcc, read_back.cell.lac) == (460, 0x2530)


def test_a_level_that_is_no_level_hides_no_sos() -> None:
    for level in (0, 6, 0x92, 0xF1, 255):
        (raised,) = alarms(0x13, bytes([0x40 | 4 << 3, level, 3, 0, 2]))
        assert raised.reasons == {Reason.SOS}
        assert raised.battery_pct == {0: 0, 6: 100}.get(level)


def test_the_id_of_the_login_in_front_of_a_content_is_passed_over() -> None:
    own, time = bytes.fromhex("0" + IMEI), FIX[:6]
    for content in (own + FIX + CELL, own + time + FIX + CELL, b"\x01" + own + time + FIX + CELL):
        (fix,) = [one for one in read(0x12, content) if isinstance(one, PositionFix)]
        assert (fix.fix_valid, fix.latitude_deg, fix.longitude_deg) == (True, 31.2, 121.4)


def test_clocks_in_local_time_are_an_option() -> None:
    for kind, content in ((0x12, FIX + CELL), (0x22, FIX + CELL), (0xA1, FIX[:6] + WIDE_CELL[:4] + bytes(92))):
        (fix,) = [one for one in read(kind, content, offset_min=480) if isinstance(one, PositionFix)]
        assert fix.device_time_ms == 1_747_518_078_000 - 28_800_000


@given(st.integers(0, 255), st.binary(max_size=80))
def test_no_content_raises(kind: int, content: bytes) -> None:
    assert len(TrackerSession().feed(LOGIN + encode(kind, content, 1))) == 2


def test_commands() -> None:
    (message,) = FrameDecoder().feed(frames.encode_locate(5))
    assert isinstance(message, Message)
    assert (message.type, message.serial) == (0x80, 5)
    assert message.content == b"\x0a\x00\x00\x00\x01WHERE#\x00\x02"
    assert b"TIMER,60#" in frames.encode_interval(60, 1)
    assert b"RESET#" in frames.encode_restart(1)
    for wrong in ("", "x" * 300, "定位"):
        with pytest.raises(ValueError, match="must"):
            frames.encode_command(wrong, 1)
    with pytest.raises(ValueError, match="must"):
        frames.encode_interval(1, 1)


def test_the_simulated_serials_rise() -> None:
    voice = TrackerVoice()
    found = FrameDecoder().feed(voice.login() + voice.heartbeat() + voice.press())
    assert [one.serial for one in found if isinstance(one, Message)] == [1, 2, 3]


def modules(*parts: tuple[int, bytes]) -> bytes:
    return b"".join(kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value for kind, value in parts)


def events(content: bytes) -> list[AlarmReading]:
    session = TrackerSession()
    found = session.feed(LOGIN + encode(0x70, content, 1, is_long=True))
    return [one for decoded in found for one in decoded.explained.readings if isinstance(one, AlarmReading)]


def test_events_among_modules() -> None:
    event = (0x34, bytes.fromhex("125d7e39dc00"))
    (first,) = events(modules((0x2C, bytes(4)), event, (0x34, bytes.fromhex("1a5d7e39dc00"))))
    assert first.reasons == {Reason.REMOVED, Reason.LOW_BATTERY}
    (again,) = events(modules(event))
    (stored,) = events(modules((0x09, b"\x06"), event))
    assert again.press == stored.press != first.press


@given(st.binary(max_size=80))
def test_any_modules_are_read(content: bytes) -> None:
    events(content)
    events(modules((0x33, content[:18]), (0x34, content)))


def test_a_place_in_a_type_that_nobody_knows_is_one_and_the_type_is_news() -> None:
    place = alarm_body(0, 0)[:18]
    for content, is_place in (
        (place, True),
        (place[:1] + b"\x0d" + place[2:], False),
        (place[:6] + b"\x0c" + place[7:], False),
    ):
        *_, decoded = TrackerSession().feed(LOGIN + encode(0x1E, content, 1))
        kinds = {type(one) for one in decoded.explained.readings}
        assert (PositionFix in kinds) is is_place
        assert StateReading in kinds
