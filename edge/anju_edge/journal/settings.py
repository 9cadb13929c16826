"""What may be set about the journal, with the shipped values."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


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
    - `synchronous`: anything but FULL breaks the promise that acknowledged means on disk; only rigs lower it, to prove
      that they would see the loss.
    """

    mount: str = ""
    linger_s: float = 10.0
    group_rows: int = 1000
    quota_bytes: int = 2048 * MIB
    reserve_bytes: int = 64 * MIB
    floor_bytes: int = 64 * MIB
    ballast_bytes: int = 16 * MIB
    keep_acked: int = 8192
    held_urgent: int = 4096
    held_telemetry: int = 20_000
    checkpoint_pages: int = 1000
    retry_first_s: float = 0.2
    retry_max_s: float = 5.0
    save_acks_s: float = 60.0
    hard_limit_bytes: int = 0
    synchronous: str = "FULL"
