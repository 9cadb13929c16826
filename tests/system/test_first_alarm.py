"""The first alarm, whole: a band's bytes at a receiver, the siren, the operator's screen, and the way back."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from anju_drivers.ble.simulator import Band, BleSimulator
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.gateway import Running
from support.box_parts import BAND
from support.running_box import ON, box_config, on_the_air, relay_shows, running_box
from support.signed_in import let_in, signed_in
from support.whole import (
    LOBBY,
    RESPONDER,
    KioskPage,
    Operator,
    at_hub,
    grpc_port,
    hub_config,
    kiosk_at,
    operator_at,
    running_hub,
    show,
)

ADDRESS = BAND.removeprefix("ble:")
PROMISE_S = 2.0  # an acknowledgement on one side silences and shows on the other
SLACK = 3  # this machine may be busy with other tests


@dataclass
class Site:
    """A community with everything in it."""

    relay: RelaySimulator
    air: BleSimulator
    box: Running
    operator: Operator
    lobby: KioskPage
    responder: KioskPage


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    with RelaySimulator() as relay:
        async with on_the_air(BleSimulator([Band(ADDRESS, period_s=0.2)])) as air:
            config = box_config(folder, relay=relay, receiver=air)
            central = hub_config(folder / "hub", config.box.roster)
            async with running_hub(central) as operator, running_box(at_hub(config, grpc_port(central))) as box:
                await air.until_scanning()
                await relay_shows(relay, lambda board: board.on == {1: False})
                await operator.online()
                run = config.box.run_folder
                async with kiosk_at(box.kiosk, run, LOBBY) as lobby, kiosk_at(box.kiosk, run, RESPONDER) as responder:
                    yield Site(relay, air, box, operator, lobby, responder)


def since_ms(start_ns: int, at_ns: int | None = None) -> float:
    return ((time.monotonic_ns() if at_ns is None else at_ns) - start_ns) / 1e6


def switched_on_ns(relay: RelaySimulator) -> int:
    return next(switch.at_ns for switch in relay.switches if switch.on)


async def test_from_a_press_to_the_operator_and_his_word_back_to_the_wearer(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        pressed = time.monotonic_ns()
        here.air.press_sos(ADDRESS)
        incident = await here.operator.incident(device=BAND)
        shown_ms = since_ms(pressed)
        await relay_shows(here.relay, lambda board: ON in board.received)
        banner = await here.responder.banner(lambda shown: not shown["acked"])
        at_siren_ms = since_ms(pressed, switched_on_ns(here.relay))
        show(f"press at the pty -> siren byte {at_siren_ms:.0f} ms, -> console by SSE {shown_ms:.0f} ms")
        assert (incident["priority"], incident["reasons"], incident["mark"]) == ("P1", ["SOS"], "REAL")
        assert incident["resident_label"] == "3-2-501 王*秀"
        assert (banner["incident"], banner["flat"]) == (incident["id"], "3-2-501")
        assert here.lobby.state["banner"]["flat"] == "", "a lobby screen shows no flat"

        before = time.monotonic_ns()
        status, _ = await here.operator.acknowledge(incident)
        assert status == 200
        limit_s = PROMISE_S * SLACK
        await relay_shows(here.relay, lambda board: board.on == {1: False}, limit_s)
        silent_ms = since_ms(before, here.relay.switches[-1].at_ns)
        seen = await here.lobby.banner(lambda shown: bool(shown["acked"]), limit_s)
        shown_ms = since_ms(before)
        assert not seen["help_coming"], "seen is not coming"
        show(f"acknowledged by HTTP -> siren silent {silent_ms:.0f} ms, -> kiosk 'seen' {shown_ms:.0f} ms")

        page_of_wang = await signed_in(tmp_path / "hub", "op-wang")
        await let_in(here.operator.base, page_of_wang)
        async with operator_at(here.operator.base.removeprefix("http://"), page_of_wang) as other:
            status, loser = await other.acknowledge(incident)
        assert (status, loser["first"]["actor"]["id"]) == (409, "op-li")
        taken = await here.operator.incident(lambda one: one["state"] == "ACKED", device=BAND)
        times = [taken["clocks"][name] for name in ("found", "alarmed", "answered")]
        assert times == sorted(times)
        assert all(times)


async def test_taken_on_site_the_console_knows_who(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.air.press_sos(ADDRESS)
        banner = await here.responder.banner()
        await relay_shows(here.relay, lambda board: ON in board.received)
        await here.operator.incident(device=BAND)
        before = time.monotonic_ns()
        _, answer = await here.responder.post("respond", incident=banner["incident"], actor="")
        assert answer["outcome"] == "going"
        limit_s = PROMISE_S * SLACK
        taken = await here.operator.incident(lambda one: one["state"] == "RESPONDING", device=BAND, limit_s=limit_s)
        seen_ms = since_ms(before)
        await relay_shows(here.relay, lambda board: board.on == {1: False}, limit_s)
        show(f"said to go at the responder's screen -> console {seen_ms:.0f} ms")
        owner = taken["owners"][0]
        assert (owner["role"], owner["id"], owner["place"]) == ("RESPONDER", "m-01", RESPONDER)
        assert (await here.operator.acknowledge(taken))[0] == 409


async def test_the_help_button_of_a_kiosk_comes_the_same_way(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        _, short = await here.lobby.post("help", held_ms=400)
        assert short["outcome"] == "too_short"
        _, raised = await here.lobby.post("help", held_ms=1500)
        assert (raised["outcome"], raised["recorded"]) == ("raised", True)
        incident = await here.operator.incident(device=f"kiosk:{LOBBY}")
        assert (incident["id"], incident["priority"], incident["reasons"]) == (raised["incident"], "P1", ["HELP_BELL"])
        await relay_shows(here.relay, lambda board: ON in board.received)
        await here.operator.acknowledge(incident)
        seen = await here.lobby.banner(lambda shown: bool(shown["acked"]))
        assert (seen["from_here"], seen["help_coming"]) == (True, False)
        assert seen["headline"]["zh"] == "有人看到了您的求助"
        await here.operator.post(f"/api/incidents/{incident['id']}/step", state="RESPONDING")
        coming = await here.lobby.banner(lambda shown: bool(shown["help_coming"]))
        assert coming["headline"]["zh"] == "有人正赶来"
