"""Makes claim codes: the secret is in the code alone, the registry keeps what checks a proof."""

from __future__ import annotations

from typing import Final

from anju_base.address import Address
from anju_central.access.authority import Authority
from anju_central.access.caller import Caller
from anju_central.access.certificates import spki_of
from anju_central.registry.database import Registry
from anju_central.registry.queries.claims import make_claim
from anju_protos.claim_code import ClaimCode, new_code

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
