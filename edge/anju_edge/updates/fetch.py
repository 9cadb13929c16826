"""Fetches the version that the hub wants here and hands it to the root helper.

The hub is not believed: the box checks the signature before the first byte of a package, and the helper checks again.
The package comes part by part over a connection of its own, and after each part the line rests three times as long as
the part took: an alarm, its answer and all else find three quarters of the line free.
"""

from __future__ import annotations

import asyncio
import logging
import platform
import random
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import grpc

from anju_base.update_refused import UpdateRefused
from anju_edge.sync.secure_channel import NoLine
from anju_edge.updates.requests import HELPER_FOLDER, REQUEST, read_progress
from anju_protos.v1.updates_pb2 import UpdateAnswer, UpdateFetch, UpdateQuestion
from anju_protos.v1.updates_pb2_grpc import UpdatesStub

_log = logging.getLogger(__name__)

ASK_EVERY_S: Final = 600.0
PART_BYTES: Final = 32 * 1024
REST_FACTOR: Final = 3.0
CALL_TIMEOUT_S: Final = 60.0
KEYS: Final = Path(__file__).with_name("keys")
ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}


class Where(Protocol):
    """Who asks, and where."""

    @property
    def box(self) -> str: ...
    @property
    def community(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Runs:
    """What runs: the version as dpkg has it, and the newest schema of the journal that it knows."""

    version: str
    schema: int


class UpdateFetcher:
    """Asks, fetches, hands over. `state` is for people: how far it is, or why an update is not taken.

    `connect()` makes a channel to the hub. `taken_back()` names a slot that was rolled back, empty when none was;
    `is_calm()` whether no incident is open: writing 200 MB to a card is not for that moment.
    """

    def __init__(
        self,
        me: Where,
        runs: Runs,
        connect: Callable[[], grpc.aio.Channel],
        folder: Path,
        keys: Path,
        taken_back: Callable[[], str],
        is_calm: Callable[[], bool],
        changed: Callable[[], None],
        *,
        helper: Path = HELPER_FOLDER,
        architecture: str = "",
        ask_every_s: float = ASK_EVERY_S,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._me = me
        self._runs = runs
        self._connect = connect
        self._folder = folder
        self._keys = keys
        self._taken_back = taken_back
        self._is_calm = is_calm
        self._changed = changed
        self._helper = helper
        self._architecture = architecture or ARCHITECTURES.get(platform.machine(), platform.machine())
        self._ask_every_s = ask_every_s
        self._rest = rest
        self._handed_over = b""  # the manifest of an update that the helper was given
        self.state = ""

    async def run(self) -> None:
        """Asks now and then, for ever."""
        while True:
            with suppress(grpc.aio.AioRpcError, TimeoutError, NoLine):  # no hub, or one of an earlier version
                async with self._connect() as channel:
                    await self._round(UpdatesStub(channel))
            await asyncio.sleep(self._ask_every_s * random.uniform(0.8, 1.2))

    async def _round(self, hub: Any) -> None:  # Any: the stubs know only the synchronous form
        question = UpdateQuestion(
            box=self._me.box,
            community=self._me.community,
            running=self._runs.version,
            architecture=self._architecture,
        )
        answer = await hub.Ask(question, timeout=CALL_TIMEOUT_S)
        assert isinstance(answer, UpdateAnswer)
        if not answer.version:
            self._say("")
            return
        if answer.manifest == self._handed_over:
            self._say(self._helpers_word())
            return
        try:
            await self._take(hub, answer)
        except UpdateRefused as refused:
            self._say(f"{answer.version}: {refused}")
        except OSError as error:
            self._say(f"{answer.version}: 写不进存储卡 cannot be written: {error.strerror}")

    async def _take(self, hub: Any, answer: UpdateAnswer) -> None:
        from anju_base.update_manifest import MANIFEST, SIGNATURE, check_file, read_keys, verified
        from anju_edge.updates.apply_update import Installed, check

        keys = await asyncio.to_thread(read_keys, self._keys)
        manifest = verified(answer.manifest, answer.signatures, keys)
        self._check_taken_back(manifest.version)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        free = shutil.disk_usage(self._folder).free
        now = Installed(self._runs.version, self._architecture, self._runs.schema, counter=0)
        file = check(manifest, now, free, downgrade=False)
        path = self._folder / file.name
        for old in self._folder.iterdir():
            if old != path:
                old.unlink()
        await self._fetch(hub, answer.version, file.name, file.size, path)
        try:
            await asyncio.to_thread(check_file, path, file)
        except UpdateRefused:
            path.unlink(missing_ok=True)  # it comes anew
            raise
        while not self._is_calm():
            self._say(f"{manifest.version}: 有未办结的求助，先不安装 fetched; waits while a call is open")
            await self._rest(1.0)
        self._check_taken_back(manifest.version)  # a box that just went back may not have known at the first look
        (self._folder / MANIFEST).write_bytes(answer.manifest)
        (self._folder / SIGNATURE).write_text(answer.signatures, encoding="ascii", errors="replace")
        (self._folder / REQUEST).touch()
        self._handed_over = answer.manifest
        self._say(f"{manifest.version}: 交给安装程序 handed to the installer")
        _log.info("version %s, which the hub wants, is fetched and handed over", manifest.version)

    async def _fetch(self, hub: Any, version: str, name: str, size: int, path: Path) -> None:
        """Goes on where an earlier fetch ended."""
        with path.open("ab") as file:
            done = file.tell()
            if done > size:
                file.truncate(0)
                done = 0
            while done < size:
                started_s = time.monotonic()
                part = await hub.Fetch(
                    UpdateFetch(
                        box=self._me.box,
                        community=self._me.community,
                        version=version,
                        name=name,
                        offset=done,
                        most=min(PART_BYTES, size - done),
                    ),
                    timeout=CALL_TIMEOUT_S,
                )
                if not part.data:
                    raise UpdateRefused("中心的安装包不完整", "the hub's package ends too early")
                await asyncio.to_thread(file.write, part.data)
                done += len(part.data)
                self._say(f"{version}: 下载 {done * 100 // size} % fetched")
                await self._rest((time.monotonic() - started_s) * REST_FACTOR)

    def _check_taken_back(self, version: str) -> None:
        """Raises UpdateRefused for a version that was taken back; its slot may have a number behind the version."""
        bad = self._taken_back()
        if bad == version or (bad.startswith(f"{version}.") and bad[len(version) + 1 :].isdecimal()):
            raise UpdateRefused(
                "这个版本在这里没有通过检验，已退回", "this version failed here and was taken back; send a mended one"
            )

    def _helpers_word(self) -> str:
        progress = read_progress(self._helper)
        if progress is None or progress.request:  # a person's update from a stick is not this one
            return self.state
        return f"{progress.state}: {progress.text}"

    def _say(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._changed()
