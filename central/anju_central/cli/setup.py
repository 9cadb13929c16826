"""`anju-central setup`: the few answers that a hub needs, written as its configuration; what is left to do is said."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from anju_base.address import parse_address
from anju_base.whole_file import replace_file
from anju_central.access.authority import FOLDER
from anju_central.access.caller import Role
from anju_central.access.console_files import FOLDER as CONSOLE_FOLDER
from anju_central.access.console_files import own_certificate
from anju_central.cli import ca
from anju_central.cli.account import add_and_show
from anju_central.cli.console import certificate_lines, now
from anju_central.cli.terminal import err, say, stop
from anju_central.config import GRPC_ADDRESS, HTTP_ADDRESS, CentralConfig, ConfigError, load_config

DEFAULT_CONFIG: Final = Path("/etc/anju-central/central.toml")
EXAMPLE: Final = Path("/usr/share/anju-central/central.toml")
DEFAULT_DATA: Final = Path("/var/lib/anju-central")
DEFAULT_BACKUP: Final = Path("/var/backups/anju-central")
UNITS: Final = Path("/etc/systemd/system")
SERVICE_USER: Final = "anju-central"
ENROLMENT_PORT: Final = 7421  # enrolment, renewal and reasons: docs/hub.md

CONFIGURATION: Final = """\
# 安居中心的配置，由 anju-central setup 写成 · Configuration of this hub, written by anju-central setup.
# 全部选项 · every key: /usr/share/anju-central/central.toml
data_dir = {data}
grpc_address = {boxes}
http_address = {operators}
{console}
[backup]
folder = {backup}
keep = {keep}
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked, or given as options."""

    data: Path
    boxes: str
    operators: str
    backup: Path
    keep: int
    console_names: tuple[str, ...] = ()  # under which operators on other machines ask

    def text(self) -> str:
        """The configuration file."""
        values = {name: _toml(str(getattr(self, name))) for name in ("data", "boxes", "operators", "backup")}
        hosts = f"\n[console]\nhosts = {_toml(' '.join(self.console_names))}\n" if self.console_names else ""
        return CONFIGURATION.format(**values, keep=self.keep, console=hosts)


def setup(
    config: Annotated[Path, typer.Option("--config", help="写到哪里 · the file to write")] = DEFAULT_CONFIG,
    data: Annotated[Path | None, typer.Option(help="数据文件夹 · folder of the data")] = None,
    boxes: Annotated[str, typer.Option(help="网关连接的地址 host:port · where boxes come")] = "",
    operators: Annotated[str, typer.Option(help="值班页面的地址 host:port · where operators come")] = "",
    console_name: Annotated[
        list[str] | None,
        typer.Option("--console-name", help="值班员使用的域名或 IP，可多次 · a name or IP under which operators come"),
    ] = None,
    backup: Annotated[Path | None, typer.Option(help="备份文件夹，最好在另一块盘 · folder of backups")] = None,
    keep: Annotated[int, typer.Option(help="保留几份备份 · how many backups stay", min=1, max=1000)] = 14,
    address: Annotated[
        list[str] | None,
        typer.Option("--address", help="本机域名或 IP，可多次 · a name or IP of this hub for its certificate"),
    ] = None,
    root_key: Annotated[
        Path | None, typer.Option("--root-key", help="根密钥写到这里（U 盘） · where the root's key goes: a stick")
    ] = None,
    passphrase_file: Annotated[Path | None, typer.Option("--passphrase-file", help="口令文件 · its passphrase")] = None,
    account: Annotated[
        str,
        typer.Option("--account", help="第一个账户的登录名，管理员 · log-in name of the first account, a supervisor"),
    ] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="替换已有配置 · replace a configuration")] = False,
) -> None:
    """设置中心 · Asks for data folder, addresses and backups, writes the configuration, says what is left to do."""
    _may_write(config, overwrite)
    data = data or Path(_ask("数据文件夹 data folder", str(DEFAULT_DATA)))
    boxes = boxes or _ask("网关连接的地址 where boxes come", GRPC_ADDRESS)
    operators = operators or _ask("值班页面的地址 where operators come", HTTP_ADDRESS)
    names = _console_names(operators, console_name or address or [])
    backup = backup or Path(_ask("备份文件夹 folder of backups", str(DEFAULT_BACKUP)))
    answers = Answers(data, boxes, operators, backup, keep, names)
    _write(config, answers)
    say(f"已写好 written: {config}")
    _prepare_backups(answers.backup)
    folder = answers.data / FOLDER
    if root_key is not None and not folder.exists():
        answers.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        ca.init(
            config,
            address or [_ask("本机域名或 IP name or IP of this hub", os.uname().nodename)],
            root_key,
            passphrase_file,
        )
        _give_to_service(answers.data, folder)
    settings = load_config(config)
    if settings.is_https:
        _make_console_certificate(settings)
    first = account or _ask("第一个账户的登录名，空着就先不建 log-in name of the first account, empty for none yet", "")
    if first:
        _add_first(config, answers.data, first)
    for line in next_steps(config, answers, has_certificates=folder.exists(), has_account=bool(first)):
        say(line)


def _add_first(config: Path, data: Path, name: str) -> None:
    """Adds a supervisor of everything, who adds all others, and prints the link that sets the password."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _chown_to_service(data)  # what is made in it becomes its owner's
    add_and_show(load_config(config), name, Role.SUPERVISOR, "every")


