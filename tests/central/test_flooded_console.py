"""Pages beside a flood: what changes for very many incidents at once is not sent one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_central.api.console import SENT_AGAIN_MAX
from anju_protos.v1.event_pb2 import UNSET, Anchor
from support.events import ALARM, BOOT, T0, Box, alarm, stamp
from support.hubs import running


@pytest.mark.parametrize(("number", "told"), [(3, "incident"), (SENT_AGAIN_MAX + 1, "reload")])
async def test_times_that_are_known_at_last_are_sent_again_or_loaded_again(
    tmp_path: Path, number: int, told: str
) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        early = [alarm(f"ble:{n}", at_ms=n) for n in range(number)]
        for event in early:
            event.stamp.CopyFrom(stamp(1, quality=UNSET))
        await hub.take(box, *early)
        last = hub.parts.console.changes.last
        anchor = Anchor(boot=BOOT, offset_ms=T0, error_ms=5, at_elapsed_ms=9, source=Anchor.HUB)
        await hub.take(box, alarm("ble:now", at_ms=9, anchor=anchor))
        news = [change.event for change in hub.parts.console.changes.after(last) or []]
        expected = {"incident": number + 1, "reload": 0} if told == "incident" else {"incident": 1, "reload": 1}
        assert {event: news.count(event) for event in expected} == expected
