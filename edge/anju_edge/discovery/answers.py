"""Probes and answers of WS-Discovery, SADP and DHDiscover, as bytes. Knows no socket.

Sources: WS-Discovery 2005/04 with the ONVIF core specification, chapter 7; captures of SADP and DHDiscover. Answers are
what anybody on the LAN cares to send: odd ones are counted, never raised.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from uuid import uuid4

from anju_drivers.errors import FrameError
from anju_drivers.framing.xml import Element, local_name, read_xml, text_of

WS_DISCOVERY, SADP, DHDISCOVER, MDNS = "ws-discovery", "sadp", "dhdiscover", "mdns"
MAX_ANSWER_BYTES = 64 * 1024
_DHIP = b"DHIP"
_DHIP_HEAD_BYTES = 32
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}", re.IGNORECASE)
_OWN_KEYS = frozenset({"mac", "name", "hardware", "model"})  # what is read of the scopes
_SCOPE_KEYS = _OWN_KEYS | {"location", "type", "profile", "extension"}  # ONVIF core specification, 7.3.2.2
_XML_START = re.compile(rb"\s*<")


@dataclass(frozen=True, slots=True)
class Answer:
    """One device as one protocol tells of it; an empty text or None where it says nothing.

    `mac` (lower case, colons) is the device's word; `mac_hint` only looks like one (the end of its uuid). `ip` is the
    address it claims, `source_ip` the one the answer came from. `reachable`: both are the same.
    """

    protocol: str
    source_ip: str = ""
    mac: str = ""
    mac_hint: str = ""
    endpoint: str = ""
    name: str = ""
    hardware: str = ""
    model: str = ""
    serial: str = ""
    manufacturer: str = ""
    version: str = ""
    device_class: str = ""
    ip: str = ""
    http_port: int | None = None
    xaddrs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    relates_to: str = ""
    probe_id: str = ""
    activated: bool | None = None
    dhcp: bool | None = None
    answering: bool | None = None  # whether its port takes connections; None = not asked
    text: Mapping[str, str] = field(default_factory=dict)

    @property
    def reachable(self) -> bool:
        return bool(self.ip) and self.ip == self.source_ip


class NoAnswer(ValueError):
    """A datagram that is no answer of its protocol: counted."""


# ---- WS-Discovery


def ws_discovery_probe(message_id: str, *, typed: bool) -> bytes:
    """A Probe; `typed` asks for ONVIF transmitters only. Some cameras answer only one of the two forms."""
    types = "<d:Types>dn:NetworkVideoTransmitter</d:Types>" if typed else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
        f"<a:MessageID>urn:uuid:{message_id}</a:MessageID>"
        "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
        f"</s:Header><s:Body><d:Probe>{types}</d:Probe></s:Body></s:Envelope>"
    ).encode()


def endpoint_id(address: str) -> str:
    """An endpoint address as a key: one leading `urn:uuid:`, `urn:` or `uuid:` off, lower case."""
    text = address.strip().lower()
    for prefix in ("urn:uuid:", "urn:", "uuid:"):
        if text.startswith(prefix):
            return text[len(prefix) :]
    return text


def read_ws_discovery(data: bytes, source_ip: str = "") -> list[Answer]:
    """The devices in an answer; none in a looped probe. Raises `NoAnswer`."""
    root = _xml(data, b"envelope")
    names = {local_name(one.tag) for one in root.iter()}
    if names & {"probe", "resolve", "bye"}:
        return []
    matches = [one for one in root.iter() if local_name(one.tag) in ("probematch", "hello", "resolvematch")]
    if not matches and not names & {"probematches", "resolvematches"}:
        raise NoAnswer("no ProbeMatches")
    relates_to = endpoint_id(_first(root, "relatesto"))
    return [_ws_device(one, relates_to, source_ip) for one in matches]


def _ws_device(match: Element, relates_to: str, source_ip: str) -> Answer:
    reference = next((one for one in match.iter() if local_name(one.tag) == "endpointreference"), None)
    endpoint = endpoint_id(_first(reference, "address") if reference is not None else "")
    scopes = _scopes(_first(match, "scopes"))
    named = dict(reversed([pair for pair in map(_scope, scopes) if pair]))
    xaddrs = tuple(one for one in _first(match, "xaddrs").split() if _is_usable(one))
    hosts = [urlsplit(one).hostname or "" for one in xaddrs]
    last_group = endpoint.rpartition("-")[2] or endpoint
    return Answer(
        WS_DISCOVERY,
        source_ip,
        mac=mac_address(named.get("mac", "")),
        mac_hint=mac_address(last_group) if "-" in endpoint else "",
        endpoint=endpoint,
        name=named.get("name", ""),
        hardware=named.get("hardware") or named.get("model", ""),
        ip=next((host for host in hosts if host == source_ip), next(filter(_is_ip, hosts), "")),
        xaddrs=xaddrs,
        types=tuple(one.rpartition(":")[2] for one in _first(match, "types").split()),
        scopes=scopes,
        relates_to=relates_to,
    )


def _scopes(text: str) -> tuple[str, ...]:
    """The scopes of a list; a piece without a scheme belongs to the one before it, whose blank was left as it is."""
    scopes: list[str] = []
    for piece in text.split():
        if scopes and not re.match(r"[a-z][a-z0-9+.-]*:/", piece, re.IGNORECASE):
            scopes[-1] += f" {piece}"
        else:
            scopes.append(piece)
    return tuple(scopes)


def _scope(scope: str) -> tuple[str, str] | None:
    """`onvif://www.onvif.org/Name/Front%20Door` as (name, Front Door).

    Some boards put a folder of their own before it: `onvif://www.onvif.org/A1C2B3/mac/...` (python-ws-discovery #56).
    """
    path = re.sub(r"^onvif://[^/]*/+", "", scope, count=1, flags=re.IGNORECASE)
    levels = [level.strip() for level in path.split("/")]
    if path == scope or len(levels) < 2:
        return None
    keys = [level.lower() for level in levels]
    at = 1 if keys[0] not in _SCOPE_KEYS and keys[1] in _OWN_KEYS and len(levels) > 2 else 0
    value = "/".join(levels[at + 1 :])
    text = text_of(unquote_to_bytes(value)).strip()  # names come in the code page of the camera's menu
    return (keys[at], text) if text else None


def _is_usable(xaddr: str) -> bool:
    """http or https, and not the address that a machine without DHCP gives itself."""
    try:
        parts = urlsplit(xaddr)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(host) and not host.startswith("169.254.")


# ---- SADP


def sadp_probe(probe_id: str) -> bytes:
    """The inquiry. Other `Types` change devices: none of them is ever sent."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{probe_id.upper()}</Uuid><Types>inquiry</Types></Probe>'
    ).encode()


