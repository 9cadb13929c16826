"""`anju-edge devices`: listing, adopting with a diff and a backup, forgetting, recording and replaying."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from anju_drivers.ble.simulator import BleSimulator
from anju_drivers.conformance import running
from anju_drivers.idcard_sdt import SPEC as ID_CARDS
from anju_drivers.idcard_sdt.simulator import IdCardSimulator
from anju_drivers.registry import load_drivers
from anju_drivers.testing.replay import load
from anju_edge.cli import status as checks
from anju_edge.cli.all_verbs import app
from anju_edge.cli.devices_words import Messages, preferred_language
from anju_edge.config import EdgeConfig, load_config
from anju_edge.discovery import adopt
from anju_edge.discovery.adopt import AdoptError
from anju_edge.discovery.adoption import Adoption, Refused, adopt_device
from anju_edge.discovery.answers import SADP, Answer
from anju_edge.discovery.lan import Interface
from anju_edge.discovery.ports import PortInfo
from anju_edge.discovery.proposals import Site, of_lan, of_ports
from anju_edge.discovery.record import record
from anju_edge.discovery.scan import Scan, Wanted
from anju_protos.roster_file import load_roster

CONFIG = """\
# the box
[box]
id = "ningdu-1"
community = "ningdu"
data = "data"
roster = "community.toml"

[http]
status_listen = "127.0.0.1:{port}"

# the stairwell
[[drivers]]
driver = "ble"
name = "receiver-1"
port = "/dev/serial/by-id/one"
[[drivers.sos]]
ibeacon = "e2c56db5dffb48d2b060d0f5a710505e/*/*"

# the desk
[[drivers]]
driver = "card_reader"
name = "kiosk-1"
port = "/dev/serial/by-id/two"   # beside the screen
"""
ROSTER = """\
# all people are fictitious
community = "ningdu"
revision = 7
name_zh = "柠都社区"
token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"

[[zones]]
id = "b3-u2"
label_zh = "3栋2单元"

[[devices]]
key = "ble:receiver-1"
kind = "receiver"
zone = "b3-u2"

[[devices]]
key = "ble:ac233fc001aa"
kind = "band"

[[residents]]
id = "r-0001"
name = "王小秀"

[[bindings]]
device = "ble:ac233fc001aa"
resident = "r-0001"
"""
HOME = Interface("eth0", ipaddress.IPv4Interface("192.168.1.20/24"))


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A box's folder; returns its configuration file."""
    file = tmp_path / "edge.toml"
    file.write_text(CONFIG.replace("{port}", "1"), encoding="utf-8")
    roster = tmp_path / "community.toml"
    roster.write_text(ROSTER, encoding="utf-8")
    roster.chmod(0o600)
    return file


def run(*words: str, code: int = 0, lang: str = "en", stdin: str = "") -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["devices", "--lang", lang, *words], input=stdin)
    assert result.exit_code == code, result.output
    return result.output


def test_a_heard_band_is_adopted_into_the_roster(box: Path) -> None:
    said = run(
        "adopt", "ble:ac233fc001bb", "--zone", "", "--label-zh", "手环 2", "--period-s", "60", "-y", "-c", str(box)
    )
    assert '+key = "ble:ac233fc001bb"' in said
    roster = load_roster(box.parent / "community.toml")
    band = next(device for device in roster.devices if device.key == "ble:ac233fc001bb")
    assert (band.kind, band.label_zh, band.period_s) == ("band", "手环 2", 60)
    assert roster.revision == 8
    [backup] = box.parent.glob("community.toml.*.bak")
    assert backup.read_text(encoding="utf-8") == ROSTER
    assert [file.stat().st_mode & 0o777 for file in (backup, box.parent / "community.toml")] == [0o600, 0o600]
    assert box.read_text(encoding="utf-8") == CONFIG.replace("{port}", "1")


