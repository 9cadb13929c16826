"""Recordings: what was heard is heard again, from a file and over a pseudo-terminal."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from anju_drivers.card_reader import SPEC
from anju_drivers.card_reader.frames import encode
from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import CardReading, LinkReading
from anju_drivers.testing.replay import Chunk, Recorder, RecordingError, load, replay_through, replay_to
from anju_drivers.testing.simulation import PtyDevice

CARD = encode(bytes.fromhex("67003B51C6"))


def record(path: Path) -> None:
    with Recorder(path, "card_reader") as recorder:
        for at, data in enumerate((CARD[:5], CARD[5:], CARD)):
            recorder.add(data, 100.0 + at / 50)


def test_a_recording_holds_bytes_and_times_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "tap.jsonl"
    record(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(load(path)) == [Chunk(0, CARD[:5]), Chunk(20, CARD[5:]), Chunk(40, CARD)]
    assert SPEC.decoder is not None
    assert [at for at, _ in replay_to(SPEC.decoder(), load(path))] == [20, 40]
    with pytest.raises(FileExistsError):
        record(path)


async def test_over_the_line_to_the_real_driver(tmp_path: Path) -> None:
    record(tmp_path / "tap.jsonl")
    device = PtyDevice(tmp_path / "tty")
    device.plug()
    intake = RecordingIntake()
    task = asyncio.create_task(SPEC.create("reader", {"port": device.link}).run(intake))
    await intake.until(LinkReading)
    await replay_through(device, load(tmp_path / "tap.jsonl"))
    await intake.until(CardReading("card_reader:reader", "em4100:67003B51C6"))
    await intake.until_heard(frames=2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    device.close()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x", 1),
        ('{"anju_recording": 9}', 1),
        ('{"anju_recording": 1}\n{"t_ms": 0, "hex": "0"}', 2),
        ('{"anju_recording": 1}\n[1]', 2),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, encoding="ascii")
    with pytest.raises(RecordingError) as error:
        list(load(path))
    assert error.value.line == line
