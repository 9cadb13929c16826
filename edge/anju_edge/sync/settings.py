"""How the box sends: section `[sync]` of its configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from anju_protos.line_check import KEEPALIVE_S


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """Section `[sync]`; the example file says what each key does."""

    zstd: Literal["auto", "on", "off"] = "auto"  # auto: on slow lines
    batch_events: int = field(default=500, metadata={"range": (1, 2000)})
    alarm_resend_s: float = field(default=3.0, metadata={"range": (0.2, 60)})
    bulk_resend_s: float = field(default=60.0, metadata={"range": (1, 600)})
    welcome_timeout_s: float = field(default=15.0, metadata={"range": (0.2, 120)})
    reconnect_min_s: float = field(default=0.5, metadata={"range": (0.01, 60)})
    reconnect_max_s: float = field(default=30.0, metadata={"range": (0.01, 600)})
    alarm_reconnect_max_s: float = field(default=5.0, metadata={"range": (0.01, 60)})
    seal_backlog_events: int = field(default=5_000, metadata={"range": (100, 10_000_000)})
    seal_offline_s: float = field(default=600.0, metadata={"range": (1, 1e6)})
    status_period_s: float = field(default=10.0, metadata={"range": (0.2, 60)})
    time_period_s: float = field(default=600.0, metadata={"range": (1, 86_400)})
    keepalive_s: float = field(default=KEEPALIVE_S, metadata={"range": (1, 600)})
