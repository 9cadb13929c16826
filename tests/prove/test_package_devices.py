"""What reaches a box through the units' own walls under a real systemd: a serial reader, and the air by rtl_433.

No stick and no reader is there: a pseudo-terminal stands for the port (`DevicePolicy=closed` leaves a unit those), and
Debian's own rtl_433 decodes pulses from a file instead of a tuner. Everything else is as installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from support.debian_machine import Machine, booted, layer_over, root_or_skip
from support.package_rig import UP_S, configure, install, put, start_box
from support.packages import build_package

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3600)]

PORT: Final = "/run/sim/reader"
DRIVERS: Final = f"""
[[drivers]]
driver = "card_reader"
name = "kiosk-1"
port = "{PORT}"
[[drivers]]
driver = "rtl433"
name = "433"
udp = "127.0.0.1:1433"
[[drivers.paired]]
model = "Generic-Remote"
id = 23130
cmd = 17
device = "rtl433:pendant-12"
"""
# EV1527 as rtl_433's decoder 30 reads it: 464 us high and 1404 low is 0, the other way round is 1, 25 pulses a burst
CODE: Final = 0x5A5A11
SHORT_US, LONG_US, REST_US = 464, 1404, 14_000
INSTEAD_OF_A_TUNER: Final = '[Service]\nEnvironment="RTL433_TUNER=-r /srv/press.ook"\n'


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_package("anju-edge", tmp_path_factory.mktemp("edge"))


@pytest.fixture(params=["bookworm", "trixie"])
def system(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A Debian that is not booted yet."""
    with layer_over(root_or_skip(request.param, make=True)) as path:
        yield path


def pulses() -> str:
    """Returns a press as rtl_433 keeps pulses (its `-w press.ook`): microseconds high, microseconds low."""
    pairs = [(LONG_US, SHORT_US) if bit == "1" else (SHORT_US, LONG_US) for bit in f"{CODE:024b}"]
    burst = [*pairs, (SHORT_US, REST_US)] * 4
    head = f";pulse data\n;version 1\n;timescale 1us\n;ook {len(burst)} pulses\n;freq1 433920000\n"
    return head + "".join(f"{high} {low}\n" for high, low in burst) + ";end\n"


def heard(machine: Machine, device: str) -> int:
    """Returns how many frames of a device the box has taken."""
    return sum(int(row["frames"]) for row in machine.health()["devices"] if row["device"] == device)


def test_a_reader_and_the_air_are_heard_from_inside_the_units(system: Path, edge: Path) -> None:
    put(system, edge)
    (system / "srv" / "press.ook").write_text(pulses())
    drop_in = system / "etc/systemd/system/anju-rtl433.service.d/pulses.conf"
    drop_in.parent.mkdir(parents=True)
    drop_in.write_text(INSTEAD_OF_A_TUNER)
    with booted(system) as machine:
        install(machine, edge)
        configure(machine, more=DRIVERS)
        machine.shell(
            "mkdir /run/sim; systemd-run --unit=reader /usr/bin/anju-edge simulate card_reader "
            f"--option link={PORT} --every 1"
        )
        machine.wait_for("the simulated port", lambda: machine.run("test", "-e", PORT, check=False).code == 0, UP_S)
        machine.shell(f'port=$(readlink -f {PORT}); chgrp dialout "$port"; chmod 660 "$port"')  # as udev does
        start_box(machine)
        machine.wait_for("a card", lambda: heard(machine, "card_reader:kiosk-1") > 0, UP_S)
        assert heard(machine, "rtl433:pendant-12") == 0

        machine.run("systemctl", "start", "anju-rtl433")
        machine.wait_for("a press on the air", lambda: heard(machine, "rtl433:pendant-12") > 0, UP_S)
        machine.wait_for("its incident", lambda: machine.health()["incidents"]["open"] > 0, UP_S)
