"""500 connections cut between the hub's commit and its ack, with the real journal, gRPC and store."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.test_sync_channels import cut_acks


@pytest.mark.prove
async def test_five_hundred_cut_acks_lose_and_double_nothing(tmp_path: Path) -> None:
    await cut_acks(tmp_path, 500)
