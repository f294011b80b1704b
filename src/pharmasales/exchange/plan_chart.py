"""Pictures of two plans beside each other (方案对比图): what each attainment pays under both, and who moves.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.units import CNY
>>> old, new = (payout_curve(threshold="70%", above=n, cap="200%") for n in (2, 3))
>>> print(payout_pair(old, new, Amount.of(10_000, CNY)).note.en)
of 0% to 200%, the new plan pays more at 49, less at 0, the same at 152
>>> print(dumbbells([("r1", 78, 70), ("r2", 86, 90), ("r3", 82, 82)], Says("Score", "得分")).note.en)
1 up, 1 down of 3; not drawn: 1 the same
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from pharmasales.display import Says
from pharmasales.errors import NotComparable
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.exchange._drawing import ACCENT, BAD, LEFT, SOFT, Name, Node, amount_title, frame, labels
from pharmasales.exchange._figures import Value, in_unit, noted, number, undrawn
from pharmasales.exchange._layers import beside
from pharmasales.exchange._payout_lines import (
    RIGHT,
    Scale,
    axes_of,
    dots_of,
    end_of,
    line_of,
    paid_at,
    place_on,
    places_of,
    scale_of,
    shown_at,
    strokes_of,
)
from pharmasales.exchange._plots import Pair, pairs
from pharmasales.exchange._scatter import HIGH
from pharmasales.exchange.charts import Chart
from pharmasales.rules.terms import Exact
from pharmasales.units import POINT, Amount, Number, Unit

__all__ = ["dumbbells", "payout_pair"]

_MOST: Final = 15
_SIDES: Final = (Says("old plan", "旧方案"), Says("new plan", "新方案"))
_OLD: Final = SOFT
_DASH: Final = (6, 4)
_LINES: Final[tuple[Node, Node]] = (
    {
        "type": "point",
        "shape": "stroke",
        "size": 200,
        "stroke": _OLD,
        "strokeWidth": 2.5,
        "strokeDash": [6, 4],
        "opacity": 1,
    },
    {"type": "point", "shape": "stroke", "size": 200, "stroke": ACCENT, "strokeWidth": 2.5, "opacity": 1},
)


def payout_pair(
    old: Pays,
    new: Pays,
    bonus: Amount | None = None,
    *,
    last: Number | Amount | None = None,
    sides: tuple[Says, Says] = _SIDES,
) -> Chart:
    """Return what two plans pay (新旧奖金曲线图): the old one dashed, the new one solid.

    For curves the note counts at how many whole percents the new one pays more, less or the same, to the fen.

    Args:
        old: a payout curve or a tier table.
        new: another of the same kind; tier tables have the same units.
        bonus: what 100 % pays, for curves.
        last: up to where it is drawn, at least.
        sides: what both are called.

    Raises:
        BadValue: curves without a bonus above zero, or a place that is no number or below zero.
        NotComparable: a curve with a tier table, or other units.

    Source: issue 8, sections 2 and 3; P2-E.
    """
    _same_kind(old, new)
    scale, asked = scale_of(old, bonus), None if last is None else place_on(old, last, "last")
    end = max(end_of(one, asked, None) for one in (old, new))
    strokes = [list(strokes_of(one, scale, end)) for one in (old, new)]
    across, up = axes_of(new, scale, end, [*strokes[0], *strokes[1]])
    layers = [
        *(line_of(one, across, up, _OLD, *_DASH) for one in strokes[0]),
        *dots_of(old, scale, across, up, _OLD),
        *(line_of(one, across, up) for one in strokes[1]),
        *dots_of(new, scale, across, up),
        *beside(list(zip(sides, _LINES, strict=True)), 6, HIGH + 62),
    ]
    spec = frame(layers, HIGH, left=LEFT, right=RIGHT, bottom=76, top=100)
    note = _compared(old, new, bonus, int(end * 100), sides[1])
    places = [place for one in (old, new) for place in places_of(one, end)]
    return Chart(Says("Payout of two plans", "新旧方案奖金"), spec, note, noted(note, *_told(old, new, scale, places)))


def _same_kind(old: Pays, new: Pays) -> None:
    curves = isinstance(old, PayoutCurve), isinstance(new, PayoutCurve)
    if curves[0] != curves[1]:
        raise NotComparable("a curve with a tier table", hint="compare two of a kind", code="payout.kind")
    if not isinstance(old, PayoutCurve) and not isinstance(new, PayoutCurve):
        for one, other in ((old.unit, new.unit), (old.pay, new.pay)):
            if one != other:
                raise NotComparable(f"{one.code} with {other.code}", code="unit")


def _compared(old: Pays, new: Pays, bonus: Amount | None, end: int, called: Says) -> Says | None:
    """Say at how many whole percents the new curve pays more, less or the same; nothing of tier tables."""
    if not isinstance(old, PayoutCurve) or not isinstance(new, PayoutCurve):
        return None
    both = [(old.pays(Fraction(n, 100), bonus), new.pays(Fraction(n, 100), bonus)) for n in range(end + 1)]
    known = [(was, now) for was, now in both if was is not None and now is not None]
    more, less = sum(now > was for was, now in known), sum(now < was for was, now in known)
    same = len(known) - more - less
    return Says(
        f"of 0% to {end}%, the {called.en} pays more at {more}, less at {less}, the same at {same}",
        f"0% 至 {end}% 中，{called.zh}较高 {more} 点，较低 {less} 点，相同 {same} 点",
    )


def _told(old: Pays, new: Pays, scale: Scale, places: Iterable[Exact]) -> Iterator[Says]:
    """Yield what both pay at each place where one of them bends, for who cannot see the lines."""
    for place in map(Fraction, sorted(set(places))):
        was, now = (paid_at(one, scale, place) for one in (old, new))
        shown = shown_at(new, place)
        yield Says(f"{shown}: {was} to {now}", f"{shown}：{was} 变为 {now}")


def dumbbells(
    rows: Sequence[tuple[Name, Value | None, Value | None]],
    what: Says,
    unit: Unit = POINT,
    sides: tuple[Says, Says] = _SIDES,
) -> Chart | None:
    """Return who moves, and how far (哑铃图): a hollow dot where each stood, a full one where each stands.

    The largest move first, those of one size in the order given; at most fifteen. Whoever does not move, or has no
    value on one side, is counted in the note. `None` where nobody moves.

    Args:
        rows: label, value before, value after, such as pay or points under two plans; missing is `None`.
        what: what is compared.
        unit: of the values, which the words round half up to.
        sides: what both are called.

    Raises:
        BadValue: not a plain number.
        NotComparable: amounts of another unit.

    Source: issue 8, section 3.
    """
    known = [
        (name, number(was, unit), number(now, unit)) for name, was, now in rows if was is not None and now is not None
    ]
    moved = sorted((one for one in known if one[1] != one[2]), key=lambda one: -abs(one[2] - one[1]))
    if not moved:
        return None
    shown = moved[:_MOST]
    names = labels(name for name, _, _ in shown)
    drawn = [_pair(name, was, now, unit) for name, (_, was, now) in zip(names, shown, strict=True)]
    title = Says(f"{what.en}: {sides[0].en} and {sides[1].en}", f"{what.zh}：{sides[0].zh}与{sides[1].zh}")
    spec = pairs(drawn, amount_title(what, unit), sides)
    told = [Says(f"{one.name.en}: {one.words.en}", f"{one.name.zh}：{one.words.zh}") for one in drawn]
    return Chart(title, spec, _moves(len(rows), len(known), moved), noted(*told))


def _pair(name: Says, was: Fraction, now: Fraction, unit: Unit) -> Pair:
    by = in_unit(now - was, unit)
    words = f"{in_unit(was, unit)} → {in_unit(now, unit)} ({'+' if now > was else ''}{by})"
    return Pair(name, was, now, Says(words, words), ACCENT if now > was else BAD)


def _moves(everybody: int, known: int, moved: Sequence[tuple[Name, Fraction, Fraction]]) -> Says:
    up = sum(now > was for _, was, now in moved)
    down, same, missing = len(moved) - up, known - len(moved), everybody - known
    first = Says(f"{up:,} up, {down:,} down of {everybody:,}", f"共 {everybody:,} 项：上升 {up:,}，下降 {down:,}")
    few = Says(f"the {_MOST} largest moves", f"列出变动最大的 {_MOST} 项") if len(moved) > _MOST else None
    return noted(first, few, undrawn((same, " the same", " 项不变"), (missing, " without a value", " 项无数据")))
