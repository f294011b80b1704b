"""Matching (主数据匹配): which customer or product a name of a file means, with the reason, or a question.

Nothing is guessed in silence. A name is matched where a person confirmed it, where it is the code or the name of one
master only, or where one master comes near, far enough ahead of the next, and nothing tells the two apart. Everything
else is a question with its likeliest answers: a wrong match pays the wrong person, a question costs a minute.

>>> from pharmasales.channel.flow.masters import Master
>>> from pharmasales.channel.flow.telling import product_name
>>> customers = MasterNames.of([Master("H1", ("示例市第一人民医院",)), Master("H2", ("示例市第二人民医院",))])
>>> matcher = Matcher(customers, MasterNames.of([Master("P1", ("示例片 10mg*24片",))], product_name))
>>> found = matcher.customer("示例市第2人民医院")
>>> found.id, found.why.text()
('H2', 'names alike by 100 of 100, the next by 0')
>>> asked = matcher.customer("示例市人民医院")
>>> asked.id, asked.why.text(), [one.id for one in asked.likely]
('', 'the likeliest differs in number', ['H1', 'H2'])

Source: P2-F; S004-74.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.flow.aliases import AliasBook, MasterKind
from pharmasales.channel.flow.masters import Likely, MasterNames
from pharmasales.channel.flow.telling import MARKS
from pharmasales.display import Says, Why, because
from pharmasales.errors import BadValue

__all__ = ["ANSWER_WAYS", "PRODUCT_POLICY", "AnswerWay", "MatchPolicy", "Matched", "Matcher"]

AnswerWay: TypeAlias = Literal[
    "alias", "code", "same", "near", "none", "apart", "low", "close", "namesakes", "plain", "differs", "gone", "empty"
]

ANSWER_WAYS = MappingProxyType(
    {
        "alias": Says("confirmed by a person", "人工确认"),
        "code": Says("its code", "编码"),
        "same": Says("the same name", "名称相同"),
        "near": Says("names alike", "名称相近"),
        "none": Says("nothing comes near", "无相近"),
        "apart": Says("told apart", "有区别词"),
        "low": Says("not alike enough", "相似度不足"),
        "close": Says("two come near", "两者相近"),
        "namesakes": Says("several of one name", "同名"),
        "plain": Says("a name that many contain", "过于通用的名称"),
        "differs": Says("code and name differ", "编码与名称不符"),
        "gone": Says("confirmed, but gone", "已确认但主数据不存在"),
        "empty": Says("no name", "无名称"),
    }
)
"""How a name was answered: the first four are matches, the others questions."""

_LIKELY = 12


def _hundredths(_instance: object, attribute: object, value: int) -> None:
    if type(value) is not int or not 0 <= value <= 200:
        where = f"policy {getattr(attribute, 'name', '')}"
        raise BadValue("a score is a whole number of hundredths", where=where, hint="0 to 200", code="flow.policy")


@frozen
class MatchPolicy:
    """From which score on a name is matched without asking (匹配门槛).

    Args:
        cut: the least score, in whole hundredths.
        ahead: by how much the next likely master must be less.
        beside: by how much a master must be less that comes near but for a mark, since a slip may have hit the mark.
        fuller: by how much a master must be less that says as much of the file's name: what it says beyond that is no
            reason to take the other one.
        both: the least sum of the score and of how far it is ahead: the less alike, the lonelier it must stand.
    """

    cut: int = field(default=65, validator=_hundredths)
    ahead: int = field(default=4, validator=_hundredths)
    beside: int = field(default=8, validator=_hundredths)
    fuller: int = field(default=12, validator=_hundredths)
    both: int = field(default=90, validator=_hundredths)


PRODUCT_POLICY = MatchPolicy(cut=55, beside=0, both=85)
"""For products: strength, pack and form are compared by themselves, so that less likeness is enough."""


@frozen
class Matched:
    """What became of one name.

    Args:
        kind: `customer` or `product`.
        way: how it was answered, one of `ANSWER_WAYS`.
        id: the master; "" for a question.
        likely: the likeliest masters with their scores, the best first; none where the answer needed no likeness.
        confirmed: who confirmed it and when, for an alias.
    """

    kind: MasterKind
    way: AnswerWay
    id: str = ""
    likely: tuple[Likely, ...] = ()
    confirmed: str = ""

    @property
    def score(self) -> int | None:
        """The score of the likeliest, or nothing."""
        return self.likely[0].score if self.likely else None

    @property
    def why(self) -> Why:
        """Why it was matched, or why it is a question."""
        return _WHY[self.way](self)


def _alone(likely: tuple[Likely, ...]) -> int:
    """Return the score of the next one that nothing tells apart, or 0."""
    return next((one.score for one in likely[1:] if one.apart is None), 0)


def _near(one: Matched) -> Why:
    return because(
        "names alike by {score} of 100, the next by {next}",
        "名称相似度 {score}，其次 {next}",
        score=one.score,
        next=_alone(one.likely),
    )


def _low(one: Matched) -> Why:
    en = "not alike enough: {score} of 100, the next {next}"
    return because(en, "相似度不足：{score}，其次 {next}", score=one.score, next=_alone(one.likely))


def _close(one: Matched) -> Why:
    en = "two come near: {score} and {next} of 100"
    return because(en, "两者相近：{score} 与 {next}", score=one.score, next=_alone(one.likely))


def _apart(one: Matched) -> Why:
    mark = MARKS[one.likely[0].apart or "words"]
    return because("the likeliest differs in {mark}", "最相近者{mark}不同", mark=mark)


_WHY: MappingProxyType[str, Callable[[Matched], Why]] = MappingProxyType(
    {
        "alias": lambda one: because("confirmed by {who}", "由 {who} 确认", who=one.confirmed),
        "code": lambda _: because("its code", "编码相同"),
        "same": lambda _: because("the same name", "名称相同"),
        "near": _near,
        "none": lambda _: because("nothing comes near", "没有相近的名称"),
        "apart": _apart,
        "low": _low,
        "close": _close,
        "namesakes": lambda one: because("{count} bear this name", "{count} 个主数据同名", count=len(one.likely)),
        "plain": lambda _: because("many names contain it whole", "许多名称都包含它"),
        "differs": lambda _: because("the code means another than the name", "编码与名称指向不同主数据"),
        "gone": lambda _: because("confirmed for a master that is not there", "确认的主数据已不存在"),
        "empty": lambda _: because("no name and no known code", "无名称亦无已知编码"),
    }
)


@frozen(repr=False, eq=False)
class Matcher:
    """Answers names of files against the master data; each name is worked out once.

    Args:
        customers: the customers' names.
        products: the products' names.
        aliases: what people confirmed.
        policy: from which score on nobody is asked about a customer.
        product_policy: from which score on nobody is asked about a product.
    """

    customers: MasterNames
    products: MasterNames
    aliases: AliasBook = field(factory=AliasBook)
    policy: MatchPolicy = field(factory=MatchPolicy)
    product_policy: MatchPolicy = PRODUCT_POLICY
    _answers: dict[tuple[str, str, str, str, str], Matched] = field(factory=dict, init=False)
    _known: dict[tuple[str, str, str], Matched] = field(factory=dict, init=False)
    _ids: dict[str, frozenset[str]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        ids = {"customer": frozenset(self.customers.ids), "product": frozenset(self.products.ids)}
        object.__setattr__(self, "_ids", ids)

    def __repr__(self) -> str:
        return f"Matcher({len(self.customers)} customers, {len(self.products)} products, {len(self.aliases)} aliases)"

    def customer(self, name: str, *, code: str = "", place: str = "", distributor: str = "") -> Matched:
        """Say which customer a line means.

        Args:
            name: the name in the file.
            code: the code in the file; our own id, or one that a person confirmed for the distributor. Where it is our
                own id and the name means another, it is a question: several code systems meet in these files.
            place: the town or county in a column of its own, which helps where the name alone is a question.
            distributor: whose file it is.
        """
        return self._answer("customer", self.customers, name, code, place, distributor)

    def product(self, name: str, *, code: str = "", distributor: str = "") -> Matched:
        """Say which product a line means; the name with strength and pack. Arguments as of `customer`."""
        return self._answer("product", self.products, name, code, "", distributor)

    def _answer(
        self, kind: MasterKind, names: MasterNames, name: str, code: str, place: str, distributor: str
    ) -> Matched:
        asked = (kind, name, code, place, distributor)
        if asked not in self._answers:
            found = self._confirmed(kind, distributor, code, name)
            self._answers[asked] = found or self._unconfirmed(kind, names, name, code=code, place=place)
        return self._answers[asked]

    def _confirmed(self, kind: MasterKind, distributor: str, *texts: str) -> Matched | None:
        for text in filter(None, texts):
            alias = self.aliases.find(kind, distributor, text)
            if alias:
                gone = alias.id not in self._ids[kind]
                who = f"{alias.by} {alias.on}"
                return Matched(kind, "gone") if gone else Matched(kind, "alias", alias.id, confirmed=who)
        return None

    def _unconfirmed(self, kind: MasterKind, names: MasterNames, name: str, *, code: str, place: str) -> Matched:
        asked = (kind, name, place)
        if asked not in self._known:
            self._known[asked] = self._by_name(kind, names, name, place)
        found = self._known[asked]
        if not code or code not in self._ids[kind]:
            return found
        if found.id and found.id != code:  # a code of the distributor's own may look like one of ours
            return Matched(kind, "differs", likely=(Likely(found.id, found.score or 0), Likely(code, 100)))
        return Matched(kind, "code", code)

    def _by_name(self, kind: MasterKind, names: MasterNames, name: str, place: str) -> Matched:
        found = self._alike(kind, names, name)
        if found.id or not place or found.way not in ("low", "close"):
            return found
        placed = self._alike(kind, names, f"{place}{name}")
        return placed if placed.id in {one.id for one in found.likely} else found

    def _alike(self, kind: MasterKind, names: MasterNames, name: str) -> Matched:
        same = names.same(name)
        if len(same) == 1:
            plain = kind == "customer" and names.plain(name)
            return Matched(kind, "plain" if plain else "same", "" if plain else same[0], (Likely(same[0], 100),))
        if same:
            return Matched(kind, "namesakes", likely=tuple(Likely(id_, 100) for id_ in same))
        likely = names.near(name, _LIKELY)
        if not likely:
            return Matched(kind, "none" if name.strip() else "empty")
        way = _way(likely, self.policy if kind == "customer" else self.product_policy)
        return Matched(kind, way, likely[0].id if way == "near" else "", likely)


def _way(likely: tuple[Likely, ...], policy: MatchPolicy) -> AnswerWay:
    """Say whether the likeliest is taken, or why not."""
    score, ahead = likely[0].score, likely[0].score - _alone(likely)
    if score < policy.cut:
        return "low"
    if likely[0].apart is not None:
        return "apart"
    beside = likely[0].score - max((one.score for one in likely[1:]), default=0)
    if ahead < policy.ahead or beside < policy.beside or score + ahead < policy.both:
        return "close"
    if any(
        one.apart is None and one.said >= likely[0].said and score - one.score < policy.fuller for one in likely[1:]
    ):
        return "close"
    return "near"
