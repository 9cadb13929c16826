"""Minew receivers with bands around them, pushing over HTTP as both firmwares do: for tests, the demo and training.

    simulator = MinewSimulator([Band("ac233fc001aa")])
    ...                                        # run() pushes every second to `link`
    await simulator.press_sos("ac233fc001aa")  # the band's SOS identity is in a push that goes out at once

`link` is the URL that a driver made from `driver_options()` listens on; the simulator chooses a free loopback port.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterable, Mapping

import aiohttp

from anju_drivers.ble.simulator import EDDYSTONE_SOS, SOS_IBEACON, Band
from anju_drivers.minew.frames import Heard, Packet
from anju_drivers.options import Options

FORMS = ("binary_long", "json_long", "json_raw", "connect")
SECRET = "simulated-receiver-1"
RECEIVER = bytes.fromhex("ac233fc0ffee")


def encode_long(receiver: bytes, heard: Iterable[Heard]) -> bytes:
    """Binary long. A packet without flag byte is sent as by firmware that does not know address types."""
    senders = list(heard)
    body = bytearray()
    for one in senders:
        body += one.address + len(one.packets).to_bytes(2, "big")
        for packet in one.packets:
            body += bytes((len(packet.advert),)) + packet.advert
            body += bytes((packet.response or 0, packet.rssi_dbm & 0xFF))
    head = receiver + len(senders).to_bytes(2, "big")
    return b"\xbb\x01" + (len(head) + len(body) + 7).to_bytes(4, "big") + head + bytes(body) + b"\xdd"


def encode_connect(heard: Iterable[Heard]) -> bytes:
    """Connect: little-endian lengths, no address of the receiver."""
    entries = bytearray()
    for one in heard:
        for packet in one.packets:
            content = b"\x01\x00" + one.address + bytes((packet.rssi_dbm & 0xFF, len(packet.advert))) + packet.advert
            entries += len(content).to_bytes(2, "little") + content
    content_head = b"\x84\x3e" + len(entries).to_bytes(4, "little")
    total = 14 + len(content_head) + len(entries)
    head = b"\xbb\x02" + bytes(4) + total.to_bytes(4, "little") + (total - 14).to_bytes(4, "little")
    return head + content_head + bytes(entries)


def encode_json(receiver: bytes, heard: Iterable[Heard], raw: bool = False) -> bytes:
    """JSON-LONG, or JSON-RAW with `raw`."""
    name = receiver.hex().upper()
    first: dict[str, object] = (
        {"gateway": name} if raw else {"type": "Gateway", "mac": name, "gatewayFree": 90, "gatewayLoad": 0.1}
    )
    entries: list[dict[str, object]] = [first | {"timestamp": "2026-01-01T00:00:00Z"}]
    for one in heard:
        for packet in one.packets:
            entry: dict[str, object] = {"timestamp": "2026-01-01T00:00:00Z", "mac": one.address.hex().upper()}
            entry |= {"rssi": packet.rssi_dbm, "rawData": packet.advert.hex().upper()}
            entries.append(entry | ({"no": 37} if raw else {"type": "Unknown", "bleName": ""}))
    return json.dumps(entries).encode()


class MinewSimulator:
    """One receiver. `form` is one of `FORMS`; old firmware posts binary as application/json, and so does this."""

    def __init__(self, bands: Iterable[Band] = (), *, form: str = "binary_long", period_s: float = 1.0) -> None:
        if form not in FORMS:
            raise ValueError(f"form: {form!r} is none of {', '.join(FORMS)}")
        self.bands = {band.address.lower(): band for band in bands}
        self.form, self.period_s, self.secret = form, period_s, SECRET
        self.ready = asyncio.Event()
        self.statuses: list[int] = []  # what the box answered, newest last
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    @property
    def link(self) -> str:
        return f"http://127.0.0.1:{self.port}/minew/{self.secret}"

    def driver_options(self) -> dict[str, object]:
        """The driver's table that lets this receiver push and knows the bands' SOS."""
        sos = [{"ibeacon": SOS_IBEACON, "replaces_slot": True}, {"eddystone": EDDYSTONE_SOS, "replaces_slot": True}]
        receiver = {"secret": SECRET, "mac": RECEIVER.hex(), "receiver": "minew:simulated-1"}
        return {"bind": "127.0.0.1", "port": self.port, "receivers": {"simulated-1": receiver}, "sos": sos}

    async def run(self) -> None:
        """Pushes every `period_s` until cancelled; a box that does not listen yet is no error."""
        self.replug()
        try:
            while True:
                await self.ready.wait()
                await self.push()
                await asyncio.sleep(self.period_s)
        finally:
            self.ready.clear()

    async def push(self) -> int | None:
        """One push of what is on the air now; the answer's status, None when nobody answers."""
        now_s = asyncio.get_running_loop().time()
        heard = []
        for band in self.bands.values():
            band.sent += 1
            advert = band.advertising_data(now_s < band.sos_until_s)
            packets = tuple(Packet(advert, band.rssi_dbm + step, band.address_type and 0x06) for step in (0, -4, 2))
            heard.append(Heard(bytes.fromhex(band.address), packets))
        return await self.post(self.encode(heard))

    def encode(self, heard: Iterable[Heard]) -> bytes:
        match self.form:
            case "binary_long":
                return encode_long(RECEIVER, heard)
            case "connect":
                return encode_connect(heard)
            case form:
                return encode_json(RECEIVER, heard, raw=form == "json_raw")

    async def post(self, body: bytes, content_type: str = "application/json") -> int | None:
        """Posts any body over a new connection, as these receivers do."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
                async with session.post(self.link, data=body, headers={"Content-Type": content_type}) as answer:
                    self.statuses = [*self.statuses[-15:], answer.status]
                    return answer.status
        return None

    async def press_sos(self, address: str) -> None:
        """The wearer presses; the receiver pushes at once."""
        band = self.bands[address.lower()]
        band.presses += 1
        band.sos_until_s = asyncio.get_running_loop().time() + band.sos_s
        await self.push()

    async def release_sos(self, address: str) -> None:
        band = self.bands[address.lower()]
        band.sos_until_s, band.sent = 0.0, 0
        await self.push()

    async def demonstrate(self) -> str:
        """The first band's wearer presses SOS."""
        if not self.ready.is_set() or not self.bands:
            return "no receiver or no band is on the air"
        band = next(iter(self.bands.values()))
        await self.press_sos(band.address)
        return f"SOS pressed on {band.key}"

    def unplug(self) -> None:
        self.ready.clear()

    def replug(self) -> None:
        self.ready.set()


def simulate(options: Mapping[str, object]) -> MinewSimulator:
    """A simulator from options: `bands`, `form`, `period_s`. Raises `DriverConfigError` for others."""
    known = {"bands": "how many, 1 to 500 (3)", "form": f"one of {', '.join(FORMS)}", "period_s": "seconds (1)"}
    table = Options(options, known)
    bands = [Band(f"ac233fc1{number + 1:04x}") for number in range(table.integer("bands", 3, 1, 500))]
    form = table.text("form", "binary_long", FORMS)
    return MinewSimulator(bands, form=form, period_s=table.number("period_s", 1.0, 0.05, 60))
