"""Fairness: exact correlations, spreads and odds; verdicts with bounds; missing figures are named."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.goals.agreeing.asks import Ask, Odds, asks_of
from pharmasales.goals.agreeing.correlation import CORRELATIONS, Correlation, kendall, pearson, spearman
from pharmasales.goals.agreeing.fairness import check_fairness
from pharmasales.goals.agreeing.fairness_checks import FairnessBounds
from pharmasales.goals.agreeing.spread import spread_of
from pharmasales.goals.agreeing.tips import tips_of
from pharmasales.goals.decomposing.decompose import decompose
from pharmasales.goals.decomposing.season import even
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, Amount

PAIRS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=12)


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return Amount.of(count, BOX)


def mean_ranks(values: list[int]) -> list[Fraction]:
    """Rank by counting, equal ones sharing the mean."""
    return [Fraction(2 * sum(o < v for o in values) + sum(o == v for o in values) + 1, 2) for v in values]


def by_hand(xs: list[Fraction], ys: list[Fraction]) -> Fraction | None:
    """The signed square of the textbook's linear coefficient."""
    x, y = sum(xs, Fraction(0)) / len(xs), sum(ys, Fraction(0)) / len(ys)
    across = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    spread = sum((a - x) ** 2 for a in xs) * sum((b - y) ** 2 for b in ys)
    return None if not spread else (1 if across >= 0 else -1) * Fraction(across) ** 2 / spread


def signed(found: Correlation | None) -> Fraction | None:
    """Return the square with the sign."""
    return None if found is None else found.sign * found.squared


