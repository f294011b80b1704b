"""The organisation: checked trees, walks, sums, dates and cuts."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadTree, BadValue, NotFound
from pharmasales.org import TOTAL, Node, Org
from pharmasales.testing import strategies as some

DEEP, MANY = 1_000_000, 100_000


@pytest.fixture
def company():
    """A company with two regions, three districts and four reps; two reps share a name."""
    rows = [
        ("R1", "Rep Same", "rep", "D1"),
        ("C", "Example Pharma 示例药业", "company", None),
        ("N", "North", "region", "C"),
        ("S", "South", "region", "C"),
        ("D1", "Capital", "district", "N"),
        ("D2", "Coast", "district", "N"),
        ("D3", "Delta", "district", "S"),
        ("R2", "Rep Same", "rep", "D1"),
        ("R3", "Rep Three", "rep", "D3"),
        ("R4", "Rep Four", "rep", "S"),
    ]
    return Org.of([Node(*row) for row in rows])


def test_walk_goes_down_in_the_order_given(company):
    """Parents before children, siblings as given, whatever the order of rows."""
    assert [node.id for node in company] == ["C", "N", "D1", "R1", "R2", "D2", "S", "D3", "R3", "R4"]
    assert len(company) == 10
    assert company.levels() == ["company", "region", "district", "rep"]
    assert [node.id for node in company.leaves()] == ["R1", "R2", "D2", "R3", "R4"]
    assert [node.id for node in company.children("N")] == ["D1", "D2"]
    assert [node.id for node in company.path("R3")] == ["C", "S", "D3", "R3"]
    assert company.within("N") == {"N", "D1", "D2", "R1", "R2"}
    assert (company.parent_of("C"), company.parent_of("R4")) == (None, "S")
    assert "R1" in company
    assert "r1" not in company


def test_several_tops_get_one_total():
    """A synthetic root joins several tops, bears the name asked, and has every path."""
    org = Org.of([Node("a", "A", "x"), Node("b", "B", "x"), Node("c", "C", "y", "b")], total="合计")
    assert (org.root.id, org.root.name, org.root.level) == (TOTAL, "合计", "total")
    assert [node.id for node in org.path("c")] == [TOTAL, "b", "c"]
    assert org.parent_of("a") == TOTAL
    assert org.roll_up({"a": 1, "c": 2}, int.__add__) == {"a": 1, "c": 2, "b": 2, TOTAL: 3}


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ([("a", "a")], "a > a"),
        ([("a", "b"), ("b", "a")], "a > b > a"),
        ([("top", None), ("c", "b"), ("a", "b"), ("b", "a")], "b > a > b"),
        ([("TOTAL", "a"), ("a", "TOTAL")], "TOTAL > a > TOTAL"),
        ([("x", None), ("y", None), ("a", "b"), ("b", "a")], "a > b > a"),
    ],
)
def test_cycles_show_their_path(rows, path):
    """A cycle names its ring, not the way into it, beside one top, several or none."""
    with pytest.raises(BadTree) as caught:
        Org.of([Node(node_id, node_id, "x", parent) for node_id, parent in rows])
    assert caught.value.code == "tree.cycle"
    assert caught.value.reason == f"cycle: {path}"


def test_a_long_cycle_is_shortened():
    """A ring of many is shown by its beginning and its end."""
    with pytest.raises(BadTree) as caught:
        Org.of([Node(f"n{i}", "x", "x", f"n{(i + 1) % 1000}") for i in range(1000)])
    assert caught.value.reason == "cycle: n0 > n1 > n2 > n3 > n4 > n5 > ... > n996 > n997 > n998 > n999 > n0"


def test_twins_and_orphans_are_named_at_once():
    """Every bad row is in one error, with its number and both numbers of twins; no label is shown."""
    nodes = [
        Node("N", "Secret Name", "district"),
        Node("r1", "Secret Name", "rep", "N"),
        Node("Ｒ1", "Secret Name", "rep", "N"),
        Node("r2", "Secret Name", "rep", "M"),
        Node("n", "Secret Name", "rep"),
    ]
    with pytest.raises(BadRows) as caught:
        Org.of(nodes)
    assert list(caught.value.lines()) == [
        "twin ids in rows 2 and 3 @ id 'Ｒ1'; give one of them another id [tree.twins]",
        "twin ids in rows 1 and 5 @ id 'n'; give one of them another id [tree.twins]",
        "unknown parent @ row 4, id 'r2'; add it or correct it [tree.parent]",
    ]


@pytest.mark.parametrize("clash", ["TOTAL", "total", "Ｔotal"])
def test_the_id_of_the_added_root_is_taken(clash):
    """Several tops beside a node called TOTAL would be two totals."""
    with pytest.raises(BadTree) as caught:
        Org.of([Node("a", "A", "x"), Node(clash, "B", "x")])
    assert caught.value.code == "tree.total"
    assert Org.of([Node("TOTAL", "All", "company"), Node("a", "A", "x", "TOTAL")]).root.level == "company"


def test_an_empty_organisation_is_refused():
    """No node, no organisation."""
    with pytest.raises(BadTree) as caught:
        Org.of([])
    assert caught.value.code == "tree.empty"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Node("", "x", "rep"),
        lambda: Node("a\nb", "x", "rep"),
        lambda: Node("a", "x\x00", "rep"),
        lambda: Node(7, "x", "rep"),
        lambda: Node("a", "x", "rep", "  "),
        lambda: Node("a", "x", "rep", since=date(2026, 2, 1), until=date(2026, 1, 31)),
    ],
)
def test_nodes_are_checked(make):
    """Bad ids, control characters and dates in the wrong order are refused at construction."""
    with pytest.raises((BadValue, BadTree)):
        make()


@pytest.mark.parametrize(
    "ask",
    [
        lambda o: o["x"],
        lambda o: o.path("x"),
        lambda o: o.children("x"),
        lambda o: o.within("x"),
        lambda o: o.roll_up({"x": 1}, int.__add__),
        lambda o: o.parent_of("x"),
    ],
)
def test_an_unknown_id_is_not_found(company, ask):
    """Every question about a node that does not exist is NotFound."""
    with pytest.raises(NotFound) as caught:
        ask(company)
    assert caught.value.code == "org.id"


@given(some.orgs(), st.data())
def test_roll_up_is_the_sum_of_all_below(org, data):
    """The sum of a node is that of the values at it and below, by brute force over paths."""
    values = data.draw(st.dictionaries(st.sampled_from([node.id for node in org]), st.integers(-9, 9)))
    expected = {}
    for node_id, value in values.items():
        for above in org.path(node_id):
            expected[above.id] = expected.get(above.id, 0) + value
    assert org.roll_up(values, int.__add__) == expected


@given(some.orgs())
def test_trees_hold_together(org):
    """Every node is reached once, below its parent, and within each node above it."""
    seen = [node.id for node in org]
    assert len(set(seen)) == len(seen) == len(org)
    for node in org:
        path = [above.id for above in org.path(node.id)]
        assert path[0] == org.root.id
        assert path[-1] == node.id
        assert all(seen.index(left) < seen.index(right) for left, right in itertools.pairwise(path))
        assert all(node.id in org.within(above) for above in path)
    assert {node.id for node in org.leaves()} == {node.id for node in org if not org.children(node.id)}


@given(some.orgs(), st.sets(st.sampled_from(("region", "district", "rep"))))
def test_cuts_keep_sums(org, levels):
    """A cut keeps the root and its levels; values moved to their anchors keep the sums of all nodes kept."""
    wanted = levels & set(org.levels())
    cut, values = org.cut(wanted), {node.id: 1 for node in org}
    anchors = org.anchors(cut)
    assert {node.id for node in cut} == {org.root.id} | {node.id for node in org if node.level in wanted}
    moved = {}
    for node_id, value in values.items():
        moved[anchors[node_id]] = moved.get(anchors[node_id], 0) + value
    whole = org.roll_up(values, int.__add__)
    assert cut.roll_up(moved, int.__add__) == {node.id: whole[node.id] for node in cut}


def test_a_cut_hangs_nodes_under_their_nearest_kept(company):
    """Without districts, reps hang under their region."""
    cut = company.cut(["region", "rep"])
    assert [node.id for node in cut.children("N")] == ["R1", "R2"]
    assert [node.id for node in cut.children("S")] == ["R3", "R4"]
    assert company.anchors(cut)["D2"] == "N"
    with pytest.raises(NotFound, match="no level 'area'; known: company, region, district, rep"):
        company.cut(["area", "rep"])


def test_as_of_keeps_who_stands_on_the_day():
    """Both ends belong to a node's time; before and after it is gone."""
    rows = [Node("N", "N", "region"), Node("r", "R", "rep", "N", date(2026, 1, 1), date(2026, 6, 30))]
    org = Org.of(rows)
    found = {
        day: "r" in org.as_of(date.fromisoformat(day))
        for day in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")
    }
    assert list(found.values()) == [False, True, True, False]


