"""What a MiBeacon's objects mean: product names, and one reader per object id.

Sources: see `mibeacon`. A reader gets the object's bytes (its length is checked in the table) and the model.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from anju_drivers.ble.formats.values import Values, i16_le, u16_le, u32_le

MODELS = {
    0x0083: "YM-K1501", 0x0098: "HHCCJCY01", 0x00DB: "MMC-T201-1", 0x0113: "YM-K1501EU", 0x0153: "YLYK01YL",
    0x015D: "HHCCPOT002", 0x01AA: "LYWSDCGQ", 0x02DF: "JQJCY01YM", 0x0347: "CGG1", 0x0380: "DSL-C08",
    0x0387: "MHO-C401", 0x0391: "MMC-W505", 0x03B6: "YLKG07YL/YLKG08YL", 0x03BC: "GCLS002", 0x03BF: "YLYB01YL-BHFRC",
    0x03D6: "CGH1", 0x03DD: "MUE4094RT", 0x040A: "WX08ZM", 0x045B: "LYWSD02", 0x045C: "V-SK152", 0x0489: "M1S-T500",
    0x04E1: "XMMF01JQD", 0x04E6: "YLYK01YL-VENFAN", 0x04E9: "MJZNMSQ01YD", 0x055B: "LYWSD03MMC", 0x0576: "CGD1",
    0x066F: "CGDK2", 0x068E: "YLYK01YL-FANCL", 0x069E: "ZNMS16LM", 0x069F: "ZNMS17LM", 0x06D3: "MHO-C303",
    0x0784: "XMZNMS04LM", 0x07BF: "YLAI003", 0x07F6: "MJYD02YL", 0x0806: "T700", 0x0863: "SJWS01LM",
    0x098B: "MCCGQ02HL", 0x098C: "XMZNMST02YD", 0x0997: "JTYJGD03MI", 0x0A83: "CGPR1", 0x0A8D: "RTCGQ02LM",
    0x0B48: "CGG1-ENCRYPTED", 0x0C3C: "CGC1", 0x0DE7: "SU001-T", 0x0DFD: "K9B-3BTN", 0x0E39: "XMZNMS08LM",
    0x11C2: "SV40", 0x1203: "XMWSDJ04MMC", 0x1568: "K9B-1BTN", 0x1569: "K9B-2BTN", 0x16E4: "LYWSD02MMC",
    0x1790: "T700i", 0x1889: "MS1BB(MI)", 0x18E3: "ZX1", 0x1949: "XMWXKG01YL", 0x1C10: "K9BB-1BTN",
    0x20DB: "MJZNZ018H", 0x2387: "XMWXKG01LM", 0x2542: "LYWSD02MMC", 0x2832: "MJWSD05MMC", 0x2AEB: "HS1BB(MI)",
    0x3531: "XMPIRO2SXS", 0x38BB: "PTX", 0x3A61: "KS1", 0x3BD5: "MJTZC01YM", 0x3E17: "KS1BP", 0x3F0F: "RS1BB",
    0x3F4C: "PS1BB", 0x4683: "XMOSB01XS", 0x4C60: "XMPIRO2GSXS", 0x4F59: "CGDK3", 0x50FB: "ES3", 0x520B: "KS2BB",
    0x55B5: "MJWSD06MMC", 0x5808: "CGG3", 0x5DB1: "MBS17", 0x6375: "SJWS02LM", 0x64C5: "PTX-F1-Display",
}  # fmt: skip

_Reader: TypeAlias = Callable[[bytes, str], Values]

_FOUR_BUTTONS = frozenset({"KS1", "KS1BP", "PTX-F1-Display"})
_LOCK_ERRORS = {
    0xC0DE0000: "frequent unlocking with incorrect password",
    0xC0DE0001: "frequent unlocking with wrong fingerprints",
    0xC0DE0002: "operation timeout (password input timeout)",
    0xC0DE0003: "lock picking",
    0xC0DE0004: "reset button is pressed",
    0xC0DE0005: "the wrong key is frequently unlocked",
    0xC0DE0006: "foreign body in the keyhole",
    0xC0DE0007: "the key has not been taken out",
    0xC0DE0008: "error NFC frequently unlocks",
    0xC0DE0009: "timeout is not locked as required",
    0xC0DE000A: "failure to unlock frequently in multiple ways",
    0xC0DE000B: "unlocking the face frequently fails",
    0xC0DE000C: "failure to unlock the vein frequently",
    0xC0DE000D: "hijacking alarm",
    0xC0DE000E: "unlock inside the door after arming",
    0xC0DE000F: "palmprints frequently fail to unlock",
    0xC0DE0010: "the safe was moved",
    0xC0DE1000: "the battery level is less than 10%",
    0xC0DE1001: "the battery is less than 5%",
    0xC0DE1002: "the fingerprint sensor is abnormal",
    0xC0DE1003: "the accessory battery is low",
    0xC0DE1004: "mechanical failure",
    0xC0DE1005: "the lock sensor is faulty",
}
_LOCK_ACTIONS: dict[int, tuple[int, str, str]] = {
    0: (1, "lock", "unlock outside the door"),
    1: (0, "lock", "lock"),
    2: (0, "antilock", "turn on anti-lock"),
    3: (1, "antilock", "turn off anti-lock"),
    4: (1, "lock", "unlock inside the door"),
    5: (0, "lock", "lock inside the door"),
    6: (0, "childlock", "turn on child lock"),
    7: (1, "childlock", "turn off child lock"),
    8: (0, "lock", "lock outside the door"),
    15: (1, "lock", "abnormal"),
}
_LOCK_METHODS = {
    0: "bluetooth", 1: "password", 2: "biometrics", 3: "key", 4: "turntable", 5: "nfc", 6: "one-time password",
    7: "two-step verification", 8: "coercion", 9: "Homekit", 10: "manual", 11: "automatic", 15: "abnormal",
}  # fmt: skip
_DOOR = {
    0: (1, "open the door"), 1: (0, "close the door"), 2: (1, "timeout, not closed"), 3: (0, "knock on the door"),
    4: (1, "pry the door"), 5: (0, "door stuck"),
}  # fmt: skip
_FINGERPRINT = {
    0: "match successful", 1: "match failed", 2: "timeout", 3: "low quality (too light, fuzzy)",
    4: "insufficient area", 5: "skin is too dry", 6: "skin is too wet",
}  # fmt: skip
_REMOTES = {  # what button n of a remote says: (lamp, fan, ventilator, bathroom heater)
    0: ("on", "fan toggle", "swing", "stop"),
    1: ("off", "light toggle", "power toggle", "air exchange"),
    2: ("sun", "wind speed", "timer 60 minutes", "fan"),
    3: ("+", "color temperature", "strong wind speed", "speed +"),
    4: ("m", "wind mode", "timer 30 minutes", "speed -"),
    5: ("-", "brightness", "low wind speed", "dry"),
    6: (None, None, None, "light toggle"),
    7: (None, None, None, "swing"),
    8: (None, None, None, "heat"),
}
_REMOTE_BINARY = {0: 1, 1: 0, 3: 1, 5: 1}
_THREE_BUTTONS = {0: (0,), 1: (1,), 2: (2,), 3: (0, 1), 4: (1, 2), 5: (0, 2), 6: (0, 1, 2)}
_OPENING = {0: (1, "opened"), 1: (0, "closed"), 2: (1, "closing timeout"), 3: (1, "device reset")}
_PRESSES = ("single press", "double press", "long press")


def read(kind: int, data: bytes, model: str) -> Values:
    """The values of one object; empty for unknown ids and wrong lengths."""
    known = _READERS.get(kind)
    if known is None and kind >= 0x4800 and not kind & 0x0300:
        known = _PROPERTIES.get(kind & 0xFF)
    if known is None:
        return {}
    lengths, reader = known
    return reader(data, model) if not lengths or len(data) in lengths else {}


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


def _float(data: bytes) -> float:
    value: float = struct.unpack("<f", data)[0]
    return value if math.isfinite(value) else 0.0


def _fingerprint(data: bytes, _: str) -> Values:
    key = u32_le(data, 0)
    who: object = {0: "administrator", 0xFFFFFFFF: "unknown operator"}.get(key, key)
    return {"fingerprint": int(data[4] == 0), "result": _FINGERPRINT.get(data[4]), "key_id": who}


def _door(data: bytes, _: str) -> Values:
    known = _DOOR.get(data[0])
    return {} if known is None else {"door": known[0], "door_action": known[1]}


def _armed(data: bytes, model: str) -> Values:
    value = data[0] ^ 1
    if model == "DSL-C08":  # lifting the handle outside sends this
        return {
            "lock": value, "locktype": "lock", "action": "lock outside the door", "method": "manual",
            "error": None, "key_id": None, "timestamp": None,
        }  # fmt: skip
    return {"armed_away": value} | ({"timestamp": _time(u32_le(data, 1))} if len(data) == 5 else {})


def _lock(data: bytes, model: str) -> Values:
    action, method, key = _LOCK_ACTIONS.get(data[0] & 0x0F), _LOCK_METHODS.get(data[0] >> 4), u32_le(data, 1)
    if action is None or method is None:
        return {}
    error = _LOCK_ERRORS.get(key)
    who: object = key
    if error is not None:
        who = hex(key)
    elif data[0] >> 4:
        key &= 0xFFFF  # all keys but Bluetooth have 16 bits
        who = key
    if model == "DSL-C08" and method == "password" and 5000 <= key < 6000:
        method = "one-time password"
    kind = action[1] if model == "ZNMS17LM" else "lock"
    return {
        kind: action[0], "locktype": kind, "action": action[2], "method": method, "error": error, "key_id": who,
        "timestamp": _time(u32_le(data, 5)),
    }  # fmt: skip


def _toothbrush(data: bytes, _: str) -> Values:
    read: Values = {"toothbrush": int(data[0] == 0)}
    if len(data) > 1:
        read["counter" if data[0] == 0 else "score"] = data[1]
    return read


def _motion_with_light(data: bytes, model: str) -> Values:
    level = int.from_bytes(data, "little")
    read: Values = {"motion": 1, "motion_timer": 1, "light": int(level >= 100)}
    if model == "CGPR1":
        return read | {"illuminance_lx": level}
    return read if model in ("MJYD02YL", "RTCGQ02LM") else {}


def _button(data: bytes, model: str) -> Values:
    button, value, press = data
    kind, steps = _press(button, value, press)
    switch = {0: "single press", 1: "long press", 2: "double press"}.get(press, "no press")
    lamp, fan, ventilator, heater = _REMOTES.get(button, (None, None, None, None))
    match model:
        case "RTCGQ02LM" | "YLAI003" | "JTYJGD03MI" | "SJWS01LM":
            return {"button": kind}
        case "XMMF01JQD":
            return {"button": {0: "right", 1: "left"}.get(button)}
        case "YLYK01YL":
            read: Values = {"remote": lamp, "button": kind}
            if button in _REMOTE_BINARY:
                read[f"remote_{'single' if kind == 'single press' else 'long'}_press"] = _REMOTE_BINARY[button]
            return read
        case "YLYK01YL-FANCL":
            return {"fan_remote": fan, "button": kind}
        case "YLYK01YL-VENFAN":
            return {"ventilator_fan_remote": ventilator, "button": kind}
        case "YLYB01YL-BHFRC":
            return {"bathroom_heater_remote": heater, "button": kind}
        case "YLKG07YL/YLKG08YL":
            return {"steps": steps, "dimmer": kind}
        case "K9B-1BTN":
            return {"button_switch": switch, "one_btn_switch": "toggle" if button == 0 else None}
        case "K9B-2BTN":
            names = ("two_btn_switch_left", "two_btn_switch_right")
            return {"button_switch": switch} | _toggled(names, {0: (0,), 1: (1,), 2: (0, 1)}.get(button, ()))
        case "K9B-3BTN":
            names3 = ("three_btn_switch_left", "three_btn_switch_middle", "three_btn_switch_right")
            return {"button_switch": switch} | _toggled(names3, _THREE_BUTTONS.get(button, ()))
        case _:
            return {}


def _toggled(names: tuple[str, ...], which: tuple[int, ...]) -> Values:
    return {names[one]: "toggle" for one in which}


def _press(button: int, value: int, press: int) -> tuple[str, int | None]:
    match press:
        case 0 | 1 | 2:
            return _PRESSES[press], None
        case 3 if button in (0, 1):
            return ("short press", "long press")[button], value
        case 4 if button == 0:
            return ("rotate right", value) if value <= 127 else ("rotate left", 256 - value)
        case 4:
            return ("rotate right (pressed)", button) if button <= 127 else ("rotate left (pressed)", 256 - button)
        case 5:
            return "short press", None
        case 6:
            return "long press", None
        case _:
            return "no press", None


def _opening(data: bytes, _: str) -> Values:
    is_open, status = _OPENING.get(data[0], (0, None))
    return {"opening": is_open, "status": status}


def _lock_attributes(data: bytes, model: str) -> Values:
    if model != "DSL-C08":
        return {}
    return {"childlock": data[0] >> 3 & 1 ^ 1, "lock": data[0] & 1 ^ 1}


def _body_temperature(data: bytes, _: str) -> Values:
    """From two sensors, by a fit to what the maker's app shows between 36.5 and 37.8 C (ble_monitor)."""
    inner, outer = i16_le(data, 0), i16_le(data, 2)
    try:
        body = 3.71934e-11 * math.exp(0.69314 * inner / 100) - 1.02801e-8 * math.exp(0.53871 * outer / 100) + 36.413
    except OverflowError:
        return {"battery_pct": data[4]}
    return {"temperature_c": body, "battery_pct": data[4]}


