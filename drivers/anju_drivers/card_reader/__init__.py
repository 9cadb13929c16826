"""Driver `card_reader`: 125 kHz card readers (RDM6300 and compatible, EM4100 cards) on a serial port."""

from anju_drivers.card_reader.driver import OPTIONS, create
from anju_drivers.card_reader.explain import CardStream, decode_vector, explain
from anju_drivers.card_reader.simulator import simulate
from anju_drivers.driver import DriverSpec

SPEC = DriverSpec(
    name="card_reader",
    summary_zh="串口读卡器（RDM6300，EM4100 卡）",
    summary_en="Card reader on a serial port (RDM6300, EM4100 cards)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("rdm6300.json",),
    simulate=simulate,
    options=OPTIONS,
    decoder=CardStream,
)
