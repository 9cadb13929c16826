"""ThinkRace IW / TRV watches: ids belong to the connection, alarms by code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.driver import AlarmReading, PositionFix, Reading, Reason, StateReading, VitalReading
from anju_drivers.framing.damaged import Damaged
from anju_drivers.thinkrace_iw import frames
from anju_drivers.thinkrace_iw.frames import MAX_FRAME_BYTES, Frame, FrameDecoder, encode
from anju_drivers.thinkrace_iw.session import IwSession

IMEI = "350000000000001"
DEVICE = f"thinkrace_iw:{IMEI}"
CORE = "250517A3112.0000N12124.0000E000.1214118323.8706000907800102,460,0,9520,3671"
NOW_S = 1_747_518_078.0  # 2025-05-17 21:41:18 UTC


def session(**settings: object) -> IwSession:
    one = IwSession(lambda: NOW_S, **settings)  # type: ignore[arg-type]  # the settings of the test at hand
    one.feed(encode("AP00", IMEI))
    return one


def read(command: str, rest: str, **settings: object) -> tuple[Reading, ...]:
    (decoded,) = session(**settings).feed(encode(command, rest))
    return decoded.explained.readings


def reasons(rest: str, command: str = "AP10", **settings: object) -> set[Reason]:
    found = [one for one in read(command, rest, **settings) if isinstance(one, AlarmReading)]
    return set(found[0].reasons) if found else set()


def good(found: list[Frame | Damaged]) -> list[tuple[str, str]]:
    return [(one.command, one.rest) for one in found if isinstance(one, Frame)]


said = st.tuples(st.sampled_from(["AP01", "AP03", "CP01", "YP14", "APXL"]), st.text("0123,.|- ab", max_size=40))


@given(st.lists(said, max_size=6), st.integers(1, 30))
def test_any_chunking_gives_the_same_frames(frames_said: list[tuple[str, str]], size: int) -> None:
    stream = b"".join(encode(command, rest) for command, rest in frames_said)
    decoder = FrameDecoder()
    chunks = (stream[at : at + size] for at in range(0, len(stream), size))
    assert good([frame for chunk in chunks for frame in decoder.feed(chunk)]) == frames_said
    assert decoder.dropped == 0


@given(st.binary(max_size=2000))
def test_junk_never_raises_and_the_next_good_frame_survives(junk: bytes) -> None:
    assert good(FrameDecoder().feed(junk + encode("AP03", ",1")))[-1:] == [("AP03", ",1")]
    assert good(FrameDecoder().feed(junk + b"#" + encode("AP03", ",1")))[-1:] == [("AP03", ",1")]


@given(st.lists(st.binary(max_size=3000), max_size=20))
def test_memory_is_bounded(chunks: list[bytes]) -> None:
    decoder = FrameDecoder()
    for chunk in chunks:
        decoder.feed(chunk)
        assert len(decoder._buffer) <= MAX_FRAME_BYTES


@pytest.mark.parametrize(
    ("stream", "commands", "dropped"),
    [
        (b"IWAP03,1#TRVCP01,2#", ["AP03", "CP01"], 0),
        (b"\r\nIWAP03,1#\r\nIWAP03,1#\r\n", ["AP03", "AP03"], 0),
        (b"xxIWAP03,1#", ["AP03"], 1),
        (b"IWAP10250517A31IWAP03,1#", ["AP03"], 1),  # cut by the next one
        (b"##", [], 0),
        (b"hello#", [], 1),
        (f"IWAP10{CORE},01,zh,00,IWAP01|02-00-5E-00-00-01|-60#".encode(), ["AP10"], 0),  # a name like a head
        (f"IWAP10{CORE},01,zh,00,a#b|02-00-5E-00-00-01|-60#".encode(), ["AP10"], 1),  # a name with the end mark
        (b"x" * 3000 + b"IWAP03,1#", ["AP03"], 2),
    ],
)
def test_framing(stream: bytes, commands: list[str], dropped: int) -> None:
    for size in (1, 7, len(stream)):
        decoder = FrameDecoder()
        found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
        assert [command for command, _ in good(found)] == commands
        assert decoder.dropped == dropped


@pytest.mark.parametrize(
    ("frame", "reply"),
    [
        (b"IWAP00350000000000001#", b"IWBP00,20250517214118,0#"),
        (b"IWAP00350000000000001,898600,460000#", b"IWBP00,20250517214118,0#"),
        (b"TRVAP00350000000000001#", b"TRVBP00#"),
        (b"IWAP03,06000908000102,5555,30#", b"IWBP03#"),
        (b"TRVCP01,07800010010000#", b"TRVDP01#"),
        (b"TRVYP03190805A1828.9242N07353.9423E000.0150716029.0010000810020201112,404,27,184,10229#", b"TRVZP03#"),
        (b"TRVAP14,1,2#", b"TRVBP14,0.000,0.000#"),
        (b"IWAP14,080835,a|1#", b""),
        (b"IWAP12,080835,1,2,3#", b""),
        (b"IWAP85,080835#", b""),
        (b"IWAPXL,080835#", b""),
        (b"IWAPFD,350000000000001,1747518078#", b"IWBPFD#"),
        (b"IWAPJK,2025-05-17 21:41:18,2,57#", b"IWBPJK#"),
    ],
)
def test_replies(frame: bytes, reply: bytes) -> None:
    (decoded,) = session().feed(frame)
    assert decoded.reply == reply


def test_the_id_belongs_to_the_connection_and_comes_with_the_login() -> None:
    one = IwSession(lambda: NOW_S)
    early = one.feed(encode("AP01", CORE) + encode("AP10", CORE + ",01"))
    assert [decoded.identity for decoded in early] == ["unidentified", "unidentified"]
    assert early[0].explained.readings == (), "data before the login is dropped"
    assert [type(reading) for reading in early[1].explained.readings] == [AlarmReading], "a cry for help is not"
    assert early[1].explained.readings[0].device == "thinkrace_iw:unidentified"
    decoded_frames = one.feed(encode("AP00", IMEI) + encode("AP01", CORE))
    assert [decoded.identity for decoded in decoded_frames] == [IMEI, IMEI]
    assert decoded_frames[1].explained.readings[0].device == DEVICE
    assert one.feed(b"IWAP00nonsense#")[0].is_damaged


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (",01,zh-cn,00,Home|02-00-5E-00-00-01|97", {Reason.SOS}),
        (",05,zh-cn,00", {Reason.FALL}),
        (",06", {Reason.FALL}),
        (",00,zh-cn,00", set()),
        (",02,zh-cn,00", {Reason.LOW_BATTERY}),
        (",03,zh-cn,00", {Reason.REMOVED}),
        (",33,zh-cn,00", set()),  # a code nobody knows is news
        ("", {Reason.GENERAL}),  # an alarm message without a code
    ],
)
def test_alarm_codes(tail: str, expected: set[Reason]) -> None:
    assert reasons(CORE + tail) == expected


def test_a_code_nobody_knows_is_news_unless_the_site_says_what_it_is() -> None:
    (state,) = [one for one in read("AP10", CORE + ",33,zh-cn,00") if isinstance(one, StateReading)]
    assert state.detail == "unknown code alarm 33"
    assert reasons(CORE + ",33,zh-cn,00", codes={33: Reason.FALL}) == {Reason.FALL}


def test_an_sos_that_stands_in_every_report_is_one_press() -> None:
    one = session()
    times = [
        ("AP10", "214118", 1),
        ("AP01", "214218", 1),
        ("AP01", "214318", 1),
        ("AP01", "214418", 0),
        ("AP01", "214518", 1),
    ]
    stream = "".join(f"IW{command}{CORE.replace('214118', time)},{code:02d},zh-cn,00#" for command, time, code in times)
    found = [reading for decoded in one.feed(stream.encode()) for reading in decoded.explained.readings]
    presses = [reading.press for reading in found if isinstance(reading, AlarmReading)]
    assert len(presses) == 4
    assert presses[0] == presses[1] == presses[2] != presses[3]


def test_values_that_nothing_has_are_not_told() -> None:
    assert not [one for one in read("APHP", ",,,,,,0.0") if isinstance(one, VitalReading)]
    (state,) = [one for one in read("AP01", CORE.replace("078", "000")) if isinstance(one, StateReading)]
    assert state.battery_pct is None


@given(st.binary(max_size=60), st.integers(1, 20))
def test_a_voice_message_is_cut_by_its_length_and_not_by_the_end_marks_in_it(audio: bytes, size: int) -> None:
    stream = b"IWAP07,20140818064408,6,1,%d," % len(audio) + audio + b"#IWAP10" + CORE.encode() + b",01#"
    decoder = FrameDecoder()
    found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
    assert good(found) == [("AP07", f",20140818064408,6,1,{len(audio)}"), ("AP10", f"{CORE},01")]
    assert decoder.dropped == 0
    (decoded,) = session().feed(b"IWAP07,20140818064408,6,1,3,#a##")
    assert decoded.reply == b"IWBP07,20140818064408,6,1,1#"


@pytest.mark.parametrize("rest", [f",{IMEI},1747518078", CORE.replace("A", "V", 1), "", ",x"])
def test_a_fall_has_a_message_of_its_own(rest: str) -> None:
    assert reasons(rest, "APFD") == {Reason.FALL}


def test_beacons_stand_behind_the_language() -> None:
    heard = "2@lobby|02-00-5e-10-00-0a|52&stairs|02-00-5e-10-00-0b|55"
    rest = f",zh_cn|{heard},0,1,460,0,9520|3671|13,1,a|02-00-5E-00-00-01|59"
    (fix,) = read("AP02", rest)
    assert isinstance(fix, PositionFix)
    assert fix.beacons == ("02005e10000a,52", "02005e10000b,55")
    assert fix.wifi == ("02:00:5e:00:00:01,59",)


def test_a_site_gives_codes_a_meaning() -> None:
    codes = {33: Reason.REMOVED, 1: Reason.CALL_BUTTON, 34: None}
    assert reasons(CORE + ",33", codes=codes) == {Reason.REMOVED}
    assert reasons(CORE + ",01", codes=codes) == {Reason.CALL_BUTTON}
    assert reasons(CORE + ",34", codes=codes) == set()


def test_an_alarm_of_another_shape_is_still_an_alarm() -> None:
    assert reasons("nonsense") == {Reason.GENERAL}
    assert reasons("nonsense", command="AP01") == set()
    assert reasons(CORE + ",01", command="AP01") == {Reason.SOS}
    assert reasons(CORE + ",Home|02-00-5E-00-00-01|97", command="AP01") == set()


def test_no_fix_moves_nobody() -> None:
    for core, is_fix in (
        (CORE, True),
        (CORE.replace("A3112", "V3112"), False),
        (CORE.replace("3112.0000N12124.0000E", "0000.0000N00000.0000E"), False),
    ):
        fixes = [one for one in read("AP01", core) if isinstance(one, PositionFix)]
        assert [one.fix_valid for one in fixes] == [is_fix]
        (raised,) = [one for one in read("AP10", core + ",01") if isinstance(one, AlarmReading)]
        assert raised.position is not None
        assert raised.position.fix_valid == is_fix


def test_south_and_west_and_time() -> None:
    (fix,) = [
        one
        for one in read("AP01", CORE.replace("N12124", "S12124").replace("0E000", "0W000"))
        if isinstance(one, PositionFix)
    ]
    assert fix.latitude_deg == pytest.approx(-31.2)
    assert fix.longitude_deg == pytest.approx(-121.4)
    assert fix.device_time_ms == round(NOW_S * 1000)
    (east,) = [one for one in read("AP01", CORE, offset_min=480) if isinstance(one, PositionFix)]
    assert east.device_time_ms == round(NOW_S * 1000) - 8 * 3_600_000
    (never,) = [one for one in read("AP01", CORE.replace("250517", "259917")) if isinstance(one, PositionFix)]
    assert never.device_time_ms is None


@pytest.mark.parametrize(
    ("place", "latitude", "longitude"),
    [
        ("A3112.0000N12124.0000E", 31.2, 121.4),
        ("A-12.0000N-24.0000E", -0.2, -0.4),
        ("A3112.0000S524.0000W", -31.2, -5.4),
        ("V-0.0000N-0.0000E", 0, 0),
    ],
)
def test_a_report_in_parts(place: str, latitude: float, longitude: float) -> None:
    """Some models put commas between the parts, and leave leading zeros away."""
    rest = f",250517,{place},0.1,214118,23.87,06000908000502,460,0,9520,3671,01,zh-cn,00"
    readings = read("AP10", rest)
    (raised,) = [one for one in readings if isinstance(one, AlarmReading)]
    assert raised.reasons == {Reason.SOS}
    (fix,) = [one for one in readings if isinstance(one, PositionFix)]
    assert (fix.latitude_deg, fix.longitude_deg) == pytest.approx((latitude, longitude))
    assert fix.fix_valid == place.startswith("A")
    assert fix.device_time_ms == round(NOW_S * 1000)


@pytest.mark.parametrize(
    ("command", "rest", "readings"),
    [
        ("AP02", ",2025-05-17 21:41:18,2,57", (VitalReading(DEVICE, heart_rate_bpm=57),)),
        ("AP49", ",71", (VitalReading(DEVICE, heart_rate_bpm=71),)),
        ("AP49", ",0", (StateReading(DEVICE, worn=False),)),
        ("APHT", ",60,130,85", (VitalReading(DEVICE, 60, 130, 85),)),
        ("APHP", ",60,130,85,95,90,36.5,,,,,,,", (VitalReading(DEVICE, 60, 130, 85, 95, 36.5),)),
        ("APHP", ",,,,95,,", (VitalReading(DEVICE, spo2_pct=95),)),
        ("AP50", ",36.7,90", (VitalReading(DEVICE, temperature_c=36.7), StateReading(DEVICE, battery_pct=90))),
        ("AP03", ",06000908000102,5555,30", (StateReading(DEVICE, battery_pct=80, steps=5555),)),
        ("CP01", ",100007100000001020151060011", (StateReading(DEVICE, battery_pct=100),)),
        ("APJK", ",2025-05-17 21:41:18,1,80|121", (VitalReading(DEVICE, None, 121, 80),)),  # diastolic first
        ("APJK", ",2025-05-17 21:41:18,2,57", (VitalReading(DEVICE, heart_rate_bpm=57),)),
        ("APJK", ",2025-05-17 21:41:18,3,36.4", (VitalReading(DEVICE, temperature_c=36.4),)),
        ("APJK", ",2025-05-17 21:41:18,4,97", (VitalReading(DEVICE, spo2_pct=97),)),
        ("APJK", ",2025-05-17 21:41:18,9,97", ()),
        ("APTP", ",36.5,34.2", (VitalReading(DEVICE, temperature_c=36.5),)),
        ("APWR", f",{IMEI},0,1747518078000", (StateReading(DEVICE, worn=False),)),
        ("APWR", f",{IMEI},1,1747518078000", (StateReading(DEVICE, worn=True),)),
        ("AP03", ",x", ()),
        ("AP02", ",zh_cn", ()),
        ("APZZ", ",1", ()),
    ],
)
def test_values(command: str, rest: str, readings: tuple[Reading, ...]) -> None:
    assert read(command, rest) == readings


@given(
    st.sampled_from(["AP01", "AP02", "AP03", "AP10", "AP49", "APFD", "APHP", "APJK", "APWR", "AP00", "CP01"]),
    st.text(max_size=120),
)
def test_no_content_raises(command: str, rest: str) -> None:
    session().feed(encode(command, rest))


def test_commands() -> None:
    assert frames.encode_locate(IMEI, 80835) == b"IWBP16,350000000000001,080835#"
    assert frames.encode_interval(IMEI, 1, 60, "TRV") == b"TRVBP15,350000000000001,000001,60#"
    assert frames.encode_sos_numbers(IMEI, 1, ["10001", "10002"]) == b"IWBP12,350000000000001,000001,10001,10002#"
    assert frames.encode_measure_heart(IMEI, 2) == b"IWBPXL,350000000000001,000002#"
    wrongs: list[Callable[[], bytes]] = [
        lambda: frames.encode_interval(IMEI, 1, 1),
        lambda: frames.encode_sos_numbers(IMEI, 1, ["1#"]),
        lambda: frames.encode_command("AP16", IMEI, 1),
        lambda: frames.encode_command("BP16", "1#2", 1),
    ]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"must|at most"):
            wrong()
