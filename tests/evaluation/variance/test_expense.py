"""Variance of expense: use and rate add up to the difference, and nothing is guessed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadValue, NotFound
from pharmasales.evaluation.variance.expense import EXPENSE_PARTS, SpentLine, expense_variance
from pharmasales.org import Node, Org
from pharmasales.units import CNY, DAY, USD, VISIT, Amount

ORG = Org.of([Node("N", "North", "district"), *(Node(rep, rep, "rep", "N") for rep in ("r1", "r2"))])


def spent(node, item, budget, actual, planned=None, used=None, unit=VISIT):
    """Return a line of expense in yuan and visits."""
    money = [None if one is None else Amount.of(one, CNY) for one in (budget, actual)]
    use = [None if one is None else Amount.of(one, unit) for one in (planned, used)]
    return SpentLine(node, item, *money, *use)


def parts(change):
    """Return the parts that are not zero, as texts."""
    return {part.key: str(amount.value) for part, amount in change.parts if amount.minor}


some = st.one_of(st.none(), st.integers(0, 10**6))


@st.composite
def lines(draw):
    """Every line of two reps and four items, with holes."""
    found = []
    for node in ("r1", "r2"):
        for item in draw(st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True, min_size=1)):
            budget, planned, used = draw(some), draw(some), draw(some)
            actual = draw(st.integers(0, 10**6))
            money = [None if one is None else Amount(one, CNY) for one in (budget, actual)]
            found.append(
                SpentLine(node, item, *money, *(None if u is None else Amount(u, VISIT) for u in (planned, used)))
            )
    return found


@given(lines(), st.randoms())
def test_the_parts_add_up_in_every_line_item_and_node_in_any_order(given_lines, random):
    """Actual less budget, counted by hand, is the sum of the parts."""
    found = expense_variance(random.sample(given_lines, len(given_lines)))
    change = sum(line.actual.minor - (line.budget.minor if line.budget else 0) for line in given_lines)
    assert found.whole.change.minor == change == sum(amount.minor for _, amount in found.whole.parts)
    for part in EXPENSE_PARTS:
        of_items = sum(one[part.key].minor for one in found.by_item().values())
        nodes = found.by_node(ORG)
        assert of_items == found.whole[part.key].minor == nodes["N"][part.key].minor
        assert nodes["r1"][part.key].minor + nodes["r2"][part.key].minor == of_items
    assert found.table().rows == expense_variance(given_lines).table().rows


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 999), st.integers(1, 999))
def test_use_and_rate_are_the_formulas(budget, actual, planned, used):
    """Each within one fen of its exact value."""
    line = SpentLine("r1", "a", Amount(budget, CNY), Amount(actual, CNY), Amount(planned, VISIT), Amount(used, VISIT))
    found = expense_variance([line]).whole
    rate = Fraction(budget, planned)
    assert abs(found["use"].minor - (used - planned) * rate) < 1
    assert abs(found["rate"].minor - (actual - used * rate)) < 1


def test_a_small_example_by_hand():
    """Budget 100 visits at 10, actual 120 at 11: 200 more use, 120 more by rate."""
    found = expense_variance([spent("r1", "travel", 1000, 1320, 100, 120)])
    assert parts(found.whole) == {"use": "200.00", "rate": "120.00"}
    assert found.why("r1", "travel").lines() == [
        "r1, travel: spent 1,320.00 CNY, budget 1,000.00 CNY: split by the budget rate",
        "  120 VISIT used of 100 VISIT planned; 11 each, 10 in the budget",
        "  use 200.00 CNY: (actual use - budget use) x budget rate",
        "  rate 120.00 CNY: actual use x (actual rate - budget rate)",
    ]
    assert "实际用量 120 VISIT，预算用量 100 VISIT；实际费率 11，预算费率 10" in found.why("r1", "travel").text("zh")


@pytest.mark.parametrize(
    ("line", "part", "says"),
    [
        (spent("r1", "a", None, 5), "unbudgeted", "no budget; agree one or stop it"),
        (spent("r1", "a", 0, 5, None, 3), "unbudgeted", "no budget; agree one or stop it"),
        (spent("r1", "a", 0, 5, 0, 3), "unbudgeted", "no budget; agree one or stop it"),
        (spent("r1", "a", 9, 5, None, 3), "unexplained", "unexplained: the budget has no use; give it"),
        (spent("r1", "a", 9, 5, 0, 3), "unexplained", "unexplained: the budget has no use; give it"),
        (spent("r1", "a", 9, 5, 3), "unexplained", "unexplained: the spending has no use; give it"),
        (spent("r1", "a", 9, 5, 3, 0), "unexplained", "unexplained: the spending has no use; give it"),
    ],
)
def test_what_is_not_known_has_a_part_of_its_own(line, part, says):
    """Nothing is guessed, and the line says what to do."""
    found = expense_variance([line])
    assert found.whole[part] == found.whole.change
    assert [row[-1].text() for row in found.table().rows] == [says]


def test_use_in_two_units_is_unexplained():
    """Visits are no days."""
    days = Amount.of(3, DAY)
    found = expense_variance([SpentLine("r1", "a", Amount.of(9, CNY), Amount.of(5, CNY), days, Amount.of(3, VISIT))])
    assert parts(found.whole) == {"unexplained": "-4.00"}


def test_a_budget_not_touched_is_all_use_and_a_free_budget_all_rate():
    """Nothing spent and nothing used: less use. A budget of zero for 3 visits: the rate is zero."""
    assert parts(expense_variance([spent("r1", "a", 9, 0, 3, 0)]).whole) == {"use": "-9.00"}
    assert parts(expense_variance([spent("r1", "a", 0, 8, 3, 4)]).whole) == {"rate": "8.00"}


def test_every_bad_line_is_refused_at_once():
    """Below zero, twins, two monies."""
    dollars = SpentLine("r1", "d", None, Amount.of(1, USD))
    good = spent("r1", "a", 1, 1, 1, 1)
    with pytest.raises(BadRows) as caught:
        expense_variance([good, good, spent("r1", "b", -1, 1), spent("r1", "c", 1, 1, 1, -1), dollars])
    assert [(error.code, error.where) for error in caught.value.exceptions] == [
        ("variance.twins", "lines[1]"),
        ("variance.negative", "lines[2]"),
        ("variance.negative", "lines[3]"),
        ("unit", "lines[4]"),
    ]
    with pytest.raises(BadValue, match=r"variance\.empty"):
        expense_variance([])


def test_tables_stand_by_overspending():
    """The largest overspending first; missing budgets stay empty; both languages."""
    found = expense_variance([spent("r1", "a", 9, 5, 3, 3), spent("r2", "b", None, 5), spent("r1", "c", 3, 9, 1, 1)])
    assert [row[1] for row in found.table().rows] == ["c", "b", "a"]
    assert found.table().rows[1][2] is None
    assert found.table().text("zh").splitlines()[0].split()[-1] == "性质"
    assert "无预算：请补批或停止" in found.why("r2", "b").text("zh")
    assert "budget missing" in found.why("r2", "b").text()
    assert found._repr_html_().startswith("<table>")
    with pytest.raises(BadValue, match=r"variance\.of"):
        found.why("r9", "a")
    with pytest.raises(NotFound, match=r"org\.id"):
        expense_variance([spent("r9", "a", 1, 1, 1, 1)]).by_node(ORG)
