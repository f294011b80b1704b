"""How complete a report is (报告完整度): what it states of what is asked, exactly; no text is judged.

>>> from datetime import date
>>> from pharmasales.followup.calls.reports import CallReport
>>> answer = call_completeness(CallReport("V1", "r1", "c1", date(2026, 3, 4), minutes=20))
>>> answer.ratio, [one.text() for one in answer.lacking]
(Fraction(1, 7), ['start', 'objective', 'products', 'stages', 'result', 'next step'])

Source: systems file 1c (forms of 10 and more fields lose completeness), S004-52 (quality of reports).
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from pharmasales.display import Says
from pharmasales.followup.calls.policy import ASKED_FIELDS, CALL_POLICY, LIVE_CHANNELS, CallPolicy
from pharmasales.followup.calls.reports import CallReport
from pharmasales.units import ratio

__all__ = ["CallCompleteness", "call_completeness"]

_TALK = frozenset({"start", "minutes", "stages"})


@frozen
class CallCompleteness:
    """What a report states and what it leaves out.

    Args:
        given: the names of the fields of `ASKED_FIELDS` that it states.
        missing: those that it leaves out.
        required: those it leaves out and must state before it is submitted.
    """

    given: tuple[str, ...]
    missing: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def ratio(self) -> Fraction | None:
        """Stated over asked; missing where nothing is asked."""
        return ratio(len(self.given), len(self.given) + len(self.missing))

    @property
    def lacking(self) -> tuple[Says, ...]:
        """What it leaves out, in words."""
        return tuple(ASKED_FIELDS[name] for name in self.missing)


def call_completeness(report: CallReport, policy: CallPolicy = CALL_POLICY) -> CallCompleteness:
    """Compare a report with what is asked of a visit on its channel.

    A visit that did not take place is asked nothing beyond its reason. A message has no start, length or stages.

    Args:
        report: the report.
        policy: what is required.
    """
    if report.state != "done":
        return CallCompleteness((), (), ())
    asked = [name for name in ASKED_FIELDS if report.channel in LIVE_CHANNELS or name not in _TALK]
    given = tuple(name for name in asked if _stated(report, name))
    missing = tuple(name for name in asked if name not in given)
    return CallCompleteness(given, missing, tuple(name for name in missing if name in policy.required))


def _stated(report: CallReport, name: str) -> bool:
    value = getattr(report if hasattr(report, name) else report.notes, name)
    return bool(value.strip()) if isinstance(value, str) else value not in (None, ())
