"""Variance of sales: parts that add up everywhere, each by its formula, and nothing guessed."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, NotFound
from pharmasales.evaluation.variance.parted import Parted, whole_parts
from pharmasales.evaluation.variance.sales_parts import CELL_KINDS, SALES_PARTS, priced_parts
from pharmasales.evaluation.variance.sales_split import sales_variance
from pharmasales.evaluation.variance.sold import SoldLine
from pharmasales.org import Node, Org
from pharmasales.units import BOX, CNY, USD, Amount, Unit

BOTTLE = Unit("BOTTLE", 0, "bottle", "瓶")
ORG = Org.of(
    [
        Node("C", "Example Pharma", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        *(Node(rep, rep, "rep", above) for rep, above in (("r1", "N"), ("r2", "N"), ("r3", "S"))),
    ]
)


def line(product, customer, yuan, boxes, node="r1", unit=BOX):
    """Return a line of sales."""
    return SoldLine(node, product, customer, Amount.of(yuan, CNY), None if boxes is None else Amount.of(boxes, unit))


def parts(change: Parted) -> dict[str, str]:
    """Return the parts that are not zero, as texts."""
    return {part.key: str(amount.value) for part, amount in change.parts if amount.minor}


@st.composite
def lines(draw):
    """Lines of few products, customers and nodes, with returns, free goods and holes."""
    found = []
    for _ in range(draw(st.integers(0, 12))):
        names = [draw(st.sampled_from(some)) for some in (["r1", "r2", "r3"], ["P1", "P2", "P3"], ["H1", "H2", "H3"])]
        fen, boxes = draw(st.integers(-3000, 9000)), draw(st.integers(1, 60))
        sign = 1 if fen >= 0 else -1
        quantity = draw(st.sampled_from([Amount(sign * boxes, BOX)] * 8 + [None, Amount(0, BOX)]))
        if draw(st.integers(0, 19)) == 0 and quantity is not None:
            quantity = Amount(quantity.minor, BOTTLE)
        found.append(SoldLine(*names, Amount(fen, CNY), quantity))
    return found


def some_lines():
    """Two sides, not both empty."""
    return st.tuples(lines(), lines()).filter(any)


@given(some_lines())
def test_the_parts_add_up_at_every_cell_product_customer_and_node(sides):
    """Net after less net before, counted by hand, is the sum of the parts, and nodes, products and customers add up."""
    found = sales_variance(*sides)
    before, after = (sum(one.sales.minor for one in side) for side in sides)
    assert (found.whole.before.minor, found.whole.after.minor) == (before, after)
    for change in (found.whole, *found.by_node(ORG).values()):
        assert sum(amount.minor for _, amount in change.parts) == change.change.minor
    for dimension in ("node", "product", "customer"):
        by = found.by(dimension).values()
        for part in SALES_PARTS:
            assert sum(change[part.key].minor for change in by) == found.whole[part.key].minor
        assert sum(change.after.minor for change in by) == after
    rolled = found.by_node(ORG)
    for node_id, below in ORG.families:
        for part in SALES_PARTS:
            children = sum(rolled[child][part.key].minor for child in below if child in rolled)
            assert children == (rolled[node_id][part.key].minor if node_id in rolled else 0)


@given(some_lines(), st.randoms())
def test_the_order_of_lines_plays_no_role(sides, random):
    """Any order, the same cells, and the same tables of them."""
    again = [random.sample(side, len(side)) for side in sides]
    first, second = sales_variance(*sides), sales_variance(*again)
    assert dict(first.cells) == dict(second.cells)
    assert first.left_out == second.left_out
    assert first.cell_table().rows == second.cell_table().rows
    assert first.table_by("customer").rows == second.table_by("customer").rows


@given(some_lines())
def test_swapping_sides_turns_every_sum_around(sides):
    """Old and new swapped: the change and the returns turn their sign; new customers become lost ones."""
    there, back = sales_variance(*sides).whole, sales_variance(*sides[::-1]).whole
    assert there.change == -back.change
    assert there["returns"] == -back["returns"]
    assert there["new_customers"] == -back["lost_customers"]
    assert there["new_products"].minor + there["lost_products"].minor == -(
        back["new_products"].minor + back["lost_products"].minor
    )


def by_hand(before, after):
    """Return volume, mix and price of full cells of one unit, in plain fractions, and nothing else."""
    cells = defaultdict(lambda: [0, 0, 0, 0])
    for place, side in ((0, before), (2, after)):
        for one in side:
            cells[one.node, one.product, one.customer][place] += one.sales.minor
            cells[one.node, one.product, one.customer][place + 1] += one.quantity.minor
    average = Fraction(sum(c[0] for c in cells.values()), sum(c[1] for c in cells.values()))
    volume = mix = price = Fraction(0)
    for s0, q0, s1, q1 in cells.values():
        old = Fraction(s0, q0)
        volume += (q1 - q0) * average
        mix += (q1 - q0) * (old - average)
        price += s1 - q1 * old
    return volume, mix, price


@given(
    st.lists(
        st.tuples(st.integers(1, 9999), st.integers(1, 99), st.integers(1, 9999), st.integers(1, 99)),
        min_size=1,
        max_size=8,
    )
)
def test_volume_mix_and_price_are_the_formulas(rows):
    """Against plain fractions: each part is off by less than one fen a cell, and `rounding` says by how much."""
    before = [SoldLine("r1", f"P{n}", "H1", Amount(s, CNY), Amount(q, BOX)) for n, (s, q, _, _) in enumerate(rows)]
    after = [SoldLine("r1", f"P{n}", "H1", Amount(s, CNY), Amount(q, BOX)) for n, (_, _, s, q) in enumerate(rows)]
    found = sales_variance(before, after)
    for key, exact in zip(("volume", "mix", "price"), by_hand(before, after), strict=True):
        assert found.whole[key].minor - exact == found.rounding[key]
        assert abs(found.rounding[key]) < len(rows)
    assert sum(found.rounding.values()) == 0


@given(st.lists(st.tuples(st.integers(1, 9999), st.integers(1, 99)), min_size=1, max_size=6), st.integers(2, 9))
def test_more_of_the_same_is_volume_and_dearer_is_price(rows, factor):
    """Every quantity times a factor: all of it volume, mix within roundings. Every price times a factor: all price."""
    before = [SoldLine("r1", f"P{n}", "H1", Amount(s, CNY), Amount(q, BOX)) for n, (s, q) in enumerate(rows)]
    larger = [SoldLine(o.node, o.product, o.customer, o.sales * factor, o.quantity * factor) for o in before]
    dearer = [SoldLine(o.node, o.product, o.customer, o.sales * factor, o.quantity) for o in before]
    more, dear = sales_variance(before, larger), sales_variance(before, dearer)
    assert more.whole["price"].minor == 0
    assert more.whole["mix"].minor == more.rounding["mix"]
    assert dear.whole["price"] == dear.whole.change


@given(st.lists(st.integers(-(10**6), 10**6), min_size=3, max_size=3), st.integers(1, 1000), st.integers(-99, 99))
def test_rounded_parts_keep_the_sum_and_stray_less_than_one(exact, under, whole):
    """Largest remainder on signed parts."""
    exact = [exact[0], exact[1], whole * under - exact[0] - exact[1]]
    found = whole_parts(exact, under)
    assert sum(found) == whole
    assert all(abs(one - Fraction(over, under)) < 1 for one, over in zip(found, exact, strict=True))


@given(st.lists(st.integers(-(10**4), 10**4), min_size=2, max_size=5), st.integers(2, 50))
def test_the_largest_remainders_are_rounded_up_and_ties_go_to_the_first(exact, under):
    """Against the plainest oracle: floors, then one more for each of the largest remainders in order."""
    exact = [*exact, -sum(exact) % under]
    order = sorted(range(len(exact)), key=lambda place: (-(exact[place] % under), place))
    up = set(order[: sum(one % under for one in exact) // under])
    assert whole_parts(exact, under) == [one // under + (place in up) for place, one in enumerate(exact)]


def test_parts_that_miss_the_change_are_refused():
    """No value of a change exists whose parts do not add up."""
    before, after = Amount.of(100, CNY), Amount.of(150, CNY)
    with pytest.raises(BadValue, match=r"variance\.sum"):
        Parted(before, after, ((SALES_PARTS[0], Amount.of(49, CNY)),))


def test_a_small_example_by_hand():
    """Two products, 10 boxes at 10 and 10 at 30 become 12 at 11 and 9 at 30: average 20."""
    found = sales_variance(
        [line("P1", "H1", 100, 10), line("P2", "H1", 300, 10)], [line("P1", "H1", 132, 12), line("P2", "H1", 270, 9)]
    )
    assert parts(found.whole) == {"volume": "20.00", "mix": "-30.00", "price": "12.00"}
    assert parts(found.by("product")["P1"]) == {"volume": "40.00", "mix": "-20.00", "price": "12.00"}
    assert parts(found.by("product")["P2"]) == {"volume": "-20.00", "mix": "-10.00"}


def test_new_and_lost_customers_and_products_stand_apart():
    """A customer decides before a product: what a new customer buys is new customers, whatever it buys."""
    before = [line("P1", "H1", 100, 10), line("P2", "H1", 50, 5), line("P2", "H2", 70, 7)]
    after = [line("P1", "H1", 100, 10), line("P3", "H1", 40, 2), line("P3", "H3", 20, 1), line("P1", "H3", 30, 3)]
    assert parts(sales_variance(before, after).whole) == {
        "new_customers": "50.00",
        "lost_customers": "-70.00",
        "new_products": "40.00",
        "lost_products": "-50.00",
    }


def test_returns_stand_apart_with_gross_and_net():
    """Returns of any product and customer, their quantities play no role; net is gross plus returns."""
    before = [line("P1", "H1", 100, 10), line("P1", "H1", -20, -2)]
    after = [line("P1", "H1", 110, 11), line("P1", "H1", -50, None), line("P9", "H9", -5, -1)]
    found = sales_variance(before, after)
    assert parts(found.whole) == {"volume": "10.00", "returns": "-35.00"}
    whole = found.whole
    assert [str(one.value) for one in (whole.gross_before, whole.before, whole.gross_after, whole.after)] == [
        "100.00",
        "80.00",
        "110.00",
        "55.00",
    ]
    assert found.cells["r1", "P9", "H9"].kind == "returns_only"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([("P1", "H1", 100, 10)], [("P1", "H1", 150, None)], "no_quantity"),
        ([("P1", "H1", 100, None)], [("P1", "H1", 150, 10)], "no_quantity"),
        ([("P1", "H1", 100, 10)], [("P1", "H1", 150, 0)], "zero_quantity"),
        ([("P1", "H1", 100, 0)], [("P1", "H1", 150, None)], "zero_quantity"),
        ([("P1", "H1", 100, 10), ("P1", "H1", 1, None)], [("P1", "H1", 151, 15)], "no_quantity"),
        ([("P1", "H1", 100, 10, "r1", BOTTLE)], [("P1", "H1", 150, 15)], "unit_changed"),
    ],
)
def test_what_is_not_known_is_unexplained_whole_and_by_name(before, after, kind):
    """One hole, and nothing of the cell is split."""
    found = sales_variance([line(*one) for one in before], [line(*one) for one in after])
    assert list(found.whole.parts)[-1][1] == found.whole.change
    assert found.cells["r1", "P1", "H1"].kind == kind
    assert CELL_KINDS[kind].en.startswith("unexplained: ")
    assert CELL_KINDS[kind].text() in [row[-1].text() for row in found.cell_table().rows]


def test_a_cell_with_both_holes_names_no_quantity_less_than_zero_quantity_in_any_order():
    """Which reason is named does not depend on the order of the lines."""
    holes = [line("P1", "H1", 5, None), line("P1", "H1", 5, 0)]
    for some in (holes, holes[::-1]):
        assert sales_variance(some, [line("P1", "H1", 10, 1)]).cells["r1", "P1", "H1"].kind == "zero_quantity"


def test_without_any_old_price_of_the_product_nothing_is_guessed():
    """P1 has old sales but no old quantity: what H2 buys of it now is unexplained."""
    before = [line("P1", "H1", 100, None), line("P2", "H2", 10, 1)]
    found = sales_variance(before, [line("P1", "H1", 100, 10), line("P1", "H2", 50, 5), line("P2", "H2", 10, 1)])
    assert found.cells["r1", "P1", "H2"].kind == "no_old_price"
    assert parts(found.whole) == {"unexplained": "50.00"}


def test_a_pair_that_is_new_takes_the_nearest_old_price():
    """H1 bought P1 at 10 from r1: at r2 its own old price stands in. H2 did not: the product's average of 12 does."""
    before = [line("P1", "H1", 100, 10), line("P1", "H3", 140, 10), line("P2", "H2", 20, 1)]
    after = [line("P1", "H1", 55, 5, "r2"), line("P1", "H2", 26, 2), line("P1", "H3", 140, 10), line("P2", "H2", 20, 1)]
    found = sales_variance(before, after)
    assert [found.cells["r2", "P1", "H1"].kind, found.cells["r1", "P1", "H2"].kind] == [
        "customer_price",
        "product_price",
    ]
    assert parts(found.by("node")["r2"])["price"] == "5.00"  # 55 - 5 x 10
    assert parts(found.of(customers=["H2"]).whole)["price"] == "2.00"  # 26 - 2 x 12