def read_sadp(data: bytes, source_ip: str = "") -> list[Answer]:
    """The device in an answer; none in a looped or another tool's probe. Raises `NoAnswer`."""
    root = _xml(data, b"probematch")
    if local_name(root.tag) == "probe":
        return []
    if local_name(root.tag) != "probematch":
        raise NoAnswer("no ProbeMatch")
    fields = {local_name(one.tag): (one.text or "").strip() for one in root.iter()}
    return [
        Answer(
            SADP,
            source_ip,
            mac=mac_address(fields.get("mac", "")),
            model=fields.get("devicedescription", ""),
            serial=fields.get("devicesn", ""),
            manufacturer="Hikvision",
            version=fields.get("softwareversion", ""),
            device_class=fields.get("devicetype", ""),
            ip=fields.get("ipv4address", ""),
            http_port=_port(fields.get("httpport")),
            probe_id=fields.get("uuid", "").lower(),
            activated=_flag(fields.get("activated")),
            dhcp=_flag(fields.get("dhcp")),
        )
    ]


# ---- DHDiscover


def dhdiscover_probe() -> bytes:
    """The search, in its 32-byte header: without it nobody answers."""
    body = b'{"method":"DHDiscover.search","params":{"uni":1}}'
    size = len(body).to_bytes(4, "little")
    return b"\x20\0\0\0" + _DHIP + bytes(8) + size * 4 + body


