"""A roster as the box looks things up in it: one bundle of the hub (for now a file), checked and indexed whole."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.presence_settings import PresenceSettings, departures, presence_settings
from anju_edge.rules.settings import RuleError, RuleSet, read_rules
from anju_protos.roster_file import token_hash
from anju_protos.v1.control_pb2 import Activity, Device, Notice, Resident, RosterBundle, Zone


@dataclass(frozen=True, slots=True)
class Roster:
    """A bundle, indexed. Without one it is empty: alarms still ring, as from unknown devices."""

    bundle: RosterBundle = field(default_factory=RosterBundle)
    devices: Mapping[str, Device] = field(default_factory=dict)
    zones: Mapping[str, Zone] = field(default_factory=dict)
    residents: Mapping[str, Resident] = field(default_factory=dict)
    residents_of_device: Mapping[str, tuple[tuple[int, int, str], ...]] = field(default_factory=dict)
    residents_of_token: Mapping[bytes, str] = field(default_factory=dict)
    drawn_tokens: Mapping[str, frozenset[bytes]] = field(default_factory=dict)  # of each resident
    activities: Mapping[str, Activity] = field(default_factory=dict)
    receiver_zones: Mapping[str, str] = field(default_factory=dict)
    rules: RuleSet = field(default_factory=RuleSet)
    presence: PresenceSettings = field(default_factory=PresenceSettings)
    departed_after_ms: Mapping[str, int] = field(default_factory=dict)  # by device, where its model says it
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

    def drawn_token(self, resident: str, presented: bytes) -> bytes:
        """Returns the hash under which the emergency file may keep a check-in: of a token that was drawn at random.

        `presented` where that is one, else another one of the resident's, else random bytes: an ID number's hash gives
        the number away to who has the salt.
        """
        drawn = self.drawn_tokens.get(resident, frozenset())
        return presented if presented in drawn else min(drawn, default=os.urandom(len(presented)))

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
    drawn: defaultdict[str, set[bytes]] = defaultdict(set)
    for token in bundle.tokens:
        drawn[token.resident].add(token.hash)
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
        residents_of_token={token.hash: token.resident for token in (*bundle.guessable_tokens, *bundle.tokens)},
        drawn_tokens={resident: frozenset(hashes) for resident, hashes in drawn.items()},
        activities={activity.id: activity for activity in bundle.activities},
        receiver_zones={device.key: device.zone for device in bundle.devices if device.zone},
        rules=rules,
        presence=presence_settings(bundle),
        departed_after_ms=departures(bundle),
        zone_info=zone_info,
    )
