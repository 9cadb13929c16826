"""What advertisements say: the public captures of tests/vectors, and that no bytes make a decoder fall over."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju_drivers.ble import SPEC, ad, advert, frames, vectors
from anju_drivers.ble.interpretation import Interpretation, device_key, interpret
from anju_drivers.driver import StateReading, VitalReading
from support.paths import WANTED_VECTORS as VECTORS


def _items() -> Iterator[Any]:
    for file in vectors.FILES:
        path = VECTORS / file
        if path.exists():
            for item in json.loads(path.read_text(encoding="utf-8")):
                yield pytest.param(item, id=f"{path.stem}-{item['name']}")


def _same(want: object, got: object) -> bool:
    if isinstance(want, dict) and isinstance(got, dict):
        return want.keys() == got.keys() and all(_same(want[key], got[key]) for key in want)
    if isinstance(want, list) and isinstance(got, list | tuple):
        return len(want) == len(got) and all(map(_same, want, got))
    if isinstance(want, int | float) and isinstance(got, int | float):
        return math.isclose(want, got, rel_tol=1e-6, abs_tol=1e-9)
    return want == got


@pytest.mark.parametrize("item", list(_items()))
def test_vector(item: dict[str, Any]) -> None:
    got = SPEC.vectors(item)
    missing = object()
    wrong = {
        key: (want, got.get(key, missing))
        for key, want in item["expect"].items()
        if not _same(want, got.get(key, missing))
    }
    assert not wrong


@pytest.mark.parametrize("item", list(_items()))
def test_every_cut_of_a_vector_is_survived(item: dict[str, Any]) -> None:
    data = bytes.fromhex(item["input_hex"])
    for end in range(len(data)):
        SPEC.vectors({**item, "input_hex": data[:end].hex()})


SERVICES = (0xFFE1, 0xFEAA, 0xFE95, 0x5242, 0xFDCD, 0xFEE0, 0x2A6E, 0x2A6F, 0xFCD2, 0x181C, 0x181E, 0xF525, 0xFD3D)
COMPANIES = (0x004C, 0x0639, 0x0A62, 0x0757, 0x089A, 0x0157, 0x0499, 0x094F, 0x0583, 0x0118)
ADDRESS = bytes.fromhex("665544332211")
_structures = st.one_of(
    st.tuples(st.just(0x16), st.builds(lambda uuid, value: ad.service_data(uuid, value)[1],
                                       st.sampled_from(SERVICES), st.binary(max_size=28))),
    st.tuples(st.just(0xFF), st.builds(lambda company, value: ad.manufacturer_data(company, value)[1],
                                       st.sampled_from(COMPANIES), st.binary(max_size=28))),
    st.tuples(st.sampled_from([0x01, 0x05, 0x08, 0x09]), st.binary(max_size=28)),
)  # fmt: skip


@settings(deadline=None)  # the machine may be busy
@given(data=st.lists(_structures, max_size=4).map(lambda parts: ad.encode(*parts)) | st.binary(max_size=60))
def test_no_bytes_make_a_decoder_raise(data: bytes) -> None:
    keys = {ADDRESS.hex(): bytes(16)}
    interpret(advert.decode(ADDRESS, data, keys))


_first_bytes = st.sampled_from(
    [0xA1, 0xCA, 0x51, 0xA3, 0xA4, 0x02, 0x00, 0x10, 0x20, 0x21, 0x05, 0x06, 0x03, 0x58, 0x40]
)


@settings(deadline=None)  # the machine may be busy
@given(head=_first_bytes, second=st.integers(0, 0x40), rest=st.binary(max_size=26), company=st.sampled_from(COMPANIES))
def test_known_frames_with_any_content_do_not_raise(head: int, second: int, rest: bytes, company: int) -> None:
    value = bytes((head, second)) + rest
    for part in (ad.manufacturer_data(company, value), *(ad.service_data(uuid, value) for uuid in SERVICES)):
        interpret(advert.decode(ADDRESS, ad.encode(part), {ADDRESS.hex(): bytes(16)}))


@settings(deadline=None)  # the machine may be busy
@given(data=st.binary(max_size=300))
def test_explain_never_raises(data: bytes) -> None:
    for line in SPEC.explain(data):
        json.dumps(dict(line.fields))


def test_explain_tells_the_readings_of_a_band() -> None:
    capture = bytes.fromhex(
        "043e480201000045613bfffdff3c0201061bff570102020154ffffffffffffffffffffffffff03fffdff3b6145"
        "10094d6920536d6172742042616e6420340302e0fe0716e0fe0b000000a5"
    )
    (line,) = SPEC.explain(capture)
    assert line.summary == "FF:FD:FF:3B:61:45 -91 dBm: Mi Band"
    assert line.readings == (
        StateReading("ble:fffdff3b6145", steps=11),
        VitalReading("ble:fffdff3b6145", heart_rate_bpm=84),
    )


def test_a_truncated_structure_hides_only_itself() -> None:
    whole = ad.encode((ad.FLAGS, b"\x06"), ad.service_data(0xFFE1, bytes.fromhex("a1024501aabbccddeeff")))
    read = advert.decode(ADDRESS, whole + b"\x1a\xff\x4c\x00")
    assert [part.values for part in read.parts] == [{"battery_pct": 0x45, "light": [True]}]
    assert read.own_address == "ffeeddccbbaa"


IBEACON = ad.manufacturer_data(0x004C, b"\x02\x15" + bytes(15) + b"\x01" + b"\x00\x02\x00\x03\xc5")
UID = ad.service_data(0xFEAA, b"\x00\xee" + bytes(9) + b"\x07" + bytes(5) + b"\x09")
MINEW = ad.service_data(0xFFE1, bytes.fromhex("a1024501aa01c03f23ac"))
PHONE = ad.manufacturer_data(0x004C, bytes.fromhex("10054b1cdb1127"))


@pytest.mark.parametrize(
    ("address_type", "part", "key"),
    [
        (0, IBEACON, "ble:6a6bc9a23e43"),
        (1, IBEACON, f"ble:{'0' * 31}1-2-3"),
        (1, UID, f"ble:{'0' * 19}7-{'0' * 11}9"),
        (1, MINEW, "ble:ac233fc001aa"),
        (1, PHONE, None),
    ],
)
def test_whose_advertisement_it_is(address_type: int, part: tuple[int, bytes], key: str | None) -> None:
    address = bytes.fromhex("6a6bc9a23e43")
    read = advert.decode(address, ad.encode(part))
    assert device_key(address, address_type, read) == key


def test_a_wrong_key_gives_no_reading_and_no_alarm() -> None:
    item = next(
        one for one in json.loads((VECTORS / "ble_hci_h4.json").read_text()) if one["name"] == "MJZNZ018H_double_click"
    )
    (report,) = frames.HciDecoder().feed(bytes.fromhex(item["input_hex"]))
    assert isinstance(report, frames.AdvertisingReport)
    for keys in ({}, {report.address.hex(): bytes(16)}):
        read = advert.decode(report.address, report.data, keys)
        assert [part.values for part in read.parts] == [{"packet": 181}]
        assert interpret(read) == Interpretation()
