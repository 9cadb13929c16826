"""Driver `gt06`: trackers that speak the GT06 protocol over TCP."""

from anju_drivers.bands.session import explained_frames, vector_input
from anju_drivers.driver import DriverSpec
from anju_drivers.gt06.driver import OPTIONS, create
from anju_drivers.gt06.session import TrackerSession, decode_vector, explain
from anju_drivers.gt06.simulator import simulate

SPEC = DriverSpec(
    name="gt06",
    summary_zh="GT06 协议定位器（康凯斯等，TCP 接入）",
    summary_en="Trackers that dial in (GT06 protocol, Concox and others, TCP)",
    create=create,
    explain=explain,
    vectors=lambda item: decode_vector(vector_input(item)),
    vector_files=("gt06.json", "gt06_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: explained_frames(TrackerSession()),
)
