"""A district all round: what the rooms made, by node, and nothing of other nodes; what is not given is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pharmasales.channel.receivables import Receivable, ageing
from pharmasales.errors import BadRows, NotFound
from pharmasales.evaluation.attainment import attain
from pharmasales.evaluation.measures import Item, measure_period
from pharmasales.evaluation.reporting import district_view
from pharmasales.evaluation.scoring import score
from pharmasales.evaluation.variance import (
    DeviationCase,
    Feedback,
    ShownFigure,
    SoldLine,
    SpentLine,
    expense_variance,
    open_cases,
    open_feedback,
    sales_variance,
)
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.rules import Field, Part, Weighted
from pharmasales.units import BOX, CNY, VISIT, Amount

ORG = Org.of(
    [
        Node("C", "Example", "company"),
        *(Node(d, f"District {d}", "district", "C") for d in "NS"),
        *(Node(f"{d}{n}", f"Rep {d}{n}", "rep", d) for d in "NS" for n in (1, 2)),
    ]
)
REPS = ("N1", "N2", "S1", "S2")
QUARTER, DAY = Quarter(2026, 1), date(2026, 4, 20)


def yuan(n):
    """Return yuan."""
    return Amount.of(n, CNY)


def feedback(name, rep):
    """Return feedback that was shown only."""
    shown = [ShownFigure("attainment", "90 %", "30.00")]
    return Feedback.draft(name, "2026-Q1", rep=rep, manager="m1", shown=shown, on=date(2026, 4, 7))


@pytest.fixture(scope="module")
def given():
    """Return everything that a view joins, of all four reps."""
    goals = {node.id: yuan(100) for node in ORG}
    sold = {rep: yuan(60 + 10 * n) for n, rep in enumerate(REPS)}
    counts = ("target_customers", 50), ("seen_customers", 40), ("planned_visits", 120), ("capped_visits", 90)
    items = [Item(name, rep, n, QUARTER, f"{name}-{rep}") for rep in REPS for name, n in counts]
    rule = Weighted([Part("visits", 100, Field("visits"))])
    owed = [
        Receivable("D1", "F1", date(2026, 1, 5), date(2026, 5, 4), yuan(300)),
        Receivable("D1", "F2", date(2026, 1, 5), date(2026, 2, 4), yuan(200)),
    ]
    old, new = ([SoldLine(rep, "P1", "H1", yuan(n), Amount.of(10, BOX)) for rep in REPS] for n in (100, 120))
    spent = [SpentLine(rep, "travel", yuan(100), yuan(130), Amount.of(10, VISIT), Amount.of(11, VISIT)) for rep in REPS]
    people = {"rep": "p1", "manager": "m1", "on": date(2026, 2, 16), "answer_by": date(2026, 2, 20)}
    cases = [DeviationCase(f"K{rep}", "behind", rep, QUARTER, yuan(9), yuan(30), None, **people) for rep in REPS[1:3]]
    told = [feedback(f"F{rep}", rep) for rep in REPS]
    return {
        "attained": attain(ORG, goals, sold, QUARTER, Fraction(1)),
        "measures": measure_period(ORG, items, QUARTER),
        "scores": [score(rule, node.id, node.name, {"visits": Fraction(n, 10)}) for n, node in enumerate(ORG)],
        "receivables": {"N1": ageing(owed, DAY), "S1": ageing(owed, DAY)},
        "expense": expense_variance(spent),
        "sales": sales_variance(old, new),
        "cases": open_cases(cases, DAY),
        "feedback": open_feedback(told, DAY, within=7),
        "feedback_nodes": {"FN1": "N1", "FS1": "S1", "FS2": "nowhere"},
    }


def test_all_of_it(given):
    """A row a node, each figure from the room that made it."""
    view = district_view(ORG, "N", QUARTER, **given)
    rows = {row["node_id"]: row for row in view.table().records()}
    assert list(rows) == ["N", "N1", "N2"]
    assert view.missing == ()
    north, one = rows["N"], rows["N1"]
    assert (north["goal"], north["actual"], north["attainment"]) == (Decimal(100), Decimal(130), Fraction(13, 10))
    assert (north["status"].zh, one["status"].zh) == ("达成", "未达成")
    assert (north["coverage"], north["frequency"]) == (Fraction(4, 5), Fraction(3, 4))
    assert north["score"] == Decimal("10.00")
    assert (north["open"], one["open"], one["overdue"]) == (None, Decimal(500), Decimal(200))
    assert (north["expense"], one["expense"]) == (Decimal(60), Decimal(30))
    assert (north["sales_change"], one["sales_change"]) == (Decimal(40), Decimal(20))
    assert [rows[node]["cases"] for node in rows] == [0, 0, 1]
    assert [rows[node]["feedback"] for node in rows] == [0, 1, 0]
    assert view.unplaced == 2
    assert "<table>" in view._repr_html_()


def test_nothing_of_other_nodes(given):
    """What lies outside the district is in none of its tables, and in none of its values."""
    view = district_view(ORG, "N", QUARTER, **given)
    tables = [view.table(), view.sales_table(), view.expense_table(), view.cases.table(), view.feedback_table()]
    shown = "\n".join(table.text(lang, 99) for table in tables for lang in ("en", "zh"))
    assert "Rep N1" in shown
    assert not any(name in shown for name in ("S1", "S2", "District S", "Example"))
    joined = (view.figures, view.scores, view.receivables, view.expense, view.sales, view.feedback)
    for held in (view.attained.rows, *joined):
        assert set(held) <= {"N", "N1", "N2"}
    assert {task.case.node for task in view.cases.tasks} == {"N2"}
    assert "Rep" not in repr(view)


def test_parts_add_up(given):
    """The parts of sales and of expense are those of the rooms, and add up to the change."""
    view = district_view(ORG, "C", QUARTER, **given)
    for table in (view.sales_table(), view.expense_table()):
        for row in table.records():
            parts = [row[column.key] for column in table.columns[5:]]
            assert sum(parts) == row["change"] == row["after"] - row["before"]
        assert len(table) == 7
    assert view.sales_table().title.zh == "销售差异"
    assert view.feedback_table().columns[0].key == "node_id"
    assert [row[0] for row in view.feedback_table().rows] == ["N1", "S1"]


def test_what_is_not_given_is_named():
    """Nothing at all: every part is missing by name, every figure is missing, and none is zero."""
    view = district_view(ORG, "S", QUARTER)
    assert [one.zh for one in view.missing] == [
        *("目标达成", "指标：覆盖率与拜访达成率", "考核得分", "应收账款", "费用", "销售差异", "未结偏差", "待办反馈")
    ]
    assert all(cell is None for row in view.table().rows for cell in row[3:])
    assert (view.sales_table(), view.expense_table(), view.feedback_table(), view.unplaced) == (None, None, None, 0)
    nothing = district_view(ORG, "S", QUARTER, feedback=open_feedback([], DAY, within=7), cases=open_cases([], DAY))
    assert [row[-2:] for row in nothing.table().rows] == [(0, 0)] * 3
    assert len(nothing.feedback_table()) == 0


def test_refusals(given):
    """Another period, unknown nodes: all at once; an unknown district."""
    rule = Weighted([Part("visits", 100, Field("visits"))])
    strange = [score(rule, "X", "x", {"visits": 1})]
    receivables = {"Y": given["receivables"]["N1"]}
    period = Quarter(2026, 2)
    known = {name: given[name] for name in ("attained", "measures")}
    with pytest.raises(BadRows) as caught:
        district_view(ORG, "N", period, **known, scores=strange, receivables=receivables)
    assert [(one.code, one.where) for one in caught.value.exceptions] == [
        ("reporting.period", "attained"),
        ("reporting.period", "measures"),
        ("org.id", "scores, org id 'X'"),
        ("org.id", "receivables, org id 'Y'"),
    ]
    with pytest.raises(NotFound):
        district_view(ORG, "X", QUARTER)
