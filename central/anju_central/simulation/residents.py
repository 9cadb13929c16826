"""Fictitious people for a demonstration: plausible names, ages, flats and households, always the same ones.

Their id numbers begin with 519999, a county that was never coded (GB/T 2260), and have right check digits; their phone
numbers begin with 12, as no mobile number does, so that a demonstration reaches nobody.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from anju_base.id_number import check_digit
from anju_central.registry.imports.births import Birth
from anju_central.registry.imports.flats import flat_of_parts
from anju_central.registry.imports.sheet_person import SheetContact, SheetPerson

RESIDENTS: Final = 10_339  # DOMAIN 0: 24 communities, 10,339 elder archives
COMMUNITIES: Final = 24
NO_COUNTY: Final = "519999"
TODAY: Final = date(2026, 11, 1)  # ages are counted from here: the same people in any year
SEED: Final = 20261101
COUPLES: Final = 0.45  # of the flats; their two people share a household
WITH_CONTACT: Final = 0.85
AGES: Final = ((0.0, 60), (0.55, 70), (0.84, 80), (0.97, 90), (0.998, 98), (1.0, 103))  # share that is younger, years
FLATS_OF_FLOOR: Final = 2
FLOORS: Final = 6
UNITS: Final = 3

# Families, the most frequent first; then those whose name as a surname is read otherwise, or has two characters.
SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
POLYPHONIC: Final = (
    *"单仇解曾区查任华盖朴缪翟尉冼乐郗员召",
    *("尉迟", "万俟", "欧阳", "上官", "诸葛", "司马", "长孙", "澹台"),
)
POLYPHONIC_SHARE: Final = 0.06
WOMEN: Final = (
    *("桂芳", "秀英", "玉兰", "淑珍", "素华", "春梅", "素琼", "秀珍", "玉珍", "桂英", "淑芬", "惠芳", "素芳", "琼华"),
    *("兰英", "凤英", "玉梅", "秀兰", "清碧", "光碧", "德芳", "正英", "红", "燕", "丽华", "晓琴", "小蓉", "雪梅"),
)
MEN: Final = (
    *("建国", "德明", "志强", "国清", "永福", "光明", "大全", "正明", "世荣", "天福", "德贵", "明德", "国强", "长春"),
    *("建华", "文才", "仕明", "绍云", "兴发", "开元", "庆", "勇", "建军", "卫东", "晓东", "跃进", "学文", "代全"),
)
RELATIONS: Final = ("儿子", "女儿", "儿媳", "女婿", "侄子", "邻居")
COMMUNITY_NAMES: Final = (
    *("柳湾", "书院", "东升", "和平", "望江", "石桥", "桂花", "新建", "南门", "北坝", "文昌", "凤凰"),
    *("滨河", "竹园", "永安", "莲花", "龙井", "金鸡", "白塔", "玉泉", "青松", "杨柳", "水井", "兴隆"),
)
LATIN_NAMES: Final = (
    *("Liuwan", "Shuyuan", "Dongsheng", "Heping", "Wangjiang", "Shiqiao", "Guihua", "Xinjian", "Nanmen", "Beiba"),
    *("Wenchang", "Fenghuang", "Binhe", "Zhuyuan", "Yong'an", "Lianhua", "Longjing", "Jinji", "Baita", "Yuquan"),
    *("Qingsong", "Yangliu", "Shuijing", "Xinglong"),
)


@dataclass(frozen=True, slots=True)
class DemoCommunity:
    """A community of the demonstration and its people."""

    community: str
    name_zh: str
    name_en: str
    people: list[SheetPerson]


def communities(residents: int = RESIDENTS, first_of_them: int = COMMUNITIES) -> list[DemoCommunity]:
    """Returns the district: everybody in 24 communities, as evenly as it goes. Of it the first so many communities."""
    made, first = [], 0
    orders: Counter[tuple[date, bool]] = Counter()
    for at in range(first_of_them):
        count = residents // COMMUNITIES + (at < residents % COMMUNITIES)
        community = f"demo-{at + 1:02}"
        people = list(_Maker(community, random.Random(SEED + at), orders).people(first, count))
        name = (f"{COMMUNITY_NAMES[at]}社区（演示）", f"{LATIN_NAMES[at]} (demo)")
        made.append(DemoCommunity(community, *name, people))
        first += count
    return made


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes a community's people. `orders`: how many of a day and sex the district has so far."""

    community: str
    luck: random.Random
    orders: Counter[tuple[date, bool]]

    def people(self, first: int, count: int) -> Iterator[SheetPerson]:
        made = flat = 0
        while made < count:
            together = 2 if count - made > 1 and self.luck.random() < COUPLES else 1
            is_man = self.luck.random() < 0.5
            for member in range(together):
                yield self._person(first + made, flat, is_man == (member == 0), member == 0)
                made += 1
            flat += 1

    def _person(self, number: int, flat: int, is_man: bool, is_head: bool) -> SheetPerson:
        born = TODAY - timedelta(days=int(_age_years(self.luck) * 365.25))
        surname = _surname(self.luck)
        return SheetPerson(
            row=number + 2,
            community=self.community,
            name=surname + _pick(MEN if is_man else WOMEN, self.luck),
            id_number=_id_number(born, is_man, self.orders),
            archive_no=f"YS{number + 1:06}",
            sex="male" if is_man else "female",
            birth=Birth(born),
            phones=(f"120{number:08}",),
            flat=flat_of_parts(*_flat(flat)),
            is_head=is_head,
            contact=_contact(surname, number, self.luck),
        )


def _surname(luck: random.Random) -> str:
    if luck.random() < POLYPHONIC_SHARE:
        return _pick(POLYPHONIC, luck)
    return SURNAMES[int((luck.random() ** 2.2) * len(SURNAMES))]  # a few families are many


def _pick(words: Sequence[str], luck: random.Random) -> str:
    return words[int(luck.random() * len(words))]


def _age_years(luck: random.Random) -> float:
    share = luck.random()
    for (low, youngest), (high, oldest) in pairwise(AGES):
        if share < high:
            return youngest + (share - low) / (high - low) * (oldest - youngest)
    return float(AGES[-1][1])


def _id_number(born: date, is_man: bool, orders: Counter[tuple[date, bool]]) -> str:
    """Unlike any other of the district: those of one day differ in their order, which is odd for men."""
    orders[born, is_man] += 1
    first_17 = f"{NO_COUNTY}{born:%Y%m%d}{orders[born, is_man] * 2 - is_man:03}"
    return first_17 + check_digit(first_17)


def _flat(flat: int) -> tuple[str, str, str]:
    unit, place = divmod(flat, FLOORS * FLATS_OF_FLOOR)
    building, unit = divmod(unit, UNITS)
    floor, door = divmod(place, FLATS_OF_FLOOR)
    return f"{building + 1}", f"{unit + 1}", f"{floor + 1}{door + 1:02}"


def _contact(surname: str, number: int, luck: random.Random) -> SheetContact | None:
    if luck.random() >= WITH_CONTACT:
        return None
    relation = _pick(RELATIONS, luck)
    family = surname if relation in ("儿子", "女儿", "侄子") else _surname(luck)
    given = _pick(WOMEN if relation in ("女儿", "儿媳") else MEN, luck)
    return SheetContact(family + given, f"121{number:08}", relation)
