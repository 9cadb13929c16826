"""The hub in figures, for Prometheus. Read at each scrape from what the parts count anyway; no person, no device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from anju_central.live.contact import ContactTracker
from anju_central.live.open_incidents import LiveIncidents
from anju_central.projections.projector import Projector, lag
from anju_central.store.sqlite_store import SqliteEventStore
from anju_protos.v1.event_pb2 import Lane, Mark, Priority

PRIORITIES: Final = {number: name for name, number in Priority.items()}
MARKS: Final = {number: name.lower() for name, number in Mark.items()}
LANES: Final = tuple(name for name, number in Lane.items() if number)
OTHER: Final = "other"  # a value of a later version: no box adds a label of its own to the figures


class HubCollector(Collector):
    """Collects from one hub."""

    def __init__(
        self,
        store: SqliteEventStore,
        projector: Projector,
        contacts: ContactTracker,
        live_incidents: LiveIncidents,
        refusals: Mapping[str, int],
    ) -> None:
        self._store = store
        self._projector = projector
        self._contacts = contacts
        self._live_incidents = live_incidents
        self._refusals = refusals

    def collect(self) -> Iterator[Metric]:
        """Yields all families."""
        counters = self._store.counters
        yield CounterMetricFamily("anju_hub_events", "Events made durable.", value=counters.events)
        yield CounterMetricFamily("anju_hub_commits", "Transactions of the event store.", value=counters.commits)
        yield CounterMetricFamily(
            "anju_hub_commit_seconds", "Time spent in transactions of the event store.", value=counters.commit_s_sum
        )
        yield CounterMetricFamily("anju_hub_commit_failures", "Transactions that failed.", value=counters.failures)
        yield GaugeMetricFamily(
            "anju_hub_store_faulty", "1 while the event store cannot record.", value=int(self._store.fault is not None)
        )
        waiting = GaugeMetricFamily("anju_hub_waiting", "Submissions waiting for the writer.", labels=["queue"])
        for queue, count in zip(("urgent", "bulk"), self._store.waiting(), strict=True):
            waiting.add_metric([queue], count)
        yield waiting
        behind = GaugeMetricFamily(
            "anju_hub_projection_lag",
            "Log positions that a projection has still to fold.",
            labels=["projection", "log"],
        )
        for name, folded in self._projector.folded.items():
            for log, count in lag(self._store.heads, folded).items():
                behind.add_metric([name, log], count)
        yield behind
        yield CounterMetricFamily(
            "anju_hub_facts_set_aside", "Facts that a projection could not fold.", value=self._projector.set_aside
        )
        refused = CounterMetricFamily("anju_hub_refusals", "Calls of boxes that were refused.", labels=["reason"])
        for reason, count in self._refusals.items():
            refused.add_metric([reason], count)
        yield refused
        yield from self._boxes()
        yield self._incidents()

    def _boxes(self) -> Iterator[Metric]:
        contact = GaugeMetricFamily(
            "anju_hub_box_contact", "1 online, 0 silent, -1 never.", labels=["community", "box"]
        )
        backlog = GaugeMetricFamily(
            "anju_hub_box_backlog", "Events that a box holds and the hub has not.", labels=["community", "box", "lane"]
        )
        for box in self._contacts.boxes():
            contact.add_metric([box.community, box.box], {"online": 1, "silent": 0, "never": -1}[box.state])
            if box.status is not None:
                for lane in LANES:  # whatever else a box may name
                    if lane in box.status.backlog:
                        backlog.add_metric([box.community, box.box, lane.lower()], box.status.backlog[lane])
        yield contact
        yield backlog

    def _incidents(self) -> Metric:
        family = GaugeMetricFamily(
            "anju_hub_open_incidents", "Incidents that need people.", labels=["priority", "mark"]
        )
        counts: dict[tuple[str, str], int] = {}
        for record in self._live_incidents.open():
            incident = record.incident
            key = (PRIORITIES.get(incident.priority, OTHER), MARKS.get(incident.mark, OTHER))
            counts[key] = counts.get(key, 0) + 1
        for key, count in counts.items():
            family.add_metric(list(key), count)
        return family
