"""Serial ports: names that stay the same, and who is behind them by what they say."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anju_drivers.ble.simulator import Band, BleSimulator
from anju_drivers.card_reader.pn532_simulator import Pn532Simulator
from anju_drivers.card_reader.simulator import CardReaderSimulator
from anju_drivers.conformance import running
from anju_drivers.idcard_sdt.frames import module_number
from anju_drivers.idcard_sdt.simulator import MODULE, IdCardSimulator
from anju_drivers.links.serial import SerialSettings, open_port
from anju_drivers.testing.simulation import PtyDevice, Simulator
from anju_edge.config import DriverConfig
from anju_edge.discovery import probe
from anju_edge.discovery.ports import PortInfo, list_adapters
from anju_edge.discovery.probe import Identity, PortAnswer
from anju_edge.discovery.proposals import Obstacle, Site, of_ports

WAIT_S = 0.15  # patience with simulated devices


@contextlib.asynccontextmanager
async def answering(replies: dict[bytes, bytes]) -> AsyncIterator[PtyDevice]:
    """A device that answers what it is asked, by the words in the question."""
    device = PtyDevice()

    def received(data: bytes) -> None:
        for word, reply in replies.items():
            if word in data:
                device.send(reply)

    device._received = received
    device.plug()
    try:
        yield device
    finally:
        device.close()


@pytest.mark.parametrize(
    ("simulator", "expected"),
    [
        (BleSimulator(controller="c0aa00000001"), ("ble", "ble:c0aa00000001", {"controller": "c0aa00000001"})),
        (BleSimulator([Band("ac233fc001aa")]), ("ble", "", {})),
        (IdCardSimulator(), ("idcard_sdt", f"sdt:{module_number(MODULE)}", {})),
        (Pn532Simulator(), ("card_reader", "", {"model": "pn532"})),
    ],
    ids=["ble", "ble-without-address", "idcard_sdt", "pn532"],
)
async def test_simulated_devices_say_who_they_are(
    simulator: Simulator, expected: tuple[str, str, dict[str, object]]
) -> None:
    async with asyncio.timeout(10), running(simulator):
        answer = await probe.ask(simulator.link)
        assert answer.identity is not None
        assert (answer.identity.driver, answer.identity.key, answer.identity.options) == expected


async def test_a_zephyr_controller_tells_its_static_address() -> None:
    simulator = BleSimulator(controller="c0aa00000001")
    simulator.is_zephyr = True
    async with asyncio.timeout(10), running(simulator):
        answer = await probe.ask(simulator.link)
        assert answer.identity is not None
        assert answer.identity.key == "ble:c0aa00000001"


async def test_a_reader_that_speaks_by_itself_is_heard_when_a_card_lies_on_it() -> None:
    simulator = CardReaderSimulator()
    async with asyncio.timeout(10), running(simulator):
        tapping = asyncio.create_task(simulator.tap(held_s=5))
        answer = await probe.ask(simulator.link, wait_s=WAIT_S)
        tapping.cancel()
        assert answer.identity is not None
        assert answer.identity.options == {"model": "rdm6300"}


@pytest.mark.parametrize(
    ("replies", "driver", "text"),
    [
        ({b"AT+VER=?": b"\r\nAT+VER=RUI_4.0.6_RAK3172\r\nOK\r\n"}, "lorawan", "RUI_4.0.6"),
        ({b"ATI": b"ATI\r\r\nQuectel\r\nEC200U\r\nOK\r\n"}, "", "Quectel"),
        ({b"ATI": b"\r\nOK\r\n"}, "", "AT commands"),
        ({b"\x0d\x00\x00\x01\x02": bytes.fromhex("14010001025320") + bytes(14)}, "rfxtrx", "RFXtrx"),
    ],
    ids=["rak", "modem", "unknown-modem", "rfxtrx"],
)
async def test_others_by_their_answers(replies: dict[bytes, bytes], driver: str, text: str) -> None:
    async with asyncio.timeout(10), answering(replies) as device:
        answer = await probe.ask(device.link, wait_s=WAIT_S)
        assert answer.identity is not None
        assert answer.identity.driver == driver
        assert text in answer.identity.text


async def test_silence_a_held_port_and_an_absent_one() -> None:
    async with asyncio.timeout(15), answering({}) as device:
        assert await probe.ask(device.link, wait_s=WAIT_S) == PortAnswer(device.link)
        async with await open_port(SerialSettings(device.link), lambda _: None):
            assert "another program holds this port" in (await probe.ask(device.link)).trouble
    assert (await probe.ask("/nowhere/tty")).trouble == "No such file or directory"


async def test_noise_is_no_identity() -> None:
    noise = bytes(range(256)) * 8
    async with asyncio.timeout(15), answering({b"": noise}) as device:
        assert (await probe.ask(device.link, wait_s=WAIT_S)).identity is None


def adapter(folder: Path, name: str, *, serial: str, product: str, at: str) -> None:
    """An adapter as udev and the kernel show it."""
    usb = folder / "usb" / at
    interface = usb / "1.0" / name
    interface.mkdir(parents=True)
    words = {"idVendor": "1a86", "idProduct": "7523", "manufacturer": "QinHeng", "product": product, "serial": serial}
    for file, text in words.items():
        if text:
            (usb / file).write_text(text + "\n", encoding="utf-8")
    tty = folder / "sys" / name
    tty.mkdir(parents=True)
    (tty / "device").symlink_to(interface)
    device = folder / "dev" / name
    device.parent.mkdir(exist_ok=True)
    device.touch()
    for kind, link in (("by-id", f"usb-{product}{serial and '_' + serial}-if00"), ("by-path", f"pci-usb-0:{at}")):
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / link).unlink(missing_ok=True)  # udev: the last one of a name gets it
        (folder / kind / link).symlink_to(device)


def test_adapters_have_names_that_stay(tmp_path: Path) -> None:
    adapter(tmp_path, "ttyUSB0", serial="A1", product="Serial", at="1")
    adapter(tmp_path, "ttyUSB1", serial="", product="Twin", at="2")
    adapter(tmp_path, "ttyUSB2", serial="", product="Twin", at="3")
    found = list_adapters(tmp_path / "by-id", tmp_path / "by-path", tmp_path / "sys")
    assert [Path(one.port).name for one in found] == ["usb-Serial_A1-if00", "pci-usb-0:2", "pci-usb-0:3"]
    assert [(one.maker, one.serial, one.bridge) for one in found] == [
        ("QinHeng", "A1", "CH340"),
        ("QinHeng", "", "CH340"),
        ("QinHeng", "", "CH340"),
    ]
    assert list_adapters(tmp_path / "no", tmp_path / "no", tmp_path / "sys") == []


def test_proposals_of_ports() -> None:
    ports = [PortInfo(f"/dev/serial/by-id/{name}", f"/dev/tty{name}") for name in "abcdef"]
    answers = {
        ports[0].port: PortAnswer(ports[0].port, Identity("ble", "receiver", "x", "ble:1", {"controller": "1" * 12})),
        ports[1].port: PortAnswer(ports[1].port, trouble="another program holds this port"),
        ports[2].port: PortAnswer(ports[2].port),
        ports[3].port: PortAnswer(ports[3].port, trouble="another program holds this port"),
        ports[4].port: PortAnswer(ports[4].port, Identity("", "modem", "modem")),
        ports[5].port: PortAnswer(ports[5].port, Identity("nobodys", "reader", "x")),
    }
    configured = (DriverConfig("scanner", "qr", {"port": "/dev/ttyd"}),)
    found = of_ports(ports, answers, Site([], ("ble", "scanner"), configured))
    assert [(one.driver, one.obstacles, one.adopted_as) for one in found] == [
        ("ble", (), ""),
        ("", (Obstacle.HELD,), ""),
        ("", (Obstacle.SILENT,), ""),
        ("", (), "qr"),
        ("", (Obstacle.NOT_OURS,), ""),
        ("nobodys", (Obstacle.NO_DRIVER,), ""),
    ]
    assert found[0].options == {"port": "/dev/serial/by-id/a", "controller": "1" * 12}


def test_a_receiver_is_known_by_what_it_says_not_by_its_port() -> None:
    port = PortInfo("/dev/serial/by-path/b", "/dev/ttyACM1")
    said = Identity("ble", "receiver", "x", "ble:c0aa00000001", {"controller": "c0aa00000001"})
    configured = (DriverConfig("ble", "stair-1", {"port": "/dev/serial/by-path/a", "controller": "c0aa00000001"}),)
    [one] = of_ports([port], {port.port: PortAnswer(port.port, said)}, Site([], ("ble",), configured))
    assert one.adopted_as == "stair-1"
