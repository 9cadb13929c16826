"""`anju-edge devices`: what is there, what it says, and making it part of the box.

A scan only proposes. `adopt` shows what it would write into the configuration and the roster, asks, and keeps the old
files; `forget` takes a device out again. Words come in Chinese or English, by the terminal's language or `--lang`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from anju_base.plain_table import Row, table
from anju_drivers.errors import DriverConfigError
from anju_drivers.registry import UnknownDriver, load_drivers
from anju_drivers.testing.replay import RecordingError
from anju_edge.cli import status as checks
from anju_edge.cli.devices_words import LANGUAGES, Messages, preferred_language
from anju_edge.config import ConfigError, EdgeConfig, load_config, parse_address
from anju_edge.discovery import lan
from anju_edge.discovery.adopt import AdoptError, Change
from anju_edge.discovery.adoption import Adoption, Refused, adopt_device, forget_device
from anju_edge.discovery.proposals import Proposal, Site
from anju_edge.discovery.record import PERSONAL, baud_of
from anju_edge.discovery.record import record as record_port
from anju_edge.discovery.replay import play, spoken
from anju_edge.discovery.scan import Wanted
from anju_edge.discovery.scan import scan as run_scan
from anju_edge.process_end import EXIT_CONFIG

DEFAULT_CONFIG = Path("/etc/anju-edge/edge.toml")

app = typer.Typer(no_args_is_help=True, help="设备 · Finds, lists, adopts and records devices.")
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="配置文件 · the box's configuration file")]


class _Language:
    """The language of this invocation: set by the group, read by its commands."""

    def __init__(self) -> None:
        self.messages = Messages(preferred_language())


_language = _Language()


@app.callback()
def choose_language(
    lang: Annotated[str, typer.Option("--lang", help="语言 zh 或 en · language, zh or en")] = "",
) -> None:
    """设备 · Finds, lists, adopts and records devices."""
    if lang and lang not in LANGUAGES:
        raise typer.BadParameter("zh, en", param_hint="--lang")
    _language.messages = Messages(lang or preferred_language())


def _say(word: str, **values: object) -> None:
    typer.echo(_language.messages(word, **values))


def _fail(word: str, **values: object) -> typer.Exit:
    typer.echo(_language.messages(word, **values), err=True)
    return typer.Exit(1)


def _config(path: Path) -> EdgeConfig:
    """The configuration. Ends the command when it is wrong or absent."""
    try:
        return load_config(path)
    except ConfigError as error:
        typer.echo(f"配置有误 wrong configuration: {error}", err=True)
        raise typer.Exit(EXIT_CONFIG) from error


def _site(config: EdgeConfig | None, hosts: list[str] | None) -> Site:
    return Site(lan.interfaces(), load_drivers().specs, config.drivers if config else (), tuple(hosts or ()))


def _skipped(config: EdgeConfig | None) -> frozenset[str]:
    """Ports that are never asked: the siren's, where a wrong byte may be heard by a whole house."""
    return frozenset({config.siren.port}) if config and config.siren.port else frozenset()


