"""One scan: the LAN, mDNS and the serial ports at the same time, merged to proposals."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from anju_edge.discovery import lan, mdns, ports, probe
from anju_edge.discovery.answers import Answer
from anju_edge.discovery.lan import Collected, Interface
from anju_edge.discovery.mdns import Browsed
from anju_edge.discovery.ports import PortInfo
from anju_edge.discovery.probe import PortAnswer
from anju_edge.discovery.proposals import Proposal, Site, of_lan, of_ports

BOX_TYPE: Final = "_anju-edge._tcp"
KNOCK_S: Final = 2.0  # on a LAN; longer than a lost packet's second try


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. `skip_ports` are never asked, such as the siren's; `ports` are, though udev names them not."""

    is_lan: bool = True
    is_mdns: bool = True
    is_serial: bool = True
    collect_s: float = lan.COLLECT_S
    hosts: tuple[str, ...] = ()
    skip_ports: frozenset[str] = frozenset()
    ports: tuple[str, ...] = ()


@dataclass(slots=True)
class Scan:
    """What was found. `odd` answers were no answers; `troubles` say what could not be searched."""

    proposals: list[Proposal] = field(default_factory=list)
    odd: int = 0
    troubles: list[str] = field(default_factory=list)


async def scan(wanted: Wanted, site: Site, *, places: dict[str, lan.Place] | None = None) -> Scan:
    """Looks everywhere that is wanted. Raises nothing: what fails is in `troubles`, the rest goes on."""
    found = ports.list_adapters() if wanted.is_serial else []
    named = {name for port in found for name in (port.port, port.device, port.by_id, port.by_path)}
    found += [PortInfo(port, port) for port in wanted.ports if port not in named]
    async with asyncio.TaskGroup() as tasks:
        on_lan = tasks.create_task(_lan(wanted, site.interfaces, places))
        by_mdns = tasks.create_task(_mdns(wanted, site.interfaces))
        at_ports = tasks.create_task(_ask_ports(found, wanted.skip_ports))
    collected, browsed = on_lan.result(), by_mdns.result()
    boxes = await _ask_boxes(browsed.found, site)
    proposals = of_ports(found, at_ports.result(), site) + of_lan([*collected.found, *boxes], site)
    troubles = [*collected.failed, *([f"mDNS: {browsed.failed}"] if browsed.failed else [])]
    return Scan(proposals, collected.odd.total() + browsed.odd, troubles)


async def _lan(wanted: Wanted, interfaces: Sequence[Interface], places: dict[str, lan.Place] | None) -> Collected:
    if not wanted.is_lan:
        return Collected()
    return await lan.search(interfaces, unicast=wanted.hosts, collect_s=wanted.collect_s, places=places)


async def _mdns(wanted: Wanted, interfaces: Sequence[Interface]) -> Browsed:
    if not wanted.is_mdns or not interfaces:
        return Browsed()
    return await mdns.browse([interface.ip for interface in interfaces], collect_s=wanted.collect_s)


async def _ask_boxes(found: Iterable[Answer], site: Site) -> list[Answer]:
    """Knocks at each box: one that lost its power stays listed for minutes by what others remember of it."""
    return list(await asyncio.gather(*(_ask_box(one, site) for one in found)))


async def _ask_box(one: Answer, site: Site) -> Answer:
    if BOX_TYPE not in one.types or not one.ip or not one.http_port or site.is_foreign(one.ip):
        return one
    try:
        async with asyncio.timeout(KNOCK_S):
            _, writer = await asyncio.open_connection(one.ip, one.http_port)
    except (OSError, TimeoutError):
        return replace(one, answering=False)
    writer.close()
    return replace(one, answering=True)


async def _ask_ports(found: Iterable[PortInfo], skip: frozenset[str]) -> dict[str, PortAnswer]:
    """All ports at once: each has its own patience."""
    asked = [port for port in found if not skip & {port.port, port.device, port.by_id, port.by_path}]
    answers = await asyncio.gather(*(probe.ask(port.port) for port in asked))
    return dict(zip((port.port for port in asked), answers, strict=True))
