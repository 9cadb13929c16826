"""Every trouble code has words at the box and at the console."""

from __future__ import annotations

import re

import pytest

from anju_edge.health.trouble_codes import TROUBLES, advice_for
from support.paths import ROOT

CODE = re.compile(r"EDGE-[A-Z]{3}-[0-9]{3}")


def test_every_code_that_is_raised_has_words_and_no_other() -> None:
    raised = set(CODE.findall((ROOT / "edge/anju_edge/health/health.py").read_text(encoding="utf-8")))
    assert raised == set(TROUBLES)


@pytest.mark.parametrize("place", ["central/web/src/state/boxes.ts", "docs/install.md"])
def test_the_console_and_the_technicians_page_know_the_same_codes(place: str) -> None:
    assert set(CODE.findall((ROOT / place).read_text(encoding="utf-8"))) == set(TROUBLES)


def test_a_name_behind_a_code_is_no_part_of_it() -> None:
    assert advice_for("EDGE-DRV-001:gate") is TROUBLES["EDGE-DRV-001"]
    assert advice_for("EDGE-NEW-001") is None
