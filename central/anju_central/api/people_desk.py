"""What the console asks about people, in the registry's terms: for which purpose, about which open incident."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel

from anju_central.access.caller import HUB, Caller, Purpose
from anju_central.api.export_desk import ExportDesk
from anju_central.api.import_desk import ImportDesk
from anju_central.api.rule_trials import RuleTrials
from anju_central.api.views.incidents import iso
from anju_central.live.incident_window import needs_people
from anju_central.live.open_incidents import LiveIncidents
from anju_central.projections.projection import ref_key
from anju_central.registry.database import Registry
from anju_central.registry.errors import RegistryRefused
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.link import RegistryLink
from anju_central.registry.look_up_log import LookUpLog
from anju_central.registry.people.break_glass import close_glass, open_glass_incidents
from anju_central.registry.people.record import About
from anju_protos.incidents import parse_incident_key

log = logging.getLogger(__name__)

Model = TypeVar("Model", bound=BaseModel)
LOOK_S = 10.0


class IncidentNotOpen(RegistryRefused):
    """An emergency look-up is for an incident that is open and the caller's."""

    code = "incident-not-open"

    def __init__(self) -> None:
        super().__init__("this incident is not open, or not yours: look for people with another purpose")


@dataclass(slots=True)
class PeopleDesk:
    """Composed by the hub: what the routes about people need."""

    link: RegistryLink
    log: LookUpLog
    numbers: IdNumbers
    incidents: LiveIncidents
    now_ms: Callable[[], int]
    imports: ImportDesk
    exports: ExportDesk
    trials: RuleTrials

    @property
    def registry(self) -> Registry:
        """The open registry. Raises RegistryUnavailable."""
        return self.link.registry

    def today(self) -> date:
        """The date in the district, as far as ages and births need it: that of UTC plus eight hours."""
        return datetime.fromtimestamp(self.now_ms() / 1000 + 8 * 3600, UTC).date()

    def about(self, caller: Caller, incident: str | None) -> About | None:
        """Returns the open incident that an emergency look-up is for. Raises IncidentNotOpen."""
        if incident is None or caller.purpose is not Purpose.EMERGENCY:
            return None
        try:
            record = self.incidents.get(ref_key(parse_incident_key(incident)))
        except (ValueError, OverflowError):
            raise IncidentNotOpen from None
        if record is None or not needs_people(record.incident) or not caller.may_see(record.incident.community):
            raise IncidentNotOpen
        found = record.incident
        return About(incident, found.community, found.device, found.resident)

    async def run(self) -> None:
        """Closes emergency look-ups with their incidents, for ever."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.close_what_is_over()
            except RegistryUnavailable as error:
                log.warning("emergency look-ups are not closed yet: %s", error)

    async def close_what_is_over(self) -> int:
        """Closes the emergency look-ups of incidents that need nobody any more. Returns how many."""
        closed = 0
        for incident in await open_glass_incidents(HUB, self.registry, self.log, self.now_ms()):
            record = self.incidents.get(ref_key(parse_incident_key(incident)))
            if record is None or not needs_people(record.incident):
                closed += await close_glass(HUB, self.registry, self.log, incident, self.now_ms())
        return closed


def for_purpose(caller: Caller, purpose: str) -> Caller:
    """Returns the caller with the purpose that the request states; whether the role has it is judged at each read."""
    return replace(caller, purpose=Purpose(purpose))


def shown(model: type[Model], row: object) -> Model:
    """Returns a row of the registry as the console gets it: `x_ms` as `x_at`, in ISO-8601."""
    return model.model_validate(plain(row))


def plain(value: Any) -> Any:  # Any: whatever rows hold
    """Returns rows of the registry as the console's models take them."""
    if is_dataclass(value):
        return dict(_field(field.name, getattr(value, field.name)) for field in fields(value))
    if isinstance(value, frozenset):
        return sorted(plain(part) for part in value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.value if isinstance(value, Enum) else value


def _field(name: str, value: Any) -> tuple[str, Any]:
    if name == "at_ms":
        return "at", iso(value)
    if name.endswith("_ms"):
        return name.removesuffix("_ms") + "_at", iso(value)
    return name, plain(value)
