"""Driver `minew`: Minew BLE receivers (G1, MG3 and kin) that push what they hear over HTTP.

Reads top to bottom: `frames` (a body to what was heard), `reports` (that in the BLE decoders' terms), `driver` (the
listener); what advertisements mean is decided in `anju_drivers.ble`.
"""

from anju_drivers.driver import DriverSpec
from anju_drivers.minew.driver import create
from anju_drivers.minew.explain import decode_vector, explain
from anju_drivers.minew.settings import OPTIONS
from anju_drivers.minew.simulator import simulate

SPEC = DriverSpec(
    name="minew",
    summary_zh="Minew 蓝牙网关（HTTP 推送）：手环、信标、按钮和传感器",
    summary_en="Minew BLE receivers on the LAN (HTTP push): wristbands, beacons, buttons and sensors",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("minew_gateway.json", "minew_gateway_more.json"),
    simulate=simulate,
    options=OPTIONS,
)
