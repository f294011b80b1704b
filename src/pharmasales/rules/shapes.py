"""The shapes that row rules are written in: bands, grid, curve, weighted sum, first match.

Each is a frozen value, checked once when it is made, and answers with `rule(record)`.

>>> from pharmasales.rules import Field
>>> potential = Bands(Field("potential"), ((200_000, "low"), (500_000, "mid")), top="high")
>>> [potential({"potential": value}) for value in (199_999, 200_000, 500_000, None)]
['low', 'mid', 'high', None]
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal, TypeAlias, get_args

from attrs import Attribute, field, frozen

from pharmasales.errors import BadRule
from pharmasales.names import clean, nearest
from pharmasales.rules._lines import Key, Line, lines_of, reached
from pharmasales.rules.terms import Condition, Exact, Label, Rule, as_label, each, found_by, literal, number
from pharmasales.units import Number, half_up, in_decimals

__all__ = ["Bands", "Curve", "Cut", "FirstMatch", "Grid", "Part", "Points", "Weighted", "over"]

WhenMissing: TypeAlias = Literal["missing", "zero", "reweight"]


@frozen
class Cut:
    """A cut point and its side: at least (以上, the default) or over (超过)."""

    at: Exact = field(converter=literal)
    exclusive: bool = False

    def key(self) -> tuple[Exact, bool]:
        """Return what cuts are ordered by."""
        return self.at, self.exclusive


def over(at: Number | float) -> Cut:
    """Cut above a value, leaving the value itself below: `over(120)` days is 121 and more.

    >>> from pharmasales.rules import Field
    >>> Bands(Field("days"), ((over(120), "in time"),), top="late")({"days": 120})
    'in time'
    """
    return Cut(at, exclusive=True)


def _cuts(given: Iterable[tuple[Cut | Number | float, Label]]) -> tuple[tuple[Cut, Label], ...]:
    return tuple(
        each(given, "cuts", lambda cut: (cut[0] if isinstance(cut[0], Cut) else Cut(cut[0]), as_label(cut[1])))
    )


@frozen
class Bands(Rule):
    """Cut points that part a number into labelled bands; a band includes its lower cut unless the cut says `over`.

    Args:
        of: the term or rule that gives the number.
        cuts: pairs of a cut and the label below it, ascending.
        top: the label from the last cut up.

    Raises:
        BadRule: cuts that do not ascend, or a label that is neither text nor a whole number.
    """

    of: Rule
    cuts: tuple[tuple[Cut, Label], ...] = field(converter=_cuts)
    top: Label = field(converter=as_label)
    _keys: list[Any] = field(init=False, repr=False, eq=False)
    _plain: bool = field(init=False, repr=False, eq=False)
    _names: tuple[Label, ...] = field(init=False, repr=False, eq=False)

    @cuts.validator
    def _ascending(self, _attribute: Attribute[object], cuts: tuple[tuple[Cut, Label], ...]) -> None:
        keys = [cut.key() for cut, _ in cuts]
        for place, (low, high) in enumerate(pairwise(keys), 1):
            if low >= high:
                raise BadRule("cuts must ascend", where=f"cuts[{place}]", code="rule.cuts")

    def __attrs_post_init__(self) -> None:
        plain = not any(cut.exclusive for cut, _ in self.cuts)
        object.__setattr__(self, "_plain", plain)
        object.__setattr__(self, "_keys", [cut.at if plain else cut.key() for cut, _ in self.cuts])
        object.__setattr__(self, "_names", (*(label for _, label in self.cuts), self.top))

    def __call__(self, record: object) -> Label | None:
        """Return the label of the band that the number falls in; `None` where it is missing."""
        value = self.of(record)
        if type(value) is not int:
            value = found_by(self.of, value)
            if value is None:
                return None
        return self._names[bisect_right(self._keys, value if self._plain else (value, False))]

    def place(self, value: Exact | None) -> int | None:
        """Return the position of the band that holds a value, 0 the lowest."""
        return None if value is None else bisect_right(self._keys, value if self._plain else (value, False))

    def labels(self) -> tuple[Label, ...]:
        """Return the labels from the lowest band to the top."""
        return self._names

    def bounds(self, place: int) -> tuple[Cut | None, Cut | None]:
        """Return the lower and the upper cut of a band; `None` where it is open."""
        low = self.cuts[place - 1][0] if place else None
        return low, self.cuts[place][0] if place < len(self.cuts) else None


def _cells(given: Mapping[Label, Mapping[Label, Label]]) -> dict[Label, dict[Label, Label]]:
    return {row: {col: as_label(cell) for col, cell in cells.items()} for row, cells in given.items()}


@frozen
class Grid(Rule):
    """Two banded rules crossed: the row's label and the column's label lead to a cell.

    Args:
        rows: a rule with labels.
        cols: another.
        cells: for each row label, for each column label, the answer.

    >>> from pharmasales.rules import Field
    >>> use = Bands(Field("use"), ((50, "low"),), top="high")
    >>> potential = Bands(Field("potential"), ((100, "low"),), top="high")
    >>> cells = {"low": {"low": "D", "high": "C"}, "high": {"low": "A", "high": "B"}}
    >>> Grid(use, potential, cells)({"use": 80, "potential": 150})
    'B'

    Raises:
        BadRule: a missing or a surplus cell, or a side with labels such as 1 and "1".
    """

    rows: Bands | FirstMatch
    cols: Bands | FirstMatch
    cells: dict[Label, dict[Label, Label]] = field(converter=_cells, hash=False)

    @cells.validator
    def _complete(self, _attribute: Attribute[object], cells: dict[Label, dict[Label, Label]]) -> None:
        for side, names in (("rows", self.rows.labels()), ("cols", self.cols.labels())):
            if len({str(name) for name in names}) < len(set(names)):
                raise BadRule("a number and a text that read alike", where=side, code="rule.label")
        due = {(row, col) for row in self.rows.labels() for col in self.cols.labels()}
        given = {(row, col) for row, line in cells.items() for col in line}
        for what, odd in (("no cell", due - given), ("a cell that no band leads to", given - due)):
            if odd:
                row, col = min(odd, key=str)
                raise BadRule(what, where=f"cells[{row!r}][{col!r}]", code="rule.cells")

    def __call__(self, record: object) -> Label | None:
        """Return the cell; `None` where either side is missing."""
        row, col = self.rows(record), self.cols(record)
        return None if row is None or col is None else self.cells[row][col]

    def labels(self) -> tuple[Label, ...]:
        """Return the answers, in the order in which the cells name them."""
        return tuple(dict.fromkeys(label for line in self.cells.values() for label in line.values()))


def _points(given: Iterable[tuple[Number | float, Number | float]]) -> tuple[tuple[Exact, Exact], ...]:
    return tuple(each(given, "points", lambda point: (literal(point[0]), literal(point[1]))))


@frozen
class Curve(Rule):
    """Straight lines between points, flat outside them: a score or a payout for each attainment.

    Args:
        of: the term or rule that gives the number.
        points: pairs of x and y, x ascending.
        lines: below, between and above the points: base, slope, and what both are divided by.

    >>> from pharmasales.rules import Field
    >>> payout = Curve(Field("attainment"), (("70%", 0), ("100%", 10_000), ("150%", 20_000)))
    >>> [int(payout({"attainment": a})) for a in ("0.699", "0.85", "1.2", "1.8")]
    [0, 5000, 14000, 20000]

    Source: E36. Raises:
        BadRule: fewer than two points, or x out of order.
    """

    of: Rule
    points: tuple[tuple[Exact, Exact], ...] = field(converter=_points)
    lines: tuple[Line, ...] = field(init=False, repr=False, eq=False)
    _keys: list[Key] = field(init=False, repr=False, eq=False)

    @points.validator
    def _ordered(self, _attribute: Attribute[object], points: tuple[tuple[Exact, Exact], ...]) -> None:
        if len(points) < 2:
            raise BadRule("a curve needs two points", where="points", code="rule.points")
        for place, (left, right) in enumerate(pairwise(points), 1):
            if left[0] >= right[0]:
                raise BadRule("x must ascend", where=f"points[{place}]", code="rule.points")

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(lines_of(self.points)))
        object.__setattr__(self, "_keys", [(x.numerator, x.denominator, False) for x, _ in self.points])

    def __call__(self, record: object) -> Fraction | None:
        """Return the exact height of the curve; `None` where the number is missing."""
        value = found_by(self.of, self.of(record))
        if value is None:
            return None
        top, under = value.numerator, value.denominator
        base, slope, over = self.lines[reached(self._keys, top, under)]
        return Fraction(base * under + slope * top, over * under)

    def segment(self, value: Exact) -> tuple[tuple[Exact, Exact], tuple[Exact, Exact]]:
        """Return the two points between which a value lies, or the nearest two."""
        right = bisect_right(self.points, value, key=lambda point: point[0])
        right = min(max(right, 1), len(self.points) - 1)
        return self.points[right - 1], self.points[right]


@frozen
class Part:
    """One measure of a weighted sum.

    Args:
        name: its name, unique in the sum.
        weight: its share of the whole.
        rule: gives its score.
        zh: its Chinese name.

    Raises:
        BadValue: a name that is no text.
        BadRule: a weight that is no number.
    """

    name: str = field(converter=clean)
    weight: Exact = field(converter=literal)
    rule: Rule
    zh: str = field(default="", eq=False, converter=clean)


@frozen
class Points:
    """What one part of a weighted sum brought: the score, the weight that counted, the points in hundredths.

    `points` is `None` where the score was missing and not taken for zero, and `weight` where it went to the others.
    """

    part: Part
    score: Exact | None
    weight: Fraction | None
    hundredths: int | None
    full: Exact = 1

    @property
    def points(self) -> Decimal | None:
        """The points with two decimals."""
        return None if self.hundredths is None else in_decimals(self.hundredths, 2)


def _parts(given: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(given)


@frozen
class Weighted(Rule):
    """A sum of scored measures; every part is rounded to hundredths, and the total is the sum of what is shown.

    Args:
        parts: the measures; their weights add up to `whole`.
        full: the score that earns the whole weight: 1 for ratios, 100 for marks out of a hundred.
        whole: what the weights add up to.
        missing: what a missing score does: `missing` (the sum is missing), `zero`, or `reweight` (the other weights
            grow in proportion).

    >>> from pharmasales.rules import Field
    >>> parts = [Part("a", 40, Field("a")), Part("b", 25, Field("b")), Part("c", 35, Field("c"))]
    >>> Weighted(parts)({"a": "1.1", "b": "0.9", "c": "0.8"})
    Decimal('94.50')

    Source: E40, E57. Raises:
        BadRule: negative weights, weights that miss the whole, two parts of one name, an unknown `missing`.
    """

    parts: tuple[Part, ...] = field(converter=_parts)
    full: Exact = field(default=1, converter=literal)
    whole: Exact = field(default=100, converter=literal)
    missing: WhenMissing = "missing"

    def __attrs_post_init__(self) -> None:
        names = [part.name for part in self.parts]
        for place, part in enumerate(self.parts):
            if part.weight < 0:
                raise BadRule("negative weight", where=f"parts[{place}] {part.name}", code="rule.weight")
            if part.name in names[:place]:
                raise BadRule("two parts of one name", where=f"parts[{place}] {part.name}", code="rule.parts")
        if self.missing not in get_args(WhenMissing):
            hint = nearest(str(self.missing), get_args(WhenMissing))
            raise BadRule("unknown way with a missing score", where="missing", hint=hint, code="rule.missing")
        if self.whole <= 0 or self.full <= 0:
            raise BadRule("whole and full are above zero", code="rule.weight")
        weights = sum(part.weight for part in self.parts)
        if weights != self.whole:
            raise BadRule(f"the weights add up to {weights}, not {self.whole}", where="parts", code="rule.weight")

    def __call__(self, record: object) -> Decimal | None:
        """Return the points with two decimals; `None` where a score is missing and that is not allowed for."""
        total = 0
        for part in self.parts:
            score = number(part.rule(record), part.name)
            if score is None:
                return self._incomplete(record)
            total += _hundredths(part.weight, score, self.full)
        return in_decimals(total, 2)

    def _incomplete(self, record: object) -> Decimal | None:
        """Add up what a record with missing scores brings; no weight left to count is no total."""
        counted = [points for points in self.points(record) if points.hundredths is not None]
        if self.missing == "missing" or not any(points.weight for points in counted):
            return None
        return in_decimals(sum(points.hundredths or 0 for points in counted), 2)

    def points(self, record: object) -> list[Points]:
        """Return what each part brought, in order."""
        scores = [number(part.rule(record), part.name) for part in self.parts]
        present = sum(part.weight for part, score in zip(self.parts, scores, strict=True) if score is not None)
        grow = Fraction(self.whole) / present if self.missing == "reweight" and present else Fraction(1)
        return list(self._pointed(scores, grow))

    def _pointed(self, scores: Sequence[Exact | None], grow: Fraction) -> Iterator[Points]:
        for part, score in zip(self.parts, scores, strict=True):
            weight = part.weight * grow
            if score is not None:
                yield Points(part, score, weight, _hundredths(weight, score, self.full), self.full)
            elif self.missing == "reweight":
                yield Points(part, None, None, None, self.full)
            else:
                yield Points(part, None, weight, 0 if self.missing == "zero" else None, self.full)


def _hundredths(weight: Exact, score: Exact, full: Exact) -> int:
    """Round `weight x score / full` half up to hundredths, in whole numbers up to the end: they are the fastest."""
    over = 100 * weight.numerator * score.numerator * full.denominator
    return half_up(Fraction(over, weight.denominator * score.denominator * full.numerator))


def _cases(given: Iterable[tuple[Condition, Label]]) -> tuple[tuple[Condition, Label], ...]:
    return tuple(each(given, "cases", lambda case: (case[0], as_label(case[1]))))


def _otherwise(answer: Label | None) -> Label | None:
    return None if answer is None else as_label(answer)


@frozen
class FirstMatch(Rule):
    """The first case whose test holds decides; a test that cannot be answered before that leaves the answer missing.

    Args:
        cases: pairs of a test and the answer.
        otherwise: the answer where no test holds.

    >>> from pharmasales.rules import All, Field
    >>> worst = All([Field("amount").at_least(50_000), Field("days").over(120), Field("sales").equals("poor")])
    >>> rule = FirstMatch(((worst, "worst"),), otherwise="other")
    >>> [rule({"amount": 50_000, "days": days, "sales": "poor"}) for days in (120, 121)]
    ['other', 'worst']

    Source: S004-81, E48.
    """

    cases: tuple[tuple[Condition, Label], ...] = field(converter=_cases)
    otherwise: Label | None = field(default=None, converter=_otherwise)

    def __call__(self, record: object) -> Label | None:
        """Return the answer of the first test that holds."""
        place = self.matched(record)
        if place is None:
            return None
        return self.cases[place][1] if place < len(self.cases) else self.otherwise

    def matched(self, record: object) -> int | None:
        """Return the position of the deciding case, the count of cases for `otherwise`, `None` where undecided."""
        for place, (test, _) in enumerate(self.cases):
            holds = test(record)
            if holds is None:
                return None
            if holds:
                return place
        return len(self.cases)

    def labels(self) -> tuple[Label, ...]:
        """Return the answers in order."""
        last = () if self.otherwise is None else (self.otherwise,)
        return tuple(dict.fromkeys([*(label for _, label in self.cases), *last]))
