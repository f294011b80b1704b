"""Due items (到期事项): one need on one day, with how late it is and what became of it; and the list of them.

Source: issue of follow-up, what is due on a date, since when, why, how late.

>>> DueList(date(2026, 3, 2), (), DueOrder(("A",))).table().title.text("zh")
'2026-03-02 到期事项'
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.followup.due.needs import DUE_KINDS, LEGAL, Need
from pharmasales.followup.due.ranking import DueOrder
from pharmasales.followup.due.restraints import Hold

__all__ = ["DUE_STATES", "DueItem", "DueList", "DueState"]

DueState: TypeAlias = Literal["due", "held", "planned"]

DUE_STATES: Mapping[str, Says] = MappingProxyType(
    {"due": Says("due", "待办"), "held": Says("held", "暂缓"), "planned": Says("planned", "已排")}
)
"""What may become of a need: to be done, held back, or settled by a contact that is planned in time."""


@frozen
class DueItem:
    """One thing that is due.

    Args:
        need: what, from when and until when.
        as_of: the day of asking.
        rep: the id of who does it, the rep or the executive, or "".
        grade: the letter of the customer's class, or "".
        value: what the customer is worth; missing where nobody knows.
        late: calendar days after its last day; 0 while it is in time.
        late_workdays: working days among them.
        hold: what holds it back, or nothing.
        planned: the day of the next planned contact that does what is asked for, in time or not; or none.
    """

    need: Need
    as_of: date
    rep: str
    grade: str
    value: Fraction | int | None = field(repr=False)
    late: int
    late_workdays: int
    hold: Hold | None = None
    planned: date | None = None

    @property
    def state(self) -> DueState:
        """What became of it: planned in time goes before held back."""
        if self.planned is not None and self.planned <= self.need.until:
            return "planned"
        return "held" if self.hold else "due"

    @property
    def waiting(self) -> int:
        """Calendar days since it fell due."""
        return (self.as_of - self.need.since).days

    @property
    def risk(self) -> Fraction:
        """The part of its window that is gone."""
        return self.need.risk(self.as_of)

    @property
    def free(self) -> date | None:
        """The first day on which nothing holds it back; none where nothing does, or where it takes a new consent."""
        return self.hold.free if self.hold else None

    @property
    def why(self) -> Why:
        """Why it is due, how late it is, what holds it back and what is planned."""
        parts = [self.need.why, self._late()]
        if self.planned is not None:
            parts.append(because("planned on {day}", "已排 {day}", day=self.planned))
        if self.hold:
            parts.append(self._held(self.hold))
        kind, state = DUE_KINDS.get(self.need.kind, self.need.kind), DUE_STATES[self.state]
        return because("{kind}, {state}", "{kind}，{state}", *parts, kind=kind, state=state)

    def _late(self) -> Why:
        if not self.late:
            en, zh = "due since {since}, in time until {until}", "{since} 到期，最迟 {until}"
            return because(en, zh, since=self.need.since, until=self.need.until)
        return because(
            "{days} days late since {until}, {work} of them working days",
            "已逾期 {days} 天（自 {until}），其中工作日 {work} 天",
            days=self.late,
            until=self.need.until,
            work=self.late_workdays,
        )

    @staticmethod
    def _held(hold: Hold) -> Why:
        if hold.free is None:
            return because("held back until there is a new consent", "暂缓，待取得新的同意", *hold.why.parts)
        return because("held back, free again on {free}", "暂缓，{free} 起可联系", *hold.why.parts, free=hold.free)


@frozen(repr=False)
class DueList:
    """Everything that is due on a day: to be done, held back, or settled by a plan; nothing is lost.

    Args:
        as_of: the day.
        everything: all items, in their order.
        order: the order, in words by `order.text()`.
    """

    as_of: date
    everything: tuple[DueItem, ...]
    order: DueOrder

    def __repr__(self) -> str:
        counts = f"{len(self.items)} due, {len(self.held)} held, {len(self.planned)} planned"
        return f"DueList({self.as_of}: {counts})"

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[DueItem]:
        return iter(self.items)

    @cached_property
    def items(self) -> tuple[DueItem, ...]:
        """What is to be done, the first first."""
        return self._of("due")

    @cached_property
    def held(self) -> tuple[DueItem, ...]:
        """What is due and held back, each with its reason and the day on which it is free."""
        return self._of("held")

    @cached_property
    def planned(self) -> tuple[DueItem, ...]:
        """What is due and settled by a contact that is planned in time."""
        return self._of("planned")

    def _of(self, state: DueState) -> tuple[DueItem, ...]:
        return tuple(item for item in self.everything if item.state == state)

    def where(
        self,
        *,
        rep: str | None = None,
        kinds: Collection[str] | None = None,
        grades: Collection[str] | None = None,
        customer: str | None = None,
    ) -> DueList:
        """Return the items of one rep or customer, of some kinds or classes; adverse events stay in every list."""

        def stays(item: DueItem) -> bool:
            return item.need.kind == LEGAL or (
                (rep is None or item.rep == rep)
                and (kinds is None or item.need.kind in kinds)
                and (grades is None or item.grade in grades)
                and (customer is None or item.need.customer == customer)
            )

        return evolve(self, everything=tuple(item for item in self.everything if stays(item)))

    def table(self) -> Table:
        """Return every item, a row each, in the order of the list."""
        title = Says(f"Due on {self.as_of}", f"{self.as_of} 到期事项")
        return Table("due", title, _COLUMNS, [_row(item) for item in self.everything])

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("rep", "Rep id", "代表编号"),
    Column("customer", "Customer id", "客户编号"),
    Column("grade", "Grade", "级别"),
    Column("kind", "What", "事项"),
    Column("item", "Item", "编号"),
    Column("channel", "Channel", "方式"),
    Column("since", "Due since", "到期日", "date"),
    Column("until", "In time until", "最迟", "date"),
    Column("late", "Days late", "逾期天数", "number"),
    Column("late_workdays", "Working days late", "逾期工作日", "number"),
    Column("state", "State", "状态"),
    Column("free", "Free again", "可联系日", "date"),
    Column("why", "Why", "原因", "why"),
)


def _row(item: DueItem) -> tuple[Cell, ...]:
    need = item.need
    return (
        item.rep,
        need.customer,
        item.grade,
        DUE_KINDS.get(need.kind, need.kind),
        need.id,
        CONTACT_CHANNELS[need.channel],
        need.since,
        need.until,
        item.late,
        item.late_workdays,
        DUE_STATES[item.state],
        item.free,
        item.why,
    )
