"""Who was where when the box was last running, for those whom a rule of their place watches: kept over a restart.

Without it nobody who left while the box was restarted would ever have departed. Encrypted where the card is; a box that
waits for the hub's key does without. Whoever was out then is not in it, and is not told of again.
"""

from __future__ import annotations

import json
import logging
from typing import Final

from anju_edge.intake.presence import PresenceTracker
from anju_edge.journal.card import KeyMissing
from anju_edge.journal.entries import PersonalChange
from anju_edge.journal.recorder import Recorder
from anju_edge.journal.sql import EMERGENCY, KV
from anju_protos.v1.event_pb2 import Presence

_log = logging.getLogger(__name__)
_KEY: Final = "last_here"
_HERE: Final = frozenset({Presence.ARRIVED, Presence.MOVED, Presence.STILL_HERE, Presence.UNKNOWN})


class LastHere:
    """The receiver of each device that is here, or of which nobody can say."""

    def __init__(self, recorder: Recorder, presence: PresenceTracker) -> None:
        self._recorder = recorder
        self._presence = presence
        self._receivers: dict[str, str] = {}

    def take(self, device: str, presence: Presence) -> None:
        """Keeps what changed, with the event that says so."""
        receiver = presence.receiver if presence.change in _HERE else ""
        if receiver == self._receivers.get(device, ""):
            return
        if receiver:
            self._receivers[device] = receiver
        else:
            del self._receivers[device]
        self._recorder.later(_change(json.dumps(self._receivers).encode()))

    def forget_others(self, devices: set[str]) -> None:
        """Holds no longer what nobody watches any more."""
        self._receivers = {device: receiver for device, receiver in self._receivers.items() if device in devices}

    async def restore(self, devices: set[str], now_ms: int) -> None:
        """Takes what an earlier run kept of these devices: each is unknown until a receiver says more.

        Raises NotRecorded, when the disk is away.
        """
        try:
            data = await self._recorder.journal.kept(_KEY)
            kept = json.loads(data) if data else {}
        except KeyMissing:
            return
        except ValueError:
            _log.error("who was here cannot be read; it is left out")
            return
        for device, receiver in kept.items() if isinstance(kept, dict) else ():
            if device in devices and device not in self._receivers and isinstance(receiver, str):
                self._receivers[device] = receiver
                self._presence.resume(device, receiver, now_ms)


def _change(data: bytes) -> PersonalChange:
    return PersonalChange(
        plain=(KV.put, (_KEY, data)), emergency=(EMERGENCY.put_kept, (_KEY, b"")), encrypted=(_KEY, data)
    )