@app.command()
def scan(
    config: ConfigOption = DEFAULT_CONFIG,
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="收集时间（秒）· how long to collect")] = 4.0,
    host: Annotated[list[str] | None, typer.Option(help="另外直接询问的地址 · ask this address too")] = None,
    serial: Annotated[bool, typer.Option(help="串口 · serial ports")] = True,
    network: Annotated[bool, typer.Option(help="局域网 · the LAN")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """搜索设备 · Looks for devices on the LAN and at serial ports. Changes nothing."""
    loaded = _config(config) if config.exists() else None  # a first look needs none
    wanted = Wanted(network, network, serial, seconds, tuple(host or ()), _skipped(loaded))
    result = asyncio.run(run_scan(wanted, _site(loaded, host)))
    if as_json:
        rows = [{**dataclasses.asdict(one), "adoptable": one.is_adoptable} for one in result.proposals]
        typer.echo(json.dumps({"devices": rows, "odd": result.odd, "troubles": result.troubles}, ensure_ascii=False))
        return
    if result.proposals:
        for line in _proposals_lines(result.proposals):
            typer.echo(line)
    else:
        _say("nothing")
    if result.odd:
        _say("odd", n=result.odd)
    for text in result.troubles:
        typer.echo(_language.messages("trouble", text=text), err=True)


def _proposals_lines(proposals: list[Proposal]) -> list[str]:
    messages = _language.messages
    heads = [messages(column) for column in ("key", "kind", "model", "address", "found_by", "driver")]
    rows = [
        Row(
            (
                one.key,
                messages.kind(one.kind),
                " ".join(filter(None, (one.maker, one.model, one.serial))),
                one.address,
                ", ".join(one.found_by),
                one.driver,
            ),
            [_note(one)],
        )
        for one in proposals
    ]
    return [messages("found"), *table(heads, rows)]


def _note(one: Proposal) -> str:
    messages = _language.messages
    if one.adopted_as:
        note = messages("adopted_as", name=one.adopted_as)
    elif one.obstacles:
        note = "; ".join(map(messages.obstacle, one.obstacles))
    else:
        note = messages("adopt_hint", key=one.key)
    return f"{one.detail}; {note}" if one.detail else note


@app.command("list")
def list_devices(
    config: ConfigOption = DEFAULT_CONFIG,
    address: Annotated[str, typer.Option(help="状态地址 host:port · status address instead of the file's")] = "",
    seconds: Annotated[float, typer.Option(min=0, max=60, help="测量帧率的时间 · time to measure rates over")] = 2.0,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """当前设备 · Lists what the running box hears: frames, rates, RSSI, battery, last heard."""
    try:
        if address:
            at = parse_address(address)
        else:
            at = parse_address(_config(config).http.status_listen)
        devices = _live(at, seconds)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--address") from error
    except checks.NoAnswer as error:
        typer.echo(f"无应答 no answer: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(devices, ensure_ascii=False))
    else:
        for line in _live_lines(devices):
            typer.echo(line)


def _live(at: Any, seconds: float) -> list[dict[str, Any]]:  # Any: rows of /healthz, whose shape is health.py's
    """The box's devices, with the rate of their frames over so many seconds."""
    first = {row["device"]: row["frames"] for row in checks.fetch_snapshot(at)["devices"]}
    start_s = time.monotonic()
    if seconds:
        time.sleep(seconds)
    rows = [dict(row) for row in checks.fetch_snapshot(at)["devices"]]
    took_s = time.monotonic() - start_s
    for row in rows:
        row["rate"] = round((row["frames"] - first.get(row["device"], 0)) / took_s, 2) if seconds else None
    return rows


def _live_lines(devices: list[dict[str, Any]]) -> list[str]:  # Any: as above
    messages = _language.messages
    columns = ("key", "kind", "zone", "heard", "frames", "rate", "errors", "rssi", "battery")
    rows = []
    for row in devices:
        ago = row["heard_ago_s"]
        cells = (
            row["device"],
            messages.kind(row["kind"]),
            row["zone"],
            messages("never") if ago is None else messages("seconds_ago", n=ago),
            str(row["frames"]),
            "" if row["rate"] is None else f"{row['rate']:g}",
            str(row["errors"]),
            "" if row["rssi_dbm"] is None else f"{row['rssi_dbm']} dBm",
            "" if row["battery_pct"] is None else f"{row['battery_pct']} %",
        )
        note = row["trouble"] or ("" if row["adopted"] else messages("not_adopted"))
        rows.append(Row(cells, [note] if note else []))
    return [messages("live"), *table([messages(column) for column in columns], rows)]


@app.command()
def adopt(
    key: Annotated[str, typer.Argument(help="scan 或 list 显示的编号 · key as scan or list shows it")],
    config: ConfigOption = DEFAULT_CONFIG,
    name: Annotated[str, typer.Option(help="名称 · the driver's name: a-z, 0-9 and hyphen")] = "",
    driver: Annotated[str, typer.Option(help="驱动 · the driver, where the device does not say it")] = "",
    kind: Annotated[str, typer.Option(help="种类 · kind in the roster")] = "",
    zone: Annotated[str, typer.Option(help="区域 · zone id of the roster")] = "",
    label_zh: Annotated[str, typer.Option(help="中文名称 · label in Chinese")] = "",
    label_en: Annotated[str, typer.Option(help="英文名称 · label in English")] = "",
    period_s: Annotated[int, typer.Option(min=0, help="最长静默（秒）· longest expected silence")] = 0,
    option: Annotated[list[str] | None, typer.Option("--set", help="驱动选项 · driver option key=value")] = None,
    host: Annotated[list[str] | None, typer.Option(help="另外直接询问的地址 · ask this address too")] = None,
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="搜索时间 · how long to look for it")] = 4.0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 · write without asking")] = False,
) -> None:
    """登记设备 · Writes a device into configuration and roster, after showing what would change."""
    loaded = _config(config)
    site = _site(loaded, host)
    wish = Adoption(
        key, name, driver, kind, zone, label_zh, label_en, period_s, dict(map(_option, option or [])), seconds
    )
    try:
        changes, notes = asyncio.run(adopt_device(wish, loaded, site, load_drivers(), _skipped(loaded)))
    except Refused as refused:
        text = refused.text or "; ".join(map(_language.messages.obstacle, refused.obstacles))
        raise _fail(refused.word, **{**refused.values, "text": text}) from refused
    except AdoptError as error:
        raise _fail("cannot_adopt", key=key, text=error) from error
    for at, text in notes:
        _say("secret_later", key=at, text=text)
    _write(changes, loaded, yes=yes)


def _option(text: str) -> tuple[str, object]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise typer.BadParameter("key=value", param_hint="--set")
    if value in ("true", "false"):
        return name, value == "true"
    return name, int(value) if value.isdecimal() and not value.startswith("0") else value


def _write(changes: list[Change], config: EdgeConfig, *, yes: bool) -> None:
    """Shows the changes, asks, and writes. The old files stay beside the new ones."""
    for change in changes:
        typer.echo(change.diff())
    if not yes and not typer.confirm(_language.messages("write")):
        raise _fail("not_written")
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for change in changes:
        try:
            backup = change.write(stamp)
        except (AdoptError, OSError) as error:
            raise _fail("cannot_adopt", key=change.path, text=error) from error
        _say("written", path=change.path, backup=backup)
    _say("hub_roster" if _is_of_hub(config) else "restart")


def _is_of_hub(config: EdgeConfig) -> bool:
    """Whether the running box has its roster from the hub: then its file has no effect."""
    try:
        return bool(checks.fetch_snapshot(parse_address(config.http.status_listen))["roster"].get("from_hub"))
    except (checks.NoAnswer, ValueError, KeyError):
        return False


@app.command()
def forget(
    key: Annotated[str, typer.Argument(help="设备编号或驱动名称 · device key or driver name")],
    config: ConfigOption = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 · write without asking")] = False,
) -> None:
    """注销设备 · Takes a device out of configuration and roster, after showing what would change."""
    loaded = _config(config)
    try:
        changes = forget_device(key, loaded)
    except Refused as refused:
        raise _fail(refused.word, **{**refused.values, "text": refused.text}) from refused
    except AdoptError as error:
        raise _fail("cannot_adopt", key=key, text=error) from error
    _write(changes, loaded, yes=yes)


@app.command()
def record(
    name: Annotated[str, typer.Argument(help="配置中的驱动名称 · the driver's name in the configuration")],
    file: Annotated[Path, typer.Argument(help="新文件 · a new file")],
    config: ConfigOption = DEFAULT_CONFIG,
    seconds: Annotated[float, typer.Option(min=0, help="录制时间，0 = 到 Ctrl-C · 0 = until Ctrl-C")] = 0,
    baud: Annotated[int, typer.Option(min=0, help="波特率 · speed of the port")] = 0,
    personal_data: Annotated[
        bool, typer.Option(help="允许录制身份证 · record id cards: names, numbers, photos")
    ] = False,
) -> None:
    """录制 · Records a serial device's bytes with their times, while its driver runs. Stop the box first."""
    row = next((one for one in _config(config).drivers if one.name == name), None)
    if row is None:
        raise _fail("no_such_driver", name=name)
    if not isinstance(row.options.get("port"), str):
        raise _fail("not_serial", name=name)
    if row.driver in PERSONAL and not personal_data:
        raise _fail("is_personal", name=name)
    speed = baud or baud_of(row.driver, row.options)
    if speed is None:
        raise _fail("give_baud")
    _say("recording")
    try:
        spec = load_drivers().get(row.driver)
        result = asyncio.run(record_port(spec, row.name, row.options, speed, file, seconds))
    except KeyboardInterrupt:
        _say("personal")
        return
    except FileExistsError as error:
        raise _fail("exists", path=file) from error
    except (UnknownDriver, DriverConfigError, OSError) as error:
        raise _fail("cannot_adopt", key=name, text=error) from error
    if result.trouble:
        raise _fail("port_trouble", port=row.options["port"], text=result.trouble)
    _say("recorded", path=file, **dataclasses.asdict(result))
    _say("personal")


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="录制文件 · a recording")],
    driver: Annotated[str, typer.Option(help="驱动，默认取自文件 · driver; the file's by default")] = "",
    link: Annotated[Path | None, typer.Option(help="在此虚拟串口播放 · play at a pseudo-terminal of this name")] = None,
    speed: Annotated[float, typer.Option(min=0.01, help="速度 · how many times as fast")] = 1.0,
    wait: Annotated[float, typer.Option(min=0, max=60, help="等驱动打开串口 · for a driver to open the port")] = 3.0,
    expect: Annotated[Path | None, typer.Option(help="与此文件比较 · compare with what this file holds")] = None,
) -> None:
    """重放 · Shows what a recording says, compares it with what it should say, or plays it to a driver."""
    try:
        if link is not None:
            _say("playing", link=link)
            asyncio.run(play(file, link, speed, wait))
            _say("played", link=link)
            return
        lines = spoken(file, load_drivers(), driver)
    except (RecordingError, UnknownDriver, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if expect is None:
        with contextlib.suppress(BrokenPipeError):
            for line in lines:
                typer.echo(line)
        return
    wanted = expect.read_text(encoding="utf-8").splitlines()
    if lines != wanted:
        raise _fail("differs", path=expect)
    _say("same", path=expect, n=len(lines))
