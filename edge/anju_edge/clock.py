"""What the box knows of time: boot and running time always, the date only with a quality beside it.

Ages, waits and time to live come from running time (CLOCK_BOOTTIME), which nobody can set. The wall clock is recorded
raw with each event and used for nothing else. Where the true date is needed (which session a tap belongs to), it comes
from this boot's anchor: NTP, or hub time measured over the stream.
"""

from __future__ import annotations

import ctypes
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from google.protobuf.message import DecodeError

from anju_edge.date_check import LATEST_MS, RELEASED_MS, DateCheck
from anju_protos.stamps import Anchors, anchor_error_ms
from anju_protos.v1.event_pb2 import HELD, SYNCED, UNSET, Anchor, Quality, Stamp

RTC_DRIFT_PPM = 100  # a clock chip on a warm wall, twice the usual data sheet figure
SYNC_CHECK_MS = 1_000  # the kernel is asked at most this often
AGREES_MS = 1_000  # wall clock this near the anchor counts as synced
_MAX_ERROR_MS = 2**32 - 1  # what the stamp's field holds: 49 days; beyond that the date is as good as unknown
_STA_UNSYNC = 0x0040  # linux/timex.h
_TIMESYNC_FLAG = Path("/run/systemd/timesync/synchronized")


class Clock(Protocol):
    """Time as the box knows it."""

    @property
    def boot(self) -> int:
        """First 8 bytes of the kernel's boot id, big-endian."""

    def elapsed_ms(self) -> int:
        """Running time since boot, sleep included. Never jumps."""

    def wall_ms(self) -> int:
        """Raw wall clock, UTC milliseconds. May be anything."""

    def stamp(self, device_time_ms: int | None = None) -> Stamp:
        """Now, as an event records it."""

    def anchor(self) -> Anchor | None:
        """This boot's best known offset, if any."""

    def offer(self, anchor: Anchor) -> bool:
        """Offers an anchor measured elsewhere. True when it is better than ours: the box then journals a clock_fix.

        One that contradicts what the box knows is taken after a second look only (`date_check`).
        """

    def wants_second_look(self) -> bool:
        """True while a date that was offered waits to be measured again, later."""

    def true_ms(self) -> int | None:
        """UTC milliseconds now by the best knowledge, None while nobody can say (the quality is UNSET)."""

    def poll(self) -> Anchor | None:
        """Looks whether the kernel has been synced since; returns a new, better anchor if so."""

    def set_floor(self, floor: Floor) -> None:
        """Takes over what earlier runs knew: the date was never before it, and within one boot it holds on."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The last true time that an earlier run was sure of, UTC ms, and the anchor that it was sure by. 0 = none.

    CLOCK_BOOTTIME goes on when a service is restarted, so within the same boot the anchor is as good as it was.
    """

    true_ms: int = 0
    anchor: Anchor | None = None

    def encode(self) -> bytes:
        kept: dict[str, object] = {"true_ms": self.true_ms}
        if self.anchor is not None:
            kept["anchor"] = self.anchor.SerializeToString().hex()
        return json.dumps(kept).encode()

    @staticmethod
    def decode(data: bytes) -> Floor:
        """Raises ValueError, KeyError or TypeError for what is no floor; a time that cannot be is none."""
        kept = json.loads(data)
        true_ms = int(kept["true_ms"])
        if not 0 <= true_ms <= LATEST_MS:
            return Floor()
        try:
            anchor = Anchor.FromString(bytes.fromhex(kept["anchor"])) if "anchor" in kept else None
        except DecodeError as error:
            raise ValueError("the clock's anchor cannot be read") from error
        return Floor(true_ms, anchor)


@dataclass(frozen=True, slots=True)
class _Judged:
    quality: Quality.ValueType
    error_ms: int


