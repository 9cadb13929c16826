"""Why the box is not served, as a trouble: the code of each reason, and what is known of this very case in a line.

The words stand in `health/trouble_codes.py`; reasons come from the hub (`anju_protos/enrolment.py`) or from the box's
own look at the way there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from anju_edge.identity.enrolment_client import NotServed
from anju_protos.enrolment import Reason

TROUBLE_OF: Final[dict[Reason, str]] = {
    Reason.CODE_MALFORMED: "EDGE-ENR-001",
    Reason.CODE_UNKNOWN: "EDGE-ENR-002",
    Reason.CODE_USED: "EDGE-ENR-003",
    Reason.CODE_EXPIRED: "EDGE-ENR-004",
    Reason.CODE_WITHDRAWN: "EDGE-ENR-005",
    Reason.CODE_LOCKED: "EDGE-ENR-006",
    Reason.OTHER_HUB: "EDGE-ENR-007",
    Reason.WRONG_COMMUNITY: "EDGE-ENR-008",
    Reason.NAME: "EDGE-ENR-009",
    Reason.PORT: "EDGE-ENR-010",
    Reason.NO_ANSWER: "EDGE-ENR-011",
    Reason.PORTAL: "EDGE-ENR-012",
    Reason.TLS: "EDGE-ENR-013",
    Reason.BUSY: "EDGE-ENR-014",
    Reason.HUB_CLOCK: "EDGE-ENR-015",
    Reason.HUB_FAULT: "EDGE-ENR-016",
    Reason.REQUEST: "EDGE-ENR-017",
    Reason.NO_CERTIFICATE: "EDGE-ENR-018",
    Reason.CERTIFICATE_OLD: "EDGE-ENR-019",
    Reason.CERTIFICATE_ENDED: "EDGE-ENR-020",
    Reason.CERTIFICATE_TOO_OLD: "EDGE-ENR-021",
    Reason.BOX_REVOKED: "EDGE-ENR-022",
    Reason.BOX_RETIRED: "EDGE-ENR-023",
    Reason.KEY_DAMAGED: "EDGE-ENR-024",
    Reason.CLONED: "EDGE-ENR-025",
}


def cause_of(error: NotServed) -> str:
    """This case in a line: when, by which box, how long; then what the part of the way said."""
    said = [_fact(name, value) for name, value in error.facts.items() if name != "why"]
    return "; ".join(part for part in (*said, error.detail) if part)


def _fact(name: str, value: str | int) -> str:
    if name.endswith("_ms") and isinstance(value, int):
        return f"{_WORDS.get(name, name.removesuffix('_ms'))} {_date(value)}"
    if name == "retry_s":
        return f"{value} 秒后再试 try again in {value} s"
    return f"{_WORDS.get(name, name)} {value}"


_WORDS: Final = {
    "used_ms": "使用时间 used",
    "ends_ms": "到期 until",
    "to_ms": "到期 until",
    "since_ms": "自 since",
    "box": "网关 box",
    "community": "社区 community",
    "behind_s": "慢了（秒）behind by seconds:",
}


def _date(at_ms: int) -> str:
    """UTC, to the minute; a number of another kind is shown as it is."""
    try:
        return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, OSError, ValueError):
        return str(at_ms)
