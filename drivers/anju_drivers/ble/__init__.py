"""BLE: wristbands, beacons, buttons and sensors, heard by a Bluetooth controller on a serial port (HCI, H4).

Reads top to bottom: `frames` (bytes to reports), `ad` and `advert` (a report's structures and what each says, one file
per family of devices), `interpretation` and `alarm_signals` (identity, state, cries for help), `reading_mapper`
(readings), `shared_state` (what the receivers of a box know together), `driver` (the port).
"""

from __future__ import annotations

from anju_drivers.ble import driver, explain, simulator, vectors
from anju_drivers.ble.settings import OPTIONS
from anju_drivers.driver import DriverSpec

SPEC = DriverSpec(
    name="ble",
    summary_zh="蓝牙接收器（串口 HCI）：手环、信标、按钮、门磁和床垫传感器",
    summary_en="Bluetooth receiver on a serial port (HCI): wristbands, beacons, buttons, door and bed sensors",
    create=driver.create,
    explain=explain.explain,
    vectors=vectors.decode_item,
    vector_files=vectors.FILES,
    simulate=simulator.simulate,
    options=OPTIONS,
    decoder=explain.CaptureDecoder,
    hear=vectors.hear,
)
