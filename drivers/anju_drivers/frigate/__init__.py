"""Driver `frigate`: triggers of a site's own Frigate, over MQTT."""

from anju_drivers.driver import DriverSpec
from anju_drivers.frigate.driver import OPTIONS, create
from anju_drivers.frigate.explain import decode_vector, explain
from anju_drivers.frigate.simulator import simulate

SPEC = DriverSpec(
    name="frigate",
    summary_zh="Frigate 智能识别触发（MQTT 订阅）",
    summary_en="Triggers of Frigate (MQTT)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("frigate.json",),
    simulate=simulate,
    options=OPTIONS,
)
