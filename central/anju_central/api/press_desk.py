"""Which band is meant when somebody hands one out and says "press it now". As a box last heard them; names nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anju_central.access.caller import Caller, Right
from anju_central.api.models import Answer
from anju_central.live.contact import BoxContact, ContactTracker
from anju_central.registry.errors import UnknownBox
from anju_central.registry.labels import Labels
from anju_protos.press_choice import HeardBand, choose
from anju_protos.v1.control_pb2 import DeviceLine


class ProposalView(Answer):
    """A band that may be meant. `is_bound`: somebody wears it; ask before it is given to another."""

    device: str
    label_zh: str
    label_en: str
    adopted: bool
    pressed_ago_s: int | None
    heard_ago_s: int
    is_bound: bool


class PressChoiceView(Answer):
    """Bands that were pressed or heard in the last minute, the likeliest first.

    `only`: the one that was pressed, empty when it was none or more than one. `left_out`: how many more were heard.
    `is_connected` false = the box cannot say what it hears now.
    """

    box: str
    is_connected: bool
    only: str
    proposals: list[ProposalView]
    left_out: int


@dataclass(frozen=True, slots=True)
class PressDesk:
    """Composed by the app. Raises NotAllowed, UnknownBox."""

    contacts: ContactTracker
    labels: Labels
    now_ms: Callable[[], int]

    def choice(self, caller: Caller, box: str) -> PressChoiceView:
        """Returns who may be meant at a box."""
        caller.require(Right.SEE_BOXES)
        contact = self.contacts.of(box)
        if contact is None or not caller.may_see(contact.community):
            raise UnknownBox(box)
        labels = self.labels.of(contact.community)
        lines = {line.device: line for line in contact.status.devices} if contact.status is not None else {}
        choice = choose((self._heard(line, contact) for line in lines.values()), labels.bearers)
        return PressChoiceView(
            box=box,
            is_connected="control" in contact.channels,
            only=choice.only,
            left_out=choice.left_out,
            proposals=[
                ProposalView(
                    device=one.device,
                    label_zh=labels.device(one.device).zh,
                    label_en=labels.device(one.device).en,
                    adopted=lines[one.device].adopted,
                    pressed_ago_s=one.pressed_ago_s,
                    heard_ago_s=one.heard_ago_s,
                    is_bound=one.is_bound,
                )
                for one in choice.proposals
            ],
        )

    def _heard(self, line: DeviceLine, contact: BoxContact) -> HeardBand:
        """As the box said it, and as much older as that is."""
        since_s = max(self.now_ms() - (contact.status_ms or 0), 0) // 1000
        was_heard = line.heard or line.heard_ago_s > 0
        return HeardBand(
            line.device,
            line.kind,
            line.pressed_ago_s + since_s if line.HasField("pressed_ago_s") else None,
            line.heard_ago_s + since_s if was_heard else None,
            line.rssi_dbm if line.HasField("rssi_dbm") else None,
        )
