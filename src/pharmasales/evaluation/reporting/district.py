"""A district all round (区域360): attainment, coverage, scores, receivables, expense, variance, what is open, by node.

It joins what the other rooms have made; whatever is not given is named as missing, never shown as zero.

>>> from fractions import Fraction
>>> from pharmasales.evaluation.attainment import attain
>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> sold = {"r1": Amount.of(90, CNY), "r2": Amount.of(50, CNY)}
>>> goals = {node: Amount.of(n, CNY) for node, n in (("N", 200), ("r1", 100), ("r2", 100))}
>>> quarter = Quarter(2026, 1)
>>> view = district_view(org, "N", quarter, attained=attain(org, goals, sold, quarter, Fraction(1)))
>>> for row in view.table().records():
...     print(row["node_id"], row["attainment"], row["status"].text(), row["coverage"], row["score"])
N 7/10 missed None None
r1 9/10 missed None None
r2 1/2 missed None None
>>> [one.text() for one in view.missing][:2]
['measures: coverage and call frequency', 'scores']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from attrs import field, frozen

from pharmasales.channel.receivables import Ageing
from pharmasales.display import Cell, Column, Kind, Says, Table
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.evaluation.attainment import Attainments
from pharmasales.evaluation.measures.figures import Figures
from pharmasales.evaluation.measures.measurements import Measurements
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.evaluation.variance.due_cases import OpenCases
from pharmasales.evaluation.variance.due_feedback import FeedbackTask, OpenFeedback
from pharmasales.evaluation.variance.expense import EXPENSE_PARTS, ExpenseVariance
from pharmasales.evaluation.variance.parted import Parted, VariancePart
from pharmasales.evaluation.variance.sales_parts import SALES_PARTS
from pharmasales.evaluation.variance.sales_split import SalesVariance
from pharmasales.org import Node, Org
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["DistrictView", "district_view"]

_PARTS: Final = {
    "attained": Says("attainment", "目标达成"),
    "figures": Says("measures: coverage and call frequency", "指标：覆盖率与拜访达成率"),
    "scores": Says("scores", "考核得分"),
    "receivables": Says("receivables", "应收账款"),
    "expense": Says("expense", "费用"),
    "sales": Says("variance of sales", "销售差异"),
    "cases": Says("open deviations", "未结偏差"),
    "feedback": Says("open feedback", "待办反馈"),
}


@frozen
class DistrictView:
    """A district all round (区域360). Made by `district_view`.

    Args:
        node: the node at its top.
        nodes: it and all below it, parents first.
        period: the period.
        attained: goals and actuals.
        figures: the figures of the period, by node id.
        scores: the scores of nodes, by id.
        receivables: what is open, by node id, each with all below it.
        expense: budget against actual, by node id, rolled up.
        sales: the change of sales, by node id, rolled up.
        cases: the open deviations of the nodes here.
        feedback: what is open of feedback, by node id.
        unplaced: how many open feedback tasks belong to no known node.
    """

    node: Node = field(repr=lambda node: repr(node.id))
    nodes: tuple[Node, ...] = field(repr=lambda nodes: f"<{len(nodes)} nodes>")
    period: Period
    attained: Attainments | None = field(repr=False)
    figures: Mapping[str, Figures] | None = field(repr=False)
    scores: Mapping[str, RepScore] | None = field(repr=False)
    receivables: Mapping[str, Ageing] | None = field(repr=False)
    expense: Mapping[str, Parted] | None = field(repr=False)
    sales: Mapping[str, Parted] | None = field(repr=False)
    cases: OpenCases | None = field(repr=False)
    feedback: Mapping[str, OpenFeedback] | None = field(repr=False)
    unplaced: int = 0

    @property
    def missing(self) -> tuple[Says, ...]:
        """What was not given, by name."""
        return tuple(says for key, says in _PARTS.items() if getattr(self, key) is None)

    def table(self) -> Table:
        """Return a row a node: attainment, coverage, frequency, score, receivables, expense, change, what is open."""
        counts = None if self.cases is None else Counter(task.case.node for task in self.cases.tasks)
        rows = [tuple(column(self, node, counts) for _, column in _ALL) for node in self.nodes]
        title = Says("District all round", "区域360")
        return Table("district_360", title, tuple(column for column, _ in _ALL), rows)

    def sales_table(self) -> Table | None:
        """Return the change of sales and its parts by node; nothing where it was not given."""
        return None if self.sales is None else self._parted("district_sales", _PARTS["sales"], self.sales, SALES_PARTS)

    def expense_table(self) -> Table | None:
        """Return budget, actual and the parts of the change by node; nothing where it was not given."""
        if self.expense is None:
            return None
        return self._parted("district_expense", Says("variance of expense", "费用差异"), self.expense, EXPENSE_PARTS)

    def _parted(self, name: str, title: Says, found: Mapping[str, Parted], parts: tuple[VariancePart, ...]) -> Table:
        columns = (
            *(Column("node_id", "Node id", "节点编号"), Column("node", "Node", "节点")),
            *(Column(key, en, zh, "amount") for key, en, zh in _SIDES),
            *(Column(part.key, part.says.en.capitalize(), part.says.zh, "amount") for part in parts),
        )
        rows: list[tuple[Cell, ...]] = []
        for node in self.nodes:
            one = found.get(node.id)
            if one is not None:
                amounts = (one.before, one.after, one.change, *(one[part.key] for part in parts))
                rows.append((node.id, node.name, *(amount.value for amount in amounts)))
        return Table(name, Says(title.en.capitalize(), title.zh), columns, rows)

    def feedback_table(self) -> Table | None:
        """Return what is open of feedback, by node; nothing where it was not given."""
        if self.feedback is None:
            return None
        first = Column("node_id", "Node id", "节点编号")
        columns: tuple[Column, ...] = (first,)
        rows: list[tuple[Cell, ...]] = []
        for node in self.nodes:
            table = self.feedback[node.id].table() if node.id in self.feedback else None
            rows += [(node.id, *row) for row in (table.rows if table else ())]
            columns = (first, *table.columns) if table else columns
        return Table("district_feedback", Says("Open feedback", "待办反馈"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_SIDES = (("before", "Before", "基期"), ("after", "After", "本期"), ("change", "Change", "差异"))

_Cell = Callable[[DistrictView, Node, "Counter[str] | None"], Cell]


def _attained(name: str) -> _Cell:
    def cell(view: DistrictView, node: Node, _counts: Counter[str] | None) -> Cell:
        row = None if view.attained is None else view.attained.rows.get(node.id)
        found = None if row is None else getattr(row, name)
        return found.value if isinstance(found, Amount) else found

    return cell


def _measured(name: str) -> _Cell:
    def cell(view: DistrictView, node: Node, _counts: Counter[str] | None) -> Cell:
        figures = (view.figures or {}).get(node.id)
        return None if figures is None else MEASURES[name].measure(figures).value

    return cell


def _score(view: DistrictView, node: Node, _counts: Counter[str] | None) -> Cell:
    found = (view.scores or {}).get(node.id)
    return None if found is None else found.total


def _open(view: DistrictView, node: Node, _counts: Counter[str] | None) -> Cell:
    found = (view.receivables or {}).get(node.id)
    return None if found is None else found.total.value


def _overdue(view: DistrictView, node: Node, _counts: Counter[str] | None) -> Cell:
    """Return what is open less what is not yet due, which is the first bucket."""
    found = (view.receivables or {}).get(node.id)
    return None if found is None else (found.total - found.buckets[0][2]).value


def _changed(of: str) -> _Cell:
    def cell(view: DistrictView, node: Node, _counts: Counter[str] | None) -> Cell:
        found = (getattr(view, of) or {}).get(node.id)
        return None if found is None else found.change.value

    return cell


def _cases(_view: DistrictView, node: Node, counts: Counter[str] | None) -> Cell:
    return None if counts is None else counts[node.id]


def _feedback(view: DistrictView, node: Node, _counts: Counter[str] | None) -> Cell:
    if view.feedback is None:
        return None
    found = view.feedback.get(node.id)
    return 0 if found is None else len(found.tasks)


def _column(key: str, en: str, zh: str, kind: Kind, cell: _Cell) -> tuple[Column, _Cell]:
    return Column(key, en, zh, kind), cell


_ALL: Final = (
    _column("node_id", "Node id", "节点编号", "text", lambda _view, node, _counts: node.id),
    _column("node", "Node", "节点", "text", lambda _view, node, _counts: node.name),
    _column("level", "Level", "层级", "text", lambda _view, node, _counts: node.level),
    _column("goal", "Goal", "目标", "amount", _attained("goal")),
    _column("actual", "Actual", "实际", "amount", _attained("actual")),
    _column("attainment", "Attainment", "达成率", "ratio", _attained("attainment")),
    _column("status", "Status", "状态", "text", _attained("status")),
    _column("coverage", "Coverage", "覆盖率", "ratio", _measured("coverage")),
    _column("frequency", "Frequency", "拜访达成率", "ratio", _measured("frequency")),
    _column("score", "Score", "得分", "number", _score),
    _column("open", "Receivables", "应收", "amount", _open),
    _column("overdue", "Overdue", "逾期", "amount", _overdue),
    _column("expense", "Over budget", "超预算", "amount", _changed("expense")),
    _column("sales_change", "Change of sales", "销售变化", "amount", _changed("sales")),
    _column("cases", "Open deviations", "未结偏差", "number", _cases),
    _column("feedback", "Open feedback", "待办反馈", "number", _feedback),
)


def district_view(
    org: Org,
    under: str,
    period: Period,
    *,
    attained: Attainments | None = None,
    measures: Measurements | None = None,
    scores: Iterable[RepScore] | None = None,
    receivables: Mapping[str, Ageing] | None = None,
    expense: ExpenseVariance | None = None,
    sales: SalesVariance | None = None,
    cases: OpenCases | None = None,
    feedback: OpenFeedback | None = None,
    feedback_nodes: Mapping[str, str] | None = None,
) -> DistrictView:
    """Join what is known of a district and all below it (区域360); nothing of other nodes is kept.

    Args:
        org: the organisation.
        under: the id of the district's node.
        period: the period, which all that is given must speak of; attainment and measures are checked.
        attained: of `attain`.
        measures: of `measure_period`, for coverage and call frequency.
        scores: the scores of nodes, whose `rep_id` is the id of a node.
        receivables: of `ageing`, by node id; each node's is its own with all below it, as it is given.
        expense: of `expense_variance`.
        sales: of `sales_variance`.
        cases: of `open_cases`.
        feedback: of `open_feedback`.
        feedback_nodes: the node of each feedback record, by its id; what belongs to none is counted, not listed.

    Source: S004-5, S004-63; S004-55 for what is open.

    Raises:
        BadRows: values of unknown nodes, or of another period.
        NotFound: an unknown node.
    """
    inside = org.within(under)
    placed = None if scores is None else {one.rep_id: one for one in scores}
    _checked(org, period, attained, measures, placed, receivables)
    by_node, unplaced = (None, 0) if feedback is None else _placed(feedback, feedback_nodes or {}, org, inside)
    return DistrictView(
        org[under],
        tuple(node for node in org if node.id in inside),
        period,
        _within(attained, inside),
        None if measures is None else {key: one for key, one in measures.figures.items() if key in inside},
        None if placed is None else {key: one for key, one in placed.items() if key in inside},
        None if receivables is None else {key: one for key, one in receivables.items() if key in inside},
        None if expense is None else {key: one for key, one in expense.by_node(org).items() if key in inside},
        None if sales is None else {key: one for key, one in sales.by_node(org).items() if key in inside},
        None if cases is None else OpenCases(cases.as_of, tuple(t for t in cases.tasks if t.case.node in inside)),
        by_node,
        unplaced,
    )


def _within(attained: Attainments | None, inside: set[str]) -> Attainments | None:
    if attained is None:
        return None
    rows = {node_id: row for node_id, row in attained.rows.items() if node_id in inside}
    return Attainments(attained.period, attained.elapsed, attained.under, attained.over, rows)


def _placed(
    feedback: OpenFeedback, nodes: Mapping[str, str], org: Org, inside: set[str]
) -> tuple[dict[str, OpenFeedback], int]:
    """Return the tasks by node, and how many belong to no node of the organisation."""
    found: dict[str, list[FeedbackTask]] = {}
    unplaced = 0
    for task in feedback.tasks:
        node_id = nodes.get(task.feedback)
        if node_id is None or node_id not in org:
            unplaced += 1
        elif node_id in inside:
            found.setdefault(node_id, []).append(task)
    return {node_id: OpenFeedback(feedback.as_of, tuple(tasks)) for node_id, tasks in found.items()}, unplaced


def _checked(
    org: Org,
    period: Period,
    attained: Attainments | None,
    measures: Measurements | None,
    scores: Mapping[str, RepScore] | None,
    receivables: Mapping[str, Ageing] | None,
) -> None:
    bad: list[PharmaSalesError] = []
    spoken = [] if attained is None else [("attained", attained.period)]
    spoken += [] if measures is None else [("measures", measures.stretch.period)]
    for name, of in spoken:
        if of != period:
            bad.append(BadValue(f"of {of}, not {period}", where=name, code="reporting.period"))
    for name, ids in (("scores", scores), ("receivables", receivables)):
        for node_id in _unknown(org, ids or {}):
            where = f"{name}, org id {node_id!r}"
            bad.append(NotFound("no such node in the organisation", where=where, code="org.id"))
    if bad:
        raise BadRows("a district's view is refused", bad)


def _unknown(org: Org, given: Mapping[str, object]) -> Iterator[str]:
    return (node_id for node_id in given if node_id not in org)
