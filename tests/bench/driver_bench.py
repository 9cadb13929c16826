"""D1 to D4: what the drivers cost. Radio reports folded to presence, the nominal radio load, memory of idle drivers."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import statistics
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import uvloop

from anju_drivers.ble import ad, settings
from anju_drivers.ble.controller import encode_report
from anju_drivers.ble.frames import LE_META, AdvertisingReport, HciDecoder, Reassembler
from anju_drivers.ble.reading_mapper import ReadingMapper
from anju_drivers.ble.shared_state import SharedState
from anju_drivers.ble.simulator import USUAL_UUID, BleSimulator
from anju_drivers.driver import Reading, Sighting
from bench.bare_lines import bare_lines
from bench.community import Setup, address, write_box, write_roster
from bench.devices import devices
from bench.inside_bench import box_inside
from bench.nominal import playing
from bench.place import ROOT, fresh
from bench.programs import Box
from bench.report import Row

VECTORS = ROOT / "tests" / "vectors"
CHUNK = 512  # what one read of a busy serial line gives
ROUNDS, ROUND_S = 3, 2.0
BANDS, RECEIVERS = 100, 8
WARM_S, LOAD_S = 8.0, 20.0
ONVIF_CAMERAS = 20


def _captured() -> bytes:
    """Every capture of the BLE receivers one after the other, damaged ones too, and the BTHome ones as reports."""
    frames = [bytes.fromhex(item["input_hex"]) for item in json.loads((VECTORS / "ble_hci_h4.json").read_text())]
    for item in json.loads((VECTORS / "bthome_v2.json").read_text()):
        data = ad.encode(ad.service_data(int(item["service_uuid16"], 16), bytes.fromhex(item["input_hex"])))
        if len(data) <= 31:
            sender = bytes.fromhex(item.get("address", "A4:C1:38:8D:18:B2").replace(":", ""))
            frames.append(encode_report(AdvertisingReport(sender, 0, 0, data, -60)))
    return b"".join(frames)


def _ever_new() -> bytes:
    """430 bands whose every advertisement is another, so that nothing is known before it comes: no such site exists."""
    frames = []
    for number in range(20_000):
        beacon = b"\x02\x15" + USUAL_UUID + number.to_bytes(4, "big") + b"\xc5"
        data = ad.encode((ad.FLAGS, b"\x06"), ad.manufacturer_data(0x004C, beacon))
        frames.append(encode_report(AdvertisingReport(bytes.fromhex(address(number % 430)), 0, 0, data, -60)))
    return b"".join(frames)


class _Receiver:
    """What the driver does between the line and the box."""

    def __init__(self) -> None:
        options = {**BleSimulator().driver_options(), "receiver": "ble:receiver-0"}
        self._decoder, self._pieces = HciDecoder(), Reassembler()
        self._mapper = ReadingMapper(settings.read("bench", options), SharedState())

    def map_bytes(self, data: bytes, now_s: float) -> Iterator[Reading]:
        for event in self._decoder.feed(data):
            if isinstance(event, AdvertisingReport):
                whole = self._pieces.add(event)
                if whole is not None:
                    yield from self._mapper.map_report(whole, now_s)


def _chunks(stream: bytes) -> list[bytes]:
    return [stream[at : at + CHUNK] for at in range(0, len(stream), CHUNK)]


def _roster(folder: Path, stream: bytes) -> Path:
    """All that is sighted in the stream is adopted: presence is kept of it."""
    setup = Setup()
    path = write_roster(folder, setup)
    known = {f"ble:{address(number)}" for number in range(setup.bands)}
    receiver = _Receiver()
    heard = {
        one.device for chunk in _chunks(stream) for one in receiver.map_bytes(chunk, 0.0) if isinstance(one, Sighting)
    }
    with path.open("a", encoding="utf-8") as file:
        for device in sorted(heard - known):
            file.write(f'[[devices]]\nkey = "{device}"\nkind = "band"\nperiod_s = 0\n')
    return path


async def _folded(folder: Path, stream: bytes, seconds: float) -> tuple[float, float]:
    """Returns sightings/s that reached presence, and CPU us for each."""
    async with box_inside(folder, _roster(folder, stream)) as box:
        receiver, take, number = _Receiver(), box.intake.take, 0
        chunks = itertools.cycle(_chunks(stream))
        started, cpu = time.perf_counter(), time.process_time()
        while time.perf_counter() - started < seconds:
            for reading in receiver.map_bytes(next(chunks), time.monotonic()):
                number += type(reading) is Sighting
                take(reading)
            await asyncio.sleep(0)  # each read of the line is a turn of the loop
        return number / (time.perf_counter() - started), (time.process_time() - cpu) / max(1, number) * 1e6


def _cut(stream: bytes, seconds: float) -> float:
    """The raw limit: reports/s when frames are only cut by their lengths, and address and strength put in a table."""
    last: dict[bytes, int] = {}
    number, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        at, end = 0, len(stream)
        while at + 3 < end:
            size = 3 + stream[at + 2]
            if stream[at + 1] == LE_META:
                last[stream[at + 7 : at + 13]] = stream[min(at + size, end) - 1]
                number += 1
            at += size
    return number / (time.perf_counter() - started)


def d1() -> list[Row]:
    """Sightings decoded and folded."""
    captured, ever_new = _captured(), _ever_new()
    cut, ours, news = [], [], []
    for number in range(ROUNDS):
        cut.append(_cut(ever_new, 1.0))
        ours.append(uvloop.run(_folded(fresh(f"d1-{number}"), captured, ROUND_S)))
        news.append(uvloop.run(_folded(fresh(f"d1-new-{number}"), ever_new, ROUND_S)))
    return [_folding("the captures in a loop", ours, cut, 25_000), _folding("no two alike", news, cut, 10_000)]


def _folding(what: str, rounds: Sequence[tuple[float, float]], cut: Sequence[float], want: int) -> Row:
    rate, cpu_us = statistics.median(r for r, _ in rounds), statistics.median(c for _, c in rounds)
    limit = statistics.median(cut)
    return Row(
        "D1", f"BLE sightings decoded and folded into presence, {what}", f"{rate:,.0f}/s, {cpu_us:.1f} us CPU each",
        f">= {want:,}/s", rate >= want, f"frames only cut and counted: {limit:,.0f}/s", rate / limit,
        {"rate": rate, "cpu_us": cpu_us, "cut": limit},
    )  # fmt: skip


def _heard(box: Box) -> float:
    """Radio reports that the box has heard so far, as it says itself."""
    with urllib.request.urlopen(f"http://{box.status}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return sum(map(float, re.findall(r'anju_device_frames_total\{device="ble:receiver-\d"\} (\S+)', text)))


def d2() -> list[Row]:
    """A hundred bands and eight receivers, and nothing else."""
    folder = fresh("d2")
    setup = Setup(bands=BANDS, receivers=RECEIVERS)
    with playing(RECEIVERS, BANDS, 0) as tables:
        bare, _ = bare_lines(LOAD_S, [str(table["port"]) for table in tables if table["driver"] == "ble"])
    with playing(RECEIVERS, BANDS, 0) as tables, Box(write_box(folder, setup, "", drivers=tables)) as box:
        time.sleep(WARM_S)
        heard, cpu, started = _heard(box), box.cpu_s(), time.monotonic()
        time.sleep(LOAD_S)
        seconds = time.monotonic() - started
        busy, rate = (box.cpu_s() - cpu) / seconds * 100, (_heard(box) - heard) / seconds
    return [
        Row(
            "D2", f"box CPU with {BANDS} bands x {RECEIVERS} receivers at 1 Hz ({rate:.0f} reports/s heard)",
            f"{busy:.1f} % of a core", "<= 8 %", busy <= 8 and rate >= 0.85 * BANDS * RECEIVERS,
            f"the same lines only read: {bare:.1f} %", busy / bare if bare else None,
            {"percent": busy, "heard_per_s": rate, "bare_percent": bare},
        )
    ]  # fmt: skip


def _memory_mb(name: str, tables: Sequence[Mapping[str, object]]) -> float:
    """RSS of a box with these drivers, when all have found their devices."""
    with Box(write_box(fresh(name), Setup(bands=BANDS), "", drivers=tables)) as box:
        time.sleep(WARM_S)
        return box.memory_mb()


def d3_d4() -> list[Row]:
    """Memory."""
    bare = _memory_mb("d3-bare", [])
    with ExitStack() as stack:
        everyone = stack.enter_context(devices())
        idle = _memory_mb("d3", everyone)
        cameras = stack.enter_context(devices(ONVIF_CAMERAS, others=False))
        all_of_it = _memory_mb("d4", [*everyone, *cameras])
    limit = f"box without drivers: {bare:.0f} MB"
    return [
        Row(
            "D3", f"box RSS with all {len(everyone)} other drivers idle, each with its device", f"{idle:.0f} MB",
            "<= 100 MB", idle <= 100, limit, idle / bare, {"mb": idle, "bare_mb": bare},
        ),
        Row(
            "D4", f"the same with ONVIF and {len(cameras)} cameras", f"{all_of_it:.0f} MB",
            "<= 165 MB", all_of_it <= 165, limit, all_of_it / bare, {"mb": all_of_it, "bare_mb": bare},
        ),
    ]  # fmt: skip
