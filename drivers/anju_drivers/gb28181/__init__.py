"""Driver `gb28181`: alarms of the national video standard, decoded only.

A device reaches its platform by SIP: registration, keep-alive, catalogue and arming. That side usually belongs to the
police's or the property's platform and is not built here, so `create` refuses and says what to use instead.
"""

from collections.abc import Mapping

from anju_drivers.driver import Driver, DriverSpec
from anju_drivers.errors import DriverConfigError
from anju_drivers.framing.explained_stream import ExplainedStream
from anju_drivers.gb28181.explain import decode_vector, explain, explain_message
from anju_drivers.gb28181.frames import BodyDecoder
from anju_drivers.options import Options


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Always raises `DriverConfigError`: for an unknown key, else because there is no SIP side."""
    Options(options, {})
    raise DriverConfigError(
        "driver", "gb28181 only decodes alarm bodies, its SIP side is not built; use hikvision, dahua or onvif"
    )


SPEC = DriverSpec(
    name="gb28181",
    summary_zh="国标 GB/T 28181 报警消息（仅解析，不含 SIP 注册）",
    summary_en="GB/T 28181 alarm messages (decoding only, no SIP registrar)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("gb28181.json", "gb28181_more.json"),
    decoder=lambda: ExplainedStream(BodyDecoder(), explain_message),
)
