"""Trouble signs (危险信号): what lowers a class or stops shipping before anything is lost, and what to do about each.

>>> from pharmasales.channel.credit.policy import CREDIT_POLICY
>>> signs = [TroubleSign("D1", "suit", date(2026, 3, 2), "court notice", by="p1")]
>>> lowered = lower_class("AA", signs, date(2026, 3, 1)), lower_class("AA", signs, date(2026, 3, 2))
>>> [one.credit_class for one in lowered]
['AA', 'B']
>>> print(lowered[1].why)
AA lowered to B by 1 trouble sign
  2026-03-02 sued, or under enforcement: 2 classes down; ask for security and ship against cash until it is judged

Source: P2-G (stop order, suits and other trouble signs downgrade). How far each goes is the library's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.channel.credit.items import spoken
from pharmasales.channel.credit.policy import CREDIT_POLICY, CreditPolicy
from pharmasales.channel.credit.troubles import TROUBLES, Trouble
from pharmasales.channel.receivables import Receivable, invoice_numbers, of_customer, open_at
from pharmasales.display import Says, Why, because
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.names import fold, nearest, normal_id, optional_id
from pharmasales.yearplan import checked_day

__all__ = ["LoweredClass", "TroubleSign", "late_payments", "lower_class"]


@frozen
class TroubleSign:
    """One trouble sign of one dealer (危险信号).

    Args:
        customer: id of the dealer.
        kind: the name of its kind.
        on: since when.
        source: from where it is known.
        by: the id of who reported it; "" where the figures say it.
        cleared_on: from which day on it no longer counts.
        cleared_by: the id of who cleared it.

    Raises:
        BadValue: no source, half a clearing, or cleared before it was there.
        BadRule: cleared by who reported it.
    """

    customer: str = field(converter=normal_id)
    kind: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    source: str = field(validator=spoken, repr=False)
    by: str = field(default="", converter=optional_id)
    cleared_on: date | None = field(default=None, converter=optional(checked_day))
    cleared_by: str = field(default="", converter=optional_id)

    def __attrs_post_init__(self) -> None:
        where = f"sign {self.kind} of {self.customer}"
        if self.cleared_on is not None and self.cleared_on < self.on:
            raise BadValue("cleared before it was there", where=where, code="credit.day")
        if bool(self.cleared_by) is (self.cleared_on is None):
            raise BadValue("half a clearing", where=where, hint="name who and from when", code="credit.approver")
        if self.by and fold(self.by) == fold(self.cleared_by):
            hint = "another of the approvers decides"
            raise BadRule("nobody clears what they reported", where=where, hint=hint, code="credit.self")

    def counts(self, day: date) -> bool:
        """Whether it is there and not cleared on a day."""
        return self.on <= day and (self.cleared_on is None or day < self.cleared_on)

    def clear(self, *, by: str, on: date, policy: CreditPolicy) -> TroubleSign:
        """Let it count no longer from a day on (解除).

        Raises:
            BadRule: somebody who is no approver, who reported it, or it was cleared before.
            BadValue: a day before the sign.
        """
        where = f"sign {self.kind} of {self.customer}"
        if self.cleared_on is not None:
            raise BadRule("cleared before", where=where, hint="nothing is left to do", code="credit.step")
        return evolve(self, cleared_by=policy.approver(by, self.by, where), cleared_on=checked_day(on))


@frozen
class LoweredClass:
    """The class that a dealer keeps on a day (降级结果).

    Args:
        before: its class without any sign.
        credit_class: the class that counts.
        stops: whether shipping stops.
        signs: the signs that count, each kind once, in order of day and kind.
        troubles: the kinds.
    """

    before: str
    credit_class: str
    stops: bool
    signs: tuple[TroubleSign, ...]
    troubles: Mapping[str, Trouble] = field(default=TROUBLES, repr=False, hash=False)

    @property
    def why(self) -> Why:
        """What lowered it, and what to do about each sign."""
        parts = [_why(one, self.troubles[one.kind]) for one in self.signs]
        n = len(parts)
        if not parts:
            return because("{label}: no trouble sign", "{label}：无危险信号", label=self.before)
        if self.before == self.credit_class:
            en, zh = "{after} stays, with {n} trouble sign{s}", "仍为 {after}，有 {n} 项危险信号"
        else:
            en, zh = "{before} lowered to {after} by {n} trouble sign{s}", "因 {n} 项危险信号由 {before} 降为 {after}"
        return because(en, zh, *parts, before=self.before, after=self.credit_class, n=n, s="" if n == 1 else "s")


def _why(sign: TroubleSign, kind: Trouble) -> Why:
    if kind.last:
        what = Says("to the last class", "降至末级")
    else:
        what = Says(f"{kind.steps} class{'' if kind.steps == 1 else 'es'} down", f"降 {kind.steps} 级")
    stop = Says(", shipping stops", "，停止发货") if kind.stops else Says("", "")
    says = "{on} {sign}: {what}{stop}; {cure}", "{on} {sign}：{what}{stop}；{cure}"
    return because(*says, on=sign.on, sign=kind.says, what=what, stop=stop, cure=kind.cure)


def _place(sign: TroubleSign) -> tuple[date, str, str, str, date]:
    return sign.on, sign.kind, sign.source, sign.by, sign.cleared_on or date.max


def lower_class(
    credit_class: str,
    signs: Iterable[TroubleSign],
    as_of: date,
    *,
    policy: CreditPolicy = CREDIT_POLICY,
    troubles: Mapping[str, Trouble] = TROUBLES,
) -> LoweredClass:
    """Lower a class by the trouble signs of a day (降级). The steps of different kinds add up; a kind counts once.

    Args:
        credit_class: the class without any sign.
        signs: the signs of one dealer, in any order.
        as_of: the day.
        policy: the classes.
        troubles: the kinds of signs.

    Source: P2-G. Raises:
        NotFound: a class or a kind that is not known.
        BadValue: signs of two dealers.
    """
    found = sorted(signs, key=_place)
    if len({one.customer for one in found}) > 1:
        raise BadValue("signs of two dealers", where="signs", hint="give those of one", code="credit.customer")
    for one in found:
        if one.kind not in troubles:
            hint = nearest(one.kind, troubles)
            raise NotFound("no such trouble sign", where=f"sign {one.kind!r}", hint=hint, code="credit.sign")
    first = {one.kind: one for one in reversed(found) if one.counts(as_of)}  # of one kind the oldest
    counted = tuple(sorted(first.values(), key=_place))
    steps = sum(troubles[one.kind].steps for one in counted)
    stops = any(troubles[one.kind].stops for one in counted)
    return LoweredClass(credit_class, policy.below(credit_class, steps).key, stops, counted, troubles)


def late_payments(
    customer: str,
    receivables: Iterable[Receivable],
    as_of: date,
    *,
    disputed: Collection[str] = (),
    policy: CreditPolicy = CREDIT_POLICY,
) -> list[TroubleSign]:
    """Return the sign `late_payment` where an invoice of a dealer is open too long after its due day (逾期信号).

    It begins on the first day on which the oldest of them was too late, and goes as soon as they are paid.

    Args:
        customer: id of the dealer.
        receivables: invoices, those of others too.
        as_of: the day.
        disputed: the numbers of the dealer's invoices that are disputed; these are not late.
        policy: its `late_days`.

    >>> from pharmasales.units import CNY, Amount
    >>> late = Receivable("D1", "F1", date(2026, 1, 1), date(2026, 1, 31), Amount.of(100, CNY))
    >>> [len(late_payments("D1", [late], date(2026, 3, day))) for day in (2, 3)]
    [0, 1]

    Raises:
        BadValue: one text where a list of invoices is due, or an invoice of the dealer in another spelling of its id.
    """
    late, argued = timedelta(days=policy.late_days), invoice_numbers(disputed)
    own = [one for one in of_customer(customer, receivables) if open_at(one, as_of).minor]
    due = min((one.due for one in own if one.invoice not in argued and one.due + late < as_of), default=None)
    if due is None:
        return []
    return [TroubleSign(customer, "late_payment", due + late + timedelta(days=1), f"open since {due}")]