class _BaseClock:
    """What system and simulated clock share: judging the wall clock against anchor and floor."""

    def __init__(self, boot: int) -> None:
        self._boot = boot
        self._anchors = Anchors()
        self._floor = Floor()
        self._judged = _Judged(UNSET, 0)
        self._judged_at_ms = -SYNC_CHECK_MS
        self._judged_offset_ms = 0
        self._check = DateCheck()

    @property
    def boot(self) -> int:
        return self._boot

    def elapsed_ms(self) -> int:
        raise NotImplementedError

    def wall_ms(self) -> int:
        raise NotImplementedError

    def _kernel_sync_error_ms(self) -> int | None:
        """Bound on the wall clock's error if the kernel calls it synced, else None."""
        raise NotImplementedError

    def _has_clock_chip(self) -> bool:
        """True when the wall clock ran on while the box was off."""
        raise NotImplementedError

    def set_floor(self, floor: Floor) -> None:
        if floor.true_ms > self._floor.true_ms:  # never back
            self._floor = floor
            self._judged_at_ms = -SYNC_CHECK_MS
        if floor.anchor is not None and floor.anchor.boot == self._boot:  # the service was restarted, not the box
            self._anchors.add(floor.anchor)

    def _judge(self, elapsed_ms: int, wall_ms: int) -> _Judged:
        offset_ms = wall_ms - elapsed_ms
        fresh = elapsed_ms - self._judged_at_ms < SYNC_CHECK_MS
        if fresh and abs(offset_ms - self._judged_offset_ms) <= 2:  # nobody stepped it in between
            return self._judged
        self._judged_at_ms, self._judged_offset_ms = elapsed_ms, offset_ms
        self._judged = self._judge_now(elapsed_ms, wall_ms)
        return self._judged

    def _judge_now(self, elapsed_ms: int, wall_ms: int) -> _Judged:
        anchor = self._anchors.best(self._boot)
        if anchor is not None:
            error = anchor_error_ms(anchor, elapsed_ms)
            apart = abs(wall_ms - elapsed_ms - anchor.offset_ms)
            if apart <= error + AGREES_MS:
                return _Judged(SYNCED, apart + error)
            if apart + error < _MAX_ERROR_MS and wall_ms >= RELEASED_MS:
                return _Judged(HELD, apart + error)
            return _Judged(UNSET, 0)
        floor_ms = max(RELEASED_MS, self._floor.true_ms)
        if not floor_ms <= wall_ms <= LATEST_MS:
            return _Judged(UNSET, 0)
        error_ms = self._kernel_sync_error_ms()
        if error_ms is not None:
            return _Judged(SYNCED, error_ms)
        if self._floor.true_ms and self._has_clock_chip():
            drift_ms = 2_000 + (wall_ms - self._floor.true_ms) * RTC_DRIFT_PPM // 1_000_000
            if drift_ms < _MAX_ERROR_MS:
                return _Judged(HELD, drift_ms)
        return _Judged(UNSET, 0)

    def stamp(self, device_time_ms: int | None = None) -> Stamp:
        elapsed_ms, wall_ms = self.elapsed_ms(), self.wall_ms()
        judged = self._judge(elapsed_ms, wall_ms)
        stamp = Stamp(
            boot=self._boot,
            elapsed_ms=elapsed_ms,
            wall_ms=wall_ms,
            quality=judged.quality,
            error_ms=judged.error_ms,
        )
        if device_time_ms is not None:
            stamp.device_time_ms = device_time_ms
        return stamp

    def anchor(self) -> Anchor | None:
        return self._anchors.best(self._boot)

    def offer(self, anchor: Anchor) -> bool:
        if anchor.boot != self._boot or not self._check.is_believed(anchor, self.anchor(), self._floor.true_ms):
            return False
        return self._take(anchor)

    def _take(self, anchor: Anchor) -> bool:
        """Keeps an anchor that is believed, if it is better; the floor goes with it, also back from a wrong one."""
        taken = self._anchors.add(anchor)
        if taken:
            self._judged_at_ms = -SYNC_CHECK_MS
            self._floor = Floor(self.elapsed_ms() + anchor.offset_ms, anchor)
        return taken

    def wants_second_look(self) -> bool:
        return self._check.waits_for(Anchor.HUB)

    def true_ms(self) -> int | None:
        elapsed_ms = self.elapsed_ms()
        anchor = self._anchors.best(self._boot)
        if anchor is not None:
            return elapsed_ms + anchor.offset_ms
        wall_ms = self.wall_ms()
        return None if self._judge(elapsed_ms, wall_ms).quality == UNSET else wall_ms

    def poll(self) -> Anchor | None:
        error_ms = self._kernel_sync_error_ms()
        elapsed_ms, wall_ms = self.elapsed_ms(), self.wall_ms()
        if error_ms is None or wall_ms < RELEASED_MS:
            return None
        measured = Anchor(
            boot=self._boot,
            offset_ms=wall_ms - elapsed_ms,
            error_ms=max(error_ms, 1),
            at_elapsed_ms=elapsed_ms,
            source=Anchor.NTP,
        )
        # A date that was set by hand is not believed at once: systemd's flag says "synced" until the next answer.
        return measured if self.offer(measured) else None


