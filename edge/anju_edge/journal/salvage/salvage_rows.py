"""Reads the rows of one stream from a damaged file: in windows, past what cannot be read.

Where a read fails, the next readable key is found by doubling steps and then bisection, so that a damaged page costs
the rows on it and no others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from anju_edge.journal.segments import sound_row
from anju_edge.journal.sql import DAMAGED_ROWS

StoredRow = tuple[int, int, bytes]  # key, CRC, data
Range = tuple[int, int]  # first and last key
_COUNTED = 50_000


class DamagedRows:
    """The rows with keys low..high of one lane. Reads raise nothing; what is amiss is left out."""

    def __init__(self, connection: sqlite3.Connection, lane: int, low: int, high: int) -> None:
        self._connection = connection
        self._sql = DAMAGED_ROWS[lane]
        self.low = low
        self.high = high

    def unreachable(self) -> list[Range]:
        """Returns the key ranges, ascending, in which rows may be that SQLite cannot reach, and where keys are missing.

        Where each row holds one event it looks at keys only, so it is fast: a row with a wrong CRC counts as reached.
        """
        found: list[Range] = []
        at = self.low
        while at <= self.high:
            try:
                found_keys = self._connection.execute(self._sql.count_keys, (at, self.high, _COUNTED))
                count, first, last = found_keys.fetchone()
            except sqlite3.DatabaseError:
                at = self._step_over(at, found)
                continue
            if count == 0:
                break
            if count != last - first + 1 or first > at > self.low:
                found.extend(self._missing(at, last))
            at = last + 1
        return found

    def _step_over(self, at: int, found: list[Range]) -> int:
        """Goes on key by key to the damage and over it. Returns where reading can go on."""
        try:
            for (key,) in self._connection.execute(self._sql.list_keys, (at, self.high)):
                if key > at:
                    found.append((at, key - 1))
                at = max(at, key + 1)
        except sqlite3.DatabaseError:
            following = self._next_readable(at)
            found.append((at, following - 1))
            return following
        return self.high + 1

    def _missing(self, first: int, last: int) -> list[Range]:
        """Ranges up to `last` of which no sound row says that it holds them."""
        found: list[Range] = []
        at = first
        try:
            for key, crc, data in self._connection.execute(self._sql.list_rows, (first, last)):
                row = sound_row(key, crc, data)
                held_from = key if row is None else key - row.last + row.first
                if held_from > at > self.low:
                    found.append((at, held_from - 1))
                at = max(at, key + 1)
        except sqlite3.DatabaseError:
            found.append((at, last))
        return found

    def window(self, first: int, last: int) -> tuple[list[StoredRow], bool]:
        """Returns the sound rows with keys first..last, and whether reading them met no trouble."""
        try:
            rows = self._connection.execute(self._sql.list_rows, (first, last)).fetchall()
        except sqlite3.DatabaseError:
            return self._picked(first, last), False
        sound = [row for row in rows if sound_row(*row)]
        return sound, len(sound) == len(rows)

    def _picked(self, first: int, last: int) -> list[StoredRow]:
        rows: list[StoredRow] = []
        at = first
        while at <= last:
            try:
                for row in self._connection.execute(self._sql.list_rows, (at, last)):
                    if row[0] >= at:  # a damaged page may tell anything
                        at = row[0] + 1
                        if sound_row(*row):
                            rows.append(row)
                break
            except sqlite3.DatabaseError:
                at = self._next_readable(at)
        return rows

    def next_key(self, at: int) -> int | None:
        """Returns the lowest key from `at` on that can be read."""
        while at <= self.high:
            try:
                found = self._connection.execute(self._sql.first_key, (at, self.high)).fetchone()
            except sqlite3.DatabaseError:
                at = self._next_readable(at)
                continue
            return None if found[0] is None else int(found[0])
        return None

    def _next_readable(self, at: int) -> int:
        """The lowest key above `at` from where a read succeeds; `high` + 1 when there is none."""
        bad, step = at, 1
        while not self._readable(at + step):
            bad = at + step
            step *= 2
            if at + step > self.high:
                return self.high + 1
        good = at + step
        while good - bad > 1:
            middle = (good + bad) // 2
            if self._readable(middle):
                good = middle
            else:
                bad = middle
        return good

    def _readable(self, key: int) -> bool:
        try:
            self._connection.execute(self._sql.first_row, (key, self.high)).fetchall()
        except sqlite3.DatabaseError:
            return False
        return True


def without(ranges: Sequence[Range], taken: Sequence[Range]) -> list[Range]:
    """Returns `ranges` less what `taken` covers; both ascending."""
    left: list[Range] = []
    for first, last in ranges:
        at = first
        for start, end in taken:
            if end < at or start > last:
                continue
            if start > at:
                left.append((at, start - 1))
            at = max(at, end + 1)
        if at <= last:
            left.append((at, last))
    return left
