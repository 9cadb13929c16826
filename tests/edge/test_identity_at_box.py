"""What a box makes of its hub's address and of its own certificate: it always starts, and never goes out plain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from anju_central.access.grpc_tls import ServerCertificates
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.cli.all_verbs import app
from anju_edge.config import HubConfig
from anju_edge.process_end import EXIT_CONFIG
from anju_protos.v1.event_pb2 import ALARM
from support.box_parts import ROSTER
from support.certificates import Authority, write_box, write_hub
from support.running_box import ON, box_config, relay_shows, running_box, snapshot, until
from support.sync_rig import BOX, hub_at, stored

OURS = Authority()
HERE = OURS.hub()
FAR = "192.0.2.7:7420"  # RFC 5737: nobody's address


def check(folder: Path, hub: str) -> tuple[int, str]:
    (folder / "community.toml").write_text(ROSTER, encoding="utf-8")
    config = folder / "edge.toml"
    config.write_text(
        '[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "data"\nroster = "community.toml"\n'
        f'[hub]\naddress = "{hub}"\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["check-config", "--config", str(config)])
    return done.exit_code, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("hub", "certified", "code", "words"),
    [
        ("", False, 0, "hub: 未配置，网关独立工作 · none"),
        ("127.0.0.1:7420", False, 0, "hub: 127.0.0.1:7420，不加密，仅限本机 plain, this machine alone"),
        (FAR, False, EXIT_CONFIG, "anju-edge claim"),
        (FAR, True, 0, f"hub: {FAR}，凭证书 by certificate"),
        ("", True, 0, "hub: hub.example:7420，凭证书 by certificate"),  # as the claim said
        ("127.0.0.1:7420", True, 0, "hub: 127.0.0.1:7420，凭证书 by certificate"),
    ],
)
def test_check_config_says_how_the_hub_is_reached(
    tmp_path: Path, hub: str, certified: bool, code: int, words: str
) -> None:
    if certified:
        write_box(tmp_path / "data", OURS.box(), OURS.roots_pem, "hub.example:7420")
    done, said = check(tmp_path, hub)
    assert (done, words in said) == (code, True), said


def test_check_config_names_a_damaged_key(tmp_path: Path) -> None:
    write_box(tmp_path / "data", OURS.box(), OURS.roots_pem)
    (tmp_path / "data" / "identity" / "key.pem").write_bytes(b"half")
    code, said = check(tmp_path, FAR)
    assert (code, "IDENTITY_DAMAGED" in said, "key.pem" in said) == (EXIT_CONFIG, True, True)


@pytest.mark.parametrize("damaged", [False, True])
async def test_a_box_without_a_certificate_starts_helps_and_says_so(tmp_path: Path, damaged: bool) -> None:
    with RelaySimulator() as relay:
        config = replace(box_config(tmp_path, relay=relay), hub=HubConfig(FAR))
        if damaged:
            write_box(config.box.data, OURS.box(), OURS.roots_pem)
            (config.box.data / "identity" / "certificate.pem").write_bytes(b"\xff" * 10)
        async with running_box(config) as box:
            await relay_shows(relay, lambda board: board.on == {1: False})
            await box.kiosk_service.help("kiosk-1", 1_500)
            await relay_shows(relay, lambda board: ON in board.received)
            told: dict[str, Any] = await snapshot(box)
            assert "EDGE-IDN-001" in told["troubles"]
            code = "IDENTITY_DAMAGED" if damaged else "IDENTITY_MISSING"
            assert told["causes"]["EDGE-IDN-001"].startswith(code)
            assert "EDGE-UPL-002" not in told["troubles"]
            if not damaged:
                write_box(config.box.data, OURS.box("box-9"), OURS.roots_pem)
                uplink = box.health.uplink
                assert uplink is not None
                await until(lambda: "IDENTITY_OTHER_BOX" in box.health.causes().get("EDGE-IDN-001", ""))


async def test_a_box_that_starts_without_any_hub_takes_up_its_claim_as_it_runs(tmp_path: Path) -> None:
    write_hub(tmp_path / "hub", HERE, OURS.clients_pem)
    certificates = ServerCertificates.open(tmp_path / "hub" / "tls")
    config = replace(box_config(tmp_path), hub=HubConfig(""))
    config = replace(config, box=replace(config.box, id=BOX.box, community=BOX.community))
    async with hub_at(tmp_path / "hub", certificates=certificates) as hub, running_box(config) as box:
        told: dict[str, Any] = await snapshot(box)
        assert (told["uplink"]["state"], told["uplink"]["offline_s"]) == (None, 0)
        assert not [code for code in told["troubles"] if code.startswith(("EDGE-IDN", "EDGE-UPL", "EDGE-ENR"))]
        await box.kiosk_service.help("kiosk-1", 1_500)
        assert box.health.uplink is None, "nobody is missed"
        issued = OURS.box(config.box.id, config.box.community)
        write_box(config.box.data, issued, OURS.roots_pem, f"127.0.0.1:{hub.port}")
        await until(lambda: box.health.uplink is not None and box.health.uplink.alarm.connected)
        await until(lambda: not box.journal.waiting().get(ALARM, 0))
    assert stored(tmp_path / "hub").count() > 0, "the press from before the claim is there"
