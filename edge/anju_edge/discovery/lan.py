"""Asks the LAN who is there: WS-Discovery, SADP and DHDiscover from one socket per interface and protocol.

Only inquiries are sent. A single probe finds a part of the cameras (home-assistant #132780: 2 of 16), so each goes out
three times, a little apart. Answers are unicast, except that SADP devices also answer to their group.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import random
import socket
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from anju_edge.discovery import answers
from anju_edge.discovery.answers import DHDISCOVER, SADP, WS_DISCOVERY, Answer, NoAnswer

_log = logging.getLogger(__name__)

COLLECT_S = 4.0
ROUNDS = 3
PAUSE_S = (0.2, 0.5)
ANSWER_S = 0.6  # after the last probe: WS-Discovery lets a device wait up to 0.5 s (APP_MAX_DELAY)
MAX_ANSWERS = 1000


@dataclass(frozen=True, slots=True)
class Interface:
    """One IPv4 address of this box and its network."""

    name: str
    address: ipaddress.IPv4Interface

    @property
    def ip(self) -> str:
        return str(self.address.ip)

    def holds(self, ip: str) -> bool:
        """Whether an address belongs to this interface's network."""
        try:
            return ipaddress.ip_address(ip) in self.address.network
        except ValueError:
            return False


def interfaces() -> list[Interface]:
    """The IPv4 addresses of this box, loopback and self-assigned ones left out."""
    import ifaddr  # comes with zeroconf; only a scan needs it

    found = []
    for adapter in ifaddr.get_adapters():
        for one in adapter.ips:
            if isinstance(one.ip, str):
                address = ipaddress.IPv4Interface(f"{one.ip}/{one.network_prefix}")
                if not address.is_loopback and not address.is_link_local:
                    found.append(Interface(adapter.nice_name, address))
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where one protocol listens: its groups (and broadcast), its port, and the port it is asked from (0 = any)."""

    groups: tuple[str, ...]
    port: int
    from_port: int = 0


PLACES = {
    WS_DISCOVERY: Place(("239.255.255.250",), 3702),
    SADP: Place(("239.255.255.250",), 37020, 37020),
    DHDISCOVER: Place(("239.255.255.251", "255.255.255.255"), 37810),
}


@dataclass(slots=True)
class Collected:
    """What came back. `odd` counts datagrams that were no answers, `failed` says which sockets could not be opened."""

    found: list[Answer] = field(default_factory=list)
    odd: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def take(self, protocol: str, data: bytes, source_ip: str) -> None:
        try:
            devices = answers.read(protocol, data, source_ip)
        except NoAnswer:
            self.odd[protocol] += 1
            return
        for one in devices:
            if one not in self.found and len(self.found) < MAX_ANSWERS:
                self.found.append(one)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, protocol: str, collected: Collected) -> None:
        self._protocol, self._collected = protocol, collected

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._collected.take(self._protocol, data, str(addr[0]))

    def error_received(self, exc: Exception) -> None:
        _log.debug("%s: %s", self._protocol, exc)  # a host that refuses a unicast probe; the others answer


def probes(protocol: str) -> list[bytes]:
    """What is sent in one round."""
    if protocol == WS_DISCOVERY:
        return [answers.ws_discovery_probe(answers.new_probe_id(), typed=typed) for typed in (True, False)]
    if protocol == SADP:
        return [answers.sadp_probe(answers.new_probe_id())]
    return [answers.dhdiscover_probe()]


def _socket(interface: Interface, place: Place) -> socket.socket:
    """Raises OSError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        packed = socket.inet_aton(interface.ip)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, packed)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if place.from_port:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((interface.ip, place.from_port))
    except OSError:
        made.close()
        raise
    return made


def _group_socket(interface: Interface, place: Place) -> socket.socket:
    """Hears what is said to the group on this interface alone. Raises OSError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((place.groups[0], place.from_port))
        membership = struct.pack("4s4s", socket.inet_aton(place.groups[0]), socket.inet_aton(interface.ip))
        made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    except OSError:
        made.close()
        raise
    return made


async def search(
    on: Sequence[Interface],
    *,
    unicast: Iterable[str] = (),
    protocols: Iterable[str] = tuple(PLACES),
    places: dict[str, Place] | None = None,
    collect_s: float = COLLECT_S,
    rng: random.Random | None = None,
) -> Collected:
    """Probes every interface for `collect_s` and returns what answered.

    Whoever was asked last still has `ANSWER_S`, however late a busy box came to ask.
    `unicast` hosts are asked directly too, for cameras in other networks that one knows of; on loopback nothing is sent
    to groups. An interface that cannot be used is named in `failed`, the others go on.
    """
    places = places or PLACES
    rng = rng or random.Random()
    collected = Collected()
    loop = asyncio.get_running_loop()
    hosts = tuple(unicast)
    async with contextlib.AsyncExitStack() as stack:
        senders: list[tuple[str, asyncio.DatagramTransport, list[tuple[str, int]]]] = []
        for interface in on:
            for protocol in protocols:
                place = places[protocol]
                is_local = interface.address.is_loopback
                try:
                    sockets = [_socket(interface, place)]
                    if place.from_port and not is_local:
                        sockets.append(_group_socket(interface, place))
                except OSError as error:
                    collected.failed.append(f"{interface.name} {protocol}: {error.strerror or error}")
                    continue
                transports = []
                for one in sockets:
                    transport, _ = await loop.create_datagram_endpoint(
                        partial(_Ear, protocol, collected),
                        sock=one,
                    )
                    stack.callback(transport.close)
                    transports.append(transport)
                to = [(host, place.port) for host in (*(() if is_local else place.groups), *hosts)]
                senders.append((protocol, transports[0], to))
        end_s = loop.time() + collect_s
        for done in range(1, ROUNDS + 1):
            for protocol, transport, to in senders:
                for data in probes(protocol):
                    for target in to:
                        transport.sendto(data, target)
            left_s = max(ANSWER_S, end_s - loop.time())
            await asyncio.sleep(left_s if done == ROUNDS else min(rng.uniform(*PAUSE_S), left_s))
    return collected
