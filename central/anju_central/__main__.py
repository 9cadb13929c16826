"""`anju-central`: run the hub, look at it, fold projections anew, back up and restore."""

from __future__ import annotations

import asyncio
import faulthandler
import json
import logging
import signal
import sqlite3
import sys
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from anju_base.open_files import raise_open_files
from anju_base.plain_table import Row, table
from anju_central.access.authority import FOLDER, AuthorityDamaged, AuthorityMissing
from anju_central.access.card_backup import back_up_card_keys, card_keys_copy, put_back_card_keys
from anju_central.cli.account import app as account_app
from anju_central.cli.box import app as box_app
from anju_central.cli.ca import app as ca_app
from anju_central.cli.card import app as card_app
from anju_central.cli.check_config import check_config
from anju_central.cli.console import app as console_app
from anju_central.cli.console import certificate_lines
from anju_central.cli.lookups import app as lookups_app
from anju_central.cli.people import app as people_app
from anju_central.cli.people import seed
from anju_central.cli.registry import settle_restored
from anju_central.cli.registry_key import new_registry_key
from anju_central.cli.roster import app as roster_app
from anju_central.cli.setup import setup
from anju_central.cli.terminal import ConfigOption, err, out
from anju_central.cli.terminal import give_up as _give_up
from anju_central.cli.terminal import read_config as _read
from anju_central.cli.terminal import stop as _stop
from anju_central.cli.token import app as token_app
from anju_central.cli.updates import app as updates_app
from anju_central.config import CentralConfig
from anju_central.process.lock import HubAlreadyRuns, sole_hub
from anju_central.process.tls_version import only_tls_1_3
from anju_central.projections.projection_file import all_projections, discard, projection_path, read_positions
from anju_central.projections.projection_file import rebuild as rebuild_projection
from anju_central.registry.faults import REGISTRY_FILE, RegistryForeign, RegistryTooNew
from anju_central.registry.file_copy import back_up_registry, check_registry, put_back_registry
from anju_central.store.backups import backup_into, last_backup
from anju_central.store.damage import STORE_FILE, kept_files, notice
from anju_central.store.database import DatabaseTooNew
from anju_central.store.event_store import StoredStream
from anju_central.store.log_reader import LogName, LogReader
from anju_central.store.sqlite_store import backup as backup_store
from anju_central.store.sqlite_store import restore as restore_store
from anju_central.store.sqlite_store import stored_streams
from anju_protos.v1.event_pb2 import Lane

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.add_typer(ca_app, name="ca")
app.add_typer(box_app, name="box")
app.add_typer(card_app, name="card")
app.add_typer(console_app, name="console")
app.add_typer(account_app, name="account")
app.add_typer(token_app, name="token")
app.add_typer(lookups_app, name="lookups")
app.add_typer(roster_app, name="roster")
app.add_typer(people_app, name="people")
app.command("check-config")(check_config)
app.command()(setup)
app.command()(new_registry_key)
app.command()(seed)

app.add_typer(updates_app, name="updates")

