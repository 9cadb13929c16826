"""The suite for driver authors, run for every registered driver; and that it finds what is wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju_drivers import conformance
from anju_drivers.card_reader import SPEC as CARD_READER
from anju_drivers.driver import DriverSpec, Explained
from anju_drivers.eview_ev07b import frames as eview
from anju_drivers.gt06 import frames as gt06
from anju_drivers.jt808 import frames as jt808
from anju_drivers.registry import load_drivers
from anju_drivers.setracker import frames as setracker
from anju_drivers.testing.hostile import with_text_everywhere
from anju_drivers.thinkrace_iw import frames as thinkrace
from support.paths import VECTORS

SPECS = load_drivers().specs


def captures(spec: DriverSpec) -> list[bytes]:
    """The bytes of this driver's vectors, of which a part is enough here."""
    found = []
    for file in spec.vector_files:
        for item in json.loads((VECTORS / file).read_text(encoding="utf-8")):
            if "input_hex" in item:
                found.append(bytes.fromhex(item["input_hex"]))
            elif "input_text" in item:
                found.append(item["input_text"].encode())
    return found


@pytest.mark.parametrize("name", sorted(SPECS))
def test_spec(name: str) -> None:
    conformance.check_spec(SPECS[name])


@pytest.mark.parametrize("name", sorted(SPECS))
def test_junk(name: str) -> None:
    conformance.check_junk(SPECS[name], captures(SPECS[name]))


@pytest.mark.parametrize("name", sorted(SPECS))
@settings(max_examples=4)
@given(seed=st.integers(0, 2**32))
def test_hostile(name: str, seed: int) -> None:
    """A few of the captures; `./dev prove` takes all of them, for a minute each."""
    found = captures(SPECS[name])
    few = [found[(seed + number * 7) % len(found)] for number in range(4)] if found else []
    conformance.check_hostile(SPECS[name], few, seed=seed, rounds=4)


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_text_of_a_document_may_be_half_a_character(name: str) -> None:
    """JSON can say half a surrogate pair: wherever it stands, nothing raises."""
    for capture in captures(SPECS[name]):
        for data in with_text_everywhere(capture, "x\udfff\ud800y"):
            SPECS[name].explain(data)


@pytest.mark.parametrize("name", sorted(SPECS))
def test_numbers(name: str) -> None:
    conformance.check_numbers(SPECS[name], captures(SPECS[name]))


@pytest.mark.parametrize("name", sorted(SPECS))
def test_chunks(name: str) -> None:
    given = captures(SPECS[name])
    conformance.check_chunks(SPECS[name], [*given, b"".join(given)])


@pytest.mark.parametrize("name", sorted(SPECS))
def test_memory(name: str) -> None:
    conformance.check_memory(SPECS[name])


@pytest.mark.parametrize("name", sorted(SPECS))
async def test_link(name: str) -> None:
    readings = await conformance.check_link(SPECS[name])
    assert readings or SPECS[name].simulate is None  # a driver that only decodes


IMEI = "350000000000001"
_LOCATED = "250517V0000.0000N00000.0000E000.0214118000.0006000907800102,460,0,9520,3671"


def _watch(command: str, status: int, battery: int = 22, place: str = "V,0,N,0,E", time: str = "214118") -> bytes:
    fields = f"{command},170525,{time},{place},0,0,0,0,0,{battery},0,0,{status:08x},0,0"
    return setracker.encode("3G", "1000000001", fields.encode())


def _tracker(kind: int, content: bytes, serial: int = 2) -> bytes:
    return gt06.encode(0x01, bytes.fromhex("0" + IMEI), 1) + gt06.encode(kind, content, serial)


def _fix(flags: str = "00045a") -> bytes:
    return bytes.fromhex("190511152912c8") + bytes(8) + bytes.fromhex(flags)


def _terminal(alarm: int, time: str = "250518054118", tail: str = "", serial: int = 1) -> bytes:
    body = alarm.to_bytes(4, "big") + bytes(18) + bytes.fromhex(time + tail)
    return jt808.encode(0x0200, bytes.fromhex("010000000001"), serial, body)


def _pendant(bits: int, serial: int = 5, status: int = 0) -> bytes:
    parts = [(0x01, IMEI.encode()), (0x02, bits.to_bytes(4, "little")), (0x24, bytes(4) + status.to_bytes(4, "little"))]
    return eview.encode(eview.DATA, parts, serial, 0x10)


