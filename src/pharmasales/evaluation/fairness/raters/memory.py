"""Primacy, recency and similarity to last period (首因、近因、照抄上期): marks that remember the wrong days.

Primacy and recency can be told only where the evidence of a mark is known day by day. The fair mark is then the mean of
all evidence of the period; the question is whether a rater's distance from it goes with what was seen at the end or at
the start. A shift that all of a rater's marks share says nothing here: it is leniency or severity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from pharmasales.display import Why, because, percent
from pharmasales.errors import NotComparable
from pharmasales.evaluation.fairness.raters.findings import Beside, Finding
from pharmasales.evaluation.fairness.raters.marks import CellKey, Mark, MarkBook, Observation
from pharmasales.evaluation.fairness.raters.overlap import by_chance, lacking, squares
from pharmasales.evaluation.fairness.raters.rater_errors import RaterError, State
from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules
from pharmasales.periods import Period
from pharmasales.rules.terms import Exact

__all__ = ["copy_findings", "order_findings"]

_Both: TypeAlias = dict[CellKey, tuple[Mark, Mark]]
"""A rater's marks of this period and of the last, by person and item."""


@frozen
class _Seen:
    """A mark with the means of its evidence: at the start, at the end, and in all."""

    mark: Mark
    start: Fraction
    end: Fraction
    whole: Fraction


@frozen
class _Line:
    """How marks go with the change from start to end: the weight of the end, what is fair, whether beyond chance."""

    weight: Fraction
    fair: Fraction
    sure: bool


def order_findings(book: MarkBook, rules: RaterRules) -> Iterator[Finding]:
    """Yield primacy and recency of each rater.

    The figure is the weight of the end (for primacy: of the start), 1 where the marks follow that end alone: the
    least-squares slope of what lies between the start and the mark on what lies between the start and the end. The fair
    weight is the same slope of the mean of all evidence: one half where both ends hold as much evidence.

    Args:
        book: the marks, with their evidence.
        rules: the thresholds.

    Source: S004-66 (first impression, ignores growth), P2-K.
    """
    for rater in book.raters:
        seen = [one for mark in book.of_rater(rater) if (one := _seen(mark, book.period, rules.edge)) is not None]
        yield _order(rater, "primacy", seen, rules)
        yield _order(rater, "recency", seen, rules)


def _seen(mark: Mark, period: Period, edge: Fraction) -> _Seen | None:
    start = [one for one in mark.evidence if (one.on - period.start).days < edge * period.days]
    end = [one for one in mark.evidence if (period.end - one.on).days < edge * period.days]
    if not start or not end:
        return None
    return _Seen(mark, _mean(start), _mean(end), _mean(mark.evidence))


def _mean(seen: Sequence[Observation]) -> Fraction:
    return sum((Fraction(one.value) for one in seen), Fraction()) / len(seen)


def _line(seen: Sequence[_Seen], sure: Fraction) -> _Line | None:
    """Fit the line; none where the change is the same for all."""
    change = [one.end - one.start for one in seen]
    apart = [one.mark.value - one.whole for one in seen]
    spread = squares(change)
    if not spread:
        return None
    mean = sum(change, Fraction()) / len(change)
    slope = sum(((x - mean) * y for x, y in zip(change, apart, strict=True)), Fraction()) / spread
    fair = sum(((x - mean) * (one.whole - one.start) for x, one in zip(change, seen, strict=True)), Fraction()) / spread
    rest = squares(apart) - slope * slope * spread
    return _Line(fair + slope, fair, slope * slope * spread * (len(seen) - 2) >= sure * sure * rest)


def _order(rater: str, error: RaterError, seen: Sequence[_Seen], rules: RaterRules) -> Finding:
    cut, people = Fraction(1, 2) + rules.pull, len({one.mark.person for one in seen})
    if len(seen) < rules.least or people < rules.people:
        no_days = because("it needs evidence by day, at the start and at the end", "需要期初与期末的按日依据")
        why = lacking(rules, len(seen), people, no_days)
        return Finding(rater, error, "unknown", None, cut, len(seen), people, (), why)
    line = _line(seen, rules.sure)
    if line is None:
        why = because(
            "not known: what was seen changes by the same for all, from start to end",
            "无法判断：所有人从期初到期末的变化相同",
        )
        return Finding(rater, error, "unknown", None, cut, len(seen), people, (), why)
    weight, fair = (line.weight, line.fair) if error == "recency" else (1 - line.weight, 1 - line.fair)
    cut = fair + rules.pull
    beyond = weight >= cut
    evidence = tuple(Beside(one.mark, _plain(one.end if error == "recency" else one.start)) for one in seen)
    state: State = "found" if beyond and line.sure else "clear"
    why = _order_why(error, (weight, fair), len(seen), rules, chance=beyond and not line.sure)
    return Finding(rater, error, state, weight, cut, len(seen), people, evidence, why)


