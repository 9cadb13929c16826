"""Hikvision documents: spellings, times, channels, privacy, and XML that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.cameras.device_time import TimeTrust, read_time
from anju_drivers.cameras.triggers import KINDS
from anju_drivers.driver import TriggerState
from anju_drivers.framing.damaged import Damaged
from anju_drivers.hikvision import SPEC
from anju_drivers.hikvision.alert import Alert, kind_of
from anju_drivers.hikvision.frames import AlertDecoder, Heartbeat, Message
from anju_drivers.hikvision.simulator import document, part


def decode(body: bytes, content_type: str = "application/xml", **options: object) -> list[Message]:
    types = options.get("types")
    decoder = AlertDecoder(content_type, types if isinstance(types, dict) else None, bool(options.get("is_recorder")))
    return decoder.feed(body)


def one_alert(body: bytes, content_type: str = "application/xml", **options: object) -> Alert:
    (alert,) = decode(body, content_type, **options)
    assert isinstance(alert, Alert)
    return alert


@pytest.mark.parametrize(
    ("text", "trust", "utc"),
    [
        ("2024-11-19T16:53:28+01:00", TimeTrust.DEVICE, "2024-11-19T15:53:28Z"),
        ("2024-11-19T16:53:28Z", TimeTrust.DEVICE, "2024-11-19T16:53:28Z"),
        ("2024-11-19T16:53:28.250+0800", TimeTrust.DEVICE, "2024-11-19T08:53:28.250000Z"),
        ("2016-07-22T08:11:44-6:00", TimeTrust.DEVICE, "2016-07-22T14:11:44Z"),
        ("2024-01-22T11:47:1500:00", TimeTrust.BAD, None),
        ("2024-02-30T11:47:15+00:00", TimeTrust.BAD, None),
        ("1970-01-01T00:00:05+08:00", TimeTrust.BAD, None),
        ("2024-11-19T16:53:28+99:00", TimeTrust.BAD, None),
        ("2024-11-19T16:53:28", TimeTrust.NAIVE, None),
        ("2026-11-14T15:27+08:00", TimeTrust.DEVICE, "2026-11-14T07:27:00Z"),
        ("2026-11-14T15:27Z", TimeTrust.DEVICE, "2026-11-14T15:27:00Z"),
        ("2026-11-14 15:27", TimeTrust.NAIVE, None),
        ("2026-11-14T15", TimeTrust.BAD, None),
        ("2026-12-31T24:00:00+08:00", TimeTrust.DEVICE, "2026-12-31T16:00:00Z"),
        ("2026-12-31T24:00:01Z", TimeTrust.BAD, None),
        ("2026-12-31T25:00:00Z", TimeTrust.BAD, None),
        ("2026-11-14T15:27:01,500Z", TimeTrust.DEVICE, "2026-11-14T15:27:01.500000Z"),
        ("", TimeTrust.NONE, None),
    ],
)
def test_times(text: str, trust: TimeTrust, utc: str | None) -> None:
    read = read_time(text)
    assert (read.trust, read.utc_text) == (trust, utc)


@given(st.text(max_size=40))
def test_no_time_raises(text: str) -> None:
    read_time(text)


def test_every_kind_is_in_the_vocabulary_and_the_site_goes_first() -> None:
    for raw in ("VMD", "diskFull", "faceSnap", "newThing", "ShelterAlarm"):
        assert kind_of(raw, {}) in KINDS
    assert {kind_of(raw, {}) for raw in ("fallDown", "failDown", "fallDetection")} == {"fall"}
    assert kind_of("newThing", {}) == "unknown"
    assert kind_of("newThing", {"newthing": "fall"}) == "fall"
    assert kind_of("VMDHumanVehicle", {}) == "motion"
    assert kind_of("VMD", {"vmd": "ignored"}) == "ignored"
    assert {kind_of(raw, {}) for raw in ("facedetection", "faceSnap", "ANPR", "PeopleCounting")} == {"ignored"}


def test_a_duration_takes_the_kind_of_what_goes_on() -> None:
    alert = one_alert(
        document("duration", inside="<relationEvent>falldetection</relationEvent>"), types={"falldetection": "fall"}
    )
    assert (alert.kind, alert.ongoing) == ("fall", True)


@pytest.mark.parametrize(
    ("fields", "is_recorder", "channel", "raw"),
    [
        ("<channelID>34</channelID>", True, 2, 34),
        ("<channelID>34</channelID>", False, 34, None),
        ("<channelID>32</channelID>", True, 32, None),
        ("<channelID/><dynChannelID>5</dynChannelID>", False, 5, None),
        ("<channelID>0</channelID><dynChannelID>5</dynChannelID>", False, 5, None),
        ("<channelID>0</channelID>", False, 0, None),
        ("<dynChannelID>7</dynChannelID><channelID>2</channelID>", False, 2, None),
        ("<channelID>two</channelID>", False, None, None),
        ("", False, None, None),
    ],
)
def test_channels(fields: str, is_recorder: bool, channel: int | None, raw: int | None) -> None:
    body = f"<EventNotificationAlert><eventType>VMD</eventType>{fields}</EventNotificationAlert>".encode()
    alert = one_alert(body, is_recorder=is_recorder)
    assert (alert.channel, alert.channel_raw) == (channel, raw)


@pytest.mark.parametrize(
    ("mac", "device"),
    [
        ("1E-70-FE-E0-B2-BE", "1e:70:fe:e0:b2:be"),
        ("1e70fee0b2be", "1e:70:fe:e0:b2:be"),
        ("00:00:00:00:00:00", ""),
        ("0000:0000:0000", ""),
        ("xxx", ""),
    ],
)
def test_macs(mac: str, device: str) -> None:
    assert one_alert(document("VMD", mac=mac)).device == device


@pytest.mark.parametrize(
    "inside",
    [
        "<channelName>door & yard</channelName>",
        "<channelName>door &nbsp; yard</channelName>",
        "<channelName>door < yard</channelName>",
        "<channelName>no end",
        "<x:thing>undeclared</x:thing>",
    ],
)
def test_bad_xml_is_still_read(inside: str) -> None:
    alert = one_alert(document("VMD", channel=3, inside=inside))
    assert (alert.kind, alert.channel, alert.lenient) == ("motion", 3, True)


def test_a_name_in_the_cameras_own_code_page() -> None:
    body = document("VMD", inside="<channelName>NAME</channelName>").replace(b"NAME", "三号门".encode("gb18030"))
    alert = one_alert(body)
    assert (alert.channel_name, alert.lenient) == ("三号门", True)


def test_entities_are_refused() -> None:
    bomb = b"<!DOCTYPE x [<!ENTITY a 'VMD'><!ENTITY b '&a;&a;'>]>" + document("&b;")
    assert decode(b"<?xml version='1.0'?>" + bomb) == [Damaged("DTD or entities in XML")]
    outside = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>" + document("VMD", inside="<b>&a;</b>")
    assert all(isinstance(one, Damaged) for one in decode(b"<?xml version='1.0'?>" + outside))


def test_json_documents_flat_and_wrapped() -> None:
    flat = b'{"macAddress": "02:00:5e:10:00:01", "channelID": 2, "eventType": "VMD", "eventState": "active"}'
    for body in (flat, b'{"EventNotificationAlert": ' + flat + b"}", b"[" + flat + b"]"):
        alert = one_alert(body, "application/json")
        assert (alert.kind, alert.channel, alert.state) == ("motion", 2, TriggerState.ACTIVE)
    assert decode(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "application/json") != []


def test_heartbeats_are_no_events() -> None:
    beats = [document("videoloss", "inactive"), document("heartBeat", "active")]
    assert all(isinstance(one, Heartbeat) for body in beats for one in decode(body))
    assert one_alert(document("videoloss", "active")).kind == "video_loss"


def test_late_and_region_and_targets() -> None:
    inside = (
        "<isDataRetransmission>true</isDataRetransmission><DetectionRegionList><DetectionRegionEntry>"
        "<regionID>2</regionID><detectionTarget>human</detectionTarget></DetectionRegionEntry></DetectionRegionList>"
    )
    alert = one_alert(document("fielddetection", inside=inside))
    assert (alert.late, alert.region, alert.targets) == (True, "2", ("human",))


def test_no_private_text_passes_as_a_type() -> None:
    body = b"<EventNotificationAlert><eventType>VMD; Zhang San, flat 301</eventType></EventNotificationAlert>"
    assert one_alert(body).raw_type == "VMD"


documents = st.builds(
    document, st.sampled_from(["VMD", "videoloss", "linedetection", "x"]), st.sampled_from(["active", "inactive", ""])
)


@given(st.lists(st.one_of(documents.map(part), st.binary(max_size=40)), max_size=5), st.integers(1, 30))
def test_any_chunking_gives_the_same_messages(stream: list[bytes], size: int) -> None:
    data = b"".join(stream)
    whole, chunked = AlertDecoder("multipart/mixed"), AlertDecoder("multipart/mixed")
    messages = [one for at in range(0, len(data), size) for one in chunked.feed(data[at : at + size])]
    assert messages == whole.feed(data)
    assert chunked.dropped == whole.dropped


@given(documents, st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=12))
def test_damage_never_raises_and_the_next_survives(body: bytes, damage: list[tuple[int, int]]) -> None:
    data = bytearray(part(body))
    for at, byte in damage:
        data[at % len(data)] = byte
    last = decode(bytes(data) + b"\r\n" + part(document("PIR")) * 2, "multipart/mixed; boundary=boundary")[-1]
    assert isinstance(last, Alert)
    assert last.kind == "pir"


# ---- who somebody is


@pytest.mark.parametrize(
    "event",
    [
        "AccessControllerEvent",
        "FaceTemperatureMeasurementEvent",
        "IDCardInfoEvent",
        "alarmResult",
        "faceSnapMatch",
        "QRCodeEvent",
        "fingerPrintEvent",
        "doorStatus",
        "Human Recognition",
        "vehicleDetection",
    ],
)
def test_faces_cards_and_doors_stay_out(event: str) -> None:
    """Cases acs-face-pass-with-card-and-name and acs-card-pass: the whole family, and nothing is recorded of it."""
    (explained,) = SPEC.explain(document(event, inside="<name>Li Si</name><cardNo>0013748911</cardNo>"))
    assert explained.fields["kind"] == "ignored"
    assert explained.readings == ()
    assert "Li Si" not in repr(explained)
    assert "0013748911" not in repr(explained)


@pytest.mark.parametrize(("event", "kind"), [("SDCardFull", "unknown"), ("nicInterfaceDown", "unknown")])
def test_a_memory_card_and_an_interface_are_nobody(event: str, kind: str) -> None:
    assert kind_of(event, {}) == kind


@pytest.mark.parametrize(
    ("major", "minor", "kind"),
    [("5", "37", "call_button"), ("5", "51", "call_button"), ("5", "75", "ignored"), ("1", "37", "ignored")],
)
def test_the_bell_of_a_door_terminal_is_a_call(major: str, minor: str, kind: str) -> None:
    inside = f"<A><majorEventType>{major}</majorEventType><subEventType>{minor}</subEventType></A>"
    (found,) = AlertDecoder().feed(document("AccessControllerEvent", inside=inside))
    assert isinstance(found, Alert)
    assert (found.kind, found.state) == (kind, TriggerState.PULSE if kind == "call_button" else TriggerState.ACTIVE)


def test_an_alert_without_a_state_is_active() -> None:
    (found,) = AlertDecoder().feed(document("linedetection").replace(b"<eventState>active</eventState>", b""))
    assert isinstance(found, Alert)
    assert found.state is None
    assert found.reading("hikvision:a").state is TriggerState.ACTIVE
