"""Three invented communities: their people, places and devices, as the files that box and hub read.

All people are fictitious. Sizes follow the district's: about four bands and one camera crossing a box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from anju_drivers.hikvision.simulator import MAC

TIME_ZONE = "Asia/Shanghai"

SURNAMES = "王李张刘陈杨黄赵吴周徐孙"
GIVEN = ("小秀", "建国", "桂芳", "玉兰", "德明", "淑珍", "春生", "秀英", "长贵", "素芬", "文华", "永福")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. `band` and `card` are empty for those without."""

    resident: str
    name: str
    flat: str
    band: str  # radio address, 12 hex digits
    card: str  # 10 hex digits, as an RDM6300 reader tells it


@dataclass(frozen=True, slots=True)
class Community:
    """One site. Receivers are (name, zone); the camera looks at the gate."""

    id: str
    box: str
    name_zh: str
    name_en: str
    people: tuple[Person, ...]
    zones: tuple[tuple[str, str, str], ...]
    receivers: tuple[tuple[str, str], ...]

    @property
    def bearers(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.band)

    @property
    def card_holders(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.card)


def _community(number: int, id_: str, name_zh: str, name_en: str) -> Community:
    people = []
    for index in range(12):
        which = number * 5 + index
        people.append(
            Person(
                resident=f"r-{number + 1}{index + 1:03d}",
                name=SURNAMES[which % len(SURNAMES)] + GIVEN[(which * 7) % len(GIVEN)],
                flat=f"{index % 4 + 1}-{index % 3 + 1}-{(index % 6 + 1) * 100 + index % 2 + 1}",
                band=f"c300{number:02x}0000{index + 1:02x}" if index < 4 else "",
                card=f"{0x1A + number:02X}00{number:02X}{0xA0 + index:02X}{index * 13 % 256:02X}" if index >= 2 else "",
            )
        )
    return Community(
        id=id_,
        box=f"box-{number + 1}",
        name_zh=name_zh,
        name_en=name_en,
        people=tuple(people),
        zones=(
            ("b1-u1", "1栋1单元", "Building 1, unit 1"),
            ("b2-u1", "2栋1单元", "Building 2, unit 1"),
            ("gate", "东门", "East gate"),
            ("hall", "活动中心", "Activity hall"),
        ),
        receivers=(("receiver-1", "b1-u1"), ("receiver-2", "b2-u1")),
    )


COMMUNITIES = (
    _community(0, "ningdu", "柠都社区", "Ningdu community"),
    _community(1, "xinghuo", "星火社区", "Xinghuo community"),
    _community(2, "hehua", "荷花社区", "Hehua community"),
)


def roster_toml(community: Community) -> str:
    """Returns the community's roster file."""
    lines = [
        f"# {community.name_zh}: a simulated community. All people are fictitious.",
        f'community = "{community.id}"',
        "revision = 1",
        f'name_zh = "{community.name_zh}"',
        f'name_en = "{community.name_en}"',
        f'time_zone = "{TIME_ZONE}"',
        f'token_salt = "{(community.id.encode().hex() * 8)[:64]}"',
    ]

    def table(header: str, /, **values: object) -> None:
        lines.append(f"\n[[{header}]]")
        lines.extend(f"{key} = {toml_value(value)}" for key, value in values.items())

    for zone, label_zh, label_en in community.zones:
        table("zones", id=zone, label_zh=label_zh, label_en=label_en)
    for number, person in enumerate(community.bearers, 1):
        table(
            "devices", key=f"ble:{person.band}", kind="band", label_zh=f"手环 {number}", label_en=f"Band {number}",
            model="minew-b10", period_s=30,
        )  # fmt: skip
    for number, (receiver, zone) in enumerate(community.receivers, 1):
        table(
            "devices", key=f"ble:{receiver}", kind="receiver", zone=zone, label_zh=f"接收器 {number}",
            label_en=f"Receiver {number}", period_s=20,
        )  # fmt: skip
    camera = f"hikvision:{MAC.replace(':', '')}"
    table("devices", key=camera, kind="camera", zone="gate", label_zh="东门摄像机", label_en="East gate camera")
    table("devices", key="card_reader:hall", kind="reader", zone="hall", label_zh="读卡器", label_en="Card reader")
    table("devices", key="kiosk:hall", kind="kiosk", zone="hall", label_zh="签到屏", label_en="Kiosk")
    table(
        "devices", key="kiosk:neighbour", kind="kiosk", zone="b1-u1", label_zh="邻居屏", label_en="Neighbour's screen"
    )
    for person in community.people:
        table("residents", id=person.resident, name=person.name, flat=person.flat)
        if person.band:
            table("bindings", device=f"ble:{person.band}", resident=person.resident)
        if person.card:
            table("tokens", token=f"em4100:{person.card}", resident=person.resident)
    table(
        "activities", id="square-dance", title_zh="广场舞", title_en="Square dance", starts="00:00", ends="24:00",
        room_zh="活动中心", room_en="Activity hall", points=5,
    )  # fmt: skip
    for rule in ("sos", "help_bell"):
        table("rules", id=rule, kind=rule)
        lines += ["[rules.values]", 'priority = "P1"']
    table("responder_groups", id="g1", label_zh="1栋互助组", label_en="Building 1 group", members=["m-01", "m-02"])
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
