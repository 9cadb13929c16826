"""The file of a list that was approved: written once, for who asked, with every name in it in the log of look-ups.

The file is written before its request is marked as fetched; whoever could not mark it removes the file.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from anju_central.access.caller import Caller
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.exports.columns import COLUMNS, chosen_fields
from anju_central.registry.exports.list_rows import read_list
from anju_central.registry.exports.refused import NobodyToExport
from anju_central.registry.exports.requests import ExportRow, fetchable, known_fetchable
from anju_central.registry.exports.sheet_out import About, write_sheet
from anju_central.registry.fields_by_purpose import said
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.look_up_log import Seen, write_in
from anju_central.registry.rows import known_community
from anju_central.registry.tables import LookUpKind

DISTRICT: Final = timedelta(hours=8)  # China has one time zone
PURPOSES: Final = {"care": "照护", "activity": "活动", "case": "办事", "device-maintenance": "设备维护"}


async def fetch_list(
    caller: Caller, registry: Registry, numbers: IdNumbers, number: int, target: Path, now_ms: int
) -> int:
    """Writes the list of a request to `target` and uses the request up; returns how many people it names.

    Raises NotAllowed, PurposeRefused, UnknownExport, NotYourExport, ExportOver, ExportNotApproved, NobodyToExport,
    SecretsUnavailable, RegistryUnavailable, OSError.
    """
    request = await fetchable(caller, registry, number, now_ms)
    async with registry.read(caller) as session:
        fields = chosen_fields(caller, [field.value for field in request.fields])  # as the purpose sees it today
        community = await known_community(session, request.community)
        people = await read_list(session, request.community, fields, numbers)
    if not people:
        raise NobodyToExport(request.community)
    about = _about(request, community.name_zh, len(people), now_ms)
    columns = [COLUMNS[field] for field in fields]
    write_sheet(target, "人员名单", columns, (values for _, values in people), about, mark=about.text)
    async with registry.write(caller) as session:
        row = await known_fetchable(caller, session, number, now_ms)
        row.fetched_ms, row.people = now_ms, len(people)
        record(session, "export.fetch", str(number), request.community, now_ms)
        named = frozenset((resident, request.community) for resident, _ in people)
        why = f"export {number}: {request.reason}"
        await write_in(session, caller, Seen(LookUpKind.EXPORT, named, said(frozenset(fields)), None, why), now_ms)
    return len(people)


def _about(request: ExportRow, community: str, people: int, now_ms: int) -> About:
    return About(
        [
            ("导出 Export", str(request.number)),
            ("申请人 Asked by", request.made_by),
            ("批准人 Approved by", request.approved_by or ""),
            ("取出时间 Fetched", _local(now_ms)),
            ("社区 Community", community),
            ("人数 People", str(people)),
            ("用途 Purpose", PURPOSES.get(request.purpose.value, request.purpose.value)),
            ("理由 Reason", request.reason),
            (
                "注意 Note",
                "个人信息，仅供上述用途，用后即删 personal data: for this purpose alone, delete it after use",
            ),
        ]
    )


def _local(at_ms: int) -> str:
    return (datetime.fromtimestamp(at_ms / 1000, UTC) + DISTRICT).strftime("%Y-%m-%d %H:%M")
