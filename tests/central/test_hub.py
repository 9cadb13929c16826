"""The whole hub as a process: boxes by gRPC, operators by HTTP, and the command line beside it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from anju_protos.incidents import incident_key
from anju_protos.v1.control_pb2 import BoxStatus, ControlDown, ControlUp, RolledBack, VersionState
from anju_protos.v1.control_pb2_grpc import ControlStub
from anju_protos.v1.event_pb2 import ACKED
from anju_protos.v1.uplink_pb2 import BoxFrame, Hello, HubFrame, StreamState
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub
from support.events import ALARM, Box, alarm, stamp
from support.hubs import ROSTER
from support.signed_in import sign_in

STOP_S = 20  # TimeoutStopSec of systemd/anju-central.service


@dataclass
class RunningHub:
    """A hub process and where it listens."""

    process: subprocess.Popen[str]
    grpc: str
    http: str


def write_config(folder: Path, **keys: str) -> Path:
    """Writes a configuration of one box and returns its path."""
    (folder / "ningdu.toml").write_text(ROSTER, encoding="utf-8")
    values = {"grpc_address": "127.0.0.1:0", "http_address": "127.0.0.1:0", "data_dir": "data", **keys}
    lines = [f'{key} = "{value}"' for key, value in values.items()]
    box = '[[boxes]]\nbox = "box-1"\ncommunity = "ningdu"\nroster = "ningdu.toml"\n'
    path = folder / "central.toml"
    path.write_text("\n".join([*lines, box]), encoding="utf-8")
    return path


def anju_central(*args: object) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end."""
    command = [sys.executable, "-m", "anju_central", *map(str, args)]
    wide = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=wide)


@contextmanager
def hub(config: Path) -> Iterator[RunningHub]:
    """Runs a hub until the block ends; it must stop by itself, before systemd would kill it."""
    command = [sys.executable, "-m", "anju_central", "run", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield addresses_of(process)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=STOP_S) == 0


def addresses_of(process: subprocess.Popen[str]) -> RunningHub:
    """Reads the log until the hub says where it listens."""
    assert process.stdout is not None
    for line in process.stdout:
        message = json.loads(re.sub(r"^<\d>", "", line))["message"]
        found = re.search(r"boxes on (\S+), for operators on (\S+)", message)
        if found:
            return RunningHub(process, found[1], found[2])
    raise EOFError


def raise_alarm(address: str, box: Box) -> None:
    """Sends one alarm as a box does and waits for its ack."""

    async def talk() -> None:
        hello = Hello(protocol=1, software="test", box=box.box, community=box.community, now=stamp())
        hello.streams.append(StreamState(stream=box.stream, lane=ALARM, first=1, last=box.seq + 1))
        async with grpc.aio.insecure_channel(address) as channel:
            stub: Any = AlarmUplinkStub(channel)  # the stubs know only the blocking client
            call = stub.Stream()
            await call.write(BoxFrame(hello=hello))
            welcome = await call.read()
            assert isinstance(welcome, HubFrame)
            assert not welcome.welcome.HasField("refusal")
            await call.write(BoxFrame(batch=box.batch([alarm(at_ms=box.seq)])))
            answer = await call.read()
            assert isinstance(answer, HubFrame)
            assert answer.ack.seq == box.seq
            await call.done_writing()

    asyncio.run(talk())