def _iw(code: int, battery: int = 78) -> bytes:
    located = _LOCATED.replace("078", f"{battery:03d}", 1)
    return thinkrace.encode("AP00", IMEI) + thinkrace.encode("AP10", f"{located},{code:02d},zh-cn,00")


def _item(name: str, *steps: bytes, presses: int | None = None) -> dict[str, object]:
    item: dict[str, object] = {"name": name, "expect": {} if presses is None else {"presses": presses}}
    if len(steps) == 1:
        return item | {"input_hex": steps[0].hex()}
    return item | {"sequence": [{"t_s": 30 * at, "input_hex": step.hex()} for at, step in enumerate(steps)]}


def _line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _uplink(payload: str, profile: str, counter: int = 1, port: int = 85) -> bytes:
    data = base64.b64encode(bytes.fromhex(payload)).decode()
    info = {"devEui": "24e124538b000001", "deviceProfileName": profile}
    return _line(deviceInfo=info, fCnt=counter, fPort=port, data=data, devAddr="01a2b3c4")


def _said(name: str, *objects: str, presses: int | None = None) -> dict[str, object]:
    """BTHome objects of one button, in hex."""
    return _item(name, *map(bytes.fromhex, objects), presses=presses) | BTHOME


BTHOME: dict[str, object] = {"service_uuid16": "fcd2", "address": "B4:3A:31:0A:0B:0C"}
CELL = b"\x09" + bytes.fromhex("01cc002530000e57")
UNKNOWN_CODES = {
    "gt06": [
        _item("alarm byte", _tracker(0x26, _fix() + CELL + bytes([0, 4, 3, 0x7B, 2]))),
        _item("message", _tracker(0x5B, b"x")),
    ],
    "jt808": [_item("alarm bit", _terminal(1 << 15)), _item("item E8", _terminal(0, tail="e8020cff"))],
    "setracker": [_item("status bit", _watch("UD", 1 << 5)), _item("status bit of an alarm", _watch("AL", 1 << 29))],
    "thinkrace_iw": [_item("alarm code", _iw(33))],
    "eview_ev07b": [_item("alarm bit", _pendant(1 << 19))],
    "rtl433": [_item("command", _line(model="Kerui-Security", id=1, cmd=3))],
    "ble": [_said("button", "4400053a07")],
    "lorawan": [
        _item("press", _uplink("017564ff2e09", "ws101")),
        _item("channel", _uplink("0175640d0d01", "ws101")),
        _item("no model", _uplink("0102030405", "pendants", port=3)),
        _item("event", _uplink("6466db2fab0255", "lw006", port=5)),
        _item("cut short", _uplink("64", "lw006", port=5)),
    ],
}
PRESSES = {
    "gt06": [
        *(_item(f"level {level}", _tracker(0x13, bytes([4 << 3, level, 3, 0, 2]))) for level in (0, 6, 101, 255)),
        *(
            _item(f"flags {flags}", _tracker(0x26, _fix(flags) + CELL + bytes([0, 4, 3, 1, 2])))
            for flags in ("000000", "ffffff")
        ),
        _item("unknown code beside it", _tracker(0x26, _fix() + CELL + bytes([4 << 3, 4, 3, 0x7B, 2]))),
        _item(
            "serial 0 again",
            *(_tracker(0x26, _fix() + CELL + bytes([0, 4, 3, 1, 2]), one) for one in (9, 0)),
            presses=2,
        ),
    ],
    "jt808": [
        _item("no fix, no time", _terminal(1, "000000000000")),
        _item("other bits", _terminal(0xFFFFFFFF)),
        _item("serials begin anew", _terminal(1, serial=9), _terminal(0, serial=0), _terminal(1, serial=0), presses=2),
    ],
    "setracker": [
        *(_item(f"battery {battery}", _watch("AL", 1 << 16, battery)) for battery in (0, 100, 255)),
        _item("no place", _watch("AL", 1 << 16, place="V,,,,")),
        _item("all bits", _watch("UD", 0xFFFFFFFF)),
        _item("two", _watch("AL", 1 << 16), _watch("AL", 1 << 16, time="214130"), presses=2),
    ],
    "thinkrace_iw": [*(_item(f"battery {battery}", _iw(1, battery)) for battery in (0, 100, 999))],
    "eview_ev07b": [
        _item("all bits", _pendant(0xFFFFFFFF)),
        *(_item(f"status {status:08x}", _pendant(1 << 12, 0, status)) for status in (0, 0xFFFFFFFF)),
    ],
    "rtl433": [
        _item("battery, tamper", _line(model="X10-Security", id="a1", event="KR18 PANIC", battery_ok=0, tamper=1)),
        _item("nonsense beside it", _line(model="X10-Security", id="a1", event="KR18 PANIC", tamper="x", rssi="y")),
    ],
    "ble": [
        _said("packet id goes back", *(f"4400{one:02x}3a01" for one in (200, 3, 2)), presses=3),
        _said("battery 0", "44000501003a01"),
    ],
    "lorawan": [
        *(_item(f"battery {level}", _uplink(f"0175{level:02x}ff2e02", "ws101")) for level in (0, 101, 255)),
        _item("unknown channel behind it", _uplink("ff2e020d0d01", "ws101")),
        _item("no fix", _uplink("00000000000000004fa220", "trackerd", port=3)),
        _item("numbers go back", *(_uplink("ff2e02", "ws101", one) for one in (9, 8, 0)), presses=3),
        _item("the start again", *(_uplink("6466db2fab0205", "lw006", one, 5) for one in (1, 2)), presses=2),
    ],
}


