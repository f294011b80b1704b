"""Goal decomposition: exact at every node and bucket, explained, the same under any hash seed."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound
from pharmasales.goals import Decomposition, Season, blend, decompose, even, largest_remainder, season_given
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decompose import feasibility
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Year, buckets
from pharmasales.units import BOX, CNY, Amount, from_float

DATA = Path(__file__).parents[3] / "../shared/data/nhs_practice_list_size_2014_04_06.csv.gz"
ONE = Amount.of(1, BOX)
BASIS = Says("sales of 2025", "2025年销售")
THREE = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")
MONTHS = Year(2026).months
TWO_DISTRICTS = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("n1", "Rep N1", "rep", "N"),
        Node("n2", "Rep N2", "rep", "N"),
        Node("s1", "Rep S1", "rep", "S"),
    ]
)


def boxes(org: Org, total: int, weights: object, season: Season, **more: object) -> Decomposition:
    """Decompose boxes."""
    return decompose(org, Amount.of(total, BOX), weights, season, grain=ONE, basis=BASIS, **more)  # type: ignore[arg-type]  # tests pass hostile values


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Org, dict[str, int], Season]:
    """Draw an organisation, a weight for each leaf (some zero), and a season."""
    size = draw(st.integers(1, 18))
    nodes = [Node("0", "0", "x")]
    nodes += [Node(str(n), str(n), "x", str(draw(st.integers(0, n - 1)))) for n in range(1, size)]
    org = Org.of(nodes)
    leaves = [leaf.id for leaf in org.leaves()]
    numbers = draw(st.lists(st.integers(0, 30), min_size=len(leaves), max_size=len(leaves)).filter(any))
    months = draw(st.lists(st.integers(0, 9), min_size=12, max_size=12).filter(any))
    return org, dict(zip(leaves, numbers, strict=True)), season_given(months, MONTHS)


TOTALS = st.integers(-50, 50) | st.integers(-(10**31), 10**31)


@given(worlds(), TOTALS)
def test_exact_everywhere(world: tuple[Org, dict[str, int], Season], total: int) -> None:
    """Every node equals its parts for every bucket and in all; zero weight gets zero everywhere."""
    org, weights, season = world
    goals = boxes(org, total, weights, season)
    goals.check()
    assert goals.amount(org.root.id) == Amount.of(total, BOX)
    for node in org:
        mine = [goals.amount(node.id, bucket) for bucket in MONTHS]
        assert Amount.total(mine, BOX) == goals.amount(node.id)
        children = org.children(node.id)
        for place, bucket in enumerate(MONTHS):
            parts = [goals.amount(child.id, bucket) for child in children]
            assert not parts or Amount.total(parts, BOX) == mine[place]
            above = org.parent_of(node.id)
            if above is not None and goals.amount(above).minor:
                due = goals.amount(above, bucket).minor * goals.amount(node.id).over(goals.amount(above))  # type: ignore[operator]  # the whole is not zero
                assert abs(mine[place].minor - due) < 1
        if goals.weights[node.id] == 0:
            assert not any(amount.minor for amount in mine)


@given(worlds(), TOTALS, st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_laws_of_the_whole(world: tuple[Org, dict[str, int], Season], total: int, factor: Fraction) -> None:
    """Negative totals mirror, the scale of weights and the season leave whole amounts alone."""
    org, weights, season = world
    goals = boxes(org, total, weights, season)
    mirrored = boxes(org, -total, weights, season)
    scaled = boxes(org, total, {leaf: weight * factor for leaf, weight in weights.items()}, season)
    other = boxes(org, total, weights, even(THREE))
    for node in org:
        assert -goals.amount(node.id) == mirrored.amount(node.id)
        assert goals.amount(node.id) == scaled.amount(node.id) == other.amount(node.id)
        for bucket in MONTHS:
            assert -goals.amount(node.id, bucket) == mirrored.amount(node.id, bucket)
            assert goals.amount(node.id, bucket) == scaled.amount(node.id, bucket)


@given(worlds(), st.integers(-999, 999))
def test_order_of_weights_is_no_matter(world: tuple[Org, dict[str, int], Season], total: int) -> None:
    """The mapping's order does not count; the organisation's does."""
    org, weights, season = world
    backwards = dict(reversed(weights.items()))
    assert boxes(org, total, weights, season).cells == boxes(org, total, backwards, season).cells


@given(worlds(), st.integers(0, 999), st.integers(1, 9))
def test_more_weight_never_gives_less_among_siblings(
    world: tuple[Org, dict[str, int], Season], total: int, more: int
) -> None:
    """In a family right below the root, more weight never lowers a whole amount."""
    org = Org.of([Node("0", "0", "x"), *(Node(f"a{n}", "a", "x", "0") for n in range(len(world[1])))])
    weights = {f"a{n}": weight for n, weight in enumerate(world[1].values())}
    before = boxes(org, total, weights, world[2])
    after = boxes(org, total, weights | {"a0": weights["a0"] + more}, world[2])
    assert after.amount("a0") >= before.amount("a0")


def test_season_and_weights() -> None:
    """E23: 1,200 over Q1 | Q2+Q3 | Q4 by 20/55/25 %, and each rep by weight."""
    season = season_given(["20%", "55%", "25%"], THREE)
    goals = boxes(TWO_DISTRICTS, 1200, {"n1": 3, "n2": 2, "s1": "5"}, season)
    assert [goals.amount("C", bucket).minor for bucket in THREE] == [240, 660, 300]
    assert [goals.amount(node.id).minor for node in TWO_DISTRICTS] == [1200, 600, 360, 240, 600, 600]
    assert [goals.amount("n1", bucket).minor for bucket in THREE] == [72, 198, 90]
    assert goals.buckets == THREE


def test_methods() -> None:
    """Webster is used for whole amounts and the root's buckets where asked."""
    org = Org.of([Node("0", "0", "x"), *(Node(name, name, "x", "0") for name in "abc")])
    weights = {"a": 10, "b": 7, "c": 4}
    season = season_given([10, 7, 4], THREE)
    largest, divisor = boxes(org, 14, weights, season), boxes(org, 14, weights, season, method="webster")
    assert [largest.amount(name).minor for name in "abc"] == [7, 5, 2]
    assert [divisor.amount(name).minor for name in "abc"] == [6, 5, 3]
    assert [largest.amount("0", bucket).minor for bucket in THREE] == [7, 5, 2]
    assert [divisor.amount("0", bucket).minor for bucket in THREE] == [6, 5, 3]


