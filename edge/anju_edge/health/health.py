"""How the box is: one snapshot, shown as /healthz (JSON), /metrics (Prometheus) and as status to the hub.

Devices, zones and codes, never a person. Trouble codes are stable: `EDGE-JNL-001` means the same for years.
"""

from __future__ import annotations

import os
import resource
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anju_edge.alerts.board import AlertDispatcher
from anju_edge.clock import Clock
from anju_edge.discovery.announce import Announcer, AnnounceState
from anju_edge.health.trouble_codes import Severity, severity_of
from anju_edge.identity.card_state import CardState
from anju_edge.incidents.open_incidents import OpenIncidents, ringing
from anju_edge.intake.device_table import DeviceTable, HeardDevice
from anju_edge.intake.intake import BoxIntake
from anju_edge.intake.safe_reading import safe_text
from anju_edge.journal.journal import Journal
from anju_edge.journal.recorder import Recorder
from anju_edge.kiosk.listener import Listener
from anju_edge.kiosk.pairing.page_commands import page_messages
from anju_edge.kiosk.pairing.pairing import Pairing
from anju_edge.kiosk.service import KioskService
from anju_edge.roster.store import RosterStore
from anju_edge.supervision.background import Background
from anju_edge.supervision.drivers import DriverHealth
from anju_edge.supervision.loop_watch import LoopWatch
from anju_edge.supervision.self_test import SelfTestHealth
from anju_edge.sync.state import UplinkState
from anju_edge.updates.version_watch import VersionWatch
from anju_protos.press_choice import WINDOW_S
from anju_protos.v1.control_pb2 import BoxStatus, DeviceLine
from anju_protos.v1.event_pb2 import Health, Lane, Quality

CARD_WAITS_S = 60.0  # with the hub there: it says its key at the start of a session
HUB_AWAY_S = 30.0  # a restart of the hub and a blink of the line are no trouble
ALARM_WAITS_S = 5.0  # but an alarm that the operators do not see is one
NEVER_SEEN_S = 600.0  # a screen takes minutes to start when the house's power comes back


_SKIP_DEVICES_AFTER = 300  # lines in a status message; what is adopted comes first
_CAUSES_MAX = 64  # in a status message, the gravest first