def _plain(value: Fraction) -> Exact:
    return value.numerator if value.denominator == 1 else value


def _order_why(
    error: RaterError, weights: tuple[Fraction, Fraction], marks: int, rules: RaterRules, *, chance: bool
) -> Why:
    parts = [by_chance(rules)] if chance else []
    en, zh = ("end", "期末") if error == "recency" else ("start", "期初")
    return because(
        f"in {{marks}} marks with evidence by day, the {en} of the period (its {{edge}} of days) weighs {{figure}}, "
        "where {fair} is fair; asked from {cut} on",
        f"{{marks}} 个有按日依据的评分中，{zh}（占天数 {{edge}}）的权重为 {{figure}}，公允为 {{fair}}；{{cut}} 起提问",
        *parts,
        marks=marks,
        edge=percent(rules.edge),
        figure=percent(weights[0]),
        fair=percent(weights[1]),
        cut=percent(weights[1] + rules.pull),
    )


def copy_findings(book: MarkBook, last: MarkBook | None, rules: RaterRules) -> Iterator[Finding]:
    """Yield similarity to last period of each rater.

    The figure is the share of marks that equal the same rater's mark of the same person and item last period. It is
    held against that share of the other raters, of the same people where enough of them have both marks.

    Args:
        book: the marks.
        last: the marks of the period before; without them the answer is not known.
        rules: the thresholds.

    Source: S004-66, S004-68 (previous appraisal), P2-K (carry-over).

    Raises:
        NotComparable: another scale, or a period that does not lie before.
    """
    if last is not None and (last.scale != book.scale or last.period.end >= book.period.start):
        hint = "give the marks of a period before, on the same scale"
        raise NotComparable("no last period of these marks", where="last", hint=hint, code="fairness.last")
    both = {rater: _both(book, last, rater) for rater in book.raters}
    for rater in book.raters:
        yield _copied(rater, both, rules)


def _both(book: MarkBook, last: MarkBook | None, rater: str) -> _Both:
    if last is None:
        return {}
    before = {mark.cell: mark for mark in last.of_rater(rater)}
    return {mark.cell: (mark, before[mark.cell]) for mark in book.of_rater(rater) if mark.cell in before}


def _copied(rater: str, both: dict[str, _Both], rules: RaterRules) -> Finding:
    mine = both[rater]
    people = len({person for person, _ in mine})
    if len(mine) < rules.least or people < rules.people:
        needs = because("it needs the marks that the same rater gave last period", "需要同一评分人上期的评分")
        why = lacking(rules, len(mine), people, needs)
        return Finding(rater, "copied", "unknown", None, rules.same, len(mine), people, (), why)
    same = _share(mine.values())
    theirs = [pair for one, given in both.items() if one != rater for cell, pair in given.items() if cell in mine]
    strong = len(theirs) >= rules.least
    if not strong:
        theirs = [pair for one, given in both.items() if one != rater for pair in given.values()]
    others = _share(theirs) if len(theirs) >= rules.least else None
    beyond = same >= rules.same and (others is None or same - others >= rules.beyond)
    state: State = ("found" if strong else "hint") if beyond else "clear"
    evidence = tuple(Beside(mark, before.value) for mark, before in mine.values() if mark.value == before.value)
    why = _copied_why(same, others, len(mine), rules, strong=strong)
    return Finding(rater, "copied", state, same, rules.same, len(mine), people, evidence, why)


def _share(pairs: Iterable[tuple[Mark, Mark]]) -> Fraction:
    equal = [mark.value == before.value for mark, before in pairs]
    return Fraction(sum(equal), len(equal))


def _copied_why(same: Fraction, others: Fraction | None, marks: int, rules: RaterRules, *, strong: bool) -> Why:
    parts = []
    if not strong:
        parts.append(
            because(
                "weaker: too few others marked the same people in both periods, and these may truly be as they were",
                "较弱：极少有他人两期都评过这些人，他们可能确实未变",
            )
        )
    return because(
        "{same} of {marks} marks are as last period, of the others' {others}; asked from {cut} on, {beyond} above them",
        "{marks} 个评分中 {same} 与上期相同，他人为 {others}；达到 {cut} 且高于他人 {beyond} 时提问",
        *parts,
        same=percent(same),
        marks=marks,
        others=percent(others),
        cut=percent(rules.same),
        beyond=percent(rules.beyond),
    )
