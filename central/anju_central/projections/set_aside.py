"""Facts that a projection cannot fold: found one by one, left out and said, so that none of them stops all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anju_central.projections.projection import Change
from anju_central.projections.projection_file import ProjectionFile
from anju_central.store.log_reader import LogName, LogRecord, TelemetryBatch

Item = LogRecord | TelemetryBatch


@dataclass(frozen=True, slots=True)
class SetAside:
    """A fact at `pos` of a log that projection `name` goes on without; the store keeps it. `error` says why."""

    name: str
    log: LogName
    pos: int
    box: str
    community: str
    kind: int
    by_hub: bool
    error: Exception

    def __str__(self) -> str:
        where = f"{self.log} fact {self.pos} (kind {self.kind}) of box {self.box}"
        return f"projection {self.name} sets {where} aside, as it cannot be folded: {self.error!r}"


@dataclass(frozen=True, slots=True)
class Bite:
    """What one transaction of `fold_apart` did: folded up to `pos`, with these changes, without these facts."""

    pos: int
    changes: list[Change]
    aside: list[SetAside]


def fold_apart(
    file: ProjectionFile, name: LogName, items: Sequence[LogRecord] | Sequence[TelemetryBatch]
) -> Iterator[Bite]:
    """Folds items one by one without the facts that raise, and yields after each. Raises the file's own faults."""
    for item in items:
        if item.pos <= file.positions[name]:
            continue
        error = file.error_of(name, item)
        if error is None:
            yield Bite(item.pos, file.fold(name, [item], item.pos), [])  # type: ignore[arg-type]  # of either kind
            continue
        good: list[TelemetryBatch] = []
        aside: list[SetAside] = []
        for part in _parts(item):
            why = file.error_of(name, part) if part is not item else error
            if why is None and isinstance(part, TelemetryBatch):
                good.append(part)
            else:
                aside.append(_set_aside(file, name, part, why or error))
        yield Bite(item.pos, file.fold(name, good, item.pos), aside)


def _parts(item: Item) -> Iterator[Item]:
    """Yields a batch's events as batches of one; a record is one fact already."""
    if isinstance(item, LogRecord) or len(item.events) < 2:
        yield item
        return
    for event in item.events:
        yield TelemetryBatch(item.pos, item.stream, item.box, item.community, item.received_ms, [event])


def _set_aside(file: ProjectionFile, name: LogName, part: Item, error: Exception) -> SetAside:
    kind, by_hub = 0, False
    if isinstance(part, LogRecord):
        kind, by_hub = int(part.event.kind), part.by_hub
    elif part.events:
        kind = int(part.events[0].kind)
    return SetAside(file.projection.name, name, part.pos, part.box, part.community, kind, by_hub, error)
