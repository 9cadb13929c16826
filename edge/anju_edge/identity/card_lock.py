"""Gets the keys of the box's earlier starts back from the hub, and keeps the key to which this start's is wrapped.

While keys are missing nothing in their streams can be sent, alarms of this start behind older events among them. So
where the hub does not answer soon, or cannot open a key, the streams are forked behind what is locked: new events go on
in new streams, and what is locked waits, whole, for its key.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from anju_base.whole_file import replace_file
from anju_drivers.errors import NotRecorded
from anju_edge.journal.card import BootKey, Card, WrappedKey
from anju_edge.journal.emergency.emergency_file import NAME as EMERGENCY
from anju_protos.v1.control_pb2 import CardKeys, LockedKeys
from anju_protos.v1.control_pb2 import WrappedKey as WrappedKeyMessage

if TYPE_CHECKING:  # a box that encrypts nothing pays nothing for it
    from cryptography.hazmat.primitives.asymmetric import ec

log = logging.getLogger(__name__)

FILE: Final = "hub-card.key"  # in DATA/identity: an uncompressed P-256 point, public
FOLDER: Final = "identity"
MOST_BYTES: Final = 1024


class LockedJournal(Protocol):
    """What is needed of the journal; `journal.Journal` says what the methods do."""

    @property
    def is_encrypted(self) -> bool: ...
    async def locked_keys(self) -> list[WrappedKey]: ...
    async def locked_up_to(self) -> dict[bytes, int]: ...
    async def add_keys(self, keys: dict[bytes, bytes]) -> None: ...
    async def fork(self, common: dict[bytes, int]) -> None: ...
    async def encrypt(self, own: BootKey) -> None: ...


def card_for(data: Path, community: str, box: str, *, encrypts: bool) -> Card:
    """Returns what this start encrypts by: nothing until a hub has said what to wrap to, or where it is turned off."""
    hub = _read(data / FOLDER / FILE) if encrypts else None
    if hub is None:
        return Card()
    from anju_protos.box_uri import box_uri

    return Card(BootKey(hub, box_uri(community, box)))


def was_encrypted(data: Path) -> bool:
    """Whether an earlier start encrypted its journal: then the version before knows of it."""
    return (data / EMERGENCY).exists()


def _read(path: Path) -> ec.EllipticCurvePublicKey | None:
    try:
        with path.open("rb") as file:
            return _point(file.read(MOST_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.error("%s: %s; the journal is not encrypted until the hub says its key again", path, error)
        return None


def _point(data: bytes) -> ec.EllipticCurvePublicKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)


class CardLock:
    """Asked by each control session. `refused`: how many keys of earlier starts the hub cannot open.

    `is_held`: nothing is encrypted yet, since this version is on trial.
    `unlocked` is called when keys are back, and when the journal begins to be encrypted: at the first word of a hub,
    where `identity` says that it is wanted, and as whom. A version on trial may `hold` that: what it is taken back for
    may not know encrypted rows, and would lose what waits in them.
    """

    def __init__(
        self,
        journal: LockedJournal,
        data: Path,
        unlocked: Callable[[], Awaitable[None]] | None = None,
        identity: str = "",
    ) -> None:
        self.refused = 0
        self._unlocked = unlocked
        self._identity = identity
        self._journal = journal
        self._path = data / FOLDER / FILE
        self._forked = False
        self.is_held = False
        self._wrap_to = b""

    def hold(self) -> None:
        """Begins nothing before `release`; a journal that is encrypted already goes on."""
        self.is_held = True

    async def release(self) -> None:
        """Begins what was held."""
        self.is_held = False
        if self._wrap_to:
            await self._begin(self._wrap_to)

    async def locked(self) -> LockedKeys:
        """Returns the question for the hub."""
        try:
            found = await self._journal.locked_keys()
        except NotRecorded:
            found = []  # asked again by the next session
        return LockedKeys(keys=[WrappedKeyMessage(id=one.key_id, wrapped=one.wrapped) for one in found])

    async def take(self, answer: CardKeys) -> None:
        """Takes the hub's answer."""
        await asyncio.to_thread(self._keep, answer.wrap_to)
        self.refused = len(answer.refused)
        await self._begin(answer.wrap_to)
        try:
            await self._journal.add_keys({one.id: one.key for one in answer.keys})
        except NotRecorded as error:
            log.warning("the journal takes no keys now: %s", error)
            return
        if answer.keys:
            log.info("%d keys of earlier starts are back", len(answer.keys))
            if self._unlocked is not None:
                await self._unlocked()
        if self.refused:
            log.error(
                "the hub cannot open %d keys of earlier starts: what they encrypted waits. Put card.key of its "
                "backup back into the hub's tls folder",
                self.refused,
            )
            await self.give_way()

    async def _begin(self, wrap_to: bytes) -> None:
        """Encrypts from now on, where that is wanted and this start could not know the hub's key yet."""
        if not self._identity or self._journal.is_encrypted:
            return
        self._wrap_to = wrap_to
        if self.is_held:
            return
        try:
            own = BootKey(_point(wrap_to), self._identity)
            await self._journal.encrypt(own)
        except (NotRecorded, ValueError) as error:
            log.warning("the journal is not encrypted yet: %s", error)
            return
        log.info("the journal is encrypted from here on, its key is at the hub")
        if self._unlocked is not None:
            await self._unlocked()

    async def give_way(self) -> None:
        """Lets this start's events go on in new streams where older ones, still locked, stand before them."""
        if self._forked:
            return
        with contextlib.suppress(NotRecorded):
            locked = await self._journal.locked_up_to()
            if locked:
                self._forked = True
                log.warning("%d streams are locked: new ones go on beside them", len(locked))
                await self._journal.fork(locked)

    def _keep(self, wrap_to: bytes) -> None:
        try:
            _point(wrap_to)
            if self._path.exists() and self._path.read_bytes() == wrap_to:
                return
            replace_file(self._path, wrap_to)
        except (OSError, ValueError) as error:
            log.error("the hub's card key is not kept: %s", error)
