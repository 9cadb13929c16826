"""Driver `hikvision`: alarm events of Hikvision cameras and recorders (ISAPI), by their stream or by their push."""

from anju_drivers.driver import DriverSpec
from anju_drivers.framing.explained_stream import ExplainedStream
from anju_drivers.hikvision.driver import OPTIONS, create
from anju_drivers.hikvision.explain import decode_vector, explain, explain_message
from anju_drivers.hikvision.frames import AlertDecoder
from anju_drivers.hikvision.simulator import simulate

SPEC = DriverSpec(
    name="hikvision",
    summary_zh="海康威视摄像机与录像机事件（ISAPI，订阅或推送）",
    summary_en="Events of Hikvision cameras and recorders (ISAPI, stream or push)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("isapi.json", "isapi_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: ExplainedStream(AlertDecoder(), explain_message),
)
