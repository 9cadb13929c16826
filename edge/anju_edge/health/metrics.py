"""The box in figures, for Prometheus: read at each scrape, beside the histogram of commits."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from anju_edge.health.health import BoxHealth, _rss_kb
from anju_edge.incidents.open_incidents import ringing
from anju_protos.v1.event_pb2 import Kind, Lane


class BoxMetrics(Collector):
    """The snapshot for Prometheus. Labels name devices, drivers, lanes and kinds."""

    def __init__(self, health: BoxHealth) -> None:
        self._health = health
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self.commit_s = Histogram(
            "anju_commit_seconds",
            "How long a group of events took to reach the disk",
            buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
            registry=self.registry,
        )

    async def watch_commits(self) -> None:
        """Feeds the histogram until cancelled."""
        journal, seen = self._health.journal, -1
        while True:
            seen = await journal.changed(seen)
            if journal.commit_latency_s:
                self.commit_s.observe(journal.commit_latency_s)

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def collect(self) -> Iterable[Metric]:
        health = self._health
        now_ms = health.clock.elapsed_ms()
        yield _gauge("anju_queue_events", "Events the hub does not have yet", "lane", [
            (Lane.Name(lane).lower(), count) for lane, count in health.journal.waiting().items()  # type: ignore[arg-type]  # lanes are its numbers
        ])  # fmt: skip
        yield _counter("anju_skipped_events", "Events that could not be kept", "reason", [
            ("merged", health.journal.merged), ("memory_full", health.journal.dropped)
        ])  # fmt: skip
        yield _counter("anju_events", "Events recorded", "kind", [
            (Kind.Name(kind).lower(), count) for kind, count in health.recorder.by_kind.items()  # type: ignore[arg-type]  # kinds are its numbers
        ])  # fmt: skip
        yield _one("anju_recording", "1 while events reach the disk", int(health.journal.recording))
        yield _one("anju_journal_heartbeat_age_seconds", "Since the writer's last sign of life",
                   health.journal.heartbeat_age_s())  # fmt: skip
        yield _one("anju_offline_seconds", "Since the hub was last reached; 0 = connected", health.offline_s)
        yield _one("anju_loop_lag_seconds", "Recent worst delay of the event loop", health.loop_watch.lag_max_ms / 1e3)
        yield _one("anju_resident_memory_bytes", "Resident memory", _rss_kb() * 1024)
        yield _one("anju_clock_quality", "0 unset, 1 held, 2 synced", int(health.clock.stamp().quality))
        yield _one("anju_incidents_open", "Open incidents", len(health.incidents.open()))
        yield _one("anju_incidents_ringing", "Incidents nobody has acknowledged", len(ringing(health.incidents.open())))
        yield _one("anju_roster_revision", "Revision of the roster in use", health.rosters.current.bundle.revision)
        adopted = health.devices.adopted.items()
        yield _gauge("anju_device_heard_ago_seconds", "Since an adopted device was last heard", "device", [
            (key, (now_ms - entry.heard_ms) / 1000) for key, entry in adopted if entry.heard_ms is not None
        ])  # fmt: skip
        yield _counter("anju_device_frames", "Frames of an adopted device", "device",
                       [(key, entry.frames) for key, entry in adopted])  # fmt: skip
        yield _counter("anju_device_errors", "Frames of an adopted device that could not be understood", "device",
                       [(key, entry.errors) for key, entry in adopted])  # fmt: skip
        yield _one("anju_devices_unadopted", "Devices heard that nobody adopted", len(health.devices.unadopted))
        yield _counter("anju_driver_restarts", "Restarts of a driver", "driver",
                       [(driver.name, driver.restarts) for driver in health.drivers])  # fmt: skip
        yield _gauge("anju_driver_running", "1 while a driver runs", "driver",
                     [(driver.name, int(driver.running)) for driver in health.drivers])  # fmt: skip
        turned_away = CounterMetricFamily(
            "anju_driver_set_aside", "What a driver's listener turned away", labels=["driver", "cause"]
        )
        for driver in health.drivers:
            for cause, count in health.turned_away(driver.name).items():
                turned_away.add_metric([driver.name, cause], count)
        yield turned_away
        yield _counter("anju_rings", "Alarms that rang the local channels", "", [("", health.alerts.rings)])
        yield _counter("anju_rings_capped", "Alarms of unknown devices kept quiet by the cap", "",
                       [("", health.intake.capped_rings)])  # fmt: skip
        yield _counter("anju_readings_rewritten", "Readings of which a text or number did not fit an event", "",
                       [("", health.intake.rewritten)])  # fmt: skip
        yield _gauge("anju_channel_ok", "1 while a local channel works", "channel", [
            (state.name, int(state.ok)) for state in health._channels() if state.ok is not None
        ])  # fmt: skip
        yield _counter("anju_check_in_results", "Taps by what became of them", "outcome",
                       list(health.kiosk_service.outcomes.items()))  # fmt: skip
        if health.self_test.hub_ms is not None:
            yield _one(
                "anju_self_test_hub_seconds", "Last test alarm, until the hub had it", health.self_test.hub_ms / 1e3
            )


def _gauge(name: str, text: str, label: str, rows: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, figure in rows:
        family.add_metric([value], figure)
    return family


def _counter(name: str, text: str, label: str, rows: Iterable[tuple[str, float]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label] if label else [])
    for value, figure in rows:
        family.add_metric([value] if label else [], figure)
    return family


def _one(name: str, text: str, figure: float) -> Metric:
    return GaugeMetricFamily(name, text, value=figure)
