"""A review: goals from a plan, from targets or from nowhere, judged on a day; what is missing is never zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.channel import Receivable
from pharmasales.cycle import (
    Call,
    FollowPolicy,
    GoalPolicy,
    Policy,
    Region,
    Review,
    ScorePolicy,
    goals_from_targets,
    plan,
    review,
    set_goals,
)
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound, UnknownYear
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Period, Quarter, Week, Year
from pharmasales.testing import one_rep, quarter_with_gap, two_districts
from pharmasales.units import BOX, CNY, Amount, Unit

Q1, JAN, FEB, MAR = Quarter(2026, 1), Month(2026, 1), Month(2026, 2), Month(2026, 3)
ORG = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
MEASURES = {
    "receipts": (Fraction(50), ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))),
    "call_rate": (Fraction(50), ((Fraction(0), Fraction(0)), (Fraction(10), Fraction(1)))),
}


def yuan(number: int | str) -> Amount:
    """Make yuan."""
    return Amount.of(number, CNY)


def sold(period: Period, number: int, rep: str = "r1", day: date | None = None) -> Sale:
    """Make a line."""
    return Sale(period, yuan(number), rep=rep, day=day)


def region(*sales: Sale, **more: object) -> Region:
    """Make a region of two reps and their two customers."""
    archive = Archive.of([Customer("A", "A", owner="r1"), Customer("B", "B", owner="r2")])
    return Region(ORG, archive, CNY, BOX, sales=sales, **more)  # type: ignore[arg-type]  # by name


def actual(found: Review) -> dict[str, str | None]:
    """Return the actual of each node as plain text."""
    rows = found.attainments.rows
    return {key: None if row.actual is None else str(row.actual.value) for key, row in rows.items()}


def goal(found: Review) -> dict[str, str | None]:
    """Return the goal of each node as plain text."""
    return {key: None if row.goal is None else str(row.goal.value) for key, row in found.attainments.rows.items()}


def values(found: Review, rep: str) -> dict[str, object]:
    """Return the value of each measure of one rep."""
    rows = found.tables()["scorecard"].records()
    return {row["measure"].text(): row["value"] for row in rows if row["rep_id"] == rep}  # type: ignore[union-attr]  # words


def test_the_tables_and_their_leading_columns() -> None:
    """Attainment and scorecard lead with the columns that their files have; one total row a rep."""
    planned = plan(two_districts(), Policy(), Q1)
    tables = review(two_districts(), Policy(), Q1, goals=planned.goals, planned=planned.visits).tables()
    assert list(tables) == ["attainment", "scorecard", "deviations", "frequency"]
    keys = {name: [column.key for column in table.columns] for name, table in tables.items()}
    assert keys["attainment"] == ["node_id", "node", "level", "period", "goal", "actual", "attainment", "status"]
    assert keys["scorecard"] == ["rep_id", "rep", "measure", "value", "weight", "points", "why"]
    totals = [row for row in tables["scorecard"].records() if row["measure"].text() == "total"]  # type: ignore[union-attr]  # words
    assert [row["rep_id"] for row in totals] == ["n1", "n2", "n3", "s1", "s2"]
    assert keys["frequency"][:4] == ["rep_id", "rep", "targets", "seen"]


def test_goals_of_a_decomposition() -> None:
    """The plan's goals are taken node by node, inner ones too, and actuals roll up to them."""
    goals = set_goals(two_districts(), Policy(), Q1)
    found = review(two_districts(), Policy(), Q1, goals=goals)
    assert goal(found)["N"] == "34320.00"
    sums = {key: Decimal(value or 0) for key, value in actual(found).items()}
    assert sums["C"] == sums["N"] + sums["S"] == sum(sums[rep] for rep in ("n1", "n2", "n3", "s1", "s2"))
    assert sums["n1"] == (242 + 246 + 250) * 20


def test_a_longer_plan_is_reviewed_by_its_buckets() -> None:
    """The goals of a year, reviewed for a quarter or a month, are the sums of its buckets within."""
    goals = set_goals(one_rep(), Policy(), Year(2026))
    assert goal(review(one_rep(), Policy(), Q1, goals=goals)) == {"r1": "13200.00"}
    assert goal(review(one_rep(), Policy(), FEB, goals=goals)) == {"r1": "4400.00"}
    assert goal(review(one_rep(), Policy(), Year(2026), goals=goals)) == {"r1": "52800.00"}


