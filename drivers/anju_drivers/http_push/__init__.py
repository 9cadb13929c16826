"""Driver `http_push`: TP-Link VIGI cameras, scripts (generic webhook) and Hikvision cameras that push by HTTP."""

from anju_drivers.driver import DriverSpec
from anju_drivers.framing.explained_stream import ExplainedStream
from anju_drivers.http_push.driver import OPTIONS, create
from anju_drivers.http_push.explain import decode_vector, explain, explain_message
from anju_drivers.http_push.frames import PushDecoder
from anju_drivers.http_push.simulator import simulate

SPEC = DriverSpec(
    name="http_push",
    summary_zh="摄像机与脚本的 HTTP 推送（TP-Link VIGI、通用 Webhook、海康威视）",
    summary_en="HTTP push of cameras and scripts (TP-Link VIGI, generic webhook, Hikvision)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("vigi.json",),
    simulate=simulate,
    options=OPTIONS,
    decoder=lambda: ExplainedStream(PushDecoder(), explain_message),
)
