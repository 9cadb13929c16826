"""Why a box has nothing to show to its hub, or will be refused with it, in words for people on site."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """Stable."""

    MISSING = "IDENTITY_MISSING"
    DAMAGED = "IDENTITY_DAMAGED"
    OTHER_BOX = "IDENTITY_OTHER_BOX"
    EXPIRED = "CERTIFICATE_EXPIRED"


WORDS: Final = {
    Fault.MISSING: (
        "这个网关还没有接入，请运行 anju-edge claim",
        "this box was never claimed: run `anju-edge claim CODE`",
    ),
    Fault.DAMAGED: (
        "密钥或证书文件损坏，请重新接入：anju-edge claim",
        "its key or certificate files are damaged: claim it anew by `anju-edge claim CODE`",
    ),
    Fault.OTHER_BOX: (
        "证书属于另一个网关，请核对 [box] 的 id 和 community",
        "the certificate is another box's: correct id and community of [box], or claim this box anew",
    ),
    Fault.EXPIRED: (
        "证书已到期，连上中心的登记端口后会自动续期",
        "the certificate has ended; it is renewed by itself as soon as the hub's enrolment port can be reached",
    ),
}


def in_words(fault: Fault, detail: str = "") -> str:
    """Returns `CODE: Chinese · English (detail)`."""
    zh, en = WORDS[fault]
    return f"{fault.value}: {zh} · {en}" + (f" ({detail})" if detail else "")


class IdentityUnusable(Exception):
    """There is no identity that could be shown. `detail` names the file and what is wrong."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(in_words(fault, detail))
        self.fault = fault
        self.detail = detail
