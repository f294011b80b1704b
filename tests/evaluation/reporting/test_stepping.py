"""What to do next: the least change that brings the points, against a search by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.evaluation.measures import MEASURES, Figures
from pharmasales.evaluation.reporting import needed, next_steps, steps_table
from pharmasales.evaluation.reporting.inverting import line_in
from pharmasales.evaluation.scoring import score, scorecard_rule, steps
from pharmasales.rules import Bands, Curve, Cut, Field, FirstMatch, Part, Ratio, Sum, Times, Unless, Weighted, over
from pharmasales.units import BOX, CNY, Amount

SHARE = Ratio(Field("seen_customers"), Field("target_customers"))
heights = st.lists(st.integers(0, 120), min_size=2, max_size=4).map(sorted)
places = st.lists(st.integers(0, 60), min_size=2, max_size=4, unique=True).map(sorted)


@st.composite
def rules(draw):
    """Draw a curve or steps that only rise or only fall, over a share of customers."""
    ups, xs = draw(heights), draw(places)
    count = min(len(ups), len(xs))
    ys = [Fraction(y, 100) for y in ups[:count]]
    ys = ys if draw(st.booleans()) else ys[::-1]
    at = [Fraction(x, 50) for x in xs[:count]]
    if draw(st.booleans()):
        return Curve(SHARE, list(zip(at, ys, strict=True)))
    sides = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    cuts = [Cut(x, exclusive=side) for x, side in zip(at[1:], sides, strict=False)]
    return steps(SHARE, list(zip(cuts, ys, strict=False)), top=ys[-1])


@given(rules(), st.integers(1, 99), st.integers(1, 40), st.data())
def test_the_least_change(rule, weight, targets, data):
    """Every number of customers is tried: the one that is told is the nearest that brings what is promised."""
    seen = data.draw(st.integers(0, targets))
    whole = Weighted([Part("coverage", weight, rule), Part("rest", 100 - weight, Field("rest"))])

    def at(count):
        record = {"seen_customers": count, "target_customers": targets, "rest": 1}
        return record, whole.points(record)[0].hundredths

    record, now = at(seen)
    step = next((one for one in next_steps(score(whole, "r1", "One", record)) if one.key == "coverage"), None)
    if rule(record) >= 1:
        assert step is None
        return
    reached = {count: at(count)[1] for count in range(targets + 1)}
    for win, target in ((step.point, (now // 100 + 1) * 100), (step.full, 100 * weight)):
        enough = [count for count, points in reached.items() if points >= target]
        assert win is not step.point or win is None or target < 100 * weight
        if win is None:
            assert not enough or target >= 100 * weight > now
            assert not enough or win is not step.full
            continue
        best = min(enough, key=lambda count: abs(count - seen))
        assert (win.need.value, win.need.now) == (best, seen)
        assert win.points == Decimal(reached[best] - now).scaleb(-2)
        assert win.need.change == best - seen


def test_no_single_answer():
    """A curve that rises and falls, a figure twice, labels that are no numbers: nothing is guessed."""
    hill = Curve(SHARE, ((0, 0), ("50%", 1), (1, 0)))
    record = {"seen_customers": 10, "target_customers": 50, "x": 3}
    assert needed(hill, Fraction(1, 2), record) is None
    square = Curve(Times([Field("x"), Field("x")]), ((0, 0), (100, 1)))
    assert needed(square, Fraction(1, 2), record) is None
    assert needed(Bands(Field("x"), ((5, "low"),), top="high"), Fraction(1), record) is None
    assert needed(Bands(Field("x"), ((2, 0), (5, 3)), top=1), Fraction(1), record) is None
    first = Curve(FirstMatch(((Field("x").over(2), 1),), otherwise=0), ((0, 0), (1, 1)))
    assert needed(first, Fraction(1, 2), record) is None
    card = score(Weighted([Part("hill", 100, hill)]), "r1", "One", record)
    step = next_steps(card)[0]
    assert (step.point, step.full) == (None, None)
    assert step.why.parts[0].head("zh") == "提分所需无唯一答案，请与主管商定"


def test_lines():
    """Sums, products, quotients and numbers without meaning, each in one figure."""
    record = {"a": 6, "b": 3, "none": None, "zero": 0}
    a, b = Field("a"), Field("b")
    assert line_in(Sum([a, b], less=[b]), record, "a") == (0, 1)
    assert line_in(Sum([a], less=[b]), record, "b") == (6, -1)
    assert line_in(Times([a, b], times=2), record, "b") == (0, 12)
    assert line_in(Ratio(a, b), record, "a") == (0, Fraction(1, 3))
    assert line_in(Ratio(a, b), record, "b") is None
    assert line_in(Ratio(a, Field("zero")), record, "a") is None
    assert line_in(Ratio(Field("none"), b), record, "a") is None
    assert line_in(Sum([a, Field("none")]), record, "a") is None
    assert line_in(Times([a, Field("none")]), record, "a") is None
    assert line_in(Unless(a, [b.over(1)]), record, "a") is None
    assert line_in(Unless(a, [b.over(9)]), record, "a") == (0, 1)
    assert line_in(Unless(a, [a.over(9)]), record, "a") is None


def test_what_is_counted_stays_whole():
    """Visits are whole, money is whole in fen, boxes in boxes; anything else has four decimals."""
    rule = Curve(MEASURES["attainment"].rule, ((0, 0), (1, 1)))
    for goal, unit, value in ((70, CNY, "46.67"), (70, BOX, "47")):
        figures = Figures(goal=Amount.of(goal, unit), actual=Amount.of(10, unit))
        assert needed(rule, Fraction(2, 3), figures).value == Fraction(value)
    assert needed(rule, Fraction(2, 3), Figures(goal=70, actual=10)).value == 47
    assert needed(rule, Fraction(2, 3), {"goal": 70, "actual": Decimal("10.5")}).value == Fraction("46.6667")
    assert needed(Field("done"), Fraction(2, 3), {"done": "0.5"}).value == Fraction("0.6667")


def test_bounds_of_figures():
    """No more customers seen than there are, nothing below zero, returns downwards, an open cut beyond the cut."""
    curve = Curve(MEASURES["coverage"].rule, ((0, 0), ("110%", 1)))
    record = {"target_customers": 10, "seen_customers": 5}
    assert needed(curve, Fraction(1), record) is None
    assert needed(curve, Fraction(9, 10), record).value == 10
    back = Curve(MEASURES["return_rate"].rule, (("-1%", 1), ("8%", 0)))
    sold = Figures(returns=Amount.of(50, CNY), gross=Amount.of(1000, CNY))
    assert needed(back, Fraction(1), sold) is None
    assert needed(back, Fraction(1, 2), sold).value == 35
    assert needed(Curve(Field("x"), ((-5, 1), (5, 0))), Fraction(1), {"x": 3}) is None
    grown = Curve(MEASURES["growth"].rule, (("-200%", 0), (0, 1)))
    assert needed(grown, Fraction(1, 4), Figures(actual=-90, last=100)).value == -50
    late = steps(Field("days"), ((over(3), 1),), top=0)
    assert needed(late, Fraction(1), {"days": 9}).value == 3
    early = steps(Field("days"), ((3, 1),), top=0)
    assert needed(early, Fraction(1), {"days": 9}).value == 2


def test_a_figure_that_counts_against():
    """What is spent lowers what is left: less of it, in whole yuan down; a height that all reach needs nothing."""
    left = Curve(Ratio(Sum([Field("budget")], less=[Field("cost")]), Field("budget")), ((0, 0), (1, 1)))
    found = needed(left, Fraction(1, 3), {"budget": 100, "cost": 80})
    assert (found.figure, found.value, found.change) == ("cost", 66, -14)
    flat = Curve(Field("x"), ((0, "0.5"), (5, "0.5"), (9, 1)))
    assert needed(flat, Fraction(1, 2), {"x": 3}) is None
    assert needed(steps(Field("x"), ((5, "0.5"),), top=1), Fraction(1, 2), {"x": 3}) is None


def test_what_stands_before_everything(force):
    """A gate, the cap, missing data: first, whatever the items; then the weakest first."""
    found = next_steps(force.person(1, breaches=1, last=None))
    assert [one.kind for one in found] == ["gate", "missing", "item", "item", "item"]
    assert found[0].why.head("zh").startswith("否决项合规触发，经确认的违规")
    assert found[1].why.head() == "Growth is not scored: have its data recorded"
    assert [one.kind for one in next_steps(force.person(1, breaches=None), most=0)] == ["gate"]
    best = {"actual": Amount.of(480_000, CNY), "seen_customers": 50, "returns": Amount.of(0, CNY)}
    capped = next_steps(force.person(1, **best, knowledge_points=100, flood=5))
    assert [(one.kind, one.name.zh) for one in capped] == [("cap", "封顶")]
    shares = [Fraction(one.score) for one in force.person(3).points]
    order = [one.key for one in next_steps(force.person(3), most=9) if one.kind == "item"]
    names = [one.part.name for one in force.person(3).points]
    weak = [name for share, name in sorted(zip(shares, names, strict=True), key=lambda pair: pair[0]) if share < 1]
    assert order == weak


def test_words_and_table():
    """Visits by their plain name, money with its unit, in both languages; a row a win."""
    rule = scorecard_rule({"frequency": (30, [("50%", 0), (1, 1)]), "receipts": (70, [("70%", 0), ("95%", 1)])})
    owed = {"due": Amount.of(100_000, CNY), "collected": Amount.of(80_000, CNY)}
    figures = Figures(planned_visits=120, made_visits=110, capped_visits=102, **owed)
    found = next_steps(score(rule, "r1", "One", figures))
    rows = list(steps_table(found).records())
    assert [row["why"].head() for row in rows] == [
        "+1.00 points: 355.36 CNY more collected of what fell due (80,355.36 CNY in all)",
        "+42.00 points: 14,998.22 CNY more collected of what fell due (94,998.22 CNY in all)",
        "+1.00 points: 2 more visits up to each customer's plan (104 in all)",
        "+9.00 points: 18 more visits up to each customer's plan (120 in all)",
    ]
    assert rows[0]["why"].head("zh") == "+1.00 分：已收到期应收增加 355.36 CNY，达到 80,355.36 CNY"
    assert [(row["now"], row["value"]) for row in rows[2:]] == [(102, 104), (102, 120)]
    assert all(left["points"] < right["points"] for left, right in pairwise(rows[:2]))
    fewer = score(Weighted([Part("late", 100, Curve(Field("late"), ((0, 1), (10, 0))))]), "r1", "One", {"late": 9})
    assert next_steps(fewer)[0].full.why.head("zh") == "+90.00 分：late减少 9，达到 0"
    assert next_steps(fewer)[0].full.why.head() == "+90.00 points: 9 less late (0 in all)"


@pytest.mark.parametrize("value", ["0.5", Fraction(1, 2)])
def test_a_share_as_it_is(value):
    """A figure that is a share itself: the least with four decimals, checked by its points."""
    card = score(Weighted([Part("done", 100, Field("done"))]), "r1", "One", {"done": value})
    step = next_steps(card)[0]
    assert (step.point.need.value, step.point.points) == (Fraction("0.51"), Decimal("1.00"))
    assert step.full.need.value == 1