def test_beside_a_roster_of_the_hub_it_says_that_the_file_has_no_effect(
    box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("adopt", "ble:ac233fc001bb", "--period-s", "60", "-y", "-c", str(box))
    monkeypatch.setattr(checks, "fetch_snapshot", lambda _at: {"roster": {"revision": 9, "from_hub": True}})
    assert "register the device at the hub" in run(*words)


def test_nothing_is_written_before_a_person_says_yes(box: Path) -> None:
    said = run("adopt", "ble:ac233fc001bb", "-c", str(box), code=1, stdin="n\n")
    assert "nothing was written" in said
    assert (box.parent / "community.toml").read_text(encoding="utf-8") == ROSTER
    assert list(box.parent.glob("*.bak")) == []


def test_an_absent_port_is_not_adopted(box: Path, tmp_path: Path) -> None:
    port = str(tmp_path / "no-such-port")
    said = run(
        "adopt", port, "--driver", "card_reader", "--name", "desk", "--set", "model=pn532", "--zone", "b3-u2",
        "-y", "-c", str(box), code=1,
    )  # fmt: skip
    assert "in use, or not permitted" in said
    assert "不能登记" in run("adopt", port, "--name", "desk", "-y", "-c", str(box), code=1, lang="zh")


async def silence(wanted: Wanted, site: Site) -> Scan:
    """A look at ports that say nothing."""
    return Scan(of_ports([PortInfo(port, port) for port in wanted.ports], {}, site))


async def test_a_silent_port_is_adopted_when_its_driver_is_named(box: Path) -> None:
    config, drivers, port = load_config(box), load_drivers(), "/dev/ttyAMA0"
    site = Site([], drivers.specs, ())
    with pytest.raises(Refused, match="which_driver"):
        await adopt_device(Adoption(port, "qr"), config, site, drivers, look=silence)
    wish = Adoption(port, "qr", driver="scanner", options={"same_s": 2})
    [change, roster], _ = await adopt_device(wish, config, site, drivers, look=silence)
    assert tomllib.loads(change.after)["drivers"][-1] == {
        "driver": "scanner", "name": "qr", "port": port, "same_s": 2,
    }  # fmt: skip
    assert tomllib.loads(roster.after)["devices"][-1] == {"key": "scanner:qr", "kind": "reader"}


async def test_a_receiver_is_adopted_with_what_it_says(box: Path) -> None:
    simulator = BleSimulator(controller="c0aa00000001")
    async with asyncio.timeout(20), running(simulator):
        wish = Adoption(simulator.link, name="receiver-2", zone="b3-u2", label_zh="接收器 2")
        changes, notes = await adopt_device(wish, load_config(box), Site([], load_drivers().specs, ()), load_drivers())
    assert not notes
    config, roster = (tomllib.loads(change.after) for change in changes)
    row = config["drivers"][-1]
    assert row == {"driver": "ble", "name": "receiver-2", "port": simulator.link, "controller": "c0aa00000001"}
    assert roster["devices"][-1] == {
        "key": "ble:receiver-2", "kind": "receiver", "zone": "b3-u2", "label_zh": "接收器 2",
    }  # fmt: skip


def camera(ip: str = "192.168.1.64", **more: Any) -> Answer:
    return Answer(SADP, ip, mac="68:6d:bc:ee:f8:f0", ip=ip, model="DS-2CD2T46", serial="X1", http_port=80, **more)


async def look(found: list[Answer], wanted: Wanted, site: Site) -> Scan:
    return Scan(of_lan(found, site))


async def adopted(config: EdgeConfig, answer: Answer, **more: Any) -> tuple[list[adopt.Change], list[tuple[str, str]]]:
    wish = Adoption("68:6d:bc:ee:f8:f0", "gate", **more)
    site = Site([HOME], load_drivers().specs, config.drivers)
    return await adopt_device(wish, config, site, load_drivers(), look=partial(look, [answer]))


async def test_a_camera_is_adopted_with_a_secret_to_come(box: Path) -> None:
    options = {"user": "anju", "password_file": "gate-password"}
    changes, notes = await adopted(load_config(box), camera(), options=options)
    assert [key for key, _ in notes] == ["password_file"]
    row = tomllib.loads(changes[0].after)["drivers"][-1]
    assert row["url"] == "http://192.168.1.64"
    assert row["mac"] == "68:6d:bc:ee:f8:f0"
    assert tomllib.loads(changes[1].after)["devices"][-1]["key"] == "hikvision:686dbceef8f0"


async def test_what_cannot_be_adopted_says_why(box: Path) -> None:
    config = load_config(box)
    for answer, word in ((camera("10.0.0.9"), "foreign"), (camera(activated=False), "not_activated")):
        with pytest.raises(Refused, match=word):
            await adopted(config, answer)
    with pytest.raises(Refused, match="bad_option") as refused:
        await adopted(config, camera(), options={"user": "anju"})
    assert refused.value.values["key"] == "password"
    with pytest.raises(Refused, match="new_roster"):
        await adopted(config, camera(), zone="nowhere", options={"user": "anju", "password": "secret-word"})


def test_forgetting_takes_out_the_row_and_nothing_else(box: Path) -> None:
    said = run("forget", "kiosk-1", "-y", "-c", str(box))
    assert "-# the desk" in said or "# the desk" in box.read_text(encoding="utf-8")
    text = box.read_text(encoding="utf-8")
    assert "# the stairwell" in text
    assert [row["name"] for row in tomllib.loads(text)["drivers"]] == ["receiver-1"]
    run("forget", "ble:receiver-1", "-y", "-c", str(box))
    assert "drivers" not in tomllib.loads(box.read_text(encoding="utf-8"))
    assert [one.key for one in load_roster(box.parent / "community.toml").devices] == ["ble:ac233fc001aa"]


def test_a_bound_band_is_not_forgotten_and_a_stranger_is_not_known(box: Path) -> None:
    assert "still bound" in run("forget", "ble:ac233fc001aa", "-y", "-c", str(box), code=1)
    assert "不在配置和社区资料中" in run("forget", "ble:0", "-y", "-c", str(box), code=1, lang="zh")


async def test_the_live_list(box: Path) -> None:
    rows = [
        {
            "device": "ble:ac233fc001aa", "adopted": False, "heard_ago_s": 3, "frames": 7, "errors": 0,
            "battery_pct": 80, "rssi_dbm": -61, "kind": "band", "zone": "b3-u2", "trouble": "",
        }
    ]  # fmt: skip

    async def healthz(_: web.Request) -> web.Response:
        rows[0]["frames"] = int(str(rows[0]["frames"])) + 5
        return web.json_response({"devices": rows})

    site = web.Application()
    site.add_routes([web.get("/healthz", healthz)])
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}"
    try:
        said = await asyncio.to_thread(run, "list", "--address", address, "--seconds", "0.05", "--json")
        [row] = json.loads(said)
        assert row["rate"] > 0
        assert row["rssi_dbm"] == -61
        table = await asyncio.to_thread(run, "list", "--address", address, "--seconds", "0", lang="zh")
        assert "-61 dBm" in table
    finally:
        await runner.cleanup()
    assert "no answer" in await asyncio.to_thread(partial(run, "list", "--address", "127.0.0.1:1", code=2))


