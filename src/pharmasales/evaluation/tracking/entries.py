"""What is credited to whom (业绩归属): sales with their shares, and when the books of a period close (关账).

>>> from pharmasales.units import CNY
>>> joint = Entry("s1", date(2026, 1, 20), Amount.of(100, CNY), {"r1": "60%", "r2": "40%"})
>>> dict(joint.credit)
{'r1': Fraction(3, 5), 'r2': Fraction(2, 5)}
>>> from pharmasales.periods import Month
>>> closing = Closing(days=3, late="next")
>>> closing.on(Month(2026, 1))
datetime.date(2026, 2, 4)
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says, decimal_text
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.names import nearest, normal_id
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Number, Unit, share
from pharmasales.workdays import WEEKDAYS, Calendar

__all__ = ["Closing", "Entry", "Late", "Line", "Places", "place_entry", "refuse_entries"]

Late: TypeAlias = Literal["period", "next", "refuse"]
"""Where an entry counts that comes after the close: in its own period, in the next open one, or nowhere."""

_OUTSIDE = Says("outside the periods asked for", "不在所求期间内")
_UNKNOWN = Says("its amount is not known", "金额未知")
_NOT_YET = Says("not known yet on the day asked for", "截至当日尚未发生或录入")
_LATE_HERE = Says("entered after the close, counted in its period", "关账后录入，计入本期")
_LATE_NEXT = Says("entered after the close, counted in the next open period", "关账后录入，计入下一未关账期间")
_LATE_OUT = Says("entered after the close, refused", "关账后录入，不计")
_LATE_NOWHERE = Says("entered after the close, and no later period asked for is open", "关账后录入，所求期间均已关账")
_NO_DATE = Says("counted, but when it was entered is not known", "已计入，但录入日期未知")
LATE = (_LATE_HERE, _LATE_NEXT, _LATE_OUT, _LATE_NOWHERE)


def _credit(given: str | Mapping[str, Number]) -> Mapping[str, Fraction]:
    """Read one node, or the share of each; whether they make a whole is asked for all entries at once."""
    if isinstance(given, str):
        return {normal_id(given, "credit"): Fraction(1)}
    found: dict[str, Fraction] = {}
    for text, value in given.items():
        node_id = normal_id(text, "credit")
        if node_id in found:
            raise BadValue("twin ids", where=f"credit of {node_id!r}", hint="keep one of them", code="credit.twins")
        found[node_id] = share(value)
    return found


@frozen
class Entry:
    """One sale as it was entered (销售记录); a return (退货) has a negative amount.

    Args:
        id: its id.
        day: the day of the sale.
        amount: net amount, or missing.
        credit: the id of the node it belongs to, or a share for each: `60%`, `0.6`, `1/3`; together 100 %.
        entered: the day on which it was entered (录入日期), or missing.

    Raises:
        BadValue: an id that is none, a share that is no exact number, two spellings of one node.
    """

    id: str = field(converter=normal_id)
    day: date
    amount: Amount | None = field(repr=False)
    credit: Mapping[str, Fraction] = field(converter=_credit, repr=False, hash=False)
    entered: date | None = None

    def weights(self) -> tuple[list[int], int]:
        """Return the shares as whole numbers, and the number that is 100 %."""
        under = lcm(*(part.denominator for part in self.credit.values()))
        return [part.numerator * (under // part.denominator) for part in self.credit.values()], under


@frozen
class Closing:
    """When the books of a period close, and what becomes of an entry that comes later (关账与迟录).

    Args:
        days: how many working days after the last day of the period they close, at the end of that day.
        late: what becomes of a late entry: `period` counts it in its own period, `next` in the next period that is
            still open when it comes, `refuse` nowhere. It is listed in every case.
        calendar: the working days.

    Raises:
        BadRule: days below zero, or an unknown word.
    """

    days: int
    late: Late
    calendar: Calendar = field(default=WEEKDAYS, repr=False)

    def __attrs_post_init__(self) -> None:
        if type(self.days) is not int or self.days < 0:
            raise BadRule("a close before the end of the period", where="days", hint="0 or more", code="credit.closing")
        if self.late not in ("period", "next", "refuse"):
            hint = nearest(str(self.late), ("period", "next", "refuse"))
            raise BadRule("what becomes of a late entry?", where="late", hint=hint, code="credit.closing")

    def on(self, period: Period) -> date:
        """Return the last day on which an entry of a period is in time.

        Raises:
            UnknownYear: working days of a year that the calendar does not know.
        """
        return self.calendar.add(period.end, self.days) if self.days else period.end


@frozen
class Line:
    """What became of one entry: where it counted and for whom, or why it was left out.

    Args:
        entry: the entry.
        home: the period that its day lies in; none outside those asked for.
        period: the period in which it counts; none where it was left out.
        note: why it was left out, or what is special about it; none where nothing is.
        parts: what each node was credited with; they add up to the entry's amount.
    """

    entry: Entry
    home: Period | None
    period: Period | None
    note: Says | None
    parts: Mapping[str, Amount] = field(repr=False, hash=False)

    @property
    def late(self) -> bool:
        """Whether it was entered after the close of its period."""
        return self.note in LATE


class Places:
    """Periods in order, and the one that holds a day."""

    def __init__(self, periods: Sequence[Period]) -> None:
        if not periods or any(right.start <= left.end for left, right in pairwise(periods)):
            hint = "give one period or more, in order, without overlap"
            raise BadRule("periods out of order", where="periods", hint=hint, code="credit.periods")
        self.periods = tuple(periods)
        self._starts = [period.start for period in periods]

    def home(self, day: date) -> Period | None:
        """Return the period that holds a day."""
        place = bisect_right(self._starts, day) - 1
        return self.periods[place] if place >= 0 and day <= self.periods[place].end else None

    def first_open(self, day: date, closing: Closing) -> Period | None:
        """Return the first period that is still open on a day; those before it closed earlier."""
        return next((period for period in self.periods if day <= closing.on(period)), None)


def place_entry(
    entry: Entry, places: Places, closing: Closing | None, as_of: date | None
) -> tuple[Period | None, Period | None, Says | None]:
    """Say in which period an entry lies, in which it counts, and what there is to say about it."""
    home = places.home(entry.day)
    if home is None:
        return None, None, _OUTSIDE
    if as_of is not None and max(entry.day, entry.entered or entry.day) > as_of:
        return home, None, _NOT_YET
    if entry.amount is None:
        return home, None, _UNKNOWN
    if closing is None:
        return home, home, None
    if entry.entered is None:
        return home, home, _NO_DATE
    if entry.entered <= closing.on(home):
        return home, home, None
    if closing.late == "refuse":
        return home, None, _LATE_OUT
    if closing.late == "period":
        return home, home, _LATE_HERE
    later = places.first_open(entry.entered, closing)
    return home, later, _LATE_NOWHERE if later is None else _LATE_NEXT


def refuse_entries(org: Org, entries: Sequence[Entry], unit: Unit) -> None:
    """Refuse entries that cannot be credited, all of them at once.

    Raises:
        BadRows: shares that do not make 100 % or are below zero, unknown nodes, ids given twice, other units.
    """
    counts = Counter(entry.id for entry in entries)
    bad: list[PharmaSalesError] = [
        BadValue("given twice", where=f"entry {entry_id!r}", code="credit.twice")
        for entry_id, n in counts.items()
        if n > 1
    ]
    for entry in entries:
        bad += (error.at(f"entry {entry.id!r}") for error in _faults(org, entry, unit))
    if bad:
        raise BadRows(f"{len(bad)} entries refused", bad)


def _faults(org: Org, entry: Entry, unit: Unit) -> list[PharmaSalesError]:
    found: list[PharmaSalesError] = [
        NotFound("no such node in the organisation", where=f"credit of {node_id!r}", code="org.id")
        for node_id in entry.credit
        if node_id not in org
    ]
    weights, whole = entry.weights()
    if min(weights, default=0) < 0:
        found.append(BadValue("a share below zero", where="credit", code="credit.negative"))
    if sum(weights) != whole:
        said = decimal_text(Fraction(sum(weights) * 100, whole), 6).rstrip("0").rstrip(".") + "%"
        hint = "make them 100%; write thirds as 1/3"
        found.append(BadValue(f"shares add up to {said}", where="credit", hint=hint, code="credit.sum"))
    if entry.amount is not None and entry.amount.unit != unit:
        found.append(NotComparable(f"{entry.amount.unit.code} as {unit.code}", code="unit"))
    return found
