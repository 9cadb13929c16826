"""The box announces its kiosk pages on the LAN as `_anju-edge._tcp`, so that kiosks and receivers find it.

Kiosks also take a fixed address, so this is a convenience: whatever goes wrong here is said once, tried again later,
and never stops the box. The announcement is withdrawn at a stop, and made anew when the box's addresses change. Two
boxes that take one name at the same moment do not hear each other before: the one whose host name is greater gives way,
as soon as it hears the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
import socket
import unicodedata
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from zeroconf import RecordUpdateListener
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

_log = logging.getLogger(__name__)

SERVICE_TYPE = "_anju-edge._tcp.local."
CHECK_S = 10.0
RETRY_S = 60.0
GOODBYE_S = 1.0
KEEP_S = 2.0
NAME_MAX_BYTES = 63  # RFC 6763, 4.1.1
SUFFIX_BYTES = 5  # for "-2" to "-9999", which the library puts behind a name that somebody has
TXT_MAX_BYTES = 400
_FULL_STOP = re.compile(r"\.(?=\s|$)")


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
        """The name as one DNS label: no control characters, 58 bytes of UTF-8 at most, so that "-2" has room behind it.

        A long community's name is cut, never inside a character, and the box's id behind it stays. RFC 6763 (4.1.1)
        allows a dot inside the label; the library splits at each, and what it announces then nobody finds.
        """
        printable = "".join(sign for sign in self.name if unicodedata.category(sign)[0] != "C")
        label = _FULL_STOP.sub("", printable).replace(".", "-").strip()
        tail = self.box if label.endswith(self.box) else ""
        room = NAME_MAX_BYTES - SUFFIX_BYTES - len(tail.encode()) - 1
        head = label.removesuffix(tail).encode()[:room].decode("utf-8", "ignore").strip()
        return f"{head} {tail}".strip() or self.box

    def host(self) -> str:
        """Our own host name: avahi on the same machine keeps its own."""
        return f"gw-{self.box}.local."


_Place: TypeAlias = tuple[str, int]  # host name in small letters, and port


def _rivals_of(info: AsyncServiceInfo, own: _Place, found: Callable[[_Place], None]) -> RecordUpdateListener:
    """A listener that tells who else says that it is this service."""
    from zeroconf import RecordUpdate, RecordUpdateListener, Zeroconf
    from zeroconf._dns import DNSService

    class Rivals(RecordUpdateListener):
        def async_update_records(self, zc: Zeroconf, now: float, records: list[RecordUpdate]) -> None:
            for update in records:
                record = update.new
                if not isinstance(record, DNSService) or not record.ttl:
                    continue
                place = (record.server.lower(), record.port)
                if record.name.lower() == info.name.lower() and place != own:
                    found(place)

    return Rivals()


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
    """The listener's address while this machine has it, else none. `wanted` may be IPv4, IPv6 or a name, looked up."""
    try:
        told = [str(ipaddress.ip_address(wanted))]
    except ValueError:
        try:
            told = list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(wanted, None)))
        except (OSError, UnicodeError):
            return []
    have = {ip for adapter in _adapters() for ip in adapter}
    return [one for one in told if one in have]


def _adapters() -> list[list[str]]:
    """The addresses of each of this machine's adapters."""
    import ifaddr  # comes with zeroconf

    return [
        [one.ip if isinstance(one.ip, str) else str(ipaddress.ip_address(one.ip[0])) for one in adapter.ips]
        for adapter in ifaddr.get_adapters()
    ]


def _interfaces(addresses: Sequence[str]) -> list[str]:
    """Where to announce them: for IPv6 on all addresses of its adapter, since others may listen for IPv4 alone."""
    found = dict.fromkeys(addresses)
    for adapter in _adapters():
        if any(":" in one for one in addresses if one in adapter):
            found |= dict.fromkeys(adapter)
    return list(found)


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
        self._info: AsyncServiceInfo | None = None
        self._announced: list[str] = []
        self._place: _Place = (what.host().lower(), what.port)
        self._rival: _Place | None = None  # another box that took our name at the same moment
        self._look = asyncio.Event()  # set when there is one
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
                self._look.clear()
                if self._rival is None:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._retry_s if error else self._check_s):
                            await self._look.wait()
        finally:
            await self._withdraw()
            self._become(AnnounceState.OFF)

    async def _follow(self) -> None:
        if self._rival is not None:
            await self._settle()
        addresses = list(await asyncio.to_thread(self._addresses))  # a name may have to be looked up
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
        info = AsyncServiceInfo(
            SERVICE_TYPE,
            f"{what.instance()}.{SERVICE_TYPE}",
            port=what.port,
            properties=what.properties(),
            server=what.host(),
            addresses=[ipaddress.ip_address(one).packed for one in addresses],
        )
        self._zeroconf = AsyncZeroconf(interfaces=_interfaces(addresses))
        announced = await self._zeroconf.async_register_service(info, allow_name_change=True)
        self._info = info
        self._zeroconf.zeroconf.async_add_listener(_rivals_of(info, self._place, self._found_rival), None)
        await announced  # the first await found a free name, this one has told everybody
        self.name = info.name.removesuffix(f".{SERVICE_TYPE}")
        self._announced = addresses

    def _found_rival(self, rival: _Place) -> None:
        self._rival = rival
        self._look.set()

    async def _settle(self) -> None:
        """Of two boxes with one name the one with the smaller host name keeps it; the other takes a free one."""
        rival, self._rival = self._rival, None
        zeroconf, info = self._zeroconf, self._info
        if zeroconf is None or info is None or rival is None:
            return
        if self._place < rival:
            await asyncio.sleep(KEEP_S)  # until the other is gone: whoever heard it last has its address
            await (await zeroconf.async_update_service(info))
            self._rival = None  # what it still said before it gave way
            self._look.clear()
            return
        _log.info("another box is called %s as well; this one takes another name", self.name)
        zeroconf.zeroconf.registry.async_remove(info)  # without a goodbye, which would take the other's name away too
        await self._withdraw()

    async def _withdraw(self) -> None:
        """Says goodbye, so that nobody keeps a dead address for the 75 minutes of its time to live."""
        made, self._zeroconf = self._zeroconf, None
        self._info, self._announced = None, []
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
