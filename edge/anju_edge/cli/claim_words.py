"""What `anju-edge claim` says of each part of the way, and of a "no"."""

from __future__ import annotations

from typing import Final

from anju_edge.health.trouble_codes import TROUBLES
from anju_edge.identity.enrolment_client import NotServed, Part
from anju_edge.identity.reasons import TROUBLE_OF, cause_of

PARTS: Final[dict[Part, str]] = {
    Part.NAME: "域名 name",
    Part.TCP: "端口 port",
    Part.TLS: "加密 TLS",
    Part.PIN: "核对中心 hub's pin",
    Part.PROOF: "登记码 code",
    Part.CERTIFICATE: "证书 certificate",
}


def refusal_lines(error: NotServed, number: int) -> list[str]:
    """A "no" with its code, what is wrong, why in this case, and what to do; `number`: the part, 0 = before any."""
    trouble = TROUBLES[TROUBLE_OF[error.reason]]
    head = f"{number}/{len(PARTS)} {PARTS[error.part]} " if number else ""
    lines = [f"{head}{trouble.code}  {trouble.zh} · {trouble.en}"]
    cause = cause_of(error)
    if cause:
        lines.append(f"  原因 cause: {cause}")
    return [*lines, f"  处理 do: {trouble.next_zh}", f"           {trouble.next_en}"]
