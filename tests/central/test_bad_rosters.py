"""A roster that cannot be read is one community's trouble: the hub starts, says so, and takes the mended one."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path

import pytest

from anju_central.registry.labels import Labels
from support.events import ALARM, Box, alarm
from support.hubs import ROSTER, config, running


def spoil(path: Path, how: str) -> None:
    if how == "gone":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "no text":
        path.write_bytes(bytes(range(128, 256)) * 40)
    elif how == "cut":
        path.write_text(ROSTER.partition("Building")[0], encoding="utf-8")
    else:
        path.write_text(ROSTER.replace("Asia/Shanghai", "Nowhere/None"), encoding="utf-8")


@pytest.mark.parametrize("how", ["gone", "empty", "no text", "cut", "no such zone"])
async def test_the_hub_starts_without_a_roster_and_takes_it_when_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    load = Labels.load

    def spoilt(files: Mapping[str, Path], may_lack: Container[str] = ()) -> Labels:
        spoil(tmp_path / "ningdu.toml", how)
        return load(files, may_lack)

    config(tmp_path)
    monkeypatch.setattr(Labels, "load", spoilt)
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        [incident] = (await hub.http.get("/api/incidents")).json()
        assert (incident["community_zh"], incident["device_zh"]) == ("ningdu", "ble:ac233fc001aa")
        health = (await hub.http.get("/healthz")).json()
        assert health["ok"]
        assert "ningdu" in health["notices"][0]
        (tmp_path / "ningdu.toml").write_text(ROSTER, encoding="utf-8")
        await hub.parts.label_watch.poll()
        [incident] = (await hub.http.get("/api/incidents")).json()
        assert incident["community_zh"] == "柠都社区"
        assert (await hub.http.get("/healthz")).json()["notices"] == []
