"""A roster that came on a stick: checked, then laid into the data folder, where the running box takes it from.

`anju-edge roster import` lays it there; the box checks it again, since who writes files is not who runs the box.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from anju_drivers.errors import NotRecorded
from anju_edge.roster.store import RosterStore
from anju_protos.v1.control_pb2 import RosterBundle

_log = logging.getLogger(__name__)

NAME: Final = "roster.stick"  # in the data folder
LOOK_S: Final = 2.0

WORDS: Final = {  # of each reason: what is wrong and what to do, in one sentence
    "no-stick": (
        "这不是社区资料文件，请在中心重新导出",
        "this is no roster file: export one at the hub by anju-central roster export",
    ),
    "damaged": ("文件损坏或被改动，请重新导出", "the file is damaged or was changed: export it again"),
    "other-hub": (
        "不是本网关所属中心签发的，请在所属中心导出",
        "it is not signed by the hub that this box belongs to: export it there",
    ),
    "other-box": ("是给另一个网关的，请为本网关导出", "it is for another box: export one for this box"),
    "other-key": (
        "是给本网关更换前的钥匙的，请重新导出",
        "it is for a key that this box had before: export it again",
    ),
    "older": (
        "比网关已有的资料旧，网关保留较新的",
        "it is older than what the box has, which stays: export a newer one if that is wrong",
    ),
    "unclaimed": (
        "网关还没有登记，请先登记：anju-edge claim",
        "this box has no key yet: claim it first by anju-edge claim",
    ),
    "unreadable": (
        "读不了这个文件或网关的钥匙",
        "the file or the box's key cannot be read: look at the stick and the card",
    ),
}


class NotTaken(Exception):
    """A file is not taken; `code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(WORDS[code][1])
        self.code = code


def bundle_on_stick(path: Path, data: Path) -> RosterBundle:
    """Returns the roster in a file, for the box whose data folder this is. Raises NotTaken."""
    from cryptography import x509  # only where it is needed: an unclaimed box does without for months
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from anju_edge.identity.key import IdentityDamaged, IdentityMissing, read_identity
    from anju_protos.box_uri import box_uri
    from anju_protos.roster_stick import MOST_BYTES, StickRefused, open_stick

    try:
        identity = read_identity(data, keep=False)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES)
        roots = x509.load_pem_x509_certificates(identity.roots_pem)
        key = load_pem_private_key(identity.key_pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the identity's key is another kind of key")
        return open_stick(content, box_uri(identity.community, identity.box), key, roots)
    except IdentityMissing as error:
        raise NotTaken("unclaimed") from error
    except (IdentityDamaged, OSError, ValueError) as error:
        raise NotTaken("unreadable") from error
    except StickRefused as refused:
        raise NotTaken(refused.code) from refused


def check_newer(bundle: RosterBundle, had: int, *, from_hub: bool) -> None:
    """Raises NotTaken where the box has a later roster of the hub, at revision `had`."""
    if from_hub and bundle.revision < had:
        raise NotTaken("older")


class StickWatch:
    """Takes what is laid into the data folder."""

    def __init__(self, data: Path, store: RosterStore, flush: Callable[[], Awaitable[None]]) -> None:
        self._data = data
        self._store = store
        self._flush = flush  # of the journal: raises NotRecorded

    async def run(self) -> None:
        """Looks every two seconds, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Takes the file, if one is there, and removes it when that is durable, or refused."""
        path = self._data / NAME
        if not path.exists():
            return
        try:
            bundle = await asyncio.to_thread(bundle_on_stick, path, self._data)
            current = self._store.current.bundle
            check_newer(bundle, current.revision, from_hub=current.from_hub)
        except NotTaken as refused:
            _log.warning("the roster of a stick is not taken: %s", refused)
        else:
            bundle.from_hub = True
            if self._store.apply(bundle):
                _log.info("roster revision %d was taken from a stick", bundle.revision)
        with suppress(NotRecorded, OSError):  # it stays until the disk takes it, and lets it go
            await self._flush()
            path.unlink(missing_ok=True)