def test_grain() -> None:
    """Every goal is a multiple of the grain; a total that is none is refused with both neighbours."""
    grain = Amount.of(1000, CNY)
    weights = {"n1": 1, "n2": 1, "s1": 1}
    goals = decompose(TWO_DISTRICTS, Amount.of(100_000, CNY), weights, even(MONTHS), grain=grain, basis=BASIS)
    goals.check()
    assert all(goal.amount.minor % 100_000 == 0 for goal in goals.goals)
    assert [goals.amount(name).minor // 100_000 for name in ("n1", "n2", "s1")] == [34, 33, 33]
    with pytest.raises(BadValue, match=r"use 100,000\.00 CNY or 101,000\.00 CNY"):
        decompose(TWO_DISTRICTS, Amount.of(100_500, CNY), weights, even(MONTHS), grain=grain, basis=BASIS)
    with pytest.raises(NotComparable):
        decompose(TWO_DISTRICTS, Amount.of(100, CNY), weights, even(MONTHS), grain=ONE, basis=BASIS)


def test_refused_weights_all_at_once() -> None:
    """Unknown nodes, inner nodes, negative and inexact weights are named together, with what to do."""
    weights = {"n1": -1, "N": 1, "x9": 1, "N2": 1, "s1": 0.5}
    with pytest.raises(BadRows, match="weights are refused") as caught:
        boxes(TWO_DISTRICTS, 10, weights, even(THREE))
    assert [(error.where, error.code) for error in caught.value.exceptions] == [
        ("weight of 'n1'", "goals.weight.negative"),
        ("weight of 'N'", "goals.weight.leaf"),
        ("weight of 'x9'", "goals.weight.unknown"),
        ("weight of 'N2'", "goals.weight.unknown"),
        ("weight of 's1'", "number.float"),
    ]
    hints = [error.hint for error in caught.value.exceptions]
    assert 'negative="zero"' in hints[0]
    assert hints[2] == "add the node or drop its weight"
    assert hints[3] == "did you mean 'n2'?"


def test_negative_as_zero() -> None:
    """Negative weights count as zero where allowed."""
    goals = boxes(TWO_DISTRICTS, 10, {"n1": -1, "n2": Fraction(-1, 2), "s1": 2}, even(THREE), negative="zero")
    assert [goals.amount(name).minor for name in ("n1", "n2", "s1")] == [0, 0, 10]


def test_twin_weights() -> None:
    """Two spellings of one id are refused; one spelling is brought to its normal form."""
    with pytest.raises(BadRows) as caught:
        boxes(TWO_DISTRICTS, 10, {"n1": 1, " n1": 2}, even(THREE))
    assert [(error.where, error.code) for error in caught.value.exceptions] == [("weights of 'n1'", "goals.twins")]
    assert boxes(TWO_DISTRICTS, 10, {" n1 ": 1}, even(THREE)).amount("n1") == Amount.of(10, BOX)


def test_no_basis() -> None:
    """Without any weight above zero a total is refused, or shared evenly among leaves; a total of zero needs none."""
    for weights in ({}, {"n1": 0}):
        with pytest.raises(BadValue, match=r"a goal with no basis.*@ weights; .*all_zero=.even"):
            boxes(TWO_DISTRICTS, 10, weights, even(THREE))
        goals = boxes(TWO_DISTRICTS, 10, weights, even(THREE), all_zero="even")
        assert [goals.amount(node.id).minor for node in TWO_DISTRICTS] == [10, 7, 4, 3, 3, 3]
        assert goals.basis.text() == "even shares, for want of a weight"
        assert len(goals.why("n2").parts) == 3
        assert [goal.amount.minor for goal in boxes(TWO_DISTRICTS, 0, weights, even(THREE)).goals] == [0] * 18


def test_leaves_without_weight() -> None:
    """A leaf that no weight names counts as zero, is listed, and its why says so."""
    goals = boxes(TWO_DISTRICTS, 10, {"n1": 3, "s1": 0}, even(THREE))
    assert goals.without_basis == ("n2",)
    assert goals.amount("n2").minor == goals.amount("s1").minor == 0
    assert goals.why("n2").parts[-1].text() == "no weight given: counts as zero"
    assert goals.why("n2").parts[-1].text("zh") == "未给权重，按零计"
    assert "no weight" not in goals.why("s1").text()


def test_why_of_a_whole_amount() -> None:
    """The trace goes from the total down to the node, with weights, exact shares and rounding."""
    goals = boxes(TWO_DISTRICTS, 1001, {"n1": 1, "n2": 2, "s1": 3}, even(THREE))
    assert goals.why("n1").lines() == [
        "Rep N1: 167 BOX in all",
        "  Company: 1,001 BOX in all, shared out by sales of 2025",
        "  North: 1,001 x weight 3 / 6 (50.00%) = 500.5, rounded up by 0.5 to 501",
        "  Rep N1: 501 x weight 1 / 3 (33.33%) = 167",
    ]
    assert goals.why("C").lines("zh") == ["Company：全期 1,001 BOX", "  Company：全期 1,001 BOX，按2025年销售分解"]


def test_why_of_a_bucket() -> None:
    """The trace of a bucket adds the season and the bucket on every level, in both languages."""
    season = season_given([1, 1, 1], THREE)
    goals = boxes(TWO_DISTRICTS, 1000, {"n1": 1, "n2": 2, "s1": 3}, season)
    assert [goals.amount(name, THREE[0]).minor for name in ("C", "N", "n1")] == [334, 167, 56]
    assert goals.why("n1", THREE[0]).lines() == [
        "Rep N1: 56 BOX in 2026-Q1",
        "  Company: 1,000 BOX in all, shared out by sales of 2025",
        "  North: 1,000 x weight 3 / 6 (50.00%) = 500",
        "  Rep N1: 500 x weight 1 / 3 (33.33%) = 166.6667, rounded up by 0.3333 to 167",
        "  2026-Q1: 1,000 x season 1 / 3 (33.33%) = 333.3333, rounded up by 0.6667 to 334",
        "  North in 2026-Q1: 334 x 500 / 1,000 (50.00%) = 167",
        "  Rep N1 in 2026-Q1: 167 x 167 / 500 (33.40%) = 55.778, rounded up by 0.222 to 56",
    ]
    chinese = goals.why("n1", THREE[1]).lines("zh")
    assert chinese[0] == "Rep N1：2026-Q2+Q3 56 BOX"
    assert chinese[4] == "  2026-Q2+Q3：1,000 × 季节系数 1 / 3（33.33%）= 333.3333，舍去 0.3333 得 333"


def test_why_of_a_blend() -> None:
    """Where weights were blended, the trace says what each basis gave and where one was silent."""
    weights = blend({"history": ({"n1": 3, "n2": 1}, 1), "potential": ({"n1": 1, "s1": 1}, 1)})
    goals = boxes(TWO_DISTRICTS, 80, weights, even(THREE))
    assert [goals.amount(name).minor for name in ("n1", "n2", "s1")] == [50, 10, 20]
    assert goals.why("s1").lines()[-3:] == [
        "  weight 0.25, blended from 2 bases",
        "    history (50.0%): no data, counts as zero",
        "    potential (50.0%): 1 of 2",
    ]
    assert goals.why("N").parts[-1].text() == "North: 80 x weight 0.75 / 1 (75.00%) = 60"


def test_unknown_node_or_bucket() -> None:
    """A number of nobody, or of a bucket that was not planned, is not found."""
    goals = boxes(TWO_DISTRICTS, 10, {"n1": 1}, even(THREE))
    for ask in (goals.amount, goals.why):
        with pytest.raises(NotFound, match="org id 'x'"):
            ask("x")
        with pytest.raises(NotFound, match=r"2026-05 is no bucket of these goals; known: 2026-Q1, 2026-Q2\+Q3"):
            ask("n1", Month(2026, 5))


def test_table() -> None:
    """The table has the seven columns, parents before children, every bucket, and a short why."""
    goals = boxes(TWO_DISTRICTS, 1000, {"n1": 1, "n2": 2, "s1": 3}, even(THREE))
    table = goals.table()
    keys = ["node_id", "node", "level", "parent_id", "period", "amount", "why"]
    assert (table.name, [column.key for column in table.columns]) == ("goals", keys)
    assert [c.title("zh") for c in table.columns] == ["节点编号", "节点", "层级", "上级编号", "期间", "金额", "说明"]
    assert len(table) == 18
    assert [row[0] for row in table.rows] == [name for name in ("C", "N", "n1", "n2", "S", "s1") for _ in THREE]
    assert table.rows[0][:6] == ("C", "Company", "company", "", "2026-Q1", 334)
    assert table.rows[-1][:5] == ("s1", "Rep S1", "rep", "S", "2026-Q4")
    first, rest = table.rows[6], table.rows[7:9]
    assert first[6] == goals.why("n1", THREE[0]).parts[-1]
    assert sorted(first[6].values) == ["above", "bucket", "exact", "name", "of", "part", "rounding", "share"]
    assert len(first[6].values) == 8
    assert [row[4] for row in rest] == ["2026-Q2+Q3", "2026-Q4"]
    assert str(first[6]) == "Rep N1 in 2026-Q1: 167 x 167 / 500 (33.40%) = 55.778, rounded up by 0.222 to 56"
    with pytest.raises(IndexError):
        table.rows[18]


def test_tables_are_values() -> None:
    """Two equal runs give equal tables; another run, or another kind of thing, does not."""
    runs = [boxes(TWO_DISTRICTS, total, {"n1": 1, "s1": 1}, even(THREE)).table() for total in (7, 7, 8)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert runs[0].rows != list(runs[0].rows)[1:]
    assert runs[0].rows != 18
    assert runs[0].rows == list(runs[0].rows)


def test_goals() -> None:
    """Goals are values with node, parent, bucket, amount and why; they add up like the table."""
    goals = boxes(TWO_DISTRICTS, 100, {"n1": 1, "n2": 2, "s1": 3}, even(THREE))
    goal = goals.goals[7]
    assert (goal.node.id, goal.parent, goal.period) == ("n1", "N", THREE[1])
    assert (goal.amount, goal.why) == (goals.amount("n1", THREE[1]), goals.table().rows[7][6])
    assert goals.goals[0].parent is None
    assert Amount.total((goal.amount for goal in goals.goals if goal.node.level == "rep"), BOX) == goals.total


def test_several_tops() -> None:
    """Several tops are joined under the added root, which is a node like any other."""
    org = Org.of([Node("a", "A", "region"), Node("b", "B", "region")])
    goals = boxes(org, 5, {"a": 1, "b": 1}, even(THREE))
    assert [row[3] for row in goals.table().rows] == [""] * 3 + ["TOTAL"] * 6
    assert goals.why("a").lines()[-1] == "  A: 5 x weight 1 / 2 (50.00%) = 2.5, rounded up by 0.5 to 3"


def test_check_names_every_difference() -> None:
    """The audit finds a changed total, whole amount or bucket, and says whose."""
    goals = boxes(TWO_DISTRICTS, 12, {"n1": 1, "n2": 1, "s1": 2}, even(THREE))
    wrong = [
        (evolve(goals, total=Amount.of(13, BOX)), ["differs from the total @ goal of 'C' [goals.sum]"]),
        (
            evolve(goals, whole=dict(goals.whole) | {"n1": 4}),
            ["differs from its parts @ goal of 'N' [goals.sum]", "differs from its buckets @ goal of 'n1' [goals.sum]"],
        ),
        (
            evolve(goals, cells=dict(goals.cells) | {"s1": [3, 1, 2]}),
            ["differs from its parts in a bucket @ goal of 'S' [goals.sum]"],
        ),
    ]
    for tampered, lines in wrong:
        with pytest.raises(BadRows, match="goals do not add up") as caught:
            tampered.check()
        assert list(caught.value.lines()) == lines


def test_deep_organisation() -> None:
    """A chain of 20,000 nodes is no deeper than any other, its why included."""
    depth = 20_000
    org = Org.of([Node("0", "top", "x"), *(Node(str(n), "n", "x", str(n - 1)) for n in range(1, depth))])
    goals = boxes(org, 7, {str(depth - 1): 1}, even(THREE))
    goals.check()
    assert goals.amount(str(depth - 1), THREE[0]) == Amount.of(3, BOX)
    why = goals.why(str(depth - 1), THREE[0])
    assert len(why.parts) == 2 * depth
    assert why.parts[-1].text() == "n in 2026-Q1: 3 x 7 / 7 (100.00%) = 3"


def test_same_under_any_hash_seed() -> None:
    """Two processes with different hash seeds print the same table."""
    program = (
        "from pharmasales.goals import *; from pharmasales.org import *; from pharmasales.periods import *;"
        "from pharmasales.units import *; from pharmasales.display import Says;"
        "ids = [f'r{n}' for n in range(40)];"
        "org = Org.of([Node('T', 'T', 'x'), *(Node(i, i, 'rep', 'T') for i in ids)]); one = Amount.of(1, BOX);"
        "goals = decompose(org, one * 997, {i: 1 + n % 7 for n, i in enumerate(ids)}, even(Year(2026).months),"
        " grain=one, basis=Says('x', 'x')); print(goals.table().text(most=999))"
    )
    runs = [
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].count(b"\n") == 41 * 12 + 2


def practices() -> tuple[Org, dict[str, int]]:
    """Read region > area team > PCO > practice with ids of whole paths, and the patients of each practice."""
    nodes: dict[str, Node] = {}
    patients: dict[str, int] = {}
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            codes = [row["Regional Office Code"], row["Area Team Code"], row["PCO Code"], row["Practice Code"]]
            names = [row["Regional Office Name"], row["Area Team Name"], row["PCO Name"], row["Practice Code"]]
            parent = None
            for depth, level in enumerate(["region", "area team", "PCO", "practice"]):
                node_id = "/".join(codes[: depth + 1])
                nodes.setdefault(node_id, Node(node_id, names[depth], level, parent))
                parent = node_id
            patients["/".join(codes)] = sum(int(v) for k, v in row.items() if k.startswith(("Male", "Female")))
    return Org.of(nodes.values()), patients


@pytest.mark.skipif(not DATA.exists(), reason="the NHS practice list is not beside the checkout")
def test_real_practices() -> None:
    """56,789,012 boxes over 12 months and all practices of England: exact everywhere, no patients, no boxes."""
    org, patients = practices()
    season = season_given([8, 7, 9, 8, 8, 8, 8, 7, 9, 9, 9, 10], MONTHS)
    goals = boxes(org, 56_789_012, patients, season)
    goals.check()
    assert goals.amount(org.root.id).minor == 56_789_012
    assert goals.without_basis == ()
    empty = [practice for practice, count in patients.items() if count == 0]
    assert empty
    assert not any(any(goals.cells[practice]) for practice in empty)
    assert len(patients) > 9000
    per_level: dict[str, int] = {}
    for goal in goals.goals:
        per_level[goal.node.level] = per_level.get(goal.node.level, 0) + goal.amount.minor
    assert set(per_level.values()) == {56_789_012}
    assert [goals.amount(org.root.id, month).minor for month in MONTHS] == largest_remainder(
        56_789_012, list(season.weights)
    )


def test_quarter_of_months() -> None:
    """A quarter's goal from a year's twelve month weights."""
    goals = boxes(TWO_DISTRICTS, 60, {"n1": 1, "s1": 1}, season_given(range(1, 13), Quarter(2026, 1).months))
    assert [goals.amount("C", month).minor for month in Quarter(2026, 1).months] == [10, 20, 30]


@given(worlds(), TOTALS, st.lists(st.sampled_from([Fraction, Decimal, str, from_float]), min_size=18, max_size=18))
def test_weights_of_every_kind(world: tuple[Org, dict[str, int], Season], total: int, kinds: list[Any]) -> None:
    """Quarters as ints, fractions, decimals, texts and floats read as their shortest decimal share out alike."""
    org, weights, season = world
    quarters = {leaf: Fraction(weight, 4) for leaf, weight in weights.items()}
    written = {
        leaf: kind(float(quarter)) if kind in (Decimal, str, from_float) else quarter
        for (leaf, quarter), kind in zip(quarters.items(), kinds, strict=False)
    }
    assert boxes(org, total, written, season).cells == boxes(org, total, weights, season).cells


@settings(deadline=None)
@given(worlds(), TOTALS, st.data())
def test_constraints_of_any_tree(world: tuple[Org, dict[str, int], Season], total: int, data: st.DataObject) -> None:
    """Any floors and caps, on nodes and buckets: refused with a report, or exact with every bound held."""
    org, weights, season = world
    size = abs(total) // 2 + 3
    asked = []
    for node_id in data.draw(st.lists(st.sampled_from(sorted(org.nodes)), max_size=4)):
        low, high = sorted(data.draw(st.tuples(st.integers(-3, size), st.integers(-3, size))))
        kind = data.draw(st.sampled_from([(low, None), (None, high), (low, high), (low, low)]))
        ends = [None if end is None else ONE * (end if total >= 0 else -end) for end in kind]
        least, most = ends if total >= 0 else ends[::-1]
        asked.append(Constraint(node_id, least, most, data.draw(st.none() | st.sampled_from(MONTHS))))
    report = feasibility(org, ONE * total, weights, season, grain=ONE, constraints=asked)
    if not report.holds:
        with pytest.raises(BadRows, match="cannot hold together"):
            boxes(org, total, weights, season, constraints=asked)
        return
    goals = boxes(org, total, weights, season, constraints=asked)
    goals.check()
    assert goals.amount(org.root.id) == ONE * total
    for one in asked:
        has = goals.amount(one.node, one.period)
        assert one.least is None or has >= one.least
        assert one.most is None or has <= one.most
    for node in org:
        goals.why(node.id, MONTHS[0]).text("zh")
