"""A clerk who sends sheets to a hub's console, as the page does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

from anju_central.registry.imports import worker
from anju_central.registry.imports.worker import Json
from anju_central.registry.secrets import RegistrySecrets
from support.hubs import Hub, config, running
from support.paths import TESTS

SHEETS: Final = TESTS / "central" / "sheets"


@asynccontextmanager
async def hub_with_key(folder: Path, registry_url: str = "") -> AsyncIterator[Hub]:
    """A hub with the key of ID numbers, on the registry of that URL where it is PostgreSQL's."""
    data = config(folder).data_dir
    data.mkdir(parents=True, exist_ok=True)
    RegistrySecrets(data, {}).make()
    url = registry_url if registry_url.startswith("postgresql") else None
    async with running(folder, registry=url) as hub:
        yield hub


async def work_here(asked: Json, data: bytes, progress: Callable[[int, int], None]) -> Json:
    """As `worker_process.work`, without a process of its own."""
    file = await asyncio.to_thread(Path(asked["file"]).read_bytes) if "file" in asked else data
    return await worker.answer(asked, file, lambda said: progress(*said["progress"]))


def named(file_name: str) -> dict[str, str]:
    """The header that says what a file is called."""
    return {"X-File-Name": quote(file_name)}


class Clerk:
    """Whoever sends sheets by `http`; waits until each step is done."""

    def __init__(self, hub: Hub, http: httpx.AsyncClient) -> None:
        self.hub = hub
        self.http = http

    async def post(self, path: str, status: int = 200, **body: object) -> Any:
        answer = await self.http.post(f"/api/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content and answer.headers["content-type"] == "application/json" else answer

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.http.get(f"/api/{path}")
        assert answer.status_code == status, answer.text
        return answer.json() if answer.headers["content-type"] == "application/json" else answer

    async def send(self, data: bytes, name: str = "sheet.csv") -> Any:
        """Sends a file and returns it as it was read."""
        answer = await self.http.post("/api/imports/files", headers=named(name), content=data)
        assert answer.status_code == 200, answer.text
        return await self.settled(answer.json()["upload"])

    async def settled(self, upload: str) -> Any:
        """Returns a sheet when nothing is being done with it."""
        await self.hub.parts.people.imports.turns.wait(upload)
        return await self.get(f"imports/files/{upload}")

    async def compare(self, upload: str, **asked: object) -> Any:
        """Compares a sheet with the community `ningdu`."""
        body: dict[str, Any] = {"community": "ningdu"} | asked
        await self.post(f"imports/files/{upload}/compare", **body)
        return await self.settled(upload)

    async def lines(self, upload: str, kind: str, **asked: Any) -> list[Any]:
        """A page of a list."""
        found: list[Any] = (await self.post(f"imports/files/{upload}/lists/{kind}", **asked))["lines"]
        return found

    async def take_over(self, upload: str, *moved_out: str) -> Any:
        """Takes a sheet over."""
        await self.post(f"imports/files/{upload}/take-over", moved_out=list(moved_out))
        return await self.settled(upload)

    async def undo(self, run: int) -> Any:
        """Takes an import back; returns it as the list shows it."""
        await self.post(f"imports/{run}/undo", 202, reason="wrong sheet")
        await self.hub.parts.people.imports.turns.wait(f"undo-{run}")
        return next(one for one in (await self.get("imports"))["imports"] if one["run"] == run)
