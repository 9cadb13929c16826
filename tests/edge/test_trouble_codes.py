"""Every trouble stands in one table, which box, console and the technician's page take their words from."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.cells import cell_len

from anju_base.plain_table import Row, table, wrapped
from anju_edge.cli.status import snapshot_lines
from anju_edge.health.trouble_codes import (
    REFUSALS,
    TROUBLES,
    Severity,
    refusal_words,
    severity_of,
    trouble_of,
)
from anju_protos.v1.uplink_pb2 import Refusal
from support.paths import ROOT

CODE = re.compile(r"EDGE-[A-Z]{3}-[0-9]{3}")
TABLE = "trouble_codes.py"


def test_every_code_that_is_raised_has_words_and_no_other() -> None:
    raised = {
        code
        for path in (ROOT / "edge/anju_edge").rglob("*.py")
        if path.name != TABLE
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert raised == set(TROUBLES)


@pytest.mark.parametrize("code", TROUBLES)
def test_a_trouble_says_what_and_what_to_do_in_both_languages(code: str) -> None:
    one = TROUBLES[code]
    assert one.code == code
    assert one.severity in (Severity.SOON, Severity.NOW)
    for text in (one.zh, one.next_zh):
        assert re.search(r"[\u4e00-\u9fff]", text)
    for text in (one.en, one.next_en):
        assert re.search(r"[a-z]", text)
        assert not re.search(r"[\u4e00-\u9fff]", text)


def test_the_console_and_the_technicians_page_are_made_from_the_table(tmp_path: Path) -> None:
    made = SimpleNamespace(**runpy.run_path(str(ROOT / "edge/trouble_tables.py")))
    console = (ROOT / made.CONSOLE).read_text(encoding="utf-8")
    document = (ROOT / made.DOCUMENT).read_text(encoding="utf-8")
    assert console == made.console_text(), "run ./dev contracts"
    assert document == made.document_text(document), "run ./dev contracts"
    assert set(CODE.findall(document)) == set(TROUBLES)


def test_a_name_behind_a_code_is_no_part_of_it() -> None:
    assert trouble_of("EDGE-DRV-001:gate") is TROUBLES["EDGE-DRV-001"]
    assert trouble_of("EDGE-NEW-001") is None


@pytest.mark.parametrize(
    ("troubles", "severity"),
    [
        ([], Severity.FINE),
        (["EDGE-UPL-002"], Severity.SOON),
        (["EDGE-CLK-001", "EDGE-DEV-002:ble:receiver-1"], Severity.NOW),
        (["EDGE-UPL-001"], Severity.NOW),
        (["EDGE-NEW-001:of a later version"], Severity.SOON),
    ],
)
def test_the_worst_trouble_is_the_exit_code(troubles: list[str], severity: Severity) -> None:
    assert severity_of(troubles) is severity


def test_every_refusal_of_a_hub_has_words_and_a_later_one_its_own() -> None:
    assert set(REFUSALS) == set(Refusal.Code.keys()) - {"CODE_UNSPECIFIED"}
    assert refusal_words("BOX_UNKNOWN: no box of this name")[0] == "中心没有登记这个网关"
    assert refusal_words("CODE_9: later") == ("CODE_9: later", "CODE_9: later")


def device(key: str, **fields: object) -> dict[str, object]:
    row: dict[str, object] = {"device": key, "kind": "receiver", "zone": "b3-u2", "adopted": True, "state": "heard"}
    row |= {"heard_ago_s": 12, "frames": 123_456, "errors": 3, "battery_pct": 80, "rssi_dbm": -70, "trouble": ""}
    return row | fields


SNAPSHOT: dict[str, object] = {
    "box": "ningdu-1",
    "community": "ningdu",
    "software": "anju-edge 0.1.0",
    "local_time": "2026-11-24T09:02:00+08:00",
    "troubles": ["EDGE-UPL-001", "EDGE-DRV-003:gate", "EDGE-DEV-002:ble:receiver-1", "EDGE-NEW-001"],
    "causes": {
        "EDGE-UPL-001": "BOX_UNKNOWN: this hub does not know a box of this name; add it to central.toml",
        "EDGE-DRV-003:gate": "camera:gate: wrong password; set it in edge.toml",
        "EDGE-DEV-002:ble:receiver-1": "/dev/serial/by-id/usb-Silicon_Labs_CP2102N-if00-port0: No such file",
    },
    "clock": {"quality": "SYNCED", "error_ms": 12},
    "journal": {"recording": True, "fault": None, "commit_ms": 0.412, "waiting": {"ALARM": 2, "ACTIVITY": 0}},
    "uplink": {"offline_s": 0.0, "refusal": "BOX_UNKNOWN: this hub does not know a box of this name", "state": {}},
    "roster": {"revision": 7, "trouble": ""},
    "incidents": {"open": 1, "ringing": ["x-1"]},
    "drivers": [
        {"name": "gate", "driver": "hikvision", "restarts": 41, "running": False, "failing": True,
         "error": "camera:gate: wrong password; set it in edge.toml"},
    ],
    "channels": [{"name": "lan:stairwell-lamp", "ok": False, "failures": 9, "trouble": "connection refused"}],
    "devices": [
        device("ble:receiver-1", trouble="/dev/serial/by-id/usb-Silicon_Labs_CP2102N-if00-port0: No such file"),
        device("lorawan:2cf7f1c044300123", kind="band", state="silent", zone="building-12-unit-3"),
        device("ble:c0ffee000001", adopted=False, kind="", zone="", heard_ago_s=None),
    ],
}  # fmt: skip


def test_the_status_fits_80_columns_and_can_be_copied() -> None:
    lines = [str(line) for line in snapshot_lines(SNAPSHOT)]
    assert [line for line in lines if cell_len(line) > 80] == []
    text = "\n".join(lines)
    assert not re.search(r"[│┃─━┏┓└┘…]", text)
    for whole in ("lorawan:2cf7f1c044300123", "ble:receiver-1", "building-12-unit-3", "EDGE-DRV-003:gate"):
        assert whole in text
    assert all(line == line.rstrip() for line in lines)


def test_the_status_says_the_worst_and_the_cause_of_each() -> None:
    text = "\n".join(str(line) for line in snapshot_lines(SNAPSHOT))
    assert "状态 state" in text
    assert "正常" not in next(line for line in text.splitlines() if line.startswith("状态"))
    assert "请马上处理 act now" in text
    assert "中心没有登记这个网关" in text
    assert "add it to central.toml" in text.replace("\n  ", " ")
    password = text[text.index("EDGE-DRV-003:gate") :].split("EDGE-", 2)[1]
    assert "wrong password" in password
    assert "密码" in password
    assert "检查电源" not in password


def test_a_table_keeps_cells_whole_and_puts_what_has_no_room_below() -> None:
    wide = Row(["键" * 20, "x" * 30, "tail"], ["注意 " + "很长的说明" * 20])
    lines = table(["a", "b", "c"], [Row(["k", "x", "y"]), wide])
    assert max(map(cell_len, lines)) <= 80
    assert "x" * 30 in "\n".join(lines)
    assert "".join(line.strip() for line in wrapped("很长的说明" * 20)) == "很长的说明" * 20