@pytest.mark.parametrize("period", [Quarter(2026, 2), Year(2026), Week(2026, 5), JAN])
def test_goals_that_do_not_make_the_period_are_refused(period: Period) -> None:
    """A quarter's goal is no goal of another quarter, of the year, or of one month where it was not cut."""
    goals = set_goals(one_rep(), Policy(goals=GoalPolicy(periods="quarter")), Q1)
    with pytest.raises(BadValue, match=r"review\.buckets"):
        review(one_rep(), Policy(), period, goals=goals)


def test_goals_cut_at_a_level() -> None:
    """Below the levels that got goals there is none, and that is not a zero."""
    goals = set_goals(two_districts(), Policy(goals=GoalPolicy(levels=("district",))), Q1)
    found = review(two_districts(), Policy(), Q1, goals=goals)
    assert goal(found)["N"] == "34320.00"
    assert goal(found)["n1"] is None
    assert found.attainments["n1"].status.text() == "no goal"
    assert values(found, "n1")["attainment"] is None


def targets(*rows: tuple[str, Period, int]) -> Region:
    """Make a region with a target table."""
    return region(sold(JAN, 10), targets={(node, when): yuan(number) for node, when, number in rows})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("r1", JAN, 1), ("r1", FEB, 2), ("r1", MAR, 3), ("r2", Q1, 5)), {"N": 11, "r1": 6, "r2": 5}),
        ((("N", Q1, 50), ("r1", Q1, 6)), {"N": 50, "r1": 6}),
        ((("r1", Q1, 6), ("r1", JAN, 1), ("r1", FEB, 2)), {"N": 6, "r1": 6}),
        ((("r1", JAN, 1), ("r1", MAR, 3), ("r2", Q1, 5)), {"N": 5, "r2": 5}),
        ((("r1", FEB, 1), ("r1", MAR, 3)), {}),
        ((("r1", Year(2026), 100), ("r1", Month(2026, 4), 3)), {}),
        ((("N", JAN, 9), ("r1", Q1, 6)), {"N": 6, "r1": 6}),
        ((("r1", Q1, 0),), {"N": 0, "r1": 0}),
        ((), {}),
    ],
)
def test_goals_from_targets(rows: tuple[tuple[str, Period, int], ...], expected: dict[str, int]) -> None:
    """The period's own target first, then shorter ones that make it up, then the sum below; a part is no goal."""
    assert goals_from_targets(targets(*rows), Q1) == {node: yuan(number) for node, number in expected.items()}


def test_targets_of_quarters_and_months_count_each_day_once() -> None:
    """A year is made of quarters and months; the longest at each day counts."""
    rows = [("r1", Quarter(2026, n), 10) for n in (1, 2, 3)] + [("r1", Month(2026, n), 1) for n in range(1, 13)]
    assert goals_from_targets(targets(*rows), Year(2026))["r1"] == yuan(33)


def test_an_unknown_node_in_the_targets_is_refused() -> None:
    """A target of a node that does not exist is never dropped silently."""
    with pytest.raises(NotFound, match=r"'r9'.*org\.id"):
        goals_from_targets(targets(("r9", Q1, 5)), Q1)
    assert goals_from_targets(evolve(targets(("r9", Q1, 5)), org=None), Q1) == {}


def test_targets_of_a_part_are_noted() -> None:
    """A node whose targets leave days over has no goal, and the review says so in both languages."""
    found = review(quarter_with_gap(), Policy(), Q1)
    assert goal(found) == {"G": "5700.00", "r1": "3600.00", "r2": "2100.00", "r3": None}
    assert [(note.en, note.zh) for note in found.notes] == [
        (
            "the targets of 1 nodes do not make up 2026-Q1: they have no goal",
            "1 个节点的目标未覆盖 2026-Q1，按无目标处理",
        ),
        ("no visit plan: coverage and frequency are missing", "无拜访计划：覆盖率与频次缺失"),
    ]
    assert goal(review(quarter_with_gap(), Policy(), FEB))["r3"] == "100.00"


