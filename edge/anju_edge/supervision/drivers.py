"""Runs drivers: one that fails is restarted after a pause and shown; the others do not notice."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from dataclasses import dataclass

from anju_drivers.driver import Driver, cautions_of
from anju_drivers.errors import DeviceRefused, DriverError, LinkLost
from anju_edge.clock import Clock
from anju_edge.intake.intake import BoxIntake
from anju_edge.supervision.own_task import CancelledItself, in_own_task

_log = logging.getLogger(__name__)

LINK_RETRY_MAX_S = 2.0  # an unplugged receiver is back within 3 s of its return


STEADY_S = 60.0  # a driver that ran this long starts again without delay


@dataclass(slots=True)
class DriverHealth:
    """How one driver is doing. `failing_since_ms` is running time; `bug` stays until a restart of the box."""

    name: str
    driver: str
    restarts: int = 0
    running: bool = False
    started_ms: int = 0
    failing_since_ms: int | None = None
    error: str = ""
    bug: str = ""
    is_refused: bool = False  # the device answers, and a person must act: its power and cable are fine
    cautions: tuple[str, ...] = ()  # codes of what its configuration leaves undone

    def is_failing(self, now_ms: int) -> bool:
        """True from a failure until the driver has run for a minute again."""
        steady = self.running and now_ms - self.started_ms > STEADY_S * 1000
        return self.failing_since_ms is not None and not steady


async def supervise(
    driver: Driver, intake: BoxIntake, health: DriverHealth, clock: Clock, retry_min_s: float, retry_max_s: float
) -> None:
    """Runs a driver for ever: whatever it raises stays here, is shown in `health`, and it starts again."""
    pause_s = retry_min_s
    health.cautions = tuple(caution.code for caution in cautions_of(driver))
    while True:
        started_ms = health.started_ms = clock.elapsed_ms()
        health.running = True
        limit_s = retry_max_s
        try:
            await in_own_task(driver.run(intake), f"run of {driver.name}")
            health.error, health.is_refused = "ended by itself", False
        except CancelledItself:
            health.error, health.is_refused = "cancelled itself", False
        except DriverError as error:
            health.error, health.is_refused = str(error), isinstance(error, DeviceRefused)
            if isinstance(error, LinkLost):
                limit_s = min(retry_max_s, LINK_RETRY_MAX_S)
        except Exception as error:  # noqa: BLE001 - the one place: a bug in one driver must not silence the others
            health.error = f"{type(error).__name__} in {traceback.extract_tb(error.__traceback__)[-1].name}"
            health.bug, health.is_refused = health.error, False
            _log.exception("driver %s: a bug; it starts again", health.name)
        finally:
            health.running = False
        pause_s = min(pause_s, limit_s)
        now_ms = clock.elapsed_ms()
        if now_ms - started_ms > STEADY_S * 1000:
            pause_s = retry_min_s
            health.failing_since_ms = None
        if health.failing_since_ms is None:
            health.failing_since_ms = now_ms
            _log.warning("driver %s fails: %s", health.name, health.error)
        health.restarts += 1
        await asyncio.sleep(pause_s * random.uniform(0.8, 1.2))
        pause_s = min(pause_s * 2, limit_s)