def test_a_customer_that_moves_to_another_node_changes_nothing_above():
    """Same boxes, same price, another rep: minus at one, plus at the other, nothing at their district."""
    stays = line("P2", "H2", 300, 10)
    found = sales_variance([line("P1", "H1", 100, 10), stays], [line("P1", "H1", 100, 10, "r2"), stays])
    by = found.by_node(ORG)
    assert parts(by["r1"]) == {"volume": "-200.00", "mix": "100.00"}
    assert parts(by["r2"]) == {"volume": "200.00", "mix": "-100.00"}
    assert parts(by["N"]) == parts(by["C"]) == {}
    assert "S" not in by


def test_volume_without_any_comparable_old_sales_is_at_the_product_price():
    """P1 went to a lost customer only; what H2 buys of it now is all volume, at 10 a box, and no mix."""
    before = [line("P1", "H1", 100, 10), line("P2", "H2", 10, 1, "r1", BOTTLE)]
    found = sales_variance(before, [line("P1", "H2", 33, 3), line("P2", "H2", 10, 1, "r1", BOTTLE)])
    assert parts(found.of(products=["P1"], customers=["H2"]).whole) == {"volume": "30.00", "price": "3.00"}


def test_boxes_are_averaged_with_boxes_and_bottles_with_bottles():
    """Each unit of quantity has an average price of its own, so one product of a unit has no mix."""
    before = [line("P1", "H1", 100, 10), line("P2", "H1", 900, 9, "r1", BOTTLE)]
    after = [line("P1", "H1", 200, 20), line("P2", "H1", 800, 8, "r1", BOTTLE)]
    assert parts(sales_variance(before, after).whole) == {}
    assert parts(sales_variance(before, after).by("product")["P1"]) == {"volume": "100.00"}
    assert parts(sales_variance(before, after).by("product")["P2"]) == {"volume": "-100.00"}


