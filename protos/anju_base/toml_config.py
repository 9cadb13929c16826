"""TOML files that people write, read so that whatever is wrong is named by file, line and key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TypeVar


class TomlFileError(ValueError):
    """Names file, line (counted from 1, None where it cannot be told), key and reason."""

    def __init__(self, path: Path, line: int | None, key: str, reason: str) -> None:
        where = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{where}: {key}: {reason}")
        self.path, self.line, self.key, self.reason = path, line, key, reason


_Wrong = TypeVar("_Wrong", bound=TomlFileError)


def read_text(path: Path, wrong: type[_Wrong]) -> str:
    """The file's text. Raises `wrong` when it cannot be read or is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise wrong(path, None, "file", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise wrong(path, None, "file", "is not UTF-8; save it as UTF-8") from error


def parse(text: str, path: Path, wrong: type[_Wrong]) -> dict[str, object]:
    """The tables of a text; `path` is only named. Raises `wrong` where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise wrong(path, int(found[1]) if found else None, "TOML", str(error)) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a list in a list in a list ...
        raise wrong(path, None, "TOML", f"cannot be read: {error}") from error


def line_of(text: str, key: str) -> int | None:
    """Returns the line of a dotted key (`siren.port`, `drivers[2].name`; counted from 1), else of what holds it."""
    while key:
        line = _line_of(text, key)
        if line is not None:
            return line
        key = key.rpartition(".")[0]
    return None


def _line_of(text: str, key: str) -> int | None:
    table, _, last = key.rpartition(".")
    found = re.fullmatch(r"(.*?)(?:\[(\d+)\])?", table or key)
    wanted, number = (found[1], int(found[2] or 1)) if found else (key, 1)
    header = re.compile(rf"\s*\[\[?\s*{re.escape(wanted)}\s*\]\]?\s*(#.*)?")
    assignment = re.compile(rf"\s*[\"']?{re.escape(last)}[\"']?\s*[=.]")
    seen, inside, table_line = 0, not table, None
    for line_number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = False
            if header.fullmatch(line):
                seen += 1
                if seen == number:
                    inside, table_line = bool(table), line_number
        elif inside and assignment.match(line):
            return line_number
    return table_line
