"""Hostile bodies over real sockets, into every HTTP listener of a whole box: it lives, answers, and a press rings."""

from __future__ import annotations

from pathlib import Path

from anju_protos.v1.event_pb2 import TRIGGER
from support.hostile_bodies import is_well, listening, push_hostile_bodies, rings, with_doors
from support.running_box import box_config, running_box, snapshot, until

BROKEN = "cam\ud800"


async def test_a_camera_push_that_utf_8_cannot_encode_rings_and_ends_no_box(tmp_path: Path) -> None:
    config, script, _, _ = with_doors(box_config(tmp_path))
    async with running_box(config) as box:
        await listening(box)
        status = await script.webhook("fall", device=BROKEN, region=BROKEN, rule=BROKEN, state="active")
        assert status == 202
        assert await script.webhook(BROKEN, device="x") in (202, 400)
        await until(lambda: box.health.recorder.by_kind[TRIGGER] >= 1)
        assert [local.incident.device for local in box.incidents.open()] == ["http_push:training.cam-ud800"]
        is_well(box)
        shown = await snapshot(box)
        assert any(row["device"] == "http_push:training.cam-ud800" for row in shown["devices"])
        assert rings(box, b"1")


async def test_hostile_bodies_into_every_listener(tmp_path: Path) -> None:
    await push_hostile_bodies(tmp_path, rounds=2)
