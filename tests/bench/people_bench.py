"""B17: finding people among 100,000, as the console asks for them: the search itself, and its entry in the log."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from anju_central.access.caller import HUB, Caller, Purpose, Role
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.faults import HEAD
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.look_up_log import LookUpLog
from anju_central.registry.name_keys import keys_of
from anju_central.registry.people.record import person
from anju_central.registry.people.search import search
from anju_central.registry.queries.communities import add_community
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry.tables import Base, Household, NameKey, Place, Resident, ResidentPhone
from bench.place import fresh, kept
from bench.report import Row, quantile

RESIDENTS = int(os.environ.get("ANJU_BENCH_RESIDENTS", "100000"))
COMMUNITIES = 24
SEARCHES = 240
FILE = "registry.sqlite"
NOW = 1_800_000_000_000
SEARCH_BAR_MS = 300.0
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "单仇解区查盖翟"
)
GIVEN = (
    "秀英桂兰玉珍淑华芳丽敏静强伟军勇杰涛明超国建平志文德荣清福贵富春梅雪琴云凤霞红金银宝忠义仁礼智信永长"
    "安宁和顺祥瑞乐天海山川林森松柏"
)
LOOKS = ("name", "pinyin", "initials", "surname", "phone", "flat")


def typed(what: str, row: dict[str, Any]) -> str:
    """What somebody types who knows that much of a record."""
    letters = [key for key in keys_of(row["name"]) if key.isascii()]
    initials = [key for key in letters if len(key) == len(row["name"])]
    ways = {
        "name": row["name"],
        "pinyin": max(letters, key=len),
        "initials": (initials or letters)[0],
        "surname": row["name"][0],
        "phone": row["phone"][-4:],
        "flat": row["flat"],
    }
    return str(ways[what])


def people(count: int) -> Iterator[dict[str, Any]]:
    """Fictitious residents, the same each time: three to a flat."""
    luck = random.Random(17)
    for number in range(count):
        home = number // 3
        given = "".join(luck.choice(GIVEN) for _ in range(luck.choice((1, 2, 2, 2))))
        yield {
            "resident": f"r-{number:020d}",
            "community": f"c-{home * COMMUNITIES // (count // 3 + 1):02d}",
            "household": f"h-{home:020d}",
            "name": luck.choice(SURNAMES) + given,
            "born_on": date(luck.randrange(1930, 2020), luck.randrange(1, 13), luck.randrange(1, 29)),
            "phone": f"13{luck.randrange(10**9):09d}",
            "flat": f"{home % 40 + 1}栋{home // 40 % 4 + 1}单元{home // 160 % 30 + 1}{home % 4 + 1:02d}",
        }


async def fill(folder: Path) -> None:
    """Makes the registry, past the session: a hundred thousand records by their own rows."""
    registry = await Registry.open(sqlite_url(folder / FILE))
    for number in range(COMMUNITIES):
        await add_community(HUB, registry, f"c-{number:02d}", "", "", NOW)
    rows: defaultdict[type[Base], list[dict[str, Any]]] = defaultdict(list)
    homes: set[str] = set()
    made = {"made_ms": NOW}
    for one in people(RESIDENTS):
        here = {"community": one["community"]}
        if one["household"] not in homes:
            homes.add(one["household"])
            place = {"place": len(homes), "kind": "flat", "name": one["flat"], "label": f"{len(homes)}-{one['flat']}"}
            rows[Place].append({**place, **here, **made, "flat_key": flat_key(one["flat"])})
            rows[Household].append({"household": one["household"], "place": len(homes), **here, **made})
        record = {name: one[name] for name in ("resident", "household", "name", "born_on")}
        record |= {"state": "present", "sex": "female", "birth_exactness": "day", "is_head": False, "changed_ms": NOW}
        rows[Resident].append({**record, **here, **made, "version": 1})
        phone = {"resident": one["resident"], "phone": one["phone"], "backwards": one["phone"][::-1], "position": 1}
        rows[ResidentPhone].append({**phone, **here, **made})
        rows[NameKey] += [{**here, "key": key, "resident": one["resident"]} for key in keys_of(one["name"])]
    async with registry._writing.begin() as connection:
        for model in (Place, Household, Resident, ResidentPhone, NameKey):
            table = model.__table__
            assert isinstance(table, Table)
            await connection.execute(table.insert(), rows[model])
        await connection.exec_driver_sql("ANALYZE")
    await registry.close()


async def measure(folder: Path) -> tuple[dict[str, list[float]], list[float]]:
    """Returns ms of searches by what was typed, and of opening a record."""
    registry = await Registry.open(sqlite_url(folder / FILE))
    secrets = RegistrySecrets(folder, {})
    secrets.make()
    log, numbers = LookUpLog(folder, lambda: NOW), IdNumbers(secrets)
    callers = (
        Caller("super-1", Role.SUPERVISOR, "every", Purpose.CASE),
        Caller("clerk-1", Role.COMMUNITY_STAFF, frozenset({"c-03"}), Purpose.CARE),
    )
    luck = random.Random(4)
    chosen = luck.sample(list(people(RESIDENTS)), SEARCHES)
    took: defaultdict[str, list[float]] = defaultdict(list)
    opened: list[float] = []
    for turn, one in enumerate(chosen):
        what = LOOKS[turn % len(LOOKS)]
        caller = callers[turn // len(LOOKS) % 2]
        began = time.perf_counter()
        await search(caller, registry, log, typed(what, one), NOW)
        took[what].append((time.perf_counter() - began) * 1e3)
        began = time.perf_counter()
        await person(callers[0], registry, log, one["resident"], numbers, NOW)
        opened.append((time.perf_counter() - began) * 1e3)
    await registry.close()
    return took, opened


def b17() -> list[Row]:
    """Measures on a copy of the kept registry: the log grows with each look-up."""
    full = kept(f"people-{RESIDENTS}-{HEAD}", lambda folder: asyncio.run(fill(folder)))
    folder = fresh("people")
    for path in full.iterdir():
        shutil.copy(path, folder)
    took, opened = asyncio.run(measure(folder))
    every = [ms for times in took.values() for ms in times]
    p95 = quantile(every, 0.95)
    kinds = ", ".join(f"{what} {quantile(times, 0.95):.0f}" for what, times in took.items())
    return [
        Row(
            "B17",
            f"search among {RESIDENTS:,} residents, and its entry in the log, p50 / p95 (p95 by {kinds})",
            f"{quantile(every, 0.5):.0f} / {p95:.0f} ms",
            "p95 <= 300 ms",
            p95 <= SEARCH_BAR_MS,
            raw={"p50_ms": quantile(every, 0.5), "p95_ms": p95},
        ),
        Row(
            "B17",
            "a person's record opened, and its entry in the log, p50 / p95",
            f"{quantile(opened, 0.5):.0f} / {quantile(opened, 0.95):.0f} ms",
            "p95 <= 150 ms",
            quantile(opened, 0.95) <= SEARCH_BAR_MS / 2,
        ),
    ]
