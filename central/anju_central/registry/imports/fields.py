"""What a column can be, and the words by which its head names it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """The meaning of a column. AGE only checks the birth date; IGNORED is not read."""

    NAME = "name"
    ID_NUMBER = "id-number"
    ARCHIVE_NO = "archive-no"
    SEX = "sex"
    BIRTH = "birth"
    AGE = "age"
    PHONE = "phone"
    COMMUNITY = "community"
    ADDRESS = "address"
    BUILDING = "building"
    UNIT = "unit"
    FLAT = "flat"
    RELATION_TO_HEAD = "relation-to-head"
    CONTACT_NAME = "contact-name"
    CONTACT_RELATION = "contact-relation"
    CONTACT_PHONE = "contact-phone"
    IGNORED = "ignored"


OURS: Final = ("原表行号row", "问题problem")  # what an error sheet adds (`error_sheet.HEADS`)
# As folded and without signs (`heads.plain_head`); the field's name in the sheets that we write stands first.
WORDS: Final[dict[Field, tuple[str, ...]]] = {
    Field.NAME: ("姓名", "老人姓名", "老年人姓名", "居民姓名", "名字", "人员姓名", "本人姓名", "name", "fullname"),
    Field.ID_NUMBER: (
        "身份证号", "身份证号码", "公民身份号码", "身份证", "证件号码", "证件号", "居民身份证号", "居民身份证号码",
        "公民身份证号码", "身份号码", "idnumber", "idno",
    ),
    Field.ARCHIVE_NO: ("档案号", "档案编号", "老人编号", "人员编号", "archiveno"),
    Field.SEX: ("性别", "sex", "gender"),
    Field.BIRTH: ("出生日期", "出生年月", "出生年月日", "生日", "出生时间", "birthdate", "dateofbirth", "born"),
    Field.AGE: ("年龄", "周岁", "岁数", "实足年龄", "虚岁", "age"),
    Field.PHONE: (
        "联系电话", "电话", "手机", "手机号", "手机号码", "本人电话", "电话号码", "联系方式", "老人电话",
        "本人联系电话", "本人手机", "phone", "mobile",
    ),
    Field.COMMUNITY: ("社区", "所属社区", "所在社区", "村社区", "社区名称", "居委会", "村居", "community"),
    Field.ADDRESS: (
        "住址", "家庭住址", "地址", "居住地址", "现住址", "详细地址", "家庭地址", "常住地址", "实际居住地", "现居住地",
        "居住地", "address",
    ),
    Field.BUILDING: ("楼栋", "栋", "楼号", "栋号", "楼栋号", "幢", "幢号", "楼", "building"),
    Field.UNIT: ("单元", "单元号", "unit"),
    Field.FLAT: ("房号", "房间号", "室", "门牌号", "房间", "室号", "户室", "flat", "room"),
    Field.RELATION_TO_HEAD: ("与户主关系", "户主关系", "与户主的关系", "relationtohead"),
    Field.CONTACT_NAME: (
        "紧急联系人", "紧急联系人姓名", "联系人", "联系人姓名", "家属姓名", "监护人", "监护人姓名", "子女姓名",
        "contactname",
    ),
    Field.CONTACT_RELATION: (
        "紧急联系人关系", "与老人关系", "与本人关系", "联系人关系", "与联系人关系", "contactrelation",
    ),
    Field.CONTACT_PHONE: (
        "紧急联系人电话", "紧急联系人联系电话", "紧急联系人手机", "紧急联系人联系方式", "紧急联系电话", "联系人电话",
        "联系人联系电话", "联系人手机", "家属电话", "家属联系电话", "监护人电话", "子女电话", "监护人联系电话",
        "contactphone",
    ),
    Field.IGNORED: (
        "序号", "编号", "备注", "民族", "政治面貌", "文化程度", "学历", "婚姻状况", "户籍地址", "户籍地", "户口所在地",
        "健康状况", "no", "note", "remarks", *OURS,
    ),
}  # fmt: skip
FIELD_OF_WORD: Final[dict[str, Field]] = {word: field for field, words in WORDS.items() for word in words}
# May stand in several columns; of every other field the first column counts.
REPEATED: Final = frozenset({Field.PHONE, Field.IGNORED})
