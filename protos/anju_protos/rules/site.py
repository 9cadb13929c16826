"""Whether a rule fits its site: its values, and the devices and zones that it names. The same at the box and the hub.

A rule is refused when it is saved. What it names may go later (a band is given back): whoever makes a bundle leaves
those out by `fitting`, since a box refuses a roster whole, and shows what is wrong by `fault`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anju_protos.rules.allowed import Devices, Zones
from anju_protos.rules.bands import MOST_THRESHOLD_PCT
from anju_protos.rules.device_models import model_of
from anju_protos.rules.kinds import KINDS
from anju_protos.v1.control_pb2 import Device, Rule, Zone


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the parameter ('' = the kind) and what would be right."""

    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}" if self.key else self.reason


@dataclass(frozen=True, slots=True)
class Site:
    """What rules may name: devices by key, and ids of zones."""

    devices: Mapping[str, Device]
    zones: frozenset[str]


def site_of(devices: Iterable[Device], zones: Iterable[Zone]) -> Site:
    """Returns the site that a roster describes."""
    return Site({device.key: device for device in devices}, frozenset(zone.id for zone in zones))


def spelled(key: str) -> str:
    """Returns a parameter's name as the table has it: `priority.fall` is what old rosters call `priority_fall`."""
    return key.replace("priority.", "priority_", 1)


def value_fault(kind: str, values: Mapping[str, str]) -> Fault | None:
    """Returns what is wrong with a rule whatever its site, None for nothing."""
    known = KINDS.get(kind)
    if known is None:
        return Fault("", f"unknown kind; known: {', '.join(sorted(KINDS))}")
    for key, value in values.items():
        allowed = known.keys.get(spelled(key))
        if allowed is None:
            return Fault(key, f"no box knows it; known: {', '.join(sorted(known.keys))}")
        if not allowed.fits(value):
            return Fault(key, f"must be {allowed}")
    for group in known.needs:
        given = [key for key in group if key in values]
        if len(given) != 1:
            key = given[1] if given else group[0]
            return Fault(key, "is missing" if len(group) == 1 else f"exactly one of {', '.join(group)} is needed")
    return None


def fault(kind: str, values: Mapping[str, str], site: Site) -> Fault | None:
    """Returns what is wrong with a rule at its site, None for nothing."""
    found = value_fault(kind, values)
    if found is not None:
        return found
    for key, allowed in KINDS[kind].keys.items():
        if not isinstance(allowed, Devices | Zones):
            continue
        for name in values.get(key, "").split():
            reason = _unfit(name, allowed, site)
            if reason:
                return Fault(key, f"{name} {reason}")
    return _beyond_models(kind, values, site)


def fitting(rule: Rule, site: Site) -> Rule | None:
    """Returns the rule without what its site no longer has, None where nothing is left that could be used."""
    known = KINDS.get(rule.kind)
    if known is None:
        return rule  # a box that knows it may take it
    values = dict(rule.values)
    for key, allowed in known.keys.items():
        if isinstance(allowed, Devices | Zones) and key in values:
            there = [name for name in values[key].split() if not _unfit(name, allowed, site)]
            if not there:
                return None
            values[key] = " ".join(there)
    if rule.kind == "not_moving":
        movers = [key for key in values.get("devices", "").split() if model_of(site.devices[key]).reports_motion]
        if not movers:
            return None
        values["devices"] = " ".join(movers)
    if rule.kind == "battery_low" and _beyond_models(rule.kind, values, site) is not None:
        del values["days"]
    return Rule(id=rule.id, kind=rule.kind, values=values) if fault(rule.kind, values, site) is None else None


def expanded(values: Mapping[str, str], site: Site) -> dict[str, str]:
    """Returns a rule's values with all receivers of the named ones' zones: presence tells zones apart, no more."""
    receivers = values.get("receivers", "").split()
    if not receivers:
        return dict(values)
    zones = {site.devices[key].zone for key in receivers}
    there = (key for key, device in site.devices.items() if device.kind == "receiver" and device.zone in zones)
    return {**values, "receivers": " ".join(sorted(there))}


def _unfit(name: str, allowed: Devices | Zones, site: Site) -> str:
    if isinstance(allowed, Zones):
        return "" if name in site.zones else "is no zone of this community"
    device = site.devices.get(name)
    if device is None:
        return "is no device of this community"
    return "" if device.kind == allowed.kind else f"is no {allowed.kind}"


def _beyond_models(kind: str, values: Mapping[str, str], site: Site) -> Fault | None:
    for key in values.get("devices", "").split():
        model = model_of(site.devices[key]) if key in site.devices else None
        if model is None:
            continue
        if kind == "not_moving" and not model.reports_motion:
            return Fault("devices", f"{key} is of a model that does not report motion")
        days, lasts = int(values.get("days", "0")), model.battery_days
        if kind == "battery_low" and lasts is not None and days * 100 > lasts * MOST_THRESHOLD_PCT:
            return Fault("days", f"a full battery of {key} lasts {lasts} days")
    return None
