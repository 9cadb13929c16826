"""The bundles that boxes are given, in memory: packed, with which rows changed from revision to revision.

Packed, 500 residents take 40 kB; so a district is held in a few megabytes, and rows are made when a delta is asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from anju_protos.bundle import BundleVersion, RowId, changed_rows, delta_to, pack, parse
from anju_protos.v1.control_pb2 import RosterBundle, RosterDelta

MOST_STEPS: Final = 200  # revisions that a box may have missed to be told by a delta
MOST_DELTA_BYTES: Final = 16_000  # one frame, half a second of a slow line: more goes in the pieces of a snapshot


@dataclass(frozen=True, slots=True)
class Step:
    """A revision that was, and which rows the next one changed."""

    revision: int
    digest: bytes
    changed: frozenset[RowId]


@dataclass(frozen=True, slots=True)
class CommunityBundle:
    """A community's bundle as it is now. `steps` are those before, the oldest first."""

    community: str
    revision: int
    digest: bytes
    packed: bytes
    steps: tuple[Step, ...] = ()

    def delta_from(self, revision: int, digest: bytes) -> RosterDelta | None:
        """Returns what leads here from a revision, None where a snapshot is needed, or is better.

        Takes some milliseconds: call it in a thread.
        """
        names = [(step.revision, step.digest) for step in self.steps]
        if (revision, digest) not in names:
            return None
        since = self.steps[names.index((revision, digest)) :]
        changed = {row for step in since for row in step.changed}
        delta = delta_to(revision, changed, BundleVersion.of(parse(self.packed)))
        return delta if delta.ByteSize() < min(len(self.packed), MOST_DELTA_BYTES) else None


def next_bundle(before: CommunityBundle | None, bundle: RosterBundle) -> CommunityBundle:
    """Returns what follows `before`. Takes some milliseconds: call it in a thread."""
    to = BundleVersion.of(bundle)
    steps: deque[Step] = deque(maxlen=MOST_STEPS)
    if before is not None and before.revision < to.revision:  # else an older backup was put back
        steps.extend(before.steps)
        changed = changed_rows(BundleVersion.of(parse(before.packed)).rows, to.rows)
        steps.append(Step(before.revision, before.digest, changed))
    return CommunityBundle(bundle.community, to.revision, to.digest, pack(to.bundle()), tuple(steps))


@dataclass(slots=True)
class BundleBook:
    """The newest bundle of each community. `on_change` is called with the community whose bundle is another."""

    _bundles: dict[str, CommunityBundle] = field(default_factory=dict)
    _listeners: list[Callable[[str], None]] = field(default_factory=list)

    def of(self, community: str) -> CommunityBundle | None:
        """Returns the bundle of a community, None where the registry is not where its roster comes from."""
        return self._bundles.get(community)

    def revisions(self) -> dict[str, int]:
        """Returns the revision of each community that has a bundle."""
        return {community: bundle.revision for community, bundle in self._bundles.items()}

    def put(self, bundle: CommunityBundle) -> None:
        """Takes a bundle into use."""
        self._bundles[bundle.community] = bundle
        self._tell(bundle.community)

    def drop(self, community: str) -> None:
        """Forgets a community's bundle: an older backup was put back, from before it was taken over."""
        if self._bundles.pop(community, None) is not None:
            self._tell(community)

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Calls `listener` at each change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, community: str) -> None:
        for listener in list(self._listeners):
            listener(community)
