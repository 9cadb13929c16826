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


class Sender(Protocol):
    @property
    def settings(self) -> SenderSecret: ...


_Sender = TypeVar("_Sender", bound=Sender)


def authenticated_sender(senders: Iterable[_Sender], secret: str, peer: str) -> _Sender | None:
    """The sender of this secret, or None. All of them are compared, so that the time tells nothing."""
    match = None
    given = secret.encode("utf-8", "surrogatepass")  # a path may hold bytes that are no UTF-8
    for sender in senders:
        if hmac.compare_digest(given, sender.settings.secret.encode()):
            match = sender
    if match is None or (match.settings.sources and peer not in match.settings.sources):
        return None
    return match
