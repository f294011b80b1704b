"""Agreements looked at together (签订检查): what conflicts between levels, who has not answered, what is locked.

>>> from pharmasales.goals.agreeing.agreed_terms import GoalTerms
>>> from pharmasales.org import Node
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("n1", "One", "rep", "N"), Node("n2", "Two", "rep", "N")])
>>> def agreed(node, owner, manager, count, day=date(2026, 12, 1)):
...     terms = GoalTerms(Amount.of(count, BOX))
...     one = Agreement.draft(f"G-{node}", node, owner=owner, manager=manager, terms=terms, by=manager, on=day)
...     return one.propose(by=manager, on=day, answer_by=date(2026, 12, 8)).accept(by=owner, on=day)
>>> team = [agreed("N", "m", "d", 1000), agreed("n1", "p1", "m", 500), agreed("n2", "p2", "m", 490)]
>>> for one in level_conflicts(org, team):
...     print(one.why)
North: 1,000 BOX above, 990 BOX below: 10 BOX short

Source: S004-30, S004-31.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, BadRule, NotFound, PharmaSalesError
from pharmasales.goals.agreeing.agreement import Agreement
from pharmasales.goals.decomposing.asked import read_rise
from pharmasales.org import Org
from pharmasales.splits import one_unit
from pharmasales.units import Amount, Number

__all__ = ["LevelConflict", "LevelConflicts", "OpenAnswer", "OpenAnswers", "level_conflicts", "open_answers"]

Kind: TypeAlias = Literal["short", "over", "missing"]


@frozen
class LevelConflict:
    """A node whose accepted goal differs from those of its parts (上下级目标冲突).

    Args:
        node: the id of the node above.
        above: what is agreed for it.
        below: what is agreed for the nodes right below it, added up.
        most: what these may add up to, where its level hands on more than its own.
        kind: `short`, `over`, or `missing` where nodes below have not accepted yet.
        missing: the ids of these.
        why: what was found, with its figures.
    """

    node: str
    above: Amount
    below: Amount
    most: Amount
    kind: Kind
    missing: tuple[str, ...]
    why: Why = field(repr=False)

    @property
    def difference(self) -> Amount:
        """What the parts have less than the node (below zero), or more."""
        return self.below - self.above


@frozen
class LevelConflicts:
    """What conflicts, in the order of the organisation. Build it with `level_conflicts`."""

    found: tuple[LevelConflict, ...]

    def __iter__(self) -> Iterator[LevelConflict]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def table(self) -> Table:
        """Return one row a conflict."""
        rows = [
            (c.node, c.above.value, c.below.value, c.difference.value, c.most.value, ", ".join(c.missing), c.why)
            for c in self.found
        ]
        return Table("level_conflicts", Says("Conflicts between levels", "上下级目标冲突"), _CONFLICTS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def level_conflicts(
    org: Org, agreements: Iterable[Agreement], over: Mapping[str, Number] = MappingProxyType({})
) -> LevelConflicts:
    """Compare every accepted goal with the accepted goals right below it (上下级目标核对).

    Of each agreement the latest version that its owner accepted counts. Parts agree with the node where they add up to
    no less than its goal and to no more than its level hands on. A node below that has accepted nothing is named, and
    counts as missing, not as zero; where no node below has accepted anything, nothing is compared.

    Args:
        org: who stands under whom.
        agreements: one a node.
        over: by level, the share by which its nodes hand on more than their own goal (层层加码), such as `5%`.

    Raises:
        BadRows: two agreements of one node, or nodes that the organisation does not have.
        BadValue: a share below zero.
        NotComparable: goals of several units in one family.
        NotFound: a level that the organisation does not have.
    """
    rise = read_rise(org, over)
    agreed = _by_node(org, agreements)
    found = []
    for node_id, below in org.families:
        parts = {child: agreed[child] for child in below if child in agreed}
        if node_id not in agreed or not parts:
            continue
        above, unit = agreed[node_id], agreed[node_id].unit
        one_unit([above, *parts.values()], f"goals of {node_id!r} and its parts")
        most = Amount(rise.given(org[node_id].level, above.minor), unit)
        missing = tuple(child for child in below if child not in agreed)
        kind = _kind(above, Amount.total(parts.values(), unit), most, missing)
        if kind is not None:
            more = rise.shares.get(org[node_id].level, Fraction(0))
            found.append(_conflict(org, node_id, above, Amount.total(parts.values(), unit), most, kind, missing, more))
    return LevelConflicts(tuple(found))


def _by_node(org: Org, agreements: Iterable[Agreement]) -> dict[str, Amount]:
    """Return what is accepted for each node that has accepted anything."""
    agreed: dict[str, Amount] = {}
    seen: set[str] = set()
    bad: list[PharmaSalesError] = []
    for one in agreements:
        where = f"goal {one.goal!r}"
        if one.node not in org:
            hint = "add the node or drop the agreement"
            bad.append(NotFound("no such node in the organisation", where=where, hint=hint, code="org.id"))
        if one.node in seen:
            bad.append(BadRule("two agreements of one node", where=where, hint="keep one", code="goals.twins"))
        seen.add(one.node)
        if one.agreed is not None:
            agreed[one.node] = one.agreed.terms.amount
    if bad:
        raise BadRows("agreements are refused", bad)
    return agreed


def _kind(above: Amount, below: Amount, most: Amount, missing: Sequence[str]) -> Kind | None:
    least, most = (above, most) if above <= most else (most, above)
    if below > most:
        return "over"
    if missing:
        return "missing"
    return "short" if below < least else None


_SAID: Mapping[Kind, Says] = MappingProxyType(
    {
        "short": Says(
            "{name}: {above} above, {below} below: {by} short", "{name}：上级目标 {above}，下级合计 {below}，差 {by}"
        ),
        "over": Says(
            "{name}: {above} above, {below} below: {by} more than {most} (+{more}) allows",
            "{name}：上级目标 {above}，下级合计 {below}，超出允许的 {most}（+{more}）{by}",
        ),
        "missing": Says(
            "{name}: {above} above, {below} below so far; nothing accepted by {missing}",
            "{name}：上级目标 {above}，下级已确认 {below}，尚未确认：{missing}",
        ),
    }
)


def _conflict(
    org: Org,
    node_id: str,
    above: Amount,
    below: Amount,
    most: Amount,
    kind: Kind,
    missing: tuple[str, ...],
    more: Fraction,
) -> LevelConflict:
    by = below - most if kind == "over" else above - below
    said = {"name": org[node_id].name, "above": str(above), "below": str(below), "by": str(by), "most": str(most)}
    why = Why(_SAID[kind], {**said, "more": percent(more), "missing": ", ".join(missing)})
    return LevelConflict(node_id, above, below, most, kind, missing, why)


@frozen
class OpenAnswer:
    """A proposal that its owner has not answered (待确认).

    Args:
        goal: the id of the goal.
        owner: who is to answer.
        answer_by: the last day for it.
        days: how many days are left; below zero where it is overdue.
    """

    goal: str
    owner: str
    answer_by: date
    days: int

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed."""
        return self.days < 0

    @property
    def why(self) -> Why:
        """Say until when an answer was due."""
        en, zh = "{goal}: an answer is due by {day}, in {days} days", "{goal}：须于 {day} 前答复，还有 {days} 天"
        if self.overdue:
            en, zh = (
                "{goal}: an answer was due by {day}, {days} days ago",
                "{goal}：应于 {day} 前答复，已逾期 {days} 天",
            )
        return because(en, zh, goal=self.goal, day=self.answer_by, days=abs(self.days))


