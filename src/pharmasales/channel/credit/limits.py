"""The credit limit (信用额度): monthly base x term x factor of the class, with approvals, seasons and a last day.

>>> from pharmasales.channel.credit.averaging import monthly_base
>>> from pharmasales.channel.credit.investigation import CreditFile
>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> ours = CreditPolicy("ours@1", complete_from=0, approvers={"boss"})
>>> shipped = {Month(2026, month): Amount.of(300_000, CNY) for month in (1, 2, 4, 6)}
>>> base = monthly_base(shipped, [Month(2026, month) for month in range(1, 7)], unit=CNY)
>>> state = CreditFile("D1", since=date(2024, 5, 1)).state(date(2026, 7, 1), policy=ours)
>>> limit = propose_limit(state, "A", base, term=2, by="rep1")
>>> print(limit.why)
limit 480,000.00 CNY of class A, 2026-07-01 to 2027-06-30, waits for an approval
  base 1,200,000.00 CNY / 4 months with shipments of 6 = 300,000.00 CNY
  300,000.00 CNY x term 2 months x factor 80.0% = 480,000.00 CNY
  class A as proposed
>>> limit.approve(by="boss", on=date(2026, 7, 2), policy=ours).approved_on
datetime.date(2026, 7, 2)

Source: P2-G, E45.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.channel.credit.averaging import MonthlyBase
from pharmasales.channel.credit.investigation import FileState
from pharmasales.channel.credit.items import spoken
from pharmasales.channel.credit.limit_why import limit_why
from pharmasales.channel.credit.policy import CreditClass, CreditPolicy
from pharmasales.display import Why
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import clean, fold, nearest, normal_id, optional_id
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["CreditLimit", "SpecialApproval", "SpecialKind", "propose_limit"]

SpecialKind: TypeAlias = Literal["first_deal", "better_class"]
"""What needs a special approval: credit at the first deal, or a class that new or incomplete files may not have."""


@frozen
class SpecialApproval:
    """A special approval (特批): what, by whom, when and why.

    Args:
        what: `first_deal` or `better_class`.
        by: the id of the approver.
        on: when.
        reason: why, in words.

    Raises:
        BadRule: anything else to approve.
        BadValue: no reason.
    """

    what: SpecialKind
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    reason: str = field(validator=spoken, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.what not in get_args(SpecialKind):
            hint = nearest(str(self.what), get_args(SpecialKind))
            raise BadRule("no special approval of that kind", where="special", hint=hint, code="credit.special")


def _seasons(given: Mapping[int, Exact | str]) -> dict[int, Exact]:
    found = {month: literal(change) for month, change in given.items()}
    for month in found:
        if type(month) is not int or not 1 <= month <= 12:
            raise BadValue("no month", where="season", hint="give 1 to 12", code="credit.season")
        if found[month] < -1:
            raise BadValue("less than nothing is left", where="season", hint="-100% at least", code="credit.season")
    return dict(sorted(found.items()))


def _term(value: Exact | str) -> Exact:
    term = literal(value)
    if term <= 0:
        raise BadValue("a term of no time", where="term", hint="give months above zero", code="credit.term")
    return term


@frozen
class CreditLimit:
    """A credit limit as asked for and, in time, approved (信用额度). Begin with `propose_limit`.

    Args:
        customer: id of the dealer.
        scored: the class that was proposed.
        credit_class: the class that counts after the rule of new and incomplete files.
        factor: the factor taken within that class.
        base: the monthly base.
        term: for how many months credit is given.
        file_faults: why the file asks for a special approval of a better class: `new`, `incomplete`.
        first_deal: whether it is for the first deal.
        specials: the special approvals that count.
        seasons: for a month of the year by what share the limit rises or falls.
        by: the id of who asks.
        on: the first day.
        until: the last day, included.
        approved_by: the id of who approved it; "" while it waits.
        approved_on: when.
        policy: the name of the policy it was made with.

    Raises:
        BadValue: a last day before the first, a base without any month, a term of no time, no month of a season, a
            season that takes more than everything, or an approval without its day.
        BadRule: approved by who asks.
    """

    customer: str = field(converter=normal_id)
    scored: str = field(converter=normal_id)
    credit_class: str = field(converter=normal_id)
    factor: Exact = field(converter=literal)
    base: MonthlyBase
    term: Exact = field(converter=_term)
    file_faults: tuple[str, ...]
    first_deal: bool
    specials: tuple[SpecialApproval, ...] = field(repr=False)
    seasons: Mapping[int, Exact] = field(converter=_seasons, hash=False)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    until: date = field(converter=checked_day)
    approved_by: str = field(default="", converter=optional_id)
    approved_on: date | None = field(default=None, converter=optional(checked_day))
    policy: str = field(default="", converter=clean)

    def __attrs_post_init__(self) -> None:
        where = f"limit {self.customer}"
        if self.until < self.on:
            raise BadValue("the last day is before the first", where=where, code="credit.day")
        if not set(self.file_faults) <= {"new", "incomplete"}:
            raise BadValue("no fault of a file", where=where, code="credit.fault")
        if bool(self.approved_by) is (self.approved_on is None):
            hint = "name who approved it, and when"
            raise BadValue("half an approval", where=where, hint=hint, code="credit.approver")
        if fold(self.by) == fold(self.approved_by):
            hint = "another of the approvers decides"
            raise BadRule("nobody approves what they ask for", where=where, hint=hint, code="credit.self")
        if self.base.exact is None:
            hint = "give what is expected with expected_base"
            raise BadValue("no month with shipments", where=where, hint=hint, code="credit.base")

    def special(self, what: SpecialKind) -> SpecialApproval | None:
        """Return the special approval of a kind, or none."""
        return next((one for one in self.specials if one.what == what), None)

    @property
    def amount(self) -> Amount:
        """The limit without season; zero for a first deal that nobody approved."""
        return self.at(self.factor)

    @property
    def withheld(self) -> bool:
        """Whether it is for a first deal that nobody approved, and so zero whatever the arithmetic gives."""
        return self.first_deal and self.special("first_deal") is None

    def at(self, factor: Exact, month: int = 0) -> Amount:
        """Return the limit at a factor, in a month of the year; zero where it is withheld."""
        return Amount(0, self.base.total.unit) if self.withheld else self.reckoned(factor, month)

    def reckoned(self, factor: Exact, month: int = 0) -> Amount:
        """Return base x term x factor x season: exact, rounded half up once at the end."""
        exact = (self.base.exact or 0) * self.term * factor * (1 + self.seasons.get(month, 0))
        return Amount(1, self.base.total.unit).times(Fraction(exact))

    def approve(self, *, by: str, on: date, policy: CreditPolicy) -> CreditLimit:
        """Approve the limit (审批); it counts from its first day, but not before this day.

        Args:
            by: the id of an approver other than the one who asks.
            on: when.
            policy: the policy that names the approvers.

        Raises:
            BadRule: somebody else, the one who asks, or approved before.
            BadValue: a day after the last one.
        """
        where = f"limit {self.customer}"
        if self.approved_by:
            raise BadRule("approved before", where=where, hint="propose another limit", code="credit.step")
        if checked_day(on) > self.until:
            hint = "propose another limit"
            raise BadValue("approved after its last day", where=where, hint=hint, code="credit.day")
        return evolve(self, approved_by=policy.approver(by, self.by, where), approved_on=on)

    @property
    def why(self) -> Why:
        """The arithmetic, the class and why it is not a better one, the seasons, and who approved it."""
        return limit_why(self)


def _special(
    what: SpecialKind, given: Iterable[SpecialApproval], asker: str, day: date, policy: CreditPolicy
) -> SpecialApproval | None:
    """Return the first approval of a kind that was there by the day, of somebody who may approve."""
    there = sorted((one for one in given if one.what == what and one.on <= day), key=lambda one: (one.on, one.by))
    found = there[0] if there else None
    if found is not None:
        policy.approver(found.by, asker, f"special approval {what}")
    return found


def _factor(used: CreditClass, factor: Exact | str | None, where: str) -> Exact:
    chosen: Exact = used.low if factor is None else literal(factor)
    if not used.low <= chosen <= used.high:
        hint = f"class {used.key} has {used.low} to {used.high}"
        raise BadRule("a factor out of range", where=where, hint=hint, code="credit.factor")
    return chosen


def _in_range(seasons: Mapping[int, Exact | str], policy: CreditPolicy, where: str) -> dict[int, Exact]:
    months = _seasons(seasons)
    if not all(-policy.season <= change <= policy.season for change in months.values()):
        hint = f"at most {policy.season} up or down"
        raise BadRule("a season out of range", where=where, hint=hint, code="credit.season")
    return months


def propose_limit(
    state: FileState,
    credit_class: str,
    base: MonthlyBase,
    *,
    term: Exact | str,
    by: str,
    factor: Exact | str | None = None,
    seasons: Mapping[int, Exact | str] | None = None,
    specials: Iterable[SpecialApproval] = (),
    until: date | None = None,
) -> CreditLimit:
    """Work out a limit that then waits for an approval (拟定额度).

    A new customer, or one whose file is not complete, gets no class that needs a special approval unless there is one;
    the best class below it counts instead. The first deal gets zero unless there is one.

    Args:
        state: the dealer's file on the first day of the limit, with the credit policy.
        credit_class: the class by the score.
        base: the monthly base.
        term: for how many months credit is given.
        by: the id of who asks.
        factor: the factor within the class's range, such as `"200%"` for AAA; its least where left out.
        seasons: for months of the year the share by which the limit rises (`"50%"`) or falls (`"-20%"`).
        specials: special approvals by that day.
        until: the last day; by the policy where left out.

    Source: P2-G, E45. Raises:
        NotFound: a class that the policy does not have.
        BadRule: a factor or a season out of range, or a special approval of somebody who may not give it.
        BadValue: a base without shipments, a term of no time.
    """
    day, policy, kept = state.as_of, state.policy, tuple(specials)
    needs = [name for name, holds in (("new", state.new), ("incomplete", not state.complete)) if holds]
    better = _special("better_class", kept, by, day, policy) if needs and policy[credit_class].special else None
    used = policy[credit_class] if better or not needs else policy.plain(credit_class)
    first = _special("first_deal", kept, by, day, policy) if state.first_deal else None
    where = f"limit {state.customer}"
    return CreditLimit(
        state.customer,
        credit_class,
        used.key,
        _factor(used, factor, where),
        base,
        term,
        tuple(needs),
        state.first_deal,
        tuple(one for one in (better, first) if one),
        _in_range(seasons or {}, policy, where),
        by,
        day,
        until or policy.until(day),
        policy=policy.name,
    )
