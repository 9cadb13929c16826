"""Enrolment over real sockets on the real registry, on each engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509

from anju_central.access.caller import HUB
from anju_central.access.certificates import new_key
from anju_central.access.claim_codes import AuthorityClaims, make_code
from anju_central.access.claim_maker import ClaimsUnavailable
from anju_central.registry.claim_store import RegistryClaims
from anju_central.registry.database import Registry
from anju_central.registry.queries.boxes import add_box, list_boxes, revoke_box
from anju_central.registry.queries.communities import add_community
from anju_protos.claim_code import ClaimCode, parse
from support.enrolment_rig import DAY_MS, NOW_MS, Hub, ask, claim, client_context, running_hub


@pytest.fixture
async def hub(tmp_path: Path, registry: Registry) -> AsyncIterator[Hub]:
    await add_community(HUB, registry, "ningdu", "", "", NOW_MS)
    await add_box(HUB, registry, "ningdu-1", "ningdu", NOW_MS)
    async with running_hub(tmp_path / "hub", RegistryClaims(lambda: registry)) as running:
        yield running


async def code_of(hub: Hub, registry: Registry) -> ClaimCode:
    code, ends_ms = await make_code(HUB, registry, hub.files.authority(), "ningdu-1", hub.address, hub.clock.now_ms)
    assert ends_ms == hub.clock.now_ms + 7 * DAY_MS
    return code


async def test_the_registry_holds_a_claim_from_code_to_renewal(hub: Hub, registry: Registry, tmp_path: Path) -> None:
    withdrawn, code, key = await code_of(hub, registry), await code_of(hub, registry), new_key()
    assert (await claim(hub, withdrawn, new_key()))[1]["reason"] == "code_withdrawn"
    first = await claim(hub, code, key)
    assert first[0] == 200, first
    again = await claim(hub, code, key)
    assert again[1]["certificate"] == first[1]["certificate"]
    assert (await claim(hub, code, new_key()))[1]["reason"] == "code_used"
    (row,) = await list_boxes(HUB, registry)
    assert row.state == "claimed"
    pair = (key, first[1]["certificate"].encode())
    hub.clock.now_ms += 100 * DAY_MS
    renewed = await ask(hub, "/v1/renew", {}, client_context(hub, tmp_path, pair))
    assert renewed[0] == 200, renewed
    newest = x509.load_pem_x509_certificates(renewed[1]["certificate"].encode())[0]
    (row,) = await list_boxes(HUB, registry)
    assert row.certificate_to_ms == int(newest.not_valid_after_utc.timestamp()) * 1000
    await revoke_box(HUB, registry, "ningdu-1", hub.clock.now_ms)
    for path in ("/v1/renew", "/v1/reasons"):
        answer = await ask(hub, path, {}, client_context(hub, tmp_path, pair))
        assert answer[1]["reason"] == "box_revoked"


async def test_a_code_is_locked_in_the_registry(hub: Hub, registry: Registry) -> None:
    code = await code_of(hub, registry)
    for _ in range(5):
        answer = await claim(hub, code, new_key(), lambda body: body.update(proof="00" * 32))
        assert answer[1]["reason"] == "code_unknown"
    assert (await claim(hub, code, new_key()))[1]["reason"] == "code_locked"
    fresh = await code_of(hub, registry)
    assert (await claim(hub, fresh, new_key()))[0] == 200


async def test_add_a_box_at_the_console_makes_codes_of_this_authority(hub: Hub, registry: Registry) -> None:
    data_dir = hub.folder.parent
    maker = AuthorityClaims(data_dir, hub.address.port, lambda: registry, lambda: hub.clock.now_ms)
    made = await maker.make(HUB, "ningdu-1", None)
    code = parse(made.qr_text)
    assert code.hub == hub.address
    assert parse(" ".join(made.code_groups)).secret == code.secret
    assert (await claim(hub, code, new_key()))[0] == 200
    nowhere = AuthorityClaims(data_dir / "none", 7421, lambda: registry, lambda: 0)
    with pytest.raises(ClaimsUnavailable, match="ca init"):
        await nowhere.make(HUB, "ningdu-1", None)
