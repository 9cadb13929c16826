"""The rows that keep open incidents over a restart: statements for the transaction of the event that changed them."""

from __future__ import annotations

from typing import Final

from anju_base.sql_queries import load_queries
from anju_edge.journal.entries import PersonalChange
from anju_protos.v1.control_pb2 import Incident

SQL: Final = load_queries("anju_edge.incidents.queries", "open_incident")
LIST_OPEN: Final = SQL.list_open_incidents  # their bytes, one row each


def put(incident: Incident) -> PersonalChange:
    """Keeps an incident as it is now."""
    statement = (SQL.put_open_incident, (incident.id.stream, incident.id.seq, incident.SerializeToString()))
    return PersonalChange(statement, statement)


def drop(incident: Incident) -> PersonalChange:
    """Keeps an incident no longer."""
    statement = (SQL.delete_open_incident, (incident.id.stream, incident.id.seq))
    return PersonalChange(statement, statement)
