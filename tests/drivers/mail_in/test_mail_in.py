"""Alarm mails: words, encodings, pictures, and the SMTP server that takes nothing else."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import email.utils
import json
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.cameras.triggers import KINDS
from anju_drivers.cameras.words import _WORDS, kind_of
from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import LinkReading, StateReading, TriggerReading, TriggerState
from anju_drivers.errors import DriverConfigError, FrameError, LinkLost
from anju_drivers.mail_in import SPEC
from anju_drivers.mail_in.bounds import bounded
from anju_drivers.mail_in.driver import TEST_MAIL, MailDriver
from anju_drivers.mail_in.frames import MAX_MAIL_BYTES, Mail, MailEvent, read_mail
from anju_drivers.mail_in.session import MAX_PER_PEER, AlarmMailSession
from anju_drivers.mail_in.simulator import MailSimulator, dahua_text, mail
from support.paths import VECTORS

CAPTURES = [item["input_text"].encode() for item in json.loads((VECTORS / "mail.json").read_text(encoding="utf-8"))]
DEVICE = "mail_in:training"


def one_event(content: bytes) -> MailEvent:
    (found,) = read_mail(content).events
    return found


def test_every_kind_is_in_the_vocabulary_and_the_site_goes_first() -> None:
    assert {kind for _, kind, _ in _WORDS} <= KINDS
    assert kind_of("Smart Event", {"smart event": "intrusion"}) == ("intrusion", ())


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("Motion Detect", "motion"),
        ("Motion Detected", "motion"),
        ("Line Crossing Detection", "line_crossing"),
        ("Cross Line Alarm", "line_crossing"),
        ("Intrusion Detection", "intrusion"),
        ("Region Entrance Detection", "region_entrance"),
        ("Video Tampering", "tamper"),
        ("Video Loss", "video_loss"),
        ("Alarm Input", "alarm_input"),
        ("Local Alarm", "alarm_input"),
        ("HDD Full", "diagnostic"),
        ("Illegal Login", "diagnostic"),
        ("Face Detection", "ignored"),
        ("Unattended Baggage Detection", "object_left"),
        ("移动侦测", "motion"),
        ("区域入侵侦测", "intrusion"),
        ("越界侦测", "line_crossing"),
        ("遮挡报警", "tamper"),
        ("人脸侦测", "ignored"),
        ("Something New", "unknown"),
    ],
)
def test_words(event: str, kind: str) -> None:
    assert kind_of(event, {})[0] == kind


def test_a_recorder_of_the_hikvision_family() -> None:
    text = (
        "This is an automatically generated e-mail from your DVR.\r\n\r\nEVENT TYPE:    Motion Detected\r\n"
        "EVENT TIME:    2025-07-26,16:53:09\r\nDVR NAME:      Embedded Net DVR\r\nDVR S/N:       X\r\n"
        "CAMERA NAME(NUM):   CAM 2 Garage(A2)\r\n"
    )
    found = one_event(mail(text))
    assert (found.kind, found.state, found.channel, found.device_name) == ("motion", "pulse", 2, "Embedded Net DVR")
    assert found.time.local == "2025-07-26T16:53:09"


def test_an_old_dahua_recorder() -> None:
    text = "Alarm event: Motion Detect \r\nAlarm input channel No.: 2  \r\nAlarm device name: DVR\r\n"
    found = one_event(mail(text + "Sender IP address: 192.0.2.221\r\n"))
    assert (found.kind, found.channel, found.device_name, found.device_ip) == ("motion", 2, "DVR", "192.0.2.221")


@pytest.mark.parametrize("label", ["gb2312", "utf-8", "x-unheard-of"])
def test_chinese_text_whatever_the_label_says(label: str) -> None:
    text = "报警事件：移动侦测 开始\r\n报警输入通道：3\r\n报警设备名称：东门\r\n".encode("gb18030")
    head = f'From: a@b\r\nContent-Type: text/plain; charset="{label}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    found = one_event(head.encode() + base64.b64encode(text))
    assert (found.kind, found.state, found.channel, found.device_name) == ("motion", "active", 3, "东门")


@pytest.mark.parametrize(
    ("line", "local"),
    [
        ("EVENT TIME: 27/12/2021 17:42:19", "2021-12-27T17:42:19"),
        ("EVENT TIME: 2021-12-27,17:42:19", "2021-12-27T17:42:19"),
        ("EVENT TIME: 12/27/2021 17:42:19", "2021-12-27T17:42:19"),
        ("Alarm Start Time(M/D/Y H:M:S): 03/02/2026 10:27:46", "2026-03-02T10:27:46"),
        ("Alarm Start Time(D/M/Y H:M:S): 03/02/2026 10:27:46", "2026-02-03T10:27:46"),
        ("EVENT TIME: 99/99/2021 17:42:19", None),
        ("EVENT TIME: today", None),
    ],
)
def test_dates(line: str, local: str | None) -> None:
    assert one_event(mail(f"EVENT TYPE: Motion\r\n{line}\r\n")).time.local == local


def test_only_a_subject_and_only_html() -> None:
    found = one_event(mail("", subject="Embedded Net DVR: Motion Detected On Channel A2"))
    assert (found.kind, found.channel) == ("motion", 2)
    page = b"From: a@b\r\nContent-Type: text/html\r\n\r\n<p>EVENT TYPE: Line Crossing</p><br>CHANNEL NUMBER: 4<br>"
    assert (one_event(page).kind, one_event(page).channel) == ("line_crossing", 4)


def test_a_test_mail_is_no_alarm_but_an_alarm_about_a_test_is() -> None:
    assert read_mail(mail("Test Message", subject="测试")) == Mail(is_test=True)
    assert one_event(mail(dahua_text("Motion Detection Start"), subject="test")).kind == "motion"


def test_pictures_are_left_unread_and_the_trigger_is_kept() -> None:
    picture = b"Alarm Event: Video Loss Start\r\n" * 1000  # in a picture it is no event
    found = read_mail(mail(dahua_text("Motion Detection Start"), picture))
    assert [one.kind for one in found.events] == ["motion"]
    assert found.pictures == 1
    broken = mail(dahua_text("Motion Detection Start"), picture)[: MAX_MAIL_BYTES // 100]
    assert read_mail(broken).events[0].kind == "motion"


def test_text_as_an_attachment_is_left_unread() -> None:
    content = (
        b"From: a@b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n"
        b"Content-Disposition: attachment; filename=a.txt\r\n\r\nEVENT TYPE: Motion\r\n--x--\r\n"
    )
    assert one_event(content).kind == "unknown"


def test_parts_in_parts_do_not_bring_it_down() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at) for at in range(5000))
    with pytest.raises(FrameError):
        read_mail(b"From: a@b\r\n" + deep)


@given(
    st.sampled_from(CAPTURES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 20)), max_size=6),
)
def test_damage_never_raises(capture: bytes, damage: list[tuple[float, bytes, int]]) -> None:
    data = bytearray(capture)
    for place, fresh, size in damage:
        at = int(place * len(data))
        data[at : at + size] = fresh
    SPEC.explain(bytes(data))


HOSTILE = {
    "a parameter of quotes": b"Content-Type: text/plain; a=" + b'";' * 170_000,
    "parameters": b"Content-Type: text/plain" + b"".join(b";\r\n a%d*0*=utf-8''%%41" % one for one in range(20_000)),
    "a file name in pieces": b"Content-Disposition: inline"
    + b"".join(b";\r\n filename*%d*=%%41" % one for one in range(15_000)),
    "encoded words": b"Subject: " + b"\r\n ".join([b"=?utf-8?B?5ZGK6K2m5ZGK6K2m?="] * 9_000),
    "fields": b"X:y\r\n" * 200_000 + b"Y: z",
    "parts": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 130_000,
    "parts of parameters": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    + (b"--x\r\nContent-Type: text/plain" + b";a*0*=utf-8''%41" * 500 + b"\r\n\r\nx\r\n") * 60,
    "a mail in a mail": b"Content-Type: message/rfc822\r\n\r\nContent-Type: text/plain; a=" + b'";' * 170_000,
    "lines": b"X: y\r\n\r\n" + b"\n" * 1_000_000,
    "blanks": b"X: y\r\n\r\na" + b" " * 300_000,
    "keys in a line": b"X: y\r\n\r\n" + (b"a, b" * 70 + b"\n") * 2_000,
    "targets": b"X: y\r\n\r\n" + b"target:   \n" * 50_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_mail_takes_long_to_read(name: str) -> None:
    """In processor time: what other work the machine has does not count."""
    content = b"From: a@b\r\n" + HOSTILE[name] + b"\r\n\r\nEVENT TYPE: Motion\r\n"
    before_s = time.thread_time()
    read_mail(content[:MAX_MAIL_BYTES])
    assert time.thread_time() - before_s < 0.4


@given(st.sampled_from(CAPTURES))
def test_what_a_camera_sends_is_within_the_bounds(capture: bytes) -> None:
    assert bounded(capture) == capture


# ---- the server


@contextlib.asynccontextmanager
async def serving(**camera: object) -> AsyncIterator[tuple[MailDriver, MailSimulator, RecordingIntake]]:
    simulator = MailSimulator()
    options = simulator.driver_options()
    cameras = options["cameras"]
    assert isinstance(cameras, dict)
    cameras["training"] |= camera
    driver = SPEC.create("mail", options)
    assert isinstance(driver, MailDriver)
    intake = RecordingIntake()
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading)
        yield driver, simulator, intake
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def triggers(intake: RecordingIntake) -> list[tuple[str, str, str]]:
    return [(one.device, one.kind, one.state) for one in intake.readings if isinstance(one, TriggerReading)]


async def test_mails_are_read_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def read(content: bytes, types: dict[str, str]) -> Mail:
        threads.append(threading.current_thread())
        return read_mail(content, types)

    monkeypatch.setattr("anju_drivers.mail_in.driver.read_mail", read)
    async with serving() as (_, camera, intake):
        assert (await camera.motion()).startswith("250")
        assert triggers(intake) == [(DEVICE, "motion", "active")]
    assert threads
    assert threading.main_thread() not in threads


async def test_a_camera_that_hangs_up_after_its_mail_has_sent_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, go_on, gone = threading.Event(), threading.Event(), asyncio.Event()
    lost = AlarmMailSession.connection_lost

    def read(content: bytes, types: dict[str, str]) -> Mail:
        reading.set()
        go_on.wait(10)
        return read_mail(content, types)

    def connection_lost(session: AlarmMailSession, error: Exception | None) -> None:
        lost(session, error)
        gone.set()

    monkeypatch.setattr("anju_drivers.mail_in.driver.read_mail", read)
    monkeypatch.setattr(AlarmMailSession, "connection_lost", connection_lost)
    async with serving() as (driver, camera, intake):
        _, writer = await asyncio.open_connection("127.0.0.1", driver.port)
        head = f"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<{camera.recipient}>\r\nDATA\r\n"
        writer.write(head.encode() + mail(dahua_text("Motion Detection Start")) + b"\r\n.\r\n")
        assert await asyncio.to_thread(reading.wait, 10)
        line = writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no end
        writer.transport.abort()
        await asyncio.wait_for(gone.wait(), 10)
        go_on.set()
        await intake.until(TriggerReading)
        assert triggers(intake) == [(DEVICE, "motion", "active")]


async def test_start_and_stop_of_a_camera() -> None:
    async with serving() as (_, camera, intake):
        assert (await camera.motion()).startswith("250")
        assert (await camera.motion()).startswith("250")
        assert (await camera.motion(active=False)).startswith("250")
        assert triggers(intake) == [(DEVICE, "motion", "active"), (DEVICE, "motion", "inactive")]


async def test_megabytes_of_pictures_do_not_cost_the_trigger() -> None:
    async with serving() as (driver, camera, intake):
        content = mail(dahua_text("Video Tampering Start"), bytes(3_000_000))
        assert len(content) > 3 * MAX_MAIL_BYTES
        assert (await camera.send(content)).startswith("250")
        assert triggers(intake) == [(DEVICE, "tamper", "active")]
        assert driver.pictures == 1


async def test_lines_of_any_length_and_dots() -> None:
    async with serving() as (_, camera, intake):
        content = mail(dahua_text("Motion Detection Start")) + b"\r\n.hidden\r\n" + b"x" * 200_000 + b"\r\n"
        assert (await camera.send(content)).startswith("250")
        assert triggers(intake) == [(DEVICE, "motion", "active")]


async def test_no_relay_and_nobody_from_outside_the_lan() -> None:
    async with serving() as (driver, camera, intake):
        reply = await camera.send(mail(dahua_text("Motion Detection Start")), "someone@example.test")
        assert reply.startswith("550")
        assert driver.refused == 1
        assert triggers(intake) == []
    async with serving(sources=["192.0.2.9"]) as (driver, camera, intake):
        assert (await camera.motion()).startswith("550")


async def test_a_test_mail_shows_that_the_way_works() -> None:
    async with serving() as (_, camera, intake):
        await camera.send(mail("This is a test e-mail from your IPC.", subject="TEST"))
        await intake.until(StateReading(DEVICE, detail=TEST_MAIL))
        assert triggers(intake) == []


async def test_a_mail_that_is_none_is_counted() -> None:
    async with serving() as (_, camera, intake):
        assert (await camera.send(b"no headers here")).startswith("250")
        assert intake.errors == {DEVICE: 1}
        await camera.motion()
        assert triggers(intake) == [(DEVICE, "motion", "active")]


async def test_a_camera_that_hangs_up_in_the_middle_harms_nobody() -> None:
    async with serving() as (driver, camera, intake):
        reader, writer = await asyncio.open_connection("127.0.0.1", driver.port)
        await reader.readuntil(b"\n")
        writer.write(
            b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<" + camera.recipient.encode() + b">\r\nDATA\r\nFrom: x\r\n"
        )
        await writer.drain()
        writer.transport.abort()
        assert (await camera.motion()).startswith("250")
        assert triggers(intake) == [(DEVICE, "motion", "active")]


async def test_who_only_holds_connections_keeps_no_camera_out_and_the_port_is_free_afterwards() -> None:
    async with serving() as (driver, camera, intake):
        held = [await asyncio.open_connection("127.0.0.1", driver.port) for _ in range(40)]
        gone = asyncio.gather(*(reader.read() for reader, _ in held[:-MAX_PER_PEER]), return_exceptions=True)
        async with asyncio.timeout(5):  # who dials after a moment finds the places of those that say nothing
            while not gone.done():
                assert (await camera.motion()).startswith("250")
        assert (await camera.motion()).startswith("250")
        assert triggers(intake) == [(DEVICE, "motion", "active")]
        for _, writer in held:
            writer.close()
        with pytest.raises(LinkLost):
            await SPEC.create("mail", camera.driver_options()).run(RecordingIntake())
    again = asyncio.create_task(SPEC.create("mail", camera.driver_options()).run(intake))
    await intake.until(LinkReading, after=len(intake.readings))
    again.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await again


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"bind": "127.0.0.1"}, "cameras"),
        ({"bind": "::", "cameras": {"a": {"recipient": "12345678@x"}}}, "bind"),
        ({"bind": "127.0.0.1", "cameras": {"a": {"recipient": "gate@x"}}}, "cameras.a.recipient"),
        ({"bind": "127.0.0.1", "cameras": {"a": {}}}, "cameras.a.recipient"),
        ({"bind": "127.0.0.1", "port": 70000, "cameras": {"a": {"recipient": "12345678@x"}}}, "port"),
    ],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("mail", options)
    assert error.value.key == key


def test_states() -> None:
    assert TriggerState.PULSE.value == "pulse"
    assert one_event(mail("EVENT TYPE: Motion\r\n")).state is TriggerState.PULSE


@pytest.mark.parametrize("with_event_time", [True, False])
async def test_a_mail_that_was_kept_for_hours_is_late_once_the_clock_is_known(with_event_time: bool) -> None:
    """Case events-of-three-days-ago-ring-now."""

    def sent(event: str, when: datetime) -> bytes:
        text = f"Alarm Event: {event}\r\n"
        if with_event_time:
            text += f"Alarm Start Time(D/M/Y H:M:S): {when:%d/%m/%Y %H:%M:%S}\r\n"
        return f"Date: {email.utils.format_datetime(when)}\r\n".encode() + mail(text)

    now = datetime.now().astimezone()
    async with serving() as (_, camera, intake):
        await camera.send(sent("Motion Detection Start", now))
        await camera.send(sent("Fall Detection Start", now - timedelta(hours=5)))
        await camera.send(sent("Fall Detection Start", now))
        falls = [one for one in intake.readings if isinstance(one, TriggerReading) and one.kind == "fall"]
        assert [one.late for one in falls] == [True, False]


class Line:
    """An SMTP client word by word."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def says(self) -> str:
        while True:
            line = (await asyncio.wait_for(self._reader.readuntil(b"\n"), 5)).decode().rstrip("\r\n")
            if line[3:4] != "-":
                return line

    async def ask(self, command: str) -> str:
        self._writer.write(command.encode() + b"\r\n")
        return await self.says()


