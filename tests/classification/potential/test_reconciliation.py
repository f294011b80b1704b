"""Several estimates of one thing into one, with its range and where they disagree (S004-16, S004-17)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.estimating import Conversion, Estimate, Estimator
from pharmasales.classification.potential.inputs import Input
from pharmasales.classification.potential.reconciliation import reconcile
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.rules import Sum
from pharmasales.units import BOX, CNY, Amount

FIGURE = Input("figure", Says("figure", "数值"), least=None)
MONTHLY = {"per": "month", "tolerance": "1.5"}


def estimate(name: str, value: object, *, per="month", unit=BOX, of="potential") -> Estimate:
    """Make an estimate of a given value."""
    says = Says(name, f"{name}法")
    made = Estimator(name=name, says=says, rule=Sum([FIGURE.term]), inputs=[FIGURE], unit=unit, per=per, of=of)
    return made.estimate({"figure": value})


def several(**values: object) -> list[Estimate]:
    """Make one estimate a name."""
    return [estimate(name, value) for name, value in values.items()]


def test_the_median() -> None:
    """The one in the middle of an odd number; of an even number the mean of the two in the middle, exactly."""
    odd = reconcile(several(a=100, b=110, c=120), "median", **MONTHLY)
    assert (odd.value, odd.low, odd.high, odd.spread, odd.agree, odd.out) == (110, 100, 120, Fraction(6, 5), True, ())
    even = reconcile(several(a=100, b=111, c=120, d=100), "median", **MONTHLY)
    assert even.value == Fraction(211, 2)
    assert even.amount == Amount.of(106, BOX)


def test_the_lowest_is_the_prudent_one() -> None:
    """The smallest of all, with the same range."""
    found = reconcile(several(a=100, b=110, c=120), "lowest", **MONTHLY)
    assert (found.value, found.low, found.high) == (100, 100, 120)
    assert found.why.head("zh") == "3 个估计的最低值：100 盒/月，范围 100 至 120；最大为最小的 1.2 倍，允许 1.5 倍"


def test_weighted() -> None:
    """The mean by weight; a missing estimate takes its weight with it, zero leaves one out of the value."""
    weights = {"a": 3, "b": 1, "unused": 9}
    found = reconcile(several(a=100, b=120), "weighted", **MONTHLY, weights=weights)
    assert found.value == 105
    gone = reconcile(several(a=100, b=120, c=None), "weighted", **MONTHLY, weights={**weights, "c": "50%"})
    assert gone.value == 105
    assert [row.name for row in gone.missing] == ["c"]
    assert reconcile(several(a=100, b=120), "weighted", **MONTHLY, weights={"a": 0, "b": 5}).value == 120
    nothing = reconcile(several(a=100, b=None), "weighted", **MONTHLY, weights={"a": 0, "b": 5})
    assert (nothing.value, nothing.amount) == (None, None)
    assert nothing.why.head() == "no estimate: the known ones have no weight"


def test_who_is_out_and_by_how_much() -> None:
    """Beyond the tolerance the one that is far from the middle is named, with its distance."""
    found = reconcile(several(a=100, b=110, c=300), "median", **MONTHLY)
    assert (found.agree, found.out, found.spread) == (False, ("c",), Fraction(3))
    assert [(row.name, row.off, row.out) for row in found.rows] == [
        ("c", Fraction(19, 11), True),
        ("b", Fraction(0), False),
        ("a", Fraction(-1, 11), False),
    ]
    assert found.why.lines()[:2] == [
        (
            "median of 3 estimates: 110 BOX a month, from 100 to 300; "
            "they disagree: the largest is 3 times the smallest where 1.5 is allowed; out: c"
        ),
        "  c: 300, 172.7% above the middle: out",
    ]
    assert "a法：100，低于中位 9.1%：相符" in found.why.text("zh")
    assert "b: 110, in the middle: agrees" in found.why.text()


def test_out_on_the_low_side_and_several() -> None:
    """One far below is out as one far above; both may be, and the bound itself is allowed."""
    assert reconcile(several(a=10, b=100, c=110), "median", **MONTHLY).out == ("a",)
    assert set(reconcile(several(a=10, b=100, c=110, d=99, e=900), "median", **MONTHLY).out) == {"a", "e"}
    assert reconcile(several(a=100, b=150), "median", **MONTHLY).agree is True
    assert reconcile(several(a=100, b=Fraction(150_000_001, 10**6)), "median", **MONTHLY).agree is False


def test_nobody_alone_is_out() -> None:
    """All within the tolerance of the middle, yet too far apart: the furthest is named, equal ones together."""
    assert reconcile(several(a=100, b=120, c=170), "median", **MONTHLY).out == ("c",)
    tied = reconcile(several(a=100, b=130, c=169), "median", per="month", tolerance="1.6")
    assert set(tied.out) == {"a", "c"}


def test_of_two_nobody_can_say() -> None:
    """Two that disagree are both out."""
    assert set(reconcile(several(a=100, b=300), "lowest", **MONTHLY).out) == {"a", "b"}


def test_one_and_none() -> None:
    """One alone has nothing beside it; none at all is missing with every reason."""
    one = reconcile(several(a=100, b=None), "median", **MONTHLY)
    assert (one.value, one.spread, one.agree) == (100, 1, None)
    assert one.why.head().endswith("nothing to compare it with")
    none = reconcile(several(a=None, b=None), "median", **MONTHLY)
    assert (none.value, none.low, none.high, none.spread, none.agree) == (None,) * 5
    assert none.why.text("zh") == "无估计：均未知（a法 缺失：数值未知；b法 缺失：数值未知）"


def test_zero_by_name() -> None:
    """Zero counts, has no ratio, and disagrees with all that are not zero."""
    found = reconcile(several(a=0, b=100, c=110), "median", **MONTHLY)
    assert (found.value, found.low, found.spread, found.out) == (100, 0, None, ("a",))
    assert found.why.head().endswith("there is no spread, because a is zero")
    most = reconcile(several(a=0, b=0, c=110), "median", **MONTHLY)
    assert (most.value, most.out) == (0, ("c",))
    assert most.rows[0].off is None
    assert "c: 110, beside a middle of zero: out" in most.why.text()
    all_zero = reconcile(several(a=0, b=0), "median", **MONTHLY)
    assert (all_zero.value, all_zero.agree) == (0, True)
    assert all_zero.why.head("zh").endswith("均为零")


def test_below_zero_is_refused_by_name() -> None:
    """No potential is below zero."""
    with pytest.raises(BadValue, match=r"below zero @ b \[potential.negative\]"):
        reconcile(several(a=1, b=-1), "median", **MONTHLY)


def test_periods_are_converted_by_stated_numbers_alone() -> None:
    """22 days a month and 12 months a year, stated; the reason writes the conversion."""
    given_ = [estimate("a", 72, per="day"), estimate("b", 1584), estimate("c", 19_008, per="year")]
    turn = Conversion(days_in_month=22, months_in_year=12)
    for per, value in (("day", 72), ("month", 1584), ("year", 19_008)):
        found = reconcile(given_, "median", per=per, tolerance=1, conversion=turn)
        assert (found.value, found.spread, found.per) == (value, 1, per)
    assert "72 x 22 = 1,584" in reconcile(given_, "median", per="month", tolerance=1, conversion=turn).why.text()
    for conversion, name in ((None, "a"), (Conversion(days_in_month=22), "c"), (Conversion(months_in_year=12), "a")):
        with pytest.raises(NotComparable, match=f"@ {name}; state"):
            reconcile(given_, "median", per="month", tolerance=1, conversion=conversion)
    assert Conversion("21.75", 12).factor("day", "year") == 261


def test_a_missing_one_of_another_period_needs_the_conversion_too() -> None:
    """The comparison must not break on the day that the figure comes in."""
    with pytest.raises(NotComparable, match="a day with a month"):
        reconcile([estimate("a", 1), estimate("b", None, per="day")], "median", **MONTHLY)


@pytest.mark.parametrize(
    ("other", "code"),
    [(estimate("b", 1, unit=CNY), "unit"), (estimate("b", 1, of="own sales"), "potential.of")],
)
def test_only_estimates_of_one_thing(other: Estimate, code: str) -> None:
    """Boxes with yuan, the whole with what is ours: not comparable, a missing one neither."""
    with pytest.raises(NotComparable) as caught:
        reconcile([estimate("a", 1), other], "median", **MONTHLY)
    assert (caught.value.code, caught.value.where) == (code, "b")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "mean"}, "potential.policy"),
        ({"tolerance": "0.99"}, "potential.tolerance"),
        ({"tolerance": "much"}, "rule.number"),
        ({"per": "week"}, "potential.per"),
        ({"estimates": []}, "potential.none"),
        ({"by": "weighted"}, "potential.weights"),
        ({"weights": {"a": 1, "b": 1}}, "potential.weights"),
        ({"by": "weighted", "weights": {"a": 1}}, "potential.weights"),
        ({"by": "weighted", "weights": {"a": 1, "b": -1}}, "potential.weights"),
    ],
)
def test_what_is_refused(change: dict[str, object], code: str) -> None:
    """An unknown policy, a tolerance below 1, an unknown period, weights that do not fit."""
    asked = {"estimates": several(a=1, b=2), "by": "median", **MONTHLY, **change}
    with pytest.raises(BadRule) as caught:
        reconcile(asked.pop("estimates"), asked.pop("by"), **asked)
    assert caught.value.code == code


def test_nobody_speaks_twice() -> None:
    """Two estimates by one estimator would count twice."""
    with pytest.raises(BadValue, match=r"potential\.twice"):
        reconcile([estimate("a", 1), estimate("a", 2)], "median", **MONTHLY)


def test_the_table() -> None:
    """One row an estimator, the highest first, the missing one last with its reason; no figure in the repr."""
    found = reconcile(several(a=777, b=None, c=300), "median", **MONTHLY)
    assert [(str(row[0].text()), row[1]) for row in found.table().rows] == [("a", 777), ("c", 300), ("b", None)]  # type: ignore[union-attr]
    assert "偏离" in found.table().text("zh")
    assert "b is missing: figure is not known" in found._repr_html_()
    assert "777" not in repr(found)


VALUES = st.lists(
    st.none() | st.fractions(0, 10**6, max_denominator=50) | st.integers(0, 10**30), min_size=1, max_size=7
)
POLICIES = st.sampled_from(["median", "lowest", "weighted"])
WEIGHTS = {f"e{n}": n + 1 for n in range(9)}


def of(values, by, order=None):
    """Reconcile the values of e0, e1...; in another order where one is given."""
    made = [estimate(f"e{n}", value) for n, value in enumerate(values)]
    made = [made[n] for n in order if n < len(made)] if order else made
    return reconcile(made, by, **MONTHLY, weights=WEIGHTS if by == "weighted" else None)


@given(VALUES, POLICIES)
def test_the_one_lies_within_the_range(values, by) -> None:
    """Whatever the policy: not below the smallest, not above the largest; missing only where all are."""
    found = of(values, by)
    known = [value for value in values if value is not None]
    if not known:
        assert (found.value, found.low, found.high) == (None, None, None)
        return
    assert (found.low, found.high) == (min(known), max(known))
    assert min(known) <= found.value <= max(known)
    assert bool(found.out) == (len(known) > 1 and max(known) > Fraction(3, 2) * min(known))


@given(VALUES, POLICIES, st.permutations(range(7)))
def test_the_order_does_not_matter(values, by, order) -> None:
    """Any order gives the same result, row by row."""
    assert of(values, by, order) == of(values, by)


@given(VALUES, POLICIES)
def test_a_missing_one_changes_nothing(values, by) -> None:
    """One more without a value is listed, and neither value, range nor verdict moves."""
    before, after = of(values, by), of([*values, None], by)
    assert (after.value, after.low, after.high, after.spread, after.out, after.known) == (
        before.value,
        before.low,
        before.high,
        before.spread,
        before.out,
        before.known,
    )
    assert len(after.missing) == len(before.missing) + 1


@given(VALUES, POLICIES, st.integers(2, 5))
def test_another_scale_changes_no_verdict(values, by, times) -> None:
    """All estimates k times as large give k times the value, and the same ones are out."""
    before, after = of(values, by), of([value if value is None else value * times for value in values], by)
    assert after.value == (None if before.value is None else before.value * times)
    assert after.out == before.out