def test_given_goals_go_before_targets() -> None:
    """Goals given by hand are taken as they are, an empty mapping too."""
    world = targets(("r1", Q1, 5))
    assert goal(review(world, Policy(), Q1, goals={"r1": yuan(7)})) == {"N": None, "r1": "7.00", "r2": None}
    none = review(world, Policy(), Q1, goals={})
    assert set(goal(none).values()) == {None}
    assert none.notes[0].zh == "2026-Q1 无目标：请先计划或提供目标"


def test_no_goals_at_all_is_a_note() -> None:
    """Without a plan and without targets there is no attainment, and growth and visits still count."""
    found = review(one_rep(), Policy(), Quarter(2025, 2))
    assert [note.en for note in found.notes] == [
        "no goals for 2025-Q2: plan it first, or give targets",
        "no visit plan: coverage and frequency are missing",
    ]
    assert found.attainments["r1"].status.text() == "no goal"


@pytest.mark.parametrize("bad", [{"r9": yuan(1)}, {"r1": yuan(-1)}])
def test_bad_goals_are_refused(bad: dict[str, Amount]) -> None:
    """A goal of nobody, and a goal below zero."""
    with pytest.raises((NotFound, BadRows)):
        review(region(), Policy(), Q1, goals=bad)


def test_sales_of_an_unknown_node_are_refused() -> None:
    """Nothing sold disappears from the review."""
    with pytest.raises(NotFound, match="'r9'"):
        review(region(sold(JAN, 5, "r9")), Policy(), Q1)


def test_house_accounts_count_above_the_reps() -> None:
    """Sales of nobody count at the top, those of a district there; the total is all net sales."""
    found = review(region(sold(JAN, 5), sold(JAN, 7, ""), sold(FEB, 11, "N"), sold(FEB, -2, "r2")), Policy(), Q1)
    assert actual(found) == {"N": "21.00", "r1": "5.00", "r2": "-2.00"}
    assert actual(review(region(sold(JAN, 7, "")), Policy(), Q1)) == {"N": "7.00", "r1": "0.00", "r2": "0.00"}


def test_a_rep_without_sales_has_zero_once_anybody_has_some() -> None:
    """Nobody's sales known is no data; one rep's sales known make the others' zero."""
    none = review(region(sold(Month(2025, 12), 5)), Policy(), Q1, goals={"r1": yuan(5)})
    assert set(actual(none).values()) == {None}
    assert none.attainments["r1"].status.text() == "no data"
    some = review(region(sold(JAN, 5)), Policy(), Q1, goals={"r2": yuan(5)})
    assert actual(some) == {"N": "5.00", "r1": "5.00", "r2": "0.00"}
    assert some.attainments["r2"].status.text() == "missed"


def test_the_day_cuts_what_is_known() -> None:
    """Days after it, and months that begin after it, do not count; a month that has begun counts whole."""
    lines = [
        sold(JAN, 1, day=date(2026, 1, 20)),
        sold(JAN, 2, day=date(2026, 1, 21)),
        sold(JAN, 4),
        sold(FEB, 8),
    ]
    world = region(*lines)
    for day, expected in ((20, "5.00"), (21, "7.00"), (31, "7.00")):
        assert actual(review(world, Policy(), Q1, date(2026, 1, day)))["r1"] == expected
    assert actual(review(world, Policy(), Q1, date(2026, 2, 1)))["r1"] == "15.00"


def test_the_day_of_the_review() -> None:
    """The last day where left out or later; a day before the period is refused."""
    assert review(one_rep(), Policy(), Q1).as_of == date(2026, 3, 31)
    assert review(one_rep(), Policy(), Q1, date(2027, 1, 1)).as_of == date(2026, 3, 31)
    with pytest.raises(BadValue, match=r"before the period; from 2026-01-01 \[review\.as_of\]"):
        review(one_rep(), Policy(), Q1, date(2025, 12, 31))


