"""Certificates for a demonstration: an authority whose root key nobody keeps, and boxes that need not be claimed.

    python -m anju_central.simulation.certificates HUB_DATA BOX=COMMUNITY=BOX_DATA...

An authority that is there already stays; each box gets a new key and certificate at each start.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from anju_base.whole_file import replace_file
from anju_central.access import authority_files
from anju_central.access.authority import FOLDER, load_authority
from anju_central.access.certificates import new_key
from anju_central.config import ENROLMENT_ADDRESS, GRPC_ADDRESS

HOSTS = ("127.0.0.1", "::1", "localhost")


def make(hub_data: Path, boxes: Iterable[tuple[str, str, Path]]) -> None:
    """Writes what hub and boxes need. `boxes`: id, community, data folder."""
    folder = hub_data / FOLDER
    hub_data.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        with tempfile.TemporaryDirectory() as gone:
            authority_files.init(folder, HOSTS, Path(gone) / "root.key", secrets.token_urlsafe())
    authority = load_authority(folder)
    for box, community, data in boxes:
        key = new_key()
        issued = authority.issue(key.public_key(), community, box, time.time_ns() // 1_000_000)
        identity = data / "identity"
        identity.mkdir(parents=True, exist_ok=True)
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        replace_file(identity / "key.pem", plain)
        replace_file(identity / "certificate.pem", authority.chain_pem(issued.der))
        replace_file(identity / "roots.pem", authority.roots_pem)
        replace_file(identity / "hub.json", json.dumps({"grpc": GRPC_ADDRESS, "enrolment": ENROLMENT_ADDRESS}).encode())


def main() -> None:
    """Reads the command line."""
    hub_data, *boxes = sys.argv[1:]
    named = [words.split("=", 2) for words in boxes]
    make(Path(hub_data), [(box, community, Path(data)) for box, community, data in named])


if __name__ == "__main__":
    main()
