"""Days that cannot be as they are reported (不可能的一天): overlaps, too many hours, too little travel, days off.

>>> from datetime import date, time
>>> from pharmasales.followup.calls.flags import FLAG_RULES
>>> def call(number, hour, minutes):
...     day = date(2026, 3, 4)
...     return CallReport(f"V{number}", "r1", f"c{number}", day, start=time(hour), minutes=minutes, submitted=True)
>>> [str(flag.why) for flag in overlaps([call(1, 9, 90), call(2, 10, 30)], FLAG_RULES)]
['V2 begins 30 minutes before V1 ends']

Source: S004-52; practice P2-B (days of reception).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta

from pharmasales.display import Says, because
from pharmasales.followup.access import Access
from pharmasales.followup.calls.flags import CallFlag, FlagRules
from pharmasales.followup.calls.policy import LIVE_CHANNELS
from pharmasales.followup.calls.reports import CallReport, in_order
from pharmasales.workdays import Calendar

__all__ = ["days_off", "overlaps", "too_little_travel", "too_many_hours"]

_MINUTE = timedelta(minutes=1)


def overlaps(reports: Iterable[CallReport], rules: FlagRules) -> Iterator[CallFlag]:
    """Yield a flag for each visit of one rep that begins before an earlier one ends, by more than hours are rounded.

    Two customers of one meeting are no overlap: the same place, or none stated, the same start.

    Args:
        reports: the visits of one rep.
        rules: by how many minutes stated hours may be off.
    """
    longest: CallReport | None = None
    for one in in_order(reports):
        if one.channel not in LIVE_CHANNELS or one.ends is None:
            continue
        minutes = 0 if longest is None else _minutes(one, longest)
        if longest is not None and minutes > rules.slack and not _together(longest, one):
            en = "{later} begins {minutes} minutes before {earlier} ends"
            zh = "{earlier} 结束前 {minutes} 分钟 {later} 已开始"
            why = because(en, zh, later=one.id, earlier=longest.id, minutes=minutes)
            yield CallFlag("overlap", one.rep, (longest.id, one.id), {"minutes": minutes}, why, one.day)
        if longest is None or longest.ends is None or one.ends > longest.ends:
            longest = one


def _minutes(later: CallReport, earlier: CallReport) -> int:
    """Return by how many minutes one begins before the other ends; negative where there is time between them."""
    begun, over = later.stated, earlier.ends
    return 0 if begun is None or over is None else (over - begun) // _MINUTE


def _together(one: CallReport, other: CallReport) -> bool:
    return one.channel == other.channel == "meeting" and (one.stated, one.place) == (other.stated, other.place)


def too_many_hours(reports: Iterable[CallReport], rules: FlagRules) -> Iterator[CallFlag]:
    """Yield a flag for each day of one rep whose visits are longer than a day of work can be.

    Args:
        reports: the visits of one rep.
        rules: how many hours fit into a day.
    """
    days: dict[date, list[CallReport]] = defaultdict(list)
    for one in in_order(reports):
        if one.channel in LIVE_CHANNELS and one.minutes is not None:
            days[one.day].append(one)
    for day, calls in sorted(days.items()):
        minutes = sum(one.minutes or 0 for one in _once(calls))
        if minutes > rules.hours_a_day * 60:
            en, zh = (
                "{count} visits take {minutes} minutes, a day has {most}",
                "{count} 次拜访共 {minutes} 分钟，一天至多 {most} 分钟",
            )
            why = because(en, zh, count=len(calls), minutes=minutes, most=rules.hours_a_day * 60)
            figures = {"visits": len(calls), "minutes": minutes, "most": rules.hours_a_day * 60}
            yield CallFlag("hours", calls[0].rep, tuple(one.id for one in calls), figures, why, day)


def _once(calls: Iterable[CallReport]) -> Iterator[CallReport]:
    """Yield visits; a meeting with several customers once."""
    met: list[CallReport] = []
    for one in calls:
        if not any(_together(one, other) for other in met):
            yield one
        if one.channel == "meeting":
            met.append(one)


def too_little_travel(
    reports: Iterable[CallReport], travel: Mapping[tuple[str, str], int], rules: FlagRules
) -> Iterator[CallFlag]:
    """Yield a flag for two visits in a row of one rep at places that are further apart than the time between them.

    Args:
        reports: the visits of one rep.
        travel: minutes from place to place as the company states them, either way round; nothing is said of others.
        rules: by how many minutes stated hours may be off.
    """
    before: CallReport | None = None
    for one in in_order(reports):
        if one.channel not in ("face", "meeting") or one.stated is None or not one.place:
            continue
        if before is not None and before.day == one.day and before.ends is not None:
            needed = travel.get((before.place, one.place), travel.get((one.place, before.place)))
            between = -_minutes(one, before)
            if needed is not None and before.place != one.place and between + rules.slack < needed:
                en = "{between} minutes between {earlier} and {later}, the way takes {needed}"
                zh = "{earlier} 与 {later} 之间 {between} 分钟，路程需 {needed} 分钟"
                why = because(en, zh, between=between, earlier=before.id, later=one.id, needed=needed)
                figures = {"between": between, "needed": needed}
                yield CallFlag("travel", one.rep, (before.id, one.id), figures, why, one.day)
        before = one


def days_off(
    reports: Iterable[CallReport], calendar: Calendar, leave: Collection[date], access: Mapping[str, Access]
) -> Iterator[CallFlag]:
    """Yield a flag for each visit face to face on a day on which it could not be expected.

    The first reason counts: the rep's leave, a holiday or weekend, a day on which the customer receives nobody.

    Args:
        reports: the visits of one rep.
        calendar: the working days.
        leave: the rep's days of leave.
        access: when customers receive, by customer id; nothing is said of others.

    Raises:
        UnknownYear: the calendar does not know a year.
    """
    for one in in_order(reports):
        reason = _off(one, calendar, leave, access) if one.channel == "face" else None
        if reason is not None:
            why = because(
                "{call} on {day}: {reason}", "{call}（{day}）：{reason}", call=one.id, day=one.day, reason=reason
            )
            yield CallFlag("day_off", one.rep, (one.id,), {}, why, one.day)


def _off(one: CallReport, calendar: Calendar, leave: Collection[date], access: Mapping[str, Access]) -> Says | None:
    if one.day in leave:
        return Says("the rep was on leave", "代表休假")
    if not calendar.is_workday(one.day):
        return Says(*calendar.reason(one.day))
    known = access.get(one.customer)
    if known is not None and not known.receives(one.day):
        return Says("the customer receives nobody", "客户当日不接待")
    return None
