"""Events that are about who somebody is: faces, cards, fingerprints, plates, and who went through which door.

They are dropped where they are read, whatever the vendor calls them, so that not even an `unknown` trigger with a time
is recorded of them. Look into a driver's own table first: a memory card and a door bell have their places there.
Words: event types of ISAPI, of Dahua's event manager and of ONVIF's access control, door control and credential
services.
"""

from __future__ import annotations

import re

_PRIVATE = re.compile(
    r"(?<!inter)(?<!sur)face|fingerprint|palm(?:print|vein)|iris|humantrait|human(?:recognition|attribute)|citizen"
    r"|(?<!dis)(?<!sd)(?<!tf)(?<!memory)(?<!storage)(?<!graphics)(?<!network)card|swipe|credential|idinfo|qrcodeevent"
    r"|accesscontrol|accesspoint|acsevent|attendance|door(?!bell)|unlock"
    r"|(?<!tem)plate|anpr|\blpr|alarmresult|blacklist|whitelist|blocklist|allowlist"
    r"|人脸|刷卡|门禁|指纹|掌纹|身份证|车牌|开门|考勤"
)


def is_private(word: str) -> bool:
    """Whether an event type, topic level or label is of such a family. Case, blanks and marks do not matter."""
    return bool(_PRIVATE.search(re.sub(r"[\W_]+", "", word.lower())))
