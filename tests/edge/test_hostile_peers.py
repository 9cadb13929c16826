"""Peers that keep to no protocol, at every port of a box that devices dial: it lives, and another's press rings."""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvloop

from support.hostile_peers import attack


def test_hostile_peers_at_every_port_end_nothing_and_silence_nobody(tmp_path: Path) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(attack(tmp_path, rounds=2, peers=3))
