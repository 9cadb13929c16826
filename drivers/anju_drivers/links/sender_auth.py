"""Which sender a pushed request is of, by the secret in its path and by where it comes from."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Protocol, TypeVar


class SenderSecret(Protocol):
    """From one of `sources`, any address when empty."""

    @property
    def secret(self) -> str: ...

    @property
    def sources(self) -> frozenset[str]: ...


class Door(Protocol):
    @property
    def settings(self) -> SenderSecret: ...


_Door = TypeVar("_Door", bound=Door)


def opened_door(doors: Iterable[_Door], secret: str, peer: str) -> _Door | None:
    """The door of this secret, or None. All of them are compared, so that the time tells nothing."""
    found, said = None, secret.encode()
    for door in doors:
        if hmac.compare_digest(said, door.settings.secret.encode()):
            found = door
    return None if found is None or (found.settings.sources and peer not in found.settings.sources) else found
