"""Rows of the table of occasions (事由表): files, contracts, promises, referrals, birthdays, and adverse events.

One table holds all of them; `kind` says what a row is, in either language. An adverse event has a severity and the days
on which it was handed over and reported; nothing of the case is read.

>>> row = {"id": "T1", "kind": "承诺答复", "date": date(2026, 3, 2), "customer": "D1", "due": date(2026, 3, 5)}
>>> occasion_of(row, "D1").kind
'promise'
>>> occasion_of({"id": "AE-1", "kind": "不良事件", "date": date(2026, 3, 2), "severity": "严重"}, "").severity
'serious'

Source: issue of follow-up, lifecycle triggers; E16, E59.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from pharmasales.display import Says
from pharmasales.errors import BadValue, NotFound
from pharmasales.followup.due.followed import AdverseEvent, Occasion
from pharmasales.followup.due.legal import ADVERSE_SEVERITIES, CN_ADR_2011, law_on
from pharmasales.followup.due.needs import LEGAL
from pharmasales.followup.planning.travel import Point
from pharmasales.workspace.diary_cells import known_word, spelled
from pharmasales.workspace.refusals import refuse

__all__ = ["OCCASIONS", "occasion_of", "point_of"]

OCCASIONS: Mapping[str, Says] = MappingProxyType(
    {
        "file": Says("new file", "新建档案"),
        "contract": Says("contract signed", "签约"),
        "promise": Says("promised answer", "承诺答复"),
        "referral": Says("referral", "转介"),
        "referral_ask": Says("referral asked for", "转介请求"),
        "birthday": Says("birthday", "生日"),
        LEGAL: Says("adverse event", "不良事件"),
    }
)
"""What a row of the table may be, by its word."""

_KINDS = spelled(OCCASIONS)
_SEVERITIES = spelled(ADVERSE_SEVERITIES)
_DAYS = ("due", "done", "handed")
_OF_EVENTS = ("severity", "handed")


def occasion_of(row: Mapping[str, Any], customer: str) -> Occasion | AdverseEvent:
    """Return an occasion, or an adverse event.

    Args:
        row: its cells by column.
        customer: the id under which its customer counts; "" where an adverse event has none.

    Raises:
        BadValue: an unknown kind or severity.
        BadRows: a day before it happened, no customer, a cell that this kind has not, or no law on the day; all of them
            at once.
    """
    kind = known_word(row["kind"], _KINDS, OCCASIONS, "kind")
    if kind == LEGAL:
        return _event(row, customer)
    refuse(*_too_early(row), *(_not_of(row, column, "an adverse event alone has one") for column in _OF_EVENTS))
    if not customer:
        raise BadValue("empty", where="customer", hint="fill it in", code="cell.empty")
    return Occasion(row["id"], kind, customer, row["date"], row.get("due"), row.get("done"))


def _event(row: Mapping[str, Any], customer: str) -> AdverseEvent:
    refuse(*_too_early(row), _not_of(row, "due", "the law sets the day of a report"), _lawless(row["date"]))
    if not row.get("severity"):
        raise BadValue("empty", where="severity", hint=", ".join(ADVERSE_SEVERITIES), code="cell.empty")
    severity = known_word(row["severity"], _SEVERITIES, ADVERSE_SEVERITIES, "severity")
    days = row.get("handed"), row.get("done")
    return AdverseEvent(row["id"], row["date"], severity, customer, row.get("rep") or "", *days)


def _too_early(row: Mapping[str, Any]) -> Iterator[BadValue]:
    for column in _DAYS:
        day = row.get(column)
        if day is not None and day < row["date"]:
            hint = "write the day on which it was settled" if column != "due" else "write the day promised"
            yield BadValue("before it happened", where=column, hint=hint, code="row.day")


def _not_of(row: Mapping[str, Any], column: str, hint: str) -> BadValue | None:
    """Return the refusal of a cell that would be read by nobody."""
    if row.get(column) is None:
        return None
    return BadValue("not of this kind of occasion", where=column, hint=f"leave it empty: {hint}", code="row.occasion")


def _lawless(known: date) -> BadValue | None:
    try:
        law_on([CN_ADR_2011], known)
    except NotFound as error:
        return BadValue(error.reason, where="date", hint="write the day of first awareness", code=error.code)
    return None


def point_of(row: Mapping[str, Any]) -> Point:
    """Return where a place lies, exact to a millionth of a degree.

    >>> point_of({"id": "H1", "latitude": 31, "longitude": 121}).latitude
    31000000

    Raises:
        BadRows: degrees out of range, each at its column.
    """
    found: list[BadValue | None] = []
    for column, pair in (("latitude", (row["latitude"], 0)), ("longitude", (0, row["longitude"]))):
        try:
            Point(*pair)
        except BadValue as error:
            found.append(BadValue(error.reason, where=column, hint=error.hint, code=error.code))
    refuse(*found)
    return Point(row["latitude"], row["longitude"])
