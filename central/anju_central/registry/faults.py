"""Why a registry cannot be used as a whole; what it refuses of one question is in `errors`."""

from __future__ import annotations

from typing import Final

REGISTRY_FILE: Final = "registry.sqlite"  # in the data folder, unless the configuration names PostgreSQL
HEAD: Final = "0007"  # the newest migration; a test compares


class RegistryUnavailable(Exception):
    """The database cannot be reached, or cannot do what was asked now."""


class RegistryTooNew(Exception):
    """The database was made by a newer version of this program."""

    def __init__(self, where: str, revision: str) -> None:
        super().__init__(
            f"{where}: the registry has schema {revision}, this version knows up to {HEAD}: install the version that "
            "wrote it, or restore a backup made before the update"
        )


class RegistryForeign(Exception):
    """The database is there, but is no registry."""
