"""How much each rater gives above the panel (评分人效应), from the marks that raters have in common, exact.

The marks are taken as the sum of what the person's item is worth and what the rater adds. The additions that leave the
least sum of squares are those at which each rater's addition is the weighted mean of the others', plus the rater's own
distance from the cells' means. These equations are solved by taking out one rater after the other, in whole fractions.

>>> from pharmasales.evaluation.fairness.raters.scale import Scale
>>> from pharmasales.periods import Quarter
>>> rows = [
...     {"rater": rater, "person": person, "item": "skill", "value": value}
...     for rater, person, value in (("a", "p", 4), ("b", "p", 3), ("b", "q", 2), ("c", "q", 2))
... ]
>>> book = MarkBook.read(rows, Scale(1, 5), Quarter(2026, 1))
>>> linked_groups(book, 1), linked_groups(book, 2)
((('a', 'b', 'c'),), (('a',), ('b',), ('c',)))
>>> rater_effects(book, ("a", "b", "c"))
{'a': Fraction(3, 4), 'b': Fraction(-1, 4), 'c': Fraction(-1, 4)}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook

__all__ = ["linked_groups", "rater_effects"]

_Near: TypeAlias = dict[str, dict[str, Fraction]]


def linked_groups(book: MarkBook, least: int) -> tuple[tuple[str, ...], ...]:
    """Return the raters in groups, each linked to the next by common marks; a rater without links stands alone.

    Args:
        book: the marks.
        least: how many common marks link two raters.
    """
    shared = Counter(pair for cell in book.cells.values() for pair in combinations(cell, 2))
    near: dict[str, list[str]] = {rater: [] for rater in book.raters}
    for (one, other), count in shared.items():
        if count >= least:
            near[one].append(other)
            near[other].append(one)
    groups: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for rater in book.raters:
        group, open_ = set(), [rater]
        while open_:
            one = open_.pop()
            if one not in seen:
                seen.add(one)
                group.add(one)
                open_ += near[one]
        if group:
            groups.append(tuple(sorted(group)))
    return tuple(groups)


def rater_effects(book: MarkBook, group: Sequence[str]) -> dict[str, Fraction]:
    """Return how many steps each rater of a group gives above the group, by least squares.

    The effects, each times the rater's number of marks, add up to zero, so that taking them away keeps the sum of all.

    Args:
        book: the marks.
        group: raters that are linked with each other.
    """
    near, pull = _equations(book, set(group))
    effects = _solved(near, pull)
    marks = {rater: len(book.of_rater(rater)) for rater in group}
    whole = sum((effects[rater] * marks[rater] for rater in group), Fraction()) / sum(marks.values())
    return {rater: effects[rater] - whole for rater in sorted(group)}


def _equations(book: MarkBook, group: set[str]) -> tuple[_Near, dict[str, Fraction]]:
    near: _Near = {rater: {} for rater in group}
    pull: dict[str, Fraction] = defaultdict(Fraction)
    for cell in book.cells.values():
        marks: list[Mark] = [mark for rater, mark in cell.items() if rater in group]
        mean = Fraction(sum(mark.place for mark in marks), len(marks) or 1)
        for mark in marks:
            pull[mark.rater] += mark.place - mean
        for one, other in combinations(marks, 2):
            for here, there in ((one.rater, other.rater), (other.rater, one.rater)):
                near[here][there] = near[here].get(there, Fraction()) + Fraction(1, len(marks))
    return near, pull


def _solved(near: _Near, pull: dict[str, Fraction]) -> Mapping[str, Fraction]:
    """Take out one rater after the other, the one with the fewest links first, then put them back."""
    order: list[tuple[str, dict[str, Fraction], Fraction]] = []
    while len(near) > 1:
        rater = min(near, key=lambda one: (len(near[one]), one))
        links = near.pop(rater)
        whole = sum(links.values(), Fraction())
        for one, link in links.items():
            del near[one][rater]
            pull[one] += pull[rater] * link / whole
            for other, more in links.items():
                if other != one:
                    near[one][other] = near[one].get(other, Fraction()) + link * more / whole
        order.append((rater, links, whole))
    effects = dict.fromkeys(near, Fraction())
    for rater, links, whole in reversed(order):
        effects[rater] = (pull[rater] + sum((link * effects[one] for one, link in links.items()), Fraction())) / whole
    return effects
