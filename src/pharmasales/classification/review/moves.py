"""Review (复评): who moved between two periods, from where to where, and why.

The matrix holds everybody: a customer without a grade, a new one and one that is gone have places of their own.

>>> from pharmasales.classification.classify import classify
>>> from pharmasales.rules import Bands, Field
>>> scheme, rule = Scheme("size", ("A", "B")), Bands(Field("sales", "销售额"), ((50, "B"),), top="A")
>>> was = classify([("H1", "One", {"sales": 60}), ("H2", "Two", {"sales": 20})], scheme, rule)
>>> now = classify([("H1", "One", {"sales": 40}), ("H3", "Three", {"sales": 90})], scheme, rule)
>>> found = transitions(was, now)
>>> print(found.table())
From     A  B  Missing  Gone  All
-------  -  -  -------  ----  ---
A        0  1        0     0    1
B        0  0        0     1    1
Missing  0  0        0     0    0
New      1  0        0     0    1
All      1  1        0     1    3
>>> print(found.moves[0].why)
H1: A to B
  sales from 60 to 40 passes the cut 50 downwards
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.classification.classify import Classification, Graded
from pharmasales.classification.grade import Grade, Scheme
from pharmasales.classification.review._moving import reasons
from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.units import ratio

__all__ = ["GONE", "MISSING", "NEW", "Move", "Moved", "Place", "Transitions", "by_id", "transitions"]

Moved: TypeAlias = Literal["up", "down", "graded", "ungraded", "new", "gone"]
"""`graded` had no grade and has one, `ungraded` the other way round; `new` was not there before, `gone` is not now."""

Place: TypeAlias = str | Says
"""Where a customer stands in the matrix: at a letter, or in one of the three places that no letter can be."""

MISSING = Says("Missing", "缺失")
"""The place of a customer who is there and has no grade."""

NEW = Says("New", "新增")
"""The place before of a customer who was not there."""

GONE = Says("Gone", "不再")
"""The place now of a customer who is not there any more."""

_MOVED: Mapping[Moved, Says] = {
    "up": Says("up", "上升"),
    "down": Says("down", "下降"),
    "graded": Says("graded", "新定级"),
    "ungraded": Says("ungraded", "失去级别"),
    "new": Says("new", "新增"),
    "gone": Says("gone", "不再"),
}


@frozen(repr=False)
class Move:
    """One customer who does not stand where it stood.

    Args:
        customer: the customer's id.
        name: its label, as it was last.
        before: its grade before; none for a new customer.
        after: its grade now; none for one that is gone.
    """

    customer: str
    name: str
    before: Graded | None
    after: Graded | None

    @property
    def was(self) -> Grade | None:
        """The grade before, or missing."""
        return self.before.grade if self.before else None

    @property
    def now(self) -> Grade | None:
        """The grade now, or missing."""
        return self.after.grade if self.after else None

    @property
    def moved(self) -> Moved:
        """Which way it moved."""
        if self.before is None or self.after is None:
            return "new" if self.before is None else "gone"
        if self.was is None or self.now is None:
            return "graded" if self.was is None else "ungraded"
        return "up" if self.now > self.was else "down"

    @property
    def why(self) -> Why:
        """What moved it: the inputs that changed, the cuts that they passed, and the cuts that changed."""
        parts: list[Why] = []
        if self.before is not None and self.after is not None:
            says, parts = _CHANGED, reasons(self.before, self.after)
        elif self.after is not None:
            says, parts = _NEW, [self.after.why()]
        else:
            says = _GONE
        return because(*says, *parts, customer=self.customer, was=_letter(self.was), now=_letter(self.now))

    def __repr__(self) -> str:
        return f"Move({self.customer!r}, {self.moved}, {self.was}, {self.now})"


_CHANGED = ("{customer}: {was} to {now}", "{customer}：{was} 变为 {now}")
_NEW = ("{customer}: new, {now}", "{customer}：新增，{now}")
_GONE = ("{customer}: was {was}, is not among the customers now", "{customer}：原为 {was}，现已不在客户之列")


def _letter(grade: Grade | None) -> Cell:
    return grade.letter if grade else _NO_GRADE


_NO_GRADE = Says("no grade", "无级别")


@frozen
class Transitions:
    """Everybody by the grade before and the grade now (级别转移矩阵). Build it with `transitions`.

    Args:
        scheme: the scheme of both periods.
        counts: how many customers, by place before and place now; a pair that is left out is nobody.
        moves: those who do not stand where they stood, in the order of the customers now, the gone ones last.
    """

    scheme: Scheme
    counts: Mapping[tuple[Place, Place], int]
    moves: Sequence[Move] = field(repr=False)

    @property
    def rows(self) -> tuple[Place, ...]:
        """The places before: the letters, without a grade, new."""
        return (*self.scheme.letters, MISSING, NEW)

    @property
    def columns(self) -> tuple[Place, ...]:
        """The places now: the letters, without a grade, gone."""
        return (*self.scheme.letters, MISSING, GONE)

    def count(self, was: Place, now: Place) -> int:
        """Return how many went from one place to the other."""
        return self.counts.get((was, now), 0)

    def total_was(self, place: Place) -> int:
        """Return how many stood at a place before; for `NEW` those who were not there."""
        return sum(self.count(place, now) for now in self.columns)

    def total_now(self, place: Place) -> int:
        """Return how many stand at a place now; for `GONE` those who are not there."""
        return sum(self.count(was, place) for was in self.rows)

    @property
    def total(self) -> int:
        """Everybody who was there in one period or the other."""
        return sum(self.counts.values())

    @property
    def compared(self) -> int:
        """How many had a grade in both periods: the whole of the three shares."""
        letters = self.scheme.letters
        return sum(self.count(was, now) for was in letters for now in letters)

    @property
    def stayed(self) -> Fraction | None:
        """The share of them that kept the grade; missing where nobody had one twice, as the next two."""
        return ratio(sum(self.count(letter, letter) for letter in self.scheme.letters), self.compared)

    @property
    def up(self) -> Fraction | None:
        """The share that has a better grade."""
        return ratio(self.moved("up"), self.compared)

    @property
    def down(self) -> Fraction | None:
        """The share that has a worse grade."""
        return ratio(self.moved("down"), self.compared)

    def moved(self, way: Moved) -> int:
        """Return how many moved one way."""
        return sum(move.moved == way for move in self.moves)

    @property
    def why(self) -> Why:
        """The figures in one sentence."""
        return because(
            "{compared} of {total} had a grade both times: {stayed} stayed, {up} moved up, {down} moved down",
            "{total} 个客户中 {compared} 个两期均有级别：{stayed} 不变，{up} 上升，{down} 下降",
            compared=self.compared,
            total=self.total,
            stayed=percent(self.stayed),
            up=percent(self.up),
            down=percent(self.down),
        )

    def table(self) -> Table:
        """Return the matrix: from (rows) and to (columns), with the sums of both."""
        heads = [(place, f"to_{place}" if isinstance(place, str) else place.en.lower()) for place in self.columns]
        columns = (
            Column("from", "From", "从 / 到"),
            *(Column(key, *_both(place), "number") for place, key in heads),
            Column("all", *_both(_ALL), "number"),
        )
        rows: list[tuple[Cell, ...]] = [
            (was, *(self.count(was, now) for now in self.columns), self.total_was(was)) for was in self.rows
        ]
        rows.append((_ALL, *(self.total_now(now) for now in self.columns), self.total))
        title = Says(f"From grade to grade: {self.scheme.name}", f"级别转移：{self.scheme.zh or self.scheme.name}")
        return Table("transitions", title, columns, rows)

    def moves_table(self) -> Table:
        """Return one row a move: customer_id, customer, moved, from, to, why."""
        rows = [
            (
                move.customer,
                move.name,
                _MOVED[move.moved],
                move.was.letter if move.was else None,
                move.now.letter if move.now else None,
                move.why,
            )
            for move in self.moves
        ]
        return Table("moves", Says("Who moved", "级别变动"), _MOVE_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_ALL = Says("All", "合计")
_MOVE_COLUMNS = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("moved", "Moved", "变动"),
    Column("from", "From", "原级别"),
    Column("to", "To", "现级别"),
    Column("why", "Why", "原因", "why"),
)


def _both(place: Place) -> tuple[str, str]:
    return (place, place) if isinstance(place, str) else (place.en, place.zh)


def transitions(was: Classification, now: Classification) -> Transitions:
    """Compare the grades of two periods, customer by customer.

    Args:
        was: the grades of the earlier period.
        now: the grades of the later one.

    Source: the review of classes by period; 1e (history of changes). Raises:
        NotComparable: grades of two schemes.
        BadRows: customers who stand twice in one of the two.
    """
    if was.scheme != now.scheme:
        raise NotComparable(f"grades of {was.scheme.name} and {now.scheme.name}", code="grade.scheme")
    before, after = by_id(was, "before"), by_id(now, "now")
    counts: Counter[tuple[Place, Place]] = Counter()
    moves = []
    for customer in [*after, *(customer for customer in before if customer not in after)]:
        old, new = before.get(customer), after.get(customer)
        places = _place(old, NEW), _place(new, GONE)
        counts[places] += 1
        if places[0] != places[1]:
            name = (new or before[customer]).name
            moves.append(Move(customer, name, old, new))
    return Transitions(now.scheme, counts, tuple(moves))


def by_id(found: Classification, when: str) -> dict[str, Graded]:
    """Return what each customer has by id; one that stands there twice is refused.

    >>> from pharmasales.rules import Bands, Field
    >>> by_id(Classification(Scheme("size", ("A", "B")), Bands(Field("sales"), (), top="A"), []), "now")
    {}

    Raises:
        BadRows: customers who stand there twice.
    """
    known: dict[str, Graded] = {}
    bad: list[PharmaSalesError] = []
    for place, graded in enumerate(found.grades):
        if known.setdefault(graded.customer, graded) is not graded:
            where = f"{when}, grades[{place}], customer id {graded.customer!r}"
            bad.append(BadValue("a customer stands twice", where=where, code="grade.twice"))
    if bad:
        raise BadRows("customers who stand twice", bad)
    return known


def _place(graded: Graded | None, absent: Says) -> Place:
    if graded is None:
        return absent
    return graded.grade.letter if graded.grade else MISSING
