"""What a list of persons can hold: a column for each field, as far as its purpose sees that.

Notes, grades, consents and history are in no list: they are looked at one record at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from anju_central.access.caller import Caller
from anju_central.registry.exports.refused import FieldsNotSeen
from anju_central.registry.exports.sheet_out import OutColumn
from anju_central.registry.fields_by_purpose import Field, fields_for

COLUMNS: Final[Mapping[Field, OutColumn]] = {  # in the order of the list
    Field.NAME: OutColumn("姓名", width=12),
    Field.SEX: OutColumn("性别", width=6),
    Field.AGE: OutColumn("出生年份", "number", 9),
    Field.BIRTH: OutColumn("出生日期", "date", 12),
    Field.ID_NUMBER: OutColumn("身份证号（部分隐藏）", width=22),
    Field.ARCHIVE_NO: OutColumn("档案号"),
    Field.FLAT: OutColumn("住址", width=22),
    Field.HOUSEHOLD: OutColumn("户主", width=6),
    Field.PHONES: OutColumn("联系电话", width=24),
    Field.CONTACTS: OutColumn("紧急联系人", width=36),
    Field.BANDS: OutColumn("手环编号", width=12),
    Field.GROUP: OutColumn("互助组", width=18),
}


def exportable(caller: Caller) -> list[Field]:
    """Returns what the caller's purpose sees of a list, in its order. Raises PurposeRefused."""
    seen = fields_for(caller)
    return [field for field in COLUMNS if field in seen]


def chosen_fields(caller: Caller, asked: Iterable[str]) -> list[Field]:
    """Returns the fields that were asked for, in the list's order. Raises PurposeRefused, FieldsNotSeen."""
    seen = exportable(caller)
    wanted = set(asked)
    unseen = wanted - {field.value for field in seen}
    if unseen or not wanted:
        raise FieldsNotSeen(", ".join(sorted(unseen))[:100], ", ".join(field.value for field in seen))
    return [field for field in seen if field.value in wanted]
