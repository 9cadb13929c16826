"""What the registry refuses, told apart by what the caller should do; each says so in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the tables take long to load, and commands name these refusals
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


class NotAnAccountName(RegistryRefused):
    """An account cannot be called that."""

    code = "not-a-name"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name[:40]!r} is no log-in name: use 1 to 32 of a-z, 0-9, dot, hyphen and underscore, a letter or digit "
            "first; it stands in incidents, so let it name a post and no person"
        )


class UnknownAccount(RegistryRefused):
    """There is none, or none that the caller may see: the answer is the same."""

    code = "account-unknown"

    def __init__(self, account: str) -> None:
        super().__init__(f"there is no account {account!r}: look at its spelling, or add it")


class OwnAccount(RegistryRefused):
    """Nobody changes the own rights or resets the own account."""

    code = "own-account"

    def __init__(self) -> None:
        super().__init__("this is your own account: ask a second person who may manage accounts")


class BeyondYours(RegistryRefused):
    """Nobody gives more than he has."""

    code = "beyond-yours"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is more than you have yourself: ask somebody who has it")


class AccountDisabled(RegistryRefused):
    """A disabled account gets no link and no session."""

    code = "account-disabled"

    def __init__(self, account: str) -> None:
        super().__init__(f"account {account!r} is disabled: enable it first")


class AccountLocked(RegistryRefused):
    """Too many wrong tries: the account waits until `until_ms` (UTC)."""

    code = "account-locked"

    def __init__(self, account: str, until_ms: int) -> None:
        super().__init__(f"account {account!r} is locked for a while after wrong tries: wait, or have it unlocked")
        self.until_ms = until_ms


class LinkSpent(RegistryRefused):
    """The link is unknown, used, withdrawn or over: which of these is nobody's business who has only a guess."""

    code = "link-spent"

    def __init__(self) -> None:
        super().__init__("this link counts no more, each does once and for 24 hours: ask for a new one")


class CodeSpent(RegistryRefused):
    """A code of the second factor was used before."""

    code = "code-spent"

    def __init__(self) -> None:
        super().__init__("this code was used before: wait for the next one")


class NothingOffered(RegistryRefused):
    """A second factor is confirmed that nobody began."""

    code = "nothing-offered"

    def __init__(self) -> None:
        super().__init__("no second factor was begun: begin anew and scan its code")


class UnknownToken(RegistryRefused):
    """There is no such token of a machine."""

    code = "token-unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no token {name!r}: `anju-central token list` names them")


class CannotTakeOver(RegistryRefused):
    """A roster file cannot be taken over; `reason` names the row."""

    code = "cannot-take-over"

    def __init__(self, community: str, reason: str) -> None:
        super().__init__(f"the roster of {community!r} is not taken over: {reason}")
