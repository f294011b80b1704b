"""Central tendency and halo (趋中与晕轮): a rater's marks lie too close together, between people or between items.

Spread is held against the spread of what others gave for the same, so that people who are truly alike, or items that
truly go together, accuse nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from pharmasales.display import Why, because, percent
from pharmasales.evaluation.fairness.raters.findings import Finding
from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook
from pharmasales.evaluation.fairness.raters.overlap import Overlap, lacking, other_people, same_people, squares
from pharmasales.evaluation.fairness.raters.rater_errors import RaterError
from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules
from pharmasales.evaluation.fairness.raters.scale import in_two
from pharmasales.units import ratio

__all__ = ["spread_findings"]

Group: TypeAlias = Callable[[Mark], str]


@frozen
class _Spread:
    """Sums of squares of marks, in squared steps: within groups and between their means, and on how many they rest."""

    within: Fraction
    between: Fraction
    free: int

    def __add__(self, other: _Spread) -> _Spread:
        return _Spread(self.within + other.within, self.between + other.between, self.free + other.free)


_NONE = _Spread(Fraction(), Fraction(), 0)


def _person(mark: Mark) -> str:
    return mark.person


def _item(mark: Mark) -> str:
    return mark.item


def spread_findings(book: MarkBook, rules: RaterRules) -> Iterator[Finding]:
    """Yield central tendency and halo of each rater.

    Central tendency: the marks of all people for one item, added up over items, vary less than a part of what the
    others' marks of the same people vary, and their mean lies in the middle of the scale. Halo: the marks of one person
    for several items vary that little, while people still differ from each other. Both figures are the variance as a
    part of the others'.

    Args:
        book: the marks.
        rules: the thresholds.

    Source: S004-66, P2-K.
    """
    weaker = other_people(book)
    for rater in book.raters:
        overlap = same_people(book, rater)
        if not overlap.enough(rules):
            overlap = weaker(rater)
        yield _central(rater, overlap, rules)
        yield _halo(rater, overlap, rules)


def _central(rater: str, overlap: Overlap, rules: RaterRules) -> Finding:
    if not overlap.enough(rules):
        return _unknown(rater, "central", overlap, rules.close, rules)
    mine, theirs = _both(rater, overlap, _item)
    figure = _part(mine, theirs)
    if figure is None:
        return _nothing(rater, "central", overlap, rules.close)
    places = [mark.place for mark, _ in overlap.pairs]
    mean = Fraction(sum(places), len(places))
    middle = abs(overlap.book.scale.share(mean) - Fraction(1, 2)) <= rules.middle / 2
    close = figure <= rules.close
    parts = list(overlap.caution())
    if close and not middle:
        parts.append(because("not about the middle of the scale", "不在量表中段"))
    why = because(
        "between people, {marks} marks about {mean} vary {figure} as much as those of {others} others; "
        "asked up to {cut}",
        "人与人之间，{marks} 个评分均值 {mean}，离散程度为另外 {others} 人的 {figure}；不超过 {cut} 时提问",
        *parts,
        mean=in_two(overlap.book.scale.value(mean)),
        **_words(overlap, figure, rules.close),
    )
    return _found(rater, "central", overlap, figure, rules.close, why, beyond=close and middle)


def _halo(rater: str, overlap: Overlap, rules: RaterRules) -> Finding:
    if not overlap.enough(rules):
        return _unknown(rater, "halo", overlap, rules.alike, rules)
    mine, theirs = _both(rater, overlap, _person)
    figure = _part(mine, theirs)
    if figure is None:
        return _nothing(rater, "halo", overlap, rules.alike)
    alike = figure <= rules.alike
    differ = mine.between * theirs.free > rules.alike * theirs.between * mine.free
    parts = list(overlap.caution())
    if alike and not differ:
        parts.append(because("people are marked alike too: see central tendency", "人与人之间也相近：见趋中"))
    why = because(
        "between the items of one person, {marks} marks vary {figure} as much as those of {others} others; "
        "asked up to {cut}",
        "同一人的各项之间，{marks} 个评分的离散程度为另外 {others} 人的 {figure}；不超过 {cut} 时提问",
        *parts,
        **_words(overlap, figure, rules.alike),
    )
    return _found(rater, "halo", overlap, figure, rules.alike, why, beyond=alike and differ)


def _part(mine: _Spread, theirs: _Spread) -> Fraction | None:
    """Return the one variance as a part of the other; missing where there is none to compare with."""
    return ratio(mine.within * theirs.free, theirs.within * mine.free)


def _words(overlap: Overlap, figure: Fraction, cut: Fraction) -> Mapping[str, int | str]:
    return {"marks": len(overlap.pairs), "others": overlap.others, "figure": percent(figure), "cut": percent(cut)}


def _both(rater: str, overlap: Overlap, group: Group) -> tuple[_Spread, _Spread]:
    """Return the spread of a rater and of the others: of the same marks, other by other, or of all theirs."""
    book = overlap.book
    if overlap.of == "other":
        items = {mark.item for mark, _ in overlap.pairs}
        given = ([mark for mark in book.of_rater(one) if mark.item in items] for one in book.raters if one != rater)
        theirs = sum((_spread(((mark, mark) for mark in marks), group) for marks in given), _NONE)
        return _spread(((mark, mark) for mark, _ in overlap.pairs), group), theirs
    shared: dict[str, list[tuple[Mark, Mark]]] = defaultdict(list)
    for mark, _ in overlap.pairs:
        for one, other in book.cells[mark.cell].items():
            if one != rater:
                shared[one].append((mark, other))
    mine = sum((_spread(((mark, mark) for mark, _ in pairs), group) for pairs in shared.values()), _NONE)
    return mine, sum((_spread(pairs, group) for pairs in shared.values()), _NONE)


def _spread(pairs: Iterable[tuple[Mark, Mark]], group: Group) -> _Spread:
    """Return the spread of the second marks, in the groups of the first."""
    groups: dict[str, list[int]] = defaultdict(list)
    for mark, counted in pairs:
        groups[group(mark)].append(counted.place)
    every = [place for places in groups.values() for place in places]
    if not every:
        return _NONE
    within = sum((squares(places) for places in groups.values()), Fraction())
    return _Spread(within, squares(every) - within, len(every) - len(groups))


def _unknown(rater: str, error: RaterError, overlap: Overlap, cut: Fraction, rules: RaterRules) -> Finding:
    marks, people = len(overlap.pairs), overlap.people
    return Finding(rater, error, "unknown", None, cut, marks, people, (), lacking(rules, marks, people))


def _nothing(rater: str, error: RaterError, overlap: Overlap, cut: Fraction) -> Finding:
    why: Why = because(
        "not known: the others' marks of the same do not vary, or there are no two to compare",
        "无法判断：他人的同类评分无差异，或不足两个",
    )
    return Finding(rater, error, "unknown", None, cut, len(overlap.pairs), overlap.people, (), why)


def _found(
    rater: str, error: RaterError, overlap: Overlap, figure: Fraction, cut: Fraction, why: Why, *, beyond: bool
) -> Finding:
    state = overlap.beyond if beyond else "clear"
    marks = len(overlap.pairs)
    return Finding(rater, error, state, figure, cut, marks, overlap.people, overlap.evidence(), why)
