"""Alarm bodies of GB/T 28181: broken prologs, code pages, types, and that nothing is promised beyond decoding."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.cameras.triggers import KINDS
from anju_drivers.errors import DriverConfigError, FrameError
from anju_drivers.gb28181 import SPEC
from anju_drivers.gb28181.frames import (
    BEHAVIOURS,
    DEVICE_ALARMS,
    VIDEO_ALARMS,
    Alarm,
    BodyDecoder,
    KeepAlive,
    read_body,
)
from support.paths import VECTORS

CAPTURES = [
    bytes.fromhex(item["input_hex"]) if "input_hex" in item else item["input_text"].encode()
    for item in json.loads((VECTORS / "gb28181.json").read_text(encoding="utf-8"))
]


def alarm(inside: str) -> bytes:
    return f"<Notify><CmdType>Alarm</CmdType><DeviceID>34020000001320000001</DeviceID>{inside}</Notify>".encode()


def kinds(inside: str, **types: str) -> list[str]:
    return [one.kind for one in read_body(alarm(inside), types) if isinstance(one, Alarm)]


def test_every_kind_is_in_the_vocabulary() -> None:
    assert {*VIDEO_ALARMS.values(), *DEVICE_ALARMS.values(), *BEHAVIOURS.values()} <= KINDS


def test_several_types_in_one_message() -> None:
    inside = (
        "<AlarmMethod>5</AlarmMethod><Info><AlarmType>6</AlarmType><AlarmTypeParam><EventType>2</EventType>"
        "</AlarmTypeParam></Info><Info><AlarmType>2</AlarmType></Info>"
    )
    assert kinds(inside) == ["region_exit", "motion"]


def test_a_site_names_what_the_standard_has_no_kind_for() -> None:
    inside = "<AlarmMethod>5</AlarmMethod><Info><AlarmType>7</AlarmType></Info>"
    assert kinds(inside) == ["unknown"]
    assert kinds(inside, **{"5/7": "intrusion"}) == ["intrusion"]


def test_a_camera_and_an_alarm_input_without_a_type() -> None:
    assert kinds("<AlarmMethod>2</AlarmMethod>") == ["unknown"]
    (found,) = read_body(alarm("<AlarmMethod>2</AlarmMethod>").replace(b"132000", b"134000"))
    assert isinstance(found, Alarm)
    assert found.kind == "alarm_input"


def test_prefixes_case_and_what_stands_around() -> None:
    body = (
        b'SIP/2.0 200 OK\r\n\r\n<?xml version="1.0"?><n:notify xmlns:n="x"><n:cmdtype>ALARM</n:cmdtype></n:notify>\r\n'
    )
    (found,) = read_body(body)
    assert isinstance(found, Alarm)
    (alive,) = read_body(b"<Notify><CmdType>Keepalive</CmdType><Status>ok</Status></Notify>")
    assert alive == KeepAlive("", "", True)


def test_words_of_the_device_stay_here() -> None:
    body = alarm("<AlarmMethod>5</AlarmMethod><AlarmDescription>Zhang San</AlarmDescription>")
    (explained,) = SPEC.explain(body)
    assert explained.fields["description"] == "Zhang San"
    assert "Zhang" not in repr(explained.readings)


def test_entities_and_other_bodies() -> None:
    with pytest.raises(FrameError):
        read_body(b'<!DOCTYPE x [<!ENTITY a "b">]><Notify><CmdType>&a;</CmdType><!ENTITY b "c"></Notify>')
    with pytest.raises(FrameError):
        read_body(b"<html/>")


@given(
    st.lists(st.one_of(st.sampled_from(CAPTURES), st.binary(max_size=30)), max_size=4).map(b"\r\n".join),
    st.integers(1, 99),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=5),
)
def test_any_chunking_and_any_damage(stream: bytes, size: int, damage: list[tuple[float, int]]) -> None:
    data = bytearray(stream)
    for place, byte in damage:
        if data:
            data[int(place * (len(data) - 1))] = byte
    whole, chunked = BodyDecoder(), BodyDecoder()
    expected = whole.feed(bytes(data))
    assert [one for at in range(0, len(data), size) for one in chunked.feed(bytes(data[at : at + size]))] == expected
    SPEC.explain(bytes(data))


def test_there_is_no_sip_side_and_it_says_so() -> None:
    with pytest.raises(DriverConfigError, match="SIP"):
        SPEC.create("gb", {})
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("gb", {"port": 5060})
    assert error.value.key == "port"


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ("<AlarmMethod>5</AlarmMethod><AlarmType>人工报警</AlarmType>", "alarm_input"),
        ("<AlarmMethod>5</AlarmMethod><AlarmType>移动侦测</AlarmType>", "motion"),
        ("<AlarmDescription>人员跌倒</AlarmDescription>", "fall"),
        ("<Description>Motion detection</Description>", "motion"),
        ("<AlarmMethod>7</AlarmMethod><AlarmDescription>区域入侵</AlarmDescription>", "intrusion"),
        ("<AlarmMethod>5</AlarmMethod><AlarmType>2</AlarmType><AlarmDescription>跌倒</AlarmDescription>", "motion"),
        ("<AlarmDescription>人脸比对</AlarmDescription>", "ignored"),
        ("<BehavioralEventType><Code>Fall</Code></BehavioralEventType>", "fall"),
        ("<BehavioralEventType><Code>FaceMatch</Code></BehavioralEventType>", "ignored"),
    ],
)
def test_an_alarm_that_is_told_in_words(inside: str, kind: str) -> None:
    """A number goes before a word, and words tell where there is none."""
    assert kinds(inside) == [kind]