def test_free_goods_count_nowhere_and_are_listed():
    """They would make the price fall; they are named with how many lines there are."""
    after = [line("P1", "H1", 100, 10), line("P1", "H1", 0, 2), line("P1", "H1", 0, None), line("P0", "H1", 0, 3)]
    found = sales_variance([line("P1", "H1", 100, 10)], after)
    assert parts(found.whole) == {}
    assert [(one.side, one.product, one.reason, one.lines, one.quantity) for one in found.left_out] == [
        ("after", "P0", "free_goods", 1, 3),
        ("after", "P1", "empty", 1, 0),
        ("after", "P1", "free_goods", 1, 2),
    ]
    assert found.why.lines()[1:] == [
        "  r1, P1, H1: comparable: split by its own old price",
        "    10 BOX after 10 BOX; old price 10 a BOX, old average price 10 a BOX",
        "  left out after: free goods: no sales; lines: 2",
        "  left out after: neither sales nor quantity; lines: 1",
    ]
    assert [one.product for one in found.of(products=["P1"]).left_out] == ["P1", "P1"]
    other = sales_variance([], [*after, line("P1", "H1", 50, 5, "r2"), line("P1", "H1", 0, 7, "r2")])
    assert [(one.node, one.quantity) for one in other.of(nodes=["r2"]).left_out] == [("r2", 7)]


