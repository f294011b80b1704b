"""Weights for those who have no usable history (无依据者的权重): a stated policy each, refused by default.

A leaf without a figure is a new hire (新人); a figure of zero is no history (零业绩); below zero are returns (负业绩);
a group of a few, or with next to no sales, has shares that say nothing (小组). None of them ever gets an even share in
silence: each is refused until a policy is named, and what the policy did stands in the weight's `why`.

>>> from pharmasales.org import Node
>>> reps = [Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N"), Node("r3", "Three", "rep", "N")]
>>> org = Org.of([Node("N", "North", "area"), *reps])
>>> filled = weigh(org, {"r1": 30, "r2": 50}, new_hire="siblings", ramp="50%")
>>> filled["r3"], filled.why("r3").text()
(Fraction(20, 1), 'weight 20: new hire, 50.0% of the average of its siblings (2)')
>>> try:
...     weigh(org, {"r1": 30, "r2": -5})
... except BadRows as bad:
...     for line in bad.lines():
...         print(line)
negative weight @ weight of 'r2'; correct it, or count it as zero with negative="zero" [goals.weight.negative]
no figure: a new hire @ weight of 'r3'; give one, or name a policy with new_hire=... [goals.weight.new]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Why, because, percent
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.baselines.baseline import by_id, plain
from pharmasales.names import nearest
from pharmasales.org import Org
from pharmasales.splits import Negative, negative_weight
from pharmasales.units import Number, exact, share

__all__ = ["NewHire", "TinyGroup", "Weighed", "ZeroHistory", "weigh"]

NewHire: TypeAlias = Literal["refuse", "siblings", "zero"] | int | Decimal | Fraction
ZeroHistory: TypeAlias = Literal["refuse", "siblings", "zero"]
TinyGroup: TypeAlias = Literal["refuse", "average"]

_WORDS = ("refuse", "siblings", "zero")


@frozen(eq=False)
class Weighed(Mapping[str, Fraction]):
    """Weights by leaf, none of them missing; knows which policy made those that are no plain figures.

    Args:
        weights: the weight of every leaf.
        reasons: what a policy did, by leaf.
    """

    weights: Mapping[str, Fraction] = field(repr=False)
    reasons: Mapping[str, Why]

    def __getitem__(self, node_id: str) -> Fraction:
        return self.weights[node_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.weights)

    def __len__(self) -> int:
        return len(self.weights)

    def why(self, node_id: str) -> Why:
        """Say where a weight comes from: the figure given, or the policy that stood in for it.

        Raises:
            NotFound: a node that is no leaf of the organisation.
        """
        if node_id not in self.weights:
            raise NotFound("no weight for this node", where=f"id {node_id!r}", code="goals.basis")
        own = plain(self.weights[node_id])
        return self.reasons.get(node_id) or because("weight {own}: as given", "权重 {own}：按给定值", own=own)


def weigh(
    org: Org,
    values: Mapping[str, Number | None],
    *,
    new_hire: NewHire = "refuse",
    ramp: Number = 1,
    zero: ZeroHistory = "refuse",
    negative: Negative = "refuse",
    smallest: int = 1,
    lightest: Number = 0,
    tiny: TinyGroup = "refuse",
) -> Weighed:
    """Weigh every leaf, and let a stated policy stand in where there is no usable figure.

    An average is taken over the siblings that have a figure above zero of their own, under the same parent. Tiny groups
    come last, and even out figures above zero alone: what a policy filled stays.

    Args:
        org: whose leaves are weighed.
        values: the figure of each leaf, such as last year's sales; missing, or absent, for a new hire.
        new_hire: `refuse` a leaf without a figure, take the average of its `siblings`, `zero`, or a stated figure.
        ramp: the share of that average or figure that a new hire carries, 0 to 1.
        zero: `refuse` a figure of zero, keep it as `zero`, or take the average of its `siblings`.
        negative: `refuse` a figure below zero, or count it as `zero`, to which the policy for zeros does not apply.
        smallest: how many leaves with a figure above zero a group needs for its own split to count.
        lightest: how much they must weigh together.
        tiny: `refuse` a group below either, or give each of its weighty leaves the group's `average`.

    >>> from pharmasales.org import Node
    >>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
    >>> even_out = weigh(org, {"r1": 1, "r2": 3}, smallest=3, tiny="average")
    >>> print(even_out.why("r1").text("zh"))
    权重 2：小组（2 名，合计 4），按组内平均

    Raises:
        BadRows: every leaf and group that no policy stands in for; figures of unknown nodes and of nodes that are no
            leaf; an average of siblings where there is none.
        BadRule: a policy or a ramp that does not exist.

    Source: users of quota software (zero metric, new hire, tiny groups); the issue of exact decomposition, section 2.
    """
    _known_policies(new_hire, zero, negative, tiny)
    part = share(ramp)
    if not 0 <= part <= 1:
        raise BadRule("a ramp outside 0 to 1", where="ramp", hint="give 0% to 100%", code="goals.policy")
    filling = _Filling(org, _figures(org, values), [])
    filling.read(negative, zero, new_hire, part)
    filling.level(smallest, exact(lightest), tiny)
    if filling.bad:
        raise BadRows("weights are refused", filling.bad)
    return Weighed({leaf.id: filling.weights[leaf.id] for leaf in org.leaves()}, filling.reasons)


def _known_policies(new_hire: NewHire, zero: str, negative: str, tiny: str) -> None:
    given = [("zero", zero, _WORDS), ("negative", negative, ("refuse", "zero")), ("tiny", tiny, ("refuse", "average"))]
    if isinstance(new_hire, str):
        given.append(("new_hire", new_hire, _WORDS))
    for name, word, known in given:
        if word not in known:
            raise BadRule("unknown policy", where=name, hint=nearest(word, known), code="goals.policy")


def _figures(org: Org, values: Mapping[str, Number | None]) -> dict[str, Fraction]:
    """Read the figures that there are, or refuse those of nobody."""
    found: dict[str, Fraction] = {}
    bad: list[PharmaSalesError] = []
    for node_id, value in by_id(values, "weights").items():
        where = f"weight of {node_id!r}"
        if node_id not in org:
            hint = "add the node or drop its weight"
            error = NotFound("no such node in the organisation", where=where, hint=hint, code="goals.weight.unknown")
            bad.append(error)
        elif org.below[node_id]:
            hint = "give weights to the leaves below it"
            bad.append(BadValue("not a leaf", where=where, hint=hint, code="goals.weight.leaf"))
        elif value is not None:
            try:
                found[node_id] = exact(value)
            except BadValue as wrong:
                bad.append(wrong.at(where))
    if bad:
        raise BadRows("weights are refused", bad)
    return found


@frozen
class _Filling:
    """Fills weights group by group, and collects what no policy stands in for."""

    org: Org
    figures: Mapping[str, Fraction]
    bad: list[PharmaSalesError]
    weights: dict[str, Fraction] = field(factory=dict)
    reasons: dict[str, Why] = field(factory=dict)

    def groups(self) -> Iterator[list[str]]:
        """Yield the leaves of each parent."""
        below = self.org.below
        if not below[self.org.root.id]:
            yield [self.org.root.id]
        for _, children in self.org.families:
            leaves = [child for child in children if not below[child]]
            if leaves:
                yield leaves

    def read(self, negative: Negative, zero: ZeroHistory, new_hire: NewHire, ramp: Fraction) -> None:
        """Take figures as they are, and let policies stand in for the others."""
        for group in self.groups():
            solid = [self.figures[leaf] for leaf in group if self.figures.get(leaf, 0) > 0]
            for leaf in group:
                figure = self.figures.get(leaf)
                if figure is None:
                    self._new(leaf, new_hire, ramp, solid)
                elif figure < 0:
                    self._negative(leaf, negative)
                elif figure == 0:
                    self._zero(leaf, zero, solid)
                else:
                    self.weights[leaf] = figure

    def level(self, smallest: int, lightest: Fraction, tiny: TinyGroup) -> None:
        """Give the leaves of tiny groups their average, or refuse the group."""
        for group in self.groups():
            solid = [leaf for leaf in group if self.figures.get(leaf, 0) > 0]
            whole = sum((self.figures[leaf] for leaf in solid), Fraction(0))
            if not solid or (len(solid) >= smallest and whole >= lightest):
                continue
            if tiny == "refuse":
                where = f"group below {self.org.parent_of(group[0]) or group[0]!r}"
                hint = 'name tiny="average", or lower the bounds'
                self.bad.append(BadValue("a tiny group", where=where, hint=hint, code="goals.weight.tiny"))
                continue
            average = whole / len(solid)
            for leaf in solid:
                en = "weight {own}: a tiny group ({count}, {whole} together), its average"
                zh = "权重 {own}：小组（{count} 名，合计 {whole}），按组内平均"
                self._set(leaf, average, because(en, zh, own=plain(average), count=len(solid), whole=plain(whole)))

    def _set(self, leaf: str, weight: Fraction, why: Why) -> None:
        self.weights[leaf], self.reasons[leaf] = weight, why

    def _negative(self, leaf: str, policy: Negative) -> None:
        if policy == "refuse":
            self.bad.append(negative_weight(f"weight of {leaf!r}"))
        own = plain(self.figures[leaf])
        en, zh = "weight 0: {own} is below zero, counts as zero", "权重 0：{own} 为负，按零计"
        self._set(leaf, Fraction(0), because(en, zh, own=own))

    def _zero(self, leaf: str, policy: ZeroHistory, solid: Sequence[Fraction]) -> None:
        where = f"weight of {leaf!r}"
        if policy == "refuse":
            hint = 'name zero="zero" or zero="siblings"'
            self.bad.append(BadValue("a figure of zero", where=where, hint=hint, code="goals.weight.zero"))
        if policy != "siblings":
            why = because("weight 0: no history, counts as zero", "权重 0：零业绩，按零计")
            self._set(leaf, Fraction(0), why)
            return
        average = self._average(leaf, solid)
        en, zh = (
            "weight {own}: no history, average of its siblings ({count})",
            "权重 {own}：零业绩，取 {count} 名同级平均",
        )
        self._set(leaf, average, because(en, zh, own=plain(average), count=len(solid)))

    def _new(self, leaf: str, policy: NewHire, ramp: Fraction, solid: Sequence[Fraction]) -> None:
        if policy == "refuse":
            hint = "give one, or name a policy with new_hire=..."
            where = f"weight of {leaf!r}"
            self.bad.append(BadValue("no figure: a new hire", where=where, hint=hint, code="goals.weight.new"))
            self.weights[leaf] = Fraction(0)
        elif policy == "zero":
            self._set(leaf, Fraction(0), because("weight 0: new hire, counts as zero", "权重 0：新人，按零计"))
        elif policy == "siblings":
            weight = ramp * self._average(leaf, solid)
            en = "weight {own}: new hire, {part} of the average of its siblings ({count})"
            zh = "权重 {own}：新人，取 {count} 名同级平均的 {part}"
            self._set(leaf, weight, because(en, zh, own=plain(weight), part=percent(ramp), count=len(solid)))
        else:
            stated = exact(policy)
            if stated < 0:
                self.bad.append(negative_weight("new_hire"))
            weight = ramp * stated
            en, zh = (
                "weight {own}: new hire, {part} of the stated {stated}",
                "权重 {own}：新人，取给定值 {stated} 的 {part}",
            )
            self._set(leaf, weight, because(en, zh, own=plain(weight), part=percent(ramp), stated=plain(stated)))

    def _average(self, leaf: str, solid: Sequence[Fraction]) -> Fraction:
        if solid:
            return sum(solid, Fraction(0)) / len(solid)
        hint = "give a figure, or another policy"
        where = f"weight of {leaf!r}"
        self.bad.append(BadValue("no sibling with a figure", where=where, hint=hint, code="goals.weight.siblings"))
        return Fraction(0)
