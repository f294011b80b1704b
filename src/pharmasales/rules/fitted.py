"""Population rules: they look at everybody once and give plain `Bands`, with the evidence, to keep and apply later.

Equal values always get equal labels. Only values above zero take part in a share or a rank; zero and less is the lowest
label, and missing stays missing.

>>> from pharmasales.rules import Field
>>> fitted = Pareto(Field("sales"), (("80%", "A"), ("95%", "B")), rest="C").fit([{"sales": s} for s in (60, 25, 10, 5)])
>>> [fitted.bands({"sales": s}) for s in (60, 25, 10, 5, 0)]
['A', 'A', 'B', 'C', 'C']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import Attribute, field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.names import nearest
from pharmasales.rules.shapes import Bands, Cut
from pharmasales.rules.terms import Exact, Label, Rule, as_label, each, literal, number
from pharmasales.units import Number

__all__ = ["AllZero", "Evidence", "Fitted", "Pareto", "Quantiles", "bands_above"]

AllZero: TypeAlias = Literal["refuse", "lowest"]


@frozen
class Evidence:
    """What one label holds in the population that was fitted.

    Args:
        label: the label.
        count: how many records bear it.
        total: the sum of their values above zero.
        share: that sum over the population's; missing where nobody is above zero.
        low: the smallest value, `None` where there is none.
        high: the largest value.
    """

    label: Label
    count: int
    total: Exact
    share: Fraction | None
    low: Exact | None
    high: Exact | None


@frozen
class Fitted:
    """Bands that came from a population, and the evidence for them.

    Args:
        bands: cut points to store, review and apply to any record.
        evidence: one entry a label, the best first.
        missing: how many records had no value.
    """

    bands: Bands
    evidence: tuple[Evidence, ...]
    missing: int

    def table(self) -> Table:
        """Return the evidence as a table: label, count, total, share, least and largest value."""
        rows = [(str(e.label), e.count, _cell(e.total), e.share, _cell(e.low), _cell(e.high)) for e in self.evidence]
        return Table("evidence", Says("Evidence", "分级依据"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("label", "Label", "级别"),
    Column("count", "Count", "数量", "number"),
    Column("total", "Total", "合计", "amount"),
    Column("share", "Share", "占比", "ratio"),
    Column("low", "Least", "最小", "amount"),
    Column("high", "Largest", "最大", "amount"),
)


def _cell(value: Exact | None) -> int | Fraction | None:
    return value


class _Population:
    """The values of everybody, sorted down, each distinct value once with its count."""

    def __init__(self, of: Rule, records: Iterable[object], all_zero: AllZero) -> None:
        values = list(each(records, "records", lambda record: number(of(record), of.named())))
        found = [value for value in values if value is not None]
        self.of = of
        self.missing = len(values) - len(found)
        self.counts = sorted(Counter(found).items(), reverse=True)
        above = [(value, count) for value, count in self.counts if value > 0]
        self.total: Exact = sum(value * count for value, count in above)
        self.above = above
        if not above and all_zero == "refuse":
            raise BadRule("nobody has a value above zero", where=of.named(), code="rule.fit")

    def fitted(self, starts: Sequence[tuple[Exact, Label]], rest: Label, order: Sequence[Label]) -> Fitted:
        """Make the bands from the least value of each label, the best first; `rest` lies below all of them."""
        bands = bands_above(self.of, starts, rest)
        held: dict[Label, list[tuple[Exact, int]]] = {label: [] for label in order}
        for value, count in self.counts:
            place = bands.place(value)
            held[bands.labels()[place or 0]].append((value, count))
        return Fitted(bands, tuple(self._evidence(label, members) for label, members in held.items()), self.missing)

    def _evidence(self, label: Label, members: Sequence[tuple[Exact, int]]) -> Evidence:
        total: Exact = sum(value * count for value, count in members if value > 0)
        low, high = (members[-1][0], members[0][0]) if members else (None, None)
        share = Fraction(total) / self.total if self.total else None
        return Evidence(label, sum(count for _, count in members), total, share, low, high)


def bands_above(of: Rule, starts: Sequence[tuple[Exact, Label]], rest: Label) -> Bands:
    """Return bands from the least value of each label, the best first; `rest` lies below all of them.

    >>> from pharmasales.rules import Field
    >>> bands_above(Field("sales"), [(60, "A"), (25, "B")], "C").labels()
    ('C', 'B', 'A')
    """
    cuts: list[tuple[Cut, Label]] = []
    below = rest
    for start, label in reversed(starts):
        cuts.append((Cut(start), below))
        below = label
    return Bands(of, cuts, top=below)


def _shares(given: Iterable[tuple[Number | float, Label]]) -> tuple[tuple[Exact, Label], ...]:
    return tuple(each(given, "cuts", lambda cut: (literal(cut[0]), as_label(cut[1]))))


@frozen
class Pareto(Rule):
    """Classes by cumulative share (ABC, 二八): who together make the first 80 %, the next 15 %, the rest.

    A value belongs to the first class whose cut is above the share of all larger values, so the one who crosses the cut
    is inside, and equal values stay together.

    Args:
        of: the term that gives the value.
        cuts: pairs of a cumulative share and its label, ascending, each within 0 and 1.
        rest: the label of the remainder, and of zero or less.

    Source: S001-2, S004-81; peers' ABC tools split ties, this one does not.

    Raises:
        BadRule: cuts that do not ascend within (0, 1].
    """

    of: Rule
    cuts: tuple[tuple[Exact, Label], ...] = field(converter=_shares)
    rest: Label = field(converter=as_label)

    @cuts.validator
    def _ascending(self, _attribute: Attribute[object], cuts: tuple[tuple[Exact, Label], ...]) -> None:
        last: Exact = 0
        for place, (cut, _) in enumerate(cuts):
            if not last < cut <= 1:
                raise BadRule("shares must ascend within 0 and 100 %", where=f"cuts[{place}]", code="rule.cuts")
            last = cut

    def fit(self, records: Iterable[object], *, all_zero: AllZero = "refuse") -> Fitted:
        """Look at everybody once and return the cut points with their evidence.

        Args:
            records: everybody.
            all_zero: where nobody has a value above zero `refuse`, or give all of them the `lowest` label.

        Raises:
            BadRule: nobody has a value above zero.
        """
        people = _Population(self.of, records, all_zero)
        starts: dict[Label, Exact] = {}
        before: Exact = 0
        for value, count in people.above:
            share = Fraction(before) / people.total
            name = next((name for cut, name in self.cuts if share < cut), self.rest)
            if name != self.rest:
                starts[name] = value
            before += value * count
        order = [*(name for _, name in self.cuts), self.rest]
        return people.fitted([(value, name) for name, value in starts.items()], self.rest, order)


By: TypeAlias = Literal["count", "volume"]


@frozen
class Quantiles(Rule):
    """Equal parts of a population: deciles and the like, the best part bearing the highest number.

    Args:
        of: the term that gives the value.
        parts: how many parts, 10 for deciles.
        by: `count` for parts of equal head-count, `volume` for parts of equal volume (decile 10 then has the fewest).

    A value's part is found from the head-count or volume of all larger values, so ties share the better part. Zero or
    less is part 0.

    >>> from pharmasales.rules import Field
    >>> fitted = Quantiles(Field("claims"), 2).fit([{"claims": c} for c in (9, 9, 9, 1, 0)])
    >>> [fitted.bands({"claims": c}) for c in (9, 1, 0)]
    [2, 1, 0]

    Raises:
        BadRule: fewer than two parts, or an unknown `by`.
    """

    of: Rule
    parts: int = field(default=10)
    by: By = field(default="count")

    @parts.validator
    def _several(self, _attribute: Attribute[int], parts: int) -> None:
        if type(parts) is not int or parts < 2:
            raise BadRule("at least two parts", where="parts", code="rule.parts")

    @by.validator
    def _known(self, _attribute: Attribute[str], by: str) -> None:
        if by not in get_args(By):
            raise BadRule("parts of what?", where="by", hint=nearest(str(by), get_args(By)), code="rule.by")

    def fit(self, records: Iterable[object], *, all_zero: AllZero = "refuse") -> Fitted:
        """Look at everybody once and return the cut points with their evidence.

        Args:
            records: everybody.
            all_zero: where nobody has a value above zero `refuse`, or give all of them the `lowest` label.

        Raises:
            BadRule: nobody has a value above zero.
        """
        people = _Population(self.of, records, all_zero)
        whole = people.total if self.by == "volume" else sum(count for _, count in people.above)
        starts: dict[Label, Exact] = {}
        before: Exact = 0
        for value, count in people.above:
            starts[self.parts - int(before * self.parts // whole)] = value
            before += value * count if self.by == "volume" else count
        order = list(range(self.parts, -1, -1))
        return people.fitted([(value, label) for label, value in starts.items()], 0, order)
