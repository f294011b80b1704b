"""Hospital names (医院名称): the hospital itself, its other names (别名) and its campus (院区), told apart.

Real files write all three into one cell, padded, in full or half width, with brackets that hold another name, a campus,
or something else. The cell is kept verbatim; nothing is corrected. Traditional and simplified characters stay distinct.

>>> title = hospital_title("示例医院（原河西医院、示例老年病医院）（东院区）　")
>>> title.main, title.aliases, title.campus
('示例医院', ('河西医院', '示例老年病医院'), '东院区')
>>> hospital_title("示例医院东院区").key == hospital_title("示例医院（东院区）").key != hospital_title("示例医院").key
True
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal

from attrs import frozen

from pharmasales.display import Says
from pharmasales.names import clean, fold

__all__ = ["Title", "hospital_title"]

_PAIRS = {
    ")": "(",
    "]": "[",
    "}": "{",
    ">": "<",
    "】": "【",
    "〕": "〔",
    "》": "《",
    "〉": "〈",
    "」": "「",
    "』": "『",
}
_OPENING = frozenset(_PAIRS.values())
_BRACKETS = re.compile("[" + re.escape("".join([*_PAIRS, *_PAIRS.values()])) + "]")
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_LOOSE = re.compile(f"(?<=[{_HAN}]) | (?=[{_HAN}])")
_EDGE = " :;,.、。"
_BESIDE = re.compile(" ?[、,;/] ?")
_LONGEST = 200

_PLACES = "医院|卫生院|卫生服务站|中心|防治[院所]|保健[院所]|卫生[室所]|门诊部|诊所|护理院|疗养院|集团|hospital|clinic"
_INSTITUTION = re.compile(f".(?:{_PLACES}|研究所|医务室|centre|center)$", re.IGNORECASE)
_CAMPUSES = (
    "[^()]+?(?:院区|校区|分院)|分院|本部|总部|总院|[东南西北中新老旧]{1,2}[院区部]|[^()]{1,6}新院|[一二三四五六七八九十]部|"
    "(?:[a-z ]+ )?campus"
)
_CAMPUS = re.compile(_CAMPUSES, re.IGNORECASE)
_WITH_CAMPUS = re.compile(f"(?P<main>.*(?:{_PLACES})) ?(?P<campus>{_CAMPUSES})", re.IGNORECASE)
_BEFORE = re.compile(
    "(?:原名|又名|又称|曾用名|别名|简称|全称|现名|亦称|也称|俗称|第[一二三四]名称|加挂|增挂|挂牌|"
    "原(?![平阳州](?:[市县区第]|人民|中医|妇)))[:为]?"
)
"""What stands before another name. 原 is part of a name in 原平, 原阳 and 原州, as 即 and 暨 often are."""

_UNBALANCED = Says("its brackets do not pair: one name, as written", "括号不成对：按原文作为一个名称")
_LONG = Says("too long for a name: as written", "过长，不像名称：按原文保留")
_UNCLEAR = Says("a bracket holds neither another name nor a campus", "括号内既不是别名也不是院区")


@frozen(repr=False)
class Title:
    """What a hospital's name says. The `repr` shows no name, because a clinic may bear a person's.

    Args:
        text: the name, verbatim.
        main: the hospital itself, at which all its campuses and spellings meet; half width, no padding.
        aliases: its other names, in the order written, without 原, 又名 and the like.
        campus: its campus (东院, 北院区, 本部, 分院), or "": campuses are different places.
        remarks: what other brackets hold, such as a place; it counts for the key.
        key: the folded key to match by: name, campus and remarks, without brackets and spaces.
        question: what cannot be read for sure, or none.
    """

    text: str
    main: str
    aliases: tuple[str, ...]
    campus: str
    remarks: tuple[str, ...]
    key: str
    question: Says | None

    def __repr__(self) -> str:
        return f"Title({len(self.aliases)} aliases, {'a' if self.campus else 'no'} campus)"


def hospital_title(text: str, *, convert: Callable[[str], str] | None = None) -> Title:
    """Take a hospital's name apart (医院名称).

    A bracket at the end holds another name where it ends like an institution (医院, 卫生院, 中心), a campus where it
    ends like one, a remark otherwise; a bracket within the name belongs to it. Several names are parted by 、 or stand
    in brackets of their own; two institutions parted by a stroke are two names.

    Traditional and simplified characters stay distinct, unless a converter is given: then both meet under one key.

    Args:
        text: the name.
        convert: turns one script into the other, such as the `convert` of an OpenCC converter; `text` stays verbatim.

    >>> hospital_title("示例（集团）有限公司职工医院").main
    '示例(集团)有限公司职工医院'
    >>> hospital_title("示例医院（东院").question.en
    'its brackets do not pair: one name, as written'

    Raises:
        BadValue: no text, or a control character.
    """
    asked = clean(text, "name") if convert is None else clean(convert(clean(text, "name")), "name")
    seen = _SPACES.sub(" ", unicodedata.normalize("NFKC", _UNSEEN.sub("", asked))).strip(_EDGE)
    if len(seen) > _LONGEST or not _balanced(seen):
        return Title(text, seen, (), "", (), _key([seen]), _LONG if len(seen) > _LONGEST else _UNBALANCED)
    body, brackets = _closing_brackets(seen)
    first, *others = _names(body)
    main, own = _split_campus(first)
    held = [(_holds(name), name) for inner in brackets for name in _BESIDE.split(inner) if name]
    aliases = others + [_BEFORE.sub("", name, count=1) for kind, name in held if kind == "alias"]
    campus = " ".join(filter(None, [own, *(name for kind, name in held if kind == "campus")]))
    remarks = tuple(name for kind, name in held if kind == "remark")
    question = _UNCLEAR if remarks else None
    return Title(text, main, tuple(aliases), campus, remarks, _key([main, campus, *remarks]), question)


def _balanced(text: str) -> bool:
    waiting: list[str] = []
    for sign in _BRACKETS.findall(text):
        if sign in _OPENING:
            waiting.append(sign)
        elif not waiting or waiting.pop() != _PAIRS[sign]:
            return False
    return not waiting


def _closing_brackets(text: str) -> tuple[str, list[str]]:
    """Return the name before the brackets at its end, and what each of them holds, in order."""
    found: list[str] = []
    while text and text[-1] in _PAIRS and (start := _opens(text)):
        found.append(text[start + 1 : -1].strip(_EDGE))
        text = text[:start].rstrip(_EDGE)
    return text, found[::-1]


def _opens(text: str) -> int:
    """Return where the bracket opens that ends a balanced text."""
    depth, place = 1, len(text) - 1
    while depth:
        place -= 1
        depth += (text[place] in _PAIRS) - (text[place] in _OPENING)
    return place


def _names(body: str) -> list[str]:
    """Return the names that a stroke or a comma parts, if each of them is an institution; else the one name."""
    names = _BESIDE.split(body)
    return names if all(map(_INSTITUTION.search, names)) else [body]


def _split_campus(name: str) -> tuple[str, str]:
    found = _WITH_CAMPUS.fullmatch(name)
    return (found["main"], found["campus"]) if found else (name, "")


def _holds(inner: str) -> Literal["alias", "campus", "remark"]:
    """Say what a bracket holds; the campus of another institution is another name."""
    bare = _BRACKETS.sub("", inner)
    if _INSTITUTION.search(bare) or _WITH_CAMPUS.fullmatch(bare):
        return "alias"
    return "campus" if _CAMPUS.fullmatch(bare) else "remark"


def _key(parts: Iterable[str]) -> str:
    return _LOOSE.sub("", fold(_BRACKETS.sub(" ", " ".join(filter(None, parts)))))
