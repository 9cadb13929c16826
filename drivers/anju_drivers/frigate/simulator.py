"""A Frigate that is not there, with an MQTT broker of its own. On 127.0.0.1 only."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Mapping

from anju_drivers.frigate.frames import PREFIX, topics
from anju_drivers.options import Options
from anju_drivers.testing.mqtt import MqttBroker
from anju_drivers.testing.simulation import ServingDevice

CAMERA = "gate"


class FrigateSimulator(ServingDevice):
    """Publishes what Frigate does. `broker` is the site's."""

    def __init__(self, port: int = 0, login: tuple[str, str] | None = None) -> None:
        super().__init__()
        self.broker = MqttBroker(port, login)
        self._count = 0

    @property
    def link(self) -> str:
        return f"mqtt://127.0.0.1:{self.broker.port}"

    def driver_options(self) -> dict[str, object]:
        options: dict[str, object] = {"host": "127.0.0.1", "port": self.broker.port, "retry_s": 0.3}
        if self.broker.login:
            options["user"], options["password"] = self.broker.login
        return options

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with self.broker:
            self.publish("available", b"online", retain=True)
            yield

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> int:
        """Under the prefix; returns how many clients got it."""
        return self.broker.publish(f"{PREFIX}/{topic}", payload, retain=retain)

    def object(self, kind: str, key: str, label: str = "person", **more: object) -> None:
        """One message of an object's life: kind new, update or end."""
        after = {
            "id": key,
            "camera": CAMERA,
            "label": label,
            "start_time": time.time(),
            "false_positive": False,
            "current_zones": ["yard"],
            "entered_zones": ["yard"],
        } | more
        self.publish("events", json.dumps({"type": kind, "before": after, "after": after}).encode())

    def motion(self, active: bool = True, retain: bool = False) -> None:
        self.publish(f"{CAMERA}/motion", b"ON" if active else b"OFF", retain)

    async def subscribed(self) -> None:
        """Waits until a driver listens."""
        for topic in topics(PREFIX):
            await self.broker.subscribed(topic)

    async def demonstrate(self) -> str:
        self._count += 1
        key = f"1700000000.{self._count:06}-sim"
        self.object("new", key)
        self.object("end", key)
        return "someone walked past the camera"


def simulate(options: Mapping[str, object]) -> FrigateSimulator:
    """Option: `port` of the broker on 127.0.0.1, any free one by default."""
    return FrigateSimulator(Options(options, {"port": "TCP port on 127.0.0.1"}).integer("port", 0, 0, 65535))