def growth_last(period: Period, day: date, *days: date) -> object:
    """Return the base of growth where one yuan was sold on each of these days of the year before."""
    lines = [sold(Month.of(when), 10**n, day=when) for n, when in enumerate(days)]
    world = region(*lines, sold(Month.of(period.start), 1, day=period.start))
    figures = {card.rep_id: card.figures for card in review(world, Policy(), period, day).scorecards.scores}
    return figures["r1"].last


@pytest.mark.parametrize(
    ("period", "day", "before", "expected"),
    [
        (Quarter(2024, 1), date(2024, 3, 1), (date(2023, 3, 1), date(2023, 3, 2)), 1),
        (Quarter(2025, 1), date(2025, 3, 1), (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2)), 11),
        (Quarter(2024, 1), date(2024, 2, 29), (date(2023, 2, 28), date(2023, 3, 1)), 1),
        (Month(2025, 2), date(2025, 2, 28), (date(2024, 2, 28), date(2024, 2, 29)), 11),
        (Quarter(2025, 1), date(2025, 3, 31), (date(2024, 3, 31), date(2024, 4, 1)), 1),
        (Week(2026, 5), date(2026, 1, 28), (date(2025, 1, 27), date(2025, 1, 29), date(2025, 1, 30)), 11),
        (Week(2026, 5), date(2026, 2, 1), (date(2025, 2, 2), date(2025, 2, 3)), 1),
    ],
)
def test_growth_compares_with_the_same_day(period: Period, day: date, before: tuple[date, ...], expected: int) -> None:
    """The same day of the month a year before, leap days or not; in a week the same weekday."""
    assert growth_last(period, day, *before) == yuan(expected)


def test_a_monthly_line_of_the_year_before_counts_from_its_first_day() -> None:
    """On 1 March of any year the month of March counts in both years, also after a leap year."""
    for year in (2024, 2025):
        lines = [sold(Month(y, m), 10) for y in (year - 1, year) for m in (1, 2, 3)]
        found = review(region(*lines), Policy(), Quarter(year, 1), date(year, 3, 1))
        assert values(found, "r1")["growth"] == 0


def test_the_pace_goes_by_the_policy() -> None:
    """On the last day of January 21 of 59 working days, or 31 of 90 days, have passed."""
    calendar_days = Policy(score=ScorePolicy(pace="calendar_days"))
    assert review(one_rep(), calendar_days, Q1, date(2026, 1, 31)).attainments.elapsed == Fraction(31, 90)
    assert review(one_rep(), Policy(), Q1, date(2026, 1, 31)).attainments.elapsed == Fraction(21, 59)


@pytest.mark.parametrize(
    ("under", "over", "severity"),
    [("1/10", "1/10", "severe"), ("1/2", "0", "slight"), ("0", "1/2", "severe"), ("0", "0", "severe")],
)
def test_severity_goes_by_what_is_behind(under: str, over: str, severity: str) -> None:
    """Severe is what lies further below the pace than the policy allows; without an allowance, a tenth."""
    policy = Policy(score=ScorePolicy(under=Fraction(under), over=Fraction(over)))
    found = review(region(sold(JAN, 70)), policy, Q1, goals={"r1": yuan(100)})
    assert {row.result.node.id: row.severity and row.severity.text() for row in found.deviations.rows}["r1"] == severity


def test_visits_made_and_planned_up_to_the_day() -> None:
    """Coverage and frequency count both sides up to the day, rep by rep."""
    planned = [Call(date(2026, 1, n), "r1", "A") for n in (5, 12, 19)] + [Call(date(2026, 1, 6), "r2", "B")]
    made = [
        Call(date(2026, 1, 5), "r1", "A"),
        Call(date(2026, 1, 8), "r1", "B"),
        Call(date(2026, 1, 19), "r1", "A"),
        Call(date(2025, 12, 31), "r2", "B"),
    ]
    world = region(calls=made)
    found = review(world, Policy(), JAN, date(2026, 1, 15), planned=iter(planned))
    one, two = found.frequencies["r1"], found.frequencies["r2"]
    assert (one.targets, one.seen, one.planned, one.made, one.counted, one.unplanned) == (1, 1, 2, 1, 1, 1)
    assert (two.targets, two.seen, two.planned, two.made) == (1, 0, 1, 0)
    assert (values(found, "r1")["coverage"], values(found, "r1")["frequency"]) == (1, Fraction(1, 2))
    assert values(found, "r2")["coverage"] == 0
    rows = list(found.tables()["frequency"].records())
    assert [(row["rep_id"], row["coverage"], row["frequency"], row["reached"]) for row in rows] == [
        ("r1", 1, Fraction(1, 2), 0),
        ("r2", 0, 0, 0),
    ]
    last = review(world, Policy(), JAN, planned=planned).frequencies["r1"]
    assert (last.planned, last.made) == (3, 2)


