"""SQL statements by name, out of the `.sql` files of a package.

A file holds statements, each under a line with its name and one with what it gives:

    -- name: put_skip
    -- Enters a range whose events are gone.
    insert or replace into skip values (?, ?, ?, ?);

`SQL = load_queries("anju_edge.journal.queries", "store")` reads `store.sql` of that package, and `SQL.put_skip` is the
text, without comments and without the semicolon, built once. Lines before the first name may only be comments. Wrong
files are told apart at load, as is a name that is not there.

A `{table}` in a statement is a placeholder, filled at load by a keyword of that name. It must be an SQL identifier of
our own, such as a lane's table: what comes from outside goes through `?` and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import resources

_NAME = re.compile(r"--\s*name:\s*(\S*)\s*")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class QueryFileError(ValueError):
    """Names the file of queries and what is wrong in it."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source, self.reason = source, reason


class Queries:
    """The statements of one file: `queries.put_skip`. Iterating gives their names; nothing can be set."""

    __slots__ = ("_source", "_statements")

    def __init__(self, source: str, statements: Mapping[str, str]) -> None:
        self._source = source
        self._statements = dict(statements)

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):  # no statement's name; and a copy asks for some before there are any
            raise AttributeError(name)
        try:
            return self._statements[name]
        except KeyError:
            raise AttributeError(f"{self._source} has no query {name!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)

    def __repr__(self) -> str:
        return f"<Queries {self._source}: {', '.join(self)}>"


def load_queries(package: str, file: str, **placeholders: str) -> Queries:
    """Returns the statements of `<file>.sql` in a package. Raises `QueryFileError`, OSError where there is no file."""
    source = f"{package}/{file}.sql"
    text = resources.files(package).joinpath(f"{file}.sql").read_text(encoding="utf-8")
    return Queries(source, parse_queries(text, source, placeholders))


def parse_queries(text: str, source: str, placeholders: Mapping[str, str]) -> dict[str, str]:
    """Returns the statements of a text by name; `source` is only named. Raises `QueryFileError`."""
    for word, value in placeholders.items():
        if not _WORD.fullmatch(value):
            raise QueryFileError(source, f"{word}={value!r} is no identifier")
    lines: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.splitlines():
        named = _NAME.fullmatch(line)
        if named is not None:
            name = named[1]
            if not _WORD.fullmatch(name):
                raise QueryFileError(source, f"{name!r} is no name for a query")
            if name in lines:
                raise QueryFileError(source, f"two queries named {name!r}")
            current = lines[name] = []
        elif not line.strip() or line.lstrip().startswith("--"):
            continue
        elif current is None:
            raise QueryFileError(source, f"a statement without a name: {line.strip()}")
        else:
            current.append(line.rstrip())
    unused = set(placeholders)
    statements = {}
    for name, body in lines.items():
        statement = "\n".join(body).removesuffix(";")
        if not statement:
            raise QueryFileError(source, f"query {name!r} is empty")
        used = set(_PLACEHOLDER.findall(statement))
        if unknown := used - set(placeholders):
            raise QueryFileError(source, f"query {name!r}: nothing given for {', '.join(sorted(unknown))}")
        unused -= used
        statements[name] = _PLACEHOLDER.sub(lambda found: placeholders[found[1]], statement)
    if unused:
        raise QueryFileError(source, f"no query has the placeholder {', '.join(sorted(unused))}")
    return statements
