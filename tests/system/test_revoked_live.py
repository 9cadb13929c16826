"""A box is claimed, streams, and is revoked, by the commands that the documents name, over two machines."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_central.__main__ import app
from support.box_parts import ROSTER
from support.namespaces import two_machines
from support.signed_in import sign_in
from system.test_two_machines import GRPC, HTTP, KIOSK, STATUS, Site

ENROLMENT = 7421
OUT_WITHIN_S = 60.0  # what docs/security.md promises
PASSPHRASE = "correct horse battery"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with two_machines() as (box, hub):
        (tmp_path / "community.toml").write_text(ROSTER, encoding="utf-8")
        (tmp_path / "box").mkdir()
        kiosks = "".join(f'[[kiosks]]\nname = "kiosk-{number}"\n' for number in (1, 2))
        (tmp_path / "edge.toml").write_text(
            '[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "box"\nroster = "community.toml"\n'
            f'[http]\nkiosk_listen = "127.0.0.1:{KIOSK}"\nstatus_listen = "127.0.0.1:{STATUS}"\n'
            "[sync]\nreconnect_min_s = 0.1\nreconnect_max_s = 1.0\nalarm_reconnect_max_s = 1.0\n"
            f"[supervision]\nsynthetic_alarm_s = 0\n{kiosks}",
            encoding="utf-8",
        )
        (tmp_path / "central.toml").write_text(
            f'data_dir = "hub"\ngrpc_address = "{hub.address}:{GRPC}"\nhttp_address = "127.0.0.1:{HTTP}"\n'
            f'enrolment_address = "{hub.address}:{ENROLMENT}"\n',
            encoding="utf-8",
        )
        yield Site(tmp_path, box, hub, sign_in(tmp_path / "hub"))


def at_hub(here: Site, *words: str) -> str:
    """A command at the hub, beside the hub that runs."""
    done = CliRunner().invoke(app, [*words, "--config", str(here.folder / "central.toml")])
    assert done.exit_code == 0, done.output
    return done.output


def at_box(here: Site, *words: object) -> str:
    command = here.box.command(sys.executable, "-m", "anju_edge", *words, "--config", here.folder / "edge.toml")
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_authority(here: Site) -> None:
    word = here.folder / "word"
    word.write_text(PASSPHRASE)
    root = ("--root-key", str(here.folder / "root.pem"), "--passphrase-file", str(word))
    at_hub(here, "ca", "init", "--address", here.hub.address, *root)


def claim(here: Site) -> None:
    """The box is added at the hub and claimed at the box."""
    code = here.folder / "code.txt"
    at_hub(here, "box", "add", "ningdu", "box-1", "--hub", f"{here.hub.address}:{ENROLMENT}", "--file", str(code))
    at_box(here, "claim", "--file", code)


@pytest.mark.timeout(300)
def test_a_box_that_is_revoked_while_it_streams_is_out_within_a_minute_and_says_why(site: Site) -> None:
    make_authority(site)
    with site.hub_runs():
        site.until(lambda: "enrol on" in (site.folder / "anju_central.log").read_text(), "the enrolment port")
        claim(site)
        with site.box_runs():
            site.until(lambda: site.status().get("uplink", {}).get("offline_s") == 0, "the first contact")
            site.arrives(1)
            at_hub(site, "box", "revoke", "box-1")
            revoked_s = time.monotonic()
            site.until(lambda: site.status().get("uplink", {}).get("offline_s", 0) > 0, "the end of its streams")
            assert time.monotonic() - revoked_s <= OUT_WITHIN_S
            site.press(2)  # help on site goes on
            site.until(lambda: "EDGE-ENR-022" in site.status().get("troubles", ()), "the box learns that it is revoked")
            assert "kiosk:kiosk-2" not in site.incidents()
