"""What a sheet would have scored and a plan paid on the past (历史模拟结果): each person in each period, and all of it.

Scores are means, exact; pay is a sum. Where one period is missing they are missing, and it is listed.

>>> hundredths(Fraction(181, 2))
Decimal('90.50')
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import NotFound
from pharmasales.evaluation.fairness.plans.past import in_time
from pharmasales.evaluation.payout.paid import Payout
from pharmasales.evaluation.payout.plans import PayoutPlan
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.names import nearest
from pharmasales.periods import Period
from pharmasales.rules import Label
from pharmasales.units import Amount, Unit, half_up, in_decimals

__all__ = ["Season", "SeasonCell", "SeasonRow", "hundredths"]


def hundredths(value: Fraction | None) -> Decimal | None:
    """Show exact points with two decimals, half up."""
    return None if value is None else in_decimals(half_up(100 * value), 2)


@frozen
class SeasonCell:
    """One person in one period.

    Args:
        person_id: the person's id.
        period: the period.
        card: the score; none without a sheet.
        grade: the grade within the period; none without a rule of grades.
        payout: what would have been paid; none without a plan.
    """

    person_id: str
    period: Period
    card: RepScore | None = field(repr=False)
    grade: Label | None
    payout: Payout | None = field(repr=False)

    @property
    def score(self) -> Decimal | None:
        """The total of the sheet; missing where there is none."""
        return None if self.card is None else self.card.total

    @property
    def paid(self) -> Amount | None:
        """What would have been paid; missing where it cannot be said."""
        return None if self.payout is None else self.payout.paid

    @property
    def attainment(self) -> Fraction | None:
        """The weighted attainment of the plan's parts; missing where one is, and where a part has no weight."""
        if self.payout is None:
            return None
        if self.payout.blended is not None:
            return self.payout.blended
        whole = Fraction(0)
        for one in self.payout.parts:
            if not isinstance(one.value, Fraction) or one.part.weight is None:
                return None
            whole += one.value * one.part.weight
        return whole / 100

    def why(self) -> Why:
        """Say what was scored and paid in the period, and every reason of it."""
        return because("{period}", "{period}", *self._reasons(), period=str(self.period))

    def brief(self) -> Why:
        """Say what was scored and paid in the period, without the reasons."""
        heads = [Says(one.head(), one.head("zh")) for one in self._reasons()]
        said = Says("; ".join(one.en for one in heads), "；".join(one.zh for one in heads))
        return because("{period}: {said}", "{period}：{said}", period=str(self.period), said=said)

    def _reasons(self) -> list[Why]:
        found = [] if self.card is None else [self.card.why()]
        return found if self.payout is None else [*found, self.payout.why]


@frozen
class SeasonRow:
    """One person over the season.

    Args:
        person_id: the person's id.
        cells: what was found in each period, in the order of time.
        score: the exact mean of the totals; missing where a period has none.
        rank: the competition rank of that mean; none without a sheet.
        grade: the grade of that mean; none without a rule of grades.
        attainment: the exact mean of the weighted attainments; missing where a period has none.
        paid: the sum of what would have been paid; missing where a period cannot be paid.
    """

    person_id: str
    cells: tuple[SeasonCell, ...] = field(repr=lambda cells: f"<{len(cells)} periods>")
    score: Fraction | None = field(repr=False)
    rank: int | None
    grade: Label | None
    attainment: Fraction | None = field(repr=False)
    paid: Amount | None = field(repr=False)

    @property
    def performance(self) -> Fraction | None:
        """What people are put in order by: the score where a sheet scores, else the weighted attainment."""
        return self.attainment if self.cells[0].card is None else self.score

    @property
    def why(self) -> Why:
        """The mean score and the pay, with every reason of each period."""
        return self._why([one.why() for one in self.cells])

    @property
    def brief(self) -> Why:
        """The mean score and the pay, with those of each period."""
        return self._why([one.brief() for one in self.cells])

    def _why(self, parts: list[Why]) -> Why:
        said: dict[str, Cell] = {"count": len(self.cells), "score": hundredths(self.score), "paid": _text(self.paid)}
        if self.cells[0].payout is None:
            return because("mean score {score} over {count} periods", "{count} 期平均得分 {score}", *parts, **said)
        if self.cells[0].card is None:
            return because("paid {paid} over {count} periods", "{count} 期共发 {paid}", *parts, **said)
        en, zh = "mean score {score}, paid {paid} over {count} periods", "{count} 期平均得分 {score}，共发 {paid}"
        return because(en, zh, *parts, **said)