@given(PAIRS)
def test_coefficients_against_the_textbook(pairs: list[tuple[int, int]]) -> None:
    """Pearson, Spearman and Kendall equal their definitions, exactly."""
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    assert signed(pearson(xs, ys)) == by_hand([Fraction(x) for x in xs], [Fraction(y) for y in ys])
    assert signed(spearman(xs, ys)) == by_hand(mean_ranks(xs), mean_ranks(ys))
    if len(set(xs)) > 1 and len(set(ys)) > 1:
        net = sum(
            ((a[0] - b[0]) * (a[1] - b[1]) > 0) - ((a[0] - b[0]) * (a[1] - b[1]) < 0) for a, b in combinations(pairs, 2)
        )
        tau = Fraction(net, len(pairs) * (len(pairs) - 1) // 2)
        assert signed(kendall(xs, ys)) == (tau**2 if tau >= 0 else -(tau**2))
    else:
        assert kendall(xs, ys) is None


@given(PAIRS, st.fractions(min_value="1/9", max_value=9), st.integers(-5, 5), st.sampled_from(list(CORRELATIONS)))
def test_scale_and_order_do_not_matter(pairs: list[tuple[int, int]], by: Fraction, plus: int, kind: str) -> None:
    """A coefficient minds neither the unit nor who comes first, and turns with the sign."""
    of, (xs, ys) = CORRELATIONS[kind], zip(*pairs, strict=True)
    found = of(xs, ys)
    assert of([x * by + plus for x in xs], ys) == found
    assert of(ys, xs) == found
    assert of(xs[::-1], ys[::-1]) == found
    turned = of([-x for x in xs], ys)
    assert (turned is None and found is None) or (turned.sign, turned.squared) == (-found.sign, found.squared)


@pytest.mark.parametrize(
    ("squared", "shown"),
    [(Fraction(1, 4), "0.50"), (Fraction(1), "1.00"), (Fraction(0), "0.00"), (Fraction(5, 1000) ** 2, "0.01"),
     (Fraction(4999, 10**6) ** 2, "0.00"), (Fraction(1, 2), "0.71"), (Fraction(995, 1000) ** 2, "1.00")],
)  # fmt: skip
def test_only_what_is_shown_is_rounded(squared: Fraction, shown: str) -> None:
    """Half up at two decimals of the root, without any float."""
    assert Correlation("pearson", 1, squared, 5).shown == shown


def test_no_coefficient() -> None:
    """One side that does not vary, no pair at all, sides of different length, a float."""
    assert [of([1, 1], [1, 2]) for of in CORRELATIONS.values()] == [None] * 3
    assert [of([], []) for of in CORRELATIONS.values()] == [None] * 3
    with pytest.raises(BadValue):
        pearson([1], [1, 2])
    with pytest.raises(BadValue):
        kendall([0.5], [1])  # type: ignore[list-item]


@given(st.lists(st.fractions(-5, 5, max_denominator=8), min_size=2, max_size=12))
def test_quartiles(values: list[Fraction]) -> None:
    """As the standard library's inclusive quartiles, exactly, in any order; missing ones are left out."""
    found = spread_of([None, *values[::-1]])
    low, median, high = quantiles(values, n=4, method="inclusive")
    assert found is not None
    assert (found.low, found.median, found.high) == (low, median, high)
    assert (found.least, found.most, found.count) == (min(values), max(values), len(values))


def test_spread_of_nothing_and_of_zero() -> None:
    """No share, no spread; a least of zero has no ratio."""
    assert spread_of([None]) is None
    found = spread_of([Fraction(0), Fraction(1)])
    assert found is not None
    assert found.ratio is None


def test_an_ask() -> None:
    """Growth over the last period, shares of potential and capacity, and the growths behind it."""
    ask = Ask("r1", boxes(120), [None, boxes(50), boxes(80), boxes(100)], boxes(200), boxes(150), "12")
    assert (ask.growth, ask.utilisation, ask.load, ask.size) == (
        Fraction(1, 5), Fraction(3, 5), Fraction(4, 5), Fraction(12)
    )  # fmt: skip
    assert ask.growths == (Fraction(3, 5), Fraction(1, 4))
    assert ask.odds(Fraction(1)) == Odds(2, 2)
    assert ask.odds(Fraction(11, 10)) == Odds(1, 2)
    assert ask.odds(Fraction(9, 10)) == Odds(2, 2)


def test_missing_in_missing_out() -> None:
    """No history, a history of zero, below zero or unknown: no growth and no odds, never a zero."""
    for past in ([], [None], [boxes(5), boxes(0)], [boxes(5), boxes(-1)]):
        ask = Ask("r1", boxes(10), past)
        assert (ask.growth, ask.odds(Fraction(1)), ask.utilisation, ask.load) == (None, None, None, None)
    assert Ask("r1", boxes(10), [boxes(5)]).odds(Fraction(1)) is None
    assert Ask("r1", boxes(10), potential=boxes(0)).utilisation is None
    assert Odds(0, 0).share is None
    with pytest.raises(NotComparable):
        Ask("r1", boxes(10), [Amount.of(1, CNY)])
    with pytest.raises(BadValue):
        Ask("r1", boxes(10), potential=boxes(-1))


def asks(growths: list[int], sizes: list[int] | None = None) -> list[Ask]:
    """Reps of 1,000 boxes each, before it 900, who are asked to grow by so many in a hundred."""
    return [
        Ask(
            f"r{n}",
            boxes(1000 + 10 * growth),
            [boxes(900), boxes(1000)],
            boxes(2000),
            boxes(1000 + 200 * n),
            (sizes or list(range(1, 99)))[n],
        )
        for n, growth in enumerate(growths)
    ]


def verdicts(found: object) -> dict[str, str]:
    """Return each check's verdict."""
    return {check.name: check.verdict for check in found}  # type: ignore[attr-defined]


def test_growth_that_follows_size_is_unfair() -> None:
    """The larger the territory, the more growth is asked: it fails, with the figure and the bound."""
    found = check_fairness(asks([5, 6, 7, 8, 9]))
    assert verdicts(found) == {
        "growth_with_size": "fail",
        "growth_with_potential": "missing",
        "utilisation": "pass",
        "load": "fail",
        "threshold": "pass",
        "target": "pass",
        "excellence": "pass",
    }
    assert [check.name for check in found.failed] == ["growth_with_size", "load"]
    assert found.checks[0].why.text() == "growth with size: spearman 1.00 of 5 nodes, between -0.3 and 0.3"
    assert found.checks[1].why.text() == "growth with potential: one of the two does not vary over 5 nodes"
    assert "斯皮尔曼 1.00" in found.checks[0].why.text("zh")
    assert verdicts(check_fairness(asks([9, 8, 7, 6, 5])))["growth_with_size"] == "fail"
    assert (
        verdicts(check_fairness(asks([5, 9, 7, 6, 8]), FairnessBounds(correlation="1/2")))["growth_with_size"] == "pass"
    )


def test_bounds_allow_themselves() -> None:
    """A coefficient at the bound passes, one beyond it fails; so do the spread and the odds."""
    pairs = asks([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])  # spearman 0.8
    for bound, verdict in (("4/5", "pass"), ("79/100", "fail")):
        assert verdicts(check_fairness(pairs, FairnessBounds(correlation=bound)))["growth_with_size"] == verdict
    loads = [Ask(f"r{n}", boxes(goal), capacity=boxes(100)) for n, goal in enumerate((50, 60, 70, 80, 100))]
    for spread, most, verdict in ((2, 1, "pass"), ("199/100", 1, "fail"), (2, "99/100", "fail")):
        bounds = FairnessBounds(spread=spread, most=most)
        assert verdicts(check_fairness(loads, bounds))["load"] == verdict
    history = [boxes(100), boxes(110), boxes(110)]
    even_odds = [Ask(f"r{n}", boxes(121), history) for n in range(5)]
    for least, verdict in (("1/2", "pass"), ("51/100", "fail")):
        assert verdicts(check_fairness(even_odds, FairnessBounds(target_least=least)))["target"] == verdict
    for most, verdict in (("1/2", "pass"), ("49/100", "fail")):
        bounds = FairnessBounds(excellence=1, excellence_most=most)
        assert verdicts(check_fairness(even_odds, bounds))["excellence"] == verdict


def test_missing_figures_are_named() -> None:
    """Nodes without a figure are left out and named; with too few left nothing is claimed."""
    known = asks([5, 9, 7, 6, 8])
    found = check_fairness([*known, Ask("new", boxes(50))])
    assert found.checks[0].missing == ("new",)
    assert found.checks[0].verdict == "pass"
    few = check_fairness(known[:4])
    assert few.checks[0].why.text() == "growth with size: 4 nodes, at least 5 are needed"
    assert set(verdicts(few).values()) == {"missing"}
    none = check_fairness([Ask("new", boxes(50))] * 1)
    assert none.checks[4].why.text() == "threshold: 1 of 1 nodes have no figure"
    assert (none.utilisation, none.load, none.tips) == (None, None, ())
    assert none.odds() == {"new": (None, None, None)}


def test_tips() -> None:
    """The largest and the smallest asks by growth and by share of potential, equal ones named together."""
    found = tips_of(asks([5, 30, 30, 6, 8]), 1)
    assert [(tip.node, tip.of.en, tip.end.en, tip.rank) for tip in found] == [
        ("r1", "growth over history", "the largest", 1),
        ("r2", "growth over history", "the largest", 1),
        ("r0", "growth over history", "the smallest", 1),
        ("r1", "share of potential", "the largest", 1),
        ("r2", "share of potential", "the largest", 1),
        ("r0", "share of potential", "the smallest", 1),
    ]
    assert found[0].why.text() == "the largest growth over history: 30.0%, the middle is 8.0% (1 of 5)"
    assert found[0].why.text("zh") == "较历史增长最高：30.0%，中位数 8.0%（第 1 / 5）"
    assert [tip.rank for tip in tips_of(asks([5, 30, 30, 6, 8]), 2) if tip.end.en == "the largest"] == [1, 1, 1, 1]
    assert tips_of(asks([5]), 0) == ()


def test_tables() -> None:
    """Everything shows as tables, in both languages."""
    found = check_fairness([*asks([5, 30, 30, 6, 8]), Ask("new", boxes(50))])
    assert [row[0] for row in found.table().rows] == list(verdicts(found))
    assert found.ask_table().rows[5][:3] == ("new", 50, None)
    assert found.ask_table().rows[0][5] == Fraction(1, 20)
    assert len(found.tip_table()) == len(found.tips)
    assert "公平性检查" in found.table().html("zh")
    assert "<table>" in found._repr_html_()


def test_asks_of_a_plan() -> None:
    """Goals of a plan beside what is known; ids without a figure stay missing, unknown nodes are refused at once."""
    org = Org.of([Node("T", "T", "a"), *(Node(f"r{n}", f"R{n}", "rep", "T") for n in (1, 2))])
    plan = decompose(org, boxes(30), {"r1": 1, "r2": 2}, even([Quarter(2027, 1)]), grain=boxes(1), basis=Says("s", "s"))
    figures = {"past": {"r1": [boxes(8)]}, "potential": {"r2": boxes(40)}, "capacity": {}, "size": {" r1 ": 3}}
    one, two = asks_of(plan, ["r1", "r2"], **figures)
    assert one == Ask("r1", boxes(10), [boxes(8)], size=3)
    assert two == Ask("r2", boxes(20), potential=boxes(40))
    with pytest.raises(BadRows) as caught:
        asks_of(plan, ["x", "y", "r1"], **figures)
    assert len(caught.value.exceptions) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: FairnessBounds(kind="cosine"),  # type: ignore[arg-type]
        lambda: FairnessBounds(correlation=2),
        lambda: FairnessBounds(spread="1/2"),
        lambda: FairnessBounds(threshold=0),
        lambda: FairnessBounds(excellence="9/10"),
        lambda: FairnessBounds(fewest=1),
        lambda: check_fairness([], tips=-1),
        lambda: check_fairness([Ask("a", boxes(1)), Ask("a", boxes(1))]),
    ],
)
def test_what_is_refused(wrong: Callable[[], object]) -> None:
    """Bounds out of range, an unknown coefficient, two asks of one node."""
    with pytest.raises((BadRule, BadValue, BadRows)):
        wrong()
