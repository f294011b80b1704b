"""Truth checks (真实性检查): every pattern of every rep that deserves a look, with its figures and what to ask.

>>> from datetime import date
>>> from pharmasales.workdays import CHINA
>>> sunday = CallReport("V1", "r1", "c1", date(2026, 3, 8), submitted=True)
>>> found = truth_flags([sunday], CHINA)
>>> [(flag.pattern, flag.calls) for flag in found.flags]
[('day_off', ('V1',))]
>>> print(found.flags[0].why.text("zh"), found.flags[0].ask.text("zh"))
V1（2026-03-08）：周末 是否客户当日值班，或日期录错？

Source: S004-52, S004-53; practice P2-M: no location, no photograph, no mark of a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from pharmasales.errors import BadRows
from pharmasales.followup.access import Access
from pharmasales.followup.calls.flags import FLAG_PATTERNS, FLAG_RULES, CallFlag, FlagRules, TruthFlags, Unsaid
from pharmasales.followup.calls.habits import day_ends, round_numbers, same_length, same_text
from pharmasales.followup.calls.impossible import days_off, overlaps, too_little_travel, too_many_hours
from pharmasales.followup.calls.policy import CALL_POLICY, CallPolicy
from pharmasales.followup.calls.reports import CallReport, twin_faults
from pharmasales.workdays import Calendar

__all__ = ["truth_flags"]


def truth_flags(
    reports: Iterable[CallReport],
    calendar: Calendar,
    *,
    leave: Mapping[str, Collection[date]] | None = None,
    access: Mapping[str, Access] | None = None,
    travel: Mapping[tuple[str, str], int] | None = None,
    rules: FlagRules = FLAG_RULES,
    policy: CallPolicy = CALL_POLICY,
) -> TruthFlags:
    """Look at what was submitted as done, rep by rep.

    The order in which the visits are given does not matter. Habits need a least number of visits; of fewer nothing is
    said, and that is listed.

    Args:
        reports: the visits of a period, each in its latest version; those submitted as done count.
        calendar: the working days.
        leave: days of leave, by rep id.
        access: when customers receive, by customer id.
        travel: minutes from place to place as the company states them.
        rules: when a pattern deserves a look.
        policy: the zone in which days and starts are stated.

    Raises:
        BadRows: two reports of one id, all of them at once.
        UnknownYear: the calendar does not know a year.
    """
    by_rep: dict[str, list[CallReport]] = defaultdict(list)
    for one in reports:
        if one.submitted and one.state == "done":
            by_rep[one.rep].append(one)
    bad = twin_faults(one for calls in by_rep.values() for one in calls)
    if bad:
        raise BadRows(f"{len(bad)} rows refused", bad)
    found: list[CallFlag | Unsaid | None] = []
    for rep, calls in by_rep.items():
        found += overlaps(calls, rules)
        found += too_many_hours(calls, rules)
        found += too_little_travel(calls, travel or {}, rules)
        found += days_off(calls, calendar, frozenset((leave or {}).get(rep, ())), access or {})
        found += [day_ends(calls, rules, policy), round_numbers(calls, rules)]
        found += same_length(calls, rules)
        found += same_text(calls, rules)
    return TruthFlags(_flags(found), _unsaid(found))


_ORDER = list(FLAG_PATTERNS)


def _flags(found: Iterable[object]) -> tuple[CallFlag, ...]:
    flags = (one for one in found if isinstance(one, CallFlag))
    return tuple(sorted(flags, key=lambda one: (one.rep, _ORDER.index(one.pattern), one.day or date.min, one.calls)))


def _unsaid(found: Iterable[object]) -> tuple[Unsaid, ...]:
    few = (one for one in found if isinstance(one, Unsaid))
    return tuple(sorted(few, key=lambda one: (one.rep, _ORDER.index(one.pattern))))
