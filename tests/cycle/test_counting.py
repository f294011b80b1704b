"""A period counted from a region: what becomes an item, what is zero, what is withheld, what keeps its name."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.channel import Receivable
from pharmasales.cycle import Call, Policy, Region, review
from pharmasales.cycle.closing import close_inputs, close_sheet, closed_review
from pharmasales.cycle.counting import count_period, own_actuals, period_items, visits_counted
from pharmasales.cycle.facts import Fact, fact_items, noted
from pharmasales.cycle.gating import withheld
from pharmasales.cycle.scoring import reads_classes
from pharmasales.errors import BadValue, NotComparable, NotFound
from pharmasales.evaluation import MEASURES
from pharmasales.evaluation.closing.closed import close_period
from pharmasales.evaluation.closing.closing_records import closing_data, closing_from
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter
from pharmasales.rules import Field, Part, Ratio, Weighted
from pharmasales.units import BOX, CNY, Amount, Unit

Q1, JAN = Quarter(2026, 1), Month(2026, 1)
ORG = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
ARCHIVE = Archive.of([Customer("A", "A", owner="r1"), Customer("B", "B", owner="r2")])


def yuan(number: int) -> Amount:
    """Make yuan."""
    return Amount.of(number, CNY)


def sold(number: int, rep: str, customer: str = "", month: Month = JAN) -> Sale:
    """Make a line."""
    return Sale(month, yuan(number), rep=rep, customer=customer)


def region(*sales: Sale, **more: object) -> Region:
    """Make a region of two reps and their two customers."""
    return Region(ORG, ARCHIVE, CNY, BOX, sales=sales, **more)  # type: ignore[arg-type]  # by name


def counted(world: Region, goals: dict[str, Amount] | None = None, **more: object):
    """Count the first quarter."""
    return count_period(world, Policy(), Q1, Q1.end, goals=goals or {}, **more)  # type: ignore[arg-type]  # by name


def test_house_accounts_belong_to_the_top_and_who_sold_nothing_has_zero():
    """Every node's own actual, and the sum above; the zero is an item that says so."""
    found = counted(region(sold(5, "r1"), sold(7, ""), sold(3, "r2", month=Month(2025, 1))))
    assert own_actuals(found) == {"N": yuan(7), "r1": yuan(5), "r2": yuan(0)}
    assert (found["N"].actual, found["r1"].last, found["N"].last) == (yuan(12), yuan(0), yuan(3))
    (nothing,) = found.counted("r2", MEASURES["actual"])
    assert (nothing.item.id, nothing.item.value) == ("nothing sold", yuan(0))
    assert own_actuals(counted(region())) == {}


def test_a_line_that_comes_later_renames_no_other():
    """Whatever stands before it in the file, an item keeps its name; equal lines are told apart."""
    one, two, late = sold(5, "r1", "A"), sold(6, "r2", "B"), sold(9, "r1", "A")
    before, after = (
        set(period_items(world, Policy(), Q1, Q1.end, goals={})) for world in (region(one, two), region(one, late, two))
    )
    assert before <= after
    assert {item.id for item in after - before} == {"sale 2026-01 A (2)"}


def test_strangers_and_two_currencies_are_refused():
    """A sale of a node that nobody knows, or in another unit, is never left out in silence."""
    with pytest.raises(NotFound, match="'r9'"):
        counted(region(sold(5, "r9")))
    with pytest.raises(NotComparable):
        counted(region(Sale(JAN, Amount.of(5, Unit("USD", 2)), rep="r1")))
    with pytest.raises(BadValue, match=r"review\.org"):
        counted(evolve(region(), org=None))


def test_visits_are_counted_by_class_too():
    """The grade of the start of the period decides; a rep without plan or visit has zero, and days in the field."""
    planned = [Call(date(2026, 1, 5), "r1", "A"), Call(date(2026, 1, 6), "r1", "B")]
    world = region(calls=[planned[0]])
    found = counted(world, planned=planned, letters={"A": "X", "B": "Y"})
    names = ("target_customers", "seen_customers", "seen_customers.X", "seen_customers.Y", "planned_visits")
    assert [found["r1"].known[name] for name in names] == [2, 1, 1, 0, 2]
    assert (found["r2"].made_visits, found["r2"].field_days) == (0, Policy().calendar.count(Q1.start, Q1.end))
    assert visits_counted(found)["r1"].coverage == 1 / 2
    assert visits_counted(counted(region())) == {}


