"""Everybody's score of a period (期间评分): every node measured, every rep scored, all ranked.

>>> from pharmasales.evaluation.measures.registry import MEASURES
>>> from pharmasales.evaluation.scoring.curves import linear
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Part, Weighted
>>> from pharmasales.units import CNY, Amount
>>> quarter, org = Quarter(2026, 1), Org.of([Node("r1", "One", "rep"), Node("r2", "Two", "rep")])
>>> items = [Item(figure, rep, Amount.of(n, CNY), quarter, figure)
...          for rep, sold in (("r1", 90), ("r2", 100)) for figure, n in (("goal", 100), ("actual", sold))]
>>> sheet = ScoreSheet("q", Weighted([Part("attainment", 100, linear(MEASURES["attainment"].rule, 0, 1))]))
>>> found = score_period(PeriodInputs(quarter, org, items), sheet)
>>> [(one.rank, one.rep, str(one.total)) for one in found.results.reps]
[(2, 'r1', '90.00'), (1, 'r2', '100.00')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.evaluation.closing.inputs import GRADE, Fact, PeriodInputs
from pharmasales.evaluation.closing.plain import when_data
from pharmasales.evaluation.closing.results import RepResult, ResultLine, Results
from pharmasales.evaluation.measures.counting import measure_period
from pharmasales.evaluation.measures.figures import FIGURES, Figure
from pharmasales.evaluation.measures.items import Item, Placed
from pharmasales.evaluation.measures.measurements import Measurements
from pharmasales.evaluation.scoring.scorecard import RepScore, Scorecards, score
from pharmasales.evaluation.scoring.sheet import FittedSheet, ScoreSheet, fit_sheet
from pharmasales.evaluation.scoring.standing import Standings, standings
from pharmasales.names import twins
from pharmasales.rules.reading import fields_of

__all__ = ["ScoredPeriod", "score_period"]


@frozen(repr=False, eq=False)
class ScoredPeriod:
    """A period measured and scored, with the reason of every point (期间评分). Made by `score_period`.

    Args:
        measurements: the figures of every node, and what became of every item.
        fitted: the sheet that scored, and what it found about the peers.
        cards: the scorecard of each rep.
        standings: everybody's rank and grade.
        results: the same without reasons, as they are kept.
    """

    measurements: Measurements
    fitted: FittedSheet
    cards: Scorecards
    standings: Standings
    results: Results = field(init=False)

    def __attrs_post_init__(self) -> None:
        stood = {one.rep_id: one for one in self.standings}
        reps = tuple(
            RepResult(card.rep_id, tuple(_lines(card)), card.total, stood[card.rep_id].rank, stood[card.rep_id].grade)
            for card in self.cards.scores
        )
        figures = {node: figures.known for node, figures in self.measurements.figures.items()}
        object.__setattr__(self, "results", Results(reps, figures, self.fitted.sheet))

    def __repr__(self) -> str:
        return f"ScoredPeriod({self.measurements.stretch.period}, {len(self.cards.scores)} reps)"

    def card(self, rep: str) -> RepScore:
        """Return the scorecard of a rep, with the reason of every point.

        Raises:
            NotFound: nobody of this id was scored.
        """
        self.results[rep]
        return next(card for card in self.cards.scores if card.rep_id == rep)

    def _repr_html_(self) -> str:
        return self.standings._repr_html_()


def _lines(card: RepScore) -> Iterator[ResultLine]:
    for one in card.points:
        name = Says(one.part.name, one.part.zh or one.part.name)
        yield ResultLine("item", name, one.score, one.weight, one.points)
    for change in card.adjustments:
        yield ResultLine(change.kind, change.name, None, None, change.points)


def score_period(inputs: PeriodInputs, sheet: ScoreSheet, items: Iterable[Item] | None = None) -> ScoredPeriod:
    """Measure every node, score every rep and rank them (期间评分). Nothing is kept: `close_period` keeps it.

    Args:
        inputs: what is scored.
        sheet: the sheet; where it looks at the others, they are the reps of the inputs.
        items: counted in place of those of the inputs, to ask what they would change.

    Raises:
        BadRows: items that would count twice, or nodes whose figures cannot be.
        BadRule: peers that a rule of the sheet cannot be fitted to.
        BadValue: a fact that the sheet reads and that nobody has, or one that is no number.
    """
    given = inputs.items if items is None else tuple(items)
    found = measure_period(
        inputs.org,
        given,
        inputs.period,
        unit=inputs.unit,
        money=inputs.money,
        goods=inputs.goods,
        market=inputs.market,
        unfilled=inputs.unfilled,
    )
    _once_each(found.lines)
    records = _records(inputs, sheet, found)
    fitted = fit_sheet(sheet, records.values())
    cards = [score(fitted.sheet, rep, inputs.org[rep].name, record) for rep, record in records.items()]
    return ScoredPeriod(found, fitted, Scorecards(cards), standings(cards))


def _once_each(lines: Iterable[Placed]) -> None:
    """Refuse what would count twice: one figure, node, day and id; the ids may differ in case or width."""
    counted = sorted(
        (line for line in lines if line.figure is not None),
        key=lambda line: (line.figure, line.item.node, when_data(line.item.when), line.item.id),
    )
    keys = ["\x1f".join((str(one.figure), one.item.node, when_data(one.item.when), one.item.id)) for one in counted]
    bad: list[PharmaSalesError] = []
    for first, second in twins(keys):
        item, other = counted[second].item, counted[first].item
        where, hint = f"{item.figure} of {item.node!r}, id {item.id!r}", f"keep one, or rename it; twin of {other.id!r}"
        bad.append(BadValue("would count twice", where=where, hint=hint, code="closing.twins"))
    if bad:
        raise BadRows(f"{len(bad)} items refused", bad)


def _records(inputs: PeriodInputs, sheet: ScoreSheet, found: Measurements) -> dict[str, Mapping[str, Fact]]:
    """Return what the sheet reads of each rep: figures, facts, and the own grade of the first day."""
    facts = {name for known in inputs.facts.values() for name in known}
    read = {term.name for term in fields_of(sheet) if term.name.partition(".")[0] in FIGURES}
    nothing: dict[str, Fact] = dict.fromkeys([*FIGURES, *sorted(read | facts)])
    grades = inputs.start_rep_grades.grades
    if inputs.rep_grades:
        nothing[GRADE] = None
    return {
        rep: {
            **nothing,
            **_lawful(found[rep].known, inputs.withheld.get(rep, ())),
            **inputs.facts.get(rep, {}),
            **({GRADE: grades[rep].letter} if rep in grades else {}),
        }
        for rep in inputs.reps
    }


def _lawful(known: Mapping[str, Figure], withheld: Sequence[str]) -> dict[str, Figure]:
    return {name: value for name, value in known.items() if name.partition(".")[0] not in withheld}