def test_every_bad_line_is_refused_at_once_with_its_place():
    """Signs that disagree, and another money."""
    dollars = SoldLine("r1", "P1", "H1", Amount.of(1, USD), Amount.of(1, BOX))
    with pytest.raises(BadRows) as caught:
        sales_variance([line("P1", "H1", 5, -1), line("P1", "H1", -5, 1), line("P1", "H1", 5, 1), dollars], [])
    assert [(error.code, error.where) for error in caught.value.exceptions] == [
        ("variance.signs", "before[0]"),
        ("variance.signs", "before[1]"),
        ("unit", "before[3]"),
    ]
    with pytest.raises(BadRows, match="refused") as caught:
        sales_variance([line("P1", "H1", 5, 1)], [dollars])
    assert caught.value.exceptions[0].where == "after[0]"


def test_no_lines_no_variance():
    """Nothing on both sides is an error, one empty side is none."""
    with pytest.raises(BadValue, match=r"variance\.empty"):
        sales_variance([], [])
    assert parts(sales_variance([], [line("P1", "H1", 5, 1)]).whole) == {"new_customers": "5.00"}
    assert parts(sales_variance([line("P1", "H1", 5, 1)], []).whole) == {"lost_customers": "-5.00"}


def test_drilling_down_keeps_the_split():
    """A slice has the same cells, and what is new or lost stays so over everything compared."""
    before = [line("P1", "H1", 100, 10), line("P1", "H2", 200, 10, "r3")]
    after = [line("P1", "H1", 90, 9, "r3"), line("P1", "H2", 220, 10, "r3")]
    found = sales_variance(before, after)
    south = found.of(nodes=ORG.within("S"))
    assert {key: found.cells[key] for key in south.cells} == dict(south.cells)
    assert parts(south.by("customer")["H1"]) == parts(found.of(nodes=["r3"], customers=["H1"]).whole)
    with pytest.raises(NotFound, match=r"variance\.of"):
        found.of(products=["P7"])
    with pytest.raises(NotFound, match=r"org\.id"):
        sales_variance(before, [line("P1", "H1", 1, 1, "r9")]).by_node(ORG)


