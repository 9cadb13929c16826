"""The announcement on the LAN, by real mDNS: made, withdrawn, made anew, and never in the box's way.

zeroconf listens on all addresses for port 5353, whatever interface it is told: each test has a network of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import random
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zeroconf._dns import DNSPointer
from zeroconf._protocol.outgoing import DNSOutgoing
from zeroconf.asyncio import AsyncZeroconf

from anju_edge.build_box import make_announcer
from anju_edge.config import Address, BoxConfig, EdgeConfig, parse_config
from anju_edge.discovery import mdns
from anju_edge.discovery.announce import SERVICE_TYPE, Announcement, Announcer, AnnounceState, present_addresses
from anju_edge.discovery.lan import Interface
from anju_edge.discovery.proposals import Obstacle, Site, of_lan
from anju_edge.discovery.scan import _ask_boxes
from anju_edge.kiosk.listener import Listener
from support.namespaces import own_network

BOX = Announcement("ningdu-1", "柠都社区 网关", 8470, fingerprint="AB" * 32)


@pytest.fixture(autouse=True)
def network() -> Iterator[None]:
    with own_network():
        yield


class Addresses:
    """The addresses of a machine that may change."""

    def __init__(self, *now: str) -> None:
        self.now = list(now)

    def __call__(self) -> list[str]:
        return self.now


@contextlib.asynccontextmanager
async def announcing(addresses: Addresses, what: Announcement = BOX, check_s: float = 0.02) -> AsyncIterator[Announcer]:
    announcer = Announcer(what, addresses, check_s=check_s, retry_s=0.05)
    async with asyncio.timeout(60):
        task = asyncio.create_task(announcer.run())
        try:
            yield announcer
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def until(announcer: Announcer, state: AnnounceState) -> None:
    while announcer.state is not state:
        announcer.changed.clear()
        await announcer.changed.wait()


async def test_it_is_found_with_what_kiosks_need_and_withdrawn_at_the_end() -> None:
    async with announcing(Addresses("127.0.0.1")) as announcer:
        await until(announcer, AnnounceState.ANNOUNCED)
        browsed = await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=1)
        [found] = browsed.found
        assert (found.name, found.ip, found.http_port) == ("柠都社区 网关", "127.0.0.1", 8470)
        assert found.text == {
            "txtvers": "1", "id": "ningdu-1", "api": "1", "tls": "1", "path": "/kiosk", "fp": "ab" * 8,
        }  # fmt: skip
    assert announcer.state is AnnounceState.OFF
    gone = await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], collect_s=0.5)
    assert gone.found == []


async def test_it_follows_the_addresses() -> None:
    addresses = Addresses()
    async with announcing(addresses) as announcer:
        await until(announcer, AnnounceState.NO_ADDRESS)
        addresses.now = ["127.0.0.1"]
        await until(announcer, AnnounceState.ANNOUNCED)
        addresses.now = []
        await until(announcer, AnnounceState.NO_ADDRESS)
        addresses.now = ["127.0.0.1"]
        await until(announcer, AnnounceState.ANNOUNCED)


async def test_a_failing_announcement_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    addresses = Addresses("203.0.113.9")  # not of this machine
    async with announcing(addresses) as announcer:
        await until(announcer, AnnounceState.FAILED)
        addresses.now = ["no address"]
        trouble = announcer.trouble
        while announcer.trouble == trouble:
            announcer.changed.clear()
            await announcer.changed.wait()
        addresses.now = ["127.0.0.1"]
        await until(announcer, AnnounceState.ANNOUNCED)
        assert announcer.trouble == ""
    assert caplog.text.count("is not announced on the LAN") == 2


async def test_a_second_box_of_the_same_name_gets_another() -> None:
    async with announcing(Addresses("127.0.0.1")) as first:
        await until(first, AnnounceState.ANNOUNCED)
        async with announcing(Addresses("127.0.0.1"), replace(BOX, box="ningdu-2")) as second:
            await until(second, AnnounceState.ANNOUNCED)
            while first.name == second.name:  # noqa: ASYNC110 - a busy machine hears of the other late
                await asyncio.sleep(0.05)


LONG = "宁都县梅江镇水东新区阳光花园一期安居工程住宅小区" * 2


async def test_a_second_box_in_a_community_with_a_long_name_is_announced_too() -> None:
    first, second = (Announcement(f"ningdu-{number}", f"{LONG} ningdu-{number}", 8470) for number in (1, 2))
    twin = Announcement("ningdu-2", f"{LONG} ningdu-2", 8471)
    async with announcing(Addresses("127.0.0.1"), first) as one:
        await until(one, AnnounceState.ANNOUNCED)
        async with announcing(Addresses("127.0.0.1"), second) as two, announcing(Addresses("127.0.0.1"), twin) as three:
            await until(two, AnnounceState.ANNOUNCED)
            await until(three, AnnounceState.ANNOUNCED)
            while two.name == three.name:  # noqa: ASYNC110 - a busy machine hears of the other late
                await asyncio.sleep(0.05)
            names = {one.name, two.name, three.name}
            assert one.name.endswith(" ningdu-1")
            browsed = await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=3)
            assert {found.name for found in browsed.found} == names


@pytest.mark.parametrize("name", ["Box No. 3", "a.b.c", "Ningdu. ningdu-1"])
async def test_a_dot_in_the_name_is_announced_so_that_it_is_found(name: str) -> None:
    async with announcing(Addresses("127.0.0.1"), Announcement("ningdu-1", name, 8470)) as announcer:
        await until(announcer, AnnounceState.ANNOUNCED)
        [found] = (await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=1)).found
        assert (found.name, found.ip) == (announcer.name, "127.0.0.1")
        assert "." not in found.name, "one label, as RFC 6763 (4.1.1) has it; the library would make several"


async def test_an_ipv6_address_is_announced_to_those_who_hear_ipv4_alone() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this kernel has no IPv6 on loopback")
    assert present_addresses("::1") == ["::1"]
    async with announcing(Addresses("::1")) as announcer:
        await until(announcer, AnnounceState.ANNOUNCED)
        [found] = (await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=1)).found
        assert (found.ip, found.http_port) == ("::1", 8470)


async def test_after_a_change_only_the_new_address_is_told() -> None:
    addresses = Addresses("127.0.0.1")
    async with announcing(addresses) as announcer:
        await until(announcer, AnnounceState.ANNOUNCED)
        addresses.now = ["127.0.0.2"]
        while announcer._announced != ["127.0.0.2"]:  # noqa: ASYNC110 - its state is the same before and after
            await asyncio.sleep(0.02)
        [found] = (await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=1)).found
        assert found.ip == "127.0.0.2"


async def test_two_boxes_that_take_one_name_at_once_end_with_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without luck both ask whose the name is at the same moments, and hear nobody."""
    monkeypatch.setattr(random, "randint", lambda low, _: low)
    name = "柠都社区"
    boxes = [Announcement(f"ningdu-{number}", name, 8470 + number) for number in (1, 2)]
    async with (
        announcing(Addresses("127.0.0.1"), boxes[0], 30.0) as one,
        announcing(Addresses("127.0.0.1"), boxes[1], 30.0) as two,
    ):
        await until(one, AnnounceState.ANNOUNCED)
        await until(two, AnnounceState.ANNOUNCED)
        while one.name == two.name:  # noqa: ASYNC110 - a name announces nothing
            await asyncio.sleep(0.05)
        assert {one.name, two.name} == {name, f"{name}-2"}
        while True:
            browsed = await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=2)
            if len(browsed.found) == 2:
                break
        told = {(found.name, found.http_port) for found in browsed.found}
        assert told == {(one.name, boxes[0].port), (two.name, boxes[1].port)}


