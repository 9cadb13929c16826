"""`anju-central ca`: the district's own authority, made once; its root's key leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from cryptography import x509

from anju_base.address import parse_address
from anju_central.access import authority_files as files
from anju_central.access.authority import (
    FOLDER,
    ISSUING_KEY,
    ROOTS,
    SERVER,
    AuthorityDamaged,
    AuthorityMissing,
    issuing_key_path,
    load_authority,
    read_certificates,
    read_key,
)
from anju_central.access.certificates import NO_END, hosts_of, spki_hash
from anju_central.cli.terminal import ConfigOption, err, read_config, say, stop

app = typer.Typer(no_args_is_help=True, help="自有证书机构 · The hub's own certificates: root, issuing key, server.")

_HOST: Final = re.compile(r"(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,62})(\.[a-zA-Z0-9][a-zA-Z0-9-]{0,62})*")
AddressOption = Annotated[
    list[str],
    typer.Option("--address", help="中心的域名或 IP，可多次 · a name or IP address of this hub; may be given again"),
]
RootKeyOption = Annotated[
    Path, typer.Option("--root-key", help="根密钥文件，之后离线保管 · the root's key file, kept offline afterwards")
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="口令文件，不给则询问 · file with the passphrase; asked without"),
]
_T = TypeVar("_T")


@app.command()
def init(
    config: ConfigOption, address: AddressOption, root_key: RootKeyOption, passphrase_file: PassphraseOption = None
) -> None:
    """建立证书机构 · Makes root, issuing key and the hub's certificate. Overwrites nothing."""
    folder = read_config(config).data_dir / FOLDER
    hosts = _hosts(address)
    if folder.exists():  # before anybody thinks of a passphrase
        raise stop(f"{folder}: 已有证书机构，没有改动 · there is an authority already; nothing was changed", 1)
    passphrase = _passphrase(passphrase_file, "root", confirm=True)
    root = _done(lambda: files.init(folder, hosts, root_key, passphrase))
    say(
        f"已建立 made: {folder}",
        f"根 root {_common_name(root)}, pin {_pin(root)}",
        f"中心地址 addresses: {', '.join(hosts)}",
    )
    _take_offline(root_key)


@app.command()
def show(config: ConfigOption) -> None:
    """查看证书机构 · Shows roots, pins, addresses and where the issuing key is."""
    folder = read_config(config).data_dir / FOLDER
    authority = _done(lambda: load_authority(folder))
    server = _done(lambda: read_certificates(folder / SERVER))
    for number, root in enumerate(authority.roots):
        state = "" if number == 0 else " (旧 old, until `ca drop-root`)"
        say(f"根 root {_common_name(root)}, pin {_pin(root)}, {_end(root)}{state}")
    if (folder / files.NEXT_SERVER).exists():
        say("新根等待启用 the new root waits for `ca rotate-root --switch`, when all boxes have renewed")
    say(f"签发 issuing {_common_name(authority.issuing)}, {_end(authority.issuing)}")
    say(f"签发密钥 issuing key {issuing_key_path(folder)}")
    say(f"中心证书 server {', '.join(hosts_of(server[0]))}, {_end(server[0])}")


@app.command("set-address")
def set_address(
    config: ConfigOption, address: AddressOption, root_key: RootKeyOption, passphrase_file: PassphraseOption = None
) -> None:
    """更换中心地址 · Makes the hub's certificate anew for other names or addresses; needs the root's key."""
    folder = read_config(config).data_dir / FOLDER
    hosts = _hosts(address)
    passphrase = _passphrase(passphrase_file, "root")
    _done(lambda: files.set_hosts(folder, hosts, root_key, passphrase))
    say(f"中心地址 addresses: {', '.join(hosts)}; 运行中的中心会自动采用 a running hub takes it by itself")
    _take_offline(root_key)


