"""The hub's card key: boxes wrap the keys of their encrypted journals to it, and get them back, each its own alone.

In `DATA/tls`: `card.key`, made when it is first needed, and `card-*.key`, earlier ones, which unwrap and are wrapped to
no more. Whoever has one and a box's disk can read that disk; without it what waits on boxes is lost at their next
restart. So it belongs in the hub's backup. What `anju-central card` changes there a running hub takes over by itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from anju_base.whole_file import replace_file
from anju_central.access.authority import AuthorityDamaged, AuthorityMissing, read_key
from anju_central.access.proven_box import ProvenBox
from anju_protos.box_uri import box_uri
from anju_protos.key_wrap import NotUnwrapped, purpose_of, unwrap_key
from anju_protos.v1.control_pb2 import BootKey, CardKeys, LockedKeys

log = logging.getLogger(__name__)

CARD_KEY: Final = "card.key"
EARLIER: Final = "card-*.key"
MOST_KEYS: Final = 4096  # of one question; a box that started more often since its last contact asks again

POLL_S: Final = 5.0

Audit = Callable[[str, str, int, int], None]  # box, community, keys given, keys refused
Print = tuple[tuple[str, int, int, int], ...]  # what changes with the files: name, inode, size, time of each


class CardKeeper:
    """Unwraps for the box that asks and no other. `audit` is told of each time that keys were asked for.

    `folder`: looked at for other keys while `run` is on. `on_change` is called, in the loop, when there are any.
    """

    def __init__(
        self, keys: Sequence[ec.EllipticCurvePrivateKey], audit: Audit, folder: Path | None = None, seen: Print = ()
    ) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._audit = audit
        self._folder = folder
        self._seen = seen
        self._use(keys)

    @classmethod
    def open(cls, folder: Path, audit: Audit) -> CardKeeper:
        """Reads the keys in `folder`, and makes the first. Raises as `load_card_keys`."""
        seen = _print_of(folder)  # before: what changes meanwhile is seen at the next look
        return cls(load_card_keys(folder), audit, folder, seen)

    def _use(self, keys: Sequence[ec.EllipticCurvePrivateKey]) -> None:
        self._keys = keys
        self._wrap_to = keys[0].public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    async def run(self) -> None:
        """Looks for other keys, for ever."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.poll()

    async def poll(self) -> None:
        """Takes over what changed since the last look. Keys that cannot be read leave those that are in use."""
        if self._folder is None:
            return
        now = await asyncio.to_thread(_print_of, self._folder)
        if now == self._seen:
            return
        self._seen = now
        try:
            keys = await asyncio.to_thread(_read, self._folder)
        except (AuthorityDamaged, AuthorityMissing, OSError) as error:
            log.error("%s; the keys of boxes' cards that were read before stay in use", error)
            return
        self._use(keys)
        log.info("%d keys of boxes' cards are in use", len(keys))
        self.on_change()

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
    return _read(folder)


def _read(folder: Path) -> list[ec.EllipticCurvePrivateKey]:
    return [read_key(one) for one in (folder / CARD_KEY, *sorted(folder.glob(EARLIER), reverse=True))]


def _print_of(folder: Path) -> Print:
    found = []
    for path in (folder / CARD_KEY, *sorted(folder.glob(EARLIER))):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((path.name, stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


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
