"""The box announces its kiosk pages on the LAN as `_anju-edge._tcp`, so that kiosks and receivers find it.

Kiosks also take a fixed address, so this is a convenience: whatever goes wrong here is said once, tried again later,
and never stops the box. The announcement is withdrawn at a stop, and made anew when the box's addresses change.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import unicodedata
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zeroconf import ServiceInfo
    from zeroconf.asyncio import AsyncZeroconf

_log = logging.getLogger(__name__)

SERVICE_TYPE = "_anju-edge._tcp.local."
CHECK_S = 10.0
RETRY_S = 60.0
GOODBYE_S = 1.0
NAME_MAX_BYTES = 63  # RFC 6763, 4.1.1
TXT_MAX_BYTES = 400


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is announced. `box` is the box's id, `name` what people see; `fingerprint` of the certificate, hex, if any.

    The TXT record holds no secret and no address of people: any device on the LAN reads it.
    """

    box: str
    name: str
    port: int
    path: str = "/kiosk"
    fingerprint: str = ""

    def properties(self) -> dict[str, str]:
        """The TXT record. Raises `ValueError` when it would be too long."""
        found = {
            "txtvers": "1",
            "id": self.box,
            "api": "1",
            "tls": "1" if self.fingerprint else "0",
            "path": self.path,
        }
        if self.fingerprint:
            found["fp"] = self.fingerprint[:16].lower()
        if sum(len(key) + len(value) + 2 for key, value in found.items()) >= TXT_MAX_BYTES:
            raise ValueError("the TXT record is longer than 400 bytes")
        return found

    def instance(self) -> str:
        """The name as one DNS label: no control characters, 63 bytes of UTF-8 at most, not cut inside a character."""
        printable = "".join(sign for sign in self.name if unicodedata.category(sign)[0] != "C").strip()
        cut = printable.encode()[:NAME_MAX_BYTES].decode("utf-8", "ignore").strip()
        return cut or self.box

    def host(self) -> str:
        """Our own host name: avahi on the same machine keeps its own."""
        return f"gw-{self.box}.local."


class AnnounceState(StrEnum):
    OFF = "off"
    ANNOUNCED = "announced"
    NO_ADDRESS = "no address"
    FAILED = "failed"


async def _outcome(work: Coroutine[object, object, None], name: str) -> BaseException | None:
    """Lets foreign code run in a task of its own and returns what it raised: nothing of it may reach the box."""
    task = asyncio.create_task(work, name=name)
    try:
        await asyncio.wait([task])
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    return None if task.cancelled() else task.exception()


def present_addresses(wanted: str) -> list[str]:
    """The listener's address while this machine has it, else none."""
    import ifaddr  # comes with zeroconf

    have = {one.ip for adapter in ifaddr.get_adapters() for one in adapter.ips if isinstance(one.ip, str)}
    return [wanted] if wanted in have else []


class Announcer:
    """Keeps the announcement. `state` and `trouble` are for the status page.

    `addresses` is asked every `check_s` which of our addresses to announce now; it may come back empty.
    """

    def __init__(
        self,
        what: Announcement,
        addresses: Callable[[], Sequence[str]],
        *,
        check_s: float = CHECK_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._what, self._addresses = what, addresses
        self._check_s, self._retry_s = check_s, retry_s
        self._zeroconf: AsyncZeroconf | None = None
        self._announced: list[str] = []
        self.state = AnnounceState.OFF
        self.trouble = ""
        self.name = ""  # as registered: another box may have had ours
        self.changed = asyncio.Event()  # set at each change of state

    async def run(self) -> None:
        """Announces until cancelled, then withdraws. Raises nothing else."""
        try:
            while True:
                error = await _outcome(self._follow(), "announce")
                if error:
                    self._become(AnnounceState.FAILED, f"{type(error).__name__}: {error}")
                    await self._withdraw()
                await asyncio.sleep(self._retry_s if error else self._check_s)
        finally:
            await self._withdraw()
            self._become(AnnounceState.OFF)

    async def _follow(self) -> None:
        addresses = list(self._addresses())
        if addresses == self._announced and self._zeroconf is not None:
            return
        await self._withdraw()
        if not addresses:
            self._become(AnnounceState.NO_ADDRESS, "the address of the kiosk pages is not on this machine now")
            return
        await self._announce(addresses)
        self._become(AnnounceState.ANNOUNCED)

    async def _announce(self, addresses: list[str]) -> None:
        from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

        what = self._what
        info: ServiceInfo = AsyncServiceInfo(
            SERVICE_TYPE,
            f"{what.instance()}.{SERVICE_TYPE}",
            port=what.port,
            properties=what.properties(),
            server=what.host(),
            addresses=[ipaddress.ip_address(one).packed for one in addresses],
        )
        self._zeroconf = AsyncZeroconf(interfaces=addresses)
        announced = await self._zeroconf.async_register_service(info, allow_name_change=True)
        await announced  # the first await found a free name, this one has told everybody
        self.name = info.name.removesuffix(f".{SERVICE_TYPE}")
        self._announced = addresses

    async def _withdraw(self) -> None:
        """Says goodbye, so that nobody keeps a dead address for the 75 minutes of its time to live."""
        made, self._zeroconf = self._zeroconf, None
        self._announced = []
        if made is None:
            return
        error = await _outcome(asyncio.wait_for(made.async_unregister_all_services(), GOODBYE_S), "goodbye")
        error = await _outcome(asyncio.wait_for(made.async_close(), GOODBYE_S), "close") or error
        if error:
            _log.debug("the announcement could not be withdrawn: %s", error)

    def _become(self, state: AnnounceState, trouble: str = "") -> None:
        if (state, trouble) == (self.state, self.trouble):
            return
        self.state, self.trouble = state, trouble
        self.changed.set()
        if state is AnnounceState.FAILED:
            _log.warning("the box is not announced on the LAN: %s; kiosks need its address by hand", trouble)
        elif state is AnnounceState.NO_ADDRESS:
            _log.warning("the box is not announced on the LAN: %s", trouble)
        elif state is AnnounceState.ANNOUNCED:
            _log.info("announced on the LAN as %s", self.name)
