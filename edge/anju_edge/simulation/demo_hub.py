"""What the demo's hub has before it starts, made by programs of the hub's own: certificates, accounts, people.

The three communities of the boxes come first, together with the certificates; the rest of the district follows when the
pages are there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Final

from anju_edge.simulation.communities import BOXES, Community, box_of, community_of, equipment_toml

MAKER: Final = "anju_central.simulation.demo_hub"


@dataclass(frozen=True, slots=True)
class DemoHub:
    """What the demo shows of its hub. `accounts`: account, password, zh, en of each."""

    communities: tuple[Community, ...]
    accounts: list[dict[str, str]]


async def make_hub(folder: Path) -> DemoHub:
    """Makes what is missing of a hub in `folder`. Raises RuntimeError."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    equipment = json.dumps([equipment_toml(number) for number in range(BOXES)]).encode()
    boxes = [f"{box_of(number)}={community_of(number)}={folder / box_of(number)}" for number in range(BOXES)]
    _, said = await asyncio.gather(
        _made("anju_central.simulation.certificates", folder, boxes), _made(MAKER, folder, (), equipment)
    )
    made = json.loads(said)
    sites = enumerate(made["sites"])
    return DemoHub(tuple(Community.of(number, site) for number, site in sites), made["accounts"])


async def add_the_rest(folder: Path) -> None:
    """Adds the communities without a box, beside the hub that runs. The demo goes on where that cannot be done."""
    with contextlib.suppress(RuntimeError):
        await _made(MAKER, folder, ("--rest",))


async def _made(module: str, folder: Path, words: Sequence[str], asked: bytes = b"") -> bytes:
    command = (sys.executable, "-m", module, str(folder / "hub"), *words)
    making = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, start_new_session=True)
    try:
        said, _ = await making.communicate(asked)
    finally:
        if making.returncode is None:
            making.kill()
            await making.wait()
    if making.returncode != 0:
        raise RuntimeError(f"{module} could not make the demo's hub; see above")
    return said
