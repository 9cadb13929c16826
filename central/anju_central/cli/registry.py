"""The registry as commands use it: opened, asked as the command line, closed; a refusal ends the command in words."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from anju_central.access.authority import AuthorityDamaged, AuthorityMissing
from anju_central.access.caller import COMMAND_LINE
from anju_central.cli.terminal import stop
from anju_central.config import CentralConfig
from anju_central.registry.errors import RegistryRefused
from anju_central.registry.faults import REGISTRY_FILE, RegistryForeign, RegistryTooNew, RegistryUnavailable
from anju_central.registry.secrets import RegistrySecrets

if TYPE_CHECKING:
    from anju_central.registry.database import Registry

_T = TypeVar("_T")


def with_registry(settings: CentralConfig, work: Callable[[Registry], Awaitable[_T]]) -> _T:
    """Opens the registry, works on it, closes it; ends the command with what it refuses."""

    async def run() -> _T:
        from anju_central.registry.database import Registry  # SQLAlchemy takes a second to load
        from anju_central.registry_wiring import registry_url  # with all that a hub is: only where it is needed

        registry = await Registry.open(registry_url(settings))
        try:
            return await work(registry)
        finally:
            await registry.close()

    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return done(lambda: asyncio.run(run()))
    finally:
        _give_to_owner(settings.data_dir)


def settle_restored(settings: CentralConfig) -> list[str]:
    """Ends what a copy that was just put back has open. Returns what a person has to know and do, a line each."""
    from anju_central.registry.key_keeper import settle_key
    from anju_central.registry.restored import settle

    folder = settings.data_dir

    async def work(registry: Registry) -> list[str]:
        lines = await settle(COMMAND_LINE, registry, folder, now_ms())
        missing = await settle_key(COMMAND_LINE, registry, RegistrySecrets(folder), now_ms())
        if missing is not None:
            lines.append(f"登记库的密钥不在，请放回其副本 {missing} (or it is a systemd credential)")
        return lines

    return with_registry(settings, work)


def done(what: Callable[[], _T]) -> _T:
    """Does it, or ends the command with the reason."""
    try:
        return what()
    except (
        RegistryRefused,
        RegistryUnavailable,
        RegistryForeign,
        RegistryTooNew,
        AuthorityMissing,
        AuthorityDamaged,
    ) as error:
        raise stop(str(error), 1) from error
    except OSError as error:
        raise stop(f"{error.filename}: {error.strerror}", 1) from error


def _give_to_owner(data_dir: Path) -> None:
    """A registry that root just made is the data folder's owner's: the hub has to open it."""
    if os.geteuid() != 0:
        return
    owner = data_dir.stat()
    for path in data_dir.glob(f"{REGISTRY_FILE}*"):
        with contextlib.suppress(OSError):
            os.chown(path, owner.st_uid, owner.st_gid)


def now_ms() -> int:
    """Returns the wall clock, UTC milliseconds."""
    return time.time_ns() // 1_000_000


def date(at_ms: int | None) -> str:
    """Returns a time as commands show it, empty for none."""
    return "" if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
