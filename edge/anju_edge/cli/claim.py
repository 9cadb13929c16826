"""`anju-edge claim`: makes the box one of a hub's, by a code that was scanned, typed or brought in a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, NoReturn

import typer

from anju_base.address import Address, parse_address
from anju_edge.cli.claim_words import PARTS, refusal_lines
from anju_edge.config import EdgeConfig
from anju_edge.identity.claim import AlreadyClaimed, Place, claim
from anju_edge.identity.enrolment_client import NotServed, Part
from anju_edge.identity.key import IdentityDamaged
from anju_protos.claim_code import TEXT_MAX, ClaimCode, ClaimCodeError, parse
from anju_protos.enrolment import ENROLMENT_PORT, Reason

EXIT_REFUSED: Final = 1
EXIT_INPUT: Final = 2


def claim_box(config: EdgeConfig, code: str, file: Path | None, hub: str, *, replace: bool) -> None:
    """Claims, printing each part as it is done. Ends with 1 when the hub or the way says no, 2 for wrong input."""
    parsed = _parsed(_text(code, file))
    where = _hub(hub, parsed)
    done: list[Part] = []

    def report(part: Part, detail: str) -> None:
        done.append(part)
        typer.echo(f"{len(done)}/{len(PARTS)} {PARTS[part]} OK {detail}".rstrip())

    data, place = config.box.data, Place(config.box.id, config.box.community)
    try:
        identity = asyncio.run(claim(data, parsed, where, place, report, replace=replace))
    except AlreadyClaimed as error:
        _fail(EXIT_INPUT, f"已经登记过 {error}")
    except NotServed as error:
        _fail(EXIT_REFUSED, *refusal_lines(error, len(done) + 1))
    except (IdentityDamaged, OSError) as error:
        _fail(EXIT_REFUSED, f"写不下钥匙或证书 the key or certificate cannot be kept: {error}")
    typer.echo(f"已登记 claimed: {identity.community} / {identity.box}, gRPC {identity.grpc}")
    address = config.hub.address
    if not address:
        typer.echo("运行中的网关几秒内自行连上中心 a box that runs goes to its hub by itself, within seconds")
    elif address != str(identity.grpc):
        typer.echo(
            f"注意 note: [hub] address 是 {address}，不是 {identity.grpc}；清空才用登记的地址 · "
            f'the configuration says {address}; set it to "" to go to the hub of this claim',
            err=True,
        )


def _text(code: str, file: Path | None) -> str:
    if file is not None:
        try:
            with file.open(encoding="utf-8") as opened:
                return opened.read(TEXT_MAX + 1)
        except (OSError, UnicodeDecodeError) as error:
            _fail(EXIT_INPUT, f"{file}: 读不了 cannot be read: {error}")
    if code:
        return code
    asked: str = typer.prompt("登记码（12 组，每组 6 位数字）claim code, 12 groups of 6 digits")
    return asked


def _parsed(text: str) -> ClaimCode:
    try:
        return parse(text)
    except ClaimCodeError as error:
        _fail(EXIT_INPUT, *refusal_lines(NotServed(Reason.CODE_MALFORMED, Part.NAME, str(error)), 0))


def _hub(given: str, code: ClaimCode) -> Address:
    """Where the enrolment listener is: as given, else as the code says."""
    if not given:
        if code.hub is None:
            _fail(
                EXIT_INPUT, "登记码里没有中心地址，请加 --hub 地址:7421 · the code names no hub: give --hub host:7421"
            )
        return code.hub
    try:
        return parse_address(given if ":" in given else f"{given}:{ENROLMENT_PORT}")
    except ValueError:
        _fail(EXIT_INPUT, f"--hub {given}: 应为 地址:端口 · must be host:port, such as hub.example:{ENROLMENT_PORT}")


def _fail(code: int, *lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(code)
