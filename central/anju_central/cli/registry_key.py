"""`anju-central new-registry-key`: when the key of the registry is lost for good, or was in foreign hands."""

from __future__ import annotations

from typing import Annotated

import typer

from anju_central.access.caller import COMMAND_LINE
from anju_central.cli.registry import done, now_ms, with_registry
from anju_central.cli.terminal import ConfigOption, read_config, say, stop
from anju_central.registry.secrets import RegistrySecrets


def new_registry_key(
    config: ConfigOption,
    yes: Annotated[
        bool, typer.Option("--yes", help="旧密钥确实找不回来 · the old key cannot be found any more")
    ] = False,
) -> None:
    """新密钥 · Makes a new key of the registry. What the old key sealed and is not there any more stays unreadable."""
    from anju_central.registry.queries.sealing import note_key  # SQLAlchemy takes a second to load

    settings = read_config(config)
    keys = RegistrySecrets(settings.data_dir)
    if keys.fault() is not None and not yes:
        raise stop(
            f"先找旧密钥的副本；确实没有再加 --yes · {keys.fault()}; only if there is no copy: --yes. Second factors "
            "are set up anew then (account link NAME --drop-second-factor), recovery codes count until then"
        )

    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_id = done(keys.add_new)
    with_registry(settings, lambda registry: note_key(COMMAND_LINE, registry, key_id, now_ms()))
    say(f"{keys.key_file}: 新密钥 new key {key_id}；请另存一份副本 keep a copy, not beside the backups")
    say("请重启中心 restart the hub: systemctl restart anju-central")
