"""Each address and port that a box listens on, taken away and given back: it fails alone and comes back by itself."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, LinkReading, Reason
from anju_drivers.errors import LinkLost
from anju_drivers.links import address as link_address
from anju_drivers.links.address import bind_address, fails_or_moves, present_address
from anju_edge.config import Address, DriverConfig, HttpConfig
from anju_edge.gateway import Running
from anju_edge.kiosk.listener import Listener
from support.box_parts import BAND
from support.namespaces import SIOCSIFFLAGS, own_network
from support.running_box import box_config, get, running_box, snapshot, until, with_drivers

NOT_OURS = "192.0.2.7"  # TEST-NET-1, RFC 5737: no machine has it
LAN = "127.77.0.1"
SIOCSIFADDR, SIOCSIFNETMASK = 0x8916, 0x891C  # sockios.h
SECRET = "gate-0123456789abcdef"
LISTENING: dict[str, Callable[[str, int], dict[str, object]]] = {
    "http_push": lambda bind, port: {"bind": bind, "port": port, "senders": {"gate": {"secret": SECRET}}},
    "hikvision": lambda bind, port: {
        "mode": "push", "bind": bind, "port": port, "cameras": {"gate": {"secret": SECRET}}
    },
    "minew": lambda bind, port: {"bind": bind, "port": port, "receivers": {"hall": {"secret": SECRET}}},
    "mail_in": lambda bind, port: {
        "bind": bind, "port": port, "cameras": {"gate": {"recipient": "gate-0123456789@box.lan"}}
    },
    "gt06": lambda bind, port: {"bind": bind, "port": port},
    "jt808": lambda bind, port: {"bind": bind, "port": port},
    "setracker": lambda bind, port: {"bind": bind, "port": port},
    "thinkrace_iw": lambda bind, port: {"bind": bind, "port": port},
    "eview_ev07b": lambda bind, port: {"bind": bind, "port": port},
    "rtl433": lambda bind, port: {"udp": f"{bind}:{port}"},
}  # fmt: skip


@contextlib.contextmanager
def taken(kind: socket.SocketKind = socket.SOCK_STREAM) -> Iterator[tuple[socket.socket, int]]:
    """A port of 127.0.0.1 that somebody else has, until it is closed."""
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            other.listen()
        yield other, int(other.getsockname()[1])


def press_rings(box: Running, press: bytes) -> bool:
    before = box.health.alerts.rings
    box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), press, 0.1))
    return box.health.alerts.rings == before + 1


@pytest.mark.parametrize("name", ["kiosk", "status"])
async def test_a_port_in_use_costs_only_its_pages(tmp_path: Path, name: str) -> None:
    with taken() as (other, port):
        http = HttpConfig(**{"kiosk_listen": "127.0.0.1:0", "status_listen": "127.0.0.1:0",
                             f"{name}_listen": f"127.0.0.1:{port}"})  # fmt: skip
        async with running_box(replace(box_config(tmp_path), http=http)) as box:
            assert f"EDGE-LSN-001:{name}" in box.health.troubles()
            assert getattr(box, name) is None
            assert press_rings(box, b"1")
            if name == "kiosk":
                (row,) = [one for one in (await snapshot(box))["listeners"] if one["name"] == name]
                assert row["trouble"] == f"127.0.0.1:{port}: another program uses this port"
                assert (await get(box.status, "/healthz"))[0] == 503
            other.close()
            await until(lambda: getattr(box, name) is not None)
            assert not box.health.troubles() or f"EDGE-LSN-001:{name}" not in box.health.troubles()
            assert (await get(getattr(box, name), "/healthz"))[0] == 200


@pytest.mark.parametrize("name", ["kiosk", "status"])
async def test_an_address_that_the_box_does_not_have_costs_only_its_pages(tmp_path: Path, name: str) -> None:
    http = HttpConfig(**{"kiosk_listen": "127.0.0.1:0", "status_listen": "127.0.0.1:0",
                         f"{name}_listen": f"{NOT_OURS}:8470"})  # fmt: skip
    async with running_box(replace(box_config(tmp_path), http=http)) as box:
        assert f"EDGE-LSN-001:{name}" in box.health.troubles()
        trouble = next(one.trouble for one in box.health.listeners if one.name == name)
        assert trouble == f"{NOT_OURS}:8470: this box does not have the address now"
        assert press_rings(box, b"1")
        other = "status" if name == "kiosk" else "kiosk"
        assert (await get(getattr(box, other), "/healthz"))[0] in (200, 503)


@pytest.mark.parametrize("driver", sorted(LISTENING))
async def test_a_drivers_port_in_use_costs_only_this_driver(tmp_path: Path, driver: str) -> None:
    kind = socket.SOCK_DGRAM if driver == "rtl433" else socket.SOCK_STREAM
    with taken(kind) as (other, port):
        row = DriverConfig(driver, "door", LISTENING[driver]("127.0.0.1", port))
        async with running_box(with_drivers(box_config(tmp_path), row)) as box:
            await until(lambda: "EDGE-DRV-001:door" in box.health.troubles())
            assert "EDGE-DRV-002:door" not in box.health.troubles()
            assert press_rings(box, b"1")
            health = box.health.drivers[0]
            assert "127.0.0.1" in health.error
            other.close()
            await until(lambda: health.running and box.intake.taken[LinkReading.__name__] > 0)


@pytest.mark.parametrize("bind", [NOT_OURS, "eth-gone"])
@pytest.mark.parametrize("driver", sorted(LISTENING))
async def test_a_drivers_address_that_is_not_there_costs_only_this_driver(
    tmp_path: Path, driver: str, bind: str
) -> None:
    row = DriverConfig(driver, "door", LISTENING[driver](bind, 18_090))
    async with running_box(with_drivers(box_config(tmp_path), row)) as box:
        await until(lambda: "EDGE-DRV-001:door" in box.health.troubles())
        assert "EDGE-DRV-002:door" not in box.health.troubles()
        assert bind in box.health.drivers[0].error
        assert press_rings(box, b"1")


def set_lan(present: bool) -> None:
    """Gives loopback the address `LAN` as well, or takes it away. In a network of one's own only."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        only_itself = struct.pack("16sHH4s8x", b"lo", socket.AF_INET, 0, b"\xff" * 4)
        fcntl.ioctl(control, SIOCSIFNETMASK, only_itself)  # else the whole of 127.0.0.0/8 is there
        if present:
            wanted = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(LAN))
            fcntl.ioctl(control, SIOCSIFADDR, wanted)
        else:
            fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo:1", 0))


