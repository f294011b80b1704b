"""Calibration (评分校准): marks of lenient and severe raters brought to one level, in the open and within a bound.

>>> from pharmasales.evaluation.fairness.raters.scale import Scale
>>> from pharmasales.periods import Quarter
>>> rows = [
...     {"rater": rater, "person": f"r{n}", "item": "skill", "value": value}
...     for rater, values in (("m1", (2, 3, 4, 2, 3)), ("m2", (3, 4, 5, 3, 4))) for n, value in enumerate(values)
... ]
>>> found = calibrate(MarkBook.read(rows, Scale(1, 5), Quarter(2026, 1)), most="0.4")
>>> for row in list(found.table().records())[4:6]:
...     print(row["rater"], row["person"], row["raw"], row["calibrated"], row["why"].text())
m1 r4 3.00 3.40 m1 gives 0.50 less than the panel: 3.50 (moved by 0.40 at most)
m2 r0 3.00 2.60 m2 gives 0.50 more than the panel: 2.50 (moved by 0.40 at most)
>>> found.people[4].raw, found.people[4].calibrated
(Decimal('7.00'), Decimal('7.00'))
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import get_args

from attrs import frozen

from pharmasales.display import Why, because
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.evaluation.fairness.raters.calibrated import (
    Assumption,
    CalibratedMark,
    Calibration,
    CalibrationMethod,
    RaterShift,
)
from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook
from pharmasales.evaluation.fairness.raters.rater_effects import linked_groups, rater_effects
from pharmasales.evaluation.fairness.raters.scale import hundredths, in_two
from pharmasales.names import nearest
from pharmasales.units import Number, half_up, in_decimals

__all__ = ["calibrate"]


def calibrate(
    book: MarkBook,
    *,
    most: Number,
    method: CalibrationMethod = "shift",
    assume: Assumption | None = None,
    least: int = 5,
) -> Calibration:
    """Bring the marks of all raters to one level.

    `shift` takes away what a rater gives above the panel, by least squares over the marks that raters have in common:
    what leaves one rater's marks goes to another's, so that before the bound the sum of all marks stays as it is.
    `spread` also brings the mean absolute distance of a rater's marks from their mean to that of all who marked the
    same. Both keep the order of a rater's marks: none overtakes another, though two may meet at a bound.

    Every calibrated mark has two decimals, lies on the scale and at most `most` from the raw one, and says why. A
    person's total is the sum of the marks as shown.

    The work grows with the third power of the number of raters who are linked, directly or through others.

    Args:
        book: the marks.
        most: how much a mark may move at most, on the scale, above zero, with at most two decimals; policy.
        method: `shift` or `spread`.
        assume: `comparable_teams` where raters without common marks are to be compared by the mean of their people,
            item by item, as if all teams were alike on average. Only those who know the teams can say so.
        least: how many common marks link two raters; a choice of this library, no source.

    Raises:
        BadRule: an unknown method or assumption, or a bound or number of marks out of range.
        BadRows: raters, group by group, who are not linked by common marks, where no assumption is named.

    Source: S004-64 (accurate, objective, fair); the effects are those of the additive two-way model by least squares.
    """
    bound = _bound(most, method, assume, least)
    groups = linked_groups(book, least)
    if assume is None and (len(groups) > 1 or len(book.raters) == 1):
        raise _apart(groups, least)
    shifts = {one.shift.rater: one for group in groups for one in _shifts(book, group, groups, method)}
    marks = tuple(_calibrated(mark, shifts[mark.rater], bound) for mark in book)
    named = assume if len(groups) > 1 else None
    return Calibration(marks, tuple(shifts[rater].shift for rater in book.raters), method, bound, named)


def _bound(most: Number, method: str, assume: str | None, least: int) -> Fraction:
    for name, given, known in (
        ("method", method, get_args(CalibrationMethod)),
        ("assume", assume, (None, *get_args(Assumption))),
    ):
        if given not in known:
            hint = nearest(str(given), [one for one in known if one])
            raise BadRule(f"unknown {name}", where=name, hint=hint, code="fairness.calibration")
    bound = Fraction(hundredths(most, "most"))
    if bound <= 0 or type(least) is not int or least < 1:
        name, hint = ("most", "above zero") if bound <= 0 else ("least", "a whole number from 1 on")
        raise BadRule("out of range", where=name, hint=hint, code="fairness.calibration")
    return bound


def _apart(groups: Sequence[Sequence[str]], least: int) -> BadRows:
    hint = "let them mark some of the same people, or name an assumption"
    rows = [
        BadValue(
            f"fewer than {least} marks in common with any other rater",
            where=f"raters {', '.join(group)}",
            hint=hint,
            code="fairness.overlap",
        )
        for group in groups
    ]
    return BadRows("raters who cannot be compared", rows)


@frozen
class _Shift:
    """A rater's shift in steps, about a centre."""

    shift: RaterShift
    effect: Fraction
    centre: Fraction


