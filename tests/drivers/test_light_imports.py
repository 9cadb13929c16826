"""A box without a camera pays nothing for cameras: what a driver needs besides is loaded where it is configured."""

from __future__ import annotations

import asyncio
import json
import sys

HEAVY = (
    "aiomqtt",
    "aiosmtpd",
    "cryptography",
    "onvif",
    "paho",
    "RFXtrx",
    "zeep",
    "zeroconf",
)
SCRIPT = f"""
import json, sys
import anju_edge.gateway
from anju_drivers.registry import load_drivers
drivers = load_drivers()
print(json.dumps([sorted(drivers.specs), dict(drivers.broken), [name for name in {HEAVY} if name in sys.modules]]))
"""


async def test_a_box_that_knows_all_drivers_has_loaded_no_library_of_theirs() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SCRIPT, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    specs, broken, loaded = json.loads(out)
    assert len(specs) >= 20
    assert not broken
    assert loaded == []
