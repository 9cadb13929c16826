"""Driver `rtl433`: 433/868 MHz pendants, remotes and sensors heard by rtl_433, which runs as a program of its own."""

from anju_drivers.driver import DriverSpec
from anju_drivers.rtl433.driver import create
from anju_drivers.rtl433.explain import decode_vector, decoder, explain
from anju_drivers.rtl433.settings import OPTIONS
from anju_drivers.rtl433.simulator import simulate

SPEC = DriverSpec(
    name="rtl433",
    summary_zh="433 MHz 接收（rtl_433）：呼叫器、遥控、门磁、烟感、水浸",
    summary_en="433 MHz receiver (rtl_433): pendants, remotes, door, smoke and water sensors",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("rtl433_json.json", "rtl433_json_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=decoder,
)
