"""How it stands with the encrypted card, for people: its level, and what they should look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class CardLevel(StrEnum):
    """What a thief reads: all; all until the box is claimed, or until the hub has said its key; the emergency file."""

    OFF = "off"
    UNCLAIMED = "unclaimed"
    WAITS = "waits"
    ON = "on"


class EncryptedJournal(Protocol):
    """What is needed of the journal; `journal.Journal` says more."""

    @property
    def is_encrypted(self) -> bool: ...
    @property
    def emergency_trouble(self) -> str: ...


class KeysOfCard(Protocol):
    """What is needed of `card_lock.CardLock`."""

    refused: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class CardState:
    """What is asked of it.

    `wanted`: the configuration asks for encryption. `roster_file_is_there`: a roster that a person wrote lies on it.
    `is_claimed`: without a claim no hub can prove who it is, and keep keys for the box.
    """

    wanted: bool
    journal: EncryptedJournal
    keys: KeysOfCard
    roster_file_is_there: Callable[[], bool]
    is_claimed: Callable[[], bool]

    @property
    def level(self) -> CardLevel:
        if self.journal.is_encrypted:
            return CardLevel.ON
        if not self.wanted:
            return CardLevel.OFF
        return CardLevel.WAITS if self.is_claimed() else CardLevel.UNCLAIMED

    @property
    def level_for_hub(self) -> CardLevel:
        """As hubs know it: to them a box that is not claimed yet is one that waits."""
        return CardLevel.WAITS if self.level is CardLevel.UNCLAIMED else self.level

    def troubles(self, *, is_connected: bool) -> dict[str, str]:
        """Returns codes and what is known of their causes. `is_connected`: the hub has been there for a while."""
        found = {}
        if self.level is CardLevel.WAITS and is_connected and not self.keys.is_held:
            found["EDGE-CRD-001"] = "the hub has not said its key"
        if self.keys.refused:
            found["EDGE-CRD-002"] = f"{self.keys.refused} keys"
        if self.journal.emergency_trouble:
            found["EDGE-CRD-003"] = self.journal.emergency_trouble
        if self.level is CardLevel.ON and self.roster_file_is_there():
            found["EDGE-CRD-004"] = ""
        return found