def test_from_a_boxs_alarm_to_an_operators_hand_and_through_restarts(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    page = sign_in(tmp_path / "data")
    box = Box("alarm", ALARM)
    with hub(config) as running:
        raise_alarm(running.grpc, box)
        with httpx.Client(base_url=running.http, timeout=10, headers=page) as http:
            [incident] = http.get("/api/incidents").json()
            done = http.post(f"/api/incidents/{incident['id']}/acknowledge", json={})
            assert done.json()["state"] == "ACKED"
        second = anju_central("run", "--config", config)
        assert second.returncode == 1
        assert "in use by another" in second.stderr
        rebuilt = anju_central("rebuild", "incidents", "--config", config)
        assert "incidents: rebuilt and in use" in rebuilt.stdout
        assert anju_central("backup", tmp_path / "copy.sqlite", "--config", config).returncode == 0
        refused = anju_central("restore", tmp_path / "copy.sqlite", "--config", config)
        assert (refused.returncode, "in use" in refused.stderr) == (1, True)
        raise_alarm(running.grpc, box)
    shown = anju_central("status", "--config", config)
    assert "ALARM" in shown.stdout
    for words in ("数据 store", "网关 box", "种类 kind", "跳过 skipped", "汇总 projection", "已处理 folded"):
        assert words in shown.stdout
    assert anju_central("restore", tmp_path / "copy.sqlite", "--config", config).returncode == 0
    again = sign_in(tmp_path / "data")  # a copy that is put back opens nothing: everybody logs in again
    with hub(config) as running, httpx.Client(base_url=running.http, timeout=10, headers=again) as http:
        assert http.get("/api/incidents", headers=page).status_code == 401
        [incident] = http.get("/api/incidents").json()
        assert incident["owners"][0]["id"] == "op-li"


def test_an_acknowledgement_at_the_console_reaches_the_box(tmp_path: Path) -> None:
    async def talk(running: RunningHub) -> None:
        async with (
            grpc.aio.insecure_channel(running.grpc) as channel,
            httpx.AsyncClient(base_url=running.http, headers=page) as http,
        ):
            stub: Any = ControlStub(channel)  # the stubs know only the blocking client
            call = stub.Stream()
            hello = Hello(protocol=1, software="test", box="box-1", community="ningdu", now=stamp())
            await call.write(ControlUp(hello=hello))
            status = BoxStatus(
                now=stamp(),
                backlog={"TELEMETRY": 7},
                troubles=["EDGE-CLK-001"],
                causes={"EDGE-CLK-001": "x" * 999, "EDGE-NOT-HIS": "y"},
                version=VersionState(
                    running="2.0", on_trial=True, waiting="3.0", rolled_back=RolledBack(bad="2.1"), update="y" * 999
                ),
            )
            await call.write(ControlUp(status=status))
            frames: list[ControlDown] = [await call.read(), await call.read()]
            assert [frame.WhichOneof("frame") for frame in frames] == ["welcome", "incidents"]
            [incident] = frames[1].incidents.incidents
            done = await http.post(f"/api/incidents/{incident_key(incident.id)}/acknowledge", json={})
            assert done.status_code == 200
            told: ControlDown = await call.read()
            assert told.incidents.incidents[0].state == ACKED
            [box] = (await http.get("/api/boxes")).json()
            assert (box["contact"], box["backlog"]["telemetry"]) == ("online", 7)
            assert (box["troubles"], box["clock"]["quality"]) == (["EDGE-CLK-001"], "SYNCED")
            assert box["causes"] == {"EDGE-CLK-001": "x" * 300}
            assert box["version"] == {
                "running": "2.0",
                "on_trial": True,
                "waiting": "3.0",
                "taken_back": "2.1",
                "update": "y" * 300,
            }
            await call.done_writing()

    page = sign_in(tmp_path / "data")
    with hub(write_config(tmp_path)) as running:
        raise_alarm(running.grpc, Box("alarm", ALARM))
        asyncio.run(talk(running))


def test_a_stop_with_pages_and_boxes_connected_is_clean(tmp_path: Path) -> None:
    page = sign_in(tmp_path / "data")
    with hub(write_config(tmp_path)) as running, httpx.Client(base_url=running.http, timeout=10, headers=page) as http:
        with http.stream("GET", "/api/stream") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("event: hello")
            raise_alarm(running.grpc, Box("alarm", ALARM))
            running.process.send_signal(signal.SIGTERM)
            assert list(lines)


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({"grpc_address": "hub:example:7420"}, "host:port"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_configuration_stops_the_start(tmp_path: Path, keys: dict[str, str], word: str) -> None:
    stopped = anju_central("run", "--config", write_config(tmp_path, **keys))
    assert stopped.returncode == 78  # systemd's RestartPreventExitStatus: no loop, a person must mend it
    assert word in stopped.stderr
    assert re.search(r"central\.toml:\d+", stopped.stderr)


def test_a_configuration_is_checked_in_both_languages_and_nothing_started(tmp_path: Path) -> None:
    checked = anju_central("check-config", "--config", write_config(tmp_path))
    assert checked.returncode == 0
    for words in (
        "数据目录 data: ",
        "网关连接 boxes: ",
        "值班台 console: ",
        "网关 box: box-1，社区 community: ningdu",
        "正确 OK",
    ):
        assert words in checked.stdout
    assert not list(tmp_path.rglob("*.sqlite"))
    wrong = anju_central("check-config", "--config", write_config(tmp_path, colour="red"))
    assert wrong.returncode == 78
    assert "配置有误 wrong configuration: " in wrong.stderr
    assert "colour" in wrong.stderr


def test_an_address_for_others_wants_certificates(tmp_path: Path) -> None:
    stopped = anju_central("run", "--config", write_config(tmp_path, grpc_address="0.0.0.0:7420"))
    assert stopped.returncode == 1
    [sentence] = stopped.stderr.splitlines()
    assert "grpc_address 0.0.0.0:7420" in sentence
    assert "anju-central ca init" in sentence


def test_rebuild_names_what_it_knows(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    nothing = anju_central("rebuild", "incidents", "--config", config)
    assert "there is no event store yet" in nothing.stderr
    with hub(config):
        unknown = anju_central("rebuild", "nonsense", "--config", config)
        assert (unknown.returncode, "attendance" in unknown.stderr) == (2, True)
