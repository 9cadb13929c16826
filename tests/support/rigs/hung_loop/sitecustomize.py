"""On PYTHONPATH of a real box: SIGUSR1 hangs its event loop, as a driver that never gives way would."""

from __future__ import annotations

import signal
import time


def _hang(_number: int, _frame: object) -> None:
    while True:
        time.sleep(1)


signal.signal(signal.SIGUSR1, _hang)