@pytest.fixture
def network() -> Iterator[None]:
    with own_network():
        yield


async def answers(port: int, driver: str) -> None:
    """Until somebody listens on a port of the LAN; for UDP, until the port is taken."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(ConnectionError):
                if driver != "rtl433":
                    (await asyncio.open_connection(LAN, port))[1].close()
                    return
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                    asking.connect((LAN, port))
                    asking.send(b"?")
                    await asyncio.sleep(0.02)
                    asking.send(b"?")  # raises what came back for the first
                    return
            await asyncio.sleep(0.02)


async def test_the_lan_is_out_at_the_start_goes_and_comes_back(
    tmp_path: Path, network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_address, "CHECK_S", 0.05)
    monkeypatch.setattr("anju_drivers.links.tcp.CHECK_S", 0.05)
    for present in (True, False):
        set_lan(present)
    rows = [DriverConfig(driver, driver.replace("_", "-"), LISTENING[driver](LAN, 18_090 + number))
            for number, driver in enumerate(sorted(LISTENING))]  # fmt: skip
    config = replace(with_drivers(box_config(tmp_path), *rows), http=HttpConfig(f"{LAN}:8470", f"{LAN}:8471"))
    async with running_box(config) as box:
        assert {"EDGE-LSN-001:kiosk", "EDGE-LSN-001:status"} <= set(box.health.troubles())
        for round_number in (1, 2):
            await until(lambda: all(f"EDGE-DRV-001:{row.name}" in box.health.troubles() for row in rows))
            assert press_rings(box, str(round_number).encode())
            set_lan(True)
            await until(lambda: box.kiosk is not None and box.status is not None)
            await until(lambda: not any(one.trouble for one in box.health.listeners), 20)
            for number, row in enumerate(rows):
                await answers(18_090 + number, row.driver)
            assert (await get(box.kiosk, "/healthz"))[0] in (200, 503)
            if round_number == 1:
                set_lan(False)
                await until(lambda: all(one.trouble for one in box.health.listeners), 20)


@contextlib.asynccontextmanager
async def kept(listener: Listener) -> AsyncIterator[None]:
    task = asyncio.create_task(listener.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()


async def _serve(host: str, port: int) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)


async def test_an_address_that_goes_is_a_trouble_until_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[OSError] = []
    monkeypatch.setattr("anju_edge.kiosk.listener.absence", lambda host: gone[0] if gone else None)
    listener = Listener("kiosk", Address("127.0.0.1", 0), _serve, check_s=0.01)
    async with kept(listener):
        await asyncio.wait_for(listener.tried.wait(), 5)
        assert (listener.trouble, listener.address is not None) == ("", True)
        gone.append(OSError(99, "Cannot assign requested address"))
        await until(lambda: listener.trouble == "127.0.0.1:0: this box does not have the address now")
        gone.clear()
        await until(lambda: listener.trouble == "")
    assert listener.address is None


@pytest.mark.parametrize("host", ["no such name..lan", "name.invalid", "256.1.1.1"])
async def test_a_name_that_is_none_is_a_trouble_and_no_more(host: str) -> None:
    listener = Listener("kiosk", Address(host, 0), _serve, retry_min_s=0.01, retry_max_s=0.01)
    async with kept(listener):
        await asyncio.wait_for(listener.tried.wait(), 20)
        assert listener.trouble


def test_where_to_bind_is_judged_without_looking_at_the_machine() -> None:
    assert bind_address("eth-gone") == "eth-gone"
    assert bind_address("lo") == "lo"
    assert present_address("lo") == "127.0.0.1"
    with pytest.raises(LinkLost, match="eth-gone"):
        present_address("eth-gone")


async def test_an_interface_whose_address_changes_is_listened_on_anew() -> None:
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    with pytest.raises(LinkLost, match="changed"):
        await fails_or_moves(never, "lo", "127.0.0.9", check_s=0.01)