def _brushing(data: bytes, _: str) -> Values:
    read: Values = {}
    if data[0] in (0, 1):
        read["toothbrush"] = int(data[0] == 0)
        read["start_time" if data[0] == 0 else "end_time"] = _time(u32_le(data, 1)).replace("T", " ")
    if len(data) == 6:
        read["score"] = data[5]
    return read


def _no_motion(data: bytes, _: str) -> Values:
    seconds = int.from_bytes(data, "little")
    return {"motion": int(seconds == 0), "no_motion_time": seconds}


def _two_state(data: bytes, _: str) -> Values:
    known = {1: 1, 2: 0}.get(data[0])
    return {} if known is None else {"opening": known}


def _sleep(name: str) -> _Reader:
    def reader(data: bytes, _: str) -> Values:
        if data[0] in (0, 1):
            return {"sleeping": data[0]}
        return {name: "double press"} if data[0] == 2 else {}

    return reader


def _click(press: str) -> _Reader:
    """Object ..0C, ..0D or ..0E: a press of that sort; which button, the model decides."""

    def reader(data: bytes, model: str) -> Values:
        which = data[0] if data else 1
        kind: Values = {"button_switch": press}
        match model:
            case "XMWXKG01YL":
                names = ("two_btn_switch_left", "two_btn_switch_right")
                chosen = {1: (0,), 2: (1,), 3: (0, 1)}.get(which)
                return _toggled(names, chosen) | kind if chosen else {}
            case "K9BB-1BTN":
                known = {1: "single press", 8: "long press", 15: "double press"}.get(which)
                return {"one_btn_switch": "toggle", "button_switch": known} if known else {}
            case _ if model in _FOUR_BUTTONS:
                return {f"four_btn_switch_{which}": "toggle"} | kind if 1 <= which <= 4 else {}
            case "PTX" | "XMWXKG01LM" | "KS2BB":
                return {"one_btn_switch": "toggle"} | kind
            case _:
                return {}

    return reader


