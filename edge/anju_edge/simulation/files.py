"""The configuration files of the demo's hub and boxes, written anew at each start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anju_edge.simulation.communities import BOXES, box_of, community_of, toml_value, write
from anju_edge.simulation.devices import CommunityDevices


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports of the demo on 127.0.0.1, from one base on."""

    base: int

    @property
    def page(self) -> int:
        return self.base

    @property
    def hub_http(self) -> int:
        return self.base + 1

    @property
    def hub_grpc(self) -> int:
        return self.base + 2

    def kiosk(self, number: int) -> int:
        return self.base + 10 + 10 * number

    def status(self, number: int) -> int:
        return self.base + 11 + 10 * number

    def all(self) -> list[int]:
        boxes = range(BOXES)
        return [self.page, self.hub_http, self.hub_grpc, *map(self.kiosk, boxes), *map(self.status, boxes)]


def write_hub(folder: Path, ports: Ports) -> Path:
    """Writes `central.toml`; returns its path. Rosters are in the registry (`anju_central.simulation.demo_hub`)."""
    lines = [
        'data_dir = "hub"',
        f'grpc_address = "127.0.0.1:{ports.hub_grpc}"',
        f'http_address = "127.0.0.1:{ports.hub_http}"',
        "silent_after_s = 15    # a demonstration does not wait 90 s",
    ]
    for number in range(BOXES):
        lines += ["", "[[boxes]]", f'box = "{box_of(number)}"', f'community = "{community_of(number)}"']
    target = folder / "central.toml"
    write(target, "\n".join(lines) + "\n")
    return target


def write_box(folder: Path, ports: Ports, number: int, devices: CommunityDevices, line_port: int) -> Path:
    """Writes one box's `edge.toml` for devices that are plugged in already; returns its path."""
    community = devices.community
    lines = [
        "[box]", f'id = "{community.box}"', f'community = "{community.id}"',
        f'data = "{community.box}"', f'roster = "{community.id}.toml"',  # no such file: the hub tells it
        "[hub]", f'address = "127.0.0.1:{line_port}"',
        "[http]", f'kiosk_listen = "127.0.0.1:{ports.kiosk(number)}"',
        f'status_listen = "127.0.0.1:{ports.status(number)}"',
        "[siren]", f'port = "{devices.relay.link}"',
        "[supervision]", "synthetic_alarm_s = 0    # no self test in the middle of a demonstration",
    ]  # fmt: skip

    def table(name: str, values: dict[str, object]) -> None:
        lines.append(f"[[{name}]]")
        lines.extend(f"{key} = {toml_value(value)}" for key, value in values.items())

    table("kiosks", {"name": "hall", "reader": "card_reader:hall"})
    table("kiosks", {"name": "neighbour", "role": "responder", "actor": "m-01"})
    for name, receiver in devices.receivers.items():
        table("drivers", {"driver": "ble", "name": name, **receiver.driver_options()})
    table("drivers", {"driver": "card_reader", "name": "hall", **devices.reader.driver_options()})
    table("drivers", {"driver": "hikvision", "name": "gate", **devices.camera.driver_options()})
    target = folder / f"{community.box}.toml"
    write(target, "\n".join(lines) + "\n")
    return target
