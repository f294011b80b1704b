"""The grade of the first day (期初级别): a grade that changes inside a period counts from the next one on.

>>> from pharmasales.classification.grade import Scheme
>>> from pharmasales.periods import Quarter
>>> abc = Scheme("abc", ("A", "B", "C"))
>>> held = [HeldGrade("c1", abc.grade("B"), date(2025, 1, 1)), HeldGrade("c1", abc.grade("A"), date(2026, 2, 1))]
>>> found = grades_at_start(held, Quarter(2026, 1))
>>> found.grades["c1"].letter, [(one.id, one.grade.letter) for one in found.changed]
('B', [('c1', 'A')])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.classification.grade import Grade
from pharmasales.display import Column, Says, Table, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import normal_id, twins
from pharmasales.periods import Period
from pharmasales.yearplan import checked_day

__all__ = ["HeldGrade", "StartGrades", "grades_at_start", "held_in_order"]


@frozen
class HeldGrade:
    """A grade, and the first day on which somebody held it (级别生效).

    Args:
        id: the id of the customer or of the rep.
        grade: the grade, with its scheme.
        since: the first day on which it holds, until the next grade of the same id.
    """

    id: str = field(converter=normal_id)
    grade: Grade
    since: date = field(converter=checked_day)


@frozen
class StartGrades:
    """Everybody's grade on the first day of a period, and what changed inside it (期初级别). Made by `grades_at_start`.

    Args:
        period: the period.
        grades: by id, the grade of the first day; who had none is not in it.
        changed: the grades that began inside the period, which count from the next one on.
    """

    period: Period
    grades: Mapping[str, Grade]
    changed: tuple[HeldGrade, ...]

    def table(self) -> Table:
        """Return id, grade of the first day, later grade, since, why: a row a change inside the period."""
        rows = []
        for one in self.changed:
            start = self.grades.get(one.id)
            used = None if start is None else start.letter
            says = "{used} counts: the grade of {day}", "按 {day} 的级别 {used} 计"
            if used is None:
                says = "no grade on {day}, so none counts", "{day} 无级别，本期不计"
            why = because(*says, used=used, day=self.period.start.isoformat())
            rows.append((one.id, used, one.grade.letter, one.since, why))
        return Table("changed_grades", Says("Grades that changed inside the period", "期内变更的级别"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("id", "Id", "编号"),
    Column("grade", "Grade used", "采用级别"),
    Column("later", "Later grade", "变更后级别"),
    Column("since", "Since", "生效日", "date"),
    Column("why", "Why", "说明", "why"),
)


def held_in_order(held: Iterable[HeldGrade]) -> tuple[HeldGrade, ...]:
    """Return grades by id and day; two spellings of an id, or two grades of one day, are refused.

    Raises:
        BadRows: all of them at once.
    """
    found = sorted(held, key=lambda one: (one.id, one.since))
    ids = list(dict.fromkeys(one.id for one in found))
    hint = "keep one of them"
    bad: list[PharmaSalesError] = [
        BadValue(f"twin of {ids[first]!r}", where=f"grade of {ids[second]!r}", hint=hint, code="closing.twins")
        for first, second in twins(ids)
    ]
    bad += [
        BadValue("two grades of one day", where=f"grade of {one.id!r}", hint=hint, code="closing.twins")
        for before, one in pairwise(found)
        if (before.id, before.since) == (one.id, one.since)
    ]
    if bad:
        raise BadRows("grades are refused", bad)
    return tuple(found)


def grades_at_start(held: Iterable[HeldGrade], period: Period) -> StartGrades:
    """Return the grade that counts in a period: the one of its first day.

    Args:
        held: grades with the day from which each holds, in any order.
        period: the period.

    Raises:
        BadRows: two spellings of an id, or two grades of one day.
    """
    grades, changed = dict[str, Grade](), []
    for one in held_in_order(held):
        if one.since <= period.start:
            grades[one.id] = one.grade
        elif one.since <= period.end:
            changed.append(one)
    return StartGrades(period, MappingProxyType(grades), tuple(changed))
