"""What an adverse event asks for (不良事件移交与报告): the hand-off to drug safety and the report, each by its day.

>>> from pharmasales.followup.due.legal import CN_ADR_2011, HAND_OFF_24H
>>> event = AdverseEvent("AE-1", date(2026, 2, 10), "serious")
>>> for need in asked_by_adverse(event, [CN_ADR_2011], HAND_OFF_24H, date(2026, 2, 10)):
...     print(need.id, need.until)
AE-1/hand-off 2026-02-11
AE-1/report 2026-02-25

Nothing holds these back: no cap, consent, leave, snooze or filter.

Source: S002-18, practice P2-J, E59.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pharmasales.display import because
from pharmasales.followup.due.followed import AdverseEvent
from pharmasales.followup.due.legal import HandOff, ReportingLaw, law_on
from pharmasales.followup.due.needs import LEGAL, Need

__all__ = ["asked_by_adverse"]


def asked_by_adverse(
    event: AdverseEvent, laws: Sequence[ReportingLaw], hand_off: HandOff, as_of: date
) -> Iterator[Need]:
    """Yield what an event asks for on a day: its hand-off until it is handed over, its report until it is reported.

    The hand-off is never due later than the report. What is reported asks for nothing more.

    Raises:
        BadValue: a severity that the law does not know.
        NotFound: no law was in force on the day of awareness.
    """
    law = law_on(laws, event.known)
    report = law.due(event.known, event.severity)
    if event.known > as_of or (event.reported is not None and event.reported <= as_of):
        return
    if event.handed is None or event.handed > as_of:
        until = min(hand_off.due(event.known), report)
        why = because(
            "hand over to drug safety within {hours} hours, known on {known}: by {due}",
            "{hours} 小时内移交药物警戒，{known} 获知：截止 {due}",
            because("{source}", "{source}", source=hand_off.source),
            hours=hand_off.hours,
            known=event.known,
            due=until,
        )
        yield Need(
            event.customer, LEGAL, f"{event.id}/hand-off", "phone", LEGAL, event.known, until, why, settled_by="none"
        )
    why = law.why(event.known, event.severity)
    yield Need(event.customer, LEGAL, f"{event.id}/report", "phone", LEGAL, event.known, report, why, settled_by="none")
