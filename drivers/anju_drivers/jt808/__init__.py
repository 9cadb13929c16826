"""Driver `jt808`: wearables and vehicle terminals under JT/T 808 (2013 and 2019) over TCP."""

from anju_drivers.bands.session import explained_frames, vector_input
from anju_drivers.driver import DriverSpec
from anju_drivers.jt808.driver import OPTIONS, create
from anju_drivers.jt808.session import TerminalSession, decode_vector, explain
from anju_drivers.jt808.simulator import simulate

SPEC = DriverSpec(
    name="jt808",
    summary_zh="部标终端（JT/T 808-2013/2019，TCP 接入）",
    summary_en="Terminals under JT/T 808 (2013 and 2019) that dial in (TCP)",
    create=create,
    explain=explain,
    vectors=lambda item: decode_vector(vector_input(item)),
    vector_files=("jt808.json", "jt808_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: explained_frames(TerminalSession(lambda: 0.0)),
)
