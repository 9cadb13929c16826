"""SeTracker watches: brackets, wrong lengths, every alarm bit."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.bands.session import BURST_S, STATE_BURST_S
from anju_drivers.driver import AlarmReading, PositionFix, Reading, Reason, StateReading, VitalReading
from anju_drivers.framing.damaged import Damaged
from anju_drivers.setracker import frames
from anju_drivers.setracker.frames import MAX_FRAME_BYTES, Frame, FrameDecoder, encode, escape, unescape
from anju_drivers.setracker.report import ALARM_BITS, read_report
from anju_drivers.setracker.session import WatchSession
from support.band_rig import vectors

DEVICE = "setracker:1000000001"
commands = st.sampled_from(["LK", "UD", "TKQ", "heart,70", "UD2,010125,080000,A,31.2,N,121.4,E"])
names = st.text("ab ,}*|", max_size=8).map(lambda text: text.encode())


def read(content: str, *, sequence: str | None = None, **settings: int) -> tuple[Reading, ...]:
    session = WatchSession(settings.get("offset_min", 0))
    (decoded,) = session.feed(encode("3G", "1000000001", content.encode(), sequence))
    return decoded.explained.readings


def report(command: str, status: str, place: str = "A,31.2,N,121.4,E", tail: str = "0,0,0") -> str:
    return f"{command},170525,214118,{place},0,0,0,8,80,22,100,0,{status},{tail}"


def alarm(content: str, **more: str) -> AlarmReading | None:
    found = [one for one in read(content, **more) if isinstance(one, AlarmReading)]  # type: ignore[arg-type]  # texts
    return found[0] if found else None


def good(found: list[Frame | Damaged]) -> list[bytes]:
    return [one.content for one in found if isinstance(one, Frame)]


@given(st.lists(st.tuples(commands, names), max_size=6), st.integers(1, 30))
def test_any_chunking_gives_the_same_frames(said: list[tuple[str, bytes]], size: int) -> None:
    contents = [command.encode() + b"," + name for command, name in said]
    stream = b"".join(encode("SG", "1000000001", content) for content in contents)
    decoder = FrameDecoder()
    chunks = (stream[at : at + size] for at in range(0, len(stream), size))
    assert good([frame for chunk in chunks for frame in decoder.feed(chunk)]) == contents
    assert not decoder.is_incomplete


@given(st.binary(max_size=300))
def test_junk_never_raises_and_the_next_good_frame_survives(junk: bytes) -> None:
    assert good(FrameDecoder().feed(junk + encode("3G", "1000000001", b"LK,0,0,9")))[-1:] == [b"LK,0,0,9"]


@given(st.lists(st.binary(max_size=3000), max_size=30), st.booleans())
def test_memory_is_bounded(chunks: list[bytes], is_open: bool) -> None:
    decoder = FrameDecoder()
    for chunk in [b"[3G*1000000001*0009*", *chunks] if is_open else chunks:
        decoder.feed(chunk.replace(b"]", b"x"))
        assert len(decoder._buffer) <= MAX_FRAME_BYTES + 3000


@given(st.binary(max_size=200))
def test_escapes_both_ways(data: bytes) -> None:
    assert unescape(escape(data)) == (data, 0)
    assert not set(escape(data)) & set(b"[],*")


def test_escapes_that_make_no_sense_are_kept_and_counted() -> None:
    assert unescape(b"a\x7dz\x7d\x01\x7d") == (b"a\x7dz\x7d\x7d", 2)


@pytest.mark.parametrize(
    ("stream", "contents", "dropped"),
    [
        (b"[3G*1000000001*0002*LK][3G*1000000001*0003*TKQ]", [b"LK", b"TKQ"], 0),
        (b"[3G*1000000001*FFFF*LK]", [b"LK"], 0),  # the length is wrong: brackets count
        (b"[3G*1000000001*0000*UD,x[y]z]", [b"UD,x[y]z"], 0),
        (b"[3G*1000000001*0004*UD,[][3G*1000000001*0002*LK]", [b"UD,[", b"LK"], 0),  # the length is right
        (b"[3G*1000000001*0099*UD,[x][3G*1000000001*0002*LK]", [b"UD,[x", b"LK"], 0),  # never closed
        (b"[3G*1000000001*0099*UD,1[3G*1000000001*0002*LK]", [b"LK"], 1),  # cut
        (b"[3G*1000000001*LK]", [b"LK"], 0),  # no length at all
        (b"[]", [], 1),
        (b"[hello]\r\n[3G*1000000001*0002*LK]", [b"LK"], 1),
        (b"[3G*1000000001*0002*LK", [], 0),
    ],
)
def test_framing(stream: bytes, contents: list[bytes], dropped: int) -> None:
    for size in (1, 3, len(stream)):
        decoder = FrameDecoder()
        found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
        assert good(found) == contents
        assert decoder.dropped == dropped


def test_a_frame_that_is_too_long_costs_itself_only() -> None:
    long = encode("3G", "1000000001", b"TK," + b"x" * 3 * MAX_FRAME_BYTES)
    for size in (1000, len(long)):
        decoder = FrameDecoder()
        stream = long + encode("3G", "1000000001", b"LK")
        found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
        assert found[0] == Damaged("too long")
        assert good(found) == [b"LK"]
        assert decoder.dropped == 1


@given(st.sets(st.sampled_from([bit for bit, _ in ALARM_BITS]), min_size=1), st.sampled_from(["AL", "UD_LTE", "WT"]))
def test_every_alarm_bit_is_kept_whatever_stands_beside_it(bits: set[int], command: str) -> None:
    status = sum(1 << bit for bit in bits)
    raised = alarm(report(command, f"{status:08x}"))
    assert raised is not None
    assert raised.reasons == {reason for bit, reason in ALARM_BITS if bit in bits}


def test_sos_and_low_battery_is_both() -> None:
    raised = alarm(report("AL_LTE", "00010001", "V,0,N,0,E"))
    assert raised is not None
    assert raised.reasons == {Reason.SOS, Reason.LOW_BATTERY}
    assert raised.battery_pct == 22
    assert raised.position is not None
    assert not raised.position.fix_valid


@pytest.mark.parametrize(
    "content", ["AL", "AL,", "AL,x", "AL_LTE,170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,0,zzz,0", "ALX,,,"]
)
def test_an_alarm_that_says_nothing_more_is_a_general_alarm(content: str) -> None:
    raised = alarm(content)
    assert raised is not None
    assert raised.reasons == {Reason.GENERAL}


@pytest.mark.parametrize(
    "content",
    [
        "AL,170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,00010000,0,0",  # a field left out
        "AL,170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,0,0,00010000,0,0",  # one more
        "AL,999999,999999,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0",  # no such time
        "AL,170525,214118,V,,,,,,,,,,,,,00010000",
        "AL_LTE,241122,062109,A,22.653729,N,114.014600,E,0,0,00010000",  # nothing between course and status
        "UD2,170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,0,10000,0,0",
    ],
)
def test_the_sos_bit_is_found_in_odd_bodies(content: str) -> None:
    raised = alarm(content)
    assert raised is not None
    assert raised.reasons == {Reason.SOS}


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ("UD,141019,001316,V,0,N,0,E,0,0,0,0,98,0,0,1,1,293,41,11,10421,-63", ("293-41-11-10421",)),
        ("UD_LTE,141019,001316,V,0,N,0,E,0,0,0,0,98,0,1,1,460,1,30538,23152151,40", ("460-1-30538-23152151",)),
        ("UD_LTE,141019,001316,V,0,N,0,E,0,0,0,0,1,1,460,1,10421,23152151,40", ("460-1-10421-23152151",)),
        ("UD,141019,001316,V,0,N,0,E,0,0,1,1,460,1,30538,23152151,40", ("460-1-30538-23152151",)),
    ],
)
def test_cells_of_a_report_without_a_status_are_no_status(content: str, cells: tuple[str, ...]) -> None:
    assert alarm(content) is None
    (fix,) = [one for one in read(content) if isinstance(one, PositionFix)]
    assert fix.cells == cells


def test_a_status_before_early_cells_is_read() -> None:
    raised = alarm("AL_LTE,241122,062109,A,22.6,N,114.0,E,0,0,00010000,1,1,460,1,30538,23152151,40")
    assert raised is not None
    assert raised.reasons == {Reason.SOS}
    raised = alarm("UD,170525,214118,V,0,N,0,E,0,0,0,0,5,22,350,0,10000,1,1,460,1,30538,23152151,40")
    assert raised is not None, "steps that look like a country hide nothing"
    assert raised.reasons == {Reason.SOS}


@pytest.mark.parametrize("found", ["905901102\x1e", "90590\xa01102", "9059 01102", "\xe9\xe9"])
def test_a_damaged_device_id_still_makes_a_device_key(found: str) -> None:
    frame = Frame("SG", found, None, 2, b"LK", b"")
    assert re.fullmatch(r"[!-~]+", frame.identity)
    assert len(frame.identity) == len(found)


def test_presses_are_told_apart_by_payload_and_counter() -> None:
    one = alarm(report("AL", "00010000"))
    again = alarm(report("AL", "00010000"))
    later = alarm(report("AL", "00010000").replace("214118", "214121"))
    assert one is not None
    assert again is not None
    assert later is not None
    assert one.press == again.press != later.press
    assert one.burst_window_s == BURST_S
    numbered = [alarm(report("AL", "00010000"), sequence=at) for at in ("0001", "0002")]
    assert [one.counter for one in numbered if one] == [1, 2]
    assert len({one.press for one in numbered if one}) == 2


def test_a_state_that_every_report_repeats_is_one_alarm() -> None:
    low = [alarm(report("UD", "00000001").replace("214118", time)) for time in ("214118", "215118")]
    assert {one.press for one in low if one} == {b"state"}
    assert low[0] is not None
    assert low[0].burst_window_s == STATE_BURST_S
    taken_off = alarm(report("AL", "00100000"))
    assert taken_off is not None
    assert taken_off.press != b"state"


def test_an_sos_that_stands_in_every_report_is_one_press() -> None:
    said = [("AL", 1), ("UD", 1), ("UD", 1), ("UD", 0), ("UD", 1), ("UD2", 1)]
    times = ["214118", "214218", "214318", "214418", "214518", "214130"]  # the last was stored between the first two
    session = WatchSession()
    found: list[bytes] = []
    for (command, bit), time in zip(said, times, strict=True):
        content = report(command, f"{bit << 16:08x}").replace("214118", time)
        readings = session.feed(encode("3G", "1000000001", content.encode()))[0].explained.readings
        found += [one.press for one in readings if isinstance(one, AlarmReading)]
    assert len(found) == 5
    assert found[0] == found[1] == found[2] == found[4] != found[3]


def test_bits_that_are_no_alarm_for_people_are_news() -> None:
    for status, detail in (("00400000", "heart rate abnormal"), ("00000020", "unknown code status bit 5")):
        assert alarm(report("UD", status)) is None
        (state,) = [one for one in read(report("UD", status)) if isinstance(one, StateReading)]
        assert state.detail == detail
    assert alarm(report("UD", "00410020")) is not None, "they hide no other"
    general = alarm(report("AL", "00400000"))
    assert general is not None
    assert general.reasons == {Reason.GENERAL}, "an alarm message is one all the same"


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "is_fix"),
    [
        ("A,31.2,N,121.4,E", 31.2, 121.4, True),
        ("A, 31.2,N, 121.4,E", 31.2, 121.4, True),
        ("A,31.2,S,121.4,W", -31.2, -121.4, True),
        ("A,-31.2,N,-121.4,W", -31.2, -121.4, True),
        ("A,31.2,N,121.4,", 31.2, 121.4, True),
        ("V,31.2,N,121.4,E", 31.2, 121.4, False),
        ("A,0.0,N,0.0,E", 0.0, 0.0, False),
        ("A,,,,", 0.0, 0.0, False),
        ("A,99.2,N,121.4,E", 99.2, 121.4, False),
        ("A,nan,N,inf,E", 0.0, 0.0, False),
    ],
)
def test_positions(place: str, latitude: float, longitude: float, is_fix: bool) -> None:
    (fix,) = [one for one in read(report("UD", "00000000", place)) if isinstance(one, PositionFix)]
    assert (fix.latitude_deg, fix.longitude_deg, fix.fix_valid) == (latitude, longitude, is_fix)


@pytest.mark.parametrize(
    ("tail", "mcc", "cells", "macs"),
    [
        ("1,1,234,10,55C0,3B882A2,132,,10", "234", [(21952, 62423714)], []),
        ("1,1,FFFF,FFFF,FFFE,3B882A2,132,,00", "FFFF", [(65534, 62423714)], []),
        ("1,1,,,34505,80806406,139", None, [(34505, 80806406)], []),
        ("0,1,,,,00", None, [], []),
        ("0,1,0,0,,10", "0", [], []),
        (
            "0,2,a,02:00:5e:00:00:01,-53,b,02:00:5e:00:00:02,-79,0.0",
            None,
            [],
            ["02:00:5e:00:00:01", "02:00:5e:00:00:02"],
        ),
        ("0,255,460,0,1,a,02:00:5e:00:00:01,-53", "460", [], ["02:00:5e:00:00:01"]),
        ("1,0,460,0,9520,3671,60,1,a, b,c,02-00-5E-00-00-01,-61,9.5", "460", [(9520, 3671)], ["02:00:5e:00:00:01"]),
        ("9,0,460,0,9520,3671,60", "460", [(9520, 3671)], []),
        ("0,1,a,2:0:5e:0:0:1,-53", None, [], ["02:00:5e:00:00:01"]),  # leading zeros left away
        ("x,y", None, [], []),
        ("", None, [], []),
    ],
)
def test_cells_and_wifi(tail: str, mcc: str | None, cells: list[tuple[int, int]], macs: list[str]) -> None:
    network = read_report(report("UD", "00000000", tail=tail).split(",")[1:]).network
    assert network.mcc == mcc
    assert [(one.lac, one.cid) for one in network.cells] == cells
    assert [one.mac for one in network.wifi] == macs


def test_a_wifi_name_may_hold_commas() -> None:
    content = report("UD", "00000000", tail="0,0,460,0,2,a, b,02:00:5e:00:00:01,-61,,02:00:5e:00:00:02,-70")
    network = read_report(content.split(",")[1:]).network
    assert [(one.ssid, one.rssi_dbm) for one in network.wifi] == [("a, b", -61), ("", -70)]


def test_device_time_follows_the_zone_that_was_set() -> None:
    utc = [one for one in read(report("UD", "00000000")) if isinstance(one, StateReading)]
    east = [one for one in read(report("UD", "00000000"), offset_min=480) if isinstance(one, StateReading)]
    assert utc[0].device_time_ms == 1_747_518_078_000
    assert east[0].device_time_ms == 1_747_518_078_000 - 8 * 3_600_000


def test_a_clock_in_another_zone_is_said() -> None:
    session = WatchSession(0, lambda: 1_747_518_078 - 8 * 3600)
    decoded_frames = session.feed(encode("3G", "1000000001", report("UD", "00000000").encode()))
    decoded_frames += session.feed(encode("3G", "1000000001", report("UD2", "00000000").encode()))
    details = [
        one.detail for decoded in decoded_frames for one in decoded.explained.readings if isinstance(one, StateReading)
    ]
    assert details == ["clock +480 min apart", ""]


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        ("heart,71", VitalReading(DEVICE, heart_rate_bpm=71)),
        ("HEART,71", VitalReading(DEVICE, heart_rate_bpm=71)),
        ("PULSE,72", VitalReading(DEVICE, heart_rate_bpm=72)),
        ("heart,0", StateReading(DEVICE, worn=False)),
        ("bphrt,120,79,73,,,,", VitalReading(DEVICE, 73, 120, 79)),
        ("bphrt,120,79,0", VitalReading(DEVICE, None, 120, 79)),
        ("BLOOD,109,68", VitalReading(DEVICE, None, 109, 68)),
        ("oxygen,0,98", VitalReading(DEVICE, spo2_pct=98)),
        ("TEMP,36.5", VitalReading(DEVICE, temperature_c=36.5)),
        ("btemp2,1,35.29", VitalReading(DEVICE, temperature_c=35.29)),
        ("btemp2,0,35.29", None),
        ("btemp2,1,0", StateReading(DEVICE, detail="body temperature measured too low")),
        ("btemp2,1,1", StateReading(DEVICE, detail="body temperature measured too high")),
        ("TEMP,0.0", None),
        ("LK,0,97,0", StateReading(DEVICE, battery_pct=97, steps=0)),
        ("LK,5,0,0", StateReading(DEVICE, steps=5)),
        ("heart,", None),
        ("heart,inf", None),
        ("LK,12,0,77", StateReading(DEVICE, battery_pct=77, steps=12)),
        ("LK,0,100", None),
        ("rcapture", None),
    ],
)
def test_values(content: str, reading: Reading | None) -> None:
    assert read(content) == (() if reading is None else (reading,))


@given(st.text(max_size=200))
def test_no_content_raises(content: str) -> None:
    data = escape(content.encode())
    for command in (b"AL,", b"UD,", b"LK,", b"heart,", b"JXTK,", b"oxygen,"):
        assert len(WatchSession().feed(encode("3G", "1000000001", command + data))) == 1


def test_the_voice_message_of_the_capture_is_put_together_by_no_one() -> None:
    (stream,) = [item for item in vectors("watch_setracker.json") if item["kind"] == "stream"]
    decoded_frames = WatchSession().feed(bytes.fromhex(stream["input_hex"]))
    assert [decoded.reply for decoded in decoded_frames][:1] == [b"[ZJ*789468050042692*0034*0007*JXTKR,1]"]
    assert len(decoded_frames) == 6
    assert not [reading for decoded in decoded_frames for reading in decoded.explained.readings]


def test_commands() -> None:
    assert frames.encode_locate("1000000001") == b"[SG*1000000001*0002*CR]"
    assert frames.encode_interval("1000000001", 600, "3G") == b"[3G*1000000001*000A*UPLOAD,600]"
    assert frames.encode_find("1000000001") == b"[SG*1000000001*0004*FIND]"
    assert frames.encode_reset("1000000001") == b"[SG*1000000001*0005*RESET]"
    assert frames.encode_sos_number("1000000001", 1, "10000") == b"[SG*1000000001*000A*SOS1,10000]"
    assert frames.encode_zone("1000000001", 1, 8) == b"[SG*1000000001*0006*LZ,1,8]"
    assert frames.encode_removal_alarm("1000000001", True) == b"[SG*1000000001*0008*REMOVE,1]"
    assert frames.encode_low_battery_alarm("1000000001", False) == b"[SG*1000000001*0008*LOWBAT,0]"
    wrongs: list[Callable[[], bytes]] = [
        lambda: frames.encode_interval("1000000001", 1),
        lambda: frames.encode_sos_number("1000000001", 4, "10000"),
        lambda: frames.encode_sos_number("1000000001", 1, "1]"),
        lambda: frames.encode_zone("1000000001", 1, 99),
    ]
    for wrong in wrongs:
        with pytest.raises(ValueError, match="must"):
            wrong()


def test_no_id_in_repr() -> None:
    (frame,) = FrameDecoder().feed(encode("3G", "1000000001", b"LK"))
    assert "1000000001" not in repr(frame)
