"""Editing: in any order with one result, exact at every node, undone without a trace, refused whole or done whole."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, PharmaSalesError
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decompose import decompose
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.feasible import Feasibility
from pharmasales.goals.decomposing.season import season_given
from pharmasales.goals.editing.edited import EditedPlan, edit_feasibility, edit_plan
from pharmasales.goals.editing.edits import Concentrate, Edit, Lock, Move, Pin, Resplit, Scale, Transfer
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter, Year
from pharmasales.units import BOX, Amount

BOXES = Amount.of(1, BOX)
QUARTERS = tuple(Quarter(2026, n) for n in (1, 2, 3, 4))


@st.composite
def plans(draw: st.DrawFn) -> Decomposition:
    """Draw a plan over a small tree; some weights are zero, some quarters empty, some totals below zero."""
    size = draw(st.integers(3, 12))
    nodes = [Node("0", "0", "L0")]
    for n in range(1, size):
        above = nodes[draw(st.integers(0, n - 1))]
        nodes.append(Node(str(n), str(n), f"L{int(above.level[1:]) + 1}", above.id))
    org = Org.of(nodes)
    leaves = [leaf.id for leaf in org.leaves()]
    numbers = draw(st.lists(st.integers(0, 9), min_size=len(leaves), max_size=len(leaves)).filter(any))
    months = draw(st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any))
    total = draw(st.integers(0, 60) | st.integers(100, 5000) | st.integers(-300, 0))
    more = {}
    if draw(st.booleans()):
        more["over"] = {"L1": Fraction(1, 10)} if "L2" in org.levels() else {}
    if draw(st.booleans()):
        own = draw(st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any))
        more["seasons"] = {draw(st.sampled_from(list(org.nodes))): season_given(own, QUARTERS)}
    if draw(st.booleans()) and total > 0:
        leaf = draw(st.sampled_from(leaves))
        more["constraints"] = [Constraint.floor(leaf, BOXES * draw(st.integers(0, 3)))]
    try:
        return decompose(
            org,
            BOXES * total,
            dict(zip(leaves, numbers, strict=True)),
            season_given(months, QUARTERS),
            grain=BOXES,
            basis=Says("sales", "销量"),
            **more,
        )
    except PharmaSalesError:
        return decompose(
            org,
            BOXES * total,
            dict.fromkeys(leaves, 1),
            season_given([1] * 4, QUARTERS),
            grain=BOXES,
            basis=Says("s", "s"),
        )


@st.composite
def edits_of(draw: st.DrawFn, goals: Decomposition, most: int = 5) -> list[Edit]:
    """Draw edits, many of them impossible."""
    nodes = list(goals.org.nodes)
    inner = [node_id for node_id in nodes if goals.org.below[node_id]]
    some = st.sampled_from(nodes)
    when = st.sampled_from([None, *QUARTERS, Year(2026)])
    apart = [
        (one, other)
        for one in nodes
        for other in nodes
        if one not in goals.org.within(other) and other not in goals.org.within(one)
    ]
    found: list[Edit] = []
    for _ in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from("pin pin scale move move move transfer resplit concentrate lock".split()))
        node = draw(some)
        if kind == "pin":
            period = draw(when)
            near = goals.amount(node, None if isinstance(period, Year) else period).minor
            found.append(Pin(node, BOXES * (near + draw(st.integers(-20, 20))), period))
        elif kind == "scale":
            found.append(Scale(node, draw(st.fractions(0, 2, max_denominator=10)), draw(when)))
        elif kind == "move" and apart:
            node, other = draw(st.sampled_from(apart))
            most_there = max(1, abs(goals.amount(node).minor) // 3)
            found.append(Move(node, other, BOXES * draw(st.integers(1, most_there)), draw(when)))
        elif kind == "transfer":
            other = draw(st.sampled_from(inner if draw(st.integers(0, 9)) else nodes))
            if other != node:
                found.append(Transfer(node, other, with_goal=draw(st.booleans())))
        elif kind == "lock":
            found.append(Lock(node, draw(st.booleans())))
        elif kind in ("resplit", "concentrate"):
            above = draw(st.sampled_from(inner))
            below = goals.org.below[above]
            if kind == "resplit":
                weights = {child: draw(st.integers(0, 4)) for child in below}
                weights[below[0]] += not any(weights.values())
                found.append(Resplit(above, weights))
            else:
                found.append(Concentrate(above, draw(st.lists(st.sampled_from(below), min_size=1))))
    return found


def tried(goals: Decomposition, edits: list[Edit]) -> EditedPlan | list[str]:
    """Return the plan with the edits, or the lines that they are refused with."""
    try:
        return edit_plan(goals, edits)
    except BadRows as bad:
        return sorted(bad.lines())


def reported(goals: Decomposition, edits: list[Edit]) -> Feasibility | list[str]:
    """Return the feasibility report, or the lines that the edits are refused with."""
    try:
        return edit_feasibility(goals, edits)
    except BadRows as bad:
        return sorted(bad.lines())


def numbers(goals: Decomposition) -> tuple[object, ...]:
    """Return everything that two equal plans share."""
    cells = {node_id: list(row) for node_id, row in goals.cells.items()}
    tree = {node_id: list(below) for node_id, below in goals.org.below.items()}
    return dict(goals.whole), cells, dict(goals.handed.whole), tree, goals.total, dict(goals.weights)


def adds_up(goals: Decomposition) -> bool:
    """Audit by hand: buckets make the whole, parts make what is handed on."""
    for node_id in goals.org.nodes:
        below = goals.org.below[node_id]
        if sum(goals.cells[node_id]) != goals.whole[node_id]:
            return False
        for period in (None, *goals.buckets) if below else ():
            if Amount.total((goals.amount(child, period) for child in below), BOX) != goals.given(node_id, period):
                return False
    return goals.amount(goals.org.root.id) == goals.total


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_edits_commute(data: st.DataObject) -> None:
    """In any order the same plan, or the same refusal."""
    goals = data.draw(plans())
    edits = data.draw(edits_of(goals))
    first, second = tried(goals, edits), tried(goals, data.draw(st.permutations(edits)))
    if isinstance(first, EditedPlan) and isinstance(second, EditedPlan):
        assert numbers(first.plan) == numbers(second.plan)
        assert first.diff() == second.diff()
    else:
        assert first == second


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_exact_and_kept_after_any_edits(data: st.DataObject) -> None:
    """Every node equals its parts; edited nodes have what is said; families that nobody speaks of are the very same."""
    goals = data.draw(plans())
    before = numbers(goals)
    edits = data.draw(edits_of(goals))
    found = tried(goals, edits)
    assert numbers(goals) == before
    if not isinstance(found, EditedPlan):
        return
    plan = found.plan
    assert adds_up(plan)
    found.check()
    for edit in edits:
        if isinstance(edit, Pin):
            assert plan.amount(edit.node, None if isinstance(edit.period, Year) else edit.period) == edit.amount
        if isinstance(edit, Lock):
            inside = goals.org.within(edit.node) if edit.below else {edit.node}
            assert all(list(plan.cells[node_id]) == list(goals.cells[node_id]) for node_id in inside)
    for node_id in plan.org.nodes:
        above = plan.org.parent_of(node_id)
        if above not in found.causes.made.families and above is not None:
            assert list(plan.cells[node_id]) == list(goals.cells[node_id])
        if found.causes.changed(node_id):
            assert found.causes.of(node_id)
        for period in (None, *plan.buckets):
            assert plan.why(node_id, period).text()
            assert plan.why(node_id, period).text("zh")
    sign = -1 if goals.total.minor < 0 else 1
    pinned = any(isinstance(edit, Pin) for edit in edits)
    assert pinned or all(sign * cell >= 0 for row in plan.cells.values() for cell in row)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_undo_restores(data: st.DataObject) -> None:
    """An edit taken back leaves no trace; made again it is as before."""
    goals = data.draw(plans())
    edits = data.draw(edits_of(goals, 3))
    found = tried(goals, edits)
    if not isinstance(found, EditedPlan):
        return
    here = found
    for n in range(len(edits), 0, -1):
        fewer = tried(goals, edits[: n - 1])
        if not isinstance(fewer, EditedPlan):
            return
        here = here.undo()
        assert numbers(here.plan) == numbers(fewer.plan)
    assert numbers(here.plan) == numbers(goals)
    for _ in edits:
        here = here.redo()
    assert numbers(here.plan) == numbers(found.plan)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_the_report_says_the_same(data: st.DataObject) -> None:
    """What the feasibility report lets pass is done, and what it does not is refused with its lines."""
    goals = data.draw(plans())
    edits = data.draw(edits_of(goals))
    found, report = tried(goals, edits), reported(goals, edits)
    if isinstance(report, list):
        assert found == report
        return
    if report.holds:
        assert isinstance(found, EditedPlan)
    else:
        assert found == sorted(str(one.error()) for one in report.conflicts)
        assert len(report.table()) == len(report.conflicts)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_edits_of_an_edited_plan(data: st.DataObject) -> None:
    """An edited plan is a plan: it can be edited again, and what nobody speaks of keeps its amount."""
    goals = data.draw(plans())
    first = tried(goals, data.draw(edits_of(goals, 3)))
    if not isinstance(first, EditedPlan):
        return
    assert numbers(edit_plan(first.plan, []).plan)[:5] == numbers(first.plan)[:5]
    second = tried(first.plan, data.draw(edits_of(first.plan, 3)))
    if isinstance(second, EditedPlan):
        assert adds_up(second.plan)
        second.check()


TWO_LEVELS = Org.of(
    [
        Node("0", "0", "a"),
        Node("1", "1", "b", "0"),
        Node("2", "2", "b", "0"),
        Node("3", "3", "c", "1"),
        Node("4", "4", "c", "1"),
    ]
)
HALVES = (Quarter(2026, 1), Quarter(2026, 2))


def compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    """All ways to write a total as parts of zero or above, in order."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in compositions(total - first, parts - 1)]


