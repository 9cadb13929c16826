"""Driver `dahua`: events of Dahua cameras, recorders and door stations and their OEMs, by their event stream."""

from anju_drivers.dahua.driver import OPTIONS, create
from anju_drivers.dahua.explain import decode_vector, explain, explain_message
from anju_drivers.dahua.frames import DahuaDecoder
from anju_drivers.dahua.simulator import simulate
from anju_drivers.driver import DriverSpec
from anju_drivers.framing.explained_stream import ExplainedStream

SPEC = DriverSpec(
    name="dahua",
    summary_zh="大华摄像机、录像机与门口机事件（CGI 订阅）",
    summary_en="Events of Dahua cameras, recorders and door stations (CGI event stream)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("dahua.json", "dahua_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: ExplainedStream(DahuaDecoder(), explain_message),
)