@app.command("rotate-root")
def rotate_root(
    config: ConfigOption,
    root_key: Annotated[Path | None, typer.Option(help="新根密钥文件 · file for the new root's key")] = None,
    old_root_key: Annotated[Path | None, typer.Option(help="旧根密钥文件 · the old root's key file")] = None,
    old_root_key_lost: Annotated[bool, typer.Option(help="旧根密钥已丢失 · the old root's key is lost")] = False,
    switch: Annotated[bool, typer.Option(help="启用新根 · present the new root's certificate from now on")] = False,
    passphrase_file: PassphraseOption = None,
    old_passphrase_file: Annotated[
        Path | None, typer.Option("--old-passphrase-file", help="旧口令文件 · file with the old root's passphrase")
    ] = None,
) -> None:
    """更换根 · A new root beside the old one; boxes learn of it when they renew. `drop-root` ends the change."""
    folder = read_config(config).data_dir / FOLDER
    if switch:
        _done(lambda: files.switch_server(folder))
        say("已启用新根 the new root is in use")
        return
    if root_key is None or (old_root_key is None) != old_root_key_lost:
        raise stop("give --root-key NEW, and either --old-root-key OLD or --old-root-key-lost")
    old = None if old_root_key is None else (old_root_key, _passphrase(old_passphrase_file, "old root"))
    passphrase = _passphrase(passphrase_file, "new root", confirm=True)
    issuing_key = _done(lambda: read_key(issuing_key_path(folder)))
    root = _done(lambda: files.rotate_root(folder, issuing_key, root_key, passphrase, old))
    say(f"新根 new root {_common_name(root)}, pin {_pin(root)}")
    if old is None:
        say("等所有网关更新证书后 when all boxes have renewed (60 days): anju-central ca rotate-root --switch")
    else:
        say("等所有网关更新证书后 when all boxes have renewed: anju-central ca drop-root")
    _take_offline(root_key)


@app.command("drop-root")
def drop_root(config: ConfigOption) -> None:
    """停用旧根 · Ends a rotation. Boxes that have not renewed since must be claimed anew."""
    folder = read_config(config).data_dir / FOLDER
    _done(lambda: files.drop_root(folder))
    say(f"旧根已停用 the old root is dropped; {folder / ROOTS} has one")


def _done(what: Callable[[], _T]) -> _T:
    """Does it, or ends the command with the reason."""
    try:
        return what()
    except (files.AuthorityExists, AuthorityMissing, AuthorityDamaged, ValueError) as error:
        raise stop(str(error), 1) from error
    except OSError as error:
        raise stop(f"{error.filename}: {error.strerror}; look at its owner and the disk", 1) from error


def _hosts(addresses: list[str]) -> list[str]:
    hosts = []
    for text in addresses:
        try:
            host = parse_address(text).host
        except ValueError:
            host = text.strip("[]")
        if not _HOST.fullmatch(host) and ":" not in host:
            raise stop(f"--address {text}: must be a host name (a-z, 0-9, hyphen, dot) or an IP address")
        hosts.append(host.lower())
    return list(dict.fromkeys(hosts))


def _passphrase(file: Path | None, whose: str, *, confirm: bool = False) -> str:
    if file is None:
        asked: str = typer.prompt(f"{whose} 口令 passphrase", hide_input=True, confirmation_prompt=confirm)
        return asked
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise stop(f"{file}: cannot be read: {error}") from error


def _take_offline(root_key: Path) -> None:
    err.print(
        f"请把 {root_key} 复制到两个离线介质并从本机删除，口令另存。没有它就不能更换地址和根。\n"
        f"Copy {root_key} to two media that are kept offline, delete it here, and keep the passphrase apart. Without "
        f"it neither the hub's address nor the root can be changed. {ISSUING_KEY} stays here and signs boxes.",
        style="bold yellow",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.rfc4514_string().removeprefix("CN="))


def _pin(root: x509.Certificate) -> str:
    return spki_hash(root).hex()[:25]  # the 100 bits that a claim code holds


def _end(certificate: x509.Certificate) -> str:
    end = certificate.not_valid_after_utc
    return "无期限 no end" if end >= NO_END.replace(microsecond=0) else f"到 until {end:%Y-%m-%d}"
