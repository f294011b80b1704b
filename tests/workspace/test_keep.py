"""Result tables in a store: what is kept comes back as it was, whatever its ids hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from pharmasales.display import Column, Says, Table, because
from pharmasales.errors import NotFound, StorageError
from pharmasales.periods import period
from pharmasales.storage import Store, open_store
from pharmasales.workspace.keep import KEYS, periods_kept, rows_of, save, settled, table_of

Q1 = period("2026-Q1")
COLUMNS = tuple(Column(key, key, key) for key in ("node_id", "period", "cell"))
IDS = ("Alfa/Kim", "Alfa", "50%", "50%25", "Alfa%2FKim", "北区/代表")


def kept(store: Store, when, tables, kinds) -> None:
    """Save tables in a unit of their own."""
    with store.unit(by="t", why="test", at=datetime(2026, 1, 1, tzinfo=UTC)) as unit:
        save(unit, when, tables, kinds)


def goals(*rows) -> Table:
    """Make a table of goals."""
    return Table("goals", Says("Goals", "目标"), COLUMNS, list(rows))


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "text",
        0,
        -5,
        10**30,
        Decimal("1.50"),
        Decimal("-0.00"),
        Fraction(1, 3),
        date(2026, 1, 5),
        Says("a", "甲"),
    ],
)
def test_every_kind_of_cell_comes_back(cell):
    """Exact numbers, days and words in both languages survive the store."""
    table = goals(("R1", "2026-01", cell))
    with open_store("memory:") as store:
        kept(store, Q1, [table], ["goals"])
        found = table_of(store, Q1, "goals")
    assert found == table
    assert found is not None
    assert type(found.rows[0][2]) is type(cell)
    assert str(found.rows[0][2]) == str(cell)


def test_ids_with_slashes_and_percent_signs_are_told_apart():
    """Each id finds its own rows and no others."""
    table = goals(*((node, month, f"{node} {month}") for node in IDS for month in ("2026-01", "2026-02")))
    with open_store("memory:") as store:
        kept(store, Q1, [table], ["goals"])
        for node in IDS:
            assert [row["cell"] for row in rows_of(store, Q1, "goals", node).records()] == [
                f"{node} 2026-01",
                f"{node} 2026-02",
            ]
            assert [row["cell"] for row in rows_of(store, Q1, "goals", node, "2026-02").records()] == [
                f"{node} 2026-02"
            ]
        with pytest.raises(NotFound, match="nothing kept in goals of 2026-Q1"):
            rows_of(store, Q1, "goals", "Alf")
        with pytest.raises(NotFound):
            rows_of(store, Q1, "goals", "Alfa", "2026-0")


def test_a_key_that_speaks_is_found_by_its_english_word():
    """The measure of a scorecard is words in both languages."""
    columns = tuple(Column(key, key, key) for key in ("rep_id", "measure"))
    table = Table("scorecard", Says("S", "考核"), columns, [("R1", Says("total", "合计"))])
    with open_store("memory:") as store:
        kept(store, Q1, [table], ["scorecard"])
        assert list(rows_of(store, Q1, "scorecard", "R1", "total").records()) == [
            {"rep_id": "R1", "measure": Says("total", "合计")}
        ]


def test_saving_again_replaces_a_period_and_leaves_others():
    """Rows that are gone are deleted, a table that is not given is cleared, other periods stay."""
    year = period("2026")
    with open_store("memory:") as store:
        kept(store, Q1, [goals(("R1", "2026-01", 1), ("R2", "2026-01", 2))], ["goals", "grades"])
        kept(store, year, [goals(("R1", "2026-01", 9))], ["goals"])
        kept(store, Q1, [goals(("R2", "2026-01", 3))], ["goals"])
        assert [row["cell"] for row in rows_of(store, Q1, "goals", "R2").records()] == [3]
        with pytest.raises(NotFound):
            rows_of(store, Q1, "goals", "R1")
        assert periods_kept(store, "goals") == [Q1, year]
        kept(store, Q1, [], ["goals"])
        assert (periods_kept(store, "goals"), table_of(store, Q1, "goals")) == ([year], None)
        assert periods_kept(store, "grades") == []
        assert table_of(store, year, "goals") == goals(("R1", "2026-01", 9))


def test_the_order_of_rows_is_kept():
    """Ids sort otherwise than the table."""
    rows = [(node, "2026-01", place) for place, node in enumerate(("b", "c", "a"))]
    with open_store("memory:") as store:
        kept(store, Q1, [goals(*rows)], ["goals"])
        found = table_of(store, Q1, "goals")
    assert found is not None
    assert list(found.rows) == rows


def test_explanations_are_said_once():
    """A reason is settled into its words; words stay the same value."""
    said = Says("so", "如此")
    table = settled(goals(("R1", "2026-01", because("so {n}", "如此 {n}", n=2)), ("R2", "2026-01", said)))
    assert table.rows[0][2] == Says("so 2", "如此 2")
    assert table.rows[1][2] is said


def test_a_damaged_cell_is_an_error_of_the_store():
    """What no writer of ours has put there is not taken for a result."""
    with open_store("memory:") as store:
        kept(store, Q1, [goals(("R1", "2026-01", "x"), ("R2", "2026-01", "y"))], ["goals"])
        with store.unit(by="t", why="test", at=datetime(2026, 1, 1, tzinfo=UTC)) as unit:
            unit.put("goals", "2026-Q1/R1/2026-01", {"#": 0, "node_id": "R1", "period": "2026-01", "cell": ["list"]})
            unit.put("goals", "2026-Q1/R2/2026-01", {"#": "x", "node_id": "R2", "period": "2026-01", "cell": "y"})
        with pytest.raises(StorageError, match="not a cell"):
            rows_of(store, Q1, "goals", "R1")
        assert [row["cell"] for row in rows_of(store, Q1, "goals", "R2").records()] == ["y"]


def test_every_result_has_a_key():
    """The names of all tables that a plan, a review and the scores may keep."""
    assert set(KEYS) == {
        *("grades", "goals", "visits", "unmet_visits", "visit_load"),
        *("attainment", "scorecard", "deviations", "frequency"),
        *("standings", "score_evidence"),
    }
