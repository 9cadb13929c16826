"""What commands need to read and write ID numbers: the registry's key, made where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anju_central.cli.terminal import stop

if TYPE_CHECKING:
    from anju_central.registry.id_numbers import IdNumbers


def numbers_of(data_dir: Path) -> IdNumbers:
    """Returns what seals ID numbers. Ends the command where there is no key to be had."""
    from anju_central.registry.id_numbers import IdNumbers
    from anju_central.registry.secrets import RegistrySecrets, SecretsUnavailable

    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    secrets = RegistrySecrets(data_dir)
    try:
        secrets.make()
    except (SecretsUnavailable, OSError) as error:
        raise stop(str(error), 1) from error
    return IdNumbers(secrets)
