"""Makes the authority's files and replaces its root; used by `anju-central ca`, never by a running hub.

The root's key is written once, encrypted with a passphrase, to a file that is to leave the machine. It is needed again
only to add a host name or address of the hub, and to hand over to the next root.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from anju_base.whole_file import replace_file
from anju_central.access.authority import (
    CLIENTS,
    ISSUING,
    ISSUING_KEY,
    ROOTS,
    SERVER,
    SERVER_KEY,
    AuthorityDamaged,
    read_certificates,
    read_key,
)
from anju_central.access.certificates import (
    Key,
    cross_sign,
    hosts_of,
    is_p256,
    make_issuing,
    make_root,
    make_server,
    new_key,
    pem,
    spki_of,
)

PASSPHRASE_MIN: Final = 12  # characters
NEXT_SERVER: Final = "server.next.pem"  # the hub's certificate under a root that boxes do not all know yet


class AuthorityExists(Exception):
    """There is an authority already, or a key where the new one should go: nothing is overwritten."""


def init(folder: Path, hosts: Sequence[str], root_key_file: Path, passphrase: str) -> x509.Certificate:
    """Makes the whole authority in `folder` (`DATA/tls`). Returns the root.

    Either all files are there afterwards or none but the root's key. Raises AuthorityExists, ValueError, OSError.
    """
    if folder.exists():
        raise AuthorityExists(
            f"{folder}: there is an authority already; nothing was changed. See `anju-central ca show`"
        )
    root_key, issuing_key, server_key = new_key(), new_key(), new_key()
    root = make_root(root_key)
    issuing = make_issuing(issuing_key.public_key(), None, root, root_key)
    server = make_server(server_key.public_key(), hosts, root, root_key)
    _write_root_key(root_key_file, root_key, root, passphrase)
    building = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)  # of an attempt that was cut short
    building.mkdir(mode=0o700, parents=True)
    replace_file(building / ROOTS, pem(root), 0o644)
    replace_file(building / ISSUING, pem(issuing), 0o644)
    replace_file(building / ISSUING_KEY, _plain(issuing_key))
    replace_file(building / SERVER, pem(server), 0o644)
    replace_file(building / SERVER_KEY, _plain(server_key))
    replace_file(building / CLIENTS, pem(root, issuing), 0o644)
    building.rename(folder)
    _sync(folder.parent)
    return root


def set_hosts(folder: Path, hosts: Sequence[str], root_key_file: Path, passphrase: str) -> None:
    """Makes the hub's certificate anew for other names and addresses; its key stays. Raises as `read_root_key`."""
    roots, chain = read_certificates(folder / ROOTS), read_certificates(folder / SERVER)
    root_key, root = read_root_key(root_key_file, passphrase, roots)
    server = make_server(read_key(folder / SERVER_KEY).public_key(), hosts, root, root_key)
    replace_file(folder / SERVER, pem(server, *_cross_of(chain, root)), 0o644)


def rotate_root(
    folder: Path, issuing_key: Key, new_key_file: Path, passphrase: str, old: tuple[Path, str] | None
) -> x509.Certificate:
    """Puts a new root beside the old one. Returns the new root.

    With the old root's key file and passphrase the new root is signed by the old one too: boxes that know only the old
    one go on at once, however long they are away. Without it the hub goes on with its old certificate, and the next
    one waits in `server.next.pem` until `switch_server`, by when all boxes must have renewed.
    Raises AuthorityExists, ValueError (a wrong passphrase or key), AuthorityDamaged, OSError.
    """
    roots, issuing, server = (read_certificates(folder / name) for name in (ROOTS, ISSUING, SERVER))
    if len(roots) > 1:
        raise AuthorityExists(f"{folder / ROOTS}: a rotation is under way; end it by `anju-central ca drop-root` first")
    old_root = roots[0]
    root_key = new_key()
    root = make_root(root_key)
    cross: tuple[x509.Certificate, ...] = ()
    if old is not None:
        old_key, _ = read_root_key(*old, [old_root])
        cross = (cross_sign(root, old_root, old_key),)
    again = make_issuing(issuing_key.public_key(), issuing[0].subject, root, root_key)
    next_server = make_server(read_key(folder / SERVER_KEY).public_key(), hosts_of(server[0]), root, root_key)
    _write_root_key(new_key_file, root_key, root, passphrase)
    # In this order each moment is good: trust grows first, what relies on it comes after.
    replace_file(folder / CLIENTS, pem(root, again, *read_certificates(folder / CLIENTS)), 0o644)
    replace_file(folder / ROOTS, pem(root, old_root) if cross else pem(old_root, root), 0o644)
    replace_file(folder / ISSUING, pem(again, *issuing), 0o644)
    replace_file(folder / (SERVER if cross else NEXT_SERVER), pem(next_server, *cross), 0o644)
    return root


def switch_server(folder: Path) -> None:
    """The hub presents its certificate under the new root: boxes that do not know that root are locked out."""
    if not (folder / NEXT_SERVER).exists():
        raise AuthorityExists(f"{folder / NEXT_SERVER}: there is none; nothing to switch to")
    server = read_certificates(folder / NEXT_SERVER)
    old, new = read_certificates(folder / ROOTS)
    replace_file(folder / ROOTS, pem(new, old), 0o644)
    replace_file(folder / SERVER, pem(*server), 0o644)
    (folder / NEXT_SERVER).unlink()


def drop_root(folder: Path) -> None:
    """Ends a rotation: boxes are told of the new root alone."""
    roots = read_certificates(folder / ROOTS)
    if len(roots) < 2 or (folder / NEXT_SERVER).exists():
        raise AuthorityExists(f"{folder}: there is no old root to drop, or the hub still presents its certificate")
    issuing, server = read_certificates(folder / ISSUING), read_certificates(folder / SERVER)
    replace_file(folder / SERVER, pem(server[0]), 0o644)
    replace_file(folder / ROOTS, pem(roots[0]), 0o644)
    replace_file(folder / ISSUING, pem(issuing[0]), 0o644)
    replace_file(folder / CLIENTS, pem(roots[0], issuing[0]), 0o644)


def read_root_key(path: Path, passphrase: str, roots: Sequence[x509.Certificate]) -> tuple[Key, x509.Certificate]:
    """A root's key and its root among `roots`. Raises ValueError for a wrong passphrase or the key of another root."""
    key = read_key(path, passphrase.encode())
    for root in roots:
        if spki_of(root) == spki_of(key.public_key()):
            return key, root
    raise ValueError(f"{path}: is the key of another root than this hub's")


def _cross_of(chain: Sequence[x509.Certificate], root: x509.Certificate) -> list[x509.Certificate]:
    return [one for one in chain[1:] if spki_of(one) == spki_of(root)]


def _write_root_key(path: Path, key: Key, root: x509.Certificate, passphrase: str) -> None:
    """Once: a file that is there already may be the only copy of another key."""
    if len(passphrase) < PASSPHRASE_MIN:
        raise ValueError(f"the passphrase must have {PASSPHRASE_MIN} characters or more")
    if not is_p256(key):
        raise AuthorityDamaged(f"{path}: must be a P-256 key")
    protection = BestAvailableEncryption(passphrase.encode())
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection) + pem(root)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise AuthorityExists(f"{path}: there is such a file already; name another, it may be the only copy") from error
    with open(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
    _sync(path.parent)


def _plain(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
