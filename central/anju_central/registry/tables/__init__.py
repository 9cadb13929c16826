"""The registry's tables, SQLAlchemy models: the same on SQLite and PostgreSQL."""

from anju_central.registry.tables.accounts import (
    Account,
    AccountCommunity,
    AccountLink,
    LoginSession,
    MachineToken,
    RecoveryCode,
)
from anju_central.registry.tables.audit import AuditEntry, ChangeCount
from anju_central.registry.tables.base import Base, InCommunity
from anju_central.registry.tables.boxes import Box, BoxState, Certificate, Claim, Community

__all__ = [
    "Account",
    "AccountCommunity",
    "AccountLink",
    "AuditEntry",
    "Base",
    "Box",
    "BoxState",
    "Certificate",
    "ChangeCount",
    "Claim",
    "Community",
    "InCommunity",
    "LoginSession",
    "MachineToken",
    "RecoveryCode",
]
