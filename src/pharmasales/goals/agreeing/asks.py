"""What a plan asks of each node (要求): growth over its history, share of its potential, and how likely it is.

>>> from pharmasales.units import BOX
>>> box = Amount.of(1, BOX)
>>> ask = Ask("n1", box * 121, past=[box * 100, box * 104, box * 110], potential=box * 200)
>>> ask.growth, ask.utilisation, ask.growths
(Fraction(1, 10), Fraction(121, 200), (Fraction(1, 25), Fraction(3, 52)))
>>> odds = ask.odds(Fraction(9, 10))
>>> odds.reached, odds.periods
(2, 2)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.goals.baselines.baseline import by_id
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.names import normal_id
from pharmasales.splits import one_unit
from pharmasales.units import Amount, Number, exact, ratio

__all__ = ["Ask", "Odds", "asks_of"]


def _number(value: Number | None) -> Fraction | None:
    return None if value is None else exact(value)


def _past(given: Iterable[Amount | None]) -> tuple[Amount | None, ...]:
    return tuple(given)


@frozen
class Odds:
    """In how many past periods a growth was reached (达成把握).

    Args:
        reached: in how many.
        periods: of how many that can be compared with the one before.
    """

    reached: int
    periods: int

    @property
    def share(self) -> Fraction | None:
        """The share of periods; missing where there is none."""
        return ratio(self.reached, self.periods)


@frozen
class Ask:
    """What is asked of one node, beside what it has and could have (目标要求).

    Args:
        node: the id of the node.
        goal: its goal.
        past: what it reached in the periods before, of the same length, oldest first; `None` where it is not known. The
            last is the history that growth is measured from.
        potential: what its territory could use in the period; none where it is not known.
        capacity: what its people could handle in the period; none where it is not known.
        size: how large its territory is, in customers, hospitals or whatever counts; none where it is not known.

    Raises:
        BadValue: a size that is no exact number, or an amount of potential or capacity below zero.
        NotComparable: amounts of several units.
    """

    node: str = field(converter=normal_id)
    goal: Amount
    past: tuple[Amount | None, ...] = field(default=(), converter=_past)
    potential: Amount | None = None
    capacity: Amount | None = None
    size: Fraction | None = field(default=None, converter=_number)

    def __attrs_post_init__(self) -> None:
        where = f"ask of {self.node!r}"
        given = [amount for amount in (*self.past, self.potential, self.capacity) if amount is not None]
        one_unit([self.goal, *given], where)
        for amount in (self.potential, self.capacity):
            if amount is not None and amount.minor < 0:
                raise BadValue("below zero", where=where, hint="give zero or above", code="goals.ask")

    @property
    def history(self) -> Amount | None:
        """What it reached in the period before; missing where that is not known."""
        return self.past[-1] if self.past else None

    @property
    def growth(self) -> Fraction | None:
        """The growth of the goal over history (增长率); missing where history is missing, zero or below."""
        return _growth(self.history, self.goal)

    @property
    def utilisation(self) -> Fraction | None:
        """The goal as a share of potential (潜力占用); missing without one."""
        return None if self.potential is None else self.goal.over(self.potential)

    @property
    def load(self) -> Fraction | None:
        """The goal as a share of capacity (产能占用); missing without one."""
        return None if self.capacity is None else self.goal.over(self.capacity)

    @property
    def growths(self) -> tuple[Fraction, ...]:
        """The growths of past periods that have one."""
        found = (_growth(before, after) for before, after in pairwise(self.past))
        return tuple(growth for growth in found if growth is not None)

    def odds(self, of: Fraction) -> Odds | None:
        """Say in how many past periods the growth to a share of the goal was reached; missing without growth.

        Args:
            of: the share of the goal, such as nine tenths for a threshold (门槛).
        """
        due = None if self.growth is None else of * (1 + self.growth) - 1
        if due is None or not self.growths:
            return None
        return Odds(sum(growth >= due for growth in self.growths), len(self.growths))


def _growth(before: Amount | None, after: Amount | None) -> Fraction | None:
    if before is None or after is None or before.minor <= 0:
        return None
    return Fraction(after.minor, before.minor) - 1


def asks_of(
    goals: Decomposition,
    node_ids: Iterable[str],
    *,
    past: Mapping[str, Iterable[Amount | None]],
    potential: Mapping[str, Amount],
    capacity: Mapping[str, Amount],
    size: Mapping[str, Number],
) -> list[Ask]:
    """Put the goals of nodes beside what is known of them; an id without a figure stays missing.

    Args:
        goals: the plan.
        node_ids: whose goals are looked at, commonly all of one level.
        past: what each reached in the periods before, oldest first.
        potential: what each territory could use.
        capacity: what the people of each could handle.
        size: how large each territory is.

    Raises:
        BadRows: nodes that the plan does not have, and asks that are refused.
    """
    known = by_id(past, "past"), by_id(potential, "potential"), by_id(capacity, "capacity"), by_id(size, "size")
    asks: list[Ask] = []
    bad: list[PharmaSalesError] = []
    for node_id in node_ids:
        before, could, handle, large = known
        figures = could.get(node_id), handle.get(node_id), large.get(node_id)
        try:
            asks.append(Ask(node_id, goals.amount(node_id), before.get(node_id, ()), *figures))
        except PharmaSalesError as error:
            bad.append(error)
    if bad:
        raise BadRows("asks are refused", bad)
    return asks
