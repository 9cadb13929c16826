"""Driver `mail_in`: cheap cameras and old recorders that tell an alarm by mail."""

from anju_drivers.driver import DriverSpec
from anju_drivers.mail_in.driver import OPTIONS, create
from anju_drivers.mail_in.explain import decode_vector, explain
from anju_drivers.mail_in.simulator import simulate

SPEC = DriverSpec(
    name="mail_in",
    summary_zh="摄像机与录像机的报警邮件（局域网内接收）",
    summary_en="Alarm mails of cameras and recorders (received in the LAN)",
    create=create,
    explain=explain,
    vectors=decode_vector,
    vector_files=("mail.json", "mail_more.json"),
    simulate=simulate,
    options=OPTIONS,
)
