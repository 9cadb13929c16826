"""`anju-central console`: the certificate that operators' browsers see, and the authority that they are to trust."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509

from anju_base.address import parse_address
from anju_base.whole_file import replace_file
from anju_central.access.certificates import pem
from anju_central.access.console_certificates import AUTHORITY_PATH, fingerprint, names_of
from anju_central.access.console_files import FOLDER, read_own, replace_authority
from anju_central.access.district_certificate import DistrictUnusable, dates_trouble, read_pair
from anju_central.cli.terminal import ConfigOption, err, read_config, say, stop
from anju_central.config import CentralConfig, address_text

app = typer.Typer(no_args_is_help=True, help="值班页面的证书 · The certificate of the operators' pages.")


@app.command()
def certificate(
    config: ConfigOption,
    export: Annotated[
        Path | None, typer.Option(help="把页面证书机构写到文件 · write the authority that machines are to trust")
    ] = None,
) -> None:
    """查看证书 · Shows the console's certificate, and the fingerprint that operators compare. Needs no running hub."""
    settings = read_config(config)
    lines, trouble = certificate_lines(settings)
    say(*lines)
    if trouble:
        err.print(trouble, style="bold red", markup=False, highlight=False, soft_wrap=True)
    if export is not None:
        own = read_own(settings.data_dir)
        if own is None:
            raise stop(f"{settings.data_dir / FOLDER}: 还没有 there is none yet; start the hub once", 1)
        try:
            replace_file(export, pem(own.authority), 0o644)
        except OSError as error:
            raise stop(f"{export}: {error.strerror or error}", 1) from error
        say(f"已写好 written: {export}")
    if trouble:
        raise typer.Exit(1)


@app.command("new-authority")
def new_authority(config: ConfigOption) -> None:
    """更换页面证书机构 · A new authority, for when the hub's disk was in foreign hands; machines must trust it anew."""
    settings = read_config(config)
    if not settings.is_https or not settings.console_names:
        raise stop("值班页面不用中心自己的证书 the console shows no certificate of the hub's own; see [console]", 1)
    try:
        replace_authority(settings.data_dir, settings.console_names, now())
    except OSError as error:
        raise stop(f"{settings.data_dir / FOLDER}: {error.strerror or error}; sudo?", 1) from error
    say(*certificate_lines(settings)[0])
    say(
        "运行中的中心会自动采用 a running hub takes it by itself",
        "旧的请从各电脑删除 remove the old one from each machine",
    )


def certificate_lines(settings: CentralConfig) -> tuple[list[str], str]:
    """What there is to know about the console's certificate, and what is wrong with it ("" if nothing)."""
    if not settings.is_https:
        return [f"值班台 console: http://{settings.http_address}，仅限本机 this machine alone"], ""
    trouble = ""
    if settings.console.certificate is not None and settings.console.key is not None:
        path = settings.console.certificate
        try:
            leaf = read_pair(path, settings.console.key, settings.console_names).leaf
        except DistrictUnusable as error:
            trouble = str(error)
        else:
            lines = [_address(settings, sorted(names_of(leaf))), f"证书 certificate {path}: 至 until {_day(leaf)}"]
            return lines, dates_trouble(path, leaf, now())
    own = read_own(settings.data_dir)
    names = settings.console_names
    if own is None:
        folder = settings.data_dir / FOLDER
        none = f"{folder}: 还没有证书，中心启动时会生成 no certificate yet, the hub makes it at its start"
        return [_address(settings, names), none], trouble
    return [
        _address(settings, names or sorted(names_of(own.leaf))),
        f"证书 certificate {', '.join(sorted(names_of(own.leaf)))}: 至 until {_day(own.leaf)}，自动更新 renews itself",
        f"浏览器要信任的 to be trusted: {_url(settings, names)}{AUTHORITY_PATH}",
        f"  SHA-256 {fingerprint(own.authority)}",
    ], trouble or own.trouble


def now() -> datetime:
    """The clock of this machine."""
    return datetime.fromtimestamp(time.time(), UTC)


def _address(settings: CentralConfig, names: list[str] | tuple[str, ...]) -> str:
    return f"值班台 console: {_url(settings, names)}"


def _url(settings: CentralConfig, names: list[str] | tuple[str, ...]) -> str:
    where = parse_address(settings.http_address)
    name = next((name for name in names if "*" not in name), where.host)
    return f"https://{address_text(name, where.port)}"


def _day(leaf: x509.Certificate) -> str:
    return str(leaf.not_valid_after_utc.date())