def test_as_of_names_children_without_a_parent():
    """A node that stands under one that does not is named."""
    org = Org.of(
        [Node("N", "N", "region"), Node("D", "D", "district", "N", until=date(2026, 1, 1)), Node("r", "R", "rep", "D")]
    )
    with pytest.raises(BadRows) as caught:
        org.as_of(date(2026, 2, 1))
    assert [error.code for error in caught.value.exceptions] == ["tree.parent"]
    with pytest.raises(BadTree, match="at least one node"):
        Org.of([Node("N", "N", "region", until=date(2026, 1, 1))]).as_of(date(2026, 2, 1))


def test_as_of_with_a_total():
    """The root that was added is added again under its name; one that was given, or kept by a cut, stays."""
    day = date(2026, 1, 1)
    added = Org.of([Node("a", "A", "x"), Node("b", "B", "x"), Node("c", "C", "y", "b")], total="合计")
    assert [node.id for node in added.as_of(day)] == [TOTAL, "a", "b", "c"]
    assert added.as_of(day).root.name == "合计"
    assert [node.id for node in added.cut(["y"]).as_of(day)] == [TOTAL, "c"]
    given_top = Org.of([Node(TOTAL, "All", "company"), Node("a", "A", "x", TOTAL)])
    assert [node.id for node in given_top.as_of(day)] == [TOTAL, "a"]


