"""Random secrets that people and programs present: sessions, links, tokens, recovery codes. Kept as hashes alone.

They are random and long, so that a plain SHA-256 is enough (a password is neither, see `passwords.py`).
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32  # 256 bits
MAX_TOKEN_CHARS: Final = 64  # of what is looked at; ours have 43
LINK_MS: Final = 24 * 3_600_000  # a one-time link
LINK_FRAGMENT: Final = "#/link/"  # behind the console's address: no server's log has what is behind #
RECOVERY_CODES: Final = 10
RECOVERY_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like another
RECOVERY_GROUPS: Final = 3
RECOVERY_GROUP_CHARS: Final = 4  # 12 characters: 59 bits, each good once, behind the lock-out


def new_token() -> str:
    """Returns 256 random bits as text for an address or a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> bytes:
    """Returns what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def new_recovery_codes() -> list[str]:
    """Returns a set of codes, each in groups that can be written down."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def _recovery_code() -> str:
    groups = (
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_GROUP_CHARS)) for _ in range(RECOVERY_GROUPS)
    )
    return "-".join(groups)


def recovery_hash(account: str, code: str) -> bytes:
    """Returns what is kept of a recovery code, however it was typed."""
    plain = "".join(character for character in code.lower() if character in RECOVERY_ALPHABET)
    return hashlib.sha256(f"{account}:{plain}".encode()).digest()
