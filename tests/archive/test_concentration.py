"""Concentration, VIPs and the cost of keeping against winning (S001-2, S001-3, S001-4)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.concentration import concentrate, keeping_cost
from pharmasales.archive.retention import Flow
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, Amount

FLOW = Flow(Quarter(2026, 1), new=("N1", "N2"), kept=("K1", "K2", "K3", "K4"), lost=("L",), won_back=("W1", "W2"))
IDLE = Flow(Quarter(2026, 1), new=(), kept=(), lost=(), won_back=())


def yuan(number: int) -> Amount:
    """Make yuan."""
    return Amount.of(number, CNY)


def test_the_first_eighty_percent() -> None:
    """S001-2, S001-4: the one who crosses 80 % is inside; shares and cumulative shares are exact."""
    found = concentrate({"D": yuan(5), "A": yuan(60), "C": yuan(10), "B": yuan(25), "R": yuan(-7), "Z": yuan(0)})
    assert [(r.customer, r.rank, r.share, r.cumulative, r.vip) for r in found.rows] == [
        ("A", 1, Fraction(3, 5), Fraction(3, 5), True),
        ("B", 2, Fraction(1, 4), Fraction(17, 20), True),
        ("C", 3, Fraction(1, 10), Fraction(19, 20), False),
        ("D", 4, Fraction(1, 20), Fraction(1), False),
    ]
    assert (found.vips, found.vip_people, found.vip_share) == (("A", "B"), Fraction(1, 2), Fraction(17, 20))
    assert (found.without, found.top_share) == (("R", "Z"), Fraction(3, 5))
    assert concentrate({"A": yuan(80), "B": yuan(20)}).vips == ("A",)


def test_the_rule_of_thumb_beside_the_figures() -> None:
    """Two of ten customers with 80 % fit the 20/80 rule exactly."""
    amounts = {f"C{n}": yuan(40 if n < 2 else 0) for n in range(2)} | {f"D{n}": yuan(5) for n in range(4)}
    amounts |= {f"E{n}": yuan(0) for n in range(4)}
    found = concentrate(amounts)
    assert (found.vip_people, found.vip_share, found.top_share) == (Fraction(1, 3), Fraction(4, 5), Fraction(4, 5))
    assert found.why.text("zh") == "6 家客户中 2 家（33.3%）贡献 80.0%（要求 80.0%）；前 20.0% 的客户贡献 80.0%"


def test_equal_amounts_go_together() -> None:
    """Whoever ties with the one who crosses the share is a VIP too, whatever the ids are."""
    found = concentrate({"A": yuan(50), "Z": yuan(20), "M": yuan(20), "B": yuan(10)}, share="60%")
    assert (found.vips, [row.rank for row in found.rows]) == (("A", "M", "Z"), [1, 2, 2, 4])
    assert concentrate({"A": yuan(50), "B": yuan(50)}, share="10%", top="1%").top_share == 1


def test_nobody_sells() -> None:
    """Without net sales above zero there are no shares, with the reason."""
    found = concentrate({"R": yuan(-1)})
    assert (found.rows, found.vips, found.vip_share, found.vip_people, found.top_share) == ((), (), None, None, None)
    assert found.why.text() == "nobody has net sales above zero, so there is no share"
    assert len(found.table()) == 0
    assert "大客户" in concentrate({"A": yuan(1)}).table().text("zh")
    assert "<table>" in found._repr_html_()
    assert repr(concentrate({"A": yuan(1)})) == "Concentration(1 of 1 customers)"


@pytest.mark.parametrize("share", [0, "100.1%", -1])
def test_a_share_lies_within_the_whole(share: object) -> None:
    """Zero, more than the whole and less than nothing are refused, naming which."""
    with pytest.raises(BadRule, match="@ share"):
        concentrate({}, share=share)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(BadRule, match="@ top"):
        concentrate({}, top=share)  # type: ignore[arg-type]  # the point of the test


def test_two_units_cannot_be_ranked() -> None:
    """Yuan and boxes have no order."""
    with pytest.raises(NotComparable):
        concentrate({"A": yuan(1), "B": Amount.of(1, BOX)})


AMOUNTS = st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=2), st.integers(-5, 9).map(yuan), max_size=25)
SHARES = st.fractions(Fraction(1, 100), 1)


@given(AMOUNTS, SHARES, SHARES)
def test_shares_add_up_to_the_whole(amounts: dict[str, Amount], share: Fraction, top: Fraction) -> None:
    """All shares make 1, the VIPs make what was asked with nobody to spare, equal amounts are in or out together."""
    found = concentrate(amounts, share, top)
    assert sorted([*(r.customer for r in found.rows), *found.without]) == sorted(amounts)
    if not found.rows:
        return
    assert sum(row.share for row in found.rows) == 1 == found.rows[-1].cumulative
    assert found.vip_share is not None
    assert found.vip_share >= share
    least = min(row.amount for row in found.rows if row.vip)
    assert sum(row.share for row in found.rows if row.amount > least) < share
    assert all(row.vip == (row.amount >= least) for row in found.rows)


@given(st.data(), AMOUNTS)
def test_the_order_given_does_not_matter(data: st.DataObject, amounts: dict[str, Amount]) -> None:
    """Any order of the same amounts gives the same rows."""
    shuffled = dict(data.draw(st.permutations(list(amounts.items()))))
    assert concentrate(shuffled).rows == concentrate(amounts).rows


def test_keeping_against_winning() -> None:
    """S001-3: four kept for 400 and four won for 2,000 is one fifth, as the trade says."""
    cost = keeping_cost(FLOW, yuan(400), yuan(2000))
    assert (cost.kept, cost.won, cost.per_kept, cost.per_won) == (4, 4, Fraction(100), Fraction(500))
    assert cost.ratio == cost.expected == Fraction(1, 5)
    assert cost.why.text() == "keeping one costs 100, winning one 500: ratio 0.2 where 0.2 is expected"
    assert keeping_cost(FLOW, yuan(300), yuan(400), "25%").expected == Fraction(1, 4)


def test_no_ratio_without_figures() -> None:
    """A count or a cost of zero, or none recorded, leaves the ratio missing with every reason."""
    empty = keeping_cost(IDLE, None, yuan(0))
    assert (empty.per_kept, empty.per_won, empty.ratio) == (None, None, None)
    assert empty.why.lines() == [
        "no ratio of keeping to winning",
        "  nobody was kept",
        "  nobody was won",
        "  no cost of keeping is recorded",
        "  no cost of winning is recorded",
    ]
    assert keeping_cost(FLOW, yuan(0), yuan(5)).ratio is None
    assert keeping_cost(FLOW, yuan(5), None).why.text("zh") == "无留客与获客成本之比（未记录获客费用）"


def test_costs_that_cannot_be() -> None:
    """A cost below zero and costs in two units are refused."""
    with pytest.raises(BadValue, match="below zero @ winning"):
        keeping_cost(FLOW, None, yuan(-1))
    with pytest.raises(NotComparable, match="CNY with BOX"):
        keeping_cost(FLOW, yuan(1), Amount.of(1, BOX))
