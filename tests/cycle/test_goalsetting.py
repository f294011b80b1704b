"""Goals of a period: grown from the year before or given, shared by a basis, exact; every refusal has its code."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.cycle import GoalPolicy, Policy, Region, set_goals
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Period, Quarter, Week, Year
from pharmasales.testing import one_rep, quarter_with_gap, two_districts
from pharmasales.units import BOX, CNY, Amount, Unit

Q1, JAN = Quarter(2026, 1), Month(2025, 1)
ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("r1", "One", "rep", "N"),
        Node("r2", "Two", "rep", "N"),
    ]
)


def goals(**settings: object) -> Policy:
    """Make a policy of these goal settings."""
    return Policy(goals=GoalPolicy(**settings))  # type: ignore[arg-type]  # by name


def region(*lines: tuple[str, str], month: Period = JAN, **more: object) -> Region:
    """Make a region in which these nodes sold these amounts in one month."""
    sales = [Sale(month, Amount.of(amount, CNY), rep=rep) for rep, amount in lines]
    return Region(org=ORG, archive=Archive.of([]), money=CNY, goods=BOX, sales=sales, **more)  # type: ignore[arg-type]  # by name


def whole(world: Region, policy: Policy, period: Period = Q1) -> dict[str, str]:
    """Return the goal of each node as plain text, audited first."""
    found = set_goals(world, policy, period)
    found.check()
    return {node.id: str(found.amount(node.id).value) for node in found.org}


@pytest.mark.parametrize(
    ("base", "growth", "grain", "total"),
    [
        ("100.00", "1/10", "1", "110.00"),
        ("104.99", "1/10", "1", "115.00"),
        ("105.00", "1/10", "1", "116.00"),
        ("100.45", "0", "0.1", "100.50"),
        ("100.44", "0", "0.1", "100.40"),
        ("1499.99", "0", "1000", "1000.00"),
        ("1500", "0", "1000", "2000.00"),
        ("100", "-1/4", "1", "75.00"),
    ],
)
def test_growth_is_rounded_half_up_to_the_grain(base: str, growth: str, grain: str, total: str) -> None:
    """Growth over the same period of the year before, half up at the last step only."""
    world = region(("r1", base), ("r2", "0"))
    assert whole(world, goals(growth=Fraction(growth), grain=Decimal(grain), season="even"))["C"] == total


def test_growth_starts_from_the_same_period_of_the_year_before() -> None:
    """Neither the quarter just gone nor the year before that count; a day counts where it lies."""
    world = region(("r1", "100"))
    other = [Sale(when, Amount.of(999, CNY), rep="r1") for when in (Month(2025, 12), Month(2024, 1), Month(2025, 4))]
    assert whole(evolve(world, sales=[*world.sales, *other]), goals(season="even"))["r1"] == "110.00"
    assert whole(one_rep(), goals(), Year(2026))["r1"] == "52800.00"
    assert whole(one_rep(), goals(), Quarter(2026, 3))["r1"] == "13200.00"


@given(
    st.lists(st.integers(-(10**6), 10**9), min_size=5, max_size=5),
    st.fractions(-1, 3, max_denominator=1000),
    st.sampled_from(["0.01", "1", "1000"]),
)
def test_growth_equals_a_restatement(minors: list[int], growth: Fraction, grain: str) -> None:
    """The total is floor(x / grain + 1/2) grains, and every node equals its parts."""
    sales = [Sale(JAN, Amount(minor, CNY), rep=f"r{1 + n % 2}") for n, minor in enumerate(minors)]
    world, policy = evolve(region(), sales=sales), goals(growth=growth, grain=Decimal(grain), negative="zero")
    base, step = Fraction(sum(minors), 100), Fraction(grain)
    if base <= 0:
        with pytest.raises(BadValue, match=r"goals\.base"):
            set_goals(world, policy, Q1)
        return
    found = set_goals(world, policy, Q1)
    found.check()
    grown = base * (1 + growth) / step
    assert Fraction(found.total.value) == (grown + Fraction(1, 2)).__floor__() * step


def test_a_given_total_needs_no_growth_and_is_a_multiple_of_the_grain() -> None:
    """The total given is kept exactly; one between two grains is refused."""
    world = region(("r1", "2"), ("r2", "1"))
    assert whole(world, goals(total=Decimal(100), season="even")) == {
        "C": "100.00",
        "N": "100.00",
        "r1": "67.00",
        "r2": "33.00",
    }
    with pytest.raises(BadValue, match=r"goals\.grain"):
        set_goals(world, goals(total=Decimal("100.5")), Q1)


POTENTIAL = Archive.of(
    [
        Customer("A", "A", owner="r1", potential=30),
        Customer("B", "B", owner="r2", potential=Fraction(19, 2)),
        Customer("C", "C", owner="r2", potential=Fraction(1, 2)),
        Customer("D", "D", owner="r2"),
    ]
)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"basis": "history"}, ("20.00", "80.00")),
        ({"basis": "potential"}, ("75.00", "25.00")),
        ({"basis": "blend"}, ("48.00", "52.00")),
        (
            {"basis": "blend", "weights": {"history": Fraction(4, 5), "potential": Fraction(1, 5)}},
            ("31.00", "69.00"),
        ),
        ({"basis": "blend", "weights": {"history": Fraction(1)}}, ("20.00", "80.00")),
    ],
)
def test_the_basis_shares_the_total(settings: dict[str, object], expected: tuple[str, str]) -> None:
    """History, potential, or a blend by its parts; each basis is brought to shares first."""
    world = evolve(region(("r1", "1"), ("r2", "4")), archive=POTENTIAL)
    found = whole(world, goals(total=Decimal(100), season="even", **settings))
    assert (found["r1"], found["r2"]) == expected


def test_levels_cut_the_organisation() -> None:
    """Sales of reps count under the level that gets goals; an unknown level is named."""
    found = whole(two_districts(), goals(levels=("district",)))
    assert found == {"C": "60984.00", "N": "34320.00", "S": "26664.00"}
    assert whole(two_districts(), goals())["N"] == "34320.00"
    with pytest.raises(NotFound, match=r"org\.level"):
        set_goals(two_districts(), goals(levels=("team",)), Q1)


def test_quantity_is_planned_in_boxes() -> None:
    """The measure quantity grows boxes, and its goals are whole boxes."""
    found = set_goals(one_rep(), goals(measure="quantity"), Q1)
    assert found.total == Amount.of(660, BOX)
    assert [found.amount("r1", month) for month in Q1.months] == [Amount.of(220, BOX)] * 3


def test_mixed_currencies_are_refused() -> None:
    """Sales in another unit than the region's are never grown from."""
    world = region(("r1", "5"))
    foreign = [*world.sales, Sale(JAN, Amount.of(5, Unit("USD", 2)), rep="r1")]
    for sales in (foreign, foreign[1:]):
        with pytest.raises(NotComparable):
            set_goals(evolve(world, sales=sales), goals(), Q1)


