"""One term a thing in each language, over all texts that people read; and no engineer's words among them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from anju_edge.simulation.demo import site_time
from support.paths import ROOT

TEXTS = (
    "edge/web/src/kiosk/locales/zh.ts",
    "edge/web/src/kiosk/locales/en.ts",
    "central/web/src/locales/zh-CN.ts",
    "central/web/src/locales/en.ts",
    "central/web/src/state/troubles.gen.ts",
    "edge/demo-web/src/texts.ts",
    "edge/anju_edge/health/trouble_codes.py",
    "edge/anju_edge/simulation/communities.py",
    "edge/anju_edge/simulation/demo.py",
    "protos/anju_protos/incident_texts.py",
)
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
HAN = re.compile(r"[\u4e00-\u9fff]")
AVOID_ZH = {  # what is not said -> what is
    "值守": "值班台, 值班员",
    "盒子": "网关",
    "本箱": "网关",
    "报警": "告警",
    "服务台": "签到屏",
    "一体机": "签到屏",
    "摔倒": "跌倒",
    "呼救": "求助",
    "没有声音": "设备长时间没有信号",
    "看不懂": "无法识别的",
    "照真事": "按真实事件处理",
    "分岔": "与中心记录不一致",
    "处置": "办结",
    "保持中": "走时未校准",
    "警报静": "未响",
    "响应人": "邻居",
    "佩戴人": "佩戴者",
    "名册": "社区资料",
    "数据流": "记录",
    "日志损坏": "记录损坏",
    "遥测": "读数",
    "摄像头": "摄像机",
}
USED_ZH = (
    *("值班台", "值班员", "网关", "告警", "签到屏", "跌倒", "求助", "设备长时间没有信号", "无法识别的"),
    *("按真实事件处理", "与中心记录不一致", "办结", "走时未校准", "未响"),
)
AVOID_EN = {
    r"lanes?": "kind",
    r"streams?": "records",
    r"held": "running unchecked",
    r"rosters?": "community data",
    r"journals?": "records",
    r"forks?": "differ",
    r"bearers?": "wearer",
    r"resolved?": "closed",
    r"disposed": "closed",
    r"responders?": "neighbour",
    r"owners?": "answered by",
    r"not watched": "people without cover",
    r"salvaged?": "saved",
}
USED_EN = ("Closed", "Raised", "Detected", "wearers", "people without cover", "Answered by")


def texts(path: str) -> Iterator[str]:
    source = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".py"):
        documents = {id(node.value) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)}
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
                yield node.value
        return
    without_comments = re.sub(r"^\s*(//|\*|/\*).*$", "", source, flags=re.MULTILINE)
    for found in LITERAL.finditer(without_comments):
        yield found.group(1)


def documents_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {ast.get_docstring(node, clean=False) or "" for node in ast.walk(tree) if isinstance(node, kinds)}


def said(path: str) -> list[str]:
    """The texts of a file that people read: no docstring, no code that stands in quotes."""
    documents = documents_of(path) if path.endswith(".py") else set()
    return [
        text
        for text in texts(path)
        if text not in documents and (HAN.search(text) or " " in text or text[:1].isupper())
    ]


@pytest.mark.parametrize("path", TEXTS)
def test_one_term_a_thing(path: str) -> None:
    wrong = []
    for text in (re.sub(r"\{\w+\}", "", text) for text in said(path)):
        wrong += [f"{text!r}: say {term}" for word, term in AVOID_ZH.items() if word in text]
        if not HAN.search(text) and not re.fullmatch(r"[A-Z_0-9-]+", text):
            words = [word for word in AVOID_EN if re.search(rf"\b{word}\b", text, re.IGNORECASE)]
            wrong += [f"{text!r}: say {AVOID_EN[word]}" for word in words]
    assert wrong == []


def test_the_chinese_readme_says_the_same_terms() -> None:
    lines = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8").splitlines()
    wrong = [f"{line}: say {term}" for line in lines for word, term in AVOID_ZH.items() if word in line]
    assert wrong == []


def test_the_terms_are_used() -> None:
    everything = "\n".join(text for path in TEXTS for text in said(path))
    assert [term for term in (*USED_ZH, *USED_EN) if term not in everything] == []


def test_a_persons_page_shows_no_raw_id() -> None:
    """Names come from labels; keys of devices, boxes' streams and incidents stay in the code."""
    raw = r"(incident\.id|incident\.device|line\.stream|actor\.place|call\.incident|row\.kiosk)"
    shown = re.compile(r"\{\{[^}'\"]*\b" + raw + r"\b[^}]*\}\}")
    pages = [
        *(ROOT / "central/web/src").rglob("Incident*.vue"),
        *(ROOT / "central/web/src/views").glob("C*.vue"),
        *(ROOT / "edge/web/src").rglob("*.vue"),
    ]
    assert len(pages) > 10
    assert [page.name for page in pages if shown.search(page.read_text(encoding="utf-8"))] == []


def test_the_demos_log_keeps_the_time_of_the_site() -> None:
    assert site_time(datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)) == "09:02:03"
