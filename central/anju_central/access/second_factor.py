"""The second factor: six digits that change every 30 s (RFC 6238). A code counts once; the clock is the hub's.

Its secret is sealed wherever it is stored (`registry/secrets.py`), for its account alone.
"""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from typing import Final

import pyotp
from pyotp.exceptions import OTPVerificationError

from anju_central.registry.secrets import TOTP, RegistrySecrets

SECRET_BYTES: Final = 20  # RFC 4226, section 4: 160 bits
STEP_S: Final = 30
CLOCKS_APART: Final = 1  # steps that a phone's clock may be off (RFC 6238, section 5.2)
ISSUER: Final = "Anju"
DIGITS: Final = 6


def new_secret() -> bytes:
    """Returns a secret to share with somebody's phone."""
    return secrets.token_bytes(SECRET_BYTES)


class SealedFactors:
    """Seals and opens secrets of second factors."""

    def __init__(self, keys: RegistrySecrets) -> None:
        self._box = keys.open(TOTP)

    def seal(self, secret: bytes, account: str) -> bytes:
        """Returns what may be stored of an account's secret. Raises SecretsUnavailable."""
        return self._box.seal(secret, account)

    def open(self, stored: bytes, account: str) -> bytes:
        """Returns the secret. One from before secrets were sealed is taken as it is. Raises SecretsUnavailable."""
        return stored if len(stored) == SECRET_BYTES else self._box.unseal(stored, account)


def is_code(code: str) -> bool:
    """Whether it looks like six digits, however they were typed."""
    digits = "".join(code.split())
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit()


def secret_text(secret: bytes) -> str:
    """Returns a secret as it is typed into a phone."""
    return base64.b32encode(secret).decode("ascii")


def otpauth_uri(secret: bytes, account: str) -> str:
    """Returns what the QR code holds."""
    return str(pyotp.TOTP(secret_text(secret)).provisioning_uri(name=account, issuer_name=ISSUER))


def step_of(secret: bytes, code: str, now_ms: int, last_step: int | None) -> int | None:
    """Returns the step of a right code that was not used before, None for any other."""
    if not is_code(code):
        return None
    digits = "".join(code.split())
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    try:
        step: int = pyotp.TOTP(secret_text(secret)).verify_and_get_timecode(
            digits, for_time=now, valid_window=CLOCKS_APART
        )
    except OTPVerificationError:
        return None
    return step if last_step is None or step > last_step else None


def code_at(secret: bytes, now_ms: int) -> str:
    """Returns the code that a phone shows."""
    return str(pyotp.TOTP(secret_text(secret)).at(datetime.fromtimestamp(now_ms / 1000, UTC)))
