"""At the start: brings the emergency file and the journal together, and moves what the other one is to keep.

A journal that is encrypted from this start on keeps nothing of people in its side tables; one that no longer is, keeps
all there again.
"""

from __future__ import annotations

from typing import Final

from anju_edge.journal.sql import EMERGENCY, STORE
from anju_edge.journal.store import Store

JOURNALED: Final = 0  # where streams have their numbers in `head`, the emergency file's last transaction has this one


def settle_personal(store: Store) -> None:
    """Takes back what the journal never had, and moves what stands in the wrong file. Raises sqlite3.Error."""
    if store.card.own is not None:
        _into_emergency(store)
    elif store.emergency.path.exists():
        _into_journal(store)


def _settled(store: Store) -> None:
    found = store.connection.execute(STORE.get_head, (JOURNALED,)).fetchone()
    number = store.emergency.settle(int(found[0]) if found is not None else None)
    if number is None:  # what it has is judged when it is there again, by what stands here now
        return
    with store.transaction():
        store.connection.execute(STORE.put_head, (JOURNALED, number, b""))


def _into_emergency(store: Store) -> None:
    """Check-ins of before are left behind: a second tap of that day is a second event, which the hub counts once."""
    _settled(store)
    rows = store.connection.execute(EMERGENCY.list_open_incidents).fetchall()
    if rows and store.emergency.write([(EMERGENCY.put_open_incident, row) for row in rows]) is None:
        return  # they stay where they are until the file takes them
    with store.overwriting(), store.transaction():
        store.connection.execute(EMERGENCY.delete_open_incidents)
        store.connection.execute(EMERGENCY.delete_check_ins)
    store.emergency.confirm()
    store.overwrites = any(store.starts_plain(stream) for stream in store.streams.values())
    store.purge_due = store.overwrites  # pages that were freed before, and the log, still hold what stood there


def _into_journal(store: Store) -> None:
    _settled(store)
    incidents = store.emergency.query(EMERGENCY.list_open_incidents)
    check_ins = store.emergency.query(EMERGENCY.list_check_ins)
    with store.transaction():
        store.connection.executemany(EMERGENCY.put_open_incident, incidents)
        store.connection.executemany(EMERGENCY.put_check_in, check_ins)
    store.emergency.write([(EMERGENCY.delete_open_incidents, ()), (EMERGENCY.delete_check_ins, ())])
    store.emergency.confirm()
