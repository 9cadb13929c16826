"""What an endpoint on the LAN is told of an incident."""

from __future__ import annotations

from collections.abc import Mapping

from anju_edge.roster.roster import Roster
from anju_protos.incidents import incident_key
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import Mark, Priority, Reason


def describe(incident: Incident, community: str, box: str, roster: Roster) -> Mapping[str, object]:
    """Returns an incident for LAN endpoints: places and reasons, no person and no flat."""
    zone = roster.zones.get(incident.last_place.zone)
    return {
        "incident": incident_key(incident.id),
        "community": community,
        "box": box,
        "priority": Priority.Name(incident.priority),
        "reasons": [Reason.Name(reason).lower() for reason in incident.reasons],
        "device": incident.device,
        "zone": incident.last_place.zone,
        "zone_zh": zone.label_zh if zone else "",
        "zone_en": zone.label_en if zone else "",
        "place_age_s": incident.last_place.age_ms // 1000,
        "mark": Mark.Name(incident.mark).lower(),
    }
