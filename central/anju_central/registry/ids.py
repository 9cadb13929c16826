"""Ids of communities and boxes (DESIGN 8: they stand in certificates), names of accounts."""

from __future__ import annotations

import re
from typing import Final

from anju_central.registry.errors import NotAnAccountName, NotAnId

ID: Final = re.compile(r"[a-z0-9-]{1,32}")
ACCOUNT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
NO_ACCOUNTS: Final = frozenset({"hub", "command-line"})  # callers that are no people, see access/caller.py


def check_id(name: str) -> None:
    """Raises NotAnId."""
    if not ID.fullmatch(name):
        raise NotAnId(name)


def check_account_name(name: str) -> None:
    """Raises NotAnAccountName."""
    if not ACCOUNT_NAME.fullmatch(name) or name in NO_ACCOUNTS:
        raise NotAnAccountName(name)
