"""The tables of an attainment (计划达成表): customers, channels, calls, who made them, and goals that disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pharmasales.display import Cell, Column, Says, Table, decimal_text
from pharmasales.followup.cycleplan.tallies import Tally

if TYPE_CHECKING:
    from pharmasales.followup.cycleplan.attained import TargetAttainment
    from pharmasales.followup.cycleplan.lines import CallLine

__all__ = [
    "CUSTOMER_COLUMNS",
    "calls_table",
    "channels_table",
    "differences_table",
    "reps_table",
    "shown",
    "targets_table",
]

CUSTOMER_COLUMNS = (Column("customer_id", "Customer id", "客户编号"), Column("customer", "Customer", "客户"))
"""Id and label of a customer."""

_GRADE = Column("grade", "Grade", "级别")
_CHANNEL = Column("channel", "Channel", "渠道")
_ACTUAL = Column("actual", "Actual", "实际", "number")
_SCHEDULED = Column("scheduled", "Scheduled", "已安排", "number")


def shown(value: Fraction | None) -> Decimal | None:
    """Return interactions as a table shows them: whole where they are, else with two decimals, half up."""
    if value is None:
        return None
    return Decimal(value.numerator) if value.denominator == 1 else Decimal(decimal_text(value, 2))


def targets_table(targets: Iterable[TargetAttainment]) -> Table:
    """Return one row a customer, as table `plan_attainment`."""
    columns = (
        *CUSTOMER_COLUMNS,
        _GRADE,
        Column("planned", "Planned", "计划", "number"),
        _ACTUAL,
        _SCHEDULED,
        Column("remaining", "Remaining", "剩余", "number"),
        Column("to_schedule", "To schedule", "待安排", "number"),
        Column("total_actual", "Actual, any territory", "实际（全部辖区）", "number"),
        Column("team_actual", "Actual, team", "实际（团队）", "number"),
        Column("goal", "Goal", "互动目标", "amount"),
        Column("interactions", "Interactions", "互动", "amount"),
        Column("earned", "Earned", "有效互动", "amount"),
        Column("earned_share", "Earned of goal", "达成率", "ratio"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in targets:
        who, track = one.target, one.interactions
        counts = one.planned, one.actual, one.scheduled, one.remaining, one.to_schedule
        amounts = shown(track.goal), shown(track.interactions), shown(track.earned), one.earned_share
        rows.append((who.customer, who.name, who.grade, *counts, one.total_actual, one.team_actual, *amounts))
    return Table("plan_attainment", Says("Attainment of the plan", "计划达成"), columns, rows)


def channels_table(targets: Iterable[TargetAttainment]) -> Table:
    """Return one row for each goal, of a channel, its team or a product, as table `plan_channels`."""
    columns = (
        *CUSTOMER_COLUMNS,
        _CHANNEL,
        Column("of", "Goal of", "目标对象"),
        Column("goal", "Goal", "目标", "number"),
        Column("most", "Most", "上限", "number"),
        _ACTUAL,
        _SCHEDULED,
        Column("weight", "Weight", "权重", "amount"),
        Column("interactions", "Interactions", "互动", "amount"),
        Column("earned", "Earned", "有效互动", "amount"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in targets:
        for held in one.channels:
            kept: list[tuple[Cell, Tally]] = [(Says("territory", "本辖区"), held.own)]
            kept += [(Says("team", "团队"), held.team)] if held.team else []
            for product in held.products:
                place = "" if product.priority is None else f" P{product.priority}"
                kept.append((f"{product.product}{place}", product.tally))
            for of, tally in kept:
                counts = tally.goal, tally.most, tally.actual, tally.scheduled
                amounts = shown(tally.weight), shown(tally.interactions), shown(tally.earned)
                rows.append((one.target.customer, one.target.name, held.channel, of, *counts, *amounts))
    return Table("plan_channels", Says("Goals by channel", "渠道目标达成"), columns, rows)


def calls_table(lines: Iterable[CallLine]) -> Table:
    """Return one row a call with what became of it, as table `plan_calls`."""
    columns = (
        Column("date", "Date", "日期", "date"),
        Column("rep_id", "Rep id", "代表编号"),
        CUSTOMER_COLUMNS[0],
        _CHANNEL,
        Column("counts", "Counts as", "计为"),
        Column("earned", "Earned", "有效互动", "amount"),
        Column("why", "Why", "原因", "why"),
    )
    words = {"actual": Says("actual", "实际"), "scheduled": Says("scheduled", "已安排")}
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        counts: Cell = words[line.role] if line.counts and line.role else Says("not counted", "不计")
        call = line.call
        rows.append(
            (call.day, call.rep, call.customer, line.channel or call.channel, counts, shown(line.earned), line.why)
        )
    return Table("plan_calls", Says("Calls against the plan", "拜访核对"), columns, rows)


def reps_table(lines: Iterable[CallLine]) -> Table:
    """Return who made the plan's own calls, as table `plan_reps`: credit goes by territory, people stand beside it."""
    columns = (
        Column("rep_id", "Rep id", "代表编号"),
        _ACTUAL,
        _SCHEDULED,
        Column("earned", "Earned", "有效互动", "amount"),
    )
    made: Counter[tuple[str, str]] = Counter()
    earned: dict[str, Fraction] = {}
    for line in lines:
        if line.counts:
            made[line.call.rep, line.role] += 1
            earned[line.call.rep] = earned.get(line.call.rep, Fraction(0)) + line.earned
    rows = [(rep, made[rep, "actual"], made[rep, "scheduled"], shown(earned[rep])) for rep in sorted(earned)]
    return Table("plan_reps", Says("Who made the calls", "拜访人"), columns, rows)


def differences_table(targets: Iterable[TargetAttainment]) -> Table:
    """Return the customers whose own goals are not the sums of their channels, as table `plan_differences`."""
    columns = (
        *CUSTOMER_COLUMNS,
        Column("of", "Goal of", "目标对象"),
        Column("given", "Given", "给定", "amount"),
        Column("sum", "Sum of channels", "渠道合计", "amount"),
        Column("difference", "Difference", "差额", "amount"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in targets:
        for of, given, added in one.given_and_summed():
            if given is not None and added is not None and given != added:
                known = shown(given), shown(added), shown(given - added)
                rows.append((one.target.customer, one.target.name, of, *known))
    return Table("plan_differences", Says("Goals that differ from their parts", "目标与合计不符"), columns, rows)
