"""Fulfilment of agreements (协议履约): what was promised for a period against what came, exactly, with the reason.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> found = agreement_fulfilment(
...     [Commitment("AG-1", Quarter(2026, q), Amount.of(promised, CNY)) for q, promised in ((1, 900), (2, 910))],
...     [Performed("AG-1", date(2026, m, 9), Amount.of(came, CNY)) for m, came in ((2, 600), (4, 200))],
...     as_of=date(2026, 4, 30),
... )
>>> for line in found.lines:
...     print(line.period, line.state, line.rate, line.why)
2026-Q1 short 2/3 600.00 of 900.00 CNY: 300.00 short
2026-Q2 behind 20/91 200.00 of 910.00 CNY, where 300.00 are due by 2026-04-30 (30 of 91 days): 100.00 behind

Source: S000-24 (help fulfil 总代协议), S000-23, S004-73 (yearly agreement).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import twins
from pharmasales.periods import Period
from pharmasales.recruitment.rights.commitments import Commitment, Performed
from pharmasales.recruitment.rights.fulfilment_why import (
    FULFILMENT_STATES,
    FULFILMENT_TODOS,
    FulfilmentState,
    fulfilment_why,
)
from pharmasales.units import Amount, Unit
from pharmasales.yearplan import checked_day

__all__ = [
    "Fulfilment",
    "FulfilmentLine",
    "FulfilmentTotal",
    "agreement_fulfilment",
]


@frozen
class FulfilmentLine:
    """A promise and what came, as of a day.

    Args:
        agreement: the id of the agreement.
        period: the period.
        promised: what was promised.
        actual: what came up to the day; missing where nothing was reported.
        due: what was due by the day, in proportion to the calendar days passed, to the smallest part.
        state: how it stands.
        why: the reason, with the figures.
    """

    agreement: str
    period: Period
    promised: Amount = field(repr=False)
    actual: Amount | None = field(repr=False)
    due: Amount = field(repr=False)
    state: FulfilmentState
    why: Why = field(repr=False)

    @property
    def rate(self) -> Fraction | None:
        """Actual over promised (履约率); missing where nothing was reported."""
        return None if self.actual is None else self.actual.over(self.promised)

    @property
    def todo(self) -> Says | str:
        """What to do; "" where nothing is."""
        return FULFILMENT_TODOS[self.state]


@frozen
class FulfilmentTotal:
    """The ended periods of an agreement together.

    Args:
        agreement: the id of the agreement.
        periods: how many periods have ended.
        promised: what they promised.
        actual: what came; missing where a period of them is without a report.
    """

    agreement: str
    periods: int
    promised: Amount = field(repr=False)
    actual: Amount | None = field(repr=False)

    @property
    def rate(self) -> Fraction | None:
        """Actual over promised."""
        return None if self.actual is None else self.actual.over(self.promised)


@frozen
class Fulfilment:
    """Promises against what came, as of a day (协议履约). Made by `agreement_fulfilment`.

    Args:
        as_of: the day.
        lines: one entry a promise, by agreement, unit and period.
        outside: what came up to the day and belongs to no promised period; given = counted + outside + later.
        later: what came after the day.
    """

    as_of: date
    lines: tuple[FulfilmentLine, ...] = field(repr=lambda lines: f"<{len(lines)} lines>")
    outside: tuple[Performed, ...] = field(repr=lambda found: f"<{len(found)} outside>")
    later: tuple[Performed, ...] = field(repr=lambda found: f"<{len(found)} later>")

    @property
    def totals(self) -> tuple[FulfilmentTotal, ...]:
        """The ended periods of each agreement and unit together."""
        groups: dict[tuple[str, Unit], list[FulfilmentLine]] = {}
        for line in self.lines:
            if line.period.end <= self.as_of:
                groups.setdefault((line.agreement, line.promised.unit), []).append(line)
        found = []
        for (agreement, unit), lines in groups.items():
            came = [line.actual for line in lines if line.actual is not None]
            actual = Amount.total(came, unit) if len(came) == len(lines) else None
            promised = Amount.total((line.promised for line in lines), unit)
            found.append(FulfilmentTotal(agreement, len(lines), promised, actual))
        return tuple(found)

    def table(self) -> Table:
        """Return agreement, period, unit, promised, due, actual, rate, state, why and what to do."""
        rows: list[tuple[Cell, ...]] = []
        for line in self.lines:
            actual = None if line.actual is None else line.actual.value
            sums = (line.promised.unit.code, line.promised.value, line.due.value, actual, line.rate)
            rows.append((line.agreement, str(line.period), *sums, FULFILMENT_STATES[line.state], line.why, line.todo))
        return Table("fulfilment", Says("Fulfilment of agreements", "协议履约"), _COLUMNS, rows)

    def by_agreement(self) -> Table:
        """Return agreement, ended periods, unit, promised, actual and rate."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.agreement,
                one.periods,
                one.promised.unit.code,
                one.promised.value,
                None if one.actual is None else one.actual.value,
                one.rate,
            )
            for one in self.totals
        ]
        return Table("fulfilment_totals", Says("Fulfilment, ended periods", "已到期履约汇总"), _TOTALS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_UNIT, _PROMISED = Column("unit", "Unit", "单位"), Column("promised", "Promised", "协议量", "amount")
_ACTUAL, _RATE = Column("actual", "Actual", "实绩", "amount"), Column("rate", "Fulfilled", "履约率", "ratio")
_COLUMNS = (
    Column("agreement", "Agreement", "协议"),
    Column("period", "Period", "期间"),
    _UNIT,
    _PROMISED,
    Column("due", "Due by now", "应达", "amount"),
    _ACTUAL,
    _RATE,
    Column("state", "State", "状态"),
    Column("why", "Why", "原因", "why"),
    Column("todo", "What to do", "处理"),
)
_TOTALS = (
    Column("agreement", "Agreement", "协议"),
    Column("periods", "Ended periods", "已到期", "number"),
    _UNIT,
    _PROMISED,
    _ACTUAL,
    _RATE,
)


def agreement_fulfilment(
    commitments: Iterable[Commitment], performed: Iterable[Performed], *, as_of: date
) -> Fulfilment:
    """Hold what agreements promise against what came up to a day (协议履约).

    A period that has begun is asked for in proportion to its calendar days, the day included. Nothing reported is
    missing, not zero; an entry of zero says that nothing came. What came in other units counts for no promise.

    Args:
        commitments: the promises; those of one agreement and unit may not share a day.
        performed: what came.
        as_of: the day, counted as passed.

    Raises:
        BadRows: promises of one agreement and unit whose periods share a day, or agreements spelt in two ways: all of
            them.
    """
    day = checked_day(as_of)
    asked = sorted(commitments, key=lambda one: (one.agreement, one.amount.unit.code, one.period.start, one.period.end))
    told = list(performed)
    _refuse(asked, told)
    places: dict[tuple[str, Unit], list[int]] = {}
    for place, promise in enumerate(asked):
        places.setdefault((promise.agreement, promise.amount.unit), []).append(place)
    came: list[list[Amount]] = [[] for _ in asked]
    outside, later = [], []
    for one in told:
        mine = places.get((one.agreement, one.amount.unit), [])
        here = next((place for place in mine if one.on in asked[place].period), None)
        if one.on > day:
            later.append(one)
        elif here is None:
            outside.append(one)
        else:
            came[here].append(one.amount)
    lines = [_line(promise, found, day) for promise, found in zip(asked, came, strict=True)]
    return Fulfilment(day, tuple(lines), tuple(outside), tuple(later))


def _refuse(asked: Sequence[Commitment], told: Sequence[Performed]) -> None:
    ids = sorted({*(one.agreement for one in asked), *(one.agreement for one in told)})
    bad: list[PharmaSalesError] = [
        BadValue("twin ids", where=f"agreement {ids[second]!r}", hint=f"as {ids[first]!r}", code="rights.twins")
        for first, second in twins(ids)
    ]
    last: dict[tuple[str, Unit], Period] = {}
    for one in asked:
        before = last.get((one.agreement, one.amount.unit))
        if before is not None and one.period.start <= before.end:
            where = f"agreement {one.agreement!r}, {before} and {one.period}"
            hint = "promise each day once"
            bad.append(BadValue("two promises for one day", where=where, hint=hint, code="rights.period"))
        if before is None or one.period.end > before.end:
            last[one.agreement, one.amount.unit] = one.period
    if bad:
        raise BadRows("agreements that cannot be held against what came", bad)


def _line(promise: Commitment, came: Sequence[Amount], day: date) -> FulfilmentLine:
    period, unit = promise.period, promise.amount.unit
    passed = min(max((day - period.start).days + 1, 0), period.days)
    due = promise.amount.times(Fraction(passed, period.days))
    actual = Amount.total(came, unit) if came else None
    state = _state(promise, actual, passed)
    return FulfilmentLine(
        promise.agreement,
        period,
        promise.amount,
        actual,
        due,
        state,
        fulfilment_why(promise, actual, due, passed, state, day),
    )


def _state(promise: Commitment, actual: Amount | None, passed: int) -> FulfilmentState:
    days = promise.period.days
    if passed == 0:
        return "coming"
    if actual is None:
        return "unreported"
    if actual >= promise.amount:
        return "kept" if passed == days else "ahead_of_time"
    if passed == days:
        return "short"
    return "on_pace" if actual.minor * days >= promise.amount.minor * passed else "behind"
