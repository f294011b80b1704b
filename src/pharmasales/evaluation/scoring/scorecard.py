"""Scorecards (考核评分): weighted measures, each scored on a curve, every point with its reason.

>>> from pharmasales.evaluation import Figures
>>> figures = Figures(
...     goal=400_000, actual=420_000, last=400_000, target_customers=50, seen_customers=45, planned_visits=120,
...     made_visits=130, capped_visits=102,
... )
>>> cards = Scorecards([score(scorecard_rule(), "r1", "Rep One", figures)])
>>> for row in cards.table().records():
...     print(row["measure"].text(), row["value"], row["weight"], row["points"])
attainment 21/20 50.00 52.50
growth 1/20 10.00 8.33
coverage 9/10 20.00 18.00
frequency 17/20 20.00 17.00
total None 100.00 95.83
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.names import nearest, normal_id
from pharmasales.rules import Bands, Curve, Part, Points, Ratio, Rule, Times, Weighted, explain_points
from pharmasales.rules.shapes import WhenMissing
from pharmasales.rules.terms import literal, number
from pharmasales.units import Number, half_up, in_decimals

if TYPE_CHECKING:
    from pharmasales.evaluation.scoring.adjusted import Adjustment
    from pharmasales.evaluation.scoring.sheet import ScoreSheet

__all__ = ["DEFAULT_MEASURES", "RepScore", "Scorecards", "Scored", "score", "scorecard_rule"]

Scored: TypeAlias = tuple[Number, Sequence[tuple[Number, Number]]]


def _percents(*points: tuple[int, int]) -> tuple[tuple[Fraction, Fraction], ...]:
    return tuple((Fraction(x, 100), Fraction(y, 100)) for x, y in points)


DEFAULT_MEASURES: Mapping[str, tuple[Fraction, tuple[tuple[Fraction, Fraction], ...]]] = MappingProxyType(
    {
        "attainment": (Fraction(50), _percents((60, 0), (100, 100), (120, 120))),
        "growth": (Fraction(10), _percents((-20, 0), (10, 100))),
        "coverage": (Fraction(20), _percents((0, 0), (100, 100))),
        "frequency": (Fraction(20), _percents((0, 0), (100, 100))),
    }
)
"""The default scorecard: for each measure its weight and the points of its curve, from value to score.

Attainment counts half, from nothing at 60 % over the whole weight at 100 % to a fifth more at 120 %; growth is nothing
at -20 % and whole at 10 %; coverage and capped call frequency count in proportion. At best that is 110 points.
"""


def scorecard_rule(measures: Mapping[str, Scored] = DEFAULT_MEASURES, *, missing: WhenMissing = "reweight") -> Weighted:
    """Build the rule of a scorecard (评分规则).

    Args:
        measures: by the name of a measure, its weight and the points of its curve; the weights add up to 100, and a
            measure of weight zero is left out.
        missing: what a measure without data does: `reweight` (its weight goes to the others in proportion), `zero`, or
            `missing` (there is no total).

    Source: S004-67 for the measures; weights and curves are policy.

    >>> from pharmasales.evaluation import Figures
    >>> rule = scorecard_rule({"attainment": (70, [("80%", 0), (1, 1)]), "receipts": (30, [(0, 0), (1, 1)])})
    >>> str(rule(Figures(goal=100, actual=90, due=200, collected=150)))
    '57.50'

    Raises:
        BadRule: an unknown measure, weights that miss 100, or a curve that cannot hold.
    """
    return Weighted([part for name, scored in measures.items() for part in _part(name, scored)], missing=missing)


def _part(name: str, scored: Scored) -> Iterator[Part]:
    weight, points = scored
    measure = MEASURES.get(name)
    if measure is None:
        raise BadRule("unknown measure", where=f"measures {name!r}", hint=nearest(name, MEASURES), code="rule.measure")
    if literal(weight):
        yield Part(name, weight, Curve(measure.rule, points), measure.zh)


@frozen
class RepScore:
    """One rep's scorecard.

    Args:
        rep_id: id of the rep.
        rep: the label shown.
        figures: what was scored.
        rule: the rule that scored.
        points: what each measure brought.
        adjustments: what was added or taken after them: a row each, so that all rows add up to the total.
        total: the sum of what is shown; missing where no measure has data and that is no zero, where one has none and
            the rule says so, or where a gate cannot be asked.
    """

    rep_id: str = field(converter=normal_id)
    rep: str = field(repr=False)
    figures: object = field(repr=False)
    rule: Weighted = field(repr=False, eq=False)
    points: tuple[Points, ...] = field(repr=False)
    adjustments: tuple[Adjustment, ...] = field(repr=False)
    total: Decimal | None
    sheet: ScoreSheet | None = field(default=None, repr=False, eq=False)

    @property
    def before_gates(self) -> Decimal | None:
        """The points before any gate, which a closed gate does not hide."""
        first = next((one for one in self.adjustments if one.kind == "gate"), None)
        return self.total if first is None else first.before

    def why(self) -> Why:
        """Return the total with the reason of every point, in both languages."""
        parts = [explain_points(one, self.figures) for one in self.points]
        parts += [one.why for one in self.adjustments]
        if self.total is None:
            gate = next((one for one in self.adjustments if one.points is None), None)
            if gate is not None:
                return because(
                    "{gate} is not known, so there is no total", "{gate}未知，故无总分", *parts, gate=gate.name
                )
            return because("a score is missing, so there is no total", "有得分缺失，故无总分", *parts)
        whole = self.rule.whole
        return because("total {total} of {whole}", "总分 {total}，满分 {whole}", *parts, total=self.total, whole=whole)

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows of the table: each measure, each adjustment, then the total."""
        for one in self.points:
            name = Says(one.part.name, one.part.zh or one.part.name)
            why = explain_points(one, self.figures)
            yield self.rep_id, self.rep, name, _value(one.part, self.figures), _hundredths(one.weight), one.points, why
        for change in self.adjustments:
            yield self.rep_id, self.rep, change.name, None, None, change.points, change.why
        whole = _hundredths(self.rule.whole)
        yield self.rep_id, self.rep, Says("total", "合计"), None, whole, self.total, self._sum()

    def _sum(self) -> Why:
        if self.total is not None:
            return because("sum of the points above", "以上得分之和")
        if any(one.points is None for one in self.adjustments):
            return because("no total: a gate is not known", "否决项未知，故无合计")
        return because("no total: data is missing", "数据缺失，故无合计")


