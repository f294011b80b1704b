"""Pictures of classes (分级图): who holds the value, and who moved between two periods.

They bear letters, counts and cut points, never a name or an id. Exact numbers go in, the words say them exactly, and
what is drawn may be rounded.

>>> chart = pareto_curve([60, 25, 10, 5])
>>> for entry in chart.spec["layer"][-5::2]:
...     print(entry["mark"]["text"].en)
A: 2 customers (50.0%), 85.0% of value
B: 1 customer (25.0%), 10.0% of value
C: 1 customer (25.0%), 5.0% of value
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from pharmasales.classification import Classification
from pharmasales.classification.review.moves import Place, Transitions
from pharmasales.display import Says, percent
from pharmasales.exchange._class_plots import Area, Cell, curve, matrix
from pharmasales.exchange._drawing import ACCENT, BAD, GREY, colour, labels
from pharmasales.exchange._figures import Value, noted, number
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.grid_chart import grid_scatter
from pharmasales.rules import Bands, Evidence, Field, Grid, Label, Pareto
from pharmasales.rules.terms import number as read
from pharmasales.units import CNY, Number, Unit, ratio

__all__ = ["class_chart", "pareto_curve", "transition_heatmap"]

_STEPS: Final = 200
_MOST: Final = 12


def class_chart(found: Classification) -> Chart | None:
    """Return the picture that suits a classification: its grid, or the curve over the classes it was fitted to.

    `None` where there is none to draw: a row rule of one number, a grid over words, nobody above zero.

    Example:
        >>> from pharmasales.classification import SCHEMES, abc, classify
        >>> sold = [("H1", "One", {"sales": 90}), ("H2", "Two", {"sales": 10})]
        >>> class_chart(classify(sold, SCHEMES["abc"], abc())).title.en
        'Concentration of value'
    """
    rule, records = found.rule, [graded.record for graded in found.grades]
    if isinstance(rule, Grid):
        drawable = isinstance(rule.rows, Bands) and isinstance(rule.cols, Bands)
        return grid_scatter(rule, records, found.scheme.letters) if drawable else None
    if not isinstance(rule, Bands) or not found.evidence:
        return None
    values = [read(rule.of(record), rule.of.named()) for record in records]
    return _concentration([Fraction(value) for value in values if value is not None], len(values), found.evidence)


def pareto_curve(
    values: Sequence[Value | None],
    cuts: Sequence[tuple[Number, Label]] = (("80%", "A"), ("95%", "B")),
    unit: Unit = CNY,
    rest: Label = "C",
) -> Chart | None:
    """Return the curve of concentration (帕累托曲线): which share of the customers holds which share of the value.

    The classes are those of `rules.Pareto`: each has its area, its count and both its shares in words, and every cut a
    line to where its class ends. Customers of zero or less count as customers and hold nothing; missing ones are left
    out and counted. `None` where nobody is above zero.

    Args:
        values: one a customer.
        cuts: pairs of a cumulative share and its class, ascending.
        unit: what the values count.
        rest: the class of the remainder.

    Raises:
        BadRule: cuts that do not ascend within 0 and 100 %.
        BadValue: not a plain number.
        NotComparable: amounts of another unit.

    Source: S001-2 (二八 by cumulative share).

    Example:
        >>> pareto_curve([60, 25, 10, 5, None]).note.en
        '4 customers; dashed: all equal; dotted: 80.0%, 95.0%; 1 without a value left out'
    """
    rule = Pareto(Field("value"), tuple(cuts), rest)
    found = [number(value, unit) for value in values if value is not None]
    if not any(value > 0 for value in found):
        return None
    fitted = rule.fit([{"value": value} for value in found])
    return _concentration(found, len(values), fitted.evidence, rule.cuts)


def _concentration(
    found: Sequence[Fraction],
    everybody: int,
    evidence: Sequence[Evidence],
    cuts: Sequence[tuple[int | Fraction, Label]] = (),
) -> Chart | None:
    """Draw the curve over classes that part the customers from the largest to the smallest."""
    whole = _whole(found)
    held = [one for one in evidence if one.count]
    if not any(value > 0 for value in whole):
        return None
    areas = list(_areas(_cumulated(whole, _ends(held)), held, len(found)))
    reach = {one.label: area.points[-1][0] for one, area in zip(held, areas, strict=True)}
    lines = [(Fraction(share), reach[label]) for share, label in cuts if label in reach]
    across = Says("Share of customers, the largest first", "客户数累计占比（由大到小）")
    spec = curve(areas, lines, across, Says("Share of value", "价值累计占比"))
    return Chart(
        Says("Concentration of value", "客户集中度（帕累托曲线）"), spec, _noted(found, everybody, areas, lines)
    )


def _noted(
    found: Sequence[Fraction], everybody: int, areas: Sequence[Area], lines: Sequence[tuple[Fraction, Fraction]]
) -> Says:
    shares, many, missing = [percent(share) for share, _ in lines], len(areas), everybody - len(found)
    dotted = Says(f"dotted: {', '.join(shares)}", f"点线：{'、'.join(shares)}")
    named = Says(f"the first {_MOST} of {many} classes are named", f"共 {many} 级，列出前 {_MOST} 级")
    return noted(
        Says(f"{len(found):,} customers", f"{len(found):,} 个客户"),
        Says("dashed: all equal", "虚线表示平均分布"),
        dotted if lines else None,
        named if many > _MOST else None,
        Says(f"{missing:,} without a value left out", f"{missing:,} 个无数据，未计入") if missing else None,
    )


def _whole(values: Sequence[Fraction]) -> list[int]:
    """Return the values as whole multiples of one small part: the same shares, added up much faster."""
    part = math.lcm(*(value.denominator for value in values))
    return [value.numerator * (part // value.denominator) for value in values]


def _ends(evidence: Sequence[Evidence]) -> list[int]:
    """Return how many customers there are up to the end of each class."""
    ends, people = [], 0
    for one in evidence:
        people += one.count
        ends.append(people)
    return ends


def _cumulated(values: Sequence[int], ends: Sequence[int]) -> list[tuple[int, Fraction]]:
    """Return how many there are and what they hold after each distinct value, thinned to steps that can be seen."""
    total = sum(value for value in values if value > 0)
    points, kept = [(0, Fraction(0))], set(ends)
    people = held = people_drawn = held_drawn = 0
    for value, count in sorted(Counter(values).items(), reverse=True):
        people, held = people + count, held + max(value, 0) * count
        far = (people - people_drawn) * _STEPS >= len(values) or (held - held_drawn) * _STEPS >= total
        if far or people in kept:
            points.append((people, Fraction(held, total)))
            people_drawn, held_drawn = people, held
    return points


def _areas(points: Sequence[tuple[int, Fraction]], evidence: Sequence[Evidence], everybody: int) -> Iterator[Area]:
    first = 0
    names = labels(str(one.label) for one in evidence)
    for place, (one, last) in enumerate(zip(evidence, _ends(evidence), strict=True)):
        mine = [(Fraction(people, everybody), held) for people, held in points if first <= people <= last]
        words = _class_words(names[place], one, Fraction(one.count, everybody)) if place < _MOST else None
        yield Area(names[place], colour(place), mine, words)
        first = last


def _class_words(name: Says, one: Evidence, of_all: Fraction) -> Says:
    many = "customer" if one.count == 1 else "customers"
    return Says(
        f"{name.en}: {one.count:,} {many} ({percent(of_all)}), {percent(one.share)} of value",
        f"{name.zh}：{one.count:,} 个客户（{percent(of_all)}），占 {percent(one.share)}",
    )


def transition_heatmap(found: Transitions) -> Chart | None:
    """Return the matrix of who moved between two periods (级别转移图): grades before down, grades now across.

    Every cell says its count: `▲` a better grade than before, `▼` a worse one, in a frame the same one; the stronger
    the colour, the more customers, but none has to be told by its colour. `None` where there is nobody.

    Args:
        found: the transitions of one scheme.

    Example:
        >>> from pharmasales.classification import SCHEMES, abc, classify
        >>> from pharmasales.classification.review.moves import transitions
        >>> was = classify([("H1", "One", {"sales": 9}), ("H2", "Two", {"sales": 1})], SCHEMES["abc"], abc())
        >>> now = classify([("H1", "One", {"sales": 1}), ("H2", "Two", {"sales": 9})], SCHEMES["abc"], abc())
        >>> transition_heatmap(transitions(was, now)).note.en
        '▲ up 1 (50.0%), ▼ down 1 (50.0%), framed: same 0 (0.0%) of 2 with a grade both times'
    """
    letters = found.scheme.letters
    used = {letter for letter in letters if found.total_was(letter) or found.total_now(letter)}
    rows = [place for place in found.rows if place in used or found.total_was(place)]
    columns = [place for place in found.columns if place in used or found.total_now(place)]
    counts = {(was, now): found.count(was, now) for was in rows for now in columns if found.count(was, now)}
    if not counts:
        return None
    most = max(counts.values())
    downs, ups = (
        dict(zip(rows, _place_names(rows), strict=True)),
        dict(zip(columns, _place_names(columns), strict=True)),
    )
    cells = []
    for (was, now), count in counts.items():
        mark, colour = _WAYS[_way(letters, was, now)]
        words = Says(f"{mark}{count:,}", f"{mark}{count:,}")
        cells.append(Cell(downs[was], ups[now], words, colour, Fraction(count, most), framed=was == now))
    title = Says(f"From grade to grade: {found.scheme.name}", f"级别转移：{found.scheme.zh or found.scheme.name}")
    spec = matrix(list(downs.values()), list(ups.values()), cells, Says("Before", "上期"), Says("Now", "本期"))
    return Chart(title, spec, _moved(found, counts))


_WAYS: Final = {"up": ("▲ ", ACCENT), "down": ("▼ ", BAD), "same": ("", GREY), "other": ("", "#7C858D")}


def _way(letters: Sequence[str], was: Place, now: Place) -> str:
    if was == now:
        return "same"
    if was not in letters or now not in letters:
        return "other"
    return "up" if letters.index(str(now)) < letters.index(str(was)) else "down"


def _place_names(places: Sequence[Place]) -> list[Says]:
    return labels(place or Says("no grade", "无级别") for place in places)


def _moved(found: Transitions, counts: Mapping[tuple[Place, Place], int]) -> Says:
    """Return the note: how many of those with a grade both times moved up, down or nowhere."""
    letters = found.scheme.letters
    ways: Counter[str] = Counter()
    for (was, now), count in counts.items():
        if was in letters and now in letters:
            ways[_way(letters, was, now)] += count
    both = sum(ways.values())
    up, down, same = ((f"{ways[way]:,}", percent(ratio(ways[way], both))) for way in ("up", "down", "same"))
    en = "▲ up {} ({}), ▼ down {} ({}), framed: same {} ({}) of {:,} with a grade both times"
    zh = "▲ 上升 {}（{}），▼ 下降 {}（{}），框内不变 {}（{}），两期均有级别的共 {:,} 个"
    return Says(en.format(*up, *down, *same, both), zh.format(*up, *down, *same, both))
