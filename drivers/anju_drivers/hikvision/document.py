"""Event documents of Hikvision cameras, XML or JSON, however badly written, as flat fields.

Well-formed XML is read by defusedxml; the rest is repaired (raw `&`, GB18030 names) or recovered by lxml with entities
off. Namespaces differ by firmware and even inside one stream, so elements go by local name in lower case.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as StdTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import defusedxml
import defusedxml.ElementTree
import lxml.etree

from anju_drivers.errors import FrameError

_RAW_AMPERSAND = re.compile(rb"&(?!(?:[A-Za-z]{2,8}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_PROLOG = re.compile(rb"^\s*<\?xml[^>]*\?>")


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


def read_xml(body: bytes) -> list[Document]:
    """The alerts or the answer in an XML text. Raises `FrameError` when not even recovery finds one."""
    lenient = False
    root: StdTree.Element | lxml.etree._Element
    try:
        root = defusedxml.ElementTree.fromstring(body, forbid_dtd=True)
    except defusedxml.DefusedXmlException as error:
        raise FrameError("DTD or entities in XML") from error
    except (StdTree.ParseError, ValueError, LookupError):  # LookupError: an encoding nobody knows
        root, lenient = _recover(body), True
    alerts = [one for one in root.iter() if _local(one.tag) == "eventnotificationalert"]
    return [_flatten(_local(one.tag), _walk_xml(one), lenient) for one in (alerts or [root])]


def read_json(body: bytes) -> list[Document]:
    """The alerts in a JSON text. Raises `FrameError`."""
    try:
        value = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    found = value if isinstance(value, list) else [value]
    unwrapped = [_unwrap(one) for one in found if isinstance(one, dict)]
    if not unwrapped:
        raise FrameError("JSON without an object")
    return [_flatten("eventnotificationalert", _walk_json(one), False) for one in unwrapped]


def _recover(body: bytes) -> lxml.etree._Element:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:  # cameras write the channel's name in the code page of its menu
        body = _PROLOG.sub(b"", body.decode("gb18030", "replace").encode("utf-8"))
    body = _RAW_AMPERSAND.sub(b"&amp;", body)
    parser = lxml.etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = lxml.etree.fromstring(body, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise FrameError("not XML") from error
    if root is None:
        raise FrameError("not XML")
    return root


def _local(tag: object) -> str:
    """Local name in lower case; comments and instructions, whose tag is no text, have none."""
    return re.split(r"[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def _walk_xml(root: StdTree.Element | lxml.etree._Element) -> Iterator[tuple[bool, str, str]]:
    children = list(root)  # held: lxml makes its elements anew for whoever asks, unless somebody has them
    own = set(map(id, children))
    for one in root.iter():
        if one is not root:
            yield id(one) in own, _local(one.tag), (one.text or "").strip()


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
