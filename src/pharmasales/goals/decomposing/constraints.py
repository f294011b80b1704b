"""What a goal may not fall below or rise above (约束): floors, caps, minimum growth, fixed nodes, own entries, locks.

A constraint speaks of one node, at any level, for the whole period or one bucket, for all products or one. Inside it is
a least and a most; `decompose` keeps both, and shares the rest by weight.

>>> from pharmasales.units import BOX
>>> print(Constraint.floor("N", Amount.of(120, BOX)).why())
at least 120 BOX (floor)
>>> Constraint.fixed("r1", Amount.of(30, BOX)).why().text("zh")
'固定为 30 BOX（固定）'
>>> Constraint("r1", least=Amount.of(3, BOX), most=Amount.of(2, BOX))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: a floor above its own cap @ constraint on 'r1'; lower the floor or raise the cap
[goals.constraint]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from pharmasales.display import Says, Why, because, percent
from pharmasales.errors import BadRule, NotComparable
from pharmasales.goals.baselines.baseline import by_id, grown
from pharmasales.names import normal_id
from pharmasales.periods import Period
from pharmasales.units import Amount, Number, share

if TYPE_CHECKING:
    from pharmasales.goals.decomposing.decomposition import Decomposition

__all__ = ["Constraint", "entries", "locks", "minimum_growth"]

_FLOOR = Says("floor", "下限")
_CAP = Says("cap", "上限")
_FIXED = Says("fixed", "固定")
_ENTRY = Says("entered from below", "自下而上填报")
_LOCK = Says("locked", "锁定")


@frozen
class Constraint:
    """A least and a most for one node (约束); both ends are allowed.

    Args:
        node: the id of the node, at any level.
        least: what it gets at least; no floor where left out.
        most: what it gets at most; no cap where left out.
        period: the bucket that it speaks of; the whole period where left out.
        product: the product that it speaks of; all products together where left out.
        label: what kind of constraint it is, for the `why`.

    Raises:
        BadRule: neither a least nor a most, or a least above the most.
        NotComparable: two units.
    """

    node: str = field(converter=normal_id)
    least: Amount | None = None
    most: Amount | None = None
    period: Period | None = None
    product: str | None = None
    label: Says = _FLOOR

    def __attrs_post_init__(self) -> None:
        where = f"constraint on {self.node!r}"
        if self.least is None and self.most is None:
            hint = "give a least, a most or both"
            raise BadRule("a constraint that asks nothing", where=where, hint=hint, code="goals.constraint")
        try:
            crossed = self.least is not None and self.most is not None and self.least > self.most
        except NotComparable as error:
            raise error.at(where) from None
        if crossed:
            hint = "lower the floor or raise the cap"
            raise BadRule("a floor above its own cap", where=where, hint=hint, code="goals.constraint")

    @classmethod
    def floor(cls, node: str, least: Amount, period: Period | None = None, product: str | None = None) -> Constraint:
        """Ask for at least so much (下限)."""
        return cls(node, least, None, period, product, _FLOOR)

    @classmethod
    def cap(cls, node: str, most: Amount, period: Period | None = None, product: str | None = None) -> Constraint:
        """Allow at most so much (上限)."""
        return cls(node, None, most, period, product, _CAP)

    @classmethod
    def fixed(
        cls,
        node: str,
        amount: Amount,
        period: Period | None = None,
        product: str | None = None,
        *,
        label: Says = _FIXED,
    ) -> Constraint:
        """Pin a node to an amount (固定), whatever its weight says."""
        return cls(node, amount, amount, period, product, label)

    def why(self) -> Why:
        """Say what is asked, without naming anybody."""
        least, most = (None if bound is None else str(bound) for bound in (self.least, self.most))
        if least is None:
            return because("at most {most} ({label})", "不高于 {most}（{label}）", most=most, label=self.label)
        if most is None:
            return because("at least {least} ({label})", "不低于 {least}（{label}）", least=least, label=self.label)
        if least == most:
            return because("fixed at {most} ({label})", "固定为 {most}（{label}）", most=most, label=self.label)
        en, zh = "{least} to {most} ({label})", "{least} 至 {most}（{label}）"
        return because(en, zh, least=least, most=most, label=self.label)


def minimum_growth(bases: Mapping[str, Amount], growth: Number, *, grain: Amount) -> tuple[Constraint, ...]:
    """Ask that nodes grow by a rate at least (最低增长): a floor of base x (1 + growth), half up to the grain.

    Args:
        bases: what each node grows from, by node id.
        growth: the least growth, as `3%`, `0.03` or a `Fraction`; negative for the largest decline allowed.
        grain: the step in which goals are given.

    >>> from pharmasales.units import BOX
    >>> [str(c.least) for c in minimum_growth({"r1": Amount.of(105, BOX)}, "10%", grain=Amount.of(1, BOX))]
    ['116 BOX']

    Raises:
        BadRows: two spellings of one id.
        BadValue: a growth that is no exact number, or a grain that is not above zero.
        NotComparable: a base of another unit than the grain.
    """
    shown = percent(share(growth))
    label = Says(f"minimum growth {shown}", f"最低增长 {shown}")
    known = by_id(bases, "bases")
    return tuple(Constraint(node, grown(base, growth, grain), label=label) for node, base in known.items())


def entries(amounts: Mapping[str, Amount], *, label: Says = _ENTRY) -> tuple[Constraint, ...]:
    """Keep what people entered themselves (自下而上填报); the rest of their family is spread over the others.

    Args:
        amounts: the whole amount that each node entered, by node id.
        label: who entered it, for the `why`.

    >>> from pharmasales.units import BOX
    >>> [print(entry.why()) for entry in entries({"r1": Amount.of(30, BOX)})]
    fixed at 30 BOX (entered from below)
    [None]

    Raises:
        BadRows: two spellings of one id.
    """
    return tuple(Constraint.fixed(node, amount, label=label) for node, amount in by_id(amounts, "entries").items())


def locks(goals: Decomposition, node_ids: Iterable[str]) -> tuple[Constraint, ...]:
    """Keep what nodes have in a plan (锁定), in every bucket, through the next decomposition.

    Args:
        goals: the plan that the amounts stand in.
        node_ids: who is locked. The nodes below one are free unless they are named too.

    Raises:
        NotFound: a node that the plan does not have.
    """
    return tuple(
        Constraint.fixed(node, goals.amount(node, bucket), bucket, label=_LOCK)
        for node in node_ids
        for bucket in goals.buckets
    )