@pytest.mark.parametrize("shape", ["chain", "star"])
def test_depth_and_width_are_no_limit(shape):
    """A chain and a star of many nodes are built, summed, walked and cut."""
    parents = [None, *(f"n{n if shape == 'chain' else 0}" for n in range(MANY - 1))]
    org = Org.of([Node(f"n{n}", "x", "rep" if n else "top", parent) for n, parent in enumerate(parents)])
    last = f"n{MANY - 1}"
    assert org.roll_up({last: 5, "n1": 2}, int.__add__)["n0"] == 7
    assert len(org.path(last)) == (MANY if shape == "chain" else 2)
    assert len(org.leaves()) == (1 if shape == "chain" else MANY - 1)
    assert len(org.within("n1")) == (MANY - 1 if shape == "chain" else 1)
    assert len(org.cut(["top"])) == 1


def test_a_chain_of_a_million():
    """Depth is no limit: the tree is built and summed, without a stack."""
    org = Org.of([Node(f"n{n}", "x", "rep", f"n{n - 1}" if n else None) for n in range(DEEP)])
    assert org.roll_up({f"n{DEEP - 1}": 5, "n1": 2}, int.__add__)["n0"] == 7


def test_a_deep_cycle_is_found():
    """A cycle of many nodes is an error with a short path, not a stack overflow."""
    with pytest.raises(BadTree, match="cycle: n0 > n1 > n2") as caught:
        Org.of([Node(f"n{n}", "x", "rep", f"n{(n + 1) % MANY}") for n in range(MANY)])
    assert len(str(caught.value)) < 300
