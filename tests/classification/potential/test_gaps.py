"""Growth gaps and their ranking (S004-38)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.gaps import GAP, GAP_RANK, GAP_SHARE, growth_gaps
from pharmasales.errors import BadRows, BadRule, NotFound
from pharmasales.rules import RuleBook
from pharmasales.units import BOX, CNY, Amount


def gaps(*figures, unit=BOX):
    """Rank departments D0, D1... with these potentials and actuals."""
    rows = [(f"D{n}", f"Department {n}", {"potential": p, "actual": a}) for n, (p, a) in enumerate(figures)]
    return growth_gaps(rows, unit, "month")


def test_ranked_by_the_gap() -> None:
    """The widest gap first, equal gaps share a rank (1, 2, 2, 4), by id among themselves."""
    found = gaps((100, 60), (1584, 660), (90, 50), (30, 10))
    assert [(gap.rank, gap.customer, gap.gap, gap.share) for gap in found] == [
        (1, "D1", 924, Fraction(5, 12)),
        (2, "D0", 40, Fraction(3, 5)),
        (2, "D2", 40, Fraction(5, 9)),
        (4, "D3", 20, Fraction(1, 3)),
    ]
    assert found["D1"].why.text() == "1,584 - 660 = 924 BOX a month (41.7% of the potential is ours)"
    assert found["D1"].why.text("zh") == "1,584 - 660 = 924 盒/月（已占潜力 41.7%）"


def test_missing_in_missing_out() -> None:
    """Without a potential or an actual: no gap, no share, no rank, at the end, and which it is."""
    found = gaps((None, 5), (7, None), (None, None), (9, 0))
    assert [(gap.customer, gap.rank, gap.gap) for gap in found] == [
        ("D3", 1, 9),
        ("D0", None, None),
        ("D1", None, None),
        ("D2", None, None),
    ]
    assert found["D0"].why.text() == "no gap: potential not known"
    assert found["D1"].why.text("zh") == "无增长空间：实际销量未知"
    assert found["D2"].why.text() == "no gap: potential and actual sales not known"
    assert found["D0"].share is None


def test_more_than_the_potential_is_sold() -> None:
    """A gap below zero is kept, ranks last, and is flagged: the estimate is too low."""
    found = gaps((500, 520), (500, 500), (500, -20))
    assert found.too_low == ("D0",)
    assert [(gap.customer, gap.gap, gap.rank, gap.too_low) for gap in found] == [
        ("D2", 520, 1, False),
        ("D1", 0, 2, False),
        ("D0", -20, 3, True),
    ]
    assert found["D0"].why.head("zh") == "500 - 520 = -20 盒/月：销量高于潜力，估计偏低"


def test_a_potential_of_zero_has_no_share() -> None:
    """Of nothing there is no part, but a gap."""
    found = gaps((0, 0), (0, 3))
    assert [(gap.gap, gap.share) for gap in found] == [(0, None), (-3, None)]
    assert "n/a of the potential" in found["D0"].why.text()


def test_what_the_table_shows_adds_up() -> None:
    """The potential is rounded once; the gap shown is that less the actual, whatever the exact one would round to."""
    found = gaps((Fraction(1, 2), 1), (Fraction(21, 2), 3))
    assert found["D0"].gap == Fraction(-1, 2)
    for row in found.table().records():
        assert row["potential"] - row["actual"] == row["gap"]
    assert [row[3:7] for row in found.table().rows] == [(11, 3, Fraction(2, 7), 8), (1, 1, Fraction(2), 0)]
    assert [column.key for column in found.table().columns] == [
        "rank",
        "customer_id",
        "customer",
        "potential",
        "actual",
        "share",
        "gap",
        "why",
    ]
    assert "增长空间" in found.table().text("zh")
    assert "<table>" in found._repr_html_()
    money = gaps((Amount.of("10.5", CNY), Amount.of("3.25", CNY)), (None, "1.10"), unit=CNY)
    assert [str(cell) for cell in money.table().rows[0][3:7]] == ["10.50", "3.25", "13/42", "7.25"]
    assert money.table().rows[1][3:7] == (None, Amount.of("1.1", CNY).value, None, None)


def test_every_bad_row_at_once() -> None:
    """Below zero, another unit, parts of a box, no number, no field, an id twice: all of them, with the id."""
    rows = [
        ("D0", "", {"potential": -1, "actual": 1}),
        ("D1", "", {"potential": 1, "actual": Amount.of(1, CNY)}),
        ("D2", "", {"potential": 1, "actual": "0.5"}),
        ("D3", "", {"potential": "x", "actual": "y"}),
        ("D4", "", {"potential": 1}),
        ("D5", "", {"potential": 1, "actual": 1}),
        ("D5", "", {"potential": 1, "actual": 1}),
    ]
    with pytest.raises(BadRows) as caught:
        growth_gaps(rows, BOX, "month")
    found = [(error.where, error.code) for error in caught.value.exceptions]
    assert found == [
        ("customer 'D0', potential", "potential.input"),
        ("customer 'D1', actual", "unit"),
        ("customer 'D2', actual", "number.decimals"),
        ("customer 'D3', potential", "number"),
        ("customer 'D3', actual", "number"),
        ("customer 'D4'", "rule.field"),
        ("customer 'D5'", "potential.twice"),
    ]
    with pytest.raises(BadRule, match="not a period"):
        growth_gaps([], BOX, "week")  # type: ignore[arg-type]  # the point of the test


def test_who_is_not_there() -> None:
    """An unknown id is not found; no figure and no name is in a repr."""
    found = gaps((777, 333))
    with pytest.raises(NotFound, match="customer 'D9'"):
        found["D9"]
    assert (repr(found), len(found)) == ("Gaps(1 customers)", 1)
    assert not any(text in repr(found["D0"]) for text in ("777", "333", "Department"))


def test_the_rules_are_kept_in_a_book() -> None:
    """Gap, share and rank are rule values that a book keeps."""
    book = RuleBook("gaps", "1", {"gap": GAP, "share": GAP_SHARE, "rank": GAP_RANK})
    again = RuleBook.from_data(book.data())
    assert again == book
    assert again["gap"]({"potential": 10, "actual": "2.5"}) == Fraction(15, 2)


FIGURES = st.lists(
    st.tuples(
        st.none() | st.fractions(0, 10**6, max_denominator=100) | st.integers(0, 10**25),
        st.none() | st.integers(-(10**6), 10**25),
    ),
    max_size=12,
)


@given(FIGURES)
def test_gap_and_actual_make_the_potential(figures) -> None:
    """Exactly, for everybody; who has a gap has a rank, a wider gap is never behind, equal gaps are equal."""
    found = gaps(*figures)
    assert sorted(gap.customer for gap in found) == sorted(f"D{n}" for n in range(len(figures)))
    for gap in found:
        potential, actual = figures[int(gap.customer[1:])]
        if potential is None or actual is None:
            assert (gap.gap, gap.rank, gap.too_low) == (None, None, False)
        else:
            assert gap.gap + actual == potential
            assert gap.rank == 1 + sum(other.gap > gap.gap for other in found if other.gap is not None)
            assert gap.too_low == (actual > potential)


@given(FIGURES, st.randoms())
def test_the_order_given_does_not_matter(figures, random) -> None:
    """The same departments in any order give the same rows."""
    rows = [(f"D{n}", "", {"potential": p, "actual": a}) for n, (p, a) in enumerate(figures)]
    mixed = random.sample(rows, len(rows))
    assert growth_gaps(mixed, BOX, "month").rows == growth_gaps(rows, BOX, "month").rows
