"""Driver `eview_ev07b`: 4G SOS pendants with indoor beacon fixes, over TCP."""

from anju_drivers.bands.session import explained_frames, vector_input
from anju_drivers.driver import DriverSpec
from anju_drivers.eview_ev07b.driver import OPTIONS, create
from anju_drivers.eview_ev07b.session import PendantSession, decode_vector, explain
from anju_drivers.eview_ev07b.simulator import simulate

SPEC = DriverSpec(
    name="eview_ev07b",
    summary_zh="4G 紧急呼叫吊坠（Eview EV07B，TCP 接入）",
    summary_en="4G SOS pendants that dial in (Eview EV07B, MiniFinder, TCP)",
    create=create,
    explain=explain,
    vectors=lambda item: decode_vector(vector_input(item)),
    vector_files=("eview_ev07b.json", "eview_ev07b_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: explained_frames(PendantSession(lambda: 0.0)),
)
