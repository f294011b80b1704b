"""Edits one by one: what each does, what contradicts, what is explained, what differs, as rows and from a sheet."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decompose import decompose
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.products import decompose_products
from pharmasales.goals.decomposing.season import even, season_given
from pharmasales.goals.editing.corrected_sheet import corrections
from pharmasales.goals.editing.edit_records import EDIT_FIELDS, edit_row, edits_from
from pharmasales.goals.editing.edited import edit_feasibility, edit_plan
from pharmasales.goals.editing.edits import Concentrate, Edit, Lock, Mark, Move, Pin, Resplit, Scale, Transfer
from pharmasales.goals.editing.plan_diff import diff_plans
from pharmasales.goals.editing.product_editing import edit_products
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Year
from pharmasales.units import BOX, CNY, Amount

BOXES = Amount.of(1, BOX)
BASIS = Says("sales", "销量")
MONTHS = Year(2026).months
Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)
TWO_DISTRICTS = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("n1", "Rep N1", "rep", "N"),
        Node("n2", "Rep N2", "rep", "N"),
        Node("n3", "Rep N3", "rep", "N"),
        Node("s1", "Rep S1", "rep", "S"),
        Node("s2", "Rep S2", "rep", "S"),
    ]
)
WEIGHTS = {"n1": 3, "n2": 2, "n3": 1, "s1": 4, "s2": 2}


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return BOXES * count


def plan(total: int = 1200, org: Org = TWO_DISTRICTS, **more: object) -> Decomposition:
    """1,200 boxes: North 600 (300, 200, 100), South 600 (400, 200), the same in every month."""
    return decompose(org, boxes(total), WEIGHTS, even(MONTHS), grain=BOXES, basis=BASIS, **more)  # type: ignore[arg-type]


def wholes(goals: Decomposition) -> dict[str, int]:
    """Return what every node has in all."""
    return dict(goals.whole)


BASE = plan()
HAD = {"C": 1200, "N": 600, "S": 600, "n1": 300, "n2": 200, "n3": 100, "s1": 400, "s2": 200}


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (Pin("n1", boxes(360)), {"n1": 360, "n2": 160, "n3": 80}),
        (Pin("N", boxes(660)), {"N": 660, "S": 540, "n1": 330, "n2": 220, "n3": 110, "s1": 360, "s2": 180}),
        (Pin("C", boxes(1320)), {k: v * 11 // 10 for k, v in HAD.items()}),
        (Scale("s2", "150%"), {"s2": 300, "s1": 300}),
        (Scale("s2", 0), {"s2": 0, "s1": 600}),
        (Move("n1", "n3", boxes(60)), {"n1": 240, "n3": 160}),
        (Move("n1", "s2", boxes(60)), {"n1": 240, "N": 540, "s2": 260, "S": 660}),
        (Transfer("n2", "S", with_goal=True), {"N": 400, "S": 800}),
        (Transfer("n2", "S", with_goal=False), {"n1": 450, "n3": 150, "s1": 300, "s2": 150, "n2": 150}),
        (Resplit("N", {"n1": 1, "n2": 1, "n3": 1}), {"n1": 200, "n2": 200, "n3": 200}),
        (Concentrate("N", ["n2", "n3"]), {"n1": 0, "n2": 400, "n3": 200}),
        (Lock("N"), {}),
    ],
)
def test_what_each_edit_does(edit: Edit, changed: dict[str, int]) -> None:
    """The edited nodes have what is said, the rest of their family absorbs it, everybody else keeps the very same."""
    found = edit_plan(BASE, [edit])
    assert wholes(found.plan) == HAD | changed
    found.check()
    for node_id in HAD.keys() - changed.keys():
        assert list(found.plan.cells[node_id]) == list(BASE.cells[node_id])
    if not isinstance(edit, Transfer):
        assert {one.node for one in found.diff()} == changed.keys()


def test_a_move_takes_its_months_along() -> None:
    """Without a period a move leaves each month of its source in proportion; the node above both keeps its months."""
    found = edit_plan(BASE, [Move("n1", "s1", boxes(60))]).plan
    assert list(found.cells["n1"]) == [20] * 12
    assert list(found.cells["s1"]) == [b + 5 for b in BASE.cells["s1"]]
    assert list(found.cells["C"]) == [100] * 12


def test_a_bucket_alone() -> None:
    """A bucket fixed alone leaves the whole as it is; siblings and other months take the difference."""
    found = edit_plan(BASE, [Pin("n1", boxes(30), Month(2026, 1))]).plan
    assert found.amount("n1", Month(2026, 1)) == boxes(30)
    assert wholes(found) == HAD
    assert list(found.cells["N"]) == list(BASE.cells["N"])


def test_a_fixed_sibling_keeps_its_months() -> None:
    """What a bucket gains above goes to those whose whole amount is not fixed."""
    found = edit_plan(BASE, [Pin("N", boxes(72), Month(2026, 1)), Pin("n1", boxes(360))]).plan
    assert list(found.cells["n1"]) == [30] * 12
    assert found.cells["n2"][0] > 20


def test_year_quarter_and_month_hold_together() -> None:
    """Several totals on one node: the year, a quarter over months, and one month of it."""
    edits = [Pin("n1", boxes(360)), Pin("n1", boxes(120), Q1), Pin("n1", boxes(60), Month(2026, 2))]
    found = edit_plan(BASE, edits).plan
    assert found.amount("n1") == boxes(360)
    assert [found.amount("n1", month).minor for month in Q1.months] == [30, 60, 30]
    assert edit_plan(BASE, [Pin("n1", boxes(360), Year(2026))]).plan.amount("n1") == boxes(360)


@pytest.mark.parametrize(
    ("edits", "line"),
    [
        ([Pin("n1", boxes(360)), Pin("n1", boxes(361))], "pin of 'n1' and pin of 'n1' contradict: two amounts"),
        ([Pin("n1", boxes(360)), Scale("n1", "110%")], "pin of 'n1' and scale of 'n1' contradict: two amounts"),
        ([Lock("n1"), Move("n1", "n2", boxes(1))], "lock of 'n1' and move from 'n1' to 'n2' contradict: it stays"),
        ([Lock("N"), Pin("n1", boxes(1))], "lock of 'N' and pin of 'n1' contradict: it stays as it is"),
        ([Lock("N"), Resplit("N", {"n1": 1, "n2": 1, "n3": 1})], "lock of 'N' and resplit of 'N' contradict"),
        ([Lock("N"), Transfer("n1", "S", with_goal=True)], "lock of 'N' and transfer of 'n1' to 'S' contradict"),
        ([Lock("S"), Transfer("n1", "S", with_goal=True)], "lock of 'S' and transfer of 'n1' to 'S' contradict"),
        (
            [Pin("n1", boxes(3)), Move("n1", "n2", boxes(1))],
            "move from 'n1' to 'n2' and pin of 'n1' contradict: both say",
        ),
        (
            [Resplit("N", WEIGHTS_N := {"n1": 1, "n2": 1, "n3": 1}), Concentrate("N", ["n1"])],
            "concentrate of 'N' and resplit",
        ),
        (
            [Concentrate("N", ["n1"]), Pin("n2", boxes(5))],
            "concentrate of 'N' and pin of 'n2' contradict: 'n2' is left out",
        ),
        ([Transfer("n1", "S", with_goal=True), Transfer("n1", "C", with_goal=True)], "one node goes to one place"),
        ([Transfer("n1", "S", with_goal=True), Transfer("n1", "S", with_goal=False)], "one node goes to one place"),
        ([Transfer("N", "n1", with_goal=True)], "a node that carries a goal itself gets no parts"),
        (
            [Transfer("N", "S", with_goal=True), Transfer("S", "N", with_goal=True)],
            "cycle: N > S > N @ transfer of 'N'",
        ),
        ([Move("N", "n1", boxes(1))], "a move between a node and its own part"),
        ([Move("n3", "n1", boxes(101))], "more than there is: move from 'n3' to 'n1' @ goal of 'n3'"),
        ([Pin("n9", boxes(1))], "no such node in the plan @ pin of 'n9', node 'n9'; correct the id"),
        ([Pin("N1", boxes(1))], "did you mean 'n1'?"),
        ([Pin("n1", boxes(1), Year(2027))], "2027 is not made of buckets of these goals"),
        ([Pin("n1", Amount.of(1, CNY))], "CNY"),
        ([Resplit("N", {"n1": 1})], "children without a weight @ resplit of 'N'; give a weight to n2, n3"),
        ([Concentrate("N", ["s1"])], "no child of the node"),
        ([Transfer("C", "n1", with_goal=True)], "the root goes nowhere"),
        ([Pin("n1", boxes(10), Q1), Pin("n1", boxes(11), Month(2026, 1))], "contradict: the parts are not the whole"),
    ],
)
def test_what_is_refused(edits: list[Edit], line: str) -> None:
    """Contradictions name both edits, and nothing is half done."""
    for order in (edits, edits[::-1]):
        with pytest.raises(BadRows) as caught:
            edit_plan(BASE, order)
        assert any(line in text for text in caught.value.lines()), list(caught.value.lines())
    assert wholes(BASE) == HAD


def test_every_bad_edit_at_once() -> None:
    """Three edits that cannot be read are named together."""
    with pytest.raises(BadRows) as caught:
        edit_plan(BASE, [Pin("x", boxes(1)), Lock("y"), Move("n1", "z", boxes(1))])
    assert len(caught.value.exceptions) == 3


def test_the_same_twice() -> None:
    """A statement made twice says the same; a move made twice moves twice."""
    pin, move = Pin("n1", boxes(360)), Move("s1", "s2", boxes(10))
    assert wholes(edit_plan(BASE, [pin, pin]).plan) == wholes(edit_plan(BASE, [pin]).plan)
    assert edit_plan(BASE, [move, move]).plan.whole["s2"] == 220


def test_infeasible_edits_are_reported() -> None:
    """Three reps pinned above their district: refused, with the least total that fits and the smallest change."""
    edits = [Pin("N", boxes(500)), Pin("n1", boxes(300)), Pin("n2", boxes(300))]
    report = edit_feasibility(BASE, edits)
    assert [(one.node, one.least, one.most) for one in report.conflicts] == [("N", boxes(600), boxes(500))]
    assert "pin of 'N'" in report.conflicts[0].why().text()
    with pytest.raises(BadRows) as caught:
        edit_plan(BASE, edits)
    assert caught.value.exceptions[0].code == "goals.infeasible"
    assert edit_feasibility(BASE, [Pin("n1", boxes(301))]).holds


def test_nothing_is_left_where_nothing_goes() -> None:
    """A pin below a node that is left out cannot hold: refused, not passed over."""
    report = edit_feasibility(BASE, [Concentrate("C", ["S"]), Pin("n1", boxes(5))])
    assert [(one.node, one.least, one.most) for one in report.conflicts] == [("N", boxes(5), boxes(0))]
    assert wholes(edit_plan(BASE, [Concentrate("C", ["S"])]).plan)["n1"] == 0


def test_bounds_of_the_base_still_hold() -> None:
    """A floor of the base is kept: the rest absorbs more, and a pin below it is refused."""
    base = plan(constraints=[Constraint.floor("n2", boxes(190))])
    assert [edit_plan(base, [Pin("n1", boxes(360))]).plan.whole[r] for r in ("n1", "n2", "n3")] == [360, 190, 50]
    with pytest.raises(BadRows, match="cannot hold together"):
        edit_plan(base, [Pin("n2", boxes(189))])


def test_a_move_beyond_a_constraint_is_refused() -> None:
    """A move that a cap or floor of the plan does not let through is refused, wherever on its way that stands."""
    month = MONTHS[0]
    for constraint in (
        Constraint.cap("n2", boxes(200)),
        Constraint.floor("n1", boxes(295)),
        Constraint.cap("n2", BASE.amount("n2", month), month),
    ):
        base = plan(constraints=[constraint])
        with pytest.raises(BadRows) as caught:
            edit_plan(base, [Move("n1", "n2", boxes(120))])
        assert {(e.code, e.where) for e in caught.value.exceptions} == {("goals.edit.bound", "move from 'n1' to 'n2'")}
        assert edit_plan(base, [Move("n1", "n2", boxes(120)), Move("n2", "n1", boxes(120))]).plan.whole == base.whole
    district = plan(constraints=[Constraint.cap("N", boxes(600))])
    with pytest.raises(BadRows, match="edits are refused") as caught:
        edit_plan(district, [Move("s1", "n1", boxes(120))])
    assert [e.code for e in caught.value.exceptions] == ["goals.edit.bound"]
    assert edit_plan(district, [Move("n1", "s1", boxes(120))]).plan.whole["N"] == 480


def test_both_layers_of_over_assignment() -> None:
    """Where districts hand on 10 % more, an edited district does so too; a move across two of them is refused."""
    base = plan(over={"district": "10%"})
    found = edit_plan(base, [Pin("N", boxes(700))])
    found.check()
    assert found.plan.given("N") == boxes(770)
    assert sum(found.plan.whole[rep] for rep in ("n1", "n2", "n3")) == 770
    with pytest.raises(BadRows, match="refused") as caught:
        edit_plan(base, [Move("n1", "s1", boxes(5))])
    assert caught.value.exceptions[0].code == "goals.edit.over"
    with pytest.raises(BadRows, match="refused") as caught:
        edit_plan(base, [Transfer("n1", "S", with_goal=True)])
    assert caught.value.exceptions[0].code == "goals.edit.over"
    assert edit_plan(base, [Move("n1", "n2", boxes(5))]).plan.whole["N"] == 600


def test_an_opening_keeps_its_empty_months() -> None:
    """A node with a season of its own that begins in July gets nothing before, however it is scaled."""
    late = season_given([0] * 6 + [1] * 6, MONTHS)
    base = plan(seasons={"n3": late})
    assert list(base.cells["n3"][:6]) == [0] * 6
    found = edit_plan(base, [Scale("n3", 2)]).plan
    assert found.whole["n3"] == 200
    assert list(found.cells["n3"][:6]) == [0] * 6
    early = edit_plan(base, [Pin("n3", boxes(5), MONTHS[0])])
    early.check()
    assert list(early.plan.cells["n3"][:6]) == [5, 0, 0, 0, 0, 0]
    richer = edit_plan(base, [Pin("N", boxes(1200))]).plan
    assert list(richer.cells["n3"][:6]) == [0] * 6


def test_a_sibling_without_weight_absorbs_nothing() -> None:
    """Only those with a weight take a difference; where nobody has one, the edit is refused."""
    org = Org.of([Node("T", "T", "a"), Node("a", "A", "b", "T"), Node("b", "B", "b", "T")])
    base = decompose(org, boxes(10), {"a": 1, "b": 0}, even([Q1]), grain=BOXES, basis=BASIS)
    with pytest.raises(BadRows) as caught:
        edit_plan(base, [Pin("a", boxes(9))])
    assert [error.code for error in caught.value.exceptions] == ["goals.infeasible"]
    moved = edit_plan(base, [Move("a", "b", boxes(4))]).plan
    assert wholes(moved) == {"T": 10, "a": 6, "b": 4}
    again = edit_plan(moved, [Pin("T", boxes(20))]).plan
    assert wholes(again) == {"T": 20, "a": 16, "b": 4}


def test_why_traces_to_the_total_and_the_edits() -> None:
    """A number traces to the total, its weights, the edits on its path, and who made them."""
    mark = Mark("m1", date(2026, 12, 1), "a new hospital")
    found = edit_plan(BASE, [Pin("n1", boxes(360), mark=mark)])
    assert str(found.plan.why("n2")) == (
        "Rep N2: 160 BOX in all\n"
        "  Company: 1,200 BOX in all, shared out by sales\n"
        "  North: 1,200 x weight 6 / 12 (50.00%) = 600\n"
        "  Rep N2: 200 before, 160 now\n"
        "    takes -40 of the difference in its family, by weight 2 / 3 (66.67%)\n"
        "    edits: pin of 'n1'"
    )
    assert "pin of 'n1' (m1, 2026-12-01, a new hospital)" in str(found.plan.why("n1"))
    assert found.plan.why("n2").parts[2].text("zh") == (
        "Rep N2：调整前 200，现为 160（承担同级差额 -40，按权重 2 / 3（66.67%）；涉及调整：固定 'n1'）"
    )
    assert found.edit_table().rows[0][2:] == ("m1", date(2026, 12, 1), "a new hospital")


def test_undo_redo_and_without() -> None:
    """Edits are taken back in any order, and made again."""
    pin, scale = Pin("n1", boxes(360)), Scale("s1", "90%")
    found = edit_plan(BASE, [pin]).with_edits(scale)
    assert found.without(pin).edits == (scale,)
    assert wholes(found.undo().undo().plan) == HAD
    assert wholes(found.undo().redo().plan) == wholes(found.plan)
    assert found.undo().with_edits(Lock("s1")).undone == ()
    for wrong in (lambda: found.without(Lock("C")), edit_plan(BASE, []).undo, found.redo):
        with pytest.raises(NotFound):
            wrong()


def test_check_finds_a_broken_edit() -> None:
    """The audit compares the plan with what the edits say."""
    found = edit_plan(BASE, [Pin("n1", boxes(360)), Pin("n2", boxes(160))])
    broken = evolve(found, plan=BASE)
    with pytest.raises(BadRows) as caught:
        broken.check()
    assert [str(error) for error in caught.value.exceptions] == [
        "differs from pin of 'n1' @ goal of 'n1' [goals.sum]",
        "differs from pin of 'n2' @ goal of 'n2' [goals.sum]",
    ]


def test_diff_of_two_plans() -> None:
    """Added, gone, moved and changed nodes, with amounts, ratio and the edits behind them."""
    found = edit_plan(BASE, [Scale("n1", "110%"), Transfer("n3", "S", with_goal=True)])
    whole = {one.node: one for one in found.diff() if one.period is None}
    assert (whole["n3"].kind, whole["n3"].before, whole["n3"].after) == ("moved", boxes(100), boxes(100))
    assert (whole["N"].kind, whole["N"].change) == ("changed", boxes(-100))
    assert whole["n1"].ratio == Fraction(11, 10)
    assert whole["n1"].edits == (Scale("n1", "110%"), Transfer("n3", "S", with_goal=True))
    assert found.diff().table().rows[0][0] == "N"
    smaller = Org.of([node for node in TWO_DISTRICTS if node.id != "n3"] + [Node("n4", "Rep N4", "rep", "N")])
    other = decompose(
        smaller, boxes(1200), {"n1": 3, "n2": 2, "n4": 1, "s1": 4, "s2": 2}, even(MONTHS), grain=BOXES, basis=BASIS
    )
    kinds = {one.node: one.kind for one in diff_plans(BASE, other)}
    assert kinds == {"n4": "added", "n3": "gone"}
    gone = next(one for one in diff_plans(BASE, other) if one.node == "n3")
    assert (gone.after, gone.change, gone.ratio) == (None, None, None)
    assert "<td>gone</td>" in diff_plans(BASE, other)._repr_html_()
    with pytest.raises(NotComparable):
        diff_plans(
            BASE, decompose(TWO_DISTRICTS, Amount.of(1, CNY), WEIGHTS, even([Q1]), grain=Amount(1, CNY), basis=BASIS)
        )


def test_a_transfer_leaves_nobody_behind() -> None:
    """The last part of a node goes with its goal, or not at all; an empty node takes parts."""
    org = Org.of([Node("T", "T", "a"), Node("a", "A", "b", "T"), Node("b", "B", "b", "T"), Node("x", "X", "c", "a")])
    base = decompose(org, boxes(10), {"x": 1, "b": 0}, even([Q1]), grain=BOXES, basis=BASIS)
    assert wholes(edit_plan(base, [Transfer("x", "b", with_goal=True)]).plan) == {"T": 10, "a": 0, "b": 10, "x": 10}
    with pytest.raises(BadRows) as caught:
        edit_plan(base, [Transfer("x", "b", with_goal=False)])
    assert caught.value.exceptions[0].code == "goals.edit.empty"


def test_several_tops_keep_their_total() -> None:
    """The root that joins several tops stays, even where one is left."""
    org = Org.of([Node("a", "A", "b"), Node("b", "B", "b"), Node("x", "X", "c", "a"), Node("y", "Y", "c", "b")])
    base = decompose(org, boxes(10), {"x": 2, "y": 3}, even([Q1]), grain=BOXES, basis=BASIS)
    found = edit_plan(base, [Transfer("b", "a", with_goal=True)]).plan
    assert wholes(found) == {"TOTAL": 10, "a": 10, "b": 6, "x": 4, "y": 6}
    found.check()


def test_negative_totals_mirror_positive_ones() -> None:
    """A plan below zero is edited as its mirror image."""
    minus = plan(-1200)
    assert wholes(edit_plan(minus, [Pin("n1", boxes(-360))]).plan) == {
        **{node: -count for node, count in HAD.items()},
        "n1": -360,
        "n2": -160,
        "n3": -80,
    }


MARKS = st.builds(Mark, st.text("ab ,;", max_size=4), st.none() | st.dates(), st.text("a\"';=，因 ", max_size=6))
NAMES = st.text("nA=;,\"' 北", min_size=1, max_size=4).filter(str.strip)
PERIODS = st.sampled_from([None, Q1, Month(2026, 2), Year(2026)])
COUNTS = st.integers(1, 10**30)
EDITS = st.one_of(
    st.builds(lambda n, c, p, m: Pin(n, boxes(c), p, mark=m), NAMES, st.integers(-(10**30), 10**30), PERIODS, MARKS),
    st.builds(lambda n, f, p, m: Scale(n, f, p, mark=m), NAMES, st.fractions(0, 9), PERIODS, MARKS),
    st.builds(lambda n, c, p, m: Move(n, "to " + n, boxes(c), p, mark=m), NAMES, COUNTS, PERIODS, MARKS),
    st.builds(lambda n, w, m: Transfer(n, "to " + n, with_goal=w, mark=m), NAMES, st.booleans(), MARKS),
    st.builds(lambda n, w, m: Resplit(n, {n: w, "x" + n.strip(): 1}, mark=m), NAMES, st.fractions(0, 9), MARKS),
    st.builds(lambda n, m: Concentrate(n, [n, "x" + n.strip()], mark=m), NAMES, MARKS),
    st.builds(lambda n, b, m: Lock(n, b, mark=m), NAMES, st.booleans(), MARKS),
)


@given(st.lists(EDITS))
def test_rows_both_ways(edits: list[Edit]) -> None:
    """What comes back is what went in, and every field is a text."""
    rows = [edit_row(edit) for edit in edits]
    assert edits_from(rows, BOX) == tuple(edits)
    assert all(tuple(row) == EDIT_FIELDS and all(type(text) is str for text in row.values()) for row in rows)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"edit": "pin", "node": "", "amount": "1"}, "id.empty"),
        ({"edit": "pin", "node": "a", "amount": ""}, "number.empty"),
        ({"edit": "pin", "node": "a", "amount": "1", "unit": "CNY"}, "unit"),
        ({"edit": "pin", "node": "a", "amount": "1", "period": "soon"}, "period"),
        ({"edit": "pin", "node": "a", "amount": "1", "day": "soon"}, "goals.edit.row"),
        ({"edit": "lock", "node": "a", "below": "maybe"}, "goals.edit.row"),
        ({"edit": "resplit", "node": "a", "weights": '["b"]'}, "goals.edit.row"),
        ({"edit": "resplit", "node": "a", "weights": '[["b","1"],["b","2"]]'}, "goals.edit.row"),
        ({"edit": "concentrate", "node": "a", "children": "b"}, "goals.edit.row"),
        ({"edit": "concentrate", "node": "a", "children": "[1]"}, "goals.edit.row"),
        ({}, "goals.edit.row"),
    ],
)
def test_rows_that_are_refused(row: dict[str, object], code: str) -> None:
    """Each row that is no edit is refused by its code."""
    with pytest.raises(BadRows) as caught:
        edits_from([row], BOX)
    assert [error.code for error in caught.value.exceptions] == [code]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Scale("a", -1),
        lambda: Move("a", "b", boxes(0)),
        lambda: Transfer("a", "a", with_goal=True),
        lambda: Resplit("a", {"b": 0}),
        lambda: Resplit("a", {"b": -1, "c": 1}),
        lambda: Concentrate("a", []),
        lambda: Concentrate("a", "b"),
        lambda: Mark(on="2026-12-01"),  # type: ignore[arg-type]
        lambda: Pin(" ", boxes(1)),
    ],
)
def test_edits_that_say_nothing(make: object) -> None:
    """Edits that cannot say anything are refused when they are made."""
    with pytest.raises((BadRule, BadValue)):
        make()  # type: ignore[operator]


def test_a_corrected_sheet() -> None:
    """The plan's own table, with two cells changed, gives two pins, and the pins give the sheet's numbers."""
    rows = [dict(row) for row in BASE.table().records()]
    for row in rows:
        if (row["node_id"], row["period"]) == ("n1", "2026-01"):
            row["amount"] = 30
        if (row["node_id"], row["period"]) == ("s1", "2026-03"):
            row["amount"] = "31"
    pins = corrections(BASE, rows, mark=Mark("m1"))
    assert pins == (
        Pin("n1", boxes(30), Month(2026, 1), mark=Mark("m1")),
        Pin("s1", boxes(31), Month(2026, 3), mark=Mark("m1")),
    )
    found = edit_plan(BASE, pins).plan
    assert found.amount("s1", Month(2026, 3)) == boxes(31)
    assert corrections(BASE, [{"node_id": "n1", "amount": None}, {"node_id": "n1", "amount": ""}]) == ()


def test_every_bad_row_of_a_sheet() -> None:
    """All bad rows at once, each with its number."""
    rows: list[dict[str, object]] = [
        {"node_id": "x", "amount": 1},
        {"node_id": "n1", "period": "2027-01", "amount": 1},
        {"node_id": "n1", "period": "2026-01", "amount": "1.5"},
        {"node_id": "n1", "period": "2026-01", "amount": 1.5},
        {"node_id": "C", "period": Month(2026, 1), "amount": 101},
        {"node_id": "n2", "amount": 1},
        {"node_id": "n2", "period": Year(2026), "amount": 2},
        {"node_id": None, "amount": 2},
    ]
    with pytest.raises(BadRows) as caught:
        corrections(BASE, rows)
    found = [(error.where.split(",")[0], error.code) for error in caught.value.exceptions]
    assert found == [
        ("row 1", "goals.edit.node"),
        ("row 2", "goals.bucket"),
        ("row 3", "number.decimals"),
        ("row 4", "number"),
        ("row 5", "goals.edit.total"),
        ("row 7", "goals.twins"),
        ("row 8", "id.empty"),
    ]


def test_products() -> None:
    """Each product is edited by itself; a goal over all products of its own stays, or the edits are refused."""
    totals = {"a": boxes(60), "b": boxes(60)}
    org = Org.of([Node("T", "T", "a"), Node("x", "X", "b", "T"), Node("y", "Y", "b", "T")])
    weights = {"a": {"x": 1, "y": 1}, "b": {"x": 1, "y": 1}}
    free = decompose_products(org, totals, weights, even([Q1]), grain=BOXES, basis=BASIS)
    found = edit_products(free, {"a": [Pin("x", boxes(40))], "b": [Pin("x", boxes(10))]})
    assert [found.amount("x", product=p).minor for p in ("a", "b", None)] == [40, 10, 50]
    found.check()
    own = decompose_products(org, totals, weights, even([Q1]), grain=BOXES, basis=BASIS, own={"x": 1, "y": 1})
    with pytest.raises(BadRows) as caught:
        edit_products(own, {"a": [Pin("x", boxes(40))]})
    assert {error.code for error in caught.value.exceptions} == {"goals.edit.product"}
    both = edit_products(own, {"a": [Pin("x", boxes(40))], "b": [Pin("x", boxes(20))]})
    assert both.amount("x") == boxes(60)
    with pytest.raises(BadRows, match="by product"):
        edit_products(free, {"a": [Pin("z", boxes(40))]})
    with pytest.raises(NotFound):
        edit_products(free, {"c": []})


def test_a_transfer_of_one_product_alone() -> None:
    """All products have one tree, so that a transfer is made for all of them."""
    org = Org.of(
        [
            Node("T", "T", "a"),
            Node("N", "N", "b", "T"),
            Node("S", "S", "b", "T"),
            *(Node(i, i, "c", "N") for i in "xy"),
            Node("z", "z", "c", "S"),
        ]
    )
    weights = {product: {"x": 1, "y": 1, "z": 1} for product in "ab"}
    goals = decompose_products(org, {"a": boxes(30), "b": boxes(30)}, weights, even([Q1]), grain=BOXES, basis=BASIS)
    goes = Transfer("x", "S", with_goal=True)
    with pytest.raises(BadRows) as caught:
        edit_products(goals, {"a": [goes]})
    assert caught.value.exceptions[0].where == "product 'b'"
    found = edit_products(goals, {"a": [goes], "b": [goes]})
    assert found.amount("S").minor == 40
    found.check()


def test_deep_trees() -> None:
    """Depth is no limit."""
    nodes = [Node("0", "0", "x")] + [Node(str(n), str(n), "x", str(n - 1)) for n in range(1, 3000)]
    org = Org.of([*nodes, Node("y", "y", "x", "1")])
    base = decompose(org, boxes(100), {"2999": 1, "y": 1}, even([Q1]), grain=BOXES, basis=BASIS)
    found = edit_plan(base, [Pin("2999", boxes(60))])
    found.check()
    assert (found.plan.whole["y"], found.plan.whole["2"]) == (40, 60)
    assert found.causes.of("y") == (Pin("2999", boxes(60)),)


def test_small_numbers_stay_above_zero() -> None:
    """Where single boxes are cut, no month goes below zero: the family is rounded anew instead."""
    nodes = [Node("T", "T", "a"), Node("N", "N", "b", "T"), Node("S", "S", "b", "T")]
    org = Org.of([*nodes, Node("n0", "n0", "c", "N"), Node("n1", "n1", "c", "N"), Node("x", "x", "c", "S")])
    quarters = [Quarter(2026, n) for n in (1, 2, 3, 4)]
    season = season_given([2, 2, 3, 1], quarters)
    base = decompose(org, boxes(5), {"n0": 4, "n1": 1, "x": 5}, season, grain=BOXES, basis=BASIS)
    assert [list(base.cells[rep]) for rep in ("n0", "n1")] == [[1, 1, 0, 0], [0, 0, 1, 0]]
    found = edit_plan(base, [Pin("N", boxes(2))])
    found.check()
    assert min(min(row) for row in found.plan.cells.values()) == 0
    assert wholes(found.plan) == {"T": 5, "N": 2, "S": 3, "n0": 1, "n1": 1, "x": 3}


def test_a_level_that_hands_on_more_gets_and_loses_its_parts() -> None:
    """A district without reps hands nothing on; one that gets its first rep hands on what its level adds."""
    nodes = [Node("T", "T", "a"), Node("N", "N", "b", "T"), Node("S", "S", "b", "T"), Node("E", "E", "b", "T")]
    org = Org.of([*nodes, Node("x", "x", "c", "N"), Node("y", "y", "c", "N"), Node("z", "z", "c", "S")])
    weights = {"x": 1, "y": 0, "z": 1, "E": 0}
    base = decompose(org, boxes(40), weights, even([Q1]), grain=BOXES, basis=BASIS, over={"b": "10%"})
    found = edit_plan(base, [Transfer("y", "E", with_goal=False)])
    found.check()
    assert [found.plan.given(node).minor for node in ("N", "E")] == [22, 0]
    back = edit_plan(found.plan, [Transfer("y", "N", with_goal=False)])
    back.check()
    assert "E" not in back.plan.handed.whole
