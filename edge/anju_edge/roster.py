"""The roster: what the hub (for now a file) says of this community, applied whole or not at all.

`RosterStore.apply(bundle)` is the one way in, for the file as for the hub. A bundle that cannot be used leaves the last
good one in place and its reason on show. The last good bundle survives a restart in the box's own database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from google.protobuf.message import DecodeError

from anju_edge.presence import PresenceSettings
from anju_edge.recorder import PUT_KV, Recorder
from anju_edge.rules.settings import RuleError, RuleSet, read_rules
from anju_protos.roster_file import RosterFileError, load_roster, masked, token_hash
from anju_protos.v1.control_pb2 import Activity, Device, Notice, Resident, RosterBundle, Zone
from anju_protos.v1.event_pb2 import ROSTER_APPLIED, RosterApplied

_log = logging.getLogger(__name__)

FILE_CHECK_S = 2.0
_PRESENCE = {  # setting -> (field, factor to it, lowest, highest)
    "presence.departed_after_s": ("departed_after_ms", 1000, 10, 86_400),
    "presence.still_here_s": ("still_here_ms", 1000, 60, 86_400),
    "presence.hysteresis_db": ("hysteresis_db", 1, 0, 40),
    "presence.dwell_s": ("dwell_ms", 1000, 0, 300),
    "presence.stale_s": ("stale_ms", 1000, 1, 300),
}


class RosterRefused(ValueError):
    """A bundle that cannot be used; names key and reason, never a person."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


@dataclass(frozen=True, slots=True)
class Roster:
    """A bundle, indexed. Without one it is empty: alarms still ring, as from unknown devices."""

    bundle: RosterBundle = field(default_factory=RosterBundle)
    devices: Mapping[str, Device] = field(default_factory=dict)
    zones: Mapping[str, Zone] = field(default_factory=dict)
    residents: Mapping[str, Resident] = field(default_factory=dict)
    residents_of_device: Mapping[str, tuple[tuple[int, int, str], ...]] = field(default_factory=dict)
    residents_of_token: Mapping[bytes, str] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)
    receiver_zones: Mapping[str, str] = field(default_factory=dict)
    rules: RuleSet = field(default_factory=RuleSet)
    presence: PresenceSettings = field(default_factory=PresenceSettings)
    zone_info: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    def resident_of(self, device: str, true_ms: int | None) -> str:
        """Who wears a device now. With the date unknown, the open binding, else the latest one counts."""
        bindings = self.residents_of_device.get(device)
        if not bindings:
            return ""
        if true_ms is not None:
            for from_ms, to_ms, resident in bindings:
                if from_ms <= true_ms and (not to_ms or true_ms < to_ms):
                    return resident
            return ""
        return max(bindings, key=lambda row: (not row[1], row[0]))[2]

    def hash_of(self, token: str) -> bytes:
        """The keyed hash of what was presented; the token itself is forgotten by the caller."""
        return token_hash(self.bundle.token_salt, token)

    def notices(self, true_ms: int | None) -> list[Notice]:
        """What is posted now; with the date unknown, everything stays."""
        return [
            notice
            for notice in self.bundle.notices
            if true_ms is None or (notice.from_ms <= true_ms and (not notice.to_ms or true_ms < notice.to_ms))
        ]


def index(bundle: RosterBundle, community: str) -> Roster:
    """Returns the bundle ready for use. Raises `RosterRefused`."""
    if bundle.community != community:
        raise RosterRefused("community", f"is {bundle.community!r}, this box belongs to {community!r}")
    try:
        zone_info = ZoneInfo(bundle.time_zone or "Asia/Shanghai")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RosterRefused("time_zone", "is no IANA time zone, for example Asia/Shanghai") from error
    devices = {device.key: device for device in bundle.devices}
    zones = {zone.id: zone for zone in bundle.zones}
    for device in bundle.devices:
        if device.zone and device.zone not in zones:
            raise RosterRefused(f"devices.{device.key}.zone", "names a zone that the roster does not have")
    bindings: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for binding in bundle.bindings:
        if binding.device not in devices:
            raise RosterRefused("bindings.device", f"{binding.device} is not among the devices")
        bindings[binding.device].append((binding.from_ms, binding.to_ms, binding.resident))
    try:
        rules = read_rules(bundle)
    except RuleError as error:
        raise RosterRefused(error.key, error.reason) from error
    return Roster(
        bundle=bundle,
        devices=devices,
        zones=zones,
        residents={resident.id: resident for resident in bundle.residents},
        residents_of_device={device: tuple(rows) for device, rows in bindings.items()},
        residents_of_token={token.hash: token.resident for token in bundle.tokens},
        activities={activity.id: activity for activity in bundle.activities},
        receiver_zones={device.key: device.zone for device in bundle.devices if device.zone},
        rules=rules,
        presence=_presence(bundle),
        zone_info=zone_info,
    )


