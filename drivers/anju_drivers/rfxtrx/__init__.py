"""Driver `rfxtrx`: RFXtrx433 transceivers on a serial port; packets are decoded by pyRFXtrx."""

from anju_drivers.driver import DriverSpec
from anju_drivers.rfxtrx.driver import create
from anju_drivers.rfxtrx.explain import PacketStream, decode_vector, explain
from anju_drivers.rfxtrx.settings import OPTIONS
from anju_drivers.rfxtrx.simulator import simulate

SPEC = DriverSpec(
    name="rfxtrx",
    summary_zh="RFXtrx433 收发器（串口）：433 MHz 呼叫器、遥控和安防传感器",
    summary_en="RFXtrx433 transceiver on a serial port: 433 MHz pendants, remotes and security sensors",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("rfxtrx433.json", "rfxtrx433_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=PacketStream,
)
