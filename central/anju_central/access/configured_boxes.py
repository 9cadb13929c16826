"""The boxes of `central.toml` as a directory: each may come, none is ever retired, and any key of ours will do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from anju_central.config import BoxConfig


@dataclass(frozen=True, slots=True)
class ConfiguredBox:
    """A line of the configuration."""

    community: str
    state: str = "active"
    spki: bytes | None = None


class ConfiguredBoxes:
    """Knows what the configuration says, for as long as the process runs."""

    def __init__(self, boxes: Iterable[BoxConfig]) -> None:
        self._boxes = {box.box: ConfiguredBox(box.community) for box in boxes}

    def lookup(self, box: str) -> ConfiguredBox | None:
        """Returns a box, None for one that is not in the configuration."""
        return self._boxes.get(box)

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Nothing changes."""
