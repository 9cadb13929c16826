"""16,000 open incidents at the hub, 10,000 strangers at the box, 3,000 slow connections, and one elder's press."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.flooding import flood

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900)]


async def test_an_elders_press_passes_sixteen_thousand_incidents_and_ten_thousand_strangers(tmp_path: Path) -> None:
    await flood(tmp_path, open_at_hub=16_000, strangers=10_000, connections=3_000)