def months(*amounts: int) -> Region:
    """Make a region whose r1 sold these amounts in the first months of 2025; zero is no line."""
    sales = [Sale(Month(2025, n), Amount.of(a, CNY), rep="r1") for n, a in enumerate(amounts, 1) if a]
    return evolve(region(), sales=sales)


@pytest.mark.parametrize(
    ("season", "expected"),
    [
        ("history", [10, 20, 30]),
        ("auto", [10, 20, 30]),
        ("even", [20, 20, 20]),
        ((Fraction(1), Fraction(0), Fraction(2)), [20, 0, 40]),
        (tuple(map(Fraction, (1, 1, 4, *[9] * 9))), [10, 10, 40]),
    ],
)
def test_the_season_cuts_the_total(season: object, expected: list[int]) -> None:
    """Months follow history, an even share, one share a bucket, or the twelve shares of a year."""
    found = set_goals(months(10, 20, 30), goals(growth=Fraction(0), season=season), Q1)
    assert [found.amount("C", month) for month in Q1.months] == [Amount.of(n, CNY) for n in expected]


def test_auto_is_even_where_a_month_is_missing_and_says_so() -> None:
    """A month without sales the year before is missing, not zero: auto notes it, history refuses and names it."""
    notes: list[Says] = []
    found = set_goals(quarter_with_gap(), goals(), Q1, notes)
    assert len({found.amount("G", month) for month in Q1.months}) <= 2
    assert [note.zh for note in notes] == ["按月平均：去年部分月份无销售"]
    with pytest.raises(BadRows) as caught:
        set_goals(quarter_with_gap(), goals(season="history"), Q1)
    assert [line.split(";")[0] for line in caught.value.lines()] == ["no actual @ 2025-02"]


