"""Looks at a box from outside: what `anju-edge check-config` and `anju-edge status` print."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from anju_edge.config import Address, EdgeConfig
from anju_edge.health.trouble_codes import advice_for

Snapshot = Mapping[str, Any]  # Any: the JSON of /healthz, whose shape is health.py's

_STYLES = {True: "green", False: "bold red", None: "dim"}


class NoAnswer(Exception):
    """Nothing answers at a box's status address; says what to try."""


def fetch_snapshot(address: Address, timeout_s: float = 3.0) -> Snapshot:
    """Returns the JSON of /healthz. Raises `NoAnswer`."""
    url = f"http://{address}/healthz"
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:  # 503 carries the snapshot as well
        body = error.read()
    except OSError as error:
        raise NoAnswer(f"{url}: {error}; is the box running? systemctl status anju-edge") from error
    try:
        snapshot = json.loads(body)
    except ValueError as error:
        raise NoAnswer(f"{url}: no status in the answer; does another program use this port?") from error
    if not isinstance(snapshot, dict):
        raise NoAnswer(f"{url}: no status in the answer; does another program use this port?")
    return snapshot


def config_lines(config: EdgeConfig) -> list[str]:
    """What a configuration amounts to, a line each."""
    hub = config.hub.address or "none (the box works by itself)"
    lines = [
        f"box {config.box.id} of community {config.box.community}",
        f"data {config.box.data}",
        f"roster {config.box.roster}",
        f"hub {hub}",
        f"kiosk pages {config.http.kiosk_listen or 'off'}, status {config.http.status_listen or 'off'}",
        f"siren {config.siren.port or 'none'}",
    ]
    lines += [f"kiosk {kiosk.name} ({kiosk.profile.role})" for kiosk in config.kiosks]
    lines += [f"webhook {hook.name} -> {hook.url}" for hook in config.webhooks]
    lines += [f"driver {driver.driver} as {driver.name}" for driver in config.drivers]
    return lines


def snapshot_tables(snapshot: Snapshot) -> Group:
    """The status as tables for a terminal, in both languages."""
    return Group(_head(snapshot), *_parts(snapshot))


def _head(snapshot: Snapshot) -> Table:
    journal, clock, uplink = snapshot["journal"], snapshot["clock"], snapshot["uplink"]
    waiting = ", ".join(f"{lane.lower()} {count}" for lane, count in journal["waiting"].items())
    offline_s = uplink["offline_s"]
    table = Table(title=f"{snapshot['box']} · {snapshot['community']} · {snapshot['software']}", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    _row(table, "状态 state", "正常 OK" if snapshot["ok"] else "需处理 attend", snapshot["ok"])
    local_time = snapshot["local_time"] or "未知 unknown"
    _row(table, "时间 time", f"{local_time} ({clock['quality']}, ±{clock['error_ms']} ms)", clock["quality"] != "UNSET")
    _row(
        table,
        "记录 journal",
        journal["fault"] or f"正常 recording, commit {journal['commit_ms']} ms",
        journal["recording"],
    )
    _row(table, "待上传 waiting", waiting, None)
    _row(table, "中心 hub", _uplink(uplink), None if uplink["state"] is None else offline_s == 0)
    _row(table, "名册 roster", snapshot["roster"]["trouble"] or f"revision {snapshot['roster']['revision']}",
         not snapshot["roster"]["trouble"])  # fmt: skip
    incidents = snapshot["incidents"]
    _row(table, "事件 incidents", f"{incidents['open']} open, {len(incidents['ringing'])} ringing",
         not incidents["ringing"])  # fmt: skip
    for code in snapshot["troubles"]:
        advice = advice_for(code)
        _row(table, "问题 trouble", f"{code}\n{advice.zh}\n{advice.en}" if advice else code, False)
    return table


def _uplink(uplink: Mapping[str, Any]) -> str:  # Any: as Snapshot
    if uplink["state"] is None:
        return "未配置 none configured"
    return "在线 connected" if not uplink["offline_s"] else f"离线 offline for {uplink['offline_s']:.0f} s"


def _parts(snapshot: Snapshot) -> Iterable[Table]:
    if snapshot["drivers"]:
        table = Table(
            "驱动 driver", "种类 kind", "重启 restarts", "状态 state", title="驱动 Drivers", title_justify="left"
        )
        for driver in snapshot["drivers"]:
            fine = driver["running"] and not driver["failing"]
            state = Text("正常 OK" if fine else driver["error"] or "启动中 starting", _STYLES[fine])
            table.add_row(driver["name"], driver["driver"], str(driver["restarts"]), state)
        yield table
    if snapshot["channels"]:
        table = Table(
            "通道 channel", "状态 state", "失败 failures", title="报警通道 Alert channels", title_justify="left"
        )
        for channel in snapshot["channels"]:
            words = {True: "正常 OK", False: channel["trouble"], None: "未用 not used yet"}[channel["ok"]]
            table.add_row(channel["name"], Text(words, _STYLES[channel["ok"]]), str(channel["failures"]))
        yield table
    if snapshot["devices"]:
        table = Table(title="设备 Devices", title_justify="left")
        table.add_column("设备 device", no_wrap=True)
        for name in ("种类 kind", "区域 zone", "听到 heard", "帧 frames", "错 errors", "电量 battery", "备注 note"):
            table.add_column(name)
        for device in snapshot["devices"]:
            table.add_row(*_device_cells(device))
        yield table


def _device_cells(device: Mapping[str, Any]) -> list[str | Text]:  # Any: as Snapshot
    ago = "从未 never" if device["heard_ago_s"] is None else f"{device['heard_ago_s']} s"
    battery = "" if device["battery_pct"] is None else f"{device['battery_pct']} %"
    note = device["trouble"] or ("未登记 heard, not adopted" if not device["adopted"] else "")
    fine = {"silent": False, "heard": True}.get(device["state"])
    cells = [device["device"], device["kind"], device["zone"], Text(ago, _STYLES[fine])]
    return [*cells, str(device["frames"]), str(device["errors"]), battery, note]


def _row(table: Table, name: str, value: str, fine: bool | None) -> None:
    table.add_row(name, Text(str(value), _STYLES[fine]))
