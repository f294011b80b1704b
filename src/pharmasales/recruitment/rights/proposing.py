"""The proposed term (合作条件建议): how long, at which price level, for which deposit, from the assessment.

>>> from pharmasales.units import CNY
>>> found = propose_term("A1", {"score": 77, "years": 2}, start=date(2027, 1, 1), promised=Amount.of(400_000, CNY))
>>> found.months, found.until.isoformat(), found.price_level, str(found.deposit)
(12, '2027-12-31', 'standard', '40,000.00 CNY')
>>> print(found.why)
A1: from 2027-01-01 to 2027-12-31, price level standard, deposit 40,000.00 CNY
  months: 12
    score 77 is at least 60 and is below 80: fair
    years 2 is at least 1 and is below 3: known
  price level: standard
    score 77 is at least 60 and is below 80: standard
  deposit: 10 % of 400,000.00 CNY
    score 77 is at least 60 and is below 80: 10

Source: S003-4 (the agreement fixes the term, longer for long-standing and assessed dealers), S004-71, S004-73.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import normal_id
from pharmasales.periods import back
from pharmasales.recruitment.rights.commitments import Commitment
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.rules import Bands, Field, Grid, RuleBook, explain
from pharmasales.rules.terms import Label
from pharmasales.units import Amount, Number, Unit
from pharmasales.yearplan import checked_day

__all__ = ["TERM_RULES", "TermProposal", "next_term", "proposal_table", "propose_term"]

_SCORE = Field("score", zh="评估得分")

TERM_RULES = RuleBook(
    "term proposal",
    "1",
    {
        "months": Grid(
            Bands(_SCORE, ((60, "weak"), (80, "fair")), top="good"),
            Bands(Field("years", zh="合作年限"), ((1, "new"), (3, "known")), top="long"),
            {
                "weak": {"new": 6, "known": 6, "long": 12},
                "fair": {"new": 12, "known": 12, "long": 24},
                "good": {"new": 12, "known": 24, "long": 36},
            },
        ),
        "price_level": Bands(_SCORE, ((60, "list"), (80, "standard")), top="preferred"),
        "deposit_percent": Bands(_SCORE, ((60, 20), (80, 10)), top=5),
    },
)
"""An example to begin with: the source asks for longer terms for assessed and long-standing dealers and names no
figure; months, price levels and percentages are yours to set. The assessment runs to 100, as in E57."""

PRICE_LEVELS: Mapping[Label, Says] = MappingProxyType(
    {
        "list": Says("list", "标准价"),
        "standard": Says("standard", "常规价"),
        "preferred": Says("preferred", "优惠价"),
    }
)
"""How tables call the price levels of `TERM_RULES`; a level of your own is shown as it is."""


@frozen
class TermProposal:
    """What is proposed to an agent (合作条件建议). Made by `propose_term`.

    Args:
        agent: the id of the agent.
        start: the first day.
        until: the last day; missing where no term is proposed.
        months: how many months the rule gives; missing where the assessment is.
        price_level: the name of the price level; likewise.
        deposit: the deposit, half up to the smallest part; missing where the assessment or the promise is.
        reasons: the reason of each.
        fingerprint: of the rule book that it was made with.
    """

    agent: str
    start: date
    until: date | None
    months: int | None
    price_level: Label | None
    deposit: Amount | None = field(repr=False)
    reasons: tuple[Why, ...] = field(repr=False)
    fingerprint: str = field(repr=False)

    @property
    def says_level(self) -> Cell:
        """The price level in words."""
        return _level(self.price_level)

    @property
    def why(self) -> Why:
        """What is proposed, and the reason of each."""
        if self.months is None:
            says = "{agent}: no term, because the assessment is missing: assess first", "{agent}：评估缺失：请先评估"
            return because(*says, *self.reasons, agent=self.agent)
        return because(
            "{agent}: from {start} to {until}, price level {level}, deposit {deposit}",
            "{agent}：{start} 至 {until}，价格档 {level}，保证金 {deposit}",
            *self.reasons,
            agent=self.agent,
            start=self.start,
            until=self.until,
            level=self.says_level,
            deposit=None if self.deposit is None else str(self.deposit),
        )


def propose_term(
    agent: str,
    record: Mapping[str, object],
    *,
    start: date,
    promised: Amount | None = None,
    ours_until: date | None = None,
    book: RuleBook = TERM_RULES,
) -> TermProposal:
    """Propose term, price level and deposit from the assessment of an agent (期限建议).

    A term ends the day before its first day comes round; where that month has no such day, on its last day: six months
    from 31 August end on 28 or 29 February. It never outlasts our own right to the product: nobody can give what they
    do not have.

    Args:
        agent: the id of the agent.
        record: the assessment, with what the rules of the book read: for `TERM_RULES` `score` and `years`; missing
            ones are `None`.
        start: the first day of the new term.
        promised: what the agent promises for a year, of which the deposit is a percentage.
        ours_until: the last day of our own right to the product; none where it holds for ever.
        book: a book with the rules `months`, `price_level` and `deposit_percent`.

    Raises:
        NotFound: a book without one of the rules.
        BadValue: a record without a field that a rule reads, or a promise below zero.
        BadRule: months or percentages that are no whole numbers, or our own right ends before the term begins.
    """
    name, first = normal_id(agent, "agent"), checked_day(start)
    if ours_until is not None and checked_day(ours_until) < first:
        hint = "renew the right with the supplier first"
        raise BadRule("our own right ends before the term begins", where=name, hint=hint, code="rights.ours")
    if promised is not None and promised.minor < 0:
        raise BadValue("how much?", where=name, hint="zero or more", code="rights.promise")
    months, percent = _whole(book, "months", record, 1), _whole(book, "deposit_percent", record, 0)
    price = book["price_level"](record)
    level = price if isinstance(price, str | int) else None
    until = None if months is None else _last_day(first, months)
    clipped = until is not None and ours_until is not None and ours_until < until
    until = ours_until if clipped else until
    deposit = None if percent is None or promised is None else promised.times(Fraction(percent, 100))
    parts = [
        because("months: {months}", "期限：{months} 个月", *_reasons(book, "months", record), months=months),
        because("price level: {level}", "价格档：{level}", *_reasons(book, "price_level", record), level=_level(level)),
        _deposit_why(book, record, percent, promised),
    ]
    if clipped:
        parts.append(because("our own right ends on {day}", "我方权益于 {day} 到期", day=ours_until))
    return TermProposal(name, first, until, months, level, deposit, tuple(parts), book.fingerprint)


def _level(level: Label | None) -> Cell:
    return None if level is None else PRICE_LEVELS.get(level, str(level))


def next_term(
    right: AgentRight,
    ends: date,
    commitments: Iterable[Commitment],
    *,
    as_of: date,
    score: Number | None,
    money: Unit,
    book: RuleBook = TERM_RULES,
) -> TermProposal:
    """Propose the term that follows one that ends, from the record of the right itself (续签期限建议).

    It begins the day after the end, or after the day asked where that has passed. The years are whole ones since the
    first version of the right. Promised for a year is what the periods promise that begin in the last year of the term;
    a quarter within a year that is promised as well is not counted twice.

    Args:
        right: the right that ends.
        ends: its last day.
        commitments: what agreements promise.
        as_of: the day.
        score: the points of the agent; missing where nobody assessed it.
        money: the unit of the promises that count.
        book: as `propose_term` takes it.

    Raises:
        NotFound: as `propose_term`, like the other errors.

    Source: S003-4, S004-71.
    """
    day, since = checked_day(as_of), right.versions[0].since
    years = max(day.year - since.year - ((day.month, day.day) < (since.month, since.day)), 0)
    first = back(ends, 12)
    mine = [one for one in commitments if one.agreement == right.id and one.amount.unit == money]
    last = [one for one in mine if first < one.period.start <= ends]
    whole = [one.amount for one in last if not any(_within(one, other) for other in last)]
    promised = Amount.total(whole, money) if whole else None
    start = max(ends, day) + timedelta(days=1)
    return propose_term(right.agent, {"score": score, "years": years}, start=start, promised=promised, book=book)


def _within(one: Commitment, other: Commitment) -> bool:
    inner, outer = one.period, other.period
    return inner != outer and outer.start <= inner.start and inner.end <= outer.end


def _last_day(first: date, months: int) -> date:
    """Return the last day of so many months; where the month has no such day, its last one.

    >>> _last_day(date(2027, 1, 1), 6).isoformat(), _last_day(date(2026, 8, 31), 6).isoformat()
    ('2027-06-30', '2027-02-28')
    """
    same = back(first, -months)
    return same if same.day < first.day else same - timedelta(days=1)


def _whole(book: RuleBook, rule: str, record: Mapping[str, object], least: int) -> int | None:
    """Return the whole number that a rule gives; missing where it gives nothing."""
    answer = book[rule](record)
    if answer is None:
        return None
    if type(answer) is not int or answer < least:
        hint = "whole numbers as the answers"
        raise BadRule(f"no whole number of {least} or more", where=f"rules.{rule}", hint=hint, code="rights.term")
    return answer


def _reasons(book: RuleBook, rule: str, record: Mapping[str, object]) -> tuple[Why, ...]:
    told = explain(book[rule], record)
    return told.parts or (told,)


def _deposit_why(book: RuleBook, record: Mapping[str, object], percent: int | None, promised: Amount | None) -> Why:
    reasons = _reasons(book, "deposit_percent", record)
    if percent is not None and promised is None:
        return because(
            "deposit: {percent} % of a promise that is missing",
            "保证金：协议量缺失，比例 {percent}%",
            *reasons,
            percent=percent,
        )
    amount = None if promised is None else str(promised)
    return because(
        "deposit: {percent} % of {promised}",
        "保证金：{promised} 的 {percent}%",
        *reasons,
        percent=percent,
        promised=amount,
    )


def proposal_table(proposals: list[TermProposal]) -> Table:
    """Return agent, first and last day, months, price level, deposit and why, one row a proposal."""
    columns = (
        Column("agent", "Agent", "代理商"),
        Column("start", "Since", "起始", "date"),
        Column("until", "Until", "截止", "date"),
        Column("months", "Months", "月数", "number"),
        Column("price_level", "Price level", "价格档"),
        Column("deposit", "Deposit", "保证金", "amount"),
        Column("why", "Why", "原因", "why"),
    )
    rows = [
        (p.agent, p.start, p.until, p.months, p.says_level, None if p.deposit is None else p.deposit.value, p.why)
        for p in proposals
    ]
    return Table("term_proposals", Says("Proposed terms", "合作条件建议"), columns, rows)
