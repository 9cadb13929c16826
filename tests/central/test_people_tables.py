"""The tables of people on both engines: what the database itself refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Date, bindparam, text
from sqlalchemy.exc import DBAPIError

from anju_central.registry.database import Registry
from anju_central.registry.tables import Base, InCommunity

HASH = b"h" * 32
HERE = {"community": "ningdu", "name_zh": "柠都", "name_en": "Ningdu", "made_ms": 1}
PERSON = {"resident": "r-1", "community": "ningdu", "state": "present", "name": "单雪梅", "is_head": False}
PERSON |= {"made_ms": 1, "changed_ms": 1, "version": 1}
DEVICE = {"device": 1, "community": "ningdu", "key": "ble:a1", "kind": "band", "number": "17", "model": ""}
DEVICE |= {"label_zh": "", "label_en": "", "period_s": 0, "state": "in-service", "made_ms": 1}
ACTION = {"record_action": 1, "community": "ningdu", "kind": "edit", "reason": "", "at_ms": 1, "account": "clerk-1"}
CONSENT = {"consent": 1, "community": "ningdu", "resident": "r-1", "kind": "location", "wording_version": "1"}
CONSENT |= {"wording_hash": HASH, "language": "zh", "channel": "paper", "given_ms": 5, "made_by": "clerk-1"}
LOOK_UP = {"entry": 1, "at_ms": 1, "account": "op-1", "role": "operator", "purpose": "care", "kind": "record"}
LOOK_UP |= {"fields": "name", "reason": "", "people": 1, "entry_hash": HASH}
REQUEST = {"subject_request": 1, "community": "ningdu", "resident": "r-1", "kind": "access", "state": "open"}
REQUEST |= {"received_on": date(2026, 9, 30), "answer": "", "made_ms": 1, "made_by": "clerk-1"}
EXPORT: dict[str, Any] = {
    "export_request": 1,
    "community": "ningdu",
    "purpose": "case",
    "reason": "council",
    "fields": "[]",
    "made_ms": 1,
}
EXPORT |= {"made_by": "clerk-1", "ends_ms": 2, "refusal": ""}
ACTIVITY = {"community": "ningdu", "activity": "taiji", "title_zh": "太极", "title_en": "", "weekdays": 1}
ACTIVITY |= {"starts_min": 540, "ends_min": 600, "room_zh": "", "room_en": "", "points": 0, "early_min": 15}
ACTIVITY |= {"changed_ms": 1}
PLACE = {
    "place": 1,
    "community": "ningdu",
    "kind": "flat",
    "name": "502",
    "label": "3栋1单元502",
    "flat_key": "3-1-502",
}
PLACE |= {"made_ms": 1}
SOUND: dict[str, dict[str, Any]] = {  # in an order in which they can be put in
    "community": HERE,
    "zone": {"community": "ningdu", "zone": "gate", "label_zh": "大门", "label_en": "Gate", "made_ms": 1},
    "place": PLACE,
    "household": {"household": "h-1", "community": "ningdu", "place": 1, "made_ms": 1},
    "resident": PERSON,
    "name_key": {"community": "ningdu", "key": "shanxuemei", "resident": "r-1"},
    "resident_phone": {
        "resident_phone": 1,
        "community": "ningdu",
        "resident": "r-1",
        "phone": "13800000001",
        "backwards": "10000000831",
        "position": 1,
        "made_ms": 1,
    },
    "contact": {
        "contact": 1,
        "community": "ningdu",
        "resident": "r-1",
        "position": 1,
        "relation": "女儿",
        "name": "一",
        "phone": "1",
        "made_ms": 1,
    },
    "note": {
        "note": "n-1",
        "community": "ningdu",
        "kind": "danger",
        "resident": "r-1",
        "text": "狗",
        "made_ms": 1,
        "made_by": "clerk-1",
    },
    "organisation": {"organisation": "o-1", "community": "ningdu", "name": "物业", "kind": "", "made_ms": 1},
    "staff": {"staff": "s-1", "community": "ningdu", "name": "李", "post": "网格员", "made_ms": 1},
    "volunteer": {"volunteer": "v-1", "community": "ningdu", "resident": "r-1", "made_ms": 1},
    "tombstone": {"resident": "r-0", "community": "ningdu", "erased_ms": 1, "erased_by": "privacy-1", "why": "asked"},
    "device": DEVICE,
    "binding": {
        "binding": 1,
        "community": "ningdu",
        "device": 1,
        "resident": "r-1",
        "from_ms": 5,
        "made_by": "clerk-1",
    },
    "token": {
        "token": 1,
        "community": "ningdu",
        "kind": "card",
        "token_hash": b"t" * 16,
        "resident": "r-1",
        "made_ms": 1,
    },
    "responder_group": {
        "responder_group": "g-1",
        "community": "ningdu",
        "label_zh": "三栋",
        "label_en": "",
        "leader": "r-1",
        "made_ms": 1,
    },
    "group_member": {
        "group_member": 1,
        "community": "ningdu",
        "responder_group": "g-1",
        "household": "h-1",
        "from_ms": 5,
    },
    "community_profile": {
        "community": "ningdu",
        "time_zone": "Asia/Shanghai",
        "token_salt": b"s" * 16,
        "changed_ms": 1,
    },
    "activity": ACTIVITY,
    "record_action": ACTION,
    "export_request": EXPORT,
    "consent": CONSENT,
    "subject_request": REQUEST,
    "look_up": LOOK_UP,
    "look_up_person": {"entry": 1, "resident": "r-1", "community": "ningdu"},
}
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("zone", {"zone": "大门"}),
    ("zone", {"label_zh": ""}),
    ("place", {"kind": "castle"}),
    ("place", {"parent": 1}),
    ("place", {"latitude_e6": 30_000_000}),
    ("place", {"latitude_e6": 91_000_000, "longitude_e6": 0}),
    ("household", {"community": "other"}),  # its flat is not there
    ("resident", {"name": ""}),
    ("resident", {"state": "away"}),
    ("resident", {"born_on": date(1940, 1, 1)}),
    ("resident", {"birth_exactness": "day"}),
    ("resident", {"id_number": b"x"}),
    ("resident", {"id_number_hash": HASH}),
    ("resident", {"id_number": b"x", "id_number_hash": b"short"}),
    ("resident", {"state": "merged"}),
    ("resident", {"merged_into": "r-1"}),
    ("resident", {"state": "died"}),
    ("resident", {"left_ms": 5}),
    ("resident", {"died_on": date(2026, 1, 1)}),
    ("resident", {"household": "h-1", "community": "other"}),
    ("resident", {"community": "nowhere"}),
    ("name_key", {"community": "other"}),
    ("resident_phone", {"phone": ""}),
    ("resident_phone", {"community": "other"}),
    ("contact", {"phone": None}),
    ("contact", {"other": "r-1"}),
    ("contact", {"position": 0}),
    ("note", {"resident": None}),
    ("note", {"text": ""}),
    ("note", {"kind": "diagnosis"}),
    ("staff", {"account": "nobody"}),
    ("volunteer", {"resident": None}),
    ("device", {"zone": "nowhere"}),
    ("device", {"state": "retired"}),
    ("device", {"period_s": -1}),
    ("binding", {"zone": "gate"}),
    ("binding", {"resident": None}),
    ("binding", {"community": "other"}),
    ("binding", {"to_ms": 4, "why_ended": "lost"}),
    ("binding", {"to_ms": 6}),
    ("token", {"token_hash": b"short"}),
    ("token", {"resident": "r-2"}),
    ("responder_group", {"leader": "r-2"}),
    ("group_member", {"to_ms": 4}),
    ("community_profile", {"token_salt": b"short"}),
    ("activity", {"weekdays": 128}),
    ("activity", {"ends_min": 500}),
    ("record_action", {"undone_ms": 1}),
    ("export_request", {"approved_by": "clerk-1", "approved_ms": 1}),
    ("export_request", {"reason": ""}),
    ("consent", {"kind": "minor"}),
    ("consent", {"withdrawn_ms": 4, "withdrawn_channel": "desk"}),
    ("consent", {"withdrawn_ms": 6}),
    ("consent", {"wording_hash": b""}),
    ("subject_request", {"closed_ms": 1}),
    ("subject_request", {"state": "refused", "closed_ms": 1}),
    ("look_up", {"purpose": "curiosity"}),
    ("look_up_person", {"entry": 2}),
]
TWICE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [  # what there may be once, and what ends the first
    ("place", {"place": 2}, {"ended_ms": 9}),
    ("resident_phone", {"resident_phone": 2}, {"ended_ms": 9}),
    ("contact", {"contact": 2}, {"ended_ms": 9}),
    ("device", {"device": 2}, {"state": "retired", "retired_ms": 9}),
    ("binding", {"binding": 2}, {"to_ms": 9, "why_ended": "lost"}),
    ("token", {"token": 2}, {"ended_ms": 9}),
    ("responder_group", {"responder_group": "g-2"}, {"ended_ms": 9}),
    ("group_member", {"group_member": 2}, {"to_ms": 9}),
    ("consent", {"consent": 2}, {"withdrawn_ms": 9, "withdrawn_channel": "desk"}),
]


async def run(registry: Registry, statement: str, values: dict[str, Any] | None = None) -> None:
    """By plain SQL, past everything that the code checks."""
    dates = [bindparam(name, type_=Date) for name, value in (values or {}).items() if isinstance(value, date)]
    async with registry._writing.begin() as connection:
        await connection.execute(text(statement).bindparams(*dates), values or {})


async def insert(registry: Registry, table: str, row: dict[str, Any]) -> None:
    await run(registry, f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row)


async def test_the_database_refuses_what_cannot_be(registry: Registry) -> None:
    await insert(registry, "community", {**HERE, "community": "other"})
    for table, row in SOUND.items():
        for wrong in [wrong for name, wrong in REFUSED if name == table]:
            with pytest.raises(DBAPIError):
                await insert(registry, table, {**row, **wrong})
        await insert(registry, table, row)


async def test_what_there_may_be_once_may_be_again_after_its_end(registry: Registry) -> None:
    for table, row in SOUND.items():
        await insert(registry, table, row)
    for table, second, end in TWICE:
        with pytest.raises(DBAPIError):
            await insert(registry, table, {**SOUND[table], **second})
        await run(registry, f"UPDATE {table} SET {', '.join(f'{name} = :{name}' for name in end)}", end)
        await insert(registry, table, {**SOUND[table], **second})


@pytest.mark.parametrize("table", ["look_up", "look_up_person"])
async def test_the_log_of_look_ups_is_append_only_but_for_what_was_cut(registry: Registry, table: str) -> None:
    for name, row in SOUND.items():
        await insert(registry, name, row)
    for statement in (f"UPDATE {table} SET community = 'other'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            await run(registry, statement)
    cut = {"look_up_cut": 1, "entry": 1, "entry_hash": HASH, "at_ms": 1, "account": "hub"}
    await insert(registry, "look_up_cut", cut)
    for statement in ("UPDATE look_up_cut SET entry = 9", "DELETE FROM look_up_cut"):
        with pytest.raises(DBAPIError, match="append-only"):
            await run(registry, statement)
    await run(registry, "DELETE FROM look_up_person")
    await run(registry, "DELETE FROM look_up")


def test_every_table_with_a_community_is_scoped() -> None:
    """A caller of some communities sees rows of these alone: `scope.py` goes by the mark."""
    scoped = {table.__tablename__ for table in InCommunity.__subclasses__()}  # type: ignore[attr-defined]  # all are mapped
    elsewhere = {"account_community", "machine_token"}  # whose rights: read by the hub itself
    assert {name for name, table in Base.metadata.tables.items() if "community" in table.c} == scoped | elsewhere