def allowed(cells: tuple[int, ...], edits: list[Pin]) -> bool:
    """Whether the leaves 2, 3, 4 with two buckets each have what the pins say."""
    leaf = {"2": cells[0:2], "3": cells[2:4], "4": cells[4:6]}
    leaf["1"] = tuple(map(sum, zip(leaf["3"], leaf["4"], strict=True)))
    leaf["0"] = tuple(map(sum, zip(leaf["1"], leaf["2"], strict=True)))
    found = {(node, place): count for node, row in leaf.items() for place, count in zip(HALVES, row, strict=True)}
    found |= {(node, None): sum(row) for node, row in leaf.items()}
    return all(found[edit.node, edit.period] == edit.amount.minor for edit in edits)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_refused_only_where_nothing_fits(data: st.DataObject) -> None:
    """On a tiny tree: pins are refused where no plan at all has what they say, and with one bucket's pin only there.

    Several pins of buckets across levels may be refused although a plan exists: whole amounts are decided first.
    """
    total = data.draw(st.integers(1, 6))
    weights = {leaf: data.draw(st.integers(1, 3)) for leaf in ("2", "3", "4")}
    goals = decompose(
        TWO_LEVELS, BOXES * total, weights, season_given([1, 2], HALVES), grain=BOXES, basis=Says("sales", "销量")
    )
    some = st.tuples(st.sampled_from("1234"), st.sampled_from([None, *HALVES]))
    asked = data.draw(st.dictionaries(some, st.integers(0, total), min_size=1, max_size=4))
    edits = [Pin(node, BOXES * count, period) for (node, period), count in asked.items()]
    found = tried(goals, list(edits))
    fits = any(allowed(cells, edits) for cells in compositions(total, 6))
    if sum(edit.period is not None for edit in edits) <= 1:
        assert isinstance(found, EditedPlan) == fits
    else:
        assert fits or not isinstance(found, EditedPlan)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_the_rest_absorbs_by_weight(data: st.DataObject) -> None:
    """One family: the free ones lie as near to their exact share of the difference as any whole numbers can."""
    weights = data.draw(st.lists(st.integers(1, 5), min_size=3, max_size=4))
    total = data.draw(st.integers(0, 12))
    org = Org.of([Node("T", "T", "a"), *(Node(str(n), str(n), "b", "T") for n in range(len(weights)))])
    whole = {str(n): weight for n, weight in enumerate(weights)}
    goals = decompose(org, BOXES * total, whole, season_given([1], HALVES[:1]), grain=BOXES, basis=Says("s", "s"))
    pinned = data.draw(st.integers(0, total))
    plan = edit_plan(goals, [Pin("0", BOXES * pinned)]).plan
    left, had = goals.whole["0"] - pinned, [goals.whole[str(n)] for n in range(1, len(weights))]
    due = [count + Fraction(left * weight, sum(weights[1:])) for count, weight in zip(had, weights[1:], strict=True)]
    if min(due) >= 0:
        ours = [plan.whole[str(n)] for n in range(1, len(weights))]
        best = min(
            sum((a - b) ** 2 for a, b in zip(x, due, strict=True)) for x in compositions(total - pinned, len(due))
        )
        assert sum((a - b) ** 2 for a, b in zip(ours, due, strict=True)) == best
