"""Hospital levels (医院等级): what the many spellings of real files say, and what they do not say.

A level is a tier (级, 1 to 3, three the highest), a grade within it (等: 甲, 乙, 丙, above them 特 in tier three only)
and, beside them, a speciality. It is read by grammar, so that a spelling never met before is read too, and whatever
does not read as exactly one level is a listed question, never a guess.

>>> level = hospital_level("Ⅲ级（甲等）妇产专科醫院")
>>> level.text, level.tier, level.grade, level.speciality, level.verdict
('三级甲等', 3, '甲', '妇产专科', 'known')
>>> hospital_level("省级").verdict, hospital_level("省级").why.zh
('question', '行政隶属或举办主体不是等级')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.names import clean, fold

__all__ = ["HospitalGrade", "HospitalTier", "Level", "LevelVerdict", "hospital_level", "spellings"]

HospitalTier: TypeAlias = Literal[1, 2, 3]
HospitalGrade: TypeAlias = Literal["", "丙", "乙", "甲", "特"]
LevelVerdict: TypeAlias = Literal["known", "unrated", "question"]

_GRADES: tuple[HospitalGrade, ...] = ("", "丙", "乙", "甲", "特")
_TIERS: dict[str, HospitalTier] = {
    **dict.fromkeys(("三", "叁", "3", "iii"), 3),
    **dict.fromkeys(("二", "贰", "2", "ii"), 2),
    **dict.fromkeys(("一", "壹", "1", "i"), 1),
}
_VERDICTS = {
    "known": Says("known", "已定"),
    "unrated": Says("unrated", "未定级"),
    "question": Says("question", "待确认"),
}

_KNOWN = Says("tier and grade as written", "级与等如所写")
_TIER_ONLY = Says("the tier is written, a grade is not", "写明级，未写等")
_GRADE_UNSET = Says("the tier is written, the grade is said to be not set", "写明级，并写明等次未定")
_MISSING = Says("nothing is written: missing", "未填写：缺失")
_UNRATED = Says("said to be not rated", "写明未定级")
_UNKNOWN = Says("words that no level is written with", "含有等级写法以外的字词")
_HEDGED = Says(
    "managed like, planned, former or doubtful: not a level that is held", "参照、拟建、原有或存疑，并非现有等级"
)
_RANGE = Says("a range, not one level", "是范围，不是一个等级")
_CLASH = Says("two statements that exclude each other", "前后矛盾")
_RANK = Says("an administrative rank or an owner is no level", "行政隶属或举办主体不是等级")
_PLACE = Says("a kind of institution is no level", "机构类别不是等级")
_NO_TIER = Says("a grade without its tier", "有等无级")
_SILENT = Says("no tier and no grade among the words", "未写级也未写等")
_LONG = Says("too long for a level", "过长，不是等级")

_KIND_NAMES = {"中医药": "中医", "维医": "维吾尔医"}
_TRADITIONAL = str.maketrans(
    "級醫專綜婦產無評區縣鄉鎮衛診門國軍參標準單機構設審劃納結兒腫腦經膚復傳務維壯沒別暫爾療養護創報請擬據師團廳錄營執",
    "级医专综妇产无评区县乡镇卫诊门国军参标准单机构设审划纳结儿肿脑经肤复传务维壮没别暂尔疗养护创报请拟据师团厅录营执",
)
_BETWEEN = re.compile(r"[\s()\[\]{}<>【】〔〕《》「」·•.,、。，:;'\"_/|+\-–—―]+")
_LONGEST = 64
_NOTHING = frozenset("不详 未知 不明 空 缺失 未填 未填写 无数据 null none nan na".split())
_NEITHER = frozenset("无 未 没有 暂无 尚无 未定 待定".split())
_FIELDS = (
    "妇幼保健|妇女儿童|妇产|妇幼|儿童|口腔|肿瘤|眼耳鼻喉|耳鼻喉|精神卫生|精神病|精神|传染病|结核病|心血管病?|心脏病?|心脑血管病?|"
    "血液病?|皮肤病?|骨伤|康复|整形外科|整形|美容|肛肠|肝胆|肾病|职业病|老年病?|烧伤|神经|生殖|[眼胸骨脑]科"
)
_OWNERS = "公立|公办|国有|民营|民办|私立|社会办|股份制|中外合资|非营利性?|营利性?"
_RANKS = "国家|中央|自治区|副省|省|地市|市|地|州|盟|县|旗|区|乡镇|乡|镇|街道|村|部|委|厅|局|军队|军|师|团"
_UNSET = (
    "(?:暂|尚)?(?:未|无|没有|不|待)(?:被|经)?(?:(?:核定|评定|评审|评估|参评|划分|纳入|定|评|分|设|核)"
    "(?:医院)?(?:等级|等次|级别|级|等)?|(?:医院)?(?:等级|等次|级别|级|等))"
)
_DOUBTS = (
    "参照|按照|比照|依照|按|执行|相当于?|等同于?|准|拟|创建|争创|申报|申请|筹建|在建|预备|原|曾|约|可能|"
    "管理|标准|待遇|取消|撤销|非(?!营利)|\\?"
)
_PLACES = (
    "社区卫生服务(?:中心|站)|(?:乡镇|中心|街道|乡|镇)?卫生院|村?卫生[室所站]|门诊部|诊所|医务室|保健[所站]|护理院|"
    "疗养院|急救中心|体检中心|疾病预防控制中心|疾控中心|基层医疗(?:卫生)?机构"
)
_GRAMMAR = {
    "unset": _UNSET,
    "hedge": _DOUBTS,
    "range": "及?以[上下]|以内|至少?|到|~|或|不[低高]于",
    "tier": "第?(?P<numeral>三|叁|3|iii|二|贰|2|ii|一|壹|1|i)(?:级|(?=[甲乙丙特]))",
    "grade": "(?P<letter>[甲乙丙特])[等级]?",
    "place": _PLACES,
    "rank": f"(?:{_RANKS})(?:级|直属|属|管|直|办|立)|直属|委管|{_OWNERS}",
    "kind": "中西医结合|中医药?|(?:蒙|藏|维吾尔|维|哈萨克|傣|壮|苗|瑶|朝|彝|回|民族)医|综合",
    "special": f"(?P<field>{_FIELDS})(?:科?专科|科)?|专科",
    "filler": "医疗(?:卫生)?机构|医院|机构|单位|等级|等次|级别|等|院",
}
_WORDS = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _GRAMMAR.items()))
"""The grammar's words in the order in which they are tried (national 医院分级管理 and 医疗机构基本标准 vocabulary)."""