def read_dhdiscover(data: bytes, source_ip: str = "") -> list[Answer]:
    """The device in an announcement; none in a looped search or one without a device. Raises `NoAnswer`."""
    if data[4:8] != _DHIP:
        raise NoAnswer("no DHIP header")
    text = data[_DHIP_HEAD_BYTES:].decode("utf-8", "replace")
    start = text.find("{")
    if start < 0:
        if text.strip("\0 []\r\n"):
            raise NoAnswer("no JSON")
        return []
    try:
        value, _ = json.JSONDecoder().raw_decode(text[start:])
    except (ValueError, RecursionError) as error:
        raise NoAnswer("no JSON") from error
    params = value.get("params")
    info = params.get("deviceInfo") if isinstance(params, dict) else None
    mac = mac_address(_text(value, "mac"))
    if not isinstance(info, dict) or not mac:
        return []
    address = info.get("IPv4Address")
    address = address if isinstance(address, dict) else {}
    dhcp = address.get("DhcpEnable")
    return [
        Answer(
            DHDISCOVER,
            source_ip,
            mac=mac,
            name=_text(info, "MachineName"),
            model=_text(info, "DeviceType"),
            serial=_text(info, "SerialNo"),
            manufacturer="Dahua",
            version=_text(info, "Version"),
            device_class=_text(info, "DeviceClass"),
            ip=_text(address, "IPAddress"),
            http_port=_port(info.get("HttpPort")),
            dhcp=dhcp if isinstance(dhcp, bool) else None,
        )
    ]


READERS = {WS_DISCOVERY: read_ws_discovery, SADP: read_sadp, DHDISCOVER: read_dhdiscover}


def read(protocol: str, data: bytes, source_ip: str = "") -> list[Answer]:
    """The devices in a datagram. Raises `NoAnswer`, whatever the bytes are."""
    if len(data) > MAX_ANSWER_BYTES:
        raise NoAnswer("too long")
    return READERS[protocol](data, source_ip)


def new_probe_id() -> str:
    return str(uuid4())


# ---- values


def mac_address(text: str) -> str:
    """A MAC address in any spelling as lower case with colons; empty for what names no single device."""
    text = text.strip()
    if not _MAC.fullmatch(text):
        return ""
    digits = re.sub(r"[:-]", "", text).lower()
    raw = bytes.fromhex(digits)
    if not any(raw) or raw[0] & 1:  # none, or a group
        return ""
    return raw.hex(":")


def _xml(data: bytes, wanted_end: bytes) -> Element:
    """The root of a datagram that came whole: a cut one is none, since a cut address is a wrong one."""
    data = data.strip(b"\0 \t\r\n")
    if not _XML_START.match(data):
        raise NoAnswer("no XML")
    try:
        root, is_lenient = read_xml(data)
    except FrameError as error:
        raise NoAnswer(error.reason) from error
    end = re.search(rb"</(?:[\w.-]+:)?([\w.-]+)\s*>$", data)
    if is_lenient and (end is None or end[1].lower() != wanted_end):
        raise NoAnswer("cut")
    return root


def _iter(root: Element, name: str) -> Iterator[Element]:
    return (one for one in root.iter() if local_name(one.tag) == name)


def _first(root: Element, name: str) -> str:
    return next(((one.text or "").strip() for one in _iter(root, name)), "")


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _flag(text: str | None) -> bool | None:
    return {"true": True, "false": False, "1": True, "0": False}.get((text or "").lower())


def _port(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,5}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65_536:
        return None
    return value


def _text(table: Mapping[str, Any], key: str) -> str:  # Any: JSON from the LAN
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""
