"""What is due on a day (到期清单): since when, until when, how late, why; what is held back stays in the list.

>>> from pharmasales.followup.due.followed import Touch
>>> from pharmasales.followup.due.tables import BY_CLASS
>>> from pharmasales.workdays import CHINA
>>> customers = [
...     Followed("c1", "r1", "B", date(2026, 1, 5), touches=[Touch(date(2026, 2, 10))]),
...     Followed("c2", "r1", "A", date(2026, 1, 5), touches=[Touch(date(2026, 3, 2))]),
... ]
>>> found = due_on(customers, date(2026, 3, 10), DueRules(BY_CLASS, order=DueOrder("AB")), CHINA)
>>> for item in found:
...     print(item.need.customer, item.need.since, item.need.until, item.late, item.late_workdays)
c2 2026-03-10 2026-03-14 0 0
c1 2026-02-25 2026-03-05 5 3
>>> print(found.items[1].why)
cadence, due
  last face to face on 2026-02-10: due after 15 days, at the latest after 23
    grade B, face to face: 2-4 a month, 3-23 days apart
  5 days late since 2026-03-05, 3 of them working days

Source: issue of follow-up, section 1 (what is due); S002-8, S002-11, S002-18.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.followup.due.adverse import asked_by_adverse
from pharmasales.followup.due.asked_by_cadence import asked_by_cadence
from pharmasales.followup.due.followed import AdverseEvent, Followed, Occasion
from pharmasales.followup.due.greetings import Birthday, Festival
from pharmasales.followup.due.items import DueItem, DueList
from pharmasales.followup.due.legal import CN_ADR_2011, HAND_OFF_24H, HandOff, ReportingLaw
from pharmasales.followup.due.needs import Need
from pharmasales.followup.due.ranking import DueOrder
from pharmasales.followup.due.recurring import Recurring, asked_by_recurring
from pharmasales.followup.due.restraints import Restraints
from pharmasales.followup.due.table import CadenceTable
from pharmasales.followup.due.triggers import DEADLINES, SILENCES, Deadline, Silence, SlaCalendar
from pharmasales.names import twins
from pharmasales.yearplan import checked_day

__all__ = ["DueRules", "due_on"]


def _tuple(given: Iterable[object]) -> tuple[object, ...]:
    return tuple(given)


@frozen
class DueRules:
    """All rules by which something falls due (到期规则).

    Args:
        table: the cadence of each class.
        recurring: contacts that recur by the calendar or after the last one.
        deadlines: what follows an occasion.
        silences: what follows a time without contact.
        birthday: the greeting on birthdays, or none.
        festivals: the greetings on festivals.
        laws: the laws on adverse events, each in force on its days.
        hand_off: within how many hours drug safety gets an adverse event.
        order: by what the list is ordered.
    """

    table: CadenceTable
    recurring: tuple[Recurring, ...] = field(default=(), converter=_tuple, kw_only=True)
    deadlines: tuple[Deadline, ...] = field(default=DEADLINES, converter=_tuple, kw_only=True)
    silences: tuple[Silence, ...] = field(default=SILENCES, converter=_tuple, kw_only=True)
    birthday: Birthday | None = field(default=None, kw_only=True)
    festivals: tuple[Festival, ...] = field(default=(), converter=_tuple, kw_only=True)
    laws: tuple[ReportingLaw, ...] = field(default=(CN_ADR_2011,), converter=_tuple, kw_only=True)
    hand_off: HandOff = field(default=HAND_OFF_24H, kw_only=True)
    order: DueOrder = field(factory=DueOrder, kw_only=True)


@frozen
class _Asking:
    """One asking: the day, the rules, and what is worked out once for all customers."""

    as_of: date
    rules: DueRules
    calendar: SlaCalendar
    restraints: Restraints
    occasions: Mapping[str, Sequence[Occasion]]
    fallen: Sequence[tuple[date, ...]]

    def needs(self, followed: Followed) -> Iterator[Need]:
        """Yield what every rule asks for with one customer; greetings only where they were agreed to."""
        rules, as_of = self.rules, self.as_of
        yield from asked_by_cadence(followed, rules.table, as_of)
        for recurring, fallen in zip(rules.recurring, self.fallen, strict=True):
            yield from asked_by_recurring(followed, recurring, fallen, as_of, self.calendar)
        own = self.occasions.get(followed.customer, ())
        found = [silence.need(followed, as_of) for silence in rules.silences]
        found += [deadline.need(followed, one, as_of, self.calendar) for one in own for deadline in rules.deadlines]
        yield from (need for need in found if need is not None)
        greetings = [festival.need(followed, as_of) for festival in rules.festivals]
        if rules.birthday is not None:
            greetings += [rules.birthday.need(followed, one, as_of) for one in own]
        yield from (need for need in greetings if need is not None and self._agreed(need))

    def _agreed(self, need: Need) -> bool:
        return self.restraints.agreed(need.customer, need.purpose, need.channel, self.as_of).rule == "consent.given"

    def item(self, need: Need, followed: Followed | None, rep: str = "") -> DueItem:
        """Return a need as an item: how late, what is planned, what holds it back."""
        late = max(0, (self.as_of - need.until).days)
        worked = self.calendar.count(need.until + timedelta(days=1), self.as_of) if late else 0
        if followed is None:
            return DueItem(need, self.as_of, rep, "", None, late, worked)
        ahead = (one for one in followed.planned if one.day >= self.as_of)
        planned = next((one.day for one in ahead if need.answered_by(one)), None)
        hold = self.restraints.hold(need, followed, self.as_of)
        who = rep or followed.who(need.layer)
        return DueItem(need, self.as_of, who, followed.grade, followed.value, late, worked, hold, planned)


def due_on(
    customers: Iterable[Followed],
    as_of: date,
    rules: DueRules,
    calendar: SlaCalendar,
    *,
    occasions: Iterable[Occasion] = (),
    adverse: Iterable[AdverseEvent] = (),
    restraints: Restraints | None = None,
) -> DueList:
    """Return what is due on a day, in the order of the rules (到期清单).

    A contact planned on the day or later, and in time, settles what it answers; one that comes too late is shown beside
    the item. Contacts made after the day do not count. The items of one customer do not depend on any other customer.

    Args:
        customers: whom we follow up, each once, in any order.
        as_of: the day.
        rules: by what things fall due, and in which order.
        calendar: the working days.
        occasions: what happened with these customers.
        adverse: adverse events, of these customers or of anybody.
        restraints: caps, consents, snoozes and leave; none where left out.

    Raises:
        BadRows: customers given twice, occasions of strangers, classes without a cadence, events that no law knows; all
            of them at once.
        UnknownYear: a year that the calendar does not know.
    """
    day, bound = checked_day(as_of), restraints or Restraints()
    asked, happened, events = list(customers), list(occasions), list(adverse)
    known = {one.customer: one for one in asked}
    bad = [*_twins(asked, happened, events), *_strangers(known, happened), *_uncadenced(asked, rules)]
    fallen = [one.fallen(day, calendar) for one in rules.recurring]
    asking = _Asking(day, rules, calendar, bound, _by_customer(happened), fallen)
    pairs: list[tuple[Need, Followed | None, str]] = (
        [] if bad else [(need, one, "") for one in asked for need in asking.needs(one)]
    )
    for event in events:
        try:
            needs = list(asked_by_adverse(event, rules.laws, rules.hand_off, day))
        except (BadValue, NotFound) as error:
            bad.append(error.at(f"adverse event {event.id!r}"))
        else:
            pairs += [(need, known.get(event.customer), event.rep) for need in needs]
    if bad:
        raise BadRows(f"{len(bad)} rows of the due list refused", bad)
    pairs.sort(key=lambda pair: rules.order.rank(pair[0], pair[1], day))
    return DueList(day, tuple(asking.item(*pair) for pair in pairs), rules.order)


def _by_customer(occasions: Iterable[Occasion]) -> Mapping[str, Sequence[Occasion]]:
    found: dict[str, list[Occasion]] = defaultdict(list)
    for one in sorted(occasions, key=lambda one: (one.on, one.kind, one.id)):
        found[one.customer].append(one)
    return found


def _twins(
    asked: Sequence[Followed], happened: Sequence[Occasion], events: Sequence[AdverseEvent]
) -> Iterator[PharmaSalesError]:
    for what, ids in (
        ("customer", [one.customer for one in asked]),
        ("occasion", [one.id for one in happened]),
        ("adverse event", [one.id for one in events]),
    ):
        for _, place in twins(ids):
            yield BadValue("given twice", where=f"{what} {ids[place]!r}", code="followup.twice")


def _strangers(known: Mapping[str, Followed], happened: Iterable[Occasion]) -> Iterator[PharmaSalesError]:
    for one in happened:
        if one.customer not in known:
            where = f"occasion {one.id!r}"
            yield NotFound("an occasion of a customer who is not given", where=where, code="followup.customer")


def _uncadenced(asked: Iterable[Followed], rules: DueRules) -> list[PharmaSalesError]:
    pairs = {(one.grade, one.stage) for one in asked if not one.peripheral}
    try:
        rules.table.require(pairs)
    except BadRows as error:
        return [one for one in error.exceptions if isinstance(one, PharmaSalesError)]
    return []
