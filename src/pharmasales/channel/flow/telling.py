"""What tells two names apart (区别词), and which words are the same: numbers, kinds of place, doses, forms.

Names of one town share most characters; one character makes another hospital of them. So what is told apart here is
compared by itself, and a difference makes a question of an answer that would score high. The other way round, words
that mean one thing (人医 and 人民医院, 0.25g and 250 mg) are read as one before anything is compared.

>>> tells_apart(customer_name("示例市第一医院").marks, customer_name("示例市第2医院").marks)
'number'
>>> product_name("示例胶囊 0.25g*24粒").parts == product_name("示例胶丸250mg×24/盒").parts
True

Source: P2-F (several code systems, dirty master data); S004-74.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from attrs import frozen

from pharmasales.archive.likeness import key, tokens
from pharmasales.display import Says
from pharmasales.names import fold

__all__ = ["MARKS", "Marks", "NameReader", "ReadName", "customer_name", "name_key", "product_name", "tells_apart"]

MARKS = MappingProxyType(
    {
        "number": Says("number", "序号"),
        "branch": Says("branch or head office", "门店或总部"),
        "field": Says("speciality", "专科类别"),
        "making": Says("way of making", "剂型特征"),
        "side": Says("direction", "方位"),
        "kind": Says("kind of place", "机构类别"),
        "strength": Says("strength or pack", "规格"),
        "form": Says("dosage form", "剂型"),
        "words": Says("a word", "用词"),
    }
)
"""What may tell two names apart."""

_Words: TypeAlias = frozenset[str]
_Patterns: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]


def _patterns(text: str) -> _Patterns:
    """Read lines of `word | pattern`."""
    lines = (line.split("|", 1) for line in text.strip().splitlines())
    return tuple((re.compile(pattern.strip()), word.strip()) for word, pattern in lines)


_APART = re.compile(r"([0-9])([\W_]+)(?=[0-9])|[\W_]+")
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_RUN = re.compile("[0-9零〇一二三四五六七八九十]{1,12}")
_FIGURES = re.compile("[0-9]+")
_BRANCH = re.compile("(?:有限公司|连锁|药房).*?(?:[路街巷]|(?<!药)店(?!.[市县区]))|第[0-9]+店")
_SIDES = re.compile("[东西南北]")
_FIELDS = re.compile(
    "中西医|中医|蒙医|藏医|维医|民族医|妇幼|妇产|儿童|口腔|牙|眼|骨|肿瘤|精神|胸科|传染|皮肤|康复|老年|职工|军|"
    "womens?|children|dental|eye|cancer|veterinary"
)
_KINDS = _patterns(r"""
    township  | 卫生院
    community | 社区卫生|卫生服务
    practice  | 诊所|门诊|卫生[室所]|clinic
    pharmacy  | 药[店房]|堂药|大药|drugstore|pharmacy
    hospital  | 医院|hospital
    trade     | 医药|药业|贸易|物流|wholesale|distribut
""")
_FORMS = _patterns(r"""
    capsule     | 胶囊|capsule
    granule     | 颗粒|冲剂|granule
    injection   | 注射|injection
    eye drops   | 滴眼|eye ?drop
    liquid      | 口服液|口服溶液|糖浆|syrup
    ointment    | 软膏|乳膏|凝胶|霜|ointment|cream|gel
    spray       | 喷雾|气雾|吸入|spray|inhal
    suppository | 栓|suppositor
    pill        | 丸|pill
    tablet      | (?<![0-9])片|tablet
""")
_MAKINGS = re.compile("复方|小儿|缓释|控释|肠溶|分散|泡腾|咀嚼|软胶囊|retard|forte|junior")
_CUSTOMER_WORDS = _patterns(r"""
    有限公司     | (?:股份|集团|连锁)*有限(?:责任)?公司|(?<=连锁)公司|集团公司
    人民医院     | 人医(?!院)
    中医院       | 中医医院
    社区卫生服务中心 | 社区(?:服务)?中心
    妇幼         | 幼妇|妇保
    口腔         | 腔口
    妇幼保健院   | 妇幼(?!保)
    ltd          | \b(?:limited|ltd|plc)\b
    店           | 分店|门店|支店
""")
_PRODUCT_WORDS = _patterns(r"""
    胶囊   | 胶丸
    分散片 | (?<!分)散片|分片
    缓释片 | (?<!缓)释片|缓片
    肠溶片 | (?<!肠)溶片|肠片
    注射液 | 针剂|(?<!注射)针(?!灸)
    滴眼液 | 眼药水
    口服液 | 口服(?!液|溶)
