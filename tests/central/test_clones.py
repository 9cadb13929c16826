"""A cloned box is noticed by boot ids that come back, and said; nothing is refused for it."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from anju_central.access.certificates import new_key
from anju_central.access.claims import Enrolment
from anju_central.access.clones import CloneWatch
from support.claim_store import MemoryClaims
from support.enrolment_rig import claim, running_hub


def test_two_machines_with_one_key_are_noticed() -> None:
    watch = CloneWatch()
    for at_s, boot in enumerate((7, 8, 7, 8)):
        assert not watch.is_cloned("ningdu-1", at_s)
        watch.came("ningdu-1", boot, "ipv4:192.0.2.1:1", at_s)
    assert watch.is_cloned("ningdu-1", 4)
    assert not watch.is_cloned("ningdu-2", 4)
    assert not watch.is_cloned("ningdu-1", 3700)


def test_a_box_that_restarts_or_comes_back_is_no_clone() -> None:
    watch = CloneWatch()
    for number in range(50):
        for _ in range(3):
            watch.came("ningdu-1", number, "", number)
    assert not watch.is_cloned("ningdu-1", 50)
    watch.came("ningdu-1", 48, "", 51)  # a Hello that was long on its way
    watch.came("ningdu-1", 60, "", 52)
    assert not watch.is_cloned("ningdu-1", 53)


async def test_a_clone_learns_what_it_is(tmp_path: Path) -> None:
    store, key = MemoryClaims(), new_key()
    async with running_hub(tmp_path, store) as hub:
        await claim(hub, hub.code(), key)
        certificate = x509.load_der_x509_certificate(store.certificates[0].der)
        enrolment = Enrolment(hub.files.authority, store, lambda: hub.clock.now_ms, lambda box: box == "ningdu-1")
        assert (await enrolment.reason(certificate, "")).reason == "cloned"
