"""What other rooms keep, counted: coaching visits and expenses."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import evolve

from pharmasales.channel.expense import Budget, BudgetChange, ExpenseBook, Shared, Spent
from pharmasales.evaluation.measures import MEASURES, coaching_items, expense_items, measure_period
from pharmasales.followup.joint.chain import CoachingBook
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.followup.joint.coaching_versions import CoachingAction
from pharmasales.followup.joint.forms import CoachingForm, CoachingQuestion
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.links import ActionCheck
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import CNY, Amount

ORG = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
Q1 = Quarter(2026, 1)
FORM = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 100)])


def yuan(number):
    """Make yuan."""
    return Amount.of(number, CNY)


def report(key, month, mark, *actions):
    """Return a completed report of r1."""
    day = date(2026, month, 4)
    ride = JointVisit(f"J-{key}", "coaching", day, "H1", {"m1": "coach", "r1": "employee"})
    agreed = [CoachingAction(one, "opening", f"do {one}", date(2026, month, 20)) for one in actions]
    made = CoachingReport.begin(key, [ride], FORM, until=date(2026, month, 25), on=day)
    made = made.fill({"q1": mark}, agreed, by="m1", on=day)
    made = made.send(by="m1", on=day, no_action="" if actions else "none")
    return made.comment("seen", by="r1", on=day).complete(by="r1", on=day)


def test_coaching_counts_before_and_after():
    """The first report has none before it; of three suggestions one is done, one only in part, one was never seen."""
    reports = [report("R2", 2, 4), report("R1", 1, 3, "a1", "a2", "a3"), report("R3", 3, 2)]
    checks = [
        ActionCheck("K1", "R1/a1", "R2", "not_done"),
        ActionCheck("K2", "R1/a1", "R3", "done"),
        ActionCheck("K3", "R1/a2", "R2", "partly"),
        ActionCheck("K4", "R1/a3", "R2", "not_seen"),
    ]
    first, second, third = (float(next(one for one in reports if one.id == key).score) for key in ("R1", "R2", "R3"))
    found = measure_period(ORG, coaching_items(CoachingBook(reports, checks)), Q1)
    known = found["r1"]
    assert (known.joint_visits, float(known.points_before)) == (2, first + second)
    assert float(known.points_after) == second + third
    assert (known.suggestions, known.adopted) == (2, 1)
    assert found.value("r1", MEASURES["advice_adopted"]).value == Fraction(1, 2)
    gone = {(line.item.figure, line.item.id) for line in found.left_out("r1")}
    assert {("joint_visits", "R1"), ("suggestions", "R1/a3")} <= gone


def test_a_suggestion_that_was_withdrawn_is_none():
    """A corrected report asks for its own actions alone, also where the old one was checked as done."""
    first = report("R1", 1, 3, "a1", "a2")
    corrected = evolve(first, versions=[*first.versions, evolve(first.latest, actions=first.latest.actions[1:])])
    book = CoachingBook(
        [corrected, report("R2", 2, 4)], [ActionCheck(f"K{n}", f"R1/a{n}", "R2", "done") for n in (1, 2)]
    )
    known = measure_period(ORG, coaching_items(book), Q1)["r1"]
    assert (known.suggestions, known.adopted) == (1, 1)


def test_expenses_count_where_somebody_answers_for_them():
    """Shares go to the customer's owner, the rest to the plan's; what nobody answers for is left out."""
    two = [Shared("D1", weight=3), Shared("D2", weight=1)]
    book = ExpenseBook.of(
        [
            Budget("B1", "P1", date(2026, 1, 1), yuan(900)),
            Budget("B2", "P2", date(2026, 1, 1), yuan(100), customer="D2"),
            BudgetChange("C1", "B1", date(2026, 2, 1), yuan(100), "m1", "m2"),
            Spent("S1", "P1", date(2026, 2, 2), yuan(400), two, budget="B1"),
            Spent("S2", "P1", date(2026, 2, 3), yuan(50), budget="B1"),
            Spent("S3", "P9", date(2026, 2, 3), yuan(7)),
            Spent("S4", "P1", date(2026, 4, 1), yuan(5), budget="B1"),
        ]
    )
    found = measure_period(ORG, expense_items(book, {"D1": "r1", "D2": "r2"}, {"P1": "r1", "P2": "r1"}), Q1)
    assert (found["r1"].cost, found["r2"].cost, found["N"].cost) == (yuan(350), yuan(100), yuan(450))
    assert (found["r1"].budget, found["r2"].budget) == (yuan(1000), yuan(100))
    assert found.value("r1", MEASURES["budget_use"]).value == Fraction(7, 20)
    assert {line.item.id for line in found.left_out()} == {"expense S3/1", "expense S4/1"}
