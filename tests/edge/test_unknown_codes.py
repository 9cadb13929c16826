"""A code that no table knows: a trouble that somebody looks at within the day, never an emergency and never nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_drivers.driver import StateReading
from anju_drivers.unknown_code import unknown_code, unknown_detail
from anju_edge.cli.status import snapshot_lines
from anju_edge.clock import SimulatedClock
from anju_edge.health.trouble_codes import Severity, severity_of
from anju_edge.intake.unknown_codes import CODES_MAX, KEPT_MS, UnknownCodes
from anju_protos.v1.event_pb2 import DEVICE_STATE, DeviceState
from support.box_parts import BAND, OTHER_BAND, box_parts
from support.running_box import box_config, running_box, snapshot
from support.whole import at_hub, eventually, grpc_port, hub_config, running_hub

TROUBLE = f"EDGE-DEV-003:{BAND}"


async def test_a_code_that_no_table_knows_is_a_trouble_of_the_box_for_a_day(tmp_path: Path) -> None:
    clock = SimulatedClock(7, manual=True)
    async with running_box(box_config(tmp_path), clock) as box:
        box.intake.take(StateReading(BAND, battery_pct=80, detail="alarm bits 00000100"))
        assert TROUBLE not in box.health.troubles(), "what a table knows is no news"
        box.intake.take(unknown_code(BAND, "alarm 7b"))
        box.intake.take(unknown_code("gt06:359339075000001", "alarm 7b"))
        assert [code for code in box.health.troubles() if code.startswith("EDGE-DEV-003")] == [TROUBLE]
        assert severity_of([TROUBLE]) is Severity.SOON
        assert box.health.causes()[TROUBLE] == "unknown code alarm 7b"
        assert (box.incidents.open(), list(box.health.status().troubles).count(TROUBLE)) == ([], 1)
        told = await snapshot(box)
        assert told["causes"][TROUBLE] == "unknown code alarm 7b"
        shown = "\n".join(str(line) for line in snapshot_lines(told))
        assert f"{TROUBLE}" in shown
        assert "unknown code alarm 7b" in shown
        assert "设备发来了无法识别的代码" in shown
        clock.advance(KEPT_MS - 1_000)
        box.intake.take(unknown_code(BAND, "alarm 7b"))
        clock.advance(KEPT_MS - 1)
        assert TROUBLE in box.health.troubles(), "a day after the last one"
        clock.advance(1)
        assert TROUBLE not in box.health.troubles()
        assert TROUBLE not in box.health.causes()


async def test_it_stands_at_the_consoles_row_of_the_box(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    central = hub_config(tmp_path / "hub", config.box.roster)
    async with running_hub(central) as operator, running_box(at_hub(config, grpc_port(central))) as box:
        box.intake.take(unknown_code(BAND, "alarm 7b"))

        async def is_shown() -> bool:
            return TROUBLE in (await operator.box())["troubles"]

        await eventually(is_shown)


async def test_a_device_that_is_adopted_after_it_was_heard_keeps_its_news(tmp_path: Path) -> None:
    async with box_parts(tmp_path, roster="") as box:
        await box.intake.take(unknown_code(BAND, "alarm 7b"))
        box.devices.adopt({BAND, OTHER_BAND}, box.clock.elapsed_ms())
        assert box.devices.adopted[BAND].unknown_code(box.clock.elapsed_ms()) == "unknown code alarm 7b"
        assert box.devices.adopted[OTHER_BAND].unknown_code(box.clock.elapsed_ms()) == ""
        (event,) = await box.of_kind(DEVICE_STATE)
        assert DeviceState.FromString(event.payload).detail == "unknown code alarm 7b"


def test_a_code_that_comes_every_minute_hides_no_rarer_one() -> None:
    codes = UnknownCodes()
    codes.take(unknown_detail("alarm 7b"), 0)
    for minute in range(500):
        codes.take(unknown_detail("message 99", "status bit 3"), minute * 60_000)
    assert codes.text(500 * 60_000) == "unknown code status bit 3, message 99, alarm 7b"
    assert codes.text(KEPT_MS) == "unknown code status bit 3, message 99"


@pytest.mark.parametrize("detail", ["unknown code " + "9" * 180, *(unknown_detail(f"alarm {n:04x}") for n in range(3))])
def test_what_is_shown_is_bounded(detail: str) -> None:
    codes = UnknownCodes()
    for number in range(1_000):
        codes.take(f"{detail}{number}", number)
    assert len(codes.text(1_000)) <= 200
    assert codes.text(1_000).count(",") < CODES_MAX
