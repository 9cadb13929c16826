"""Canaries: a day with made-up names, flats and cards, then a search for them in everything that box and hub left."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from anju_central.simulation.certificates import make as make_certificates
from anju_drivers.ble.simulator import Band, BleSimulator
from anju_drivers.card_reader.simulator import CardReaderSimulator
from anju_edge.simulation.communities import toml_value
from support.processes import zygote
from support.running_box import on_the_air
from support.signed_in import signed_in, token_for_figures
from support.whole import Json, eventually, free_port, kiosk_at, operator_at

SEED = 20_261_124
SURNAMES, SYLLABLES = "鄂尉迟澹台", "鹮鹬鹳鸮鸫鹀"


class Canary:
    """A person who cannot be mistaken for anything else in a file."""

    def __init__(self, luck: random.Random, number: int) -> None:
        self.id = f"r-{number:04d}"
        self.name = luck.choice(SURNAMES) + "".join(luck.sample(SYLLABLES, 2)) + luck.choice("甪亓亖")
        self.flat = f"{luck.randrange(70, 99)}-{luck.randrange(70, 99)}-{luck.randrange(7_000, 9_999)}"
        self.card = f"{luck.randrange(1 << 40):010X}"
        self.band = f"c3{luck.randrange(1 << 40):010x}"

    def marks(self) -> dict[str, list[bytes]]:
        """What must not be found, in the forms in which it could be written."""
        raw = bytes.fromhex(self.card)
        number = int(self.card, 16)
        facility = f"{number >> 16 & 0xFF:03d},{number & 0xFFFF:05d}"
        return {
            "name": [self.name.encode(), self.name.encode("gbk", "ignore"), ascii(self.name).strip("'").encode()],
            "flat": [self.flat.encode()],
            "card": [raw, *(form.encode() for form in (self.card, self.card.lower(), f"{number:010d}", facility))],
        }


def roster(people: list[Canary]) -> str:
    lines = [
             'community = "ningdu"', "revision = 1", 'name_zh = "柠都社区"', 'time_zone = "Asia/Shanghai"',
             'token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"',
             "[[devices]]", 'key = "ble:receiver-1"', 'kind = "receiver"', 'zone = "z1"',
             "[[zones]]", 'id = "z1"', 'label_zh = "一单元"',
             "[[activities]]", 'id = "all-day"', 'title_zh = "阅览室"', 'starts = "00:00"', 'ends = "24:00"',
    ]  # fmt: skip
    for one in people:
        lines += ["[[devices]]", f'key = "ble:{one.band}"', 'kind = "band"']
        lines += ["[[residents]]", f'id = "{one.id}"', f'name = "{one.name}"', f'flat = "{one.flat}"']
        lines += ["[[bindings]]", f'device = "ble:{one.band}"', f'resident = "{one.id}"']
        lines += ["[[tokens]]", f'token = "em4100:{one.card}"', f'resident = "{one.id}"']
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("encryption", ["off", "on"])
async def test_no_name_flat_or_card_number_is_left_anywhere(tmp_path: Path, encryption: str) -> None:
    """With an encrypted card, no file of the box but the emergency file tells of a band, flat or resident either."""
    if encryption == "on":
        make_certificates(
            tmp_path / "hub", [("box-1", "ningdu", tmp_path / "box")]
        )  # the hub says its key to these alone
    luck = random.Random(SEED)
    people = [Canary(luck, number) for number in range(4)]
    (tmp_path / "roster").mkdir()
    (tmp_path / "roster" / "community.toml").write_text(roster(people), encoding="utf-8")
    reader = CardReaderSimulator()
    plugged = asyncio.create_task(reader.run())
    await reader.ready.wait()
    grpc, http, kiosk, status = (free_port() for _ in range(4))
    heard: dict[str, bytes] = {}
    try:
        async with on_the_air(BleSimulator([Band(one.band, period_s=0.3, sos_s=0.4) for one in people])) as air:
            edge, central = tmp_path / "edge.toml", tmp_path / "central.toml"
            edge.write_text(_edge(grpc, kiosk, status, air, reader, encryption), encoding="utf-8")
            central.write_text(_central(grpc, http), encoding="utf-8")
            async with zygote() as start, aiohttp.ClientSession() as session:
                page_of = await signed_in(tmp_path / "hub")
                figures = await token_for_figures(tmp_path / "hub")
                hub = await start.start("central", central, tmp_path / "central.log")
                box = await start.start("edge", edge, tmp_path / "edge.log")
                try:
                    await air.until_scanning()
                    await eventually(lambda: _answers(session, f"http://127.0.0.1:{http}/healthz"))
                    await eventually(lambda: _answers(session, f"http://127.0.0.1:{status}/healthz"))
                    async with operator_at(f"127.0.0.1:{http}", page_of) as operator:
                        async with kiosk_at(f"127.0.0.1:{kiosk}", tmp_path / "box" / "run") as page:
                            await page.until(lambda state: bool(state["time_known"]))
                            for one in people:
                                air.press_sos(one.band)
                                shown = await operator.incident(device=f"ble:{one.band}")
                                assert one.flat in shown["resident_label"], "people are shown to the operator"
                                await operator.acknowledge(shown)
                                await reader.tap(bytes.fromhex(one.card), held_s=0.05)
                                tap = await page.tap_shown()
                                assert tap["outcome"] == "recorded"
                                _, again = await page.check_in(f"em4100:{one.card}")
                                assert again["outcome"] == "duplicate"
                            await page.check_in("em4100:00CAFEBABE")
                            await page.post("check-in", token=people[0].card, nonce="zz")
                            await session.get(f"http://127.0.0.1:{kiosk}/kiosk/kiosk-1/{people[0].card}")
                            reader.send(b"\x02" + people[1].card.encode() + b"00\x03")  # a wrong checksum
                            await eventually(lambda: _has(operator.check_ins(), len(people)))
                    for name, port in (("box", status), ("hub", http)):
                        for path in ("healthz", "metrics"):
                            async with session.get(f"http://127.0.0.1:{port}/{path}", headers=figures) as response:
                                assert response.status == 200
                                heard[f"{name} /{path}"] = await response.read()
                finally:
                    await box.end(signal.SIGTERM)
                    await hub.end(signal.SIGTERM)
    finally:
        plugged.cancel()
        await asyncio.gather(plugged, return_exceptions=True)
    files = [path for folder in ("box", "hub") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"journal.sqlite", "store.sqlite"} <= names
    heard |= {f"{path.parent.name}/{path.name}": path.read_bytes() for path in files}
    logs = {path.name: path.read_bytes() for path in (tmp_path / "edge.log", tmp_path / "central.log")}
    logs |= {where: data for where, data in heard.items() if "/metrics" in where or "/healthz" in where}
    heard |= logs
    assert all(heard[name] for name in ("edge.log", "central.log", "box /metrics", "hub /metrics"))
    rows = {f"{path.parent.name}/{path.name}": _rows(path) for path in files if path.suffix == ".sqlite"}
    found = [
        f"{kind} of {one.id} in {where}"
        for one in people
        for kind, forms in one.marks().items()
        for form in forms
        for where, data in ((rows | logs) if kind == "flat" else heard).items()
        if form and form in data
    ]
    assert not found, found
    card = {path.name: path.read_bytes() for path in files if path.is_relative_to(tmp_path / "box")}
    others = b"".join(data for name, data in card.items() if not name.startswith("emergency"))
    told = {mark for one in people for mark in (one.id, one.flat, one.band) if mark.encode() in others}
    assert told == set() if encryption == "on" else told
    assert encryption == "off" or b"ble:" + people[0].band.encode() in card["emergency.sqlite"]


def _rows(path: Path) -> bytes:
    """All rows of a database but the box's last good roster, which must say whose flat it is to the responders."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
        found = [row for table in tables for row in db.execute(f'select * from "{table}"')]
    cells = (cell for row in found if row[0] != "roster" for cell in row)
    return b"\0".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def _has(asked: Awaitable[list[Json]], wanted: int) -> bool:
    return len(await asked) == wanted


