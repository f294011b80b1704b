"""What no recurrence can be (循环规则校验): parts out of range, that do not go together, or that never fall on a day.

>>> from datetime import date
>>> from pharmasales.followup.due.recurrence import Recurrence
>>> Recurrence(date(2026, 1, 1), "YEARLY", months=[2], monthdays=[30])
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: falls on no day at all @ recurrence, monthdays; no such day in these months
[followup.recurrence]
"""

from __future__ import annotations

from calendar import isleap
from typing import TYPE_CHECKING

from pharmasales.errors import BadRule

if TYPE_CHECKING:
    from pharmasales.followup.due.recurrence import Recurrence

__all__ = ["FREQS", "MOST", "refuse_recurrence"]

FREQS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
"""The frequencies of a rule of days."""

MOST = 1000
"""How often a rule may fall, and how long its intervals may be."""

_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def refuse_recurrence(rule: Recurrence) -> None:
    """Refuse a rule that cannot be.

    Raises:
        BadRule: the part that is wrong, and what to do.
    """
    _refuse_ranges(rule)
    _refuse_ends(rule)
    _refuse_mixture(rule)
    _refuse_never(rule)


def _refuse_ranges(rule: Recurrence) -> None:
    if rule.freq not in FREQS:
        raise _bad("a recurrence of days only", "freq", "DAILY, WEEKLY, MONTHLY or YEARLY")
    nths = {"MONTHLY": 5, "YEARLY": 53 if not rule.months else 5}.get(rule.freq, 0)
    for name, values, low, high in (
        ("every", (rule.every,), 1, MOST),
        ("count", () if rule.count is None else (rule.count,), 1, MOST),
        ("weekdays", [day for _, day in rule.weekdays], 0, 6),
        ("nth weekday", [nth for nth, _ in rule.weekdays], -nths, nths),
        ("monthdays", rule.monthdays, -31, 31),
        ("months", rule.months, 1, 12),
        ("positions", rule.positions, -31, 31),
        ("week_start", (rule.week_start,), 0, 6),
    ):
        zero = name in ("monthdays", "positions")
        if any(type(one) is not int or not low <= one <= high or (zero and not one) for one in values):
            raise _bad("out of range", name, f"{low} to {high}{' without 0' * zero}")


def _refuse_ends(rule: Recurrence) -> None:
    if rule.count is not None and rule.until is not None:
        raise _bad("ends twice", "until", "give until or count")
    if rule.until is not None and rule.until < rule.start:
        raise _bad("ends before it starts", "until", f"{rule.start} or later")


def _refuse_mixture(rule: Recurrence) -> None:
    parts = bool(rule.weekdays or rule.monthdays or rule.months)
    ordinal = any(nth for nth, _ in rule.weekdays)
    if rule.freq == "DAILY" and rule.every > 1 and parts:
        raise _bad("days of an interval and of the calendar may never meet", "every", "use WEEKLY or MONTHLY")
    if rule.freq == "WEEKLY" and (rule.monthdays or (rule.months and rule.every > 1)):
        raise _bad("days of a week and of a month may never meet", "freq", "use MONTHLY")
    if ordinal and not all(nth for nth, _ in rule.weekdays):
        raise _bad("every weekday and an nth weekday in one rule", "weekdays", "make two rules of it")
    if ordinal and rule.monthdays:
        raise _bad("an nth weekday and a day of the month may never meet", "weekdays", "give one of them")
    if rule.positions:
        _refuse_positions(rule, ordinal=ordinal)


def _refuse_positions(rule: Recurrence, *, ordinal: bool) -> None:
    """Refuse a position that some or all of the stretches do not have."""
    if rule.freq == "DAILY" or (rule.freq == "YEARLY" and not rule.months):
        raise _bad("no positions within such a stretch", "positions", "use WEEKLY or MONTHLY")
    sized = len(rule.weekdays) * (1 if ordinal or rule.freq == "WEEKLY" else 4) or len(rule.monthdays)
    most = 1 if rule.weekdays and rule.monthdays else sized
    if max(map(abs, rule.positions)) > most:
        raise _bad("a position that does not exist", "positions", f"at most {most}" if most else "name days first")


def _refuse_never(rule: Recurrence) -> None:
    """Refuse days that none of the months has in which the rule falls, such as 30 February."""
    months = set(rule.months or range(1, 13))
    if rule.freq == "MONTHLY":
        months &= {(rule.start.month - 1 + n * rule.every) % 12 + 1 for n in range(12)}
    longest = max((_LENGTHS[month - 1] for month in months), default=0)
    if months == {2} and rule.freq in ("MONTHLY", "YEARLY"):
        step = rule.every if rule.freq == "YEARLY" else max(1, rule.every // 12)
        longest = 29 if any(isleap(year) for year in range(rule.start.year, 9999, step)) else 28
    implied = (rule.start.day,) if rule.freq in ("MONTHLY", "YEARLY") and rule.months and not rule.weekdays else ()
    needed = rule.monthdays or implied
    if not months or (needed and min(map(abs, needed)) > longest):
        raise _bad("falls on no day at all", "monthdays" if months else "months", "no such day in these months")


def _bad(reason: str, where: str, hint: str) -> BadRule:
    return BadRule(reason, where=f"recurrence, {where}", hint=hint, code="followup.recurrence")