LOGINS = [
    [("AUTH LOGIN", "334 VXNlcm5hbWU6"), ("Y2Ft", "334 UGFzc3dvcmQ6"), ("c2VjcmV0", "235")],
    [("AUTH LOGIN Y2Ft", "334 UGFzc3dvcmQ6"), ("c2VjcmV0", "235")],
    [("auth login", "334 VXNlcm5hbWU6"), ("", "334 UGFzc3dvcmQ6"), ("", "235")],
    [("AUTH PLAIN AGNhbQBzZWNyZXQ=", "235")],
    [("AUTH PLAIN", "334 "), ("AGNhbQBzZWNyZXQ=", "235")],
    [("AUTH CRAM-MD5", "504"), ("AUTH LOGIN", "334 VXNlcm5hbWU6"), ("*", "501")],
    [("AUTH", "504")],
]


@pytest.mark.parametrize("greeting", ["EHLO cam", "HELO cam"])
@pytest.mark.parametrize("login", LOGINS)
async def test_a_camera_that_insists_on_a_login_is_taken(greeting: str, login: list[tuple[str, str]]) -> None:
    """Case smtp-auth-login-always."""
    async with serving() as (driver, camera, intake):
        reader, writer = await asyncio.open_connection("127.0.0.1", driver.port)
        line = Line(reader, writer)
        assert (await line.says()).startswith("220")
        assert (await line.ask(greeting)).startswith("250")
        for said, answer in login * 2:  # some do it again for each mail
            assert (await line.ask(said)).startswith(answer)
        assert (await line.ask("MAIL FROM:<cam@example.test>")).startswith("250")
        assert (await line.ask(f"RCPT TO:<{camera.recipient}>")).startswith("250")
        assert (await line.ask("DATA")).startswith("354")
        assert (await line.ask(mail(dahua_text("Motion Detection Start")).decode() + "\r\n.")).startswith("250")
        assert triggers(intake) == [(DEVICE, "motion", "active")]
        assert await line.ask("RCPT TO:<somebody@example.test>") != "250 OK"  # a login opens nothing
        writer.close()


