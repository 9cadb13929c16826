"""The commands that a page tells people to type, so that a test can type them."""

from __future__ import annotations

import re

from support.paths import ROOT

_SECTION = re.compile(r"^## \d+\. (?P<title>.*)$", re.M)
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)


def commands(page: str) -> dict[str, str]:
    """{title of a numbered section: what its sh blocks say}, of a page in docs/. Blocks without `sh` are examples."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    starts = list(_SECTION.finditer(text))
    ends = [found.start() for found in starts[1:]] + [len(text)]
    return {
        found["title"]: "".join(_BLOCK.findall(text[found.end() : end]))
        for found, end in zip(starts, ends, strict=True)
    }
