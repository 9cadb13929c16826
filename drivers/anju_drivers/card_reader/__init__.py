"""Driver `card_reader`: readers of EM4100 cards (RDM6300) and of NFC cards (PN532 HSU) on a serial port."""

from anju_drivers.card_reader.driver import OPTIONS, create
from anju_drivers.card_reader.explain import CardStream, decode_vector, explain
from anju_drivers.card_reader.simulator import simulate
from anju_drivers.driver import DriverSpec

SPEC = DriverSpec(
    name="card_reader",
    summary_zh="串口读卡器（RDM6300：EM4100 卡；PN532：NFC 卡）",
    summary_en="Card reader on a serial port (RDM6300: EM4100 cards; PN532: NFC cards)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("rdm6300.json", "pn532_hsu.json", "pn532_hsu_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=CardStream,
)
