"""The investigation file (资信调查): what is known of a dealer's standing, from where, since when, and what is missing.

>>> told = {"source": "company register", "on": date(2026, 1, 5), "by": "p1"}
>>> file = CreditFile("D1", since=date(2025, 1, 10), findings=[CreditFinding("registration", "entered", **told)])
>>> state = file.state(date(2026, 3, 1))
>>> state.points, state.complete, state.missing[:2]
(Decimal('15.00'), False, ('licence', 'suits'))
>>> file.state(date(2027, 2, 1)).stale
('registration',)

Source: S004-62, S004-74 (资信调查), S004-12 (资信/付款方式), P2-G.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.channel.credit.items import CREDIT_ITEMS, CreditItem, spoken
from pharmasales.channel.credit.policy import CREDIT_POLICY, CreditPolicy
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import nearest, normal_id
from pharmasales.periods import back
from pharmasales.rules import Field, Part, Weighted
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number
from pharmasales.yearplan import checked_day

__all__ = ["CreditFile", "CreditFinding", "FileState"]


def _mark(value: Number | None) -> Exact | None:
    mark = None if value is None else literal(value)
    if mark is not None and not 0 <= mark <= 100:
        raise BadValue("a mark out of range", where="mark", hint="give 0 to 100", code="credit.mark")
    return mark


@frozen
class CreditFinding:
    """What was found out about one item (调查结果).

    Args:
        item: the key of the item.
        says: what was found, in words.
        source: from where it is known.
        on: the day for which it is known.
        by: the id of who found it.
        mark: 0 to 100, where the item is scored; missing where nobody could judge.

    Raises:
        BadValue: nothing said, no source, or a mark out of range.
        BadRule: a mark that is no number.
    """

    item: str = field(converter=normal_id)
    says: str = field(validator=spoken, repr=False)
    source: str = field(validator=spoken, repr=False)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    mark: Exact | None = field(default=None, converter=_mark, repr=False)


def _ordered(given: Iterable[CreditFinding]) -> tuple[CreditFinding, ...]:
    found = sorted(given, key=lambda one: (one.on, one.item))
    twice = [
        BadValue("two findings of one day", where=f"{one.item} {one.on}", hint="keep one", code="credit.twice")
        for one, later in pairwise(found)
        if (one.item, one.on) == (later.item, later.on)
    ]
    if twice:
        raise BadRows(f"{len(twice)} findings refused", twice)
    return tuple(found)


@frozen
class CreditFile:
    """The investigation file of one dealer (资信档案).

    Args:
        customer: id of the dealer.
        since: the day of its first deal; none where there was none yet.
        findings: what was found, in any order; of one item the newest counts, the others are kept.

    Raises:
        BadRows: two findings of one item and day.
    """

    customer: str = field(converter=normal_id)
    since: date | None = field(default=None, converter=optional(checked_day))
    findings: tuple[CreditFinding, ...] = field(default=(), converter=_ordered, repr=False)

    def add(self, *findings: CreditFinding) -> CreditFile:
        """Return the file with more findings."""
        return evolve(self, findings=(*self.findings, *findings))

    def known(self, as_of: date) -> dict[str, CreditFinding]:
        """Return the newest finding of each item by a day."""
        return {one.item: one for one in self.findings if one.on <= as_of}

    def state(
        self, as_of: date, *, items: Sequence[CreditItem] = CREDIT_ITEMS, policy: CreditPolicy = CREDIT_POLICY
    ) -> FileState:
        """Say how complete the file is on a day.

        Args:
            as_of: the day.
            items: what is asked for; the points add up to 100.
            policy: from how many points a file is complete, and how long a customer is new.

        Raises:
            BadRows: findings about items that nobody asks for.
            BadRule: points that do not add up to 100.
        """
        day = checked_day(as_of)
        asked = {item.key: item for item in items}
        _all_asked(self.findings, asked)
        known = self.known(day)
        fresh = {key: one for key, one in known.items() if back(day, asked[key].months) < one.on}
        return FileState(self.customer, day, self.since, tuple(items), fresh, known, policy)

    def table(self) -> Table:
        """Return every finding: day, item, mark, source, by whom, and the words."""
        rows = [(one.on, one.item, one.mark, one.source, one.by, one.says) for one in self.findings]
        return Table("credit_file", Says(f"Credit file {self.customer}", f"资信档案 {self.customer}"), _FOUND, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_FOUND = (
    Column("on", "Day", "日期", "date"),
    Column("item", "Item", "项目"),
    Column("mark", "Mark", "评分", "number"),
    Column("source", "Source", "来源"),
    Column("by", "By", "调查人"),
    Column("finding", "Finding", "调查结果"),
)


def _all_asked(findings: Iterable[CreditFinding], asked: Mapping[str, CreditItem]) -> None:
    unknown = sorted({one.item for one in findings} - set(asked))
    refused: list[PharmaSalesError] = [
        BadRule("no item of the file", where=f"finding {key!r}", hint=nearest(key, asked), code="credit.item")
        for key in unknown
    ]
    if refused:
        raise BadRows(f"{len(refused)} items refused", refused)


@frozen
class FileState:
    """How complete a file is on a day (资信档案完整度).

    Args:
        customer: id of the dealer.
        as_of: the day.
        since: the day of the first deal, or none.
        items: what is asked for.
        fresh: the findings that hold on the day, by item.
        known: the newest findings, old ones too.
        policy: what makes a file complete and a customer old.
    """

    customer: str
    as_of: date
    since: date | None
    items: tuple[CreditItem, ...]
    fresh: Mapping[str, CreditFinding] = field(repr=False, hash=False)
    known: Mapping[str, CreditFinding] = field(repr=False, hash=False)
    policy: CreditPolicy = field(repr=False)

    @property
    def points(self) -> Decimal:
        """The points of 100."""
        rule = Weighted([Part(one.key, one.points, Field(one.key, one.says.zh), one.says.zh) for one in self.items])
        points = rule({one.key: int(one.key in self.fresh) for one in self.items})
        return Decimal(0) if points is None else points

    @property
    def missing(self) -> tuple[str, ...]:
        """The items of which nothing is known, in the order of the items."""
        return tuple(one.key for one in self.items if one.key not in self.known)

    @property
    def stale(self) -> tuple[str, ...]:
        """The items of which the newest finding is too old."""
        return tuple(one.key for one in self.items if one.key in self.known and one.key not in self.fresh)

    @property
    def complete(self) -> bool:
        """Whether the points suffice and nothing needed is missing or old."""
        needed = all(one.key in self.fresh for one in self.items if one.needed)
        return needed and self.points >= self.policy.complete_from

    @property
    def new(self) -> bool:
        """Whether the first deal is fewer months ago than a customer stays new, or there was none."""
        return self.since is None or self.since > back(self.as_of, self.policy.new_months)

    @property
    def first_deal(self) -> bool:
        """Whether no deal came before this day."""
        return self.since is None or self.since >= self.as_of

    @property
    def why(self) -> Why:
        """What is there, what is missing or old, and whether the customer is new."""
        parts = [self._why_new()]
        for en, zh, keys in (("missing", "缺少", self.missing), ("too old", "已过期", self.stale)):
            parts += [because(f"{en}: {{item}}", f"{zh}：{{item}}", item=self._says(key)) for key in keys]
        says = "{points} of 100 points: complete" if self.complete else "{points} of 100 points: not complete"
        zh = "完整度 {points}/100：完整" if self.complete else "完整度 {points}/100：不完整"
        return because(says, zh, *parts, points=self.points)

    def _says(self, key: str) -> Says:
        return next(one.says for one in self.items if one.key == key)

    def _why_new(self) -> Why:
        if self.since is None:
            return because("no deal yet: a new customer", "尚无交易：新客户")
        if self.new:
            en, zh = "first deal {day}, fewer than {n} months ago: new", "首笔交易 {day}，不足 {n} 个月：新客户"
        else:
            en, zh = "first deal {day}, {n} months ago or more: an old customer", "首笔交易 {day}，满 {n} 个月：老客户"
        return because(en, zh, day=self.since, n=self.policy.new_months)

    def table(self) -> Table:
        """Return every item: points, whether it holds, its day and source."""
        rows = [self._row(one) for one in self.items]
        title = Says(
            f"Credit file {self.customer}: {self.points} of 100", f"资信档案 {self.customer}：{self.points}/100"
        )
        return Table("credit_items", title, _ITEMS, rows)

    def _row(self, item: CreditItem) -> tuple[Says, Exact, Says, date | None, str | None]:
        found = self.known.get(item.key)
        held = _HELD[0 if item.key in self.fresh else 1 if found else 2]
        return item.says, item.points, held, found.on if found else None, found.source if found else None

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_HELD = (Says("known", "已知"), Says("too old", "已过期"), Says("missing", "缺少"))
_ITEMS = (
    Column("item", "Item", "项目"),
    Column("points", "Points", "分值", "number"),
    Column("held", "State", "状态"),
    Column("on", "Day", "日期", "date"),
    Column("source", "Source", "来源"),
)
