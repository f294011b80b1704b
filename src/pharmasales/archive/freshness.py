"""Freshness (新鲜度): which fields of a customer's file were not written for too long.

For how many months a field stays fresh is a rule; a company lays its own over it in the book of `completeness`.

>>> written = {"mobile": date(2025, 3, 31), "needs": date(2025, 8, 31), "name": date(2020, 1, 1)}
>>> print(stale(written, date(2026, 4, 1), kind="doctor").table().text("zh"))
字段    名称    最近更新    天数  时限（月）  原因
------  ------  ----------  ----  ----------  --------------------------------------------
mobile  手机    2025-03-31   366          12  2025-03-31 写入，有效 12 个月，至 2026-03-31
needs   需求点  2025-08-31   213           6  2025-08-31 写入，有效 6 个月，至 2026-02-28

Source: S002-19 (freshness date per field, timely update).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from attrs import frozen

from pharmasales.archive.changes import AFFILIATION
from pharmasales.archive.kinds import FIELDS, KINDS, kind_of
from pharmasales.compliance.personal import USES
from pharmasales.compliance.retention import kept_until
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import Field, FirstMatch, Rule

__all__ = ["FRESHNESS", "MONTHS", "Freshness", "Stale", "freshness", "known_kind", "label_of", "stale"]

MONTHS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("parent", "level", "potential", "roles", "weekdays", "affiliation"), 12)
    | dict.fromkeys(("basics", "background", "access", "academic", "licence", "business", "rights", "duties"), 12)
    | dict.fromkeys(("communication", "needs", "concerns", "awareness", "feedback", "purchasing", "relation"), 6)
    | {"usage": 3, "prescribing": 3}
)
"""For how many months a field stays fresh, by the name of the field or of its part of the file.

The sources ask for timely updates (S002-19) and name no period: these are defaults for a company to replace, none
longer than the field may be kept. A name, a kind, an owner, a division and a source do not grow old.
"""


def label_of(name: str) -> Says:
    """Return the name of a field as a person reads it; a field of your own is shown as it is written.

    >>> label_of("credit_code").text("zh"), label_of("credit_code").text(), label_of("loyalty tier").text("zh")
    ('统一社会信用代码', 'Credit code', 'loyalty tier')
    """
    known = FIELDS.get(name) or USES.get(name)
    return Says(name.replace("_", " ").capitalize(), known.zh) if known else Says(name, name)


def known_kind(kind: str) -> str:
    """Return the canonical name of a kind, or a word of your own as it is.

    >>> known_kind("医院"), known_kind("blogger")
    ('hospital', 'blogger')
    """
    try:
        return kind_of(kind).name
    except BadValue:
        return kind


def freshness(months: Mapping[str, int]) -> FirstMatch:
    """Return a rule that answers for how many months a field stays fresh; no answer is no limit.

    Args:
        months: the months by the name of a field or of a part of the file; a field's own go first.

    >>> freshness({"mobile": 6, "basics": 12})({"field": "mobile", "part": "basics", "kind": "doctor"})
    6

    Raises:
        BadRule: a count that is no whole number, 1 or more.
    """
    for name, count in months.items():
        _whole_months(count, name)
    counts = sorted(set(months.values()))
    names = [(tuple(sorted(name for name in months if months[name] == count)), count) for count in counts]
    return FirstMatch([(Field(of).one_of(some), count) for of in ("field", "part") for some, count in names])


def _whole_months(count: object, name: str) -> int:
    if type(count) is not int or count < 1:
        hint = "leave the field out where it has no limit"
        raise BadRule("months are a whole number, 1 or more", where=name, hint=hint, code="freshness.months")
    return count


FRESHNESS = freshness(MONTHS)
"""The default rule, which `COMPLETENESS` keeps under the name `freshness`."""


@frozen
class Stale:
    """One field that was not written for too long.

    Args:
        field: its name.
        confirmed: the day on which it was last written.
        days: how many days ago that was.
        months: for how many months it stays fresh.
        until: the last day on which it was fresh.
    """

    field: str
    confirmed: date
    days: int
    months: int
    until: date

    @property
    def why(self) -> Why:
        """The reason, without the value."""
        return because(
            "written on {day}, fresh for {months} months, until {until}",
            "{day} 写入，有效 {months} 个月，至 {until}",
            day=self.confirmed,
            months=self.months,
            until=self.until,
        )


@frozen
class Freshness:
    """The stale fields of one file on a day, the oldest first.

    Args:
        as_of: the day.
        fields: the stale fields.
        oldest: of all fields that have a limit, the one written the longest time ago, and the day.
    """

    as_of: date
    fields: tuple[Stale, ...]
    oldest: tuple[str, date] | None = None

    def __len__(self) -> int:
        return len(self.fields)

    def __iter__(self) -> Iterator[Stale]:
        return iter(self.fields)

    def table(self) -> Table:
        """Return a row a stale field."""
        rows = [(one.field, label_of(one.field), one.confirmed, one.days, one.months, one.why) for one in self]
        return Table("stale", Says(f"Stale on {self.as_of}", f"{self.as_of} 过期字段"), _STALE, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_STALE = (
    Column("field", "Field", "字段"),
    Column("label", "Name", "名称"),
    Column("confirmed", "Last written", "最近更新", "date"),
    Column("days", "Days", "天数", "number"),
    Column("months", "Limit in months", "时限（月）", "number"),
    Column("why", "Why", "原因", "why"),
)


def stale(confirmed: Mapping[str, date], as_of: date, *, kind: str = "", limits: Rule = FRESHNESS) -> Freshness:
    """Return the fields that were not written for longer than they stay fresh (过期字段), the oldest first.

    The last day of the limit is still fresh. A limit counts whole months; a day that the last month does not have
    becomes its last: written on 31 August, six months end on 28 or 29 February. A field without a limit is fresh.

    Args:
        confirmed: for each field the day on which it was last written, as `Dossier.confirmed` gives it.
        as_of: the day.
        kind: the kind of customer, which may decide in which part of the file a field stands.
        limits: a rule that answers with months for the record `field`, `part`, `kind`.

    >>> written = {"mobile": date(2025, 3, 31), "needs": date(2025, 8, 31), "name": date(2020, 1, 1)}
    >>> [(one.field, one.until) for one in stale(written, date(2026, 3, 1), kind="doctor")]
    [('needs', datetime.date(2026, 2, 28))]
    >>> [one.field for one in stale(written, date(2026, 4, 1), kind="doctor")]
    ['mobile', 'needs']

    Source: S002-19 (timely update). Raises:
        BadRule: a rule that answers with anything but whole months.
    """
    kind, found = known_kind(kind), []
    for name, day in sorted(confirmed.items(), key=lambda one: (one[1], one[0])):
        asked = "affiliation" if name.startswith(AFFILIATION) else name
        months = limits({"field": asked, "part": _part_of(asked, kind), "kind": kind})
        if months is not None:
            count = _whole_months(months, name)
            found.append(Stale(name, day, (as_of - day).days, count, kept_until(day, count)))
    oldest = (found[0].field, found[0].confirmed) if found else None
    return Freshness(as_of, tuple(one for one in found if one.until < as_of), oldest)


_PART_OF = {kind.name: {one.name: part.name for part in kind.parts for one in part.fields} for kind in KINDS.values()}


def _part_of(name: str, kind: str) -> str:
    """Return the part of the file in which a field stands, of any kind where this one does not have it."""
    own = _PART_OF.get(kind, {}).get(name)
    return own or next((parts[name] for parts in _PART_OF.values() if name in parts), "")
