"""What the hub of a demonstration knows before it starts: accounts, and the people of the first communities.

    python -m anju_central.simulation.demo_hub HUB_DATA < EQUIPMENT
    python -m anju_central.simulation.demo_hub HUB_DATA --rest

EQUIPMENT is a JSON list of rosters in TOML without people, of the communities to which a box comes, in the district's
order. Prints one JSON object: {"accounts": [...], "sites": [{"community", "name_zh", "name_en", "bands", "cards"},
...]}, bands and cards as [{"name", "thing"}, ...]. With `--rest` adds the rest of the district, beside a hub that runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from anju_central.access.caller import COMMAND_LINE, Purpose
from anju_central.cli.registry import now_ms
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.faults import REGISTRY_FILE
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports.take_over import PreviewOutdated
from anju_central.registry.queries.demo_site import add_demo_site, demo_site
from anju_central.registry.secrets import RegistrySecrets
from anju_central.simulation.accounts import add_accounts
from anju_central.simulation.district import seed_some
from anju_central.simulation.residents import COMMUNITIES
from anju_protos.roster_file import parse_roster

CLERK: Final = replace(COMMAND_LINE, purpose=Purpose.CASE)
NICE: Final = 15  # the rest of the district is in nobody's way
PAUSE_S: Final = 0.5  # between two of its communities: whoever logs in has the registry meanwhile


def _numbers(hub_data: Path) -> IdNumbers:
    secrets = RegistrySecrets(hub_data)
    secrets.make()
    return IdNumbers(secrets)


async def begin(hub_data: Path, equipment: list[str]) -> dict[str, Any]:  # Any: JSON
    """Makes accounts and the communities of the boxes; returns what a demonstration shows of them."""
    await asyncio.to_thread(hub_data.mkdir, parents=True, exist_ok=True)
    registry = await Registry.open(sqlite_url(hub_data / REGISTRY_FILE))
    try:
        # passwords are hashed in threads meanwhile
        accounts, sites = await asyncio.gather(add_accounts(registry), _sites(registry, _numbers(hub_data), equipment))
        return {"accounts": accounts, "sites": sites}
    finally:
        await registry.close()


async def _sites(registry: Registry, numbers: IdNumbers, equipment: list[str]) -> list[dict[str, Any]]:  # Any: JSON
    """Makes the communities of the boxes."""
    await seed_some(CLERK, registry, numbers, now_ms(), 1, len(equipment))
    sites = []
    for text in equipment:
        bundle = parse_roster(text, Path("equipment.toml"))
        await add_demo_site(CLERK, registry, bundle, now_ms())
        sites.append(asdict(await demo_site(CLERK, registry, bundle.community)))
    return sites


async def add_the_rest(hub_data: Path) -> None:
    """Adds the communities that are not there yet, one after the other."""
    registry = await Registry.open(sqlite_url(hub_data / REGISTRY_FILE))
    try:
        numbers = _numbers(hub_data)
        for number in range(1, COMMUNITIES + 1):
            is_new = True
            while is_new:
                with contextlib.suppress(PreviewOutdated):  # a clerk was quicker: once more
                    is_new = bool((await seed_some(CLERK, registry, numbers, now_ms(), number, number)).communities)
                    await asyncio.sleep(PAUSE_S if is_new else 0)
    finally:
        await registry.close()


def main() -> None:
    """Reads the command line."""
    hub_data, *rest = sys.argv[1:]
    if rest == ["--rest"]:
        os.nice(NICE)
        asyncio.run(add_the_rest(Path(hub_data)))
    else:
        print(json.dumps(asyncio.run(begin(Path(hub_data), json.load(sys.stdin))), ensure_ascii=False))


if __name__ == "__main__":
    main()
