"""Tallies (计数): one goal and what was done for it; what remains, what earns, and where the most cuts it off.

The order of the caps is fixed: the most of each product and of each channel first, by whole activities; then weights;
then the sum; then the customer's most.

>>> Tally(goal=8, most=6, weight=Fraction(1, 2), actual=7, scheduled=2).earned
Fraction(3, 1)
>>> remaining(None, None), remaining(4, None), remaining(None, 3), remaining(4, 6)
(0, 4, 0, 0)

Source: practice, systems 1a: V-RT (remaining), V-MAX, V-CAP, V-GOAL.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from pharmasales.followup.cycleplan.plan_channels import TargetGoal

__all__ = ["ChannelTally", "ProductTally", "Tally", "TrackTally", "remaining", "to_schedule"]


def remaining(planned: int | None, actual: int | None) -> int:
    """Return what remains of a plan (剩余): planned less actual, never below 0.

    Without a plan nothing remains; without a count of what was made all of it does.

    >>> remaining(4, 1)
    3
    """
    return 0 if planned is None else max(planned - (actual or 0), 0)


def to_schedule(planned: int | None, scheduled: int | None, actual: int | None) -> int:
    """Return what remains to be scheduled (待安排): planned less scheduled less actual, never below 0; as `remaining`.

    >>> to_schedule(4, 2, 1), to_schedule(4, None, None), to_schedule(None, 2, 1)
    (1, 4, 0)
    """
    return 0 if planned is None else max(planned - (scheduled or 0) - (actual or 0), 0)


@frozen
class Tally:
    """One goal of activities and what was done for it.

    Args:
        goal: activities due; missing where nobody set a goal.
        most: activities that earn at most; all where missing.
        weight: what one activity weighs.
        actual: activities made; missing where nobody keeps a log.
        scheduled: activities scheduled; missing likewise.
    """

    goal: int | None
    most: int | None
    weight: Fraction
    actual: int | None
    scheduled: int | None

    @property
    def goal_interactions(self) -> Fraction | None:
        """The goal in interactions: activities due times weight."""
        return None if self.goal is None else self.goal * self.weight

    @property
    def interactions(self) -> Fraction | None:
        """What was made, in interactions: activities times weight, without any cap."""
        return None if self.actual is None else self.actual * self.weight

    @property
    def earned(self) -> Fraction | None:
        """What was earned (有效互动): activities up to the most, times weight."""
        return None if self.actual is None else capped(self.actual, self.most) * self.weight

    @property
    def remaining(self) -> int:
        """Activities that remain."""
        return remaining(self.goal, self.actual)

    @property
    def to_schedule(self) -> int:
        """Activities that remain to be scheduled."""
        return to_schedule(self.goal, self.scheduled, self.actual)


def capped(actual: int, most: int | None) -> int:
    """Return what counts of a number under a cap.

    >>> capped(7, 6), capped(7, None)
    (6, 7)
    """
    return actual if most is None else min(actual, most)


@frozen
class ProductTally:
    """A product's tally in a channel: the product's id, the priority that counts or none, and the tally."""

    product: str
    priority: int | None
    tally: Tally


@frozen
class ChannelTally:
    """A customer's tallies in a channel: the plan's own, the team's where it has a goal, and those of products."""

    channel: str
    own: Tally
    team: Tally | None = None
    products: tuple[ProductTally, ...] = ()


def total(values: Iterable[Fraction | None]) -> Fraction | None:
    """Add up exact values; missing where one is, 0 where there is none.

    >>> total([Fraction(1, 2), Fraction(1, 2)]), total([Fraction(1), None]), total([])
    (Fraction(1, 1), None, Fraction(0, 1))
    """
    found = Fraction(0)
    for value in values:
        if value is None:
            return None
        found += value
    return found


@frozen
class TrackTally:
    """The tallies of one kind together, those of channels or those of products, under the customer's own goal.

    Args:
        tallies: the tallies.
        given: the customer's goal, an input; none where there is none.
    """

    tallies: tuple[Tally, ...]
    given: TargetGoal | None = None

    @property
    def goal_sum(self) -> Fraction | None:
        """The goals of the tallies together."""
        return total(tally.goal_interactions for tally in self.tallies)

    @property
    def goal(self) -> Fraction | None:
        """The goal that counts: the customer's own, or the sum."""
        return self.goal_sum if self.given is None else self.given.goal

    @property
    def difference(self) -> Fraction | None:
        """The customer's goal less the sum; missing where either is."""
        given, added = None if self.given is None else self.given.goal, self.goal_sum
        return None if given is None or added is None else given - added

    @property
    def interactions(self) -> Fraction | None:
        """Interactions made, without any cap."""
        return total(tally.interactions for tally in self.tallies)

    @property
    def earned_sum(self) -> Fraction | None:
        """Interactions earned under the most of each tally, before the customer's most."""
        return total(tally.earned for tally in self.tallies)

    @property
    def earned(self) -> Fraction | None:
        """Interactions earned: the sum, up to the customer's most."""
        earned = self.earned_sum
        most = None if self.given is None else self.given.most
        return earned if earned is None or most is None else min(earned, most)
