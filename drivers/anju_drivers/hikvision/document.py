"""Event documents of Hikvision cameras, XML or JSON, as flat fields by local name in lower case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from anju_drivers.errors import FrameError
from anju_drivers.framing.json_text import read_json
from anju_drivers.framing.xml import Element, local_name, read_xml


@dataclass(slots=True)
class Document:
    """One alert or answer. `top` holds the root's own fields, `inside` all fields at any depth in document order."""

    root: str
    top: dict[str, str] = field(default_factory=dict)
    inside: dict[str, list[str]] = field(default_factory=dict)
    lenient: bool = False

    def text(self, name: str) -> str:
        """The root's own field, blanks stripped; empty when absent."""
        return self.top.get(name, "")

    def anywhere(self, name: str) -> str:
        """The first field of this name with a text, at any depth."""
        return next((text for text in self.inside.get(name, ()) if text), "")


def read_documents(body: bytes) -> list[Document]:
    """The alerts or the answer in an XML text. Raises `FrameError` when not even recovery finds one."""
    root, lenient = read_xml(body)
    alerts = [one for one in root.iter() if local_name(one.tag) == "eventnotificationalert"]
    return [_flatten(local_name(one.tag), _walk_xml(one), lenient) for one in (alerts or [root])]


def read_json_documents(body: bytes) -> list[Document]:
    """The alerts in a JSON text. Raises `FrameError`."""
    try:
        value = read_json(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    found = value if isinstance(value, list) else [value]
    unwrapped = [_unwrap(one) for one in found if isinstance(one, dict)]
    if not unwrapped:
        raise FrameError("JSON without an object")
    return [_flatten("eventnotificationalert", _walk_json(one), False) for one in unwrapped]


def _walk_xml(root: Element) -> Iterator[tuple[bool, str, str]]:
    children = list(root)  # held: lxml makes its elements anew for whoever asks, unless somebody has them
    own = set(map(id, children))
    for one in root.iter():
        if one is not root:
            yield id(one) in own, local_name(one.tag), (one.text or "").strip()


def _walk_json(top: dict[str, object]) -> Iterator[tuple[bool, str, str]]:
    waiting: list[tuple[bool, str, object]] = [(True, key, value) for key, value in reversed(top.items())]
    while waiting:
        is_own, name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(False, str(key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(False, name, inner) for inner in reversed(value)]
        elif isinstance(value, bool):
            yield is_own, name.lower(), str(value).lower()
        elif isinstance(value, str | int | float):
            yield is_own, name.lower(), str(value).strip()


def _unwrap(value: dict[str, object]) -> dict[str, object]:
    for name, inner in value.items():
        if name.lower() == "eventnotificationalert" and isinstance(inner, dict):
            return inner
    return value


def _flatten(root: str, fields: Iterable[tuple[bool, str, str]], lenient: bool) -> Document:
    document = Document(root, lenient=lenient)
    for is_own, name, text in fields:
        if is_own:
            document.top.setdefault(name, text)
        document.inside.setdefault(name, []).append(text)
    return document
