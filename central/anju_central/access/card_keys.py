"""The hub's card key: boxes wrap the keys of their encrypted journals to it, and get them back, each its own alone.

In `DATA/tls`: `card.key`, made when it is first needed, and `card-*.key`, earlier ones, which unwrap and are wrapped to
no more. Whoever has one and a box's disk can read that disk; without it what waits on boxes is lost at their next
restart. So it belongs in the hub's backup.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from anju_base.whole_file import replace_file
from anju_central.access.authority import AuthorityDamaged, read_key
from anju_central.access.proven_box import ProvenBox
from anju_protos.box_uri import box_uri
from anju_protos.key_wrap import NotUnwrapped, purpose_of, unwrap_key
from anju_protos.v1.control_pb2 import BootKey, CardKeys, LockedKeys

log = logging.getLogger(__name__)

CARD_KEY: Final = "card.key"
EARLIER: Final = "card-*.key"
MOST_KEYS: Final = 4096  # of one question; a box that started more often since its last contact asks again

Audit = Callable[[str, str, int, int], None]  # box, community, keys given, keys refused


class CardKeeper:
    """Unwraps for the box that asks and no other. `audit` is told of each time that keys were asked for."""

    def __init__(self, keys: Sequence[ec.EllipticCurvePrivateKey], audit: Audit) -> None:
        self._keys = keys
        self._audit = audit
        point = keys[0].public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._wrap_to = point

    def answer(self, proven: ProvenBox | None, locked: LockedKeys) -> CardKeys | None:
        """Returns the box's own keys, None for whoever has proved by no certificate which box it is."""
        if proven is None:
            return None
        identity = box_uri(proven.community, proven.box)
        answer = CardKeys(wrap_to=self._wrap_to)
        for one in locked.keys[:MOST_KEYS]:
            key = self._unwrapped(one.wrapped, purpose_of(identity, one.id))
            if key is None:
                answer.refused.append(one.id)
            else:
                answer.keys.append(BootKey(id=one.id, key=key))
        if locked.keys:
            self._audit(proven.box, proven.community, len(answer.keys), len(answer.refused))
        return answer

    def _unwrapped(self, wrapped: bytes, purpose: bytes) -> bytes | None:
        for key in self._keys:
            try:
                return unwrap_key(wrapped, key, purpose)
            except NotUnwrapped:
                continue
        return None


def load_card_keys(folder: Path) -> list[ec.EllipticCurvePrivateKey]:
    """Reads the card keys in `DATA/tls`, the one in use first; makes it where there is none.

    Raises AuthorityDamaged for a file that is no such key, OSError.
    """
    path = folder / CARD_KEY
    if not path.exists():
        _make(path)
    return [read_key(one) for one in (path, *sorted(folder.glob(EARLIER), reverse=True))]


def rotate_card_key(folder: Path, now_s: float | None = None) -> None:
    """Makes a new card key; the one until now goes on unwrapping. Raises OSError, AuthorityDamaged."""
    path = folder / CARD_KEY
    read_key(path)
    aside = folder / f"card-{int(time.time() if now_s is None else now_s):010d}.key"
    if aside.exists():
        raise AuthorityDamaged(f"{aside} is there already: it was changed a second ago")
    replace_file(aside, path.read_bytes())
    _make(path)


def _make(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    replace_file(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
