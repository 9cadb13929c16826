"""Driver `scanner`: barcode and QR scanners on a serial port, or on USB in serial mode."""

from anju_drivers.driver import DriverSpec
from anju_drivers.scanner.driver import OPTIONS, create
from anju_drivers.scanner.explain import ScannerStream, decode_vector, explain
from anju_drivers.scanner.simulator import simulate

SPEC = DriverSpec(
    name="scanner",
    summary_zh="串口扫码器（二维码、条码；USB 请设为串口模式）",
    summary_en="Barcode and QR scanner on a serial port (USB scanners in serial mode)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("barcode_qr.json", "barcode_qr_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=ScannerStream,
)
