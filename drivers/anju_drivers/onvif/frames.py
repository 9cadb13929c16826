"""SOAP answers of an ONVIF camera in, events, leases and faults out. No I/O.

Read from the raw XML, leniently: cameras write unbound prefixes, leave wrappers out, put two messages in one holder and
text in their own code page. Elements therefore go by local name and in document order: a `Topic` holds for every
`Message` after it until the next one.
Sources: ONVIF Core Specification 22.12, chapter 9 (event handling); WS-BaseNotification 1.3; tests as in `topics.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from anju_drivers.cameras.device_time import DeviceTime, TimeTrust, read_time
from anju_drivers.driver import TriggerReading, TriggerState
from anju_drivers.errors import FrameError
from anju_drivers.framing.xml import Element, local_name, read_xml
from anju_drivers.onvif.topics import ITEM_KINDS, TopicKind, topic_kind_of

MAX_ANSWER_BYTES = 1024 * 1024
MAX_EVENTS = 256  # in one answer; a hundred were asked for
_MAX_TEXT = 64
_STAMP = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,3}):(\d{1,3})(?:\.\d*)?\s*(?:Z|([+-])(\d{1,2}):?(\d{2}))?\s*",
    re.ASCII,
)
_TRUE = frozenset({"true", "1", "active", "on", "yes"})
_FALSE = frozenset({"false", "0", "inactive", "off", "no"})
_STATE_ITEMS = ("state", "active", "logicalstate", "isactive", "triggered", "detected", "alarm", "alert", "value")
_NUMBER = re.compile(r"id$|idx$|index|count|level|number|token|time|likelihood|confidence")  # 0 and 1 mean no state
_CALLS = frozenset({"fall", "call_button"})
_RULE_ITEMS = frozenset({"rule", "rulename"})
_KNOWN_BODIES = frozenset(
    {
        "pullmessagesresponse",
        "notify",
        "metadatastream",
        "notificationmessage",
        "createpullpointsubscriptionresponse",
        "renewresponse",
        "unsubscriberesponse",
        "setsynchronizationpointresponse",
        "getsystemdateandtimeresponse",
        "getservicesresponse",
        "getcapabilitiesresponse",
        "getdeviceinformationresponse",
    }
)
_TARGETS = {"human": "human", "person": "human", "vehicle": "vehicle", "car": "vehicle", "animal": "animal"} | {
    "pet": "animal",
    "package": "package",
}
_NOT_AUTHORIZED = re.compile(r"notauthori[sz]ed|failedauthentication|invalidsecurity|failedcheck", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """One message. `source` is the camera's own token of a video source, input or port; `state` None: it said none."""

    raw_type: str
    kind: str
    state: TriggerState | None
    source: str
    rule: str
    targets: tuple[str, ...]
    initial: bool
    time: DeviceTime

    def reading(self, device: str) -> TriggerReading:
        """ONVIF has tokens and no channel numbers: the token is the region."""
        return TriggerReading(
            device=device,
            kind=self.kind,
            state=self.state or TriggerState.PULSE,
            region=self.source,
            rule=self.rule,
            targets=self.targets,
            initial=self.initial,
            raw_type=self.raw_type,
            device_time_ms=self.time.utc_ms,
        )

    def fields(self) -> dict[str, object]:
        """For a person and for the vector files."""
        return {
            "kind": self.kind,
            "state": self.state.value if self.state else None,
            "source": self.source or None,
            "rule": self.rule or None,
            "targets": list(self.targets),
            "initial": self.initial,
            "late": False,
            "time_utc": self.time.utc_text,
            "time_trust": self.time.trust.value,
            "raw_type": self.raw_type,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is the innermost code, such as `ter:NotAuthorized`; `reason` is cut short."""

    code: str
    reason: str
    is_auth: bool


@dataclass(slots=True)
class Answer:
    """Everything in one answer. Times are the camera's own; only their difference means something."""

    events: list[Event] = field(default_factory=list)
    is_known: bool = False
    fault: Fault | None = None
    subscription: str = ""
    events_address: str = ""
    current_time: datetime | None = None
    termination_time: datetime | None = None
    system_time: datetime | None = None
    asks_login: bool = False  # a page about a refused login instead of SOAP
    lenient: bool = False
    dropped: int = 0

    @property
    def lease_s(self) -> float | None:
        """What is left of the subscription, by difference; None when the camera does not say."""
        if self.current_time is None or self.termination_time is None:
            return None
        return (self.termination_time - self.current_time).total_seconds()


def read_answer(body: bytes, types: Mapping[str, str] | None = None) -> Answer:
    """`types` maps the site's own topics or ends of topics, in lower case, to kinds. Raises `FrameError`."""
    if len(body) > MAX_ANSWER_BYTES:
        raise FrameError("too large")
    root, lenient = read_xml(body)
    answer = Answer(lenient=lenient)
    _read_frame(root, answer)
    for topic, message in _messages(root):
        if len(answer.events) >= MAX_EVENTS:
            answer.dropped += 1
            continue
        found = _read_message(topic, message, types or {})
        answer.events += found
        answer.dropped += not found
    return answer


def _read_frame(root: Element, answer: Answer) -> None:
    """All that is no event: times, addresses, faults."""
    for one in root.iter():
        name = local_name(one.tag)
        if name in _KNOWN_BODIES:
            answer.is_known = True
        if name == "currenttime" and answer.current_time is None:
            answer.current_time = read_stamp(one.text or "")
        elif name == "terminationtime" and answer.termination_time is None:
            answer.termination_time = read_stamp(one.text or "")
        elif name == "createpullpointsubscriptionresponse":
            answer.subscription = _inner(one, "address")[:512]
        elif name == "events" or (name == "service" and "/events/wsdl" in _inner(one, "namespace")):
            answer.events_address = answer.events_address or _inner(one, "xaddr")[:512]
        elif name == "utcdatetime":
            answer.system_time = _system_time(one)
        elif name == "fault":
            answer.fault = _fault(one)
        elif name in ("html", "head", "title") and not answer.is_known:
            answer.asks_login = answer.asks_login or bool(re.search(r"401|unauthori[sz]ed", _all_text(root)))


def _fault(element: Element) -> Fault:
    codes = [(one.text or "").strip() for one in element.iter() if local_name(one.tag) in ("value", "faultcode")]
    codes = [code for code in codes if code]
    reason = _inner(element, "text") or _inner(element, "faultstring")
    is_auth = any(_NOT_AUTHORIZED.search(code) for code in codes) or bool(
        _NOT_AUTHORIZED.search(reason.replace(" ", ""))
    )
    return Fault(codes[-1][:_MAX_TEXT] if codes else "", reason[:_MAX_TEXT], is_auth)


def _system_time(element: Element) -> datetime | None:
    parts = {local_name(one.tag): (one.text or "").strip() for one in element.iter()}
    names = ("year", "month", "day", "hour", "minute", "second")
    numbers = [int(parts[name]) for name in names if re.fullmatch(r"\d{1,4}", parts.get(name, ""), re.ASCII)]
    return _stamp(*numbers) if len(numbers) == len(names) else None


def read_stamp(text: str) -> datetime | None:
    """A time whose year may be 2000 and whose seconds may be 75: only good for differences. Never raises."""
    found = _STAMP.fullmatch(text)
    if not found:
        return None
    numbers = [int(part) for part in found.groups()[:6]]
    stamp = _stamp(*numbers)
    sign, hours, minutes = found.groups()[6:]
    if stamp is None or not sign:
        return stamp
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return stamp + offset if sign == "-" else stamp - offset


def _stamp(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError):
        return None


def _messages(root: Element) -> Iterator[tuple[str, Element]]:
    """(topic, message) in document order, whatever wraps them."""
    topic = ""
    for one in root.iter():
        name = local_name(one.tag)
        if name == "notificationmessage":
            topic = ""
        elif name == "topic":
            topic = re.sub(r"\s+", "", one.text or "")[:200]
        elif name == "message" and topic and _is_leaf(one):
            yield topic, one


def _is_leaf(message: Element) -> bool:
    """The message itself, not the wrapper of the same local name. It may be empty."""
    return all(local_name(child.tag) != "message" for child in message)


def _read_message(topic: str, message: Element, types: Mapping[str, str]) -> list[Event]:
    attributes = {local_name(str(name)): str(value) for name, value in message.attrib.items()}
    operation = attributes.get("propertyoperation", "").lower()
    device_time = read_time(attributes.get("utctime", ""))
    topic_kind = topic_kind_of(topic, types)
    if not len(message) and not message.attrib:
        return _ended(topic, topic_kind)
    source, rule = _source(message)
    if topic_kind.has_rule_in_topic and not rule:
        rule = topic.rstrip("/").rpartition("/")[2].rpartition(":")[2]
    data = _items(message, "data")
    return [
        Event(
            raw_type=topic[:100],
            kind=kind,
            state=state,
            source=source,
            rule=rule[:_MAX_TEXT],
            targets=targets,
            initial=operation == "initialized",
            time=device_time if device_time.trust is not TimeTrust.NAIVE else DeviceTime(TimeTrust.NAIVE),
        )
        for kind, state, targets in _states(topic_kind, operation, data)
    ]


def _ended(topic: str, topic_kind: TopicKind) -> list[Event]:
    """A topic with an empty message: some firmwares say so that what they told of is over (ASECAM and kin,
    home-assistant/core #37545). It names no source and so means all of them. Of a topic that has no state, nothing.
    """
    if topic_kind.kind in ("ignored", "unknown") or topic_kind.is_event or topic_kind.by_item:
        return []
    none = DeviceTime(TimeTrust.NONE)
    return [
        Event(topic[:100], topic_kind.kind, TriggerState.INACTIVE, "", "", topic_kind.targets, initial=False, time=none)
    ]


def _states(
    topic_kind: TopicKind, operation: str, data: list[tuple[str, str]]
) -> list[tuple[str, TriggerState | None, tuple[str, ...]]]:
    """(kind, state, targets) that the data says; nothing for a known topic whose items nobody knows.

    Nothing either where a topic that has a state says none: INSTAR and others do so all day with nobody there
    (home-assistant/core #154689, #140491). A call for help passes without its state as well.
    """
    kind, targets = topic_kind.kind, topic_kind.targets
    says_itself = any(name in ITEM_KINDS for name, _ in data)
    if kind == "ignored" and not (topic_kind.is_guess and says_itself):
        return [(kind, None, ())]
    if operation == "deleted":
        return [(kind, TriggerState.INACTIVE, targets)]
    if topic_kind.by_item or (topic_kind.is_guess and says_itself):
        return _by_item(data)
    classes = [value for name, value in data if name == "classtypes"]
    if classes:
        seen = _classes(" ".join(classes))
        is_any = any(value.strip() for value in classes)
        return [(kind, TriggerState.ACTIVE if is_any else TriggerState.INACTIVE, seen)]
    state = _state(data)
    if state is not None:
        return [(kind, state, targets)]
    if kind == "unknown":
        return [(kind, None, ())]
    if topic_kind.is_event or data or (kind in _CALLS and operation != "initialized"):
        return [(kind, TriggerState.PULSE, targets)]
    return []


def _by_item(data: list[tuple[str, str]]) -> list[tuple[str, TriggerState | None, tuple[str, ...]]]:
    """One for each kind; of an object's classes those that are seen, or all of them when none is."""
    found: dict[str, list[tuple[bool, tuple[str, ...]]]] = {}
    for name, value in data:
        topic_kind = ITEM_KINDS.get(name)
        is_on = _boolean(value)
        if topic_kind is not None and is_on is not None:
            found.setdefault(topic_kind.kind, []).append((is_on, topic_kind.targets))
    states: list[tuple[str, TriggerState | None, tuple[str, ...]]] = []
    for kind, sightings in found.items():
        is_any = any(is_on for is_on, _ in sightings)
        targets = {target for is_on, names in sightings if is_on == is_any for target in names}
        states.append((kind, TriggerState.ACTIVE if is_any else TriggerState.INACTIVE, tuple(sorted(targets))))
    return states


def _state(data: list[tuple[str, str]]) -> TriggerState | None:
    """Of the usual names first, then of an `Is...`, then of any that is no number."""
    by_name = dict(reversed(data))
    names = [name for name in _STATE_ITEMS if name in by_name]
    names += [name for name, _ in data if name.startswith("is")]
    names += [name for name, _ in data if not _NUMBER.search(name)]
    for name in names:
        is_on = _boolean(by_name[name])
        if is_on is not None:
            return TriggerState.ACTIVE if is_on else TriggerState.INACTIVE
    return None


def _boolean(value: str) -> bool | None:
    word = value.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _classes(text: str) -> tuple[str, ...]:
    return tuple(sorted({_TARGETS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _TARGETS}))


def _source(message: Element) -> tuple[str, str]:
    """The token of what saw it, and the rule's name."""
    source = rule = ""
    for name, value in _items(message, "source"):
        if name in _RULE_ITEMS:
            rule = rule or value.strip()
        elif "analytics" not in name and not source:
            source = value.strip()
    return source[:_MAX_TEXT], rule[:_MAX_TEXT]


def _items(message: Element, holder: str) -> list[tuple[str, str]]:
    """(name in lower case, value) of the simple items in `Source` or `Data`."""
    found = []
    for child in message:
        if local_name(child.tag) == holder:
            for one in child.iter():
                if local_name(one.tag) == "simpleitem":
                    item = {local_name(str(name)): str(value) for name, value in one.attrib.items()}
                    if "name" in item:
                        found.append((item["name"].strip().lower(), item.get("value", "")))
    return found


def _inner(element: Element, name: str) -> str:
    return next(((one.text or "").strip() for one in element.iter() if local_name(one.tag) == name and one.text), "")


def _all_text(root: Element) -> str:
    return " ".join((one.text or "") for one in root.iter() if isinstance(one.tag, str)).lower()[:2000]
