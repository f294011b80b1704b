"""Marks (评分): what one rater gave one person for one item, on which day, on which evidence.

>>> from pharmasales.periods import Quarter
>>> rows = [
...     {"rater": "m1", "person": "r1", "item": "skill", "value": 4},
...     {"rater": "m2", "person": "r1", "item": "skill", "value": 6},
...     {"rater": "m1", "person": "R1", "item": "skill", "value": 3},
... ]
>>> MarkBook.read(rows[:1], Scale(1, 5), Quarter(2026, 1))
MarkBook(marks=<1 marks>, scale=Scale(least=1, most=5, step=1), period=period('2026-Q1'))
>>> try:
...     MarkBook.read(rows, Scale(1, 5), Quarter(2026, 1))
... except BadRows as refused:
...     for line in refused.lines():
...         print(line)
no step of the scale @ marks[1]; 1 to 5 by 1 [fairness.scale]
the person of marks[0], spelt differently @ marks[2]; write an id in one way [fairness.twins]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.evaluation.fairness.raters.scale import Scale, in_two
from pharmasales.names import fold, normal_id
from pharmasales.periods import Period
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number, exact

__all__ = ["CellKey", "Mark", "MarkBook", "Observation"]

CellKey: TypeAlias = tuple[str, str]
"""What a mark is for: the id of the person and of the item."""


def _day(given: date | None, where: str) -> date | None:
    if given is not None and type(given) is not date:
        raise BadValue(f"{type(given).__name__} where a day is due", where=where, hint="a date", code="fairness.day")
    return given


def _observed(value: Number) -> Exact:
    return literal(exact(value))


@frozen
class Observation:
    """What was seen of a person on one day (依据): a joint visit, a test, a meeting.

    Args:
        on: the day.
        value: how good it was, on the scale of the mark; it may lie between two steps.

    Source: S004-54 (evidence of several kinds), S004-68.
    """

    on: date
    value: Exact = field(repr=False, converter=_observed)

    def __attrs_post_init__(self) -> None:
        if _day(self.on, "evidence") is None:
            raise BadValue("evidence without its day", where="evidence", hint="give a date", code="fairness.day")


def _evidence(given: Iterable[Observation | tuple[date, Number]]) -> tuple[Observation, ...]:
    read = (one if isinstance(one, Observation) else Observation(*one) for one in given)
    return tuple(sorted(read, key=lambda one: (one.on, one.value)))


@frozen
class Mark:
    """One rater's mark of one person for one item (评分).

    Args:
        rater: the id of the rater (评分人).
        person: the id of the person who is marked (被评人).
        item: the id of the item (评分项).
        value: the mark, a step of the scale; it is not shown in a repr.
        scale: the scale it is given on.
        on: the day on which it was given; none where it is not known.
        evidence: what was seen, day by day; nothing where it is not known.
        place: how many steps it lies above the lowest mark.

    >>> Mark("m1", "r1", "skill", 4, Scale(1, 5)).place
    3

    Raises:
        BadValue: no step of the scale, a mark of oneself (自评), or evidence that is no such or lies after the marking.

    Source: S004-66, S004-68.
    """

    rater: str = field(converter=normal_id)
    person: str = field(converter=normal_id)
    item: str = field(converter=normal_id)
    value: Exact = field(repr=False, converter=_observed)
    scale: Scale = field(repr=False)
    on: date | None = None
    evidence: tuple[Observation, ...] = field(default=(), converter=_evidence, repr=lambda seen: f"<{len(seen)}>")
    place: int = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "place", self.scale.place(self.value))
        _day(self.on, "on")
        if self.rater == self.person:
            hint = "keep the own view apart from the marks of others"
            raise BadValue("a mark of oneself", hint=hint, code="fairness.own")
        if self.on is not None and any(one.on > self.on for one in self.evidence):
            raise BadValue("evidence after the marking", hint="leave it to the next", code="fairness.evidence")
        if any(not self.scale.least <= one.value <= self.scale.most for one in self.evidence):
            hint = f"{self.scale.least} to {self.scale.most}"
            raise BadValue("evidence off the scale", hint=hint, code="fairness.evidence")

    @property
    def cell(self) -> CellKey:
        """The person and the item."""
        return self.person, self.item


def _tuple(given: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(given)


def _read(row: Mapping[str, object], scale: Scale) -> Mark:
    known = ("rater", "person", "item", "value", "on", "evidence")
    unknown = sorted(str(name) for name in row if name not in known)
    lacking = [name for name in known[:4] if row.get(name) is None]
    if unknown or lacking:
        what = f"no {lacking[0]}" if lacking else "a field that no mark has"
        hint = "leave out what was not marked" if lacking else f"known: {', '.join(known)}"
        raise BadValue(what, hint=hint, code="fairness.row")
    rater, person, item, value = (row[name] for name in known[:4])
    try:
        return Mark(rater, person, item, value, scale, row.get("on"), row.get("evidence") or ())  # type: ignore[arg-type]  # converters and checks refuse the rest
    except TypeError:
        raise BadValue("evidence of another form", hint="pairs of a day and a value", code="fairness.row") from None


@frozen
class MarkBook:
    """The marks of one period, all on one scale (评分簿); the order in which they are given does not matter.

    Args:
        marks: the marks; kept by rater, person and item.
        scale: the scale of all of them.
        period: the period that was judged.
        raters: the ids of the raters, in order.
        cells: by person and item, the mark of each rater.

    Raises:
        BadRows: every mark that is given twice, is on another scale, has a day that cannot be, or an id that another
            one spells differently (case, width, spaces).
    """

    marks: tuple[Mark, ...] = field(converter=_tuple, repr=lambda marks: f"<{len(marks)} marks>")
    scale: Scale
    period: Period
    raters: tuple[str, ...] = field(init=False, repr=False, eq=False)
    cells: Mapping[CellKey, Mapping[str, Mark]] = field(init=False, repr=False, eq=False)
    _by_rater: Mapping[str, tuple[Mark, ...]] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _refuse(_clashes(enumerate(self.marks), self.scale, self.period))
        marks = sorted(self.marks, key=_order)
        cells: dict[CellKey, dict[str, Mark]] = {}
        raters: dict[str, list[Mark]] = {}
        for one in marks:
            cells.setdefault(one.cell, {})[one.rater] = one
            raters.setdefault(one.rater, []).append(one)
        object.__setattr__(self, "marks", tuple(marks))
        object.__setattr__(self, "raters", tuple(raters))
        object.__setattr__(self, "cells", cells)
        object.__setattr__(self, "_by_rater", {rater: tuple(given) for rater, given in raters.items()})

    @classmethod
    def read(cls, rows: Iterable[Mapping[str, object]], scale: Scale, period: Period) -> MarkBook:
        """Read marks from plain rows: `rater`, `person`, `item`, `value`, and where known `on` and `evidence`.

        Args:
            rows: one a mark; evidence as pairs of a day and a value.
            scale: the scale of all of them.
            period: the period that was judged.

        Raises:
            BadRows: every row that is no mark, and all that the book itself refuses.
        """
        good: list[tuple[int, Mark]] = []
        bad: list[tuple[int, PharmaSalesError]] = []
        for place, row in enumerate(rows):
            try:
                good.append((place, _read(row, scale)))
            except PharmaSalesError as error:
                bad.append((place, error))
        if bad:
            _refuse([*bad, *_clashes(good, scale, period)])
        return cls((mark for _, mark in good), scale, period)

    def __len__(self) -> int:
        return len(self.marks)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self.marks)

    def of_rater(self, rater: str) -> tuple[Mark, ...]:
        """Return the marks that a rater gave, by person and item; none where the rater gave none."""
        return self._by_rater.get(rater, ())

    def table(self) -> Table:
        """Return rater, person, item, mark, on, evidence: a row a mark, with how many observations it rests on."""
        rows: list[tuple[Cell, ...]] = [
            (one.rater, one.person, one.item, in_two(one.value), one.on, len(one.evidence)) for one in self.marks
        ]
        return Table("marks", Says("Marks", "评分"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("rater", "Rater", "评分人"),
    Column("person", "Person", "被评人"),
    Column("item", "Item", "评分项"),
    Column("mark", "Mark", "评分", "number"),
    Column("on", "Marked on", "评分日期", "date"),
    Column("evidence", "Evidence", "依据数", "number"),
)


def _order(one: Mark) -> tuple[str, str, str]:
    return one.rater, one.person, one.item


def _clashes(given: Iterable[tuple[int, Mark]], scale: Scale, period: Period) -> list[tuple[int, PharmaSalesError]]:
    seen: dict[tuple[str, str, str], int] = {}
    spelt: dict[tuple[str, str], tuple[str, int]] = {}
    return [(place, error) for place, mark in given for error in _wrong(mark, place, scale, period, seen, spelt)]


def _refuse(bad: list[tuple[int, PharmaSalesError]]) -> None:
    if bad:
        bad.sort(key=lambda one: one[0])
        raise BadRows("marks are refused", [error.at(f"marks[{place}]") for place, error in bad])


def _wrong(
    mark: Mark,
    place: int,
    scale: Scale,
    period: Period,
    seen: dict[tuple[str, str, str], int],
    spelt: dict[tuple[str, str], tuple[str, int]],
) -> Iterator[PharmaSalesError]:
    """Yield what is wrong with a mark beside the ones before it."""
    if mark.scale != scale:
        yield NotComparable("on another scale", hint="bring it to the scale of the book", code="fairness.scale")
    first = seen.setdefault(_order(mark), place)
    if first != place:
        yield BadValue(f"the same mark as marks[{first}]", hint="keep one", code="fairness.twins")
    for kind in ("rater", "person", "item"):
        text: str = getattr(mark, kind)
        known, before = spelt.setdefault((kind, fold(text)), (text, place))
        if known != text:
            hint = "write an id in one way"
            yield BadValue(f"the {kind} of marks[{before}], spelt differently", hint=hint, code="fairness.twins")
    if mark.on is not None and mark.on < period.start:
        hint = f"from {period.start}"
        yield BadValue("marked before the period", where="on", hint=hint, code="fairness.day")
    if any(one.on not in period for one in mark.evidence):
        hint = f"{period.start} to {period.end}"
        yield BadValue("evidence outside the period", where="evidence", hint=hint, code="fairness.day")
