"""Somebody as the registry knows them, as far as a sheet can say something about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from anju_central.registry.flat_keys import flat_key
from anju_central.registry.imports.births import Birth
from anju_central.registry.imports.sheet_person import SheetContact


class Part(StrEnum):
    """What is compared of a person, each as a whole."""

    NAME = "name"
    ID_NUMBER = "id-number"
    ARCHIVE_NO = "archive-no"
    SEX = "sex"
    BIRTH = "birth"
    PHONES = "phones"
    FLAT = "flat"
    HEAD = "head"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A resident. `mark` is the keyed hash of the id number; `edited_ms`: when a person last changed a part by hand."""

    resident: str
    community: str
    name: str
    is_present: bool = True
    mark: bytes | None = field(default=None, repr=False)
    archive_no: str | None = None
    sex: str | None = None
    birth: Birth | None = None
    phones: tuple[str, ...] = ()
    flat: str = ""
    is_head: bool = False
    contact: SheetContact | None = None
    edited_ms: Mapping[Part, int] = field(default_factory=dict)

    @property
    def flat_key(self) -> str:
        """Returns by what the flat is found, '' where none is known."""
        return flat_key(self.flat) or self.flat
