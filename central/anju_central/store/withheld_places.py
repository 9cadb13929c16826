"""Whose places are not kept (PRIVACY V2): of a batch, the events that say where somebody was who does not consent.

They are taken as all others, so that cursor and running hash go on, and are then left out: a skip says which numbers.
An alarm carries its place whatever was agreed to, and while one of a device is open its places are kept: somebody is on
the way to it. Boxes do the same (`anju_edge/intake`); what comes here was recorded before a box had heard, or by an
older one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from anju_central.store.receive_batch import Outcome
from anju_protos.v1.event_pb2 import POSITION, PRESENCE, Event, Stamp
from anju_protos.v1.uplink_pb2 import Skip

PLACES: Final = frozenset({PRESENCE, POSITION})  # events that say where a device is, and nothing else
Since: TypeAlias = tuple[int, int]  # boot, elapsed ms in it


class WithheldPlaces:
    """Which devices these are. Changed in the event loop and read in the writer's thread: by one key at a time, whose
    value is replaced whole.
    """

    def __init__(self) -> None:
        self._devices: dict[str, frozenset[str]] = {}
        self._open: dict[tuple[str, str], Mapping[bytes, Since]] = {}

    def withhold(self, community: str, devices: Iterable[str]) -> None:
        """Sets the devices of a community, in place of those before."""
        self._devices[community] = frozenset(devices)

    def of(self, community: str) -> frozenset[str]:
        """Returns the devices of a community whose places are not kept outside an incident."""
        return self._devices.get(community, frozenset())

    def is_withheld(self, community: str, device: str) -> bool:
        """Whether nothing is shown of where a device is, now."""
        return device in self.of(community) and (community, device) not in self._open

    def emergency(self, key: bytes, community: str, device: str, found: Stamp | None) -> None:
        """Notes that the incident of this key is about a device since `found`; None = it is over."""
        about = dict(self._open.get((community, device), {}))
        about.pop(key, None)
        if found is not None:
            about[key] = (found.boot, found.elapsed_ms)
        if about:
            self._open[community, device] = about
        else:
            self._open.pop((community, device), None)

    def no_emergency(self) -> None:
        """Forgets all incidents: they are read anew."""
        self._open.clear()

    def without(self, community: str, outcome: Outcome) -> Outcome:
        """Returns what is kept of an outcome: the very same where nothing has to be left out."""
        devices = self.of(community)
        if not devices:
            return outcome
        left_out = {
            seq
            for seq, event in zip(outcome.seqs, outcome.parsed, strict=True)
            if event.kind in PLACES and event.device in devices and not self._is_needed(community, event)
        }
        if not left_out:
            return outcome
        kept = [at for at, seq in enumerate(outcome.seqs) if seq not in left_out]
        return replace(
            outcome,
            seqs=[outcome.seqs[at] for at in kept],
            events=[outcome.events[at] for at in kept],
            parsed=[outcome.parsed[at] for at in kept],
            skips=sorted([*outcome.skips, *_skips(left_out)], key=lambda skip: skip.first),
            rehomed=[moved for moved in outcome.rehomed if moved.seq not in left_out],
        )

    def _is_needed(self, community: str, event: Event) -> bool:
        """Whether an incident of the device was open when the event was recorded, as far as their boots can tell."""
        stamp = event.stamp
        open_ = self._open.get((community, event.device), {})
        return any(boot != stamp.boot or stamp.elapsed_ms >= since_ms for boot, since_ms in open_.values())


def _skips(seqs: Iterable[int]) -> list[Skip]:
    """Returns the fewest skips that cover some numbers and no others."""
    skips: list[Skip] = []
    for seq in sorted(seqs):
        if skips and skips[-1].last == seq - 1:
            skips[-1].last = seq
        else:
            skips.append(Skip(first=seq, last=seq, cause=Skip.NO_CONSENT))
    return skips
