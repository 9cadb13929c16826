"""Writers take turns: in their order, the urgent first, and who gives up holds nobody up."""

from __future__ import annotations

import asyncio

from anju_central.registry.write_turns import WriteTurns


async def test_turns_come_in_order_and_the_urgent_first() -> None:
    turns = WriteTurns()
    order: list[str] = []

    async def writes(name: str, *, is_urgent: bool) -> None:
        async with turns.turn(is_urgent=is_urgent):
            order.append(name)

    async with asyncio.TaskGroup() as group, turns.turn(is_urgent=False):
        for name in ("a", "b", "c"):
            group.create_task(writes(name, is_urgent=False))
        for name in ("u", "v"):
            group.create_task(writes(name, is_urgent=True))
        while turns.waiting < 5:  # noqa: ASYNC110  # it is a state, and no event
            await asyncio.sleep(0)
    assert order == ["u", "v", "a", "b", "c"]
    assert turns.waiting == 0


async def test_who_gives_up_hands_nothing_on_and_holds_nobody_up() -> None:
    turns = WriteTurns()
    await turns.take(is_urgent=False)
    waiting = [asyncio.create_task(turns.take(is_urgent=False)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # while it waits
    await asyncio.sleep(0)
    assert turns.waiting == 2
    turns.give_back()
    waiting[1].cancel()  # as its turn came
    await asyncio.wait(waiting[:2])
    await waiting[2]
    assert [task.cancelled() for task in waiting] == [True, True, False]
    turns.give_back()
    await turns.take(is_urgent=False)
