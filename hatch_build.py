"""Puts the built pages into the wheel, where box, hub and demo look for them. Used by hatchling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGES = {  # built by `./dev build`: their place in the wheel
    "edge/web/dist": "anju_edge/web",
    "edge/demo-web/dist": "anju_edge/simulation/web",
    "central/web/dist": "anju_central/web",
}


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]  # its configuration has no type of its own
    """An editable install serves the pages from the checkout; every other wheel holds them or is not built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # Any: as hatchling says
        """Raises FileNotFoundError, with what to do, where pages are not built."""
        if version == "editable":
            return
        for source, target in PAGES.items():
            if not (Path(self.root) / source / "index.html").is_file():
                raise FileNotFoundError(f"{source} is not built yet: run ./dev build, then make the wheel again")
            build_data["force_include"][source] = target
