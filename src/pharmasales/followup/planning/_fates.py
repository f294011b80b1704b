"""What became of every visit of the plan before, and why: ids are kept, and each change gets its cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count

from attrs import evolve, frozen

from pharmasales.display import Why, because
from pharmasales.followup.planning._cases import Case, Frame
from pharmasales.followup.planning.changes import Cause, VisitChange
from pharmasales.followup.planning.visits import Visit

__all__ = ["RepDays", "fates_of", "gone"]

_WORDS: Mapping[Cause, tuple[str, str]] = {
    "missed": ("planned on {day} and not made", "原定 {day} 的拜访未进行"),
    "cancelled": ("called off on {day}", "{day} 的拜访已取消"),
    "gone": ("no longer a target of this rep", "已非该代表的目标客户"),
    "leave": ("the rep is away on {day}", "代表 {day} 休假"),
    "holiday": ("{day} is no working day any more", "{day} 已非工作日"),
    "closed": ("not received on {day}", "{day} 不接待"),
    "filing": ("the place asks for a filing number, and the rep has none", "须备案，代表无备案号"),
    "gap": ("{day} is less than {gap} days from another visit", "{day} 与另一次拜访间隔不足 {gap} 天"),
    "fixed": ("an appointment is fixed on another day", "已另行预约"),
    "fewer": ("fewer visits are due", "应访次数减少"),
    "full": ("{day} takes fewer visits", "{day} 可访次数减少"),
    "room": ("makes room on {day} for {who}", "{day} 让位给 {who}"),
    "hours": ("another hour suits the day", "当日时间调整"),
    "new": ("one more visit is due or finds room", "应访或可访次数增加一次"),
}
_ITSELF = because("spaced anew, so that more visits fit", "重新分布，以容纳更多拜访")


@frozen
class RepDays:
    """What re-planning did to the days of one rep.

    Args:
        over: the days on which more visits could have stayed than the day takes.
        came: the customers who are on a day and were not.
    """

    over: frozenset[date]
    came: Mapping[date, Sequence[str]]


def gone(visit: Visit) -> VisitChange:
    """Return the change of a visit to somebody who is no target of this rep any more."""
    return VisitChange("dropped", visit, None, "gone", because(*_WORDS["gone"]))


def fates_of(
    case: Case, made: Sequence[Visit], days: RepDays, short: Why | None, frame: Frame
) -> tuple[list[Visit], list[VisitChange]]:
    """Give a customer's visits their ids, and say what changed.

    A visit on a day on which one stood keeps that one's id. The other days go to the visits that had to leave theirs,
    in their order, then to those that were missed, the last ones first; what is left gets the next number.

    Args:
        case: what was planned and what is due.
        made: the visits of the new plan, in order, under any number.
        days: what became of the rep's days.
        short: why visits of this customer stay unmet; none where none does.
        frame: the cycle.
    """
    stood = {one.day: one for one in case.old if one.id not in frame.cancelled}
    here = {one.day for one in made}
    left = [one for day, one in stood.items() if day not in here]
    lost = list(case.lost) if frame.carry.rule(case.target.grade) == "cycle" else []
    rest = [one.day for one in made if one.day not in stood]
    moved = dict(zip(rest, _movers(left, lost, len(rest)), strict=False))
    following = count(case.highest + 1)
    visits: list[Visit] = []
    changes: list[VisitChange] = []
    for one in made:
        was = stood.get(one.day) or moved.get(one.day)
        now = evolve(one, number=was.number if was else next(following))
        visits.append(now)
        changes += _changed(case, was, now, days, frame)
    used = {one.id for one in moved.values()}
    changes += [_dropped(case, one, days, short, frame) for one in left if one.id not in used]
    changes += _lost(case, [one for one in case.lost if one.id not in used], short, frame)
    return visits, changes


def _movers(left: Sequence[Visit], lost: Sequence[Visit], room: int) -> list[Visit]:
    """Return the visits that get the new days, in the order of their own."""
    missing = max(0, room - len(left))
    chosen = [*left[:room], *(lost[-missing:] if missing else ())]
    return sorted(chosen, key=lambda one: (one.day, one.number))


def _changed(case: Case, was: Visit | None, now: Visit, days: RepDays, frame: Frame) -> Iterator[VisitChange]:
    if was is None:
        yield VisitChange("added", None, now, "new", because(*_WORDS["new"]))
    elif was.day != now.day:
        yield VisitChange("moved", was, now, *_cause(case, was, days, frame, fixed=bool(now.fixed)))
    elif was.start != now.start:
        yield VisitChange("retimed", was, now, "hours", because(*_WORDS["hours"]))


def _cause(case: Case, visit: Visit, days: RepDays, frame: Frame, *, fixed: bool) -> tuple[Cause, Why]:
    """Return why a visit does not stand where it stood: what it could not help first."""
    cause, who = _of(case, visit, days, frame, fixed=fixed), ", ".join(days.came.get(visit.day, ()))
    if cause == "room" and not who:
        return cause, _ITSELF
    return cause, because(*_WORDS[cause], day=visit.day, gap=case.target.gap, who=who)


def _of(case: Case, visit: Visit, days: RepDays, frame: Frame, *, fixed: bool) -> Cause:
    if visit.id in frame.cancelled:
        return "cancelled"
    if visit.day < frame.as_of:
        return "missed"
    if visit.id in case.barred:
        return case.barred[visit.id]
    if fixed:
        return "fixed"
    if case.near(visit.day):
        return "gap"
    return "full" if visit.day in days.over else "room"


def _dropped(case: Case, visit: Visit, days: RepDays, short: Why | None, frame: Frame) -> VisitChange:
    """Return the change of a visit that has no place any more: no room, or no longer due."""
    cause, why = _cause(case, visit, days, frame, fixed=False)
    if short is None:
        cause, why = "fewer", because(*_WORDS["fewer"])
        return VisitChange("dropped", visit, None, cause, why)
    return VisitChange("dropped", visit, None, cause, because("{why}", "{why}", short, why=why))


def _lost(case: Case, left: Sequence[Visit], short: Why | None, frame: Frame) -> Iterator[VisitChange]:
    """Yield what becomes of visits that were missed or called off and have no new day."""
    rule = frame.carry.rule(case.target.grade)
    for number, visit in enumerate(left):
        cause: Cause = "cancelled" if visit.id in frame.cancelled else "missed"
        why = because(*_WORDS[cause], day=visit.day)
        if number < case.given and rule == "next":
            said = because("goes into the next cycle", "结转至下期", why)
            yield VisitChange("carried", visit, None, cause, said)
        elif number < case.given:
            said = because("given up, as the carry-over rule says", "按结转规则放弃", why)
            yield VisitChange("dropped", visit, None, cause, said)
        else:
            reason = because(*_WORDS["fewer"]) if short is None else short
            yield VisitChange("dropped", visit, None, cause, evolve(why, parts=(reason,)))
