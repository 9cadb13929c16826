"""A driver's own table of `edge.toml`, read with a word about what is wrong.

Every getter raises `DriverConfigError` with the key and the range; unknown keys are refused at construction.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from anju_drivers.errors import DriverConfigError


class Options:
    """`known` maps each key to its meaning (`DriverSpec.options`)."""

    def __init__(self, table: Mapping[str, object], known: Mapping[str, str], prefix: str = "") -> None:
        self._table, self._prefix = table, prefix
        for key in table:
            if key not in known:
                raise DriverConfigError(f"{prefix}{key}", f"unknown key; known are {', '.join(sorted(known))}")

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def fail(self, key: str, reason: str) -> DriverConfigError:
        """The error to raise for a value of `key` that only the driver can judge."""
        return DriverConfigError(f"{self._prefix}{key}", reason)

    def text(self, key: str, default: str | None = None, choices: tuple[str, ...] = ()) -> str:
        """A text; required and not blank when there is no default."""
        value = self._table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fail(key, "a text is needed here")
        if choices and value not in choices:
            raise self.fail(key, f"must be one of {', '.join(choices)}")
        return value

    def integer(self, key: str, default: int | None, low: int, high: int) -> int:
        value = self._table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.fail(key, f"must be a whole number from {low} to {high}")
        return value

    def number(self, key: str, default: float | None, low: float, high: float) -> float:
        value = self._table.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise self.fail(key, f"must be a number from {low:g} to {high:g}")
        return float(value)

    def boolean(self, key: str, default: bool) -> bool:
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty by default."""
        value = self._table.get(key, [])
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise self.fail(key, "must be a list of texts")
        return tuple(value)

    def table(self, key: str) -> Mapping[str, object]:
        """A table of this table, empty by default."""
        value = self._table.get(key, {})
        if not isinstance(value, Mapping):
            raise self.fail(key, "must be a table")
        return value

    def secret(self, key: str) -> str:
        """A secret given as `key`, or as `key_file`: a systemd credential's name or an absolute path."""
        given, file = self.text(key, ""), self.text(f"{key}_file", "")
        if bool(given) == bool(file):
            raise self.fail(key, f"give either {key} or {key}_file")
        if given:
            return given
        path = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) / file
        try:
            secret = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self.fail(f"{key}_file", f"cannot be read: {error}") from error
        if not secret:
            raise self.fail(f"{key}_file", "is empty")
        return secret
