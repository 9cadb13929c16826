"""What the registry of people refuses, told apart by what the caller should do; no message names a person."""

from __future__ import annotations

from anju_central.registry.errors import RegistryRefused


class UnknownResident(RegistryRefused):
    """There is none, or none that the caller may see: the answer is the same."""

    code = "resident-unknown"

    def __init__(self, resident: str) -> None:
        super().__init__(f"there is no resident {resident[:40]!r}: search anew, the record may have been erased")


class UnknownAction(RegistryRefused):
    """There is no such action, or none that the caller may see."""

    code = "action-unknown"

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no action {number}: look at the record's history")


class AlreadyUndone(RegistryRefused):
    """The action counts no longer."""

    code = "already-undone"

    def __init__(self, number: int) -> None:
        super().__init__(f"action {number} was undone before: look at the record's history")


class ChangedSince(RegistryRefused):
    """What would be taken back was changed by somebody else meanwhile."""

    code = "changed-since"

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"action {number} cannot be undone: {what}; undo that first")


class HistoryRemoved(RegistryRefused):
    """What the action changed is known no more."""

    code = "history-removed"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"what action {number} changed was removed, by retention or as somebody was erased: it cannot be taken "
            "back; enter what is right instead"
        )


class IsAnImport(RegistryRefused):
    """An import is taken back as a whole, in all communities that it went into."""

    code = "is-an-import"

    def __init__(self, number: int, run: int) -> None:
        super().__init__(
            f"action {number} is import {run}: take the import back whole, on the page of imports or with "
            f"anju-central people undo {run}"
        )


class ImportRunning(RegistryRefused):
    """A sheet is being taken over into the community."""

    code = "import-running"

    def __init__(self, community: str) -> None:
        super().__init__(f"an import into {community} is going on: nothing was changed, try again when it is through")


class NoIncident(RegistryRefused):
    """An emergency is about an incident."""

    code = "no-incident"

    def __init__(self) -> None:
        super().__init__("an emergency look-up names its incident: ask from there, or give a reason to break the glass")


class NothingToLookFor(RegistryRefused):
    """Too little was typed to look for."""

    code = "too-short"

    def __init__(self) -> None:
        super().__init__("type one character of a name, two letters of its pinyin, or three digits")


class GlassNotBroken(RegistryRefused):
    """In an emergency people are looked for only after a reason was given."""

    code = "glass-not-broken"

    def __init__(self) -> None:
        super().__init__("to look beyond this incident, give a reason first: the privacy officer is told")


class NeedsEveryCommunity(RegistryRefused):
    """It concerns the whole district."""

    code = "needs-every-community"

    def __init__(self) -> None:
        super().__init__("this concerns every community: ask somebody of the whole district, or use the command line")


class NeedsReason(RegistryRefused):
    """A reason is missing."""

    code = "needs-reason"

    def __init__(self) -> None:
        super().__init__("say in a few words why: it is read by the privacy officer")


class BadValue(RegistryRefused):
    """What was given for a field does not fit. `field` names it; the value is in no message: it may name a person."""

    code = "bad-value"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


class DoubleFound(RegistryRefused):
    """Somebody with this ID number is there already."""

    code = "double-found"

    def __init__(self, resident: str, community: str) -> None:
        super().__init__(
            f"{resident} in {community} has this ID number: open that record, or let it move in from there"
        )
        self.resident, self.community = resident, community


class CameBack(DoubleFound):
    """Undoing would make two of one person, who came back another way. `resident` '' = out of the caller's sight."""

    def __init__(self, number: int, resident: str, community: str) -> None:
        RegistryRefused.__init__(
            self,
            f"action {number} cannot be undone: {f'{resident} in {community}' if resident else 'another community'} "
            "has the same person, who came back meanwhile; make the two records one, or undo that coming first",
        )
        self.resident, self.community = resident, community


class NotThere(RegistryRefused):
    """A device, household, group, note or contact that is not there, or not for this caller."""

    code = "not-there"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"there is no {what} {name[:40]!r} in this community: look again")


class BoundAlready(RegistryRefused):
    """Somebody wears the device. `binding` and `resident` say who, `from_ms` since when."""

    code = "bound-already"

    def __init__(self, binding: int, resident: str | None, from_ms: int) -> None:
        super().__init__("the device is with somebody already: confirm that it moves")
        self.binding, self.resident, self.from_ms = binding, resident, from_ms


class NotInThatState(RegistryRefused):
    """What was asked does not fit the state that the person or device is in."""

    code = "not-in-that-state"

    def __init__(self, what: str, state: str, asked: str) -> None:
        super().__init__(f"the {what} is {state}, so it cannot {asked}: look at its history")


class CannotMerge(RegistryRefused):
    """Two records that cannot be one."""

    code = "cannot-merge"

    def __init__(self, why: str) -> None:
        super().__init__(f"these two records cannot be made one: {why}")


class EditedMeanwhile(RegistryRefused):
    """Somebody else changed the record after it was looked at."""

    code = "edited-meanwhile"

    def __init__(self) -> None:
        super().__init__("somebody else has changed this record meanwhile: open it anew, and enter your change again")


class GroupedAlready(RegistryRefused):
    """A household is in another group. `group` says in which, `label` how it is called."""

    code = "grouped-already"

    def __init__(self, household: str, group: str, label: str) -> None:
        super().__init__(f"household {household} is in group {label!r} already: confirm that it goes over")
        self.household, self.group, self.label = household, group, label


class TokenTaken(RegistryRefused):
    """Somebody has this card or code already; `resident` says who, None where two asked at once."""

    code = "token-taken"

    def __init__(self, resident: str | None) -> None:
        super().__init__("somebody has this card or code already: block it there first, or take another")
        self.resident = resident
