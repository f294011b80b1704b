"""Baselines (目标基数测算): what an owner would reach as things go, by a named builder, exact and with its reason.

A builder is a value with one face, `build(known, period)`: history and trends are in `series`, season in `seasonality`,
those reckoned from figures in `reckoned`, launches in `launch`, adjustments in `adjustments`, mixtures in `mixtures`.

>>> from pharmasales.goals.baselines.series import same_last_year
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> known = Known({month: Amount.of(month.month, BOX) for month in Quarter(2025, 1).months})
>>> found = same_last_year().build(known, Quarter(2026, 1))
>>> found.amount
Amount('6 BOX')
>>> print(found.why)
2026-Q1: 6 BOX by the same period last year
  2025-Q1: 6
>>> print(same_last_year().build(Known(), Quarter(2026, 1)).why)
2026-Q1: no baseline by the same period last year
  2025-Q1 not known

Source: S004-33, P2-D.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Protocol

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, joined
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.goals.baselines.baseline import by_id
from pharmasales.goals.baselines.ramps import Opening
from pharmasales.periods import Month, Period, Week, buckets
from pharmasales.units import Amount, Number, Unit

__all__ = ["Baseline", "Baselines", "Builder", "Known", "build_all", "not_known"]


def _openings(given: Iterable[Opening]) -> tuple[Opening, ...]:
    return tuple(given)


@frozen
class Known:
    """What is known of one owner when a baseline is built (测算依据).

    Args:
        history: what was reached, by period; a period that is left out or `None` is not known, which is not zero.
        figures: further figures by name: amounts of money or boxes, plain numbers for shares and factors.
        openings: the hospitals still to open.

    Raises:
        BadRows: everything in the history that is no period with an amount.
    """

    history: Mapping[Period, Amount | None] = field(factory=dict, converter=dict, repr=False, hash=False)
    figures: Mapping[str, Amount | Number | None] = field(factory=dict, converter=dict, repr=False, hash=False)
    openings: tuple[Opening, ...] = field(default=(), converter=_openings, repr=False)

    def __attrs_post_init__(self) -> None:
        hint = "write period: Amount, or None where it is not known"
        bad: list[PharmaSalesError] = [
            BadValue("no period with an amount", where=f"history {period}", hint=hint, code="goals.history")
            for period, amount in self.history.items()
            if not (isinstance(period, Period) and (amount is None or isinstance(amount, Amount)))
        ]
        if bad:
            raise BadRows("a history is refused", bad)

    def reached(self, period: Period) -> Amount | None:
        """Return what was reached in a period: as it is kept, or the sum of its months or quarters, all of them known.

        >>> from pharmasales.periods import Year
        >>> from pharmasales.units import BOX
        >>> known = Known({month: Amount.of(5, BOX) for month in Year(2025).months[1:]})
        >>> known.reached(Year(2025).months[1]), known.reached(Year(2025))
        (Amount('5 BOX'), None)
        """
        held = self.history.get(period)
        if held is not None or isinstance(period, Month | Week) or period in self.history:
            return held
        for by in ("month", "quarter"):
            parts = [self.history.get(part) for part in buckets(period, by)]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts):
                return Amount.total(known[1:], known[0].unit) + known[0]
        return None


class Builder(Protocol):
    """A way to build a baseline, as a value: what it is called, what it finds, and why."""

    @property
    def says(self) -> Says:
        """How a reason speaks of it, to stand behind `by`."""
        ...

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline of a period; missing where something that it needs is.

        Raises:
            NotComparable: two units.
            BadValue: a figure that is no exact number or out of its range.
        """
        ...

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return what the baseline rests on, or what is missing."""
        ...


@frozen
class Baseline:
    """What a builder found (基数). Made by `build`.

    Args:
        builder: the builder.
        period: the period that it is of.
        known: what it was built from.
        value: the exact value in whole units, or missing.
        unit: what it is counted in; missing where nothing was known.
    """

    builder: Builder
    period: Period
    known: Known = field(repr=False)
    value: Fraction | None
    unit: Unit | None

    @property
    def amount(self) -> Amount | None:
        """The value rounded half up to the smallest part of the unit, at this last step; missing stays missing."""
        if self.value is None or self.unit is None:
            return None
        return Amount.of(self.value, self.unit, "half_up")

    @property
    def below_zero(self) -> bool:
        """Whether it is below zero, so that no goal can be grown from it without a decision."""
        return self.value is not None and self.value < 0

    @property
    def why(self) -> Why:
        """The value, by which builder, and what it rests on."""
        reasons = self.builder.reasons(self.known, self.period)
        values: dict[str, Cell] = {"period": str(self.period), "name": self.builder.says}
        if self.value is None:
            return because("{period}: no baseline by {name}", "{period}：无基数（{name}）", *reasons, **values)
        end = (", below zero: decide by hand", "，为负，须人工确定") if self.below_zero else ("", "")
        en = f"{{period}}: {{value}} {{unit}} by {{name}}{end[0]}"
        zh = f"{{period}}：{{value}} {{unit}}（{{name}}）{end[1]}"
        unit = "" if self.unit is None else Says(self.unit.code, self.unit.zh or self.unit.code)
        return because(en, zh, *reasons, value=self.value, unit=unit, **values)

    def _repr_html_(self) -> str:
        return self.why.html()


@frozen(repr=False)
class Baselines(Mapping[str, Baseline]):
    """The baselines of many owners by one builder. Build it with `build_all`."""

    found: Mapping[str, Baseline] = field(hash=False)

    def __getitem__(self, owner: str) -> Baseline:
        return self.found[owner]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __repr__(self) -> str:
        return f"Baselines({len(self.found)} owners)"

    @property
    def missing(self) -> tuple[str, ...]:
        """The owners without a baseline: new, or with a gap in what is known."""
        return tuple(owner for owner, one in self.found.items() if one.value is None)

    @property
    def below_zero(self) -> tuple[str, ...]:
        """The owners whose baseline is below zero."""
        return tuple(owner for owner, one in self.found.items() if one.below_zero)

    def weights(self) -> dict[str, Fraction]:
        """Return the exact value of each owner that has one, as weights for `decompose` or a `blend`."""
        return {owner: one.value for owner, one in self.found.items() if one.value is not None}

    def table(self) -> Table:
        """Return one row an owner: the rounded baseline, and why."""
        rows = [
            (owner, str(one.period), None if one.amount is None else one.amount.value, one.why)
            for owner, one in self.found.items()
        ]
        return Table("baselines", Says("Baselines", "基数测算"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("owner", "Owner", "责任人"),
    Column("period", "Period", "期间"),
    Column("baseline", "Baseline", "基数", "amount"),
    Column("why", "Why", "说明", "why"),
)


def build_all(builder: Builder, known: Mapping[str, Known], period: Period) -> Baselines:
    """Build the baseline of a period for everybody; who lacks something is missing, and listed.

    Args:
        builder: the builder.
        known: what is known of each owner, by id.
        period: the period.

    Raises:
        BadRows: every owner whose figures are refused, and two spellings of one id.
    """
    found: dict[str, Baseline] = {}
    bad: list[PharmaSalesError] = []
    for owner, one in by_id(known, "owners").items():
        try:
            found[owner] = builder.build(one, period)
        except PharmaSalesError as error:
            bad.append(error.at(f"baseline of {owner!r}"))
    if bad:
        raise BadRows(f"{len(bad)} baselines refused", bad)
    return Baselines(found)


_NAMED = 3


def not_known(names: Iterable[Says]) -> Why:
    """Say that some things are not known: the first few by name, the others counted.

    >>> print(not_known([Says("potential", "潜力")]).text("zh"))
    潜力未知
    """
    gone = list(names)
    named, more = gone[:_NAMED], len(gone) - _NAMED
    said = joined(named)
    if more > 0:
        en, zh = "{names} and {more} more not known", "{names}等 {all} 项未知"
        return because(en, zh, names=said, more=more, all=len(gone))
    return because("{names} not known", "{names}未知", names=said)
