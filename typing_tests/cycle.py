"""A program that runs one turn of the management cycle and reads the results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import assert_type

import pharmasales as ps
from pharmasales.evaluation import Attained
from pharmasales.followup import Visit

org = ps.Org.of([ps.Node("N", "North", "district"), ps.Node("r1", "Rep One", "rep", "N")])
archive = ps.Archive.of([ps.Customer("H1", "Example Hospital", "hospital", owner="r1", fields={"beds": 900})])
sales = [ps.Sale(month, ps.Amount.of("100.50", ps.CNY), customer="H1", rep="r1") for month in ps.Year(2025).months]
region = ps.Region(org, archive, ps.CNY, ps.BOX, sales=sales)
policy = ps.Policy(
    goals=ps.GoalPolicy(growth=Fraction(1, 10), periods="month", grain=Decimal(1)),
    follow=ps.FollowPolicy(cadence=ps.Cadences.of({"A": 4, "B": "1/2", "C": 0}), visits_a_day=6),
)
quarter = ps.period("2026-Q1")
assert_type(quarter, ps.Period)

grades = ps.grade_customers(region, policy, quarter)
assert_type(grades, tuple[ps.Classification, ...])
goals = ps.set_goals(region, policy, quarter)
assert_type(goals, ps.Decomposition)
assert_type(goals.amount("r1"), ps.Amount)
assert_type(goals.why("r1"), ps.Why)
visits = ps.plan_visits(region, policy, grades, quarter, date(2026, 1, 5))
for visit in visits.visits:
    assert_type(visit, Visit)
    assert_type(visit.day, date)

result = ps.review(region, policy, quarter, date(2026, 2, 28), goals=goals, planned=visits)
assert_type(result, ps.Review)
one = result.attainments["r1"]
assert_type(one, Attained)
assert_type(result.tables(), dict[str, ps.Table])

made = ps.plan(region, policy, quarter)
if made.goals is not None:
    total: ps.Amount = made.goals.amount("N")

try:
    ps.Amount.of("1.005", ps.CNY)
except ps.BadValue as error:
    said: tuple[str, str, str, str] = (error.code, error.where, error.reason, error.hint)
except ps.BadRows as group:
    codes = [one.code for one in group.exceptions if isinstance(one, ps.PharmaSalesError)]
