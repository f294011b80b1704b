"""A plan: tables as promised, notes for what is missing, nothing from the future, the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.cycle import ClassPolicy, GoalPolicy, Plan, Policy, Region, plan
from pharmasales.errors import BadRule, BadValue, UnknownYear
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Week
from pharmasales.testing import one_rep, quarter_with_gap, two_districts
from pharmasales.units import BOX, CNY, Amount

Q1 = Quarter(2026, 1)


def shown(planned: Plan) -> str:
    """Return every table and note of a plan as text, in both languages."""
    texts = [table.text(lang, most=10**6) for table in planned.tables().values() for lang in ("en", "zh")]
    return "\n".join([*texts, *(note.en + note.zh for note in planned.notes), planned.fingerprint])


def test_the_tables_and_their_leading_columns() -> None:
    """Grades, goals and visits lead with the columns that their files have."""
    tables = plan(two_districts(), Policy(), Q1).tables()
    assert list(tables) == ["grades", "goals", "visits", "unmet_visits", "visit_load"]
    keys = {name: [column.key for column in table.columns] for name, table in tables.items()}
    assert keys["grades"] == ["customer_id", "customer", "scheme", "grade", "why"]
    assert keys["goals"] == ["node_id", "node", "level", "parent_id", "period", "amount", "why"]
    assert keys["visits"][:7] == ["date", "rep_id", "rep", "customer_id", "customer", "grade", "why"]
    assert all(column.zh for table in tables.values() for column in table.columns)


def test_goals_of_the_table_add_up() -> None:
    """Every parent equals its parts in every period, the total row included."""
    rows = [
        (r["node_id"], r["parent_id"], r["period"], r["amount"])
        for r in plan(two_districts(), Policy(), Q1).tables()["goals"].records()
    ]
    amounts = {(node, period): Decimal(str(amount)) for node, _, period, amount in rows}
    assert len(rows) == 8 * 3
    for node, period in amounts:
        parts = [amounts[child, when] for child, parent, when, _ in rows if parent == node and when == period]
        assert not parts or sum(parts) == amounts[node, period]
    assert sum(amounts["C", str(month)] for month in Q1.months) == 60984


def test_the_day_of_planning() -> None:
    """The first day where left out; the last day still plans; the day after is refused."""
    assert plan(one_rep(), Policy(), Q1).as_of == date(2026, 1, 1)
    late = plan(one_rep(), Policy(), Q1, date(2026, 3, 31))
    assert late.visits is not None
    assert {visit.day for visit in late.visits.visits} == {date(2026, 3, 31)}
    assert late.goals is not None
    assert late.goals.total == Amount.of(13200, CNY)
    with pytest.raises(BadValue, match=r"after the period; up to 2026-03-31 \[plan\.as_of\]"):
        plan(one_rep(), Policy(), Q1, date(2026, 4, 1))


def test_the_fingerprint_is_the_policys() -> None:
    """A plan bears the fingerprint of what decided it."""
    assert plan(one_rep(), Policy(), Q1).fingerprint == Policy().fingerprint


def test_a_region_without_an_organisation() -> None:
    """Customers are graded; goals and visits are notes in both languages, or the error that was asked for."""
    world = evolve(two_districts(), org=None)
    planned = plan(world, Policy(), Q1)
    assert [found.scheme.name for found in planned.grades] == ["abc", "decile"]
    assert (planned.goals, planned.visits, list(planned.tables())) == (None, None, ["grades"])
    assert [(note.en, note.zh) for note in planned.notes] == [
        ("no goals: a goal needs an organisation", "未设目标：无组织架构"),
        ("no visits: no customer has a rep", "未排拜访：客户没有负责代表"),
    ]
    with pytest.raises(BadValue, match=r"goals\.org"):
        plan(world, Policy(), Q1, goals_asked=True)


def test_a_region_without_customers() -> None:
    """Goals stand on the sales alone; there is nobody to grade or to visit."""
    planned = plan(evolve(two_districts(), archive=Archive.of([])), Policy(), Q1)
    assert planned.grades == ()
    assert planned.goals is not None
    assert planned.goals.total == Amount.of(60984, CNY)
    assert list(planned.tables()) == ["goals"]
    assert [note.en for note in planned.notes] == ["no visits: no customer has a rep"]


def test_a_region_without_sales() -> None:
    """Customers are graded by potential and visited; goals have no basis: a note, or the error that was asked for."""
    world = evolve(two_districts(), sales=())
    planned = plan(world, Policy(), Q1)
    assert planned.grades[0].by_customer()["H1"].letter == "A"
    assert "potential" in planned.grades[0].grades[0].why().text()
    assert planned.goals is None
    assert planned.visits is not None
    assert planned.visits.visits
    assert [(note.en, note.zh) for note in planned.notes] == [
        ("no goals: no basis: no sales in 2025-Q1 to grow from", "未设目标：缺少依据"),
    ]
    with pytest.raises(BadValue, match=r"goals\.basis"):
        plan(world, Policy(), Q1, goals_asked=True)


def test_a_region_without_anything() -> None:
    """Nothing in, nothing out, and no error."""
    planned = plan(Region(None, Archive.of([]), CNY, BOX), Policy(), Q1)
    assert planned.tables() == {}
    assert planned._repr_html_() == ""
    assert len(planned.notes) == 2


def test_nobody_above_zero_leaves_the_schemes_out() -> None:
    """Customers whom no scheme can grade are not visited, and every reason is noted."""
    org = Org.of([Node("r1", "One", "rep")])
    planned = plan(Region(org, Archive.of([Customer("A", "A", owner="r1")]), CNY, BOX), Policy(), Q1)
    assert [note.zh for note in planned.notes] == [
        "未使用分级方案 abc：潜力均无正值",
        "未使用分级方案 decile：潜力均无正值",
        "未设目标：缺少依据",
        "未排拜访：客户没有级别",
    ]


def test_quarter_with_gap() -> None:
    """Every gap is a note or a missing grade, never a zero."""
    planned = plan(quarter_with_gap(), Policy(), Q1)
    assert {c for c, g in planned.grades[0].by_customer().items()} == {"K1", "K2", "K5"}
    assert planned.goals is not None
    assert planned.goals.without_basis == ("r3",)
    assert planned.goals.amount("r3") == Amount.of(0, CNY)
    assert [note.zh for note in planned.notes] == ["按月平均：去年部分月份无销售", "2 个客户无级别，未排拜访"]


def test_orphans_belong_to_who_sold_most_before() -> None:
    """A customer without an owner is visited by the rep who had sold it most, not by one who sells it later."""
    world = two_districts()
    orphan = evolve(world.archive["H7"], owner="")
    archive = Archive.of([orphan if customer.id == "H7" else customer for customer in world.archive])
    later = Sale(Month(2026, 1), Amount.of(10**6, CNY), customer="H7", rep="n1")
    planned = plan(evolve(world, archive=archive, sales=[*world.sales, later]), Policy(), Q1)
    assert planned.visits is not None
    assert {visit.rep for visit in planned.visits.visits if visit.customer == "H7"} == {"s2"}


def test_errors_that_are_no_missing_basis_are_raised() -> None:
    """A total between two grains, a letter without a cadence and an unknown year are never notes."""
    with pytest.raises(BadValue, match=r"goals\.grain"):
        plan(one_rep(), Policy(goals=GoalPolicy(total=Decimal("0.5"))), Q1)
    with pytest.raises(BadRule, match="without a cadence"):
        plan(one_rep(), Policy(classify=ClassPolicy(("decile",))), Q1)
    with pytest.raises(UnknownYear, match="2027"):
        plan(one_rep(), Policy(classify=ClassPolicy(on="potential")), Month(2027, 1))


def test_a_week_can_be_planned() -> None:
    """A week has grades and visits; without weekly sales it has no goal, and says so."""
    planned = plan(one_rep(), Policy(), Week(2026, 5))
    assert planned.goals is None
    assert planned.visits is not None
    assert all(visit.day in Week(2026, 5) for visit in planned.visits.visits)
    assert planned.visits.visits


def test_html_is_escaped() -> None:
    """Names from a file cannot bring markup into a notebook."""
    evil = "<script>alert(1)</script>"
    org = Org.of([Node("r1", evil, "rep")])
    sales = [Sale(Month(2025, 1), Amount.of(5, CNY), customer="A", rep="r1")]
    world = Region(org, Archive.of([Customer("A", evil, owner="r1")]), CNY, BOX, sales=sales)
    planned = plan(world, Policy(), Q1)
    html = planned._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert html.count("<table>") == 5


FUTURE = st.lists(
    st.builds(
        lambda month, number, customer, rep, day: Sale(
            Month(2026, month), Amount.of(number, CNY), Amount.of(number, BOX), customer, rep, "P1", day
        ),
        st.integers(1, 12),
        st.integers(-(10**6), 10**6),
        st.sampled_from(["K1", "K2", "K3", "K4", "K5", "", "Z9"]),
        st.sampled_from(["r1", "r2", "r3", "G", ""]),
        st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ),
    max_size=8,
)


@settings(max_examples=30, deadline=None)
@given(FUTURE)
def test_sales_from_the_first_day_on_never_change_a_plan(future: list[Sale]) -> None:
    """No look-ahead: whatever is sold on or after the period's start, by whom and to whom, the plan is the same."""
    world = quarter_with_gap()
    past = [sale for sale in world.sales if sale.period.end < Q1.start]
    expected = shown(plan(evolve(world, sales=past), Policy(), Q1))
    assert shown(plan(evolve(world, sales=[*past, *future]), Policy(), Q1)) == expected
    assert shown(plan(evolve(world, sales=[*future, *past]), Policy(), Q1)) == expected


