"""Standings (名次与等级): everybody's total, the rank with ties, the grade, and why.

>>> from pharmasales.rules import Field, Part, Weighted
>>> from pharmasales.evaluation.scoring.grading import RankGrades
>>> from pharmasales.evaluation.scoring.scorecard import score
>>> rule = Weighted([Part("visits", 100, Field("visits"))])
>>> visits = (None, "0.8", "0.9", "0.8")
>>> cards = [score(rule, f"r{n}", f"Rep {n}", {"visits": share}) for n, share in enumerate(visits)]
>>> for row in standings(cards, RankGrades(((1, "A"),), rest="B")).table().records():
...     print(row["rank"], row["rep_id"], row["total"], row["grade"])
1 r2 90.00 A
2 r1 80.00 B
2 r3 80.00 B
None r0 None None
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.evaluation.scoring.grading import FittedGrades, GradeRule
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.names import twins
from pharmasales.rules import Bands, Field, Label, Ranked, explain

__all__ = ["Standing", "Standings", "standings"]


@frozen
class Standing:
    """Where one person stands (名次).

    Args:
        rep_id: id of the rep.
        rep: the label shown.
        total: the total of the score; missing where there is none, and then there is neither rank nor grade.
        rank: the competition rank: 1, 1, 3.
        grade: the grade; missing without a rule of grades.
        why: the rank, and the band of the grade.
    """

    rep_id: str
    rep: str = field(repr=False)
    total: Decimal | None = field(repr=False)
    rank: int | None
    grade: Label | None
    why: Why = field(repr=False, eq=False)


@frozen
class Standings:
    """Everybody who was scored, the best first (名次表).

    Args:
        rows: one a person; who is level stands in the order given, who has no total at the end.
        grades: the bands of the grades, with the evidence where everybody was looked at; none without a rule of grades.
    """

    rows: tuple[Standing, ...]
    grades: FittedGrades | None

    def __iter__(self) -> Iterator[Standing]:
        return iter(self.rows)

    def table(self) -> Table:
        """Return rank, rep_id, rep, total, grade, why: a row a person."""
        rows: list[tuple[Cell, ...]] = [
            (one.rank, one.rep_id, one.rep, one.total, None if one.grade is None else str(one.grade), one.why)
            for one in self.rows
        ]
        return Table("standings", Says("Standings", "考核名次"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("rep_id", "Rep id", "代表编号"),
    Column("rep", "Rep", "代表"),
    Column("total", "Total", "总分", "number"),
    Column("grade", "Grade", "等级"),
    Column("why", "Why", "说明", "why"),
)


def standings(scores: Iterable[RepScore], grades: GradeRule | None = None) -> Standings:
    """Rank and grade everybody who was scored.

    Args:
        scores: one a person, such as `Scorecards.scores`.
        grades: bands over `total`, or a rule that looks at everybody; those of the scores' sheets where left out.

    >>> standings([]).rows
    ()

    Raises:
        BadRows: two scores of one person, whose ids may differ in case or spaces.
        BadRule: sheets with several rules of grades, and none named.
    """
    cards = list(scores)
    _one_each(cards)
    if grades is None:
        grades = _grades_of(cards)
    records = [{"total": card.total} for card in cards]
    ranks = Ranked(Field("total")).answers(records)
    fitted = None if grades is None else _fitted(grades, records)
    people = sum(rank is not None for rank in ranks)
    rows = [_standing(card, rank, people, fitted) for card, rank in zip(cards, ranks, strict=True)]
    return Standings(tuple(sorted(rows, key=_place)), fitted)


def _grades_of(cards: list[RepScore]) -> GradeRule | None:
    rules = [None if card.sheet is None else card.sheet.grades for card in cards]
    if any(rule != rules[0] for rule in rules):
        hint = "give the grades that all are to have, or rank each sheet by itself"
        raise BadRule("scores of several rules of grades", where="grades", hint=hint, code="score.grades")
    return rules[0] if rules else None


def _fitted(grades: GradeRule, records: list[dict[str, Decimal | None]]) -> FittedGrades:
    missing = sum(record["total"] is None for record in records)
    return FittedGrades(grades, (), missing) if isinstance(grades, Bands) else grades.fit(records)


def _place(row: Standing) -> tuple[bool, int]:
    return row.rank is None, row.rank or 0


def _standing(card: RepScore, rank: int | None, people: int, grades: FittedGrades | None) -> Standing:
    record = {"total": card.total}
    if rank is None:
        why = because("no total, so neither rank nor grade", "无总分，故无名次与等级", card.why())
        return Standing(card.rep_id, card.rep, None, None, None, why)
    graded = () if grades is None else (explain(grades.bands, record),)
    why = because("rank {rank} of {people}", "第 {rank} 名，共 {people} 人", *graded, rank=rank, people=people)
    grade = None if grades is None else grades.bands(record)
    return Standing(card.rep_id, card.rep, card.total, rank, grade, why)


def _one_each(cards: list[RepScore]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue(
            "scored twice",
            where=f"scores[{place}] {cards[place].rep_id}",
            hint=f"keep one: scores[{first}] is {cards[first].rep_id}",
            code="score.twins",
        )
        for first, place in twins(card.rep_id for card in cards)
    ]
    if bad:
        raise BadRows("scores are refused", bad)
