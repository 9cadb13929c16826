"""Which band is meant by "press it now", as the API says it: two are both shown, one that somebody wears says so."""

from __future__ import annotations

from pathlib import Path

from anju_central.access.caller import Role
from anju_protos.v1.control_pb2 import BoxStatus, DeviceLine
from support.hubs import Hub, running


def line(
    device: str, heard: int = 1, pressed: int | None = None, kind: str = "", *, adopted: bool = False
) -> DeviceLine:
    made = DeviceLine(device=device, heard=True, heard_ago_s=heard, kind=kind, adopted=adopted, rssi_dbm=-60)
    if pressed is not None:
        made.pressed_ago_s = pressed
    return made


def say(hub: Hub, *lines: DeviceLine) -> None:
    hub.contacts.connected("box-1", "ningdu", "control")
    hub.contacts.status("box-1", BoxStatus(devices=lines))


async def test_who_was_pressed_comes_first_and_two_are_both_shown(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        bearer = next(iter(hub.parts.label_watch.labels.of("ningdu").bearers))
        worn = line(bearer, kind="band", adopted=True)
        say(hub, line("ble:new1"), line("ble:new2", pressed=3), worn, line("r:1", kind="receiver"))
        told = (await hub.http.get("/api/boxes/box-1/pressed")).json()
        assert (told["only"], told["is_connected"], told["left_out"]) == ("ble:new2", True, 0)
        assert [(one["device"], one["is_bound"]) for one in told["proposals"]] == [
            ("ble:new2", False), ("ble:new1", False), (bearer, True),
        ]  # fmt: skip
        say(hub, line("ble:new1", pressed=9), line("ble:new2", pressed=3), worn)
        told = (await hub.http.get("/api/boxes/box-1/pressed")).json()
        assert told["only"] == ""
        assert [one["device"] for one in told["proposals"]][:2] == ["ble:new2", "ble:new1"]
        hub.clock.advance(55)
        told = (await hub.http.get("/api/boxes/box-1/pressed")).json()
        assert told["only"] == "ble:new2", "what the box said a minute ago is a minute old"
        assert [one["pressed_ago_s"] for one in told["proposals"]] == [58, None, None]


async def test_boxes_of_others_are_unknown(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        say(hub, line("ble:new1"))
        assert (await hub.http.get("/api/boxes/nowhere/pressed")).status_code == 404
        async with hub.person("technician-2", Role.TECHNICIAN, frozenset({"other"})) as stranger:
            assert (await stranger.get("/api/boxes/box-1/pressed")).status_code == 404
            assert (await stranger.get("/api/boxes/box-2/pressed")).json()["proposals"] == []