async def test_a_box_that_is_listed_and_does_not_answer_is_marked() -> None:
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as server:
        there = Announcement("there", "there", server.sockets[0].getsockname()[1])
        gone = Announcement("gone", "gone", 9)
        async with (
            announcing(Addresses("127.0.0.1"), there) as one,
            announcing(Addresses("127.0.0.1"), gone) as two,
        ):
            await until(one, AnnounceState.ANNOUNCED)
            await until(two, AnnounceState.ANNOUNCED)
            browsed = await mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=2)
            loopback = Interface("lo", ipaddress.IPv4Interface("127.0.0.1/8"))
            site = Site([loopback], ["onvif"], [])
            asked = await _ask_boxes(browsed.found, site)
            assert {found.name: found.answering for found in asked} == {"there": True, "gone": False}
            [gone_one] = of_lan([found for found in asked if found.name == "gone"], site)
            assert Obstacle.NOT_ANSWERING in gone_one.obstacles
            elsewhere = await _ask_boxes(browsed.found, Site([], ["onvif"], []))
            assert {found.answering for found in elsewhere} == {None}, "what is not ours to reach is never connected to"


async def test_a_badly_named_service_does_not_end_the_search() -> None:
    stranger = AsyncZeroconf(interfaces=["127.0.0.1"])
    bad = DNSPointer(SERVICE_TYPE, 12, 1, 4500, f"bad\x01name.{SERVICE_TYPE}")
    try:
        async with announcing(Addresses("127.0.0.1")) as announcer:
            await until(announcer, AnnounceState.ANNOUNCED)
            looking = asyncio.create_task(mdns.browse(["127.0.0.1"], types=[SERVICE_TYPE], enough=2))
            while not looking.done():
                packet = DNSOutgoing(0x8400)
                packet.add_answer_at_time(bad, 0)
                stranger.zeroconf.async_send(packet)
                await asyncio.wait([looking], timeout=0.1)
            browsed = looking.result()
            assert [one.name for one in browsed.found] == [announcer.name]
            assert browsed.odd == 1
    finally:
        await stranger.async_close()


