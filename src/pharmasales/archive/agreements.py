"""Agreements with suppliers (协议条款): what protects us should be written, and what is not is named.

A supplier may take its product back once the market is made, or change the agreement (过河拆桥); a longer term and a
heavier penalty guard against it.

>>> agreement = Agreement("A1", since=date(2026, 1, 1), until=date(2026, 12, 31), clauses=["penalty"])
>>> [warning.clause.name for warning in clause_warnings(agreement)]
['exclusivity', 'take_back', 'change', 'price_protection', 'supply', 'tender_help']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from attrs import field, frozen
from dateutil.relativedelta import relativedelta

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id
from pharmasales.units import Amount

__all__ = ["CLAUSES", "Agreement", "Clause", "ClauseWarning", "clause_table", "clause_warnings"]


@frozen
class Clause:
    """One thing that an agreement should say, and why.

    Args:
        name: its canonical name.
        says: what it is called.
        why: what it guards against.
        source: where the advice comes from.
        months: the least term in months; the source asks for a longer one and names no figure, so there is no default.
        penalty: the least penalty, likewise.
    """

    name: str = field(converter=clean)
    says: Says
    why: Says
    source: str = "S001-8"
    months: int | None = None
    penalty: Amount | None = None


CLAUSES: tuple[Clause, ...] = (
    Clause("term", Says("term", "合作期限"), Says("a short term invites to take back", "期限短则易被收回")),
    Clause(
        "penalty", Says("penalty", "违约金"), Says("breaking it must cost more than keeping it", "违约成本须高于守约")
    ),
    Clause(
        "exclusivity",
        Says("exclusivity", "独家条款"),
        Says("else others harvest the market", "防止他人坐享市场"),
        "S001-18",
    ),
    Clause(
        "take_back",
        Says("no taking back", "禁止收回产品"),
        Says("a made market is taken away (过河拆桥)", "防止市场做成后收回产品（过河拆桥）"),
        "S001-7, S001-8",
    ),
    Clause(
        "change",
        Says("changes by both sides in writing", "变更须双方书面同意"),
        Says("the agreement is changed by one side (过河拆桥)", "防止单方变更协议（过河拆桥）"),
        "S001-7, S001-8",
    ),
    Clause(
        "price_protection",
        Says("price protection", "价格保护"),
        Says("a price cut spoils the stock", "降价致库存受损"),
        "ours",
    ),
    Clause(
        "supply",
        Says("sure supply", "供货保证"),
        Says("production and shipping are its duty", "生产、发货为其义务"),
        "S001-7",
    ),
    Clause(
        "tender_help",
        Says("help with tenders", "协助投标"),
        Says("papers for tenders are its duty", "投标资料为其义务"),
        "S001-7",
    ),
)
"""The clauses that an agreement with a supplier should have; a company adds its own, with terms and penalties."""


def _id(text: str) -> str:
    return normal_id(text, "agreement")


def _words(given: Iterable[str]) -> frozenset[str]:
    return frozenset(map(clean, given))


@frozen
class Agreement:
    """What was signed with a supplier (协议).

    Args:
        id: its stable id.
        since: first day.
        until: last day.
        penalty: what breaking it costs, or missing.
        clauses: the names of the clauses that it has, such as those of `CLAUSES`.

    >>> Agreement("A1", since=date(2026, 1, 1), until=date(2028, 12, 31)).months
    36

    Source: S001-8. Raises:
        BadValue: an empty id, or a last day before the first.
    """

    id: str = field(converter=_id)
    since: date | None = None
    until: date | None = None
    penalty: Amount | None = None
    clauses: frozenset[str] = field(default=frozenset(), converter=_words)

    def __attrs_post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise BadValue("the last day is before the first", where=f"agreement {self.id!r}", code="agreement.dates")

    @property
    def months(self) -> int | None:
        """Whole months from the first to the last day; missing where either is."""
        if self.since is None or self.until is None:
            return None
        span = relativedelta(self.until + timedelta(days=1), self.since)
        return 12 * span.years + span.months

    def has(self, clause: str) -> bool:
        """Whether it says something on a matter; a last day is a term, an amount a penalty."""
        spoken = {"term": self.until is not None, "penalty": self.penalty is not None}
        return clause in self.clauses or spoken.get(clause, False)

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day, both ends included."""
        return (self.since or date.min) <= day <= (self.until or date.max)


@frozen
class ClauseWarning:
    """A clause that an agreement lacks, or that is weaker than asked.

    Args:
        agreement: id of the agreement.
        clause: what it should say.
        why: what is wrong, what the clause guards against, and the source.
    """

    agreement: str
    clause: Clause
    why: Why = field(repr=False)


def _weakness(agreement: Agreement, clause: Clause) -> Why | None:
    """Say what is wrong with one clause, or nothing."""
    if not agreement.has(clause.name):
        return because("{clause} is missing", "缺少{clause}", clause=clause.says)
    if clause.months is not None and (agreement.months is None or agreement.months < clause.months):
        says = "{clause} of {found} months where {asked} are asked", "{clause} {found} 个月，要求 {asked} 个月"
        return because(*says, clause=clause.says, found=agreement.months, asked=clause.months)
    if clause.penalty is not None and (agreement.penalty is None or agreement.penalty < clause.penalty):
        found = None if agreement.penalty is None else str(agreement.penalty)
        says = "{clause} of {found} where {asked} is asked", "{clause} {found}，要求 {asked}"
        return because(*says, clause=clause.says, found=found, asked=str(clause.penalty))
    return None


def clause_warnings(agreement: Agreement, clauses: Iterable[Clause] = CLAUSES) -> list[ClauseWarning]:
    """Find what an agreement lacks, in the order of the checklist (缺失条款预警).

    >>> short = Clause("term", Says("term", "合作期限"), Says("be safe", "稳妥"), months=24)
    >>> agreement = Agreement("A1", since=date(2026, 1, 1), until=date(2026, 12, 31))
    >>> print(clause_warnings(agreement, [short])[0].why)
    term of 12 months where 24 are asked
      be safe [S001-8]

    Source: S001-8. Raises:
        NotComparable: penalties in two units.
    """
    found = []
    for clause in clauses:
        weak = _weakness(agreement, clause)
        if weak is not None:
            guards = because("{why} [{source}]", "{why}［{source}］", why=clause.why, source=clause.source)
            found.append(
                ClauseWarning(agreement.id, clause, because(weak.says.en, weak.says.zh, guards, **weak.values))
            )
    return found


def clause_table(warnings: Sequence[ClauseWarning]) -> Table:
    """Return one row a warning: agreement, clause, reason, source."""
    columns = (
        Column("agreement", "Agreement", "协议"),
        Column("clause", "Clause", "条款"),
        Column("why", "Why", "原因", "why"),
        Column("source", "Source", "依据"),
    )
    rows = [(w.agreement, w.clause.says, w.why, w.clause.source) for w in warnings]
    return Table("clauses", Says("Missing clauses", "缺失条款"), columns, rows)
