"""Deadlines that the law sets (法定时限): reports of adverse events, in calendar days from first awareness.

>>> CN_ADR_2011.due(date(2026, 2, 10), "serious"), CN_ADR_2011.due(date(2026, 2, 10), "other")
(datetime.date(2026, 2, 25), datetime.date(2026, 3, 12))
>>> print(CN_ADR_2011.why(date(2026, 2, 10), "death"))
death, known on 2026-02-10: report at once, by 2026-02-10
  CN-ADR-2011: 药品不良反应报告和监测管理办法 (MOH 2011 no. 81); 药品管理法 art. 80, 81; practice P2-J

Day 0 is the day of first awareness. Holidays and leave do not count: the days are calendar days (自然日). The hours
within which a company hands the event to its own drug safety are its policy, not law.

Source: practice P2-J; E59; S002-18.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.names import nearest, normal_id
from pharmasales.rules.book import holds_on
from pharmasales.yearplan import checked_day

__all__ = ["ADVERSE_SEVERITIES", "CN_ADR_2011", "HAND_OFF_24H", "HandOff", "ReportingLaw", "law_on"]

ADVERSE_SEVERITIES: Mapping[str, Says] = MappingProxyType(
    {
        "death": Says("death", "死亡"),
        "serious": Says("serious", "严重"),
        "new": Says("new", "新的"),
        "other": Says("other", "一般"),
    }
)
"""How severe an adverse event is, as the law tells them apart; `new` is one that the leaflet does not name."""

_MOST = 365


def _days(given: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(given))


def _later(known: date, days: int) -> date:
    try:
        return known + timedelta(days=days)
    except OverflowError:
        raise BadValue(
            "no day of awareness", where="known", hint="give the real day", code="followup.adverse"
        ) from None


@frozen
class ReportingLaw:
    """Within how many calendar days an adverse event is reported, in force on some days.

    Args:
        name: what it is called.
        days: the days by severity, 0 for at once.
        source: the law.
        since: its first day in force.
        until: its last; for ever where left out.
        severities: the words for people.

    Raises:
        BadRule: no severity, days that are no whole number from 0 to 365, or an end before the start.
    """

    name: str = field(converter=normal_id)
    days: Mapping[str, int] = field(converter=_days, hash=False)
    source: str
    since: date = field(converter=checked_day)
    until: date | None = None
    severities: Mapping[str, Says] = field(default=ADVERSE_SEVERITIES, repr=False, hash=False)

    def __attrs_post_init__(self) -> None:
        counted = all(type(count) is int and 0 <= count <= _MOST for count in self.days.values())
        if not self.days or not counted:
            hint = f"a whole number from 0 to {_MOST} for each severity"
            raise BadRule("no deadlines", where=f"law {self.name!r}", hint=hint, code="followup.law")
        if self.until is not None and self.until < self.since:
            raise BadRule("the last day is before the first", where=f"law {self.name!r}", code="followup.law")

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day, both ends included."""
        return holds_on(self.since, self.until, day)

    def due(self, known: date, severity: str) -> date:
        """Return the last day for the report.

        Raises:
            BadValue: a severity that the law does not know, or a day at the end of time.
            NotFound: the law is not in force on the day of awareness.
        """
        if severity not in self.days:
            hint = nearest(str(severity), self.days)
            raise BadValue("unknown severity", where=f"law {self.name!r}", hint=hint, code="followup.severity")
        if not self.holds(known):
            raise NotFound(f"law {self.name!r} is not in force on {known}", where="known", code="followup.law")
        return _later(known, self.days[severity])

    def why(self, known: date, severity: str) -> Why:
        """Say which count made the day, and the law. Errors as `due`."""
        due, count = self.due(known, severity), self.days[severity]
        within = Says(f"within {count} calendar days", f"{count} 个自然日内") if count else Says("at once", "立即")
        return because(
            "{severity}, known on {known}: report {within}, by {due}",
            "{severity}，{known} 获知：{within}报告，截止 {due}",
            because("{law}: {source}", "{law}：{source}", law=self.name, source=self.source),
            severity=self.severities.get(severity, severity),
            known=known,
            within=within,
            due=due,
        )


@frozen
class HandOff:
    """Within how many hours a company's people hand an adverse event to drug safety (移交药物警戒), by its own rule.

    A day of awareness has no hour, so that hours count as begun days: 24 hours end with the next day.

    Args:
        hours: how many, from 1.
        source: whose rule it is.

    >>> HandOff(48, "ours").due(date(2026, 2, 13))
    datetime.date(2026, 2, 15)

    Raises:
        BadRule: hours that are no whole number from 1.
    """

    hours: int = field()
    source: str = ""

    @hours.validator
    def _counted(self, _attribute: object, value: object) -> None:
        if type(value) is not int or not 1 <= value <= 24 * _MOST:
            raise BadRule("hours are a whole number from 1", where="hand-off", code="followup.law")

    def due(self, known: date) -> date:
        """Return the last day for the hand-off, holidays or not."""
        return _later(known, -(-self.hours // 24))


CN_ADR_2011 = ReportingLaw(
    "CN-ADR-2011",
    {"death": 0, "serious": 15, "new": 15, "other": 30},
    "药品不良反应报告和监测管理办法 (MOH 2011 no. 81); 药品管理法 art. 80, 81; practice P2-J",
    date(2011, 7, 1),
)
"""China since 1 July 2011: death at once, serious or new within 15 days, others within 30."""

HAND_OFF_24H = HandOff(24, "a common rule of companies, no law; practice P2-J [M]")
"""To drug safety within 24 hours."""


def law_on(laws: Iterable[ReportingLaw], day: date) -> ReportingLaw:
    """Return the law in force on a day, the latest of several.

    >>> law_on([CN_ADR_2011], date(2026, 2, 10)).name
    'CN-ADR-2011'

    Raises:
        NotFound: none is.
    """
    found = max((law for law in laws if law.holds(day)), key=lambda law: (law.since, law.name), default=None)
    if found is None:
        raise NotFound(f"no reporting law is in force on {day}", where="laws", code="followup.law")
    return found
