"""Reports on methods (方法反馈): what each planned method of finding agents brought in its window, region by region.

The plan itself, methods ranked with windows and shares of effort that add up to 100 %, is a `MethodPlan` of
`pharmasales.goals`, which says what was spent. Here its methods meet the leads: a method is executed where it brought
leads that count, in its window. A method goes by the key of a lead source or the id of a campaign.

>>> from attrs import make_class
>>> from pharmasales.archive import admit
>>> from pharmasales.compliance import NONE
>>> method = make_class("PlannedMethod", ["id", "rank", "start", "end"])
>>> plan = [method("referral", 1, date(2026, 3, 1), date(2026, 3, 31))]
>>> leads = [Lead("L1", "agent", "referral", date(2026, 3, 9), region="R1")]
>>> found = method_reports(plan, admit(leads, NONE, as_of=date(2026, 4, 1)), ["R1", "R2"], as_of=date(2026, 4, 1))
>>> [(row.region, row.leads, row.state) for row in found.rows]
[('R1', 1, 'executed'), ('R2', 0, 'not_executed')]

Source: S000-28 (an unexecuted plan is worth nothing), S000-29 (reports from each region on each method).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias

from attrs import field, frozen

from pharmasales.archive.leads import Admission, Lead, source_name
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import misspelt, twins
from pharmasales.recruitment.leads.campaigns import campaign_of
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["LeadMethod", "MethodReport", "MethodReports", "MethodState", "method_reports"]

MethodState: TypeAlias = Literal["to_come", "running", "executed", "not_executed"]
"""How a method stands in a region as of a day."""

_STATES: Mapping[MethodState, Says] = MappingProxyType(
    {
        "to_come": Says("not begun", "未开始"),
        "running": Says("running, nothing came yet", "执行中，尚无线索"),
        "executed": Says("executed", "已执行"),
        "not_executed": Says("not executed: nothing came", "未执行：无线索"),
    }
)


class LeadMethod(Protocol):
    """One method of a plan, such as a `PlannedMethod` of `pharmasales.goals`."""

    @property
    def id(self) -> str:
        """The key of a lead source, or the id of a campaign."""

    @property
    def rank(self) -> int:
        """1 for the main one."""

    @property
    def start(self) -> date:
        """The first day of its window."""

    @property
    def end(self) -> date:
        """The last day."""


@frozen
class MethodReport:
    """One method in one region (区域方法反馈).

    Args:
        method: its id; "" for leads that came by no method of the plan.
        rank: its rank; missing likewise.
        region: the region.
        leads: how many leads that count came in its window.
        outside: how many came before or after it, and still count.
        won: how many of them all became a contract.
        quarantined: how many came by it and stand in quarantine.
        state: how it stands; missing for leads outside the plan.
        why: the reason, and what to do.
    """

    method: str
    rank: int | None
    region: str
    leads: int
    outside: int
    won: int
    quarantined: int
    state: MethodState | None
    why: Why = field(repr=False)

    @property
    def rate(self) -> Fraction | None:
        """Won over all leads that count."""
        return ratio(self.won, self.leads + self.outside)


@frozen
class MethodReports:
    """The methods by rank and region, then what came by no method. Made by `method_reports`.

    Args:
        as_of: the day.
        rows: the reports; their leads, in windows and outside, are all that were accepted.
    """

    as_of: date
    rows: tuple[MethodReport, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")

    @property
    def worthless(self) -> tuple[MethodReport, ...]:
        """Where a method was planned and nothing came."""
        return tuple(row for row in self.rows if row.state == "not_executed")

    def table(self) -> Table:
        """Return rank, method, region, leads in the window, outside it, won, rate, in quarantine, state, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            state = None if row.state is None else _STATES[row.state]
            name = source_name(row.method) if row.method else _UNPLANNED
            counts = (row.leads, row.outside, row.won, row.rate, row.quarantined)
            rows.append((row.rank, name, row.region, *counts, state, row.why))
        return Table("method_reports", Says("Methods by region", "各区域方法反馈"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_UNPLANNED = Says("outside the plan", "计划外")
_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("method", "Method", "方法"),
    Column("region", "Region", "区域"),
    Column("leads", "Leads in the window", "窗口内线索", "number"),
    Column("outside", "Outside it", "窗口外线索", "number"),
    Column("won", "Won", "成单数", "number"),
    Column("rate", "Rate", "成单率", "ratio"),
    Column("quarantined", "In quarantine", "隔离数", "number"),
    Column("state", "State", "状态"),
    Column("why", "Why", "原因", "why"),
)


def method_reports(
    methods: Iterable[LeadMethod],
    admission: Admission,
    regions: Sequence[str],
    *,
    as_of: date,
    won: Collection[str] = (),
) -> MethodReports:
    """Report on each method in each region (各区域方法反馈); a lead counts for its campaign before its source.

    Args:
        methods: the methods of a plan.
        admission: the leads as the gate judged them.
        regions: the regions that are asked; leads of other regions have rows of their own.
        as_of: the day; later leads are not there yet.
        won: the ids of leads that became a contract.

    Raises:
        BadRows: twin methods, windows that end before they begin, leads that spell a method otherwise, or contracts of
            leads that are not here: all of them.
    """
    ranked = sorted(methods, key=lambda one: one.rank)
    known = {one.id: one for one in ranked}
    _refuse(ranked, known, admission, won)
    counts = _counted(admission, known, frozenset(won), checked_day(as_of))
    elsewhere = sorted({region for _, region in counts} - set(regions))
    everywhere = [*dict.fromkeys(regions), *elsewhere]
    rows = []
    for one in ranked:
        for region in everywhere:
            found = counts.get((one.id, region), Counter())
            if found or region in regions:
                rows.append(_report(one, region, found, as_of))
    for region in everywhere:
        found = counts.get(("", region), Counter())
        if found:
            why = because("no method of the plan stands for it; plan it or stop it", "无对应计划方法，请纳入计划或停止")
            rows.append(MethodReport("", None, region, *_four(found), None, why))
    return MethodReports(as_of, tuple(rows))


def _refuse(ranked: Sequence[LeadMethod], known: Collection[str], admission: Admission, won: Collection[str]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("twin ids", where=f"method {ranked[second].id!r}", hint="one row a method", code="leads.twins")
        for _, second in twins(one.id for one in ranked)
    ]
    bad += (
        BadValue("a window ends before it begins", where=f"method {one.id!r}", code="leads.method")
        for one in ranked
        if one.end < one.start
    )
    leads = [judged.lead for judged in admission.judged]
    for name_of in (campaign_of, _source_of):
        bad += (
            BadValue("another spelling of a method", where=f"lead {lead.id!r}", hint=f"as {one!r}", code="leads.twins")
            for place, one in misspelt(map(name_of, leads), known)
            for lead in [leads[place]]
        )
    bad += (
        NotFound("a contract of no lead here", where=f"lead {one!r}", hint="give the lead too", code="leads.deal")
        for one in sorted(set(won) - {lead.id for lead in leads})
    )
    if bad:
        raise BadRows("the methods cannot be reported on", bad)


def _source_of(lead: Lead) -> str:
    return lead.source


def _counted(
    admission: Admission, known: Mapping[str, LeadMethod], won: frozenset[str], as_of: date
) -> dict[tuple[str, str], Counter[str]]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for judged in admission.judged:
        lead = judged.lead
        if lead.on <= as_of:
            method = known.get(campaign_of(lead)) or known.get(lead.source)
            kind = _kind(lead, method) if judged.verdict.allowed else "quarantined"
            found = counts.setdefault((method.id if method else "", lead.region), Counter())
            found[kind] += 1
            found["won"] += judged.verdict.allowed and lead.id in won
    return counts


def _kind(lead: Lead, method: LeadMethod | None) -> str:
    return "leads" if method is not None and method.start <= lead.on <= method.end else "outside"


def _four(found: Mapping[str, int]) -> tuple[int, int, int, int]:
    leads, outside, won, quarantined = (found.get(name, 0) for name in ("leads", "outside", "won", "quarantined"))
    return leads, outside, won, quarantined


def _report(one: LeadMethod, region: str, found: Mapping[str, int], as_of: date) -> MethodReport:
    came = found.get("leads", 0)
    if came:
        state: MethodState = "executed"
        why = because(
            "{n} leads came from {start} to {end}",
            "{start} 至 {end} 带来 {n} 条线索",
            n=came,
            start=one.start,
            end=one.end,
        )
    elif as_of < one.start:
        state, why = "to_come", because("begins on {start}", "{start} 开始", start=one.start)
    elif as_of < one.end:
        state, why = "running", because("nothing yet; it runs until {end}", "暂无线索；{end} 截止", end=one.end)
    else:
        state = "not_executed"
        why = because("nothing came by {end}; ask the region why", "至 {end} 无线索，请了解原因", end=one.end)
    return MethodReport(one.id, one.rank, region, *_four(found), state, why)
