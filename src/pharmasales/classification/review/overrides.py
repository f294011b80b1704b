"""Overrides of grades (人工调级): a manager sets a grade aside, with a reason, for a time, and another approves it.

This is the register; `pharmasales.classification.review.overriding` lays it over the grades of a day.

>>> scheme = Scheme("size", ("A", "B"))
>>> spring = date(2026, 3, 1), date(2026, 5, 31)
>>> register = Overrides.of([GradeOverride("H1", scheme.grade("A"), "new ward opens in May", "m1", *spring, "d1")])
>>> print(register.table(date(2026, 6, 1)))
Customer id  Scheme  Grade  Reason                 By  Approved by  Since       Until       State
-----------  ------  -----  ---------------------  --  -----------  ----------  ----------  -------
H1           size    A      new ward opens in May  m1  d1           2026-03-01  2026-05-31  expired
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from pharmasales.classification.grade import Grade, Scheme
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import clean, fold, nearest, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["GradeOverride", "OverrideState", "Overrides"]

OverrideState: TypeAlias = Literal["in_force", "to_come", "expired", "not_approved"]

_STATES: Mapping[OverrideState, Says] = {
    "in_force": Says("in force", "生效"),
    "to_come": Says("to come", "未生效"),
    "expired": Says("expired", "已到期"),
    "not_approved": Says("not approved", "未批准"),
}


def _id(text: str) -> str:
    return normal_id(text, "override")


def _approver(text: str) -> str:
    return normal_id(text, "override.approver") if text else ""


def _reason(text: str) -> str:
    if not fold(clean(text, "override.reason")):
        raise BadValue("no reason", where="override.reason", hint="say why", code="override.reason")
    return text


@frozen
class GradeOverride:
    """A manager's decision to give a customer another grade for a time (人工调级).

    Args:
        customer: the customer's id.
        grade: the grade, with its scheme; it counts in that scheme only.
        reason: why, in the author's words; never repeated in a message of the library.
        author: the stable id of who asks for it.
        since: the first day on which it counts.
        until: the last day; an override always ends.
        approver: the stable id of who approved it, somebody else; "" while nobody has, and then it does not count.

    >>> scheme = Scheme("size", ("A", "B"))
    >>> GradeOverride("H1", scheme.grade("A"), "asked for", "m1", date(2026, 1, 1), date(2026, 3, 31), "M1")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: approver and author are one @ customer 'H1'; somebody else approves [override.self]

    Raises:
        BadValue: no customer, author or reason, an approver who is the author, a last day before the first, or days
            that are no plain dates.
    """

    customer: str = field(converter=_id)
    grade: Grade = field()
    reason: str = field(converter=_reason, repr=False)
    author: str = field(converter=_id)
    since: date = field(converter=checked_day)
    until: date = field(converter=checked_day)
    approver: str = field(default="", converter=_approver)

    def __attrs_post_init__(self) -> None:
        where = f"customer {self.customer!r}"
        if not isinstance(self.grade, Grade):
            hint = "use scheme.grade(letter)"
            raise BadValue("a letter without its scheme", where=where, hint=hint, code="override.grade")
        if fold(self.approver) == fold(self.author):
            hint = "somebody else approves"
            raise BadValue("approver and author are one", where=where, hint=hint, code="override.self")
        if self.until < self.since:
            raise BadValue("the last day is before the first", where=where, code="override.dates")

    def state(self, day: date) -> OverrideState:
        """Return where it stands on a day; both its ends belong to it."""
        if not self.approver:
            return "not_approved"
        if day < self.since:
            return "to_come"
        return "in_force" if day <= self.until else "expired"

    def row(self) -> dict[str, str]:
        """Return it as plain data, as `Overrides.of_rows` reads it.

        >>> scheme = Scheme("size", ("A", "B"))
        >>> GradeOverride("H1", scheme.grade("A"), "ward", "m1", date(2026, 1, 1), date(2026, 3, 31)).row()
        {'customer': 'H1', 'scheme': 'size', 'grade': 'A', 'reason': 'ward', 'author': 'm1', 'since': '2026-01-01',
         'until': '2026-03-31', 'approver': ''}
        """
        days = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        graded = {"customer": self.customer, "scheme": self.grade.scheme.name, "grade": self.grade.letter}
        return graded | {"reason": self.reason, "author": self.author} | days | {"approver": self.approver}


_KEYS = ("customer", "scheme", "grade", "reason", "author", "since", "until")


@frozen
class Overrides:
    """A register of overrides. Build it with `Overrides.of`, or `Overrides.of_rows` from plain data.

    A customer may have one after another in a scheme, never two approved ones on one day: which of them is meant is for
    people to say, so two are refused and not settled by who came later. End the first one before the second begins.
    """

    overrides: tuple[GradeOverride, ...]

    @classmethod
    def of(cls, overrides: Iterable[GradeOverride]) -> Overrides:
        """Check the overrides together and keep them in the order given.

        Raises:
            BadRows: approved overrides of one customer and scheme that share a day.
        """
        given = tuple(overrides)
        bad = [*_shared_days(given)]
        if bad:
            raise BadRows("overrides that cannot stand together", bad)
        return cls(given)

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, Any]], schemes: Mapping[str, Scheme]) -> Overrides:
        """Read a register from plain rows; days are dates or ISO texts.

        Args:
            rows: one mapping an override: customer, scheme, grade, reason, author, since, until, approver.
            schemes: the schemes by name.

        >>> row = {"customer": "H1", "scheme": "size", "grade": "A", "reason": "ward", "author": "m1"}
        >>> days = {"since": "2026-01-01", "until": "2026-03-31"}
        >>> len(Overrides.of_rows([row | days], {"size": Scheme("size", ("A", "B"))}).overrides)
        1

        Raises:
            BadRows: every row that is none, and approved overrides of one customer and scheme that
                share a day.
        """
        found, bad = [], list[PharmaSalesError]()
        for place, row in enumerate(rows, 1):
            try:
                found.append(_read(row, schemes))
            except PharmaSalesError as error:
                bad.append(error.at(f"row {place}"))
        if bad:
            raise BadRows("rows that are no overrides", bad)
        return cls.of(found)

    def rows(self) -> list[dict[str, str]]:
        """Return the register as plain data."""
        return [one.row() for one in self.overrides]

    def on(self, day: date, scheme: str = "") -> dict[OverrideState, tuple[GradeOverride, ...]]:
        """Return the overrides by where they stand on a day, of one scheme or of all."""
        mine = [one for one in self.overrides if scheme in ("", one.grade.scheme.name)]
        return {state: tuple(one for one in mine if one.state(day) == state) for state in _STATES}

    def table(self, day: date) -> Table:
        """Return one row an override: what, why, by whom, for how long, and where it stands on a day."""
        rows = [
            (
                one.customer,
                one.grade.scheme.name,
                one.grade.letter,
                one.reason,
                one.author,
                one.approver,
                one.since,
                one.until,
                _STATES[one.state(day)],
            )
            for one in self.overrides
        ]
        return Table("grade_overrides", Says("Overrides of grades", "人工调级登记"), _COLUMNS, rows)


_COLUMNS = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("scheme", "Scheme", "分级方案"),
    Column("grade", "Grade", "级别"),
    Column("reason", "Reason", "理由"),
    Column("author", "By", "申请人"),
    Column("approver", "Approved by", "批准人"),
    Column("since", "Since", "起始", "date"),
    Column("until", "Until", "截止", "date"),
    Column("state", "State", "状态"),
)


def _shared_days(given: Sequence[GradeOverride]) -> Iterator[BadValue]:
    groups: dict[tuple[str, str], list[tuple[date, date, int]]] = {}
    for place, one in enumerate(given, 1):
        if one.approver:
            groups.setdefault((one.customer, one.grade.scheme.name), []).append((one.since, one.until, place))
    for (customer, scheme), spans in groups.items():
        latest = None
        for since, until, place in sorted(spans):
            if latest is not None and since <= latest[0]:
                where = f"overrides {latest[1]} and {place}, customer {customer!r}, scheme {scheme}"
                hint = "end the first before the second begins"
                yield BadValue("two overrides on one day", where=where, hint=hint, code="override.twice")
            latest = max(filter(None, (latest, (until, place))))


def _read(row: Mapping[str, Any], schemes: Mapping[str, Scheme]) -> GradeOverride:
    if not isinstance(row, Mapping):
        raise BadValue(f"{type(row).__name__} where a row is due", code="override.row")
    for key in _KEYS:
        if key not in row or row[key] in ("", None):
            raise BadValue("missing", where=key, hint="every override states it", code="override.row")
    if strange := sorted(set(map(str, row)) - {*_KEYS, "approver"}):
        hint = nearest(strange[0], [*_KEYS, "approver"])
        raise BadValue("unknown key", where=strange[0], hint=hint, code="override.row")
    scheme = schemes.get(str(row["scheme"]))
    if scheme is None:
        raise BadRule("no such scheme", where="scheme", hint=nearest(str(row["scheme"]), schemes), code="grade.scheme")
    words = row["customer"], scheme.grade(row["grade"]), row["reason"], row["author"]
    return GradeOverride(*words, _day(row, "since"), _day(row, "until"), row.get("approver") or "")


def _day(row: Mapping[str, Any], key: str) -> date:
    if isinstance(row[key], date):
        return checked_day(row[key])
    try:
        return date.fromisoformat(row[key])
    except (TypeError, ValueError):
        raise BadValue("no date", where=key, hint="write 2026-01-31", code="override.day") from None
