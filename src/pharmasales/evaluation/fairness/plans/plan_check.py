"""A plan checked before it is used (方案上线前检查): on the figures of a past period, with the evidence of each figure.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.evaluation.payout.plans import PayPart
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Field
>>> from pharmasales.units import CNY, Amount
>>> curve = payout_curve(threshold="80%", start="50%", above=3, cap="200%")
>>> plan = PayoutPlan("sales", [PayPart("sales", "sales", Field("done"), curve, 100)])
>>> done = {f"r{n}": f"{percent}%" for n, percent in enumerate((60, 79, 81, 90, 95, 100, 104, 108, 115, 140))}
>>> past = [PastRecord(rep, Quarter(2025, 4), {"done": one}, Amount.of(6_000, CNY)) for rep, one in done.items()]
>>> report = check_plan(past, plan=plan, potentials={rep: 10 + n for n, rep in enumerate(done)})
>>> for check in report.checks:
...     print(check.verdict, "|", check.why.head())
stated | pay of the best tenth over that of the middle: 2.1333 times, 1 against 2 of 10 people
within | pay of the best tenth over its target bonus: 200.0%, 1 of 10 people
stated | agreement of pay with performance: 1 of 10 people; 0 did better than somebody who is paid more
outside | sales: threshold at 80% reached by 8 of 10 people (80.0%)
stated | sales: target at 100% reached by 5 of 10 people (50.0%)
within | sales: excellence at 133.3333% reached by 1 of 10 people (10.0%)
outside | attainment and potential of the territory: rank agreement 1 of 10 people
outside | attainment and potential of the territory: Pearson's r squared, with its sign, 0.9269 of 10 people
outside | pay and potential of the territory: rank agreement 1 of 10 people
outside | pay and potential of the territory: Pearson's r squared, with its sign, 0.9487 of 10 people
stated | 2 of 10 people stand near a cliff

Source: issue 8, section 3; P2-E, systems 1e.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.evaluation.fairness.plans.influence import Influences, influences
from pharmasales.evaluation.fairness.plans.near_cliffs import NearCliff, near_grades, near_pay, near_table
from pharmasales.evaluation.fairness.plans.past import PastRecord
from pharmasales.evaluation.fairness.plans.pay_order import Earner, pay_checks
from pharmasales.evaluation.fairness.plans.plan_bounds import PLAN_VERDICTS, PlanBounds, PlanCheck
from pharmasales.evaluation.fairness.plans.season import Season, SeasonRow
from pharmasales.evaluation.fairness.plans.simulating import simulate
from pharmasales.evaluation.fairness.plans.single_checks import (
    cliff_check,
    grade_checks,
    influence_check,
    level_checks,
    potential_checks,
)
from pharmasales.evaluation.payout.plans import PayoutPlan
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.evaluation.scoring.standing import Standings, standings
from pharmasales.names import normal_id
from pharmasales.units import Number, exact

__all__ = ["PlanReport", "check_plan"]


@frozen
class PlanReport:
    """The checks of a plan, and the evidence (方案检查报告). Made by `check_plan`.

    Args:
        season: what the sheet scored and the plan paid.
        checks: the checks, in a fixed order.
        influences: what decides the ranking; none without a sheet.
        near: who is near a cliff of the payout or of a grade.
        bounds: what counted as usual and as near.
    """

    season: Season = field(repr=False)
    checks: tuple[PlanCheck, ...]
    influences: Influences | None = field(repr=False)
    near: tuple[NearCliff, ...] = field(repr=lambda near: f"<{len(near)} people>")
    bounds: PlanBounds = field(repr=False)

    def __iter__(self) -> Iterator[PlanCheck]:
        return iter(self.checks)

    @property
    def findings(self) -> tuple[PlanCheck, ...]:
        """What to look at before the plan is used; each says what to do."""
        return tuple(check for check in self.checks if check.flagged)

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has no score or no pay, by id."""
        cells = (*self.season.unscored, *self.season.unpaid)
        return tuple(sorted({cell.person_id for cell in cells}))

    def table(self) -> Table:
        """Return check, verdict, figure, usual, people, missing, why: a row a check."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.name,
                PLAN_VERDICTS[one.verdict],
                one.figure,
                None if one.usual is None else one.usual.says,
                ", ".join(one.people),
                ", ".join(one.missing),
                one.why,
            )
            for one in self.checks
        ]
        return Table("plan_check", Says("Checks of the plan", "方案检查"), _COLUMNS, rows)

    def near_table(self) -> Table:
        """Return person_id, name, at, value, over, step, why: a row a person near a cliff."""
        return near_table(self.near)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("check", "Check", "检查项"),
    Column("verdict", "Verdict", "结论"),
    Column("figure", "Figure", "数值", "number"),
    Column("usual", "Usually", "通常范围"),
    Column("people", "People", "相关人员"),
    Column("missing", "Missing", "缺数据"),
    Column("why", "Why", "说明", "why"),
)


def check_plan(
    records: Iterable[PastRecord],
    *,
    sheet: ScoreSheet | None = None,
    plan: PayoutPlan | None = None,
    potentials: Mapping[str, Number | None] | None = None,
    excellence: Number | None = None,
    bounds: PlanBounds | None = None,
) -> PlanReport:
    """Check a score sheet, a payout plan, or both on one past period, before they are used (方案检查).

    With a plan: pay against performance, the odds of threshold, target and excellence of each curve, and who is near a
    jump. With a sheet: the odds of each grade, what decides the ranking, and who is near a cut. With potentials:
    whether score or pay goes with the territory. Nothing is decided here; a check states its figure, and is flagged
    where that lies outside its usual range or wants a look.

    Args:
        records: one a person, all of one period.
        sheet: the score sheet.
        plan: the payout plan; with a sheet it can read `score` and `grade`.
        potentials: the potential of each person's territory, by person id; who has none is named.
        excellence: the attainment that counts as excellence; where left out, from where a curve pays its most.
        bounds: what is usual and what is near; the defaults where left out.

    Raises:
        BadValue: neither a sheet nor a plan, or records of several periods.
        BadRows: two records of one person, or figures or potentials that are refused.
        NotComparable: pay in two units.
        BadRule: an excellence that is not above the target.
    """
    given = list(records)
    if len({one.period for one in given}) > 1:
        hint = "check one period at a time; simulate takes several"
        raise BadValue("records of several periods", where="records", hint=hint, code="fairness.periods")
    due, season = bounds or PlanBounds(), simulate(given, sheet=sheet, plan=plan)
    cards = [cell.card for cell in season.cells if cell.card is not None]
    payouts = [cell.payout for cell in season.cells if cell.payout is not None]
    checks: list[PlanCheck] = []
    if plan is not None:
        checks += pay_checks([_earner(row) for row in season.rows], due)
        checks += level_checks(plan, payouts, excellence, due)
    ranked = standings(cards) if sheet is not None else None
    found = influences(cards) if sheet is not None else None
    if ranked is not None and found is not None:
        checks += [*grade_checks(ranked, due), influence_check(found, due)]
    if potentials is not None:
        checks += _potential_checks(season, potentials, due)
    near = (*near_pay(payouts, due.near), *_near_grades(ranked, cards, due))
    checks.append(cliff_check(near, [row.person_id for row in season.rows]))
    return PlanReport(season, tuple(checks), found, near, due)


def _earner(row: SeasonRow) -> Earner:
    payout = row.cells[0].payout
    bonus = None if payout is None or payout.bonus is None or not payout.plan.needs_bonus else payout.bonus.minor
    return Earner(row.person_id, row.performance, None if row.paid is None else row.paid.minor, bonus)


def _near_grades(ranked: Standings | None, cards: Iterable[RepScore], due: PlanBounds) -> tuple[NearCliff, ...]:
    if ranked is None or ranked.grades is None:
        return ()
    return near_grades(cards, ranked.grades.bands, due.near_points)


def _potential_checks(season: Season, potentials: Mapping[str, Number | None], due: PlanBounds) -> Iterator[PlanCheck]:
    """Yield how performance and pay go with potential."""
    known = _potentials(potentials)
    if season.sheet is not None:
        yield from potential_checks("score", known, {row.person_id: row.score for row in season.rows}, due)
    elif any(row.attainment is not None for row in season.rows):
        yield from potential_checks("attainment", known, {row.person_id: row.attainment for row in season.rows}, due)
    if season.plan is not None:
        paid = {row.person_id: None if row.paid is None else Fraction(row.paid.minor) for row in season.rows}
        yield from potential_checks("pay", known, paid, due)


def _potentials(given: Mapping[str, Number | None]) -> dict[str, Fraction | None]:
    """Read every potential, or refuse all bad ones at once."""
    found: dict[str, Fraction | None] = {}
    bad: list[PharmaSalesError] = []
    for person, value in given.items():
        try:
            found[normal_id(person)] = None if value is None else exact(value)
        except PharmaSalesError as error:
            bad.append(error.at(f"potentials {person!r}"))
    if bad:
        raise BadRows("potentials are refused", bad)
    return found