@frozen
class Level:
    """What one spelling of a hospital's level says (医院等级).

    Args:
        tier: 1, 2 or 3 (级); missing where it is not known.
        grade: 特, 甲, 乙 or 丙 (等), or "" where it is not set or not written.
        speciality: 综合, 中医, 专科, 妇产专科 and the like, or "".
        verdict: `known`, `unrated` (said to be not rated, or nothing written: `why` says which) or `question`.
        written: the spelling itself.
        why: the reason of the verdict.
    """

    tier: HospitalTier | None
    grade: HospitalGrade
    speciality: str
    verdict: LevelVerdict
    written: str = field(repr=False)
    why: Says = field(repr=False)

    @property
    def text(self) -> str:
        """The canonical level: 三级甲等, 二级, 未定级; "" where nothing is written or a question is open.

        >>> [hospital_level(written).text for written in ("3级甲等", "二級", "未评级", "", "二级以上")]
        ['三级甲等', '二级', '未定级', '', '']
        """
        if self.tier is not None:
            return f"{'一二三'[self.tier - 1]}级" + (f"{self.grade}等" if self.grade else "")
        return "未定级" if self.why == _UNRATED else ""

    @property
    def order(self) -> tuple[int, int]:
        """The key to sort by, higher for a higher level; what is missing or open comes last, never first.

        >>> hospital_level("三级丙等").order > hospital_level("三级").order > hospital_level("二级甲等").order
        True
        >>> hospital_level("").order
        (0, 0)
        """
        return self.tier or 0, _GRADES.index(self.grade)


def hospital_level(text: str) -> Level:
    """Read one spelling of a hospital's level (医院等级).

    Width, spaces, brackets, stops, roman and arabic numerals, and traditional characters make no difference.

    Source: S002-1 (等级 as a field of the hospital's file).

    >>> level = hospital_level("三级未定等")
    >>> level.text, level.grade, level.why.en
    ('三级', '', 'the tier is written, the grade is said to be not set')
    >>> hospital_level("三级二甲").verdict
    'question'

    Raises:
        BadValue: no text, or a control character.
    """
    return _read(text) if len(clean(text, "level")) <= _LONGEST else _question(text, _LONG)


