"""Customers by days with everybody's planned calls (协访机会一览): where two plans meet, a joint visit costs no day.

>>> rows = [(date(2026, 3, 4), "r1", "H1"), (date(2026, 3, 4), "s1", "H1"), (date(2026, 3, 6), "r1", "H2")]
>>> grid = call_grid(rows)
>>> print(grid.table())
Customer  03-04   03-06
--------  ------  -----
H1        r1, s1
H2                r1
>>> [(one.day.isoformat(), one.customer, one.people) for one in grid.opportunities("s1")]
[('2026-03-04', 'H1', ('r1', 's1'))]

Source: row "Joint visit view" of the systems file (1c), S003-5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.joint.kinds import listed
from pharmasales.names import normal_id
from pharmasales.yearplan import checked_day

__all__ = ["CallGrid", "CallRow", "JointChance", "call_grid"]


class _Planned(Protocol):
    @property
    def day(self) -> date: ...

    @property
    def rep(self) -> str: ...

    @property
    def customer(self) -> str: ...


CallRow: TypeAlias = "tuple[date, str, str] | _Planned"
"""Day, rep and customer: as a tuple, or anything that has them, such as a `Visit` of a plan."""


@frozen
class JointChance:
    """A chance for a joint visit (协访机会).

    Args:
        day: the day of the later call.
        customer: the id of the customer.
        people: whose calls meet, in the order of the ids.
        apart: how many days the calls are apart; 0 on one day.
    """

    day: date
    customer: str
    people: tuple[str, ...]
    apart: int = 0

    @property
    def why(self) -> Why:
        """What makes it one."""
        names = ", ".join(self.people)
        if not self.apart:
            return because("{people} plan to call on one day", "{people} 计划同日拜访", people=names)
        en, zh = (
            "{people} plan to call within {apart} days; move one call",
            "{people} 计划相隔 {apart} 天拜访，可调整一次",
        )
        return because(en, zh, people=names, apart=self.apart)


@frozen
class CallGrid:
    """Planned calls, customers by days.

    Args:
        days: the days that have a column, in order.
        calls: who plans to call, by customer and day; customers in the order in which they were first given.
    """

    days: tuple[date, ...]
    calls: Mapping[str, Mapping[date, tuple[str, ...]]] = field(hash=False, repr=lambda calls: f"<{len(calls)}>")

    def table(self) -> Table:
        """Return a row a customer and a column a day, as table `planned_calls`; a cell names who plans to call."""
        years = {day.year for day in self.days}
        heads = [day.isoformat() if len(years) > 1 else day.isoformat()[5:] for day in self.days]
        columns = (
            Column("customer_id", "Customer", "客户"),
            *(Column(day.isoformat(), head, head) for day, head in zip(self.days, heads, strict=True)),
        )
        rows: list[tuple[Cell, ...]] = [
            (customer, *(", ".join(planned.get(day, ())) for day in self.days))
            for customer, planned in self.calls.items()
        ]
        return Table("planned_calls", Says("Planned calls", "拜访计划一览"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()

    def opportunities(self, person: str, *, within: int = 0) -> tuple[JointChance, ...]:
        """Return where a teammate's plan meets that of one person (协访机会), by day, then customer.

        Args:
            person: whose calls are looked at; a manager who plans none has no such chance, and reads the table.
            within: how many calendar days two calls on one customer may be apart; 0 for the same day alone.

        Raises:
            BadValue: days that are no whole number from 0.
        """
        if type(within) is not int or within < 0:
            raise BadValue("a whole number from 0", where="within", code="followup.joint.search")
        own = normal_id(person)
        found = [
            chance
            for customer, planned in self.calls.items()
            for day, people in planned.items()
            if own in people
            for chance in _chances(customer, own, day, planned, within)
        ]
        return tuple(sorted(found, key=lambda one: (one.day, one.customer, one.apart, one.people)))


def _chances(
    customer: str, own: str, day: date, planned: Mapping[date, tuple[str, ...]], within: int
) -> Sequence[JointChance]:
    """Return a chance for each day near one's own call on which teammates call."""
    found = []
    for other, people in planned.items():
        apart = abs((other - day).days)
        mates = [one for one in people if one != own]
        if mates and apart <= within:
            found.append(JointChance(max(day, other), customer, tuple(sorted({own, *mates})), apart))
    return found


def call_grid(rows: Iterable[CallRow], *, days: Iterable[date] = (), customers: Iterable[str] = ()) -> CallGrid:
    """Set out planned calls, customers by days.

    Args:
        rows: planned calls: the visits of a plan (`plan.visits`), or tuples of day, rep and customer. A call given
            twice stands once.
        days: the days that have a column; those with a call where left out. Calls on other days are left out.
        customers: the customers that have a row, in order, even without a call; those with a call where left out.

    Raises:
        BadValue: a row that is neither, or an id that is none.
    """
    wanted, asked = (
        tuple(dict.fromkeys(map(checked_day, days))),
        [normal_id(one) for one in listed(customers, "customers")],
    )
    found: dict[str, dict[date, list[str]]] = {customer: {} for customer in asked}
    for place, row in enumerate(rows):
        day, rep, customer = _read(row, place)
        if (wanted and day not in wanted) or (asked and customer not in found):
            continue
        people = found.setdefault(customer, {}).setdefault(day, [])
        if rep not in people:
            people.append(rep)
    shown = wanted or tuple(sorted({day for planned in found.values() for day in planned}))
    calls = {
        customer: {day: tuple(sorted(planned[day])) for day in shown if day in planned}
        for customer, planned in found.items()
    }
    return CallGrid(shown, calls)


def _read(row: CallRow, place: int) -> tuple[date, str, str]:
    try:
        day, rep, customer = row if isinstance(row, tuple) else (row.day, row.rep, row.customer)
        return checked_day(day), normal_id(rep), normal_id(customer)
    except (AttributeError, TypeError, ValueError):
        hint = "give day, rep and customer"
        raise BadValue("no planned call", where=f"row {place + 1}", hint=hint, code="followup.joint.row") from None
