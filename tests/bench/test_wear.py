"""What the wear bench says of its days."""

from __future__ import annotations

import pytest

from bench.wear_bench import DayWritten, b11_row

MET = DayWritten(150.0, 0)


def test_both_days_within_their_bars_are_met() -> None:
    assert b11_row(MET, DayWritten(340.0, 0)).met


@pytest.mark.parametrize(("nominal", "heavy"), [(DayWritten(201.0, 0), MET), (MET, DayWritten(351.0, 0))])
def test_a_day_that_writes_more_is_missed(nominal: DayWritten, heavy: DayWritten) -> None:
    assert not b11_row(nominal, heavy).met


@pytest.mark.parametrize(("nominal", "heavy"), [(DayWritten(1.0, 1), MET), (MET, DayWritten(1.0, 7))])
def test_a_day_of_which_events_were_dropped_fails(nominal: DayWritten, heavy: DayWritten) -> None:
    row = b11_row(nominal, heavy)
    assert not row.met
    assert "dropped" in row.value