def test_a_schedule_is_a_plan_too() -> None:
    """The visit plan itself can be reviewed against the log."""
    planned = plan(two_districts(), Policy(), Q1)
    assert planned.visits is not None
    found = review(two_districts(), Policy(), Q1, planned=planned.visits)
    due = [visit for visit in planned.visits.visits if visit.rep == "n1"]
    assert found.frequencies["n1"].planned == len(due) > 0
    assert found.frequencies["n1"].made == 6


@pytest.mark.parametrize(
    ("calls", "planned", "zh"),
    [
        (None, [Call(date(2026, 1, 5), "r1", "A")], "无拜访记录：覆盖率与频次缺失"),
        ([Call(date(2026, 1, 5), "r1", "A")], None, "无拜访计划：覆盖率与频次缺失"),
    ],
)
def test_no_log_or_no_plan_is_missing(calls: list[Call] | None, planned: list[Call] | None, zh: str) -> None:
    """No visit log is not the same as no visit: coverage and frequency are missing, and the weights shift."""
    found = review(region(sold(JAN, 5), calls=calls), Policy(), Q1, goals={"r1": yuan(5)}, planned=planned)
    assert found.frequencies == {}
    assert list(found.tables()) == ["attainment", "scorecard", "deviations"]
    assert found.notes[-1].zh == zh
    assert (values(found, "r1")["coverage"], values(found, "r1")["frequency"]) == (None, None)
    assert found.scorecards.scores[0].total == 100


def test_an_empty_log_is_no_visit() -> None:
    """A log that is kept and empty says that nobody was seen."""
    found = review(region(calls=[]), Policy(), Q1, planned=[Call(date(2026, 1, 5), "r1", "A")])
    assert values(found, "r1")["coverage"] == 0
    assert values(found, "r2")["coverage"] is None


def owed(customer: str, due: date, number: int, paid: int = 0, paid_on: date | None = None) -> Receivable:
    """Make an invoice of the year before."""
    return Receivable(customer, "F", date(2025, 12, 1), due, yuan(number), yuan(paid), paid_on)


def test_receipts_belong_to_the_owner() -> None:
    """What fell due by the day and what of it is paid by the day count for the customer's owner."""
    debts = [
        owed("A", date(2026, 1, 10), 60, 60, date(2026, 1, 20)),
        owed("A", date(2026, 1, 31), 40, 20, date(2026, 2, 20)),
        owed("A", date(2025, 12, 31), 999),
        owed("B", date(2026, 4, 1), 5),
        owed("Z", date(2026, 1, 10), 7, 7),
    ]
    policy = Policy(score=ScorePolicy(measures=MEASURES))
    world = region(receivables=debts)
    for day, expected in (((1, 15), Fraction(0)), ((1, 31), Fraction(3, 5)), ((2, 20), Fraction(4, 5))):
        assert values(review(world, policy, Q1, date(2026, *day)), "r1")["receipts"] == expected
    assert values(review(world, policy, Q1), "r2")["receipts"] is None
    assert values(review(region(), policy, Q1), "r1")["receipts"] is None
    assert values(review(region(receivables=[]), policy, Q1), "r1")["receipts"] is None


