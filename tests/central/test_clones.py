"""A cloned box is noticed by boot ids that come back, and said; nothing is refused for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
from cryptography import x509

from anju_central.access.certificates import new_key
from anju_central.access.claims import Enrolment
from anju_central.access.clones import CloneWatch
from anju_protos.v1.uplink_pb2 import BoxFrame, Hello
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub
from support.claim_store import MemoryClaims
from support.enrolment_rig import claim, running_hub
from support.events import stamp
from support.whole import hub_config
from support.whole import running_hub as operated_hub


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


def test_it_is_told_once_until_the_clone_was_quiet_for_an_hour() -> None:
    watch, told = CloneWatch(), list[str]()
    watch.on_clone = told.append
    for at_s, boot in enumerate((7, 8) * 10):
        watch.came("ningdu-1", boot, "", at_s)
    assert told == ["ningdu-1"]
    for at_s, boot in enumerate((7, 8) * 2, 10_000):
        watch.came("ningdu-1", boot, "", at_s)
    assert told == ["ningdu-1"] * 2


async def test_a_clone_is_a_matter_at_the_console(tmp_path: Path) -> None:
    config = hub_config(tmp_path / "hub", None)
    async with operated_hub(config) as operator, grpc.aio.insecure_channel(config.grpc_address) as channel:
        stub: Any = AlarmUplinkStub(channel)  # the stubs know only the blocking client
        for boot in (7, 8, 7, 8):
            stream = stub.Stream()
            hello = Hello(protocol=1, software="test", box="box-1", community="ningdu", now=stamp(boot=boot))
            await stream.write(BoxFrame(hello=hello))
            await stream.read()
            stream.cancel()
        incident = await operator.incident(lambda one: one["rule"] == "box_cloned")
        assert (incident["priority"], incident["box"]) == ("P4", "box-1")


async def test_a_clone_learns_what_it_is(tmp_path: Path) -> None:
    store, key = MemoryClaims(), new_key()
    async with running_hub(tmp_path, store) as hub:
        await claim(hub, hub.code(), key)
        certificate = x509.load_der_x509_certificate(store.certificates[0].der)
        enrolment = Enrolment(hub.files.authority, store, lambda: hub.clock.now_ms, lambda box: box == "ningdu-1")
        assert (await enrolment.reason(certificate, "")).reason == "cloned"
