"""H4 framing: any chunking gives the same events, junk costs at most what it touches, memory stays bounded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju_drivers.ble import ad, commands, controller, frames
from anju_drivers.ble.controller import CommandDecoder
from anju_drivers.ble.frames import AdvertisingReport, CommandComplete, HciDecoder, Reassembler

_addresses = st.binary(min_size=6, max_size=6)
legacy = st.tuples(
    _addresses,
    st.integers(0, 3),
    st.integers(0, 4),
    st.binary(max_size=60),
    st.integers(-127, 127),
).map(lambda fields: AdvertisingReport(*fields))
extended = st.builds(
    AdvertisingReport,
    _addresses,
    st.sampled_from([0, 1, 2, 3, 0xFF]),
    st.integers(0, 0x7F),
    st.binary(max_size=200),
    st.integers(-127, 127),
    st.just(True),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(0, 0xFF),
    st.integers(-127, 127),
)


def _chunks(stream: bytes, size: int) -> list[bytes]:
    return [stream[at : at + size] for at in range(0, len(stream), size)]


@settings(deadline=None)  # the machine may be busy
@given(reports=st.lists(legacy | extended, max_size=12), size=st.integers(1, 40))
def test_any_chunking_gives_the_same_reports(reports: list[AdvertisingReport], size: int) -> None:
    stream = b"".join(map(controller.encode_report, reports))
    decoder = HciDecoder()
    events = [event for chunk in _chunks(stream, size) for event in decoder.feed(chunk)]
    assert events == reports
    assert (decoder.frames, decoder.skipped, decoder.pending) == (len(reports), 0, 0)


@settings(deadline=None)  # the machine may be busy
@given(stream=st.binary(max_size=600), size=st.integers(1, 60))
def test_any_chunking_of_any_bytes_gives_the_same(stream: bytes, size: int) -> None:
    whole, cut = HciDecoder(), HciDecoder()
    events = whole.feed(stream)
    assert [event for chunk in _chunks(stream, size) for event in cut.feed(chunk)] == events
    assert (whole.frames, whole.skipped, whole.pending) == (cut.frames, cut.skipped, cut.pending)
    assert whole.pending <= frames.MAX_FRAME_BYTES


GOOD = AdvertisingReport(bytes.fromhex("ac233fc001aa"), 0, 0, bytes.fromhex("020106"), -60)


@settings(deadline=None)  # the machine may be busy
@given(junk=st.binary(max_size=400))
def test_junk_never_raises_and_a_good_frame_behind_it_survives(junk: bytes) -> None:
    decoder = HciDecoder()
    events = decoder.feed(junk + 3 * controller.encode_report(GOOD)) + decoder.idle()
    assert GOOD in events
    assert decoder.pending == 0


@pytest.mark.parametrize("damage", range(14))
def test_one_damaged_byte_costs_one_report(damage: int) -> None:
    frame = bytearray(controller.encode_report(GOOD))
    frame[damage] ^= 0xFF
    decoder = HciDecoder()
    events = decoder.feed(bytes(frame) + 2 * controller.encode_report(GOOD)) + decoder.idle()
    assert events[-2:] == [GOOD, GOOD]


def test_a_frame_cut_off_by_silence_hides_nothing() -> None:
    decoder = HciDecoder()
    good = controller.encode_report(GOOD)
    head = b"\x04\x3e\xf0\x02\x01\x00\x00" + bytes(6) + b"\xe4"  # promises 240 bytes
    assert decoder.feed(head + good) == []
    assert decoder.idle() == [GOOD]
    assert decoder.skipped == len(head)


@settings(deadline=None)  # the machine may be busy
@given(reports=st.lists(legacy.filter(lambda report: len(report.data) <= 31), min_size=1, max_size=5))
def test_several_reports_in_one_event(reports: list[AdvertisingReport]) -> None:
    assert HciDecoder().feed(controller.encode_reports(reports)) == reports


def test_a_report_whose_lengths_do_not_add_up_is_none() -> None:
    frame = bytearray(controller.encode_report(GOOD))
    frame[13] = 4  # one byte more data than the event has
    decoder = HciDecoder()
    assert decoder.feed(bytes(frame)) == []
    assert decoder.frames == 0


def test_command_complete_status_and_hardware_error() -> None:
    decoder = HciDecoder()
    stream = (
        controller.encode_command_complete(commands.RESET) + bytes.fromhex("040f0400010c20") + bytes.fromhex("04100142")
    )
    assert decoder.feed(stream) == [
        CommandComplete(commands.RESET, 1, b"\x00"),
        frames.CommandStatus(0x200C, 0),
        frames.HardwareError(0x42),
    ]


def test_commands_reach_the_controller_in_any_pieces() -> None:
    packets = commands.start_scanning(active=True, interval_ms=100, window_ms=100)
    decoder = CommandDecoder()
    heard = [one for chunk in _chunks(b"\xff" + b"".join(packets), 5) for one in decoder.feed(chunk)]
    assert [opcode for opcode, _ in heard] == [0x0C03, 0x0C01, 0x2001, 0x200B, 0x200C]
    assert heard[3][1] == bytes.fromhex("01a000a0000000")
    assert heard[4][1] == bytes.fromhex("0100")  # on, and no duplicate filter
    assert [commands.command_opcode(one) for one in packets] == [opcode for opcode, _ in heard]


def test_long_advertisements_are_joined() -> None:
    pieces = [
        AdvertisingReport(GOOD.address, 0, 0x20, b"abc", -60, True, sid=1),
        AdvertisingReport(GOOD.address, 0, 0x20, b"def", -60, True, sid=1),
        AdvertisingReport(GOOD.address, 0, 0x00, b"ghi", -61, True, sid=1),
    ]
    joined = [Reassembler().add(GOOD)]
    reassembler = Reassembler()
    joined += [reassembler.add(piece) for piece in pieces]
    assert joined[0] == GOOD
    assert joined[1:3] == [None, None]
    assert joined[3] is not None
    assert (joined[3].data, joined[3].rssi_dbm) == (b"abcdefghi", -61)


def test_unfinished_long_advertisements_do_not_fill_memory() -> None:
    reassembler = Reassembler()
    for number in range(1000):
        address = number.to_bytes(6, "big")
        assert reassembler.add(AdvertisingReport(address, 1, 0x20, bytes(200), -60, True)) is None
    assert len(reassembler._parts) <= Reassembler.MAX_SENDERS


@settings(deadline=None)  # the machine may be busy
@given(data=st.binary(max_size=80))
def test_structures_of_any_bytes(data: bytes) -> None:
    found = ad.structures(data)
    rest = ad.truncated(data)
    whole = ad.encode(*found)
    assert data.startswith(whole)
    assert not rest or data == whole + rest


def test_static_and_rotating_addresses() -> None:
    assert frames.is_static(bytes.fromhex("ac233fc001aa"), 0)
    assert frames.is_static(bytes.fromhex("c6b545f6f18e"), 1)
    assert not frames.is_static(bytes.fromhex("6a6bc9a23e43"), 1)
