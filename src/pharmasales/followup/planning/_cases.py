"""What re-planning knows of each customer: what was planned, what was made of it, what stands, what is still due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning._board import Board, Standing
from pharmasales.followup.planning._clock import Clock
from pharmasales.followup.planning._terms import Horizon, Terms
from pharmasales.followup.planning.carrying import Carry, missed
from pharmasales.followup.planning.changes import Cause
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.visits import Visit

__all__ = ["Case", "Frame", "board_of", "case_of"]


@frozen
class Frame:
    """The cycle, the days that may change, and the rules that hold for all.

    Args:
        start: first day of the cycle.
        end: its last day.
        as_of: the first day that may change.
        until: the last one.
        workdays: those from `as_of` to `end`.
        ranks: the place of each grade in the order of priority.
        carry: what becomes of visits that were missed or called off.
        cancelled: the ids of visits called off.
    """

    start: date
    end: date
    as_of: date
    until: date
    workdays: Sequence[date]
    ranks: Mapping[str, int]
    carry: Carry
    cancelled: Collection[str]

    @property
    def length(self) -> int:
        """The calendar days of the cycle."""
        return (self.end - self.start).days + 1

    @property
    def horizon(self) -> Horizon:
        """The same, as the terms of a rep read it."""
        return Horizon(self.start, self.as_of, self.end, self.workdays, (), ())


@frozen
class Case:
    """One customer of one rep.

    Args:
        target: the customer as it is now.
        old: the visits of the plan before from the first day that may change, in order.
        lost: the visits planned before that day and not made, and those called off, in order.
        pins: what is fixed with this customer.
        given: how many of the lost visits are not planned again, by the carry-over rule.
        highest: the highest number that a visit to the customer has in the cycle, planned or made.
        barred: why a visit of `old` cannot stand, by its id.
    """

    target: Target
    old: Sequence[Visit]
    lost: Sequence[Visit]
    pins: Sequence[Appointment]
    given: int
    highest: int
    barred: Mapping[str, Cause] = field(factory=dict)

    @property
    def pinned(self) -> frozenset[date]:
        """The days of what is fixed."""
        return frozenset(one.day for one in self.pins)

    def near(self, day: date) -> bool:
        """Whether a day lies too near to the last visit made, or to one that is fixed."""
        fixed = (*self.target.done[-1:], *self.pinned)
        return any(abs((day - other).days) < self.target.gap for other in fixed)

    def still(self) -> list[date]:
        """Return the days on which a visit stood that is not pinned and can still be made."""
        found = [one.day for one in self.old if one.id not in self.barred and one.day not in self.pinned]
        return [day for day in found if not self.near(day)]


def case_of(target: Target, rep: Rep, planned: Sequence[Visit], pins: Sequence[Appointment], frame: Frame) -> Case:
    """Sort out what a customer's planned visits have come to.

    Args:
        target: the customer as it is now.
        rep: who visits.
        planned: all visits of the plan before to this customer by this rep, in order.
        pins: what is fixed with this customer.
        frame: the cycle and the rules.
    """
    made = [day for day in target.done if day >= frame.start]
    past = [one for one in planned if one.day < frame.as_of]
    not_made = missed([one.day for one in past], made)
    old = [one for one in planned if one.day >= frame.as_of]
    off = [one for one in old if one.id in frame.cancelled]
    lost = [one for one in past if one.day in not_made] + off
    days = {one.day for one in pins}
    standing = sum(one.id not in frame.cancelled and one.day not in days for one in old)
    left = target.visits - len(made) - len(pins)
    again = frame.carry.rule(target.grade) == "cycle"
    given = 0 if again else min(len(lost), max(0, left - standing))
    barred = {one.id: cause for one in old if (cause := _barred(one, target, rep, frame))}
    highest = max([len(made), *(one.number for one in planned)])
    return Case(target, old, lost, pins, given, highest, barred)


def _barred(visit: Visit, target: Target, rep: Rep, frame: Frame) -> Cause:
    """Return why a planned visit cannot stand where it is, as far as it does not depend on other visits."""
    if visit.id in frame.cancelled:
        return "cancelled"
    if visit.day in rep.leave:
        return "leave"
    if visit.day not in frame.workdays:
        return "holiday"
    if not target.access.receives(visit.day):
        return "closed"
    return "filing" if target.access.filing and not rep.filing else ""


def board_of(rep: Rep, cases: Sequence[Case], fixed: Sequence[Appointment], frame: Frame) -> Board:
    """Set up the days of a rep: what is fixed stands, and so does what lies after the days that may change.

    Args:
        rep: who visits.
        cases: the rep's customers in the order of priority.
        fixed: all that is fixed with this rep.
        frame: the cycle and the rules.
    """
    terms = Terms(rep, frame.horizon)
    customers = {case.target.customer for case in cases}
    others: dict[date, list[Appointment]] = {}
    for one in fixed:
        if one.customer not in customers:
            others.setdefault(one.day, []).append(one)
    slots = {day.toordinal(): max(0, rep.visits_a_day - len(others.get(day, ()))) for day in terms.field_days}
    places = [(one.day.toordinal(), one.place) for one in fixed if one.place]
    asked = rep.minutes_a_day is not None or any(one.start for one in fixed)
    asked = asked or any(case.target.access.timed for case in cases)
    board = Board(slots, places, len(frame.ranks), Clock(terms, others) if asked else None)
    board.customers = [_standing(n, case, terms, frame) for n, case in enumerate(cases)]
    for who in board.customers:
        for pin in who.pins:
            board.pin(who, pin)
    for case, who in zip(cases, board.customers, strict=True):
        _hold_later(board, case, who, frame)
    return board


def _standing(number: int, case: Case, terms: Terms, frame: Frame) -> Standing:
    target = case.target
    off = {one.day for one in case.lost}
    suiting = terms.suiting(target.access, target.minutes)
    fits = [day for day in suiting if day <= frame.until and day not in off and day not in case.pinned]
    still = [day.toordinal() for day in case.still() if day <= frame.until]
    made = sum(day >= frame.start for day in target.done)
    return Standing(
        number,
        frame.ranks[target.grade],
        target,
        frame.as_of.toordinal(),
        frame.length,
        {*(day.toordinal() for day in fits), *still},
        still,
        {one.day: one for one in case.pins},
        max(0, target.visits - made - len(case.pins) - case.given),
    )


def _hold_later(board: Board, case: Case, one: Standing, frame: Frame) -> None:
    """Let the visits after the days that may change stand, as far as they are due and the days hold them."""
    for day in case.still():
        ordinal = day.toordinal()
        if day > frame.until and one.need > 0 and board.holds(ordinal, one):
            one.pin(ordinal)
            board.pin(one, ordinal)