def _byte(name: str) -> tuple[tuple[int, ...], _Reader]:
    return (1,), lambda data, _: {name: data[0]}


def _first_byte(name: str) -> tuple[tuple[int, ...], _Reader]:
    return tuple(range(1, 9)), lambda data, _: {name: data[0]}


def _single(name: str) -> tuple[tuple[int, ...], _Reader]:
    return (4,), lambda data, _: {name: _float(data)}


def _seconds(name: str) -> tuple[tuple[int, ...], _Reader]:
    return (4,), lambda data, _: {name: u32_le(data, 0)}


def _only_one(values: Values) -> tuple[tuple[int, ...], _Reader]:
    return (1,), lambda data, _: dict(values) if data[0] == 1 else {}


def _bed(data: bytes, _: str) -> Values:
    known: dict[int, Values] = {1: {"bed_occupancy": 1}, 2: {"bed_occupancy": 0}, 3: {"button": "double press"}}
    return known.get(data[0], {})


_ANY = tuple(range(1, 256))
# From 4800 on, ids are a group (the service of a product) and a kind of value, which is the same in all groups.
_PROPERTIES: dict[int, tuple[tuple[int, ...], _Reader]] = {
    0x01: _single("temperature_c"),
    0x02: _byte("humidity_pct"),
    0x03: _byte("battery_pct"),
    0x08: _single("humidity_pct"),
}
_READERS: dict[int, tuple[tuple[int, ...], _Reader]] = {
    0x0003: (_ANY, lambda data, _: {"motion": data[0], "motion_timer": data[0]}),
    0x0006: ((5,), _fingerprint),
    0x0007: (_ANY, _door),
    0x0008: ((1, 5), _armed),
    0x000A: ((2,), lambda data, _: {"temperature_c": i16_le(data, 0) / 100} if any(data) else {}),
    0x000B: ((9,), _lock),
    0x000F: ((3,), _motion_with_light),
    0x0010: ((1, 2), _toothbrush),
    0x1001: ((3,), _button),
    0x1004: ((2,), lambda data, _: {"temperature_c": i16_le(data, 0) / 10}),
    0x1005: ((2,), lambda data, _: {"switch": data[0], "temperature_c": data[1]}),
    0x1006: ((2,), lambda data, _: {"humidity_pct": u16_le(data, 0) / 10}),
    0x1007: (
        (3,),
        lambda data, _: {
            "illuminance_lx": int.from_bytes(data, "little"),
            "light": int(int.from_bytes(data, "little") == 100),
        },
    ),
    0x1008: _first_byte("moisture"),
    0x1009: ((2,), lambda data, _: {"conductivity": u16_le(data, 0)}),
    0x100A: (_ANY, lambda data, _: {"battery_pct": data[0], "voltage_v": 2.2 + (3.1 - 2.2) * (data[0] / 100)}),
    0x100D: ((4,), lambda data, _: {"temperature_c": i16_le(data, 0) / 10, "humidity_pct": u16_le(data, 2) / 10}),
    0x100E: ((1,), _lock_attributes),
    0x1010: ((2,), lambda data, _: {"formaldehyde": u16_le(data, 0) / 100}),
    0x1012: _first_byte("switch"),
    0x1013: _first_byte("consumable"),
    0x1014: _first_byte("moisture_detected"),
    0x1015: _first_byte("smoke"),
    0x1017: ((4,), _no_motion),
    0x1018: _first_byte("light"),
    0x1019: (_ANY, _opening),
    0x101B: ((4,), _no_motion),
    0x2000: ((5,), _body_temperature),
    0x3003: ((5, 6), _brushing),
    0x4801: _single("temperature_c"),
    0x4802: _byte("humidity_pct"),
    0x4803: _first_byte("battery_pct"),
    0x4804: (_ANY, _two_state),
    0x4805: _single("illuminance_lx"),
    0x4806: _first_byte("moisture_detected"),
    0x4808: _single("humidity_pct"),
    0x4810: (_ANY, _sleep("button_switch")),
    0x4811: _first_byte("snoring"),
    0x4818: ((2,), _no_motion),
    0x483C: _first_byte("pressure_state"),
    0x483D: _seconds("pressure_present_duration"),
    0x483E: _seconds("pressure_not_present_duration"),
    0x483F: _seconds("pressure_present_time_set"),
    0x4840: _seconds("pressure_not_present_time_set"),
    0x484E: (
        _ANY,
        lambda data, model: {"occupancy": int(data[0] == 1 if model == "XMOSB01XS" else data[0] > 0)},
    ),
    0x4851: _first_byte("duration_detected"),
    0x4852: _first_byte("duration_cleared"),
    0x4A01: _first_byte("low_battery"),
    0x4A08: ((4,), lambda data, _: {"motion": 1, "motion_timer": 1, "illuminance_lx": _float(data)}),
    0x4A0C: ((), _click("single press")),
    0x4A0D: ((), _click("double press")),
    0x4A0E: ((), _click("long press")),
    0x4A0F: _only_one({"opening": 1, "status": "door/window broken open"}),
    0x4A12: (_ANY, _two_state),
    0x4A13: _only_one({"button": "toggle"}),
    0x4A1A: _only_one({"opening": 1, "status": "door not closed"}),
    0x4A1C: _first_byte("reset"),
    0x4C01: _single("temperature_c"),
    0x4C02: _byte("humidity_pct"),
    0x4C03: _first_byte("battery_pct"),
    0x4C08: _single("humidity_pct"),
    0x4C14: _first_byte("mode"),
    0x4E01: _first_byte("low_battery"),
    0x4E0C: ((), _click("single press")),
    0x4E0D: ((), _click("double press")),
    0x4E0E: ((), _click("long press")),
    0x4E16: _only_one({"bed_occupancy": 1}),
    0x4E17: _only_one({"bed_occupancy": 0}),
    0x4E1C: _first_byte("device_reset"),
    0x5003: _first_byte("battery_pct"),
    0x5010: (_ANY, _sleep("button")),
    0x5011: _first_byte("snoring"),
    0x5403: _first_byte("battery_pct"),
    0x5414: _first_byte("mode"),
    0x5601: _first_byte("low_battery"),
    0x560C: ((), _click("single press")),
    0x560D: ((), _click("double press")),
    0x560E: ((), _click("long press")),
    0x5A16: (_ANY, _bed),
    0x6012: _byte("humidity_pct"),
}
