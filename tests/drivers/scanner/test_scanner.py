"""Scanners: lines in any chunks and any setting of the suffix, and one check-in per showing over the line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import CardMethod, CardReading, LinkReading
from anju_drivers.errors import DriverConfigError
from anju_drivers.registry import load_drivers
from anju_drivers.scanner import SPEC
from anju_drivers.scanner.driver import Showings, token
from anju_drivers.scanner.frames import MAX_LINE_BYTES, OVERLONG, LineDecoder
from anju_drivers.scanner.simulator import ScannerSimulator
from anju_drivers.scanner.symbols import check_digit, gs1_elements, gtin, iso15434, split_aim

texts = st.text(
    st.characters(exclude_characters="\r\n\t\x02\x03\ufeff", exclude_categories=["Cs"]), min_size=1, max_size=60
)


def lines(*chunks: bytes) -> list[str]:
    decoder = LineDecoder()
    found = [line for chunk in chunks for line in decoder.feed(chunk)]
    return [line.text for line in [*found, *decoder.idle()] if not line.error]


@given(st.lists(texts, max_size=6), st.sampled_from([b"\r", b"\n", b"\r\n", b"\t", b"\x03"]), st.integers(1, 20))
def test_any_chunking_gives_the_same_lines(given_texts: list[str], suffix: bytes, size: int) -> None:
    stream = b"".join(text.encode() + suffix for text in given_texts)
    assert lines(*(stream[at : at + size] for at in range(0, len(stream), size))) == given_texts


@given(st.binary(max_size=300))
def test_junk_never_raises_and_the_next_line_survives(junk: bytes) -> None:
    assert lines(junk, b"\r", b"GOOD\r")[-1] == "GOOD"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x02ONE\x03\x02TWO\x03", ["ONE", "TWO"]),
        (b"\x02ONE\x02TWO", ["ONE", "TWO"]),
        (b"\r\n\r\nONE\r\n\r\n", ["ONE"]),
        ("签到\r".encode(), ["签到"]),
        ("签到\r".encode("gb18030"), ["签到"]),
        (b"\xef\xbb\xbfONE\r", ["ONE"]),
        (b"0104\x1d10A\r", ["0104\x1d10A"]),
        (b"\xff\xff\r", []),
        (b"\x02\0\0\x01\x0031ONE\r\x02\0\0\x01\x0031\x02\0\0\x01\x0031TWO\r", ["ONE", "TWO"]),
        (b"\x02\0\0\x01\x0031", []),
    ],
)
def test_settings_and_encodings(data: bytes, expected: list[str]) -> None:
    assert lines(data) == expected


@pytest.mark.parametrize("size", [1, 4000, 9000])
def test_too_long_is_dropped_to_its_end(size: int) -> None:
    data = b"A" * (MAX_LINE_BYTES + 1) + b"BC\rNEXT\r" + b"D" * MAX_LINE_BYTES + b"\r"
    decoder = LineDecoder()
    found = [line for at in range(0, len(data), size) for line in decoder.feed(data[at : at + size])]
    assert [line.error or line.text[:4] for line in found] == [OVERLONG, "NEXT", "DDDD"]
    assert decoder.dropped == 1


def test_symbols() -> None:
    aim, code = split_aim("]Q1HELLO")
    assert (str(aim), code) == ("]Q1", "HELLO")
    assert split_aim("]?1HELLO") == (None, "]?1HELLO")
    aim, code = split_aim("]Y2abHELLO")  # system expansion: so many modifiers more
    assert (str(aim), code) == ("]Y2ab", "HELLO")
    assert split_aim("]Y9ab")[1] == ""
    assert check_digit("629104150021") == 3
    assert check_digit("12a") is None
    for digits, form in (("96385074", "GTIN_8"), ("123601057072", "GTIN_12"), ("5901234123458", None)):
        found = gtin(digits)
        assert found is not None
        assert found.form == form
    assert gtin("123") is None
    assert gs1_elements("010703206980498815210526100329") == {"01": "07032069804988", "15": "210526", "10": "0329"}
    assert gs1_elements("no message") is None
    envelope = iso15434("[)>\x1e06\x1d9P1234567\x1d1SABCD\x1e\x04")
    assert envelope is not None
    assert (envelope.form, envelope.fields) == ("06", {"9P": "1234567", "1S": "ABCD"})


def test_showings() -> None:
    showings = Showings(1.5)
    taken = [(0.0, "a", True), (1.4, "a", False), (2.0, "b", True), (2.8, "a", False), (4.3, "a", True)]
    assert [showings.take(code, now_s) for now_s, code, _ in taken] == [is_new for *_, is_new in taken]
    assert "a" not in vars(showings)


@contextlib.asynccontextmanager
async def reading(simulator: ScannerSimulator) -> AsyncIterator[RecordingIntake]:
    async with asyncio.timeout(20), running(simulator):
        intake = RecordingIntake()
        task = asyncio.create_task(SPEC.create("Desk", simulator.driver_options()).run(intake))
        await intake.until(LinkReading("scanner:desk", True, simulator.link))
        try:
            yield intake
        finally:
            task.cancel()
            await asyncio.wait([task])


async def test_codes_over_the_line() -> None:
    simulator = ScannerSimulator(prefix="]Q1")
    async with reading(simulator) as intake:
        simulator.scan("CODE-1")
        simulator.scan("CODE-1")
        simulator.scan("签到", "gb18030")
        await intake.until(CardReading("scanner:desk", "qr:签到", CardMethod.QR))
        tokens = [one.token for one in intake.readings if isinstance(one, CardReading)]
        assert tokens == ["qr:CODE-1", "qr:签到"]
        simulator.unplug()
        await intake.until(LinkReading("scanner:desk", False, "unplugged"))
        before = len(intake.readings)
        simulator.replug()
        await intake.until(LinkReading("scanner:desk", True, simulator.link), after=before, timeout_s=3)
        simulator.scan("CODE-1")
        await intake.until(CardReading("scanner:desk", "qr:CODE-1", CardMethod.QR), after=before)


async def test_a_scanner_without_suffix_ends_its_line_by_silence() -> None:
    simulator = ScannerSimulator(suffix=b"")
    async with reading(simulator) as intake:
        simulator.scan("CODE-1")
        await intake.until(CardReading("scanner:desk", "qr:CODE-1", CardMethod.QR))
        simulator.send(b"A" * 5000)
        simulator.send(b"\r")
        await intake.until_heard(errors=1)


@pytest.mark.parametrize(
    ("options", "key"),
    [({}, "port"), ({"port": "/dev/x", "idle_ms": 10}, "idle_ms"), ({"port": "/dev/x", "same_s": -1}, "same_s")],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("reader", options)
    assert error.value.key == key


def test_it_is_registered() -> None:
    assert load_drivers().get("scanner") is SPEC


@pytest.mark.parametrize(
    ("scanned", "plain"),
    [
        ("\\000026VISIT-A1", "VISIT-A1"),
        ("]Q2\\000026VISIT-A1", "VISIT-A1"),
        ("\\000029a\\\\b\\000026c", "a\\bc"),  # a doubled backslash is one of the code
        ("C:\\000026", "C:\\000026"),  # no mark in front: the code's own
        ("\\00026", "\\00026"),
    ],
)
def test_marks_of_encoding_are_no_part_of_a_code(scanned: str, plain: str) -> None:
    assert token(scanned) == f"qr:{plain}"
