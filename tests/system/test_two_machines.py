"""Box and hub on two machines: processes in two network namespaces, real addresses, certificates on both sides."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from support.box_parts import ROSTER
from support.certificates import Authority, around_now, write_box, write_hub
from support.namespaces import Machine, two_machines
from support.paired import launched_now
from support.signed_in import sign_in

Json = dict[str, Any]  # Any: JSON documents of the APIs
LIMIT_S = 200.0  # only a hang meets it
GRPC, HTTP, KIOSK, STATUS = 7420, 7480, 8470, 8471
KIOSKS = 6
OURS, NEXT = Authority("ours"), Authority("next")


@dataclass
class Site:
    """Both machines and what runs there."""

    folder: Path
    box: Machine
    hub: Machine
    page: Mapping[str, str]  # headers of who is logged in at the hub

    @contextmanager
    def running(self, machine: Machine, program: str, config: str) -> Iterator[None]:
        """A program on a machine until the block ends; a clean stop ends it with 0."""
        words = (sys.executable, "-m", program, "run", "--config", self.folder / config)
        with (self.folder / f"{program}.log").open("ab") as log:
            process = subprocess.Popen(machine.command(*words), stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=60)
        assert code == 0

    def hub_runs(self) -> Any:  # Any: a context manager
        return self.running(self.hub, "anju_central", "central.toml")

    def box_runs(self) -> Any:  # Any: as above
        return self.running(self.box, "anju_edge", "edge.toml")

    def press(self, kiosk: int) -> None:
        """The help button of a kiosk, held as long as it must be."""
        base = f"http://127.0.0.1:{KIOSK}"
        body = json.dumps({"held_ms": 1_500}).encode()
        headers = {"Origin": base, "Content-Type": "application/json"}
        with self.box.inside():
            headers |= launched_now(KIOSK, self.folder / "box" / "run", f"kiosk-{kiosk}")
            request = urllib.request.Request(f"{base}/kiosk/kiosk-{kiosk}/api/help", body, headers)
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert json.load(answer)["outcome"] == "raised"

    def status(self) -> Json:
        """How the box is."""
        with self.box.inside():
            found = get(f"http://127.0.0.1:{STATUS}/healthz")
        return found if isinstance(found, dict) else {}

    def incidents(self) -> set[str]:
        """The devices of what is open at the hub."""
        with self.hub.inside():
            found = get(f"http://127.0.0.1:{HTTP}/api/incidents", self.page)
        return {one["device"] for one in found or []}

    def until(self, wanted: Callable[[], object], what: str) -> None:
        """Waits until something is so, on either machine."""
        end_s = time.monotonic() + LIMIT_S
        while not wanted():
            assert time.monotonic() < end_s, f"{what}: {self.status()}"
            time.sleep(0.05)

    def arrives(self, kiosk: int) -> None:
        """A press now becomes an incident at the hub."""
        self.press(kiosk)
        self.until(lambda: f"kiosk:kiosk-{kiosk}" in self.incidents(), f"the press at kiosk {kiosk}")


def get(url: str, headers: Mapping[str, str] = MappingProxyType({})) -> Any:  # Any: JSON
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:  # 503 carries the status as well
        return json.load(error)
    except (OSError, ValueError):  # not there yet
        return None


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    with two_machines() as (box, hub):
        (folder / "community.toml").write_text(ROSTER, encoding="utf-8")
        kiosks = "".join(f'[[kiosks]]\nname = "kiosk-{number}"\n' for number in range(1, KIOSKS + 1))
        (folder / "edge.toml").write_text(
            '[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "box"\nroster = "community.toml"\n'
            f'[http]\nkiosk_listen = "127.0.0.1:{KIOSK}"\nstatus_listen = "127.0.0.1:{STATUS}"\n'
            "[sync]\nreconnect_min_s = 0.1\nreconnect_max_s = 1.0\nalarm_reconnect_max_s = 1.0\n"
            f"[supervision]\nsynthetic_alarm_s = 0\n{kiosks}",
            encoding="utf-8",
        )
        (folder / "central.toml").write_text(
            f'data_dir = "hub"\ngrpc_address = "{hub.address}:{GRPC}"\nhttp_address = "127.0.0.1:{HTTP}"\n'
            '[[boxes]]\nbox = "box-1"\ncommunity = "ningdu"\nroster = "community.toml"\n',
            encoding="utf-8",
        )
        write_hub(folder / "hub", OURS.hub(hub.address), OURS.clients_pem)
        write_box(folder / "box", OURS.box(), OURS.roots_pem, f"{hub.address}:{GRPC}")
        yield Site(folder, box, hub, sign_in(folder / "hub"))


def moves(here: Site) -> int:
    state = here.status().get("uplink", {}).get("state") or {}
    return int(state.get("moves", 0))


@pytest.mark.timeout(300)
def test_alarms_cross_two_machines_through_new_certificates_new_roots_and_restarts(tmp_path: Path) -> None:
    with site(tmp_path) as here, here.box_runs():
        with here.hub_runs():
            here.until(lambda: here.status().get("uplink", {}).get("offline_s") == 0, "the first contact")
            here.arrives(1)
            both = OURS.roots_pem + NEXT.roots_pem
            taken = (tmp_path / "anju_central.log").read_text
            write_hub(tmp_path / "hub", OURS.hub(here.hub.address), OURS.clients_pem + NEXT.clients_pem)
            here.until(lambda: taken().count("new key and certificates are in use") == 1, "both roots at the hub")
            write_box(tmp_path / "box", OURS.box(), both, f"{here.hub.address}:{GRPC}")
            here.until(lambda: moves(here) == 3, "new certificate at the box")
            here.arrives(2)
            write_hub(tmp_path / "hub", NEXT.hub(here.hub.address), OURS.clients_pem + NEXT.clients_pem)
            here.until(lambda: taken().count("new key and certificates are in use") == 2, "new root at the hub")
            write_box(tmp_path / "box", NEXT.box(), both)
            here.until(lambda: moves(here) == 6, "a certificate of the new root at the box")
            here.arrives(3)
        here.press(4)  # nobody is there
        write_box(tmp_path / "box", NEXT.box(dates=around_now(-1, from_days=-2)), both)
        with here.hub_runs():
            here.until(lambda: "EDGE-IDN-001" in here.status().get("troubles", ()), "the expired certificate")
            assert here.status()["causes"]["EDGE-IDN-001"].startswith("CERTIFICATE_EXPIRED")
            assert "kiosk:kiosk-4" not in here.incidents()
            write_box(tmp_path / "box", NEXT.box(), both)
            here.until(lambda: "kiosk:kiosk-4" in here.incidents(), "what waited")
            here.arrives(5)
            assert here.incidents() >= {f"kiosk:kiosk-{number}" for number in range(1, 6)}


@pytest.mark.timeout(300)
def test_a_hub_of_another_district_gets_nothing(tmp_path: Path) -> None:
    with site(tmp_path) as here, here.box_runs():
        write_hub(tmp_path / "hub", NEXT.hub(here.hub.address), OURS.clients_pem)
        with here.hub_runs():
            here.until(lambda: "boxes on" in (here.folder / "anju_central.log").read_text(), "the hub")
            here.until(here.status, "the box")
            here.press(1)
            here.until(lambda: "UNAVAILABLE" in here.status()["uplink"]["state"]["alarm"]["error"], "the refusal")
            assert here.incidents() == set()
