"""The wrapped keys of this box's starts: kept before anything is encrypted by them, gone with the last row of each."""

from __future__ import annotations

from collections.abc import Iterator

from anju_edge.journal.card import HASH_BOX_BYTES, KEY_ID_BYTES, is_boxed, key_of_boxed
from anju_edge.journal.sql import KV, STORE
from anju_edge.journal.store import Store


def keep_boot_key(store: Store) -> None:
    """Puts this start's wrapped key on the disk and removes those of which nothing is left. Raises sqlite3.Error."""
    known = {key_id: number for number, key_id, _ in store.connection.execute(STORE.list_boot_keys)}
    oldest = min((known.get(key_id, 0) for key_id in _oldest_in_use(store)), default=max(known.values(), default=0) + 1)
    own = store.card.own
    with store.transaction():
        store.connection.execute(STORE.delete_boot_keys_before, (oldest,))
        if own is not None:
            store.connection.execute(STORE.put_boot_key, (own.key_id, own.wrapped.wrapped))


def _oldest_in_use(store: Store) -> Iterator[bytes]:
    """The keys of each stream's first row, b"" for one that is not encrypted: what follows it may be of any start.

    Values that are kept by name come first. Within a stream, rows stand in the order of starts. Skips that keep an
    encrypted hash name their key, too.
    """
    for (value,) in store.connection.execute(KV.list_values):
        if isinstance(value, bytes) and is_boxed(value):
            yield key_of_boxed(value)
    for stream in store.streams.values():
        for _, _, _, hash_after in store.skips(stream, stream.base, stream.last):
            if len(hash_after) == HASH_BOX_BYTES:
                yield hash_after[:KEY_ID_BYTES]
        _, row = store.row_over(stream, stream.base + 1) or (0, None)
        if row is not None:
            yield row.key_id
