#!/usr/bin/env bash
# bthome-ble 3.25.0, against the BTHome v2 format (https://bthome.io/format).
#
# 1. Of two values of one kind in different units only the last is left.
#      47 8756 + 48 DC87   (2215.1 L, 34780 mL)  ->  volume 34780 mL
#      40 0C00 + 41 4E00   (12 mm, 7.8 m)        ->  distance 7.8 m
#      06 5E1F + 07 3E1D   (80.3 kg, 74.86 lb)   ->  mass 74.86 lb
#    "Multiple measurements of the same type" lets a device send several of a type; the second is then told apart by a
#    suffix. Two temperatures in one unit do get _1 and _2. Suffixes go by kind *and* unit, results by the kind alone:
#    the second overwrites the first.
# 2. One press that is advertised for 13 s is told three times, at 0, 5 and 10 s, though its packet id never changes.
#    "Packet id": a receiver should only take an advertisement whose id differs from the one before. The library's
#    filter ends 4 s after the last packet it took. A pendant that repeats its call to be heard calls again.
# 3. Temperature 0x58 comes in steps of 0.35 degrees (table "Sensor data") but is rounded to one digit:
#      58 FF (-0.35) -> -0.3     58 01 (0.35) -> 0.3     58 0D (4.55) -> 4.5
#    The number of digits is taken from the factor's power of ten.
#
# So: take bytes apart oneself where units may meet, keep the last packet id oneself, do not compare 0x58 for equality.
#
# Without dependencies: one far below has no wheel and is not imported.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps \
  bthome-ble==3.25.0 sensor-state-data==2.20.0 bluetooth-sensor-state-data==1.9.2 bluetooth-data-tools==1.29.24 \
  habluetooth==7.2.0 bleak==3.1.0 bleak-retry-connector==4.7.1 bluetooth-adapters==2.4.0 \
  bluetooth-auto-recovery==1.6.4 async-interrupt==1.2.2 aiooui==0.1.11 btsocket==0.3.0 dbus-fast==5.2.0 \
  uart-devices==0.1.1 usb-devices==0.5.1 typing-extensions==4.16.0 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12

"$work/env/bin/python" - <<'PY'
import sys

from bleak.backends.device import BLEDevice
from bthome_ble import BTHomeBluetoothDeviceData
from habluetooth import BluetoothServiceInfoBleak

ADDRESS, NAME = "A4:C1:38:8D:18:B2", "pendant"


def hear(device, data, at=0.0):
    """What one advertisement with this service data tells: values with units, and events."""
    told = device.update(
        BluetoothServiceInfoBleak(
            name=NAME,
            address=ADDRESS,
            rssi=-60,
            manufacturer_data={},
            service_data={"0000fcd2-0000-1000-8000-00805f9b34fb": bytes.fromhex(data)},
            service_uuids=[],
            source="",
            device=BLEDevice(ADDRESS, NAME, {}),
            advertisement=None,
            connectable=False,
            time=at,
            tx_power=None,
        )
    )
    values = {
        key.key: (value.native_value, str(told.entity_descriptions[key].native_unit_of_measurement))
        for key, value in told.entity_values.items()
        if key.key not in ("signal_strength", "packet_id")
    }
    return values, {key.key: event.event_type for key, event in told.events.items()}


def values(data):
    return hear(BTHomeBluetoothDeviceData(), data)[0]


def expect(what, seen, known):
    print(f"{what}: {seen}")
    if seen != known:
        sys.exit(f"bthome-ble behaves differently now, {what}: {seen} instead of {known}")


# Each value is read well when it is alone ...
expect("litres alone", values("40" "478756"), {"volume": (2215.1, "L")})
expect("millimetres alone", values("40" "400C00"), {"distance": (12, "mm")})
expect("kilograms alone", values("40" "065E1F"), {"mass": (80.3, "kg")})
# ... and two of one unit are both there.
expect(
    "two temperatures",
    values("40" "451101" "451201"),
    {"temperature_1": (27.3, "°C"), "temperature_2": (27.4, "°C")},
)
expect("litres and millilitres", values("40" "478756" "48DC87"), {"volume": (34780, "mL")})
expect("millimetres and metres", values("40" "400C00" "414E00"), {"distance": (7.8, "m")})
expect("kilograms and pounds", values("40" "065E1F" "073E1D"), {"mass": (74.86, "lb")})

# 0x44: sends when triggered. Packet id 9, then button "press".
pendant = BTHomeBluetoothDeviceData()
presses = [at for at in range(14) if hear(pendant, "44" "0009" "3A01", float(at))[1] == {"button": "press"}]
expect("seconds at which one press was told", presses, [0, 5, 10])

for data, known in (("58FF", -0.3), ("5801", 0.3), ("580D", 4.5), ("58EA", -7.7)):
    expect(f"temperature {data}", values("40" + data), {"temperature": (known, "°C")})
PY