def test_customers_of_later_files_are_not_planned() -> None:
    """A customer whose file was opened on the first day of the period was not known before it."""
    world = one_rep()
    new = [Customer("N1", "New", owner="r1", potential=10**6, since=Q1.start)]
    assert shown(plan(evolve(world, archive=Archive.of([*world.archive, *new])), Policy(), Q1)) == shown(
        plan(world, Policy(), Q1)
    )


PROGRAM = """
from datetime import date
from pharmasales import Policy, Quarter, plan, review
from pharmasales.testing import one_rep, quarter_with_gap, two_districts
for world in (one_rep(), two_districts(), quarter_with_gap()):
    made = plan(world, Policy(), Quarter(2026, 1), date(2026, 1, 15))
    judged = review(world, Policy(), Quarter(2026, 1), date(2026, 2, 20), goals=made.goals, planned=made.visits)
    for table in (*made.tables().values(), *judged.tables().values()):
        print(table.text("en", 10**6), table.text("zh", 10**6))
    print(*made.notes, *judged.notes, made.fingerprint)
"""


def test_ten_processes_with_ten_hash_seeds_make_one_plan() -> None:
    """The text of every table is byte-identical under PYTHONHASHSEED 0 to 9."""
    running = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-X", "utf8", "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            stdout=subprocess.PIPE,
        )
        for seed in range(10)
    ]
    texts = {process.communicate()[0] for process in running}
    assert all(process.returncode == 0 for process in running)
    assert len(texts) == 1
    assert len(texts.pop()) > 20_000
