"""What tokens of machines are for."""

from __future__ import annotations

from typing import Final

METRICS: Final = "metrics"  # the hub in figures, of no person
SCOPES: Final = (METRICS,)
