"""LoRa buttons and sensors that are not there: a ChirpStack server's broker on loopback, or a RAK module on a pty."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import uuid
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from anju_drivers.lorawan.frames import RakLines
from anju_drivers.lorawan.settings import TOPIC
from anju_drivers.options import Options
from anju_drivers.testing.mqtt import MqttBroker
from anju_drivers.testing.simulation import SerialDevice, ServingDevice

BUTTON, DOOR = "24e124538b000001", "24e124141c000002"
GATEWAY = "24e124fffe000003"
PENDANT_PREFIX = bytes.fromhex("a17e0001")
FORMS = ("mqtt", "serial")


class ChirpStackSimulator(ServingDevice):
    """A server with its broker. Devices count their uplinks; `join` begins anew, as a battery change does."""

    def __init__(self) -> None:
        super().__init__()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.broker = MqttBroker(int(free.getsockname()[1]))
        self.counters: dict[str, int] = {}
        self.addresses: dict[str, str] = {}

    @property
    def link(self) -> str:
        return f"mqtt://127.0.0.1:{self.broker.port}"

    def driver_options(self) -> dict[str, object]:
        """The driver's table that subscribes here and knows the devices' models."""
        return {
            "mode": "mqtt",
            "host": "127.0.0.1",
            "port": self.broker.port,
            "receiver": "lorawan:simulated-1",
            "devices": {BUTTON: {"model": "ws101"}, DOOR: {"model": "ws301"}},
        }

    def serving(self) -> AbstractAsyncContextManager[object]:
        return self.broker

    def event(self, dev_eui: str, payload: bytes, unique: str = "") -> dict[str, object]:
        """The next uplink of a device; a field that is 0 is missing, as protobuf writes it."""
        counter = self.counters[dev_eui] = self.counters.get(dev_eui, -1) + 1
        value: dict[str, object] = {
            "deduplicationId": unique or str(uuid.uuid4()),
            "deviceInfo": {"devEui": dev_eui, "deviceProfileName": "simulated", "tags": {}},
            "devAddr": self.addresses.setdefault(dev_eui, "01a2b3c4"),
            "fPort": 85,
            "data": base64.b64encode(payload).decode(),
            "rxInfo": [{"gatewayId": GATEWAY, "rssi": -71, "snr": 9.5}],
        }
        return value | ({"fCnt": counter} if counter else {})

    def publish(self, dev_eui: str, value: Mapping[str, object], kind: str = "up") -> int:
        topic = f"application/6c9f9e2c/device/{dev_eui}/event/{kind}"
        return self.broker.publish(topic, json.dumps(value).encode(), qos=1)

    def uplink(self, dev_eui: str, payload: bytes) -> int:
        """A device sends; returns how many subscribers the event went to."""
        return self.publish(dev_eui, self.event(dev_eui, payload))

    def press(self, button: bytes = b"\x02", dev_eui: str = BUTTON) -> int:
        """A WS101 is pressed: 1 short, 2 long, 3 double."""
        return self.uplink(dev_eui, b"\x01\x75\x5a\xff\x2e" + button)

    def join(self, dev_eui: str, address: str) -> int:
        """A device joins again: a new address, and its counter begins at 0."""
        self.counters.pop(dev_eui, None)
        self.addresses[dev_eui] = address
        return self.publish(dev_eui, {"deviceInfo": {"devEui": dev_eui}, "devAddr": address}, "join")

    async def subscribed(self) -> None:
        await self.broker.subscribed(TOPIC)

    async def demonstrate(self) -> str:
        """A button is held."""
        self.press()
        return "SOS held on a WS101"


class RakSimulator(SerialDevice):
    """A RAK module. It is deaf until AT+PRECV sets it to receive, and says OK to what it knows."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = RakLines()
        self.receiving = asyncio.Event()
        self.commands: list[str] = []

    def driver_options(self) -> dict[str, object]:
        senders = [{"prefix": PENDANT_PREFIX.hex(), "device": "lorawan:pendant-1"}]
        return {"mode": "serial", "port": self.link, "receiver": "lorawan:simulated-2", "senders": senders}

    def unplugged(self) -> None:
        self.receiving.clear()

    def plugged(self) -> None:
        self._lines = RakLines()

    def receive(self, payload: bytes, rssi_dbm: int = -60, snr_db: int = 8) -> None:
        """A packet reaches the module."""
        if self.receiving.is_set():
            self.send(f"+EVT:RXP2P:{rssi_dbm}:{snr_db}:{payload.hex().upper()}\r\n".encode())

    def stop_receiving(self) -> None:
        """The module leaves its receive mode by itself."""
        self.receiving.clear()
        self.send(b"+EVT:RXP2P RECEIVE TIMEOUT\r\n")

    async def demonstrate(self) -> str:
        """A pendant is pressed."""
        self.receive(PENDANT_PREFIX + b"\x01")
        return "a LoRa pendant was pressed"

    def received(self, data: bytes) -> None:
        for line in self._lines.feed(data):
            command = line.decode("ascii", "replace")
            self.commands = [*self.commands[-63:], command]
            if command.startswith("AT+PRECV="):
                if command.endswith("=0"):
                    self.receiving.clear()
                else:
                    self.receiving.set()
            self.send(b"OK\r\n" if command.startswith("AT") else b"AT_ERROR\r\n")


def simulate(options: Mapping[str, object]) -> ChirpStackSimulator | RakSimulator:
    """A simulator from options: `form`. Raises `DriverConfigError` for others."""
    form = Options(options, {"form": f"one of {', '.join(FORMS)} (mqtt)"}).text("form", "mqtt", FORMS)
    return RakSimulator() if form == "serial" else ChirpStackSimulator()
