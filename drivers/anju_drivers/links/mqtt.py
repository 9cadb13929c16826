"""What our clients of an MQTT broker share: who they are there, and that no message waits in a queue that may be full.

None of it needs the MQTT library, which is loaded only where a broker is configured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from anju_drivers.driver import Intake, NamedIntake

if TYPE_CHECKING:
    from aiomqtt import Message


def client_id(intake: Intake, name: str) -> str:
    """Returns the identifier of a driver's client, such as `anju-ningdu-1-lora`.

    A broker throws a client out when another comes with its identifier, and drivers of two boxes have the same names:
    so the box stands in it. Only MQTT 3.1 had a limit of 23 bytes (MQTT 3.1.1, section 3.1.3.1).
    """
    box = intake.box if isinstance(intake, NamedIntake) else ""
    return f"anju-{box}-{name}" if box else f"anju-{name}"


def keep_cancelled() -> None:
    """Up to Python 3.11 asyncio.wait_for, which the client uses, loses a cancellation that meets its result.

    To be called after each of its calls. Raises CancelledError when the task was to end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Handover(asyncio.Queue["Message"]):
    """Stands in for aiomqtt's queue of incoming messages: each is taken the moment it arrives, none waits.

    The library acknowledges a message when it has put it here, and drops what a full queue does not take; messages that
    wait when the connection ends are never read. So they are taken in `put_nowait`, and are taken before they are
    acknowledged. What `take` raises is kept for whoever waits for messages (`raise_failure`); later ones are still
    taken.
    """

    def __init__(self, take: Callable[[Message], None]) -> None:
        super().__init__()
        self._take = take
        self._failure: Exception | None = None

    @property
    def queue_type(self) -> type[asyncio.Queue[Message]]:
        """What `aiomqtt.Client` is given to make its queue with: it asks once, for a size, and gets this one."""
        return cast("type[asyncio.Queue[Message]]", lambda maxsize: self)

    def put_nowait(self, item: Message) -> None:
        try:
            self._take(item)
        except Exception as error:  # noqa: BLE001 - it belongs to the driver's task, which raises it; not to the library
            if self._failure is None:
                self._failure = error
                super().put_nowait(item)  # wakes that task

    def raise_failure(self) -> None:
        """Raises what `take` raised first."""
        if self._failure is not None:
            raise self._failure
