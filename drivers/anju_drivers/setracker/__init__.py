"""Driver `setracker`: GPS watches and wristbands that speak [3G*...] over TCP."""

from anju_drivers.bands.session import explained_frames, vector_input
from anju_drivers.driver import DriverSpec
from anju_drivers.setracker.driver import OPTIONS, create
from anju_drivers.setracker.session import WatchSession, decode_vector, explain
from anju_drivers.setracker.simulator import simulate

SPEC = DriverSpec(
    name="setracker",
    summary_zh="GPS 定位手环/手表（SeTracker 协议，TCP 接入）",
    summary_en="GPS wristbands and watches that dial in (SeTracker protocol, TCP)",
    create=create,
    explain=explain,
    vectors=lambda item: decode_vector(vector_input(item)),
    vector_files=("watch_setracker.json", "watch_setracker_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: explained_frames(WatchSession()),
)
