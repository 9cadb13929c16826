"""Which band is meant by "press it now"."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anju_protos.press_choice import MOST_SHOWN, WINDOW_S, HeardBand, choose


def band(device: str, pressed: int | None = None, heard: int | None = 1, kind: str = "", rssi: int = -60) -> HeardBand:
    return HeardBand(device, kind, pressed, heard, rssi)


def test_the_one_that_was_pressed_is_meant() -> None:
    choice = choose([band("ble:a"), band("ble:b", pressed=4), band("ble:c", pressed=300)], set())
    assert choice.only == "ble:b"
    assert [one.device for one in choice.proposals] == ["ble:b", "ble:a", "ble:c"]
    assert [one.pressed_ago_s for one in choice.proposals] == [4, None, None]


def test_two_at_once_are_both_shown_and_nobody_chooses() -> None:
    choice = choose([band("ble:a", pressed=9), band("ble:b", pressed=2), band("ble:c")], set())
    assert choice.only == ""
    assert [one.device for one in choice.proposals] == ["ble:b", "ble:a", "ble:c"]


def test_a_band_that_somebody_wears_is_shown_and_says_so() -> None:
    choice = choose(
        [band("ble:a", pressed=3, kind="band"), band("ble:b", rssi=-40), band("ble:c", rssi=-50)], {"ble:a", "ble:b"}
    )
    assert choice.only == "ble:a"
    assert [(one.device, one.is_bound) for one in choice.proposals] == [
        ("ble:a", True),
        ("ble:c", False),
        ("ble:b", True),
    ]


def test_what_is_no_band_and_what_was_not_heard_is_not_proposed() -> None:
    heard = [band("r:1", kind="receiver"), band("c:1", pressed=1, kind="camera"), band("ble:a", heard=WINDOW_S + 1)]
    choice = choose([*heard, band("ble:b", heard=None)], set())
    assert (choice.proposals, choice.only, choice.left_out) == ((), "", 0)


SECONDS = st.none() | st.integers(0, 200)
BANDS = st.lists(
    st.builds(
        HeardBand, st.integers(0, 60).map("ble:{}".format), st.sampled_from(["", "band", "kiosk"]), SECONDS, SECONDS
    ),
    max_size=60,
    unique_by=lambda one: one.device,
)


@given(BANDS, st.sets(st.integers(0, 60).map("ble:{}".format)))
def test_no_press_is_left_out_however_many_are_near(heard: list[HeardBand], bound: set[str]) -> None:
    choice = choose(heard, bound)
    shown = {one.device for one in choice.proposals}
    pressed = {
        one.device for one in heard
        if one.kind != "kiosk" and one.pressed_ago_s is not None and one.pressed_ago_s <= WINDOW_S
    }  # fmt: skip
    assert pressed <= shown
    assert len(shown) <= max(MOST_SHOWN, len(pressed))
    assert [one.device for one in choice.proposals][: len(pressed)] == sorted(
        pressed, key=[one.device for one in choice.proposals].index
    )
    assert choice.only == (next(iter(pressed)) if len(pressed) == 1 else "")
    assert choice == choose(list(reversed(heard)), bound)
