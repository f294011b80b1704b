"""The league table: ties together, movement, and nothing outside the manager's node."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, NotFound
from pharmasales.evaluation.reporting import league
from pharmasales.org import Node, Org

ORG = Org.of(
    [
        Node("C", "Example Pharma", "company"),
        *(Node(d, f"District {d}", "district", "C") for d in "NSW"),
        *(Node(f"{d}{n}", f"Rep {d}{n}", "rep", d) for d in "NS" for n in (1, 2, 3)),
        Node("W1", "Rep W1", "rep", "W"),
    ]
)
REPS = [node.id for node in ORG.leaves()]
values = st.dictionaries(st.sampled_from(REPS), st.one_of(st.none(), st.integers(0, 5)))


@given(values, values, st.sampled_from(["C", "N", "S", "W", "N1"]), st.booleans())
def test_against_counting(now, before, under, lowest_first):
    """A rank is one more than how many are better, among those below the node; nobody else is there."""
    found = league(ORG, now, under, before=before, lowest_first=lowest_first)
    below = [node.id for node in ORG.leaves(under)]
    assert sorted(row.node.id for row in found.rows) == sorted(below)

    def rank(node_id, given_values, others):
        value = given_values.get(node_id)
        known = [given_values[one] for one in others if given_values.get(one) is not None]
        return None if value is None else 1 + sum(one < value if lowest_first else one > value for one in known)

    for row in found.rows:
        node_id, family = row.node.id, [one for one in below if ORG.parent_of(one) == ORG.parent_of(row.node.id)]
        assert row.rank == rank(node_id, now, below)
        assert row.rank_above == rank(node_id, now, family)
        assert row.rank_before == rank(node_id, before, below)
        assert (row.value, row.value_before) == (now.get(node_id), before.get(node_id))
        both = row.rank is not None and row.rank_before is not None
        assert row.moved == (row.rank_before - row.rank if both else None)
        assert row.above is None or row.above.id in ORG.within(under)
    keys = [(row.rank is None, row.rank or 0, below.index(row.node.id)) for row in found.rows]
    assert keys == sorted(keys)
    assert found.people == sum(now.get(one) is not None for one in below)


def test_levels_and_words():
    """Districts instead of people; attainment in per cent; the movement in words of both languages."""
    attained = {"N": Fraction(9, 10), "S": Fraction(11, 10), "W": None}
    before = {"N": Fraction(1), "S": Fraction(1, 2), "W": 1}
    by = Says("Attainment", "达成率")
    found = league(ORG, attained, "C", level="district", before=before, by=by, kind="ratio")
    assert [(row.node.id, row.rank, found.moved_words(row).zh) for row in found.rows] == [
        ("S", 1, "升 2"),
        ("N", 2, "降 1"),
        ("W", None, "无名次"),
    ]
    assert found.rows[0].why.text() == "rank 1 of 2 (rank 3 before, with 50.0%)"
    assert found.rows[2].why.text("zh") == "无可排名的数值，故无名次"
    assert found.table().columns[5].title("zh") == "达成率"
    assert "110.0%" in found.table().text()
    new = league(ORG, {"N1": 3, "N2": 2}, "N", before={"N2": 2})
    assert [new.moved_words(row).en for row in new.rows] == ["new", "down 1", "no rank"]
    level = league(ORG, {"N1": 3}, "N", before={"N1": Decimal(2)})
    assert level.moved_words(level.rows[0]).zh == "持平"
    assert league(ORG, {"N1": 3}, "N").table().rows[0][8] is None


def test_by_organisation():
    """The rows of each node above, each in the order of the table; the manager's own node has nobody above."""
    found = league(ORG, {"N1": 1, "S1": 3, "N2": 2}, "C")
    groups = found.by_above()
    assert {name: [row.node.id for row in rows] for name, rows in groups.items()} == {
        "S": ["S1", "S2", "S3"],
        "N": ["N2", "N1", "N3"],
        "W": ["W1"],
    }
    assert [row[1] for row in found.table(groups["N"]).rows] == ["N2", "N1", "N3"]
    assert list(league(ORG, {"C": 1}, "C", level="company").by_above()) == [""]
    assert "Rep" not in repr(found.rows)
    assert "Example Pharma" not in repr(found)
    assert "<table>" in found._repr_html_()


def test_refusals():
    """Unknown nodes all at once; a level that is not below; an unknown manager."""
    with pytest.raises(BadRows) as caught:
        league(ORG, {"X": 1, "N1": 2}, "N", before={"Y": 1})
    assert [one.where for one in caught.value.exceptions] == ["org id 'X'", "org id 'Y'"]
    with pytest.raises(NotFound, match="district, rep"):
        league(ORG, {}, "N", level="company")
    with pytest.raises(NotFound):
        league(ORG, {}, "X")
