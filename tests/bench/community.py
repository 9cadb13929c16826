"""Configuration files of a benched community: what is not written in them is as shipped."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anju_edge.simulation.communities import toml_value, write
from bench.backlog import device

RESIDENTS = 430


@dataclass(frozen=True, slots=True)
class Setup:
    """One community. Bands are `backlog.device(0..bands)`, cards the numbers 0..cards, all adopted and bound."""

    number: int = 0
    bands: int = RESIDENTS
    receivers: int = 8
    cameras: int = 0
    cards: int = 0

    @property
    def community(self) -> str:
        return f"bench-{self.number}"

    @property
    def box(self) -> str:
        return f"box-{self.number}"


def free_address() -> str:
    """An address of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def address(number: int) -> str:
    """The radio address of a band, 12 hex digits."""
    return device(number).partition(":")[2]


def card(number: int) -> bytes:
    """The five bytes of a card."""
    return (0x13_0000_0000 + number).to_bytes(5, "big")


def _tables(lines: list[str], name: str, values: Mapping[str, object]) -> None:
    lines.append(f"[[{name}]]")
    lines.extend(f"{key} = {toml_value(value)}" for key, value in values.items())


def write_roster(folder: Path, setup: Setup) -> Path:
    """Writes the community's roster; all people are fictitious."""
    lines = [
        f'community = "{setup.community}"',
        "revision = 1",
        'name_zh = "测速社区"',
        'name_en = "Bench community"',
        'time_zone = "Asia/Shanghai"',
        f'token_salt = "{"5a" * 32}"',
    ]
    for number in range(setup.receivers):
        _tables(lines, "zones", {"id": f"b{number}", "label_zh": f"{number}栋", "label_en": f"Building {number}"})
        _tables(lines, "devices", {"key": f"ble:receiver-{number}", "kind": "receiver", "zone": f"b{number}",
                                   "period_s": 60})  # fmt: skip
    _tables(lines, "zones", {"id": "hall", "label_zh": "活动中心", "label_en": "Hall"})
    _tables(lines, "devices", {"key": "card_reader:hall", "kind": "reader", "zone": "hall"})
    _tables(lines, "devices", {"key": "kiosk:hall", "kind": "kiosk", "zone": "hall"})
    for number in range(setup.bands):
        _tables(lines, "devices", {"key": device(number), "kind": "band", "period_s": 0})
    for number in range(max(setup.bands, setup.cards)):
        resident = f"r-{number:05}"
        _tables(lines, "residents", {"id": resident, "name": f"甲{number}", "flat": f"1-{number}"})
        if number < setup.bands:
            _tables(lines, "bindings", {"device": device(number), "resident": resident})
        if number < setup.cards:
            token = f"em4100:{card(number).hex().upper()}"
            _tables(lines, "tokens", {"token": token, "resident": resident})
    _tables(lines, "activities", {"id": "dance", "title_zh": "广场舞", "title_en": "Dance", "starts": "00:00",
                                  "ends": "24:00"})  # fmt: skip
    for rule in ("sos", "help_bell"):
        _tables(lines, "rules", {"id": rule.replace("_", "-"), "kind": rule})
        lines += ["[rules.values]", 'priority = "P1"']
    path = folder / f"{setup.community}.toml"
    write(path, "\n".join(lines) + "\n")
    return path


def write_hub(folder: Path, setups: Sequence[Setup], *, grpc: str = "127.0.0.1:0") -> Path:
    """Writes rosters and `central.toml`; the hub takes free ports."""
    lines = ['data_dir = "hub"', f'grpc_address = "{grpc}"', 'http_address = "127.0.0.1:0"']
    lines.append('enrolment_address = "127.0.0.1:0"')
    for setup in setups:
        roster = write_roster(folder, setup)
        _tables(lines, "boxes", {"box": setup.box, "community": setup.community, "roster": roster.name})
    path = folder / "central.toml"
    write(path, "\n".join(lines) + "\n")
    return path


def write_box(
    folder: Path,
    setup: Setup,
    hub: str,
    *,
    siren: str = "",
    drivers: Sequence[Mapping[str, object]] = (),
    sections: Mapping[str, Mapping[str, object]] | None = None,
) -> Path:
    """Writes a box's `edge.toml`; its journal is in `folder/<box>`. `sections` are what a bar itself asks for."""
    roster = write_roster(folder, setup)
    lines = [
        "[box]", f'id = "{setup.box}"', f'community = "{setup.community}"', f'data = "{setup.box}"',
        f'roster = "{roster.name}"',
        "[hub]", f'address = "{hub}"',
        "[http]", 'kiosk_listen = "127.0.0.1:0"', 'status_listen = "127.0.0.1:0"',
        "[siren]", f'port = "{siren}"',
    ]  # fmt: skip
    for name, values in (sections or {}).items():
        lines.append(f"[{name}]")
        lines.extend(f"{key} = {toml_value(value)}" for key, value in values.items())
    _tables(lines, "kiosks", {"name": "hall", "reader": "card_reader:hall"})
    for driver in drivers:
        _tables(lines, "drivers", driver)
    path = folder / f"{setup.box}.toml"
    write(path, "\n".join(lines) + "\n")
    return path
