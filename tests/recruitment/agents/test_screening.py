"""Yearly screening: relative to the best, ranked with ties, dropped by a stated cut, kept for a reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.recruitment.agents import SCREENING, DropCut, Kept, screen_dealers
from pharmasales.rules import Curve, Field, Part, RelativeToBest, Weighted
from pharmasales.units import BOX, CNY, Amount, half_up

DAY = date(2026, 12, 31)


def figures(**told):
    """Return figures out of pairs of sales and credit."""
    return {dealer: {"sales": sales, "credit": credit} for dealer, (sales, credit) in told.items()}


def kept(dealer, on=DAY):
    """Return an approval."""
    return Kept(dealer, "secret words", "p1", "p2", on)


FIVE = figures(D1=(500, 80), D2=(250, 100), D3=(100, 40), D4=(50, 90), D5=(10, 10))


def test_relative_to_the_best():
    """The best of each figure is 100; 70 and 30: 500 of 500 and 80 of 100 give 70 + 24 = 94."""
    found = screen_dealers(FIVE, DropCut(last=2), as_of=DAY)
    assert [(row.dealer, row.rank, row.points, row.outcome) for row in found.rows] == [
        ("D1", 1, Decimal("94.00"), "stay"),
        ("D2", 2, Decimal("65.00"), "stay"),
        ("D4", 3, Decimal("34.00"), "stay"),
        ("D3", 4, Decimal("26.00"), "drop"),
        ("D5", 5, Decimal("4.40"), "drop"),
    ]
    assert [dict(row.indices) for row in found.rows[:3]] == [
        {"sales": 100, "credit": 80},
        {"sales": 50, "credit": 100},
        {"sales": 10, "credit": 90},
    ]
    assert found.of("drop") == ("D3", "D5")
    assert found.line.text() == "the last 2 of 5 ranked: ranks after 3"
    assert found.rows[3].why.lines() == [
        "rank 4 of 5: below the cut; end it at the end of its term, or have it kept for a reason",
        "  the last 2 of 5 ranked: ranks after 3",
        "  most is lost in sales: 56.00 points",
        "  total 26.00 of 100",
        "    sales: score 0.2 x weight 70 = 14.00",
        "      sales 100 on the line from (0, 0) to (500, 1): 0.2",
        "    credit: score 0.4 x weight 30 = 12.00",
        "      credit 40 on the line from (0, 0) to (100, 1): 0.4",
    ]
    assert found.rows[2].why.lines()[2] == "  total 34.00 of 100"
    assert [str(fact.figures[0]) for fact in found.fitted.facts] == ["best 500", "best 100"]


def test_a_share_is_cut_off_to_whole_dealers():
    """20 % of 5 is 1, 39 % of 5 is 1, 40 % is 2; a count beyond all drops all; zero drops nobody."""
    for last, dropped in (("20%", 1), ("39%", 1), ("40%", 2), ("100%", 5), (9, 5), (0, 0), ("0%", 0), (Fraction(1), 5)):
        assert len(screen_dealers(FIVE, DropCut(last=last), as_of=DAY).of("drop")) == dropped


def test_who_ties_across_the_cut_stays():
    """Equal dealers fare alike: of four where the last three tie nobody is dropped by a cut of two."""
    tied = figures(D1=(100, 100), D2=(50, 50), D3=(50, 50), D4=(50, 50))
    found = screen_dealers(tied, DropCut(last=2), as_of=DAY)
    assert [row.rank for row in found.rows] == [1, 2, 2, 2]
    assert found.of("drop") == ()
    assert screen_dealers(tied, DropCut(last=3), as_of=DAY).of("drop") == ("D2", "D3", "D4")


def test_nobody_is_dropped_from_so_many_points_on():
    """A line of points on top: at the line one stays."""
    for below, dropped in (("26", ("D5",)), ("26.01", ("D3", "D5")), (0, ())):
        cut = DropCut(last=2, below=below)
        assert screen_dealers(FIVE, cut, as_of=DAY).of("drop") == dropped
    assert cut.why(5).text() == "the last 2 of 5 ranked: ranks after 3 (nobody with 0 points or more)"
    assert cut.why(5).text("zh") == "5 家中末位 2：第 3 名以后（0 分以上不淘汰）"


def test_kept_though_below():
    """With a reason and an approver; an approval that is not needed, or of a later day, says so."""
    found = screen_dealers(FIVE, DropCut(last=2), [kept("D5"), kept("D1"), kept("D3", DAY + timedelta(1))], as_of=DAY)
    assert (found.of("kept"), found.of("drop"), found.unused) == (("D5",), ("D3",), ("D1",))
    assert found.rows[4].why.head() == "rank 5 of 5: below the cut, kept with the approval of p2"
    assert found.rows[0].kept is None
    row = list(found.table().records())[4]
    assert (row["approver"], row["reason"], row["proposal"].text("zh")) == ("p2", "secret words", "特批保留")
    assert "secret" not in repr(found) + repr(found.rows) + found.rows[4].why.text()
    with pytest.raises(BadRule, match="who asks does not approve"):
        Kept("D5", "why", "p1", "P1", DAY)
    with pytest.raises(BadValue, match="nothing said @ reason"):
        Kept("D5", "", "p1", "p2", DAY)


def test_a_missing_figure_is_asked_for():
    """Neither ranked nor dropped, and its other figures still count for the best."""
    told = figures(D1=(500, 80), D2=(1000, None), D3=(100, 40))
    told["D4"] = {}
    found = screen_dealers(told, DropCut(last=1), as_of=DAY)
    assert [(row.dealer, row.rank, row.points, row.outcome, row.ask) for row in found.rows] == [
        ("D1", 1, Decimal("65.00"), "stay", ()),
        ("D3", 2, Decimal("22.00"), "drop", ()),
        ("D2", None, None, "ask", ("credit",)),
        ("D4", None, None, "ask", ("sales", "credit")),
    ]
    assert found.rows[2].indices == {"sales": 100, "credit": None}
    assert found.line.text() == "the last 1 of 2 ranked: ranks after 1"


def test_nobody_at_all():
    """No dealers, no rows; a figure of which nobody has anything cannot be measured by."""
    assert screen_dealers({}, DropCut(last=1), as_of=DAY).rows == ()
    assert len(screen_dealers({}, DropCut(last=1), as_of=DAY).table()) == 0
    with pytest.raises(BadRule, match="the best of all is not above zero"):
        screen_dealers(figures(D1=(0, 1)), DropCut(last=1), as_of=DAY)


def test_more_figures_by_a_rule_of_your_own():
    """Returns where the least is the best, and a rate that is not relative."""
    rule = Weighted(
        [
            Part("sales", 50, RelativeToBest(Field("sales")), "销售"),
            Part("returns", 20, RelativeToBest(Field("returns"), lowest_first=True), "退货"),
            Part("paid", 30, Curve(Field("paid"), ((0, 0), (1, 1))), "回款率"),
        ]
    )
    told = {"D1": {"sales": 10, "returns": 2, "paid": "0.5"}, "D2": {"sales": 5, "returns": 1, "paid": 1}}
    found = screen_dealers(told, DropCut(last=1), as_of=DAY, rule=rule)
    assert [(row.dealer, row.points) for row in found.rows] == [("D2", Decimal("75.00")), ("D1", Decimal("65.00"))]
    assert found.rows[1].indices == {"sales": 100, "returns": 0, "paid": 50}
    titles = [column.title("zh") for column in found.table().columns]
    assert titles[4:7] == ["销售（最优=100）", "退货（最优=100）", "回款率（最优=100）"]
    with pytest.raises(BadRule, match="no weighted sum"):
        screen_dealers(told, DropCut(last=1), as_of=DAY, rule=Field("sales"))


def test_amounts_of_one_unit():
    """Amounts of money count; of two units they are refused."""
    told = {"D1": {"sales": Amount.of(10, CNY), "credit": 1}, "D2": {"sales": Amount.of(4, CNY), "credit": 1}}
    assert screen_dealers(told, DropCut(last=1), as_of=DAY).rows[1].points == Decimal("58.00")
    told["D2"]["sales"] = Amount.of(4, BOX)
    with pytest.raises(NotComparable):
        screen_dealers(told, DropCut(last=1), as_of=DAY)


def test_everything_bad_at_once():
    """Twins, approvals of strangers, two approvals of one dealer."""
    with pytest.raises(BadRows) as refused:
        screen_dealers(figures(D1=(1, 1), d1=(1, 1)), DropCut(last=1), [kept("D9"), kept("D1"), kept("D1")], as_of=DAY)
    assert [error.code for error in refused.value.exceptions] == ["agents.twice", "agents.dealer", "agents.twice"]


@pytest.mark.parametrize("last", [-1, "101%", "-1%", "2.5", Fraction(3, 2)])
def test_cuts_that_cannot_be(last):
    """A count, or a share from 0 to 1."""
    with pytest.raises(BadRule, match="no such cut"):
        DropCut(last=last)
    for wrong in (True, 0.5, "many"):
        with pytest.raises(BadValue):
            DropCut(last=wrong)


FIGURE = st.integers(-1, 9).map(lambda figure: None if figure < 0 else figure)
PAIR = st.tuples(FIGURE, FIGURE)


@settings(max_examples=80, deadline=None)
@given(st.lists(PAIR, max_size=7), st.integers(0, 8), st.sets(st.integers(0, 6)), st.randoms())
def test_as_reckoned_by_hand(people, last, named, random):
    """Points, ranks, and who is dropped, by brute force; any order of dealers and approvals gives the same."""
    told = {"D": {"sales": 9, "credit": 9}, **{f"D{n}": {"sales": s, "credit": c} for n, (s, c) in enumerate(people)}}
    keeps = [kept(f"D{n}") for n in sorted(named) if n < len(people)]
    found = screen_dealers(told, DropCut(last=last), keeps, as_of=DAY)
    order = list(told.items())
    random.shuffle(order)
    random.shuffle(keeps)
    assert screen_dealers(dict(order), DropCut(last=last), keeps, as_of=DAY) == found
    points = {
        dealer: half_up(Fraction(7000 * one["sales"], 9)) + half_up(Fraction(3000 * one["credit"], 9))
        for dealer, one in told.items()
        if None not in one.values()
    }
    for row in found.rows:
        if row.dealer not in points:
            assert (row.outcome, row.points, row.rank) == ("ask", None, None)
            continue
        mine = points[row.dealer]
        better = sum(other > mine for other in points.values())
        allowed = row.dealer in {one.dealer for one in keeps}
        below = better >= len(points) - last
        assert (row.points * 100, row.rank) == (mine, better + 1)
        assert row.outcome == ("stay" if not below else "kept" if allowed else "drop")
    assert len(found.of("drop")) <= last
    assert SCREENING.whole == 100
