"""Camera streams: the same parts for every chunking, and the traps that real cameras set."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju_drivers.framing.parts import MAX_DOCUMENT_BYTES, MAX_PICTURE_BYTES, PartKind, PartScanner

ROOTS = ("EventNotificationAlert",)
MIXED = "multipart/mixed; boundary=boundary"


def alert(text: str = "", end: str = "\r\n") -> bytes:
    return f"<EventNotificationAlert>{end}<eventType>VMD{text}</eventType>{end}</EventNotificationAlert>".encode()


def part(body: bytes, kind: str = "application/xml", length: int | None = None, end: str = "\r\n") -> bytes:
    size = len(body) if length is None else length
    header = f"Content-Length: {size}{end}" if size >= 0 else ""
    return f"--boundary{end}Content-Type: {kind}{end}{header}{end}".encode() + body + end.encode()


def scan(data: bytes, size: int = 0, content_type: str = MIXED) -> list[tuple[PartKind, bytes]]:
    scanner = PartScanner(ROOTS, content_type)
    step = size or max(1, len(data))
    parts = [one for at in range(0, len(data), step) for one in scanner.feed(data[at : at + step])]
    return [(one.kind, one.body) for one in parts]


picture = st.binary(max_size=300).map(lambda noise: b"\xff\xd8" + noise)
pieces = st.one_of(
    st.integers(0, 99).map(lambda n: part(alert(str(n)))),
    st.integers(0, 99).map(lambda n: part(alert(str(n), "\n"), end="\n")),
    st.integers(0, 99).map(lambda n: part(alert(str(n)), length=-1)),
    st.tuples(st.integers(0, 99), st.integers(0, 5000)).map(lambda t: part(alert(str(t[0])), length=t[1])),
    picture.map(lambda noise: part(noise, "image/jpeg")),
    picture.map(lambda noise: part(noise, "image/jpeg", length=-1)),
    st.tuples(picture, st.integers(0, 400)).map(lambda t: part(t[0], "image/jpeg", length=t[1])),
    st.just(part(b'{"eventType": "VMD", "note": "a } \\" b"}', "application/json")),
    st.just(alert("run together")),
    st.just(alert("cut")[:40]),
    st.just(b"--boundary\r\n\r\n"),
    st.just(b"--boundary--\r\n"),
    st.binary(max_size=60),
)


@settings(max_examples=200)
@given(st.lists(pieces, max_size=8), st.integers(1, 40))
def test_any_chunking_gives_the_same_parts(stream: list[bytes], size: int) -> None:
    data = b"".join(stream)
    assert scan(data, size) == scan(data)


@given(st.lists(pieces, max_size=6))
def test_the_next_good_document_survives(stream: list[bytes]) -> None:
    assert scan(b"".join(stream) + b"\r\n" + part(alert("last")) * 2)[-1] == (PartKind.XML, alert("last"))


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("length", [None, -1, 0, 5, 100_000])
def test_a_document_is_delivered_at_its_end_whatever_its_length_says(end: str, length: int | None) -> None:
    data = part(alert("1", end), length=length, end=end)
    whole = data[: data.rindex(b">") + 1]  # not a byte more has come
    assert scan(whole) == [(PartKind.XML, alert("1", end))]
    assert scan(data * 3) == [(PartKind.XML, alert("1", end))] * 3


def test_pictures_are_counted_and_skipped_even_with_a_wrong_length() -> None:
    noise = b"\xff\xd8" + bytes(range(256)) * 40
    for length in (None, -1, 17, len(noise) + 3, len(noise) + 100_000):
        data = part(noise, "image/jpeg", length=length) + part(alert("after"))
        assert scan(data) == [(PartKind.PICTURE, b""), (PartKind.XML, alert("after"))], length


def test_documents_without_boundaries_and_under_prefixes() -> None:
    prefixed = b"<h:eventnotificationalert xmlns:h='x'/>"
    assert scan(alert("1") + alert("2") + prefixed) == [
        (PartKind.XML, alert("1")),
        (PartKind.XML, alert("2")),
        (PartKind.XML, prefixed),
    ]


def test_the_boundary_of_the_header_may_be_wrong() -> None:
    for declared in ("multipart/mixed", "multipart/mixed; boundary=other", 'multipart/mixed;boundary="--boundary"'):
        data = part(b"\xff\xd8noise", "image/jpeg", length=-1) + part(alert())
        assert scan(data, 0, declared) == [(PartKind.PICTURE, b""), (PartKind.XML, alert())]


def test_a_document_that_another_interrupts_is_said_and_skipped() -> None:
    cut = alert("1")[:50]
    assert scan(cut + alert("2")) == [(PartKind.CUT, b""), (PartKind.XML, alert("2"))]
    assert scan(part(cut) + part(alert("2"))) == [(PartKind.CUT, b""), (PartKind.XML, alert("2"))]
    text = part(b'{"eventType": "VM', "application/json") + part(alert("2"))
    assert scan(text) == [(PartKind.CUT, b""), (PartKind.XML, alert("2"))]


def test_sizes_are_capped() -> None:
    scanner = PartScanner(ROOTS, MIXED)
    kinds = []
    for chunk in [part(alert("x" * MAX_DOCUMENT_BYTES)), part(alert("1"))]:
        kinds += [one.kind for one in scanner.feed(chunk)]
    assert kinds == [PartKind.OVERSIZE, PartKind.XML]
    scanner = PartScanner(ROOTS, MIXED)
    kinds = [one.kind for one in scanner.feed(part(b"", "image/jpeg", length=10**12))]
    for _ in range(MAX_PICTURE_BYTES // 65536 + 1):
        kinds += [one.kind for one in scanner.feed(bytes(65536))]
        assert scanner.held_bytes < 70_000
    kinds += [one.kind for one in scanner.feed(part(alert("1")))]
    assert kinds == [PartKind.PICTURE, PartKind.OVERSIZE, PartKind.XML]


def test_what_is_incomplete() -> None:
    for data, is_cut in [
        (b"", False),
        (part(alert()), False),
        (part(alert()) + b"--boundary\r\n", False),
        (part(alert())[:-30], True),
        (part(b"\xff\xd8", "image/jpeg", length=100), True),
    ]:
        scanner = PartScanner(ROOTS, MIXED)
        scanner.feed(data)
        assert scanner.is_incomplete is is_cut, data
