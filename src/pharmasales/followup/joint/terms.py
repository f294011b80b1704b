"""What is agreed with a dealer about joint visits (工商协访协议): scope, consent, duties, costs, and the term.

We do not take the dealer's customers (不抢客户): the agreement fixes for whom joint visits are made and until when, and
the dealer's head has consented.

>>> from pharmasales.units import CNY
>>> signed = Agreement("A1", since=date(2026, 1, 1), until=date(2026, 12, 31))
>>> costs = CostSplit({"maker": "60%", "dealer": "40%"})
>>> terms = DealerTerms("D1", "head-1", signed, consented=date(2026, 1, 5), customers=["H1"], costs=costs)
>>> terms.refusal("H1", date(2026, 3, 4)) is None
True
>>> print(terms.refusal("H2", date(2026, 3, 4)).text("zh"))
协议 A1 的范围不含该客户
>>> dict(costs.split(Amount.of("100.01", CNY)))
{'maker': Amount('60.01 CNY'), 'dealer': Amount('40.00 CNY')}

Source: S003-3 (consent), S003-4 (scope, term, duties, cost split), E15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.archive.agreements import Agreement
from pharmasales.display import Why, because, percent
from pharmasales.errors import BadRule, BadValue, PharmaSalesError
from pharmasales.followup.joint.kinds import listed
from pharmasales.names import clean, normal_id
from pharmasales.rules import Bands, Field, Grid, explain
from pharmasales.splits import split
from pharmasales.units import Amount, Number, share
from pharmasales.yearplan import checked_day

__all__ = ["JOINT_TERM", "CostSplit", "DealerTerms", "TermProposal", "term_proposal"]


def _shares(given: Mapping[str, Number]) -> Mapping[str, Fraction]:
    found = {}
    for side, part in given.items():
        try:
            found[clean(side, "cost split")] = share(part)
        except PharmaSalesError as error:
            raise error.at(f"cost split, {side!r}") from None
    return MappingProxyType(found)


@frozen
class CostSplit:
    """Who bears which share of the cost of a joint programme (费用分摊).

    Args:
        shares: the share of each side, such as `{"maker": "60%", "dealer": "40%"}`; together exactly 100 %.

    >>> CostSplit({"maker": "60%", "dealer": "39.9%"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: the shares add up to 99.9%, not 100% @ cost split; correct one of them \
[followup.joint.costs]

    Source: S003-4. Raises:
        BadRule: shares that do not add up to exactly 100 %, or one below zero.
        BadValue: a share that is no exact number.
    """

    shares: Mapping[str, Fraction] = field(converter=_shares, hash=False)

    def __attrs_post_init__(self) -> None:
        below = [side for side, part in self.shares.items() if part < 0]
        if below:
            raise BadRule("a share below zero", where=f"cost split, {below[0]!r}", code="followup.joint.costs")
        whole = sum(self.shares.values(), Fraction(0))
        if whole != 1:
            said = percent(whole, 1 if (1000 * whole).denominator == 1 else 4)
            reason = f"the shares add up to {said}, not 100%"
            raise BadRule(reason, where="cost split", hint="correct one of them", code="followup.joint.costs")

    def split(self, cost: Amount) -> Mapping[str, Amount]:
        """Return what each side bears; the parts add up to the cost exactly.

        Raises:
            BadValue: a cost below zero.
        """
        if cost.minor < 0:
            raise BadValue("a cost below zero", where="cost split", code="followup.joint.costs")
        parts = split(cost, list(self.shares.values()))
        return dict(zip(self.shares, parts, strict=True))


def _ids(given: Iterable[str]) -> frozenset[str]:
    return frozenset(normal_id(one, "customer") for one in listed(given, "customers"))


def _duties(given: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {clean(side): tuple(map(clean, listed(duties, "duties"))) for side, duties in given.items()}
    )


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(clean, listed(given, "support")))


@frozen
class DealerTerms:
    """What was agreed with one dealer about joint visits (协访约定).

    Args:
        dealer: the dealer's id.
        head: the id of the person who leads the dealer's business and may sign for it.
        agreement: the agreement that it stands on, with its term.
        consented: the day on which the dealer's head consented to joint visits; none is no consent.
        customers: the ids of the customers that it covers; nobody else is visited jointly.
        costs: who bears which share of the costs, or none where nothing is shared.
        duties: what each side does (双方职责), by side.
        support: the market support that the maker gives (市场支持), such as department and regional meetings.

    Source: S003-3, S003-4.
    """

    dealer: str = field(converter=normal_id)
    head: str = field(converter=normal_id)
    agreement: Agreement
    consented: date | None = None
    customers: frozenset[str] = field(default=frozenset(), converter=_ids, repr=lambda ids: f"<{len(ids)} customers>")
    costs: CostSplit | None = None
    duties: Mapping[str, tuple[str, ...]] = field(factory=dict, converter=_duties, hash=False, repr=False)
    support: tuple[str, ...] = field(default=(), converter=_texts, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.consented is not None:
            checked_day(self.consented)

    def refusal(self, customer: str, day: date) -> Why | None:
        """Say why a joint visit is refused; nothing where it is agreed.

        The first reason counts: no agreement in force, no consent by that day, a customer out of scope.
        """
        agreement = self.agreement.id
        if not self.agreement.in_force(checked_day(day)):
            en, zh = "agreement {agreement} is not in force on {day}", "协议 {agreement} 在 {day} 未生效或已到期"
            return because(en, zh, agreement=agreement, day=day)
        if self.consented is None or self.consented > day:
            en, zh = "the dealer has not consented by {day}", "截至 {day} 商家尚未同意协访"
            return because(en, zh, day=day)
        if customer not in self.customers:
            en, zh = (
                "the customer is not within the scope of agreement {agreement}",
                "协议 {agreement} 的范围不含该客户",
            )
            return because(en, zh, agreement=agreement)
        return None


JOINT_TERM: Grid = Grid(
    rows=Bands(Field("years", "合作年数"), ((1, "new"), (3, "known")), top="long"),
    cols=Bands(Field("assessment", "考核得分"), ((60, "weak"), (80, "fair")), top="good"),
    cells={
        "new": {"weak": 6, "fair": 6, "good": 12},
        "known": {"weak": 6, "fair": 12, "good": 24},
        "long": {"weak": 12, "fair": 24, "good": 36},
    },
)
"""Months of a term by years of partnership and assessment out of 100.

The source asks for a longer term for long-standing and well assessed dealers (S003-4) and names no figure: these are
defaults for a company to replace.
"""


@frozen
class TermProposal:
    """The term that is proposed to a dealer (期限建议).

    Args:
        months: how many months; missing where the rule lacks a figure.
        why: the cell of the rule that decided.
    """

    months: int | None
    why: Why = field(repr=False)


def term_proposal(years: Number | None, assessment: Number | None, rule: Grid = JOINT_TERM) -> TermProposal:
    """Propose the term of an agreement: longer for a dealer who was with us long and is assessed well.

    Args:
        years: whole or broken years of partnership; missing where nobody knows.
        assessment: the dealer's assessment out of 100; missing where there was none.
        rule: years and assessment crossed, with months in the cells.

    >>> term_proposal(4, 85).months, term_proposal("0.5", 85).months, term_proposal(4, None).months
    (36, 12, None)

    Source: S003-4. Raises:
        BadRule: a rule whose cell holds no whole number of months from 1.
        BadValue: a figure that is no exact number.
    """
    record = {"years": years, "assessment": assessment}
    months = rule(record)
    if months is not None and (type(months) is not int or months < 1):
        raise BadRule("a term is a whole number of months from 1", where="term", code="followup.joint.term")
    return TermProposal(months, explain(rule, record))