def _hundredths(weight: Fraction | int | None) -> Decimal | None:
    return None if weight is None else Decimal(half_up(weight * 100)).scaleb(-2)


def _value(part: Part, figures: object) -> Cell:
    """Return what is measured, before its curve: a share as it is, anything else as a number, with two decimals."""
    rule, measure = _read_by(part.rule), MEASURES.get(part.name)
    value = number(rule(figures), part.name)
    share = isinstance(rule, Ratio) if measure is None else measure.kind in ("ratio", "points")
    if value is None or share:
        return value
    return Decimal(int(value)) if value.denominator == 1 else _hundredths(value)


def _read_by(rule: Rule) -> Rule:
    """Return what a curve or steps read."""
    match rule:
        case Curve():
            return rule.of
        case Times(factors=(Bands() as steps,)):
            return steps.of
    return rule


def score(rule: Weighted | ScoreSheet, rep_id: str, rep_name: str, figures: object) -> RepScore:
    """Score one rep.

    Args:
        rule: a score sheet, or a weighted sum alone, as of `scorecard_rule`.
        rep_id: id of the rep.
        rep_name: the label shown.
        figures: the rep's figures: `Figures`, a mapping, or any object that has what the rule reads.

    >>> from pharmasales.evaluation import Figures
    >>> score(scorecard_rule(), "r1", "Rep One", Figures(goal=100, actual=80)).total     # the only measure known
    Decimal('50.00')

    Raises:
        BadRule: a sheet that must be fitted to the others first.
        BadValue: a figure that the rule reads and that is not there, or is no number.
    """
    sheet, items = (None, rule) if isinstance(rule, Weighted) else (rule, rule.rule)
    points = tuple(items.points(figures))
    counted = [one for one in points if one.hundredths is not None]
    if not any(one.weight for one in counted) or (items.missing == "missing" and len(counted) < len(points)):
        return RepScore(rep_id, rep_name, figures, items, points, (), None, sheet)
    found = sum(one.hundredths or 0 for one in counted)
    if sheet is None:
        return RepScore(rep_id, rep_name, figures, items, points, (), in_decimals(found, 2))
    from pharmasales.evaluation.scoring.adjusted import adjusted  # a weighted sum alone needs none of it

    changes, total = adjusted(sheet, found, figures)
    return RepScore(rep_id, rep_name, figures, items, points, changes, total, sheet)


def _scores(given: Iterable[RepScore]) -> tuple[RepScore, ...]:
    return tuple(given)


@frozen
class Scorecards:
    """The scorecards of many reps.

    Args:
        scores: one a rep, in the order shown.
    """

    scores: tuple[RepScore, ...] = field(converter=_scores)

    def table(self) -> Table:
        """Return rep_id, rep, measure, value, weight, points, why: a row a measure, then the total of each rep.

        The points of a rep's measures add up to its total exactly. A weight is shown as it counted; a measure left out
        for want of data has neither weight nor points.
        """
        rows = [row for one in self.scores for row in one.rows()]
        return Table("scorecard", Says("Scorecards", "考核评分"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("rep_id", "Rep id", "代表编号"),
    Column("rep", "Rep", "代表"),
    Column("measure", "Measure", "指标"),
    Column("value", "Value", "数值", "ratio"),
    Column("weight", "Weight", "权重", "number"),
    Column("points", "Points", "得分", "number"),
    Column("why", "Why", "说明", "why"),
)
