"""The list before a visit (访前清单): what a rep knows and has ready, as data, and how ready that makes the visit.

>>> ready = CHECKLIST.readiness({"identity", "background", "pharmacology", "materials"})
>>> ready.ratio, ready.outcome, [one.key for one in ready.lacking if one.missing == "block"]
(Fraction(2, 7), 'block', ['indications', 'safety'])
>>> print(ready.why.text("zh"))
14 项中已备 4 项（缺：适应症，须补齐；缺：安全性，须补齐；…另缺 8 项）

Source: S002-6.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import field, frozen

from pharmasales.compliance import Outcome
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest, normal_id
from pharmasales.units import ratio

__all__ = ["CHECKLIST", "CheckItem", "Checklist", "Readiness"]


@frozen
class CheckItem:
    """One item of the list before a visit.

    Args:
        key: the word that programs use.
        en: what it is, in English.
        zh: what it is, in Chinese.
        part: what it belongs to: `customer`, `product`, `materials` or a word of your own.
        missing: what follows where it is not ready, `warn` or `block`.

    Raises:
        BadValue: no key, or any other outcome.
    """

    key: str = field(converter=normal_id)
    en: str
    zh: str
    part: str
    missing: Outcome = field(default="warn")

    @missing.validator
    def _warns(self, _attribute: object, value: object) -> None:
        if value not in ("warn", "block"):
            where = f"item {self.key!r}"
            raise BadValue("an item warns or blocks", where=where, hint="warn or block", code="followup.calls.item")

    @property
    def says(self) -> Says:
        """What it is, in both languages."""
        return Says(self.en, self.zh)


@frozen
class Readiness:
    """How ready a visit is (准备度).

    Args:
        ready: the items that are ready, in the order of the list.
        lacking: those that are not; those that block first.
    """

    ready: tuple[CheckItem, ...] = field(repr=False)
    lacking: tuple[CheckItem, ...] = field(repr=False)

    @property
    def ratio(self) -> Fraction | None:
        """Ready over all that applies; missing where nothing does."""
        return ratio(len(self.ready), len(self.ready) + len(self.lacking))

    @property
    def outcome(self) -> Outcome:
        """The worst that follows: `allow` where nothing is lacking."""
        return self.lacking[0].missing if self.lacking else "allow"

    @property
    def why(self) -> Why:
        """How many items are ready, and which are lacking; those that block are all named."""
        named = [one for one in self.lacking if one.missing == "block"] or list(self.lacking[:3])
        parts = [_lack(one) for one in named]
        left = len(self.lacking) - len(named)
        if left:
            parts.append(because("… and {left} more", "…另缺 {left} 项", left=left))
        whole, part = len(self.ready) + len(self.lacking), len(self.ready)
        return because("{part} of {whole} ready", "{whole} 项中已备 {part} 项", *parts, whole=whole, part=part)

    def table(self) -> Table:
        """Return every item that applies: ready or what follows."""
        columns = (
            Column("item", "Item", "项目"),
            Column("ready", "Ready", "已备"),
            Column("outcome", "If not", "缺失后果"),
        )
        rows: list[tuple[Cell, ...]] = [(one.says, _NO, _FOLLOWS[one.missing]) for one in self.lacking]
        rows += [(one.says, _YES, None) for one in self.ready]
        return Table("readiness", Says("Ready for the visit", "访前准备"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_YES, _NO = Says("yes", "是"), Says("no", "否")
_FOLLOWS = {"warn": Says("better get it", "建议补齐"), "block": Says("get it first", "须补齐")}


def _lack(item: CheckItem) -> Why:
    return because(
        "missing: {item}, {follows}", "缺：{item}，{follows}", item=item.says, follows=_FOLLOWS[item.missing]
    )


def _items(given: Iterable[CheckItem]) -> tuple[CheckItem, ...]:
    return tuple(given)


@frozen
class Checklist:
    """A list of what is to be ready before a visit.

    Args:
        items: its items, in the order in which they are shown.

    Raises:
        BadRule: two items of one key.
    """

    items: tuple[CheckItem, ...] = field(converter=_items, repr=lambda items: f"<{len(items)} items>")

    def __attrs_post_init__(self) -> None:
        keys = [one.key for one in self.items]
        for key in keys:
            if keys.count(key) > 1:
                raise BadRule("two items of one key", where=f"item {key!r}", code="followup.calls.item")

    def readiness(self, ready: Iterable[str], *, without: Iterable[str] = ()) -> Readiness:
        """Compare what is ready with the list.

        Args:
            ready: the keys of what is ready.
            without: the keys of what does not apply, such as dress on the telephone.

        >>> CHECKLIST.readiness({"dres"})
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: no such item @ checklist; did you mean "dress"? [followup.calls.item]

        Raises:
            BadValue: a key that the list does not have.
        """
        done, out = frozenset(ready), frozenset(without)
        keys = [one.key for one in self.items]
        for key in sorted(done | out):
            if key not in keys:
                hint = nearest(key, keys) if keys else ""
                raise BadValue("no such item", where="checklist", hint=hint, code="followup.calls.item")
        due = [one for one in self.items if one.key not in out]
        lacking = sorted((one for one in due if one.key not in done), key=lambda one: one.missing != "block")
        return Readiness(tuple(one for one in due if one.key in done), tuple(lacking))


CHECKLIST = Checklist(
    [
        CheckItem("identity", "who the customer is", "客户身份", "customer", "block"),
        CheckItem("background", "professional background", "专业背景", "customer"),
        CheckItem("research", "direction of research", "研究方向", "customer"),
        CheckItem("papers", "recent papers and projects", "近期论文与课题", "customer"),
        CheckItem(
            "habits", "drug habits of the department, never of one doctor", "科室用药习惯（不涉及医生个人）", "customer"
        ),
        CheckItem("clinical_needs", "clinical needs", "临床需求", "customer"),
        CheckItem("pharmacology", "pharmacology", "药理作用", "product"),
        CheckItem("indications", "indications", "适应症", "product", "block"),
        CheckItem("advantages", "advantages", "产品优势", "product"),
        CheckItem("safety", "safety", "安全性", "product", "block"),
        CheckItem("guidelines", "guidelines", "指南推荐", "product"),
        CheckItem("materials", "materials", "资料", "materials"),
        CheckItem("objective", "objective of the visit", "拜访目的", "visit"),
        CheckItem("dress", "dress", "着装", "visit"),
    ]
)
"""The list of the source (S002-6). Who it is, what the drug is for and what its risks are block; the rest warns.

What blocks is a default of this library: nobody talks about a drug to somebody unknown, or without its risks.
"""
