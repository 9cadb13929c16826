"""What is read out before somebody consents: the texts, with their versions. A consent names version and hash (V2).

A text that changes gets a new version and the old one stays, so that what somebody agreed to can be read for ever.
None of these is a condition: the SOS of a band is heard without any.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from anju_central.registry.people_errors import BadValue
from anju_central.registry.tables import ConsentKind, Language


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it is read out."""

    kind: ConsentKind
    version: str
    language: Language
    text: str

    @property
    def text_hash(self) -> bytes:
        """SHA-256 of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).digest()


_FREE_ZH: Final = "同不同意都可以，不影响按手环求助，也不影响别的服务。以后随时可以收回。"
_FREE_EN: Final = (
    "You are free to say no: the SOS of your band and all other services stay as they are. "
    "You can take it back at any time."
)
_TEXTS: Final[dict[ConsentKind, tuple[str, str]]] = {
    ConsentKind.LOCATION: (
        "没有告警的时候，也记下手环在哪一栋、哪一个单元被听到，最多保存 30 天，只有社区工作人员在照护时看得到。",
        "Also while there is no alarm it is kept in which building and unit your band was heard, for at most 30 days; "
        "community staff alone see it, for care.",
    ),
    ConsentKind.GUARDIAN_WATCH: (
        "您指定的家人或监护人可以查看您的手环最近在哪里被听到。",
        "The relative or guardian whom you name may look where your band was heard last.",
    ),
    ConsentKind.PHOTO: (
        "登记一张您的照片，只在您走失时交给帮忙寻找的人。",
        "A photo of you is kept; it is given to those who search for you when you are missing, and for nothing else.",
    ),
    ConsentKind.SHARE: (
        "把您的姓名、住址和电话交给社区以外的服务单位，由他们上门服务。",
        "Your name, flat and phone number are passed on to a service outside the community, which comes to you.",
    ),
    ConsentKind.POINTS: (
        "参加积分活动，签到会得到积分。积分不排名，不影响任何待遇，也不计入信用。",
        "You take part in points: check-ins earn some. There is no ranking, no benefit hangs on them, nor any credit.",
    ),
    ConsentKind.MESSAGES: (
        "通过短信或微信给您发活动通知。",
        "You get notices of activities by SMS or WeChat.",
    ),
    ConsentKind.MINOR: (
        "本人未满 14 周岁，由监护人同意登记他（她）的资料，用于照护和活动签到。",
        "This is a child below 14: the guardian agrees that its record is kept, for care and for activities.",
    ),
}
WORDINGS: Final[tuple[Wording, ...]] = tuple(
    Wording(kind, "2026-1", language, f"{text}{'' if language is Language.ZH else ' '}{free}")
    for kind, texts in _TEXTS.items()
    for language, text, free in ((Language.ZH, texts[0], _FREE_ZH), (Language.EN, texts[1], _FREE_EN))
)


def wording_of(kind: ConsentKind, version: str, language: Language) -> Wording:
    """Returns a text. Raises BadValue where there is no such version."""
    for wording in WORDINGS:
        if (wording.kind, wording.version, wording.language) == (kind, version, language):
            return wording
    raise BadValue("wording", "there is no such text: choose one of those that the page shows")