async def test_a_login_is_offered_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as (driver, _, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", driver.port)
        assert b"ESMTP" in await reader.readuntil(b"\n")
        writer.write(b"EHLO cam\r\n")
        offered = await reader.readuntil(b"250 HELP\r\n")
        assert b"250-AUTH LOGIN PLAIN\r\n" in offered
        assert b"250-AUTH=LOGIN PLAIN\r\n" in offered
        caplog.set_level("DEBUG")
        for said in (b"AUTH LOGIN", b"c3BvdHRlZC11c2Vy", b"c3BvdHRlZC1zZWNyZXQ=", b"AUTH PLAIN c3BvdHRlZC1zZWNyZXQ="):
            writer.write(said + b"\r\n")
            await reader.readuntil(b"\n")
        writer.close()
    assert "c3BvdHRlZC" not in caplog.text


@pytest.mark.parametrize(
    ("lines", "kind", "targets", "channel"),
    [
        ("Alarm Type: General\nAlarm Event: Motion Detection Start", "motion", (), None),
        ("AlarmType: Vehicle\nEvent Type: Human and Vehicle", "object", ("vehicle",), None),
        ("Alarm Type: Motion Detection", "motion", (), None),
        ("报警类型: 智能\n报警事件: 移动侦测 开始\n通道名称[CH3]: 门口", "motion", (), 3),
        ("Event Type: Line Crossing\nChannel Name [IP-CH12]: Yard", "line_crossing", (), 12),
        ("Event Type: Line Crossing\nCamera Name [D 4]: Yard", "line_crossing", (), 4),
        ("Event Type: Gate 7 news\nAlarm Type: other news", "unknown", (), None),
    ],
)
def test_the_better_field_tells_what_happened(
    lines: str, kind: str, targets: tuple[str, ...], channel: int | None
) -> None:
    found = one_event(mail(lines.replace("\n", "\r\n")))
    assert (found.kind, found.targets, found.channel) == (kind, targets, channel)


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td>Alarm Event:</td><td>Motion Detection Start</td></tr><tr><td>Channel No.:</td><td>5</td></tr>",
        "<tr><th>Alarm Event</th><td><b>Motion Detection Start</b></td></tr><tr><th>Channel No.</th><td>5</td></tr>",
        "<tr><td>Alarm Event: Motion Detection Start</td></tr><tr><td>Channel No.: 5</td></tr>",
        "<tr><td>Alarm Event: Motion Detection Start</td><td>Channel No.: 5</td></tr>",
        "<tr><td>Alarm Event</td><td>Motion Detection Start</td><td>Channel No.</td><td>5</td></tr>",
    ],
)
def test_tables(rows: str) -> None:
    content = f"Subject: Alarm\r\nContent-Type: text/html\r\n\r\n<html><table>{rows}</table></html>".encode()
    found = one_event(content)
    assert (found.kind, found.state, found.channel) == ("motion", "active", 5)


@pytest.mark.parametrize(
    "text",
    [
        "This is a test email from your DVR",
        "Testing e-mail settings",
        "Test Mail",
        "TestMail",
        "这是一封测试邮件",
    ],
)
def test_texts_of_test_buttons(text: str) -> None:
    assert read_mail(mail(text, subject="IPC")).is_test
