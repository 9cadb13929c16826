"""The uplink as health and pages show it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

NOTES_KEPT: Final = 20
OFFLINE_SHOWN_S: Final = 5.0  # kiosk rule K13: the strip appears within 10 s; a blink of the line is nobody's business


@dataclass(slots=True)
class ChannelState:
    """One channel as it is shown. `since_s` is monotonic: of the last change between connected and not."""

    connected: bool = False
    since_s: float = field(default_factory=time.monotonic)
    refusal: str = ""  # why the hub does not serve us, as it said
    error: str = ""  # why the last session ended
    sessions: int = 0
    rtt_ms: float | None = None

    def set(self, connected: bool) -> None:
        """Notes a change."""
        if connected != self.connected:
            self.connected, self.since_s = connected, time.monotonic()


@dataclass(slots=True)
class UplinkState:
    """The uplink as health and pages show it."""

    alarm: ChannelState = field(default_factory=ChannelState)
    bulk: ChannelState = field(default_factory=ChannelState)
    control: ChannelState = field(default_factory=ChannelState)
    last_ack_s: float | None = None  # monotonic
    quarantined: int = 0  # events that the hub could not understand
    rewinds: int = 0
    forks: int = 0
    hub_restores: int = 0
    lost_at_hub: int = 0  # times a restored hub had other facts where it had confirmed ours, which are gone here
    hub_changes: int = 0  # times Control met a hub with another epoch than before
    resent_alarms: int = 0  # times the alarm channel was given up because an alarm was not confirmed in time
    own_fault: str = ""  # what is wrong with what this box shows the hub, `CODE: words`; looked at before each attempt
    moves: int = 0  # of channels to a line with a new certificate
    has_hub: bool = True  # False until it is known where the hub is
    notes: list[str] = field(default_factory=list)  # newest last: forks, restores, what a person should know

    @property
    def offline_s(self) -> float:
        """For how long there has been no channel for facts; 0 while there is one, and without a hub."""
        if not self.has_hub or self.alarm.connected or self.bulk.connected:
            return 0.0
        return time.monotonic() - max(self.alarm.since_s, self.bulk.since_s)

    def meets_hub(self) -> None:
        """Notes that there is a hub from now on: until now nothing was missing."""
        self.has_hub = True
        self.alarm.since_s = self.bulk.since_s = self.control.since_s = time.monotonic()

    def is_offline(self) -> bool:
        """Whether the hub is away for so long that pages show it (kiosk rule K13)."""
        return self.offline_s > OFFLINE_SHOWN_S

    @property
    def refusal(self) -> str:
        """Why the hub refuses us, empty if it does not."""
        return self.alarm.refusal or self.bulk.refusal or self.control.refusal

    def note(self, text: str) -> None:
        """Adds a note."""
        self.notes.append(text)
        del self.notes[:-NOTES_KEPT]
