"""Writes what is made from the box's table of troubles: the console's words, and the table in docs/install.md.

    python edge/trouble_tables.py [FOLDER]

`./dev contracts` calls it; tests/edge/test_trouble_codes.py says when its result is stale.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from anju_edge.health.trouble_codes import TROUBLES, Severity

CONSOLE: Final = Path("central/web/src/state/troubles.gen.ts")
DOCUMENT: Final = Path("docs/install.md")
BEGIN: Final = "<!-- made from edge/anju_edge/health/trouble_codes.py by ./dev contracts -->\n"
END: Final = "<!-- end of what is made -->\n"
WHEN: Final = {Severity.NOW: "now", Severity.SOON: "soon", Severity.FINE: "-"}


def console_text() -> str:
    """Returns the console's module."""
    lines = ["// Made by `./dev contracts` from the box's table of troubles. Never edited.", ""]
    lines += ["export interface Trouble {", "  readonly severity: number;"]
    lines += [f"  readonly {name}: string;" for name in ("zh", "en", "next_zh", "next_en")]
    lines += ["}", "", "export const TROUBLES: Readonly<Record<string, Trouble>> = {"]
    for code, one in TROUBLES.items():
        lines.append(f"  {json.dumps(code)}: {{")
        lines.append(f"    severity: {int(one.severity)},")
        texts = {"zh": one.zh, "en": one.en, "next_zh": one.next_zh, "next_en": one.next_en}
        lines += [f"    {name}: {json.dumps(text, ensure_ascii=False)}," for name, text in texts.items()]
        lines.append("  },")
    return "\n".join([*lines, "};", ""])


def document_text(old: str) -> str:
    """Returns the technician's page with a fresh table between the marks. Raises ValueError where they are missing."""
    head, begin, rest = old.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT} has no place for the table of troubles")
    rows = ["| code | when | what it is | do |", "|---|---|---|---|"]
    for code, one in TROUBLES.items():
        rows.append(f"| `{code}` | {WHEN[one.severity]} | {one.zh}<br>{one.en} | {one.next_zh}<br>{one.next_en} |")
    return head + BEGIN + "\n".join(rows) + "\n" + END + tail


def main() -> None:
    """Writes both below the folder that is given, else in place."""
    root = Path(__file__).parent.parent
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else root
    for path, text in (
        (CONSOLE, console_text()),
        (DOCUMENT, document_text((root / DOCUMENT).read_text(encoding="utf-8"))),
    ):
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
