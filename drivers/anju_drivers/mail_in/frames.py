"""One alarm mail in, what it says out. No I/O.

Sources: mails of Dahua (EZIP, IPC, older DVR) and of the Hikvision family (IPC, DVR, NVR) as printed in the READMEs
and tests of rapi3/mqtt-email-srv and other mail receivers. Their Chinese wording is from the vendors' menus and not
from captures. Only text parts are decoded; attachments and pictures are counted and left as they came.
"""

from __future__ import annotations

import binascii
import email
import email.errors
import email.header
import email.message
import email.utils
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from anju_drivers.cameras.device_time import DeviceTime, TimeTrust, local_time, read_time
from anju_drivers.cameras.words import kind_of
from anju_drivers.driver import TriggerReading, TriggerState
from anju_drivers.errors import FrameError
from anju_drivers.framing.xml import text_of
from anju_drivers.mail_in.bounds import MAX_MAIL_BYTES as MAX_MAIL_BYTES
from anju_drivers.mail_in.bounds import bounded

_MAX_TEXT = 16 * 1024
_MAX_PARTS = 64
_MAX_LINE = 300
_MAX_DEPTH = 16
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_BOUNDARIES = re.compile(rb"boundary\s*=", re.IGNORECASE)
_LINE = re.compile(r"\s*([^\W\d_][^:：(（\n]{0,40}(?:[(（][^)）\n]{0,20}[)）])?[^:：\n]{0,20}?)\s*[:：][^\S\n]*(.*)")
# Keys without their blanks, in lower case. What happened stands under one or several of these, the best first: a "type"
# may name a family only, or which of two it was.
_EVENT_KEYS = ("alarmevent", "报警事件", "eventtype", "事件类型", "alarmtype", "报警类型")
_DAHUA_KEYS = frozenset({"alarmevent", "报警事件"})
_TIME_KEYS = frozenset(
    {"alarmstarttime", "eventtime", "alarmtime", "time", "datetime", "报警开始时间", "报警时间", "事件时间", "时间"}
)
_END_TIME_KEYS = frozenset({"alarmendtime", "alarmstoptime", "报警结束时间"})
_CHANNEL_KEYS = frozenset(
    {"alarminputchannel", "alarminputchannelno.", "channelnumber", "channelno.", "channel", "alarmchannel"}
    | {"报警输入通道", "报警通道", "通道号", "通道"}
)
_NUMBERED_NAME_KEYS = frozenset({"cameraname", "channelname", "通道名称", "通道名"})  # "Garage(A2)"
_CHANNEL_IN_KEY = re.compile(r"\[\s*(?:ip[\s-]*)?(?:ch|cam|d|通道)\s*(\d{1,3})\s*\]")  # "Channel Name [IP-CH1]"
_DEVICE_KEY = re.compile(r"(?:alarm)?(?:device|ipc|nvr|dvr|hvr|xvr)name|报警设备名称?|设备名称?")
_ADDRESS_KEY = re.compile(r"(?:sender)?ipaddress|(?:ipc|nvr|dvr|hvr|xvr)ip|ip地址")
_SUFFIX = re.compile(r"[\s-]*(start|stop|end|开始|结束|停止)\s*$", re.IGNORECASE)
_ENDED = frozenset({"stop", "end", "结束", "停止"})
_TIME = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})[ ,T]+(\d{1,2}):(\d{2}):(\d{2})", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_ON_CHANNEL = re.compile(r"\bon\s+(?:channel\s+|camera\s*)([A-Z]?\d{1,3})\b", re.IGNORECASE)
_NEXT_KEY = re.compile(r"[,;，；]\s*(?=[^\W\d_][^:：,;，；]{1,40}[:：])")  # several keys in one line
_TARGET = re.compile(
    r"^[ \t]{0,20}(?:target(?: type)?|目标(?:类型)?) ?[:：][ \t]{0,20}(\S.{0,40})$", re.IGNORECASE | re.MULTILINE
)
_TOLD = re.compile(r"\b(?:detect\w*|alarm|event|triggered)\b|侦测|检测|报警|告警", re.IGNORECASE)
_MAX_SENTENCE = 80
_EXACT = frozenset({"object", "line_crossing", "intrusion", "region_entrance", "region_exit", "loitering", "fall"})
_TEST = re.compile(r"\btest(?:ed|ing|mail|email)?\b|测试", re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^>]{0,200}>(.*?)</tr\s*>", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(r"<t[dh]\b[^>]{0,200}>(.*?)</t[dh]\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]{0,200}>")


