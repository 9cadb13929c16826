"""What is for operators and technicians and wakes nobody: service, silence, cameras, a damaged journal."""

from __future__ import annotations

from pathlib import Path

from anju_drivers.driver import LinkReading, TriggerReading, TriggerState
from support.box_parts import RECEIVER, ROSTER
from support.running_box import box_config, running_box, until
from support.whole import at_hub, free_port, hub_config, running_hub

CAMERA = "hikvision:cam-1"
EAGER = (
    ROSTER
    + f"""
[[devices]]
key = "{CAMERA}"
kind = "camera"
zone = "b4-u1"
[[rules]]
id = "silent"
kind = "device_silent"
[rules.values]
after_s = "0"
"""
)


async def test_they_reach_the_operator_and_close_themselves_where_they_can(tmp_path: Path) -> None:
    port = free_port()
    config = at_hub(box_config(tmp_path), port)
    config.box.roster.write_text(EAGER, encoding="utf-8")
    hub = hub_config(tmp_path / "hub", config.box.roster, grpc_address=f"127.0.0.1:{port}")
    async with running_hub(hub) as operator, running_box(config) as box:
        await operator.online()
        await box.kiosk_service.ask_staff("kiosk-1", "unknown_card")
        asked = await operator.incident(device="kiosk:kiosk-1")
        assert (asked["priority"], asked["reasons"]) == ("P3", ["STAFF_ASKED"])

        box.intake.heard(RECEIVER)
        box.intake.take(LinkReading(RECEIVER, False, "unplugged"))
        silent = await operator.incident(device=RECEIVER)
        assert (silent["priority"], silent["reasons"]) == ("P2", ["DEVICE_SILENT"])
        assert box.kiosk_service.snapshot("kiosk-1").banner is None
        box.intake.take(LinkReading(RECEIVER, True))
        back = await operator.incident(lambda one: one["state"] == "RESOLVED", device=RECEIVER)
        assert (back["cause"], back["closed_on_site"]) == ("device_back", True)

        box.intake.take(TriggerReading(CAMERA, "fall", TriggerState.PULSE, channel=1))
        fall = await operator.incident(device=CAMERA)
        assert (fall["priority"], fall["reasons"]) == ("P2", ["FALL"])
        banner = box.kiosk_service.snapshot("kiosk-1").banner
        assert banner is not None
        assert banner.kind == "fall"
        await operator.acknowledge(fall)
        await until(lambda: not any(local.is_ringing for local in box.incidents.open()))