def _presence(bundle: RosterBundle) -> PresenceSettings:
    settings = PresenceSettings()
    for key, value in bundle.settings.items():
        if not key.startswith("presence."):
            continue
        if key not in _PRESENCE:
            raise RosterRefused(f"settings.{key}", f"unknown setting; known: {', '.join(sorted(_PRESENCE))}")
        name, factor, low, high = _PRESENCE[key]
        if not value.isdecimal() or not low <= int(value) <= high:
            raise RosterRefused(f"settings.{key}", f"must be a whole number from {low} to {high}")
        settings = replace(settings, **{name: int(value) * factor})
    return settings


def without_names(bundle: RosterBundle) -> RosterBundle:
    """Returns a copy with masked names only: nothing on a box needs a full one, so its disk shall not hold any."""
    kept = RosterBundle()
    kept.CopyFrom(bundle)
    for resident in kept.residents:
        resident.masked_name = resident.masked_name or masked(resident.name)
        resident.ClearField("name")
    return kept


class RosterStore:
    """Holds the current roster and its last good bundle."""

    def __init__(self, community: str, recorder: Recorder) -> None:
        self._community, self._recorder = community, recorder
        self.current = Roster()
        self.trouble = ""
        self.on_change: list[Callable[[Roster], None]] = []

    async def restore(self) -> None:
        """Takes the last good bundle of an earlier run, if any."""
        rows = await self._recorder.journal.query("select value from kv where key = ?", ("roster",))
        if rows and isinstance(rows[0][0], bytes):
            try:
                self._use(index(RosterBundle.FromString(rows[0][0]), self._community))
            except DecodeError:
                self.trouble = "the roster of the last run cannot be read"
            except RosterRefused as refused:  # the box was given to another community meanwhile
                self.trouble = str(refused)

    def apply(self, bundle: RosterBundle) -> bool:
        """Applies a bundle whole, or refuses it whole and keeps the last good one. Journals the outcome once.

        Full names go no further than this: what is kept, in memory and beside the journal, has masked ones.
        """
        bundle = without_names(bundle)
        if bundle == self.current.bundle:
            self.trouble = ""
            return True
        try:
            roster = index(bundle, self._community)
        except RosterRefused as refused:
            self.refuse(bundle.revision, str(refused))
            return False
        self.trouble = ""
        applied = RosterApplied(revision=bundle.revision, applied=True, kept_revision=bundle.revision)
        self._recorder.record(
            ROSTER_APPLIED,
            applied.SerializeToString(),
            side=lambda _: (PUT_KV, ("roster", bundle.SerializeToString())),
        )
        self._use(roster)
        _log.info("roster revision %d applied: %d devices, %d activities", bundle.revision,
                  len(roster.devices), len(roster.activities))  # fmt: skip
        return True

    def refuse(self, revision: int, reason: str) -> None:
        """Notes that something offered cannot be used; the last good roster stays."""
        if reason == self.trouble:
            return
        self.trouble = reason
        kept = self.current.bundle.revision
        refused = RosterApplied(revision=revision, applied=False, error=reason, kept_revision=kept)
        self._recorder.record(ROSTER_APPLIED, refused.SerializeToString())
        _log.warning("roster refused, revision %d stays: %s", kept, reason)

    def _use(self, roster: Roster) -> None:
        self.current = roster
        for tell in self.on_change:
            tell(roster)


class RosterFile:
    """Reads the roster file into the store, at start and whenever it changes or SIGHUP asks."""

    def __init__(self, path: Path, store: RosterStore) -> None:
        self._path, self._store = path, store
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> None:
        """Reads now. Never raises: what is wrong is shown by the store."""
        self._seen = self._mark()
        self._take(self._load())

    def _load(self) -> RosterBundle | RosterFileError:
        try:
            return load_roster(self._path)
        except RosterFileError as error:
            return error

    def _take(self, read: RosterBundle | RosterFileError) -> None:
        if isinstance(read, RosterFileError):
            self._store.refuse(0, str(read))
        else:
            self._store.apply(read)

    async def watch(self, asked: asyncio.Event | None = None) -> None:
        """Reads again whenever the file changes, or `asked` is set (SIGHUP), until cancelled."""
        asked = asked or asyncio.Event()
        while True:
            try:
                async with asyncio.timeout(FILE_CHECK_S):
                    await asked.wait()
            except TimeoutError:
                if self._mark() == self._seen:
                    continue
            asked.clear()
            self._seen = self._mark()
            # Hundreds of residents take a fifth of a second to parse on a Pi: an alarm must not wait for that.
            self._take(await asyncio.to_thread(self._load))

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
