"""A driver's own decoder as `DriverSpec.decoder`: whatever it finds, explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from anju_drivers.driver import Explained

_Found = TypeVar("_Found")
_Found_co = TypeVar("_Found_co", covariant=True)


class Finder(Protocol[_Found_co]):
    """Bytes in any chunks in, messages out."""

    @property
    def dropped(self) -> int: ...

    @property
    def is_incomplete(self) -> bool: ...

    def feed(self, data: bytes) -> Sequence[_Found_co]: ...


class ExplainedStream(Generic[_Found]):
    """Messages with the readings each of them makes, before repeats are folded."""

    def __init__(self, decoder: Finder[_Found], explain: Callable[[_Found], Explained]) -> None:
        self._decoder, self._explain = decoder, explain

    @property
    def dropped(self) -> int:
        return self._decoder.dropped

    @property
    def is_incomplete(self) -> bool:
        return self._decoder.is_incomplete

    def feed(self, data: bytes) -> list[Explained]:
        return [self._explain(one) for one in self._decoder.feed(data)]
