"""Agreement of two raters (评分一致性): how often they give the same people the same marks, and beyond chance.

>>> from pharmasales.evaluation.fairness.raters.scale import Scale
>>> from pharmasales.periods import Quarter
>>> rows = [
...     {"rater": rater, "person": f"r{n}", "item": "skill", "value": value}
...     for rater, values in (("m1", (2, 3, 4, 4)), ("m2", (2, 3, 4, 5))) for n, value in enumerate(values)
... ]
>>> found = agreement(MarkBook.read(rows, Scale(1, 5), Quarter(2026, 1)), "m1", "m2")
>>> found.exact, found.within_one, found.mean_difference, found.kappa
(Fraction(3, 4), Fraction(1, 1), Fraction(-1, 4), Fraction(2, 3))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, decimal_text, percent
from pharmasales.errors import BadValue, NotFound
from pharmasales.evaluation.fairness.raters.kappa import cohen_kappa
from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook
from pharmasales.evaluation.fairness.raters.scale import Scale, in_two
from pharmasales.names import nearest
from pharmasales.rules.terms import Exact

__all__ = ["Agreement", "Agreements", "agreement", "agreements"]


@frozen
class Agreement:
    """How far two raters agree on what both marked (两人一致性). Made by `agreement`.

    Args:
        first: the id of one rater.
        second: the id of the other.
        marks: how many marks both gave, of the same person and item.
        counts: of these, how many by the mark of the first and of the second.
        exact: the share of equal marks; missing without common marks, as all that follow.
        within_one: the share of marks at most one step apart.
        mean_difference: the mean of the first's less the second's marks, on the scale.
        kappa: Cohen's kappa, unweighted.
        linear: the same, weighted by the distance.
        quadratic: the same, weighted by its square.
        why: the figures in words, or why there are none.
    """

    first: str
    second: str
    marks: int
    counts: Mapping[tuple[Exact, Exact], int] = field(repr=False)
    exact: Fraction | None
    within_one: Fraction | None
    mean_difference: Fraction | None = field(repr=False)
    kappa: Fraction | None
    linear: Fraction | None
    quadratic: Fraction | None
    why: Why = field(repr=False, eq=False)

    def table(self) -> Table:
        """Return how often which marks met: a row a mark of the first, a column a mark of the second."""
        values = sorted({value for pair in self.counts for value in pair})
        columns = [Column("mark", "Mark", "评分", "number")]
        columns += [Column(str(value), str(value), str(value), "number") for value in values]
        rows: list[tuple[Cell, ...]] = [
            (in_two(one), *(self.counts.get((one, other), 0) for other in values)) for one in values
        ]
        return Table("agreement", Says("Marks of two raters", "两人评分对照"), tuple(columns), rows)

    def _repr_html_(self) -> str:
        return self.why.html() + self.table().html(most=20)


@frozen
class Agreements:
    """The agreement of each pair of raters with a mark in common, by the ids of the two.

    Args:
        rows: one a pair.
    """

    rows: tuple[Agreement, ...]

    def __iter__(self) -> Iterator[Agreement]:
        return iter(self.rows)

    def table(self) -> Table:
        """Return first, second, marks, exact, within_one, mean_difference, kappa, linear, quadratic, why.

        Kappas and the mean difference are shown with two decimals.
        """
        rows: list[tuple[Cell, ...]] = [
            (
                one.first,
                one.second,
                one.marks,
                one.exact,
                one.within_one,
                *map(in_two, (one.mean_difference, one.kappa, one.linear, one.quadratic)),
                one.why,
            )
            for one in self.rows
        ]
        return Table("agreements", Says("Agreement of raters", "评分一致性"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("first", "First", "评分人甲"),
    Column("second", "Second", "评分人乙"),
    Column("marks", "Marks", "共评数", "number"),
    Column("exact", "Equal", "完全一致", "ratio"),
    Column("within_one", "Within one step", "相差一档内", "ratio"),
    Column("mean_difference", "Mean difference", "平均差", "number"),
    Column("kappa", "Kappa", "Kappa", "number"),
    Column("linear", "Kappa, linear", "线性加权 Kappa", "number"),
    Column("quadratic", "Kappa, quadratic", "平方加权 Kappa", "number"),
    Column("why", "Why", "说明", "why"),
)


def agreement(book: MarkBook, first: str, second: str, *, item: str | None = None) -> Agreement:
    """Compare two raters on what both marked.

    Args:
        book: the marks.
        first: the id of one rater.
        second: the id of the other.
        item: the id of one item; all items where left out.

    Raises:
        NotFound: a rater or an item without marks.
        BadValue: one rater twice.

    Source: S004-68 (several judge one person); for kappa see `cohen_kappa`.
    """
    for rater in (first, second):
        if rater not in book.raters:
            hint = nearest(rater, book.raters)
            raise NotFound("no marks of this rater", where=rater, hint=hint, code="fairness.rater")
    if first == second:
        raise BadValue("one rater twice", where=first, hint="name two", code="fairness.rater")
    items = {mark.item for mark in book}
    if item is not None and item not in items:
        raise NotFound("no marks of this item", where=item, hint=nearest(item, items), code="fairness.item")
    mine = [mark for mark in book.of_rater(first) if item in (None, mark.item)]
    return _compared(book.scale, first, second, [(mark, book.cells[mark.cell].get(second)) for mark in mine])


def agreements(book: MarkBook) -> Agreements:
    """Compare each pair of raters who have a mark in common.

    Args:
        book: the marks.
    """
    met: dict[tuple[str, str], list[tuple[Mark, Mark | None]]] = {}
    for cell in book.cells.values():
        for pair in combinations(cell.values(), 2):
            met.setdefault((pair[0].rater, pair[1].rater), []).append(pair)
    return Agreements(tuple(_compared(book.scale, *raters, met[raters]) for raters in sorted(met)))


def _compared(scale: Scale, first: str, second: str, given: list[tuple[Mark, Mark | None]]) -> Agreement:
    places = Counter((mine.place, other.place) for mine, other in given if other is not None)
    marks = places.total()
    counts = {(scale.value(one), scale.value(other)): places[one, other] for one, other in sorted(places)}
    if not marks:
        why = because("not known: no person and item that both marked", "无法判断：无共同评分")
        return Agreement(first, second, 0, counts, None, None, None, None, None, None, why)
    same, near, apart = (
        Fraction(sum(figure(one, other) * count for (one, other), count in places.items()), marks)
        for figure in (_same, _near, int.__sub__)
    )
    kappas = cohen_kappa(places), cohen_kappa(places, "linear"), cohen_kappa(places, "quadratic")
    difference = apart * scale.step
    why = _why(marks, same, near, difference, kappas)
    return Agreement(first, second, marks, counts, same, near, difference, *kappas, why)


def _same(one: int, other: int) -> int:
    return int(one == other)


def _near(one: int, other: int) -> int:
    return int(abs(one - other) <= 1)


def _why(
    marks: int,
    same: Fraction,
    near: Fraction,
    difference: Fraction,
    kappas: tuple[Fraction | None, Fraction | None, Fraction | None],
) -> Why:
    plain, linear, quadratic = ("n/a" if one is None else decimal_text(one, 2) for one in kappas)
    parts = []
    if kappas[0] is None:
        parts.append(
            because(
                "no kappa: both gave one and the same mark throughout, so chance would agree as well",
                "无 Kappa：两人评分全部相同且仅一档，偶然也会一致",
            )
        )
    return because(
        "of {marks} common marks {same} are equal, {near} within one step; mean difference {apart}; kappa {plain}, "
        "linear {linear}, quadratic {quadratic}",
        "共评 {marks} 个，完全一致 {same}，相差一档内 {near}；平均差 {apart}；"
        "Kappa {plain}，线性加权 {linear}，平方加权 {quadratic}",
        *parts,
        marks=marks,
        same=percent(same),
        near=percent(near),
        apart=in_two(difference),
        plain=plain,
        linear=linear,
        quadratic=quadratic,
    )