@dataclass(slots=True)
class BoxHealth:
    """Everything a look at the box needs; the parts stay owned by the gateway."""

    box: str
    community: str
    software: str
    data: Path
    clock: Clock
    journal: Journal
    recorder: Recorder
    rosters: RosterStore
    intake: BoxIntake
    devices: DeviceTable
    incidents: OpenIncidents
    alerts: AlertDispatcher
    kiosk_service: KioskService
    pairing: Pairing
    loop_watch: LoopWatch
    background: Background
    self_test: SelfTestHealth
    drivers: Sequence[DriverHealth]
    kiosk_silent_ms: int
    card: CardState
    hub: UplinkState | None = None
    identity_troubles: Callable[[], dict[str, str]] = dict  # why the hub does not serve this box: code -> cause
    identity_fault: Callable[[], str] = lambda: ""  # why the hub will not take what this box has to show
    identity_trouble: Callable[[], str] = lambda: ""  # why newer files are not in use
    roster_left_over: Callable[[], str] = lambda: ""  # a file with names that is of no use any more
    listeners: Sequence[Listener] = ()
    set_aside: Mapping[str, Callable[[], Mapping[str, int]]] = field(default_factory=dict)  # by driver
    announcer: Announcer | None = None  # None: nobody to tell, or not wanted
    versions: VersionWatch | None = None  # None: no launcher started this box
    started_s: float = field(default_factory=time.monotonic)

    @property
    def uplink(self) -> UplinkState | None:
        """How it stands with the hub, None where no hub is known."""
        return self.hub if self.hub is not None and self.hub.has_hub else None

    @property
    def offline_s(self) -> float:
        """Seconds since the hub was last reached, 0 while connected and where there is none."""
        return 0.0 if self.uplink is None else self.uplink.offline_s

    @property
    def refusal(self) -> str:
        """Why the hub does not serve this box, in its words; empty when it does."""
        return "" if self.uplink is None else self.uplink.refusal

    # ---- troubles

    def troubles(self) -> list[str]:
        """Stable codes of what a person should look at (see `trouble_codes`), the gravest first; `:name` says which."""
        now_ms = self.clock.elapsed_ms()
        codes = []
        if not self.journal.recording:
            codes.append("EDGE-JNL-001")  # cannot record
        if self.journal.salvaged is not None:
            codes.append("EDGE-JNL-002")  # was damaged, salvaged
        if self.clock.true_ms() is None:  # the wall clock may be unset: the hub's anchor tells the date, too
            codes.append("EDGE-CLK-001")
        if self.refusal:
            codes.append("EDGE-UPL-001")  # the hub refuses us
        elif self.identity_fault():
            codes.append("EDGE-IDN-001")  # nothing to show to it
        elif self.uplink is not None and self.offline_s > (ALARM_WAITS_S if self._alarm_waits() else HUB_AWAY_S):
            codes.append("EDGE-UPL-002")  # nobody answers at the hub's address
        if self.identity_trouble() and not self.identity_fault():
            codes.append("EDGE-IDN-002")  # the last good key and certificate are in use
        codes += self.identity_troubles()
        codes += self._card_troubles()
        if self.rosters.trouble:
            codes.append("EDGE-RST-001")  # roster refused, last good one in use
        failing = [driver for driver in self.drivers if driver.is_failing(now_ms)]
        codes += [f"EDGE-DRV-003:{driver.name}" for driver in failing if driver.is_refused]
        codes += [f"EDGE-DRV-001:{driver.name}" for driver in failing if not driver.is_refused]
        codes += [f"EDGE-DRV-002:{driver.name}" for driver in self.drivers if driver.bug]
        codes += [f"EDGE-DEV-002:{key}" for key, entry in self.devices if self._is_cut_off(key, entry)]
        codes += [f"EDGE-DEV-001:{key}" for key, entry in self.devices.adopted.items() if entry.silent]
        codes += [f"EDGE-SOS-001:{driver.name}" for driver in self.drivers if "no_sos" in driver.cautions]
        codes += [f"EDGE-SOS-002:{key}" for key, entry in self.devices.adopted.items() if entry.unknown_press]
        codes += [f"EDGE-DEV-003:{key}" for key, entry in self.devices.adopted.items() if entry.unknown_code(now_ms)]
        codes += [f"EDGE-ALR-001:{state.name}" for state in self._channels() if state.ok is False]
        codes += [f"EDGE-LSN-001:{one.name}" for one in self.listeners if one.trouble]  # its pages are not served
        codes += [f"EDGE-KSK-001:{kiosk}" for kiosk in self._silent_kiosks(now_ms)]
        if self.pairing.book.is_lost:
            codes.append("EDGE-PAG-001")  # every screen asks for a code
        elif self.pairing.trouble:
            codes.append("EDGE-PAG-002")  # the last good list is in use, or pages cannot be approved here
        codes += [f"EDGE-PAG-003:{page}" for page in self.pairing.moved()]  # a screen that was paired waits
        if self.announcer is not None and self.announcer.trouble:
            codes.append("EDGE-ANN-001")  # not announced on the LAN: kiosks need the address by hand
        if self.self_test.recorded is False:
            codes.append("EDGE-TST-001")  # the test alarm did not get through
        if self.versions is not None and self.versions.words.rolled_back is not None:
            codes.append("EDGE-UPD-001")  # a new version was taken back
        codes += [f"EDGE-BOX-001:{part}" for part in self.background.faults]  # a bug, restarted by itself
        return sorted(codes, key=lambda code: -severity_of([code]))

    def _card_troubles(self) -> dict[str, str]:
        there = self.uplink is not None and not self.offline_s and not self.refusal
        return self.card.troubles(is_connected=there and time.monotonic() - self.started_s > CARD_WAITS_S)

    def _alarm_waits(self) -> bool:
        return self.journal.waiting().get(Lane.ALARM, 0) > 0

    def _is_cut_off(self, key: str, entry: HeardDevice) -> bool:
        """A receiver, reader or camera whose link is down: a band that has left is none, a silent one is said so."""
        listed = self.rosters.current.devices.get(key)
        return bool(entry.trouble) and not entry.silent and (listed is None or listed.kind != "band")

    def causes(self) -> dict[str, str]:
        """What is known of the cause of each trouble of `troubles`, in the words of the system or the other side."""
        now_ms = self.clock.elapsed_ms()
        causes = {
            "EDGE-JNL-001": self.journal.fault or "",
            "EDGE-UPL-001": self.refusal,
            "EDGE-UPL-002": self._uplink_error(),
            "EDGE-IDN-001": self.identity_fault(),
            "EDGE-IDN-002": self.identity_trouble(),
            "EDGE-RST-001": self.rosters.trouble,
            "EDGE-PAG-001": self.pairing.trouble,
            "EDGE-PAG-002": self.pairing.trouble,
            "EDGE-ANN-001": self.announcer.trouble if self.announcer is not None else "",
            "EDGE-UPD-001": self._rolled_back_words(),
        }
        causes |= self.identity_troubles()
        causes |= self._card_troubles()
        causes |= {f"EDGE-PAG-003:{page}": change for page, change in self.pairing.moved().items()}
        for driver in self.drivers:
            causes[f"EDGE-DRV-001:{driver.name}"] = causes[f"EDGE-DRV-003:{driver.name}"] = driver.error
            causes[f"EDGE-DRV-002:{driver.name}"] = driver.bug
        for state in self._channels():
            causes[f"EDGE-ALR-001:{state.name}"] = state.trouble
        for one in self.listeners:
            causes[f"EDGE-LSN-001:{one.name}"] = one.trouble
        for part, fault in self.background.faults.items():
            causes[f"EDGE-BOX-001:{part}"] = fault.error
        for key, entry in self.devices:
            causes[f"EDGE-DEV-001:{key}"] = causes[f"EDGE-DEV-002:{key}"] = entry.trouble
            causes[f"EDGE-DEV-003:{key}"] = entry.unknown_code(now_ms)
            causes[f"EDGE-SOS-002:{key}"] = entry.unknown_press
        return {code: causes[code] for code in self.troubles() if causes.get(code)}

    def _uplink_error(self) -> str:
        uplink = self.uplink
        return uplink.alarm.error or uplink.bulk.error if uplink is not None else ""

    def _rolled_back_words(self) -> str:
        what = self.versions.words.rolled_back if self.versions is not None else None
        return "" if what is None else what.words()

    def _channels(self) -> list[Any]:  # ChannelState of siren and endpoints
        siren = [self.alerts.siren.state] if self.alerts.siren else []
        return siren + [hook.state for hook in self.alerts.webhooks]

    def _silent_kiosks(self, now_ms: int) -> list[str]:
        beats = self.kiosk_service.beats_ms
        silent = [kiosk for kiosk, at_ms in beats.items() if now_ms - at_ms > self.kiosk_silent_ms]
        if time.monotonic() - self.started_s > NEVER_SEEN_S:  # a page that did not come back after our restart
            silent += [kiosk for kiosk in self.kiosk_service.kiosks if kiosk not in beats]
        return silent

    def gauges(self) -> dict[str, int]:
        """Figures of the process and the disk, by name with unit."""
        values = {
            "uptime_s": int(time.monotonic() - self.started_s),
            "rss_kb": _rss_kb(),
            "cpu_s": int(time.process_time()),
            "loop_lag_ms": round(self.loop_watch.lag_max_ms),
            "open_incidents": len(self.incidents.open()),
            "commit_us": round(self.journal.commit_latency_s * 1e6),
        }
        uplink = self.uplink
        if uplink is not None and uplink.bulk.rtt_ms is not None:
            values["rtt_ms"] = round(uplink.bulk.rtt_ms)
        if uplink is not None and uplink.lost_at_hub:
            values["lost_at_hub"] = uplink.lost_at_hub
        try:
            values["disk_free_mb"] = shutil.disk_usage(self.data).free // 1_000_000
        except OSError:
            pass  # the fault shows elsewhere
        return values

    # ---- to the hub

    def status(self) -> BoxStatus:
        """What the hub is told every few seconds."""
        status = BoxStatus(
            now=self.clock.stamp(),
            gauges=self.gauges(),
            troubles=self.troubles(),
            software=self.software,
            roster_revision=self.rosters.current.bundle.revision,
            card=self.card.level_for_hub.value,
        )
        for code, cause in list(self.causes().items())[:_CAUSES_MAX]:
            status.causes[code] = safe_text(cause)  # also what a device says of itself
        status.pages.extend(page_messages(self.pairing.desk))
        if self.versions is not None:
            status.version.CopyFrom(self.versions.message)
        for lane, count in self.journal.waiting().items():
            status.backlog[Lane.Name(lane)] = count  # type: ignore[arg-type]  # lanes are its numbers
        now_ms = self.clock.elapsed_ms()
        for number, (key, entry) in enumerate(self.devices):
            if number < _SKIP_DEVICES_AFTER or _is_just_pressed(entry, now_ms):
                status.devices.append(self._device_line(key, entry, now_ms))
        return status

    def event(self) -> Health:
        """The hourly event."""
        return Health(gauges=self.gauges(), troubles=self.troubles())

    def _device_line(self, key: str, entry: HeardDevice, now_ms: int) -> DeviceLine:
        listed = self.rosters.current.devices.get(key)
        return DeviceLine(
            device=key,
            adopted=entry.adopted,
            heard=entry.heard_ms is not None and not entry.silent,
            heard_ago_s=0 if entry.heard_ms is None else max(0, now_ms - entry.heard_ms) // 1000,
            frames=entry.frames,
            errors=entry.errors,
            battery_pct=entry.battery_pct,
            trouble=entry.trouble or ("not heard within its period" if entry.silent else ""),
            kind=listed.kind if listed else "",
            rssi_dbm=entry.rssi_dbm,
            zone=listed.zone if listed else "",
            pressed_ago_s=None if entry.pressed_ms is None else max(0, now_ms - entry.pressed_ms) // 1000,
        )

    # ---- to people

    def snapshot(self) -> dict[str, object]:
        """The whole state as JSON values."""
        now_ms = self.clock.elapsed_ms()
        stamp, true_ms, anchor = self.clock.stamp(), self.clock.true_ms(), self.clock.anchor()
        roster = self.rosters.current
        local = None
        if true_ms is not None:
            local = datetime.fromtimestamp(true_ms / 1000, UTC).astimezone(roster.zone_info).isoformat("T", "seconds")
        troubles = self.troubles()
        return {
            "ok": severity_of(troubles) < Severity.NOW,
            "box": self.box,
            "community": self.community,
            "software": self.software,
            "local_time": local,
            "troubles": troubles,
            "causes": self.causes(),
            "gauges": self.gauges(),
            "clock": {
                "quality": Quality.Name(stamp.quality),
                "error_ms": stamp.error_ms,
                "wall_ms": stamp.wall_ms,
                "skew_ms": stamp.wall_ms - true_ms if true_ms is not None and anchor is not None else None,
            },
            "journal": {
                "recording": self.journal.recording,
                "fault": self.journal.fault,
                "card": self.card.level.value,
                "waiting": {Lane.Name(lane): count for lane, count in self.journal.waiting().items()},  # type: ignore[arg-type]  # lanes are its numbers
                "heartbeat_age_s": round(self.journal.heartbeat_age_s(), 3),
                "commit_ms": round(self.journal.commit_latency_s * 1000, 3),
                "merged": self.journal.merged,
                "dropped": self.journal.dropped,
                "salvaged": asdict(self.journal.salvaged) if self.journal.salvaged else None,
            },
            "uplink": {
                "offline_s": round(self.offline_s, 1),
                "refusal": self.refusal,
                "state": _plain(self.uplink),
            },
            "roster": {
                "revision": roster.bundle.revision,
                "trouble": self.rosters.trouble,
                "from_hub": roster.bundle.from_hub,
                "left_over": self.roster_left_over(),
            },
            "incidents": {
                "open": len(self.incidents.open()),
                "ringing": [local.key for local in ringing(self.incidents.open())],
                "capped_rings": self.intake.capped_rings,
            },
            "drivers": [
                {**asdict(driver), "failing": driver.is_failing(now_ms), "set_aside": self.turned_away(driver.name)}
                for driver in self.drivers
            ],
            "channels": [asdict(state) for state in self._channels()],
            "devices": [self._device_row(key, entry, now_ms) for key, entry in self.devices],
            "kiosks": {
                kiosk: round((now_ms - at_ms) / 1000, 1) for kiosk, at_ms in self.kiosk_service.beats_ms.items()
            },
            "listeners": [
                {"name": one.name, "address": str(one.address or ""), "trouble": one.trouble} for one in self.listeners
            ],
            "pages": self.pairing.snapshot(),
            "faults": {part: asdict(fault) for part, fault in self.background.faults.items()},
            "announce": self._announce(),
            "self_test": asdict(self.self_test),
            "version": asdict(self.versions.words) if self.versions is not None else None,
        }

    def turned_away(self, driver: str) -> dict[str, int]:
        """Returns how many a driver's listener turned away, by cause."""
        return dict(self.set_aside[driver]()) if driver in self.set_aside else {}

    def _announce(self) -> dict[str, str]:
        announcer = self.announcer
        if announcer is None:
            return {"state": AnnounceState.OFF, "name": "", "trouble": ""}
        return {"state": announcer.state, "name": announcer.name, "trouble": announcer.trouble}

    def _device_row(self, key: str, entry: HeardDevice, now_ms: int) -> dict[str, object]:
        line = self._device_line(key, entry, now_ms)
        return {
            "device": key,
            "adopted": entry.adopted,
            "state": "silent" if entry.silent else "never" if entry.heard_ms is None else "heard",
            "note": "" if entry.adopted else "heard, not adopted",
            "heard_ago_s": line.heard_ago_s if entry.heard_ms is not None else None,
            "pressed_ago_s": line.pressed_ago_s if entry.pressed_ms is not None else None,
            "frames": entry.frames,
            "errors": entry.errors,
            "battery_pct": entry.battery_pct,
            "rssi_dbm": entry.rssi_dbm,
            "kind": line.kind,
            "zone": line.zone,
            "trouble": entry.trouble,
        }


def _is_just_pressed(entry: HeardDevice, now_ms: int) -> bool:
    """Whether somebody may be asked right now whose band it is."""
    return entry.pressed_ms is not None and now_ms - entry.pressed_ms <= WINDOW_S * 1000


class TroubleWatch:
    """Calls `changed()` when the box has other troubles than a moment ago: the hub need not wait for the next round."""

    def __init__(self, health: BoxHealth, changed: Callable[[], None]) -> None:
        self._health = health
        self._changed = changed
        self._last: list[str] = []

    def tick(self) -> None:
        """Call it about once a second."""
        troubles = self._health.troubles()
        if troubles != self._last:
            self._last = troubles
            self._changed()


def _rss_kb() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def _plain(value: object) -> object:
    """A dataclass as JSON values, whatever is in it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(part) for key, part in asdict(value).items()}
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
