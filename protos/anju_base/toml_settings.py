"""The one configuration reader of box and hub: TOML tables to frozen dataclasses, a limit on every key.

Limits stand beside the fields as metadata: `channel: int = field(default=1, metadata=in_range(1, 16))`. A `Literal` and
a bool are limits by themselves. A field that is a dataclass is a table, a tuple of dataclasses `[[tables]]`. What is
wrong raises the caller's `TomlFileError` with file, line, key, what is wrong and what is allowed; values that may be
secret (texts) are not repeated in it. A key that an earlier version had is told of and passed over: an update must not
keep a process from starting.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from anju_base.toml_config import TomlFileError, line_of, parse, read_text

T = TypeVar("T")
Retired = Mapping[str, str]  # keys of earlier versions -> since when and what is in their place
NOTHING_RETIRED: Retired = types.MappingProxyType({})
_ROW_NUMBER = re.compile(r"\[\d+\]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
Metadata = dict[str, object]

INLINE: Metadata = {"inline": True}  # a dataclass whose keys stand in the same table
REST: Metadata = {"rest": True}  # a mapping of the table's other keys, which somebody else checks
NOT_A_KEY: Metadata = {"not a key": True}  # set by code, not by the file


class KeyWrong(ValueError):
    """A key that is wrong, before the file's name and line are known. `key` is dotted: `kiosks[2].name`."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


def in_range(low: float, high: float) -> Metadata:
    """The limit of a number: both ends are allowed."""
    return {"range": (low, high)}


def one_of(*choices: object) -> Metadata:
    """The limit of a value that has few."""
    return {"choices": choices}


def length(low: int, high: int, check: Callable[[str], object] | None = None) -> Metadata:
    """The limit of a text or path: its characters. `check` raises ValueError that says how it must look."""
    return {"length": (low, high), "check": check}


def rows(high: int, unique: str = "") -> Metadata:
    """The limit of `[[tables]]`: how many. `unique` names the key in which they must differ."""
    return {"rows": (0, high), "unique": unique}


@dataclass(frozen=True, slots=True)
class Key:
    """One key that a file may have: its dotted name (`siren.channel`, `kiosks[].role`), type, limits and default."""

    name: str
    hint: object
    limits: Mapping[str, object]
    default: object = dataclasses.MISSING

    @property
    def choices(self) -> tuple[object, ...]:
        """The values that are allowed, () where there are many."""
        if typing.get_origin(self.hint) is typing.Literal:
            return typing.get_args(self.hint)
        return typing.cast("tuple[object, ...]", self.limits.get("choices", ()))

    @property
    def range(self) -> tuple[float, float] | None:
        """The least and greatest number."""
        return typing.cast("tuple[float, float] | None", self.limits.get("range"))

    @property
    def length(self) -> tuple[int, int] | None:
        """The fewest and most characters of a text."""
        return typing.cast("tuple[int, int] | None", self.limits.get("length"))

    @property
    def rows(self) -> tuple[int, int] | None:
        """The fewest and most of `[[tables]]`."""
        return typing.cast("tuple[int, int] | None", self.limits.get("rows"))

    @property
    def is_limited(self) -> bool:
        """Whether it says what is allowed."""
        if self.choices or self.hint is bool:
            return True
        return (self.range if self.hint in (int, float) else self.length) is not None


def read_settings(
    kind: type[T],
    path: Path,
    wrong: type[TomlFileError],
    check: Callable[[T], None] = lambda _: None,
    retired: Retired = NOTHING_RETIRED,
) -> tuple[T, tuple[str, ...]]:
    """Reads a file. Returns the settings, and a sentence for each retired key that the file still names.

    `check` may raise `KeyWrong` for keys that do not go together. `retired` has dotted names as `keys` yields them.
    Raises `wrong`; opens nothing.
    """
    return parse_settings(kind, read_text(path, wrong), path, wrong, check, retired)


