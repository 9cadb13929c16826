"""Three communities of the demonstration's district to which a box comes: their places and devices.

Who lives there the hub knows (`anju_central.simulation`), and tells the boxes. All people are fictitious. Sizes follow
the district's: about four bands and one camera crossing a box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from anju_drivers.hikvision.simulator import MAC

TIME_ZONE = "Asia/Shanghai"
BOXES: Final = 3
ZONES: Final = (
    ("b1-u1", "1栋1单元", "Building 1, unit 1"),
    ("b2-u1", "2栋1单元", "Building 2, unit 1"),
    ("gate", "大门", "Gate"),
    ("hall", "活动中心", "Activity hall"),
)
RECEIVERS: Final = (("receiver-1", "b1-u1"), ("receiver-2", "b2-u1"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist, with a band (radio address, 12 hex digits) or a card (10 hex digits)."""

    name: str
    thing: str


@dataclass(frozen=True, slots=True)
class Community:
    """One site. Receivers are (name, zone); the camera looks at the gate."""

    id: str
    box: str
    name_zh: str
    name_en: str
    bearers: tuple[Person, ...]
    card_holders: tuple[Person, ...]
    receivers: tuple[tuple[str, str], ...] = RECEIVERS

    @classmethod
    def of(cls, number: int, site: Mapping[str, Any]) -> Community:  # Any: JSON
        """Returns the community that box `number` (from 0 on) comes to, as the hub's registry has it."""
        return cls(
            id=site["community"],
            box=box_of(number),
            name_zh=site["name_zh"],
            name_en=site["name_en"],
            bearers=tuple(Person(one["name"], one["thing"].removeprefix("ble:")) for one in site["bands"]),
            card_holders=tuple(Person(one["name"], one["thing"]) for one in site["cards"]),
        )


def box_of(number: int) -> str:
    """Returns the id of a box, counted from 0."""
    return f"box-{number + 1}"


def community_of(number: int) -> str:
    """Returns the id of the community to which a box comes: the district's first ones."""
    return f"demo-{number + 1:02}"


def equipment_toml(number: int) -> str:
    """Returns what a box's site has beside its people, as a roster file says it: the hub's registry takes it over."""
    lines = [
        f'community = "{community_of(number)}"',
        'name_zh = "演示"',  # a file has to have a name and a salt; the registry has its own
        f'token_salt = "{"00" * 16}"',
        f'time_zone = "{TIME_ZONE}"',
    ]

    def table(header: str, /, **values: object) -> None:
        lines.append(f"\n[[{header}]]")
        lines.extend(f"{key} = {toml_value(value)}" for key, value in values.items())

    for zone, label_zh, label_en in ZONES:
        table("zones", id=zone, label_zh=label_zh, label_en=label_en)
    for at, (receiver, zone) in enumerate(RECEIVERS, 1):
        table(
            "devices", key=f"ble:{receiver}", kind="receiver", zone=zone, label_zh=f"接收器 {at}",
            label_en=f"Receiver {at}", period_s=20,
        )  # fmt: skip
    camera = f"hikvision:{MAC.replace(':', '')}"
    table("devices", key=camera, kind="camera", zone="gate", label_zh="大门摄像机", label_en="Gate camera")
    table("devices", key="card_reader:hall", kind="reader", zone="hall", label_zh="读卡器", label_en="Card reader")
    table("devices", key="kiosk:hall", kind="kiosk", zone="hall", label_zh="签到屏", label_en="Kiosk")
    table(
        "devices", key="kiosk:neighbour", kind="kiosk", zone="b1-u1", label_zh="邻居屏", label_en="Neighbour's screen"
    )
    table(
        "activities", id="square-dance", title_zh="广场舞", title_en="Square dance", starts="00:00", ends="24:00",
        room_zh="活动中心", room_en="Activity hall", points=5,
    )  # fmt: skip
    for rule in ("sos", "help_bell"):
        table("rules", id=rule.replace("_", "-"), kind=rule)
        lines += ["[rules.values]", 'priority = "P1"']
    table("notices", id="n1", text_zh="本屏为演示，人物均为虚构", text_en="A demonstration: all people are fictitious")
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """Returns a text, number, flag, list or table as TOML writes it inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{key}" = {toml_value(item)}' for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def write(path: Path, text: str) -> None:
    """Writes a configuration file that only its owner may read: a roster holds names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
