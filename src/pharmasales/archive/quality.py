"""Quality of the archive (资料质量): how complete and how fresh every file is, customer by customer and by kind.

>>> from pharmasales.testing.lives import doctor_file
>>> found = quality(Register.of([doctor_file()]), date(2027, 2, 1))
>>> print(found.table().text("zh"))
客户  类型  完整度  等级  缺项数  最重缺项                  过期数  最旧字段  最近更新
----  ----  ------  ----  ------  ------------------------  ------  --------  ----------
D1    医生   36.0%  C         17  所属客户、需求点、关注点       4  手机      2026-01-05
>>> print(found.by_kind(60).text("zh"))
类型  客户数  已评分  平均完整度  低于 60 分  有过期字段
----  ------  ------  ----------  ----------  ----------
医生       1       1       36.0%           1           1

Source: S001-15, S002-19, S004-12.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.archive.completeness import COMPLETENESS, Completeness, schema_of, scored
from pharmasales.archive.customers import Archive, Customer
from pharmasales.archive.freshness import Freshness, known_kind, label_of, stale
from pharmasales.archive.kinds import KINDS
from pharmasales.archive.register import Register
from pharmasales.display import Cell, Column, Says, Table, joined
from pharmasales.errors import NotFound
from pharmasales.rules import RuleBook, Weighted
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number

__all__ = ["FileQuality", "Quality", "quality"]

_HEAVIEST = 3


@frozen
class FileQuality:
    """The quality of one customer's file.

    Args:
        customer: its id.
        kind: the canonical name of its kind, or a word of your own.
        completeness: its score; missing where the book has no schema for its kind.
        freshness: its stale fields; missing where no history is kept, as of a bare archive.
    """

    customer: str
    kind: str
    completeness: Completeness | None = None
    freshness: Freshness | None = None

    @property
    def ratio(self) -> Fraction | None:
        """The score as an exact share of the 100 points."""
        return None if self.completeness is None else Fraction(self.completeness.score) / 100

    def row(self) -> tuple[Cell, ...]:
        """Return the cells of the table's row."""
        full, fresh = self.completeness, self.freshness
        name, day = (fresh and fresh.oldest) or (None, None)
        asked: tuple[Cell, ...] = (None, None, None)
        if full:
            asked = (full.grade, len(full.missing), _joined(full.missing[:_HEAVIEST]))
        return (
            self.customer,
            _kind(self.kind),
            self.ratio,
            *asked,
            None if fresh is None else len(fresh),
            label_of(name) if name else None,
            day,
        )


@frozen
class Quality:
    """The quality of an archive on a day, in the archive's order.

    Args:
        day: the day.
        files: the quality of every file that is open on the day.
        fingerprint: of the book by which it was found.
    """

    day: date
    files: tuple[FileQuality, ...] = field(repr=lambda files: f"<{len(files)} files>")
    fingerprint: str

    def table(self) -> Table:
        """Return a row a customer: score, grade, what is missing, what is stale, the oldest field."""
        title = Says(f"Quality of the archive on {self.day}", f"{self.day} 资料质量")
        return Table("quality", title, _FILES, [one.row() for one in self.files])

    def by_kind(self, below: Number) -> Table:
        """Return a row a kind: how many customers, their exact mean, how many score below so many points.

        Args:
            below: the points of 100; a file that has exactly these is not below.
        """
        cut = literal(below)
        kinds = dict.fromkeys(one.kind for one in self.files)
        rows = [self._of_kind(kind, cut) for kind in kinds]
        columns = (*_BY_KIND[:4], Column("below", f"Below {below}", f"低于 {below} 分", "number"), _BY_KIND[4])
        return Table("quality_by_kind", Says("Quality by kind", "各类客户资料质量"), columns, rows)

    def _of_kind(self, kind: str, cut: Exact) -> tuple[Cell, ...]:
        files = [one for one in self.files if one.kind == kind]
        scores = [one.ratio for one in files if one.ratio is not None]
        mean = sum(scores, Fraction()) / len(scores) if scores else None
        below = sum(score * 100 < cut for score in scores)
        return _kind(kind), len(files), len(scores), mean, below, sum(bool(one.freshness) for one in files)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def _joined(names: tuple[str, ...]) -> Says:
    return joined(label_of(name) for name in names)


def _kind(kind: str) -> Cell:
    return Says(kind, KINDS[kind].zh) if kind in KINDS else kind


_FILES = (
    Column("customer", "Customer", "客户"),
    Column("kind", "Kind", "类型"),
    Column("score", "Completeness", "完整度", "ratio"),
    Column("grade", "Grade", "等级"),
    Column("missing", "Missing", "缺项数", "number"),
    Column("heaviest", "Heaviest missing", "最重缺项"),
    Column("stale", "Stale", "过期数", "number"),
    Column("oldest", "Oldest field", "最旧字段"),
    Column("confirmed", "Last written", "最近更新", "date"),
)
_BY_KIND = (
    Column("kind", "Kind", "类型"),
    Column("customers", "Customers", "客户数", "number"),
    Column("scored", "Scored", "已评分", "number"),
    Column("mean", "Mean completeness", "平均完整度", "ratio"),
    Column("stale", "With stale fields", "有过期字段", "number"),
)


def quality(
    source: Archive | Register, day: date, book: RuleBook = COMPLETENESS, *, known: date | None = None
) -> Quality:
    """Say how complete and how fresh every file is that is open on a day.

    A bare archive keeps no history, so that nothing is said of freshness. A customer of a kind for which the book has
    no schema has no score, and is counted as not scored.

    Args:
        source: the customers, or their files with the history.
        day: the day.
        book: what is asked for, how long it stays fresh, and the grades.
        known: what was known at the end of this day; all that is known where left out.

    >>> archive = Archive.of([Customer("H1", "Example Hospital", "hospital"), Customer("X1", "Example", "blogger")])
    >>> [one.ratio for one in quality(archive, date(2026, 1, 1)).files]
    [Fraction(2, 25), None]

    Raises:
        BadRule: a schema that gives no total, weights that no file could fill, or a limit that is no whole months.
        NotFound: a book without the rules `grade` and `freshness`.
    """
    archive = source.on(day, known) if isinstance(source, Register) else source
    schemas = {kind: _schema(kind, book) for kind in dict.fromkeys(one.kind for one in archive)}
    files = []
    for customer in archive:
        told = source[customer.id].confirmed(day, known) if isinstance(source, Register) else None
        files.append(_file(customer, schemas[customer.kind], told, day, book))
    return Quality(day, tuple(files), book.fingerprint)


def _schema(kind: str, book: RuleBook) -> Weighted | None:
    try:
        return schema_of(kind, book)
    except NotFound:
        return None


def _file(
    customer: Customer, schema: Weighted | None, told: Mapping[str, date] | None, day: date, book: RuleBook
) -> FileQuality:
    kind = known_kind(customer.kind)
    full = scored(customer, schema, book["grade"]) if schema else None
    fresh = None if told is None else stale(told, day, kind=kind, limits=book["freshness"])
    return FileQuality(customer.id, kind, full, fresh)
