"""Lines of rtl_433 in, messages of 433 MHz devices out. No I/O.

rtl_433 prints one JSON object a line; its fields differ by model and by version. Here names of all versions are made
one: models without blanks ("X10 Security" is "X10-Security"), `battery` "OK" is `battery_ok` 1, `device` and `senderid`
are `id`. A line may hold the PIN of a keypad: no line is logged, and PINs are blotted out at once.

Sources: expected outputs of merbanan/rtl_433_tests, runs of rtl_433 91b2ebd (data only; the program is never linked).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from anju_drivers.errors import FrameError
from anju_drivers.framing.json_text import read_json
from anju_drivers.rtl433.models import MessageInterpretation, interpret

MAX_LINE_BYTES = 8 * 1024
LOG_LINE = "log line on stdout/stderr: ignore"
_MODELS = {
    "Interlogix": "Interlogix-Security",
    "Kerui": "Kerui-Security",
    "Chuango": "Chuango-Security",
    "Cavius": "Cavius-Security",
    "Smoke-detector-GS-558": "Smoke-GS558",
    "Smoke-detector-GS558": "Smoke-GS558",
    "Generic-Remote-SC226x-EV1527": "Generic-Remote",
    "Simplisafe-Sensor": "SimpliSafe-Sensor",
    "Simplisafe-Keypad": "SimpliSafe-Keypad",
}
_IDS = ("id", "device", "senderid", "sid", "unit_id", "address", "code")
_PIN = re.compile(r"\bpin\b", re.IGNORECASE)
_NOT_CONTENT = frozenset(
    {"time", "rssi", "snr", "noise", "freq", "freq1", "freq2", "mod", "count", "num_rows", "protocol", "tag"}
)


class Lines:
    """Bytes in any chunks in, whole lines out. Lines beyond `MAX_LINE_BYTES` are skipped and counted in `dropped`."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_skipping = False
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._rest) or self._is_skipping

    def feed(self, data: bytes) -> list[bytes]:
        *lines, rest = data.split(b"\n")
        found = []
        for line in lines:
            whole, self._rest = bytes(self._rest + line), bytearray()
            if self._is_skipping:
                self._is_skipping = False
            elif len(whole) > MAX_LINE_BYTES:
                self.dropped += 1
            else:
                found.append(whole)
        self._rest += rest
        if self._is_skipping:
            self._rest.clear()
        elif len(self._rest) > MAX_LINE_BYTES:
            self._rest.clear()
            self._is_skipping = True
            self.dropped += 1
        return found


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """One message. `model` is made one over versions, `sent_model` as it stands in the line.

    `battery_ok` None: the device says nothing of it. `commands` are the texts a paired device's `cmd` may name.
    `payload` is the same for all copies of a message.
    """

    model: str
    sent_model: str
    device_id: str
    interpretation: MessageInterpretation
    battery_ok: bool | None = None
    sequence: int | None = None
    commands: frozenset[str] = frozenset()
    level_db: int | None = None
    payload: bytes = b""

    @property
    def identity(self) -> str:
        """Model and id as one lower-case word, for a device key."""
        return re.sub(r"[^a-z0-9.]+", "-", f"{self.model}-{self.device_id}".lower()).strip("-")[:60]


@dataclass(frozen=True, slots=True)
class Statistics:
    """rtl_433's own report (`-M stats`): the program lives, whatever the air is like."""

    decoders: int


def read_line(line: bytes) -> Received | Statistics:
    """One line, with or without a syslog head before it. Raises `FrameError` for what is no message of a device."""
    text = line.strip()
    if not text:
        raise FrameError("empty line")
    start = text.find(b"{")
    if start < 0 or not (start == 0 or text.startswith(b"<")):
        raise FrameError(LOG_LINE)
    try:
        value = read_json(text[start:])
    except (ValueError, RecursionError) as error:
        raise FrameError("damaged line") from error
    if not isinstance(value, dict):
        raise FrameError("damaged line")
    sent_model = value.get("model")
    if not isinstance(sent_model, str) or not sent_model.strip():
        if isinstance(value.get("stats"), list) or isinstance(value.get("frames"), dict):
            enabled = value.get("enabled")
            return Statistics(enabled if isinstance(enabled, int) else 0)
        if "lvl" in value and "msg" in value:  # the program's own log, as JSON since 21.12
            raise FrameError(LOG_LINE)
        raise FrameError("no model field")
    return _message(sent_model, value)


def model_of(name: str) -> str:
    """A model's one name, for how any version spells it."""
    spelled = re.sub(r"[\s_/]+", "-", name.strip())
    return _MODELS.get(spelled, spelled)


def _message(sent_model: str, value: Mapping[str, object]) -> Received:
    fields = {name: _without_pin(name, one) for name, one in _with_rows(value).items()}
    model = model_of(sent_model)
    interpretation = interpret(model, fields)
    sequence = fields.get("seq")
    content = {name: one for name, one in fields.items() if name not in _NOT_CONTENT}
    return Received(
        model=model,
        sent_model=sent_model,
        device_id=_device_id(fields),
        interpretation=interpretation,
        battery_ok=False if "low_battery" in (interpretation.event, *interpretation.also) else _battery(fields),
        sequence=sequence if isinstance(sequence, int) and not isinstance(sequence, bool) else None,
        commands=_commands(fields) | _contact_words(interpretation),
        level_db=_level(fields.get("rssi")),
        payload=json.dumps(content, sort_keys=True, separators=(",", ":")).encode(),
    )


def _with_rows(value: Mapping[str, object]) -> Mapping[str, object]:
    """A flex decoder puts its fields into `rows`, one object for each repeat: they are read as the line's own.

    A row without an id is known by its bits, `data`.
    """
    rows = value.get("rows")
    found: dict[str, object] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            found = {**{str(name): one for name, one in row.items()}, **found}
    bits = found.pop("data", None)
    found.pop("len", None)
    if not any(name in found or name in value for name in _IDS) and isinstance(bits, str):
        found["id"] = bits
    return {**found, **value}


def _without_pin(name: str, value: object) -> object:
    """A keypad's PIN never gets further than here."""
    if _PIN.search(name.replace("_", " ")):
        return "***"
    found = _PIN.search(value) if isinstance(value, str) else None
    return f"{value[: found.end()]}: ***" if found and isinstance(value, str) else value


def _device_id(fields: Mapping[str, object]) -> str:
    for name in _IDS:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _battery(fields: Mapping[str, object]) -> bool | None:
    value = fields.get("battery_ok")
    if isinstance(value, int | float):
        return value != 0
    value = fields.get("battery")  # before 2020
    if isinstance(value, str):
        return {"OK": True, "LOW": False}.get(value.upper())
    value = fields.get("battery_low", fields.get("low_battery"))
    return value == 0 if isinstance(value, int | float) else None


def _commands(fields: Mapping[str, object]) -> frozenset[str]:
    texts = (fields.get(name) for name in ("cmd", "cmd_id", "command", "state", "event", "remarks", "code", "button"))
    return frozenset(str(one).lower() for one in texts if isinstance(one, str | int))


def _contact_words(interpretation: MessageInterpretation) -> frozenset[str]:
    """`open` or `closed`: some makers' smoke and water sensors say no more than that (rtl_433 #1731)."""
    closed = interpretation.values.get("closed")
    return frozenset() if closed is None else frozenset({"closed" if closed else "open"})


def _level(value: object) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round(value) if is_number and isinstance(value, int | float) and -200 < value < 100 else None
