"""Coverage by class (分级覆盖率): how much of each hospital class is developed.

>>> from pharmasales.classification.classify import classify
>>> from pharmasales.rules import Field, FirstMatch
>>> tier = FirstMatch([(Field("tier").equals(3), "third"), (Field("tier").equals(2), "second")], otherwise="first")
>>> people = [(f"H{n}", "Example", {"tier": tier}) for n, tier in enumerate((3, 3, 2, None))]
>>> hospitals = classify(people, Scheme("hospital_tier", ("third", "second", "first")), tier)
>>> print(class_coverage(hospitals, developed={"H0"}).table())
Class    Developed  All  Coverage  Why
-------  ---------  ---  --------  ------------------------------
third            1    2     50.0%  1 of 2 developed
second           0    1      0.0%  0 of 1 developed
first            0    0            no hospital of this class: n/a
Missing          0    1      0.0%  0 of 1 developed
All              1    4     25.0%  1 of 4 developed
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from attrs import field, frozen

from pharmasales.classification.classify import Classification
from pharmasales.classification.grade import Scheme
from pharmasales.classification.review.moves import MISSING, Place, by_id
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.units import ratio

__all__ = ["ALL", "ClassCoverage", "CoveredClass", "class_coverage"]


@frozen
class CoveredClass:
    """How much of one class is developed.

    Args:
        place: its letter, `MISSING` for hospitals without a class, or `ALL`.
        developed: how many are developed.
        all: how many there are.
    """

    place: Place
    developed: int
    all: int

    @property
    def coverage(self) -> Fraction | None:
        """Developed over all (覆盖率); n/a where there is none."""
        return ratio(self.developed, self.all)

    @property
    def why(self) -> Why:
        """The figures, or why there is no coverage."""
        if not self.all:
            return because("no hospital of this class: n/a", "该级别无医院：不适用")
        says = "{developed} of {all} developed", "{all} 家中已开发 {developed} 家"
        return because(*says, developed=self.developed, all=self.all)


ALL = Says("All", "合计")


@frozen
class ClassCoverage:
    """Coverage by class (分级覆盖率), the best class first, then the missing ones.

    Args:
        scheme: the scheme of the classes.
        classes: one entry a letter, and one for hospitals without a class.
        developed: ids of the developed hospitals that are among those classified, in their order.
        open: ids of the others, likewise: what there is still to develop.
        strangers: ids said to be developed that are not among those classified; they count nowhere.
    """

    scheme: Scheme
    classes: tuple[CoveredClass, ...]
    developed: tuple[str, ...] = field(repr=False)
    open: tuple[str, ...] = field(repr=False)
    strangers: tuple[str, ...]

    @property
    def whole(self) -> CoveredClass:
        """All classes together."""
        return CoveredClass(ALL, len(self.developed), len(self.developed) + len(self.open))

    def table(self) -> Table:
        """Return one row a class and one for all: developed, all, coverage, and the reason."""
        rows = [(one.place, one.developed, one.all, one.coverage, one.why) for one in (*self.classes, self.whole)]
        return Table("class_coverage", Says("Coverage by class", "分级覆盖率"), _CLASS_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_CLASS_COLUMNS = (
    Column("class", "Class", "级别"),
    Column("developed", "Developed", "已开发", "number"),
    Column("all", "All", "全部", "number"),
    Column("coverage", "Coverage", "覆盖率", "ratio"),
    Column("why", "Why", "说明", "why"),
)


def class_coverage(found: Classification, developed: Collection[str]) -> ClassCoverage:
    """Count the developed hospitals of each class against all of it.

    Args:
        found: the hospitals by class.
        developed: ids of those that are developed, by the company's own definition: opened, or bought in the period.

    Source: S004-37. Raises:
        BadRows: a hospital that stands there twice.
    """
    counts: dict[Place, list[int]] = {letter: [0, 0] for letter in found.scheme.letters} | {MISSING: [0, 0]}
    known, done = by_id(found, "grades"), frozenset(developed)
    for hospital, graded in known.items():
        place = counts[graded.grade.letter if graded.grade else MISSING]
        place[0] += hospital in done
        place[1] += 1
    return ClassCoverage(
        found.scheme,
        tuple(CoveredClass(place, *figures) for place, figures in counts.items()),
        tuple(hospital for hospital in known if hospital in done),
        tuple(hospital for hospital in known if hospital not in done),
        tuple(sorted(done.difference(known))),
    )
