"""What may be set about the journal, with the shipped values."""

from __future__ import annotations

from dataclasses import dataclass, field

from anju_base.toml_settings import in_range, length, one_of

MIB = 1 << 20
TIB = 1 << 40


def _is_absolute(text: str) -> None:
    if text and not text.startswith("/"):
        raise ValueError("must be an absolute path, for example /mnt/data")


@dataclass(frozen=True, slots=True)
class JournalSettings:
    """Sizes and waits of the journal.

    - `mount`: where the disk that holds the journal must be mounted; without it nothing is recorded. Empty = any disk.
    - `linger_s`: how long TELEMETRY may wait for company before it is written; spares the flash.
    - `group_rows`: most rows in one transaction.
    - `quota_bytes`, `reserve_bytes`: the file's content may grow to the quota; the reserve at its end is for ALARM and
      ACTIVITY, so unconfirmed TELEMETRY is evicted at quota - reserve.
    - `floor_bytes`: with less than this free on the disk, the file stops growing for TELEMETRY's sake.
    - `ballast_bytes`: disk space kept in a file of zeros, given up when the disk is full; 0 = none.
    - `keep_acked`: confirmed events kept for each live stream, for a hub that is restored from a backup.
    - `held_urgent`, `held_telemetry`: events in memory, for each lane, while the disk does not take them.
    - `retry_first_s`, `retry_max_s`: pause before reopening after a fault, doubled up to the maximum.
    - `save_acks_s`: how long a cursor may be known in memory only; after a crash the hub tells it again.
    - `hard_limit_bytes`: the file never grows beyond, as if the disk ended there; 0 = as far as the disk goes.
    - `encryption`: whether all but the emergency file is encrypted, once the hub has said what to wrap the keys to; a
      box that was not claimed has no such hub (docs/adr/0019).
    - `synchronous`: anything below FULL breaks the promise that acknowledged means on disk: no file may say it, only
      rigs lower it, to prove that they would see the loss.
    """

    encryption: str = field(default="on", metadata=one_of("on", "off"))
    mount: str = field(default="", metadata=length(0, 4096, check=_is_absolute))
    linger_s: float = field(default=10.0, metadata=in_range(0, 3600))
    group_rows: int = field(default=1000, metadata=in_range(1, 10_000))
    quota_bytes: int = field(default=2048 * MIB, metadata=in_range(4 * MIB, TIB))
    reserve_bytes: int = field(default=64 * MIB, metadata=in_range(0, TIB))
    floor_bytes: int = field(default=64 * MIB, metadata=in_range(0, TIB))
    ballast_bytes: int = field(default=16 * MIB, metadata=in_range(0, 1024 * MIB))
    keep_acked: int = field(default=8192, metadata=in_range(0, 10_000_000))
    held_urgent: int = field(default=4096, metadata=in_range(16, 1_000_000))
    held_telemetry: int = field(default=20_000, metadata=in_range(16, 1_000_000))
    checkpoint_pages: int = field(default=1000, metadata=in_range(16, 100_000))
    retry_first_s: float = field(default=0.2, metadata=in_range(0.01, 60))
    retry_max_s: float = field(default=5.0, metadata=in_range(0.01, 600))
    save_acks_s: float = field(default=60.0, metadata=in_range(0.1, 3600))
    hard_limit_bytes: int = field(default=0, metadata=in_range(0, TIB))
    synchronous: str = field(default="FULL", metadata=one_of("FULL", "EXTRA"))
