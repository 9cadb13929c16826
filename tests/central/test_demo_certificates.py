"""The demo's certificates: what hub and boxes take, made anew for boxes at each start under the same authority."""

from __future__ import annotations

from pathlib import Path

from anju_central.access.grpc_tls import read_files
from anju_central.simulation.certificates import make
from anju_edge.identity.key import read_identity


def test_hub_and_boxes_find_what_they_need(tmp_path: Path) -> None:
    boxes = [(f"box-{number}", "ningdu", tmp_path / f"box-{number}") for number in (1, 2)]
    make(tmp_path / "hub", boxes)
    first = [read_identity(data) for _, _, data in boxes]
    hub = read_files(tmp_path / "hub" / "tls")
    make(tmp_path / "hub", boxes)
    again = [read_identity(data) for _, _, data in boxes]
    assert read_files(tmp_path / "hub" / "tls") == hub
    assert [(one.box, one.community, one.roots_pem) for one in first] == [
        (one.box, one.community, one.roots_pem) for one in again
    ]
    assert {one.key_pem for one in first}.isdisjoint(one.key_pem for one in again)
    assert not list(tmp_path.rglob("root.key"))
