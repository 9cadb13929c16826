"""An example driver in a package of its own: a box of call buttons on a serial port."""

from anju_drivers.driver import DriverSpec

from .driver import OPTIONS, create
from .explain import BellStream, decode_vector, explain
from .simulator import simulate

SPEC = DriverSpec(
    name="example_bell",
    summary_zh="示例：串口呼叫按钮盒",
    summary_en="Example: a box of call buttons on a serial port",
    create=create,
    explain=explain,
    vectors=decode_vector,
    simulate=simulate,
    options=OPTIONS,
    decoder=BellStream,
)
