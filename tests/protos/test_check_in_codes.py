"""Check-in codes: made and checked, any other text refused, age judged by what the box knows of the time."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from anju_protos.check_in_codes import PREFIX, CheckInCodes, Moment, Verdict, issue

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
HASH = bytes(range(16))
ISSUED_S = 1_770_000_000
NOW = Moment(ISSUED_S * 1000 + 5_000, 500)


def codes(community: str = "ningdu") -> CheckInCodes:
    return CheckInCodes(community, {1: PUBLIC})


def code(activity: str = "", lifetime_s: int = 120) -> str:
    return issue(KEY, 1, "ningdu", HASH, ISSUED_S, lifetime_s, activity)


@given(st.text("abcdefghijklmnopqrstuvwxyz-", max_size=32), st.integers(1, 900), st.binary(min_size=16, max_size=16))
def test_round_trip(activity: str, lifetime_s: int, token_hash: bytes) -> None:
    text = issue(KEY, 1, "ningdu", token_hash, ISSUED_S, lifetime_s, activity)
    read = codes().read(text)
    assert read is not None
    assert (read.activity, read.lifetime_s, read.token_hash) == (activity, lifetime_s, token_hash)
    assert text.isalnum()  # QR codes pack upper-case letters and digits densely
    assert text == text.upper()


@given(st.text(max_size=300))
def test_any_other_text_is_not_ours(text: str) -> None:
    assert codes().judge(text, NOW) == (Verdict.NOT_OURS, None)
    assert codes().judge(PREFIX + text, NOW) == (Verdict.NOT_OURS, None)


GOOD = code("calligraphy")  # once: each has another nonce, and what is drawn hangs on it


@given(st.data())
def test_no_changed_character_is_accepted(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=").filter(lambda sign: sign != GOOD[at]))
    assert codes().read(GOOD[:at] + other + GOOD[at + 1 :]) is None


def test_another_community_and_another_key_are_not_ours() -> None:
    assert codes("other").judge(code(), NOW)[0] is Verdict.NOT_OURS
    assert CheckInCodes("ningdu", {2: PUBLIC}).judge(code(), NOW)[0] is Verdict.NOT_OURS
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert CheckInCodes("ningdu", {1: stranger}).judge(code(), NOW)[0] is Verdict.NOT_OURS


@pytest.mark.parametrize(
    ("after_ms", "error_ms", "verdict"),
    [
        (0, 0, Verdict.GOOD),
        (120_000, 0, Verdict.GOOD),
        (120_001, 0, Verdict.EXPIRED),
        (150_000, 30_000, Verdict.GOOD),  # it may still be good: the doubt is the box's
        (150_001, 30_000, Verdict.EXPIRED),
        (-1, 0, Verdict.NOT_YET),
        (-2_000, 2_000, Verdict.GOOD),
        (0, 300_001, Verdict.TIME_UNKNOWN),
        (86_400_000, 300_001, Verdict.TIME_UNKNOWN),
    ],
)
def test_age_by_what_the_box_knows(after_ms: int, error_ms: int, verdict: Verdict) -> None:
    assert codes().judge(code(), Moment(ISSUED_S * 1000 + after_ms, error_ms))[0] is verdict


def test_an_unknown_date_is_said_and_the_code_still_names_its_owner() -> None:
    verdict, found = codes().judge(code(), Moment(None))
    assert verdict is Verdict.TIME_UNKNOWN
    assert found is not None
    assert found.token_hash == HASH


def test_once_per_session_and_only_for_its_activity() -> None:
    checker, text = codes(), code()
    _, found = checker.judge(text, NOW, "calligraphy 2026-02-02")
    assert found is not None
    checker.use(found, "calligraphy 2026-02-02")
    assert checker.judge(text, NOW, "calligraphy 2026-02-02")[0] is Verdict.USED
    assert checker.judge(text, NOW, "tai-chi 2026-02-02")[0] is Verdict.GOOD
    assert checker.judge(code("tai-chi"), NOW, "calligraphy 2026-02-02")[0] is Verdict.OTHER_SESSION


@pytest.mark.parametrize(
    ("lifetime_s", "token_hash", "activity"),
    [(0, HASH, ""), (901, HASH, ""), (60, b"short", ""), (60, HASH, "x" * 33), (60, HASH, "书法")],
)
def test_what_does_not_fit_is_refused(lifetime_s: int, token_hash: bytes, activity: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        issue(KEY, 1, "ningdu", token_hash, ISSUED_S, lifetime_s, activity)
