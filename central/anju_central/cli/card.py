"""`anju-central card`: the keys to which boxes wrap those of their cards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anju_central.access.authority import FOLDER, AuthorityDamaged, AuthorityMissing
from anju_central.access.card_backup import put_back_card_keys
from anju_central.access.card_keys import load_card_keys, rotate_card_key
from anju_central.cli.terminal import ConfigOption, read_config, say, stop

app = typer.Typer(no_args_is_help=True, help="网关存储卡的密钥 · The keys of boxes' cards: rotate, restore.")

_SOON = "正在运行的中心几秒内自行启用 · a running hub takes it over by itself within seconds"
_BOXES = "网关联系中心时得知，再启动时改用 · boxes learn of it from the hub and use it from their next start on"


@app.command()
def rotate(config: ConfigOption) -> None:
    """更换 · Makes a new key; the ones before go on opening what was wrapped to them."""
    folder = read_config(config).data_dir / FOLDER
    try:
        rotate_card_key(folder)
        count = len(load_card_keys(folder))
    except (AuthorityDamaged, AuthorityMissing, OSError) as error:
        raise stop(f"没有改动 nothing was changed: {error}", 1) from error
    say(f"已更换 a new key is made; {count - 1} 把旧密钥保留 earlier ones are kept", _SOON, _BOXES)
    say("请马上备份 make a backup now: systemctl start anju-central-backup")


@app.command()
def restore(
    config: ConfigOption,
    file: Annotated[Path, typer.Argument(help="备份中的 .card-keys 文件 · FILE.card-keys of a backup")],
) -> None:
    """恢复 · Puts the keys of a backup back beside those that are there."""
    folder = read_config(config).data_dir / FOLDER
    if not folder.is_dir():
        raise stop(f"{folder}: 还没有证书机构，先恢复它 · there is no authority yet; bring `tls` back first", 1)
    try:
        count = put_back_card_keys(file, folder)
    except (AuthorityDamaged, AuthorityMissing, OSError) as error:
        raise stop(f"{file}: {error}", 1) from error
    say(f"恢复了 {count} 把密钥 · {count} keys are back", _SOON)
