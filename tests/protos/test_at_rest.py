"""Each field of a roster says what a card may tell of it, and what is not marked so does not stand there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.unknown_fields import UnknownFieldSet

from anju_protos.at_rest import emergency_part, mark_of
from anju_protos.roster_file import parse_roster, token_hash
from anju_protos.tokens import is_guessable
from anju_protos.v1.at_rest_pb2 import EMERGENCY
from anju_protos.v1.control_pb2 import BoxStatus, Resident, RosterBundle

ROSTER = """
community = "ningdu"
name_zh = "柠都社区"
token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"
[[residents]]
id = "r-0001"
name = "王小秀"
flat = "3-2-501"
[[tokens]]
token = "em4100:67003B51C6"
resident = "r-0001"
[[tokens]]
token = "idcard:11010519491231002X"
resident = "r-0001"
[[tokens]]
token = "tail:8123"
resident = "r-0001"
"""


def fields_of(kind: Descriptor, seen: set[str]) -> Iterator[FieldDescriptor]:
    if kind.full_name in seen or kind.GetOptions().map_entry:
        return
    seen.add(kind.full_name)
    for field in kind.fields:
        yield field
        if field.message_type is not None:
            yield from fields_of(field.message_type, seen)


def test_each_field_of_a_roster_is_marked() -> None:
    fields = list(fields_of(RosterBundle.DESCRIPTOR, set()))
    assert len(fields) > 50
    assert [field.full_name for field in fields if not mark_of(field)] == []


def test_the_emergency_part_tells_where_and_never_who() -> None:
    bundle = parse_roster(ROSTER, Path("community.toml"))
    kept = emergency_part(bundle)
    assert [(one.id, one.flat, one.name, one.masked_name) for one in kept.residents] == [("r-0001", "3-2-501", "", "")]
    assert [one.hash for one in kept.tokens] == [token_hash(bundle.token_salt, "em4100:67003B51C6")]
    assert kept.community == "ningdu"
    told = kept.SerializeToString()
    for token in ("idcard:11010519491231002X", "tail:8123"):
        assert token_hash(bundle.token_salt, token) in bundle.SerializeToString()
        assert token_hash(bundle.token_salt, token) not in told
    assert bundle.residents[0].name == "王小秀", "the roster itself is as it was"


def test_what_a_later_hub_adds_is_kept_from_the_card() -> None:
    inner = Resident(id="r-1").SerializeToString() + bytes([0x7A, 3]) + b"tel"  # field 15, unknown here
    later = RosterBundle.FromString(b"\x52" + bytes([len(inner)]) + inner + bytes([0xFA, 0x06, 3]) + b"tel")
    assert len(UnknownFieldSet(later)) == 1
    assert emergency_part(later).SerializeToString() == RosterBundle(residents=[Resident(id="r-1")]).SerializeToString()


def test_what_can_be_guessed_is_told_from_what_was_drawn() -> None:
    drawn = ["em4100:67003B51C6", "nfc:04A1B2C3D4E5F6", "qr:Zk3-aa81-q7Pw"]
    guessable = [
        "idcard:11010519491231002X",
        "tail:8123",
        "phone:13800138000",
        "qr:11010519491231002X",
        "qr:138 0013 8000",
    ]
    assert [token for token in drawn + guessable if is_guessable(token)] == guessable


def test_a_mark_is_read_and_a_missing_one_too() -> None:
    assert mark_of(RosterBundle.DESCRIPTOR.fields_by_name["revision"]) == EMERGENCY
    assert mark_of(BoxStatus.DESCRIPTOR.fields_by_name["software"]) == 0
