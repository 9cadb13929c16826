"""What rules need to know of a device's model: how often it is heard, what it reports, how long its battery lasts.

By the model's name in the roster where that is known here, else by the driver's family, which begins the device's key.
Figures are engineering values: intervals as makers ship them, battery lives from their data sheets, rounded down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from anju_protos.v1.control_pb2 import Device


@dataclass(frozen=True, slots=True)
class Model:
    """`interval_ms`: how often receivers hear it, None where nobody knows or it is not heard by receivers.

    `battery_days`: how long a full battery lasts; `warn_days`: how long before its end somebody has to be told.
    """

    interval_ms: int | None = None
    reports_motion: bool = False
    battery_days: int | None = None
    warn_days: int = 2


UNKNOWN: Final = Model()
BY_NAME: Final[dict[str, Model]] = {  # the roster's model begins so
    "minew-b10": Model(interval_ms=1_000, battery_days=180, warn_days=14),
    "minew-": Model(interval_ms=2_000, battery_days=365, warn_days=14),
    "moko-": Model(interval_ms=1_000, battery_days=365, warn_days=14, reports_motion=True),
    "holyiot-": Model(interval_ms=1_000, battery_days=180, warn_days=14),
    "ela-": Model(interval_ms=2_000, battery_days=730, warn_days=30),
}
BY_FAMILY: Final[dict[str, Model]] = {  # the device's key begins so
    "setracker": Model(reports_motion=True, battery_days=3, warn_days=1),
    "thinkrace_iw": Model(battery_days=3, warn_days=1),
    "jt808": Model(battery_days=5, warn_days=1),
    "gt06": Model(battery_days=10, warn_days=2),
    "eview_ev07b": Model(reports_motion=True, battery_days=4, warn_days=1),
}
DEPARTED_LEAST_MS: Final = 20_000
DEPARTED_INTERVALS: Final = 5
LOOK_MS: Final = 1_000  # the box looks once a second: an exit is noticed this much after the silence


def model_of(device: Device) -> Model:
    """Returns what is known of a device's model."""
    name = device.model.strip().lower().replace(" ", "-")
    for prefix, model in BY_NAME.items():
        if name.startswith(prefix):
            return model
    return BY_FAMILY.get(device.key.partition(":")[0], UNKNOWN)


def departed_after_ms(model: Model) -> int | None:
    """Returns the silence that is a departure, so that an exit is noticed in max(20 s, 5 intervals); None: unknown."""
    if model.interval_ms is None:
        return None
    return max(DEPARTED_LEAST_MS, DEPARTED_INTERVALS * model.interval_ms) - LOOK_MS
