"""`anju-central box`: adds boxes, makes their claim codes, ends them. The console does the same by the same queries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import segno
import typer

from anju_base.address import Address, parse_address
from anju_base.plain_table import Row, table
from anju_base.whole_file import replace_file
from anju_central.access.authority import (
    FOLDER,
    SERVER,
    load_authority,
    read_certificates,
)
from anju_central.access.caller import COMMAND_LINE
from anju_central.access.certificates import hosts_of
from anju_central.cli.registry import date, done, now_ms, with_registry
from anju_central.cli.terminal import ConfigOption, read_config, say, stop
from anju_central.config import CentralConfig
from anju_protos.claim_code import ClaimCode, file_text, format_groups, qr_text
from anju_protos.enrolment import ENROLMENT_PORT

if TYPE_CHECKING:  # SQLAlchemy takes a second to load: each command loads what it needs
    from anju_central.registry.database import Registry

app = typer.Typer(no_args_is_help=True, help="网关 · Boxes: add, claim code, list, revoke, retire.")

BoxArgument = Annotated[str, typer.Argument(help="网关编号 · the box's id")]
HubOption = Annotated[
    str,
    typer.Option("--hub", help="网关看到的中心地址 · host:port under which boxes reach 7421; else the certificate's"),
]
FileOption = Annotated[Path | None, typer.Option("--file", help="写成文件 · writes the code to a file (0600)")]
PngOption = Annotated[Path | None, typer.Option("--png", help="二维码图片 · writes the QR code as a picture (0600)")]


@app.command()
def add(
    config: ConfigOption,
    community: Annotated[str, typer.Argument(help="社区编号 · the community's id")],
    box: BoxArgument,
    replaces: Annotated[str | None, typer.Option(help="被替换的网关 · the box whose place it takes")] = None,
    hub: HubOption = "",
    file: FileOption = None,
    png: PngOption = None,
) -> None:
    """新增网关 · Adds a box, and its community if that is new, and shows its claim code once."""
    from anju_central.registry.queries.boxes import add_box
    from anju_central.registry.queries.communities import add_community, list_communities

    settings = read_config(config)
    where = _hub(settings, hub)

    async def work(registry: Registry) -> None:
        known = {row.community for row in await list_communities(COMMAND_LINE, registry)}
        if community not in known:
            await add_community(COMMAND_LINE, registry, community, "", "", now_ms())
        await add_box(COMMAND_LINE, registry, box, community, now_ms(), replaces)

    with_registry(settings, work)
    _show_code(settings, box, where, file, png)


@app.command()
def code(
    config: ConfigOption, box: BoxArgument, hub: HubOption = "", file: FileOption = None, png: PngOption = None
) -> None:
    """登记码 · Makes a new claim code for a box; an earlier one that is open is withdrawn."""
    settings = read_config(config)
    _show_code(settings, box, _hub(settings, hub), file, png)


@app.command("list")
def list_all(config: ConfigOption) -> None:
    """列出网关 · Shows all boxes and how far they are."""
    from anju_central.registry.queries.boxes import list_boxes

    rows = with_registry(read_config(config), lambda registry: list_boxes(COMMAND_LINE, registry))
    heads = ("网关 box", "社区 community", "状态 state", "登记码到 code until", "证书到 certificate until")
    cells = [
        Row((row.box, row.community, str(row.state), date(row.claim_ends_ms), date(row.certificate_to_ms)))
        for row in rows
    ]
    say(*table(heads, cells))


@app.command()
def revoke(config: ConfigOption, box: BoxArgument) -> None:
    """吊销 · Makes a box's key dead: it was stolen or lost. For good."""
    from anju_central.registry.queries.boxes import revoke_box

    with_registry(read_config(config), lambda registry: revoke_box(COMMAND_LINE, registry, box, now_ms()))
    say(f"{box}: 已吊销 revoked; 一分钟内断开 its streams end within a minute")


@app.command()
def retire(config: ConfigOption, box: BoxArgument) -> None:
    """停用 · Takes a box out of service in good order. For good."""
    from anju_central.registry.queries.boxes import retire_box

    with_registry(read_config(config), lambda registry: retire_box(COMMAND_LINE, registry, box, now_ms()))
    say(f"{box}: 已停用 retired")


def _show_code(settings: CentralConfig, box: str, where: Address, file: Path | None, png: Path | None) -> None:
    from anju_central.access.claim_codes import make_code

    authority = done(lambda: load_authority(settings.data_dir / FOLDER))
    made, ends_ms = with_registry(
        settings, lambda registry: make_code(COMMAND_LINE, registry, authority, box, where, now_ms())
    )
    note = f"网关 box {box}\n有效期到 good until {date(ends_ms)}"
    if file is not None:
        done(lambda: replace_file(file, file_text(made, note).encode(), 0o600))
    if png is not None:
        done(lambda: _write_png(png, made))
    if file is None and png is None:
        segno.make_qr(qr_text(made)).terminal(compact=True)
        groups = format_groups(made)
        say("", *("  ".join(groups[start : start + 4]) for start in range(0, len(groups), 4)), "")
        say("读作 read digit by digit: 零 幺 二 三 四 五 六 七 八 九")
    say(note, f"在网关上 at the box: anju-edge claim --hub {where}")


def _write_png(path: Path, made: ClaimCode) -> None:
    replace_file(path, b"", 0o600)  # nobody else reads it from its first byte on
    segno.make_qr(qr_text(made)).save(str(path), kind="png", scale=8)


def _hub(settings: CentralConfig, given: str) -> Address:
    """Under which address boxes reach the enrolment listener: as given, else the first of the hub's certificate."""
    if given:
        try:
            return parse_address(given if ":" in given else f"{given}:{ENROLMENT_PORT}")
        except ValueError as error:
            raise stop(f"--hub {given}: {error}") from error
    server = done(lambda: read_certificates(settings.data_dir / FOLDER / SERVER))[0]
    return Address(hosts_of(server)[0], ENROLMENT_PORT)
