"""Cadence tables: rows, the most specific first, and what cannot be a table."""

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.followup.due.loads import class_loads
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.spacing import spacing
from pharmasales.followup.due.table import CADENCE_STAGES, CadenceTable
from pharmasales.followup.due.tables import BY_CLASS, BY_SITUATION, CADENCE_TABLES, PHARMACIES, cadence_table
from pharmasales.workdays import CHINA


@pytest.mark.parametrize(
    ("row", "gaps"),
    [
        (CadenceRow("A", "face", 4, 8), (1, 8, 12)),
        (CadenceRow("B", "face", 2, 4), (3, 15, 23)),
        (CadenceRow("C", "face", 1, 2), (7, 30, 45)),
        (CadenceRow("B", "face", 1, per="quarter"), (45, 90, 135)),
        (CadenceRow("", "face", "1/2", per="week"), (7, 14, 21)),
        (CadenceRow("", "face", 1, per="year"), (180, 360, 540)),
        (CadenceRow("A", "face", 4, shortest=2, longest=9), (2, 8, 9)),
        (CadenceRow("A", "face", 1, 4, longest=20), (3, 20, 20)),
        (CadenceRow("D", "face", 0), (1, None, None)),
        (CadenceRow("D", "face", 0, 2), (7, None, None)),
    ],
)
def test_gaps_of_a_row(row, gaps):
    """Half of the even spacing at most visits, the even spacing at least visits, one and a half of it."""
    assert (row.shortest_gap, row.due_after, row.longest_gap) == gaps


@settings(deadline=None)
@given(st.fractions(Fraction(1, 12), 15, max_denominator=12), st.fractions(0, 15, max_denominator=12))
def test_the_gaps_stand_in_order(least, more):
    """Shortest <= even spacing at most visits <= due <= longest; a promise kept on its day keeps the longest gap."""
    row = CadenceRow("A", "face", least, least + more)
    assert 1 <= row.shortest_gap <= max(1, spacing(least + more))
    assert row.shortest_gap <= row.due_after <= row.longest_gap
    assert abs(row.due_after - spacing(least)) <= Fraction(1, 2) or row.due_after == row.longest_gap
    assert 0 <= row.longest_gap - Fraction(3, 2) * spacing(least) < 1


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: CadenceRow("A", "face", -1), "followup.cadence"),
        (lambda: CadenceRow("A", "face", 4, 2), "followup.cadence"),
        (lambda: CadenceRow("A", "face", 32), "followup.cadence"),
        (lambda: CadenceRow("A", "face", 8, per="week"), "followup.cadence"),
        (lambda: CadenceRow("A", "fax", 4), "followup.channel"),
        (lambda: CadenceRow("A", "face", 4, per="day"), "followup.per"),
        (lambda: CadenceRow("A", "face", 4, layer="boss"), "followup.layer"),
        (lambda: CadenceRow("A", "face", 4, shortest=8), "followup.gap"),
        (lambda: CadenceRow("A", "face", 4, shortest=0), "followup.gap"),
        (lambda: CadenceRow("A", "face", 4, longest=True), "followup.gap"),
        (lambda: CadenceRow("A", "face", 4, shortest=5, longest=4), "followup.gap"),
        (lambda: CadenceRow("A", "face", 4, longest=7), "followup.gap"),
        (lambda: CadenceRow("A", "face", 0, longest=7), "followup.gap"),
        (lambda: CadenceRow("A", "face", 4, minutes=(30, 20)), "followup.minutes"),
        (lambda: CadenceRow("A", "face", 4, minutes=(0, 20)), "followup.minutes"),
        (lambda: CadenceRow("A", "face", 4, minutes=(20, 481)), "followup.minutes"),
        (lambda: CadenceRow("A", "face", 4, minutes=30), "followup.minutes"),
        (lambda: CadenceRow("A", "face", 4, minutes=("20", "30")), "followup.minutes"),
        (lambda: CadenceRow("A", "face", 0.5), "number.float"),
    ],
)
def test_what_is_no_row(make, code):
    """Each by its code."""
    with pytest.raises((BadRule, BadValue)) as caught:
        make()
    assert caught.value.code == code


def test_bounds_of_the_gaps_belong_to_them():
    """4 a month are 7.5 days apart: 7 is the widest shortest gap and 8 the narrowest longest one."""
    assert CadenceRow("A", "face", 4, shortest=7, longest=8).due_after == 8
    assert CadenceRow("A", "face", 2, shortest=15, longest=15).due_after == 15
    with pytest.raises(BadRule, match="at most 7"):
        CadenceRow("A", "face", 4, shortest=8)
    with pytest.raises(BadRule, match="at least 8"):
        CadenceRow("A", "face", 4, longest=7)
    with pytest.raises(BadRule, match="A new face executive"):
        CadenceRow("A", "face", 2, 1, stage="new", layer="executive")


LETTERS, PHASES = ("", "A", "B"), ("", "new", "stable")


@settings(deadline=None)
@given(
    st.sets(st.sampled_from(list(product(LETTERS, PHASES))), min_size=1),
    st.sampled_from("ABZ"),
    st.sampled_from(["new", "trust"]),
)
def test_the_most_specific_row_wins(keys, grade, stage):
    """Class and stage, class, stage, neither: the first that is there, whatever the order of the rows."""
    rows = [CadenceRow(letter, "face", n + 1, stage=phase) for n, (letter, phase) in enumerate(sorted(keys))]
    wanted = [key for key in ((grade, stage), (grade, ""), ("", stage), ("", "")) if key in keys]
    for given_rows in (rows, rows[::-1]):
        table = CadenceTable("t", given_rows)
        if wanted:
            found = table.row(grade, stage, "face")
            assert (found.grade, found.stage) == wanted[0]
            assert table.rows_for(grade, stage) == (found,)
            missed = len(table.explain(grade, stage, "face").parts)
            assert missed == [(grade, stage), (grade, ""), ("", stage), ("", "")].index(wanted[0])
        else:
            with pytest.raises(BadRule, match="no row of the cadence table fits"):
                table.row(grade, stage, "face")
            with pytest.raises(BadRows):
                table.require([(grade, stage)])


