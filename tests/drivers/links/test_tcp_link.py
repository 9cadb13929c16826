"""The listener for bands: untrusted connections cannot fill it, slow it down or starve it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
import uvloop

from anju_drivers.errors import LinkLost
from anju_drivers.links.tcp import TcpConnection, TcpLimits, TcpListener, listen_for_bands
from support.band_rig import Dialled, dialled

WAIT_S = 5.0


class Lines:
    """A handler for tests: frames are lines, `hi` is trusted, each line is answered; `boom` is a bug."""

    def __init__(self, link: TcpConnection, ends: list[str]) -> None:
        self._link, self._ends = link, ends
        self._rest = b""

    @property
    def is_incomplete(self) -> bool:
        return bool(self._rest)

    def received(self, data: bytes) -> int:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line == b"boom":
                raise ZeroDivisionError
            if line == b"hi":
                self._link.trust()
            if line == b"bye":
                self._link.finish("left")
            self._link.send(line + b"!\n")
        return len(lines)

    def lost(self, cause: str) -> None:
        self._ends.append(cause)


@contextlib.asynccontextmanager
async def listening(**limits: float) -> AsyncIterator[tuple[TcpListener, list[str]]]:
    ends: list[str] = []
    granted = TcpLimits(**limits)  # type: ignore[arg-type]  # some are whole numbers, and given so
    async with listen_for_bands(lambda link: Lines(link, ends), "127.0.0.1", 0, granted) as listener:
        watching = asyncio.create_task(listener.watch(lambda now_s: None))
        try:
            yield listener, ends
        finally:
            watching.cancel()
            await asyncio.wait([watching])


async def trusted(listener: TcpListener) -> Dialled:
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    band = Dialled(reader, writer)
    await band.ask(b"hi\n", b"hi!\n")
    return band


async def test_the_oldest_untrusted_one_gives_way_to_the_newest_and_a_trusted_one_never() -> None:
    async with listening(connections=4, untrusted=2, grace_s=0) as (listener, ends):
        band = await trusted(listener)
        async with dialled(listener.port) as first, dialled(listener.port) as second, dialled(listener.port) as third:
            assert await first.until_closed() == b""
            await second.ask(b"x\n", b"x!\n")
            await third.ask(b"y\n", b"y!\n")
            await band.ask(b"z\n", b"z!\n")
            assert listener.shed == {"too many untrusted": 1}
            assert ends == ["too many untrusted"]
        band.abort()


async def test_a_storm_of_newcomers_is_thinned_out_when_they_had_their_time() -> None:
    async with listening(untrusted=2, grace_s=0.3, first_frame_s=0.4) as (listener, ends):
        async with dialled(listener.port) as first, dialled(listener.port) as second, dialled(listener.port) as third:
            await first.ask(b"x\n", b"x!\n")
            assert listener.connections == 3
            await second.send(b"y\n")
            await third.send(b"z\n")
            assert await first.until_closed() == b""
            assert ends == ["too many untrusted"]


async def test_when_every_slot_is_trusted_a_newcomer_is_refused() -> None:
    async with listening(connections=2) as (listener, _):
        bands = [await trusted(listener) for _ in range(2)]
        async with dialled(listener.port) as late:
            assert await late.until_closed() == b""
        assert listener.shed == {"refused: full": 1}
        for band in bands:
            await band.ask(b"x\n", b"x!\n")
            band.abort()


async def test_one_address_cannot_take_all_slots() -> None:
    async with listening(per_address=2) as (listener, _):
        band = await trusted(listener)
        async with dialled(listener.port) as second, dialled(listener.port) as third:
            assert await second.until_closed() == b""
            await third.ask(b"x\n", b"x!\n")
            assert listener.shed == {"address full": 1}
            await third.ask(b"hi\n", b"hi!\n")
            async with dialled(listener.port) as fourth:
                assert await fourth.until_closed() == b""
            assert listener.shed["refused: address full"] == 1
        band.abort()


async def test_who_says_nothing_or_dribbles_or_falls_silent_is_ended() -> None:
    async with listening(first_frame_s=0.2) as (listener, ends), dialled(listener.port) as silent:
        assert await silent.until_closed() == b""
        assert ends == ["no frame"]
    async with listening(frame_s=0.2) as (listener, ends):
        band = await trusted(listener)
        await band.send(b"half a li")
        assert await band.until_closed() == b""
        assert ends == ["frame too slow"]
    async with listening(idle_s=0.2) as (listener, ends):
        band = await trusted(listener)
        assert await band.until_closed() == b""
        assert ends == ["silent"]
        assert listener.connections == 0


async def test_too_many_bytes_slow_the_sender_and_none_is_lost() -> None:
    async with listening(untrusted_bytes_per_s=20_000, untrusted_burst_bytes=1000) as (listener, _):
        async with dialled(listener.port) as sender:
            lines = b"".join(b"%03d\n" % at for at in range(1000))
            await sender.ask(lines, lines.replace(b"\n", b"!\n"))
        assert listener.slowed > 0


async def test_replies_that_are_not_read_end_the_connection() -> None:
    limits = {"unsent_bytes": 4096, "untrusted_bytes_per_s": 1e9, "untrusted_burst_bytes": 1e9}
    async with listening(**limits) as (listener, ends), dialled(listener.port) as deaf:
        deaf.reader._transport.pause_reading()  # type: ignore[attr-defined]  # the band's radio is off
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(WAIT_S):
                while not ends:
                    await deaf.send(b"a line of some length that comes back\n" * 2000)
                    await asyncio.sleep(0)
        assert listener.shed["replies not read"] == 1


async def test_a_bug_ends_the_listener_with_its_own_error() -> None:
    ends: list[str] = []
    async with listen_for_bands(lambda link: Lines(link, ends), "127.0.0.1", 0) as listener:
        watching = asyncio.create_task(listener.watch(lambda now_s: None))
        async with dialled(listener.port) as band:
            await band.send(b"boom\n")
            with pytest.raises(ZeroDivisionError):
                async with asyncio.timeout(WAIT_S):
                    await watching


async def test_what_was_sent_before_the_end_arrives() -> None:
    async with listening() as (listener, ends), dialled(listener.port) as band:
        await band.send(b"bye\n")
        await band.until_closed()
        assert ends == ["left"]


async def test_a_taken_port_is_said_and_the_port_is_free_afterwards() -> None:
    async with listening() as (listener, _):
        with pytest.raises(LinkLost, match="in use"):
            async with listen_for_bands(lambda link: Lines(link, []), "127.0.0.1", listener.port):
                pass
        port = listener.port
        band = await trusted(listener)
    assert await band.until_closed() == b""
    async with listen_for_bands(lambda link: Lines(link, []), "127.0.0.1", port):
        pass


@pytest.mark.parametrize(
    "scenario",
    [
        test_the_oldest_untrusted_one_gives_way_to_the_newest_and_a_trusted_one_never,
        test_when_every_slot_is_trusted_a_newcomer_is_refused,
        test_who_says_nothing_or_dribbles_or_falls_silent_is_ended,
        test_too_many_bytes_slow_the_sender_and_none_is_lost,
        test_a_bug_ends_the_listener_with_its_own_error,
        test_what_was_sent_before_the_end_arrives,
        test_a_taken_port_is_said_and_the_port_is_free_afterwards,
    ],
)
def test_the_same_on_the_boxs_own_loop(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario())