""")
_FIGURE = re.compile(
    r"([0-9]{1,12}(?:\.[0-9]{1,12})?)\s*(kg|mg|ug|μg|mcg|g|ml|l)?(?![a-wyz])(?:[片粒袋支瓶丸板贴枚s](?![一-鿿]))?"
)
_PER_PACK = re.compile("[/／每](?:盒|瓶|袋|支|板|box|bottle)")
_BETWEEN = re.compile("[x×*：:]+(?=[0-9 ])")
_SCALE = {
    "kg": ("g", Fraction(1000)),
    "g": ("g", Fraction(1)),
    "mg": ("g", Fraction(1, 1000)),
    "ug": ("g", Fraction(1, 1_000_000)),
    "μg": ("g", Fraction(1, 1_000_000)),
    "mcg": ("g", Fraction(1, 1_000_000)),
    "l": ("l", Fraction(1)),
    "ml": ("l", Fraction(1, 1000)),
}


@frozen
class Marks:
    """What of one name tells it from others.

    Args:
        exact: sets that must be equal, by their kind.
        loose: sets that the file may leave out, by their kind.
        written: figures without their units.
    """

    exact: tuple[tuple[str, object], ...]
    loose: tuple[tuple[str, _Words], ...]
    written: _Words = frozenset()


@frozen
class ReadName:
    """A name, ready for comparison.

    Args:
        parts: its characters, its pairs of neighbours, and its figures.
        signs: its characters, each with the count of its like before it.
        marks: what tells it from others.
    """

    parts: frozenset[str]
    signs: frozenset[tuple[str, int]]
    marks: Marks


NameReader: TypeAlias = Callable[[str], ReadName]
"""Reads a name for comparison: `customer_name` or `product_name`."""


def name_key(text: str) -> str:
    """Return what two spellings of one name or code have in common: case, width, spaces and punctuation do not count.

    What parts two figures does: 1.5mg is not 15mg, 2*14 not 21*4, and the code 1-11 not 11-1.

    >>> name_key("示例片（1.5 MG）"), name_key("示例片 15mg"), name_key("Ａ-7"), name_key("1－11")
    ('示例片1.5mg', '示例片15mg', 'a7', '1-11')
    """
    return _APART.sub(_parting, fold(text))


def _parting(found: re.Match[str]) -> str:
    return f"{found[1]}{'.' if found[2] == '.' else '-'}" if found[1] else ""


def tells_apart(asked: Marks, known: Marks) -> str | None:
    """Return what tells the name of a file from a known one, one of `MARKS`, or nothing.

    A number, a speciality and a way of making must be the same in both. A direction, a kind of place, a form and a
    strength may be left out by the file, but not differ: 东店 is not 西店. A strength may lack its unit.

    >>> tells_apart(customer_name("示例东街药房").marks, customer_name("示例西街药房").marks)
    'side'
    """
    for (name, ours), (_, theirs) in zip(asked.exact, known.exact, strict=True):
        if ours != theirs:
            return name
    for (name, mine), (_, other) in zip(asked.loose, known.loose, strict=True):
        if not mine <= other and not (name == "strength" and mine - other <= known.written):
            return name
    return None


def customer_name(name: str) -> ReadName:
    """Read a customer's name: short words written out, legal forms and numbers written one way.

    >>> customer_name("示例县第2人医").parts == customer_name("示例县第二人民医院").parts
    True
    """
    text = _RUN.sub(lambda found: str(_number(found[0])), name_key(_rewritten(_CUSTOMER_WORDS, fold(name))))
    marks = Marks(
        (
            ("number", tuple(sorted(_FIGURES.findall(text)))),
            ("branch", bool(_BRANCH.search(text))),
            ("field", frozenset(_FIELDS.findall(text))),
        ),
        (("side", _counted(_SIDES.findall(text))), ("kind", _words(_KINDS, text))),
    )
    return ReadName(_parts(text), frozenset(tokens(text)), marks)


def product_name(name: str) -> ReadName:
    """Read a product's name with its strength and pack."""
    text = _BETWEEN.sub(" ", _PER_PACK.sub(" ", fold(name)))
    text = _rewritten(_PRODUCT_WORDS, text)
    found = _FIGURE.findall(text)
    figures = _counted(_figure(*one) for one in found)
    words = key(_FIGURE.sub(" ", text))
    marks = Marks(
        (("making", frozenset(_MAKINGS.findall(words))),),
        (("strength", figures), ("form", _words(_FORMS, words))),
        _counted(_figure(number, "") for number, _ in found),
    )
    return ReadName(_parts(words) | figures, frozenset(tokens(words)), marks)


def _rewritten(patterns: _Patterns, text: str) -> str:
    for pattern, word in patterns:
        text = pattern.sub(word, text)
    return text


def _words(patterns: _Patterns, text: str) -> _Words:
    return frozenset(word for pattern, word in patterns if pattern.search(text))


def _parts(text: str) -> frozenset[str]:
    return frozenset((*text, *map("".join, pairwise(text))))


def _number(run: str) -> int:
    """Read 12, 一二 or 十二; what is no number in the Chinese way is read figure by figure.

    >>> _number("十二"), _number("12"), _number("二十"), _number("三九")
    (12, 12, 20, 39)
    """
    tens, ten, ones = run.translate(_DIGITS).partition("十")
    if not ten:
        return int(tens)
    return int(tens or "1") * 10 + int(ones.replace("十", "") or "0")


def _figure(number: str, unit: str) -> str:
    """Write a figure in its base unit, so that two ways of writing it meet."""
    base, factor = _SCALE.get(unit, ("", Fraction(1)))
    return f"{Fraction(number) * factor}{base}"


def _counted(found: Iterable[str]) -> _Words:
    """Return a set in which the second of a kind differs from the first."""
    given = list(found)
    return frozenset(f"#{one}#{given[:at].count(one)}" for at, one in enumerate(given))