@pytest.mark.parametrize("name", sorted(UNKNOWN_CODES))
def test_an_unknown_code_is_news(name: str) -> None:
    conformance.check_codes(SPECS[name], UNKNOWN_CODES[name])


@pytest.mark.parametrize("name", sorted(PRESSES))
def test_a_press_is_never_dropped(name: str) -> None:
    conformance.check_presses(SPECS[name], PRESSES[name])


def test_codes_and_presses_that_are_lost_are_found() -> None:
    quiet = _item("nothing", gt06.encode(0x01, bytes.fromhex("0" + IMEI), 1))
    for check in (conformance.check_codes, conformance.check_presses):
        with pytest.raises(conformance.NotConformant, match="nothing"):
            check(SPECS["gt06"], [quiet])
    with pytest.raises(conformance.NotConformant, match="raised"):
        conformance.check_codes(SPECS["gt06"], PRESSES["gt06"][:1])
    with pytest.raises(conformance.NotConformant, match="not 3"):
        conformance.check_presses(SPECS["jt808"], [_item("one", _terminal(1), _terminal(1), presses=3)])


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("gb28181", b"<Notify><CmdType>&#xD800;</CmdType><SN>1</SN><DeviceID>&#0;</DeviceID></Notify>"),
        ("hikvision", b"<EventNotificationAlert><eventType>&#xDFFF;</eventType><x>&</x></EventNotificationAlert>"),
        (
            "lorawan",
            b'{"deviceInfo": {"devEui": "24e124ffff000001"}, "fCnt": 1, "fPort": 85, "data": "AXVk", '
            b'"rxInfo": [{"gatewayId": "aa", "rssi": -60, "snr": 1' + b"0" * 400 + b"}]}",
        ),
        ("frigate", b'{"type": {"": {}}, "after": {"id": "1", "camera": "front", "label": "person"}}'),
    ],
)
def test_what_hostile_captures_found(name: str, body: bytes) -> None:
    conformance._check_values(SPECS[name], "hostile", SPECS[name].explain(body))


class Hoarder:
    """Keeps all it hears and answers by chunk."""

    def __init__(self) -> None:
        self.dropped = 0
        self._heard: list[bytes] = []

    def feed(self, data: bytes) -> list[Explained]:
        self._heard.append(bytes(bytearray(data)) * 8)
        return [Explained("chunk", {"size": len(data)})]


def broken_explain(data: bytes) -> list[Explained]:
    if len(data) > 3:
        raise IndexError("too long")
    return []


def any_options(name: str, options: Mapping[str, object]) -> object:
    return CARD_READER.create(name, {"port": "/nowhere"})


@pytest.mark.parametrize(
    ("spec", "rule"),
    [
        (replace(CARD_READER, create=any_options), "options"),  # type: ignore[arg-type]  # the fault is the point
        (replace(CARD_READER, summary_zh=""), "summary"),
    ],
)
def test_a_bad_spec_is_found(spec: DriverSpec, rule: str) -> None:
    with pytest.raises(conformance.NotConformant) as found:
        conformance.check_spec(spec)
    assert found.value.rule == rule


def test_a_bad_decoder_is_found() -> None:
    spec = replace(CARD_READER, decoder=Hoarder)
    with pytest.raises(conformance.NotConformant, match="chunks"):
        conformance.check_chunks(spec, [b"0123456789"])
    with pytest.raises(conformance.NotConformant, match="memory"):
        conformance.check_memory(spec)


def test_an_explain_that_raises_is_found() -> None:
    with pytest.raises(IndexError):
        conformance.check_junk(replace(CARD_READER, explain=broken_explain))
