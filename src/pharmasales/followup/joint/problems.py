"""Common problems (共性问题): what comes up in many joint visits, told to the dealer's head without naming anybody.

A joint visit is no supervision: problems are agreed by both sides, and their summary counts problems, not people.

>>> from pharmasales.followup.joint.problems import AgreedProblem, common_problems
>>> late = JointProblem("late-delivery", "market", "goods arrive late", flow="goods")
>>> seen = [AgreedProblem("J1", date(2026, 3, 4), "H1", late), AgreedProblem("J2", date(2026, 4, 1), "H2", late)]
>>> common = common_problems(seen)
>>> common.lines[0].visits, common.lines[0].customers, common.lines[0].why.text()
(2, 2, 'agreed in 2 joint visits at 2 customers, first on 2026-03-04, last on 2026-04-01')

Source: S003-3 (summary for the dealer's head), S003-6 (four flows), S003-13 (product, market and sales issues).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import clean, nearest, normal_id

__all__ = [
    "JOINT_FLOWS",
    "PROBLEM_AREAS",
    "AgreedProblem",
    "CommonProblem",
    "CommonProblems",
    "JointProblem",
    "ProblemArea",
    "common_problems",
]

ProblemArea: TypeAlias = Literal["product", "market", "sales"]

PROBLEM_AREAS: Mapping[str, Says] = MappingProxyType(
    {"product": Says("product", "产品"), "market": Says("market", "市场"), "sales": Says("sales", "销售")}
)
"""What a problem is about (S003-13)."""

JOINT_FLOWS: Mapping[str, Says] = MappingProxyType(
    {
        "information": Says("information flow", "信息流"),
        "goods": Says("flow of goods", "物流"),
        "money": Says("flow of money", "资金流"),
        "title": Says("flow of trade", "商流"),
    }
)
"""The four flows of a market that maker and dealer manage together (S003-6)."""


@frozen
class JointProblem:
    """One problem on which both sides agree (双方认可的问题).

    Args:
        key: the word under which the same problem is known in all visits.
        area: `product`, `market` or `sales`.
        says: the problem, in words.
        flow: which of the four flows it hampers: `information`, `goods`, `money`, `title`, or "".

    Raises:
        BadValue: an empty key, or an unknown area or flow.
    """

    key: str = field(converter=normal_id)
    area: ProblemArea
    says: str = field(default="", converter=clean, repr=False)
    flow: str = ""

    def __attrs_post_init__(self) -> None:
        for word, known in ((self.area, PROBLEM_AREAS), (self.flow, ("", *JOINT_FLOWS))):
            if word not in known:
                where, hint = f"problem {self.key!r}", nearest(str(word), [one for one in known if one])
                raise BadValue("unknown word", where=where, hint=hint, code="followup.joint.problem")


@frozen
class AgreedProblem:
    """A problem as it was agreed in one visit, and whether it was solved since.

    Args:
        visit: the id of the joint visit.
        day: its day.
        customer: the id of the customer.
        problem: the problem.
        solved: the day on which it was solved, or none.
    """

    visit: str
    day: date
    customer: str
    problem: JointProblem
    solved: date | None = None


@frozen
class CommonProblem:
    """One problem over many visits.

    Args:
        key: its key.
        area: what it is about.
        flow: which flow it hampers, or "".
        visits: in how many joint visits it was agreed.
        customers: at how many customers.
        first: the day on which it was first agreed.
        last: the day on which it was last agreed.
        open: in how many of the visits it is not known to be solved.
    """

    key: str
    area: str
    flow: str
    visits: int
    customers: int
    first: date
    last: date
    open: int

    @property
    def why(self) -> Why:
        """How often, where and when."""
        return because(
            "agreed in {visits} joint visits at {customers} customers, first on {first}, last on {last}",
            "{customers} 家客户的 {visits} 次协访中双方认可，首次 {first}，最近 {last}",
            visits=self.visits,
            customers=self.customers,
            first=self.first,
            last=self.last,
        )


@frozen
class CommonProblems:
    """The problems of many visits, those of most customers first (共性问题汇总).

    Args:
        lines: a line a problem; by customers, visits, then key.
    """

    lines: tuple[CommonProblem, ...]

    def by_flow(self) -> Mapping[str, int]:
        """Return how many agreed problems are open in each of the four flows, 0 where none is; S003-6."""
        return {flow: sum(line.open for line in self.lines if line.flow == flow) for flow in JOINT_FLOWS}

    def table(self) -> Table:
        """Return a row a problem as table `common_problems`; it names no person and no customer."""
        columns = (
            Column("problem", "Problem", "问题"),
            Column("area", "Area", "类别"),
            Column("flow", "Flow", "环节"),
            Column("visits", "Joint visits", "协访次数", "number"),
            Column("customers", "Customers", "客户数", "number"),
            Column("open", "Open", "未解决", "number"),
            Column("why", "Why", "说明", "why"),
        )
        rows = [
            (one.key, PROBLEM_AREAS[one.area], JOINT_FLOWS.get(one.flow), one.visits, one.customers, one.open, one.why)
            for one in self.lines
        ]
        return Table("common_problems", Says("Common problems", "共性问题"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def common_problems(agreed: Iterable[AgreedProblem]) -> CommonProblems:
    """Sum up the problems of many visits for the dealer's head (共性问题).

    Args:
        agreed: the problems of each visit; one that a visit names twice counts once. What the problem is about is taken
            from the last visit that names it.

    Source: S003-3.
    """
    found: dict[str, dict[str, AgreedProblem]] = {}
    for one in sorted(agreed, key=lambda one: (one.day, one.visit)):
        found.setdefault(one.problem.key, {})[one.visit] = one
    lines = [_common(key, list(seen.values())) for key, seen in found.items()]
    return CommonProblems(tuple(sorted(lines, key=lambda line: (-line.customers, -line.visits, line.key))))


def _common(key: str, seen: Sequence[AgreedProblem]) -> CommonProblem:
    last = seen[-1]
    customers = len({one.customer for one in seen})
    still = sum(one.solved is None for one in seen)
    return CommonProblem(key, last.problem.area, last.problem.flow, len(seen), customers, seen[0].day, last.day, still)