async def test_a_polled_reader_is_recorded_and_the_recording_becomes_a_test(tmp_path: Path) -> None:
    simulator, file = IdCardSimulator(), tmp_path / "cards.jsonl"
    async with asyncio.timeout(20), running(simulator):
        simulator.put()
        recording = asyncio.create_task(record(ID_CARDS, "desk", {"port": simulator.link}, 115200, file, 2.5))
        await simulator.until_read()
        result = await recording
    assert result.trouble == ""
    assert result.readings >= 2
    assert sum(len(chunk.data) for chunk in load(file)) == result.size > 1295
    expected = tmp_path / "expected.jsonl"
    expected.write_text(run("replay", str(file)), encoding="utf-8")
    assert "idcard:***002X" in expected.read_text(encoding="utf-8")
    assert "the same" in run("replay", str(file), "--expect", str(expected))
    expected.write_text("{}\n", encoding="utf-8")
    assert "differs" in run("replay", str(file), "--expect", str(expected), code=1)
    words = ("replay", str(file), "--link", str(tmp_path / "tty"), "--speed", "100", "--wait", "0")
    assert "played to" in await asyncio.to_thread(run, *words)


def test_recording_says_what_is_wrong(box: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "new.jsonl")
    with box.open("a", encoding="utf-8") as text:
        text.write('\n[[drivers]]\ndriver = "idcard_sdt"\nname = "desk"\nport = "/dev/x"\n')
    assert "--personal-data" in run("record", "desk", file, "-c", str(box), code=1)
    assert "no driver" in run("record", "nobody", file, "-c", str(box), code=1)
    assert "stop the box first" in run("record", "kiosk-1", file, "-c", str(box), "--seconds", "0.2", code=1)
    assert "exists already" in run("record", "kiosk-1", file, "-c", str(box), "--seconds", "0.2", code=1)


def test_a_wrong_configuration_and_a_wrong_recording_are_named(box: Path, tmp_path: Path) -> None:
    box.write_text("[box]\nid = 3\n", encoding="utf-8")
    assert "box.id" in run("forget", "x", "-c", str(box), code=78)
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n", encoding="utf-8")
    assert "line 1" in run("replay", str(bad), code=1)


# ---- the files


keys = st.text("abcdefghijklmnopqrstuvwxyz_-é ", min_size=1, max_size=8)
values = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(keys, values, max_size=5))
def test_any_row_is_added_as_it_is_and_taken_out_again(row: dict[str, Any]) -> None:
    row = {key: value for key, value in row.items() if value != ""} | {"name": "new"}
    text = adopt.add_row(CONFIG, "drivers", row, "name")
    assert tomllib.loads(text)["drivers"][-1] == row
    assert adopt.remove_row(text, "drivers", "name", "new").rstrip() == CONFIG.rstrip()


def test_a_name_that_is_taken_and_a_form_that_cannot_be_changed() -> None:
    with pytest.raises(AdoptError, match="taken"):
        adopt.add_row(CONFIG, "drivers", {"name": "kiosk-1"}, "name")
    inline = 'drivers = [{ name = "a" }]\n'
    with pytest.raises(AdoptError, match=r"by hand|no TOML"):
        adopt.remove_row(inline, "drivers", "name", "a")
    with pytest.raises(AdoptError):
        adopt.add_row("[broken", "drivers", {"name": "a"}, "name")


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text("a = 1\n", encoding="utf-8")
    change = adopt.Change(file, "a = 0\n", "a = 2\n")
    with pytest.raises(AdoptError, match="meanwhile"):
        change.write("now")
    assert file.read_text(encoding="utf-8") == "a = 1\n"


def test_every_word_is_there_in_both_languages() -> None:
    for language in ("zh", "en"):
        assert Messages(language).kind("camera") in ("摄像机", "camera")
    assert preferred_language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert preferred_language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}) == "en"
    assert preferred_language({}) == "en"
