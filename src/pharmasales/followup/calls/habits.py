"""Habits of reporting (填报习惯): at the day's end, round numbers, one length, one text; each over enough visits only.

>>> from datetime import date, time
>>> calls = [CallReport(f"V{n:02d}", "r1", "c1", date(2026, 3, n), start=time(9), minutes=30) for n in range(1, 13)]
>>> [str(flag.why) for flag in same_length(calls, FlagRules())]
['12 visits in a row of 30 minutes']
>>> unsaid = round_numbers(calls, FlagRules())
>>> print(unsaid.visits, unsaid.least)
12 20

Source: S004-52; practice P2-M.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from pharmasales.display import because
from pharmasales.followup.calls.flags import CallFlag, FlagRules, Unsaid
from pharmasales.followup.calls.policy import LIVE_CHANNELS, CallPolicy
from pharmasales.followup.calls.reports import CallReport, in_order
from pharmasales.names import fold

__all__ = ["day_ends", "round_numbers", "same_length", "same_text", "text_digest"]


def day_ends(reports: Sequence[CallReport], rules: FlagRules, policy: CallPolicy) -> CallFlag | Unsaid | None:
    """Say whether a rep enters the visits of nearly every day in one sitting, after the last of them (每日集中补录).

    Args:
        reports: the visits of one rep.
        rules: how many visits it takes, what one sitting is, and from which share of days on it is named.
        policy: the zone in which days and starts are stated.
    """
    days: dict[date, list[CallReport]] = defaultdict(list)
    for one in in_order(reports):
        if one.channel in LIVE_CHANNELS and one.entered is not None and one.stated is not None:
            days[one.day].append(one)
    full = [calls for calls in days.values() if len(calls) >= rules.day_least]
    visits = sum(map(len, full))
    if not full or visits < rules.least:
        return _unsaid("day_end", reports, visits, rules.least)
    late = [calls for calls in full if _one_sitting(calls, rules, policy)]
    share = Fraction(len(late), len(full))
    if share < rules.end_share:
        return None
    en = "{late} of {days} days with {least} visits or more were entered in one sitting, after the last visit"
    zh = "有 {least} 次以上拜访的 {days} 天中，{late} 天在最后一次拜访后一次性录入"
    why = because(en, zh, late=len(late), days=len(full), least=rules.day_least)
    figures: dict[str, int | Fraction] = {"days": len(full), "late": len(late), "share": share}
    return CallFlag("day_end", full[0][0].rep, tuple(one.id for calls in late for one in calls), figures, why)


def _one_sitting(calls: list[CallReport], rules: FlagRules, policy: CallPolicy) -> bool:
    entered = [policy.local(one.entered) for one in calls if one.entered is not None]
    over = max(end for one in calls if (end := one.ends or one.stated) is not None)
    return over <= min(entered) and max(entered) - min(entered) <= timedelta(minutes=rules.sitting)


def round_numbers(reports: Sequence[CallReport], rules: FlagRules) -> CallFlag | Unsaid | None:
    """Say whether nearly all starts and lengths of a rep are round (整数时间).

    Args:
        reports: the visits of one rep.
        rules: how many visits it takes, what is round, and from which share on it is named.
    """
    timed = [one for one in in_order(reports) if one.channel in LIVE_CHANNELS and one.start and one.minutes]
    if len(timed) < rules.least:
        return _unsaid("round", reports, len(timed), rules.least)
    even = [one for one in timed if _round(one, rules)]
    share = Fraction(len(even), len(timed))
    if share < rules.round_share:
        return None
    en = "{even} of {visits} visits begin on a multiple of {start} minutes and take a multiple of {minutes}"
    zh = "{visits} 次拜访中 {even} 次的开始时间为 {start} 分钟的整数倍、时长为 {minutes} 分钟的整数倍"
    counts = {"even": len(even), "visits": len(timed)}
    why = because(en, zh, start=rules.round_start, minutes=rules.round_minutes, **counts)
    return CallFlag("round", timed[0].rep, tuple(one.id for one in even), {**counts, "share": share}, why)


def _round(one: CallReport, rules: FlagRules) -> bool:
    start, minutes = one.start, one.minutes
    if start is None or minutes is None or start.second or start.microsecond:
        return False
    return (start.hour * 60 + start.minute) % rules.round_start == 0 and minutes % rules.round_minutes == 0


def same_length(reports: Sequence[CallReport], rules: FlagRules) -> list[CallFlag | Unsaid]:
    """Return a flag for each long run of visits in a row that all take the same time (时长相同).

    Args:
        reports: the visits of one rep.
        rules: how many in a row it takes.
    """
    timed = [one for one in in_order(reports) if one.channel in LIVE_CHANNELS and one.minutes is not None]
    if len(timed) < rules.run:
        return _few("same_length", reports, len(timed), rules.run)
    runs = [list(run) for _, run in groupby(timed, key=lambda one: one.minutes)]
    return [_run(run) for run in runs if len(run) >= rules.run]


def _run(calls: list[CallReport]) -> CallFlag:
    minutes = calls[0].minutes or 0
    en, zh = "{visits} visits in a row of {minutes} minutes", "连续 {visits} 次拜访均为 {minutes} 分钟"
    why = because(en, zh, visits=len(calls), minutes=minutes)
    figures = {"visits": len(calls), "minutes": minutes}
    return CallFlag("same_length", calls[0].rep, tuple(one.id for one in calls), figures, why)


def text_digest(report: CallReport) -> str:
    """Return the SHA-256 of what came out of a visit, whatever its case, width and spaces; "" where nothing is written.

    >>> from datetime import date
    >>> text_digest(CallReport("V1", "r1", "c1", date(2026, 3, 4)))
    ''
    """
    said = fold(report.notes.summary)
    return hashlib.sha256(said.encode()).hexdigest() if said else ""


def same_text(reports: Sequence[CallReport], rules: FlagRules) -> list[CallFlag | Unsaid]:
    """Return a flag for each text that a rep has written again and again (文字雷同), found by their digests.

    Args:
        reports: the visits of one rep.
        rules: how many texts it takes, how long one must be, and how often it must stand.
    """
    told = [one for one in in_order(reports) if len(fold(one.notes.summary)) >= rules.copy_length]
    if len(told) < rules.least:
        return _few("same_text", reports, len(told), rules.least)
    groups: dict[str, list[CallReport]] = defaultdict(list)
    for one in told:
        groups[text_digest(one)].append(one)
    most = [calls for calls in groups.values() if len(calls) >= rules.copies]
    return [_copied(calls, len(told)) for calls in most if Fraction(len(calls), len(told)) >= rules.copy_share]


def _copied(calls: list[CallReport], texts: int) -> CallFlag:
    en, zh = "{copies} of {texts} visits with a text have the same one", "{texts} 份文字记录中 {copies} 份相同"
    why = because(en, zh, copies=len(calls), texts=texts)
    figures = {"copies": len(calls), "texts": texts}
    return CallFlag("same_text", calls[0].rep, tuple(one.id for one in calls), figures, why)


def _unsaid(pattern: str, reports: Sequence[CallReport], visits: int, least: int) -> Unsaid | None:
    return Unsaid(pattern, reports[0].rep, visits, least) if reports else None


def _few(pattern: str, reports: Sequence[CallReport], visits: int, least: int) -> list[CallFlag | Unsaid]:
    few = _unsaid(pattern, reports, visits, least)
    return [] if few is None else [few]