def next_steps(config: Path, answers: Answers, *, has_certificates: bool, has_account: bool) -> list[str]:
    """What a person has to do after `setup`: the firewall, then certificates, then the start."""
    doors = [(answers.boxes, "网关 boxes: gRPC"), (answers.operators, "值班员 operators: HTTPS")]
    open_doors = [
        (parse_address(address).port, who) for address, who in doors if not parse_address(address).is_loopback
    ]
    if any(port == parse_address(answers.boxes).port for port, _who in open_doors):
        open_doors.insert(1, (ENROLMENT_PORT, "网关 boxes: 领取和更新证书 enrolment and renewal"))
    lines = ["", "防火墙放行 the firewall must let in (TCP):"]
    lines += [f"  {port}  {who}" for port, who in open_doors] or [
        "  无，只有本机能连 nothing: only this machine reaches the hub"
    ]
    lines += ["", "下一步 next:"]
    if not has_certificates:
        lines.append(f"  anju-central ca init --config {config} --address NAME --root-key FILE")
    if not parse_address(answers.operators).is_loopback:
        lines.append("  让值班电脑信任证书 let operators' machines trust the certificate: docs/hub.md, 3")
    if not has_account:
        lines.append(f"  anju-central account add NAME --role supervisor --communities every --config {config}")
    lines.append("  systemctl enable --now anju-central anju-central-backup.timer")
    lines.append(f"  anju-central status --config {config}")
    return lines


def _may_write(config: Path, overwrite: bool) -> None:
    """Ends the command where a configuration is there that somebody wrote, unless he says that it may go."""
    if not config.exists() or overwrite or _is_example(config):
        return
    question = f"{config} 已存在，替换吗？旧的会留作 .old · is there; replace it (it is kept as .old)?"
    if not (sys.stdin.isatty() and typer.confirm(question)):
        raise stop(f"{config}: 已存在，没有改动 · is there and was not changed; --overwrite replaces it", 1)


def _console_names(operators: str, given: list[str]) -> tuple[str, ...]:
    """Under which names and addresses operators on other machines ask; () where only this machine comes."""
    try:
        where = parse_address(operators)
    except ValueError:  # which the configuration's own check says better
        return ()
    if where.is_loopback:
        return ()
    default = os.uname().nodename if where.is_everywhere else where.host
    return tuple(given or _ask("值班员使用的域名或 IP names or IPs under which operators come", default).split())


def _make_console_certificate(settings: CentralConfig) -> None:
    """Makes the certificate that browsers see, so that its fingerprint can be written down now."""
    if settings.console.certificate is None:
        own_certificate(settings.data_dir, settings.console_names, now())
        _give_to_service(settings.data_dir, settings.data_dir / CONSOLE_FOLDER)
    lines, trouble = certificate_lines(settings)
    say("", *lines)
    if trouble:
        err.print(trouble, style="bold red", markup=False, soft_wrap=True)


def _is_example(config: Path) -> bool:
    """Whether it is what the package put there, untouched."""
    with contextlib.suppress(OSError):
        return config.read_bytes() == EXAMPLE.read_bytes()
    return False


def _ask(question: str, default: str) -> str:
    """The answer of whoever sits there; nobody there means the default."""
    if not sys.stdin.isatty():
        return default
    return str(typer.prompt(question, default=default))


def _write(config: Path, answers: Answers) -> None:
    """Writes the file when the hub would accept it; the one before stays beside it."""
    trial = config.with_name(f".{config.name}.trial")
    try:
        config.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        replace_file(trial, answers.text().encode(), 0o640)
        try:
            load_config(trial)
        except ConfigError as error:
            raise stop(f"{error.key}: {error.reason}", 2) from error
        if config.exists() and not _is_example(config):
            shutil.copy2(config, config.with_name(f"{config.name}.old"))
        with contextlib.suppress(
            KeyError, PermissionError
        ):  # not installed from a package, or not root: the user's own
            os.chown(trial, -1, pwd.getpwnam(SERVICE_USER).pw_gid)
        trial.replace(config)
    except OSError as error:
        raise stop(f"{error.filename or config}: {error.strerror}; sudo?", 1) from error
    finally:
        with contextlib.suppress(OSError):
            trial.unlink(missing_ok=True)


def _prepare_backups(folder: Path) -> None:
    """Makes the folder, for the hub's user alone, and lets the unit of the timer write there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _chown_to_service(folder)
        if folder != DEFAULT_BACKUP and os.geteuid() == 0 and UNITS.is_dir():
            drop_in = UNITS / "anju-central-backup.service.d" / "folder.conf"
            drop_in.parent.mkdir(exist_ok=True)
            replace_file(drop_in, f"[Service]\nReadWritePaths={folder}\n".encode(), 0o644)
    except OSError as error:
        err.print(
            f"{folder}: {error.strerror}; 备份还不能用 backups do not work yet",
            style="bold red",
            markup=False,
            soft_wrap=True,
        )


def _give_to_service(data: Path, folder: Path) -> None:
    """What root just made in the data folder becomes the hub's."""
    _chown_to_service(data)
    _chown_to_service(folder)
    for path in folder.rglob("*"):
        _chown_to_service(path)


def _chown_to_service(path: Path) -> None:
    if os.geteuid() == 0:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(SERVICE_USER)
            os.chown(path, user.pw_uid, user.pw_gid)


def _toml(text: str) -> str:
    """A text as TOML writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
