"""Looks at a box from outside: what `anju-edge check-config` and `anju-edge status` print."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from anju_base.plain_table import WIDTH, Row, table, wrapped
from anju_edge.cli.page_words import PLAIN_HTTP, list_lines
from anju_edge.config import Address, EdgeConfig, parse_address
from anju_edge.health.trouble_codes import Severity, refusal_words, severity_of, trouble_of
from anju_edge.identity.files import FOLDER, has_identity, hub_address
from anju_edge.updates.last_end import read_last_end

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


def why_silent(unit: str = "anju-edge") -> list[str]:
    """What is known of a box that does not answer: the reason that it left behind, then systemd's view of its unit."""
    lines = []
    end = read_last_end()
    if end is not None:
        lines.append(f"上次退出 last exit: {end.at} ({end.code}): {end.reason}")
    state = _systemd_state(unit)
    if state.get("LoadState") == "loaded":
        words = f"systemd: {unit} {state['ActiveState']} ({state['SubState']}), {state['Result']}"
        code = state["ExecMainStatus"]
        lines.append(words + (f", 退出码 exit code {code}" if code != "0" else ""))
        if state["StatusText"]:
            lines.append(f"systemd: {state['StatusText']}")
    return lines


def _systemd_state(unit: str) -> Mapping[str, str]:
    """The unit's properties as systemd has them; empty where there is no systemd to ask."""
    wanted = ("LoadState", "ActiveState", "SubState", "Result", "ExecMainStatus", "StatusText")
    command = ["systemctl", "show", unit, f"--property={','.join(wanted)}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    return found if all(name in found for name in wanted) else {}


def _hub_line(config: EdgeConfig) -> str:
    folder = config.box.data / FOLDER
    address = config.hub.address or hub_address(folder)
    if not address:
        return "未配置，网关独立工作 · none, the box works by itself"
    how = "凭证书 by certificate" if has_identity(folder) else "不加密，仅限本机 plain, this machine alone"
    return f"{address}，{how}"


def config_lines(config: EdgeConfig) -> list[str]:
    """What a configuration amounts to, a line each, in Chinese and English."""
    http = config.http
    lines = [
        f"网关 box: {config.box.id}，社区 community: {config.box.community}",
        f"数据目录 data: {config.box.data}",
        f"社区资料 community data: {config.box.roster}",
        f"中心 hub: {_hub_line(config)}",
        f"签到屏页面 kiosk pages: {_pages_line(http.kiosk_listen)}",
        f"状态页 status: {http.status_listen or _OFF}",
        f"警报器 siren: {config.siren.port or '未配置 none'}",
    ]
    lines += [f"签到屏 kiosk: {kiosk.name}，{_ROLES[kiosk.profile.role]}" for kiosk in config.kiosks]
    lines += [f"告警通知 webhook: {hook.name} -> {hook.url}" for hook in config.webhooks]
    lines += [f"驱动 driver: {driver.name}，{driver.driver}" for driver in config.drivers]
    return lines


def _pages_line(listen: str) -> str:
    if not listen:
        return _OFF
    if parse_address(listen).is_loopback:
        return listen
    return f"{listen}，局域网内不加密，每个屏幕配对一次 plain http in the LAN, each screen is paired once"


_OFF = "未开启 off"
_ROLES = {"lobby": "大厅 lobby", "responder": "邻居 neighbour", "board": "公告屏 board"}


def snapshot_lines(snapshot: Snapshot) -> list[Text]:
    """The status for a terminal of 80 columns, in both languages; nothing is cut off, so that it can be copied."""
    lines = [Text(f"{snapshot['box']} · {snapshot['community']} · {snapshot['software']}", "bold")]
    lines += _head(snapshot)
    for code in snapshot["troubles"]:
        lines += _trouble(code, snapshot.get("causes", {}).get(code, ""))
    for heading, part in _parts(snapshot):
        lines += [Text(), Text(heading, "bold"), *(Text(line) for line in part)]
    return lines


_SEVERITY_WORDS = {
    Severity.FINE: "正常 OK",
    Severity.SOON: "请尽快处理 attend soon",
    Severity.NOW: "请马上处理 act now",
}
_SEVERITY_STYLES = {Severity.FINE: "green", Severity.SOON: "yellow", Severity.NOW: "bold red"}


def _head(snapshot: Snapshot) -> Iterable[Text]:
    journal, clock, uplink = snapshot["journal"], snapshot["clock"], snapshot["uplink"]
    severity = severity_of(snapshot["troubles"])
    yield from _pair("状态 state", _SEVERITY_WORDS[severity], _SEVERITY_STYLES[severity])
    local_time = snapshot["local_time"] or "未知 unknown"
    exact = {"SYNCED": "已校准 set", "HELD": "走时未校准 not set since", "UNSET": "走时未校准 not set"}[
        clock["quality"]
    ]
    bound = f", ±{clock['error_ms']} ms" if snapshot["local_time"] else ""
    yield from _pair("时间 time", f"{local_time} ({exact}{bound})", _STYLES[clock["quality"] != "UNSET"])
    recording = f"正常 OK, {journal['commit_ms']} ms" if journal["recording"] else f"无法记录 no: {journal['fault']}"
    yield from _pair("记录 recording", recording, _STYLES[journal["recording"]])
    card = journal.get("card")  # an earlier version's has none
    if card is not None:
        yield from _pair("存储卡 card", _CARD.get(card, card), _STYLES[True if card == "on" else None])
    waiting = ", ".join(f"{lane.lower()} {count}" for lane, count in journal["waiting"].items())
    yield from _pair("待上传 waiting", waiting, _STYLES[None])
    known = None if uplink["state"] is None else not uplink["offline_s"] and not uplink["refusal"]
    yield from _pair("中心 hub", _uplink(uplink), _STYLES[known])
    roster = snapshot["roster"]
    yield from _pair(
        "资料 data", roster["trouble"] or f"版本 revision {roster['revision']}", _STYLES[not roster["trouble"]]
    )
    if roster.get("left_over"):  # missing in an earlier version's
        words = f"{roster['left_over']} 含姓名，网关已收下，请移走 holds names and has been taken over: remove it"
        yield from _pair("资料文件 file", words, _STYLES[None])
    version = snapshot.get("version")  # None in a checkout, missing in an earlier version's
    if version is not None:
        yield from _pair("版本 version", _version(version), _STYLES[True if not version["on_trial"] else None])
    incidents = snapshot["incidents"]
    counts = f"未办结 open {incidents['open']}, 响铃中 ringing {len(incidents['ringing'])}"
    yield from _pair("事件 incidents", counts, _STYLES[not incidents["ringing"]])


_CARD = {
    "on": "已加密，密钥在中心 encrypted, its key is at the hub",
    "unclaimed": "未加密，认领后加密 not encrypted until it is claimed",
    "waits": "连上中心后加密 encrypted once the hub has said its key",
    "off": "未加密 not encrypted",
}


def _version(version: Mapping[str, Any]) -> str:  # Any: as Snapshot
    words = str(version["running"])
    if version["on_trial"]:
        words += " 试运行，不行就退回上一版 on trial, the one before runs again if it fails"
    if version["waiting"]:
        words += f"; {version['waiting']} 已装好，没有未办结的求助时启用 is installed and starts when no call is open"
    if version.get("update"):
        words += f"; 更新 update {version['update']}"
    return words


def _uplink(uplink: Mapping[str, Any]) -> str:  # Any: as Snapshot
    if uplink["state"] is None:
        return "未配置 none configured"
    if uplink["refusal"]:
        zh, en = refusal_words(uplink["refusal"])
        return f"拒绝 refuses this box: {zh} · {en}"
    return "在线 connected" if not uplink["offline_s"] else f"连不上 away for {uplink['offline_s']:.0f} s"


def _pair(name: str, value: str, style: str) -> Iterable[Text]:
    head = name + " " * (16 - cell_len(name))
    for number, line in enumerate(wrapped(value, WIDTH - 16)):
        yield Text(head if number == 0 else " " * 16).append(line, style)


def _trouble(code: str, cause: str) -> Iterable[Text]:
    """A trouble with its words, its cause in this case, and what to do; a code of a later version stands alone."""
    trouble = trouble_of(code)
    severity = trouble.severity if trouble else Severity.SOON
    yield Text()
    yield Text(f"{code}  {_SEVERITY_WORDS[severity]}", _SEVERITY_STYLES[severity])
    if trouble is None:
        return
    texts = [trouble.zh, trouble.en]
    if code.startswith("EDGE-UPL-001") and cause:
        texts += ["原因 cause: " + " · ".join((*refusal_words(cause), cause))]
    elif cause:
        texts += [f"原因 cause: {cause}"]
    for text in [*texts, f"处理 do: {trouble.next_zh}", f"         {trouble.next_en}"]:
        for line in wrapped(text, WIDTH, "  "):
            yield Text(line)


def _parts(snapshot: Snapshot) -> Iterable[tuple[str, list[str]]]:
    if snapshot["drivers"]:
        rows = [_driver_row(driver) for driver in snapshot["drivers"]]
        yield "驱动 drivers", table(("名称 name", "种类 kind", "重启 restarts", "状态 state"), rows)
    if snapshot["channels"]:
        rows = [_channel_row(channel) for channel in snapshot["channels"]]
        yield "告警渠道 alert channels", table(("渠道 channel", "失败 failures", "状态 state"), rows)
    pages = snapshot.get("pages")  # an earlier version's has none
    if pages is not None:
        yield "屏幕 pages", list(_pages(pages))
    if snapshot["devices"]:
        heads = ("设备 device", "种类 kind", "位置 zone", "听到 heard", "消息 msg", "错 err", "电 bat")
        yield "设备 devices", table(heads, [_device_row(device) for device in snapshot["devices"]])


def _pages(pages: Mapping[str, Any]) -> Iterable[str]:  # Any: as Snapshot
    """Screens: an earlier version says nothing of them."""
    yield from list_lines(pages)
    if pages["plain_http"]:
        for zh, en in PLAIN_HTTP:
            yield from wrapped(f"{zh} · {en}", WIDTH)


def _driver_row(driver: Mapping[str, Any]) -> Row:  # Any: as Snapshot
    fine = driver["running"] and not driver["failing"]
    state = "正常 OK" if fine else "出错 fails" if driver["error"] else "启动中 starting"
    notes = [] if fine or not driver["error"] else [driver["error"]]
    if counts := driver.get("set_aside"):
        notes.append("挡下 turned away: " + ", ".join(f"{cause} {count}" for cause, count in counts.items()))
    return Row((driver["name"], driver["driver"], str(driver["restarts"]), state), notes)


def _channel_row(channel: Mapping[str, Any]) -> Row:  # Any: as Snapshot
    words = {True: "正常 OK", False: "不通 fails", None: "未用过 not used yet"}[channel["ok"]]
    return Row(
        (channel["name"], str(channel["failures"]), words), [channel["trouble"]] if channel["ok"] is False else []
    )


def _device_row(device: Mapping[str, Any]) -> Row:  # Any: as Snapshot
    ago = "从未 never" if device["heard_ago_s"] is None else f"{device['heard_ago_s']} s"
    battery = "" if device["battery_pct"] is None else f"{device['battery_pct']} %"
    notes = [device["trouble"]] if device["trouble"] else []
    if device["state"] == "silent":
        notes.append("长时间没有信号 not heard for long")
    if not device["adopted"]:
        notes.append("未登记 heard, not adopted")
    cells = (
        device["device"],
        device["kind"],
        device["zone"],
        ago,
        str(device["frames"]),
        str(device["errors"]),
        battery,
    )
    return Row(cells, notes)