def parse_settings(
    kind: type[T],
    text: str,
    path: Path,
    wrong: type[TomlFileError],
    check: Callable[[T], None] = lambda _: None,
    retired: Retired = NOTHING_RETIRED,
) -> tuple[T, tuple[str, ...]]:
    """As `read_settings`, from text; relative paths in it are taken from the file's folder."""
    data = parse(text, path, wrong)
    reader = _Reader(path.absolute().parent, retired)
    try:
        settings = reader.table(kind, data, "")
        check(settings)
    except KeyWrong as error:
        raise wrong(path, line_of(text, error.key), error.key, error.reason) from error
    return settings, tuple(_retired_note(path, text, key, retired) for key in reader.retired)


def _retired_note(path: Path, text: str, key: str, retired: Retired) -> str:
    line = line_of(text, key)
    where = f"{path}:{line}" if line is not None else str(path)
    return f"{where}: {key}: no longer used, remove it ({retired[_ROW_NUMBER.sub('[]', key)]})"


def keys(kind: type[object], where: str = "") -> Iterator[Key]:
    """Yields each key that a file may have, those of tables included."""
    for key, item in _fields(kind, where):
        if "inline" in item.metadata:
            yield from keys(_dataclass(key.hint), where)
        elif (row := _row_kind(key.hint)) is not None:
            yield from keys(row, f"{key.name}[]")
        elif dataclasses.is_dataclass(key.hint):
            yield from keys(_dataclass(key.hint), key.name)
        elif "rest" not in item.metadata:
            yield key


def tables(kind: type[object], where: str = "") -> Iterator[Key]:
    """Yields the `[[tables]]` that a file may have."""
    for key, _ in _fields(kind, where):
        if _row_kind(key.hint) is not None:
            yield key


def _fields(kind: type[object], where: str) -> Iterator[tuple[Key, dataclasses.Field[Any]]]:  # Any: of any type
    hints = typing.get_type_hints(kind)
    for item in dataclasses.fields(_dataclass(kind)):
        if "not a key" in item.metadata:
            continue
        default = item.default
        if default is dataclasses.MISSING and item.default_factory is not dataclasses.MISSING:
            default = item.default_factory()
        yield (
            Key(f"{where}.{item.name}" if where else item.name, _plain(hints[item.name]), item.metadata, default),
            item,
        )


def _dataclass(kind: object) -> Any:  # Any: what typeshed calls DataclassInstance, which cannot be imported
    if not isinstance(kind, type) or not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind} is no dataclass")
    return kind