def test_auto_is_even_where_all_months_are_zero() -> None:
    """A season of nothing but zeros has no shape to follow."""
    zero = [Sale(Month(2025, n), Amount.of(0, CNY), rep="r1") for n in (1, 2, 3)]
    world = evolve(region(), sales=zero, archive=POTENTIAL)
    notes: list[Says] = []
    found = set_goals(world, goals(total=Decimal(30), basis="potential"), Q1, notes)
    assert [str(found.amount("C", month)) for month in Q1.months] == ["10.00 CNY"] * 3
    assert len(notes) == 1


def test_a_month_of_net_returns_is_refused_or_zero() -> None:
    """No season follows a negative month; the policy zero counts it as nothing."""
    world = months(30, -10, 10)
    with pytest.raises(BadValue, match=r"goals\.season\.negative"):
        set_goals(world, goals(growth=Fraction(0)), Q1)
    found = set_goals(world, goals(growth=Fraction(0), negative="zero"), Q1)
    assert [str(found.amount("r1", month).value) for month in Q1.months] == ["23.00", "0.00", "7.00"]


def test_a_negative_basis_is_refused_or_zero() -> None:
    """A rep of net returns: refused with the id and no amount, or counted as zero."""
    world = region(("r1", "100"), ("r2", "-40"))
    with pytest.raises(BadRows) as caught:
        set_goals(world, goals(season="even"), Q1)
    assert ["r2" in line and "40" not in line for line in caught.value.lines()] == [True]
    assert whole(world, goals(season="even", negative="zero"))["r1"] == "66.00"


@pytest.mark.parametrize(
    ("world", "settings", "code"),
    [
        (evolve(region(("r1", "1")), org=None), {}, "goals.org"),
        (region(), {}, "goals.basis"),
        (region(("r1", "1"), month=Month(2025, 4)), {}, "goals.basis"),
        (region(("r1", "5"), ("r2", "-5")), {"negative": "zero"}, "goals.base"),
        (region(("r1", "5"), ("r2", "-6")), {"negative": "zero"}, "goals.base"),
        (region(), {"total": Decimal(5)}, "goals.basis"),
        (region(("r1", "1")), {"basis": "potential"}, "goals.basis"),
        (region(("r1", "1")), {"basis": "blend"}, "goals.basis"),
        (region(("r1", "1")), {"basis": "blend", "all_zero": "even"}, "goals.basis"),
        (region(("r1", "1")), {"measure": "quantity"}, "goals.basis"),
        (region(("r1", "1")), {"grain": Decimal(0)}, "goals.grain"),
    ],
)
def test_no_basis_has_a_code(world: Region, settings: dict[str, object], code: str) -> None:
    """Nothing to grow from, nothing to share by, nobody to share among: typed, with the code and a hint."""
    with pytest.raises(BadValue) as caught:
        set_goals(world, goals(**settings), Q1)
    assert caught.value.code == code
    assert caught.value.hint or code == "goals.grain"


@pytest.mark.parametrize("basis", ["history", "potential", "blend"])
def test_all_zero_even_shares_a_given_total_without_any_basis(basis: str) -> None:
    """With the policy even, a total given to reps without any basis is shared evenly."""
    found = whole(region(), goals(total=Decimal(11), basis=basis, all_zero="even", season="even"))
    assert (found["r1"], found["r2"]) == ("6.00", "5.00")


