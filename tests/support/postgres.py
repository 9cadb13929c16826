"""A real PostgreSQL for tests: Debian's server in a temporary folder, on a Unix socket alone, ended by its id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import asyncpg

STARTS_WITHIN_S: Final = 60
USER: Final = "anju"
_numbers = count(1)
# nothing of it outlives the tests: speed before durability
SETTINGS: Final = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=60",
)


@dataclass(frozen=True)
class Postgres:
    """A running server. `folder` is where its socket is."""

    folder: Path

    async def new_database(self) -> str:
        """Makes an empty schema and a user who sees only that one; returns SQLAlchemy's URL.

        A schema takes a hundredth of the files of a database: ten times as quick.
        """
        name = f"test_{os.getpid()}_{next(_numbers)}"
        connection = await asyncpg.connect(host=str(self.folder), user=USER, database="postgres")
        try:
            await connection.execute(f"CREATE ROLE {name} LOGIN; CREATE SCHEMA {name} AUTHORIZATION {name}")
        finally:
            await connection.close()
        return f"postgresql+asyncpg://{name}@/postgres?host={self.folder}"


def programs() -> Path | None:
    """Returns where Debian puts the newest server, None where it has none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def user() -> dict[str, int | list[int]]:
    """Whom it runs as: the server refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    nobody = names.get("postgres") or names["nobody"]
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def running_postgres(bin_folder: Path) -> Iterator[Postgres]:
    """Runs a server while the block does."""
    folder = Path(tempfile.mkdtemp(prefix="anju-pg-", dir="/tmp"))  # a socket's path has 107 bytes at most
    try:
        runs_as = user()
        if runs_as:
            os.chown(folder, int(str(runs_as["user"])), int(str(runs_as["group"])))
        data = folder / "data"
        initdb = [bin_folder / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **runs_as)  # type: ignore[call-overload]  # its overloads know no mapping of keywords
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(  # type: ignore[call-overload]  # as above
                [bin_folder / "postgres", "-D", data, "-k", folder, *options],
                stdout=log,
                stderr=log,
                cwd=folder,
                **runs_as,
            )
        try:
            _wait_ready(bin_folder, folder, server)
            yield Postgres(folder)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.wait(STARTS_WITHIN_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_ready(bin_folder: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + STARTS_WITHIN_S
    while subprocess.run([bin_folder / "pg_isready", "-q", "-h", folder], check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > until_s:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.05)