def _edge(hub: int, kiosk: int, status: int, air: BleSimulator, reader: CardReaderSimulator, encryption: str) -> str:
    lines = [
        "[box]", 'id = "box-1"', 'community = "ningdu"', 'data = "box"', 'roster = "roster/community.toml"',
        "[hub]", f'address = "127.0.0.1:{hub}"',
        "[http]", f'kiosk_listen = "127.0.0.1:{kiosk}"', f'status_listen = "127.0.0.1:{status}"',
        "[journal]", "linger_s = 0.05", "ballast_bytes = 0", f'encryption = "{encryption}"',
        "[sync]", "reconnect_min_s = 0.05", "reconnect_max_s = 0.2", "status_period_s = 0.3",
        "[[kiosks]]", 'name = "kiosk-1"', 'reader = "card_reader:kiosk-1"',
    ]  # fmt: skip
    for driver, name, options in (
        ("ble", "receiver-1", air.driver_options()),
        ("card_reader", "kiosk-1", reader.driver_options()),
    ):
        lines += ["[[drivers]]", f'driver = "{driver}"', f'name = "{name}"']
        lines += [f"{key} = {toml_value(value)}" for key, value in options.items()]
    return "\n".join(lines) + "\n"


def _central(grpc: int, http: int) -> str:
    return (
        f'data_dir = "hub"\ngrpc_address = "127.0.0.1:{grpc}"\nhttp_address = "127.0.0.1:{http}"\n'
        '[[boxes]]\nbox = "box-1"\ncommunity = "ningdu"\nroster = "roster/community.toml"\n'
    )
