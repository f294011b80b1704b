"""What others gave (他人评分): the marks of one rater beside those of other raters, of the same people where there are.

A mean alone accuses nobody: who is given good people gives good marks. So a rater's marks are held against what others
gave the same people for the same items. Where nobody marked the same people, all that is left is what others gave other
people for the same items, which is weaker, and every finding that rests on it says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Why, because
from pharmasales.evaluation.fairness.raters.findings import Beside
from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook
from pharmasales.evaluation.fairness.raters.rater_errors import State
from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules

__all__ = [
    "Overlap",
    "Pair",
    "beyond_chance",
    "by_chance",
    "by_people",
    "lacking",
    "other_people",
    "same_people",
    "squares",
]

Pair: TypeAlias = tuple[Mark, Fraction]
"""A mark, and the mean of what others gave, in steps above the lowest mark."""


def _pairs(given: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(given)


@frozen
class Overlap:
    """The marks of one rater that can be compared.

    Args:
        book: the marks of all.
        pairs: each mark beside the mean of the others.
        others: how many other raters it rests on.
        of: `same` people, or `other` people for the same items.
    """

    book: MarkBook = field(repr=False)
    pairs: tuple[Pair, ...] = field(repr=False, converter=_pairs)
    others: int
    of: Literal["same", "other"] = "same"

    @property
    def people(self) -> int:
        """Of how many people the marks are."""
        return len({mark.person for mark, _ in self.pairs})

    def enough(self, rules: RaterRules) -> bool:
        """Whether there are marks and people enough to judge by."""
        return len(self.pairs) >= rules.least and self.people >= rules.people

    def evidence(self) -> tuple[Beside, ...]:
        """Return each mark beside what it is compared with."""
        return tuple(Beside(mark, self.book.scale.value(beside)) for mark, beside in self.pairs)

    @property
    def beyond(self) -> State:
        """What a figure beyond its threshold is: found, or a hint where the comparison is weaker."""
        return "found" if self.of == "same" and self.others > 1 else "hint"

    def caution(self) -> tuple[Why, ...]:
        """Say in what the comparison is weaker; nothing where it is not."""
        if self.of == "other":
            return (
                because(
                    "weaker: too few of these people were marked by others, and they may truly differ; "
                    "let a second rater mark some of them",
                    "较弱：这些人极少由他人评过，他们可能确实不同；请第二人评其中几位",
                ),
            )
        if self.others == 1:
            return (
                because(
                    "weaker: one other rater only, so it may be that one; let a third rater mark some of them",
                    "较弱：仅有一位其他评分人，问题可能在对方；请第三人评其中几位",
                ),
            )
        return ()


def same_people(
    book: MarkBook, rater: str, without: Set[str] = frozenset(), counts: Callable[[Mark], bool] = lambda _: True
) -> Overlap:
    """Hold the marks of a rater against what others gave the same people for the same items.

    Args:
        book: the marks of all.
        rater: the id of the rater.
        without: raters who are no yardstick.
        counts: whether the mark of another rater is a yardstick.
    """
    pairs: list[Pair] = []
    raters: set[str] = set()
    for mark in book.of_rater(rater):
        given = book.cells[mark.cell].items()
        others = [(one, other) for one, other in given if one != rater and one not in without and counts(other)]
        if others:
            raters.update(one for one, _ in others)
            pairs.append((mark, Fraction(sum(other.place for _, other in others), len(others))))
    return Overlap(book, pairs, len(raters))


def other_people(book: MarkBook) -> Callable[[str], Overlap]:
    """Return what holds the marks of a rater against the mean of all that others gave for the same item."""
    sums: dict[str, int] = defaultdict(int)
    tally: dict[str, int] = defaultdict(int)
    raters: dict[str, set[str]] = defaultdict(set)
    for mark in book:
        sums[mark.item] += mark.place
        tally[mark.item] += 1
        raters[mark.item].add(mark.rater)

    def held(rater: str) -> Overlap:
        own_sum: dict[str, int] = defaultdict(int)
        own_tally: dict[str, int] = defaultdict(int)
        for mark in book.of_rater(rater):
            own_sum[mark.item] += mark.place
            own_tally[mark.item] += 1
        means = {
            item: Fraction(sums[item] - own_sum[item], tally[item] - own_tally[item])
            for item in own_sum
            if tally[item] > own_tally[item]
        }
        pairs = [(mark, means[mark.item]) for mark in book.of_rater(rater) if mark.item in means]
        others = {one for item in means for one in raters[item]} - {rater}
        return Overlap(book, pairs, len(others), "other")

    return held


def by_people(pairs: Iterable[Pair]) -> list[Fraction]:
    """Return for each person the mean difference of the marks from the others', in steps, so that each counts once."""
    apart: dict[str, list[Fraction]] = {}
    for mark, beside in pairs:
        apart.setdefault(mark.person, []).append(mark.place - beside)
    return [sum(one, Fraction()) / len(one) for one in apart.values()]


def beyond_chance(groups: Sequence[Sequence[Fraction]], figure: Fraction, sure: Fraction) -> bool:
    """Whether a mean, or a difference of two means, lies so many standard errors from zero; exact, as squares.

    Args:
        groups: the values behind each mean, at least two each.
        figure: the mean or the difference.
        sure: how many standard errors.

    >>> spread = [Fraction(1), Fraction(2), Fraction(3)]
    >>> beyond_chance([spread], Fraction(2), Fraction(3)), beyond_chance([spread], Fraction(2), Fraction(4))
    (True, False)
    """
    error = sum((squares(values) / (len(values) * (len(values) - 1)) for values in groups), Fraction())
    return figure * figure >= sure * sure * error


def squares(values: Sequence[Fraction | int]) -> Fraction:
    """Return the sum of squared distances from the mean."""
    whole = sum(values)
    return Fraction(sum(value * value for value in values)) - Fraction(whole * whole, 1) / len(values)


def by_chance(rules: RaterRules) -> Why:
    """Say that chance may have made a figure."""
    return because(
        "within chance: less than {sure} standard errors away",
        "可能出于偶然：相差不足 {sure} 个标准误",
        sure=rules.sure,
    )


def lacking(rules: RaterRules, marks: int, people: int, *needs: Why) -> Why:
    """Say that there is too little to judge by."""
    return because(
        "not known: {marks} marks of {people} people can be compared; at least {least} of {needed} are needed",
        "无法判断：可比评分 {marks} 个、{people} 人；至少需 {least} 个、{needed} 人",
        *needs,
        marks=marks,
        people=people,
        least=rules.least,
        needed=rules.people,
    )
