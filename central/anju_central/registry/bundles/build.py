"""A community's bundle out of its rows: pure, the same rows make the same bundle.

Rows that name what is not in the bundle (a zone that ended, somebody who died) are left out or stand without it: a box
refuses a bundle whole, and one row must not cost the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from anju_central.registry.queries.bundle_rows import BundleRows
from anju_central.registry.tables import DeviceState, TokenKind
from anju_protos.ladder.roster import settings_for_boxes
from anju_protos.roster_file import masked
from anju_protos.rules.in_bundle import rules_for_boxes
from anju_protos.rules.site import Site, fitting, site_of
from anju_protos.v1.control_pb2 import (
    Activity,
    Binding,
    Device,
    Notice,
    Resident,
    ResponderGroup,
    RosterBundle,
    Rule,
    Token,
    Zone,
)

NO_TIME_ZONE: Final = "Asia/Shanghai"


def build_bundle(rows: BundleRows) -> RosterBundle:
    """Returns the bundle that boxes of the community are given. Full names are in none."""
    profile = rows.profile
    zones = {row.zone for row in rows.zones}
    people = {row.resident for row in rows.residents}
    hangs_in = {row.device: row.zone for row in rows.bindings if row.zone is not None}
    zone_rows = [
        Zone(id=row.zone, label_zh=row.label_zh, label_en=row.label_en)
        for row in sorted(rows.zones, key=lambda row: row.zone)
    ]
    devices = list(_devices(rows, zones, hangs_in))
    rules, newer = rules_for_boxes(_rules(rows, site_of(devices, zone_rows)))
    return RosterBundle(
        from_hub=True,
        revision=rows.revision,
        community=rows.community.community,
        name_zh=rows.community.name_zh,
        name_en=rows.community.name_en,
        time_zone=profile.time_zone if profile is not None else NO_TIME_ZONE,
        token_salt=profile.token_salt if profile is not None else b"",
        zones=zone_rows,
        devices=devices,
        bindings=list(_bindings(rows, people)),
        residents=[
            Resident(id=row.resident, masked_name=masked(row.name), flat=row.flat)
            for row in sorted(rows.residents, key=lambda row: row.resident)
        ],
        tokens=list(_tokens(rows, people, guessable=False)),
        guessable_tokens=list(_tokens(rows, people, guessable=True)),
        activities=[
            Activity(
                id=row.activity,
                title_zh=row.title_zh,
                title_en=row.title_en,
                weekdays=row.weekdays,
                starts_min=row.starts_min,
                ends_min=row.ends_min,
                room_zh=row.room_zh,
                room_en=row.room_en,
                points=row.points,
                early_min=row.early_min,
            )
            for row in sorted(rows.activities, key=lambda row: row.activity)
        ],
        rules=rules,
        responder_groups=list(_groups(rows)),
        notices=[
            Notice(id=row.notice, text_zh=row.text_zh, text_en=row.text_en, from_ms=row.from_ms, to_ms=row.to_ms or 0)
            for row in sorted(rows.notices, key=lambda row: row.notice)
        ],
        settings=settings_for_boxes(rows.settings) | newer,
    )


def _rules(rows: BundleRows, site: Site) -> Iterator[Rule]:
    """Each without the devices and zones that are gone; one that has none left is left out."""
    for row in sorted(rows.rules, key=lambda row: row.rule):
        rule = fitting(Rule(id=row.rule, kind=row.kind, values=json.loads(row.parameters)), site)
        if rule is not None:
            yield rule


def _devices(rows: BundleRows, zones: set[str], hangs_in: Mapping[int, str]) -> Iterator[Device]:
    """All that are not retired: a lost band that is pressed is still ours. Nobody waits for one in the cupboard.

    Where a band is, is kept only of somebody who agreed to that; of a band that nobody wears it is about nobody.
    """
    unasked = {row.device for row in rows.bindings if row.resident is not None and row.resident not in rows.located}
    for row in sorted(rows.devices, key=lambda row: row.key):
        zone = hangs_in.get(row.device) or row.zone or ""
        yield Device(
            key=row.key,
            kind=row.kind.value,
            zone=zone if zone in zones else "",
            label_zh=row.label_zh,
            label_en=row.label_en,
            model=row.model,
            period_s=row.period_s if row.state is DeviceState.IN_SERVICE else 0,
            place_withheld=row.device in unasked,
        )


def _bindings(rows: BundleRows, people: set[str]) -> Iterator[Binding]:
    keys = {row.device: row.key for row in rows.devices}
    for row in sorted(rows.bindings, key=lambda row: row.device):
        if row.resident in people and row.device in keys:
            yield Binding(device=keys[row.device], resident=row.resident or "", from_ms=row.from_ms)


def _tokens(rows: BundleRows, people: set[str], *, guessable: bool) -> Iterator[Token]:
    for row in sorted(rows.tokens, key=lambda row: row.token_hash):
        if row.resident in people and (row.kind is TokenKind.ID_CARD) == guessable:
            yield Token(hash=row.token_hash, resident=row.resident)


def _groups(rows: BundleRows) -> Iterator[ResponderGroup]:
    """Members are residents of the group's households, its leader first."""
    of_home: dict[str, list[str]] = {}
    for one in rows.residents:
        of_home.setdefault(one.household or "", []).append(one.resident)
    for row in sorted(rows.groups, key=lambda row: row.responder_group):
        homes = rows.households_of_group.get(row.responder_group, frozenset())
        members = sorted(resident for home in homes for resident in of_home.get(home, ()))
        members.sort(key=lambda resident: resident != row.leader)
        yield ResponderGroup(id=row.responder_group, label_zh=row.label_zh, label_en=row.label_en, members=members)
