"""What all tables share: column types, names of constraints, and the mark of rows that belong to a community.

Times are whole milliseconds UTC since 1970, ids of communities and boxes as DESIGN says, hashes SHA-256.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKeyConstraint, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

ID_LENGTH: Final = 32
ID_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"
HASH_BYTES: Final = 32  # SHA-256
ACCOUNT_LENGTH: Final = 64

# A migration can change a constraint only by its name; both engines make up different ones.
NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Ms = Annotated[int, mapped_column(BigInteger)]
Id = Annotated[str, mapped_column(String(ID_LENGTH))]
Hash = Annotated[bytes, mapped_column(LargeBinary(HASH_BYTES))]
AccountName = Annotated[str, mapped_column(String(ACCOUNT_LENGTH))]
# SQLite numbers rows by itself only in a column of type INTEGER, which holds 64 bits there.
Number = Annotated[
    int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
]


class Base(DeclarativeBase):
    """All tables. `is_audited`: whoever changes a row also writes an audit entry, in the same transaction."""

    metadata = MetaData(naming_convention=NAMES)
    is_audited: ClassVar[bool] = True


class InCommunity:
    """A row with a column `community`: a caller sees and changes only those of its own communities."""


def of_its_community(box: str = "box") -> ForeignKeyConstraint:
    """A box and the community that it really is in."""
    return ForeignKeyConstraint([box, "community"], ["box.box", "box.community"])


def choice_of(kind: type[StrEnum], name: str) -> Enum:
    """The column type of a StrEnum: its value as text, and a constraint that no other text passes."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=ID_LENGTH,
        values_callable=lambda members: [member.value for member in members],
    )


def is_id(column: str) -> CheckConstraint:
    """1 to 32 of a-z, 0-9 and hyphen."""
    return CheckConstraint(
        f"length({column}) BETWEEN 1 AND {ID_LENGTH} AND ltrim({column}, '{ID_CHARACTERS}') = ''",
        name=f"{column}_is_id",
    )


def is_hash(column: str) -> CheckConstraint:
    """Exactly as long as a SHA-256, where there is one."""
    return CheckConstraint(f"length({column}) = {HASH_BYTES}", name=f"{column}_is_hash")


def says(name: str, condition: str) -> CheckConstraint:
    """A condition that holds for every row."""
    return CheckConstraint(condition, name=name)
