"""The page for driver authors names every reading, field and word of the vocabularies, with its type."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import get_args

import pytest

from anju_drivers.cameras.triggers import KINDS, TARGETS
from anju_drivers.driver import CardMethod, Reading, Reason, TriggerState
from anju_protos.rules.presses import DEFAULT_PRIORITIES
from anju_protos.v1 import event_pb2
from support.paths import ROOT

PAGE = (ROOT / "docs" / "drivers" / "README.md").read_text(encoding="utf-8")
SECTIONS = {section.partition("\n")[0]: section for section in PAGE.split("\n## ")[1:]}
READINGS: dict[str, type] = {reading.__name__: reading for reading in get_args(Reading)}


def rows(section: str) -> list[list[str]]:
    """The cells of each row of a section's first table, its two head lines left out."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def first_words(section: str) -> list[str]:
    return [row[0].strip("`") for row in rows(section)]


def test_every_reading_has_its_section_and_its_row_in_the_overview() -> None:
    summed_up = re.findall(r"^\| \[`(\w+)`\]\(#(\w+)\)", PAGE, re.MULTILINE)
    assert summed_up == [(name, name.lower()) for name in READINGS]
    assert [name for name in SECTIONS if name in READINGS] == list(READINGS)


@pytest.mark.parametrize("name", READINGS)
def test_every_field_is_named_with_its_type(name: str) -> None:
    declared = [(f"`{one.name}`", str(one.type).replace(" | None", ", optional")) for one in fields(READINGS[name])]
    assert [(row[0], row[1]) for row in rows(name)] == declared


@pytest.mark.parametrize("name", READINGS)
def test_every_field_says_what_becomes_of_it_and_when_to_leave_it_out(name: str) -> None:
    for row in rows(name):
        assert len(row) == 5, row
        assert all(row[3:]), row


def test_the_vocabularies_are_whole() -> None:
    assert first_words("Reasons") == list(Reason)
    assert first_words("Trigger states") == list(TriggerState)
    kinds, _, targets = SECTIONS["Trigger kinds"].partition("- Kinds:")[2].partition("- Targets:")
    assert set(re.findall(r"`(\w+)`", kinds)) == KINDS
    assert set(re.findall(r"`(\w+)`", targets)) == TARGETS
    (method,) = [row[2] for row in rows("CardReading") if row[0] == "`method`"]
    assert re.findall(r"`(\w+)`", method) == list(CardMethod)


def test_the_priorities_of_the_reasons_are_the_rules_own() -> None:
    for reason, priority, _ in rows("Reasons"):
        number = event_pb2.Reason.Value(reason.strip("`").upper())
        assert event_pb2.Priority.Name(DEFAULT_PRIORITIES[number]) == priority, reason
