"""Devices that announce themselves by mDNS: Axis cameras, PSIA, ESPHome, printers, web servers, and our own kind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from anju_edge.discovery.answers import MDNS, Answer, mac_address

_log = logging.getLogger(__name__)

# There is no mDNS type for ONVIF.
TYPES = (
    "_axis-video._tcp.local.", "_psia._tcp.local.", "_http._tcp.local.", "_esphomelib._tcp.local.", "_ipp._tcp.local.",
    "_hap._tcp.local.", "_anju-edge._tcp.local.",
)  # fmt: skip
COLLECT_S = 4.0
ANSWER_MS = 1500
MAX_SERVICES = 300


@dataclass(slots=True)
class Browsed:
    """What was announced. `odd` counts services with names or records that cannot be read."""

    found: list[Answer] = field(default_factory=list)
    odd: int = 0
    failed: str = ""


async def browse(
    addresses: Sequence[str], *, types: Sequence[str] = TYPES, collect_s: float = COLLECT_S, enough: int = MAX_SERVICES
) -> Browsed:
    """Listens on these addresses of this box for `collect_s`, or until `enough` services were seen.

    Never raises for what the LAN says: one badly named service must not end the search.
    """
    from zeroconf import BadTypeInNameException, Error, ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

    seen: dict[tuple[str, str], None] = {}
    is_enough = asyncio.Event()

    def changed(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is not ServiceStateChange.Removed and len(seen) < MAX_SERVICES:
            seen[service_type, name] = None
            if len(seen) >= enough:
                is_enough.set()

    result = Browsed()
    try:
        mdns = AsyncZeroconf(interfaces=list(addresses))
    except (OSError, Error) as error:
        result.failed = str(error) or type(error).__name__
        return result

    async def ask(service_type: str, name: str) -> None:
        try:
            info = AsyncServiceInfo(service_type, name)
            known = await info.async_request(mdns.zeroconf, ANSWER_MS)
        except (BadTypeInNameException, Error, UnicodeError, ValueError) as error:
            _log.debug("a service of type %s cannot be read: %s", service_type, error)
            known = False
        if not known:
            result.odd += 1
            return
        properties = {
            key.decode("utf-8", "replace").lower(): (value or b"").decode("utf-8", "replace")
            for key, value in info.properties.items()
        }
        addresses = info.parsed_addresses()
        result.found.append(
            Answer(
                MDNS,
                addresses[0] if addresses else "",
                mac=mac_address(properties.get("macaddress") or properties.get("mac", "")),
                name=name.removesuffix("." + service_type),
                endpoint=f"{name}".lower(),
                model=properties.get("md") or properties.get("ty", ""),
                ip=addresses[0] if addresses else "",
                http_port=info.port,
                types=(service_type.removesuffix(".local."),),
                text=properties,
            )
        )

    try:
        browser = AsyncServiceBrowser(mdns.zeroconf, list(types), handlers=[changed])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(collect_s):
                await is_enough.wait()
        await asyncio.gather(*(ask(*one) for one in list(seen)))
        await browser.async_cancel()
    finally:
        await mdns.async_close()
    return result
