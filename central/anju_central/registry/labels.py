"""Names for ids: what a screen shows instead of device keys, zones and pseudonyms. Read from the roster files.

Labels are looked up when something is shown and are never stored with events, so that a person who leaves the roster
leaves the screens too. Of a community that was taken over, the registry is the source (`bundles/`); of others, a file.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from anju_central.registry.wearers import Wearers
from anju_protos.roster_file import RosterFileError, load_roster, masked
from anju_protos.v1.control_pb2 import Activity, Device, Resident, RosterBundle

log = logging.getLogger(__name__)
NO_ZONE = "Asia/Shanghai"
HUB_ITSELF = "hub"  # stands for the community of what concerns none alone


@dataclass(frozen=True, slots=True)
class Named:
    """One thing's name in both languages."""

    zh: str
    en: str


HUB_NAME = Named("中心", "Hub")


@dataclass(slots=True)
class CommunityLabels:
    """Everything one community's roster can name."""

    community: str
    name: Named
    time_zone: ZoneInfo
    revision: int = 0
    zones: dict[str, Named] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    residents: dict[str, Resident] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)  # device key -> resident, bindings that are open
    wearers: Wearers | None = None  # None: a file says the roster, which knows no bindings that ended

    def zone(self, zone: str) -> Named:
        """Returns a zone's label; an unknown zone shows its id."""
        return self.zones.get(zone, Named(zone, zone))

    def device(self, key: str) -> Named:
        """Returns a device's label; an unknown device shows its key."""
        device = self.devices.get(key)
        return Named(device.label_zh or key, device.label_en or key) if device else Named(key, key)

    def resident(self, resident: str) -> str:
        """Returns flat and masked name, empty for an unknown or empty id. Full names never leave the roster."""
        person = self.residents.get(resident)
        if person is None:
            return ""
        name = person.masked_name or masked(person.name)
        return f"{person.flat} {name}".strip()

    def wearer(self, device: str, at_ms: int, error_ms: int, said: str) -> str:
        """Returns who wore a device at a moment (UTC), '' for nobody; `said` is whom the box named."""
        if self.wearers is None:
            return said or self.bearers.get(device, "")
        return self.wearers.at(device, at_ms, error_ms, said)

    def activity(self, activity: str) -> Named:
        """Returns an activity's title; an unknown one shows its id."""
        known = self.activities.get(activity)
        return Named(known.title_zh or activity, known.title_en or activity) if known else Named(activity, activity)


def labels_of(community: str, bundle: RosterBundle, wearers: Wearers | None = None) -> CommunityLabels:
    """Returns what a community's roster can name. `wearers`: of a community whose roster is in the registry."""
    return CommunityLabels(
        community,
        Named(bundle.name_zh or community, bundle.name_en or community),
        ZoneInfo(bundle.time_zone or NO_ZONE),
        bundle.revision,
        {zone.id: Named(zone.label_zh or zone.id, zone.label_en or zone.id) for zone in bundle.zones},
        {device.key: device for device in bundle.devices},
        {resident.id: resident for resident in bundle.residents},
        {activity.id: activity for activity in bundle.activities},
        {binding.device: binding.resident for binding in bundle.bindings if not binding.to_ms and binding.resident},
        wearers,
    )


class Labels:
    """The labels of all communities."""

    def __init__(self, communities: Iterable[CommunityLabels] = (), files: Mapping[str, Path] | None = None) -> None:
        self._communities = {labels.community: labels for labels in communities}
        self.files = dict(files or {})  # community -> where its roster is, or will be
        self.names: dict[str, Named] = {}  # of communities, where no roster says better
        self.unread: dict[str, str] = {}  # community -> why its roster is not in use
        self.of_registry: set[str] = set()  # communities whose file counts no more

    @classmethod
    def load(cls, files: Mapping[str, Path], may_lack: Container[str] = ()) -> Labels:
        """Reads each community's roster file; one that cannot be read leaves its community with ids, and `unread`.

        Communities in `may_lack` need not have theirs yet.
        """
        labels = cls((), files)
        for community, path in files.items():
            if community in may_lack and not path.exists():
                continue
            try:
                labels.replace(labels_of(community, load_roster(path)))
            except RosterFileError as error:
                labels.refuse(community, str(error))
        return labels

    def replace(self, labels: CommunityLabels) -> None:
        """Replaces a community's labels."""
        self._communities[labels.community] = labels
        self.unread.pop(labels.community, None)

    def take_from_registry(self, labels: CommunityLabels) -> None:
        """Replaces a community's labels; from now on its file is not read any more."""
        self.of_registry.add(labels.community)
        self.replace(labels)

    def refuse(self, community: str, reason: str) -> None:
        """Notes that a community's roster cannot be used; what was known of it stays."""
        self.unread[community] = reason
        log.warning("roster of %s is not taken over, the last good one stays: %s", community, reason)

    def notices(self) -> list[str]:
        """Returns what a person has to know and to do about rosters, in English."""
        return [
            f"the roster of {community} cannot be read ({reason}); until it is mended the last good one is in use, or "
            "ids are shown instead of names"
            for community, reason in self.unread.items()
        ]

    def of(self, community: str) -> CommunityLabels:
        """Returns a community's labels; one without a roster names everything by its id."""
        known = self._communities.get(community)
        if known is None:
            name = HUB_NAME if community == HUB_ITSELF else self.names.get(community, Named(community, community))
            return CommunityLabels(community, name, ZoneInfo(NO_ZONE))
        return known

    @property
    def time_zone(self) -> str:
        """Returns the IANA name of the time zone of the district: that of its first community."""
        return next((labels.time_zone.key for labels in self._communities.values()), NO_ZONE)
