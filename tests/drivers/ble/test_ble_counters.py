"""Numbered presses of encrypted devices: each rings, its copies do not, and a number that went back is marked.

A pendant may count from zero, from a saved number or from a random one after its battery was changed, so that nothing
about a number proves a recording. What authenticates rings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anju_drivers.ble import ad, settings, shared_state
from anju_drivers.ble.frames import AdvertisingReport, HciDecoder
from anju_drivers.ble.reading_mapper import ReadingMapper
from anju_drivers.ble.shared_state import SharedState
from anju_drivers.driver import AlarmReading
from anju_edge.intake.press_dedup import PressDedup
from support.paths import WANTED_VECTORS as VECTORS

KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
PENDANT = bytes.fromhex("5448e68f80a5")
WINDOW_S = 30.0  # of presses with a number, as configured by default
PRESS, TWO_BUTTONS = b"\x3a\x01", b"\x3a\x01\x3a\x01"


def message(counter: int, objects: bytes = PRESS, sender: bytes = PENDANT, key: bytes = KEY) -> AdvertisingReport:
    """An encrypted BTHome advertisement."""
    number = counter.to_bytes(4, "little")
    sealed = AESCCM(key, tag_length=4).encrypt(sender + b"\xd2\xfc\x41" + number, objects, None)
    value = b"\x41" + sealed[:-4] + number + sealed[-4:]
    return AdvertisingReport(sender, 0, 0, ad.encode((ad.FLAGS, b"\x06"), ad.service_data(0xFCD2, value)), -60)


@dataclass
class Site:
    """Receivers around one pendant, and the box's own rule of what is a copy."""

    receivers: int = 2
    keys: Mapping[str, str] = field(default_factory=lambda: {PENDANT.hex(): KEY.hex()})
    shared: SharedState = field(default_factory=SharedState)
    rings: list[AlarmReading] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dedup = PressDedup()
        self.mappers = [
            ReadingMapper(
                settings.read(
                    "ble",
                    {"port": "/dev/none", "receiver": f"ble:receiver-{number}", "keys": self.keys},
                ),
                self.shared,
            )
            for number in range(1, self.receivers + 1)
        ]

    def receive(self, report: AdvertisingReport, now_s: float, receiver: int = 0) -> list[AlarmReading]:
        """The alarms of one advertisement that ring."""
        rung = []
        for reading in self.mappers[receiver].map_report(report, now_s):
            if isinstance(reading, AlarmReading):
                _, new, _ = self.dedup.take(
                    reading.device, reading.press, frozenset({1}), reading.burst_window_s, round(now_s * 1000)
                )
                if new:
                    rung.append(reading)
        self.rings += rung
        return rung


def test_each_number_rings_once_and_its_copies_are_the_same_press() -> None:
    site = Site()
    (first,) = site.receive(message(1000), 0.0)
    assert not site.receive(message(1000), 1.0)
    assert not site.receive(message(1000), 2.0, receiver=1)
    (second,) = site.receive(message(1001), 3.0)
    assert first.press != second.press
    assert [reading.counter for reading in site.rings] == [1000, 1001]
    assert not any(reading.counter_went_back for reading in site.rings)


@pytest.mark.parametrize("later", [0, 3, 150, 999])
def test_a_pendant_that_counts_from_anywhere_after_a_new_battery_rings_marked(later: int) -> None:
    site = Site()
    site.receive(message(1000), 0.0)
    (marked,) = site.receive(message(later), 300.0)
    assert (marked.counter, marked.counter_went_back) == (later, True)
    (next_one,) = site.receive(message(later + 1), 301.0)
    assert next_one.counter_went_back is False, "it goes on from there"


def test_a_technician_who_presses_changes_the_battery_and_presses_is_heard_each_time() -> None:
    site = Site()
    for number in (0, 1, 2):
        assert site.receive(message(number), float(number))
    for number in (0, 1, 2):
        (again,) = site.receive(message(number), 180.0 + number)
        assert again.counter_went_back is (number == 0)


def test_a_late_copy_of_a_press_before_the_new_battery_does_not_mark_the_next_one() -> None:
    site = Site()
    site.receive(message(1000), 0.0)
    (first,) = site.receive(message(3), 20.0)
    assert first.counter_went_back
    assert not site.receive(message(1000), 21.0, receiver=1)
    (second,) = site.receive(message(4), 28.0)
    assert not second.counter_went_back