IN_POSTGRESQL: Final = "登记库在 PostgreSQL，另行处理 · the registry is in PostgreSQL and goes its own way"
ADOPT_WITHIN_S: Final = 30.0
STREAM_HEADS: Final = (  # of the records that boxes send: which, up to which number, and what is missing
    *("网关 box", "社区 community", "种类 kind", "记录 id"),
    *("收到 to", "跳过 skipped", "丢失 lost", "另存 aside"),
)
LEVELS: Final = {"CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6, "DEBUG": 7}


class JsonLines(logging.Formatter):
    """One JSON object a line, with journald's level in front; no person's name, picture or place is ever logged."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line of a record."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return f"<{LEVELS.get(record.levelname, 6)}>{json.dumps(line, ensure_ascii=False)}"


def registry_copy(backup_file: Path) -> Path:
    """Where the registry is in a backup."""
    return backup_file.with_name(f"{backup_file.name}.registry")


def _store(config: CentralConfig) -> Path:
    path = config.data_dir / STORE_FILE
    if not path.exists():
        raise _stop(f"还没有数据，请先启动一次中心 · {path}: there is no event store yet; start the hub once")
    return path


@app.command()
def run(
    config: ConfigOption, debug: Annotated[bool, typer.Option(help="log what only developers need")] = False
) -> None:
    """运行中心 · Runs the hub until SIGTERM or Ctrl-C."""
    only_tls_1_3()
    settings = _read(config)
    faulthandler.enable()
    raise_open_files()
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.DEBUG if debug else logging.INFO, handlers=[handler], force=True)
    for library in ("uvicorn", "alembic"):
        logging.getLogger(library).setLevel(logging.WARNING)
    for note in settings.notes:
        logging.getLogger(__name__).warning("%s", note)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings))
    except sqlite3.Error as error:
        folder = settings.data_dir
        raise _stop(f"{folder}: its files cannot be opened: {error}; look at their owner and the disk", 1) from error
    except (DatabaseTooNew, RegistryTooNew, RegistryForeign) as error:
        raise _give_up(str(error)) from error
    except (HubAlreadyRuns, OSError) as error:
        raise _stop(str(error), 1) from error


async def _serve(settings: CentralConfig) -> None:
    from anju_central import hub  # the web framework takes longer to load than the other commands to run

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def ready(addresses: hub.HubAddresses) -> None:
        if sys.stdout.isatty():
            out.print(f"console  {addresses.console}\nboxes    {addresses.grpc}", highlight=False)

    await hub.run(settings, stop, ready)


@app.command()
def rebuild(
    config: ConfigOption,
    name: Annotated[str | None, typer.Argument(help="one projection; without it all are folded anew")] = None,
) -> None:
    """重新汇总 · Folds projections anew from the event store, also beside a running hub, which takes each over."""
    settings = _read(config)
    store = _store(settings)
    chosen = [projection for projection in all_projections() if name in (None, projection.name)]
    if not chosen:
        known = ", ".join(projection.name for projection in all_projections())
        raise _stop(f"there is no projection {name!r}; known are {known}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    for projection in chosen:
        with Progress(*columns, console=err) as bars:
            tasks = {log: bars.add_task(f"{projection.name}: {log}", total=0) for log in projection.logs}

            def progress(
                log: LogName, at: int, head: int, *, bars: Progress = bars, tasks: dict[LogName, TaskID] = tasks
            ) -> None:
                bars.update(tasks[log], completed=at, total=head)

            try:
                rebuild_projection(settings.data_dir, store, projection, progress)
            except (sqlite3.Error, OSError) as error:
                raise _stop(f"{projection.name}: {error}; the one in use stays", 1) from error
        out.print(f"{projection.name}: {_handed_over(settings, projection.name)}", highlight=False)


def _handed_over(settings: CentralConfig, name: str) -> str:
    """Waits until a running hub took the file; without a hub the next start takes it."""
    fresh = projection_path(settings.data_dir, name).with_suffix(".next.sqlite")
    try:
        with sole_hub(settings.data_dir):
            return "rebuilt; the hub takes it at its next start"
    except HubAlreadyRuns:
        taken = _gone(fresh)
        return "rebuilt and in use" if taken else "rebuilt; the hub has not taken it yet"


def _gone(path: Path) -> bool:
    """Looks until the running hub took the file away; it looks once a second."""
    until_s = time.monotonic() + ADOPT_WITHIN_S
    while path.exists():
        if time.monotonic() > until_s:
            return False
        time.sleep(0.1)
    return True


@app.command()
def status(config: ConfigOption) -> None:
    """查看数据 · Shows the records of all boxes and how far the projections are. Needs no running hub."""
    settings = _read(config)
    path = _store(settings)
    try:
        streams = stored_streams(path)
        reader = LogReader(path)
        heads: dict[LogName, int] = {log: reader.head(log) for log in ("alarm", "activity", "telemetry")}
        epoch = reader.epoch()
        reader.close()
    except sqlite3.Error as error:
        raise _stop(
            f"数据文件读不了；请启动中心，它会把损坏的文件另存并继续工作 · {path}: {error}; "
            "start the hub: it sets a damaged store aside and goes on", 1,
        ) from error  # fmt: skip
    for kept in kept_files(path.parent):
        err.print(notice(kept), style="bold red", markup=False, highlight=False, soft_wrap=True)
    _tell_of_backups(settings)
    _tell_of_console(settings)
    size_mb = sum(file.stat().st_size for file in path.parent.glob(f"{STORE_FILE}*")) / 1e6
    out.print(f"数据 store {path}: {size_mb:.1f} MB, 批次 epoch {epoch.hex()[:8]}", highlight=False, soft_wrap=True)
    for line in table(STREAM_HEADS, [_stream_row(stream) for stream in streams]):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    behind = [
        Row((projection.name, log, str(at), str(heads.get(log, 0))))
        for projection in all_projections()
        for log, at in _positions(projection_path(settings.data_dir, projection.name)).items()
    ]
    for line in ("", *table(("汇总 projection", "来源 log", "已处理 folded", "共 of"), behind)):
        out.print(line, highlight=False, markup=False, soft_wrap=True)


def _stream_row(stream: StoredStream) -> Row:
    """A stream as one line that can be copied; how it came about stands below it."""
    lane = Lane.Name(Lane.ValueType(stream.lane)) if stream.lane in Lane.values() else str(stream.lane)
    note = ("已结束 sealed " if stream.sealed else "") + stream.note
    box = "中心 hub" if stream.by_hub else stream.box
    counts = (stream.seq, stream.skipped, stream.lost, stream.quarantined)
    return Row((box, stream.community, lane, stream.stream.hex()[:8], *map(str, counts)), [note] if note else [])


def _positions(path: Path) -> dict[LogName, int]:
    if not path.exists():
        return {}
    with sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True) as db:
        positions = read_positions(db)
    db.close()
    return positions


@app.command()
def backup(
    config: ConfigOption,
    file: Annotated[
        Path | None, typer.Argument(help="where the copy goes; without it into the folder of [backup], old ones go")
    ] = None,
) -> None:
    """备份 · Writes a consistent copy of the event store, also while the hub runs; projections are folded from it.

    The registry goes beside it, as FILE.registry; one in PostgreSQL is backed up by PostgreSQL's own pg_dump. So do the
    keys of boxes' cards, as FILE.card-keys.
    """
    settings = _read(config)
    store = _store(settings)
    folder = settings.backup.folder
    if file is not None and not file.parent.is_dir():
        raise _stop(f"{file.parent}: there is no such folder")
    if file is None and folder is None:
        raise _stop(f"name a file, or set folder of [backup] in {config}")
    try:
        if file is not None:
            backup_store(store, file)
        else:
            assert folder is not None
            file = Path(backup_into(store, folder, settings.backup.keep, time.time()).file)
        copied = [file]
        registry = settings.data_dir / REGISTRY_FILE
        if settings.registry is None and registry.exists():
            back_up_registry(registry, registry_copy(file))
            copied.append(registry_copy(file))
        if back_up_card_keys(settings.data_dir / FOLDER, card_keys_copy(file)):
            copied.append(card_keys_copy(file))
    except (sqlite3.Error, OSError, AuthorityDamaged, AuthorityMissing) as error:
        raise _stop(
            f"{file or folder}: {error}; look whether that disk is there, has room and may be written", 1
        ) from error
    for copy in copied:
        out.print(f"{copy}: {copy.stat().st_size / 1e6:.1f} MB", highlight=False, soft_wrap=True)
    if settings.registry is not None:
        out.print(f"{IN_POSTGRESQL}: pg_dump --format=custom", highlight=False, soft_wrap=True)


def _tell_of_backups(settings: CentralConfig) -> None:
    """Says when the last copy was made; in red when it should have been another."""
    if settings.backup.folder is None:
        return
    last = last_backup(settings.data_dir)
    if last is None:
        line = f"备份 backup: 还没有 none yet in {settings.backup.folder}; 见 look at anju-central-backup.timer"
        err.print(line, style="bold red", markup=False, highlight=False, soft_wrap=True)
        return
    when = datetime.fromtimestamp(last.at_s, UTC).isoformat(timespec="seconds")
    line = f"备份 backup {last.file}: {last.size_bytes / 1e6:.1f} MB, {when}"
    if last.is_late(time.time()):
        line += "; 之后没有备份 none since: systemctl status anju-central-backup"
        err.print(line, style="bold red", markup=False, highlight=False, soft_wrap=True)
    else:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _tell_of_console(settings: CentralConfig) -> None:
    """Says where operators come and by which certificate; in red what is wrong with it."""
    lines, trouble = certificate_lines(settings)
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if trouble:
        err.print(trouble, style="bold red", markup=False, highlight=False, soft_wrap=True)


@app.command()
def restore(config: ConfigOption, file: Annotated[Path, typer.Argument(help="a copy made by backup")]) -> None:
    """恢复备份 · Puts a backup in place of a stopped hub's. Boxes see the new epoch and send again what they hold.

    The registry comes from FILE.registry and keys of boxes' cards from FILE.card-keys, if these are there. What was
    revoked or retired since the backup stays so; sessions, one-time links and claim codes that it has open end.
    """
    settings = _read(config)
    if not file.is_file():
        raise _stop(f"{file}: there is no such file")
    try:
        said: list[str] = []
        with sole_hub(settings.data_dir):
            has_registry = settings.registry is None and registry_copy(file).is_file()
            if has_registry:
                check_registry(registry_copy(file))  # before anything is changed
            epoch = restore_store(file, settings.data_dir)
            for projection in all_projections():
                discard(projection_path(settings.data_dir, projection.name))
            if has_registry:
                put_back_registry(registry_copy(file), settings.data_dir / REGISTRY_FILE)
                said = settle_restored(settings)
            keys = _put_back_card_keys(card_keys_copy(file), settings.data_dir / FOLDER)
    except (HubAlreadyRuns, RegistryForeign, RegistryTooNew, AuthorityDamaged, sqlite3.Error, OSError) as error:
        raise _stop(f"{file}: {error}", 1) from error
    out.print(f"restored, new epoch {epoch.hex()[:8]}; projections are folded anew at the start", highlight=False)
    if settings.registry is not None:
        out.print(f"{IN_POSTGRESQL}: pg_restore --clean", highlight=False, soft_wrap=True)
    elif has_registry:
        out.print(f"登记库来自 the registry is that of {registry_copy(file)}", highlight=False, soft_wrap=True)
        for line in said:
            out.print(f"- {line}", highlight=False, soft_wrap=True)
    else:
        out.print(f"the registry stays: there is no {registry_copy(file)}", highlight=False, soft_wrap=True)
    if keys:
        out.print(keys, highlight=False, soft_wrap=True)


def _put_back_card_keys(source: Path, folder: Path) -> str:
    """Returns what to say of them, "" where the backup holds none."""
    if not source.is_file():
        return ""
    if not folder.is_dir():
        return f"{folder} is missing: bring it back, then run `anju-central card restore {source}`"
    return f"{put_back_card_keys(source, folder)} keys of boxes' cards are back from {source}"


@app.command()
def version() -> None:
    """版本 · Shows the version."""
    out.print(metadata.version("anju"), highlight=False)


def main() -> None:
    """Runs the command line."""
    app()


if __name__ == "__main__":
    main()
