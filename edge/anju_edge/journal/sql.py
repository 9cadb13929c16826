"""The journal's statements, out of the `.sql` files in `queries/`, read once when the box starts.

In code stay PRAGMAs, the bounds of transactions, and the copying of side tables in a salvage, which takes whatever
tables the schema has.
"""

from __future__ import annotations

from typing import Final

from anju_base.sql_queries import Queries, load_queries
from anju_edge.journal.streams import ROW_TABLE

_PACKAGE: Final = "anju_edge.journal.queries"

STORE: Final = load_queries(_PACKAGE, "store")
EMERGENCY: Final = load_queries(_PACKAGE, "emergency")
KV: Final = load_queries(_PACKAGE, "kv")
SALVAGE: Final = load_queries(_PACKAGE, "salvage")
ROWS: Final[dict[int, Queries]] = {
    lane: load_queries(_PACKAGE, "rows", table=table) for lane, table in ROW_TABLE.items()
}
DAMAGED_ROWS: Final[dict[int, Queries]] = {
    lane: load_queries(_PACKAGE, "damaged_rows", table=table) for lane, table in ROW_TABLE.items()
}
