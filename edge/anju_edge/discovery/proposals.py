"""One line per device, from all that was found: which driver reads it, and what stands in the way of adopting it.

Answers of several protocols belong together by MAC address. A device that tells none is known by its endpoint or its
address; it joins another answer from the same address only when just one device answered from there, since cameras
fresh from the factory share one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from anju_edge.config import DriverConfig
from anju_edge.discovery.answers import DHDISCOVER, MDNS, SADP, WS_DISCOVERY, Answer
from anju_edge.discovery.lan import Interface
from anju_edge.discovery.ports import PortInfo
from anju_edge.discovery.probe import PortAnswer

_DAHUA_CAMERAS = frozenset({"IPC", "SD", "PTZ", "TPC", "IPCX", "THERMAL"})
_DAHUA_RECORDERS = frozenset({"NVR", "DVR", "HCVR", "XVR", "EVS", "IVSS"})
_DRIVER_OF = {SADP: "hikvision", DHDISCOVER: "dahua", WS_DISCOVERY: "onvif"}


class Obstacle(StrEnum):
    """Why a device is listed and not proposed; the command says each in both languages."""

    FOREIGN = "foreign"  # its address is of another network, often the factory's: never connected to
    NOT_OURS = "not_ours"  # no camera, receiver or reader that we read
    NOT_ACTIVATED = "not_activated"  # has no password yet: a person sets it with the maker's tool
    NOT_ANSWERING = "not_answering"  # a box whose name is still told and whose port takes no connection
    NO_DRIVER = "no_driver"  # its driver is not installed here
    HELD = "held"  # the port is in use or may not be opened
    SILENT = "silent"  # a port that does not say who is there


@dataclass(frozen=True, slots=True)
class Proposal:
    """One device. `key` names it in commands: MAC, endpoint, address or port. `adopted_as`: the driver's name in use.

    `options` is what the driver's table would hold, as far as it is known; `notes` are codes as of `Obstacle`.
    """

    key: str
    kind: str
    driver: str
    options: Mapping[str, object] = field(default_factory=dict)
    maker: str = ""
    model: str = ""
    serial: str = ""
    name: str = ""
    address: str = ""
    found_by: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    adopted_as: str = ""
    detail: str = ""

    @property
    def is_adoptable(self) -> bool:
        return bool(self.driver) and not self.obstacles and not self.adopted_as


@dataclass(frozen=True, slots=True)
class Site:
    """What this box is: its networks, the drivers that are installed, the drivers that are configured.

    `hosts` are addresses in other networks that a person named: they are reached by a route and not foreign.
    """

    interfaces: Sequence[Interface]
    installed: Iterable[str]
    configured: Sequence[DriverConfig]
    hosts: tuple[str, ...] = ()

    def is_foreign(self, ip: str) -> bool:
        return ip not in self.hosts and not any(interface.holds(ip) for interface in self.interfaces)


def of_lan(answers: Iterable[Answer], site: Site) -> list[Proposal]:
    """The devices on the LAN, in order of address."""
    found = [_proposal(group, site) for group in merge(answers)]
    return sorted(found, key=lambda one: (_sort_key(one.address), one.key))


def merge(answers: Iterable[Answer]) -> list[list[Answer]]:
    """Answers in groups, one per device."""
    by_mac: dict[str, list[Answer]] = {}
    others: dict[str, list[Answer]] = {}
    rest = []
    for one in answers:
        if one.mac:
            by_mac.setdefault(one.mac, []).append(one)
        else:
            rest.append(one)
    for one in rest:
        if one.mac_hint in by_mac:
            by_mac[one.mac_hint].append(one)
            continue
        here = [group for group in by_mac.values() if _addresses(group) & _addresses([one])]
        if len(here) == 1:
            here[0].append(one)
            continue
        # mDNS tells services, several of which may be one device: they join by address
        key = one.ip or one.source_ip if one.protocol == MDNS else one.endpoint or one.ip or one.source_ip
        others.setdefault(key, []).append(one)
    for key, group in list(others.items()):
        first = group[0]
        if first.protocol != MDNS:
            continue
        same = [other for other in others.values() if other is not group and _addresses(other) & _addresses(group)]
        if len(same) == 1:
            same[0].extend(group)
            del others[key]
    return [*by_mac.values(), *others.values()]


def _addresses(group: Iterable[Answer]) -> set[str]:
    return {ip for one in group for ip in (one.ip, one.source_ip) if ip}


def _proposal(group: list[Answer], site: Site) -> Proposal:
    order = {SADP: 0, DHDISCOVER: 1, WS_DISCOVERY: 2, MDNS: 3}
    group = sorted(group, key=lambda one: order[one.protocol])
    best = group[0]
    kind = next(filter(None, map(_kind, group)), "other")
    is_ours = kind in ("camera", "recorder")
    driver = next((_DRIVER_OF[one.protocol] for one in group if one.protocol in _DRIVER_OF), "") if is_ours else ""
    if is_ours and not driver:
        driver = "onvif"  # an Axis camera that only spoke mDNS
    mac = next((one.mac for one in group if one.mac), "")
    hint = next((one.mac_hint for one in group if one.mac_hint), "")
    address = next((one.ip for one in group if one.ip), best.source_ip)
    options: dict[str, object] = {}
    if driver:
        options["url"] = _url(group, driver, address)
        if mac:
            options["mac"] = mac
        if driver == "hikvision" and kind == "recorder":
            options["device_type"] = "recorder"
    obstacles = []
    if not is_ours:
        obstacles.append(Obstacle.NOT_OURS)
    elif driver not in set(site.installed):
        obstacles.append(Obstacle.NO_DRIVER)
    if address and site.is_foreign(address):
        obstacles.append(Obstacle.FOREIGN)
    if any(one.answering is False for one in group):
        obstacles.append(Obstacle.NOT_ANSWERING)
    if any(one.activated is False for one in group):
        obstacles.append(Obstacle.NOT_ACTIVATED)
    named = {
        key: next((getattr(one, key) for one in group if getattr(one, key)), "")
        for key in ("manufacturer", "serial", "name")
    }
    return Proposal(
        key=mac or hint or best.endpoint or address,
        kind=kind,
        driver=driver,
        options=options,
        maker=named["manufacturer"],
        model=next((one.model or one.hardware for one in group if one.model or one.hardware), ""),
        serial=named["serial"],
        name=named["name"],
        address=address,
        found_by=tuple(dict.fromkeys(one.protocol for one in group)),
        obstacles=tuple(obstacles),
        adopted_as=_adopted(site.configured, driver, mac, address),
    )


def _kind(one: Answer) -> str:
    """What one answer says the device is, empty when it does not say."""
    model = one.model.upper()
    if one.protocol == SADP:
        if model.startswith("DS-K"):
            return "access"  # door stations, card and face terminals: no camera for us
        return (
            "recorder" if "NVR" in model or model.startswith(("DS-7", "DS-8", "DS-9", "IDS-7", "IDS-9")) else "camera"
        )
    if one.protocol == DHDISCOVER:
        device_class = one.device_class.upper()
        if device_class in _DAHUA_RECORDERS:
            return "recorder"
        return "camera" if device_class in _DAHUA_CAMERAS else "access"
    if one.protocol == WS_DISCOVERY:
        is_onvif = any(scope.lower().startswith("onvif://") for scope in one.scopes)
        return "camera" if is_onvif or "NetworkVideoTransmitter" in one.types else ""
    types = {"_axis-video._tcp": "camera", "_ipp._tcp": "printer", "_anju-edge._tcp": "box"}
    return next((types[name] for name in one.types if name in types), "")


def _url(group: list[Answer], driver: str, address: str) -> str:
    if driver == "onvif":
        for xaddr in (xaddr for one in group for xaddr in one.xaddrs):
            parts = urlsplit(xaddr)
            if parts.hostname == address:
                return f"{parts.scheme}://{parts.netloc}"
    port = next((one.http_port for one in group if one.http_port and one.protocol != MDNS), None)
    return f"http://{address}" + (f":{port}" if port not in (None, 80) else "")


def _adopted(configured: Sequence[DriverConfig], driver: str, mac: str, address: str) -> str:
    """The name of the configured driver that reads this device already."""
    for row in configured:
        own = str(row.options.get("mac", "")).lower().replace("-", ":")
        if mac and own:
            if own == mac:
                return row.name
            continue
        try:
            host = urlsplit(str(row.options.get("url", ""))).hostname
        except ValueError:
            host = None
        if host and host == address and row.driver in (driver, "onvif"):
            return row.name
    return ""


def of_ports(ports: Iterable[PortInfo], answers: Mapping[str, PortAnswer], site: Site) -> list[Proposal]:
    """The serial ports and who is behind them, in order of name. `answers` by `PortInfo.port`."""
    return [_port_proposal(port, answers.get(port.port), site) for port in ports]


def _port_proposal(port: PortInfo, answer: PortAnswer | None, site: Site) -> Proposal:
    identity = answer.identity if answer else None
    names = {name for name in (port.port, port.device, port.by_id, port.by_path) if name}
    used = next((row.name for row in site.configured if str(row.options.get("port", "")) in names), "")
    controller = identity.options.get("controller") if identity else None
    if controller:
        used = next((row.name for row in site.configured if row.options.get("controller") == controller), used)
    obstacles = []
    if answer and answer.trouble and not used:
        obstacles.append(Obstacle.HELD)
    elif identity is None and not used:
        obstacles.append(Obstacle.SILENT)
    elif identity and not identity.driver:
        obstacles.append(Obstacle.NOT_OURS)
    elif identity and identity.driver not in set(site.installed):
        obstacles.append(Obstacle.NO_DRIVER)
    return Proposal(
        key=port.port,
        kind=identity.kind if identity else "port",
        driver=identity.driver if identity else "",
        options={"port": port.port, **identity.options} if identity else {"port": port.port},
        maker=port.maker,
        model=port.product or port.bridge,
        serial=port.serial,
        name=identity.key if identity else "",
        address=port.device,
        found_by=("serial",),
        obstacles=tuple(obstacles),
        adopted_as=used,
        detail=identity.text if identity else answer.trouble if answer else "",
    )


def _sort_key(address: str) -> tuple[int, int, str]:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return 9, 0, address
    return ip.version, int(ip), ""
