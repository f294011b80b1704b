"""The limit on a day (当日可用额度): what an approved limit is worth after season, trouble signs and its last day.

>>> from pharmasales.units import CNY
>>> print(limit_on(None, "D1", date(2026, 7, 3), unit=CNY).why)
0.00 CNY on 2026-07-03: no limit was set; propose one with the dealer's file
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.channel.credit.limits import CreditLimit
from pharmasales.channel.credit.policy import CREDIT_POLICY, CreditPolicy
from pharmasales.channel.credit.signals import LoweredClass, TroubleSign, lower_class
from pharmasales.channel.credit.troubles import TROUBLES, Trouble
from pharmasales.display import Says, Why, because, exact_text
from pharmasales.errors import BadValue
from pharmasales.names import normal_id
from pharmasales.units import CNY, Amount, Unit
from pharmasales.yearplan import checked_day

__all__ = ["LimitOnDay", "limit_on"]

_VOID: Mapping[str, tuple[Says, Says]] = MappingProxyType(
    {
        "no_limit": (
            Says("no limit was set", "未设额度"),
            Says("propose one with the dealer's file", "凭资信档案拟定额度"),
        ),
        "not_approved": (
            Says("nobody has approved the limit", "额度尚未批准"),
            Says("ask an approver other than the one who asked", "请申请人以外的审批人批准"),
        ),
        "not_yet": (Says("the limit begins later", "额度尚未生效"), Says("wait for its first day", "待生效日")),
        "expired": (
            Says("the limit has expired", "额度已过期"),
            Says("bring the file up to date and propose another", "更新资信档案后重新拟定"),
        ),
    }
)


@frozen
class LimitOnDay:
    """What a dealer's limit is worth on a day (当日额度).

    Args:
        customer: id of the dealer.
        day: the day.
        amount: the limit; zero where there is none in force.
        void: why there is none in force: `no_limit`, `not_approved`, `not_yet`, `expired`; "" where there is.
        stops: whether a trouble sign stops shipping.
        why: the arithmetic and the reasons.
    """

    customer: str = field(converter=normal_id)
    day: date = field(converter=checked_day)
    amount: Amount = field(repr=False)
    void: str = ""
    stops: bool = False
    why: Why = field(factory=lambda: because("given", "给定"), repr=False, eq=False)


def _void(limit: CreditLimit | None, day: date) -> str:
    if limit is None:
        return "no_limit"
    if day > limit.until:
        return "expired"
    if day < limit.on:
        return "not_yet"
    return "not_approved" if limit.approved_on is None or day < limit.approved_on else ""


def limit_on(
    limit: CreditLimit | None,
    customer: str,
    day: date,
    signs: Iterable[TroubleSign] = (),
    *,
    unit: Unit = CNY,
    policy: CreditPolicy = CREDIT_POLICY,
    troubles: Mapping[str, Trouble] = TROUBLES,
) -> LimitOnDay:
    """Return what a limit is worth on a day.

    It counts from its first day or its approval, whichever is later, to its last day. A trouble sign lowers the class,
    whose least factor then counts; the season of the month comes on top.

    Args:
        limit: the limit, or none.
        customer: id of the dealer.
        day: the day.
        signs: the trouble signs of the dealer.
        unit: the unit of a limit that there is not.
        policy: the classes.
        troubles: the kinds of trouble signs.

    Source: P2-G. Raises:
        BadValue: a limit or signs of another dealer.
        NotFound: a class or a sign that is not known.
    """
    found = tuple(signs)
    owners = {one.customer for one in found} | ({limit.customer} if limit else set())
    if owners - {normal_id(customer)}:
        raise BadValue("of another dealer", where=f"limit {customer}", hint="give its own", code="credit.customer")
    before = limit.credit_class if limit else policy.classes[-1].key
    lowered = lower_class(before, found, day, policy=policy, troubles=troubles)
    void = _void(limit, day)
    if void or limit is None:
        amount = Amount(0, limit.base.total.unit if limit else unit)
        says, cure = _VOID[void]
        en, zh = "{amount} on {day}: {says}; {cure}", "{day} 为 {amount}：{says}；{cure}"
        why = because(en, zh, *_stop(lowered), amount=str(amount), day=day, says=says, cure=cure)
        return LimitOnDay(customer, day, amount, void, lowered.stops, why)
    return _in_force(limit, day, lowered, policy)


def _in_force(limit: CreditLimit, day: date, lowered: LoweredClass, policy: CreditPolicy) -> LimitOnDay:
    kept = lowered.credit_class == limit.credit_class
    factor = limit.factor if kept else policy[lowered.credit_class].low
    amount = limit.at(factor, day.month)
    arithmetic = because(
        "base {base} x term {term} x factor {factor} of {label} x season {season} = {amount}",
        "基数 {base} x 账期 {term} x {label} 系数 {factor} x 季节 {season} = {amount}",
        base=limit.base.text,
        term=exact_text(limit.term),
        factor=f"{exact_text(factor * 100, 1)}%",
        label=lowered.credit_class,
        season=f"{exact_text((1 + limit.seasons.get(day.month, 0)) * 100, 1)}%",
        amount=str(limit.reckoned(factor, day.month)),
    )
    parts = (arithmetic, *_stop(lowered), limit.why)
    why = because("{amount} on {day}", "{day} 为 {amount}", *parts, amount=str(amount), day=day)
    return LimitOnDay(limit.customer, day, amount, "", lowered.stops, why)


def _stop(lowered: LoweredClass) -> tuple[Why, ...]:
    return (lowered.why,) if lowered.signs else ()
