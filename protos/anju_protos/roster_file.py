"""A community's roster as a TOML file, read alike by the box and the hub until the hub's registry exists.

The file is for people: readable keys, a card's number as printed. Loading hashes tokens and masks names. Whatever is
wrong raises `RosterFileError` with the file, the line and the key, and nothing of the file is used.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anju_base import toml_config
from anju_base.toml_config import TomlFileError, line_of
from anju_protos.tokens import TokenRefused, as_presented, canonical, is_guessable
from anju_protos.v1.control_pb2 import (
    Activity,
    Binding,
    Device,
    Notice,
    Resident,
    ResponderGroup,
    RosterBundle,
    Rule,
    Token,
    Zone,
)

TOKEN_HASH_BYTES = 16
ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
DEVICE_KEY = re.compile(r"[a-z0-9_]{1,32}:[a-z0-9_.:-]{1,64}")
COMMUNITY = re.compile(r"[a-z0-9-]{1,32}")
DEVICE_KINDS = ("band", "receiver", "camera", "reader", "kiosk", "relay")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")


class RosterFileError(TomlFileError):
    """Names file, line (None if it cannot be told), key and reason. Holds no value of the file: it may be personal."""


def token_hash(salt: bytes, token: str) -> bytes:
    """Returns the keyed hash of what was presented (`em4100:67003B51C6`): HMAC-SHA-256, first 16 bytes.

    Of its one spelling (`tokens`), whichever it has.
    """
    return hmac.digest(salt, as_presented(token).encode(), "sha256")[:TOKEN_HASH_BYTES]


def masked(name: str) -> str:
    """Returns a name as a kiosk may show it: 王小秀 -> 王*秀, 李四 -> 李*, Ann Lee -> A* L*."""
    if " " in name:
        return " ".join(f"{part[0]}*" for part in name.split())
    if len(name) <= 2:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def load_roster(path: Path) -> RosterBundle:
    """Reads a roster file. Raises `RosterFileError` for anything that is missing, unknown or out of range."""
    return parse_roster(toml_config.read_text(path, RosterFileError), path)


def parse_roster(text: str, path: Path) -> RosterBundle:
    """As `load_roster`, from text; `path` is only named in errors."""
    return _Reader(text, path).bundle(toml_config.parse(text, path, RosterFileError))


class _Reader:
    """Walks the parsed TOML and knows where its tables stand in the text."""

    def __init__(self, text: str, path: Path) -> None:
        self._text_of_file, self._path = text, path

    # ---- finding and failing

    def _fail(self, key: str, reason: str, table: str = "", number: int = 0) -> RosterFileError:
        name = f"{table}[{number + 1}].{key}" if table else key
        return RosterFileError(self._path, line_of(self._text_of_file, name), name, reason)

    # ---- values

    def _text(self, row: Mapping[str, object], key: str, table: str, number: int, *, required: bool = False) -> str:
        value = row.get(key, "")
        if not isinstance(value, str):
            raise self._fail(key, f"must be text, not {type(value).__name__}", table, number)
        if required and not value:
            raise self._fail(key, "is missing", table, number)
        if len(value) > 500:
            raise self._fail(key, "is longer than 500 characters", table, number)
        return value

    def _int(
        self, row: Mapping[str, object], key: str, table: str, number: int, low: int, high: int, default: int = 0
    ) -> int:
        value = row.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._fail(key, f"must be a whole number from {low} to {high}", table, number)
        return value

    def _match(
        self, row: Mapping[str, object], key: str, table: str, number: int, form: re.Pattern[str], example: str
    ) -> str:
        value = self._text(row, key, table, number, required=True)
        if not form.fullmatch(value):
            raise self._fail(key, f"must look like {example}", table, number)
        return value

    def _values(self, row: Mapping[str, object], key: str, table: str, number: int) -> dict[str, str]:
        value = row.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str | int | float) for item in value.values()):
            raise self._fail(key, "must be a table of texts and numbers", table, number)
        return {name: str(item).lower() if isinstance(item, bool) else str(item) for name, item in value.items()}

    def _rows(
        self, data: Mapping[str, object], table: str, known: frozenset[str], unique: str
    ) -> list[Mapping[str, object]]:
        rows = data.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._fail(table, f"must be written as [[{table}]] tables")
        seen: set[object] = set()
        for number, row in enumerate(rows):
            for key in row:
                if key not in known:
                    raise self._fail(key, f"unknown key; known: {', '.join(sorted(known))}", table, number)
            if unique and (value := row.get(unique)) is not None:
                if value in seen:
                    raise self._fail(unique, "stands twice in this file", table, number)
                seen.add(value)
        return rows

    def _minutes(self, row: Mapping[str, object], key: str, table: str, number: int) -> int:
        value = self._match(row, key, table, number, CLOCK, "09:00")
        hours, _, minutes = value.partition(":")
        return int(hours) * 60 + int(minutes)

    def _weekdays(self, row: Mapping[str, object], table: str, number: int) -> int:
        value = self._text(row, "weekdays", table, number) or "1-7"
        bits = 0
        for part in value.replace(" ", "").split(","):
            found = re.fullmatch(r"([1-7])(?:-([1-7]))?", part)
            if not found or int(found[2] or found[1]) < int(found[1]):
                raise self._fail("weekdays", 'must look like "1-5" or "1,3,5"; 1 = Monday', table, number)
            for day in range(int(found[1]), int(found[2] or found[1]) + 1):
                bits |= 1 << (day - 1)
        return bits

    # ---- tables

    def bundle(self, data: Mapping[str, object]) -> RosterBundle:
        tables: dict[str, Callable[[Mapping[str, object], RosterBundle], None]] = {
            "zones": self._zones,
            "devices": self._devices,
            "residents": self._residents,
            "bindings": self._bindings,
            "tokens": self._tokens,
            "activities": self._activities,
            "rules": self._rules,
            "responder_groups": self._groups,
            "notices": self._notices,
        }
        top = {"community", "revision", "name_zh", "name_en", "time_zone", "token_salt", "settings"}
        for key in data:
            if key not in top and key not in tables:
                raise self._fail(key, f"unknown key; known: {', '.join(sorted(top | set(tables)))}")
        zone = self._text(data, "time_zone", "", 0) or "Asia/Shanghai"
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self._fail("time_zone", "is no IANA time zone, for example Asia/Shanghai") from error
        salt = self._match(data, "token_salt", "", 0, re.compile(r"(?:[0-9a-fA-F]{2}){16,64}"), "32 or more hex digits")
        bundle = RosterBundle(
            revision=self._int(data, "revision", "", 0, 1, 2**53, default=1),
            community=self._match(data, "community", "", 0, COMMUNITY, "ningdu (a-z, 0-9 and hyphens)"),
            name_zh=self._text(data, "name_zh", "", 0, required=True),
            name_en=self._text(data, "name_en", "", 0),
            time_zone=zone,
            token_salt=bytes.fromhex(salt),
            settings=self._values(data, "settings", "", 0),
        )
        for read in tables.values():
            read(data, bundle)
        return bundle

    def _zones(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        for number, row in enumerate(self._rows(data, "zones", frozenset({"id", "label_zh", "label_en"}), "id")):
            bundle.zones.append(
                Zone(
                    id=self._match(row, "id", "zones", number, ID, "b3-u2"),
                    label_zh=self._text(row, "label_zh", "zones", number, required=True),
                    label_en=self._text(row, "label_en", "zones", number),
                )
            )

    def _devices(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        zones = {zone.id for zone in bundle.zones}
        known = frozenset({"key", "kind", "zone", "label_zh", "label_en", "model", "period_s"})
        for number, row in enumerate(self._rows(data, "devices", known, "key")):
            kind = self._text(row, "kind", "devices", number, required=True)
            if kind not in DEVICE_KINDS:
                raise self._fail("kind", f"must be one of {', '.join(DEVICE_KINDS)}", "devices", number)
            zone = self._text(row, "zone", "devices", number)
            if zone and zone not in zones:
                raise self._fail("zone", "names a zone that is not in [[zones]]", "devices", number)
            bundle.devices.append(
                Device(
                    key=self._match(row, "key", "devices", number, DEVICE_KEY, "ble:ac233fc001aa"),
                    kind=kind,
                    zone=zone,
                    label_zh=self._text(row, "label_zh", "devices", number),
                    label_en=self._text(row, "label_en", "devices", number),
                    model=self._text(row, "model", "devices", number),
                    period_s=self._int(row, "period_s", "devices", number, 0, 31 * 86_400),
                )
            )

    def _residents(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        known = frozenset({"id", "name", "flat"})
        for number, row in enumerate(self._rows(data, "residents", known, "id")):
            name = self._text(row, "name", "residents", number, required=True)
            bundle.residents.append(
                Resident(
                    id=self._match(row, "id", "residents", number, ID, "r-0001"),
                    name=name,
                    masked_name=masked(name),
                    flat=self._text(row, "flat", "residents", number),
                )
            )

    def _bindings(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        devices = {device.key for device in bundle.devices}
        residents = {resident.id for resident in bundle.residents}
        known = frozenset({"device", "resident", "from_ms", "to_ms"})
        for number, row in enumerate(self._rows(data, "bindings", known, "")):
            binding = Binding(
                device=self._text(row, "device", "bindings", number, required=True),
                resident=self._text(row, "resident", "bindings", number, required=True),
                from_ms=self._int(row, "from_ms", "bindings", number, 0, 2**53),
                to_ms=self._int(row, "to_ms", "bindings", number, 0, 2**53),
            )
            if binding.device not in devices:
                raise self._fail("device", "names a device that is not in [[devices]]", "bindings", number)
            if binding.resident not in residents:
                raise self._fail("resident", "names a resident that is not in [[residents]]", "bindings", number)
            bundle.bindings.append(binding)

    def _tokens(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        residents = {resident.id for resident in bundle.residents}
        seen: set[str] = set()
        for number, row in enumerate(self._rows(data, "tokens", frozenset({"token", "resident"}), "token")):
            token = self._token(row, number)
            if token in seen:  # in another spelling: the reader would say the same for both
                raise self._fail("token", "stands twice in this file", "tokens", number)
            seen.add(token)
            resident = self._text(row, "resident", "tokens", number, required=True)
            if resident not in residents:
                raise self._fail("resident", "names a resident that is not in [[residents]]", "tokens", number)
            rows = bundle.guessable_tokens if is_guessable(token) else bundle.tokens
            rows.append(Token(hash=token_hash(bundle.token_salt, token), resident=resident))

    def _token(self, row: Mapping[str, object], number: int) -> str:
        text = self._text(row, "token", "tokens", number, required=True)
        try:
            token = canonical(text)
        except TokenRefused as error:
            raise self._fail("token", error.reason, "tokens", number) from error
        if not re.fullmatch(r"[a-z0-9_]{1,16}:.{1,128}", token):
            raise self._fail("token", "must look like em4100:67003B51C6", "tokens", number)
        return token

    def _activities(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        known = frozenset(
            {"id", "title_zh", "title_en", "weekdays", "starts", "ends", "early_min", "room_zh", "room_en", "points"}
        )
        for number, row in enumerate(self._rows(data, "activities", known, "id")):
            activity = Activity(
                id=self._match(row, "id", "activities", number, ID, "calligraphy"),
                title_zh=self._text(row, "title_zh", "activities", number, required=True),
                title_en=self._text(row, "title_en", "activities", number),
                weekdays=self._weekdays(row, "activities", number),
                starts_min=self._minutes(row, "starts", "activities", number),
                ends_min=self._minutes(row, "ends", "activities", number),
                room_zh=self._text(row, "room_zh", "activities", number),
                room_en=self._text(row, "room_en", "activities", number),
                points=self._int(row, "points", "activities", number, 0, 1000),
                early_min=self._int(row, "early_min", "activities", number, 0, 720, default=30),
            )
            if activity.ends_min <= activity.starts_min:
                raise self._fail("ends", "must be after starts, on the same day", "activities", number)
            bundle.activities.append(activity)

    def _rules(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        for number, row in enumerate(self._rows(data, "rules", frozenset({"id", "kind", "values"}), "id")):
            bundle.rules.append(
                Rule(
                    id=self._match(row, "id", "rules", number, ID, "sos"),
                    kind=self._match(row, "kind", "rules", number, ID, "sos"),
                    values=self._values(row, "values", "rules", number),
                )
            )

    def _groups(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        known = frozenset({"id", "label_zh", "label_en", "members"})
        for number, row in enumerate(self._rows(data, "responder_groups", known, "id")):
            members = row.get("members", [])
            if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
                raise self._fail("members", "must be a list of texts", "responder_groups", number)
            bundle.responder_groups.append(
                ResponderGroup(
                    id=self._match(row, "id", "responder_groups", number, ID, "g1"),
                    label_zh=self._text(row, "label_zh", "responder_groups", number),
                    label_en=self._text(row, "label_en", "responder_groups", number),
                    members=members,
                )
            )

    def _notices(self, data: Mapping[str, object], bundle: RosterBundle) -> None:
        known = frozenset({"id", "text_zh", "text_en", "from_ms", "to_ms"})
        for number, row in enumerate(self._rows(data, "notices", known, "id")):
            bundle.notices.append(
                Notice(
                    id=self._match(row, "id", "notices", number, ID, "n1"),
                    text_zh=self._text(row, "text_zh", "notices", number, required=True),
                    text_en=self._text(row, "text_en", "notices", number),
                    from_ms=self._int(row, "from_ms", "notices", number, 0, 2**53),
                    to_ms=self._int(row, "to_ms", "notices", number, 0, 2**53),
                )
            )
