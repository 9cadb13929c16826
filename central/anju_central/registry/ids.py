"""Ids: of communities and boxes (DESIGN 8: they stand in certificates), of accounts, and random ones of people."""

from __future__ import annotations

import re
import secrets
from typing import Final

from anju_central.registry.errors import NotAnAccountName, NotAnId

ID: Final = re.compile(r"[a-z0-9-]{1,32}")
ACCOUNT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
RANDOM_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # 32, none that looks like another
RANDOM_CHARS: Final = 20  # 100 bits
NO_ACCOUNTS: Final = frozenset({"hub", "command-line"})  # callers that are no people, see access/caller.py


def check_id(name: str) -> None:
    """Raises NotAnId."""
    if not ID.fullmatch(name):
        raise NotAnId(name)


def check_account_name(name: str) -> None:
    """Raises NotAnAccountName."""
    if not ACCOUNT_NAME.fullmatch(name) or name in NO_ACCOUNTS:
        raise NotAnAccountName(name)


def new_id(kind: str) -> str:
    """Returns a random id: a letter for its kind, a hyphen and 20 letters and digits (100 bits). It tells nothing."""
    return f"{kind}-" + "".join(RANDOM_ALPHABET[byte % 32] for byte in secrets.token_bytes(RANDOM_CHARS))
