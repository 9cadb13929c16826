"""The suite for driver authors, run for every registered driver; and that it finds what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from anju_drivers import conformance
from anju_drivers.card_reader import SPEC as CARD_READER
from anju_drivers.driver import DriverSpec, Explained
from anju_drivers.registry import load_drivers
from support.paths import VECTORS

SPECS = load_drivers().specs


def captures(spec: DriverSpec) -> list[bytes]:
    """The bytes of this driver's vectors, of which a part is enough here."""
    found = []
    for file in spec.vector_files:
        for item in json.loads((VECTORS / file).read_text(encoding="utf-8")):
            if "input_hex" in item:
                found.append(bytes.fromhex(item["input_hex"]))
            elif "input_text" in item:
                found.append(item["input_text"].encode())
    return found


@pytest.mark.parametrize("name", sorted(SPECS))
def test_spec(name: str) -> None:
    conformance.check_spec(SPECS[name])


@pytest.mark.parametrize("name", sorted(SPECS))
def test_junk(name: str) -> None:
    conformance.check_junk(SPECS[name], captures(SPECS[name]))


@pytest.mark.parametrize("name", sorted(SPECS))
def test_chunks(name: str) -> None:
    given = captures(SPECS[name])
    conformance.check_chunks(SPECS[name], [*given, b"".join(given)])


@pytest.mark.parametrize("name", sorted(SPECS))
def test_memory(name: str) -> None:
    conformance.check_memory(SPECS[name])


@pytest.mark.parametrize("name", sorted(SPECS))
async def test_link(name: str) -> None:
    readings = await conformance.check_link(SPECS[name])
    assert readings or SPECS[name].simulate is None  # a driver that only decodes


class Hoarder:
    """Keeps all it hears and answers by chunk."""

    def __init__(self) -> None:
        self.dropped = 0
        self._heard: list[bytes] = []

    def feed(self, data: bytes) -> list[Explained]:
        self._heard.append(bytes(bytearray(data)) * 8)
        return [Explained("chunk", {"size": len(data)})]


def broken_explain(data: bytes) -> list[Explained]:
    if len(data) > 3:
        raise IndexError("too long")
    return []


def any_options(name: str, options: Mapping[str, object]) -> object:
    return CARD_READER.create(name, {"port": "/nowhere"})


@pytest.mark.parametrize(
    ("spec", "rule"),
    [
        (replace(CARD_READER, create=any_options), "options"),  # type: ignore[arg-type]  # the fault is the point
        (replace(CARD_READER, summary_zh=""), "summary"),
    ],
)
def test_a_bad_spec_is_found(spec: DriverSpec, rule: str) -> None:
    with pytest.raises(conformance.NotConformant) as found:
        conformance.check_spec(spec)
    assert found.value.rule == rule


def test_a_bad_decoder_is_found() -> None:
    spec = replace(CARD_READER, decoder=Hoarder)
    with pytest.raises(conformance.NotConformant, match="chunks"):
        conformance.check_chunks(spec, [b"0123456789"])
    with pytest.raises(conformance.NotConformant, match="memory"):
        conformance.check_memory(spec)


def test_an_explain_that_raises_is_found() -> None:
    with pytest.raises(IndexError):
        conformance.check_junk(replace(CARD_READER, explain=broken_explain))
