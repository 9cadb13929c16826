"""TLS 1.3 alone for gRPC, whose Python side has no setting for it."""

from __future__ import annotations

import os
import sys
from typing import Final

# What gRPC offers for TLS 1.2 instead of its own list: a suite for RSA keys alone. Ours are P-256, so TLS 1.2 finds
# nothing in common; the suites of TLS 1.3 are not in the list. Read once, when grpc is first imported (grpc 1.85).
VARIABLE: Final = "GRPC_SSL_CIPHER_SUITES"
SUITES: Final = "ECDHE-RSA-AES128-GCM-SHA256"


def only_tls_1_3() -> None:
    """Call it before anything imports grpc. (Each call looks at the version, too: this refuses at the handshake.)"""
    if "grpc" in sys.modules and os.environ.get(VARIABLE) != SUITES:
        raise RuntimeError("grpc is loaded already, and has read what it offers")
    os.environ[VARIABLE] = SUITES
