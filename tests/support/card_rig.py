"""Keys of an encrypted card, as a hub would keep them, and a look at what the card's files tell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from anju_edge.journal.card import BootKey, Card, WrappedKey
from anju_protos.box_uri import box_uri
from anju_protos.key_wrap import purpose_of, unwrap_key
from support import box_parts

HUB = ec.generate_private_key(ec.SECP256R1())
IDENTITY = box_uri("ningdu", "box-1")


def new_card() -> Card:
    """Returns the card of one start."""
    return Card(BootKey(HUB.public_key(), IDENTITY))


def hub_point() -> bytes:
    """Returns what a box keeps of the hub's key."""
    return HUB.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def unwrapped(keys: Iterable[WrappedKey]) -> dict[bytes, bytes]:
    """Returns what the hub gives back."""
    return {key.key_id: unwrap_key(key.wrapped, HUB, purpose_of(IDENTITY, key.key_id)) for key in keys}


def with_card(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets all boxes of a test encrypt where `kind` is "encrypted", by one key: each restart has the hub's answer."""
    card = new_card() if kind == "encrypted" else None
    monkeypatch.setattr(box_parts, "default_card", lambda: card)


def files_of(folder: Path, *, emergency: bool) -> dict[str, bytes]:
    """Returns the bytes of all files under a folder by their names: of the emergency file alone, or of all others."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if path.name.startswith("emergency") is emergency
    }