def test_a_debtor_whose_rep_has_nothing_due_owes_zero():
    """What is due counts for the rep who looks after the customer; nothing due is zero, no invoice is missing."""
    later = Receivable("A", "F1", date(2026, 1, 5), date(2026, 4, 5), yuan(9))
    found = counted(region(receivables=[later]))
    assert (found["r1"].due, found["r1"].collected, found["r2"].due) == (yuan(0), yuan(0), None)
    assert {line.reason.en for line in found.left_out("r1", MEASURES["receipts"]) if line.reason} == {
        "outside the period"
    }


def test_a_role_is_scored_by_nothing_that_is_withheld_from_it():
    """A medical rep's sales count above and in the results, and in no score, also not where the period is closed."""
    org = Org.of([evolve(node, role="medical_rep") if node.id == "r1" else node for node in ORG])
    world = evolve(region(sold(5, "r1", "A"), sold(6, "r2", "B")), org=org)
    sheet = ScoreSheet("s", Weighted([Part("s", 100, Ratio(Field("actual"), Field("gross")))], missing="reweight"))
    policy = Policy(sheet=sheet)
    live = review(world, policy, Q1, goals={"r2": yuan(5)})
    assert [str(card.total) for card in live.scorecards.scores] == ["None", "100.00"]
    assert live.attainments["N"].actual == yuan(11)
    closed = close_period(
        close_inputs(world, policy, Q1, goals={"r2": yuan(5)}), close_sheet(policy), by="m1", on=Q1.end
    )
    kept = closing_from(closing_data(closed))
    again = closed_review(kept.latest, policy)  # type: ignore[union-attr]  # it is closed
    tables = [
        {name: [[*map(str, row)] for row in table.rows] for name, table in one.tables().items()}
        for one in (live, again)
    ]
    assert tables[0] == tables[1]
    rows = {row["rep_id"]: row for row in again.evidence(policy).records()}
    assert (rows["r1"]["counted"], rows["r1"]["left_out"]) == (0, 2)
    assert rows["r1"]["why"].text() == "nothing counts: the role may not be scored by actual, gross"  # type: ignore[union-attr]  # words
    assert rows["r2"]["why"].text("zh") == "actual、gross：计入 2 项，剔除 0 项"  # type: ignore[union-attr]  # words


def test_what_is_withheld_follows_the_measures():
    """Amounts that any forbidden measure reads; numbers only where all that read them are forbidden."""
    found = withheld(Policy(), Node("r1", "One", "rep", role="medical_rep"), Q1.end)
    assert {"goal", "actual", "last", "gross", "due", "collected", "own", "market"} <= found
    assert not found & {"made_visits", "cost", "knowledge_points", "hospitals_opened"}
    assert withheld(Policy(), Node("r1", "One", "rep"), Q1.end) == frozenset()
    assert withheld(Policy(gates=()), Node("r1", "One", "rep", role="medical_rep"), Q1.end) == frozenset()


def test_facts_of_shorter_periods_add_up_and_marks_do_not():
    """Counts of months make the quarter's; the mark of a month is none of it; two of one source are refused."""
    facts = [Fact("r1", Month(2026, n), "breaches", n, "audit", date(2026, n, 3)) for n in (1, 2)]
    facts += [Fact("r1", JAN, "attitude.manager", 80, "form", JAN.end)]
    assert noted(facts, Q1) == {"r1": {"breaches": 3}}
    assert noted(facts, Q1, JAN.end) == {"r1": {"breaches": 1}}
    assert noted(facts, JAN) == {"r1": {"breaches": 1, "attitude.manager": 80}}
    with pytest.raises(BadValue, match=r"fact\.twice"):
        noted([*facts, facts[-1]], JAN)
    with pytest.raises(BadValue, match=r"fact\.source"):
        evolve(facts[0], source=" ")
    costs = [Fact("r1", JAN, "cost", 5, "ledger", JAN.end)] * 2
    items = list(fact_items(costs, Q1, money=CNY, goods=BOX))
    assert [(item.id, item.value) for item in items] == [
        ("fact 2026-01-31 ledger", yuan(5)),
        ("fact 2026-01-31 ledger (2)", yuan(5)),
    ]
    assert counted(region(facts=costs))["r1"].cost == yuan(10)


def test_only_a_sheet_of_classes_reads_grades():
    """A mark of a source has a dot and is no class."""
    of = {name: ScoreSheet("s", Weighted([Part("s", 100, Field(name))])) for name in ("seen_customers.A", "skill.own")}
    assert [reads_classes(Policy(sheet=sheet)) for sheet in of.values()] == [True, False]
    assert not reads_classes(Policy())
