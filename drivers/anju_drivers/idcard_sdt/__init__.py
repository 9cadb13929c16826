"""Driver `idcard_sdt`: readers of resident id cards (SDT protocol, SAM-V module) on a serial port."""

from anju_drivers.driver import DriverSpec
from anju_drivers.idcard_sdt.driver import OPTIONS, create
from anju_drivers.idcard_sdt.explain import IdCardStream, decode_vector, explain
from anju_drivers.idcard_sdt.simulator import simulate

SPEC = DriverSpec(
    name="idcard_sdt",
    summary_zh="串口身份证阅读器（SDT 协议，二代证、港澳台居住证、外国人永居证）",
    summary_en="ID card reader on a serial port (SDT protocol: resident, residence permit and foreigners' cards)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("idcard_sdt.json",),
    simulate=simulate,
    options=OPTIONS,
    decoder=IdCardStream,
)
