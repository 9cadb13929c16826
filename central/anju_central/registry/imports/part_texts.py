"""What a sheet changes in somebody, as a clerk reads it: each part as the registry has it, and as the sheet says it.

Codes stand for what pages have words for (`male`, `yes`); an ID number is masked, and of the old one nothing is shown.
"""

from __future__ import annotations

from anju_central.registry.id_numbers import masked
from anju_central.registry.imports.births import Birth, Exactness
from anju_central.registry.imports.known_person import KnownPerson, Part
from anju_central.registry.imports.sheet_person import SheetContact, SheetPerson


def part_texts(person: SheetPerson, known: KnownPerson, part: Part) -> tuple[str, str]:
    """Returns the part before and after, '' where there is nothing."""
    match part:
        case Part.NAME:
            return known.name, person.name
        case Part.ID_NUMBER:
            return ("*" if known.mark is not None else "", id_text(person.id_number))
        case Part.ARCHIVE_NO:
            return known.archive_no or "", person.archive_no or ""
        case Part.SEX:
            return known.sex or "", person.sex or ""
        case Part.BIRTH:
            return birth_text(known.birth), birth_text(person.birth)
        case Part.PHONES:
            return "、".join(known.phones), "、".join(person.phones or ())
        case Part.FLAT:
            return known.flat, flat_text(person)
        case Part.HEAD:
            return ("yes" if known.is_head else "no", "yes" if person.is_head else "no")
        case Part.CONTACT:
            return contact_text(known.contact), contact_text(person.contact)


def birth_text(birth: Birth | None) -> str:
    """Returns a birth as exactly as it is known: 1941-03-05, 1941-03 or 1941."""
    if birth is None:
        return ""
    length = {Exactness.DAY: 10, Exactness.MONTH: 7, Exactness.YEAR: 4}[birth.exactness]
    return birth.on.isoformat()[:length]


def flat_text(person: SheetPerson) -> str:
    """Returns the flat that a row says."""
    return person.flat.label if person.flat is not None else ""


def contact_text(contact: SheetContact | None) -> str:
    """Returns whom to call: name, number, relation."""
    return " ".join(filter(None, (contact.name, contact.phone, contact.relation))) if contact is not None else ""


def id_text(number: str | None) -> str:
    """Returns an ID number as it is shown."""
    return masked(number) if number is not None else ""
