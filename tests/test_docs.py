"""The pages about the code name files that are there; nothing in the project points at a page that is not."""

from __future__ import annotations

import re

import pytest

from support.pages import commands
from support.paths import ROOT

PAGES = ("docs/architecture.md", "docs/kiosk_rules.md", "docs/promises.md", "README.md", "README.zh-CN.md")
ROOMS = (
    "edge/anju_edge",
    "central/anju_central",
    "drivers/anju_drivers",
    "protos/anju_protos",
    "edge/web/src",
    "edge/web/src/kiosk",
    "edge/web/src/kiosk/components",
    "central/web/src",
    "tests",
)
CODE = re.compile(r"`([\w./-]+\.(?:py|vue|ts|css|proto|sql|mjs))(?:::[\w\[\]-]+)?`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def is_there(name: str) -> bool:
    """As people read it: from the top, or from the room that the sentence is about."""
    if (ROOT / name).exists() or any((ROOT / room / name).exists() for room in ROOMS):
        return True
    return any(
        path.as_posix().endswith(f"/{name}") for room in ROOMS for path in (ROOT / room).rglob(name.split("/")[-1])
    )


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [name for name in CODE.findall(text) if not is_there(name)] == []


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


@pytest.mark.parametrize(
    ("page", "titles"),
    [("install.md", ("The box", "Devices", "Who and where")), ("hub.md", ("Install", "Set up", "Start", "Backups"))],
)
def test_what_the_long_proof_types_is_where_it_looks(page: str, titles: tuple[str, ...]) -> None:
    """tests/prove/test_packages.py types these into real Debians, seldom; here a moved section is noticed at once."""
    typed = commands(page)
    assert all(typed[title] for title in titles)
    assert {title for title, lines in typed.items() if lines} == set(titles), "a section that nobody types"