def _shifts(
    book: MarkBook, group: Sequence[str], groups: Sequence[Sequence[str]], method: CalibrationMethod
) -> Iterator[_Shift]:
    """Yield what is known of the raters of one group."""
    assumed = len(groups) > 1
    level = _level(book, group) if assumed else Fraction()
    for rater, effect in rater_effects(book, group).items():
        marks = book.of_rater(rater)
        shared = [] if len(group) == 1 else [mark for mark in marks if len(book.cells[mark.cell]) > 1]
        centre = _mean(shared or marks)
        factor = _factor(book, rater, alone=not shared) if method == "spread" else Fraction(1)
        above = (effect + level) * book.scale.step
        why = _shift_why(len(shared), above, factor, method, assumed=assumed)
        one = RaterShift(rater, len(marks), len(shared), above, factor or Fraction(1), assumed, why)
        yield _Shift(one, effect + level, centre)


def _mean(marks: Sequence[Mark]) -> Fraction:
    return Fraction(sum(mark.place for mark in marks), len(marks))


def _level(book: MarkBook, group: Sequence[str]) -> Fraction:
    """Return how far the marks of a group lie above the mean of all, item by item, in steps."""
    sums: Counter[str] = Counter()
    tally: Counter[str] = Counter()
    for mark in book:
        sums[mark.item] += mark.place
        tally[mark.item] += 1
    given = [mark for rater in group for mark in book.of_rater(rater)]
    apart = (mark.place - Fraction(sums[mark.item], tally[mark.item]) for mark in given)
    return sum(apart, Fraction()) / len(given)


def _factor(book: MarkBook, rater: str, *, alone: bool) -> Fraction | None:
    """Return by what a rater's distances from the mean are multiplied; none where the marks do not vary."""
    if alone:
        mine = _distance([mark.place for mark in book.of_rater(rater)]) / len(book.of_rater(rater))
        theirs = sum((_distance([mark.place for mark in book.of_rater(one)]) for one in book.raters), Fraction())
        return theirs / len(book) / mine if mine else None
    pairs: Mapping[str, list[tuple[int, int]]] = defaultdict(list)
    cells = [book.cells[mark.cell] for mark in book.of_rater(rater)]
    for cell in cells:
        for one, other in cell.items():
            if one != rater:
                pairs[one].append((cell[rater].place, other.place))
    own = sum((_distance([here for here, _ in shared]) for shared in pairs.values()), Fraction())
    others = sum((_distance([there for _, there in shared]) for shared in pairs.values()), Fraction())
    met = sum(len(cell) > 1 for cell in cells)
    many = Fraction(sum(map(len, pairs.values())), met)  # how many others marked the same, on average
    return (own + many * others) / ((many + 1) * own) if own else None


def _distance(places: Sequence[int]) -> Fraction:
    """Return the sum of absolute distances from the mean."""
    mean = Fraction(sum(places), len(places))
    return sum((abs(place - mean) for place in places), Fraction())


def _shift_why(
    shared: int, above: Fraction, factor: Fraction | None, method: CalibrationMethod, *, assumed: bool
) -> Why:
    parts = []
    if assumed:
        parts.append(
            because(
                "raters who are not linked by common marks are compared by their teams, assumed to be comparable",
                "无共评联系的评分人按团队比较，假定团队可比",
            )
        )
    if method == "spread":
        parts.append(
            because("these do not vary, so all are only moved", "这些评分无差异：仅平移")
            if factor is None
            else because("distances from the mean times {factor}", "与均值的距离乘以 {factor}", factor=in_two(factor))
        )
    return because(
        "{above} above the panel, by {shared} marks that others gave too",
        "高于全体 {above}，依据 {shared} 个共评",
        *parts,
        above=in_two(above),
        shared=shared,
    )


def _calibrated(mark: Mark, shift: _Shift, most: Fraction) -> CalibratedMark:
    scale, factor = mark.scale, shift.shift.factor
    wanted = Fraction(scale.value(shift.centre - shift.effect + (mark.place - shift.centre) * factor))
    bounded = min(max(wanted, mark.value - most), mark.value + most)
    held = min(max(bounded, Fraction(scale.least)), Fraction(scale.most))
    parts = []
    if factor != 1:
        parts.append(
            because("distance from the mean times {factor}", "与均值的距离乘以 {factor}", factor=in_two(factor))
        )
    if bounded != wanted:
        parts.append(because("moved by {most} at most", "最多移动 {most}", most=in_two(most)))
    if held != bounded:
        parts.append(because("held at the end of the scale", "止于量表端点"))
    above = shift.shift.effect
    en, zh = ("less", "低") if above < 0 else ("more", "高")
    why = because(
        f"{{rater}} gives {{by}} {en} than the panel: {{wanted}}",
        f"{{rater}} 比全体{zh} {{by}}：{{wanted}}",
        *parts,
        rater=mark.rater,
        by=in_two(abs(above)),
        wanted=in_two(wanted),
    )
    return CalibratedMark(mark, in_decimals(half_up(held * 100), 2), wanted, why)