class _Timex(ctypes.Structure):
    """struct timex of linux/timex.h, as far as we read it; the padding is longer than any kernel's."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


class SystemClock(_BaseClock):
    """The kernel's clocks: CLOCK_BOOTTIME for running time, adjtimex(2) and timesyncd's flag file for the quality."""

    def __init__(self) -> None:
        super().__init__(int.from_bytes(bytes.fromhex(_boot_id().replace("-", ""))[:8], "big"))
        self._libc = ctypes.CDLL(None, use_errno=True)

    def elapsed_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def _kernel_sync_error_ms(self) -> int | None:
        timex = _Timex()
        answered = self._libc.adjtimex(ctypes.byref(timex)) >= 0  # systemd's ProtectClock forbids even to ask
        if answered and not timex.status & _STA_UNSYNC:
            return min(int(timex.maxerror) // 1000 + 1, _MAX_ERROR_MS)
        return 1_000 if _TIMESYNC_FLAG.exists() else None

    def _has_clock_chip(self) -> bool:
        return Path("/sys/class/rtc/rtc0").exists()


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


class SimulatedClock(_BaseClock):
    """A clock whose date can be set wrong while it runs; running time is real, or moved by hand with `advance`.

    `wall_offset_ms` is added to the host's wall clock. `synced` says what the kernel would say of it.
    """

    def __init__(self, boot: int, wall_offset_ms: int = 0, *, synced: bool = True, manual: bool = False) -> None:
        super().__init__(boot)
        self.wall_offset_ms, self.synced = wall_offset_ms, synced
        self._manual = manual
        self._elapsed_ms = 0
        self._wall_at_start_ms = time.time_ns() // 1_000_000
        self._started_ns = time.monotonic_ns()

    def advance(self, ms: int) -> None:
        """Moves a manual clock on."""
        self._elapsed_ms += ms

    def elapsed_ms(self) -> int:
        if self._manual:
            return self._elapsed_ms
        return self._elapsed_ms + (time.monotonic_ns() - self._started_ns) // 1_000_000

    def wall_ms(self) -> int:
        return self._wall_at_start_ms + self.elapsed_ms() + self.wall_offset_ms

    def set_wall(self, wall_ms: int) -> None:
        """Sets the date, as a person or a bad time server would."""
        self.wall_offset_ms += wall_ms - self.wall_ms()

    def _kernel_sync_error_ms(self) -> int | None:
        return 50 if self.synced else None

    def _has_clock_chip(self) -> bool:
        return False


@dataclass(slots=True)
class RunningTime:
    """The box's running time over all boots, in ms: what ages that outlive a restart are measured with.

    Time while the box is off is not counted; a restart of the process within one boot is.
    """

    boot: int = 0
    at_elapsed_ms: int = 0
    total_ms: int = 0

    def total_at(self, boot: int, elapsed_ms: int) -> int:
        """Returns the counter now, and keeps it. `elapsed_ms` since boot."""
        if boot == self.boot:
            self.total_ms += max(0, elapsed_ms - self.at_elapsed_ms)
        else:
            self.total_ms += elapsed_ms  # this boot's time before we started counts as well
        self.boot, self.at_elapsed_ms = boot, elapsed_ms
        return self.total_ms

    def encode(self) -> bytes:
        return json.dumps({"boot": self.boot, "at_elapsed_ms": self.at_elapsed_ms, "total_ms": self.total_ms}).encode()

    @staticmethod
    def decode(data: bytes) -> RunningTime:
        read = json.loads(data)
        return RunningTime(int(read["boot"]), int(read["at_elapsed_ms"]), int(read["total_ms"]))
