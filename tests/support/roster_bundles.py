"""Bundles as the registry makes them, of made-up people."""

from __future__ import annotations

import random

from anju_protos.roster_file import masked
from anju_protos.v1.control_pb2 import Binding, Device, Resident, RosterBundle, Token, Zone

CHARACTERS = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗秀英华丽敏静强军平建国桂兰玉珍梅芳"


def made_bundle(
    residents: int, *, revision: int = 1, community: str = "willow-court", seed: int = 1, bands: int = 100
) -> RosterBundle:
    """A community as the registry has it: random ids, names, flats, two tokens each, a band for some."""
    chance = random.Random(seed)
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    units = [(building, unit) for building in range(1, 7) for unit in range(1, 5)]
    zones = [Zone(id=f"b{one}-u{two}", label_zh=f"{one}栋{two}单元", label_en=f"{one}.{two}") for one, two in units]
    bundle = RosterBundle(
        revision=revision, community=community, name_zh="柳苑社区", name_en="Willow Court", time_zone="Asia/Shanghai",
        token_salt=chance.randbytes(16), zones=zones, from_hub=True,
    )  # fmt: skip
    for number in range(residents):
        who = "r-" + "".join(chance.choices(alphabet, k=20))
        building, unit = chance.choice(units)
        flat = f"{building}栋{unit}单元{chance.randrange(1, 19)}0{chance.randrange(1, 5)}"
        name = "".join(chance.choices(CHARACTERS, k=chance.choice([2, 3, 3, 3])))
        bundle.residents.append(Resident(id=who, masked_name=masked(name), flat=flat))
        bundle.tokens.append(Token(hash=chance.randbytes(16), resident=who))
        bundle.guessable_tokens.append(Token(hash=chance.randbytes(16), resident=who))
        if number < bands:
            key = f"ble:ac233f{chance.randrange(1 << 24):06x}"
            bundle.devices.append(
                Device(key=key, kind="band", model="B10", period_s=3_600, place_withheld=number % 4 == 0)
            )
            bundle.bindings.append(Binding(device=key, resident=who, from_ms=1_790_000_000_000 + number))
    return bundle