def test_field_days_are_less_leave() -> None:
    """The call rate divides by working days up to the day, leave taken off; without a log it is missing."""
    calls = [Call(date(2026, 1, day), "r1", "A") for day in (5, 6, 7, 8)]
    away = frozenset(date(2026, 1, day) for day in (12, 13))
    policy = Policy(follow=FollowPolicy(leave={"r1": away}), score=ScorePolicy(measures=MEASURES))
    planned = [Call(date(2026, 1, 5), "r1", "A")]
    found = review(region(calls=calls), policy, JAN, date(2026, 1, 16), planned=planned)
    days = policy.calendar.count(JAN.start, date(2026, 1, 16)) - 2
    figures = found.scorecards.scores[0].figures
    assert (figures.field_days, figures.made_visits, figures.capped_visits) == (days, 4, 1)
    assert values(review(region(), policy, JAN), "r1")["call_rate"] is None


def test_quantities_are_reviewed_in_boxes() -> None:
    """The measure quantity judges boxes against boxes; a goal in yuan is not comparable."""
    policy = Policy(goals=GoalPolicy(measure="quantity"))
    goals = set_goals(two_districts(), policy, Q1)
    found = review(two_districts(), policy, Q1, goals=goals)
    assert found.attainments["n1"].actual == Amount.of(242 + 246 + 250, BOX)
    with pytest.raises(NotComparable):
        review(two_districts(), policy, Q1, goals={"n1": yuan(5)})


def test_two_currencies_are_refused() -> None:
    """Actuals in two units are never added, not even with the zero of a rep without sales."""
    dollar = Sale(JAN, Amount.of(5, Unit("USD", 2)), rep="r1")
    for sales in ([dollar, sold(JAN, 5)], [dollar]):
        with pytest.raises(NotComparable):
            review(region(*sales), Policy(), Q1)


def test_a_review_needs_an_organisation_and_a_known_year() -> None:
    """Without an organisation there is nobody to judge; a year that nobody announced is no guess."""
    with pytest.raises(BadValue, match=r"review\.org"):
        review(evolve(region(), org=None), Policy(), Q1)
    with pytest.raises(UnknownYear, match="2027"):
        review(region(), Policy(), Month(2027, 1), date(2027, 1, 10))


def test_the_fingerprint_is_the_policys() -> None:
    """A review bears the fingerprint of what judged it."""
    assert review(one_rep(), Policy(), Q1).fingerprint == Policy().fingerprint


def test_scorecard_points_add_up() -> None:
    """Attainment, growth, coverage and frequency of a rep by hand: 50 + 10 + 20 + 20 at a full house."""
    world = region(sold(JAN, 110), sold(Month(2025, 1), 100), calls=[Call(date(2026, 1, 5), "r1", "A")])
    found = review(world, Policy(), JAN, goals={"r1": yuan(110)}, planned=[Call(date(2026, 1, 5), "r1", "A")])
    card = found.scorecards.scores[0]
    assert [str(point.points) for point in card.points] == ["50.00", "10.00", "20.00", "20.00"]
    assert card.total == 100


def test_html_is_escaped() -> None:
    """Names cannot bring markup into a notebook."""
    org = Org.of([Node("r1", "<img src=x>", "rep")])
    world = Region(org, Archive.of([]), CNY, BOX, sales=[sold(JAN, 5)], calls=[])
    html = review(world, Policy(), Q1, goals={"r1": yuan(5)}, planned=[])._repr_html_()
    assert "&lt;img" in html
    assert "<img" not in html
    assert html.count("<table>") == 4


def test_a_customer_without_owner_pays_for_who_sold_it_most() -> None:
    """Receipts of an orphan belong to the rep who had sold it most by the day."""
    archive = Archive.of([Customer("A", "A")])
    lines = [
        Sale(Month(2025, 6), yuan(5), customer="A", rep="r2"),
        Sale(FEB, yuan(50), customer="A", rep="r1"),
    ]
    debts = [owed("A", date(2026, 1, 10), 60, 30)]
    world = evolve(region(*lines, receivables=debts), archive=archive)
    policy = Policy(score=ScorePolicy(measures=MEASURES))
    early, late = (review(world, policy, Q1, day) for day in (date(2026, 1, 31), date(2026, 3, 1)))
    assert (values(early, "r1")["receipts"], values(early, "r2")["receipts"]) == (None, Fraction(1, 2))
    assert (values(late, "r1")["receipts"], values(late, "r2")["receipts"]) == (Fraction(1, 2), None)
