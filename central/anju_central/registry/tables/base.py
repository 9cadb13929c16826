"""What all tables share: column types, names of constraints, and the mark of rows that belong to a community.

Times are whole milliseconds UTC since 1970, ids of communities and boxes as DESIGN says, hashes SHA-256.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH: Final = 32
ID_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"
HASH_BYTES: Final = 32  # SHA-256
ACCOUNT_LENGTH: Final = 64
NAME_LENGTH: Final = 100  # of a person's name: minorities' names are long
LABEL_LENGTH: Final = 200
PHONE_LENGTH: Final = 32

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
RowNumber = Annotated[int, mapped_column(BigInteger)]  # of a row of another table
AccountName = Annotated[str, mapped_column(String(ACCOUNT_LENGTH))]
PersonName = Annotated[str, mapped_column(String(NAME_LENGTH))]
Label = Annotated[str, mapped_column(String(LABEL_LENGTH))]
Phone = Annotated[str, mapped_column(String(PHONE_LENGTH))]
Json = Annotated[str, mapped_column(Text)]  # JSON as our code wrote it
# SQLite numbers rows by itself only in a column of type INTEGER, which holds 64 bits there.
Number = Annotated[
    int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
]


class Base(DeclarativeBase):
    """All tables. `is_audited`: whoever changes a row also writes an audit entry, in the same transaction."""

    metadata = MetaData(naming_convention=NAMES)
    is_audited: ClassVar[bool] = True


class InCommunity:
    """A row with a column `community`: a caller sees and changes only those of its own communities.

    Each table says itself what its column is; this one is what `scope.py` speaks of for all of them.
    """

    community: Mapped[Any] = mapped_column(String(ID_LENGTH))  # Any: some tables have rows of no community


def of_its_community(box: str = "box") -> ForeignKeyConstraint:
    """A box and the community that it really is in."""
    return ForeignKeyConstraint([box, "community"], ["box.box", "box.community"])


def within_community(column: str, table: str) -> ForeignKeyConstraint:
    """What `column` names, in the same community as this row; the other table's key is called as the table is."""
    return ForeignKeyConstraint([column, "community"], [f"{table}.{table}", f"{table}.community"])


def once_while(name: str, condition: str, *columns: str) -> Index:
    """At most one row with these values, of those for which the condition holds."""
    return Index(f"uq_{name}", *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


def sorted_by_bytes(length: int) -> String:
    """A text of which prefixes are looked up: both engines sort it by its bytes, whatever their locale."""
    plain = String(length)
    return plain.with_variant(String(length, collation="C"), "postgresql")


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