def test_house_accounts_count_in_the_total_and_weigh_for_nobody() -> None:
    """Sales of no rep, of a district or of the company grow the total; the reps share it by their own sales."""
    world = region(("r1", "30"), ("r2", "10"), ("N", "40"), ("", "20"), ("C", "100"))
    notes: list[Says] = []
    found = set_goals(world, goals(growth=Fraction(0), season="even"), Q1, notes)
    assert [str(found.amount(node)) for node in ("C", "r1", "r2")] == ["200.00 CNY", "150.00 CNY", "50.00 CNY"]
    assert [note.en for note in notes] == ["what belongs to no rep (house accounts) weighs for nobody"]
    assert [note.zh for note in notes] == ["无代表归属的部分（直营）不计入个人权重"]
    cut: list[Says] = []
    district = set_goals(world, goals(growth=Fraction(0), season="even", levels=("district",)), Q1, cut)
    assert str(district.amount("N")) == "200.00 CNY"


def test_a_blend_notes_house_accounts_once() -> None:
    """Two bases with house accounts make one note."""
    archive = Archive.of([Customer("A", "A", owner="r1", potential=1), Customer("B", "B", potential=1)])
    notes: list[Says] = []
    set_goals(evolve(region(("r1", "1"), ("", "1")), archive=archive), goals(basis="blend", season="even"), Q1, notes)
    assert len(notes) == 1


@pytest.mark.parametrize(
    "world",
    [
        region(("r9", "5"), ("r1", "5")),
        evolve(region(("r1", "5")), archive=Archive.of([Customer("A", "A", owner="r9", potential=1)])),
    ],
)
def test_an_unknown_node_is_a_typed_error(world: Region) -> None:
    """Sales or customers of a node that the organisation does not have are named by the node's id."""
    with pytest.raises(NotFound, match=r"'r9'.*org\.id"):
        set_goals(world, goals(basis="blend"), Q1)


def test_a_week_is_one_bucket() -> None:
    """A week cannot be cut into months: it is a bucket of its own."""
    world = region(("r1", "10"), month=Week(2025, 5))
    found = set_goals(world, goals(), Week(2026, 5))
    assert found.buckets == (Week(2026, 5),)
    assert str(found.amount("r1", Week(2026, 5))) == "11.00 CNY"


def test_buckets_of_the_policy() -> None:
    """Quarters of a year, and custom ones, take the sales of their months."""
    found = set_goals(one_rep(), goals(periods="Q1 | Q2+Q3 | Q4", growth=Fraction(0)), Year(2026))
    assert [(str(b), str(found.amount("r1", b).value)) for b in found.buckets] == [
        ("2026-Q1", "12000.00"),
        ("2026-Q2+Q3", "24000.00"),
        ("2026-Q4", "12000.00"),
    ]


def test_new_hires_and_least_growth() -> None:
    """A rep without sales takes half the average of the siblings; everybody grows by 5 % at least; N hands on more."""
    org = Org.of([*ORG, Node("r3", "Three", "rep", "N")])
    known = evolve(region(("r1", "100"), ("r2", "300")), org=org)
    policy = goals(
        total=Decimal(500), new_hire="siblings", ramp=Fraction(1, 2), least_growth=Fraction(1, 20), season="even"
    )
    found = set_goals(known, policy, Q1)
    assert [found.amount(rep).value for rep in ("r1", "r2", "r3")] == [105, 315, 80]
    assert found.why("r3").lines()[-1] == "  weight 100: new hire, 50.0% of the average of its siblings (2)"
    assert found.why("r1").parts[-2].text() == "One: held at 105.00 (at least 105.00 CNY (minimum growth 5.0%))"
    with pytest.raises(BadRows) as caught:
        set_goals(known, goals(total=Decimal(500), new_hire="refuse", season="even"), Q1)
    assert [error.code for error in caught.value.exceptions] == ["goals.weight.new"]
    above = set_goals(known, goals(total=Decimal(500), season="even", over={"district": Fraction(1, 10)}), Q1)
    assert (above.amount("N").value, above.given("N").value) == (500, 550)
    capped = goals(total=Decimal(500), season="even", constraints=(Constraint.cap("r2", Amount.of(200, CNY)),))
    assert [set_goals(known, capped, Q1).amount(rep).value for rep in ("r1", "r2", "r3")] == [300, 200, 0]
