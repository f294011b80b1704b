"""Leniency and severity (宽松与严格): how far a rater's marks lie from what others gave the same people.

One who is far off is a bad yardstick for the rest. So the farthest one beyond the threshold is set aside, the others
are held against those who are left, and so on until nobody more is off. Two raters alone cannot tell who of them it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from pharmasales.display import Why, because, percent
from pharmasales.evaluation.fairness.raters.findings import Finding
from pharmasales.evaluation.fairness.raters.marks import MarkBook
from pharmasales.evaluation.fairness.raters.overlap import (
    Overlap,
    beyond_chance,
    by_chance,
    by_people,
    lacking,
    other_people,
    same_people,
)
from pharmasales.evaluation.fairness.raters.rater_errors import RaterError, State
from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules
from pharmasales.evaluation.fairness.raters.scale import in_two

__all__ = ["level_findings"]


@frozen
class _Level:
    """How far one rater lies from the others: a share of the width, and whether that is beyond chance."""

    overlap: Overlap
    figure: Fraction | None
    sure: bool


def level_findings(book: MarkBook, rules: RaterRules) -> Iterator[Finding]:
    """Yield leniency and severity of each rater.

    The figure is the mean, over people, of a person's mean difference from the others, as a share of the scale's width:
    above zero for leniency, and the other way round for severity.

    Args:
        book: the marks.
        rules: the thresholds.

    Source: S004-66, P2-K.
    """
    for rater, level in _levels(book, rules).items():
        yield _finding(rater, "lenient", level, 1, rules)
        yield _finding(rater, "severe", level, -1, rules)


def _levels(book: MarkBook, rules: RaterRules) -> Mapping[str, _Level]:
    weaker = other_people(book)
    aside: set[str] = set()
    levels = {rater: _level(same_people(book, rater), rules) for rater in book.raters}
    while True:
        left = {rater: _distance(one) for rater, one in levels.items() if rater not in aside and _off(one, rules)}
        if not left:
            break
        farthest = max(left.values())
        aside |= {rater for rater, distance in left.items() if distance == farthest}
        levels |= {rater: _level(same_people(book, rater, aside), rules) for rater in book.raters if rater not in aside}
    return {rater: one if one.figure is not None else _level(weaker(rater), rules) for rater, one in levels.items()}


def _level(overlap: Overlap, rules: RaterRules) -> _Level:
    if not overlap.enough(rules):
        return _Level(overlap, None, sure=False)
    apart = by_people(overlap.pairs)
    mean = sum(apart, Fraction()) / len(apart)
    return _Level(overlap, overlap.book.scale.share(mean), beyond_chance([apart], mean, rules.sure))


def _off(level: _Level, rules: RaterRules) -> bool:
    return level.figure is not None and level.sure and abs(level.figure) >= rules.level


def _distance(level: _Level) -> tuple[Fraction, int]:
    """Return how far off a rater is; of two who are equally far, the one whom more others contradict comes first."""
    return abs(level.figure or Fraction()), level.overlap.others


def _finding(rater: str, error: RaterError, level: _Level, sign: int, rules: RaterRules) -> Finding:
    overlap, figure = level.overlap, None if level.figure is None else sign * level.figure
    marks, people = len(overlap.pairs), overlap.people
    if figure is None:
        return Finding(rater, error, "unknown", None, rules.level, marks, people, (), lacking(rules, marks, people))
    beyond = figure >= rules.level
    state: State = overlap.beyond if beyond and level.sure else "clear"
    why = _why(level, figure, rules, chance=beyond and not level.sure)
    return Finding(rater, error, state, figure, rules.level, marks, people, overlap.evidence(), why)


def _why(level: _Level, figure: Fraction, rules: RaterRules, *, chance: bool) -> Why:
    overlap, scale = level.overlap, level.overlap.book.scale
    count = len(overlap.pairs)
    mine = Fraction(sum(mark.place for mark, _ in overlap.pairs), count)
    theirs = sum((beside for _, beside in overlap.pairs), Fraction()) / count
    en, zh = (
        (
            "{marks} marks of {people} people, of whom {others} others gave marks too",
            "对 {people} 人评分 {marks} 个，另有 {others} 人也评过",
        )
        if overlap.of == "same"
        else (
            "{marks} marks of {people} people, beside those of {others} others for the same items",
            "对 {people} 人评分 {marks} 个，与另外 {others} 人的同项评分相比",
        )
    )
    parts = (*overlap.caution(), *([by_chance(rules)] if chance else []))
    return because(
        en + ": mean {mine} against {theirs}, by person {figure} of the scale's width; asked from {cut} on",
        zh + "：均值 {mine}，他人 {theirs}，按人平均相差量表宽度的 {figure}；{cut} 起提问",
        *parts,
        marks=count,
        people=overlap.people,
        others=overlap.others,
        mine=in_two(scale.value(mine)),
        theirs=in_two(scale.value(theirs)),
        figure=percent(figure),
        cut=percent(rules.level),
    )
