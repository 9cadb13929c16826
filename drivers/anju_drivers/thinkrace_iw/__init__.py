"""Driver `thinkrace_iw`: GPS watches that speak IW... or TRV... over TCP."""

from anju_drivers.bands.session import explained_frames, vector_input
from anju_drivers.driver import DriverSpec
from anju_drivers.thinkrace_iw.driver import OPTIONS, create
from anju_drivers.thinkrace_iw.session import IwSession, decode_vector, explain
from anju_drivers.thinkrace_iw.simulator import simulate

SPEC = DriverSpec(
    name="thinkrace_iw",
    summary_zh="GPS 定位手表（ThinkRace IW/TRV 协议，TCP 接入）",
    summary_en="GPS watches that dial in (ThinkRace IW / TRV protocol, TCP)",
    create=create,
    explain=explain,
    vectors=lambda item: decode_vector(vector_input(item)),
    vector_files=("thinkrace_iw.json", "thinkrace_iw_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: explained_frames(IwSession(lambda: 0.0)),
)
