"""A season simulated on the past (历史模拟): what a sheet would have scored and a plan paid, person by person.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.evaluation.payout.plans import PayPart
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Field
>>> from pharmasales.units import CNY
>>> curve = payout_curve(threshold="70%", above=2, cap="200%")
>>> plan = PayoutPlan("sales", [PayPart("sales", "sales", Field("attainment"), curve, 100)])
>>> past = [
...     PastRecord(rep, Quarter(2025, n), {"attainment": done}, Amount.of(1_000, CNY))
...     for rep, quarters in (("r1", ("85%", "120%")), ("r2", ("100%", None))) for n, done in enumerate(quarters, 1)
... ]
>>> season = simulate(past, plan=plan)
>>> for row in season.table().records():
...     print(row["person_id"], row["attainment"], row["paid"])
r1 41/40 1900.00
r2 None None
>>> str(season.cost), str(season.known_cost), [(one.person_id, str(one.period)) for one in season.unpaid]
('None', '2,900.00 CNY', [('r2', '2025-Q2')])

Source: issue 8, section 3 (simulation of a season on the past year).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.evaluation.fairness.plans.past import Judged, PastRecord, in_time, read_past
from pharmasales.evaluation.fairness.plans.season import Season, SeasonCell, SeasonRow
from pharmasales.evaluation.payout.paid import Payout
from pharmasales.evaluation.payout.paying import pay
from pharmasales.evaluation.payout.plans import PayoutPlan
from pharmasales.evaluation.scoring.scorecard import RepScore, score
from pharmasales.evaluation.scoring.sheet import ScoreSheet, fit_sheet
from pharmasales.evaluation.scoring.standing import standings
from pharmasales.periods import Period
from pharmasales.rules import Bands, Field, Label, Ranked
from pharmasales.units import Amount, Unit

__all__ = ["simulate"]


def simulate(
    records: Iterable[PastRecord], *, sheet: ScoreSheet | None = None, plan: PayoutPlan | None = None
) -> Season:
    """Score and pay a past season by a sheet, a plan, or both (历史模拟).

    In each period the sheet is fitted to everybody who has a record in it, and grades are given. With both, the plan
    can read `score` and `grade` beside the person's own figures. Each period is paid by itself; a year that is settled
    with what was paid before deducted is for `settle`. Nothing is taken from what is missing: who lacks a figure has no
    score or no pay, and is listed.

    Args:
        records: one a person and period.
        sheet: the score sheet.
        plan: the payout plan.

    Raises:
        BadValue: neither a sheet nor a plan.
        BadRows: two records of one person that overlap, or every figure that is not there or is no number.
        NotComparable: pay in two units.
    """
    if sheet is None and plan is None:
        hint = "give a sheet, a plan, or both"
        raise BadValue("nothing to simulate", where="sheet", hint=hint, code="fairness.season")
    together: dict[Period, list[PastRecord]] = {}
    for record in read_past(records):
        together.setdefault(record.period, []).append(record)
    bad: list[PharmaSalesError] = []
    cells = [cell for same in together.values() for cell in _cells(same, sheet, plan, bad)]
    if bad:
        raise BadRows("past records are refused", bad)
    unit = _unit(cells)
    return Season(sheet, plan, tuple(_rows(cells, sheet)), unit)


def _cells(
    same: Sequence[PastRecord], sheet: ScoreSheet | None, plan: PayoutPlan | None, bad: list[PharmaSalesError]
) -> list[SeasonCell]:
    """Score and pay everybody in one period; what is refused is gathered."""
    cards: list[RepScore | None] = [None] * len(same)
    grades: dict[str, Label | None] = {}
    if sheet is not None:
        fitted = fit_sheet(sheet, [one.figures for one in same]).sheet
        cards = [_scored(fitted, one, bad) for one in same]
        grades = {one.rep_id: one.grade for one in standings([card for card in cards if card is not None])}
    found = []
    for record, card in zip(same, cards, strict=True):
        grade, payout = grades.get(record.person_id), None
        if plan is not None and (sheet is None or card is not None):
            read = record.figures if card is None else Judged(record.figures, card.total, grade)
            payout = _paid(plan, record, read, bad)
        found.append(SeasonCell(record.person_id, record.period, card, grade, payout))
    return found


def _scored(sheet: ScoreSheet, record: PastRecord, bad: list[PharmaSalesError]) -> RepScore | None:
    try:
        return score(sheet, record.person_id, record.person_id, record.figures)
    except PharmaSalesError as error:
        bad.append(error.at(f"{record.person_id} {record.period}"))
        return None


def _paid(plan: PayoutPlan, record: PastRecord, read: object, bad: list[PharmaSalesError]) -> Payout | None:
    try:
        return pay(plan, record.person_id, read, record.bonus)
    except PharmaSalesError as error:
        bad.append(error.at(f"{record.person_id} {record.period}"))
        return None


def _unit(cells: Iterable[SeasonCell]) -> Unit | None:
    units = {cell.paid.unit.code: cell.paid.unit for cell in cells if cell.paid is not None}
    if len(units) > 1:
        hint = "simulate each by itself"
        raise NotComparable(" with ".join(sorted(units)), where="bonus", hint=hint, code="unit")
    return next(iter(units.values()), None)


def _rows(cells: Iterable[SeasonCell], sheet: ScoreSheet | None) -> Iterator[SeasonRow]:
    people: dict[str, list[SeasonCell]] = {}
    for cell in sorted(cells, key=lambda one: (one.person_id, *in_time(one.period))):
        people.setdefault(cell.person_id, []).append(cell)
    scores = [_mean([None if one.score is None else Fraction(one.score) for one in held]) for held in people.values()]
    totals = [{"total": value} for value in scores]
    ranks = Ranked(Field("total")).answers(totals)
    bands = _bands(sheet, totals)
    for (person, held), value, total, rank in zip(people.items(), scores, totals, ranks, strict=True):
        grade = None if bands is None or value is None else bands(total)
        attainment = _mean([one.attainment for one in held])
        yield SeasonRow(person, tuple(held), value, rank, grade, attainment, _sum([one.paid for one in held]))


def _bands(sheet: ScoreSheet | None, totals: Sequence[object]) -> Bands | None:
    if sheet is None or sheet.grades is None:
        return None
    return sheet.grades if isinstance(sheet.grades, Bands) else sheet.grades.fit(totals).bands


def _mean(values: Sequence[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if len(known) == len(values) else None


def _sum(values: Sequence[Amount | None]) -> Amount | None:
    known = [value for value in values if value is not None]
    return Amount.total(known, known[0].unit) if known and len(known) == len(values) else None
