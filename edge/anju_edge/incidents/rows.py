"""The rows that keep open incidents over a restart: statements for the transaction of the event that changed them."""

from __future__ import annotations

from typing import Final

from anju_base.sql_queries import load_queries
from anju_edge.journal.entries import SideStatement
from anju_protos.v1.control_pb2 import Incident

SQL: Final = load_queries("anju_edge.incidents.queries", "open_incident")
LIST_OPEN: Final = SQL.list_open_incidents  # their bytes, one row each


def put(incident: Incident) -> SideStatement:
    """Keeps an incident as it is now."""
    return SQL.put_open_incident, (incident.id.stream, incident.id.seq, incident.SerializeToString())


def drop(incident: Incident) -> SideStatement:
    """Keeps an incident no longer."""
    return SQL.delete_open_incident, (incident.id.stream, incident.id.seq)
