"""A roster on a stick: readable by its box alone, from its own hub alone, whatever else is in the file."""

from __future__ import annotations

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from anju_protos.bundle import BundleVersion, pack
from anju_protos.roster_stick import MAGIC, StickRefused, open_stick, seal_stick
from anju_protos.v1.control_pb2 import RosterStick
from support.certificates import Authority, box_uri, new_key
from support.roster_bundles import made_bundle

DISTRICT, ANOTHER = Authority(), Authority("another district")
BOX_KEY, OTHER_KEY = new_key(), new_key()
URI, OTHER_URI = box_uri("ningdu", "box-1"), box_uri("ningdu", "box-2")
BUNDLE = BundleVersion.of(made_bundle(40, revision=12, community="ningdu")).bundle()


def sealed(authority: Authority = DISTRICT, uri: str = URI) -> bytes:
    key = BOX_KEY.public_key()
    issuing = [authority.issuing]
    return seal_stick(pack(BUNDLE), BUNDLE.revision, uri, key, authority.issuing_key, issuing, 1_800_000_000_000)


STICK = sealed()


def why(data: bytes, uri: str = URI, roots: list[x509.Certificate] | None = None, *, other_key: bool = False) -> str:
    with pytest.raises(StickRefused) as refused:
        open_stick(data, uri, OTHER_KEY if other_key else BOX_KEY, [DISTRICT.root] if roots is None else roots)
    return refused.value.code


def test_the_box_that_it_is_for_reads_it() -> None:
    assert open_stick(STICK, URI, BOX_KEY, [ANOTHER.root, DISTRICT.root]) == BUNDLE


def test_nobody_else_does_and_nothing_stands_readable_in_it() -> None:
    assert why(STICK, OTHER_URI) == "other-box"
    assert why(STICK, other_key=True) == "other-key"
    assert why(STICK, roots=[ANOTHER.root]) == "other-hub"
    for one in BUNDLE.residents:
        assert one.id.encode() not in STICK
        assert one.masked_name.encode() not in STICK


def test_what_another_hub_or_a_box_signed_counts_nothing() -> None:
    assert why(sealed(ANOTHER)) == "other-hub"
    box = DISTRICT.box("box-1", "ningdu", key=OTHER_KEY)
    leaf, _ = x509.load_pem_x509_certificates(box.chain)
    by_a_box = seal_stick(pack(BUNDLE), 12, URI, BOX_KEY.public_key(), OTHER_KEY, [leaf], 1)
    assert why(by_a_box) == "other-hub", "a box's key vouches for nobody"
    assert why(seal_stick(pack(BUNDLE), 12, URI, BOX_KEY.public_key(), OTHER_KEY, [DISTRICT.issuing], 1)) == "damaged"
    assert why(by_a_box, roots=[DISTRICT.issuing]) == "other-hub"


def test_a_body_that_was_exchanged_is_noticed() -> None:
    mine = RosterStick.FromString(STICK[len(MAGIC) :])
    mine.body = RosterStick.FromString(sealed(uri=OTHER_URI)[len(MAGIC) :]).body
    assert why(MAGIC + mine.SerializeToString()) == "damaged"


def test_what_is_no_stick_is_said_to_be_none() -> None:
    assert why(b"") == "no-stick"
    assert why(b"community = 'ningdu'") == "no-stick"
    assert why(MAGIC + b"\xff\xff") == "damaged"
    assert why(MAGIC) == "other-hub"


@given(st.integers(len(MAGIC), len(STICK) - 1), st.integers(1, 255))
def test_no_changed_byte_is_taken(at: int, by: int) -> None:
    changed = bytearray(STICK)
    changed[at] ^= by
    try:
        assert open_stick(bytes(changed), URI, BOX_KEY, [DISTRICT.root]) == BUNDLE  # a byte of no meaning
    except StickRefused:
        pass


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(StickRefused):
        open_stick(MAGIC + data, URI, BOX_KEY, [DISTRICT.root])
