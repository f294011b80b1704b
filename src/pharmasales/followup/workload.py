"""Workload (工作量): what each class needs at least and at most, and what the slots of a period can hold.

Every class first gets its minimum, in order of priority; what is left lifts the classes towards their maximum, in the
same order. Whatever does not fit is named, class by class.

>>> loads = [ClassLoad("A", 10, 4, 8), ClassLoad("B", 20, 2, 4), ClassLoad("C", 30, 1, 2)]
>>> tight = workload_of(loads, slots=90)
>>> [(one.load.grade, one.visits, one.shortfall) for one in tight.classes]
[('A', 40, 0), ('B', 40, 0), ('C', 10, 20)]
>>> print(tight.classes[2].why)
class C: 10 of at least 30 visits fit, 20 do not
>>> roomy = workload_of(loads, slots=150)
>>> [(one.visits, str(one.each)) for one in roomy.classes], roomy.spare
([(80, '8'), (40, '2'), (30, '1')], 0)

Source: practice P2-B (ranges by class), P2-C (workload, headcount), E9; row "Planned vs total time" (systems).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import clean
from pharmasales.units import exact, half_up

__all__ = ["ClassLoad", "ClassShare", "Workload", "workload_of"]


def _letter(text: str) -> str:
    return clean(text).strip()


@frozen
class ClassLoad:
    """The visits that one class asks for in a period.

    Args:
        grade: its letter.
        customers: how many customers it has.
        least: visits promised to each in the period, exactly.
        most: visits wished for each; as many as promised where left out.
        minutes: how long one takes, or nothing.

    >>> ClassLoad("A", 10_000, "1.5").minimum
    15000

    Raises:
        BadRule: customers or minutes that are no whole number, or a range backwards or below zero.
        BadValue: a number that is not exact.
    """

    grade: str = field(converter=_letter)
    customers: int
    least: Fraction = field(converter=exact)
    most: Fraction = field(converter=exact)
    minutes: int | None = None

    @most.default
    def _as_promised(self) -> Fraction:
        return self.least

    def __attrs_post_init__(self) -> None:
        where = f"class {self.grade!r}"
        if type(self.customers) is not int or self.customers < 0:
            raise BadRule("customers are a whole number from 0", where=where, code="followup.workload")
        if self.minutes is not None and (type(self.minutes) is not int or self.minutes < 1):
            raise BadRule("minutes are a whole number from 1", where=where, code="followup.minutes")
        if not 0 <= self.least <= self.most:
            hint = "fewest first, from 0"
            raise BadRule("visits out of order", where=where, hint=hint, code="followup.workload")

    @property
    def minimum(self) -> int:
        """Visits promised to the class, half up."""
        return half_up(self.customers * self.least)

    @property
    def maximum(self) -> int:
        """Visits wished for the class, half up."""
        return half_up(self.customers * self.most)


@frozen
class ClassShare:
    """What one class gets of the slots.

    Args:
        load: what it asks for.
        visits: the visits that fit.
        slots: the slots of all classes together.
    """

    load: ClassLoad
    visits: int
    slots: int

    @property
    def shortfall(self) -> int:
        """Promised visits that do not fit."""
        return max(0, self.load.minimum - self.visits)

    @property
    def unfulfilled(self) -> int:
        """Wished visits that do not fit, the promised ones among them."""
        return self.load.maximum - self.visits

    @property
    def each(self) -> Fraction | None:
        """Visits of each customer in the period, exactly (可行频率); missing where there is no customer."""
        return Fraction(self.visits, self.load.customers) if self.load.customers else None

    @property
    def why(self) -> Why:
        """What fits and what does not, in both languages."""
        if not self.shortfall:
            return because(
                "class {grade}: {visits} visits fit, at least {least} and at most {most} asked for",
                "{grade} 级：可安排 {visits} 次，要求 {least} 至 {most} 次",
                grade=self.load.grade,
                visits=self.visits,
                least=self.load.minimum,
                most=self.load.maximum,
            )
        parts = () if self.slots else (_NO_SLOT,)
        return because(
            "class {grade}: {visits} of at least {least} visits fit, {short} do not",
            "{grade} 级：至少 {least} 次，可安排 {visits} 次，缺 {short} 次",
            *parts,
            grade=self.load.grade,
            visits=self.visits,
            least=self.load.minimum,
            short=self.shortfall,
        )


_NO_SLOT = because("no slot at all: no field day, or nobody in the post", "无任何可用时段：没有工作日或岗位空缺")


@frozen
class Workload:
    """What all classes ask for against the slots of a period.

    Args:
        classes: each class with what it gets, in order of priority.
        slots: visits that fit.
    """

    classes: tuple[ClassShare, ...]
    slots: int

    @property
    def minimum(self) -> int:
        """Visits promised to all classes."""
        return sum(one.load.minimum for one in self.classes)

    @property
    def maximum(self) -> int:
        """Visits wished for all classes."""
        return sum(one.load.maximum for one in self.classes)

    @property
    def planned(self) -> int:
        """Visits that fit, of all classes."""
        return sum(one.visits for one in self.classes)

    @property
    def shortfall(self) -> int:
        """Promised visits that do not fit."""
        return sum(one.shortfall for one in self.classes)

    @property
    def spare(self) -> int:
        """Slots that no class asks for."""
        return self.slots - self.planned

    @property
    def why(self) -> Why:
        """The sum, and every class whose promise does not hold."""
        short = [one.why for one in self.classes if one.shortfall]
        return because(
            "{slots} slots for at least {least} and at most {most} visits: {state}",
            "{slots} 个时段，要求 {least} 至 {most} 次拜访：{state}",
            *short,
            slots=self.slots,
            least=self.minimum,
            most=self.maximum,
            state=self._state(),
        )

    def _state(self) -> Says:
        if self.shortfall:
            return Says(f"{self.shortfall} promised visits do not fit", f"缺 {self.shortfall} 次")
        if self.spare:
            return Says(f"everything fits, {self.spare} slots to spare", f"全部可安排，余 {self.spare} 个时段")
        return Says("every promise fits", "最低要求均可满足")

    def table(self) -> Table:
        """Return a row a class, in order of priority."""
        return Table("workload", Says("Workload by class", "各级工作量"), _COLUMNS, [_row(one) for one in self.classes])

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("grade", "Grade", "级别"),
    Column("customers", "Customers", "客户数", "number"),
    Column("least", "At least", "最低次数", "number"),
    Column("most", "At most", "最高次数", "number"),
    Column("visits", "Fit", "可安排", "number"),
    Column("each", "Each", "每客户次数", "number"),
    Column("shortfall", "Short", "缺口", "number"),
    Column("why", "Why", "原因", "why"),
)


def _row(one: ClassShare) -> tuple[Cell, ...]:
    load = one.load
    return (load.grade, load.customers, load.minimum, load.maximum, one.visits, one.each, one.shortfall, one.why)


def workload_of(loads: Iterable[ClassLoad], slots: int, priority: Sequence[str] | None = None) -> Workload:
    """Share the slots of a period out to the classes: every minimum first, then towards every maximum.

    Args:
        loads: what the classes ask for, each class once.
        slots: visits that fit: field days times visits a day, of one rep or of all together.
        priority: the letters, best first; as the loads are given where left out.

    >>> print(workload_of([ClassLoad("A", 2, 4)], slots=0).why)
    0 slots for at least 8 and at most 8 visits: 8 promised visits do not fit
      class A: 0 of at least 8 visits fit, 8 do not
        no slot at all: no field day, or nobody in the post

    Raises:
        BadRule: a class twice, or one without a place in the priority.
        BadValue: slots that are no whole number from 0.
    """
    given = _in_priority(list(loads), priority)
    if type(slots) is not int or slots < 0:
        raise BadValue("slots are a whole number from 0", where="slots", code="followup.workload")
    got, left = [], slots
    for load in given:
        got.append(min(load.minimum, left))
        left -= got[-1]
    for place, load in enumerate(given):
        more = min(load.maximum - got[place], left)
        got[place] += more
        left -= more
    return Workload(tuple(ClassShare(*pair, slots) for pair in zip(given, got, strict=True)), slots)


def _in_priority(loads: list[ClassLoad], priority: Sequence[str] | None) -> list[ClassLoad]:
    letters = [load.grade for load in loads]
    for number, letter in enumerate(letters):
        if letter in letters[:number]:
            raise BadRule("a class twice", where=f"class {letter!r}", hint="add it up", code="followup.workload")
    if priority is None:
        return loads
    place = {letter: number for number, letter in enumerate(priority)}
    missing = [letter for letter in letters if letter not in place]
    if missing:
        hint = "name every class once"
        raise BadRule(f"no place in the priority: {', '.join(missing)}", hint=hint, code="followup.workload")
    return sorted(loads, key=lambda load: place[load.grade])
