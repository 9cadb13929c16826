"""What the registry refuses, told apart by what the caller should do; each says so in a sentence."""

from __future__ import annotations

from anju_central.registry.tables import BoxState


class RegistryRefused(Exception):
    """What was asked does not fit what the registry holds. `code` stays the same for years."""

    code = "refused"


class NotAnId(RegistryRefused):
    """A community or box cannot be called that."""

    code = "not-an-id"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name[:40]!r} is no id: use 1 to 32 of a-z, 0-9 and hyphen")


class UnknownCommunity(RegistryRefused):
    """There is none, or none that the caller may see: the answer is the same."""

    code = "community-unknown"

    def __init__(self, community: str) -> None:
        super().__init__(f"there is no community {community!r}: add it first, or look at its spelling")


class UnknownBox(RegistryRefused):
    """There is none, or none that the caller may see: the answer is the same."""

    code = "box-unknown"

    def __init__(self, box: str) -> None:
        super().__init__(f"there is no box {box!r}: look at its spelling, or add it")


class UnknownClaim(RegistryRefused):
    """No claim has this number or this secret."""

    code = "claim-unknown"

    def __init__(self) -> None:
        super().__init__("there is no such claim: make a new code")


class AlreadyThere(RegistryRefused):
    """The id is taken."""

    code = "already-there"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"{what} {name!r} is there already: choose another id")


class BoxIsOut(RegistryRefused):
    """The box was retired or revoked, and that is for good."""

    code = "box-out"

    def __init__(self, box: str, state: BoxState) -> None:
        super().__init__(f"box {box!r} is {state}, which is for good: add a new box that replaces it")
        self.state = state


class CannotReplace(RegistryRefused):
    """The box that is to be replaced cannot be."""

    code = "cannot-replace"

    def __init__(self, box: str, reason: str) -> None:
        super().__init__(f"box {box!r} cannot be replaced: {reason}")


class ClaimSpent(RegistryRefused):
    """The claim counts no longer. `reason`: used, withdrawn, locked or expired; `since_ms` is when."""

    code = "claim-spent"

    def __init__(self, reason: str, since_ms: int, box: str) -> None:
        super().__init__(f"this code is {reason}: make a new one for box {box!r}")
        self.reason, self.since_ms, self.box = reason, since_ms, box
