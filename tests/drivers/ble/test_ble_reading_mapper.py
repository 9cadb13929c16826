"""One receiver's memory: presses told apart, nothing swallowed, states told when they change."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anju_drivers.ble import SPEC, ad, reading_mapper, settings, shared_state
from anju_drivers.ble.frames import AdvertisingReport
from anju_drivers.ble.reading_mapper import ReadingMapper
from anju_drivers.ble.shared_state import SharedState
from anju_drivers.driver import AlarmReading, Reading, Reason, Sighting, StateReading, VitalReading
from anju_drivers.errors import DriverConfigError

USUAL, SOS = "e2c56db5dffb48d2b060d0f5a71096e0", "e2c56db5dffb48d2b060d0f5a710505e"
BAND, ROTATING = bytes.fromhex("ac233fc001aa"), bytes.fromhex("5a0102030405")


def _mapper(shared: SharedState | None = None, **options: object) -> ReadingMapper:
    table: Mapping[str, object] = {"port": "/dev/none", "receiver": "ble:receiver-1"} | options
    return ReadingMapper(settings.read("ble", table), shared or SharedState())


def _report(
    *parts: tuple[int, bytes], address: bytes = BAND, rssi: int = -60, random: bool = False
) -> AdvertisingReport:
    return AdvertisingReport(address, int(random), 0, ad.encode((ad.FLAGS, b"\x06"), *parts), rssi)


def _ibeacon(uuid: str, major: int = 1, minor: int = 2) -> tuple[int, bytes]:
    numbers = major.to_bytes(2, "big") + minor.to_bytes(2, "big")
    return ad.manufacturer_data(0x004C, b"\x02\x15" + bytes.fromhex(uuid) + numbers + b"\xc5")


def _bthome(*objects: int) -> tuple[int, bytes]:
    return ad.service_data(0xFCD2, bytes((0x40, *objects)))


def _alarms(readings: list[Reading]) -> list[AlarmReading]:
    return [reading for reading in readings if isinstance(reading, AlarmReading)]


def test_a_slot_switch_band_raises_an_alarm_with_the_same_press_while_held() -> None:
    mapper = _mapper(sos=[{"ibeacon": f"{SOS}/1/2"}])
    assert mapper.map_report(_report(_ibeacon(USUAL)), 0.0) == [Sighting("ble:ac233fc001aa", "ble:receiver-1", -60)]
    first, second = _alarms(mapper.map_report(_report(_ibeacon(SOS)), 1.0)) + _alarms(
        mapper.map_report(_report(_ibeacon(SOS)), 1.2)
    )
    assert (first.device, first.reasons) == ("ble:ac233fc001aa", frozenset({Reason.SOS}))
    assert (first.receiver, first.rssi_dbm, first.burst_window_s) == ("ble:receiver-1", -60, 30.0)
    assert first.counter is None
    assert first.press == second.press


def test_letting_go_makes_the_next_press_a_new_one_where_the_slot_is_replaced() -> None:
    mapper = _mapper(models={"minew-b10": [{"ibeacon": SOS, "replaces_slot": True}]})
    presses = []
    for uuid in (SOS, SOS, USUAL, SOS):
        presses += [alarm.press for alarm in _alarms(mapper.map_report(_report(_ibeacon(uuid)), 0.0))]
    assert presses[0] == presses[1] != presses[2]


def test_an_alarm_comes_before_the_sighting_of_the_same_advertisement() -> None:
    mapper = _mapper(sos=[{"ibeacon": SOS}])
    kinds = [type(reading) for reading in mapper.map_report(_report(_ibeacon(SOS)), 0.0)]
    assert kinds == [AlarmReading, Sighting]


def test_an_sos_from_a_rotating_address_names_the_band_by_its_usual_identity() -> None:
    mapper = _mapper(sos=[{"ibeacon": SOS, "same_as": USUAL}])
    (seen,) = mapper.map_report(_report(_ibeacon(USUAL, 7, 9), address=ROTATING, random=True), 0.0)
    (alarm,) = _alarms(
        mapper.map_report(_report(_ibeacon(SOS, 7, 9), address=bytes.fromhex("61aabbccddee"), random=True), 1.0)
    )
    assert isinstance(seen, Sighting)
    assert seen.device == alarm.device == f"ble:{USUAL}-7-9"


def test_a_site_may_name_an_identity() -> None:
    mapper = _mapper(devices={f"{USUAL}/7/9": "ble:band-7"})
    (seen,) = mapper.map_report(_report(_ibeacon(USUAL, 7, 9), address=ROTATING, random=True), 0.0)
    assert isinstance(seen, Sighting)
    assert seen.device == "ble:band-7"


def test_an_unknown_devices_sos_is_an_alarm_even_if_nobody_can_be_named() -> None:
    mapper = _mapper(sos=[{"manufacturer": "ffff:505e"}])
    report = _report(ad.manufacturer_data(0xFFFF, b"\x50\x5e\x01"), address=ROTATING, random=True)
    (alarm,) = _alarms(mapper.map_report(report, 0.0))
    assert alarm.device == f"ble:{ROTATING.hex()}"


SPACE, INSTANCE = "00112233445566778899", "aabbccddeeff"


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ({"eddystone": SPACE}, ad.service_data(0xFEAA, bytes.fromhex(f"00ee{SPACE}{INSTANCE}0000"))),
        ({"eddystone": f"{SPACE}/{INSTANCE}"}, ad.service_data(0xFEAA, bytes.fromhex(f"00ee{SPACE}{INSTANCE}"))),
        ({"name": "SOS"}, (ad.COMPLETE_NAME, b"SOS-17")),
        ({"service": "ffe1:a108"}, ad.service_data(0xFFE1, bytes.fromhex("a10801aa01c03f23ac504c5553"))),
    ],
)
def test_other_sos_identities(rule: dict[str, object], part: tuple[int, bytes]) -> None:
    mapper = _mapper(sos=[{**rule, "reasons": ["sos", "fall"], "addresses": ["ac:23:3f"]}])
    (alarm,) = _alarms(mapper.map_report(_report(part), 0.0))
    assert alarm.reasons == {Reason.SOS, Reason.FALL}
    assert not _alarms(mapper.map_report(_report(part, address=bytes.fromhex("c0ffee000001")), 0.0))


def test_a_bthome_button_counts_its_presses() -> None:
    mapper = _mapper()
    one = _alarms(mapper.map_report(_report(_bthome(0x00, 5, 0x01, 80, 0x3A, 1)), 0.0))
    copy = _alarms(mapper.map_report(_report(_bthome(0x00, 5, 0x01, 80, 0x3A, 1)), 0.3))
    two = _alarms(mapper.map_report(_report(_bthome(0x00, 6, 0x01, 80, 0x3A, 1)), 0.6))
    assert [one[0].counter, two[0].counter] == [5, 6]
    assert one[0].press == copy[0].press != two[0].press
    assert one[0].battery_pct == 80


def test_a_message_that_only_carries_a_released_button_is_no_press() -> None:
    mapper = _mapper()
    for event in (0x00, 0x81):
        assert not _alarms(mapper.map_report(_report(_bthome(0x00, 5, 0x3A, event)), 0.0))


def test_wall_switches_can_be_left_out() -> None:
    press = _report(_bthome(0x3A, 1))
    assert _alarms(_mapper().map_report(press, 0.0))
    assert not _alarms(_mapper(ignore_buttons=["ble:ac233fc001aa"]).map_report(press, 0.0))
    assert not _alarms(_mapper(buttons=["minew"]).map_report(press, 0.0))


def test_a_holyiot_button_is_held_until_it_was_let_go() -> None:
    def report(value: int) -> AdvertisingReport:
        return _report(ad.service_data(0x5242, b"\x41\x64" + BAND + bytes((6, 6, 6, value, 0))))

    mappers = _mapper(buttons=["holyiot"])
    (first,), again = (_alarms(mappers.map_report(report(1), at)) for at in (0.0, 1.0))
    assert first.reasons == {Reason.SOS}
    assert {one.press for one in again} <= {first.press}
    assert not _alarms(mappers.map_report(report(0), 2.0))
    (second,) = _alarms(mappers.map_report(report(1), 3.0))
    assert second.press != first.press


def test_a_held_button_is_one_press_until_it_was_let_go() -> None:
    mapper = _mapper()
    down, up = (bytes.fromhex(f"510123{battery}{flags}0100") for battery, flags in (("45", "20"), ("45", "00")))
    presses = []
    for value in (down, down, up, down):
        presses += [
            alarm.press for alarm in _alarms(mapper.map_report(_report(ad.manufacturer_data(0x0639, value)), 0.0))
        ]
    assert len(presses) == 3
    assert presses[0] == presses[1] != presses[2]


def test_one_press_heard_by_several_receivers_is_one() -> None:
    shared = SharedState()
    mappers = [_mapper(shared, receiver=f"ble:receiver-{number}") for number in (1, 2, 3)]
    down, up = (ad.manufacturer_data(0x0639, bytes.fromhex(f"51012345{flags}0100")) for flags in ("20", "00"))
    presses = []
    for now_s in (0.0, 2.0):  # the second press comes within the window of the first
        presses.append(
            {alarm.press for mapper in mappers for alarm in _alarms(mapper.map_report(_report(down), now_s))}
        )
        for mapper in mappers:
            mapper.map_report(_report(up), now_s + 1)
    first, second = presses
    assert len(first) == len(second) == 1
    assert first != second


def test_a_receiver_that_missed_the_release_swallows_nothing() -> None:
    shared = SharedState()
    near, far = (_mapper(shared, receiver=f"ble:receiver-{number}") for number in (1, 2))
    down, up = (_report(ad.manufacturer_data(0x0639, bytes.fromhex(f"51012345{flags}0100"))) for flags in ("20", "00"))
    first = [*_alarms(near.map_report(down, 0.0)), *_alarms(far.map_report(down, 0.0))]
    near.map_report(up, 1.0)
    second = [*_alarms(far.map_report(down, 2.0)), *_alarms(near.map_report(down, 2.0))]
    assert {alarm.press for alarm in second} - {alarm.press for alarm in first}


def test_a_battery_heard_by_several_receivers_is_told_once() -> None:
    shared = SharedState()
    mappers = [_mapper(shared, receiver=f"ble:receiver-{number}") for number in (1, 2)]
    reported = [
        one for mapper in mappers for one in mapper.map_report(_battery(90), 0.0) if isinstance(one, StateReading)
    ]
    assert len(reported) == 1


def test_a_press_after_a_restart_is_not_the_one_before() -> None:
    down = _report(ad.manufacturer_data(0x0639, bytes.fromhex("51012345200100")))
    assert _alarms(_mapper().map_report(down, 0.0))[0].press != _alarms(_mapper().map_report(down, 0.0))[0].press


def test_water_and_smoke_are_told_again_while_they_last() -> None:
    mapper = _mapper()
    wet, dry = _report(_bthome(0x20, 1)), _report(_bthome(0x20, 0))
    first = _alarms(mapper.map_report(wet, 0.0))
    assert first[0].reasons == {Reason.WATER}
    assert not _alarms(mapper.map_report(wet, 5.0))
    again = _alarms(mapper.map_report(wet, 11.0))
    assert again[0].press == first[0].press
    assert not _alarms(mapper.map_report(dry, 12.0))
    anew = _alarms(mapper.map_report(wet, 13.0))
    assert anew[0].press != first[0].press


def _battery(pct: int, light: int = 0) -> AdvertisingReport:
    return _report(ad.service_data(0xFFE1, bytes((0xA1, 0x11, pct, 0, light)) + BAND[::-1]))


def test_numbers_wait_their_turn_and_a_changed_state_does_not() -> None:
    mapper = _mapper(state_min_s=60)
    key = "ble:ac233fc001aa"
    reported = [reading for reading in mapper.map_report(_battery(90), 0.0) if isinstance(reading, StateReading)]
    assert reported == [StateReading(key, battery_pct=90, motion=False)]
    assert [type(reading) for reading in mapper.map_report(_battery(90), 1.0)] == [Sighting]
    assert [type(reading) for reading in mapper.map_report(_battery(89), 2.0)] == [Sighting]
    assert mapper.due(30.0) == []
    assert mapper.due(60.0) == [StateReading(key, battery_pct=89, motion=False)]
    assert mapper.due(200.0) == []
    moved = mapper.map_report(_battery(89, 1), 61.0)
    assert StateReading(key, battery_pct=89, motion=True) in moved


def test_heart_rates_once_a_minute_and_zero_is_not_worn() -> None:
    def band(rate: int) -> AdvertisingReport:
        return _report(ad.manufacturer_data(0x0157, b"\x02\x02\x01" + bytes((rate,)) + bytes(20)))

    mapper = _mapper()
    assert VitalReading("ble:ac233fc001aa", heart_rate_bpm=84) in mapper.map_report(band(84), 0.0)
    for rate, now_s in ((85, 1.0), (0, 100.0), (0xFF, 101.0)):
        assert [type(reading) for reading in mapper.map_report(band(rate), now_s)] == [Sighting]
    assert VitalReading("ble:ac233fc001aa", heart_rate_bpm=70) in mapper.map_report(band(70), 102.0)


def test_phones_are_counted_and_not_followed() -> None:
    mapper = _mapper()
    phone = _report(ad.manufacturer_data(0x004C, bytes.fromhex("10054b1cdb1127")), address=ROTATING, random=True)
    assert mapper.map_report(phone, 0.0) == []
    assert mapper.anonymous == 1


def test_a_strength_that_the_receiver_does_not_know() -> None:
    mapper = _mapper(sos=[{"ibeacon": SOS}])
    alarm, seen = mapper.map_report(_report(_ibeacon(SOS), rssi=127), 0.0)
    assert isinstance(alarm, AlarmReading)
    assert isinstance(seen, Sighting)
    assert alarm.rssi_dbm is None
    assert seen.rssi_dbm == reading_mapper.UNKNOWN_STRENGTH_DBM


def test_memory_is_bounded_whatever_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_mapper, "MAX_KNOWN", 64)
    monkeypatch.setattr(shared_state, "MAX_DEVICES", 32)
    monkeypatch.setattr(reading_mapper, "MAX_HELD", 32)
    shared = SharedState()
    mapper = _mapper(shared, sos=[{"ibeacon": SOS, "replaces_slot": True}])
    for number in range(1000):
        mapper.map_report(_report(_ibeacon(SOS), address=(0xBC0000000000 + number).to_bytes(6, "big")), float(number))
        address = (0xAC0000000000 + number).to_bytes(6, "big")
        value = bytes((0xA1, 0x11, number % 100, 0, 1)) + address[::-1]
        assert mapper.map_report(_report(ad.service_data(0xFFE1, value), address=address), float(number))
    assert len(mapper._known) + len(mapper._older) <= 64
    assert len(shared.devices) <= 32
    assert len(mapper._held) <= 32
    mapper.due(1e9)
    assert len(shared.waiting) <= 32
    assert _alarms(mapper.map_report(_report(_ibeacon(SOS)), 2e9))


@hypothesis_settings(deadline=None)
@given(order=st.lists(st.tuples(st.integers(0, 3), st.floats(0, 50)), min_size=1, max_size=30))
def test_no_copy_of_an_sos_is_ever_held_back(order: list[tuple[int, float]]) -> None:
    mapper = _mapper(sos=[{"ibeacon": SOS}])
    others = [_report(_ibeacon(USUAL)), _battery(50), _report((ad.COMPLETE_NAME, b"x"))]
    now_s = 0.0
    for which, pause_s in order:
        now_s += pause_s
        readings = mapper.map_report(_report(_ibeacon(SOS)) if which == 3 else others[which], now_s)
        assert bool(_alarms(readings)) is (which == 3)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({}, "port"),
        ({"port": "/dev/x", "prot": 1}, "prot"),
        ({"port": "/dev/x", "baud": 10}, "baud"),
        ({"port": "/dev/x", "receiver": "Receiver 1"}, "receiver"),
        ({"port": "/dev/x", "sos": [{"ibeacon": "12"}]}, "sos[1].ibeacon"),
        ({"port": "/dev/x", "sos": [{"ibeacon": SOS, "name": "x"}]}, "sos[1]"),
        ({"port": "/dev/x", "sos": [{"ibeacon": SOS, "reasons": ["help"]}]}, "sos[1].reasons"),
        ({"port": "/dev/x", "sos": [{"ibeacon": SOS, "windows": 3}]}, "sos[1].windows"),
        ({"port": "/dev/x", "models": {"b10": {"sos": [{"eddystone": "zz"}]}}}, "models.b10.sos[1].eddystone"),
        ({"port": "/dev/x", "models": {"b10": {"addresses": ["xyz"], "sos": []}}}, "models.b10.addresses"),
        ({"port": "/dev/x", "buttons": ["doorbell"]}, "buttons"),
        ({"port": "/dev/x", "keys": {"ac233fc001aa": "12"}}, "keys.ac233fc001aa"),
        ({"port": "/dev/x", "active_scan": "yes"}, "active_scan"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as caught:
        SPEC.create("ble", options)
    assert caught.value.key == key


def test_a_click_that_is_told_as_held_and_then_as_pressed_is_one_press() -> None:
    def presses(*said: tuple[float, int, int], shared: SharedState | None = None) -> list[bytes]:
        mapper = _mapper(shared)
        reports = [(at_s, _report(_bthome(0x00, number, 0x3A, event))) for at_s, number, event in said]
        return [one.press for at_s, report in reports for one in _alarms(mapper.map_report(report, at_s))]

    assert len(set(presses((0, 1, 0x80), (0.4, 2, 0x01)))) == 1
    assert len(set(presses((0, 1, 0x80), (1, 2, 0x80), (2, 3, 0x04)))) == 1, "held for long"
    assert len(set(presses((0, 1, 0x80), (0.4, 2, 0x01), (1, 3, 0x80), (1.4, 4, 0x01)))) == 2, "two clicks"
    assert len(set(presses((0, 1, 0x80), (0.4, 2, 0x01), (1, 3, 0x01)))) == 2, "the second one was not held"
    assert len(set(presses((0, 1, 0x80), (9, 2, 0x01)))) == 2, "long after"
    assert len(set(presses((0, 1, 0x01), (0.4, 2, 0x01)))) == 2
    shared = SharedState()
    said = (0.0, 1, 0x80), (0.4, 2, 0x01)
    assert len({*presses(*said, shared=shared), *presses(*said, shared=shared)}) == 1, "two receivers"


def test_a_minew_frame_of_type_20_says_that_it_was_opened() -> None:
    frame = bytes.fromhex("a12063") + b"\x01" + BAND[::-1]
    (alarm,) = _alarms(_mapper().map_report(_report(ad.service_data(0xFFE1, frame)), 0.0))
    assert alarm.reasons == {Reason.TAMPER}
    closed = bytes.fromhex("a12063") + b"\x00" + BAND[::-1]
    assert not _alarms(_mapper().map_report(_report(ad.service_data(0xFFE1, closed)), 0.0))
