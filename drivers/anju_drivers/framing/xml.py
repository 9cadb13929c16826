"""XML of cameras, however badly written, without harm: entities off, damage repaired where the meaning is clear.

Well-formed XML is read by defusedxml; the rest is repaired (raw `&`, a broken prolog, text in GB18030) and recovered by
lxml. Namespaces differ by firmware and even inside one stream, so elements go by local name in lower case.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as StdTree
from typing import TypeAlias

import defusedxml
import defusedxml.ElementTree
import lxml.etree

from anju_drivers.errors import FrameError

Element: TypeAlias = StdTree.Element | lxml.etree._Element

_RAW_AMPERSAND = re.compile(rb"&(?!(?:[A-Za-z]{2,8}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_PROLOG = re.compile(rb"^\s*<\?[^>]{0,256}>")
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}));")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xml(body: bytes) -> tuple[Element, bool]:
    """The root, and whether the text was not well-formed. Raises `FrameError` when not even recovery finds one."""
    try:
        return defusedxml.ElementTree.fromstring(body, forbid_dtd=True), False
    except defusedxml.DefusedXmlException as error:
        raise FrameError("DTD or entities in XML") from error
    except (StdTree.ParseError, ValueError, LookupError):  # LookupError: an encoding nobody knows
        return _recover(body), True


def local_name(tag: object) -> str:
    """Local name in lower case; comments and instructions, whose tag is no text, have none."""
    return re.split(r"[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def text_of(body: bytes) -> str:
    """UTF-8 where it is that, else GB18030: cameras write names in the code page of their menu."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def _known_character(found: re.Match[bytes]) -> bytes:
    """A numeric reference, or U+FFFD's where XML 1.0, section 2.2, has no such character: lxml would make one."""
    code = int(found[1], 16) if found[1] else int(found[2])
    is_known = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000
    return found[0] if is_known else b"&#xFFFD;"


def _recover(body: bytes) -> lxml.etree._Element:
    if _DOCTYPE.search(body):
        raise FrameError("DTD or entities in XML")
    body = _PROLOG.sub(b"", text_of(body).encode("utf-8"))
    body = _RAW_AMPERSAND.sub(b"&amp;", body)
    body = _REFERENCE.sub(_known_character, body)
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
