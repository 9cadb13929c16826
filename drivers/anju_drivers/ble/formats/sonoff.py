"""Sonoff S-MATE and R5 switches: one advertisement per press, from a fixed address, in an UUID list.

Layout and masking bytes as custom-components/ble_monitor (MIT) reads them.
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import Values, u32

ADDRESS = bytes.fromhex("665544332211")
_MASK = bytes.fromhex("0f39be5f2705bef966b5740d0486d26155bbfc1634407e1d386ee406aa79329566b5740ddb8ce9012a")
_BUTTONS = {
    0x46: ("S-MATE", ("three_btn_switch_left", "three_btn_switch_middle", "three_btn_switch_right")),
    0x47: (
        "R5",
        (
            "six_btn_switch_top_left", "six_btn_switch_top_middle", "six_btn_switch_top_right",
            "six_btn_switch_bottom_left", "six_btn_switch_bottom_middle", "six_btn_switch_bottom_right",
        ),
    ),
}  # fmt: skip
_PRESSES = ("single press", "double press", "long press")


def decode(value: bytes, address: bytes) -> tuple[str, str, Values] | None:
    """(model, device id in 12 hex digits, values) of the UUID list's bytes; `packet` counts the presses."""
    if address != ADDRESS or len(value) < 23 or value[8] not in _BUTTONS:
        return None
    model, buttons = _BUTTONS[value[8]]
    seed = value[15]
    plain = bytes(byte ^ seed ^ mask for byte, mask in zip(value[16:], _MASK, strict=False))
    button, press = plain[1], plain[2]
    if button >= len(buttons) or press >= len(_PRESSES):
        return None
    values: Values = {buttons[button]: "toggle", "button_switch": _PRESSES[press], "packet": u32(plain, 3)}
    return model, f"0000{value[11:15].hex()}", values
