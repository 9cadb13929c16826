"""Driver `lorawan`: LoRa buttons and sensors, by a RAK module on a serial port or a LoRaWAN server on the LAN."""

from anju_drivers.driver import DriverSpec
from anju_drivers.lorawan.driver import create
from anju_drivers.lorawan.explain import decode_vector, decoder, explain
from anju_drivers.lorawan.settings import OPTIONS
from anju_drivers.lorawan.simulator import simulate

SPEC = DriverSpec(
    name="lorawan",
    summary_zh="LoRa 按钮和传感器（串口 RAK 模块，或局域网 LoRaWAN 服务器）",
    summary_en="LoRa buttons and sensors (RAK module on a serial port, or a LoRaWAN server on the LAN)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("lorawan_milesight.json", "lorawan_milesight_more.json", "lorawan_servers.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=decoder,
)
