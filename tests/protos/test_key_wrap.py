"""A boot's key comes back to the hub that it was wrapped to, for the box and boot that it is of, and to nobody else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from anju_protos.key_wrap import KEY_BYTES, WRAPPED_BYTES, NotUnwrapped, unwrap_key, wrap_key

HUB = ec.generate_private_key(ec.SECP256R1())
KEY = bytes(range(KEY_BYTES))
PURPOSE = b"urn:anju:community:east:box:box-1 boot 7"
WRAPPED = wrap_key(KEY, HUB.public_key(), PURPOSE)


def test_the_hub_gets_the_key_back() -> None:
    assert unwrap_key(WRAPPED, HUB, PURPOSE) == KEY
    assert len(WRAPPED) == WRAPPED_BYTES


def test_no_two_wraps_are_alike_and_none_shows_the_key() -> None:
    other = wrap_key(KEY, HUB.public_key(), PURPOSE)
    assert other[1:] != WRAPPED[1:]
    assert KEY[:8] not in WRAPPED


@pytest.mark.parametrize("purpose", [b"", PURPOSE + b"0", PURPOSE[:-1] + b"8"])
def test_another_box_or_boot_does_not_get_it(purpose: bytes) -> None:
    with pytest.raises(NotUnwrapped):
        unwrap_key(WRAPPED, HUB, purpose)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_another_hub_does_not_get_it(curve: ec.EllipticCurve) -> None:
    with pytest.raises(NotUnwrapped):
        unwrap_key(WRAPPED, ec.generate_private_key(curve), PURPOSE)


@given(at=st.integers(0, WRAPPED_BYTES - 1), bit=st.integers(0, 7))
def test_a_changed_bit_is_seen(at: int, bit: int) -> None:
    changed = bytearray(WRAPPED)
    changed[at] ^= 1 << bit
    with pytest.raises(NotUnwrapped):
        unwrap_key(bytes(changed), HUB, PURPOSE)


@given(wrapped=st.binary(max_size=2 * WRAPPED_BYTES))
def test_any_bytes_are_refused(wrapped: bytes) -> None:
    with pytest.raises(NotUnwrapped):
        unwrap_key(wrapped, HUB, PURPOSE)


@pytest.mark.parametrize("size", [0, 16, 33])
def test_a_key_of_another_size_is_not_wrapped(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_key(bytes(size), HUB.public_key(), PURPOSE)
    with pytest.raises(ValueError, match="P-256"):
        wrap_key(KEY, ec.generate_private_key(ec.SECP384R1()).public_key(), PURPOSE)
