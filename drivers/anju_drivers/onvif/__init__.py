"""Driver `onvif`: events of ONVIF cameras and recorders, by a pull point."""

from anju_drivers.driver import DriverSpec
from anju_drivers.onvif.driver import OPTIONS, create
from anju_drivers.onvif.explain import AnswerStream, decode_vector, explain
from anju_drivers.onvif.simulator import simulate

SPEC = DriverSpec(
    name="onvif",
    summary_zh="ONVIF 摄像机与录像机事件（PullPoint 订阅）",
    summary_en="Events of ONVIF cameras and recorders (PullPoint)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("onvif.json", "onvif_more.json"),
    simulate=simulate,
    options=OPTIONS,
    decoder=AnswerStream,
)