@dataclass(frozen=True, slots=True)
class MailEvent:
    """What one mail says. `device_name` is shown to a technician, never sent on."""

    raw_type: str
    kind: str
    state: TriggerState
    targets: tuple[str, ...] = ()
    channel: int | None = None
    device_name: str = ""
    device_ip: str = ""
    time: DeviceTime = field(default_factory=lambda: DeviceTime(TimeTrust.NONE))

    def reading(self, device: str) -> TriggerReading:
        return TriggerReading(
            device=device,
            kind=self.kind,
            state=self.state,
            channel=self.channel or 0,
            targets=self.targets,
            raw_type=self.raw_type,
        )

    def fields(self) -> dict[str, object]:
        """For a person and for the vector files."""
        return {
            "kind": self.kind,
            "state": self.state.value,
            "targets": list(self.targets),
            "channel": self.channel,
            "device_name": self.device_name or None,
            "device_ip": self.device_ip or None,
            "time_local": self.time.local,
            "time_utc": self.time.utc_text,
            "raw_type": self.raw_type,
            "initial": False,
            "late": False,
        }


@dataclass(frozen=True, slots=True)
class Mail:
    """`is_test`: the camera's test button; `pictures` counts parts that were left unread; `sent` is its Date."""

    events: tuple[MailEvent, ...] = ()
    is_test: bool = False
    pictures: int = 0
    sent: DeviceTime = field(default_factory=lambda: DeviceTime(TimeTrust.NONE))


def read_mail(content: bytes, types: Mapping[str, str] | None = None) -> Mail:
    """What a mail says, as far as `bounded` lets it be read. Call it beside the event loop: it may take a while.

    `types` maps the site's own event texts, in lower case, to kinds. Raises `FrameError` for what is no mail."""
    if not _END_OF_HEADERS.search(content):
        raise FrameError("no end of headers")
    content = bounded(content)
    if len(_BOUNDARIES.findall(content[: 64 * 1024])) > _MAX_DEPTH:
        raise FrameError("too many parts in parts")
    try:
        message = email.message_from_bytes(content)
    except (email.errors.MessageError, RecursionError, ValueError, LookupError) as error:
        raise FrameError("not a mail") from error
    if not message.keys():
        raise FrameError("no headers")
    subject = _subject(message)
    texts, pictures = _texts(message)
    text = "\n".join(texts)[:_MAX_TEXT]
    is_test = bool(_TEST.search(subject) or _TEST.search(text[:400]))
    event = _from_lines(text, types or {})
    if event is None:
        event = _from_subject(subject, types or {})
        if event is None and is_test:
            return Mail(is_test=True, pictures=pictures)
        if not is_test and (event is None or event.kind == "motion"):  # a subject may name the camera's trade only
            event = _from_words(text, types or {}, is_only=event is None) or event
    target = _TARGET.search(text)
    if event is not None and not event.targets and target:
        event = replace(event, targets=kind_of(target[1], {})[1])
    sent = _date(message)
    return Mail((event or MailEvent("", "unknown", TriggerState.PULSE),), pictures=pictures, sent=sent)


def _texts(message: email.message.Message) -> tuple[list[str], int]:
    """Plain texts, or the words of HTML where there is no plain one; and how many parts were left unread."""
    plain, rich, unread = [], [], 0
    for number, part in enumerate(_leaves(message)):
        if number >= _MAX_PARTS:
            break
        is_text = part.get_content_maintype() == "text" and not part.get_filename()
        if not is_text or (part.get("Content-Disposition") or "").lower().startswith("attachment"):
            unread += 1
            continue
        text = _decoded(part)
        if part.get_content_subtype() == "html":
            rich.append(html.unescape(_TAG.sub("\n", _ROW.sub(_row_lines, text[: 2 * _MAX_TEXT]))))
        else:
            plain.append(text)
    return plain or rich, unread


def _row_lines(row: re.Match[str]) -> str:
    """A table's row as lines `key: value`: both in one cell, or each in a cell of its own with or without the colon."""
    cells = [_TAG.sub(" ", cell).strip() for cell in _CELL.findall(row[1])]
    lines, at = [], 0
    while at < len(cells):
        key = cells[at].rstrip(" :：")
        if at + 1 < len(cells) and not re.search(r"[:：].*\S", cells[at][len(key) :] or cells[at]):
            lines.append(f"{key}: {cells[at + 1]}")
            at += 2
        else:
            lines.append(cells[at])
            at += 1
    return "\n" + "\n".join(lines) + "\n"


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _decoded(part: email.message.Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        return ""
    body = payload[:_MAX_TEXT] if isinstance(payload, bytes) else b""
    charset = (part.get_content_charset() or "").lower()
    if charset and charset not in ("utf-8", "us-ascii", "ascii"):
        try:
            return body.decode("gb18030" if charset in ("gb2312", "gbk") else charset)
        except (UnicodeDecodeError, LookupError, ValueError):
            pass  # the label is wrong, which is common; go by the bytes
    return text_of(body)


def _subject(message: email.message.Message) -> str:
    subject = message.get("Subject", "")
    try:
        parts = email.header.decode_header(subject)
        return "".join(
            one if isinstance(one, str) else one.decode(charset or "utf-8", "replace") for one, charset in parts
        )[:200]
    except (email.errors.HeaderParseError, LookupError, ValueError):
        return str(subject)[:200]


def _date(message: email.message.Message) -> DeviceTime:
    try:
        sent = email.utils.parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, OverflowError, IndexError):
        return DeviceTime(TimeTrust.NONE)
    return read_time(sent.isoformat())


