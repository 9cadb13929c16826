"""Whether a simulated device would take an `Authorization` header: HTTP Digest as RFC 7616, section 3.4.1, qop auth."""

from __future__ import annotations

import hashlib
import re

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^",\s]+))')


def digest_holds(
    header: str, method: str, target: str, *, user: str, password: str, nonce: str, algorithm: str = "MD5"
) -> bool:
    """`target` is path and query as they were asked for; `algorithm` is MD5 or SHA-256."""
    fields = {name: quoted or bare for name, quoted, bare in _FIELD.findall(header)}
    if fields.get("username") != user or fields.get("nonce") != nonce or fields.get("uri") != target:
        return False

    def digest(text: str) -> str:
        return hashlib.new("sha256" if algorithm == "SHA-256" else "md5", text.encode()).hexdigest()

    secret = digest(f"{user}:{fields.get('realm')}:{password}")
    rest = ":".join(fields.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
    return fields.get("response") == digest(f"{secret}:{rest}:{digest(f'{method}:{target}')}")
