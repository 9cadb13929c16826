"""A receiver that knows no SOS says so, and a change that looks like a press and that no rule knows is told once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from anju_drivers import minew
from anju_drivers.ble import SPEC, ad, settings
from anju_drivers.ble.frames import AdvertisingReport
from anju_drivers.ble.reading_mapper import ReadingMapper
from anju_drivers.ble.shared_state import LEARN_S, MAX_IDENTITIES, REVERT_S, SharedState
from anju_drivers.driver import AlarmReading, Reading, Sighting, UnknownPress, cautions_of

USUAL, OTHER = "e2c56db5dffb48d2b060d0f5a71096e0", "e2c56db5dffb48d2b060d0f5a710505e"
BAND = bytes.fromhex("ac233fc001aa")
LATER_S = LEARN_S + 1


def mapper(shared: SharedState | None = None, **options: object) -> ReadingMapper:
    table: Mapping[str, object] = {"port": "/dev/none", "receiver": "ble:receiver-1"} | options
    return ReadingMapper(settings.read("ble", table), shared or SharedState())


def ibeacon(uuid: str, minor: int = 2) -> tuple[int, bytes]:
    return ad.manufacturer_data(
        0x004C, b"\x02\x15" + bytes.fromhex(uuid) + b"\0\1" + minor.to_bytes(2, "big") + b"\xc5"
    )


def uid(space: str) -> tuple[int, bytes]:
    return ad.service_data(0xFEAA, bytes.fromhex(f"00ee{space}aabbccddeeff0000"))


def heard(by: ReadingMapper, at_s: float, *parts: tuple[int, bytes]) -> list[Reading]:
    report = AdvertisingReport(BAND, 0, 0, ad.encode((ad.FLAGS, b"\x06"), *parts), -60)
    return [reading for reading in by.map_report(report, at_s) if not isinstance(reading, Sighting)]


@pytest.mark.parametrize(
    ("usual", "pressed", "signal"),
    [
        (ibeacon(USUAL), ibeacon(OTHER), f"ibeacon {OTHER}/1/2"),
        (ibeacon(USUAL), ibeacon(USUAL, 3), f"ibeacon {USUAL}/1/3"),
        (uid("00" * 10), uid("11" * 10), "eddystone 11111111111111111111/aabbccddeeff"),
        ((ad.COMPLETE_NAME, b"B10"), (ad.COMPLETE_NAME, b"B10 SOS"), "name B10 SOS"),
    ],
)
def test_a_change_to_and_fro_is_told_once(usual: tuple[int, bytes], pressed: tuple[int, bytes], signal: str) -> None:
    by = mapper()
    assert heard(by, 0.0, usual) == heard(by, LATER_S, usual) == heard(by, LATER_S + 1, pressed) == []
    assert heard(by, LATER_S + 4, usual) == [UnknownPress("ble:ac233fc001aa", signal)]
    assert heard(by, LATER_S + 9, pressed) == heard(by, LATER_S + 12, usual) == []


def test_all_receivers_of_a_box_tell_it_once_together() -> None:
    shared = SharedState()
    first, second = mapper(shared), mapper(shared)
    told = []
    for at_s, part in (
        (0.0, USUAL),
        (LATER_S, USUAL),
        (LATER_S + 1, OTHER),
        (LATER_S + 2, USUAL),
        (LATER_S + 3, USUAL),
    ):
        told += heard(first, at_s, ibeacon(part)) + heard(second, at_s, ibeacon(part))
    assert len(told) == 1


def test_what_a_rule_or_a_button_message_says_is_no_riddle() -> None:
    by = mapper(sos=[{"ibeacon": OTHER}])
    heard(by, 0.0, ibeacon(USUAL))
    assert [type(one) for one in heard(by, LATER_S, ibeacon(OTHER))] == [AlarmReading]
    assert heard(by, LATER_S + 1, ibeacon(USUAL)) == []


def test_identities_that_take_turns_or_never_come_back_are_no_press() -> None:
    by = mapper()
    for second in range(int(LEARN_S * 3)):
        assert heard(by, second, ibeacon(USUAL) if second % 3 else uid("00" * 10)) == []
    new_owner = mapper()
    heard(new_owner, 0.0, ibeacon(USUAL))
    assert heard(new_owner, LATER_S, ibeacon(OTHER)) == []
    assert heard(new_owner, LATER_S + REVERT_S + 1, ibeacon(USUAL)) == []
    rolling = mapper()
    told = [one for at_s in range(3 * MAX_IDENTITIES) for one in heard(rolling, at_s * 100.0, ibeacon(USUAL, at_s))]
    assert told == []


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({}, ["no_sos"]),
        ({"models": {"minew-b10": []}}, ["no_sos"]),
        ({"sos": []}, []),
        ({"sos": [{"ibeacon": OTHER}]}, []),
        ({"models": {"minew-b10": [{"ibeacon": OTHER}]}}, []),
    ],
)
def test_a_receiver_without_an_sos_table_says_so_until_somebody_has_decided(
    options: dict[str, object], codes: list[str]
) -> None:
    receivers = {"gate": {"secret": "abcdefghijklmnop"}}
    pushed = minew.SPEC.create("minew", {"bind": "127.0.0.1", "receivers": receivers, **options})
    for driver in (SPEC.create("receiver-1", {"port": "/dev/none", **options}), pushed):
        assert [caution.code for caution in cautions_of(driver)] == codes
