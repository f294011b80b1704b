"""Flags (提示): a pattern in what is reported that deserves a look, the figures it rests on, and what to ask.

A flag is a question and no verdict. Each names an innocent explanation to ask for; none is counted up into a mark of a
person, and none looks at where anybody was.

>>> FLAG_RULES.least, FLAG_RULES.end_share, FLAG_PATTERNS["overlap"].text("zh")
(20, Fraction(9, 10), '时间重叠')

Source: S004-52 (quality of reports); practice P2-M (control drives reps to formal data); systems file 1c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why
from pharmasales.errors import BadRule
from pharmasales.units import exact

__all__ = ["FLAG_PATTERNS", "FLAG_QUESTIONS", "FLAG_RULES", "CallFlag", "FlagRules", "TruthFlags", "Unsaid"]

FLAG_PATTERNS: Mapping[str, Says] = MappingProxyType(
    {
        "overlap": Says("two visits at one time", "时间重叠"),
        "hours": Says("more visits than hours", "时长超出一天"),
        "travel": Says("too little time to get there", "路程时间不足"),
        "day_off": Says("on a day off", "休息日拜访"),
        "day_end": Says("all entered at the end of the day", "每日集中补录"),
        "round": Says("round numbers", "整数时间"),
        "same_length": Says("one length again and again", "时长相同"),
        "same_text": Says("one text again and again", "文字雷同"),
    }
)
"""The patterns, in the order in which they are shown: impossible days first, habits after them."""

FLAG_QUESTIONS: Mapping[str, Says] = MappingProxyType(
    {
        "overlap": Says(
            "were both seen together, or is one of the hours mistyped?", "是否同时见了两位客户，或时间录错？"
        ),
        "hours": Says(
            "is a length mistyped, or were several seen in one talk?", "是否时长录错，或一次会面见了多位客户？"
        ),
        "travel": Says(
            "did one come to the other, or is the stated travel too long?", "是否客户前来会面，或路程时间标得过长？"
        ),
        "day_off": Says("was the customer on duty, or is the day mistyped?", "是否客户当日值班，或日期录错？"),
        "day_end": Says(
            "is there no network in the hospital, or is it the habit to write in the evening?",
            "是否院内无网络，或习惯晚间统一录入？",
        ),
        "round": Says("are the hours those of appointments, or rounded?", "是否为预约时间，或作了取整？"),
        "same_length": Says(
            "does the hospital give everybody the same time, or is it a default of the form?",
            "是否医院统一限时，或为表单默认值？",
        ),
        "same_text": Says(
            "is it a template, or one talk held with several customers?", "是否使用模板，或同一内容讲给多位客户？"
        ),
    }
)
"""An innocent explanation to ask for, by pattern."""


@frozen
class FlagRules:
    """When a pattern deserves a look. All are defaults of this library, to be replaced by a company's own.

    Args:
        least: how many visits of a rep a habit needs before anything is said.
        day_least: how many visits a day needs to count for the habit of writing at its end.
        sitting: within how many minutes all entries of a day are one sitting.
        end_share: from which share of days on the habit of writing at their end is named.
        round_start: a start is round on a multiple of so many minutes.
        round_minutes: a length is round on a multiple of so many minutes.
        round_share: from which share of visits on round numbers are named.
        run: from how many visits in a row on the same length is named.
        copies: on how many visits a text must stand, and
        copy_share: on which share of those that have a text.
        copy_length: how many characters a text needs to be compared.
        hours_a_day: how many hours of visits fit into a day.
        slack: by how many minutes stated hours may be off, because people round.

    Raises:
        BadRule: a count that is no whole number from 1, or a share outside of 0 to 1.
    """

    least: int = 20
    day_least: int = 3
    sitting: int = 30
    end_share: Fraction = field(default=Fraction(9, 10), converter=exact)
    round_start: int = 30
    round_minutes: int = 10
    round_share: Fraction = field(default=Fraction(19, 20), converter=exact)
    run: int = 12
    copies: int = 5
    copy_share: Fraction = field(default=Fraction(1, 4), converter=exact)
    copy_length: int = 10
    hours_a_day: int = 12
    slack: int = 15

    def __attrs_post_init__(self) -> None:
        counts = "least day_least sitting round_start round_minutes run copies copy_length hours_a_day"
        for name in counts.split():
            if type(getattr(self, name)) is not int or getattr(self, name) < 1:
                raise BadRule("a whole number from 1", where=name, code="followup.calls.rules")
        if type(self.slack) is not int or self.slack < 0:
            raise BadRule("a whole number from 0", where="slack", code="followup.calls.rules")
        for name in ("end_share", "round_share", "copy_share"):
            if not 0 < getattr(self, name) <= 1:
                raise BadRule("a share above 0, at most 1", where=name, code="followup.calls.rules")


FLAG_RULES = FlagRules()
"""The defaults; how often they speak of honest reports is in `docs/how-to/check-visit-reports.md`."""


@frozen
class CallFlag:
    """One pattern that deserves a look (提示).

    Args:
        pattern: one of `FLAG_PATTERNS`.
        rep: the id of the rep who is to be asked.
        calls: the ids of the visits.
        figures: what it rests on, by name, exactly.
        why: the figures in words.
        day: the day, where it is about one.
    """

    pattern: str
    rep: str
    calls: tuple[str, ...]
    figures: Mapping[str, int | Fraction] = field(hash=False)
    why: Why = field(repr=False)
    day: date | None = None

    @property
    def ask(self) -> Says:
        """The innocent explanation to ask for."""
        return FLAG_QUESTIONS[self.pattern]


@frozen
class Unsaid:
    """A habit of which nothing is said, because there are too few visits (样本不足).

    Args:
        pattern: one of `FLAG_PATTERNS`.
        rep: the id of the rep.
        visits: how many visits there are to go by.
        least: how many it takes.
    """

    pattern: str
    rep: str
    visits: int
    least: int


@frozen
class TruthFlags:
    """What deserves a look, and of what nothing is said.

    Args:
        flags: by rep, pattern, day and visits.
        unsaid: habits with too few visits, by rep and pattern.
    """

    flags: tuple[CallFlag, ...] = field(repr=False)
    unsaid: tuple[Unsaid, ...] = field(repr=False)

    def table(self) -> Table:
        """Return a row a flag: pattern, rep, day, visits, the figures in words, and what to ask."""
        columns = (
            Column("pattern", "Pattern", "情形"),
            Column("rep", "Rep", "代表"),
            Column("day", "Day", "日期", "date"),
            Column("calls", "Visits", "拜访编号"),
            Column("why", "Figures", "依据", "why"),
            Column("ask", "To ask", "请先了解"),
        )
        rows: list[tuple[Cell, ...]] = [
            (FLAG_PATTERNS[one.pattern], one.rep, one.day, _some(one.calls), one.why, one.ask) for one in self.flags
        ]
        return Table("truth_flags", Says("Deserve a look, and no verdict", "需了解的情形（非结论）"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def _some(calls: Sequence[str], most: int = 3) -> Cell:
    listed, left = ", ".join(calls[:most]), len(calls) - most
    return Says(f"{listed} and {left} more", f"{listed} 等 {len(calls)} 次") if left > 0 else listed
