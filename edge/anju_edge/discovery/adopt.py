"""What a person accepted, written into the box's configuration and roster files. Texts in, texts out; then the files.

Only whole tables are added or taken away, at the end of the file or where they stand: comments and the rest stay as
they are. A changed text is read back before it counts, so that no adoption leaves a file that stops the box.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")


class AdoptError(ValueError):
    """The files cannot be changed so; says what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file before and after. `path` may not exist yet (`before` empty)."""

    path: Path
    before: str
    after: str

    @property
    def is_needed(self) -> bool:
        return self.before != self.after

    def diff(self) -> str:
        """The change as a person reads it, unified."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            str(self.path),
            f"{self.path} (new)",
        )
        return "".join(lines)

    def write(self, stamp: str) -> Path:
        """Writes the new text whole or not at all, the old one beside it under `.<stamp>.bak`, and returns that name.

        Raises `AdoptError` when the file changed meanwhile, OSError when it cannot be written.
        """
        if self.path.read_text(encoding="utf-8") != self.before:
            raise AdoptError(f"{self.path} has changed meanwhile; look again")
        mode = self.path.stat().st_mode & 0o777
        backup = self.path.with_name(f"{self.path.name}.{stamp}.bak")
        _write_whole(backup, self.before, mode)
        _write_whole(self.path, self.after, mode)
        return backup


def _write_whole(path: Path, text: str, mode: int) -> None:
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def toml_value(value: object) -> str:
    """A value as TOML writes it. Raises `AdoptError` for what has no such form here."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {toml_value(one)}" for key, one in value.items()) + " }"
    raise AdoptError(f"{type(value).__name__} cannot be written to TOML")


def _key(key: object) -> str:
    text = str(key)
    return text if _BARE_KEY.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def table_text(table: str, row: Mapping[str, object]) -> str:
    """One `[[table]]`, a key a line; empty texts are left out."""
    lines = [f"{_key(key)} = {toml_value(value)}" for key, value in row.items() if value != ""]
    return "\n".join([f"[[{table}]]", *lines]) + "\n"


def add_row(text: str, table: str, row: Mapping[str, object], unique: str) -> str:
    """The text with one more `[[table]]` at its end. Raises `AdoptError` when `unique` is taken."""
    if any(one.get(unique) == row[unique] for one in rows(text, table)):
        raise AdoptError(f"{table}: {unique} {row[unique]!r} is taken; choose another, or forget the old one first")
    joint = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    return _checked(text, text + joint + table_text(table, row), table, [*rows(text, table), _plain(row)])


def remove_row(text: str, table: str, unique: str, value: str) -> str:
    """The text without the `[[table]]` whose `unique` is `value` and its sub-tables; unchanged if there is none."""
    found = rows(text, table)
    number = next((at for at, row in enumerate(found) if row.get(unique) == value), None)
    if number is None:
        return text
    lines = text.splitlines(keepends=True)
    start, end = _span(lines, table, number)
    return _checked(text, "".join(lines[:start] + lines[end:]), table, found[:number] + found[number + 1 :])


def next_revision(text: str) -> str:
    """A roster's text with its revision one higher, so that box and hub can name the change."""
    found = re.search(r"(?m)^revision[ \t]*=[ \t]*([0-9]+)", text)
    first_table = re.search(r"(?m)^[ \t]*\[", text)
    if found is None or (first_table and first_table.start() < found.start()):
        return text
    return text[: found.start(1)] + str(int(found[1]) + 1) + text[found.end(1) :]


def rows(text: str, table: str) -> list[dict[str, object]]:
    """The rows of a table. Raises `AdoptError` when the text is no TOML."""
    try:
        found = tomllib.loads(text).get(table, [])
    except tomllib.TOMLDecodeError as error:
        raise AdoptError(f"the file is no TOML now: {error}") from error
    return [dict(row) for row in found] if isinstance(found, list) else []


def _span(lines: list[str], table: str, number: int) -> tuple[int, int]:
    """Lines of the table's row: from its header to the next header that is not of its own sub-tables."""
    seen, start = -1, None
    for at, line in enumerate(lines):
        header = _HEADER.fullmatch(line.rstrip("\r\n"))
        if header is None:
            continue
        name = header[1].replace('"', "")
        is_row = name == table and line.lstrip().startswith("[[")
        if start is not None and (is_row or not name.startswith(f"{table}.")):
            return start, _without_lead(lines, at)
        if is_row:
            seen += 1
            start = at if seen == number else None
    if start is None:
        raise AdoptError(f"the row of {table} is not written as [[{table}]]; take it out by hand")
    return start, len(lines)


def _without_lead(lines: list[str], at: int) -> int:
    """A comment right above a header belongs to it, not to the row that ends there."""
    while at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _checked(before: str, after: str, table: str, wanted: list[dict[str, object]]) -> str:
    """The new text, if it says just what was meant: the table's rows as wanted, and all else as it was."""
    was, now = tomllib.loads(before), tomllib.loads(after)
    was.pop(table, None)
    found = now.pop(table, [])
    if found != wanted or was != now:
        raise AdoptError(f"{table} is written in a form that cannot be changed safely; edit the file by hand")
    return after


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    """The row as it is read back."""
    return {key: _listed(value) for key, value in row.items() if value != ""}


def _listed(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_listed(one) for one in value]
    return {key: _listed(one) for key, one in value.items()} if isinstance(value, Mapping) else value
