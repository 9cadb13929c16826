"""`anju-edge decode` and `simulate`: what a person types and what comes back."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from anju_drivers.hikvision.simulator import document
from anju_edge.cli.decode import decode
from anju_edge.cli.simulate import simulate
from support.paths import VECTORS

FRAME = "0236373030334235314336434203"
DUMP = "00000000: 0236 3730 3033 4235 3143 3643 4203       .67003B51C6CB.\n"


@pytest.fixture
def run() -> Any:
    app = typer.Typer()
    app.command()(decode)

    def ask(*args: str, given: str | bytes = "") -> tuple[int, list[dict[str, Any]]]:
        result = CliRunner().invoke(app, list(args), input=given)
        return result.exit_code, [json.loads(line) for line in result.output.splitlines()]

    return ask


@pytest.mark.parametrize(
    "given",
    [
        FRAME,
        FRAME.upper() + "\n",
        "02 36 37 30 30 33 42 35\n31 43 36 43 42 03\n",
        "0x02,0x36,0x37,0x30,0x30,0x33,0x42,0x35,0x31,0x43,0x36,0x43,0x42,0x03",
        DUMP,
        b"\x0267003B51C6CB\x03",
    ],
)
def test_hex_dumps_and_raw_bytes(run: Any, given: str | bytes) -> None:
    code, (line,) = run("card_reader", given=given)
    assert code == 0
    assert line["fields"]["card_number_10d"] == "0003887558"
    assert line["readings"][0]["type"] == "CardReading"


def test_text_over_several_lines(run: Any) -> None:
    code, lines = run("hikvision", given=document("linedetection", channel=3) + document("VMD", "inactive"))
    assert code == 0
    assert [line["summary"] for line in lines] == ["line_crossing active, channel 3", "motion inactive, channel 1"]
    assert lines[0]["readings"][0]["state"] == "active"


@pytest.mark.parametrize(
    ("driver", "given", "word"),
    [
        ("card_reader", "", "no frame"),
        ("card_reader", "hello", "no frame"),
        ("card_reader", FRAME + "\nnonsense\n", "line 2 is not hex"),
        ("card_reader", FRAME[:-2] + "04", "no end byte"),
        ("hikvision", "<EventNotificationAlert><eventType>VMD</eventType>", "no frame"),
        ("card_reader", FRAME + FRAME[:9], "line 1 is not hex"),
        ("card_reader", FRAME + FRAME[:8], "the last frame is cut"),
        ("nothing", "", "no driver"),
    ],
)
def test_bad_input_is_a_json_line_and_exit_1(run: Any, driver: str, given: str, word: str) -> None:
    code, lines = run(driver, given=given)
    assert code == 1
    assert any(word in str(line.get("error") or line["fields"].get("error")) for line in lines)
    assert all("do" in line for line in lines if "error" in line)


def test_vectors_in_the_vocabulary_of_their_expect(run: Any, tmp_path: Path) -> None:
    file = VECTORS / "rdm6300.json"
    code, lines = run("card_reader", "--vectors", str(file))
    items = json.loads(file.read_text(encoding="utf-8"))
    assert code == 0
    assert [line["name"] for line in lines] == [item["name"] for item in items]
    assert lines[0]["got"]["wiegand26"] == items[0]["expect"]["wiegand26"]
    bad = tmp_path / "bad.json"
    for text in ("{", "{}", '[{"name": "x"}]', "[5]"):
        bad.write_text(text, encoding="ascii")
        code, lines = run("card_reader", "--vectors", str(bad))
        assert code == 1
        assert "error" in lines[-1]


def test_field_cases_in_their_own_words(run: Any) -> None:
    file = VECTORS / "cases" / "bands.json"
    items = json.loads(file.read_text(encoding="utf-8"))
    code, lines = run("gt06", "--vectors", str(file))
    assert code == 0
    assert [line["name"] for line in lines] == [item["name"] for item in items]
    assert {line["name"] for line in lines if "got" in line} == {
        item["name"] for item in items if item["driver"] == "gt06"
    }
    got = {line["name"]: line["got"] for line in lines if "got" in line}
    assert got["sos_only_in_status_bits"]["alarms"] == [["sos"]]
    assert got["sos_only_in_status_bits"]["reply_hex"].startswith("78780516")
    code, lines = run("ble", "--vectors", str(file))
    got = {line["name"]: line["got"] for line in lines if "got" in line}
    assert got["one_click_of_a_wall_switch_old_firmware"]["presses"] == 1
    assert code == 0


async def test_a_simulated_reader_from_the_command_line(tmp_path: Path) -> None:
    code = f"import typer; from anju_edge.cli.simulate import simulate; typer.run({simulate.__name__})"
    link = tmp_path / "tty"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "card_reader", "--option", f"link={link}"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert str(link) in (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    assert "port" in (await asyncio.wait_for(process.stdout.readline(), 5)).decode()
    process.stdin.write(b"\n")
    assert "presented" in (await asyncio.wait_for(process.stdout.readline(), 5)).decode()
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 5) == 0
    assert not link.exists()
