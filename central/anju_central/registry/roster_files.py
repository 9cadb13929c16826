"""Where each community's roster is: as the registry says, else `rosters/COMMUNITY.toml` in the hub's data folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from anju_central.registry.labels import Labels, Named
from anju_central.registry.queries.communities import CommunityRow

ROSTERS: Final = "rosters"


def load_labels(communities: Iterable[CommunityRow], data_dir: Path) -> Labels:
    """Reads what names the district's things, as far as it is there."""
    rows = list(communities)
    labels = Labels.load(
        {row.community: roster_path(row, data_dir) for row in rows},
        may_lack={row.community for row in rows if row.roster_file is None},
    )
    labels.names.update(_names(rows))
    return labels


def follow_communities(labels: Labels, communities: Iterable[CommunityRow], data_dir: Path) -> None:
    """Takes what is new of the communities; their rosters are read at the next look at the files."""
    rows = list(communities)
    labels.files.update({row.community: roster_path(row, data_dir) for row in rows})
    labels.names.update(_names(rows))


def roster_path(row: CommunityRow, data_dir: Path) -> Path:
    """Returns where a community's roster file is, or would be."""
    return Path(row.roster_file) if row.roster_file is not None else data_dir / ROSTERS / f"{row.community}.toml"


def _names(rows: Iterable[CommunityRow]) -> dict[str, Named]:
    return {row.community: Named(row.name_zh, row.name_en) for row in rows}