@frozen
class OpenAnswers:
    """What is not answered yet, the longest overdue first. Build it with `open_answers`."""

    found: tuple[OpenAnswer, ...]

    def __iter__(self) -> Iterator[OpenAnswer]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def table(self) -> Table:
        """Return one row an answer that is due."""
        rows = [(one.goal, one.owner, one.answer_by, one.days, one.why) for one in self.found]
        return Table("open_answers", Says("Answers that are due", "待确认目标"), _ANSWERS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def open_answers(agreements: Iterable[Agreement], *, as_of: date) -> OpenAnswers:
    """List the proposals that wait for their owner's answer and have a last day for it (签订期限).

    Args:
        agreements: the agreements.
        as_of: the day of the check; the last day itself is still in time.

    >>> open_answers([], as_of=date(2026, 12, 9)).found
    ()
    """
    found = [
        OpenAnswer(one.goal, one.owner, one.latest.answer_by, (one.latest.answer_by - as_of).days)
        for one in agreements
        if one.latest.state == "proposed" and one.latest.answer_by is not None
    ]
    return OpenAnswers(tuple(sorted(found, key=lambda answer: answer.days)))


_CONFLICTS = (
    Column("node_id", "Node id", "节点编号"),
    Column("above", "Goal above", "上级目标", "amount"),
    Column("below", "Goals below", "下级合计", "amount"),
    Column("difference", "Difference", "差额", "amount"),
    Column("most", "At most", "允许上限", "amount"),
    Column("missing", "Not accepted", "尚未确认"),
    Column("why", "Why", "说明", "why"),
)
_ANSWERS = (
    Column("goal_id", "Goal", "目标编号"),
    Column("owner", "Owner", "责任人"),
    Column("answer_by", "Answer by", "答复期限", "date"),
    Column("days", "Days left", "剩余天数", "number"),
    Column("why", "Why", "说明", "why"),
)