def _plain(hint: object) -> object:
    """The type of a value that is given: `Path | None` is a path."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not types.NoneType)
    return hint


def _row_kind(hint: object) -> type[object] | None:
    if typing.get_origin(hint) is tuple:
        row: type[object] = typing.get_args(hint)[0]
        return row
    return None


class _Reader:
    """Turns parsed tables into dataclasses; paths are taken from `folder`. Raises `KeyWrong`.

    `retired`: the keys of the caller's list that were found, dotted, with their row's number.
    """

    def __init__(self, folder: Path, retired: Retired) -> None:
        self._folder = folder
        self._names_retired = retired
        self.retired: list[str] = []

    def table(self, kind: type[T], table: object, where: str) -> T:
        if not isinstance(table, dict):
            raise KeyWrong(where, "must be a table")
        fields = list(_fields(kind, where))
        known = _names(kind)
        rest = next((item.name for _, item in fields if "rest" in item.metadata), None)
        others = {name: value for name, value in table.items() if name not in known}
        for name in [name for name in others if self._is_retired(_dotted(where, name))]:
            del others[name]
            self.retired.append(_dotted(where, name))
        if others and rest is None:
            raise KeyWrong(_dotted(where, next(iter(others))), _unknown(next(iter(others)), known))
        values: dict[str, object] = {} if rest is None else {rest: others}
        for key, item in fields:
            if item.name == rest:
                continue
            if "inline" in item.metadata:
                inner = _dataclass(key.hint)
                own = {name: value for name, value in table.items() if name in _names(inner)}
                values[item.name] = self.table(inner, own, where)
            elif item.name in table:
                values[item.name] = self._value(key, table[item.name])
            elif key.default is dataclasses.MISSING:
                raise KeyWrong(key.name, f"is missing; it must be {_allowed(key)}")
            elif isinstance(key.default, Path):
                values[item.name] = self._folder / key.default
        made: T = _dataclass(kind)(**values)
        return made

    def _is_retired(self, key: str) -> bool:
        return _ROW_NUMBER.sub("[]", key) in self._names_retired

    def _value(self, key: Key, value: object) -> object:
        if (row := _row_kind(key.hint)) is not None:
            return self._rows(row, key, value)
        if dataclasses.is_dataclass(key.hint):
            return self.table(_dataclass(key.hint), value, key.name)
        if not _is_right(key, value):
            raise KeyWrong(key.name, f"must be {_allowed(key)}, {_shown(value)}")
        if isinstance(value, str) and callable(check := key.limits.get("check")):
            try:
                check(value)
            except ValueError as error:
                raise KeyWrong(key.name, str(error)) from error
        if key.hint is Path:
            return self._folder / Path(str(value)).expanduser()
        return float(typing.cast("float", value)) if key.hint is float else value

    def _rows(self, kind: type[object], key: Key, value: object) -> tuple[object, ...]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise KeyWrong(key.name, f"must be written as [[{key.name}]] tables")
        if key.rows is not None and len(value) > key.rows[1]:
            raise KeyWrong(key.name, f"are {len(value)}; there may be {key.rows[1]}")
        made = tuple(self.table(kind, row, f"{key.name}[{number}]") for number, row in enumerate(value, 1))
        unique = str(key.limits.get("unique", ""))
        names = [getattr(row, unique) for row in made] if unique else []
        for number, name in enumerate(names, 1):
            if name in names[: number - 1]:
                raise KeyWrong(f"{key.name}[{number}].{unique}", f"{name} stands twice; they must differ")
        return made


def _names(kind: type[object]) -> set[str]:
    """The keys of one table, those of inline dataclasses included."""
    names = set()
    for key, item in _fields(kind, ""):
        if "inline" in item.metadata:
            names |= _names(_dataclass(key.hint))
        elif "rest" not in item.metadata:
            names.add(item.name)
    return names


def _dotted(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _unknown(name: str, known: set[str]) -> str:
    near = get_close_matches(name, known, 1)
    nearest = f"did you mean {near[0]}? " if near else ""
    return f"unknown key; {nearest}known: {', '.join(sorted(known))}"


def _is_right(key: Key, value: object) -> bool:
    if key.choices:
        return any(value == choice and type(value) is type(choice) for choice in key.choices)
    if key.hint is bool:
        return isinstance(value, bool)
    if key.hint in (int, float):
        if isinstance(value, bool) or not isinstance(value, int if key.hint is int else int | float):
            return False
        low, high = key.range or (float("-inf"), float("inf"))
        return low <= typing.cast("float", value) <= high  # false for "nan", too
    shortest, longest = key.length or (0, 1 << 20)
    return isinstance(value, str) and shortest <= len(value) <= longest and not _CONTROLS.search(value)


def _allowed(key: Key) -> str:
    if key.choices:
        return f"one of {', '.join(str(choice).lower() if choice is True else str(choice) for choice in key.choices)}"
    if key.hint is bool:
        return "true or false"
    if key.hint in (int, float):
        what = "a whole number" if key.hint is int else "a number"
        return what if key.range is None else f"{what} from {key.range[0]:.15g} to {key.range[1]:.15g}"
    if dataclasses.is_dataclass(key.hint):
        return "a table"
    most = "" if key.length is None else f", {key.length[0]} to {key.length[1]} characters"
    return f"text in quotes{most}, without control characters"


def _shown(value: object) -> str:
    """What stands there: numbers and flags themselves, texts by their length, since they may be secret."""
    if isinstance(value, bool):
        return f"is {str(value).lower()}"
    if isinstance(value, int) and value.bit_length() > 64:
        return "is beyond any number here"  # as text it may have more digits than Python writes
    if isinstance(value, int | float):
        return f"is {value}"
    if isinstance(value, str):
        return f"is text of {len(value)} characters"
    return f"is {'a table' if isinstance(value, dict) else 'a list' if isinstance(value, list) else 'a date or time'}"
