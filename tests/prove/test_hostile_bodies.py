"""Thousands of hostile bodies into every HTTP listener of a whole box: text, numbers, sizes and depths."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.hostile_bodies import push_hostile_bodies

ROUNDS = 300

pytestmark = pytest.mark.prove


@pytest.mark.timeout(3600)
async def test_ten_thousand_hostile_bodies(tmp_path: Path) -> None:
    await push_hostile_bodies(tmp_path, ROUNDS)
