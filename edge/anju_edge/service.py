"""The box as a process: `python -m anju_edge.service --config edge.toml`, what `anju-edge run` turns itself into."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import gc
import json
import logging
import signal
import sys
import time
from pathlib import Path

import uvloop

from anju_base.open_files import raise_open_files
from anju_base.sqlite_schema import SchemaTooNew
from anju_edge import gateway
from anju_edge.config import ConfigError, EdgeConfig, load_config
from anju_edge.journal.faults import SettingRefused
from anju_edge.process_end import EXIT_IN_USE, config_refused, give_up
from anju_edge.supervision.sole_box import BoxAlreadyRuns, sole_box
from anju_edge.updates.last_end import forget_last_end, write_last_end
from anju_edge.updates.slot_files import Slot

_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


class JsonLines(logging.Formatter):
    """One JSON object a line with journald's level in front: `<4>{"level": ...}`."""

    def __init__(self, *, with_level: bool) -> None:
        super().__init__()
        self._with_level = with_level

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False)
        return f"<{_PRIORITIES.get(record.levelno, 6)}>{text}" if self._with_level else text


def set_up_logging(*, verbose: bool) -> None:
    """To stderr, where systemd reads it; the level prefix only for systemd."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(with_level=not sys.stderr.isatty()))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)


def _settle(_running: gateway.Running) -> None:
    """Leaves what the start made out of later garbage collections: each full one held everything up for 25 ms."""
    forget_last_end()
    gc.collect()
    gc.freeze()


async def _serve(config: EdgeConfig) -> int:
    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    running = asyncio.ensure_future(
        gateway.run(config, stop, reload=reload, on_started=_settle, slot=Slot.of_this_run())
    )
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            async with asyncio.timeout(config.stop_max_s):
                await running
    except TimeoutError:
        logging.getLogger(__name__).error("the box did not stop within %g s, leaving at once", config.stop_max_s)
        raise
    finally:
        stopping.cancel()
    return await running


def main() -> int:
    """Runs the box until SIGTERM or SIGINT; SIGHUP reads the roster again. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="anju_edge.service", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    faulthandler.enable()  # systemd's watchdog sends SIGABRT: leave every thread's stack in the log
    raise_open_files()
    set_up_logging(verbose=options.verbose)
    try:
        config = load_config(options.config)
        for note in config.notes:
            logging.getLogger(__name__).warning("%s", note)
        with sole_box(config.box.data, may_create=not config.journal.mount):
            return uvloop.run(_serve(config))
    except ConfigError as error:
        return config_refused(error)
    except BoxAlreadyRuns as error:
        return give_up(str(error), EXIT_IN_USE)
    except SchemaTooNew as error:
        return give_up(
            f"记录是更新的版本写的，请装回那个版本 records of a newer version, install that one again: {error}"
        )
    except SettingRefused as error:
        return give_up(f"记录文件不能按要求打开 the journal cannot be opened as it must be: {error}")
    except Exception as error:
        write_last_end(1, f"程序出错 a fault of the program: {type(error).__name__}: {error}")
        raise


if __name__ == "__main__":
    sys.exit(main())
