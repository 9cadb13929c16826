"""ID numbers as the registry keeps them: encrypted, with a keyed hash by which doubles are found, shown masked.

They are sealed for the resident whose row it is: moved to another row, one opens no more. Never in an event, a log or a
box's bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from anju_base.id_number import Number, raised, read
from anju_central.registry.secrets import RegistrySecrets

ID_NUMBER: Final = "id-number"  # the purpose of its keys
SHOWN_FIRST: Final = 3  # province and the city's first digit
SHOWN_LAST: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class SealedIdNumber:
    """What is stored of a number, and what it says. Kept out of `repr`."""

    sealed: bytes
    mark: bytes
    says: Number


class IdNumbers:
    """Seals and opens the ID numbers of one registry."""

    def __init__(self, secrets: RegistrySecrets) -> None:
        self._box = secrets.open(ID_NUMBER)

    def seal(self, number: str, resident: str, today: date | None = None) -> SealedIdNumber:
        """Returns what is stored in a resident's row; 15 digits are raised to 18.

        Raises NotANumber, SecretsUnavailable.
        """
        says = read(number, today)
        plain = raised(number).encode("ascii")
        return SealedIdNumber(self._box.seal(plain, resident), self._box.mark(plain), says)

    def marks(self, number: str) -> list[bytes]:
        """Returns what rows with this number may have as their hash. Raises NotANumber, SecretsUnavailable."""
        read(number)
        return self._box.marks(raised(number).encode("ascii"))

    def unseal(self, sealed: bytes, resident: str) -> str:
        """Returns the number. Raises SecretsUnavailable."""
        return self._box.unseal(sealed, resident).decode("ascii")

    def masked(self, sealed: bytes, resident: str) -> str:
        """Returns the number as it is shown. Raises SecretsUnavailable."""
        return masked(self.unseal(sealed, resident))


def masked(number: str) -> str:
    """Returns a number with its middle hidden: `510***********123X`."""
    hidden = len(number) - SHOWN_FIRST - SHOWN_LAST
    return number[:SHOWN_FIRST] + "*" * hidden + number[-SHOWN_LAST:]
