"""Makes claim codes: the secret is in the code alone, the registry keeps what checks a proof."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from anju_base.address import Address
from anju_central.access.authority import (
    FOLDER,
    SERVER,
    Authority,
    AuthorityDamaged,
    AuthorityMissing,
    load_authority,
    read_certificates,
)
from anju_central.access.caller import Caller
from anju_central.access.certificates import hosts_of, spki_of
from anju_central.access.claim_maker import ClaimsUnavailable, NewClaim
from anju_central.registry.database import Registry
from anju_central.registry.queries.claims import make_claim
from anju_protos.claim_code import ClaimCode, format_groups, new_code, qr_text

CODE_LIFE_MS: Final = 7 * 86_400_000


async def make_code(
    caller: Caller, registry: Registry, authority: Authority, box: str, hub: Address, now_ms: int
) -> tuple[ClaimCode, int]:
    """A new code for a box, and until when it is good (UTC ms); an earlier open one is withdrawn.

    Raises what `make_claim` raises. The code is shown once: nobody can make it again from what is stored.
    """
    code = new_code(spki_of(authority.roots[0]), hub)
    ends_ms = now_ms + CODE_LIFE_MS
    await make_claim(caller, registry, box, code.claim_id, code.proof_key, ends_ms, now_ms)
    return code, ends_ms


def enrolment_address(folder: Path, port: int) -> Address:
    """Returns where boxes reach the enrolment listener: the first name or address of the hub's certificate.

    `folder` is DATA/tls. Raises AuthorityMissing, AuthorityDamaged.
    """
    return Address(hosts_of(read_certificates(folder / SERVER)[0])[0], port)


class AuthorityClaims:
    """A `ClaimMaker`: codes for the authority in the hub's data folder, which may come while the hub runs."""

    def __init__(self, data_dir: Path, port: int, registry: Callable[[], Registry], now_ms: Callable[[], int]) -> None:
        self._folder = data_dir / FOLDER
        self._port = port
        self._registry = registry
        self._now_ms = now_ms

    async def make(self, caller: Caller, box: str, replaces: str | None) -> NewClaim:
        """See `ClaimMaker`."""
        try:
            authority, hub = await asyncio.to_thread(self._read)
        except AuthorityMissing as missing:
            raise ClaimsUnavailable(
                "this hub has no authority to sign boxes yet: run anju-central ca init, then start the hub anew"
            ) from missing
        except (AuthorityDamaged, OSError, ValueError) as error:
            raise ClaimsUnavailable(f"the hub's authority cannot be used: {error}") from error
        code, ends_ms = await make_code(caller, self._registry(), authority, box, hub, self._now_ms())
        return NewClaim(tuple(format_groups(code)), qr_text(code), ends_ms)

    def _read(self) -> tuple[Authority, Address]:
        return load_authority(self._folder), enrolment_address(self._folder, self._port)