def _from_lines(text: str, types: Mapping[str, str]) -> MailEvent | None:
    """`key: value` lines, of which one or several name the event."""
    details: dict[str, str] = {}
    named: dict[str, str] = {}
    order, channel, ended = "", None, False
    for line in (part for one in text.splitlines()[:200] for part in _NEXT_KEY.split(one[:_MAX_LINE])):
        found = _LINE.fullmatch(line)  # the pattern's cost grows with the square of the blanks in it
        if not found:
            continue
        key, _, note = found[1].lower().replace("（", "(").replace("）", ")").partition("(")
        inside_key = _CHANNEL_IN_KEY.search(key)
        if inside_key:
            channel = int(inside_key[1]) if channel is None else channel
            key = key[: inside_key.start()]
        key, value = re.sub(r"\s+", "", key), found[2].strip()[:100]
        if key in _EVENT_KEYS:
            named.setdefault(key, value)
        elif key in _TIME_KEYS:
            details.setdefault("time", value)
            order = order or note.strip()[:5]
        elif key in _END_TIME_KEYS:
            ended = True
            details["end"], order = value, order or note.strip()[:5]
        elif key in _CHANNEL_KEYS:
            channel = _channel(value) if channel is None else channel
        elif key in _NUMBERED_NAME_KEYS:
            inside = re.search(r"[(（]([A-Z]?\d{1,3})[)）]\s*$", value, re.IGNORECASE)
            channel = _channel(inside[1]) if inside and channel is None else channel
        elif _DEVICE_KEY.fullmatch(key):
            details.setdefault("name", value)
        elif _ADDRESS_KEY.fullmatch(key):
            details.setdefault("address", value)
    if not any(named.values()):
        return None
    event, is_dahua, kind, targets = _event(named, types)
    suffix = _SUFFIX.search(event)
    is_over = suffix[1].lower() in _ENDED if suffix else ended and "time" not in details
    state = TriggerState.INACTIVE if is_over else TriggerState.ACTIVE
    address = _ADDRESS.search(details.get("address", ""))
    return MailEvent(
        raw_type=event[:48],
        kind=kind,
        state=state if is_dahua or suffix else TriggerState.PULSE,
        targets=targets,
        channel=channel,
        device_name=details.get("name", "")[:64],
        device_ip=address[0] if address else "",
        time=_time(details.get("time") or details.get("end") or "", order),
    )


def _event(named: Mapping[str, str], types: Mapping[str, str]) -> tuple[str, bool, str, tuple[str, ...]]:
    """The event's text, whether it is Dahua's, its kind and its targets.

    The best key whose text we understand, and the best of all when we understand none. Another key that tells the same
    kind says more exactly what was seen.
    """
    known = []
    for key in _EVENT_KEYS:
        text = named.get(key, "")
        if text:
            suffix = _SUFFIX.search(text)
            known.append((text, key in _DAHUA_KEYS, *kind_of(text[: suffix.start()] if suffix else text, types)))
    event, is_dahua, kind, targets = next((one for one in known if one[2] != "unknown"), known[0])
    exact = [one[3] for one in known if one[2] == kind and one[3] and one[0] != event]
    return event, is_dahua, kind, exact[0] if exact else targets


def _from_subject(subject: str, types: Mapping[str, str]) -> MailEvent | None:
    """`Embedded Net DVR: Motion Detected On Channel A2`."""
    words = subject.rpartition(":")[2].strip()
    kind, targets = kind_of(_ON_CHANNEL.sub("", words).strip(), types)
    if kind == "unknown":
        return None
    channel = _ON_CHANNEL.search(words)
    return MailEvent(words[:48], kind, TriggerState.PULSE, targets, _channel(channel[1]) if channel else None)


def _from_words(text: str, types: Mapping[str, str], *, is_only: bool) -> MailEvent | None:
    """A short sentence without a key, such as `Person detected on Front Door`. `is_only`: nothing else says a kind."""
    for line in text.splitlines()[:40]:
        words = line.strip()
        if len(words) <= _MAX_SENTENCE and _TOLD.search(words):
            kind, targets = kind_of(words, types)
            if kind in _EXACT or (is_only and kind != "unknown"):
                return MailEvent(words[:48], kind, TriggerState.PULSE, targets)
    return None


def _channel(text: str) -> int | None:
    found = re.search(r"\d{1,3}", text, re.ASCII)
    return int(found[0]) if found else None


def _time(text: str, order: str) -> DeviceTime:
    """`order` is what the key says, such as d/m/y; else the year is where four digits are, else the day is first."""
    found = _TIME.search(text)
    if not found:
        return DeviceTime(TimeTrust.BAD if text else TimeTrust.NONE)
    first, second, third, hour, minute, second_s = map(int, found.groups())
    if first > 99:
        year, month, day = first, second, third
    elif order == "m/d/y" or (second > 12 and order != "d/m/y"):
        year, month, day = third, first, second
    else:
        year, month, day = third, second, first
    return local_time(year + 2000 if year < 100 else year, month, day, hour, minute, second_s)