def test_the_same_number_long_after_is_a_new_press_and_marked() -> None:
    site = Site()
    (first,) = site.receive(message(7), 0.0)
    (second,) = site.receive(message(7), WINDOW_S + 0.1)
    assert (first.counter_went_back, second.counter_went_back) == (False, True)
    assert first.press != second.press
    assert not site.receive(message(7), WINDOW_S + 1.0, receiver=1)


def test_copies_for_minutes_are_one_press() -> None:
    site = Site()
    site.receive(message(7), 0.0)
    for number in range(1, 30):
        assert not site.receive(message(7), number * 20.0, receiver=number % 2)


def test_two_quick_presses_that_another_receiver_hears_in_another_order_stay_two() -> None:
    site = Site()
    site.receive(message(4), 0.0)
    site.receive(message(5), 0.4)
    assert not site.receive(message(4), 0.5, receiver=1)
    assert not site.receive(message(5), 0.6, receiver=1)
    assert [reading.counter for reading in site.rings] == [4, 5]


def test_an_earlier_press_that_was_not_heard_yet_rings_and_is_not_taken_for_a_new_battery() -> None:
    site = Site()
    site.receive(message(5), 0.0)
    (late,) = site.receive(message(4), 0.5, receiver=1)
    assert (late.counter, late.counter_went_back) == (4, False)
    (third,) = site.receive(message(6), 1.0, receiver=1)
    assert third.counter_went_back is False


def test_two_buttons_of_one_message_are_two_presses_and_none_went_back() -> None:
    site = Site()
    for now_s in (0.0, 1.0, 2.0):
        site.receive(message(9, TWO_BUTTONS), now_s)
    assert len({reading.press for reading in site.rings}) == len(site.rings) == 2
    assert not any(reading.counter_went_back for reading in site.rings)


def test_a_message_with_another_key_is_no_press() -> None:
    assert not Site().receive(message(1, key=bytes(16)), 0.0)


def test_a_press_that_is_not_encrypted_rings_although_a_key_is_known() -> None:
    plain = AdvertisingReport(PENDANT, 0, 0, ad.encode(ad.service_data(0xFCD2, b"\x40\x00\x05\x3a\x01")), -60)
    (reading,) = Site().receive(plain, 0.0)
    assert (reading.counter, reading.counter_went_back) == (5, False)


def test_it_is_the_rule_of_every_encrypted_family() -> None:
    """A Xiaomi button whose number comes again."""
    items = json.loads((VECTORS / "ble_hci_h4.json").read_text(encoding="utf-8"))
    item = next(reading for reading in items if reading["name"] == "MJZNZ018H_double_click")
    (report,) = HciDecoder().feed(bytes.fromhex(item["input_hex"]))
    assert isinstance(report, AdvertisingReport)
    site = Site(keys=item["aes_key"])
    rung = [site.receive(report, now_s) for now_s in (0.0, 1.0, 100.0, 101.0)]
    assert [[reading.counter_went_back for reading in alarms] for alarms in rung] == [[False], [], [True], []]


def test_the_memory_of_presses_is_bounded() -> None:
    site = Site()
    for number in range(500):
        assert site.receive(message(number), number * 0.01)
    (device,) = site.shared.devices.values()
    assert len(device.presses) <= shared_state.MAX_PRESSES


_steps = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([0.0, 0.3, 2.0, 29.0, 31.0, 120.0]), st.integers(0, 1)),
    min_size=1,
    max_size=25,
)


@hypothesis_settings(deadline=None)  # the machine may be busy
@given(steps=_steps)
def test_whatever_is_heard_in_whatever_order_no_press_is_swallowed(steps: list[tuple[int, float, int]]) -> None:
    """The rule itself: what was not heard within the window rings, what was is a copy, whatever came in between."""
    site = Site()
    last: dict[int, float] = {}
    now_s = 0.0
    for counter, pause_s, receiver in steps:
        now_s += pause_s
        is_copy = now_s - last.get(counter, float("-inf")) <= WINDOW_S
        assert bool(site.receive(message(counter), now_s, receiver)) is not is_copy
        last[counter] = now_s
