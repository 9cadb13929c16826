"""A flood from all sides, small enough for every run; the whole of it is in `tests/prove/test_flood.py`."""

from __future__ import annotations

from pathlib import Path

from support.flooding import flood


async def test_an_elders_press_passes_a_flood(tmp_path: Path) -> None:
    await flood(tmp_path, open_at_hub=300, strangers=300, connections=100)