def test_channels_and_layers_stand_apart():
    """The owner by face and phone, the executive by face; the class at the stage has its own phone row only."""
    table = CadenceTable(
        "core",
        [
            CadenceRow("A", "face", 4),
            CadenceRow("A", "face", 1, per="quarter", layer="executive"),
            CadenceRow("A", "phone", 2),
            CadenceRow("A", "phone", 8, stage="new"),
        ],
    )
    assert [row.label for row in table.rows_for("A", "new")] == ["A face", "A face executive", "A new phone"]
    assert table.row("A", "", "face", "executive").monthly == (Fraction(1, 3), Fraction(1, 3))
    assert table.explain("A", "new", "face").text("zh") == ("A 级 面访：每月 4 次，间隔 3-12 天（A 级在new无规则）")
    assert table.row("A", "", "face", "executive").text() == (
        "grade A, face to face by the executive: 1 a quarter, 45-135 days apart"
    )


def test_a_table_says_everything_that_is_wrong():
    """Rows twice and unknown stages, each with its place."""
    rows = [CadenceRow("A", "face", 4), CadenceRow("A", "face", 2), CadenceRow("A", "face", 2, stage="newe")]
    with pytest.raises(BadRows) as caught:
        CadenceTable("t", rows)
    assert list(caught.value.lines()) == [
        "a row given twice @ rows[1] A face; keep one [followup.twice]",
        'unknown stage @ rows[2] A newe face; did you mean "new"? [followup.stage]',
    ]
    with pytest.raises(BadRule, match="needs a row"):
        CadenceTable("t", [])


def test_stages_of_a_relation_may_be_named():
    """The scheme of relation stages brings its letters."""
    table = CadenceTable("t", [CadenceRow("", "face", 2, stage="partner"), CadenceRow("", "face", 1)])
    assert table.row("A", "partner", "face").least == 2
    assert CADENCE_STAGES["trust"].zh == "情感信任"
    assert str(table.table()).splitlines()[2].startswith("any    strategic partner  face to face")


def test_require_names_each_pair_once():
    """Classes without a row, in order."""
    with pytest.raises(BadRows) as caught:
        BY_CLASS.require([("D", "new"), ("A", ""), ("D", "new"), ("", "")])
    assert [error.where for error in caught.value.exceptions] == [
        "table 'classes', any class",
        "table 'classes', D new",
    ]


def test_ready_made_tables():
    """As practice P2-B has them."""
    assert [BY_CLASS.row(letter, "", "face").monthly for letter in "ABC"] == [(4, 8), (2, 4), (1, 2)]
    found = {stage: BY_SITUATION.row("A", stage, "face") for stage in ("new", "stable", "reactivate")}
    assert {stage: (row.least, row.most, row.per, row.minutes) for stage, row in found.items()} == {
        "new": (2, 3, "week", (30, 45)),
        "stable": (1, 2, "month", (20, 30)),
        "reactivate": (Fraction(1, 2), Fraction(1, 2), "week", (15, 20)),
    }
    assert [PHARMACIES.rows_for(letter)[0].text() for letter in "ABC"] == [
        "grade A, face to face: 1 a month, 15-45 days apart",
        "grade B, face to face: 1 a quarter, 45-135 days apart",
        "grade C, WeChat: 1 a month, 15-45 days apart",
    ]
    assert all(table.source for table in CADENCE_TABLES.values())
    assert cadence_table("pharmacies") is PHARMACIES
    with pytest.raises(NotFound, match="no such cadence table"):
        cadence_table("hospitals")


def test_what_the_visit_plan_asks_for():
    """The promised visits and the shortest gap."""
    asked = BY_CLASS.cadences("ABC")
    assert [(asked[letter].per_month, asked[letter].gap) for letter in "ABC"] == [(4, 1), (2, 3), (1, 7)]
    with pytest.raises(BadRule):
        BY_CLASS.cadences("AD")


def test_zero_asks_for_no_contact_and_says_so():
    """A row with 0 is an answer, a missing row is none."""
    table = CadenceTable("t", [CadenceRow("D", "face", 0)])
    assert table.rows_for("D")[0].text("zh") == "D 级 面访：不要求联系"
    assert table._repr_html_().count("<tr>") == 2
    assert CadenceRow("D", "face", 0, 2).text() == "grade D, face to face: 0-2 a month, at least 7 days apart"
    assert CadenceRow("A", "face", 4, minutes=(20, 30)).text().endswith(", 20-30 minutes")


def test_loads_of_a_quarter():
    """20 A at 4-8 over three months, 30 B at 2-4; a visit takes the longest of its minutes."""
    table = CadenceTable("t", [CadenceRow("A", "face", 4, 8, minutes=(20, 30)), CadenceRow("B", "face", 2, 4)])
    loads = class_loads({("A", ""): 20, ("B", "new"): 30}, table, date(2026, 1, 1), date(2026, 3, 31), CHINA)
    assert [(load.grade, load.least, load.most, load.minimum, load.minutes) for load in loads] == [
        ("A", 12, 24, 240, 30),
        ("B new", 6, 12, 180, None),
    ]
