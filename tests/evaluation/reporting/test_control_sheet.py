"""The control sheet: sums to date are sums, missing months stay missing, and quotients are those of the measures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, NotFound
from pharmasales.evaluation.reporting import control_sheets
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Year
from pharmasales.units import BOX, CNY, Amount

ORG = Org.of(
    [
        Node("C", "Example", "company"),
        *(Node(d, f"District {d}", "district", "C") for d in "NS"),
        *(Node(f"r{n}", "One", "rep", d) for n, d in ((1, "N"), (2, "N"), (3, "S"))),
    ]
)
YEAR = Year(2026)
REPS = ("r1", "r2", "r3")


def months_of(year):
    """Draw amounts in fen by month and rep, with holes."""
    amounts = st.integers(-50, 500).map(lambda fen: Amount(fen, CNY))
    return st.dictionaries(
        st.sampled_from(year.months), st.dictionaries(st.sampled_from(REPS), amounts, min_size=1), max_size=12
    )


goals = st.dictionaries(
    st.sampled_from(YEAR.months),
    st.dictionaries(st.sampled_from(list(ORG.nodes)), st.integers(0, 500).map(lambda fen: Amount(fen, CNY))),
)


def summed(parts):
    """Add up amounts in fen; missing where one is."""
    parts = list(parts)
    return None if None in parts else sum(part.minor for part in parts)


@settings(max_examples=40)
@given(goals, months_of(YEAR), months_of(YEAR.year_before()))
def test_against_adding_by_hand(goal, actual, last):
    """Every cell of every node: rolled up by hand, cumulated by hand."""
    sheets = control_sheets(ORG, YEAR, goals=goal, actual=actual, last=last)
    assert list(sheets) == list(ORG.nodes)
    for node_id, sheet in sheets.items():
        below = [one for one in REPS if one in ORG.within(node_id)]

        def rolled(given_amounts, month, below=below):
            reporting = [one for one in below if any(one in by_node for by_node in given_amounts.values())]
            held = [given_amounts.get(month, {}).get(one) for one in reporting]
            return None if not held or None in held else Amount.total(held, CNY)

        months = [
            (goal.get(month, {}).get(node_id), rolled(actual, month), rolled(last, month.year_before()))
            for month in YEAR.months
        ]
        for at, month in enumerate(YEAR.months):
            line = sheet[month]
            assert (line.alone.goal, line.alone.actual, line.alone.last) == months[at]
            assert minors(line.to_date) == [summed(m[k] for m in months[: at + 1]) for k in range(3)]
        for number in range(4):
            line = sheet[Quarter(2026, number + 1)]
            assert minors(line.alone) == [summed(m[k] for m in months[3 * number : 3 * number + 3]) for k in range(3)]
            assert line.to_date == sheet[Month(2026, 3 * number + 3)].to_date
        assert sheet[YEAR].alone == sheet[YEAR].to_date == sheet[Month(2026, 12)].to_date
        for line in sheet.lines:
            for one in (line.alone, line.to_date):
                assert one.attainment == quotient(one.actual, one.goal)
                grown = quotient(one.actual, one.last) if one.last is not None and one.last.minor > 0 else None
                assert one.growth == (None if grown is None else grown - 1)


def minors(one):
    """Return goal, actual and last year's in fen."""
    return [None if amount is None else amount.minor for amount in (one.goal, one.actual, one.last)]


def quotient(over, under):
    """Divide two amounts; missing where one is, or where there is nothing to divide by."""
    return None if over is None or under is None or not under.minor else Fraction(over.minor, under.minor)


def yuan(**given_amounts):
    """Return amounts by node."""
    return {node: Amount.of(n, CNY) for node, n in given_amounts.items()}


JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)
TWO = {JANUARY: yuan(r1=90, r2=80, r3=70), FEBRUARY: yuan(r1=100, r3=80)}


def test_order_and_why():
    """Each quarter after its months, the year last; a gap names who is missing, here and above, and not elsewhere."""
    sheets = control_sheets(ORG, YEAR, goals={JANUARY: yuan(C=300)}, actual=TWO)
    periods = [str(line.period) for line in sheets["C"].lines]
    assert periods[:5] == ["2026-01", "2026-02", "2026-03", "2026-Q1", "2026-04"]
    assert periods[-2:] == ["2026-Q4", "2026"]
    assert len(periods) == 17
    for node_id in ("r2", "N", "C"):
        assert sheets[node_id][FEBRUARY].alone.actual is None
        assert sheets[node_id].gaps[FEBRUARY] == ("r2",)
        assert "缺实际值" in sheets[node_id].why(Quarter(2026, 1)).head("zh")
    assert sheets["S"][FEBRUARY].to_date.actual == Amount.of(150, CNY)
    assert sheets["S"].gaps == {}
    said = sheets["C"].why(JANUARY)
    assert said.parts[0].head() == (
        "alone: actual 240.00 CNY of goal 300.00 CNY is 80.0%; missing the year before, growth n/a"
    )
    assert said.parts[1].head("zh").startswith("累计：实际 240.00 CNY")
    with pytest.raises(NotFound, match="not on the sheet"):
        sheets["C"][Month(2025, 1)]


def test_under_and_table():
    """A manager's node and those below; the table has the figures alone and to date."""
    sheets = control_sheets(ORG, YEAR, goals={}, actual=TWO, under="N")
    assert list(sheets) == ["N", "r1", "r2"]
    table = sheets["r1"].table()
    row = next(table.records())
    assert (row["period"], str(row["actual"]), str(row["actual_to_date"]), row["goal"]) == (
        "2026-01",
        "90.00",
        "90.00",
        None,
    )
    assert table.title.zh == "2026 年度累计控制表"
    assert table.columns[-1].zh == "累计增长率"
    assert "One" not in repr(sheets["r1"])
    assert "<table>" in sheets["r1"]._repr_html_()


def test_refusals_all_at_once():
    """Another year's month, an unknown node, a goal below zero, a second unit: each with its place."""
    wrong = {Month(2025, 1): yuan(C=1), JANUARY: {"X": Amount.of(1, CNY), "N": Amount.of(-1, CNY)}}
    with pytest.raises(BadRows) as caught:
        control_sheets(ORG, YEAR, goals=wrong, actual={JANUARY: {"r1": Amount.of(1, BOX)}}, last={JANUARY: yuan(r1=1)})
    assert [(one.code, one.where) for one in caught.value.exceptions] == [
        ("control.month", "goals 2025-01"),
        ("org.id", "goals 2026-01, org id 'X'"),
        ("goal.negative", "goals 2026-01, org id 'N'"),
        ("unit", "actual 2026-01, org id 'r1'"),
        ("control.month", "last 2026-01"),
    ]
    with pytest.raises(NotFound):
        control_sheets(ORG, YEAR, goals={}, actual={}, under="X")
