"""The cycle on any region: it adds up, it never looks ahead, and what it refuses it refuses by name."""

from collections import Counter
from fractions import Fraction

from attrs import evolve
from hypothesis import event, given, settings
from hypothesis import strategies as st

import pharmasales as ps
from pharmasales.followup import DEFAULT_CADENCE
from pharmasales.testing.regions import calendars, regions

QUARTERS = st.sampled_from([ps.Quarter(2025, 4), ps.Quarter(2026, 1), ps.Quarter(2026, 2)])
LENIENT = ps.GoalPolicy(negative="zero", all_zero="even")


@settings(max_examples=60, deadline=None)
@given(regions(), QUARTERS, calendars())
def test_a_plan_adds_up_or_is_refused_by_name(region, quarter, calendar):
    """Goals equal their parts, visits planned and unmet equal the demand, nothing else than a typed error is raised."""
    policy = ps.Policy(calendar=calendar, goals=LENIENT)
    try:
        made = ps.plan(region, policy, quarter)
    except ps.PharmaSalesError as error:
        event(error.code)
        return
    event(f"goals {made.goals is not None}, visits {made.visits is not None}")
    if made.goals is not None:
        made.goals.check()
        assert made.goals.amount(made.goals.org.root.id) == made.goals.total
    if made.visits is not None:
        planned = Counter(visit.customer for visit in made.visits.visits)
        planned.update({short.customer: short.count for short in made.visits.unmet})
        cadences = {grade: DEFAULT_CADENCE.by_grade[grade] for grade in "ABC"}
        most = max(c.visits(quarter.start, quarter.end, calendar) for c in cadences.values())
        assert all(count <= most for count in planned.values())
        assert all(calendar.is_workday(visit.day) and visit.day in quarter for visit in made.visits.visits)


@settings(max_examples=40, deadline=None)
@given(regions(), QUARTERS)
def test_a_plan_knows_nothing_of_what_comes(region, quarter):
    """Sales from the period's first day on change no plan."""
    policy = ps.Policy(calendar=ps.WEEKDAYS, goals=LENIENT)
    past = [sale for sale in region.sales if (sale.day or sale.period.end) < quarter.start]
    try:
        full = ps.plan(region, policy, quarter)
    except ps.PharmaSalesError as error:
        full = error.code
    try:
        cut = ps.plan(evolve(region, sales=past), policy, quarter)
    except ps.PharmaSalesError as error:
        cut = error.code
    if isinstance(full, str) or isinstance(cut, str):
        assert full == cut
        return
    assert [t.text(most=999) for t in full.tables().values()] == [t.text(most=999) for t in cut.tables().values()]


@settings(max_examples=60, deadline=None)
@given(regions(), QUARTERS)
def test_a_review_adds_up_or_is_refused_by_name(region, quarter):
    """Actuals of the parts add up to the whole; points of each rep add up to the total; missing is never zero."""
    try:
        made = ps.review(region, ps.Policy(calendar=ps.WEEKDAYS), quarter)
    except ps.PharmaSalesError as error:
        event(error.code)
        return
    rows = made.attainments.rows
    for node in region.org:
        below = [rows[child].actual for child in region.org.below[node.id]]
        if below and None not in below and node.id != region.org.root.id:
            assert rows[node.id].actual == ps.Amount.total(below, region.money)
    for card in made.scorecards.scores:
        known = [one.points for one in card.points if one.points is not None]
        assert card.total == (sum(known) if known else None)
        assert all(one.score is not None or one.points is None for one in card.points)
    if region.calls is None:
        assert not made.frequencies
    assert made.attainments.elapsed == Fraction(1)
