"""`[credit]` of `pharmasales.toml` (资信与回款): how debts age, what limits rest on, who approves, whom to list.

>>> asked = credit_settings(Section({"approvers": ["boss"], "way": "fifo"}, "credit"))
>>> sorted(asked.policy.approvers), asked.way, asked.term, asked.poor is None
(['boss'], 'fifo', 2, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import cast

from attrs import evolve, field, frozen

from pharmasales.channel.buckets import DEFAULT_EDGES, AgeBasis, AgeBuckets
from pharmasales.channel.credit.checks import CheckBasis
from pharmasales.channel.credit.policy import CREDIT_POLICY, CreditPolicy
from pharmasales.channel.expense.policy import EXPENSE_POLICY, ExpensePolicy
from pharmasales.channel.money.interest import DAY_COUNTS, DayCount
from pharmasales.channel.money.settling import MATCHINGS, MatchingWay
from pharmasales.errors import BadConfig, BadValue
from pharmasales.units import exact, share
from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "CreditSettings", "credit_settings"]

TEMPLATE = """
[credit]
# buckets = [0, 30, 60, 90, 120]   # days of age; each bucket includes its last day
# by = "due"                       # ages count from the due day; "invoiced": from the invoice
# way = "told"                     # receipts pay what they were told for, then the oldest; "fifo": always the oldest
# approvers = []                   # who approves limits, releases orders, clears signs; nobody where none is named
# policy_name = "credit@1"         # of the credit policy, kept with every limit
# term = "2"                       # months of credit in a limit
# shipment_months = 6              # full months before the day that a monthly base looks at
# season_most = "50%"              # by what share at most a season raises or lowers a limit
# valid_months = 12                # how long a limit holds
# complete_from = "85"             # points of 100 from which a file is complete
# new_months = 6                   # for how many months after the first deal a customer is new
# late_days = 30                   # an invoice open for longer after its due day is a trouble sign
# count_uninvoiced = true          # other orders accepted and not yet invoiced count in a check
# count_disputed = true            # disputed invoices count as open
# tolerance = "0%"                 # the share of a limit by which it may be exceeded
# overdue_days = 0                 # an invoice overdue for longer holds orders; "off": overdue invoices hold nothing
# interest = "6%"                  # a year, on what is overdue; none is reckoned where left out
# day_count = "actual/365"         # or "actual/360", "actual/actual"
# best_in_time = "100%"            # of what fell due, to be among the best customers
# best_least = 30                  # a shorter list bears a warning
# best_most = 100
# worst_poor = "100000"            # sales of a period below this are poor; without it nobody is listed as worst
# worst_least = "50000"            # old debt from which a customer with poor sales is among the worst
# worst_days = 120                 # days beyond which a debt is old
# budget_near = "90%"              # of a budget, from which it is nearly used up
"""
"""What a new `pharmasales.toml` says of it."""

_OF_POLICY: Mapping[str, str] = {
    "policy_name": "name",
    "season_most": "season",
    "valid_months": "valid_months",
    "complete_from": "complete_from",
    "new_months": "new_months",
    "late_days": "late_days",
}
"""The attribute of the credit policy that each setting gives."""


@frozen
class CreditSettings:
    """What a company decides of money and credit (资信与回款设置).

    Args:
        buckets: the days of age at which buckets end.
        by: the day that ages count from.
        way: how receipts are held against invoices.
        policy: classes, approvers, and how long things hold.
        term: months of credit in a limit.
        months: how many full months before the day a monthly base looks at.
        basis: what a check of an order counts.
        interest: the rate a year on what is overdue; none is reckoned where there is none.
        day_count: how days become years.
        in_time: the share paid in time of the best customers.
        least: a shorter list of the best bears a warning.
        most: no list of the best is longer.
        poor: sales of a period below this are poor, in whole units of money; nobody is listed as worst without it.
        old: the old debt from which a customer with poor sales is among the worst, in whole units of money.
        old_days: the days beyond which a debt is old.
        expense: when there is an alert of expense.
    """

    buckets: tuple[int, ...] = DEFAULT_EDGES
    by: AgeBasis = "due"
    way: MatchingWay = "told"
    policy: CreditPolicy = CREDIT_POLICY
    term: int | Fraction = 2
    months: int = 6
    basis: CheckBasis = field(factory=CheckBasis)
    interest: Fraction | None = None
    day_count: DayCount = "actual/365"
    in_time: Fraction = Fraction(1)
    least: int = 30
    most: int = 100
    poor: Fraction | None = None
    old: Fraction = Fraction(50_000)
    old_days: int = 120
    expense: ExpensePolicy = EXPENSE_POLICY


def credit_settings(section: Section) -> CreditSettings:
    """Read `[credit]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    default = CreditSettings()
    by = cast("AgeBasis", section.choice("by", ("due", "invoiced"), default.by))
    found = CreditSettings(
        buckets=section.read("buckets", lambda given: _edges(given, by), default.buckets),
        by=by,
        way=cast("MatchingWay", section.choice("way", MATCHINGS, default.way)),
        policy=_policy(section),
        term=section.read("term", _above_zero, default.term),
        months=section.read("shipment_months", lambda given: _whole(given, 1), default.months),
        basis=_basis(section),
        interest=section.read("interest", _not_below_zero, default.interest),
        day_count=cast("DayCount", section.choice("day_count", DAY_COUNTS, default.day_count)),
        in_time=section.read("best_in_time", _part, default.in_time),
        least=section.read("best_least", lambda given: _whole(given, 1), default.least),
        most=section.read("best_most", lambda given: _whole(given, 1), default.most),
        poor=section.read("worst_poor", exact, default.poor),
        old=section.read("worst_least", exact, default.old),
        old_days=section.read("worst_days", lambda given: _whole(given, 0), default.old_days),
        expense=section.read("budget_near", lambda given: ExpensePolicy(near=given), default.expense),
    )
    section.done()
    if found.least > found.most:
        raise BadConfig("above best_most", where=section.path("best_least"), hint="30, 100", code="config.choice")
    return found


def _policy(section: Section) -> CreditPolicy:
    """Return the policy with one setting after the other, so that a refusal names its own."""
    policy = CREDIT_POLICY
    for key, name in _OF_POLICY.items():
        policy = section.read(key, partial(_changed, policy, name), policy)
    approvers = section.texts("approvers")
    return section.reading("approvers", partial(_changed, policy, "approvers"), approvers)


def _changed(policy: CreditPolicy, name: str, told: object) -> CreditPolicy:
    return evolve(policy, **{name: told})  # type: ignore[arg-type]  # the policy refuses what is of another kind


def _basis(section: Section) -> CheckBasis:
    default = CheckBasis()
    given = (
        section.take("count_uninvoiced", bool, default.uninvoiced),
        section.take("count_disputed", bool, default.disputed),
        section.read("tolerance", _not_below_zero, Fraction(default.tolerance)),
        section.read("overdue_days", _days, default.overdue_days),
    )
    return CheckBasis(*given)


def _edges(given: list[int], by: AgeBasis) -> tuple[int, ...]:
    return AgeBuckets(given, by).edges


def _part(value: str | int | Decimal) -> Fraction:
    found = _not_below_zero(value)
    if found > 1:
        raise BadValue("above everything", hint='write "100%" at most', code="config.choice")
    return found


def _whole(value: object, least: int) -> int:
    if type(value) is not int or value < least:
        raise BadValue(f"no whole number from {least}", code="config.choice")
    return value


def _days(value: object) -> int | None:
    return None if value == "off" else _whole(value, 0)


def _above_zero(value: str | int | Decimal) -> int | Fraction:
    found = exact(value)
    if found <= 0:
        raise BadValue("not above zero", hint="give months", code="config.choice")
    return found.numerator if found.denominator == 1 else found


def _not_below_zero(value: str | int | Decimal) -> Fraction:
    found = share(value)
    if found < 0:
        raise BadValue("below zero", hint='write "10%"', code="config.choice")
    return found