@given(st.text(max_size=80))
def test_any_name_becomes_a_label(name: str) -> None:
    label = Announcement("ningdu-1", name, 1).instance()
    assert 0 < len(label.encode()) <= 63
    assert label.isprintable() or not any(ord(sign) < 32 for sign in label)
    assert "." not in label
    assert len(f"{label}-9999".encode()) <= 63


@given(st.text(max_size=80), st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True))
def test_the_box_stays_in_the_name_of_a_community_of_any_length(community: str, box: str) -> None:
    label = Announcement(box, f"{community} {box}", 1).instance()
    assert label.endswith(box)
    assert len(f"{label}-9999".encode()) <= 63


def test_the_record_is_small_and_says_nothing_of_people() -> None:
    found = Announcement("a" * 32, "x", 1, path="/" + "p" * 100).properties()
    assert set(found) == {"txtvers", "id", "api", "tls", "path"}
    with pytest.raises(ValueError, match="400"):
        Announcement("a", "x", 1, path="/" + "p" * 400).properties()
    kind = SERVICE_TYPE.split(".")[0].removeprefix("_")
    assert len(kind) <= 15  # RFC 6335


def test_only_addresses_of_this_machine_are_present() -> None:
    assert present_addresses("127.0.0.1") == ["127.0.0.1"]
    assert present_addresses("203.0.113.9") == []
    assert "127.0.0.1" in present_addresses("localhost")
    assert present_addresses("no.such.name.invalid") == []
    assert present_addresses("bad name\x00") == []


def test_pages_on_loopback_are_not_announced_and_it_can_be_switched_off() -> None:
    async def serve(host: str, port: int) -> asyncio.Server:
        raise AssertionError("nobody serves here")

    def pages_at(host: str) -> Listener:
        return Listener("kiosk", Address(host, 8470), serve)

    config = EdgeConfig(BoxConfig("ningdu-1", "ningdu"))
    assert make_announcer(config, pages_at("127.0.0.1"), "") is None
    assert make_announcer(config, None, "") is None
    assert make_announcer(config, pages_at("192.168.1.20"), "柠都社区") is not None
    off = parse_config('[box]\nid = "a"\ncommunity = "b"\n[announce]\nenabled = false\n', Path("edge.toml"))
    assert make_announcer(off, pages_at("192.168.1.20"), "") is None
