"""What is refused of lists that are to leave the registry, told apart by what the caller should do."""

from __future__ import annotations

from anju_central.registry.errors import RegistryRefused


class UnknownExport(RegistryRefused):
    """There is none, or none that the caller may see: the answer is the same."""

    code = "export-unknown"

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no request {number} for a list: look at the list of requests")


class ExportOver(RegistryRefused):
    """It was fetched, refused, or has run out."""

    code = "export-over"

    def __init__(self, number: int, state: str) -> None:
        super().__init__(f"request {number} for a list is {state}: ask for the list anew")


class OwnExport(RegistryRefused):
    """Nobody approves what they asked for themselves."""

    code = "export-own"

    def __init__(self, number: int) -> None:
        super().__init__(f"request {number} is your own: somebody else has to approve it")


class ExportNotApproved(RegistryRefused):
    """A second person has not looked at it yet."""

    code = "export-not-approved"

    def __init__(self, number: int) -> None:
        super().__init__(f"request {number} for a list waits for a second person's approval")


class NotYourExport(RegistryRefused):
    """A list goes to who asked for it."""

    code = "export-not-yours"

    def __init__(self, number: int) -> None:
        super().__init__(f"request {number} is somebody else's: only who asked for a list fetches it")


class NobodyToExport(RegistryRefused):
    """The list would be empty."""

    code = "export-nobody"

    def __init__(self, community: str) -> None:
        super().__init__(f"nobody lives in {community!r} as far as the registry knows: there is no list")


class FieldsNotSeen(RegistryRefused):
    """The purpose does not see what was asked for."""

    code = "export-fields"

    def __init__(self, fields: str, seen: str) -> None:
        super().__init__(f"for this purpose there is no {fields or 'field chosen'}: choose of {seen}")


class ExportFailed(RegistryRefused):
    """The process that writes the list ended."""

    code = "worker-ended"

    def __init__(self) -> None:
        super().__init__("the list was not written and is not used up: fetch it again")