def spellings(texts: Iterable[str]) -> Table:
    """Return every distinct spelling of a column of levels and what became of it, the most frequent first.

    >>> print(spellings(["二级", "二級", "二级", "省级"]).text("zh"))
    写法  行数  等级  专科类型  结论    原因
    ----  ----  ----  --------  ------  --------------------------
    二级     2  二级            已定    写明级，未写等
    二級     1  二级            已定    写明级，未写等
    省级     1                  待确认  行政隶属或举办主体不是等级

    Raises:
        BadValue: no text, or a control character.
    """
    counted = sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0]))
    levels = [(hospital_level(written), count) for written, count in counted]
    return Table(
        "level_spellings",
        Says("Spellings of hospital levels", "医院等级写法"),
        (
            Column("spelling", "Spelling", "写法"),
            Column("count", "Rows", "行数", "number"),
            Column("level", "Level", "等级"),
            Column("speciality", "Speciality", "专科类型"),
            Column("verdict", "Verdict", "结论"),
            Column("reason", "Reason", "原因"),
        ),
        tuple((one.written, n, one.text, one.speciality, _VERDICTS[one.verdict], one.why) for one, n in levels),
    )


@lru_cache(maxsize=1024)
def _read(text: str) -> Level:
    folded = _BETWEEN.sub("", fold(text).translate(_TRADITIONAL))
    if not folded or folded in _NOTHING:
        return Level(None, "", "", "unrated", text, _MISSING)
    if folded in _NEITHER:
        return Level(None, "", "", "unrated", text, _UNRATED)
    words = _words(folded)
    if words is None:
        return _question(text, _UNKNOWN)
    return evolve(_judged(words), written=text)


def _words(folded: str) -> list[tuple[str, str]] | None:
    """Cut a text into the grammar's words, kind and text of each, or give up at the first foreign one."""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(folded):
        match = _WORDS.match(folded, place)
        if match is None:
            return None
        kind = match.lastgroup or ""
        found.append((kind, match["numeral"] or match["letter"] or match["field"] or match.group()))
        place = match.end()
    return found


def _judged(words: Sequence[tuple[str, str]]) -> Level:
    """Make the level of words that are all known."""
    kinds = [kind for kind, _ in words]
    tiers = {_TIERS[word] for kind, word in words if kind == "tier"}
    grades = {grade for grade in _GRADES if ("grade", grade) in words}
    speciality = _speciality(words)
    if "hedge" in kinds or "range" in kinds:
        return _question("", _HEDGED if "hedge" in kinds else _RANGE)
    if len(tiers) > 1 or len(grades) > 1 or speciality is None or (grades and "unset" in kinds):
        return _question("", _CLASH)
    if not tiers:
        return _without_tier(kinds, speciality)
    tier, grade = tiers.pop(), grades.pop() if grades else ""
    if (grade == "特" and tier != 3) or not _grade_may_be_unset(words):
        return _question("", _CLASH)
    why = _GRADE_UNSET if "unset" in kinds else _KNOWN if grade else _TIER_ONLY
    return Level(tier, grade, speciality, "known", "", why)


def _grade_may_be_unset(words: Sequence[tuple[str, str]]) -> bool:
    """Whether "not set", if it is said, comes after the tier and speaks of the grade, not of the tier."""
    kinds = [kind for kind, _ in words]
    said = [word.replace("等级", "") for kind, word in words if kind == "unset"]
    after = "unset" not in kinds or kinds.index("unset") > kinds.index("tier")
    return after and not any("级" in word for word in said)


def _without_tier(kinds: Sequence[str], speciality: str) -> Level:
    if "unset" in kinds:
        return Level(None, "", speciality, "unrated", "", _UNRATED)
    reasons = {"grade": _NO_TIER, "rank": _RANK, "place": _PLACE}
    return _question("", next((why for kind, why in reasons.items() if kind in kinds), _SILENT))


def _speciality(words: Sequence[tuple[str, str]]) -> str | None:
    """Return the canonical speciality, or nothing where general and special exclude each other."""
    kinds = {_KIND_NAMES.get(word, word): None for kind, word in words if kind == "kind"}
    fields = {_field(word): None for kind, word in words if kind == "special"}
    if "综合" in kinds and fields:
        return None
    if len(fields) > 1:
        fields.pop("专科", None)
    return "、".join([*kinds, *fields])


def _field(word: str) -> str:
    """Name a field of medicine as a speciality: 妇产 is 妇产专科, a bare 专科 stays."""
    return "妇幼保健" if word.startswith("妇幼") else word if word == "专科" else f"{word}专科"


def _question(text: str, why: Says) -> Level:
    return Level(None, "", "", "question", text, why)
