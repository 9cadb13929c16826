"""The devices of one simulated community, each behind the link its real kind has, and what can happen to them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

from anju_drivers.ble.simulator import Band, BleSimulator
from anju_drivers.card_reader.simulator import CardReaderSimulator
from anju_drivers.hikvision.simulator import CameraSimulator
from anju_drivers.testing.simulation import Simulator
from anju_edge.alerts.relay_simulator import RelaySimulator, Switch
from anju_edge.simulation.communities import Community

NEAR_DBM, FAR_DBM = -58, -84
UNKNOWN_CARD = "00DEADBEEF"
WALK_S = 4.0  # a walk past the camera


class CommunityDevices:
    """Receivers with bands, a card reader, a camera and a siren's relay board, all plugged in by `run`."""

    def __init__(self, community: Community, folder: Path, changed: Callable[[], None]) -> None:
        self.community = community
        self.siren_on = False
        self.pressed_ms: dict[str, float] = {}  # band -> device byte to siren byte of its last press
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._last_press: tuple[str, int] | None = None
        self.receivers = {
            name: BleSimulator(
                [Band(person.thing, rssi_dbm=NEAR_DBM if number % 2 == index else FAR_DBM, address_type=1)
                 for number, person in enumerate(community.bearers)],
                receiver=f"ble:{name}",
                seed=index,
            )
            for index, (name, _) in enumerate(community.receivers)
        }  # fmt: skip
        self.plugged = dict.fromkeys(self.receivers, True)
        self.reader = CardReaderSimulator(folder / "card-reader")
        self.camera = CameraSimulator()
        self.relay = RelaySimulator(str(folder / "siren"), heard=self._switched)

    @property
    def _simulators(self) -> list[Simulator]:
        return [*self.receivers.values(), self.reader, self.camera]

    async def run(self) -> None:
        """Serves every link until cancelled."""
        with self.relay:
            async with asyncio.TaskGroup() as tasks:
                for device in self._simulators:
                    tasks.create_task(device.run())

    async def ready(self) -> None:
        """Waits until every device could be reached."""
        for device in self._simulators:
            await device.ready.wait()

    # ---- what people do

    def press(self, band: str) -> None:
        """The bearer presses SOS; every receiver in reach hears it."""
        self.pressed_ms.pop(band, None)
        # A siren that sounds already tells nothing of how long this press took.
        self._last_press = None if self.siren_on else (band, time.monotonic_ns())
        for receiver in self.receivers.values():
            receiver.press_sos(band)

    async def tap(self, card: str) -> None:
        """Somebody holds a card (10 hex digits) before the reader."""
        await self.reader.tap(bytes.fromhex(card))

    async def walk_past(self) -> None:
        """Somebody passes the camera."""
        self.camera.motion()
        await asyncio.sleep(WALK_S)
        self.camera.motion(active=False)

    def fall(self) -> None:
        """The camera sees a fall."""
        self.camera.fall()

    def wander(self, rng: random.Random) -> None:
        """One bearer goes to where another receiver hears best."""
        band, near = rng.choice(self.community.bearers).thing, rng.choice(list(self.receivers))
        for name, receiver in self.receivers.items():
            receiver.walk(band, NEAR_DBM if name == near else FAR_DBM)

    # ---- what happens to the devices

    def unplug(self, receiver: str) -> None:
        self.receivers[receiver].unplug()
        self.plugged[receiver] = False

    def plug(self, receiver: str) -> None:
        self.receivers[receiver].replug()
        self.plugged[receiver] = True

    def _switched(self, switch: Switch) -> None:  # in the relay's thread
        self._loop.call_soon_threadsafe(self._siren, switch)

    def _siren(self, switch: Switch) -> None:
        if switch.on and self._last_press is not None:
            band, pressed_ns = self._last_press
            self.pressed_ms[band] = (switch.at_ns - pressed_ns) / 1e6
            self._last_press = None
        self.siren_on = switch.on
        self._changed()
