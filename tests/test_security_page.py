"""docs/security.md: each heading of EN 303 645 has its proof, and each test that is named there exists."""

from __future__ import annotations

import re

import pytest

from support.named_tests import missing_test
from support.paths import ROOT

PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py(?:::test_\w+)?)`")
# ETSI EN 303 645 V2.1.1, clauses 5.1 to 5.13
HEADINGS = (
    "No universal default passwords",
    "Implement a means to manage reports of vulnerabilities",
    "Keep software updated",
    "Securely store sensitive security parameters",
    "Communicate securely",
    "Minimize exposed attack surfaces",
    "Ensure software integrity",
    "Ensure that personal data is secure",
    "Make systems resilient to outages",
    "Examine system telemetry data",
    "Make it easy for users to delete user data",
    "Make installation and maintenance of devices easy",
    "Validate input data",
)


@pytest.mark.parametrize("page", ["docs/security.md", "docs/promises.md"])
def test_each_test_that_is_named_exists(page: str) -> None:
    named = sorted(set(NAMED.findall((ROOT / page).read_text(encoding="utf-8"))))
    assert len(named) > 10
    assert [missing for test in named if (missing := missing_test(test))] == []


def test_the_thirteen_headings_are_there_in_order_each_with_a_proof() -> None:
    rows = [line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    clauses = [[cell.strip() for cell in row] for row in rows if row[0].strip().isdigit()]
    assert [(int(row[0]), row[1]) for row in clauses] == list(enumerate(HEADINGS, 1))
    assert [row[1] for row in clauses if not NAMED.search(row[3]) and not row[3].startswith("`")] == []


def test_the_threat_model_stays_on_one_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    model = text[text.index("## Threat model") : text.index("## ETSI")]
    assert len(model.split()) < 700
