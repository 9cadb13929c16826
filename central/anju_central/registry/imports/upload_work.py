"""What the worker does with an uploaded sheet: a look at its sheets, and a comparison that is kept in files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from anju_base.whole_file import replace_file
from anju_central.access.caller import Caller
from anju_central.registry.database import Registry
from anju_central.registry.imports.compared_lists import write_lists
from anju_central.registry.imports.job import Ready, look
from anju_central.registry.imports.problems import NOTED
from anju_central.registry.imports.reading_json import Json, look_json
from anju_central.registry.imports.reading_process import make_error_sheet

MEND: Final = "mend.xlsx"  # rows to mend and send again


async def look_at_sheets(caller: Caller, registry: Registry, data: bytes, file_name: str) -> Json:
    """Returns the sheets of a file. Raises SheetRefused, RegistryUnavailable."""
    return {"sheets": [look_json(sheet) for sheet in await look(caller, registry, data, file_name)]}


async def keep_comparison(folder: Path, ready: Ready, data: bytes, file_name: str) -> Json:
    """Writes what a sheet would do beside it, and its rows to mend; returns what it is in short.

    Raises SheetRefused, OSError.
    """
    lists = write_lists(folder, ready)
    has_mend = any(problem.what_becomes != NOTED for problem in ready.problems)
    if has_mend:
        replace_file(folder / MEND, await make_error_sheet(data, file_name, ready.choice, ready.problems), 0o600)
    else:
        (folder / MEND).unlink(missing_ok=True)
    return {
        "compared": {
            "sheet": look_json(ready.look),
            "fields": [[column, field] for column, field in ready.choice.fields.items()],
            "community": ready.choice.community,
            "lists": lists,
            "same": ready.planned.plan.same,
            "passed_over": len(ready.checked.passed_over),
            "as_of_ms": ready.file.as_of_ms,
            "last_action": ready.planned.last_action,
            "problems_not_kept": ready.checked.problems_not_kept,
            "has_mend": has_mend,
        }
    }
