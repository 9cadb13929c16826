"""A BLE receiver with bands around it, speaking H4 over a pseudo-terminal: for tests, the demo and training.

    simulator = BleSimulator([Band("ac233fc001aa"), Band("ac233fc001bb", model="bthome-button")])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(simulator.run())
        ...                                  # point the driver's `port` at simulator.port
        simulator.press_sos("ac233fc001aa")  # the band's SOS identity is on the air for `sos_s` seconds
        simulator.walk("ac233fc001aa", -80)  # the wearer goes away from this receiver
        simulator.unplug(); simulator.replug()

`port` (or `link`) is a symbolic link that survives an unplug, as /dev/serial/by-id does; it is there once `ready` is
set. The receiver answers commands as a real controller and is silent until scanning was enabled. A press is on the air
at once; times are real time.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from anju_drivers.ble import ad, commands, controller
from anju_drivers.ble.controller import CommandDecoder
from anju_drivers.ble.frames import AdvertisingReport
from anju_drivers.testing.simulation import PtyDevice

USUAL_UUID = bytes.fromhex("e2c56db5dffb48d2b060d0f5a71096e0")
SOS_UUID = bytes.fromhex("e2c56db5dffb48d2b060d0f5a710505e")
SOS_IBEACON = f"{SOS_UUID.hex()}/*/*"  # what a configuration writes to know these bands' SOS
EDDYSTONE_SOS_NAMESPACE = bytes.fromhex("505e505e505e505e505e")
EDDYSTONE_SOS = f"{EDDYSTONE_SOS_NAMESPACE.hex()}/*"
MODELS = ("minew-b10", "eddystone-band", "bthome-button", "miband", "holyiot")
_SOS_PERIOD_S = 0.2


@dataclass(slots=True)
class Band:
    """One device on the air.

    `address` is 12 hex digits, `address_type` 0 public or 1 random. `model` is one of `MODELS`: `minew-b10` and
    `eddystone-band` switch their identity while SOS is pressed, the others send a button message with a counter.
    """

    address: str
    model: str = "minew-b10"
    rssi_dbm: int = -60
    period_s: float = 1.0
    battery_pct: int = 90
    address_type: int = 0
    heart_rate_bpm: int = 72
    steps: int = 0
    sos_s: float = 3.0
    major: int = 1
    presses: int = field(default=0, init=False)
    sos_until_s: float = field(default=0.0, init=False)
    next_s: float = field(default=0.0, init=False)
    sent: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise ValueError(f"model: {self.model!r} is none of {', '.join(MODELS)}")
        if len(bytes.fromhex(self.address)) != 6:
            raise ValueError("address: 12 hex digits are needed")

    @property
    def key(self) -> str:
        """The device key under which the driver reports it."""
        return f"ble:{self.address.lower()}"

    @property
    def minor(self) -> int:
        return int(self.address[-4:], 16)

    def advertising_data(self, sos: bool) -> bytes:
        """What it sends now."""
        flags = (ad.FLAGS, b"\x06")
        address = bytes.fromhex(self.address)
        match self.model:
            case "minew-b10":
                if not sos and self.sent % 4 == 3:
                    return ad.encode(flags, ad.service_data(0xFFE1, self._minew_info(address)))
                uuid = SOS_UUID if sos else USUAL_UUID
                beacon = b"\x02\x15" + uuid + self.major.to_bytes(2, "big") + self.minor.to_bytes(2, "big") + b"\xc5"
                return ad.encode(flags, ad.manufacturer_data(0x004C, beacon))
            case "eddystone-band":
                space = EDDYSTONE_SOS_NAMESPACE if sos else bytes(9) + b"\x01"
                return ad.encode(flags, ad.service_data(0xFEAA, b"\x00\xee" + space + address + bytes(2)))
            case "bthome-button":
                objects = bytes((0x00, self.presses & 0xFF, 0x01, self.battery_pct)) + (b"\x3a\x01" if sos else b"")
                return ad.encode(flags, ad.service_data(0xFCD2, b"\x44" + objects))
            case "miband":
                heart = b"\x02\x02\x01" + bytes((self.heart_rate_bpm,)) + b"\xff" * 13 + b"\x03" + address
                return ad.encode(
                    ad.manufacturer_data(0x0157, heart),
                    ad.service_data(0xFEE0, self.steps.to_bytes(4, "little")),
                )
            case _:
                value = b"\x41" + bytes((self.battery_pct,)) + address + b"\x06\x06"
                value += b"\x06\x01\x00" if sos else b"\x06\x00\x00"
                return ad.encode(flags, ad.service_data(0x5242, value))

    def _minew_info(self, address: bytes) -> bytes:
        return b"\xa1\x08" + bytes((self.battery_pct,)) + address[::-1] + b"B10"


class BleSimulator:
    """A receiver and its bands. `run()` keeps them on the air until cancelled."""

    def __init__(
        self,
        bands: Iterable[Band] = (),
        *,
        receiver: str = "ble:receiver-1",
        seed: int = 0,
        jitter_db: int = 3,
        controller: str = "",
    ) -> None:
        """`controller`: its own Bluetooth address, 12 hex digits; a chip that has none says zeros."""
        self.bands = {band.address.lower(): band for band in bands}
        self.receiver = receiver
        self.controller = bytes.fromhex(controller)
        self.is_zephyr = False  # tells its address by Zephyr's own command, and zeros by the common one
        self.scanning = False
        self.ready = asyncio.Event()
        self._hung = False
        self._random = random.Random(seed)
        self._jitter_db = jitter_db
        self._line = PtyDevice(received=self._answer)
        self._commands = CommandDecoder()
        self._wake = asyncio.Event()
        self._scans = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def port(self) -> str:
        """Path for the driver's `port`; points nowhere while unplugged."""
        return self._line.link

    @property
    def link(self) -> str:
        return self._line.link

    def driver_options(self) -> dict[str, object]:
        """The driver's table that hears these bands and knows their SOS."""
        sos: list[dict[str, object]] = [
            {"ibeacon": SOS_IBEACON, "replaces_slot": True},
            {"eddystone": EDDYSTONE_SOS, "replaces_slot": True},
        ]
        return {"port": self.port, "receiver": self.receiver, "models": {"simulated-band": sos}}

    async def run(self) -> None:
        """Serves the line and keeps the bands advertising, until cancelled."""
        self._loop = asyncio.get_running_loop()
        self.replug()
        try:
            while True:
                self._wake.clear()
                pause_s = self._advertise_due(self._loop.time())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        await self._wake.wait()
        finally:
            self.ready.clear()
            self._line.close()

    async def until_scanning(self) -> None:
        """Waits until a host has set the receiver to scan."""
        await self._scans.wait()

    async def demonstrate(self) -> str:
        """The first band's wearer presses SOS."""
        if not self.bands:
            return "no band is on the air"
        band = next(iter(self.bands.values()))
        self.press_sos(band.address)
        return f"SOS pressed on {band.key}"

    def add(self, band: Band) -> None:
        self.bands[band.address.lower()] = band
        self._wake.set()

    def press_sos(self, address: str) -> None:
        """The wearer presses: the SOS is on the air now and for the band's `sos_s`."""
        band = self.bands[address.lower()]
        band.presses += 1
        now_s = self._now_s()
        band.sos_until_s = now_s + band.sos_s
        self._advertise(band, now_s)

    def release_sos(self, address: str) -> None:
        """The SOS ends before its time; the band is heard as usual at once."""
        band = self.bands[address.lower()]
        band.sos_until_s, band.sent = 0.0, 0
        self._advertise(band, self._now_s())

    def walk(self, address: str, rssi_dbm: int) -> None:
        """The wearer goes to where this receiver hears so well; below -100 dBm it hears nothing."""
        self.bands[address.lower()].rssi_dbm = rssi_dbm

    def noise(self, data: bytes) -> None:
        """Puts bytes on the line that belong to no frame."""
        self._line.send(data)

    def stop_scanning(self) -> None:
        """The controller stops by itself, as real ones do, and says nothing."""
        self._set_scanning(False)

    def hang(self, hung: bool) -> None:
        """The controller neither answers nor reports while hung; its port stays there."""
        self._hung = hung

    def unplug(self) -> None:
        """The receiver is pulled out of its socket."""
        self.ready.clear()
        self._line.unplug()
        self._set_scanning(False)

    def replug(self) -> None:
        """It is put back: a new device under the same name, not scanning."""
        self._commands = CommandDecoder()
        self._line.plug()
        self.ready.set()

    def _answer(self, data: bytes) -> None:
        if self._hung:
            return
        for opcode, parameters in self._commands.feed(data):
            if opcode == commands.RESET:
                self._set_scanning(False)
            elif opcode == commands.LE_SET_SCAN_ENABLE:
                self._set_scanning(parameters[:1] == b"\x01")
            self._line.send(controller.encode_command_complete(opcode, self._parameters(opcode)))

    def _parameters(self, opcode: int) -> bytes:
        address = self.controller[::-1] or bytes(6)
        if opcode == commands.READ_BD_ADDR:
            return b"\x00" + (bytes(6) if self.is_zephyr else address)
        if opcode == commands.ZEPHYR_READ_STATIC_ADDRESSES:
            return b"\x00\x01" + address + bytes(16) if self.is_zephyr else b"\x01"  # 01: unknown command
        return b"\x00"

    def _set_scanning(self, scanning: bool) -> None:
        self.scanning = scanning
        if scanning:
            self._scans.set()
        else:
            self._scans.clear()
        self._wake.set()

    def _advertise_due(self, now_s: float) -> float | None:
        """Sends what is due; seconds to the next."""
        if not self.scanning or not self.bands:
            return None
        for band in self.bands.values():
            if band.next_s <= now_s:
                self._advertise(band, now_s)
        return max(0.0, min(band.next_s for band in self.bands.values()) - now_s)

    def _advertise(self, band: Band, now_s: float) -> None:
        sos = now_s < band.sos_until_s
        period_s = min(band.period_s, _SOS_PERIOD_S) if sos else band.period_s
        band.next_s = now_s + period_s + self._random.random() * 0.01  # Core: advDelay, 0 to 10 ms
        band.sent += 1
        rssi = band.rssi_dbm + self._random.randint(-self._jitter_db, self._jitter_db)
        if not self.scanning or self._hung or band.rssi_dbm <= -100:
            return
        report = AdvertisingReport(
            bytes.fromhex(band.address), band.address_type, 0, band.advertising_data(sos), max(rssi, -127)
        )
        self._line.send(controller.encode_report(report))

    def _now_s(self) -> float:
        return self._loop.time() if self._loop is not None else 0.0


def simulate(options: Mapping[str, object]) -> BleSimulator:
    """A simulator from options: `bands` (how many, 3), `model` (minew-b10), `period_s` (1.0), `receiver`, `seed`."""
    count, period = options.get("bands", 3), options.get("period_s", 1.0)
    if not isinstance(count, int) or not isinstance(period, int | float):
        raise ValueError("bands must be a whole number and period_s a number")
    model, seed = str(options.get("model", "minew-b10")), options.get("seed", 0)
    bands = [Band(f"ac233fc0{number + 1:04x}", model=model, period_s=float(period)) for number in range(count)]
    receiver = str(options.get("receiver", "ble:receiver-1"))
    return BleSimulator(bands, receiver=receiver, seed=seed if isinstance(seed, int) else 0)
