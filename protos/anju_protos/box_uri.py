"""The name in a box's certificate: a URI among its alternative names says community and box, nothing else does.

`urn:anju:community:ningdu:box:ningdu-1`; both ids are 1 to 32 of a-z, 0-9 and hyphen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_FORM: Final = re.compile(r"urn:anju:community:([a-z0-9-]{1,32}):box:([a-z0-9-]{1,32})")


def box_uri(community: str, box: str) -> str:
    """Returns the URI. Raises ValueError for what is no id."""
    uri = f"urn:anju:community:{community}:box:{box}"
    if not _FORM.fullmatch(uri):
        raise ValueError(f"community {community!r}, box {box!r}: must be 1 to 32 of a-z, 0-9 and hyphen")
    return uri


def read_box_uri(uri: str) -> tuple[str, str] | None:
    """Returns (community, box), None for any other text."""
    found = _FORM.fullmatch(uri)
    return (found[1], found[2]) if found else None


def box_of(certificate: Certificate) -> tuple[str, str] | None:
    """Returns (community, box) of a box's certificate: exactly one name, of the form above. None for any other."""
    from cryptography import x509  # whoever has a certificate has loaded it; a box without one does without

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None
    given = list(names)
    if len(given) != 1 or not isinstance(given[0], x509.UniformResourceIdentifier):
        return None
    return read_box_uri(given[0].value)
