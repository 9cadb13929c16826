"""Event texts -> kinds, for what is told in words: mails, and alarms that name no code. No two firmwares agree."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS = (  # the first that matches holds
    (r"\bface\b|人脸|plate|license|车牌|\baccess control|card swip|刷卡|门禁|指纹|身份证", "ignored", ()),
    (r"\bfall(?:s|en|ing)?\b|tumble|跌倒|倒地", "fall", ()),
    (r"hdd|disk|storage|network|illegal|login|ip conflict|硬盘|存储|网络|非法|冲突", "diagnostic", ()),
    (r"smart motion.*human|人形", "motion", ("human",)),
    (r"smart motion.*vehicle", "motion", ("vehicle",)),
    (r"\bpir\b", "pir", ()),
    (r"line cross|cross(?:ing)?[ -]?line|tripwire|越界|绊线", "line_crossing", ()),
    (r"region entr|enter(?:ing)? region|进入区域", "region_entrance", ()),
    (r"region exit|exit(?:ing)? region|离开区域", "region_exit", ()),
    (r"intrusion|cross[ -]?region|field detection|入侵", "intrusion", ()),
    (r"loiter|wander|徘徊", "loitering", ()),
    (r"unattended|abandon|\bleft\b|遗留", "object_left", ()),
    (r"remov|missing|taken|搬移|拿取", "object_removed", ()),
    (r"video loss|video lost|signal los|视频丢失|信号丢失", "video_loss", ()),
    (r"scene chang|场景变更", "scene_change", ()),
    (r"tamper|blind|mask|occlu|defocus|out of focus|遮挡|虚焦", "tamper", ()),
    (r"crowd|gather|聚集", "crowd", ()),
    (r"fast mov|快速移动", "fast_move", ()),
    (r"door ?bell|call button|button press|呼叫|按钮", "call_button", ()),
    (r"alarm in|external alarm|local alarm|sensor alarm|报警输入|外部报警|本地报警|人工报警", "alarm_input", ()),
    (r"audio|sound|声音|音频", "audio", ()),
    (r"motion|移动侦测|移动检测|动态检测|动检", "motion", ()),
    (r"\b(?:human|person|people|pedestrian)\b", "object", ("human",)),
    (r"\bvehicle\b|机动车", "object", ("vehicle",)),
)
_TABLE = tuple((re.compile(words, re.IGNORECASE), kind, targets) for words, kind, targets in _WORDS)


def kind_of(event: str, types: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Kind and targets of an event's text; `types` (site's own texts in lower case) goes first."""
    known = types.get(event.strip().lower())
    if known:
        return known, ()
    for words, kind, targets in _TABLE:
        if words.search(event):
            return kind, targets
    return "unknown", ()
