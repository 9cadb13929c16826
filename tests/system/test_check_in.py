"""A check-in, whole: a card at the reader, the kiosk's page, the hub's list; undo; and a power cut in the middle."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import aiohttp

from anju_drivers.card_reader.simulator import CardReaderSimulator
from anju_edge.clock import SimulatedClock
from anju_edge.config import DriverConfig
from anju_protos.v1.event_pb2 import ANNULMENT, CHECK_IN, CheckIn
from support.box_parts import CARD, SECOND_CARD
from support.processes import Cards, Ports, nothing_waits, rig_device, token, write_configs, zygote
from support.running_box import box_config, running_box, until, with_drivers
from support.whole import (
    LIMIT_S,
    LOBBY,
    Json,
    Operator,
    at_hub,
    eventually,
    facts_at,
    grpc_port,
    hub_config,
    kiosk_at,
    running_hub,
)

CUTS = 6


async def test_a_card_at_the_reader_is_in_the_hubs_list_and_can_be_taken_back(tmp_path: Path) -> None:
    reader = CardReaderSimulator()
    plugged = asyncio.create_task(reader.run())
    await reader.ready.wait()
    config = box_config(tmp_path)
    central = hub_config(tmp_path / "hub", config.box.roster)
    driver = DriverConfig("card_reader", LOBBY, reader.driver_options())
    edge = with_drivers(at_hub(config, grpc_port(central)), driver)
    try:
        async with (
            running_hub(central) as operator,
            running_box(edge) as box,
            kiosk_at(box.kiosk, edge.box.run_folder) as page,
        ):
            await until(lambda: any(key == f"card_reader:{LOBBY}" for key, _ in box.health.devices))
            await page.until(lambda state: bool(state["time_known"]))  # from the hub, if this machine is not synced
            await reader.tap(bytes.fromhex(CARD.removeprefix("em4100:")), held_s=0.05)
            first = await page.tap_shown()
            assert (first["outcome"], first["name"]) == ("recorded", "王*秀")
            assert "67003B51C6" not in str(first)
            await reader.tap(bytes.fromhex(SECOND_CARD.removeprefix("em4100:")), held_s=0.05)
            second = await page.tap_shown()
            _, again = await page.check_in(CARD)
            assert again["outcome"] == "duplicate"
            _, unknown = await page.check_in("em4100:0000000001")
            assert unknown["outcome"] == "unknown_card"
            await eventually(lambda: _rows(operator.check_ins(), 2))
            _, undo = await page.post("undo", ref=second["ref"])
            assert undo["outcome"] == "undone"
            await until(lambda: not any(box.journal.waiting().values()), LIMIT_S)
            await eventually(lambda: _rows(operator.check_ins(), 1))
            rows = await operator.check_ins()
            assert [(row["resident_label"], row["annulled"]) for row in rows if not row["annulled"]] == [
                ("3-2-501 王*秀", False)
            ]
            assert [row["resident_label"] for row in rows if row["annulled"]] == ["3-2-502 李*"]
    finally:
        plugged.cancel()
        await asyncio.gather(plugged, return_exceptions=True)
    kinds = [row.event.kind for row in facts_at(tmp_path / "hub")]
    assert (kinds.count(CHECK_IN), kinds.count(ANNULMENT)) == (2, 1)


async def test_a_check_in_of_a_box_that_did_not_know_the_date_is_in_the_list_of_its_day(tmp_path: Path) -> None:
    clock = SimulatedClock(boot=91, synced=False)
    clock.set_wall(0)
    config = box_config(tmp_path)
    central = hub_config(tmp_path / "hub", config.box.roster)
    edge = at_hub(config, grpc_port(central))
    async with running_box(edge, clock) as box, kiosk_at(box.kiosk, edge.box.run_folder) as page:
        _, asked = await page.check_in(CARD)
        assert asked["outcome"] == "choose", "staff say which session it is"
        _, answer = await page.check_in(asked["tap"], asked["choices"][0]["id"])
        assert (answer["outcome"], answer["at"]) == ("recorded", "")
        async with running_hub(central) as operator:
            await until(lambda: not any(box.journal.waiting().values()), LIMIT_S)
            await eventually(lambda: _rows(operator.check_ins(), 1))
            await eventually(lambda: _sure(operator))
            (row,) = await operator.check_ins()
            assert row["resident_label"] == "3-2-501 王*秀"
            assert not await _of_day(operator, "1970-01-01")


async def _sure(operator: Operator) -> bool:
    """The hub has the boot's anchor: the time is no longer "about"."""
    return all(not row["at_about"] for row in await operator.check_ins())


async def _of_day(operator: Operator, day: str) -> list[Json]:
    found = await operator.get(f"/api/check-ins?day={day}")
    return [row for community in found["communities"] for row in community["rows"]]


async def _rows(asked: object, wanted: int) -> bool:
    assert asyncio.iscoroutine(asked)
    rows: list[Json] = await asked
    return sum(not row["annulled"] for row in rows) == wanted


async def test_a_power_cut_between_tap_and_answer_records_it_once_or_clearly_not(tmp_path: Path) -> None:
    """The page that got no answer asks again with its nonce: it is recorded then, whatever had happened before."""
    ports, luck = Ports(), random.Random(3)
    base = f"http://127.0.0.1:{ports.kiosk}"
    cards = Cards(base, luck, tmp_path / "box" / "run")
    answered_first = 0
    nonces = []
    async with rig_device() as (_, port), zygote() as start, aiohttp.ClientSession() as session:
        edge, central = write_configs(tmp_path, ports, port)
        hub = await start.start("central", central, tmp_path / "central.log")
        box = await start.start("edge", edge, tmp_path / "edge.log")
        try:
            for number in range(CUTS):
                await eventually(lambda: _serves(session, cards))
                nonce = luck.randbytes(16)
                nonces.append(nonce)
                body = {"token": token(number), "activity": "a-1", "nonce": nonce.hex()}
                tap = asyncio.create_task(cards.post(session, 0, "check-in", body))
                await asyncio.sleep(luck.uniform(0, 0.008))  # luck, not a wait for something
                await box.end(signal.SIGKILL)
                first = await tap
                answered_first += first is not None
                box = await start.start("edge", edge, tmp_path / "edge.log")
                await eventually(lambda: _serves(session, cards))
                again = await cards.post(session, 0, "check-in", body)
                assert again is not None
                assert again["outcome"] == "recorded"
                if first is not None:
                    assert first["outcome"] == "recorded"
                    assert first["ref"] == again["ref"], "what was confirmed is the same check-in after the cut"
            await nothing_waits(session, ports.status)
        finally:
            await box.end(signal.SIGTERM)
            await hub.end(signal.SIGTERM)
    found = [
        CheckIn.FromString(row.event.payload).nonce for row in facts_at(tmp_path / "hub") if row.event.kind == CHECK_IN
    ]
    assert sorted(found) == sorted(nonces)


async def _serves(session: aiohttp.ClientSession, cards: Cards) -> bool:
    """The box answers and has its roster."""
    try:
        pairing = await cards.headers(session, 0)
        async with session.get(f"{cards.base}/kiosk/kiosk-0/api/state", headers=pairing) as response:
            return bool((await response.json())["state"]["activities"])
    except (aiohttp.ClientError, ConnectionError, KeyError):
        return False
