"""Chinese text made comparable: what looks the same to a reader becomes the same characters.

NFKC turns full-width signs, Kangxi radicals and compatibility ideographs into plain ones, but leaves the radicals of
U+2E80 to U+2EF3, which copying out of a PDF brings in place of characters. Source of the table: Unicode's
EquivalentUnifiedIdeograph.txt, those radicals that are written as characters of their own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

RADICALS: Final = str.maketrans(
    {
        "⺁": "厂", "⺄": "乙", "⺆": "冂", "⺊": "卜", "⺌": "小", "⺍": "小", "⺎": "兀", "⺏": "尢", "⺐": "尢",
        "⺒": "巳", "⺓": "幺", "⺔": "彑", "⺕": "彐", "⺙": "攵", "⺛": "旡", "⺝": "月", "⺞": "歹", "⺟": "母",
        "⺠": "民", "⺢": "氺", "⺤": "爫", "⺥": "爫", "⺦": "丬", "⺧": "牛", "⺩": "王", "⺪": "疋", "⺫": "目",
        "⺬": "示", "⺮": "竹", "⺯": "糹", "⺰": "纟", "⺱": "罓", "⺲": "罒", "⺳": "㓁", "⺵": "网", "⺶": "羊",
        "⺷": "羊", "⺸": "羊", "⺹": "耂", "⺺": "肀", "⺻": "聿", "⺼": "肉", "⺽": "臼", "⺾": "艹", "⺿": "艹",
        "⻀": "艹", "⻁": "虎", "⻂": "衤", "⻃": "覀", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角", "⻈": "讠",
        "⻉": "贝", "⻊": "足", "⻋": "车", "⻌": "辶", "⻍": "辶", "⻎": "辶", "⻏": "阝", "⻐": "钅", "⻑": "長",
        "⻒": "镸", "⻓": "长", "⻔": "门", "⻕": "阜", "⻖": "阝", "⻗": "雨", "⻘": "青", "⻙": "韦", "⻚": "页",
        "⻛": "风", "⻜": "飞", "⻝": "食", "⻟": "飠", "⻠": "饣", "⻡": "首", "⻢": "马", "⻣": "骨", "⻤": "鬼",
        "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻪": "黾", "⻫": "斉", "⻬": "齐", "⻭": "歯",
        "⻮": "齿", "⻯": "竜", "⻰": "龙", "⻱": "龜", "⻲": "亀", "⻳": "龟",
    }
)  # fmt: skip
_UNSEEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PLAIN: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff/:,_()-]+")  # nothing to do, as with nearly every value
_SPACES: Final = re.compile(r"\s+")
_DOTS: Final = re.compile(r"[·•・‧∙⋅．]")  # between the parts of names of other peoples; U+00B7 is the one on id cards
_LATIN: Final = re.compile(r"[A-Za-z]")


def folded(text: str) -> str:
    """Returns a text in plain characters, without what is not seen, with single spaces."""
    if _PLAIN.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", _DOTS.sub("·", text)).translate(RADICALS)
    visible = "".join(sign if sign.isprintable() else " " for sign in _UNSEEN.sub("", plain))
    return _SPACES.sub(" ", visible).strip()


def folded_name(name: str) -> str:
    """Returns a person's name: as `folded`, without spaces, unless it is written in Latin letters."""
    plain = _DOTS.sub("·", folded(name))
    if _LATIN.search(plain):
        return plain
    return plain.replace(" ", "").replace(".", "·").strip("·")
