"""A box keeps its certificate young, by the hub's clock, after the end too, and finds out why it is not served."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from anju_base.address import Address
from anju_central.access import authority_files
from anju_edge.identity import renewal
from anju_edge.identity.claim import Place, claim
from anju_edge.identity.keeper import IdentityKeeper
from anju_edge.identity.key import Identity, read_identity
from anju_edge.identity.reasons import TROUBLE_OF
from anju_edge.identity.renewal import Renewal, renew_at_ms, why_not_served
from anju_protos.enrolment import Reason
from support.enrolment_rig import DAY_MS, PASSPHRASE, Hub, running_hub


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
async def data(hub: Hub, tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    (folder).mkdir()
    await claim(folder, hub.code(), hub.address, Place())
    return folder


def renewal_of(data: Path, now_ms: int | None) -> Renewal:
    return Renewal(data, read_identity(data), lambda: now_ms, random.Random(1))


def renewal_failure(trying: Renewal) -> object:
    return trying.failure


async def test_it_renews_from_a_third_of_the_life_on(hub: Hub, data: Path) -> None:
    identity = read_identity(data)
    due_ms = renew_at_ms(identity)
    assert 30 * DAY_MS <= due_ms - hub.clock.now_ms <= 39 * DAY_MS
    assert not await renewal_of(data, due_ms - 1).look()
    assert hub.seen == ["/v1/roots", "/v1/nonce", "/v1/claim"]  # the box's own time says that it is not due
    hub.clock.now_ms = due_ms
    due = renewal_of(data, due_ms)
    assert await due.look()
    assert due.identity == read_identity(data)
    assert due.identity.ends_ms == due_ms - due_ms % 1000 + 90 * DAY_MS
    assert due.identity.key_pem == identity.key_pem


async def test_boxes_of_one_day_renew_on_different_days(data: Path) -> None:
    identity = read_identity(data)
    days = {renew_at_ms(replace(identity, box=f"box-{number}")) // DAY_MS for number in range(100)}
    assert len(days) > 6


async def test_a_box_without_a_date_asks_the_hub_for_it(hub: Hub, data: Path) -> None:
    assert not await renewal_of(data, None).look()
    hub.clock.now_ms += 45 * DAY_MS
    assert await renewal_of(data, None).look()


async def test_a_box_with_a_wrong_date_asks_the_hub_when_it_is_refused(hub: Hub, data: Path) -> None:
    wrong = renewal_of(data, hub.clock.now_ms)
    hub.clock.now_ms += 100 * DAY_MS
    assert not await wrong.look()
    wrong.poke()
    assert await wrong.look()


async def test_it_renews_after_the_end_and_again_and_again(hub: Hub, data: Path) -> None:
    for _ in range(3):
        hub.clock.now_ms += 300 * DAY_MS
        assert await renewal_of(data, None).look()
    assert read_identity(data).ends_ms > hub.clock.now_ms


async def test_new_roots_come_with_the_certificate(hub: Hub, data: Path, tmp_path: Path) -> None:
    old = (hub.root_key, PASSPHRASE)
    authority_files.rotate_root(hub.folder, hub.files.authority().key, tmp_path / "root2.pem", PASSPHRASE, old)
    hub.clock.now_ms += 45 * DAY_MS
    assert await renewal_of(data, None).look()  # it knows the old root only
    assert read_identity(data).roots_pem.count(b"BEGIN CERTIFICATE") == 2
    authority_files.drop_root(hub.folder)
    hub.clock.now_ms += 45 * DAY_MS
    assert await renewal_of(data, None).look()
    assert read_identity(data).roots_pem.count(b"BEGIN CERTIFICATE") == 1


async def test_it_goes_on_trying_and_says_why_it_cannot(hub: Hub, data: Path) -> None:
    hub.clock.now_ms += 45 * DAY_MS
    hub.memory.states["ningdu-1"] = "revoked"
    trying = renewal_of(data, None)
    waits = []
    for _ in range(9):
        assert not await trying.look()
        waits.append(trying.wait_s())
    failure = trying.failure
    assert failure is not None
    assert failure.reason is Reason.BOX_REVOKED
    assert 30 <= waits[0] <= 60
    assert 1800 <= waits[-1] <= 3600
    hub.memory.states["ningdu-1"] = "active"
    assert await trying.look()
    assert renewal_failure(trying) is None
    assert 3 * 3600 <= trying.wait_s() <= 6 * 3600


async def test_a_damaged_file_is_written_anew_at_once(hub: Hub, data: Path) -> None:
    for name in ("key.pem", "hub.json", "certificate.pem"):
        (data / "identity" / name).write_bytes(b"")
        hurt = Renewal(data, read_identity(data), lambda: hub.clock.now_ms)
        assert name in hurt.identity.damage
        hub.clock.now_ms += 2 * DAY_MS
        assert await hurt.look()
        assert read_identity(data).damage == ""


async def test_a_renewal_that_the_card_does_not_take_is_tried_again(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.clock.now_ms += 45 * DAY_MS
    trying = renewal_of(data, None)

    def full(*_arguments: object) -> Identity:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(renewal, "store_renewed", full)
        assert not await trying.look()
    assert trying.failure is not None
    assert "No space" in trying.failure.detail
    assert await trying.look()
    assert len(hub.memory.certificates) == 2  # the hub gave the same one again


async def test_the_box_finds_its_reason(hub: Hub, data: Path) -> None:
    identity = read_identity(data)

    async def reason(of: Identity = identity) -> Reason | None:
        found = await why_not_served(of)
        return None if found is None else found.reason

    assert await reason() is None
    assert await reason(replace(identity, enrolment=Address("no-such-hub.invalid", 7421))) is Reason.NAME
    for state, expected in (("revoked", Reason.BOX_REVOKED), ("retired", Reason.BOX_RETIRED)):
        hub.memory.states["ningdu-1"] = state
        assert await reason() is expected
    hub.memory.states["ningdu-1"] = "active"
    hub.clock.now_ms += 91 * DAY_MS
    assert await reason() is Reason.CERTIFICATE_ENDED
    hub.clock.now_ms += 365 * DAY_MS
    assert await reason() is Reason.CERTIFICATE_TOO_OLD
    hub.clock.now_ms -= 500 * DAY_MS
    assert await reason() is Reason.HUB_CLOCK
    hub.memory.certificates.clear()
    assert await reason() is Reason.NO_CERTIFICATE


async def test_a_running_box_takes_a_claim_and_says_why_it_is_not_served(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "running"
    await asyncio.to_thread(folder.mkdir)
    now_s, offline_s = 0.0, 0.0
    keeper = IdentityKeeper(folder, lambda: None, lambda: offline_s, lambda: now_s, random.Random(1))
    await keeper.look()
    assert keeper.troubles() == {}
    await claim(folder, hub.code("ningdu-2", secret=b"2222222222"), hub.address, Place())
    await keeper.look()
    assert keeper.troubles() == {}
    hub.memory.states["ningdu-2"] = "revoked"
    now_s, offline_s = 1000.0, 61.0
    await keeper.look()
    assert list(keeper.troubles()) == [TROUBLE_OF[Reason.BOX_REVOKED]]
    hub.memory.states["ningdu-2"] = "active"
    hub.clock.now_ms += 120 * DAY_MS
    now_s += 400
    await keeper.look()  # over: found, and renewed at once
    assert read_identity(folder).ends_ms > hub.clock.now_ms
    now_s, offline_s = now_s + 400, 0.0
    await keeper.look()
    assert keeper.troubles() == {}
    (folder / "identity" / "hub.json").write_bytes(b"{")  # a test of its own files
    hub.server.should_exit = True
    await keeper.look()
    assert list(keeper.troubles()) == [TROUBLE_OF[Reason.KEY_DAMAGED]]
    assert "hub.json" in keeper.troubles()[TROUBLE_OF[Reason.KEY_DAMAGED]]
