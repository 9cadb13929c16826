"""While an urgent incident of a device is open, its places are kept, whatever its bearer agreed to."""

from __future__ import annotations

from collections.abc import Iterable

from anju_central.projections.projection import IncidentRecord, ref_key
from anju_central.store.withheld_places import WithheldPlaces
from anju_protos.incidents import is_open
from anju_protos.v1.event_pb2 import P1, P2, REAL

URGENT = (P1, P2)


def note_emergency(places: WithheldPlaces, record: IncidentRecord) -> None:
    """Takes an incident as it stands now. One that was closed on site is over for this, though the hub asks on."""
    incident = record.incident
    needs_place = is_open(incident) and incident.priority in URGENT and incident.mark == REAL
    found = incident.found if needs_place else None
    places.emergency(ref_key(incident.id), incident.community, incident.device, found)


def read_emergencies(places: WithheldPlaces, records: Iterable[IncidentRecord]) -> None:
    """Takes the incidents that need people, in place of those that were known."""
    places.no_emergency()
    for record in records:
        note_emergency(places, record)