def _text(value: Amount | None) -> Cell:
    return None if value is None else str(value)


@frozen
class Season:
    """What a sheet and a plan would have done (模拟结果). Made by `simulate`.

    Args:
        sheet: the sheet, or none.
        plan: the plan, or none.
        rows: one a person, by id.
        unit: what is paid in; none where nothing can be paid.
    """

    sheet: ScoreSheet | None = field(repr=lambda sheet: repr(sheet and sheet.name))
    plan: PayoutPlan | None = field(repr=lambda plan: repr(plan and plan.name))
    rows: tuple[SeasonRow, ...] = field(repr=lambda rows: f"<{len(rows)} people>")
    unit: Unit | None

    @property
    def cells(self) -> tuple[SeasonCell, ...]:
        """Each person in each period."""
        return tuple(cell for row in self.rows for cell in row.cells)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods, in the order of time."""
        return tuple(sorted({cell.period for cell in self.cells}, key=in_time))

    @property
    def unscored(self) -> tuple[SeasonCell, ...]:
        """Who has no total, and when; empty without a sheet."""
        return tuple(cell for cell in self.cells if cell.card is not None and cell.score is None)

    @property
    def unpaid(self) -> tuple[SeasonCell, ...]:
        """Who cannot be paid, and when; empty without a plan."""
        return tuple(cell for cell in self.cells if cell.payout is not None and cell.paid is None)

    @property
    def known_cost(self) -> Amount | None:
        """What all that can be paid adds up to; nothing of `unpaid` is in it."""
        known = [cell.paid for cell in self.cells if cell.paid is not None]
        return None if self.unit is None else Amount.total(known, self.unit)

    @property
    def cost(self) -> Amount | None:
        """What the season costs; missing where anybody cannot be paid."""
        return None if self.unpaid else self.known_cost

    def row(self, person_id: str) -> SeasonRow:
        """Return one person's row.

        Raises:
            NotFound: nobody of this id.
        """
        for one in self.rows:
            if one.person_id == person_id:
                return one
        hint = nearest(person_id, [one.person_id for one in self.rows])
        raise NotFound("nobody of this id in the season", where=person_id, hint=hint, code="fairness.person")

    def table(self) -> Table:
        """Return person_id, periods, score, rank, grade, attainment, paid, why: a row a person."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.person_id,
                len(one.cells),
                hundredths(one.score),
                one.rank,
                None if one.grade is None else str(one.grade),
                one.attainment,
                None if one.paid is None else one.paid.value,
                one.brief,
            )
            for one in self.rows
        ]
        return Table("season", Says("Simulated season", "历史模拟"), _COLUMNS, rows)

    def missing_table(self) -> Table:
        """Return person_id, period, why: who has no score or no pay, and what is missing."""
        rows: list[tuple[Cell, ...]] = []
        for cell in self.cells:
            if cell.card is not None and cell.score is None:
                rows.append((cell.person_id, str(cell.period), cell.card.why()))
            if cell.payout is not None and cell.paid is None:
                rows.append((cell.person_id, str(cell.period), cell.payout.why))
        return Table("season_missing", Says("Missing in the simulation", "模拟缺失数据"), _MISSING, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_PERSON = Column("person_id", "Person id", "人员编号")
_COLUMNS = (
    _PERSON,
    Column("periods", "Periods", "期数", "number"),
    Column("score", "Mean score", "平均得分", "number"),
    Column("rank", "Rank", "名次", "number"),
    Column("grade", "Grade", "等级"),
    Column("attainment", "Attainment", "达成率", "ratio"),
    Column("paid", "Paid", "奖金", "amount"),
    Column("why", "Why", "说明", "why"),
)
_MISSING = (_PERSON, Column("period", "Period", "期间"), Column("why", "Why", "说明", "why"))
