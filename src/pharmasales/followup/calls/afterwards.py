"""What follows from visits (后续事项): tasks of next steps and promised answers, needs over time, experience to share.

>>> from pharmasales.followup.calls.notes import CallNotes, CustomerNeed, NextStep
>>> step = NextStep("send the paper", "r1", date(2026, 3, 6))
>>> told = CallNotes(needs=[CustomerNeed("efficacy")], next_step=step)
>>> first = CallReport("V1", "r1", "c1", date(2026, 3, 4), notes=told)
>>> later = CallReport("V2", "r1", "c1", date(2026, 5, 6), notes=CallNotes(needs=[CustomerNeed("safety")]))
>>> [(task.owner, task.due.isoformat()) for task in call_tasks([first])]
[('r1', '2026-03-06')]
>>> for one in need_history([later, first])["c1"]:
...     print(one.day, one.why)
2026-03-04 first heard: efficacy
2026-05-06 new: safety; no longer named: efficacy

Source: S002-8, S002-10, S002-15, S002-18.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, joined
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.reports import CallReport, in_order
from pharmasales.followup.calls.safety import DrugFeedback
from pharmasales.followup.calls.words import CUSTOMER_NEEDS

__all__ = [
    "CallTask",
    "CallTaskKind",
    "NeedHeard",
    "call_task_table",
    "call_tasks",
    "experience_to_share",
    "need_history",
]

CallTaskKind: TypeAlias = Literal["next_step", "answer"]

_KINDS = {"next_step": Says("next step", "下一步"), "answer": Says("promised answer", "承诺答复")}


@frozen
class CallTask:
    """Something that somebody owes after a visit (待办).

    Args:
        call: the id of the visit.
        customer: the id of the customer.
        kind: `next_step` or `answer`.
        owner: the id of who does it.
        due: by when.
        objection: the id of the objection that waits for the answer, or "".
        what: what is to be done.
    """

    call: str
    customer: str
    kind: CallTaskKind
    owner: str
    due: date
    objection: str = ""
    what: str = field(default="", repr=False)


def call_tasks(reports: Iterable[CallReport], objections: Iterable[Objection] = ()) -> tuple[CallTask, ...]:
    """Return what is owed after visits, by day, owner, visit and objection.

    Args:
        reports: the visits; only those done count.
        objections: the tickets as they stand now, in place of those that the reports hold; closed ones owe nothing.
    """
    made = [one for one in reports if one.state == "done"]
    tickets = {one.id: one for report in made for one in report.notes.objections}
    tickets |= {one.id: one for one in objections}
    found = [
        CallTask(one.id, one.customer, "next_step", step.owner, step.due, what=step.what)
        for one in made
        if (step := one.notes.next_step) is not None
    ]
    found += [
        CallTask(one.call, one.customer, "answer", one.owner, one.due, one.id)
        for one in tickets.values()
        if one.due is not None and one.closed is None
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.owner, one.call, one.kind, one.objection)))


def call_task_table(tasks: Iterable[CallTask], as_of: date) -> Table:
    """Return tasks, a row each, with whether they are overdue on a day."""
    columns = (
        Column("due", "Due", "到期日", "date"),
        Column("owner", "Owner", "负责人"),
        Column("customer", "Customer", "客户"),
        Column("kind", "What", "事项"),
        Column("call", "Visit", "拜访编号"),
        Column("objection", "Objection", "异议编号"),
        Column("overdue", "Overdue", "逾期"),
    )
    rows: list[tuple[Cell, ...]] = [
        (one.due, one.owner, one.customer, _KINDS[one.kind], one.call, one.objection, _YES if one.due < as_of else None)
        for one in tasks
    ]
    return Table("call_tasks", Says(f"Owed after visits, on {as_of}", f"{as_of} 拜访后续事项"), columns, rows)


_YES = Says("yes", "是")


@frozen
class NeedHeard:
    """The needs of one customer as heard on one visit, and what changed since the visit before (需求变化).

    Args:
        day: the day of the visit.
        call: its id.
        kinds: what was needed, in the order told.
        came: what is new against the visit before on which needs were told.
        went: what was needed then and was not named now.
        first: whether no need was known before.
    """

    day: date
    call: str
    kinds: tuple[str, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]
    first: bool

    @property
    def why(self) -> Why:
        """What changed, in both languages."""
        if self.first:
            return because("first heard: {kinds}", "首次了解：{kinds}", kinds=_named(self.kinds))
        if not self.came and not self.went:
            return because("as before: {kinds}", "与前次相同：{kinds}", kinds=_named(self.kinds))
        if not self.went:
            return because("new: {came}", "新增：{came}", came=_named(self.came))
        if not self.came:
            return because("no longer named: {went}", "不再提及：{went}", went=_named(self.went))
        en, zh = "new: {came}; no longer named: {went}", "新增：{came}；不再提及：{went}"
        return because(en, zh, came=_named(self.came), went=_named(self.went))


def _named(kinds: Iterable[str]) -> Says:
    return joined(CUSTOMER_NEEDS.get(kind, Says(kind, kind)) for kind in kinds)


def need_history(reports: Iterable[CallReport]) -> dict[str, tuple[NeedHeard, ...]]:
    """Return for each customer the needs by day, each beside the visit before (需求历史).

    Args:
        reports: the visits; only those done on which needs were told count.

    Source: S002-15.
    """
    told = [one for one in reports if one.state == "done" and one.notes.needs]
    found: dict[str, list[NeedHeard]] = {}
    for one in in_order(told):
        known = found.setdefault(one.customer, [])
        kinds = tuple(dict.fromkeys(need.kind for need in one.notes.needs))
        before = known[-1].kinds if known else ()
        came = tuple(kind for kind in kinds if kind not in before)
        went = tuple(kind for kind in before if kind not in kinds)
        known.append(NeedHeard(one.day, one.id, kinds, came, went, not known))
    return {customer: tuple(found[customer]) for customer in sorted(found)}


def experience_to_share(reports: Iterable[CallReport]) -> tuple[tuple[str, DrugFeedback], ...]:
    """Return good experience that was not shared yet, each with the id of its visit (正面经验分享).

    Source: S002-18 (share in department or meeting); where the customer agrees, and without data of patients.
    """
    return tuple(
        (one.id, told)
        for one in reports
        if one.state == "done"
        for told in one.notes.feedback
        if told.to_share and not told.shared_in
    )
