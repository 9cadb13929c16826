"""What `anju-edge page` says, by code, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final  # Any: JSON of the box

from anju_base.plain_table import Row, table

KINDS: Final = {"kiosk": "签到屏 kiosk", "neighbour": "邻居屏 neighbour", "board": "公告屏 board"}
PLAIN_HTTP: Final = (
    (
        "局域网里的屏幕用 http，不加密：只显示区域和门牌，不显示姓名",
        "screens in the LAN are plain http: they show zone and flat, never a name",
    ),
    (
        "钥匙只在原来的网络地址有效，换了地址要重新确认",
        "a key counts at its own address; elsewhere it is approved again",
    ),
)
WHY: Final = {
    "new": "没有配对过 not paired yet",
    "moved": "换了网络地址 has another address now",
    "revoked": "配对已取消 was revoked",
    "other_kind": "用途变了 is for something else now",
}
REFUSALS: Final = {
    "malformed_code": ("要 8 位数字，照屏幕上的输入", "it takes the 8 digits that stand on the screen"),
    "unknown_code": (
        "没有屏幕显示这个数字；看一下是否换了新的",
        "no screen shows these digits; see whether new ones have come",
    ),
    "same_code_twice": (
        "两个屏幕显示同样的数字，请等新的",
        "two screens show these digits; wait for new ones",
    ),
    "other_kind": ("这个屏幕是另一种", "the screen with these digits is of another kind"),
    "too_many_wrong": ("输错太多次，请等一分钟", "too many wrong digits; wait a minute"),
    "full": ("配对的屏幕太多，请先取消一个", "too many screens are paired; revoke one first"),
    "unknown_page": ("没有这个编号", "there is no screen with this id"),
    "label": ("备注最多 40 个字", "a label has at most 40 characters"),
}


def list_lines(found: Mapping[str, Any]) -> list[str]:
    """The lists for a terminal, in both languages."""
    lines = []
    if found["paired"]:
        heads = ("编号 id", "屏幕 page", "种类 kind", "地址 address", "自 since", "见到 seen")
        lines += ["已配对 paired", *table(heads, [_paired_row(page) for page in found["paired"]])]
    else:
        lines.append("没有配对的屏幕 no screen is paired")
    if found["waiting"]:
        of_waiting = ("屏幕 page", "种类 kind", "地址 address", "剩余 left")
        lines += ["", "等待确认 waiting", *table(of_waiting, [_waiting_row(page) for page in found["waiting"]])]
        lines.append("请看屏幕上的数字 the digits stand on the screen: anju-edge page approve")
    return lines


def _paired_row(page: Mapping[str, Any]) -> Row:
    since = "?" if not page["since_ms"] else datetime.fromtimestamp(page["since_ms"] / 1000, UTC).strftime("%Y-%m-%d")
    seen = "从未 never" if page["seen_ago_s"] is None else f"{page['seen_ago_s']} s"
    own = "本机 own screen" if page["address"] == "loopback" else page["address"]
    return Row((page["id"], page["page"], page["kind"], own, since, seen), [page["label"]] if page["label"] else [])


def _waiting_row(page: Mapping[str, Any]) -> Row:
    notes = [] if page["why"] == "new" else [WHY[page["why"]] + (f" ({page['formerly']})" if page["formerly"] else "")]
    return Row((page["page"], page["kind"], page["address"], f"{page['left_s']} s"), notes)
