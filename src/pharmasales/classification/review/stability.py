"""Stability (稳定性与敏感性): how many customers a cut moves when it moves, who stands near one.

>>> from pharmasales.classification.classify import classify
>>> from pharmasales.classification.grade import Scheme
>>> from pharmasales.rules import Field
>>> rule = Bands(Field("sales"), ((20, "C"), (50, "B")), top="A")
>>> people = [(f"H{n}", "Example", {"sales": sales}) for n, sales in enumerate((80, 52, 50, 49, 20, 5, None))]
>>> found = classify(people, Scheme("size", ("A", "B", "C")), rule)
>>> print(cut_sensitivity(found, ["-5%", "5%"]).table())
Cut of  At  Shift  Shifted to  Up  Down  Share  Why
------  --  -----  ----------  --  ----  -----  ----------------------------------------------------------------
A       50  -5.0%        47.5   1     0  16.7%  a cut 5.0% lower, at 47.5, moves 1 of 6 customers: 1 up, 0 down
A       50   5.0%        52.5   0     2  33.3%  a cut 5.0% higher, at 52.5, moves 2 of 6 customers: 0 up, 2 down
B       20  -5.0%          19   0     0   0.0%  a cut 5.0% lower, at 19, moves 0 of 6 customers: 0 up, 0 down
B       20   5.0%          21   0     1  16.7%  a cut 5.0% higher, at 21, moves 1 of 6 customers: 0 up, 1 down
>>> print(near_cuts(found, "5%").why)
4 of 6 customers (66.7%) stand within 5.0% of a cut
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.classification.classify import Classification
from pharmasales.classification.cutting import cut_text, number_text
from pharmasales.classification.grade import Grade
from pharmasales.display import Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRule
from pharmasales.rules import Bands, Cut
from pharmasales.rules.terms import Exact, each, literal, number
from pharmasales.units import Number, ratio

__all__ = ["CutSensitivity", "CutShift", "NearCut", "Nearness", "cut_sensitivity", "near_cuts"]


@frozen
class CutShift:
    """What one cut does when it is moved by itself.

    Args:
        better: the better of the two grades that the cut parts.
        worse: the other.
        cut: the cut as it is.
        by: the shift, as a part of the cut's size: 1/20 is 5 % higher.
        to: the cut as it would be; missing where it would reach the next cut, so that a class would vanish.
        up: how many customers would get the better grade; missing likewise.
        down: how many would get the worse one.
        valued: how many customers have a value.
    """

    better: Grade
    worse: Grade
    cut: Cut
    by: Exact
    to: Cut | None
    up: int | None
    down: int | None
    valued: int

    @property
    def moved(self) -> int | None:
        """How many would change their grade."""
        return None if self.up is None or self.down is None else self.up + self.down

    @property
    def share(self) -> Fraction | None:
        """Their share of all customers with a value."""
        return ratio(self.moved, self.valued)

    @property
    def why(self) -> Why:
        """The figures in one sentence, or why there are none."""
        en, zh = ("lower", "低") if self.by < 0 else ("higher", "高")
        by = percent(abs(Fraction(self.by)))
        if self.to is None:
            says = f"a cut {{by}} {en} would reach the next cut", f"切点{zh} {{by}} 将触及相邻切点"
            return because(*says, by=by)
        return because(
            f"a cut {{by}} {en}, at {{to}}, moves {{moved}} of {{valued}} customers: {{up}} up, {{down}} down",
            f"切点{zh} {{by}}（{{to}}）将变动 {{valued}} 个客户中的 {{moved}} 个：上升 {{up}}，下降 {{down}}",
            by=by,
            to=cut_text(self.to),
            moved=self.moved,
            valued=self.valued,
            up=self.up,
            down=self.down,
        )


@frozen
class CutSensitivity:
    """Every cut with every shift (切点敏感性), the best grade's cut first."""

    rows: tuple[CutShift, ...]

    def table(self) -> Table:
        """Return one row a cut and shift."""
        rows = [
            (r.better.letter, cut_text(r.cut), r.by, cut_text(r.to), r.up, r.down, r.share, r.why) for r in self.rows
        ]
        return Table("cut_sensitivity", Says("Sensitivity of the cuts", "切点敏感性"), _SHIFT_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_SHIFT_COLUMNS = (
    Column("cut", "Cut of", "级别"),
    Column("at", "At", "切点", "amount"),
    Column("shift", "Shift", "变动率", "ratio"),
    Column("to", "Shifted to", "变动后", "amount"),
    Column("up", "Up", "上升", "number"),
    Column("down", "Down", "下降", "number"),
    Column("share", "Share", "占比", "ratio"),
    Column("why", "Why", "原因", "why"),
)


def _bands(found: Classification) -> Bands:
    if not isinstance(found.rule, Bands):
        hint = "ask for the bands on each side of a grid by themselves"
        raise BadRule(f"a {type(found.rule).__name__} has no cut points", hint=hint, code="stability.rule")
    return found.rule


def _valued(found: Classification, bands: Bands) -> list[tuple[Exact, int]]:
    """Return value and position of everybody who has a value, the least value first."""
    of, name = bands.of, bands.of.named()
    values = ((number(of(graded.record), name), place) for place, graded in enumerate(found.grades))
    return sorted((value, place) for value, place in values if value is not None)


def _shares(given: Iterable[Number | float], what: str) -> list[Exact]:
    return list(each(given, what, literal))


def _reaching(values: Sequence[Exact], cut: Cut) -> int:
    """Return how many of the values, the least first, are above a cut or at it."""
    return len(values) - (bisect_right if cut.exclusive else bisect_left)(values, cut.at)


def _moved(cut: Cut, by: Exact) -> Cut:
    """Move a cut by a part of its size: up is up, also below zero."""
    size = cut.at if cut.at >= 0 else -cut.at
    return Cut(cut.at + size * by, cut.exclusive)


def cut_sensitivity(found: Classification, shifts: Iterable[Number | float]) -> CutSensitivity:
    """Count exactly whom each cut moves when it alone is moved, by the rule alone.

    Args:
        found: the grades; their rule is bands.
        shifts: parts of the cut, such as `5%` for a cut 5 % higher and `-10%`.

    Source: the question of every review of cut points: whom would a cut 5 % higher move? Raises:
        BadRule: a rule without cut points, or a shift that is no number.
    """
    bands, scheme = _bands(found), found.scheme
    asked = _shares(shifts, "shifts")
    values = [value for value, _ in _valued(found, bands)]
    order = range(len(bands.cuts))
    grades = [scheme.grade(label) for label in bands.labels()]
    best_on_top = grades[-1] >= grades[0]
    rows = [
        _shift(bands, grades, place, by, values)
        for place in (reversed(order) if best_on_top else order)
        for by in asked
    ]
    return CutSensitivity(tuple(rows))


def _shift(bands: Bands, grades: Sequence[Grade], place: int, by: Exact, values: Sequence[Exact]) -> CutShift:
    cut, sides = bands.cuts[place][0], (grades[place], grades[place + 1])
    to, best_above = _moved(cut, by), sides[1] >= sides[0]
    pair = (max(sides), min(sides), cut, by)
    below, above = bands.bounds(place)[0], bands.bounds(place + 1)[1]
    if (below and to.key() <= below.key()) or (above and to.key() >= above.key()):
        return CutShift(*pair, None, None, None, len(values))
    raised = 0 if sides[0] == sides[1] else _reaching(values, to) - _reaching(values, cut)
    gain, loss = max(raised, 0), max(-raised, 0)
    up, down = (gain, loss) if best_above else (loss, gain)
    return CutShift(*pair, to, up, down, len(values))


@frozen(repr=False)
class NearCut:
    """A customer who stands near a cut.

    Args:
        customer: its id.
        name: its label.
        value: its value.
        cut: the nearest cut.
        distance: value less cut.
        share: the distance's size over the cut's size; zero at a cut of zero.
    """

    customer: str
    name: str
    value: Exact
    cut: Cut
    distance: Exact
    share: Fraction

    def __repr__(self) -> str:
        return f"NearCut({self.customer!r}, {self.cut.at})"


@frozen
class Nearness:
    """Who stands near a cut (临界客户), the nearest first, equal ones by id.

    Args:
        within: how near, as a part of the cut's size.
        customers: those who are; each once, at its nearest cut.
        valued: how many customers have a value.
    """

    within: Exact
    customers: tuple[NearCut, ...] = field(repr=False)
    valued: int

    @property
    def share(self) -> Fraction | None:
        """Their share of all customers with a value."""
        return ratio(len(self.customers), self.valued)

    @property
    def why(self) -> Why:
        """The figures in one sentence."""
        return because(
            "{count} of {valued} customers ({share}) stand within {within} of a cut",
            "{valued} 个客户中 {count} 个（{share}）距切点不超过 {within}",
            count=len(self.customers),
            valued=self.valued,
            share=percent(self.share),
            within=percent(Fraction(self.within)),
        )

    def table(self) -> Table:
        """Return one row a customer: its value, the nearest cut and how far it is."""
        rows = [
            (n.customer, n.name, number_text(n.value), cut_text(n.cut), number_text(n.distance), n.share)
            for n in self.customers
        ]
        return Table("near_cuts", Says("Customers near a cut", "临界客户"), _NEAR_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_NEAR_COLUMNS = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("value", "Value", "数值", "amount"),
    Column("cut", "Nearest cut", "最近切点", "amount"),
    Column("distance", "Distance", "距离", "amount"),
    Column("share", "Distance in %", "距离占比", "ratio"),
)


def near_cuts(found: Classification, within: Number | float) -> Nearness:
    """Find the customers within a part of a cut's size of it, both ends included.

    Args:
        found: the grades; their rule is bands.
        within: how near: `5%` of a cut of 50,000 is from 47,500 to 52,500.

    Raises:
        BadRule: a rule without cut points, or a part that is no number of zero or more.
    """
    bands, width = _bands(found), literal(within)
    if width < 0:
        raise BadRule("a part below zero", where="within", code="stability.within")
    people = _valued(found, bands)
    values = [value for value, _ in people]
    best: dict[int, tuple[Fraction, int]] = {}
    for place, (cut, _) in enumerate(bands.cuts):
        low, high = _moved(cut, -width).at, _moved(cut, width).at
        for value, who in people[bisect_left(values, low) : bisect_right(values, high)]:
            far = abs(Fraction(value - cut.at) / cut.at) if cut.at else Fraction(0)
            best[who] = min(best.get(who, (far, place)), (far, place))
    numbers = {who: value for value, who in people if who in best}
    near = []
    for who, (far, place) in best.items():
        graded, cut = found.grades[who], bands.cuts[place][0]
        near.append(NearCut(graded.customer, graded.name, numbers[who], cut, numbers[who] - cut.at, far))
    return Nearness(width, tuple(sorted(near, key=lambda one: (one.share, one.customer))), len(people))