def test_tables_and_reasons_speak_both_languages():
    """The waterfall in order, by product, by node of an organisation, the why of a cell."""
    found = sales_variance(
        [line("P1", "H1", 100, 10), line("P2", "H1", 300, 10)],
        [line("P1", "H1", 132, 12), line("P2", "H1", 270, 9)],
        sides=(Says("plan", "计划"), Says("actual", "实际")),
    )
    table = found.table()
    assert [row[0].en for row in table.rows] == ["plan", *(part.says.en for part in SALES_PARTS), "actual"]
    assert [str(row[2]) for row in table.rows[:5]] == ["400.00", "420.00", "390.00", "402.00", "402.00"]
    assert table.text("zh").splitlines()[2].split()[:2] == ["计划", "400.00"]
    steps = found.whole.waterfall()
    assert all(left.end == right.start for left, right in pairwise(steps[:-1]))
    assert steps[-1].end == steps[-2].end == found.whole.after
    by = found.table_by("product")
    assert [column.key for column in by.columns[:4]] == ["product", "before", "after", "change"]
    assert [(row[0], str(row[3])) for row in by.rows] == [("P1", "32.00"), ("P2", "-30.00")]
    assert [row[0] for row in found.table_by("node", ORG).rows] == ["C", "N", "r1"]
    assert "计划销售 400.00 CNY，实际 402.00 CNY：2.00 CNY" in found.why.head("zh")
    assert "原价每盒 10，原平均价每盒 20" in found.of(products=["P1"]).why.text("zh")
    assert found._repr_html_().startswith("<table>")
    assert found.whole._repr_html_().startswith("<table>")


def test_what_is_asked_wrongly_is_named():
    """Another dimension, an organisation of products, an unknown part."""
    found = sales_variance([line("P1", "H1", 5, 1)], [line("P1", "H1", 5, 1)])
    with pytest.raises(BadValue, match=r"variance\.by"):
        found.by("region")
    with pytest.raises(BadValue, match=r"variance\.by"):
        found.table_by("product", ORG)
    with pytest.raises(NotFound, match=r"variance\.part"):
        found.whole["prise"]


def test_the_largest_change_stands_first():
    """A fall as well as a rise, whatever the ids; in an organisation its own order is kept."""
    found = sales_variance([line("P1", "H1", 10, 1), line("P2", "H1", 50, 1)], [line("P1", "H1", 20, 1)])
    assert [row[0] for row in found.table_by("product").rows] == ["P2", "P1"]


def test_no_money_in_a_repr():
    """Sales of a customer are nobody's business in a log."""
    found = sales_variance([line("P1", "H1", 77777, 1)], [line("P1", "H1", 5, 1)])
    assert "77777" not in repr(found) + repr(line("P1", "H1", 77777, 1))


def test_scales_of_quantity_and_money_meet_in_the_price():
    """Kilograms with three decimals: 1.500 kg for 30 yuan is 20 a kilogram."""
    kg = Unit("KG", 3, "kilogram", "千克")
    before, after = (SoldLine("r1", "P1", "H1", Amount.of(y, CNY), Amount.of(q, kg)) for y, q in ((30, "1.5"), (40, 2)))
    found = sales_variance([before], [after])
    assert parts(found.whole) == {"volume": "10.00"}
    assert "old price 20 a KG" in found.why.text()


def test_the_parts_of_the_formula_add_up():
    """Above one line: the change times what stands below it."""
    parts_, under = priced_parts((3, 5), (10, 17), (10, 3), (7, 2))
    assert sum(parts_) == 7 * under
    assert [Fraction(one, under) for one in parts_] == [7, Fraction(-1, 3), Fraction(1, 3)]
