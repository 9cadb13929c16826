"""Finding devices on the LAN: every captured answer, odd datagrams, real sockets on loopback, one line per device."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_edge.config import DriverConfig
from anju_edge.discovery import answers, lan
from anju_edge.discovery.answers import DHDISCOVER, MDNS, SADP, WS_DISCOVERY, Answer, NoAnswer, mac_address
from anju_edge.discovery.lan import Interface, Place
from anju_edge.discovery.proposals import Obstacle, Proposal, Site, merge, of_lan
from anju_edge.discovery.scan import Wanted, scan
from anju_edge.discovery.vectors import decode_vector
from support.paths import WANTED_VECTORS
from support.running_box import until

FOLDER = WANTED_VECTORS
ITEMS: list[dict[str, Any]] = (
    json.loads((FOLDER / "discovery.json").read_text(encoding="utf-8")) if (FOLDER / "discovery.json").exists() else []
)
LOOPBACK = Interface("lo", ipaddress.IPv4Interface("127.0.0.1/8"))
HOME = Interface("eth0", ipaddress.IPv4Interface("192.168.1.20/24"))
DRIVERS = ("hikvision", "dahua", "onvif")


def differences(expected: Any, got: Any, path: str = "expect") -> list[str]:
    """What differs; only keys that are given are compared, null means absent or None."""
    if isinstance(expected, Mapping):
        missing = [f"{path}.{key}: not understood" for key in expected if key not in got and expected[key] is not None]
        pairs = [(f"{path}.{key}", value, got[key]) for key, value in expected.items() if key in got]
        return missing + [line for at, value, other in pairs for line in differences(value, other, at)]
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return [f"{path}: expected {expected!r}, got {got!r}"]
        pairs = [(f"{path}[{at}]", *pair) for at, pair in enumerate(zip(expected, got, strict=True))]
        return [line for at, value, other in pairs for line in differences(value, other, at)]
    return [] if expected == got and type(expected) is type(got) else [f"{path}: expected {expected!r}, got {got!r}"]


@pytest.mark.parametrize("item", ITEMS, ids=[item["name"] for item in ITEMS])
def test_vector(item: dict[str, Any]) -> None:
    assert not differences(item["expect"], decode_vector(item)), item.get("note")


def datagram(name: str) -> bytes:
    item = next(one for one in ITEMS if one["name"] == name)
    return bytes.fromhex(item["input_hex"]) if "input_hex" in item else item["input_text"].encode()


@given(st.binary(max_size=400), st.sampled_from([WS_DISCOVERY, SADP, DHDISCOVER]))
def test_junk_is_counted_and_never_raised(data: bytes, protocol: str) -> None:
    for body in (data, b"<" + data, b"<ProbeMatch>" + data, b"\x20\0\0\0DHIP" + bytes(24) + b'{"mac":' + data):
        with contextlib.suppress(NoAnswer):
            answers.read(protocol, body)


@pytest.mark.parametrize("name", ["wsd-631ga-captured-no-types", "sadp-dvr-answer", "dhip-ipc-b54ir-announcement"])
def test_a_cut_answer_is_never_a_device(name: str) -> None:
    protocol = {"w": WS_DISCOVERY, "s": SADP, "d": DHDISCOVER}[name[0]]
    data = datagram(name).rstrip()
    assert len(answers.read(protocol, data)) == 1
    for size in range(0, len(data) - 1, 7):
        try:
            assert answers.read(protocol, data[:size]) == []
        except NoAnswer:
            continue


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["mac", "params", "deviceInfo", "IPv4Address", "HttpPort"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_json_in_a_dhdiscover_answer(value: object) -> None:
    data = b"\x20\0\0\0DHIP" + bytes(24) + json.dumps(value).encode()
    with contextlib.suppress(NoAnswer):
        answers.read(DHDISCOVER, data)


@pytest.mark.parametrize("name", ["%E5%89%8D%E9%97%A8", "%C7%B0%C3%C5", "前门"])
def test_names_in_either_code_page(name: str) -> None:
    data = datagram("wsd-name-percent-unbound-dn").decode().replace("Front%20Door", name).encode()
    assert [one.name for one in answers.read(WS_DISCOVERY, data)] == ["前门"]


def test_an_entity_bomb_is_no_answer() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><ProbeMatch><MAC>&b;</MAC></ProbeMatch>'
    for protocol in (WS_DISCOVERY, SADP):
        with pytest.raises(NoAnswer):
            answers.read(protocol, bomb)


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("68-6D-BC-EE-F8-F0", "68:6d:bc:ee:f8:f0"),
        ("686dbceef8f0", "68:6d:bc:ee:f8:f0"),
        ("00:00:00:00:00:00", ""),
        ("ff:ff:ff:ff:ff:ff", ""),
        ("01:00:5e:00:00:01", ""),
        ("68-6D-BC-EE-F8", ""),
    ],
)
def test_mac_addresses(text: str, mac: str) -> None:
    assert mac_address(text) == mac


def test_only_inquiries_are_ever_sent() -> None:
    sent = {protocol: b"".join(lan.probes(protocol)) for protocol in lan.PLACES}
    assert sent[SADP].count(b"<Types>inquiry</Types>") == 1
    assert b'"method":"DHDiscover.search"' in sent[DHDISCOVER]
    assert sent[DHDISCOVER] == datagram("dhip-own-search-echo")
    assert sent[WS_DISCOVERY].count(b"/discovery/Probe<") == 2
    assert sent[WS_DISCOVERY].count(b"NetworkVideoTransmitter") == 1
    for word in (b"password", b"activate", b"config", b"update", b"setting"):
        assert not any(word in data.lower() for data in sent.values())
    for protocol, data in ((SADP, sent[SADP]), (DHDISCOVER, sent[DHDISCOVER])):
        assert answers.read(protocol, data) == []


class _Device(asyncio.DatagramProtocol):
    """A device on loopback: answers every probe with its datagrams."""

    def __init__(self, replies: list[bytes]) -> None:
        self.replies, self.heard = replies, list[bytes]()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # what it gets
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.heard.append(data)
        for reply in [*self.replies, data]:  # a looped probe comes back too
            self.transport.sendto(reply, addr)


@contextlib.asynccontextmanager
async def devices(**replies: list[bytes]) -> AsyncIterator[tuple[dict[str, Place], dict[str, _Device]]]:
    loop = asyncio.get_running_loop()
    places, made = {}, {}
    async with contextlib.AsyncExitStack() as stack:
        for protocol, data in replies.items():
            key = protocol.replace("_", "-")
            transport, device = await loop.create_datagram_endpoint(
                partial(_Device, data),
                local_addr=("127.0.0.1", 0),
            )
            stack.callback(transport.close)
            places[key], made[key] = Place((), transport.get_extra_info("sockname")[1]), device
        yield places, made


async def test_a_search_on_loopback() -> None:
    dahua = datagram("dhip-ipc-b54ir-announcement")
    async with devices(
        ws_discovery=[datagram("wsd-631ga-captured-no-types"), b"\xff\xfe junk"],
        sadp=[datagram("sadp-dvr-answer"), datagram("sadp-answer-cut")],
        dhdiscover=[dahua, dahua, datagram("dhip-intelbras-access-controller")],
    ) as (places, made):
        found = await lan.search(
            [LOOPBACK], unicast=["127.0.0.1"], protocols=tuple(places), places=places, collect_s=0.9
        )
        await until(lambda: sum(len(one.heard) for one in made.values()) >= 12)
    assert sorted((one.protocol, one.mac or one.mac_hint) for one in found.found) == [
        (DHDISCOVER, "98:f9:cc:af:59:0d"),
        (DHDISCOVER, "b4:4c:3b:f4:e3:01"),
        (SADP, "68:6d:bc:ee:f8:f0"),
        (WS_DISCOVERY, "78:a5:dd:0f:95:93"),
    ]
    assert all(one.source_ip == "127.0.0.1" for one in found.found)
    assert not found.failed
    assert found.odd[SADP] >= 1
    assert found.odd[WS_DISCOVERY] >= 1
    assert [len(made[protocol].heard) for protocol in places] == [6, 3, 3]  # each probe three times


async def test_an_interface_that_cannot_be_used_is_named_and_the_others_go_on() -> None:
    gone = Interface("eth9", ipaddress.IPv4Interface("203.0.113.7/24"))
    async with devices(sadp=[datagram("sadp-dvr-answer")]) as (places, _):
        found = await lan.search(
            [gone, LOOPBACK], unicast=["127.0.0.1"], protocols=[SADP], places=places, collect_s=0.6
        )
    assert len(found.found) == 1
    assert [text.split()[0] for text in found.failed] == ["eth9"]


async def test_a_scan_of_lan_alone() -> None:
    async with devices(
        ws_discovery=[], sadp=[datagram("sadp-dvr-answer")], dhdiscover=[datagram("dhip-ipc-b54ir-announcement")]
    ) as (places, _):
        wanted = Wanted(is_mdns=False, is_serial=False, collect_s=0.6, hosts=("127.0.0.1",))
        result = await scan(wanted, Site([LOOPBACK], DRIVERS, ()), places=places)
    assert [(one.key, one.driver, one.obstacles) for one in result.proposals] == [
        ("98:f9:cc:af:59:0d", "dahua", (Obstacle.FOREIGN,)),
        ("68:6d:bc:ee:f8:f0", "hikvision", (Obstacle.FOREIGN,)),
    ]


# ---- one line per device


def proposals(*found: Answer, configured: tuple[DriverConfig, ...] = (), hosts: tuple[str, ...] = ()) -> list[Proposal]:
    return of_lan(found, Site([HOME], DRIVERS, configured, hosts))


def sadp(mac: str, ip: str, **more: Any) -> Answer:
    return Answer(SADP, ip, mac=mac, ip=ip, model="DS-2CD2T46", http_port=80, activated=True, **more)


MAC, OTHER = "98:f9:cc:00:00:01", "98:f9:cc:00:00:02"


def test_answers_of_several_protocols_are_one_device() -> None:
    ip = "192.168.1.64"
    [one] = proposals(
        Answer(MDNS, ip, ip=ip, name="cam", types=("_http._tcp",), http_port=8080),
        Answer(WS_DISCOVERY, ip, endpoint="x-98f9cc000001", mac_hint=MAC, ip=ip, scopes=("onvif://www.onvif.org/a",)),
        sadp(MAC, ip),
    )
    assert (one.key, one.kind, one.driver, one.found_by) == (MAC, "camera", "hikvision", (SADP, WS_DISCOVERY, MDNS))
    assert one.options == {"url": f"http://{ip}", "mac": MAC}
    assert one.is_adoptable


def test_two_cameras_with_the_factorys_address_stay_two() -> None:
    ip = "192.168.1.108"
    found = [sadp(MAC, ip), sadp(OTHER, ip), Answer(WS_DISCOVERY, ip, endpoint="a-1", ip=ip, scopes=("onvif://x/y",))]
    assert sorted(len(group) for group in merge(found)) == [1, 1, 1]


def test_a_device_that_tells_no_mac_is_known_by_its_endpoint() -> None:
    ip = "192.168.1.20"
    [one] = proposals(
        Answer(
            WS_DISCOVERY,
            ip,
            endpoint="1-34f716000001",
            ip=ip,
            xaddrs=("http://192.168.1.20:8899/onvif/device_service",),
            scopes=("onvif://www.onvif.org/name/x",),
        )
    )
    assert (one.key, one.driver, one.options) == ("1-34f716000001", "onvif", {"url": "http://192.168.1.20:8899"})


@pytest.mark.parametrize(
    ("answer", "kind", "obstacles"),
    [
        (sadp(MAC, "10.0.0.5"), "camera", (Obstacle.FOREIGN,)),
        (sadp(MAC, "10.9.9.9"), "camera", ()),  # named by a person
        (Answer(SADP, mac=MAC, ip="192.168.1.5", activated=False), "camera", (Obstacle.NOT_ACTIVATED,)),
        (Answer(SADP, mac=MAC, ip="192.168.1.5", model="DS-7804HQH-K1"), "recorder", ()),
        (Answer(SADP, mac=MAC, ip="192.168.1.5", model="DS-K1T671"), "access", (Obstacle.NOT_OURS,)),
        (Answer(DHDISCOVER, mac=MAC, ip="192.168.1.5", device_class="BSC"), "access", (Obstacle.NOT_OURS,)),
        (Answer(DHDISCOVER, mac=MAC, ip="192.168.1.5", device_class="NVR"), "recorder", ()),
        (Answer(WS_DISCOVERY, endpoint="p", ip="192.168.1.5", types=("Printer",)), "other", (Obstacle.NOT_OURS,)),
        (Answer(MDNS, ip="192.168.1.5", types=("_ipp._tcp",)), "printer", (Obstacle.NOT_OURS,)),
        (Answer(MDNS, mac=MAC, ip="192.168.1.5", types=("_axis-video._tcp",)), "camera", ()),
    ],
)  # fmt: skip
def test_kinds_and_what_stands_in_the_way(answer: Answer, kind: str, obstacles: tuple[Obstacle, ...]) -> None:
    [one] = proposals(answer, hosts=("10.9.9.9",))
    assert (one.kind, one.obstacles) == (kind, obstacles)
    assert one.is_adoptable is (not obstacles)


def test_what_is_configured_is_said() -> None:
    by_mac = DriverConfig("hikvision", "gate", {"url": "http://192.168.1.9", "mac": MAC.upper()})
    by_url = DriverConfig("hikvision", "yard", {"url": "http://192.168.1.65"})
    found = proposals(
        sadp(MAC, "192.168.1.64"), sadp(OTHER, "192.168.1.65"), sadp("98:f9:cc:00:00:03", "192.168.1.9"),
        configured=(by_mac, by_url),
    )  # fmt: skip
    assert {one.key: one.adopted_as for one in found} == {MAC: "gate", OTHER: "yard", "98:f9:cc:00:00:03": ""}


MAC_SHOWN = "02:00:5e:00:53:d5"


@pytest.mark.parametrize(
    ("scopes", "mac", "name"),
    [
        ("onvif://www.onvif.org/A1C2B3/mac/02:00:5e:00:53:d5 onvif://www.onvif.org/name/NVT", MAC_SHOWN, "NVT"),
        ("onvif://www.onvif.org/mac/02:00:5e:00:53:d5 onvif://www.onvif.org/A1/name/NVT", MAC_SHOWN, "NVT"),
        ("onvif://www.onvif.org//MAC/02-00-5e-00-53-d5 onvif://www.onvif.org/name/Front Door", MAC_SHOWN, "Front Door"),
        ("onvif://www.onvif.org/name/A%20B/C onvif://www.onvif.org/mac/ 02:00:5e:00:53:d5", MAC_SHOWN, "A B/C"),
        ("onvif://www.onvif.org/location/name/here", "", ""),
        ("onvif://www.onvif.org/A1/A2/mac/02:00:5e:00:53:d5", "", ""),
    ],
)
def test_scopes_with_a_vendors_folder_and_with_blanks(scopes: str, mac: str, name: str) -> None:
    """Case xm-mac-inside-a-nested-scope."""
    body = f"<Envelope><ProbeMatches><ProbeMatch><Scopes>\n{scopes}\n </Scopes></ProbeMatch></ProbeMatches></Envelope>"
    (found,) = answers.read(WS_DISCOVERY, body.encode(), "192.0.2.7")
    assert (found.mac, found.name) == (mac, name)
