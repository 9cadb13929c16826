"""A hub's card key that is always the same, for boxes that are measured with an encrypted card."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from anju_central.access.authority import FOLDER as TLS
from anju_central.access.card_keys import CARD_KEY
from anju_edge.identity.card_lock import FILE, FOLDER
from anju_edge.journal.card import BootKey, Card
from anju_protos.box_uri import box_uri

_HUB: Final = ec.derive_private_key(11, ec.SECP256R1())
OFF: Final = {"journal": {"encryption": "off"}}  # a box with certificates encrypts by itself


def card_of(community: str, box: str) -> Card:
    """Returns the card of one start of a box."""
    return Card(BootKey(_HUB.public_key(), box_uri(community, box)))


def give_key(hub: Path) -> None:
    """Lets the hub in that folder, which has certificates, open what boxes wrapped."""
    pem = _HUB.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (hub / TLS / CARD_KEY).write_bytes(pem)


def tell_box(data: Path) -> None:
    """Lets a box encrypt from its start on."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    point = _HUB.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    (folder / FILE).write_bytes(point)
